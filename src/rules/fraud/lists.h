/*
 * Lists of names: who is let through, watched or blocked, until when and why. An entry holds in event time, so that a record is
 * judged the same whenever it is judged.
 */
#ifndef TAXFLOW_RULES_FRAUD_LISTS_H
#define TAXFLOW_RULES_FRAUD_LISTS_H

#include "list_table.h"
#include "record_field.h"
#include "taxflow/fraud_decision.h"

enum { TF_LISTS_MAX = 64, TF_LIST_ENTRIES_MAX = 2000000, TF_LIST_REASON_BYTES_MAX = 200, TF_LIST_NAME_BYTES_MAX = 64,
       TF_LIST_POINTS = 20 };

struct tf_list {
    struct tf_str name;
    enum tf_fraud_list_kind kind;
    enum tf_record_field field; /* NONE: for expressions only */
    uint32_t points; /* of a watch list */
    struct tf_list_table table;
    size_t hashed;   /* entries that are given as a SHA-256 */
};

struct tf_lists; /* a ruleset's */

/** NULL when memory ran out. */
struct tf_lists *tf_lists_create(void);
struct tf_lists *tf_lists_destroy(struct tf_lists *lists);
/** An empty list; name stays where it is. NULL past TF_LISTS_MAX. */
struct tf_list *tf_lists_add(struct tf_lists *lists, struct tf_str name);
/* A value and what is said of it. */
struct tf_list_line {
    struct tf_str value;  /* or, where hash is present, absent */
    struct tf_str hash;   /* 64 or 32 hex digits: SHA-256 of the value as it is compared, whole or its first half */
    struct tf_str reason; /* may be absent */
    int64_t until_ms;     /* INT64_MAX: for ever */
};
/**
 * Add a line to a list; a later one of the same value takes the place of the earlier.
 * Returns TF_OK; TF_E_VALUE (nothing to compare, no hash, too long: *ret_problem says it); TF_E_TOO_MANY; TF_E_MEMORY.
 */
enum tf_err tf_lists_put(struct tf_lists *lists, struct tf_list *list, const struct tf_list_line *line, const char **ret_problem) TF_MUST_CHECK;
/** All is read: give back spare memory, and fix what tf_lists_describe says. */
void tf_lists_seal(struct tf_lists *lists);
/** Names, kinds, fields and a digest of all lines in their order: for the ruleset's name. */
void tf_lists_describe(const struct tf_lists *lists, struct tf_buf *out);

/** The list of a name, or NULL; lives as long as the lists. */
const struct tf_list *tf_lists_named(const struct tf_lists *lists, struct tf_str name);
/** The entry under which a list holds a text at a time; NULL when it does not. O(1). */
const struct tf_list_entry *tf_list_find(const struct tf_lists *lists, const struct tf_list *list, struct tf_str text, int64_t time_ms);
/** Whether the list of that name holds the text at that time; false when there is no such list. For expressions. O(lists). */
bool tf_fraud_lists_has(const struct tf_lists *lists, struct tf_str name, struct tf_str text, int64_t time_ms);
/** The lists on which a record stands, into out (TF_LISTS_MAX places). Returns how many. O(lists of fields). */
uint32_t tf_lists_match(const struct tf_lists *lists, const struct tf_fraud_facts *facts, struct tf_fraud_listing *out);

#endif
