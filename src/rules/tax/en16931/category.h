/* The VAT categories as rows: which rules a code falls under and what they ask for. */
#ifndef TAXFLOW_RULES_TAX_CATEGORY_H
#define TAXFLOW_RULES_TAX_CATEGORY_H

#include "rule.h"

enum tf_category {
#define VAT_CATEGORY(symbol, code, taxed, parties, rate, reason) TF_CATEGORY_##symbol,
#include "vat_categories.def"
#undef VAT_CATEGORY
    TF_CATEGORY_COUNT,
    TF_CATEGORY_OTHER = TF_CATEGORY_COUNT /* absent, unknown, or a category without rules */
};

/* Numbers of the parties: bits, and the masks that rows name. */
enum tf_category_number {
    TF_NUMBER_SELLER_VAT = 1,         /* BT-31 */
    TF_NUMBER_SELLER_TAX = 2,         /* BT-32 */
    TF_NUMBER_REPRESENTATIVE_VAT = 4, /* BT-63 */
    TF_NUMBER_BUYER_VAT = 8,          /* BT-48 */
    TF_NUMBER_BUYER_LEGAL = 16,       /* BT-47 */
};

/* What a column of vat_categories.def says of the parties: one number of each of the first two masks, none of the third. */
struct tf_category_parties {
    unsigned seller, buyer, barred; /* masks of enum tf_category_number; 0 asks for nothing */
};

enum { TF_CATEGORY_UNTAXED, TF_CATEGORY_TAXED };
enum tf_category_rate { TF_CATEGORY_RATE_ZERO, TF_CATEGORY_RATE_POSITIVE, TF_CATEGORY_RATE_NOT_NEGATIVE, TF_CATEGORY_RATE_ABSENT };
enum tf_category_reason { TF_CATEGORY_REASON_FORBIDDEN, TF_CATEGORY_REASON_REQUIRED };

struct tf_category_row {
    struct tf_str code;
    enum tf_rule first; /* BR-x-01; BR-x-02 … -10 follow it */
    bool taxed;
    struct tf_category_parties parties;
    enum tf_category_rate rate;
    enum tf_category_reason reason;
};

extern const struct tf_category_row tf_category_rows[TF_CATEGORY_COUNT];

/** Which row a code belongs to. White space around it does not count, its case does (the artefact's normalize-space). */
enum tf_category tf_category_of(struct tf_str code);
/** Whether a category stands under the scheme VAT: the scheme is absent, or VAT whatever its case; the reader has trimmed it where the syntax's artefact does. */
bool tf_category_in_vat(struct tf_str scheme);
/** Rule BR-x-n of a category, n = 1..10. */
static inline enum tf_rule tf_category_rule(enum tf_category category, unsigned n)
{
    return (enum tf_rule)((unsigned)tf_category_rows[category].first + n - 1);
}
/** Whether a rate is what a category asks for. */
bool tf_category_rate_fits(enum tf_category_rate need, struct tf_amount rate);

#endif
