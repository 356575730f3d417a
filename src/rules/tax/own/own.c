#include "own.h"

#include "families.h"
#include "history.h"
#include "taxflow/arena.h"

static void tf_15(struct tf_case *c)
{
    if (!c->companies_configured)
        return;
    tf_case_saw(c, TF_RULE_TF_15);
    if (c->event->direction_foreign)
        tf_case_find(c, TF_RULE_TF_15, (struct tf_spot){.term = "seller", .bt = "BT-31"});
}

struct tf_str tf_own_country_text(struct tf_case *c, uint16_t country)
{
    char letters[3];
    tf_country_text(country, letters);
    const struct tf_str text = tf_arena_dup(c->arena, tf_str_of(letters));
    c->out_of_memory |= !tf_str_present(text);
    return text;
}

/* 384 of UNTDID 1001 is the corrected invoice. */
bool tf_own_corrects(const struct tf_case *c)
{
    return tf_history_is_credit(c->event) || tf_str_is(tf_str_trim(c->invoice->type_code), "384");
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
