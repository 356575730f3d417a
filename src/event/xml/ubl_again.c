#include "ubl_again.h"

#include "decode_invoice.h"
#include "shape.h"

static enum tf_err stray_if(struct tf_xml_walk *walk, bool is_one, enum tf_stray_kind kind, struct tf_str text)
{
    return is_one ? tf_xml_walk_stray(walk, kind, text, TF_STR_NONE) : TF_OK;
}

static enum tf_err stray_scheme(struct tf_xml_walk *walk, enum tf_stray_kind kind, struct tf_id id)
{
    return stray_if(walk, tf_str_present(id.scheme), kind, id.scheme);
}

static enum tf_err check_address(struct tf_xml_walk *walk, const struct tf_address *address, enum tf_stray_kind blank)
{
    TF_TRY(stray_if(walk, address->present && tf_str_blank(address->country), blank, TF_STR("")));
    return stray_if(walk, tf_str_present(address->country), TF_STRAY_COUNTRY, address->country);
}

static enum tf_err check_trader(struct tf_xml_walk *walk, const struct tf_trader *trader)
{
    for (size_t i = 0; i < trader->ids.count; i++)
        TF_TRY(stray_scheme(walk, TF_STRAY_PARTY_SCHEME, trader->ids.items[i]));
    TF_TRY(stray_scheme(walk, TF_STRAY_LEGAL_SCHEME, trader->legal_id));
    TF_TRY(stray_scheme(walk, TF_STRAY_ENDPOINT_SCHEME, trader->endpoint));
    return stray_if(walk, tf_str_present(trader->vat_id), TF_STRAY_VAT_ID, trader->vat_id);
}

static enum tf_err check_seller(struct tf_xml_walk *walk, const void *group)
{
    const struct tf_trader *seller = group;
    bool known = tf_str_present(seller->vat_id) || tf_str_present(seller->legal_id.id);
    for (size_t i = 0; i < seller->ids.count; i++)
        known = known || !tf_str_is(seller->ids.items[i].scheme, "SEPA");
    TF_TRY(stray_if(walk, !known, TF_STRAY_SELLER_UNKNOWN, TF_STR("")));
    TF_TRY(check_address(walk, &seller->address, TF_STRAY_SELLER_COUNTRY));
    return check_trader(walk, seller);
}

static enum tf_err check_buyer(struct tf_xml_walk *walk, const void *group)
{
    const struct tf_trader *buyer = group;
    TF_TRY(check_address(walk, &buyer->address, TF_STRAY_BUYER_COUNTRY));
    return check_trader(walk, buyer);
}

static enum tf_err check_payee(struct tf_xml_walk *walk, const void *group)
{
    const struct tf_payee *payee = group;
    TF_TRY(stray_if(walk, !tf_str_present(payee->name), TF_STRAY_PAYEE_NAME, TF_STR("")));
    TF_TRY(stray_scheme(walk, TF_STRAY_PARTY_SCHEME, payee->id));
    return stray_scheme(walk, TF_STRAY_LEGAL_SCHEME, payee->legal_id);
}

static enum tf_err check_representative(struct tf_xml_walk *walk, const void *group)
{
    const struct tf_tax_representative *representative = group;
    TF_TRY(stray_if(walk, tf_str_blank(representative->name), TF_STRAY_REPRESENTATIVE_NAME, TF_STR("")));
    TF_TRY(stray_if(walk, !representative->address.present, TF_STRAY_REPRESENTATIVE_ADDRESS, TF_STR("")));
    TF_TRY(stray_if(walk, !tf_str_present(representative->vat_id), TF_STRAY_REPRESENTATIVE_VAT_ID, TF_STR("")));
    TF_TRY(stray_if(walk, tf_str_present(representative->vat_id), TF_STRAY_VAT_ID, representative->vat_id));
    return check_address(walk, &representative->address, TF_STRAY_REPRESENTATIVE_COUNTRY);
}

