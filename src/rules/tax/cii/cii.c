/* Parties, references, dates and payment as the artefact for CII asks for them. */
#include "cii.h"

static const bool own_rules[TF_RULE_COUNT] = {
#define CII_RULE(symbol, why) [TF_RULE_##symbol] = true,
#include "cii_rules.def"
#undef CII_RULE
#define OWN(symbol, n) [TF_RULE_BR_##symbol##_##n] = true
#define VAT_CATEGORY(symbol, code, taxed, parties, rate, reason)                                                \
    OWN(symbol, 01), OWN(symbol, 02), OWN(symbol, 03), OWN(symbol, 04), OWN(symbol, 05), OWN(symbol, 06),       \
        OWN(symbol, 07), OWN(symbol, 08), OWN(symbol, 09), OWN(symbol, 10),
#include "en16931/vat_categories.def"
#undef VAT_CATEGORY
};

const bool *tf_cii_rules(void)
{
    return own_rules;
}

static bool filled(struct tf_str text)
{
    return !tf_str_blank(text);
}

static bool same(struct tf_str a, struct tf_str b)
{
    return tf_str_present(a) && tf_str_present(b) && tf_str_eq(a, b);
}

/* ---- Parties ---- */

/* A scheme must be something, and not only be there. */
static void judge_endpoint(struct tf_case *c, enum tf_rule rule, struct tf_id endpoint, const char *term, const char *bt)
{
    tf_case_check(c, rule, !tf_str_present(endpoint.id) || filled(endpoint.scheme), (struct tf_spot){.term = term, .bt = bt});
}

/* The payee is another than the seller: by name, by any identifier, by register number. */
static void br_17(struct tf_case *c)
{
    const struct tf_trader *seller = &c->invoice->seller;
    const struct tf_payee *payee = &c->invoice->payee;
    if (!payee->present)
        return;
    bool other = tf_str_present(payee->name) && !same(payee->name, seller->name) && !same(payee->legal_id.id, seller->legal_id.id);
    /* An identifier with a scheme stands at another place, which the artefact does not look at. */
    for (size_t i = 0; i < seller->ids.count; i++)
        if (!tf_str_present(payee->id.scheme) && !tf_str_present(seller->ids.items[i].scheme))
            other = other && !same(payee->id.id, seller->ids.items[i].id);
    tf_case_check(c, TF_RULE_BR_17, other, (struct tf_spot){.term = "payee.name", .bt = "BT-59"});
}

static void judge_parties(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const struct tf_trader *seller = &invoice->seller;
    /* Asked of an address that is not there, too. */
    tf_case_check(c, TF_RULE_BR_09, filled(seller->address.country), (struct tf_spot){.term = "seller.address.country", .bt = "BT-40"});
    tf_case_check(c, TF_RULE_BR_11, filled(invoice->buyer.address.country), (struct tf_spot){.term = "buyer.address.country", .bt = "BT-55"});
    judge_endpoint(c, TF_RULE_BR_62, seller->endpoint, "seller.endpoint.scheme", "BT-34");
    judge_endpoint(c, TF_RULE_BR_63, invoice->buyer.endpoint, "buyer.endpoint.scheme", "BT-49");
    br_17(c);
    if (seller->present)
        tf_case_check(c, TF_RULE_BR_CO_26,
            seller->ids.count > 0 || tf_str_present(seller->legal_id.id) || tf_str_present(seller->vat_id),
            (struct tf_spot){.term = "seller.ids", .bt = "BT-29"});
    if (invoice->tax_representative.present) {
        tf_case_check(c, TF_RULE_BR_20, filled(invoice->tax_representative.address.country),
            (struct tf_spot){.term = "tax_representative.address.country", .bt = "BT-69"});
        tf_case_check(c, TF_RULE_BR_56, filled(invoice->tax_representative.vat_id),
            (struct tf_spot){.term = "tax_representative.vat_id", .bt = "BT-63"});
    }
    if (invoice->delivery.address.present)
        tf_case_check(c, TF_RULE_BR_57, filled(invoice->delivery.address.country),
            (struct tf_spot){.term = "delivery.address.country", .bt = "BT-80"});
}

/* ---- Periods ---- */

enum { COMPACT_BYTES = 8 };

/* A date as CII writes it: eight digits; one that is none as it was written. */
static struct tf_str as_written(struct tf_date date, char compact[COMPACT_BYTES])
{
    const char *iso = date.text.ptr;
    if (!tf_date_known(date) || iso[0] == ' ')
        return date.text;
    memcpy(compact, iso, 4);
    memcpy(compact + 4, iso + 5, 2);
    memcpy(compact + 6, iso + 8, 2);
    return (struct tf_str){compact, COMPACT_BYTES};
}

