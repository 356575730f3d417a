#include "names.h"

#include <stdlib.h>

enum { CAP_FIRST = 256 };

struct tf_xml_names *tf_xml_names_create(void)
{
    struct tf_xml_names *names = calloc(1, sizeof *names);
    if (names == NULL)
        return NULL;
    names->items = calloc(CAP_FIRST, sizeof *names->items);
    if (names->items == NULL)
        return tf_xml_names_destroy(names);
    names->cap = CAP_FIRST;
    names->count = 1;
    return names;
}

struct tf_xml_names *tf_xml_names_destroy(struct tf_xml_names *names)
{
    if (names == NULL)
        return NULL;
    free(names->items);
    free(names->slots);
    free(names);
    return NULL;
}

static uint32_t add(struct tf_xml_names *names, struct tf_str uri, struct tf_str local)
{
    for (uint32_t i = 1; i < names->count; i++)
        if (tf_str_eq(names->items[i].local, local) && tf_str_eq(names->items[i].uri, uri))
            return i;
    if (names->count == names->cap) {
        struct tf_xml_name *grown = realloc(names->items, 2 * (size_t)names->cap * sizeof *grown);
        if (grown == NULL)
            return TF_XML_NAME_UNKNOWN;
        names->items = grown;
        names->cap *= 2;
    }
    names->items[names->count] = (struct tf_xml_name){uri, local};
    return names->count++;
}

uint32_t tf_xml_names_add(struct tf_xml_names *names, const char *uri, const char *local)
{
    return add(names, tf_str_of(uri), tf_str_of(local));
}

uint32_t tf_xml_names_add_prefixed(struct tf_xml_names *names, const struct tf_xml_prefix *prefixes, struct tf_str name)
{
    if (name.len > 0 && name.ptr[0] == '@')
        return add(names, TF_STR(TF_XML_ATTRIBUTES), (struct tf_str){name.ptr + 1, name.len - 1});
    const char *colon = memchr(name.ptr, ':', name.len);
    if (colon == NULL)
        return TF_XML_NAME_UNKNOWN;
    struct tf_str prefix = {name.ptr, (size_t)(colon - name.ptr)}, local = {colon + 1, name.len - prefix.len - 1};
    for (; prefixes->prefix != NULL; prefixes++)
        if (tf_str_is(prefix, prefixes->prefix))
            return add(names, tf_str_of(prefixes->uri), local);
    return TF_XML_NAME_UNKNOWN;
}

static const xmlChar *intern(xmlDict *dict, struct tf_str s)
{
    return s.len == 0 ? NULL : xmlDictLookup(dict, (const xmlChar *)s.ptr, (int)s.len);
}

static void put(struct tf_xml_names *names, const xmlChar *uri, const xmlChar *local, uint32_t name)
{
    uintptr_t hash = ((uintptr_t)local >> 3) * (uintptr_t)0x9E3779B97F4A7C15U ^ ((uintptr_t)uri >> 4);
    uint32_t at = (uint32_t)(hash >> 16) & names->mask;
    while (names->slots[at].local != NULL)
        at = (at + 1) & names->mask;
    names->slots[at] = (struct tf_xml_names_slot){uri, local, name};
}

bool tf_xml_names_bind(struct tf_xml_names *names, xmlDict *dict)
{
    uint32_t size = 64;
    while (size < 2 * names->count)
        size *= 2;
    free(names->slots);
    names->slots = calloc(size, sizeof *names->slots);
    if (names->slots == NULL)
        return false;
    names->mask = size - 1;
    names->attributes = intern(dict, TF_STR(TF_XML_ATTRIBUTES));
    for (uint32_t i = 1; i < names->count; i++) {
        const xmlChar *uri = intern(dict, names->items[i].uri), *local = intern(dict, names->items[i].local);
        if (local == NULL || names->attributes == NULL || (uri == NULL) != (names->items[i].uri.len == 0))
            return false;
        put(names, uri, local, i);
    }
    return true;
}
