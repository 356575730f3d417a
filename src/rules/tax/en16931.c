#include "families.h"

void tf_en16931_judge(struct tf_case *c, struct tf_sums *sums)
{
    tf_br_judge(c);
    for (size_t i = 0; i < c->invoice->lines.count; i++) {
        tf_br_judge_line(c, i);
        tf_br_vat_judge_line(c, sums, i);
    }
    tf_br_vat_judge_allowances(c, sums);
    tf_br_vat_judge(c, sums);
    tf_br_co_judge(c, sums);
}
