/*
 * Can a file of declared sums hurt? What is taken from it is whole: a period that ends no sooner than it begins, a side, a sum; what is refused is
 * told with its place.
 *
 * Rooms: totals
 */
#include <stdio.h>
#include <stdlib.h>

#include "taxflow/declared.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check(const struct tf_declared *declared)
{
    size_t count;
    const struct tf_declared_line *lines = tf_declared_lines(declared, &count);
    for (size_t i = 0; i < count; i++) {
        must(lines[i].first <= lines[i].last && (lines[i].sales || lines[i].purchases) && (lines[i].has_net || lines[i].has_vat));
        must(lines[i].company.len > 0 && lines[i].source.len > 0 && strlen(lines[i].category) <= TF_VAT_CODE_BYTES);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tf_fault fault = {0};
    if (size == 0)
        return 0;
    struct tf_declared *declared = tf_declared_create();
    FILE *in = fmemopen((void *)(uintptr_t)data, size, "r");
    if (declared && in) {
        const enum tf_err err = tf_declared_read_stream(declared, in, "declared.csv", &fault);
        must(err == TF_OK || fault.text[0] != '\0' || err == TF_E_MEMORY);
        if (err == TF_OK)
            check(declared);
    }
    if (in)
        fclose(in);
    tf_declared_destroy(declared);
    return 0;
}
