#include "taxflow/supply.h"

#include <stdio.h>

#include "rates_table.h"
#include "taxflow/clock.h"

enum { RATES_TOLD_MAX = 16, TEXT_BYTES = TF_SUPPLY_PLACES_MAX * (32 + RATES_TOLD_MAX * 12), LOOK_BACK_DAYS = 4 * 365 };

/* A date's day; false when it is absent, blank or none. */
static bool known_day(struct tf_date date, int32_t *ret_day)
{
    *ret_day = date.days;
    return tf_date_known(date) && !tf_str_blank(date.text);
}

bool tf_supply_day(const struct tf_invoice *invoice, int32_t *ret_day)
{
    return known_day(invoice->tax_point_date, ret_day) || known_day(invoice->delivery.date, ret_day) || known_day(invoice->issue_date, ret_day);
}

static struct tf_rates_place *find_place(struct tf_supply *supply, uint16_t country)
{
    for (size_t i = 0; i < supply->count; i++)
        if (supply->places[i].country == country)
            return &supply->places[i];
    return NULL;
}

static void add_country(struct tf_supply *supply, uint16_t country)
{
    if (country == TF_COUNTRY_NONE || find_place(supply, country) || supply->count == TF_SUPPLY_PLACES_MAX)
        return;
    supply->places[supply->count++] = (struct tf_rates_place){.country = country};
}

/* What an address says of where in its country it is. */
static void add_postcode(struct tf_supply *supply, const struct tf_address *address)
{
    struct tf_rates_place *place = find_place(supply, tf_country_of(address->country));
    if (!place || place->postcodes_count == TF_RATES_POSTCODES_MAX || tf_str_blank(address->postcode))
        return;
    place->postcodes[place->postcodes_count++] = address->postcode;
}

/*
 * Without a place of delivery, what a consumer buys is taxed where the consumer lives, if not where the seller is (Directive
 * 2006/112/EC, articles 33 and 58); who has a VAT number is no consumer.
 */
static bool sold_to_consumer(const struct tf_invoice *invoice)
{
    return tf_str_blank(invoice->delivery.address.country) && tf_str_blank(invoice->buyer.vat_id);
}

static void find_places(const struct tf_invoice *invoice, struct tf_supply *supply)
{
    const struct tf_address *addresses[] = {&invoice->delivery.address, &invoice->seller.address, &invoice->tax_representative.address};
    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
        add_country(supply, tf_country_of(addresses[i]->country));
    add_country(supply, tf_country_of_vat_id(invoice->seller.vat_id));
    add_country(supply, tf_country_of_vat_id(invoice->tax_representative.vat_id));
    if (sold_to_consumer(invoice))
        add_country(supply, tf_country_of(invoice->buyer.address.country));
    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
        add_postcode(supply, addresses[i]);
    add_postcode(supply, &invoice->buyer.address);
    for (size_t i = 0; i < supply->count; i++)
        supply->places[i].anywhere = supply->places[i].postcodes_count == 0;
    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        struct tf_rates_place *place = find_place(supply, tf_country_of(addresses[i]->country));
        if (place && tf_str_blank(addresses[i]->postcode))
            place->anywhere = true;
    }
}

static void widen(struct tf_supply *supply, struct tf_date date)
{
    int32_t day;
    if (!known_day(date, &day))
        return;
    supply->first = day < supply->first ? day : supply->first;
    supply->last = day > supply->last ? day : supply->last;
}

/* A credit note takes back the tax of its invoice, which may be of another time; where it does not say of when, of the years before. */
static void look_back(const struct tf_invoice *invoice, struct tf_supply *supply)
{
    bool dated = false;
    for (size_t i = 0; i < invoice->preceding.count; i++) {
        dated |= !tf_str_blank(invoice->preceding.items[i].issue_date.text);
        widen(supply, invoice->preceding.items[i].issue_date);
    }
    if (!dated)
        supply->first -= LOOK_BACK_DAYS;
}

/* BT-7 settles it, else BT-72. The day of issue alone does not: what was supplied over a period is taxed as of then. */
static bool find_days(const struct tf_invoice *invoice, bool corrects, struct tf_supply *supply)
{
    if (!tf_supply_day(invoice, &supply->day))
        return false;
    supply->first = supply->last = supply->day;
    if (!tf_str_blank(invoice->tax_point_date.text))
        return true;
    if (corrects)
        look_back(invoice, supply);
    if (!tf_str_blank(invoice->delivery.date.text))
        return true;
    widen(supply, invoice->period.start);
    widen(supply, invoice->period.end);
    return true;
}

bool tf_supply_of(const struct tf_invoice *invoice, bool corrects, struct tf_supply *ret_supply)
{
    *ret_supply = (struct tf_supply){.count = 0};
    if (!find_days(invoice, corrects, ret_supply))
        return false;
    find_places(invoice, ret_supply);
    return true;
}

/* Letters of the table: split payment (B) is the same tax as S; other categories have no rates of their own. */
static char table_category(struct tf_str code)
{
    code = tf_str_trim(code);
    if (code.len != 1)
        return '\0';
    switch (code.ptr[0]) {
    case 'S':
    case 'B':
        return 'S';
    case 'L':
    case 'M':
        return code.ptr[0];
    default:
        return '\0';
    }
}

/* Right in one country is right; where the table cannot tell, it may be. */
bool tf_supply_rate_is_wrong(const struct tf_rates *rates, const struct tf_supply *supply, const struct tf_vat_breakdown *breakdown, bool *ret_asked)
{
    const char category = tf_supply_is_vat(breakdown) ? table_category(breakdown->category) : '\0';
    *ret_asked = category != '\0' && tf_amount_known(breakdown->rate) && tf_money_sign(breakdown->rate.value) > 0;
    if (!*ret_asked) /* BR-S-05 and its like speak of those */
        return false;
    for (size_t i = 0; i < supply->count; i++)
        if (tf_rates_ask(rates, &supply->places[i], category, breakdown->rate.value, supply->first, supply->last) != TF_RATES_NOT_IN_FORCE)
            return false;
    return supply->count > 0;
}

struct tf_str tf_supply_tell_rates(const struct tf_rates *rates, const struct tf_supply *supply, const struct tf_vat_breakdown *breakdown,
                                   struct tf_arena *arena)
{
    char text[TEXT_BYTES], number[TF_MONEY_TEXT_BYTES], country[3], date[11];
    size_t len = 0;
    tf_clock_format_date(supply->day, date);
    for (size_t i = 0; i < supply->count; i++) {
        int32_t milli[RATES_TOLD_MAX];
        const size_t count =
            tf_rates_in_force(rates, &supply->places[i], table_category(breakdown->category), supply->day, milli, RATES_TOLD_MAX);
        tf_country_text(supply->places[i].country, country);
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s%s%s:", i > 0 ? "; " : "", country, i == 0 ? " on " : "", i == 0 ? date : "");
        for (size_t r = 0; r < count; r++) {
            const struct tf_str percent = tf_money_format(tf_money_of(milli[r], 3), 0, number);
            len += (size_t)snprintf(text + len, sizeof text - len, "%s %.*s", r > 0 ? "," : "", TF_STR_ARGS(percent));
        }
        if (count == 0)
            len += (size_t)snprintf(text + len, sizeof text - len, " none");
    }
    return tf_arena_dup(arena, (struct tf_str){text, len});
}
