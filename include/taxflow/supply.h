/*
 * What an invoice charges VAT for, as far as it says so: the countries whose tax it may be, and the days whose law counts. An invoice does not
 * say which country's tax it charges: it may be that of the delivery (one-stop shop, distance sales), the seller's, the representative's,
 * those that numbered the seller and the representative.
 */
#ifndef TAXFLOW_SUPPLY_H
#define TAXFLOW_SUPPLY_H

#include "taxflow/arena.h"
#include "taxflow/country.h"
#include "taxflow/invoice.h"
#include "taxflow/rates.h"

enum { TF_RATES_POSTCODES_MAX = 4, TF_SUPPLY_PLACES_MAX = 6 };

/* One country that may be meant, with what is known of the places in it. */
struct tf_rates_place {
    uint16_t country;
    struct tf_str postcodes[TF_RATES_POSTCODES_MAX];
    size_t postcodes_count;
    bool anywhere; /* some place in it is known without a postcode: every part of the country may be meant */
};

struct tf_supply {
    struct tf_rates_place places[TF_SUPPLY_PLACES_MAX];
    size_t count;
    int32_t first, last; /* a rate that held on any day of these is right */
    int32_t day;         /* the one to tell of */
};

/** The day whose tax law counts (days since 1970-01-01): BT-7, else BT-72, else BT-2. False when none is given. */
bool tf_supply_day(const struct tf_invoice *invoice, int32_t *ret_day);
/* When the tax of an invoice becomes chargeable. */
enum tf_tax_point { TF_TAX_POINT_DAY, TF_TAX_POINT_ON_PAYMENT, TF_TAX_POINT_UNKNOWN };
/**
 * The day by which the tax belongs to a period: BT-7; else what BT-8 names, in the codes of UNTDID 2005 (UBL) or 2475 (CII): the day of issue, of
 * delivery (BT-72), of payment, which no invoice tells; else tf_supply_day.   *ret_day is set for TF_TAX_POINT_DAY.
 * Source: EN 16931-1 BT-7, BT-8; Directive 2006/112/EC, articles 63 to 66.
 */
enum tf_tax_point tf_supply_tax_point(const struct tf_invoice *invoice, int32_t *ret_day);
/**
 * The country in whose return a VAT category of an invoice stands, seen by the seller (purchase false) or the buyer: the one that numbered the tax
 * representative, else the seller, else the seller's address; of a purchase whose tax the buyer owes (AE, K) that which numbered the buyer, else the
 * buyer's address.   TF_COUNTRY_NONE where nothing names one.
 */
uint16_t tf_supply_return_country(const struct tf_invoice *invoice, bool purchase, struct tf_str category);
/** The total VAT in a currency: BT-111 where that is BT-6, else BT-110 where it is BT-5; false where neither is told. Case of the code is ignored. */
bool tf_supply_tax_in(const struct tf_invoice *invoice, const char *currency, struct tf_decimal *ret_tax);
/**
 * Read it off an invoice; the result points into the invoice.
 * corrects  whether the document takes back what another one charged, or puts it right: rates of that time are right too.
 * False when the invoice has no day.   Thread any.   Cost  O(preceding invoices).
 */
bool tf_supply_of(const struct tf_invoice *invoice, bool corrects, struct tf_supply *ret_supply);
/** Whether a breakdown is of VAT: no tax scheme, or that one, stands with its category. */
static inline bool tf_supply_is_vat(const struct tf_vat_breakdown *breakdown)
{
    return !tf_str_present(breakdown->scheme) || tf_str_ieq(tf_str_trim(breakdown->scheme), TF_STR("VAT"));
}
/**
 * Whether a breakdown's rate (BT-119) was in force nowhere it may be meant for. False too where that cannot be told: other categories than S, B,
 * L and M, no rate above 0, a country or time that the table does not know.
 * ret_asked  whether there was a rate to be asked for.   Thread any.   Cost  below 1 us.
 */
bool tf_supply_rate_is_wrong(const struct tf_rates *rates, const struct tf_supply *supply, const struct tf_vat_breakdown *breakdown, bool *ret_asked);
/** The rates there were instead, in the arena: "DE on 2020-09-15: 5, 16; FR: 2.1, 5.5, 10, 20". Absent when that is full. */
struct tf_str tf_supply_tell_rates(const struct tf_rates *rates, const struct tf_supply *supply, const struct tf_vat_breakdown *breakdown,
                                   struct tf_arena *arena);

#endif
