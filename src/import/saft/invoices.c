/* Invoices, credit notes and receipts of Portugal's SourceDocuments as records. */
#include "saft_internal.h"

enum { DECIMALS = 2 };

static bool is_credit_note(const struct tf_saft *s) { return tf_str_is(s->record.type, "NC") || tf_str_is(s->record.type, "RE"); }

static enum tf_kind kind_of(const struct tf_saft *s)
{
    if (s->document == TF_SAFT_PAYMENT)
        return TF_KIND_PAYMENT;
    return is_credit_note(s) ? TF_KIND_CREDIT_NOTE : TF_KIND_INVOICE;
}

/* Its type is known once its lines begin. */
static void open(struct tf_saft *s)
{
    if (s->opened)
        return;
    struct tf_problem problem = s->problem;
    s->opened = true;
    tf_saft_begin_record(s, kind_of(s));
    s->problem = problem;
    tf_json_key(&s->json, s->document == TF_SAFT_PAYMENT ? "payment" : "invoice");
    tf_json_object(&s->json);
    tf_json_key(&s->json, s->document == TF_SAFT_PAYMENT ? "invoices" : "lines");
    tf_json_array(&s->json);
}

void tf_saft_put_decimal(struct tf_saft *s, const char *key, struct tf_decimal value)
{
    char text[TF_MONEY_TEXT_BYTES];
    tf_json_kstr(&s->json, key, tf_money_format(value, DECIMALS, text));
}

/* ---- VAT ---- */

static bool is_one_of(struct tf_str code, const char *const *codes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tf_str_is(code, codes[i]))
            return true;
    return false;
}

/* UNCL5305 by the rate and, where none is charged, the reason's code (Portaria 302/2016, TaxExemptionCode). */
static const char *category_of(const struct tf_saft *s)
{
    static const char *const export_codes[] = {"M05"}, *const community_codes[] = {"M16"}, *const outside_codes[] = {"M99"};
    static const char *const reverse_codes[] = {"M30", "M31", "M32", "M33", "M34", "M40", "M41", "M42", "M43"};
    struct tf_str code = s->tax.exemption_code;
    if (tf_str_is(s->tax.type, "NS") || is_one_of(code, outside_codes, 1))
        return "O";
    if (!tf_str_is(s->tax.code, "ISE"))
        return "S";
    if (is_one_of(code, reverse_codes, sizeof reverse_codes / sizeof reverse_codes[0]))
        return "AE";
    if (is_one_of(code, community_codes, 1))
        return "K";
    return is_one_of(code, export_codes, 1) ? "G" : "E";
}

static bool is_group(const struct tf_saft_group *group, const char *category, struct tf_decimal rate)
{
    const bool same = group->category && category ? strcmp(group->category, category) == 0 : group->category == category;
    return same && tf_money_cmp(group->rate, rate) == 0;
}

struct tf_saft_group *tf_saft_group(struct tf_saft *s, const char *category, struct tf_decimal rate)
{
    for (size_t i = 0; i < s->groups_count; i++)
        if (is_group(&s->groups[i], category, rate))
            return &s->groups[i];
    if (s->groups_count == TF_SAFT_GROUPS_MAX) {
        tf_saft_spoil(s, TF_E_TOO_MANY, "Line/Tax", "an invoice has more than 16 categories and rates of VAT");
        return NULL;
    }
    struct tf_saft_group *group = &s->groups[s->groups_count++];
    *group = (struct tf_saft_group){.category = category, .rate = rate};
    if (s->tax.exemption_reason.len > 0)
        group->exemption_reason = tf_arena_dup(s->arenas[TF_SAFT_SCOPE_record], s->tax.exemption_reason);
    return group;
}

static void add_group(struct tf_saft *s, const char *category, struct tf_decimal rate, struct tf_decimal net)
{
    bool overflow = false;
    struct tf_saft_group *group = tf_saft_group(s, category, rate);
    if (group)
        tf_saft_sum(&group->taxable, net, &overflow);
    if (overflow)
        tf_saft_spoil(s, TF_E_NUMBER, "Line", "the sum of the lines is beyond what can be reckoned");
}

