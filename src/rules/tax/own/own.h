/* The rules of our own (TF-*), a function for each family: what the standard leaves to others and an auditor asks all the same. */
#ifndef TAXFLOW_RULES_TAX_OWN_H
#define TAXFLOW_RULES_TAX_OWN_H

#include "en16931/breakdown.h"
#include "taxflow/country.h"

/** TF-01: VAT numbers, their check digits and countries (own_identity.c). */
void tf_own_judge_vat_ids(struct tf_case *c);
/** TF-11: IBAN, BIC, LEI, GLN, GTIN and creditor references (own_ids.c). */
void tf_own_judge_ids(struct tf_case *c);
/** TF-02: rates in force (own_rates.c). */
void tf_own_judge_rates(struct tf_case *c);
/** TF-03: categories against countries (own_category.c). */
void tf_own_judge_categories(struct tf_case *c);
/** TF-04, -05: signs, lines, allowances (own_arithmetic.c). */
void tf_own_judge_arithmetic(struct tf_case *c);
/** TF-10: what an amount in its currency may look like (own_currency.c). */
void tf_own_judge_currency(struct tf_case *c);
/** TF-09: dates (own_dates.c). */
void tf_own_judge_dates(struct tf_case *c);
/** TF-12: invoices of sellers in India (own_india.c). */
void tf_own_judge_india(struct tf_case *c);

/** A date's day; false when it is absent, blank or none. */
static inline bool tf_own_day(struct tf_date date, int32_t *ret_day)
{
    *ret_day = date.days;
    return tf_date_known(date) && !tf_str_blank(date.text);
}
/** "DE", in the arena. Absent, and the case out of memory, when that is full. */
struct tf_str tf_own_country_text(struct tf_case *c, uint16_t country);
/** Whether the document takes back what another one charged, or puts it right. */
bool tf_own_corrects(const struct tf_case *c);

#endif
