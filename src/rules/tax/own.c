#include "own.h"

#include "families.h"
#include "taxflow/arena.h"

static void tf_15(struct tf_case *c)
{
    if (!c->companies_configured)
        return;
    tf_case_saw(c, TF_RULE_TF_15);
    if (c->event->direction_foreign)
        tf_case_find(c, TF_RULE_TF_15, (struct tf_spot){.term = "seller", .bt = "BT-31"});
}

bool tf_own_tax_day(const struct tf_invoice *invoice, int32_t *ret_day)
{
    return tf_own_day(invoice->tax_point_date, ret_day) || tf_own_day(invoice->delivery.date, ret_day) ||
           tf_own_day(invoice->issue_date, ret_day);
}

struct tf_str tf_own_country_text(struct tf_case *c, uint16_t country)
{
    char letters[3];
    tf_country_text(country, letters);
    const struct tf_str text = tf_arena_dup(c->arena, tf_str_of(letters));
    c->out_of_memory |= !tf_str_present(text);
    return text;
}

/* UNTDID 1001: the codes of BR-CL-01's list for credit notes, and 384, the corrected invoice. */
bool tf_own_is_credit_note(const struct tf_case *c)
{
    static const char *const codes[] = {"81", "83", "261", "262", "296", "308", "381", "384", "396", "420", "458", "502", "503", "532"};
    const struct tf_str code = tf_str_trim(c->invoice->type_code);
    if (c->event->kind == TF_KIND_CREDIT_NOTE)
        return true;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (tf_str_is(code, codes[i]))
            return true;
    return false;
}

void tf_own_judge(struct tf_case *c, struct tf_sums *sums)
{
    (void)sums; /* of EN 16931 */
    tf_own_judge_vat_ids(c);
    tf_own_judge_rates(c);
    tf_own_judge_categories(c);
    tf_own_judge_arithmetic(c);
    tf_own_judge_dates(c);
    tf_own_judge_currency(c);
    tf_own_judge_ids(c);
    tf_own_judge_india(c);
    tf_15(c);
}
