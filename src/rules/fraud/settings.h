/* Settings of rules in a file (libconfig): rules = ( { id = "DUP1"; mode = "live"; … } ). */
#ifndef TAXFLOW_RULES_FRAUD_SETTINGS_H
#define TAXFLOW_RULES_FRAUD_SETTINGS_H

#include "operators.h"
#include "reading.h"

/* Above every sum of thresholds that 64 bits can hold in a window; 10^13 units of a currency. */
static const int64_t TF_SETTINGS_THRESHOLD_MINOR_MAX = 1000000000000000;
enum { TF_SETTINGS_WEIGHT_MAX = 100, TF_SETTINGS_WINDOW_DAYS_MAX = 3660 };

/**
 * Read a list of rules: those with `when` are added to the operators'; the others are read over the settings, which hold one element for each row of tf_fraud_rules. A rule may stand in the list once;
 * members that are not written keep their value, currencies are added to those there, a list of words takes the old one's place.
 * Words stay in the reading's arena, which lives as long as the settings.
 * Returns TF_OK; TF_E_CONFIG with file:line, reason and remedy. On failure some settings may have changed.
 */
enum tf_err tf_settings_read(const struct tf_reading *reading, const config_setting_t *list, struct tf_fraud_setting *settings,
                             struct tf_operators *operators) TF_MUST_CHECK;
/** "live", "shadow" or "off". */
enum tf_err tf_settings_mode(const struct tf_reading *reading, const config_setting_t *at, enum tf_fraud_mode *ret_mode) TF_MUST_CHECK;

#endif
