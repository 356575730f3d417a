/*
 * The families of rules, in the order tf_tax_judge() calls them. Each reads the case and records its findings there. A profile
 * besides EN 16931 is a row of the table in tax.c: one function that judges all of its rules, called when the document asks for it.
 */
#ifndef TAXFLOW_RULES_TAX_FAMILIES_H
#define TAXFLOW_RULES_TAX_FAMILIES_H

#include "case.h"
#include "sums.h"

/** BR-*: all rules of EN 16931 (en16931.c), which fills the sums for those that follow. */
void tf_en16931_judge(struct tf_case *c, struct tf_sums *sums);
/** TF-*: rules of our own (own.c). */
void tf_own_judge(struct tf_case *c, struct tf_sums *sums);
/** BR-01 to BR-16: what an invoice must have (br.c). */
void tf_br_judge(struct tf_case *c);
/** BR-21 to BR-26: what line i must have (br.c). */
void tf_br_judge_line(struct tf_case *c, size_t i);
/** BR-x-05: the rate of line i; its amounts go to the sums (br_vat.c). */
void tf_br_vat_judge_line(struct tf_case *c, struct tf_sums *sums, size_t i);
/** BR-x-06 and -07: the rates of the document's allowances and charges; their amounts go to the sums (br_vat.c). */
void tf_br_vat_judge_allowances(struct tf_case *c, struct tf_sums *sums);
/** BR-x-01 to -04 and -08 to -10, by complete sums; the breakdowns are counted in them (br_vat.c). */
void tf_br_vat_judge(struct tf_case *c, struct tf_sums *sums);
/** BR-CO-10 to -18, by complete sums (br_co.c). */
void tf_br_co_judge(struct tf_case *c, const struct tf_sums *sums);

#endif
