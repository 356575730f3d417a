/* The fields that expressions read: rows of fields.def. */
#ifndef TAXFLOW_RULES_FRAUD_LANGUAGE_FIELDS_H
#define TAXFLOW_RULES_FRAUD_LANGUAGE_FIELDS_H

#include "value.h"

enum tf_field_id {
#define TF_FIELD(name, type, kinds, privacy, text) TF_FIELD_##name,
#include "fields.def"
#undef TF_FIELD
    TF_FIELD_COUNT
};

struct tf_field {
    const char *name;
    enum tf_type type;
    uint32_t kinds; /* bit per enum tf_kind */
    bool personal;
    const char *text;
    /** Unknown when the record lacks it. Texts are trimmed; a blank one is unknown. O(1), but for `lines`. */
    void (*read)(const struct tf_fraud_facts *facts, struct tf_value *ret_value);
};

/** The rows, by enum tf_field_id. Static. */
const struct tf_field *tf_fields(void);

#endif
