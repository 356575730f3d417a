/* Peppol BIS Billing 3.0: what it asks of a document alone, and which rules of countries it would ask besides. */
#include "peppol.h"
#include "peppol_process.h"
#include "stray.h"

static bool is_country(struct tf_str country, const char *code)
{
    return tf_str_ieq(tf_str_trim(country), tf_str_of(code));
}

bool tf_peppol_both_in(const struct tf_case *c, const char *country)
{
    return is_country(c->invoice->seller.address.country, country) && is_country(c->invoice->buyer.address.country, country);
}

static void r002(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const bool cii = tf_peppol_of_cii(c);
    bool fits = invoice->notes.count <= 1 || (!cii && tf_peppol_both_in(c, "DE"));
    for (size_t i = 0; cii && i < invoice->notes.count; i++)
        fits &= !tf_str_present(invoice->notes.items[i].subject_code);
    tf_case_saw(c, TF_RULE_PEPPOL_R002);
    if (!fits)
        tf_case_find(c, TF_RULE_PEPPOL_R002, (struct tf_spot){.term = "notes", .bt = "BG-1"});
}

/* CII asks where its group of the agreement is: that of seller and buyer. */
static void r003(struct tf_case *c)
{
    const bool agreement = c->invoice->seller.present || c->invoice->buyer.present || tf_stray_empty(c->invoice, "ApplicableHeaderTradeAgreement");
    if (tf_peppol_of_cii(c) && !agreement)
        return;
    tf_case_saw(c, TF_RULE_PEPPOL_R003);
    if (!tf_str_present(c->invoice->buyer_reference) && !tf_str_present(c->invoice->purchase_order_ref))
        tf_case_find(c, TF_RULE_PEPPOL_R003, (struct tf_spot){.term = "buyer_reference", .bt = "BT-10"});
}

static bool contains(struct tf_str text, struct tf_str part)
{
    for (; text.len >= part.len; text.ptr++, text.len--)
        if (tf_str_starts(text, part))
            return true;
    return false;
}

static void r004(struct tf_case *c)
{
    const struct tf_str billing = TF_STR("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0");
    const struct tf_str said = tf_str_trim(c->invoice->process.specification);
    if (tf_peppol_of_cii(c) && !c->invoice->process.present)
        return;
    tf_case_saw(c, TF_RULE_PEPPOL_R004);
    if (!tf_str_starts(said, billing) || (tf_peppol_is_of_2026(c) && contains(said, TF_STR("::"))))
        tf_case_find_text(c, TF_RULE_PEPPOL_R004, (struct tf_spot){.term = "process.specification", .bt = "BT-24"}, said, billing);
}

static void r007(struct tf_case *c)
{
    if (tf_peppol_of_cii(c) && !c->invoice->process.present)
        return;
    tf_case_saw(c, TF_RULE_PEPPOL_R007);
    if (tf_peppol_process_of(c->invoice->process.business_process, tf_peppol_is_of_2026(c)) == TF_PEPPOL_PROCESS_UNKNOWN)
        tf_case_find_text(c, TF_RULE_PEPPOL_R007, (struct tf_spot){.term = "process.business_process", .bt = "BT-23"},
                          c->invoice->process.business_process, TF_STR_NONE);
}

/* R051, of UBL: CII's amounts carry no currency. */
static void r051(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    if (tf_peppol_of_cii(c))
        return;
    const struct tf_spot spot = {.term = "currency", .bt = "BT-5"};
    tf_case_saw(c, TF_RULE_PEPPOL_R051);
    for (size_t i = 0; i < invoice->vat_totals.count; i++) {
        const struct tf_vat_total *total = &invoice->vat_totals.items[i];
        if (total->has_breakdown && tf_amount_present(total->amount) && !tf_str_eq(total->currency, invoice->currency))
            tf_case_find_text(c, TF_RULE_PEPPOL_R051, spot, total->currency, invoice->currency);
    }
    for (size_t i = 0; i < invoice->strays.count; i++) {
        const struct tf_stray *stray = &invoice->strays.items[i];
        if (tf_stray_kind_of(stray) != TF_STRAY_AMOUNT_CURRENCY)
            continue;
        if (!tf_str_present(invoice->currency) || !tf_str_eq(stray->text, invoice->currency))
            tf_case_find_text(c, TF_RULE_PEPPOL_R051, (struct tf_spot){.term = "currency", .bt = "BT-5", .line = stray->line}, stray->text,
                              invoice->currency);
    }
}

