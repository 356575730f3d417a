/* The members of an object, ordered by the bytes of their names: the order of the canonical body and of every search. */
#ifndef TAXFLOW_EVENT_JSON_MEMBERS_H
#define TAXFLOW_EVENT_JSON_MEMBERS_H

#include "json_tree.h"

/** Order of two names as unsigned bytes, shorter first on a common prefix. */
static inline int tf_json_members_cmp(struct tf_str a, struct tf_str b)
{
    if (a.len > 0 && b.len > 0 && a.ptr[0] != b.ptr[0]) /* most names part here */
        return (unsigned char)a.ptr[0] - (unsigned char)b.ptr[0];
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common == 0 ? 0 : memcmp(a.ptr, b.ptr, common);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/**
 * Put members in order, in place. Cost O(count) when they are, else O(count log count), whatever an adversary chose.
 * Returns NULL, or a member whose name another one has too.
 */
const struct tf_json_node *tf_json_members_sort(struct tf_json_node *items, size_t count);
/** The member of that name; NULL when absent, when it is null, or when node is no object. O(log count). */
const struct tf_json_node *tf_json_members_find(const struct tf_json_node *object, struct tf_str name);

#endif
