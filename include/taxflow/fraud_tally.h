/*
 * Counters of groups: what fraud rules count where a window of entries would be too large. A group (a company's payments, a user, a pair of
 * accounts) has cells, and counts in each of them by calendar month of event time. Months can be added up whoever counted them: partitions,
 * processes.
 *
 * As with keys, a rule says which counters an event adds to and which groups it wants to see; it sees them without the event's own counts.
 */
#ifndef TAXFLOW_FRAUD_TALLY_H
#define TAXFLOW_FRAUD_TALLY_H

#include <stdbool.h>

#include "taxflow/hash.h"

enum { TF_FRAUD_TALLIES_MAX = 64 };                     /* of one rule for one event */
enum { TF_FRAUD_CELLS_MAX = 1024, TF_FRAUD_ADDS_MAX = 63 };
enum { TF_FRAUD_MONTH_MAX = 4095, TF_FRAUD_MONTH_NONE = -1 }; /* months count from January 1970 */

/* A group of which a rule wants to see the counts, and the cell in which this event counts. */
struct tf_fraud_tally {
    struct tf_hash16 group; /* of the rule id and the group's parts (key.h) */
    uint16_t cell;          /* below TF_FRAUD_CELLS_MAX */
    uint8_t adds;           /* 1..TF_FRAUD_ADDS_MAX: how often it counts; 0 = once */
    uint8_t use;            /* enum tf_fraud_use */
    bool shared;            /* records of several partitions count in it: not one supplier's, but a company's */
};

/*
 * One counter as it is kept: month << 52 | cell << 42 | count, so that a list of them in the order of their numbers is in the order of months
 * and cells. A count may be 0.
 */
struct tf_fraud_count { uint64_t bits; };
enum { TF_FRAUD_COUNT_BITS = 42, TF_FRAUD_CELL_BITS = 10 };

/* What is counted in a group from the month in which the rule's window begins to the event's own, in the order of months and cells. */
struct tf_fraud_tally_view {
    const struct tf_fraud_count *counts;
    size_t count;
};

static inline unsigned tf_fraud_count_month(struct tf_fraud_count c) { return (unsigned)(c.bits >> (TF_FRAUD_COUNT_BITS + TF_FRAUD_CELL_BITS)); }
static inline unsigned tf_fraud_count_cell(struct tf_fraud_count c) { return (unsigned)(c.bits >> TF_FRAUD_COUNT_BITS) & (TF_FRAUD_CELLS_MAX - 1); }
static inline int64_t tf_fraud_count_value(struct tf_fraud_count c) { return (int64_t)(c.bits & ((UINT64_C(1) << TF_FRAUD_COUNT_BITS) - 1)); }
/** The counter of a month and cell with nothing in it: none of theirs is below it. */
static inline struct tf_fraud_count tf_fraud_count_of(unsigned month, unsigned cell)
{
    return (struct tf_fraud_count){((uint64_t)month << TF_FRAUD_CELL_BITS | cell) << TF_FRAUD_COUNT_BITS};
}
/** Sum of the counts in cells first … end - 1. O(counts). */
int64_t tf_fraud_tally_sum(const struct tf_fraud_tally_view *view, unsigned first, unsigned end);
/** The month of the first counter that holds something; TF_FRAUD_MONTH_NONE when none does. */
int32_t tf_fraud_tally_begin(const struct tf_fraud_tally_view *view);
/**
 * Whether what is counted in a window up to time_ms reaches so many months back, or to the window's own beginning where that is nearer.
 */
bool tf_fraud_tally_reaches(const struct tf_fraud_tally_view *view, int64_t time_ms, int64_t window_ms, int64_t months);
/** Add what each cell below TF_FRAUD_CELLS_MAX holds to its place in cells. O(counts). */
void tf_fraud_tally_spread(const struct tf_fraud_tally_view *view, int64_t cells[TF_FRAUD_CELLS_MAX]);
/** Calendar month of a time, from January 1970 on; TF_FRAUD_MONTH_NONE before, and past TF_FRAUD_MONTH_MAX: such times are not counted. */
int32_t tf_fraud_month_of(int64_t time_ms);
/** "2026-03" and a NUL. */
enum { TF_FRAUD_MONTH_BYTES = 8 };
void tf_fraud_month_format(unsigned month, char out[TF_FRAUD_MONTH_BYTES]);

#endif
