/*
 * The families of rules, in the order tf_tax_judge() calls them. Each reads the case and records its findings there. A profile
 * besides EN 16931 is a row of the table in tax.c: one function that judges all of its rules, called when the document asks for it.
 */
#ifndef TAXFLOW_RULES_TAX_FAMILIES_H
#define TAXFLOW_RULES_TAX_FAMILIES_H

#include "case.h"
#include "en16931/sums.h"

/** BR-*: all rules of EN 16931 (en16931.c), which fills the sums for those that follow. */
void tf_en16931_judge(struct tf_case *c, struct tf_sums *sums);
/** PEPPOL-*: Peppol BIS Billing (peppol.c). */
void tf_peppol_judge(struct tf_case *c, struct tf_sums *sums);
/** BR-DE-*, BR-DEX-*, BR-TMP-*, and what XRechnung asks of Peppol's (xrechnung.c). */
void tf_xrechnung_judge(struct tf_case *c, struct tf_sums *sums);
/** TF-*: rules of our own (own.c). */
void tf_own_judge(struct tf_case *c, struct tf_sums *sums);

/*
 * Families of EN 16931 by what they are shown. Spots name the place without a term. An allowance and a charge are one struct and
 * differ in their rules.
 */

/** BR-01 to -65: what an invoice must have, and so each of its parts (br.c). */
void tf_br_judge(struct tf_case *c);
void tf_br_judge_payment(struct tf_case *c, const struct tf_payment_means *means, struct tf_spot spot);
void tf_br_judge_line(struct tf_case *c, const struct tf_line *line, struct tf_spot spot);
void tf_br_judge_line_allowance(struct tf_case *c, const struct tf_allowance *allowance, bool is_charge, struct tf_spot spot);
void tf_br_judge_allowance(struct tf_case *c, const struct tf_allowance *allowance, bool is_charge, struct tf_spot spot);
void tf_br_judge_breakdown(struct tf_case *c, const struct tf_vat_breakdown *breakdown, struct tf_spot spot);
void tf_br_judge_stray(struct tf_case *c, const struct tf_stray *stray);

/** BR-CO: conditions between terms (br_co.c) and between amounts (br_co_sums.c); the invoice itself by complete sums. */
void tf_br_co_judge(struct tf_case *c, const struct tf_sums *sums);
void tf_br_co_judge_line(struct tf_case *c, const struct tf_line *line, struct tf_spot spot);
void tf_br_co_judge_stray(struct tf_case *c, const struct tf_stray *stray);
void tf_br_co_judge_sums(struct tf_case *c, const struct tf_sums *sums);
void tf_br_co_judge_breakdown(struct tf_case *c, const struct tf_vat_breakdown *breakdown, struct tf_spot spot);

/** BR-DEC: how many decimals an amount is written with (br_dec.c). */
void tf_br_dec_judge(struct tf_case *c);
void tf_br_dec_judge_line(struct tf_case *c, const struct tf_line *line, struct tf_spot spot);
void tf_br_dec_judge_line_allowance(struct tf_case *c, const struct tf_allowance *allowance, bool is_charge, struct tf_spot spot);
void tf_br_dec_judge_allowance(struct tf_case *c, const struct tf_allowance *allowance, bool is_charge, struct tf_spot spot);
void tf_br_dec_judge_breakdown(struct tf_case *c, const struct tf_vat_breakdown *breakdown, struct tf_spot spot);

/** BR-CL: whether codes stand in their lists (br_cl.c). */
void tf_br_cl_judge(struct tf_case *c);
void tf_br_cl_judge_payment(struct tf_case *c, const struct tf_payment_means *means, struct tf_spot spot);
void tf_br_cl_judge_line(struct tf_case *c, const struct tf_line *line, struct tf_spot spot);
void tf_br_cl_judge_line_allowance(struct tf_case *c, const struct tf_allowance *allowance, bool is_charge, struct tf_spot spot);
void tf_br_cl_judge_allowance(struct tf_case *c, const struct tf_allowance *allowance, bool is_charge, struct tf_spot spot);
void tf_br_cl_judge_breakdown(struct tf_case *c, const struct tf_vat_breakdown *breakdown, struct tf_spot spot);
void tf_br_cl_judge_stray(struct tf_case *c, const struct tf_stray *stray);

/** BR-x-05 to -07: the rate that goes with a category; amounts go to the sums (br_vat.c). */
void tf_br_vat_judge_line(struct tf_case *c, struct tf_sums *sums, const struct tf_line *line, struct tf_spot spot);
void tf_br_vat_judge_allowance(struct tf_case *c, struct tf_sums *sums, const struct tf_allowance *allowance, bool is_charge,
                               struct tf_spot spot);
/** The same of an allowance or a charge of a line, where a document gives it a category: its amount is in the line's already. */
void tf_br_vat_judge_line_allowance(struct tf_case *c, struct tf_sums *sums, const struct tf_allowance *allowance, bool is_charge,
                                    struct tf_spot spot);
/** A category at a place of no term: BR-x-01 counts it. */
void tf_br_vat_judge_stray(struct tf_sums *sums, const struct tf_stray *stray);
/** BR-x-08 to -10, by complete sums of lines, allowances and charges; the breakdown is counted in them (br_vat.c). */
void tf_br_vat_judge_breakdown(struct tf_case *c, struct tf_sums *sums, const struct tf_vat_breakdown *breakdown, struct tf_spot spot);
/** Which numbers of the parties are given: bits of enum tf_category_number; and BR-x-n of them, n = 2 to 4, where the category is used (br_vat.c). */
unsigned tf_br_vat_numbers(const struct tf_case *c);
void tf_br_vat_judge_parties(struct tf_case *c, enum tf_category category, unsigned number, size_t uses, unsigned numbers);
/** BR-x-01 to -04, and what single categories ask for besides (br_vat_extra.c), by complete sums. */
void tf_br_vat_judge(struct tf_case *c, const struct tf_sums *sums);
void tf_br_vat_judge_extra(struct tf_case *c, const struct tf_sums *sums);

#endif
