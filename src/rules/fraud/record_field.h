/* What of a record lists and snoozes name: a field has a word, and its values a form in which they are compared. */
#ifndef TAXFLOW_RULES_FRAUD_RECORD_FIELD_H
#define TAXFLOW_RULES_FRAUD_RECORD_FIELD_H

#include "taxflow/fraud.h"

enum { TF_RECORD_VALUE_BYTES_MAX = 512 };

/* X(name, word, only letters and digits count) */
#define TF_RECORD_FIELD_TABLE(X)        \
    X(SUPPLIER, "supplier", false)      \
    X(ACCOUNT, "account", true)         \
    X(USER, "user", false)              \
    X(APPROVER, "approver", false)      \
    X(VAT_ID, "vat_id", true)           \
    X(COMPANY, "company", false)

enum tf_record_field {
#define X(name, word, code) TF_RECORD_##name,
    TF_RECORD_FIELD_TABLE(X)
#undef X
    TF_RECORD_FIELD_COUNT,
    TF_RECORD_NONE = TF_RECORD_FIELD_COUNT /* texts of no field */
};

/** "supplier"; "none". Static. */
const char *tf_record_field_word(enum tf_record_field field);
/**
 * The text as it is compared: trimmed, a-z in upper case, of accounts and VAT numbers the letters and digits alone.
 * Absent when nothing is left, or more than TF_RECORD_VALUE_BYTES_MAX bytes.   O(len).
 */
struct tf_str tf_record_comparable(enum tf_record_field field, struct tf_str text, char out[TF_RECORD_VALUE_BYTES_MAX]);
/**
 * Whether one of the field's values in a record passes the test; each comes in the form in which it is compared. An account is one that
 * is paid to or asked for, a VAT number one of the other side (of both where we are neither or both).   O(values).
 */
bool tf_record_any(const struct tf_fraud_facts *facts, enum tf_record_field field, bool (*test)(void *self, struct tf_str value), void *self);

#endif
