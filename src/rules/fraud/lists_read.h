/* Section `lists` of a rule file, and the files of long lists. */
#ifndef TAXFLOW_RULES_FRAUD_LISTS_READ_H
#define TAXFLOW_RULES_FRAUD_LISTS_READ_H

#include "lists.h"
#include "reading.h"

/**
 * Read lists = ( { name = "…"; kind = "block"; field = "supplier"; entries = ( { value = "…"; until = "2027-01-31"; reason = "…"; } );
 * file = "blocked.csv"; } ). A file lies beside the rule file; its records are value,until,reason, the last two as far as they are
 * given; a value "sha256:HEX" is a hash, and a record that begins with # a remark. A list's name stands once in all rule files.
 * Returns TF_OK; TF_E_CONFIG with file:line, reason and remedy; TF_E_NO_INPUT; TF_E_MEMORY.
 */
enum tf_err tf_lists_read(const struct tf_reading *reading, const config_setting_t *at, struct tf_lists *lists) TF_MUST_CHECK;

#endif
