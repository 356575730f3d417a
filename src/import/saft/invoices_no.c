/* Sales and purchase invoices of Norway's SourceDocuments as records. */
#include "source.h"

enum { DECIMALS = 2 };

static bool is_negative(struct tf_decimal value) { return tf_money_cmp(value, tf_money_of(0, 0)) < 0; }

/* As the record has it: a credit note's amounts are what is given back. */
static struct tf_decimal told(const struct tf_saft *s, struct tf_decimal value) { return s->source.credit ? tf_money_neg(value) : value; }

static struct tf_decimal less(struct tf_saft *s, struct tf_decimal a, struct tf_decimal b)
{
    struct tf_decimal difference;
    if (tf_money_sub(a, b, &difference))
        return difference;
    tf_saft_spoil(s, TF_E_NUMBER, "Line", "an amount is beyond what can be reckoned");
    return tf_money_of(0, DECIMALS);
}

/* ---- Tax ---- */

/* By the standard code of the tax table (Skatteetaten, Standard Tax Codes), where the amount bears it out, else by the rate; NULL: nothing says it. */
static const char *category_of(const struct tf_saft *s, struct tf_decimal rate, struct tf_decimal tax)
{
    static const struct { const char *code, *category; } untaxed[] = {
        {"5", "Z"}, {"51", "AE"}, {"52", "G"}, {"6", "O"}, {"7", "O"}, {"0", "O"}, {"86", "AE"}, {"87", "AE"}, {"88", "AE"}, {"89", "AE"}, {"91", "AE"}, {"92", "AE"}};
    const struct tf_saft_entity *code = tf_saft_entities_find(&s->entities, TF_SAFT_OF_CODE, s->tax.code, TF_STR_NONE);
    const struct tf_str standard = code && code->name.len > 0 ? code->name : TF_STR_NONE;
    const bool charged = tf_money_cmp(tax, tf_money_of(0, 0)) != 0;
    for (size_t i = 0; i < sizeof untaxed / sizeof untaxed[0]; i++)
        if (tf_str_is(standard, untaxed[i].code))
            return charged ? NULL : untaxed[i].category;
    return tf_money_cmp(rate, tf_money_of(0, 0)) > 0 && charged ? "S" : NULL;
}

/* What is billed of tax: of a sale credit. */
static struct tf_decimal tax_of(struct tf_saft *s)
{
    struct tf_decimal debit, credit;
    (void)tf_saft_amount(s, s->tax.debit, "DebitTaxAmount", &debit);
    (void)tf_saft_amount(s, s->tax.credit, "CreditTaxAmount", &credit);
    return tf_source_is_sale(s) ? less(s, credit, debit) : less(s, debit, credit);
}

/* A base may be written without its sign: it has that of the tax, or of the line. */
static struct tf_decimal base_of(struct tf_saft *s, struct tf_decimal tax, bool total)
{
    struct tf_decimal base;
    const struct tf_decimal line = total ? s->source.net : tf_source_amount(s, tf_source_is_sale(s));
    if (!tf_saft_amount(s, s->tax.base, "TaxBase", &base))
        return line;
    const bool taxed = tf_money_cmp(tax, tf_money_of(0, 0)) != 0;
    return is_negative(taxed ? tax : line) ? tf_money_neg(tf_money_abs(base)) : tf_money_abs(base);
}

/* Taxes of the section's totals, on the side where they stand. */
static void sum_tax(struct tf_saft *s, struct tf_decimal tax)
{
    const bool credit = tf_source_is_sale(s) != is_negative(tax);
    tf_saft_sum(credit ? &s->one.credit_tax : &s->one.debit_tax, tf_money_abs(tax), &s->one.overflow);
}

/* DocumentTotals say it of the whole document: what the lines said steps back. */
enum tf_err tf_saft_end_source_tax(struct tf_saft *s, bool total)
{
    struct tf_decimal rate;
    const struct tf_decimal tax = tax_of(s);
    TF_TRY(tf_saft_check_tax_code(s, tf_source_path(s)));
    TF_TRY(tf_saft_check_tax(s, tax, tf_source_path(s)));
    if (s->document == TF_SAFT_PAYMENT)
        return TF_OK;
    if (!total)
        sum_tax(s, tax);
    if (total && !s->source.in_totals) {
        s->source.in_totals = true;
        s->groups_count = 0;
    }
    (void)tf_saft_amount(s, s->tax.percentage, "TaxPercentage", &rate);
    struct tf_saft_group *group = tf_saft_group(s, category_of(s, rate, tax), rate);
    if (group) {
        tf_source_add(s, &group->taxable, base_of(s, tax, total));
        tf_source_add(s, &group->tax, tax);
    }
    return TF_OK;
}

/* ---- Lines ---- */

