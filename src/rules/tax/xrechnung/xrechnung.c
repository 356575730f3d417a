/* XRechnung: what it asks of every document. */
#include "xrechnung.h"

#include "en16931/breakdown.h"
#include "peppol/peppol.h"
#include "stray.h"

static void ask_filled(struct tf_case *c, enum tf_rule rule, struct tf_str text, const char *term, const char *bt)
{
    tf_case_check(c, rule, !tf_str_blank(text), (struct tf_spot){.term = term, .bt = bt});
}

static size_t count_digits(struct tf_str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] >= '0' && text.ptr[i] <= '9';
    return count;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* One @, something before it, and two or more names with single dots between them after it; no white space. */
static bool is_email(struct tf_str text)
{
    text = tf_str_trim(text);
    const char *at = text.len > 0 ? memchr(text.ptr, '@', text.len) : NULL;
    if (!at || at == text.ptr)
        return false;
    bool dotted = false, after_dot = true; /* as at the beginning of a name */
    for (const char *p = at + 1; p < text.ptr + text.len; p++) {
        if (*p == '@' || (*p == '.' && after_dot))
            return false;
        after_dot = *p == '.';
        dotted |= after_dot;
    }
    for (size_t i = 0; i < text.len; i++)
        if (is_space(text.ptr[i]))
            return false;
    return dotted && !after_dot;
}

static void judge_contact(struct tf_case *c)
{
    const struct tf_trader *seller = &c->invoice->seller;
    if (seller->present)
        tf_case_check(c, TF_RULE_BR_DE_2, seller->contact.present, (struct tf_spot){.term = "seller.contact", .bt = "BG-6"});
    if (!seller->contact.present)
        return;
    ask_filled(c, TF_RULE_BR_DE_5, seller->contact.name, "seller.contact.name", "BT-41");
    ask_filled(c, TF_RULE_BR_DE_6, seller->contact.phone, "seller.contact.phone", "BT-42");
    ask_filled(c, TF_RULE_BR_DE_7, seller->contact.email, "seller.contact.email", "BT-43");
    tf_case_check(c, TF_RULE_BR_DE_27, count_digits(seller->contact.phone) >= 3, (struct tf_spot){.term = "seller.contact.phone", .bt = "BT-42"});
    tf_case_check(c, TF_RULE_BR_DE_28, is_email(seller->contact.email), (struct tf_spot){.term = "seller.contact.email", .bt = "BT-43"});
}

static void judge_addresses(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    if (invoice->seller.address.present) {
        ask_filled(c, TF_RULE_BR_DE_3, invoice->seller.address.city, "seller.address.city", "BT-37");
        ask_filled(c, TF_RULE_BR_DE_4, invoice->seller.address.postcode, "seller.address.postcode", "BT-38");
    }
    if (invoice->buyer.address.present) {
        ask_filled(c, TF_RULE_BR_DE_8, invoice->buyer.address.city, "buyer.address.city", "BT-52");
        ask_filled(c, TF_RULE_BR_DE_9, invoice->buyer.address.postcode, "buyer.address.postcode", "BT-53");
    }
    if (invoice->delivery.address.present) {
        ask_filled(c, TF_RULE_BR_DE_10, invoice->delivery.address.city, "delivery.address.city", "BT-77");
        ask_filled(c, TF_RULE_BR_DE_11, invoice->delivery.address.postcode, "delivery.address.postcode", "BT-78");
    }
}

static void br_de_14(struct tf_case *c)
{
    struct tf_breakdown_walk walk;
    struct tf_spot spot;
    tf_breakdown_start(&walk, c->invoice);
    for (const struct tf_vat_breakdown *breakdown; (breakdown = tf_breakdown_next(&walk, &spot));) {
        spot.term = "rate";
        spot.bt = "BT-119";
        tf_case_check(c, TF_RULE_BR_DE_14, !tf_str_blank(breakdown->rate.text), spot);
    }
}

static bool is_supported(struct tf_str category)
{
    static const char *const supported[] = {"S", "Z", "E", "AE", "K", "G", "L", "M"};
    for (size_t i = 0; i < sizeof(supported) / sizeof(supported[0]); i++)
        if (tf_str_is(category, supported[i]))
            return true;
    return false;
}