/*
 * Whether a period ends when it began or later. The artefact compares the characters of dates of format 102. A date in another format is
 * empty here (cii_hooks.c), and never fits.
 */
static bool in_order(const struct tf_period *period)
{
    char start[COMPACT_BYTES], end[COMPACT_BYTES];
    if (!tf_str_present(period->start.text) || !tf_str_present(period->end.text))
        return true;
    if (period->start.text.len == 0 || period->end.text.len == 0)
        return false;
    return tf_str_cmp(as_written(period->end, end), as_written(period->start, start)) >= 0;
}

static void judge_period(struct tf_case *c, const struct tf_period *period, enum tf_rule order, enum tf_rule given, struct tf_spot spot)
{
    if (!period->present)
        return;
    tf_case_check(c, given, tf_str_present(period->start.text) || tf_str_present(period->end.text), spot);
    spot.term = "period.end";
    spot.bt = spot.list ? "BT-135" : "BT-74";
    tf_case_check(c, order, in_order(period), spot);
}

/* ---- Lines ---- */

static void judge_line(struct tf_case *c, size_t i)
{
    const struct tf_line *line = &c->invoice->lines.items[i];
    const struct tf_spot spot = {.list = "lines", .index = i, .term = "period", .bt = "BG-26"};
    judge_period(c, &line->period, TF_RULE_BR_30, TF_RULE_BR_CO_20, spot);
    struct tf_spot scheme = {.list = "lines", .index = i, .term = "item.standard_id.scheme", .bt = "BT-157"};
    tf_case_check(c, TF_RULE_BR_64, !tf_str_present(line->item.standard_id.id) || filled(line->item.standard_id.scheme), scheme);
    for (size_t k = 0; k < line->item.class_ids.count; k++) {
        const struct tf_class_id *id = &line->item.class_ids.items[k];
        scheme = (struct tf_spot){.list = "lines", .index = i, .sublist = "item.class_ids", .subindex = k, .term = "list", .bt = "BT-158"};
        tf_case_check(c, TF_RULE_BR_65, !tf_str_present(id->id) || filled(id->list), scheme);
    }
    /* BG-23 is asked for once a line, and by none where there are no lines. */
    if (i == 0)
        tf_case_check(c, TF_RULE_BR_CO_18, c->invoice->vat_breakdown.count > 0, (struct tf_spot){.term = "vat_breakdown", .bt = "BG-23"});
}

/* ---- Payment and references ---- */

static void judge_transfers(struct tf_case *c, size_t i)
{
    const struct tf_payment_means *means = &c->invoice->payments.items[i];
    if (!tf_str_is(means->means_code, "30") && !tf_str_is(means->means_code, "58"))
        return;
    for (size_t k = 0; k < means->transfers.count; k++) {
        const struct tf_str account = means->transfers.items[k].account;
        const struct tf_spot payment = {.list = "payment", .index = c->invoice->payments.count > 1 ? i : TF_SPOT_NO_INDEX};
        const struct tf_spot spot = tf_spot_in(payment, "transfers", k, "account", "BT-84");
        tf_case_check(c, TF_RULE_BR_50, filled(account), spot);
        tf_case_check(c, TF_RULE_BR_61, tf_str_present(account), spot);
    }
}

static void judge_references(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    for (size_t i = 0; i < invoice->payments.count; i++)
        judge_transfers(c, i);
    for (size_t i = 0; i < invoice->preceding.count; i++)
        tf_case_check(c, TF_RULE_BR_55, filled(invoice->preceding.items[i].number),
            (struct tf_spot){.list = "preceding", .index = i, .term = "number", .bt = "BT-25"});
}

/* BR-52 asks for the number of every additional document, wherever it stands; the other families of those of BG-24. */
static void judge_blank_references(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    for (size_t i = 0; i < invoice->strays.count; i++)
        if (tf_str_is(invoice->strays.items[i].kind, "blank_reference"))
            tf_case_find(c, TF_RULE_BR_52, (struct tf_spot){.line = invoice->strays.items[i].line, .bt = "BT-122"});
}

void tf_cii_judge(struct tf_case *c)
{
    judge_parties(c);
    judge_period(c, &c->invoice->period, TF_RULE_BR_29, TF_RULE_BR_CO_19, (struct tf_spot){.term = "period", .bt = "BG-14"});
    for (size_t i = 0; i < c->invoice->lines.count; i++)
        judge_line(c, i);
    judge_references(c);
    judge_blank_references(c);
    tf_cii_vat_judge(c);
    tf_cii_totals_judge(c);
}
