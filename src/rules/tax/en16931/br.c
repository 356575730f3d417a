/* Presence: what an invoice, its parties and its lines must have. A rule is a row here; only those that are more than a term have a function. */
#include "category.h"
#include "families.h"

#include <stddef.h>

enum need {
    GIVEN,  /* the element is there, even if blank */
    FILLED, /* something is left after trimming */
    GROUP,  /* the group is there, even if empty */
};

struct term {
    enum tf_rule rule;
    enum need need;
    uint32_t place; /* of a tf_str (GIVEN, FILLED) or a bool (GROUP) in the struct that has the term */
    const char *path;
    const char *bt;
};

#define INVOICE(member) offsetof(struct tf_invoice, member)
static const struct term header_terms[] = {
    {TF_RULE_BR_01, FILLED, INVOICE(process.specification), "process.specification", "BT-24"},
    {TF_RULE_BR_02, FILLED, INVOICE(number), "number", "BT-1"},
    {TF_RULE_BR_03, FILLED, INVOICE(issue_date.text), "issue_date", "BT-2"},
    {TF_RULE_BR_04, FILLED, INVOICE(type_code), "type_code", "BT-3"},
    {TF_RULE_BR_05, FILLED, INVOICE(currency), "currency", "BT-5"},
    {TF_RULE_BR_06, FILLED, INVOICE(seller.name), "seller.name", "BT-27"},
    {TF_RULE_BR_07, FILLED, INVOICE(buyer.name), "buyer.name", "BT-44"},
    {TF_RULE_BR_08, GROUP, INVOICE(seller.address.present), "seller.address", "BG-5"},
    {TF_RULE_BR_10, GROUP, INVOICE(buyer.address.present), "buyer.address", "BG-8"},
};
static const struct term seller_address_terms[] = {
    {TF_RULE_BR_09, FILLED, INVOICE(seller.address.country), "seller.address.country", "BT-40"},
};
static const struct term buyer_address_terms[] = {
    {TF_RULE_BR_11, FILLED, INVOICE(buyer.address.country), "buyer.address.country", "BT-55"},
};
static const struct term totals_terms[] = {
    {TF_RULE_BR_12, GIVEN, INVOICE(totals.line_net.text), "totals.line_net", "BT-106"},
    {TF_RULE_BR_13, GIVEN, INVOICE(totals.net.text), "totals.net", "BT-109"},
    {TF_RULE_BR_14, GIVEN, INVOICE(totals.gross.text), "totals.gross", "BT-112"},
    {TF_RULE_BR_15, GIVEN, INVOICE(totals.due.text), "totals.due", "BT-115"},
};
static const struct term representative_terms[] = {
    {TF_RULE_BR_18, FILLED, INVOICE(tax_representative.name), "tax_representative.name", "BT-62"},
    {TF_RULE_BR_19, GROUP, INVOICE(tax_representative.address.present), "tax_representative.address", "BG-12"},
    {TF_RULE_BR_56, GIVEN, INVOICE(tax_representative.vat_id), "tax_representative.vat_id", "BT-63"},
};
static const struct term representative_address_terms[] = {
    {TF_RULE_BR_20, FILLED, INVOICE(tax_representative.address.country), "tax_representative.address.country", "BT-69"},
};
static const struct term delivery_address_terms[] = {
    {TF_RULE_BR_57, GIVEN, INVOICE(delivery.address.country), "delivery.address.country", "BT-80"},
};
static const struct term seller_endpoint_terms[] = {
    {TF_RULE_BR_62, GIVEN, INVOICE(seller.endpoint.scheme), "seller.endpoint.scheme", "BT-34-1"},
};
static const struct term buyer_endpoint_terms[] = {
    {TF_RULE_BR_63, GIVEN, INVOICE(buyer.endpoint.scheme), "buyer.endpoint.scheme", "BT-49-1"},
};
#undef INVOICE

static const struct term preceding_terms[] = {
    {TF_RULE_BR_55, GIVEN, offsetof(struct tf_preceding, number), "number", "BT-25"},
};
static const struct term attachment_terms[] = {
    {TF_RULE_BR_52, FILLED, offsetof(struct tf_attachment, ref), "ref", "BT-122"},
};