static struct tf_decimal tax_of(const struct tf_saft_group *group)
{
    struct tf_decimal tax;
    if (!tf_money_mul(group->taxable, group->rate, &tax))
        return tf_money_of(0, DECIMALS);
    return tf_money_round_half_up(tf_money_percent(tax), DECIMALS);
}

/*
 * A document says its whole tax and none of its groups'. Those are worked out; what rounding leaves over, a cent a group at most, goes to the largest, so
 * that nobody is told of a difference that only we made.
 */
static void work_out_taxes(struct tf_saft *s, struct tf_decimal taxes[TF_SAFT_GROUPS_MAX])
{
    struct tf_decimal rest;
    size_t largest = 0;
    bool fits = tf_saft_amount(s, s->record.tax, "TaxPayable", &rest);
    for (size_t i = 0; i < s->groups_count; i++) {
        taxes[i] = tax_of(&s->groups[i]);
        fits = fits && tf_money_sub(rest, taxes[i], &rest);
        if (tf_money_cmp(tf_money_abs(s->groups[i].taxable), tf_money_abs(s->groups[largest].taxable)) > 0)
            largest = i;
    }
    if (fits && s->groups_count > 0 && tf_money_cmp(tf_money_abs(rest), tf_money_of((int64_t)s->groups_count, DECIMALS)) <= 0)
        (void)!tf_money_add(taxes[largest], rest, &taxes[largest]);
}

static void put_rate(struct tf_saft *s, const char *category, struct tf_decimal rate)
{
    char text[TF_MONEY_TEXT_BYTES];
    tf_json_ktext(&s->json, "category", category);
    if (strcmp(category, "O") != 0)
        tf_json_kstr(&s->json, "rate", tf_money_format(rate, 0, text));
}

static void put_breakdown(struct tf_saft *s)
{
    struct tf_decimal taxes[TF_SAFT_GROUPS_MAX];
    work_out_taxes(s, taxes);
    tf_json_key(&s->json, "vat_breakdown");
    tf_json_array(&s->json);
    for (size_t i = 0; i < s->groups_count; i++) {
        const struct tf_saft_group *group = &s->groups[i];
        tf_json_object(&s->json);
        put_rate(s, group->category, group->rate);
        if (strcmp(group->category, "S") != 0)
            tf_saft_put(s, "exemption_reason", group->exemption_reason);
        tf_saft_put_decimal(s, "tax", taxes[i]);
        tf_saft_put_decimal(s, "taxable", tf_money_round_half_up(group->taxable, DECIMALS));
        tf_json_object_end(&s->json);
    }
    tf_json_array_end(&s->json);
}

/* ---- Invoices ---- */

/* A sale stands in credit, what is given back in debit; a credit note turns both round. */
static struct tf_decimal net_of(struct tf_saft *s)
{
    struct tf_decimal debit, credit, net;
    (void)tf_saft_amount(s, s->line.debit, "DebitAmount", &debit);
    (void)tf_saft_amount(s, s->line.credit, "CreditAmount", &credit);
    bool fits = is_credit_note(s) ? tf_money_sub(debit, credit, &net) : tf_money_sub(credit, debit, &net);
    return fits ? net : tf_money_of(0, DECIMALS);
}

/* Units are free text here, and codes of UN/ECE Recommendation 20 in an invoice: ZZ is what two sides agreed on. */
void tf_saft_put_unit(struct tf_saft *s)
{
    static const struct {
        const char *text, *code;
    } units[] = {{"UN", "C62"}, {"UNI", "C62"}, {"UND", "C62"}, {"KG", "KGM"}, {"L", "LTR"}, {"LT", "LTR"},
                 {"M", "MTR"},  {"M2", "MTK"},  {"M3", "MTQ"},  {"H", "HUR"},  {"HR", "HUR"}};
    const char *code = "ZZ";
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (tf_str_ieq(s->line.unit, tf_str_of(units[i].text)))
            code = units[i].code;
    if (s->line.unit.len == 0)
        return;
    tf_json_ktext(&s->json, "unit", code);
    tf_json_kstr(&s->json, "unit_text", s->line.unit);
}

