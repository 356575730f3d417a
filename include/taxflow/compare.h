/*
 * What was declared against what the documents add up to, and which documents may be the difference. Documents are kept in a temporary file, a row for
 * each of their groups; memory is bounded by lines and by what is searched for one of them.
 */
#ifndef TAXFLOW_COMPARE_H
#define TAXFLOW_COMPARE_H

#include <stdio.h>

#include "taxflow/buf.h"
#include "taxflow/declared.h"

/*
 * What is particular about a document. effect: of those that count, 1: without them the found sum is smaller; -1: of those that do not count or
 * not in the period: whoever declared them had a larger one.
 */
#define TF_WHY_TABLE(X)                                                                 \
    X(COPY, -1, "a duplicate, which is not counted")                                    \
    X(CONFLICT, -1, "a dead letter: its id is another document's")                      \
    X(REPLACED, -1, "an amendment stands for it")                                       \
    X(ISSUED_HERE, -1, "issued in the period, its tax point is not in it")              \
    X(POINT_HERE, 1, "its tax point is in the period, it was issued outside")           \
    X(LATE, 1, "recorded after the return was handed in, or the period's end")          \
    X(AMENDS, 1, "it amends an earlier revision")                                       \
    X(WRONG_RATE, 1, "its rate or tax is wrong (TF-02, VAT1)")                          \
    X(TWICE, 1, "probably the same document again (DUP1, DUP2)")
enum tf_why_bit {
#define X(name, effect, text) TF_WHY_BIT_##name,
    TF_WHY_TABLE(X)
#undef X
    TF_WHY_COUNT
};
enum tf_why {
#define X(name, effect, text) TF_WHY_##name = 1 << TF_WHY_BIT_##name,
    TF_WHY_TABLE(X)
#undef X
};
/** Words of one of them. Static. */
const char *tf_why_words(enum tf_why_bit why);

struct tf_documents;
/** scratch  a temporary file open for reading and writing, which becomes the documents' own. NULL when memory ran out: it is closed. */
struct tf_documents *tf_documents_create(FILE *scratch);
struct tf_documents *tf_documents_destroy(struct tf_documents *documents);
/**
 * Keep a document. added  what tf_vat_sums_add told of it; place  the caller's number of it, to find it again; why  what the caller knows of it (bits of
 * enum tf_why; COPY and CONFLICT do not count).   TF_E_IO, TF_E_MEMORY.   Cost  one buffered write a group.
 */
enum tf_err tf_documents_add(struct tf_documents *documents, const struct tf_event *event, const struct tf_vat_added *added, uint64_t place,
                             unsigned why) TF_MUST_CHECK;


/* ---- From run to run ---- */

/** What a document adds, as bytes for a later run. why  as above; numbers of groups are those of the sums. */
void tf_document_encode(const struct tf_event *event, const struct tf_vat_added *added, unsigned why, struct tf_buf *out);
/**
 * The entries in those bytes. entries  grown as needed, *capacity of them; free(3).   TF_E_VALUE: they are none; TF_E_MEMORY.
 */
enum tf_err tf_document_entries(struct tf_str bytes, struct tf_vat_entry **entries, size_t *capacity, size_t *ret_count) TF_MUST_CHECK;
/* A document of an earlier run. */
struct tf_document_earlier {
    uint64_t number, place; /* place as for tf_documents_add */
    bool counts;            /* false: another revision stands for it */
    struct tf_str bytes;    /* of tf_document_encode */
};
/** Keep it beside those of this run, before the first of them. sums  know its groups.   TF_E_VALUE, TF_E_IO, TF_E_MEMORY. */
enum tf_err tf_documents_recall(struct tf_documents *documents, const struct tf_document_earlier *earlier, const struct tf_vat_sums *sums) TF_MUST_CHECK;

enum tf_match { TF_MATCH_EQUAL, TF_MATCH_ROUNDED /* declared in whole units, less than one off */, TF_MATCH_DIFFERS, TF_MATCH_NOT_COMPARED };
/* How sure an explanation is: documents whose sum is the difference, found by chance or not. */
enum tf_explained {
    TF_EXPLAINED_NOT,
    TF_EXPLAINED_ONE,     /* one document */
    TF_EXPLAINED_WHY,     /* all documents with some particularities: mask */
    TF_EXPLAINED_SOME,    /* some of those with a particularity */
    TF_EXPLAINED_PAIR,    /* two documents, three */
    TF_EXPLAINED_THREE,
};

enum { TF_SUSPECTS_MAX = 200 };
struct tf_suspect {
    uint64_t place;
    unsigned why;
    bool candidate;       /* one of those whose sum is the difference */
    struct tf_sum net, vat; /* what they make of the difference */
};
struct tf_difference {
    const struct tf_declared_line *line;
    enum tf_match match;
    const char *problem;  /* of one that is not compared */
    char currency[4];
    struct tf_sum found_net, found_vat;
    struct tf_sum net, vat; /* found less declared, as far as it was declared */
    uint64_t documents;
    uint64_t undirected;  /* documents of the company and period that are neither sale nor purchase: in no sum */
    uint64_t elsewhere;   /* documents that would belong here, whose tax is not told in the currency */
    enum tf_explained explained;
    unsigned mask;        /* of TF_EXPLAINED_WHY: bits of enum tf_why */
    bool ambiguous;       /* others would do as well */
    bool bounded;         /* there were more documents than are searched */
    const struct tf_suspect *suspects; /* candidates first, then by size; TF_SUSPECTS_MAX at most */
    size_t suspects_count;
    uint64_t suspects_total;
};

/**
 * Compare every declared line, and tell of each in order. The difference lives until the call returns.
 * Returns TF_OK; what tell returns; TF_E_LIMIT when a sum passes 128 bits; TF_E_IO, TF_E_MEMORY.
 * Cost  a reading of the documents, and one more for every 16 lines that differ.
 */
enum tf_err tf_compare(const struct tf_vat_sums *sums, struct tf_documents *documents, const struct tf_declared *declared,
                       enum tf_err (*tell)(void *self, const struct tf_difference *difference), void *self) TF_MUST_CHECK;

#endif
