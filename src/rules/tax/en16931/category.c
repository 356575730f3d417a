#include "category.h"

#define REPRESENTED(numbers) ((numbers) | TF_NUMBER_REPRESENTATIVE_VAT)
#define PARTIES_SELLER           {.seller = REPRESENTED(TF_NUMBER_SELLER_VAT | TF_NUMBER_SELLER_TAX)}
#define PARTIES_SELLER_AND_BUYER {.seller = REPRESENTED(TF_NUMBER_SELLER_VAT | TF_NUMBER_SELLER_TAX), .buyer = TF_NUMBER_BUYER_VAT | TF_NUMBER_BUYER_LEGAL}
#define PARTIES_VAT_SELLER       {.seller = REPRESENTED(TF_NUMBER_SELLER_VAT)}
#define PARTIES_VAT_BOTH         {.seller = REPRESENTED(TF_NUMBER_SELLER_VAT), .buyer = TF_NUMBER_BUYER_VAT}
#define PARTIES_NOBODY           {.barred = REPRESENTED(TF_NUMBER_SELLER_VAT | TF_NUMBER_BUYER_VAT)}

const struct tf_category_row tf_category_rows[TF_CATEGORY_COUNT] = {
#define VAT_CATEGORY(symbol, code_, taxed_, parties_, rate_, reason_) \
    [TF_CATEGORY_##symbol] = {                                        \
        .code = {code_, sizeof(code_) - 1},                           \
        .first = TF_RULE_BR_##symbol##_01,                            \
        .taxed = TF_CATEGORY_##taxed_,                                \
        .parties = PARTIES_##parties_,                                \
        .rate = TF_CATEGORY_RATE_##rate_,                             \
        .reason = TF_CATEGORY_REASON_##reason_,                       \
    },
#include "vat_categories.def"
#undef VAT_CATEGORY
};

#define VAT_CATEGORY(symbol, code, taxed, parties, rate, reason) \
    _Static_assert(TF_RULE_BR_##symbol##_10 - TF_RULE_BR_##symbol##_01 == 9, "the ten rules of a category stand together"); \
    _Static_assert(sizeof(code) == 2 || sizeof(code) == 3, "tf_category_of() compares the first and the last character");
#include "vat_categories.def"
#undef VAT_CATEGORY

enum tf_category tf_category_of(struct tf_str code)
{
    code = tf_str_trim(code);
    if (code.len == 0 || code.len > 2)
        return TF_CATEGORY_OTHER;
    for (int category = 0; category < TF_CATEGORY_COUNT; category++) {
        const struct tf_str row = tf_category_rows[category].code;
        if (row.len == code.len && row.ptr[0] == code.ptr[0] && row.ptr[code.len - 1] == code.ptr[code.len - 1])
            return (enum tf_category)category;
    }
    return TF_CATEGORY_OTHER;
}

bool tf_category_in_vat(struct tf_str scheme)
{
    return !tf_str_present(scheme) || tf_str_ieq(scheme, TF_STR("VAT"));
}

bool tf_category_rate_fits(enum tf_category_rate need, struct tf_amount rate)
{
    if (!tf_amount_present(rate))
        return need == TF_CATEGORY_RATE_ABSENT;
    const int sign = tf_money_sign(rate.value);
    switch (need) {
    case TF_CATEGORY_RATE_ZERO:
        return sign == 0;
    case TF_CATEGORY_RATE_POSITIVE:
        return sign > 0;
    case TF_CATEGORY_RATE_NOT_NEGATIVE:
        return sign >= 0;
    case TF_CATEGORY_RATE_ABSENT:
        break;
    }
    return false;
}