void tf_saft_put_invoice_line(struct tf_saft *s)
{
    struct tf_decimal rate, net = net_of(s);
    const char *category = category_of(s);
    open(s);
    (void)tf_saft_amount(s, s->tax.percentage, "TaxPercentage", &rate);
    add_group(s, category, rate, net);
    tf_json_object(&s->json);
    tf_saft_put(s, "id", s->line.id);
    tf_json_key(&s->json, "item");
    tf_json_object(&s->json);
    tf_saft_put(s, "name", s->line.text);
    tf_json_object_end(&s->json);
    tf_saft_put_decimal(s, "net", net);
    tf_json_key(&s->json, "price");
    tf_json_object(&s->json);
    tf_saft_put(s, "net", s->line.price);
    tf_json_object_end(&s->json);
    tf_saft_put(s, "quantity", s->line.quantity);
    tf_saft_put_unit(s);
    tf_json_key(&s->json, "vat");
    tf_json_object(&s->json);
    put_rate(s, category, rate);
    tf_json_object_end(&s->json);
    tf_json_object_end(&s->json);
}

void tf_saft_put_address(struct tf_saft *s, struct tf_str street, struct tf_str city, struct tf_str postcode, struct tf_str country)
{
    tf_json_key(&s->json, "address");
    tf_json_object(&s->json);
    tf_saft_put(s, "city", city);
    tf_saft_put(s, "country", country);
    tf_saft_put(s, "line1", street);
    tf_saft_put(s, "postcode", postcode);
    tf_json_object_end(&s->json);
}

static void put_seller(struct tf_saft *s)
{
    const struct tf_saft_header *h = &s->header;
    char number[64];
    tf_json_key(&s->json, "seller");
    tf_json_object(&s->json);
    tf_saft_put_address(s, h->street, h->city, h->postcode, h->country);
    tf_saft_put(s, "name", h->name);
    if (h->tax_number.len > 0 && h->tax_number.len < sizeof number - 2) {
        snprintf(number, sizeof number, "PT%.*s", TF_STR_ARGS(h->tax_number));
        tf_json_ktext(&s->json, "vat_id", number);
    }
    tf_json_object_end(&s->json);
}

static const struct tf_saft_entity *customer_of(const struct tf_saft *s)
{
    static const struct tf_saft_entity nobody;
    const struct tf_saft_entity *found = tf_saft_entities_find(&s->entities, TF_SAFT_OF_CUSTOMER, s->record.customer, TF_STR_NONE);
    return found ? found : &nobody;
}

/* A number with its country in front is one of VAT; any other is a register's. */
static bool is_vat_id(struct tf_str id) { return id.len > 2 && id.ptr[0] >= 'A' && id.ptr[0] <= 'Z' && id.ptr[1] >= 'A' && id.ptr[1] <= 'Z'; }

static void put_buyer(struct tf_saft *s)
{
    const struct tf_saft_entity *customer = customer_of(s);
    tf_json_key(&s->json, "buyer");
    tf_json_object(&s->json);
    tf_saft_put_address(s, TF_STR_NONE, TF_STR_NONE, TF_STR_NONE, customer->country);
    if (customer->tax_id.len > 0 && !is_vat_id(customer->tax_id)) {
        tf_json_key(&s->json, "legal_id");
        tf_json_object(&s->json);
        tf_json_kstr(&s->json, "id", customer->tax_id);
        tf_json_object_end(&s->json);
    }
    tf_saft_put(s, "name", customer->name.len > 0 ? customer->name : s->record.customer);
    if (is_vat_id(customer->tax_id))
        tf_json_kstr(&s->json, "vat_id", customer->tax_id);
    tf_json_object_end(&s->json);
}

