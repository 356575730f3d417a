# Writes OUT, a C file whose FUNCTION returns the bytes of IN: cmake -DIN=… -DOUT=… -DFUNCTION=… -P EmbedFile.cmake
file(READ ${IN} bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n    " bytes "${bytes}")
file(WRITE ${OUT} "/* ${IN}, compiled in by cmake/EmbedFile.cmake. */
#include \"taxflow/str.h\"

struct tf_str ${FUNCTION}(void);
struct tf_str ${FUNCTION}(void)
{
    static const unsigned char bytes[] = {
    ${bytes}};
    return (struct tf_str){(const char *)bytes, sizeof bytes};
}
")
