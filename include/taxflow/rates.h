/* VAT rates in force by territory and day: a table that is built in, or read from a file of the same form (conf/tax/rates.json). */
#ifndef TAXFLOW_RATES_H
#define TAXFLOW_RATES_H

#include "taxflow/err.h"
#include "taxflow/str.h"

struct tf_rates; /* immutable: any number of threads may ask it */

/** The rates of conf/tax/rates.json as this build knew them. Static. */
const struct tf_rates *tf_rates_builtin(void);
/**
 * Read a table from the text of a rates file.
 *
 * name    of the file, for faults: "rates.json:12: …, and what to do".
 * Returns TF_OK and a table that is the caller's; TF_E_CONFIG with the place and the remedy; TF_E_MEMORY.
 * Thread any.  Cost  O(n log n) for n periods; nothing of the text is kept.
 */
enum tf_err tf_rates_parse(struct tf_str text, const char *name, struct tf_rates **ret_rates, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_rates *tf_rates_destroy(struct tf_rates *rates);
/** Day of the table as results name it: "2026-09-29". Lives as long as the table. */
const char *tf_rates_version(const struct tf_rates *rates);

#endif
