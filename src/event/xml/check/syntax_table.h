/*
 * The syntax rules of a syntax as tables to walk: the rows of ubl_rules.def or cii_rules.def, their paths as trees.
 * How the rows are read is said there.
 */
#ifndef TAXFLOW_EVENT_XML_SYNTAX_TABLE_H
#define TAXFLOW_EVENT_XML_SYNTAX_TABLE_H

#include "xml/names.h"
#include "pairs.h"
#include "taxflow/str.h"

struct tf_xml_check;
struct tf_check_frame;

/* Called at the end of a context's element, when all below it has been counted. */
typedef void tf_check_judge(struct tf_xml_check *check, const struct tf_check_frame *frame);
/* Called with each text of a path that says {value}; owner: the context's element; symbol: of the row. */
typedef void tf_check_value(struct tf_xml_check *check, const struct tf_check_frame *owner, int symbol, struct tf_str text);

enum tf_syntax_form { TF_SYNTAX_CONTEXT, TF_SYNTAX_RULE, TF_SYNTAX_COUNT, TF_SYNTAX_JUDGED };
enum { TF_RULE_fatal = false, TF_RULE_warning = true };
enum tf_syntax_bound { TF_BOUND_none, TF_BOUND_once, TF_BOUND_twice, TF_BOUND_one, TF_BOUND_some, TF_BOUND_all };

struct tf_syntax_row {
    enum tf_syntax_form form;
    int symbol;              /* of a COUNT or JUDGED row */
    tf_check_judge *judge;   /* of a CONTEXT row; NULL: none */
    const char *id;
    bool warning;
    enum tf_syntax_bound bound;
    const char *text;        /* where, path, or words */
};

struct tf_syntax_rows {
    const struct tf_syntax_row *rows;
    size_t count, symbols_count;
    tf_check_value *value;
};

extern const struct tf_syntax_rows tf_check_ubl_rows, tf_check_cii_rows;

enum tf_syntax_predicate {
    TF_PREDICATE_NONE,
    TF_PREDICATE_IS,
    TF_PREDICATE_TRIMMED,
    TF_PREDICATE_UPPER,
    TF_PREDICATE_TRUE,
    TF_PREDICATE_FALSE,
    TF_PREDICATE_DIFFERS,
    TF_PREDICATE_DIFFERS_TRIMMED,
    TF_PREDICATE_LONG,
    TF_PREDICATE_DAY,
    TF_PREDICATE_VALUE,
    TF_PREDICATE_NOT_ON,
};

/* What happens where a path ends. Lists are linked by index; 0 is the end. */
struct tf_syntax_action {
    uint16_t next, row, slot;
    uint8_t limit; /* the count at which the row's rule is broken; 0: never */
    uint8_t predicate;
    uint16_t first;      /* {differs}: number of the kept text */
    uint32_t attribute;  /* the attribute that counts */
    uint32_t not_on;     /* {not on NAME} */
    struct tf_str operand;
};

struct tf_syntax_node {
    uint16_t context;   /* that begins at such an element; 0: none */
    uint16_t arrivals, attributes, texts; /* actions */
    bool has_steps;     /* children have nodes */
};

struct tf_syntax_check { uint16_t row, slot; uint8_t bound; }; /* at the end of the context's element */

struct tf_syntax_context {
    tf_check_judge *judge;
    uint16_t node, slots;
    uint16_t checks, checks_count;
};

struct tf_syntax_suffix { const char *uri; struct tf_str suffix; uint16_t context; }; /* uri NULL: of any namespace */

enum { TF_SYNTAX_NODE_ROOT = 1, TF_SYNTAX_SUFFIXES_MAX = 16, TF_SYNTAX_STEPS_MAX = 10 };

struct tf_syntax_table {
    const struct tf_syntax_rows *rows;
    struct tf_syntax_node *nodes;         /* [0] none, [1] the root element */
    struct tf_syntax_action *actions;     /* [0] none */
    struct tf_syntax_context *contexts;   /* [0] none; the lower of two that fit an element has it */
    struct tf_syntax_check *checks;
    struct tf_pairs steps;                /* node and name: child node */
    uint16_t *anywhere, *attributes;      /* by name: node and first action of paths that begin with // */
    uint16_t *suffix_contexts;            /* by name: of suffixes */
    struct tf_syntax_suffix suffixes[TF_SYNTAX_SUFFIXES_MAX];
    size_t suffixes_count;
    uint16_t *symbol_slots, *symbol_rows; /* by symbol */
    uint32_t names_count;                 /* of the arrays by name */
    uint16_t nodes_count, actions_count, contexts_count, checks_count, firsts_count, root_context, slots_max;
};

/**
 * The tables of some rows; their names are added to the table of names.
 * Returns NULL when memory ran out, or a row is not written as the rows' file says: *ret_wrong is its text then.
 */
struct tf_syntax_table *tf_syntax_table_create(const struct tf_syntax_rows *rows, struct tf_xml_names *names, const char **ret_wrong);
struct tf_syntax_table *tf_syntax_table_destroy(struct tf_syntax_table *table);
/** Context of elements with names that end so, for a name that nobody asked for; 0: none. O(suffixes). */
uint16_t tf_syntax_table_suffix(const struct tf_syntax_table *table, struct tf_str uri, struct tf_str local);
#endif
