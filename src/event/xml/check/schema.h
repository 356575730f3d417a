/*
 * What the XML schemas of a syntax say, as tables: types, their children in order and how often, attributes, kinds of text.
 * The rows are schema_ubl.def (UBL 2.1) and schema_cii.def (Cross Industry Invoice, D16B and D22B together).
 */
#ifndef TAXFLOW_EVENT_XML_SCHEMA_H
#define TAXFLOW_EVENT_XML_SCHEMA_H

#include "lexical.h"
#include "xml/names.h"
#include "pairs.h"
#include "taxflow/document.h"

/* The type of what is not looked into: below an element that should not be there, or that no schema knows. */
enum { TF_SCHEMA_OPEN = 0 };

enum tf_schema_form {
    TF_SCHEMA_BASIC,    /* text and attributes */
    TF_SCHEMA_SEQUENCE, /* children in the order of their rows */
    TF_SCHEMA_CHOICE,   /* one of the children */
    TF_SCHEMA_ANY,      /* one element of another namespace */
};

struct tf_schema_child {
    uint32_t name;
    uint16_t type, next_required; /* next_required: place of the next child that is required, 0: none */
    bool required, repeats;
};

struct tf_schema_attribute {
    uint32_t name;
    enum tf_lexical kind;
    bool required;
    struct tf_str fixed; /* the one value it may have; absent: any */
};

struct tf_schema_type {
    const char *name;
    enum tf_schema_form form;
    enum tf_lexical kind; /* of its text, when basic */
    uint32_t first;       /* of its children, or attributes when basic */
    uint16_t count, first_required; /* first_required: place of the first child that is */
};

struct tf_schema {
    struct tf_schema_type *types; /* [0] TF_SCHEMA_OPEN */
    struct tf_schema_child *children;
    struct tf_schema_attribute *attributes;
    struct tf_pairs places; /* type and name: place among the type's children, from 1 */
    uint16_t *globals;      /* by name: type of an element that means the same wherever it stands (UBL), TF_SCHEMA_OPEN for others */
    uint32_t globals_count;
    uint16_t types_count, children_max; /* most children of a type */
    uint32_t children_count, attributes_count;
};

/** Prefixes that the rows of schemas and rules are written with. Ends with a row of NULL. */
extern const struct tf_xml_prefix tf_schema_prefixes[];

/**
 * The tables of a syntax, TF_SYNTAX_UBL or TF_SYNTAX_CII; their names are added to the table.
 * Returns NULL when memory ran out.   Cost  about a millisecond.
 */
struct tf_schema *tf_schema_create(enum tf_syntax syntax, struct tf_xml_names *names);
struct tf_schema *tf_schema_destroy(struct tf_schema *schema);
/** Type of a root element ("Invoice"); TF_SCHEMA_OPEN when there is none of that name. O(types). */
uint16_t tf_schema_type_named(const struct tf_schema *schema, struct tf_str name);

/** Place of a child in a type with children, from 1; 0 when it has none there. O(1). */
static inline uint32_t tf_schema_place(const struct tf_schema *schema, uint16_t type, uint32_t name)
{
    return tf_pairs_get(&schema->places, type, name);
}

#endif
