# With TAXFLOW_WHOLE: programs whose hot rooms are compiled as one: small functions of one file stand in the loops of another, without being moved to headers.
#
# Objects are fat: tests link them as any others, at once; programs named by tf_whole link what the compiler kept of them. With sanitizers,
# other compilers than GCC, and without optimisation there is nothing of it.
set(tf_whole_rooms base event rules/fraud state)
if(TAXFLOW_WHOLE AND CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE MATCHES "Rel" AND TAXFLOW_SANITIZE STREQUAL "" AND NOT TAXFLOW_FUZZ)
  set(TF_WHOLE ON)
endif()

# What the objects of a room are compiled with beside the flags of all.
function(tf_whole_room target name)
  if(TF_WHOLE AND name IN_LIST tf_whole_rooms)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:C>:-flto=auto;-ffat-lto-objects>)
  endif()
endfunction()

function(tf_whole target)
  if(TF_WHOLE)
    target_link_options(${target} PRIVATE -flto=auto -O2)
  endif()
endfunction()

# Anything else.
function(tf_in_parts target)
  if(TF_WHOLE)
    target_link_options(${target} PRIVATE -fno-lto)
  endif()
endfunction()
