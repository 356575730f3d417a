# One measurement, one program:  tests/bench/<name>_bench.c  ->  bench_<name>.  Built by `./dev bench` alone: target benchmarks.
#
# A bench links every room below cli and thereby the libraries it needs; the linker takes what is used.
add_custom_target(benchmarks)
file(GLOB benches CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/bench/*_bench.c)
foreach(file ${benches})
  get_filename_component(stem ${file} NAME_WE)
  string(REGEX REPLACE "_bench$" "" stem ${stem})
  add_executable(bench_${stem} EXCLUDE_FROM_ALL ${file})
  target_include_directories(bench_${stem} PRIVATE ${CMAKE_SOURCE_DIR}/include)
  target_link_libraries(bench_${stem} PRIVATE tf_flags tf_roles tf_jemalloc)
  add_dependencies(benchmarks bench_${stem})
endforeach()
if(TARGET taxflow)
  add_dependencies(benchmarks taxflow)
  # The wire is measured by pipeline.py beside taxflow, and is not a bench by itself.
  add_executable(wire EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/bench/wire.c)
  target_link_libraries(wire PRIVATE tf_flags tf_rdkafka tf_jemalloc)
  add_dependencies(benchmarks wire)
endif()