/* CII's artefact looks at lines alone, for it compares a group of the others with a word. */
static bool uses_supported(const struct tf_invoice *invoice)
{
    for (size_t i = 0; i < invoice->lines.count; i++)
        if (is_supported(invoice->lines.items[i].vat.category))
            return true;
    if (invoice->syntax == TF_SYNTAX_CII)
        return false;
    for (size_t i = 0; i < invoice->allowances.count; i++)
        if (is_supported(invoice->allowances.items[i].vat_category))
            return true;
    for (size_t i = 0; i < invoice->charges.count; i++)
        if (is_supported(invoice->charges.items[i].vat_category))
            return true;
    return false;
}

static void br_de_16(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const bool numbered = !tf_str_blank(invoice->seller.vat_id) || !tf_str_blank(invoice->seller.tax_id);
    tf_case_check(c, TF_RULE_BR_DE_16, numbered || invoice->tax_representative.present || !uses_supported(invoice),
        (struct tf_spot){.term = "seller.vat_id", .bt = "BT-31"});
}

static void br_de_17(struct tf_case *c)
{
    static const char *const meant[] = {"326", "380", "384", "389", "381", "875", "876", "877"};
    const struct tf_str type = tf_str_trim(c->invoice->type_code);
    bool found = false;
    for (size_t i = 0; i < sizeof(meant) / sizeof(meant[0]); i++)
        found |= tf_str_is(type, meant[i]);
    tf_case_saw(c, TF_RULE_BR_DE_17);
    if (!found)
        tf_case_find_text(c, TF_RULE_BR_DE_17, (struct tf_spot){.term = "type_code", .bt = "BT-3"}, type, TF_STR_NONE);
}

static void br_de_21(struct tf_case *c)
{
    const struct tf_str said = c->invoice->process.specification;
    if (c->invoice->syntax == TF_SYNTAX_CII && !c->invoice->process.present)
        return;
    tf_case_saw(c, TF_RULE_BR_DE_21);
    if (!tf_str_is(said, TF_XRECHNUNG_CORE) && !tf_str_is(said, TF_XRECHNUNG_EXTENSION) && !tf_str_is(said, TF_XRECHNUNG_VEHICLES))
        tf_case_find_text(c, TF_RULE_BR_DE_21, (struct tf_spot){.term = "process.specification", .bt = "BT-24"}, said,
                          TF_STR(TF_XRECHNUNG_CORE));
}

static void br_de_22(struct tf_case *c)
{
    const struct tf_attachment *items = c->invoice->attachments.items;
    tf_case_saw(c, TF_RULE_BR_DE_22);
    for (size_t i = 1; i < c->invoice->attachments.count; i++)
        for (size_t j = 0; j < i && tf_str_present(items[i].file.name); j++)
            if (tf_str_present(items[j].file.name) && tf_str_eq(items[i].file.name, items[j].file.name)) {
                tf_case_find_text(c, TF_RULE_BR_DE_22,
                                  (struct tf_spot){.list = "attachments", .index = i, .term = "file.name", .bt = "BT-125"},
                                  items[i].file.name, TF_STR_NONE);
                return;
            }
}

/* In UBL a reference to a document may be empty, and is none then. */
static bool names_preceding(const struct tf_invoice *invoice)
{
    for (size_t i = 0; i < invoice->preceding.count; i++)
        if (invoice->syntax == TF_SYNTAX_CII || tf_str_present(invoice->preceding.items[i].number) ||
            tf_str_present(invoice->preceding.items[i].issue_date.text))
            return true;
    return false;
}

static void br_de_26(struct tf_case *c)
{
    if (!tf_str_is(tf_str_trim(c->invoice->type_code), "384"))
        return;
    tf_case_check(c, TF_RULE_BR_DE_26, names_preceding(c->invoice), (struct tf_spot){.term = "preceding", .bt = "BG-3"});
}

/* In UBL the code of BT-8 stands in the group of the period. */
static bool tells_date_of_supply(const struct tf_invoice *invoice)
{
    if (tf_str_present(invoice->delivery.date.text) || invoice->period.present || tf_stray_empty(invoice, "OccurrenceDateTime"))
        return true;
    if (invoice->syntax != TF_SYNTAX_CII && tf_str_present(invoice->tax_point_code))
        return true;
    for (size_t i = 0; i < invoice->lines.count; i++)
        if (!invoice->lines.items[i].period.present)
            return false;
    return true;
}

