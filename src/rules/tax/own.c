#include "families.h"

static void tf_15(struct tf_case *c)
{
    if (!c->companies_configured)
        return;
    tf_case_saw(c, TF_RULE_TF_15);
    if (c->event->direction_foreign)
        tf_case_find(c, TF_RULE_TF_15, (struct tf_spot){.term = "seller", .bt = "BT-31"});
}

void tf_own_judge(struct tf_case *c, struct tf_sums *sums)
{
    (void)sums;
    tf_15(c);
}
