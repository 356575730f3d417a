/*
 * What the artefact for CII decides otherwise than the one for UBL. The rules of cii_rules.def are judged by the functions here when a
 * document is CII and is judged by the artefact; the other families' word on them does not count then (tf_case.overruled). In
 * strict mode the standard speaks, and it knows no syntax.
 */
#ifndef TAXFLOW_RULES_TAX_CII_H
#define TAXFLOW_RULES_TAX_CII_H

#include "case.h"

/** By rule, whether it is of cii_rules.def or of a VAT category. Static. */
const bool *tf_cii_rules(void);
/** Judge them all (cii.c). The arena is used for more breakdowns than a few.   Cost  O(lines + b log b) for b breakdowns. */
void tf_cii_judge(struct tf_case *c);
/** BR-x-01 to -10 of the VAT categories and what hangs on them, BR-45 to -48 (cii_vat.c). */
void tf_cii_vat_judge(struct tf_case *c);
/** BR-CO-10 to -16 and BR-53: the totals (cii_totals.c). */
void tf_cii_totals_judge(struct tf_case *c);

#endif
