/*
 * VAT by company, period, direction, country, category and rate: what a return is made from. Every invoice and credit note counts once, in the
 * currency of its amounts, credit notes taken off; an amendment takes the place of what it amends.
 */
#ifndef TAXFLOW_VAT_SUMS_H
#define TAXFLOW_VAT_SUMS_H

#include "taxflow/books.h"

/*
 * What a row holds. The breakdown (BG-23) in BT-5; what a document's totals (BT-109, BT-110) have beyond their breakdown, so that the rows of a
 * currency add up to the totals to the cent; and the VAT in the accounting currency (BT-111 in BT-6), which is told for the document alone.
 */
#define TF_VAT_PART_TABLE(X) X(BREAKDOWN, "breakdown") X(REST, "rest") X(ACCOUNTING, "accounting")
enum tf_vat_part {
#define X(name, text) TF_VAT_##name,
    TF_VAT_PART_TABLE(X)
#undef X
};
/** "breakdown". Static. */
const char *tf_vat_part_name(enum tf_vat_part part);

/* A period is a calendar month, year * 12 + month - 1; or one of these. */
#define TF_VAT_MONTH_UNKNOWN INT32_MIN /* no date tells it */
#define TF_VAT_ON_PAYMENT INT32_MAX    /* BT-8: when it is paid, which the document does not know */

enum { TF_VAT_CODE_BYTES = 8, TF_VAT_GROUPS_MAX = 200000, TF_VAT_COMPANIES_MAX = 65536 };

struct tf_vat_group {
    const char *company;        /* trimmed; "" where none is named */
    int32_t month;
    enum tf_direction direction;
    uint16_t country;           /* tf_supply_return_country; TF_COUNTRY_NONE: none is named */
    enum tf_vat_part part;
    char tax[TF_VAT_CODE_BYTES + 1];      /* tax scheme: "VAT"; "other" where it is longer */
    char category[TF_VAT_CODE_BYTES + 1]; /* BT-118; "" where none stands, and of the other parts */
    char currency[4];
    bool rated;                 /* there is a BT-119 */
    struct tf_decimal rate;
    bool further;               /* all that found no group of its own any more: only its currency counts */
    uint64_t documents;
    struct tf_sum net, vat;     /* BT-116 and BT-117; what is not told adds nothing */
    struct {
        uint64_t documents;
        struct tf_sum net, vat;
    } earlier;                  /* of those, what earlier runs left: the rest is what this run made of it */
};

struct tf_vat_sums;
/** NULL when memory ran out. */
struct tf_vat_sums *tf_vat_sums_create(void);
struct tf_vat_sums *tf_vat_sums_destroy(struct tf_vat_sums *sums);
/**
 * A record that amends another was read: the documents of this identity are remembered, so that each can make room for the next. Before the
 * first is added. Other events are none of its business.   TF_E_MEMORY.   Thread  any.
 */
enum tf_err tf_vat_sums_expect(struct tf_vat_sums *sums, const struct tf_event *event, struct tf_hash16 identity) TF_MUST_CHECK;

/* What a document adds to a group. */
struct tf_vat_entry {
    uint32_t group;
    struct tf_sum net, vat;
};
/* What came of a document. */
struct tf_vat_added {
    const struct tf_vat_entry *entries; /* of the last document, until the next; those of one that does not count as well */
    size_t count;
    uint64_t number;                    /* of the document, in the order of the calls, from 1 */
    bool counts;                        /* false: a higher revision of it is there already */
    uint64_t replaces;                  /* number of the one that was taken out for it; 0: none */
};
/**
 * Count an invoice or credit note; other kinds are passed over (count 0). counted false: only work out what it would add: a copy.
 * Returns TF_OK; TF_E_LIMIT when a sum passes 128 bits; TF_E_MEMORY.   Thread  one.   Cost  O(breakdown).
 * Past TF_VAT_GROUPS_MAX groups or TF_VAT_COMPANIES_MAX companies what has none goes to one row a currency, marked further.
 */