/* R006 is CII's; R080 is CII's and that of credit notes in UBL. */
static void r006_r080(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const bool cii = tf_peppol_of_cii(c), asks_r080 = cii || c->event->kind == TF_KIND_CREDIT_NOTE;
    bool has_object = false, has_tender = false;
    if (cii)
        tf_case_saw(c, TF_RULE_PEPPOL_R006);
    if (asks_r080)
        tf_case_saw(c, TF_RULE_PEPPOL_R080);
    for (size_t i = 0; i < invoice->strays.count; i++) {
        const struct tf_stray *stray = &invoice->strays.items[i];
        if (tf_stray_kind_of(stray) != TF_STRAY_REFERENCE)
            continue;
        has_object |= tf_str_is(stray->text, "130");
        has_tender |= tf_str_is(stray->text, "50");
    }
    if (cii && has_object)
        tf_case_find(c, TF_RULE_PEPPOL_R006, (struct tf_spot){.term = "object_id", .bt = "BT-18"});
    if (asks_r080 && has_tender)
        tf_case_find(c, TF_RULE_PEPPOL_R080,
                     cii ? (struct tf_spot){.term = "tender_ref", .bt = "BT-17"} : (struct tf_spot){.term = "project_ref", .bt = "BT-11"});
}

/* The first two letters of a VAT number. */
static struct tf_str prefix_of(struct tf_str vat_id)
{
    return (struct tf_str){vat_id.ptr, vat_id.len < 2 ? vat_id.len : 2};
}

/* The seller's country as Peppol's national rules take it: of its VAT number, else of the representative's, else of its address. */
static struct tf_str country_of_seller(const struct tf_invoice *invoice)
{
    if (tf_str_present(invoice->seller.vat_id))
        return prefix_of(invoice->seller.vat_id);
    if (tf_str_present(invoice->tax_representative.vat_id))
        return prefix_of(invoice->tax_representative.vat_id);
    return invoice->seller.address.country;
}

/* Fatal rules of countries are not built: who would be judged by them is told so, and is never valid. */
static void tell_national(struct tf_case *c)
{
    static const struct {
        const char *country;
        bool by_vat_id; /* of the seller; else by its address */
        bool both;      /* and of the buyer */
        struct tf_str rules;
    } nations[] = {
        {"NO", true, false, {"NO-R of Peppol", 14}},  {"IT", true, false, {"IT-R of Peppol", 14}},
        {"GR", true, false, {"GR-R of Peppol", 14}},  {"EL", true, false, {"GR-R of Peppol", 14}},
        {"DK", false, false, {"DK-R of Peppol", 14}}, {"SE", false, false, {"SE-R of Peppol", 14}},
        {"IS", false, false, {"IS-R of Peppol", 14}}, {"NL", false, false, {"NL-R of Peppol", 14}},
        {"DE", false, true, {"DE-R of Peppol", 14}},
    };
    const struct tf_str by_vat_id = country_of_seller(c->invoice), by_address = c->invoice->seller.address.country;
    for (size_t i = 0; i < sizeof(nations) / sizeof(nations[0]); i++)
        if (is_country(nations[i].by_vat_id ? by_vat_id : by_address, nations[i].country) &&
            (!nations[i].both || tf_peppol_both_in(c, nations[i].country)))
            tf_case_not_checked(c, nations[i].rules);
}

void tf_peppol_judge(struct tf_case *c, struct tf_sums *sums)
{
    (void)sums;
    const struct tf_peppol_book book = {.slack = {.value = {.units = 2, .scale = 2}, .known = true}};
    r002(c);
    r003(c);
    r004(c);
    r007(c);
    r051(c);
    r006_r080(c);
    tf_peppol_judge_shared(c, &book);
    tf_peppol_judge_codes(c);
    tf_peppol_judge_ids(c);
    tell_national(c);
}
