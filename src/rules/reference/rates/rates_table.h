/*
 * The table of VAT rates, and what can be asked of it.
 *
 * A territory is a country, or a part of one that has rates of its own and is told by its postcodes (Azores, Corsica, Jungholz).
 * Where all rates of a time are known it is complete; outside that time a rate the table does not have is unknown, not wrong.
 */
#ifndef TAXFLOW_RULES_REFERENCE_RATES_TABLE_H
#define TAXFLOW_RULES_REFERENCE_RATES_TABLE_H

#include "taxflow/money.h"
#include "taxflow/supply.h"

#define TF_RATES_ALWAYS INT32_MIN /* from: nobody noted since when */
#define TF_RATES_OPEN INT32_MAX   /* to: until further notice; complete_from: never */
enum { TF_RATES_CODE_BYTES = 9, TF_RATES_POSTCODES_BYTES = 32, TF_RATES_VERSION_BYTES = 11 };

struct tf_rate {
    int32_t from, to;  /* days since 1970-01-01; to is the first day on which it no longer holds */
    int32_t milli;     /* thousandths of a percent: 5500 is 5.5 % */
    bool standard;     /* the territory's standard rate of that time */
};

struct tf_rates_territory {
    char code[TF_RATES_CODE_BYTES];           /* "DE", "PT-30" */
    char country[3];                          /* whose invoices it counts for; "" = nobody's */
    char category;                            /* S, or L and M for the taxes of the Canary Islands, Ceuta and Melilla */
    char postcodes[TF_RATES_POSTCODES_BYTES]; /* beginnings of its postcodes, a blank between; "" = a country */
    int32_t complete_from;
    const struct tf_rate *rates;
    size_t rates_count;
};

struct tf_rates {
    const struct tf_rates_territory *territories; /* in order of country, then code */
    size_t territories_count;
    int32_t known_until;                          /* last day of which the table can speak for certain */
    char version[TF_RATES_VERSION_BYTES];
    struct tf_rate *owned;                        /* all rates of a table that was read; NULL of the one built in */
};

enum tf_rates_answer { TF_RATES_IN_FORCE, TF_RATES_NOT_IN_FORCE, TF_RATES_UNKNOWN };

/**
 * Whether a rate was in force in a place on any day of first..last (one day where they are equal).
 * category  'S', 'L' or 'M'.
 * Thread any.  Cost  O(log territories + the periods of the country), no allocation.
 */
enum tf_rates_answer tf_rates_ask(const struct tf_rates *rates, const struct tf_rates_place *place, char category,
                                  struct tf_decimal percent, int32_t first, int32_t last);
/**
 * The rates in force in a place on a day, each once, in rising order; thousandths of a percent. Of S without 0, which stands for places
 * where there is no such tax.
 * Returns how many were written, at most max.
 */
size_t tf_rates_in_force(const struct tf_rates *rates, const struct tf_rates_place *place, char category, int32_t day,
                         int32_t *ret_milli, size_t max);
/** Order of territories in a table: country, then code. */
int tf_rates_territory_cmp(const struct tf_rates_territory *a, const struct tf_rates_territory *b);

#endif