static enum tf_err check_delivery(struct tf_xml_walk *walk, const void *group)
{
    const struct tf_delivery *delivery = group;
    TF_TRY(stray_if(walk, delivery->address.present && !tf_str_present(delivery->address.country), TF_STRAY_DELIVERY_COUNTRY, TF_STR("")));
    TF_TRY(stray_if(walk, tf_str_present(delivery->address.country), TF_STRAY_COUNTRY, delivery->address.country));
    return stray_scheme(walk, TF_STRAY_LOCATION_SCHEME, delivery->location_id);
}

static enum tf_err check_totals(struct tf_xml_walk *walk, const void *group)
{
    const struct tf_invoice *invoice = (const void *)((const char *)group - offsetof(struct tf_invoice, totals));
    TF_TRY(stray_if(walk, !tf_amount_present(invoice->totals.line_net), TF_STRAY_TOTALS_LINE_NET, TF_STR("")));
    TF_TRY(stray_if(walk, !tf_amount_present(invoice->totals.net), TF_STRAY_TOTALS_NET, TF_STR("")));
    TF_TRY(stray_if(walk, !tf_amount_present(invoice->totals.gross), TF_STRAY_TOTALS_GROSS, TF_STR("")));
    return stray_if(walk, !tf_amount_present(invoice->totals.due), TF_STRAY_TOTALS_DUE, TF_STR(""));
}

static const struct group {
    const char *element;
    size_t offset;
    const struct tf_decode_shape *shape;
    enum tf_err (*check)(struct tf_xml_walk *walk, const void *group);
} groups[] = {
    {"AccountingSupplierParty", offsetof(struct tf_invoice, seller), &tf_decode_invoice_trader_shape, check_seller},
    {"AccountingCustomerParty", offsetof(struct tf_invoice, buyer), &tf_decode_invoice_trader_shape, check_buyer},
    {"PayeeParty", offsetof(struct tf_invoice, payee), &tf_decode_invoice_payee_shape, check_payee},
    {"TaxRepresentativeParty", offsetof(struct tf_invoice, tax_representative), &tf_decode_invoice_representative_shape, check_representative},
    {"Delivery", offsetof(struct tf_invoice, delivery), &tf_decode_invoice_delivery_shape, check_delivery},
    {"LegalMonetaryTotal", offsetof(struct tf_invoice, totals), &tf_decode_invoice_totals_shape, check_totals},
};
enum { GROUPS = sizeof groups / sizeof groups[0], BELOW_ROOT = 2 };
_Static_assert(sizeof(((struct ubl_scratch *)0)->again.first) >= sizeof(struct tf_trader) &&
                   sizeof(((struct ubl_scratch *)0)->again.first) >= sizeof(((struct tf_invoice *)0)->totals),
               "these are the largest of what is put aside");

static void *place_of(struct tf_xml_walk *walk, const struct group *group) { return (char *)walk->invoice + group->offset; }

/* The first one is put aside, so that the second is read by itself; what was enough for both may not be for either. */
enum tf_err tf_ubl_again_see(struct tf_xml_walk *walk, const struct tf_xml_element *element)
{
    struct ubl_scratch *scratch = walk->scratch;
    for (size_t i = 0; i < GROUPS && walk->depth == BELOW_ROOT; i++) {
        if (!tf_str_is(element->local, groups[i].element))
            continue;
        char *place = place_of(walk, &groups[i]);
        if (!*(const bool *)(place + groups[i].shape->present_offset))
            return TF_OK;
        TF_TRY(groups[i].check(walk, place));
        memcpy(scratch->again.first, place, groups[i].shape->size);
        memset(place, 0, groups[i].shape->size);
        scratch->again.group = (uint32_t)i + 1;
    }
    return TF_OK;
}

enum tf_err tf_ubl_again_end(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    (void)frame;
    struct ubl_scratch *scratch = walk->scratch;
    if (scratch->again.group == 0)
        return TF_OK;
    const struct group *group = &groups[scratch->again.group - 1];
    void *place = place_of(walk, group);
    scratch->again.group = 0;
    TF_TRY(group->check(walk, place));
    tf_shape_fill(group->shape, scratch->again.first, place);
    memcpy(place, scratch->again.first, group->shape->size);
    return TF_OK;
}
