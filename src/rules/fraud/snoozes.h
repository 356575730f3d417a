/*
 * Hits that somebody knows of: of a rule, for records that fit, until a day. Such a hit is listed and counts nothing. The end is one
 * in event time, so that a record is judged the same whenever it is judged.
 */
#ifndef TAXFLOW_RULES_FRAUD_SNOOZES_H
#define TAXFLOW_RULES_FRAUD_SNOOZES_H

#include "reading.h"
#include "record_field.h"

enum { TF_SNOOZES_MAX = 10000, TF_SNOOZE_REASON_BYTES_MAX = 200 };

struct tf_snooze {
    struct tf_str rule;                          /* its id; "*": every rule */
    struct tf_str values[TF_RECORD_FIELD_COUNT]; /* as they are compared; all that are present must fit */
    struct tf_str reason;
    struct tf_str where;                         /* FILE:LINE, for words */
    int64_t until_ms;                            /* the first moment at which it no longer holds */
};

struct tf_snoozes {
    struct tf_snooze *items; /* in the ruleset's arena */
    size_t count;
};

/**
 * Read snoozes = ( { rule = "DUP1"; supplier = "…"; company = "…"; until = "2027-01-31"; reason = "…"; } ), behind those there. A snooze
 * names a rule, an end and a reason; without a field it is for every record.
 * Returns TF_OK; TF_E_CONFIG with file:line, reason and remedy.
 */
enum tf_err tf_snoozes_read(const struct tf_reading *reading, const config_setting_t *at, struct tf_snoozes *snoozes) TF_MUST_CHECK;
/** Whether every snooze names a rule of the set. TF_OK; TF_E_CONFIG with file:line and reason. */
enum tf_err tf_snoozes_check(const struct tf_snoozes *snoozes, const struct tf_fraud_ruleset *ruleset, struct tf_fault *fault) TF_MUST_CHECK;
/** The first snooze that holds for a hit of this rule; NULL: none. A record without a time is never snoozed. O(snoozes). */
const struct tf_snooze *tf_snoozes_find(const struct tf_snoozes *snoozes, const struct tf_fraud_facts *facts, const struct tf_fraud_rule *rule);
void tf_snoozes_describe(const struct tf_snoozes *snoozes, struct tf_buf *out);

#endif