static void put_totals(struct tf_saft *s)
{
    struct tf_decimal lines;
    bool fits = is_credit_note(s) ? tf_money_sub(s->one.debit, s->one.credit, &lines) : tf_money_sub(s->one.credit, s->one.debit, &lines);
    tf_json_key(&s->json, "totals");
    tf_json_object(&s->json);
    tf_saft_put(s, "due", s->record.gross);
    tf_saft_put(s, "gross", s->record.gross);
    if (fits)
        tf_saft_put_decimal(s, "line_net", tf_money_round_half_up(lines, DECIMALS)); /* lines may have more decimals, a total has two */
    tf_saft_put(s, "net", s->record.net);
    tf_saft_put(s, "vat", s->record.tax);
    tf_json_object_end(&s->json);
}

/* Whether a person entered it is known of one kind: what was written by hand first (SourceBilling M). */
static void put_origin(struct tf_saft *s)
{
    tf_json_object_end(&s->json);
    tf_json_ktext(&s->json, "direction", "sale");
    if (tf_str_is(s->record.billing, "M") || tf_str_is(s->record.billing, "P"))
        tf_json_kbool(&s->json, "manual", tf_str_is(s->record.billing, "M"));
    tf_saft_put_recorded(s, s->record.entered);
    tf_saft_put(s, "user", s->record.user);
    if (tf_saft_voided(s))
        tf_json_kbool(&s->json, "voided", true);
}

enum tf_err tf_saft_end_invoice(struct tf_saft *s)
{
    open(s);
    tf_json_array_end(&s->json);
    put_buyer(s);
    tf_saft_put(s, "currency", s->header.currency);
    tf_saft_put(s, "issue_date", s->record.date);
    tf_saft_put(s, "number", s->record.id);
    tf_saft_put_context(s, "urn:OECD:StandardAuditFile-Tax:PT_1.04_01");
    put_seller(s);
    put_totals(s);
    tf_json_ktext(&s->json, "type_code", is_credit_note(s) ? "381" : tf_str_is(s->record.type, "ND") ? "383" : "380");
    put_breakdown(s);
    put_origin(s);
    return tf_saft_end_record(s, kind_of(s));
}

/* ---- Receipts ---- */

void tf_saft_put_paid(struct tf_saft *s)
{
    const bool alone = s->paid < 2; /* of several documents a line says one sum */
    open(s);
    s->paid = 0;
    if (s->line.reference.len == 0)
        return;
    tf_json_object(&s->json);
    if (alone)
        tf_saft_put_decimal(s, "amount", net_of(s));
    tf_json_kstr(&s->json, "number", s->line.reference);
    tf_json_object_end(&s->json);
}

void tf_saft_put_paid_more(struct tf_saft *s)
{
    if (++s->paid < 2 || s->line.reference.len == 0)
        return;
    open(s);
    tf_json_object(&s->json);
    tf_json_kstr(&s->json, "number", s->line.reference);
    tf_json_object_end(&s->json);
}

enum tf_err tf_saft_end_payment(struct tf_saft *s)
{
    const struct tf_saft_entity *customer = customer_of(s);
    open(s);
    tf_json_array_end(&s->json);
    tf_saft_put(s, "amount", s->record.gross);
    tf_saft_put(s, "currency", s->header.currency);
    tf_saft_put(s, "date", s->record.date);
    tf_json_ktext(&s->json, "direction", "sale");
    tf_saft_put(s, "end_to_end_id", s->record.id);
    tf_saft_put(s, "supplier", customer->tax_id.len > 0 ? customer->tax_id : customer->name.len > 0 ? customer->name : s->record.customer);
    put_origin(s);
    return tf_saft_end_record(s, TF_KIND_PAYMENT);
}
