# Lints and samples: what can be judged by reading the tree. Label lint.
function(tf_lint name)
  add_test(NAME lint.${name} COMMAND ${Python3_EXECUTABLE} ${ARGN})
  set_tests_properties(lint.${name} PROPERTIES LABELS lint TIMEOUT 120 SKIP_RETURN_CODE 77 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
endfunction()

tf_lint(arrows ${CMAKE_SOURCE_DIR}/tests/lint/arrows.py ${CMAKE_SOURCE_DIR})
tf_lint(shape ${CMAKE_SOURCE_DIR}/tests/lint/shape.py ${CMAKE_SOURCE_DIR})
tf_lint(lint ${CMAKE_SOURCE_DIR}/tests/lint/test_lint.py)
tf_lint(samples ${CMAKE_SOURCE_DIR}/tests/samples/generate.py --check)
tf_lint(units ${CMAKE_SOURCE_DIR}/tests/lint/units.py)
if(TARGET taxflow)
  tf_lint(manual ${CMAKE_SOURCE_DIR}/tests/lint/manual.py $<TARGET_FILE:taxflow>)
endif()
