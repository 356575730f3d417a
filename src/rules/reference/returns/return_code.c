#include "taxflow/return_code.h"

const struct tf_return_code *tf_return_code_find(struct tf_str code)
{
    static const struct tf_return_code codes[] = {
        {"output-vat", 1, 0}, {"input-vat", 0, 1}, {"vat-payable", 1, -1},
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (tf_str_ieq(tf_str_trim(code), tf_str_of(codes[i].name)))
            return &codes[i];
    return NULL;
}
