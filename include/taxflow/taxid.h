/* Tax identification numbers: does a number keep the form and the check digits of its kind? Pure; whether it was ever issued is not asked. */
#ifndef TAXFLOW_TAXID_H
#define TAXFLOW_TAXID_H

#include "taxflow/err.h"
#include "taxflow/str.h"

enum tf_taxid {
    TF_TAXID_VALID,
    TF_TAXID_LENGTH,    /* too few or too many characters */
    TF_TAXID_FORMAT,    /* a character that cannot stand where it does */
    TF_TAXID_COMPONENT, /* a part that means something has a value that does not exist: a date, a region, a type */
    TF_TAXID_CHECKSUM,  /* the check digits are others */
    TF_TAXID_UNKNOWN,   /* no such country and kind */
};

/* One kind of number, as `taxflow taxid` names it. */
struct tf_taxid_name {
    const char *country; /* "DE"; "EU" and "ZZ" where it is no country's */
    const char *kind;    /* "vat" */
};

/** "valid", or the reason as `taxflow taxid` prints it: "checksum", "unknown kind". Static. */
const char *tf_taxid_reason(enum tf_taxid result);

/** Every kind that can be checked, in the order of country and kind. Static. */
const struct tf_taxid_name *tf_taxid_names(size_t *ret_count);

/**
 * Check one number.
 *
 * country, kind  as in tf_taxid_names(), ASCII case ignored
 * number         UTF-8 as people write it: in either case, with the separators that are usual for the kind, with or without its prefix.
 *                Dashes, spaces and digits of other scripts count as the ASCII ones they look like.
 * Thread any.  Cost  O(length), below 300 ns, no allocation.
 * Source  each kind's published format: src/rules/reference/taxid/taxid_kinds.def.
 */
enum tf_taxid tf_taxid_check(struct tf_str country, struct tf_str kind, struct tf_str number);
/** The same by somebody who knows that nothing was given out after this year, such as the one it is: some numbers have theirs in them. 0: any. */
enum tf_taxid tf_taxid_check_until(unsigned year, struct tf_str country, struct tf_str kind, struct tf_str number);

/**
 * Check a VAT number that begins with its country, as BT-31, BT-48 and BT-63 hold it (EN 16931-1:2017; ISO 3166-1, with EL for Greece and XI for
 * Northern Ireland).
 * Returns TF_TAXID_UNKNOWN where the prefix names no country whose VAT numbers are known here: then nothing can be said.
 * Thread, cost  as tf_taxid_check().
 */
enum tf_taxid tf_taxid_check_vat(struct tf_str number);

#endif
