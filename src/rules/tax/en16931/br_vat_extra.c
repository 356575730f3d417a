/* What single VAT categories ask for besides the ten rules that all have: K (intra-community), O (not subject) and B (split payment). */
#include "category.h"
#include "families.h"

/* The artefact takes a text for given when it has two characters; the standard, when anything but blanks is in it. */
static bool told(const struct tf_case *c, struct tf_str text)
{
    return c->strict ? !tf_str_blank(text) : text.len > 1;
}

static void br_ic_11(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const struct tf_period *period = &invoice->period;
    const bool in_period = tf_str_present(period->start.text) || tf_str_present(period->end.text) ||
                           (!c->strict && tf_str_present(invoice->tax_point_code));
    tf_case_check(c, TF_RULE_BR_IC_11, told(c, invoice->delivery.date.text) || in_period,
                  (struct tf_spot){.term = "delivery.date", .bt = "BT-72"});
}

static void br_ic_12(struct tf_case *c)
{
    tf_case_check(c, TF_RULE_BR_IC_12, told(c, c->invoice->delivery.address.country),
                  (struct tf_spot){.term = "delivery.address.country", .bt = "BT-80"});
}

/* O stands alone: where a breakdown is for it, nothing in the invoice is of another category of VAT. */
static void judge_not_subject(struct tf_case *c, const struct tf_sums *sums)
{
    const struct tf_sums_category *o = &sums->category[TF_CATEGORY_O];
    const size_t *vat = sums->in_vat;
    tf_case_check(c, TF_RULE_BR_O_11, vat[TF_SUMS_BREAKDOWN] == o->breakdowns, (struct tf_spot){.term = "vat_breakdown", .bt = "BT-118"});
    tf_case_check(c, TF_RULE_BR_O_12, vat[TF_SUMS_LINE] == o->lines, (struct tf_spot){.term = "lines", .bt = "BT-151"});
    tf_case_check(c, TF_RULE_BR_O_13, vat[TF_SUMS_ALLOWANCE] == o->allowances, (struct tf_spot){.term = "allowances", .bt = "BT-95"});
    tf_case_check(c, TF_RULE_BR_O_14, vat[TF_SUMS_CHARGE] == o->charges, (struct tf_spot){.term = "charges", .bt = "BT-102"});
}

static bool italian(struct tf_str country)
{
    return !tf_str_present(country) || tf_str_is(country, "IT");
}

static bool is_country(struct tf_str stray)
{
    return tf_str_is(stray, "country") || tf_str_is(stray, "origin_country");
}

/* Split payment is Italian: every country that the document names is Italy. */
static void br_b_01(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    bool all = italian(invoice->seller.address.country) && italian(invoice->buyer.address.country) &&
               italian(invoice->tax_representative.address.country) && italian(invoice->delivery.address.country);
    for (size_t i = 0; i < invoice->lines.count; i++)
        all &= italian(invoice->lines.items[i].item.origin_country);
    for (size_t i = 0; i < invoice->strays.count; i++)
        all &= !is_country(invoice->strays.items[i].kind) || italian(invoice->strays.items[i].text);
    tf_case_check(c, TF_RULE_BR_B_01, all, (struct tf_spot){.term = "seller.address.country", .bt = "BT-40"});
}

void tf_br_vat_judge_extra(struct tf_case *c, const struct tf_sums *sums)
{
    if (sums->category[TF_CATEGORY_IC].breakdowns > 0) {
        br_ic_11(c);
        br_ic_12(c);
    }
    if (sums->category[TF_CATEGORY_O].breakdowns > 0)
        judge_not_subject(c, sums);
    if (!sums->writes_b)
        return;
    br_b_01(c);
    tf_case_check(c, TF_RULE_BR_B_02, !sums->writes_s, (struct tf_spot){.term = "vat_breakdown", .bt = "BT-118"});
}
