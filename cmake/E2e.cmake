# The daemon's job, with real services. Label e2e; those that `./dev test quick` runs have the label quick as well.
#
# tests/e2e/test_NAME.py exits with 77, and is shown as skipped, when a service cannot be had here; in CI that is a failure.
function(tf_e2e name timeout)
  add_test(NAME e2e.${name} COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/test_${name}.py)
  set_tests_properties(e2e.${name} PROPERTIES
    LABELS "e2e;${ARGN}" TIMEOUT ${timeout} SKIP_RETURN_CODE 77
    ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1;TAXFLOW_BINARY=$<TARGET_FILE:taxflow>;TAXFLOW_FAULTS_BINARY=${CMAKE_SOURCE_DIR}/build/faults/taxflow")
endfunction()

if(TARGET taxflow)
  tf_e2e(samples 300 quick)
  tf_e2e(totals 300 quick)
  tf_e2e(report 300 quick)
  tf_e2e(order 300 quick)
  tf_e2e(keeping 300 quick)
  tf_e2e(resubmission 300)
  tf_e2e(series 300)
  tf_e2e(services 600)
  tf_e2e(flow 300 quick)
  tf_e2e(collector 300)
  tf_e2e(backlog 300)
  tf_e2e(restore 600)
  tf_e2e(shared 600)
  tf_e2e(outage 300)
  tf_e2e(crash 300)
  tf_e2e(state 900)
  tf_e2e(operators 600)
  tf_e2e(rules 300)
  tf_e2e(sizes 300)
  tf_e2e(validate 300)
  tf_e2e(doctor 300)
  tf_e2e(dlq 600)
  tf_e2e(verdict 300)
  tf_e2e(groups 300)
  tf_e2e(webhook 300)
  tf_e2e(replay 600)
  tf_e2e(dlq_kills 900)
  set_property(TEST e2e.dlq_kills APPEND PROPERTY ENVIRONMENT TAXFLOW_LETTERS=20000) # by hand: 100,000
endif()

# Agreement with the standards' own cases, and fraud rules on real payments; $TAXFLOW_CONFORMANCE names the folder they lie in, without it they are skipped.
if(TARGET taxflow)
  add_executable(record tests/conformance/record.c) # what tax_records.py has the collector's records from
  target_include_directories(record PRIVATE ${CMAKE_SOURCE_DIR}/include)
  target_link_libraries(record PRIVATE tf_flags tf_event tf_jemalloc)
  add_executable(benford_values tests/conformance/benford.c)
  target_include_directories(benford_values PRIVATE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/src/rules/fraud/benford)
  target_link_libraries(benford_values PRIVATE tf_flags tf_rules_fraud tf_jemalloc)
  add_test(NAME conformance.benford COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/conformance/benford.py $<TARGET_FILE:benford_values>)
  set_tests_properties(conformance.benford PROPERTIES LABELS conformance TIMEOUT 600 SKIP_RETURN_CODE 77 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
  file(GLOB cases CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/conformance/tax_*.py ${CMAKE_SOURCE_DIR}/tests/conformance/payments.py)
  foreach(file ${cases})
    get_filename_component(stem ${file} NAME_WE)
    add_test(NAME conformance.${stem} COMMAND ${Python3_EXECUTABLE} ${file} $<TARGET_FILE:taxflow>)
    set_tests_properties(conformance.${stem} PROPERTIES LABELS conformance TIMEOUT 600 SKIP_RETURN_CODE 77
      ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
  endforeach()
endif()
