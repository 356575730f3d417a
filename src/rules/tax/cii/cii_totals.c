/* The totals as the artefact for CII adds them up: what it does not call a decimal, it takes for a binary number. */
#include "en16931/binary64.h"
#include "cii.h"

static void expect(struct tf_case *c, enum tf_rule rule, bool holds, struct tf_spot spot, struct tf_figure observed, struct tf_figure expected)
{
    tf_case_saw(c, rule);
    if (!holds)
        tf_case_find_amounts(c, rule, spot, observed, expected);
}

static struct tf_spot totals(const char *term, const char *bt)
{
    return (struct tf_spot){.term = term, .bt = bt};
}

/* A sum of what is taken for binary numbers. */
struct sum { struct tf_binary64 value; size_t count; };

static void add(struct sum *sum, struct tf_amount amount)
{
    const struct tf_binary64 value = tf_binary64_of_amount(amount);
    if (tf_amount_known(amount))
        sum->value = sum->count++ == 0 ? value : tf_binary64_add(sum->value, value);
}

/* round(sum * 10 * 10) div 100, all of it binary. */
static struct tf_binary64 rounded(const struct sum *sum)
{
    const struct tf_binary64 ten = tf_binary64_of(tf_money_of(10, 0));
    return tf_binary64_round_hundredth(tf_binary64_mul(tf_binary64_mul(sum->value, ten), ten));
}

static bool equals(struct tf_amount amount, const struct sum *sum)
{
    return tf_amount_known(amount) && tf_binary64_eq(tf_binary64_of_amount(amount), rounded(sum));
}

static struct tf_figure in_decimals(const struct sum *sum)
{
    return (struct tf_figure){tf_binary64_cents(sum->value), true};
}

/* The sum is binary, what it exactly is gets rounded as a decimal. */
static void br_co_10(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    struct sum sum = {{0, 0}, 0};
    for (size_t i = 0; i < invoice->lines.count; i++)
        add(&sum, invoice->lines.items[i].net);
    const struct tf_figure line_net = tf_figure_of(invoice->totals.line_net), expected = in_decimals(&sum);
    expect(c, TF_RULE_BR_CO_10, tf_figure_eq(line_net, expected), totals("totals.line_net", "BT-106"), line_net, expected);
}

/* BR-CO-11 and -12: nothing on both sides is fine. */
static void judge_sum(struct tf_case *c, enum tf_rule rule, struct tf_spot spot, struct tf_amount total,
                      const struct tf_allowance *items, size_t count)
{
    struct sum sum = {{0, 0}, 0};
    for (size_t i = 0; i < count; i++)
        add(&sum, items[i].amount);
    expect(c, rule, (count == 0 && !tf_amount_present(total)) || equals(total, &sum), spot, tf_figure_of(total), in_decimals(&sum));
}

/* Unlike that for UBL, it rounds without allowances and charges, too. */
static void br_co_13(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    struct tf_figure net = tf_figure_of(invoice->totals.line_net);
    tf_figure_deduct(&net, invoice->totals.allowances);
    tf_figure_collect(&net, invoice->totals.charges);
    net = tf_figure_round(net, 2);
    expect(c, TF_RULE_BR_CO_13, tf_figure_eq(tf_figure_of(invoice->totals.net), net), totals("totals.net", "BT-109"),
           tf_figure_of(invoice->totals.net), net);
}

static bool in_currency(const struct tf_vat_total *total, struct tf_str currency)
{
    return tf_str_present(currency) && tf_str_present(total->currency) && tf_str_eq(total->currency, currency);
}

static struct tf_spot vat_total(size_t i)
{
    return (struct tf_spot){.list = "vat_totals", .index = i, .term = "amount", .bt = "BT-110"};
}

/* Every VAT total in BT-5, with a breakdown or without one, against all breakdowns. */
static void br_co_14(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    struct sum sum = {{0, 0}, 0};
    for (size_t i = 0; i < invoice->vat_breakdown.count; i++)
        add(&sum, invoice->vat_breakdown.items[i].tax);
    for (size_t i = 0; i < invoice->vat_totals.count; i++) {
        const struct tf_vat_total *total = &invoice->vat_totals.items[i];
        if (!in_currency(total, invoice->currency))
            continue;
        expect(c, TF_RULE_BR_CO_14, equals(total->amount, &sum), vat_total(i), tf_figure_of(total->amount), in_decimals(&sum));
    }
}

