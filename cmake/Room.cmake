# A room is a folder below src/ that becomes one static library.
#
# tf_room(NAME NEEDS room… LIBS target…)
#
# A room sees its own folder, include/taxflow/ and the libraries it names; it links the rooms it NEEDS.
# Static linking resolves symbols, so a call up the list fails at the room's own test link, and
# tests/lint/arrows.py fails on the include itself.
function(tf_room name)
  cmake_parse_arguments(ARG "" "" "NEEDS;LIBS" ${ARGN})
  string(REPLACE "/" "_" target "tf_${name}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS
       ${CMAKE_SOURCE_DIR}/src/${name}/*.c ${CMAKE_SOURCE_DIR}/src/${name}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/src/cli/main\\.c$")
  if(NOT sources)
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  else()
    add_library(${target} STATIC ${sources})
    target_link_libraries(${target} PRIVATE tf_flags)
    set(scope PUBLIC)
  endif()
  target_include_directories(${target} ${scope} ${CMAKE_SOURCE_DIR}/include)
  if(sources)
    target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src/${name})
  endif()
  foreach(need ${ARG_NEEDS})
    string(REPLACE "/" "_" need "tf_${need}")
    if(NOT TARGET ${need})
      message(FATAL_ERROR "room ${name} needs ${need}, which does not stand below it")
    endif()
    target_link_libraries(${target} ${scope} ${need})
  endforeach()
  target_link_libraries(${target} ${scope} ${ARG_LIBS})
endfunction()

# tf_program(NAME room): the executable whose main() is src/<room>/main.c
function(tf_program name room)
  if(EXISTS ${CMAKE_SOURCE_DIR}/src/${room}/main.c)
    add_executable(${name} ${CMAKE_SOURCE_DIR}/src/${room}/main.c)
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src/${room})
    target_link_libraries(${name} PRIVATE tf_flags tf_${room} tf_jemalloc)
  endif()
endfunction()
