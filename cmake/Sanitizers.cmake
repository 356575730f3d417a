# Unit and integration tests again under ASan+UBSan and under TSan, each as one test of this build: so that a single ctest tells
# the whole story. Their build folders are made before (./dev test does); label sanitizer.
#
# A test with the label slow is left out: it measures, or repeats what others cover, and would take minutes there.
option(TAXFLOW_SANITIZER_TESTS "Run the tests of build/asan and build/tsan as tests" OFF)

function(tf_sanitizer preset)
  add_test(NAME sanitizer.${preset}
    COMMAND ${CMAKE_CTEST_COMMAND} --test-dir ${CMAKE_SOURCE_DIR}/build/${preset} -L "^(unit|integration)$" -LE "^slow$"
            --output-on-failure --no-tests=error -j2)
  set_tests_properties(sanitizer.${preset} PROPERTIES LABELS sanitizer TIMEOUT 900 RUN_SERIAL TRUE
    ENVIRONMENT "ASAN_OPTIONS=detect_leaks=1:abort_on_error=0;UBSAN_OPTIONS=print_stacktrace=1;TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1")
endfunction()

if(TAXFLOW_SANITIZER_TESTS)
  tf_sanitizer(asan)
  tf_sanitizer(tsan)
endif()
