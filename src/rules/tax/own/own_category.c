/* TF-03: what a VAT category says of where goods go, against what the invoice says of that. */
#include "own.h"
#include "taxflow/supply.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct vatex {
    const char *code, *category;
} vatex[] = {
#define VATEX(code, category) {code, category},
#include "vatex.def"
#undef VATEX
};

/* Where an invoice's goods start and end, as far as it says. */
struct journey {
    uint16_t seller_vat, representative_vat, buyer_vat; /* whose number it is */
    uint16_t seller, delivery;                          /* BT-40, BT-80 */
    int32_t day;
};

static struct journey journey_of(const struct tf_invoice *invoice)
{
    struct journey journey = {
        .seller_vat = tf_country_of_vat_id(invoice->seller.vat_id),
        .representative_vat = tf_country_of_vat_id(invoice->tax_representative.vat_id),
        .buyer_vat = tf_country_of_vat_id(invoice->buyer.vat_id),
        .seller = tf_country_of(invoice->seller.address.country),
        .delivery = tf_country_of(invoice->delivery.address.country),
    };
    if (!tf_own_day(invoice->delivery.date, &journey.day) && !tf_supply_day(invoice, &journey.day))
        journey.day = INT32_MAX;
    return journey;
}

static void find(struct tf_case *c, struct tf_spot spot, uint16_t observed, const char *expected)
{
    tf_case_find_text(c, TF_RULE_TF_03, spot, tf_own_country_text(c, observed), tf_str_of(expected));
}

/* Northern Ireland is part of the Union's trade in goods, whatever the address calls it. */
static bool delivered_in_union(const struct tf_invoice *invoice, const struct journey *journey)
{
    if (journey->delivery == TF_COUNTRY('G', 'B') && tf_str_starts(tf_str_trim(invoice->delivery.address.postcode), TF_STR("BT")))
        return true;
    return tf_country_in_union(journey->delivery, journey->day) &&
           tf_country_vat_area(journey->delivery, invoice->delivery.address.postcode) != TF_COUNTRY_OUTSIDE;
}

/* ---- K: from one member state to another ---- */

static void judge_intra_community(struct tf_case *c, const struct journey *journey)
{
    const struct tf_spot buyer = {.term = "buyer.vat_id", .bt = "BT-48"}, place = {.term = "delivery.address.country", .bt = "BT-80"};
    const uint16_t sender = journey->seller_vat != TF_COUNTRY_NONE ? journey->seller_vat : journey->representative_vat;
    tf_case_saw(c, TF_RULE_TF_03);
    if (sender != TF_COUNTRY_NONE && !tf_country_in_union(sender, journey->day) &&
        !tf_country_in_union(journey->representative_vat, journey->day))
        find(c, (struct tf_spot){.term = "seller.vat_id", .bt = "BT-31"}, sender, "a VAT id of a member state");
    if (journey->buyer_vat != TF_COUNTRY_NONE && !tf_country_in_union(journey->buyer_vat, journey->day))
        find(c, buyer, journey->buyer_vat, "a VAT id of a member state");
    else if (journey->buyer_vat != TF_COUNTRY_NONE && journey->buyer_vat == sender)
        find(c, buyer, journey->buyer_vat, "a VAT id of another member state than the seller's");
    if (journey->delivery == TF_COUNTRY_NONE)
        return;
    if (!delivered_in_union(c->invoice, journey))
        find(c, place, journey->delivery, "a member state");
    else if (journey->delivery == sender)
        find(c, place, journey->delivery, "another member state than the seller's");
}

/* ---- G: out of the Union, or out of the country of a seller that is not in it ---- */