#define ALLOWANCE(member) offsetof(struct tf_allowance, member)
static const struct term allowance_terms[] = {
    {TF_RULE_BR_31, GIVEN, ALLOWANCE(amount.text), "amount", "BT-92"},
};
static const struct term charge_terms[] = {
    {TF_RULE_BR_36, GIVEN, ALLOWANCE(amount.text), "amount", "BT-99"},
};
static const struct term line_allowance_terms[] = {
    {TF_RULE_BR_41, GIVEN, ALLOWANCE(amount.text), "amount", "BT-136"},
};
static const struct term line_charge_terms[] = {
    {TF_RULE_BR_43, GIVEN, ALLOWANCE(amount.text), "amount", "BT-141"},
};
#undef ALLOWANCE

#define BREAKDOWN(member) offsetof(struct tf_vat_breakdown, member)
static const struct term breakdown_terms[] = {
    {TF_RULE_BR_45, GIVEN, BREAKDOWN(taxable.text), "taxable", "BT-116"},
    {TF_RULE_BR_46, GIVEN, BREAKDOWN(tax.text), "tax", "BT-117"},
};
#undef BREAKDOWN

#define LINE(member) offsetof(struct tf_line, member)
static const struct term line_terms[] = {
    {TF_RULE_BR_21, FILLED, LINE(id), "id", "BT-126"},
    {TF_RULE_BR_22, GIVEN, LINE(quantity.text), "quantity", "BT-129"},
    {TF_RULE_BR_23, GIVEN, LINE(unit), "unit", "BT-130"},
    {TF_RULE_BR_24, GIVEN, LINE(net.text), "net", "BT-131"},
    {TF_RULE_BR_25, FILLED, LINE(item.name), "item.name", "BT-153"},
    {TF_RULE_BR_26, GIVEN, LINE(price.net.text), "price.net", "BT-146"},
};
static const struct term standard_id_terms[] = {
    {TF_RULE_BR_64, GIVEN, LINE(item.standard_id.scheme), "item.standard_id.scheme", "BT-157-1"},
};
#undef LINE
static const struct term class_terms[] = {
    {TF_RULE_BR_65, GIVEN, offsetof(struct tf_class_id, list), "list", "BT-158-1"},
};

static bool holds(const struct tf_case *c, const struct term *term, const void *owner)
{
    const void *place = (const char *)owner + term->place;
    if (term->need == GROUP)
        return *(const bool *)place;
    const struct tf_str *text = place;
    /* The standard asks for a value; the artefact, for some terms, only for the element. */
    const bool filled = term->need == FILLED || c->strict;
    return filled ? !tf_str_blank(*text) : tf_str_present(*text);
}

static void judge_terms(struct tf_case *c, const struct term *terms, size_t count, const void *owner, struct tf_spot spot)
{
    for (size_t i = 0; i < count; i++) {
        tf_case_saw(c, terms[i].rule);
        if (holds(c, &terms[i], owner))
            continue;
        tf_case_find(c, terms[i].rule, tf_spot_at(spot, terms[i].path, terms[i].bt));
    }
}

#define JUDGE(c, terms, owner, spot) judge_terms(c, terms, sizeof(terms) / sizeof((terms)[0]), owner, spot)

static bool given(const struct tf_case *c, struct tf_str text)
{
    return c->strict ? !tf_str_blank(text) : tf_str_present(text);
}

static void br_16(struct tf_case *c)
{
    tf_case_check(c, TF_RULE_BR_16, c->invoice->lines.count > 0, (struct tf_spot){.term = "lines", .bt = "BG-25"});
}

/* A payee is somebody else than the seller: by name and by identifier, as they are written. */
static void br_17(struct tf_case *c)
{
    const struct tf_trader *seller = &c->invoice->seller;
    const struct tf_payee *payee = &c->invoice->payee;
    bool same = tf_str_present(seller->trading_name) && tf_str_eq(payee->name, seller->trading_name);
    for (size_t i = 0; i < seller->ids.count && tf_str_present(payee->id.id); i++)
        same |= tf_str_present(seller->ids.items[i].id) && tf_str_eq(payee->id.id, seller->ids.items[i].id);
    tf_case_check(c, TF_RULE_BR_17, given(c, payee->name) && !same, (struct tf_spot){.term = "payee.name", .bt = "BT-59"});
}

static bool in_order(struct tf_date start, struct tf_date end)
{
    return !tf_date_known(start) || !tf_date_known(end) || start.days <= end.days;
}