enum tf_err tf_vat_sums_add(struct tf_vat_sums *sums, const struct tf_event *event, struct tf_hash16 identity, bool counted,
                            struct tf_vat_added *ret_added) TF_MUST_CHECK;

/* ---- From run to run ---- */

/* The document that counts for an identity since an earlier run. */
struct tf_vat_earlier {
    uint64_t number, revision;
    const struct tf_vat_entry *entries; /* until the next is asked for */
    size_t count;
};
/*
 * Who knows them. find  revised: only one that is an amendment itself is of interest.   TF_OK, or what tf_vat_sums_add returns.
 */
struct tf_vat_past {
    void *self;
    enum tf_err (*find)(void *self, struct tf_hash16 identity, bool revised, struct tf_vat_earlier *ret_earlier, bool *ret_found);
};
/** Go on from earlier runs: groups are recalled next, in order of their numbers, then documents are added. last  the highest number of a document. */
void tf_vat_sums_go_on(struct tf_vat_sums *sums, const struct tf_vat_past *past, uint64_t last);
/** Whether there were earlier runs, so that rows have a part of this one. */
bool tf_vat_sums_goes_on(const struct tf_vat_sums *sums);
/** A group as tf_vat_sums_keep gave it. TF_E_VALUE: its bytes are none, or its number is not the next; TF_E_MEMORY. */
enum tf_err tf_vat_sums_recall(struct tf_vat_sums *sums, uint32_t number, struct tf_str bytes) TF_MUST_CHECK;
/** Give every group that is new or has changed. put  TF_OK, or what this returns.   TF_E_MEMORY. */
enum tf_err tf_vat_sums_keep(const struct tf_vat_sums *sums, enum tf_err (*put)(void *self, uint32_t number, struct tf_str bytes), void *self) TF_MUST_CHECK;

/** The group of an entry. */
const struct tf_vat_group *tf_vat_sums_group(const struct tf_vat_sums *sums, uint32_t group);
/**
 * The groups that hold a document, in order of company, month, direction, country, currency, part, tax, category and rate; further ones last.
 * free(3) the list; NULL when memory ran out.
 */
const struct tf_vat_group **tf_vat_sums_sorted(const struct tf_vat_sums *sums, size_t *ret_count);
/**
 * What the rows add up to is what was counted: in every currency, net and VAT of the accepted documents, less what amendments replaced, and
 * besides them what breakdowns hold of documents that tell no totals.
 * accepted  the books of all accepted records.   TF_E_BREACH with the currency and the difference; TF_E_MEMORY, TF_E_LIMIT.
 */
enum tf_err tf_vat_sums_check(const struct tf_vat_sums *sums, const struct tf_book *accepted, struct tf_fault *fault) TF_MUST_CHECK;
/** Months as people write them: "2026-03", "on payment", "" for unknown. */
enum { TF_VAT_MONTH_BYTES = 16 };
void tf_vat_month_format(int32_t month, char out[TF_VAT_MONTH_BYTES]);
/* A group as people read it. */
struct tf_vat_cells {
    const char *company, *direction, *tax, *category, *currency, *part; /* the group's; company "(further)" where it is further */
    char period[TF_VAT_MONTH_BYTES], country[3], rate[TF_MONEY_TEXT_BYTES], net[TF_SUM_TEXT_BYTES], vat[TF_SUM_TEXT_BYTES]; /* "" where none */
    char run_net[TF_SUM_TEXT_BYTES], run_vat[TF_SUM_TEXT_BYTES]; /* what this run made of them */
    uint64_t documents;
    int64_t run_documents;
};
void tf_vat_cells_of(const struct tf_vat_group *group, struct tf_vat_cells *ret_cells);
/** The month of a day (days since 1970-01-01). */
int32_t tf_vat_month_of(int32_t day);

#endif