/* Without any VAT, gross may be net and the VAT total left out. */
static void br_co_15(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const struct tf_figure gross = tf_figure_of(invoice->totals.gross), net = tf_figure_of(invoice->totals.net);
    struct tf_figure vat = {.known = false};
    size_t count = 0;
    if (!tf_str_present(invoice->currency))
        return;
    for (size_t i = 0; i < invoice->vat_totals.count; i++)
        if (in_currency(&invoice->vat_totals.items[i], invoice->currency)) {
            vat = tf_figure_of(invoice->vat_totals.items[i].amount);
            count++;
        }
    const struct tf_figure expected = tf_figure_round(tf_figure_add(net, vat), 2);
    const bool fits = (count == 1 && tf_figure_eq(gross, expected)) || tf_figure_eq(gross, net);
    expect(c, TF_RULE_BR_CO_15, fits, count == 1 ? totals("totals.gross", "BT-112") : totals("totals.vat", "BT-110"),
           count == 1 ? gross : (struct tf_figure){.known = false}, expected);
}

/* It does not round at all. */
static void br_co_16(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    struct tf_figure owed = tf_figure_of(invoice->totals.gross);
    tf_figure_deduct(&owed, invoice->totals.prepaid);
    tf_figure_collect(&owed, invoice->totals.rounding);
    expect(c, TF_RULE_BR_CO_16, tf_figure_eq(tf_figure_of(invoice->totals.due), owed), totals("totals.due", "BT-115"),
           tf_figure_of(invoice->totals.due), owed);
}

/* BT-6 must be another currency than BT-5, besides having its total. */
static void br_53(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const struct tf_str currency = invoice->vat_currency;
    tf_case_saw(c, TF_RULE_BR_53);
    if (!tf_str_present(currency))
        return;
    bool given = false;
    for (size_t i = 0; i < invoice->vat_totals.count; i++)
        given |= in_currency(&invoice->vat_totals.items[i], currency);
    const bool same = tf_str_present(invoice->currency) && tf_str_eq(currency, invoice->currency);
    if (!given || same)
        tf_case_find(c, TF_RULE_BR_53, same ? totals("vat_currency", "BT-6") : totals("totals.vat_accounting", "BT-111"));
}

static bool is_in_cents(struct tf_amount amount)
{
    const struct tf_binary64 hundred = tf_binary64_of(tf_money_of(100, 0));
    if (!tf_amount_known(amount))
        return false;
    const struct tf_binary64 value = tf_binary64_of_amount(amount);
    return tf_binary64_eq(value, tf_binary64_round_hundredth(tf_binary64_mul(value, hundred)));
}

/*
 * BR-DEC-13 and -15: by value, not by characters; and one VAT total that fits is enough, be it for another currency (13). Where BT-6
 * is given, it is not enough for 15 to be for another one.
 */
static void br_dec_13_15(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    bool fits_13 = invoice->vat_totals.count == 0, fits_15 = fits_13 || !tf_str_present(invoice->vat_currency);
    for (size_t i = 0; i < invoice->vat_totals.count; i++) {
        const struct tf_vat_total *total = &invoice->vat_totals.items[i];
        fits_13 |= !in_currency(total, invoice->currency) || is_in_cents(total->amount);
        fits_15 |= in_currency(total, invoice->vat_currency) && is_in_cents(total->amount);
    }
    tf_case_saw(c, TF_RULE_BR_DEC_13);
    tf_case_saw(c, TF_RULE_BR_DEC_15);
    if (!fits_13)
        tf_case_find(c, TF_RULE_BR_DEC_13, totals("totals.vat", "BT-110"));
    if (!fits_15)
        tf_case_find(c, TF_RULE_BR_DEC_15, totals("totals.vat_accounting", "BT-111"));
}

void tf_cii_totals_judge(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    br_co_14(c);
    br_co_15(c);
    if (!invoice->totals.present)
        return;
    br_co_10(c);
    judge_sum(c, TF_RULE_BR_CO_11, totals("totals.allowances", "BT-107"), invoice->totals.allowances, invoice->allowances.items,
              invoice->allowances.count);
    judge_sum(c, TF_RULE_BR_CO_12, totals("totals.charges", "BT-108"), invoice->totals.charges, invoice->charges.items,
              invoice->charges.count);
    br_co_13(c);
    br_co_16(c);
    br_53(c);
    br_dec_13_15(c);
}
