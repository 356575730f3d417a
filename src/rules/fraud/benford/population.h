/* Of which amounts a company has a population of digits: those of one kind of record, or class of accounts, of one currency and one sign. */
#ifndef TAXFLOW_RULES_FRAUD_POPULATION_H
#define TAXFLOW_RULES_FRAUD_POPULATION_H

#include "taxflow/fraud_group.h"

/* One amount of an event and where it belongs. */
struct tf_population_amount {
    struct tf_decimal amount; /* not 0 */
    char account_class;       /* of a journal's line: the first character of its account; 0 for documents and payments */
    char currency[4];         /* "" where there is none */
};

/* Counts an amount in a cell; false: in none. */
typedef bool tf_population_cell(const struct tf_population_amount *amount, uint16_t *ret_cell);

/**
 * Tallies of an event's amounts: one of a document or payment, of a journal each of its first 64 lines. Lines that count alike are one tally.
 * statistic  part of the group's key: rules that count alike share it
 */
size_t tf_population_tallies(const struct tf_fraud_facts *facts, struct tf_str statistic, tf_population_cell *cell, struct tf_fraud_tally *tallies);
/** Name the population of a tally that tf_population_tallies gave: "payments out EUR", "account class 4 EUR, negative". */
void tf_population_name(const struct tf_fraud_facts *facts, size_t tally, tf_population_cell *cell, char out[TF_FRAUD_GROUP_NAME_BYTES]);
/** What a rule on populations answers of an event: nothing of its own, but that fields are missing. */
enum tf_fraud_answer tf_population_answer(const struct tf_fraud_case *c);

/* Cells of first digits: how large the amount is by powers of ten, and its first two digits. */
enum { TF_POPULATION_DECADE_FIRST = -2, TF_POPULATION_DECADES = 11, TF_POPULATION_DIGITS = 90 };
bool tf_population_first_digits(const struct tf_population_amount *amount, uint16_t *ret_cell);
/** The counts of such cells, and over how many powers of ten the amounts reach, the ends counted. cells is cleared before. */
unsigned tf_population_spread(const struct tf_fraud_tally_view *counts, int64_t cells[TF_FRAUD_CELLS_MAX]);
/** Cells of the last two digits of amounts from 10 on. */
bool tf_population_last_digits(const struct tf_population_amount *amount, uint16_t *ret_cell);

#endif
