/* TF-12: what Indian invoices must look like beside the tax number, which TF-01's like sees to (CGST Rules 2017, rule 46; e-invoice schema INV-01). */
#include "own.h"

static bool is_digit(char ch) { return ch >= '0' && ch <= '9'; }
static bool is_letter(char ch) { return (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z'); }

/* At most 16 characters: letters, digits, dash and slash; none of the last two, and no zero, in front. */
static bool is_number(struct tf_str number)
{
    enum { LONGEST = 16 };
    if (number.len == 0 || number.len > LONGEST || number.ptr[0] == '0' || (!is_letter(number.ptr[0]) && !is_digit(number.ptr[0])))
        return false;
    for (size_t i = 1; i < number.len; i++)
        if (!is_letter(number.ptr[i]) && !is_digit(number.ptr[i]) && number.ptr[i] != '-' && number.ptr[i] != '/')
            return false;
    return true;
}

static void judge_rounding(struct tf_case *c)
{
    const struct tf_figure limit = tf_figure_whole(99), rounding = tf_figure_of(c->invoice->totals.rounding);
    if (!rounding.known)
        return;
    tf_case_saw(c, TF_RULE_TF_12);
    if (tf_figure_less(limit, tf_figure_abs(rounding)))
        tf_case_find_amounts(c, TF_RULE_TF_12, (struct tf_spot){.term = "totals.rounding", .bt = "BT-114"}, rounding, limit);
}

void tf_own_judge_india(struct tf_case *c)
{
    const struct tf_str number = tf_str_trim(c->invoice->number);
    if (tf_country_of(c->invoice->seller.address.country) != TF_COUNTRY('I', 'N') || number.len == 0)
        return;
    tf_case_saw(c, TF_RULE_TF_12);
    if (!is_number(number))
        tf_case_find(c, TF_RULE_TF_12, (struct tf_spot){.term = "number", .bt = "BT-1"});
    judge_rounding(c);
}
