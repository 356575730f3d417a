# One test file, one binary, one ctest:  tests/<kind>/<room path>/test_<file>.c
#
# A unit test of room R links R alone (and what R needs), so an upward call does not link.
# Labels: unit, integration, e2e, lint, model, conformance; `ctest -L unit` runs one kind.
pkg_check_modules(cmocka REQUIRED IMPORTED_TARGET cmocka)
include(CheckLinkerFlag)
# Hundreds of programs of one file each: gold, where the machine has it, links one in half the time. The program itself is linked as ever.
check_linker_flag(C -fuse-ld=gold TF_TESTS_GOLD)

function(tf_tests kind)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${kind}/test_*.c)
  foreach(file ${files})
    file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR}/tests/${kind} ${file})
    get_filename_component(room ${path} DIRECTORY)
    get_property(left_out GLOBAL PROPERTY tf_left_out)
    if(room IN_LIST left_out)
      continue()
    endif()
    get_filename_component(stem ${path} NAME_WE)
    string(REPLACE "/" "_" room_target "tf_${room}")
    if(room STREQUAL "store" AND NOT TARGET PkgConfig::tf_sqlite3)
      continue()
    endif()
    set(folder ${room}) # a folder below a room's has no target of its own
    while(NOT TARGET ${room_target})
      get_filename_component(folder ${folder} DIRECTORY)
      string(REPLACE "/" "_" room_target "tf_${folder}")
    endwhile()
    string(REPLACE "test_" "" stem ${stem})
    string(REPLACE "/" "." test "${kind}.${room}.${stem}")
    string(REPLACE "." "_" target "${test}")
    add_executable(${target} ${file})
    target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src/${room} ${CMAKE_SOURCE_DIR}/src/${folder} ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/tests)
    target_link_libraries(${target} PRIVATE tf_flags ${room_target} PkgConfig::cmocka)
    tf_in_parts(${target})
    if(TF_TESTS_GOLD)
      target_link_options(${target} PRIVATE -fuse-ld=gold)
    endif()
    target_compile_definitions(${target} PRIVATE TF_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME ${test} COMMAND ${target})
    set_tests_properties(${test} PROPERTIES LABELS ${kind} TIMEOUT 120)
  endforeach()
endfunction()

tf_tests(unit)
tf_tests(integration)

# The windows against brute force over a million events; the unit test of the same program has 20,000.
add_test(NAME oracle.state COMMAND unit_state_state_oracle 1000000)
set_tests_properties(oracle.state PROPERTIES LABELS oracle TIMEOUT 600)

find_package(Python3 COMPONENTS Interpreter REQUIRED)
include(Lint)
include(Model)
include(E2e)
include(Faults)
include(Sanitizers)
include(Bench)
