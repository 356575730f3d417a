/*
 * Names of elements and attributes as small numbers: whatever compares names compares these. One table serves the reader and the
 * structure check; both add their names before a parser is bound to it.
 */
#ifndef TAXFLOW_EVENT_XML_NAMES_H
#define TAXFLOW_EVENT_XML_NAMES_H

#include <libxml/tree.h>

#include "taxflow/str.h"

/* No name of the table: an element or attribute that nobody asked for. */
enum { TF_XML_NAME_UNKNOWN = 0 };

/* The namespace that attributes without a prefix are kept under, so that <ID> and @ID are two names. */
#define TF_XML_ATTRIBUTES "@"

struct tf_xml_prefix { const char *prefix, *uri; };

struct tf_xml_names_slot {
    const xmlChar *uri, *local;
    uint32_t name;
};

struct tf_xml_names {
    struct tf_xml_name { struct tf_str uri, local; } *items; /* [0] is unknown */
    uint32_t count, cap;
    /* Of the dictionary last bound: its pointers as keys, half empty. */
    struct tf_xml_names_slot *slots;
    uint32_t mask;
    const xmlChar *attributes; /* TF_XML_ATTRIBUTES in that dictionary */
};

/** An empty table; NULL when memory ran out. */
struct tf_xml_names *tf_xml_names_create(void);
struct tf_xml_names *tf_xml_names_destroy(struct tf_xml_names *names);
/**
 * The number of a name, added when it is new. Before tf_xml_names_bind.
 * uri, local  terminated, borrowed for as long as the table lives; uri is "" for no namespace.
 * Returns 1 and up; TF_XML_NAME_UNKNOWN when memory ran out.   Cost  O(names): for the start of a program.
 */
uint32_t tf_xml_names_add(struct tf_xml_names *names, const char *uri, const char *local);
/**
 * As tf_xml_names_add for a name written with one of the prefixes ("cbc:ID"), or for an attribute ("@schemeID").
 * prefixes  ends with a row of NULL.   Returns TF_XML_NAME_UNKNOWN also for a prefix that none of them has.
 */
uint32_t tf_xml_names_add_prefixed(struct tf_xml_names *names, const struct tf_xml_prefix *prefixes, struct tf_str name);
/** Make the table's names findable by the pointers of a parser's dictionary. False when memory ran out. O(names). */
bool tf_xml_names_bind(struct tf_xml_names *names, xmlDict *dict);

/** Number of the name whose parts the bound dictionary holds at these pointers; uri NULL for none. O(1). */
static inline uint32_t tf_xml_names_find(const struct tf_xml_names *names, const xmlChar *uri, const xmlChar *local)
{
    uintptr_t hash = ((uintptr_t)local >> 3) * (uintptr_t)0x9E3779B97F4A7C15U ^ ((uintptr_t)uri >> 4);
    for (uint32_t at = (uint32_t)(hash >> 16) & names->mask;; at = (at + 1) & names->mask) {
        const struct tf_xml_names_slot *slot = &names->slots[at];
        if (slot->local == local && slot->uri == uri)
            return slot->name;
        if (slot->local == NULL)
            return TF_XML_NAME_UNKNOWN;
    }
}

#endif