/* A letter, at least one more letter, digit or sign, and a colon. */
static bool is_url(struct tf_str text)
{
    size_t i = 0;
    while (i < text.len && ((text.ptr[i] >= 'a' && text.ptr[i] <= 'z') || (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z') ||
                            (i > 0 && ((text.ptr[i] >= '0' && text.ptr[i] <= '9') || text.ptr[i] == '+' || text.ptr[i] == '.' ||
                                       text.ptr[i] == '-'))))
        i++;
    return i >= 2 && i < text.len && text.ptr[i] == ':';
}

static void br_tmp_2(struct tf_case *c)
{
    for (size_t i = 0; i < c->invoice->attachments.count; i++) {
        const struct tf_str uri = c->invoice->attachments.items[i].uri;
        if (!tf_str_present(uri))
            continue;
        tf_case_saw(c, TF_RULE_BR_TMP_2);
        if (!is_url(uri))
            tf_case_find_text(c, TF_RULE_BR_TMP_2, (struct tf_spot){.list = "attachments", .index = i, .term = "uri", .bt = "BT-124"}, uri,
                              TF_STR_NONE);
    }
}

/* BR-TMP-3, of CII: the gross price's base quantity against the net price's, by value, and their units where both are said. */
static void judge_gross_base(struct tf_case *c, const struct tf_stray *stray)
{
    if (stray->item == 0 || stray->item > c->invoice->lines.count)
        return;
    const struct tf_line *line = &c->invoice->lines.items[stray->item - 1];
    if (!tf_amount_present(line->price.base_quantity))
        return;
    const bool units = tf_str_present(stray->scheme) && tf_str_present(line->price.base_unit);
    tf_case_saw(c, TF_RULE_BR_TMP_3);
    if (!tf_str_eq(stray->text, line->price.base_quantity.text) || (units && !tf_str_eq(stray->scheme, line->price.base_unit)))
        tf_case_find_text(c, TF_RULE_BR_TMP_3,
                          (struct tf_spot){.list = "lines", .index = stray->item - 1, .term = "price.base_quantity", .bt = "BT-149"},
                          stray->text, line->price.base_quantity.text);
}

static void br_tmp_3(struct tf_case *c)
{
    for (size_t i = 0; i < c->invoice->strays.count; i++)
        if (tf_stray_kind_of(&c->invoice->strays.items[i]) == TF_STRAY_GROSS_BASE)
            judge_gross_base(c, &c->invoice->strays.items[i]);
}

/* Peppol's rules in XRechnung's reading: amounts in forint may be off by half a unit. Where Peppol is asked as well, it has said all of it. */
static void judge_peppol(struct tf_case *c)
{
    const bool forint = tf_str_is(c->invoice->currency, "HUF");
    const struct tf_peppol_book book = {
        .xrechnung = true,
        .slack = {.value = {.units = forint ? 50 : 2, .scale = 2}, .known = true},
    };
    if (!tf_case_asks(c, TF_TAX_PEPPOL))
        tf_peppol_judge_shared(c, &book);
}

void tf_xrechnung_judge(struct tf_case *c, struct tf_sums *sums)
{
    (void)sums;
    const struct tf_str specification = c->invoice->process.specification;
    judge_peppol(c);
    tf_xrechnung_judge_payment(c);
    judge_contact(c);
    judge_addresses(c);
    br_de_14(c);
    ask_filled(c, TF_RULE_BR_DE_15, c->invoice->buyer_reference, "buyer_reference", "BT-10");
    br_de_16(c);
    br_de_17(c);
    tf_case_check(c, TF_RULE_BR_DE_18, tf_xrechnung_skonto_fits(c->invoice->payment_terms), (struct tf_spot){.term = "payment_terms", .bt = "BT-20"});
    br_de_21(c);
    br_de_22(c);
    br_de_26(c);
    tf_case_check(c, TF_RULE_BR_DE_TMP_32, tells_date_of_supply(c->invoice), (struct tf_spot){.term = "delivery.date", .bt = "BT-72"});
    br_tmp_2(c);
    br_tmp_3(c);
    if (tf_str_is(specification, TF_XRECHNUNG_EXTENSION))
        tf_xrechnung_judge_extension(c);
    if (tf_str_is(specification, TF_XRECHNUNG_VEHICLES))
        tf_xrechnung_judge_vehicles(c);
}
