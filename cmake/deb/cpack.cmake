# Read by cpack itself. Files of the package get the version's date, so that two builds are the same bytes.
if("$ENV{SOURCE_DATE_EPOCH}" STREQUAL "")
  set(ENV{SOURCE_DATE_EPOCH} ${CPACK_TAXFLOW_EPOCH})
endif()
