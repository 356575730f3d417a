/* The groups of VAT sums, found by what they are of, and the names of companies they share. */
#ifndef TF_VAT_GROUPS_H
#define TF_VAT_GROUPS_H

#include "taxflow/vat_sums.h"

/* What a group is of. Compared and hashed as bytes: cleared before it is filled. */
struct tf_vat_key {
    tf_int128 rate_units;
    uint32_t company; /* number of the name */
    int32_t month;
    uint16_t country;
    uint8_t direction, part, rate_scale, rated, further;
    char tax[TF_VAT_CODE_BYTES + 1], category[TF_VAT_CODE_BYTES + 1], currency[4];
};

struct tf_vat_slot { uint64_t hash; uint32_t number; /* from 1; 0 = free */ };
struct tf_vat_table { struct tf_vat_slot *slots; size_t count, capacity; };

/* Where the last document with something in a group has it: number of the document, place in its entries. */
struct tf_vat_mark { uint64_t document; size_t entry; };

struct tf_vat_groups {
    struct tf_vat_key *keys;
    struct tf_vat_group *items;
    struct tf_vat_mark *marks;
    uint32_t count, capacity;
    struct tf_vat_table by_key, by_company;
    char **companies;
    uint32_t companies_count, companies_capacity, last_company;
};

void tf_vat_groups_finish(struct tf_vat_groups *groups);
/** Number of a company's name, the same for equal names; TF_E_FULL where there is no room for one more; TF_E_MEMORY. */
enum tf_err tf_vat_groups_company(struct tf_vat_groups *groups, struct tf_str name, uint32_t *ret_number) TF_MUST_CHECK;
/** The group of a key, made when there is none; TF_E_FULL, TF_E_MEMORY. */
enum tf_err tf_vat_groups_find(struct tf_vat_groups *groups, const struct tf_vat_key *key, uint32_t *ret_group) TF_MUST_CHECK;
/** Make a group of the bytes that tf_vat_group_encode wrote, and take its sums for those of earlier runs. TF_E_VALUE, TF_E_MEMORY. kept.c */
enum tf_err tf_vat_group_decode(struct tf_vat_groups *groups, struct tf_str bytes) TF_MUST_CHECK;
/** As tf_vat_sums_keep; recalled  how many of the groups were there before this run. kept.c */
enum tf_err tf_vat_groups_keep(const struct tf_vat_groups *groups, uint32_t recalled, enum tf_err (*put)(void *self, uint32_t number, struct tf_str bytes),
                               void *self) TF_MUST_CHECK;
/** The groups of some sums. vat_sums.c */
const struct tf_vat_groups *tf_vat_sums_groups(const struct tf_vat_sums *sums);

#endif
