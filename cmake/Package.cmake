# What is installed, and the Debian package of it (`./dev package`). Units, users and folders are the files below systemd/; the manual and the
# completions are made by the program itself.
include(GNUInstallDirs)

pkg_get_variable(unit_dir systemd systemdsystemunitdir)
if(NOT unit_dir OR NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr") # elsewhere everything stays below the prefix
  set(unit_dir lib/systemd/system)
endif()
set(TAXFLOW_UNIT_DIR ${unit_dir} CACHE STRING "Where units go; systemd's own folder where it is known")
set(TAXFLOW_MAINTAINER "taxflow maintainers <maintainers@taxflow.example>" CACHE STRING "Who answers for a package that is built here")
# The version's day, not the build's: two builds are the same bytes.
set(version_epoch 1795780800)
set(version_date "Fri, 27 Nov 2026 12:00:00 +0000")

install(TARGETS taxflow RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES conf/taxflow.conf DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/taxflow)
install(FILES conf/rules/fraud.conf DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/taxflow/rules)
install(FILES conf/tax/code_lists.txt conf/tax/rates.json DESTINATION ${CMAKE_INSTALL_DATADIR}/taxflow/tax)
install(DIRECTORY conf/schemas conf/samples DESTINATION ${CMAKE_INSTALL_DATADIR}/taxflow)
install(DIRECTORY conf/rules/examples DESTINATION ${CMAKE_INSTALL_DATADIR}/taxflow/rules)
install(FILES systemd/taxflow@.service systemd/taxflow.target DESTINATION ${TAXFLOW_UNIT_DIR})
install(FILES systemd/sysusers.d/taxflow.conf DESTINATION lib/sysusers.d)
install(FILES systemd/tmpfiles.d/taxflow.conf DESTINATION lib/tmpfiles.d)

# ---- The manual and the completions ----

set(manual ${CMAKE_BINARY_DIR}/manual)
set(made)
foreach(page taxflow.1 taxflow.conf.5 taxflow-events.7 taxflow-metrics.7)
  add_custom_command(OUTPUT ${manual}/${page}.gz DEPENDS taxflow COMMENT "Manual page ${page}"
    COMMAND ${CMAKE_COMMAND} -E make_directory ${manual}
    COMMAND sh -c "$<TARGET_FILE:taxflow> manual ${page} | gzip -9n > ${manual}/${page}.gz" VERBATIM)
  list(APPEND made ${manual}/${page}.gz)
  string(REGEX MATCH "[0-9]$" section ${page})
  install(FILES ${manual}/${page}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
foreach(shell bash zsh fish)
  add_custom_command(OUTPUT ${manual}/completion.${shell} DEPENDS taxflow COMMENT "Completion for ${shell}"
    COMMAND ${CMAKE_COMMAND} -E make_directory ${manual}
    COMMAND sh -c "$<TARGET_FILE:taxflow> completion ${shell} > ${manual}/completion.${shell}" VERBATIM)
  list(APPEND made ${manual}/completion.${shell})
endforeach()
add_custom_target(manual ALL DEPENDS ${made})
install(FILES ${manual}/completion.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME taxflow)
install(FILES ${manual}/completion.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _taxflow)
install(FILES ${manual}/completion.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME taxflow.fish)

# ---- The Debian package ----

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME taxflow)
set(CPACK_PACKAGE_CONTACT ${TAXFLOW_MAINTAINER})
set(CPACK_SET_DESTDIR ON) # for /etc, which is not below the prefix
set(CPACK_STRIP_FILES ON)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_SOURCE_DIR}/cmake/deb/cpack.cmake)
set(CPACK_TAXFLOW_EPOCH ${version_epoch})

# A release of Debian has its own libraries, so each has its own package, and that of the newer release is an upgrade.
set(release 1)
if(EXISTS /etc/os-release)
  file(STRINGS /etc/os-release release_line REGEX "^VERSION_ID=")
  string(REGEX MATCH "[0-9.]+" release_id "${release_line}")
  set(release 1~deb${release_id})
endif()
set(CPACK_DEBIAN_PACKAGE_RELEASE ${release})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION misc)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# procps: /bin/kill, which reloads a role.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "procps, systemd | systemd-standalone-sysusers | systemd-sysusers, systemd | systemd-standalone-tmpfiles | systemd-tmpfiles")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "redis-server, bash-completion")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PACKAGE_DESCRIPTION_FILE ${CMAKE_SOURCE_DIR}/cmake/deb/description)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})

set(deb ${CMAKE_BINARY_DIR}/deb)
file(WRITE ${deb}/conffiles "/etc/taxflow/rules/fraud.conf\n/etc/taxflow/taxflow.conf\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${deb}/conffiles)
foreach(script postinst prerm postrm)
  configure_file(cmake/deb/${script} ${deb}/${script} COPYONLY FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${deb}/${script})
endforeach()

configure_file(cmake/deb/changelog.in ${deb}/changelog @ONLY)
add_custom_command(OUTPUT ${deb}/changelog.Debian.gz ${deb}/changelog.gz DEPENDS ${deb}/changelog ${CMAKE_SOURCE_DIR}/CHANGELOG.md
  COMMAND sh -c "gzip -9nc ${deb}/changelog > ${deb}/changelog.Debian.gz" VERBATIM
  COMMAND sh -c "gzip -9nc ${CMAKE_SOURCE_DIR}/CHANGELOG.md > ${deb}/changelog.gz" VERBATIM)
add_custom_target(package_documents ALL DEPENDS ${deb}/changelog.Debian.gz ${deb}/changelog.gz)
install(FILES ${deb}/changelog.Debian.gz ${deb}/changelog.gz cmake/deb/copyright README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/taxflow)
install(FILES cmake/deb/lintian-overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME taxflow)
include(CPack)