/* Nothing fixed says it: the type's code, where it is one that is known, or that the first line names the invoice it takes back. */
static bool is_credit_note(const struct tf_saft *s)
{
    static const char *const codes[] = {"381", "CN", "KN", "CREDIT", "CREDITNOTE", "KREDITNOTA"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (tf_str_ieq(s->record.type, tf_str_of(codes[i])))
            return true;
    return s->record.reference.len > 0;
}

static enum tf_kind kind_of(const struct tf_saft *s) { return s->source.credit ? TF_KIND_CREDIT_NOTE : TF_KIND_INVOICE; }

static void open_invoice(struct tf_saft *s)
{
    if (s->opened)
        return;
    s->source.credit = is_credit_note(s);
    tf_source_open(s, kind_of(s), "invoice", "lines");
}

static void put_foreign(struct tf_saft *s)
{
    tf_saft_put(s, "foreign_amount", s->line.foreign_amount);
    tf_saft_put(s, "foreign_currency", s->line.foreign_currency);
}

void tf_source_put_line(struct tf_saft *s)
{
    open_invoice(s);
    tf_json_object(&s->json);
    put_foreign(s);
    tf_saft_put(s, "id", s->line.id);
    tf_json_key(&s->json, "item");
    tf_json_object(&s->json);
    tf_saft_put(s, "name", s->line.text.len > 0 ? s->line.text : s->line.description);
    tf_json_object_end(&s->json);
    tf_saft_put_decimal(s, "net", told(s, tf_source_amount(s, tf_source_is_sale(s))));
    tf_json_key(&s->json, "price");
    tf_json_object(&s->json);
    tf_saft_put(s, "net", s->line.price);
    tf_json_object_end(&s->json);
    tf_saft_put(s, "quantity", s->line.quantity);
    tf_saft_put_unit(s);
    tf_json_object_end(&s->json);
}

/* ---- Invoices ---- */

static void put_id(struct tf_saft *s, const char *key, struct tf_str id)
{
    if (id.len == 0)
        return;
    tf_json_key(&s->json, key);
    tf_json_object(&s->json);
    tf_json_kstr(&s->json, "id", id);
    tf_json_object_end(&s->json);
}

/* The number of VAT is the register's with MVA behind it, and its country in front in an invoice. */
static void put_own(struct tf_saft *s, const char *key)
{
    const struct tf_saft_header *h = &s->header;
    char number[64];
    tf_json_key(&s->json, key);
    tf_json_object(&s->json);
    tf_saft_put_address(s, h->street, h->city, h->postcode, h->country.len > 0 ? h->country : TF_STR("NO"));
    put_id(s, "legal_id", h->company_id);
    tf_saft_put(s, "name", h->name);
    if (h->tax_number.len > 0 && h->tax_number.len < sizeof number - 2) {
        const bool bare = h->tax_number.ptr[0] >= '0' && h->tax_number.ptr[0] <= '9';
        snprintf(number, sizeof number, "%s%.*s", bare ? "NO" : "", TF_STR_ARGS(h->tax_number));
        tf_json_ktext(&s->json, "vat_id", number);
    }
    tf_json_object_end(&s->json);
}

static void put_other(struct tf_saft *s, const char *key)
{
    const struct tf_saft_record *r = &s->record;
    const struct tf_str id = tf_source_is_sale(s) ? r->customer : r->supplier;
    const struct tf_saft_entity *party = tf_source_entity(s, tf_source_is_sale(s) ? TF_SAFT_OF_CUSTOMER : TF_SAFT_OF_SUPPLIER, id);
    tf_json_key(&s->json, key);
    tf_json_object(&s->json);
    tf_saft_put_address(s, r->street, r->city, r->postcode, r->country.len == 2 ? r->country : party->country);
    if (id.len > 0) {
        tf_json_key(&s->json, "ids");
        tf_json_array(&s->json);
        tf_json_object(&s->json);
        tf_json_kstr(&s->json, "id", id);
        tf_json_object_end(&s->json);
        tf_json_array_end(&s->json);
    }
    put_id(s, "legal_id", party->tax_id);
    tf_saft_put(s, "name", r->name.len > 0 ? r->name : party->name.len > 0 ? party->name : id);
    if (!tf_source_is_sale(s))
        tf_saft_put(s, "tax_id", party->tax_id); /* the register's number is the one the seller charges tax under (BT-32) */
    tf_json_object_end(&s->json);
}

static void put_breakdown(struct tf_saft *s)
{
    char text[TF_MONEY_TEXT_BYTES];
    tf_json_key(&s->json, "vat_breakdown");
    tf_json_array(&s->json);
    for (size_t i = 0; i < s->groups_count; i++) {
        const struct tf_saft_group *group = &s->groups[i];
        const bool outside = group->category && strcmp(group->category, "O") == 0;
        tf_json_object(&s->json);
        if (group->category)
            tf_json_ktext(&s->json, "category", group->category);
        if (group->category && strcmp(group->category, "S") != 0)
            tf_saft_put(s, "exemption_reason", group->exemption_reason);
        if (!outside)
            tf_json_kstr(&s->json, "rate", tf_money_format(group->rate, 0, text));
        tf_saft_put_decimal(s, "tax", told(s, group->tax));
        tf_saft_put_decimal(s, "taxable", told(s, group->taxable));
        tf_json_object_end(&s->json);
    }
    tf_json_array_end(&s->json);
}

/* Sums of the document, as an invoice of its side has them. */
struct totals {
    struct tf_decimal net, shipping, tax, gross;
    bool given; /* DocumentTotals say net and gross */
};

/* Totals may be written without their sign: they have that of the lines. */
static struct tf_decimal signed_as_lines(const struct tf_saft *s, struct tf_decimal value)
{
    return is_negative(s->source.net) && !is_negative(value) ? tf_money_neg(value) : value;
}

static struct totals totals_of(struct tf_saft *s)
{
    struct totals t = {.net = s->source.net, .tax = tf_money_of(0, DECIMALS)};
    struct tf_decimal net, gross;
    for (size_t i = 0; i < s->groups_count; i++)
        tf_source_add(s, &t.tax, s->groups[i].tax);
    (void)tf_saft_amount(s, s->record.shipping, "ShippingCostsAmountTotal", &t.shipping);
    t.shipping = signed_as_lines(s, t.shipping);
    const bool has_net = tf_saft_amount(s, s->record.net, "NetTotal", &net), has_gross = tf_saft_amount(s, s->record.gross, "GrossTotal", &gross);
    t.given = has_net && has_gross;
    if (t.given) {
        t.net = signed_as_lines(s, net);
        t.gross = signed_as_lines(s, gross);
        if (s->groups_count == 0)
            t.tax = less(s, less(s, t.gross, t.net), t.shipping);
        return t;
    }
    t.gross = t.net;
    tf_source_add(s, &t.gross, t.tax);
    tf_source_add(s, &t.gross, t.shipping);
    return t;
}

static enum tf_err check_sum(struct tf_saft *s, struct tf_decimal found, struct tf_decimal wanted, struct tf_decimal most)
{
    char is[TF_MONEY_TEXT_BYTES], should[TF_MONEY_TEXT_BYTES];
    if (!tf_saft_differs(found, wanted, most))
        return TF_OK;
    return tf_saft_find(s, TF_FILE_RULE_SAFT_DOCUMENT_SUM, s->record_line, tf_source_path(s), tf_money_format(found, DECIMALS, is),
                        tf_money_format(wanted, DECIMALS, should));
}

static enum tf_err check_totals(struct tf_saft *s, const struct totals *t)
{
    struct tf_decimal sum = t->net;
    if (!t->given)
        return TF_OK;
    tf_source_add(s, &sum, t->tax);
    tf_source_add(s, &sum, t->shipping);
    TF_TRY(check_sum(s, t->gross, sum, tf_money_of(5, 3)));
    return check_sum(s, t->net, s->source.net, tf_money_of((int64_t)(s->one.entries + 1) * 5, 3));
}

static void put_totals(struct tf_saft *s, const struct totals *t)
{
    struct tf_decimal net = t->net;
    tf_source_add(s, &net, t->shipping);
    tf_json_key(&s->json, "totals");
    tf_json_object(&s->json);
    if (tf_money_cmp(t->shipping, tf_money_of(0, 0)) != 0)
        tf_saft_put_decimal(s, "charges", told(s, t->shipping));
    tf_saft_put_decimal(s, "due", told(s, t->gross));
    tf_saft_put_decimal(s, "gross", told(s, t->gross));
    tf_saft_put_decimal(s, "line_net", told(s, s->source.net));
    tf_saft_put_decimal(s, "net", told(s, net));
    tf_saft_put_decimal(s, "vat", told(s, t->tax));
    tf_json_object_end(&s->json);
}

enum tf_err tf_source_end_invoice(struct tf_saft *s)
{
    open_invoice(s);
    const struct totals totals = totals_of(s);
    TF_TRY(check_totals(s, &totals));
    tf_json_array_end(&s->json);
    tf_saft_put(s, "currency", s->header.currency);
    tf_saft_put(s, "issue_date", s->record.date);
    tf_saft_put(s, "ledger_entry", s->record.transaction);
    tf_saft_put(s, "number", s->record.id);
    tf_saft_put_context(s, "urn:StandardAuditFile-Taxation-Financial:NO");
    put_own(s, tf_source_is_sale(s) ? "seller" : "buyer");
    put_other(s, tf_source_is_sale(s) ? "buyer" : "seller");
    put_totals(s, &totals);
    tf_json_ktext(&s->json, "type_code", s->source.credit ? "381" : "380");
    put_breakdown(s);
    tf_source_end_document(s, tf_source_is_sale(s));
    return tf_saft_end_record(s, kind_of(s));
}

