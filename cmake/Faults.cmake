# What the ledger sees, and a short campaign of faults against real services. Label ledger and faults; `./dev test all` runs both.
add_test(NAME ledger.verifier COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/ledger/test_ledger.py)
set_tests_properties(ledger.verifier PROPERTIES LABELS ledger TIMEOUT 120 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
add_test(NAME ledger.assess COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/ledger/test_assess.py)
set_tests_properties(ledger.assess PROPERTIES LABELS ledger TIMEOUT 120 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)

if(TARGET taxflow)
  # `./dev` builds the preset faults before; without it the campaign runs without failpoints.
  add_test(NAME faults.short COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/faults/test_short.py)
  set_tests_properties(faults.short PROPERTIES LABELS faults TIMEOUT 1500 SKIP_RETURN_CODE 77 RUN_SERIAL TRUE
    ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1;TAXFLOW_BINARY=$<TARGET_FILE:taxflow>;TAXFLOW_FAULTS_BINARY=${CMAKE_SOURCE_DIR}/build/faults/taxflow")
endif()
