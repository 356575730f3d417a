/*
 * The rules of Peppol BIS Billing 3.0. XRechnung asks a part of them as well, in its own reading; the book says who asks.
 * Where UBL's artefact and CII's differ, invoice.syntax decides; records are judged as UBL.
 */
#ifndef TAXFLOW_RULES_TAX_PEPPOL_H
#define TAXFLOW_RULES_TAX_PEPPOL_H

#include "families.h"

enum { TF_PEPPOL_MAY_2026 = 20682 }; /* 2026-08-17, as days: from then on the edition of May 2026 is mandatory */

struct tf_peppol_book {
    bool xrechnung;         /* asked by XRechnung; false: by Peppol */
    struct tf_figure slack; /* how far a calculated amount may be off */
};

static inline bool tf_peppol_of_cii(const struct tf_case *c)
{
    return c->invoice->syntax == TF_SYNTAX_CII;
}

/** The day whose edition judges the document: BT-2. For CII there is no edition after that of May 2025. */
static inline int32_t tf_peppol_day(const struct tf_case *c)
{
    return tf_peppol_of_cii(c) ? TF_PEPPOL_MAY_2026 - 1 : c->day;
}

static inline bool tf_peppol_is_of_2026(const struct tf_case *c)
{
    return tf_peppol_day(c) >= TF_PEPPOL_MAY_2026;
}

/** Whether the list of that edition has a code. */
static inline bool tf_peppol_has(const struct tf_case *c, enum tf_code_list list, struct tf_str code)
{
    return tf_code_lists_has(c->lists, list, tf_peppol_day(c), code);
}

/** |said - right| <= slack; never where one of them is missing. */
static inline bool tf_peppol_within(struct tf_figure said, struct tf_figure right, struct tf_figure slack)
{
    const struct tf_figure off = tf_figure_abs(tf_figure_sub(said, right));
    return off.known && !tf_figure_less(slack, off);
}

/**
 * Whether a party has an electronic address, even an empty one (peppol_shared.c). In CII the group of the address may be there
 * without one; the model has an empty address for both.
 */
bool tf_peppol_has_endpoint(const struct tf_case *c, const struct tf_id *endpoint);
/** Whether seller and buyer are in a country, by their addresses (peppol.c). */
bool tf_peppol_both_in(const struct tf_case *c, const char *country);
/** The rules that both ask: of the document (peppol_shared.c), of allowances and charges, of lines, and of strays. */
void tf_peppol_judge_shared(struct tf_case *c, const struct tf_peppol_book *book);
/** R040 to R042 and the reason codes, of all allowances and charges (peppol_allowances.c). */
void tf_peppol_judge_allowances(struct tf_case *c, const struct tf_peppol_book *book);
/** R046 and R110 to R130, of every line (peppol_lines.c). */
void tf_peppol_judge_lines(struct tf_case *c, const struct tf_peppol_book *book);
/** What documents say beside the model: R008, R043, R044, R100, R101 and parts of others (peppol_strays.c). */
void tf_peppol_judge_strays(struct tf_case *c, const struct tf_peppol_book *book);
/** Code lists, dates and what goes with the process, which Peppol alone asks (peppol_codes.c). */
void tf_peppol_judge_codes(struct tf_case *c);
/** PEPPOL-COMMON: identifiers by their schemes (peppol_ids.c). */
void tf_peppol_judge_ids(struct tf_case *c);

#endif
