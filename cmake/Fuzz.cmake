# One fuzzer file, one program:  tests/fuzz/fuzz_<name>.c  ->  fuzz_<name>
#
# A line "Rooms: event base" in its head comment names the rooms it links, a line "Libraries: jansson" what else. Seeds lie in tests/fuzz/corpus/<name>/;
# `dev fuzz` copies them, so that what a run finds never lands in the tree.
if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "fuzzing needs clang: use the preset 'fuzz'")
endif()

file(GLOB fuzzers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_*.c)
# tf_fuzz_words(VAR FILE KEY PREFIX): the words of the line "KEY: …" in FILE, each with PREFIX.
function(tf_fuzz_words var file key prefix)
  file(STRINGS ${file} line REGEX " ${key}: " LIMIT_COUNT 1)
  string(REGEX REPLACE ".*${key}: *" "" line "${line}")
  string(REGEX MATCHALL "[a-z_/0-9]+" words "${line}")
  list(TRANSFORM words PREPEND "${prefix}")
  set(${var} ${words} PARENT_SCOPE)
endfunction()

foreach(file ${fuzzers})
  get_filename_component(target ${file} NAME_WE)
  tf_fuzz_words(rooms ${file} Rooms tf_)
  list(TRANSFORM rooms REPLACE "/" "_")
  tf_fuzz_words(libraries ${file} Libraries tf_)
  tf_fuzz_words(folders ${file} Rooms ${CMAKE_SOURCE_DIR}/src/)
  if(NOT rooms)
    message(FATAL_ERROR "${file} has no line 'Rooms: …'")
  endif()
  add_executable(${target} ${file})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/include ${folders})
  target_link_libraries(${target} PRIVATE tf_flags ${rooms} ${libraries})
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
endforeach()
