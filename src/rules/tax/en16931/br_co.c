/* Conditions between terms that are no amounts. */
#include "br_cl.h"
#include "category.h"
#include "families.h"

static bool given(const struct tf_case *c, struct tf_str text)
{
    return c->strict ? !tf_str_blank(text) : tf_str_present(text);
}

static void br_co_03(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const bool date = given(c, invoice->tax_point_date.text), code = given(c, invoice->tax_point_code);
    if (date || code)
        tf_case_check(c, TF_RULE_BR_CO_03, !date || !code, (struct tf_spot){.term = "tax_point_code", .bt = "BT-8"});
}

/* The first two characters of a text, or as many as it has. */
static struct tf_str prefix_of(struct tf_str text)
{
    size_t len = 0;
    for (int characters = 0; characters < 2 && len < text.len; characters++) {
        const size_t bytes = tf_str_utf8_len((struct tf_str){text.ptr + len, text.len - len});
        len += bytes > 0 ? bytes : 1;
    }
    return (struct tf_str){text.ptr, len};
}

/* The artefact for UBL looks for the prefix anywhere in the text of the list, so that one letter, or a blank and one, pass. */
static bool is_prefix(const struct tf_case *c, struct tf_str prefix)
{
    const struct tf_str all = tf_br_cl_joined(c, TF_CODES_VAT_PREFIX);
    if (tf_br_cl_has(c, TF_CODES_VAT_PREFIX, prefix))
        return true;
    return !c->strict && c->invoice->syntax != TF_SYNTAX_CII && memmem(all.ptr, all.len, prefix.ptr, prefix.len) != NULL;
}

static void br_co_09(struct tf_case *c, struct tf_str vat_id, struct tf_spot spot)
{
    if (!tf_str_present(vat_id))
        return;
    const struct tf_str prefix = prefix_of(c->strict ? tf_str_trim(vat_id) : vat_id);
    tf_case_saw(c, TF_RULE_BR_CO_09);
    if (!is_prefix(c, prefix))
        tf_case_find_text(c, TF_RULE_BR_CO_09, spot, prefix, TF_STR("a country code of ISO 3166-1, EL or XI"));
}

void tf_br_co_judge_stray(struct tf_case *c, const struct tf_stray *stray)
{
    if (tf_str_is(stray->kind, "vat_id"))
        br_co_09(c, stray->text, (struct tf_spot){.bt = "BT-31", .line = stray->line});
}

static bool has_a_day(const struct tf_case *c, const struct tf_period *period)
{
    return given(c, period->start.text) || given(c, period->end.text);
}

/* A period of UBL may hold the code of BT-8 alone. */
static void br_co_19(struct tf_case *c)
{
    const bool filled = has_a_day(c, &c->invoice->period) || (!c->strict && tf_str_present(c->invoice->tax_point_code));
    tf_case_check(c, TF_RULE_BR_CO_19, filled, (struct tf_spot){.term = "period", .bt = "BG-14"});
}

/* Who has something to pay is told until when. The standard has this rule, the artefact dropped it with 1.3.16. */
static void br_co_25(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const struct tf_amount due = invoice->totals.due;
    if (!tf_amount_present(due) || tf_money_sign(due.value) <= 0)
        return;
    const bool told = !tf_str_blank(invoice->due_date.text) || !tf_str_blank(invoice->payment_terms);
    tf_case_check(c, TF_RULE_BR_CO_25, told, (struct tf_spot){.term = "due_date", .bt = "BT-9"});
}

/* A creditor's identifier of the bank (scheme SEPA) does not tell who the seller is. */
static void br_co_26(struct tf_case *c)
{
    const struct tf_trader *seller = &c->invoice->seller;
    bool known = given(c, seller->vat_id) || given(c, seller->legal_id.id);
    for (size_t i = 0; i < seller->ids.count; i++)
        known |= given(c, seller->ids.items[i].id) && !tf_str_is(seller->ids.items[i].scheme, "SEPA");
    tf_case_check(c, TF_RULE_BR_CO_26, known, (struct tf_spot){.term = "seller", .bt = "BT-29"});
}

void tf_br_co_judge_line(struct tf_case *c, const struct tf_line *line, struct tf_spot spot)
{
    const bool categorized = given(c, line->vat.category) && tf_category_in_vat(line->vat.scheme);
    tf_case_check(c, TF_RULE_BR_CO_04, categorized, tf_spot_at(spot, "vat.category", "BT-151"));
    if (line->period.present)
        tf_case_check(c, TF_RULE_BR_CO_20, has_a_day(c, &line->period), tf_spot_at(spot, "period", "BG-26"));
}

void tf_br_co_judge(struct tf_case *c, const struct tf_sums *sums)
{
    const struct tf_invoice *invoice = c->invoice;
    br_co_03(c);
    br_co_09(c, invoice->seller.vat_id, (struct tf_spot){.term = "seller.vat_id", .bt = "BT-31"});
    br_co_09(c, invoice->buyer.vat_id, (struct tf_spot){.term = "buyer.vat_id", .bt = "BT-48"});
    br_co_09(c, invoice->tax_representative.vat_id, (struct tf_spot){.term = "tax_representative.vat_id", .bt = "BT-63"});
    if (invoice->period.present)
        br_co_19(c);
    if (c->strict)
        br_co_25(c);
    if (invoice->seller.present)
        br_co_26(c);
    tf_br_co_judge_sums(c, sums);
}