static void judge_export(struct tf_case *c, const struct journey *journey)
{
    const struct tf_invoice *invoice = c->invoice;
    const bool stated = journey->delivery != TF_COUNTRY_NONE;
    const struct tf_address *to = stated ? &invoice->delivery.address : &invoice->buyer.address;
    const struct tf_spot spot = stated ? (struct tf_spot){.term = "delivery.address.country", .bt = "BT-80"}
                                       : (struct tf_spot){.term = "buyer.address.country", .bt = "BT-55"};
    const uint16_t destination = tf_country_of(to->country), sender = journey->seller_vat != TF_COUNTRY_NONE ? journey->seller_vat : journey->seller;
    if (destination == TF_COUNTRY_NONE || sender == TF_COUNTRY_NONE)
        return;
    tf_case_saw(c, TF_RULE_TF_03);
    if (tf_country_vat_area(destination, to->postcode) != TF_COUNTRY_INSIDE)
        return;
    if (destination == sender || destination == journey->seller)
        find(c, spot, destination, "another country than the seller's");
    else if (tf_country_in_union(sender, journey->day) && tf_country_in_union(destination, journey->day))
        find(c, spot, destination, "a country outside the European Union");
}

/* ---- L and M: the Canary Islands, Ceuta and Melilla ---- */

static bool is_there(const struct tf_address *address, const char *beginnings, uint16_t alias)
{
    const uint16_t country = tf_country_of(address->country);
    if (country == alias)
        return true;
    return country == TF_COUNTRY('E', 'S') &&
           (tf_str_blank(address->postcode) || tf_country_postcode_among(address->postcode, beginnings));
}

static void judge_spanish(struct tf_case *c, const char *beginnings, uint16_t alias, const char *expected, struct tf_spot spot)
{
    const struct tf_invoice *invoice = c->invoice;
    const struct tf_address *addresses[] = {&invoice->seller.address, &invoice->buyer.address, &invoice->delivery.address,
                                            &invoice->tax_representative.address};
    tf_case_saw(c, TF_RULE_TF_03);
    for (size_t i = 0; i < COUNT(addresses); i++)
        if (is_there(addresses[i], beginnings, alias))
            return;
    spot.term = "category";
    spot.bt = "BT-118";
    tf_case_find_text(c, TF_RULE_TF_03, spot, TF_STR_NONE, tf_str_of(expected));
}

/* ---- exemption codes ---- */

static void judge_reason(struct tf_case *c, const struct tf_vat_breakdown *breakdown, struct tf_spot spot)
{
    const struct tf_str code = tf_str_trim(breakdown->exemption_code);
    for (size_t i = 0; i < COUNT(vatex); i++) {
        if (!tf_str_ieq(code, tf_str_of(vatex[i].code)))
            continue;
        tf_case_saw(c, TF_RULE_TF_03);
        spot.term = "exemption_code";
        spot.bt = "BT-121";
        if (!tf_str_is(tf_str_trim(breakdown->category), vatex[i].category))
            tf_case_find_text(c, TF_RULE_TF_03, spot, tf_str_trim(breakdown->category), tf_str_of(vatex[i].category));
    }
}

void tf_own_judge_categories(struct tf_case *c)
{
    bool intra_community = false, export = false;
    struct tf_breakdown_walk walk;
    struct tf_spot spot;
    tf_breakdown_start(&walk, c->invoice);
    for (const struct tf_vat_breakdown *breakdown; (breakdown = tf_breakdown_next(&walk, &spot));) {
        const struct tf_str category = tf_str_trim(breakdown->category);
        intra_community |= tf_str_is(category, "K");
        export |= tf_str_is(category, "G");
        if (tf_str_is(category, "L"))
            judge_spanish(c, "35 38", TF_COUNTRY('I', 'C'), "a place in the Canary Islands", spot);
        if (tf_str_is(category, "M"))
            judge_spanish(c, "51 52", TF_COUNTRY('E', 'A'), "a place in Ceuta or Melilla", spot);
        if (!tf_str_blank(breakdown->exemption_code))
            judge_reason(c, breakdown, spot);
    }
    if (!intra_community && !export)
        return;
    const struct journey journey = journey_of(c->invoice);
    if (intra_community)
        judge_intra_community(c, &journey);
    if (export)
        judge_export(c, &journey);
}
