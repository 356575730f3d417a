/* Decimals: amounts have two digits behind the point at most. It is the characters that count: "10.100" has three. */
#include "breakdown.h"
#include "families.h"

#include <stddef.h>

enum { DECIMALS_MAX = 2 };

struct amount {
    enum tf_rule rule;
    uint32_t place; /* of a tf_amount in the struct that has the term */
    const char *path;
    const char *bt;
};

#define TOTAL(member) offsetof(struct tf_invoice, totals.member)
static const struct amount totals[] = {
    {TF_RULE_BR_DEC_09, TOTAL(line_net), "totals.line_net", "BT-106"}, {TF_RULE_BR_DEC_10, TOTAL(allowances), "totals.allowances", "BT-107"},
    {TF_RULE_BR_DEC_11, TOTAL(charges), "totals.charges", "BT-108"},   {TF_RULE_BR_DEC_12, TOTAL(net), "totals.net", "BT-109"},
    {TF_RULE_BR_DEC_14, TOTAL(gross), "totals.gross", "BT-112"},       {TF_RULE_BR_DEC_16, TOTAL(prepaid), "totals.prepaid", "BT-113"},
    {TF_RULE_BR_DEC_17, TOTAL(rounding), "totals.rounding", "BT-114"}, {TF_RULE_BR_DEC_18, TOTAL(due), "totals.due", "BT-115"},
};
#undef TOTAL
#define ALLOWANCE(member) offsetof(struct tf_allowance, member)
static const struct amount allowances[] = {
    {TF_RULE_BR_DEC_01, ALLOWANCE(amount), "amount", "BT-92"},
    {TF_RULE_BR_DEC_02, ALLOWANCE(base), "base", "BT-93"},
};
static const struct amount charges[] = {
    {TF_RULE_BR_DEC_05, ALLOWANCE(amount), "amount", "BT-99"},
    {TF_RULE_BR_DEC_06, ALLOWANCE(base), "base", "BT-100"},
};
static const struct amount line_allowances[] = {
    {TF_RULE_BR_DEC_24, ALLOWANCE(amount), "amount", "BT-136"},
    {TF_RULE_BR_DEC_25, ALLOWANCE(base), "base", "BT-137"},
};
static const struct amount line_charges[] = {
    {TF_RULE_BR_DEC_27, ALLOWANCE(amount), "amount", "BT-141"},
    {TF_RULE_BR_DEC_28, ALLOWANCE(base), "base", "BT-142"},
};
#undef ALLOWANCE
static const struct amount breakdowns[] = {
    {TF_RULE_BR_DEC_19, offsetof(struct tf_vat_breakdown, taxable), "taxable", "BT-116"},
    {TF_RULE_BR_DEC_20, offsetof(struct tf_vat_breakdown, tax), "tax", "BT-117"},
};
static const struct amount lines[] = {
    {TF_RULE_BR_DEC_23, offsetof(struct tf_line, net), "net", "BT-131"},
};

/* Characters behind the first point. The artefact counts white space among them, the standard does not. */
static size_t decimals(const struct tf_case *c, struct tf_str text)
{
    if (c->strict)
        text = tf_str_trim(text);
    const char *point = text.len > 0 ? memchr(text.ptr, '.', text.len) : NULL;
    return point ? (size_t)(text.ptr + text.len - point) - 1 : 0;
}

static void judge_amount(struct tf_case *c, enum tf_rule rule, struct tf_amount amount, struct tf_spot spot)
{
    tf_case_saw(c, rule);
    if (decimals(c, amount.text) > DECIMALS_MAX)
        tf_case_find_text(c, rule, spot, amount.text, TF_STR("at most 2 decimals"));
}

static void judge_amounts(struct tf_case *c, const struct amount *rows, size_t count, const void *owner, struct tf_spot spot)
{
    for (size_t i = 0; i < count; i++) {
        const struct tf_amount *amount = (const void *)((const char *)owner + rows[i].place);
        if (tf_amount_present(*amount))
            judge_amount(c, rows[i].rule, *amount, tf_spot_at(spot, rows[i].path, rows[i].bt));
    }
}

#define JUDGE(c, rows, owner, spot) judge_amounts(c, rows, sizeof(rows) / sizeof((rows)[0]), owner, spot)

/* BR-DEC-13 and -15: in the artefact for UBL they look for a currency where there is none, and so never speak. */
static void judge_vat_totals(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    for (size_t i = 0; i < invoice->vat_totals.count; i++) {
        const struct tf_vat_total *total = &invoice->vat_totals.items[i];
        const struct tf_str currency = tf_str_trim(total->currency);
        if (!tf_amount_present(total->amount) || currency.len == 0)
            continue;
        if (tf_str_eq(currency, tf_str_trim(invoice->currency)))
            judge_amount(c, TF_RULE_BR_DEC_13, total->amount, tf_vat_total_spot(invoice, i));
        else if (tf_str_eq(currency, tf_str_trim(invoice->vat_currency)))
            judge_amount(c, TF_RULE_BR_DEC_15, total->amount, tf_vat_total_spot(invoice, i));
    }
}

void tf_br_dec_judge(struct tf_case *c)
{
    JUDGE(c, totals, c->invoice, ((struct tf_spot){.list = NULL}));
    if (c->strict)
        judge_vat_totals(c);
}

void tf_br_dec_judge_allowance(struct tf_case *c, const struct tf_allowance *allowance, bool is_charge, struct tf_spot spot)
{
    if (is_charge)
        JUDGE(c, charges, allowance, spot);
    else
        JUDGE(c, allowances, allowance, spot);
}

void tf_br_dec_judge_line_allowance(struct tf_case *c, const struct tf_allowance *allowance, bool is_charge, struct tf_spot spot)
{
    if (is_charge)
        JUDGE(c, line_charges, allowance, spot);
    else
        JUDGE(c, line_allowances, allowance, spot);
}

void tf_br_dec_judge_breakdown(struct tf_case *c, const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    JUDGE(c, breakdowns, breakdown, spot);
}

void tf_br_dec_judge_line(struct tf_case *c, const struct tf_line *line, struct tf_spot spot)
{
    JUDGE(c, lines, line, spot);
}
