# One measurement, one program:  tests/bench/<name>_bench.c  ->  bench_<name>.  Built by `./dev bench` alone: target benchmarks.
#
# A bench links every room below cli and thereby the libraries it needs; the linker takes what is used.
add_custom_target(benchmarks)
file(GLOB benches CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/bench/*_bench.c)
foreach(file ${benches})
  get_filename_component(stem ${file} NAME_WE)
  string(REGEX REPLACE "_bench$" "" stem ${stem})
  add_executable(bench_${stem} EXCLUDE_FROM_ALL ${file})
  target_include_directories(bench_${stem} PRIVATE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/tests/bench)
  target_link_libraries(bench_${stem} PRIVATE tf_flags tf_roles tf_jemalloc)
  tf_whole(bench_${stem})
  add_dependencies(benchmarks bench_${stem})
endforeach()
if(TARGET taxflow)
  add_dependencies(benchmarks taxflow)
  # No benches by themselves: the wire is measured by pipeline.py beside taxflow, fill and records write what is read.
  foreach(program wire fill latency records posts)
    add_executable(${program} EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/bench/${program}.c)
    target_link_libraries(${program} PRIVATE tf_flags tf_rdkafka tf_jemalloc)
    add_dependencies(benchmarks ${program})
  endforeach()
  # Preloaded into a role by counts.py. Links no allocator: calls go on to the one that the role has.
  add_library(alloc_count MODULE EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/bench/alloc_count.c)
  target_link_libraries(alloc_count PRIVATE tf_flags)
  target_compile_options(alloc_count PRIVATE -fno-builtin)
  add_dependencies(benchmarks alloc_count)
endif()

# Instructions of a batch do not depend on how busy a machine is: a rise is found by every run of the tests.
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo" AND TAXFLOW_SANITIZE STREQUAL "" AND NOT TAXFLOW_FUZZ)
  set_target_properties(bench_batch PROPERTIES EXCLUDE_FROM_ALL OFF)
  add_test(NAME bench.instructions COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/bench/test_instructions.py $<TARGET_FILE:bench_batch>)
  set_tests_properties(bench.instructions PROPERTIES LABELS bench TIMEOUT 300 SKIP_RETURN_CODE 77 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
endif()
