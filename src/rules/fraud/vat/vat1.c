/*
 * VAT1, tax arithmetic: the tax of a breakdown is not its net amount at its rate, or the rate was in force nowhere it can be meant for. The
 * limit is what rounding line by line may cause. Rates are those this program was built with (conf/tax/rates.json): rules read no files.
 */
#include "breakdown.h"
#include "fraud_rules.h"
#include "hit.h"
#include "taxflow/currency.h"
#include "taxflow/supply.h"

enum { UNITS_PER_LINE, TAX_PERMILLE };
enum { PERMILLE_DECIMALS = 3 };

/* What one breakdown is found to be. */
enum finding { RIGHT, CANNOT_TELL, WRONG_TAX, WRONG_RATE };

struct trial {
    const struct tf_fraud_case *c;
    const struct tf_invoice *invoice;
    struct tf_supply supply;
    bool supply_known;
    uint8_t decimals;          /* of the smallest sum that is paid */
    struct tf_decimal expected, off; /* of the breakdown looked at last */
};

/* A document that takes back may have the rates of the one it takes back. 384 of UNTDID 1001 is the corrected invoice. */
static bool corrects(const struct tf_fraud_facts *facts, const struct tf_invoice *invoice)
{
    const struct tf_str type = tf_str_trim(invoice->type_code);
    return facts->event->kind == TF_KIND_CREDIT_NOTE || tf_str_is(type, "381") || tf_str_is(type, "384");
}

static struct tf_decimal larger(struct tf_decimal a, struct tf_decimal b)
{
    return tf_money_cmp(a, b) < 0 ? b : a;
}

/* A unit for each line, or a share of the tax. */
static struct tf_decimal limit_of(const struct trial *t, struct tf_decimal tax)
{
    int64_t lines = t->invoice->lines.count > 0 ? (int64_t)t->invoice->lines.count : 1;
    struct tf_decimal share = tf_money_of(0, 0);
    if (!tf_money_mul(tf_money_abs(tax), tf_money_of(t->c->setting->params[TAX_PERMILLE], PERMILLE_DECIMALS), &share))
        share = tf_money_of(0, 0);
    return larger(tf_money_of(lines * t->c->setting->params[UNITS_PER_LINE], t->decimals), share);
}

/* Categories without a rate are those without tax. */
static bool rate_of(const struct tf_vat_breakdown *breakdown, struct tf_decimal *ret_rate)
{
    bool taxed = tf_breakdown_is(breakdown, "S") || tf_breakdown_is(breakdown, "B") || tf_breakdown_is(breakdown, "L")
                 || tf_breakdown_is(breakdown, "M") || tf_str_blank(breakdown->category);
    *ret_rate = tf_amount_present(breakdown->rate) ? breakdown->rate.value : tf_money_of(0, 0);
    return tf_amount_known(breakdown->rate) || (!tf_amount_present(breakdown->rate) && !taxed);
}

static enum finding judge_tax(struct trial *t, const struct tf_vat_breakdown *breakdown)
{
    struct tf_decimal rate, product;
    if (!tf_amount_known(breakdown->taxable) || !tf_amount_known(breakdown->tax) || !rate_of(breakdown, &rate)
        || !tf_money_mul(breakdown->taxable.value, rate, &product))
        return CANNOT_TELL;
    t->expected = tf_money_round_half_up(tf_money_percent(product), t->decimals);
    if (!tf_money_sub(breakdown->tax.value, t->expected, &t->off))
        return CANNOT_TELL;
    t->off = tf_money_abs(t->off);
    return tf_money_cmp(t->off, limit_of(t, breakdown->tax.value)) > 0 ? WRONG_TAX : RIGHT;
}

static enum finding judge_rate(const struct trial *t, const struct tf_vat_breakdown *breakdown)
{
    bool asked;
    if (tf_supply_rate_is_wrong(tf_rates_builtin(), &t->supply, breakdown, &asked))
        return WRONG_RATE;
    return asked && (!t->supply_known || t->supply.count == 0) ? CANNOT_TELL : RIGHT;
}

static void explain(const struct trial *t, const struct tf_vat_breakdown *breakdown, enum finding finding, struct tf_fraud_hit *hit)
{
    char expected[TF_MONEY_TEXT_BYTES];
    struct tf_str rate = tf_amount_present(breakdown->rate) ? breakdown->rate.text : TF_STR("no");
    const struct tf_decimal at_risk = finding == WRONG_TAX ? t->off : tf_money_abs(breakdown->tax.value);
    if (!tf_money_to_minor(at_risk, &hit->amount_at_risk_minor))
        hit->amount_at_risk_minor = 0;
    hit->observed = tf_arena_printf(t->c->arena, "tax of %.*s on %.*s at %.*s %%", TF_STR_ARGS(breakdown->tax.text),
                                    TF_STR_ARGS(breakdown->taxable.text), TF_STR_ARGS(rate));
    if (finding == WRONG_RATE) {
        const struct tf_str told = tf_supply_tell_rates(tf_rates_builtin(), &t->supply, breakdown, t->c->arena);
        hit->threshold = told.ptr ? tf_arena_printf(t->c->arena, "rates in force: %.*s", TF_STR_ARGS(told)) : TF_STR_NONE;
        return;
    }
    const struct tf_str text = tf_money_format(t->expected, t->decimals, expected);
    hit->threshold = tf_arena_printf(t->c->arena, "%.*s, give or take %lld of the smallest unit a line or %lld in a thousand", TF_STR_ARGS(text),
                                     (long long)t->c->setting->params[UNITS_PER_LINE], (long long)t->c->setting->params[TAX_PERMILLE]);
}

enum tf_fraud_answer tf_vat1_judge(const struct tf_fraud_case *c, struct tf_fraud_hit *hit)
{
    enum { CENTS = 2 };
    struct trial t = {.c = c, .invoice = c->facts->event->as.invoice};
    if (!t.invoice || !tf_breakdown_at(t.invoice, 0))
        return TF_FRAUD_UNKNOWN;
    t.decimals = tf_currency_has_cents(t.invoice->currency) ? CENTS : 0;
    t.supply_known = tf_supply_of(t.invoice, corrects(c->facts, t.invoice), &t.supply);
    bool told = true;
    const struct tf_vat_breakdown *breakdown;
    for (size_t i = 0; (breakdown = tf_breakdown_at(t.invoice, i)); i++) {
        if (!tf_supply_is_vat(breakdown))
            continue; /* another tax, with a base of its own */
        enum finding tax = judge_tax(&t, breakdown);
        enum finding finding = tax == WRONG_TAX ? tax : judge_rate(&t, breakdown);
        if (finding == WRONG_TAX || (finding == WRONG_RATE && tf_amount_known(breakdown->tax) && tf_amount_known(breakdown->taxable))) {
            explain(&t, breakdown, finding, hit);
            return TF_FRAUD_HIT;
        }
        told = told && tax == RIGHT && finding == RIGHT;
    }
    return told ? TF_FRAUD_CLEAR : TF_FRAUD_UNKNOWN;
}
