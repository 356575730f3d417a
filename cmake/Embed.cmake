# tf_embed(room function file): compile a file into a room, so that the binary needs no copy of it. `struct tf_str function(void)`,
# declared in one of the room's headers, gives its text. Made again whenever the file changes.
function(tf_embed room function file)
  set(source ${CMAKE_BINARY_DIR}/embedded/${function}.c)
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DIN=${CMAKE_SOURCE_DIR}/${file} -DOUT=${source} -DFUNCTION=${function}
            -P ${CMAKE_SOURCE_DIR}/cmake/EmbedFile.cmake
    DEPENDS ${CMAKE_SOURCE_DIR}/${file} ${CMAKE_SOURCE_DIR}/cmake/EmbedFile.cmake
    VERBATIM)
  string(REPLACE "/" "_" target "tf_${room}")
  target_sources(${target} PRIVATE ${source})
endfunction()