static void br_29(struct tf_case *c)
{
    const struct tf_period *period = &c->invoice->period;
    tf_case_check(c, TF_RULE_BR_29, in_order(period->start, period->end), (struct tf_spot){.term = "period.end", .bt = "BT-74"});
}

static void br_53(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    bool found = false;
    for (size_t i = 0; i < invoice->vat_totals.count && !found; i++) {
        const struct tf_vat_total *total = &invoice->vat_totals.items[i];
        found = tf_amount_present(total->amount) && tf_str_present(total->currency) && tf_str_eq(total->currency, invoice->vat_currency);
    }
    for (size_t i = 0; i < invoice->strays.count && !found; i++)
        found = tf_str_is(invoice->strays.items[i].kind, "vat_currency") && tf_str_eq(invoice->strays.items[i].text, invoice->vat_currency);
    tf_case_check(c, TF_RULE_BR_53, found, (struct tf_spot){.term = "totals.vat_accounting", .bt = "BT-111"});
}

/* What is missing at places that no term has: the reader saw it. */
void tf_br_judge_stray(struct tf_case *c, const struct tf_stray *stray)
{
    static const struct {
        struct tf_str kind;
        enum tf_rule rule;
        const char *bt;
    } kinds[] = {
        {TF_STR_INIT("delivery_country"), TF_RULE_BR_57, "BT-80"},
        {TF_STR_INIT("totals_line_net"), TF_RULE_BR_12, "BT-106"},
        {TF_STR_INIT("totals_line_net"), TF_RULE_BR_CO_10, "BT-106"},
        {TF_STR_INIT("totals_line_net"), TF_RULE_BR_CO_13, "BT-106"},
        {TF_STR_INIT("totals_net"), TF_RULE_BR_13, "BT-109"},
        {TF_STR_INIT("totals_net"), TF_RULE_BR_CO_13, "BT-109"},
        {TF_STR_INIT("totals_gross"), TF_RULE_BR_14, "BT-112"},
        {TF_STR_INIT("totals_gross"), TF_RULE_BR_CO_16, "BT-112"},
        {TF_STR_INIT("totals_due"), TF_RULE_BR_15, "BT-115"},
        {TF_STR_INIT("totals_due"), TF_RULE_BR_CO_16, "BT-115"},
        {TF_STR_INIT("seller_unknown"), TF_RULE_BR_CO_26, "BT-29"},
        {TF_STR_INIT("seller_country"), TF_RULE_BR_09, "BT-40"},
        {TF_STR_INIT("buyer_country"), TF_RULE_BR_11, "BT-55"},
        {TF_STR_INIT("payee_name"), TF_RULE_BR_17, "BT-59"},
        {TF_STR_INIT("representative_name"), TF_RULE_BR_18, "BT-62"},
        {TF_STR_INIT("representative_address"), TF_RULE_BR_19, "BG-12"},
        {TF_STR_INIT("representative_country"), TF_RULE_BR_20, "BT-69"},
        {TF_STR_INIT("representative_vat_id"), TF_RULE_BR_56, "BT-63"},
        {TF_STR_INIT("item_property"), TF_RULE_BR_54, "BG-32"},
        {TF_STR_INIT("blank_reference"), TF_RULE_BR_52, "BT-122"},
    };
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
        if (tf_str_eq(stray->kind, kinds[k].kind))
            tf_case_check(c, kinds[k].rule, false, (struct tf_spot){.bt = kinds[k].bt, .line = stray->line});
}

/* What UBL writes as an additional document has an identifier, whichever term of ours it is. */
static void br_52(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    for (size_t i = 0; i < invoice->attachments.count; i++)
        JUDGE(c, attachment_terms, &invoice->attachments.items[i], ((struct tf_spot){.list = "attachments", .index = i}));
    if (tf_str_present(invoice->object_id.id) || tf_str_present(invoice->object_id.scheme))
        tf_case_check(c, TF_RULE_BR_52, !tf_str_blank(invoice->object_id.id), (struct tf_spot){.term = "object_id.id", .bt = "BT-18"});
    if (c->event->kind == TF_KIND_CREDIT_NOTE && tf_str_present(invoice->project_ref))
        tf_case_check(c, TF_RULE_BR_52, !tf_str_blank(invoice->project_ref), (struct tf_spot){.term = "project_ref", .bt = "BT-11"});
}

