/*
 * Sums by party and currency: exact, of any number of parties, in bounded memory. What does not fit is written to a temporary file, sorted,
 * and the sorted pieces are merged when the sums are asked for.
 */
#ifndef TAXFLOW_REPORT_PARTY_SUMS_H
#define TAXFLOW_REPORT_PARTY_SUMS_H

#include "taxflow/err.h"
#include "taxflow/hash.h"
#include "taxflow/money.h"

enum { TF_PARTY_NAME_BYTES = 96 };

struct tf_party_sum {
    struct tf_hash16 party;  /* who: company and party */
    char currency[4];
    uint8_t name_len;
    char name[TF_PARTY_NAME_BYTES]; /* as the first record writes it, cut between characters */
    uint64_t records, block, review;
    tf_int128 at_risk_minor;
};

struct tf_party_sums;

/** most  sums held in memory, 16 at least. NULL when memory ran out. */
struct tf_party_sums *tf_party_sums_create(size_t most);
struct tf_party_sums *tf_party_sums_destroy(struct tf_party_sums *sums);
/** Add to the sum of a party in a currency; the name counts where it is the first. TF_OK; TF_E_IO when the temporary file takes no more. */
enum tf_err tf_party_sums_add(struct tf_party_sums *sums, const struct tf_party_sum *addition) TF_MUST_CHECK;
/** Hand out every sum once, in the order of their hashes; nothing is added afterwards. TF_OK; TF_E_IO; TF_E_MEMORY. */
enum tf_err tf_party_sums_each(struct tf_party_sums *sums, void (*see)(void *self, const struct tf_party_sum *sum), void *self) TF_MUST_CHECK;
/** Fill name and name_len: text cut to what a sum holds. */
void tf_party_sum_name(struct tf_party_sum *sum, struct tf_str text);

#endif
