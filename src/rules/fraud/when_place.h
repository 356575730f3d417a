/* Where in a rule file a byte of an expression stands. */
#ifndef TAXFLOW_RULES_FRAUD_WHEN_PLACE_H
#define TAXFLOW_RULES_FRAUD_WHEN_PLACE_H

#include "reading.h"

/**
 * Say "FILE:LINE:COLUMN: words", then the line and a caret below the place, on lines of their own. The file is read again for it;
 * when the place cannot be found there, the column is that of the expression and the expression is shown.
 * at    the setting `when`
 * byte  of its text
 * Always TF_E_CONFIG.
 */
enum tf_err tf_when_place_wrong(const struct tf_reading *reading, const config_setting_t *at, size_t byte, const char *words);

#endif
