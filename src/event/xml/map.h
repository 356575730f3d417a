/* A dialect's terms as a tree of paths: from an element's node and a child's name to the child's node in one look. */
#ifndef TAXFLOW_EVENT_XML_MAP_H
#define TAXFLOW_EVENT_XML_MAP_H

#include "dialect.h"

enum { TF_XML_MAP_GROUPS_MAX = 4, TF_XML_NODE_NONE = 0, TF_XML_NODE_ROOT = 1 };

/* Which struct a member lies in. */
enum tf_xml_base { TF_XML_NOWHERE, TF_XML_INVOICE, TF_XML_ITEM, TF_XML_SCRATCH };

struct tf_xml_node {
    const char *path, *target;            /* of the term; NULL for a step on the way to others */
    struct tf_mark_place place;           /* of its member */
    tf_xml_hook *close;
    enum tf_xml_base base;                /* TF_XML_ITEM: the list element that an element above began, or this one */
    bool begins;                          /* a new element of the list at list_offset, in the base of the element above */
    bool content;
    bool attributes;                      /* some of them have nodes */
    bool value;                           /* row says which, at offset; else a group or nothing */
    const struct tf_decode_row *row;      /* of the member; NULL where nothing is filled but a list begun */
    size_t offset;                        /* of the member in its base */
    enum tf_xml_base list_base;
    size_t list_offset, list_size;
    uint64_t list_limit;
    size_t clear_size;                    /* a group of the scratch struct: its size */
    size_t present[TF_XML_MAP_GROUPS_MAX]; /* offsets of the groups around the member, from outside in */
    uint8_t present_count;
};

struct tf_xml_map {
    const struct tf_xml_dialect *dialect;
    struct tf_xml_node *nodes; /* [0] none, [1] the root element */
    uint32_t count, cap;
    struct tf_xml_edge { uint32_t parent, name, child; } *edges; /* half empty, by parent and name; once built */
    uint32_t edges_count, edges_cap, mask;
    uint32_t *anywhere;        /* by name: the node of a path that begins with "//"; TF_XML_NODE_NONE for most */
    tf_xml_watch_hook **watches; /* by name */
    uint32_t names_count;
    uint32_t roots[4];         /* names of the roots, in the dialect's order */
    char *texts;               /* the parts of places */
    size_t texts_len, texts_cap;
};

/**
 * Build the map of a dialect; its names are added to the table.
 * Returns NULL when memory ran out, or the dialect names a member, prefix or list that there is not: *ret_wrong is its path then.
 */
struct tf_xml_map *tf_xml_map_create(const struct tf_xml_dialect *dialect, struct tf_xml_names *names, const char **ret_wrong);
struct tf_xml_map *tf_xml_map_destroy(struct tf_xml_map *map);
/** Once all names stand in the table. False when memory ran out. */
bool tf_xml_map_finish(struct tf_xml_map *map, const struct tf_xml_names *names);

/** The node of a child of that name; TF_XML_NODE_NONE where no path leads. O(1). */
static inline uint32_t tf_xml_map_child(const struct tf_xml_map *map, uint32_t parent, uint32_t name)
{
    if (name == TF_XML_NAME_UNKNOWN)
        return TF_XML_NODE_NONE;
    for (uint32_t at = (parent * 0x9E3779B1U ^ name * 0x85EBCA77U) >> 8 & map->mask; parent != TF_XML_NODE_NONE; at = (at + 1) & map->mask) {
        const struct tf_xml_edge *edge = &map->edges[at];
        if (edge->parent == parent && edge->name == name)
            return edge->child;
        if (edge->parent == TF_XML_NODE_NONE)
            break;
    }
    return TF_XML_NODE_NONE;
}

#endif
