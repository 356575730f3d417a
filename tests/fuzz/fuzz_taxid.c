/*
 * Can outside bytes hurt the check of tax numbers?  The first byte chooses the kind, the rest is the number; the same bytes go through the
 * international identifiers and the VAT numbers by prefix.  Verdicts must not depend on what people may vary: white space around, and the answer
 * is the same each time.
 *
 * Rooms: rules/tax
 */
#include <stdlib.h>

#include "taxflow/ids.h"
#include "taxflow/taxid.h"

enum { PADDED_BYTES_MAX = 512 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_kind(const struct tf_taxid_name *name, struct tf_str number)
{
    char padded[PADDED_BYTES_MAX];
    enum tf_taxid result = tf_taxid_check(tf_str_of(name->country), tf_str_of(name->kind), number);
    must(result != TF_TAXID_UNKNOWN && tf_taxid_reason(result) != NULL);
    if (number.len + 2 > sizeof padded)
        return;
    padded[0] = ' ';
    memcpy(padded + 1, number.ptr, number.len);
    padded[number.len + 1] = '\n';
    must(tf_taxid_check(tf_str_of(name->country), tf_str_of(name->kind), (struct tf_str){padded, number.len + 2}) == result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static enum tf_taxid (*const identifiers[])(struct tf_str) = {tf_ids_iban, tf_ids_bic, tf_ids_lei, tf_ids_gln, tf_ids_gtin, tf_ids_reference};
    size_t count = 0;
    const struct tf_taxid_name *names = tf_taxid_names(&count);
    if (size == 0)
        return 0;
    struct tf_str number = {(const char *)data + 1, size - 1};
    check_kind(&names[data[0] % count], number);
    for (size_t i = 0; i < sizeof identifiers / sizeof identifiers[0]; i++)
        must(identifiers[i](number) != TF_TAXID_UNKNOWN);
    tf_taxid_check_vat(number);
    tf_taxid_check(number, number, number);
    return 0;
}
