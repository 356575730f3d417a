/* What a code of a VAT return stands for. */
#ifndef TAXFLOW_RETURN_CODE_H
#define TAXFLOW_RETURN_CODE_H

#include "taxflow/str.h"

/* Signs of the sums of both sides: 1 added, -1 taken off, 0 not of it. */
struct tf_return_code {
    const char *name;
    int sales, purchases;
};

/** "output-vat", "input-vat", "vat-payable" (the one less the other); white space and case ignored. NULL: another code. Static. */
const struct tf_return_code *tf_return_code_find(struct tf_str code);

#endif
