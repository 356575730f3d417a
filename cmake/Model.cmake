# The delivery protocol as a state model, explored exhaustively: tests/model/run.py. `ctest -L model`
add_test(NAME model.delivery COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/model/run.py)
set_tests_properties(model.delivery PROPERTIES LABELS model TIMEOUT 300)