static void judge_parties(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const struct tf_spot top = {.list = NULL};
    if (invoice->seller.address.present)
        JUDGE(c, seller_address_terms, invoice, top);
    if (invoice->buyer.address.present)
        JUDGE(c, buyer_address_terms, invoice, top);
    if (tf_str_present(invoice->seller.endpoint.id))
        JUDGE(c, seller_endpoint_terms, invoice, top);
    if (tf_str_present(invoice->buyer.endpoint.id))
        JUDGE(c, buyer_endpoint_terms, invoice, top);
    if (invoice->payee.present)
        br_17(c);
    if (invoice->tax_representative.present)
        JUDGE(c, representative_terms, invoice, top);
    if (invoice->tax_representative.address.present)
        JUDGE(c, representative_address_terms, invoice, top);
    if (invoice->delivery.address.present)
        JUDGE(c, delivery_address_terms, invoice, top);
}

void tf_br_judge(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const struct tf_spot top = {.list = NULL};
    JUDGE(c, header_terms, invoice, top);
    judge_parties(c);
    /* Without the group the artefact has nothing to look at; the standard asks for the amounts all the same. */
    if (invoice->totals.present || c->strict)
        JUDGE(c, totals_terms, invoice, top);
    for (size_t i = 0; i < invoice->preceding.count; i++)
        JUDGE(c, preceding_terms, &invoice->preceding.items[i], ((struct tf_spot){.list = "preceding", .index = i}));
    br_52(c);
    if (tf_str_present(invoice->vat_currency))
        br_53(c);
    if (invoice->period.present)
        br_29(c);
    br_16(c);
}

/* 30 and 58 are transfers: to an account that is named. */
static bool is_transfer(struct tf_str code)
{
    return tf_str_is(code, "30") || tf_str_is(code, "58");
}

/* BR-50 compares the code as it is written, BR-61 without the white space around it. */
static void br_50(struct tf_case *c, const struct tf_payment_means *means, struct tf_spot spot)
{
    if (!is_transfer(c->strict ? tf_str_trim(means->means_code) : means->means_code))
        return;
    for (size_t i = 0; i < means->transfers.count; i++) {
        const struct tf_spot at = tf_spot_in(spot, "transfers", i, "account", "BT-84");
        tf_case_check(c, TF_RULE_BR_50, !tf_str_blank(means->transfers.items[i].account), at);
    }
}

static void br_61(struct tf_case *c, const struct tf_payment_means *means, struct tf_spot spot)
{
    bool named = !is_transfer(tf_str_trim(means->means_code));
    for (size_t i = 0; i < means->transfers.count; i++)
        named |= given(c, means->transfers.items[i].account);
    tf_case_check(c, TF_RULE_BR_61, named, tf_spot_at(spot, "transfers", "BT-84"));
}

/* Characters that are left when white space around is taken off and white space within is one blank. */
static size_t normalized_chars(struct tf_str text)
{
    text = tf_str_trim(text);
    size_t count = 0;
    bool blank = false;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char byte = (unsigned char)text.ptr[i];
        const bool white = byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
        count += (byte & 0xc0) != 0x80 && !(white && blank);
        blank = white;
    }
    return count;
}

void tf_br_judge_payment(struct tf_case *c, const struct tf_payment_means *means, struct tf_spot spot)
{
    enum { PAN_CHARS_MAX = 10 };
    tf_case_check(c, TF_RULE_BR_49, given(c, means->means_code), tf_spot_at(spot, "means_code", "BT-81"));
    br_50(c, means, spot);
    br_61(c, means, spot);
    if (tf_str_present(means->card.pan))
        tf_case_check(c, TF_RULE_BR_51, normalized_chars(means->card.pan) <= PAN_CHARS_MAX, tf_spot_at(spot, "card.pan", "BT-87"));
}

static void judge_reason(struct tf_case *c, enum tf_rule rule, enum tf_rule twin, const struct tf_allowance *allowance, struct tf_spot spot)
{
    const bool reason = given(c, allowance->reason) || given(c, allowance->reason_code);
    tf_case_check(c, rule, reason, spot);
    tf_case_check(c, twin, reason, spot); /* the standard says it twice */
}

