/*
 * Can outside bytes hurt the reader of CII, its structure check or the rules?
 *
 * Rooms: rules/tax event
 */
#include "xml_document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fuzz_xml f;
    if (f.reader == NULL)
        fuzz_xml_start(&f);
    fuzz_xml_document(&f, (struct tf_str){(const char *)data, size});
    return 0;
}