void tf_br_judge_allowance(struct tf_case *c, const struct tf_allowance *allowance, bool is_charge, struct tf_spot spot)
{
    const enum tf_rule category = is_charge ? TF_RULE_BR_37 : TF_RULE_BR_32;
    const bool categorized = given(c, allowance->vat_category) && tf_category_in_vat(allowance->vat_scheme);
    if (is_charge)
        JUDGE(c, charge_terms, allowance, spot);
    else
        JUDGE(c, allowance_terms, allowance, spot);
    tf_case_check(c, category, categorized, tf_spot_at(spot, "vat_category", is_charge ? "BT-102" : "BT-95"));
    judge_reason(c, is_charge ? TF_RULE_BR_38 : TF_RULE_BR_33, is_charge ? TF_RULE_BR_CO_22 : TF_RULE_BR_CO_21, allowance,
                 tf_spot_at(spot, "reason", is_charge ? "BT-104" : "BT-97"));
}

void tf_br_judge_line_allowance(struct tf_case *c, const struct tf_allowance *allowance, bool is_charge, struct tf_spot spot)
{
    if (is_charge)
        JUDGE(c, line_charge_terms, allowance, spot);
    else
        JUDGE(c, line_allowance_terms, allowance, spot);
    judge_reason(c, is_charge ? TF_RULE_BR_44 : TF_RULE_BR_42, is_charge ? TF_RULE_BR_CO_24 : TF_RULE_BR_CO_23, allowance,
                 tf_spot_at(spot, "reason", is_charge ? "BT-144" : "BT-139"));
}

void tf_br_judge_breakdown(struct tf_case *c, const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    const bool in_vat = tf_category_in_vat(breakdown->scheme);
    JUDGE(c, breakdown_terms, breakdown, spot);
    tf_case_check(c, TF_RULE_BR_47, in_vat && given(c, breakdown->category), tf_spot_at(spot, "category", "BT-118"));
    const bool rated = tf_amount_present(breakdown->rate) || tf_str_is(tf_str_trim(breakdown->category), "O");
    tf_case_check(c, TF_RULE_BR_48, in_vat && rated, tf_spot_at(spot, "rate", "BT-119"));
}

/* Both artefacts compare prices as they are written, and to their processor "-0.00" is less than 0, where "-0" is not. */
static bool is_negative(const struct tf_case *c, struct tf_amount price)
{
    const struct tf_str bare = tf_str_trim(price.text);
    const bool negative_zero = price.value.units == 0 && bare.len > 0 && bare.ptr[0] == '-' && memchr(bare.ptr, '.', bare.len) != NULL;
    return tf_money_sign(price.value) < 0 || (negative_zero && !c->strict);
}

static void judge_price(struct tf_case *c, const struct tf_line *line, struct tf_spot spot)
{
    const struct tf_amount net = line->price.net, gross = line->price.gross;
    tf_case_check(c, TF_RULE_BR_27, tf_amount_present(net) && !is_negative(c, net), tf_spot_at(spot, "price.net", "BT-146"));
    tf_case_check(c, TF_RULE_BR_28, !tf_amount_present(gross) || !is_negative(c, gross), tf_spot_at(spot, "price.gross", "BT-148"));
}

static void judge_item(struct tf_case *c, const struct tf_line *line, struct tf_spot spot)
{
    if (tf_str_present(line->item.standard_id.id))
        JUDGE(c, standard_id_terms, line, spot);
    for (size_t i = 0; i < line->item.class_ids.count; i++)
        if (tf_str_present(line->item.class_ids.items[i].id))
            JUDGE(c, class_terms, &line->item.class_ids.items[i], tf_spot_in(spot, "item.class_ids", i, NULL, NULL));
    for (size_t i = 0; i < line->item.attributes.count; i++) {
        const struct tf_item_attribute *attribute = &line->item.attributes.items[i];
        const bool named = given(c, attribute->name), whole = named && given(c, attribute->value);
        tf_case_check(c, TF_RULE_BR_54, whole,
                      tf_spot_in(spot, "item.attributes", i, named ? "value" : "name", named ? "BT-161" : "BT-160"));
    }
}

void tf_br_judge_line(struct tf_case *c, const struct tf_line *line, struct tf_spot spot)
{
    JUDGE(c, line_terms, line, spot);
    judge_price(c, line, spot);
    judge_item(c, line, spot);
    if (line->period.present)
        tf_case_check(c, TF_RULE_BR_30, in_order(line->period.start, line->period.end), tf_spot_at(spot, "period.end", "BT-135"));
}
