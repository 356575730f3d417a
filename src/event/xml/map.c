#include "map.h"

#include <stdlib.h>

#include "decode_invoice.h"

/* Parents that are none: of paths that hold anywhere, and of watched names, whose child is the row of the watch. */
enum { CAP_FIRST = 128 };
#define ANYWHERE UINT32_MAX
#define WATCHED (UINT32_MAX - 1)

/* ---- Targets ---- */

/* A target on its way through the shapes. */
struct route {
    const struct tf_decode_shape *shape;
    struct tf_xml_node *node;
    size_t ends[2]; /* of the list's and the sublist's names in the target */
    unsigned lists;
};

static const struct tf_decode_row *row_of(const struct tf_decode_shape *shape, struct tf_str name)
{
    for (size_t i = 0; i < shape->count; i++)
        if (tf_str_eq(shape->rows[i].name, name))
            return &shape->rows[i];
    return NULL;
}

static bool enter_group(struct route *route, const struct tf_decode_row *row, size_t at)
{
    route->shape = row->shape;
    if (row->shape->present_offset == TF_DECODE_NO_PRESENT)
        return true;
    if (route->node->present_count == TF_XML_MAP_GROUPS_MAX)
        return false;
    route->node->present[route->node->present_count++] = at + row->shape->present_offset;
    return true;
}

/* A list: "[]" is the element begun above, "[+]" a new one. What follows lies in the element. */
static bool enter_list(struct route *route, const struct tf_decode_row *row, size_t at, bool begins)
{
    struct tf_xml_node *node = route->node;
    if (row->type != TF_DECODE_LIST || node->begins || route->lists == 2)
        return false;
    node->begins = begins;
    node->list_base = node->base;
    node->list_offset = at;
    node->list_size = row->shape->size;
    node->list_limit = row->limit;
    node->base = TF_XML_ITEM;
    node->offset = 0;
    node->present_count = 0;
    node->row = NULL;
    route->shape = row->shape;
    route->lists++;
    return row->shape->present_offset == TF_DECODE_NO_PRESENT || enter_group(route, row, 0);
}

/* One member of the target, and its brackets if it has some. */
static bool enter(struct route *route, struct tf_str name, struct tf_str brackets)
{
    struct tf_xml_node *node = route->node;
    const struct tf_decode_row *row = route->shape != NULL ? row_of(route->shape, name) : NULL;
    if (row == NULL)
        return false;
    size_t at = node->offset + row->offset;
    if (brackets.len > 0)
        return enter_list(route, row, at, tf_str_is(brackets, "[+]"));
    node->offset = at;
    node->row = row;
    node->value = row->type == TF_DECODE_TEXT || row->type == TF_DECODE_DECIMAL || row->type == TF_DECODE_DATE;
    node->clear_size = node->base == TF_XML_SCRATCH && !node->value ? row->shape->size : 0;
    route->shape = NULL;
    if (node->value)
        return true;
    return row->type == TF_DECODE_GROUP && enter_group(route, row, at);
}

/* Parts of a place, each terminated: "lines", "item.attributes", "name". */
static void keep_place(struct tf_xml_map *map, struct tf_xml_node *node, const char *target)
{
    const char **parts[] = {&node->place.list, &node->place.sublist};
    for (size_t i = 0; i < 2; i++) {
        const char *bracket = strchr(target, '[');
        if (bracket == NULL)
            break;
        *parts[i] = memcpy(map->texts + map->texts_len, target, (size_t)(bracket - target));
        map->texts_len += (size_t)(bracket - target) + 1;
        target = strchr(bracket, ']') + 1;
        target += *target == '.';
    }
    if (*target != '\0') {
        node->place.term = memcpy(map->texts + map->texts_len, target, strlen(target));
        map->texts_len += strlen(target) + 1;
    }
}

/* Length of a target up to its last bracket but `skip` of them: "lines[].allowances" of "lines[].allowances[+].amount". */
static size_t list_len(const char *target, unsigned skip)
{
    size_t len = strlen(target);
    for (skip++; skip > 0; skip--)
        while (len > 0 && target[--len] != '[')
            continue;
    return len;
}

/* What the node is in must be an element that begun, the nearest node above that begins one, did begin. */
static bool is_inside(const struct tf_xml_node *node, const struct tf_xml_node *begun)
{
    if (node->begins ? node->list_base != TF_XML_ITEM : node->base != TF_XML_ITEM)
        return true;
    size_t len = list_len(node->target, node->begins);
    return begun != NULL && len == list_len(begun->target, 0) && strncmp(node->target, begun->target, len) == 0;
}

static bool aim(struct tf_xml_map *map, struct tf_xml_node *node, const struct tf_xml_term *term)
{
    const char *at = term->target;
    struct route route = {.shape = &tf_decode_invoice_shape, .node = node};
    node->path = term->path;
    node->target = term->target;
    node->close = term->close;
    node->content = term->content;
    if (*at == '\0')
        return true;
    node->base = TF_XML_INVOICE;
    if (*at == '~') {
        route.shape = map->dialect->scratch;
        node->base = TF_XML_SCRATCH;
        at++;
    } else {
        keep_place(map, node, at);
    }
    while (*at != '\0') {
        size_t name = strcspn(at, ".["), brackets = strcspn(at + name, ".");
        if (!enter(&route, (struct tf_str){at, name}, (struct tf_str){at + name, brackets}))
            return false;
        at += name + brackets;
        at += *at == '.';
    }
    return true;
}

/* ---- Paths ---- */

static uint32_t find_edge(const struct tf_xml_map *map, uint32_t parent, uint32_t name)
{
    for (uint32_t i = 0; i < map->edges_count; i++)
        if (map->edges[i].parent == parent && map->edges[i].name == name)
            return map->edges[i].child;
    return TF_XML_NODE_NONE;
}

static bool add_edge(struct tf_xml_map *map, uint32_t parent, uint32_t name, uint32_t child)
{
    if (map->edges_count == map->edges_cap) {
        uint32_t cap = map->edges_cap == 0 ? CAP_FIRST : 2 * map->edges_cap;
        struct tf_xml_edge *grown = realloc(map->edges, cap * sizeof *grown);
        if (grown == NULL)
            return false;
        map->edges = grown;
        map->edges_cap = cap;
    }
    map->edges[map->edges_count++] = (struct tf_xml_edge){parent, name, child};
    return true;
}

static uint32_t add_node(struct tf_xml_map *map)
{
    if (map->count == map->cap) {
        uint32_t cap = map->cap == 0 ? CAP_FIRST : 2 * map->cap;
        struct tf_xml_node *grown = realloc(map->nodes, cap * sizeof *grown);
        if (grown == NULL)
            return TF_XML_NODE_NONE;
        map->nodes = grown;
        map->cap = cap;
    }
    map->nodes[map->count] = (struct tf_xml_node){0};
    return map->count++;
}

/* The node behind one step "a|b" below parent, made when it is new. */
static uint32_t take_step(struct tf_xml_map *map, struct tf_xml_names *names, uint32_t parent, struct tf_str step)
{
    uint32_t node = TF_XML_NODE_NONE;
    while (step.len > 0) {
        const char *bar = memchr(step.ptr, '|', step.len);
        struct tf_str one = {step.ptr, bar != NULL ? (size_t)(bar - step.ptr) : step.len};
        uint32_t name = tf_xml_names_add_prefixed(names, map->dialect->prefixes, one);
        if (name == TF_XML_NAME_UNKNOWN)
            return TF_XML_NODE_NONE;
        uint32_t found = find_edge(map, parent, name);
        if (node == TF_XML_NODE_NONE)
            node = found != TF_XML_NODE_NONE ? found : add_node(map);
        if (node == TF_XML_NODE_NONE || (found == TF_XML_NODE_NONE && !add_edge(map, parent, name, node)))
            return TF_XML_NODE_NONE;
        size_t taken = one.len + (bar != NULL);
        step = (struct tf_str){step.ptr + taken, step.len - taken};
    }
    return node;
}

static bool add_term(struct tf_xml_map *map, struct tf_xml_names *names, const struct tf_xml_term *term)
{
    const char *at = term->path;
    uint32_t node = TF_XML_NODE_ROOT, begun = TF_XML_NODE_NONE;
    if (strncmp(at, "//", 2) == 0) {
        node = ANYWHERE;
        at += 2;
    }
    while (*at != '\0') {
        size_t len = strcspn(at, "/");
        uint32_t parent = node;
        if (parent != ANYWHERE && map->nodes[parent].begins)
            begun = parent;
        node = take_step(map, names, parent, (struct tf_str){at, len});
        if (node == TF_XML_NODE_NONE)
            return false;
        if (*at == '@' && parent != ANYWHERE)
            map->nodes[parent].attributes = true;
        at += len;
        at += *at == '/';
    }
    if (*at == '\0' && node != ANYWHERE && !aim(map, &map->nodes[node], term))
        return false;
    return is_inside(&map->nodes[node], begun != TF_XML_NODE_NONE ? &map->nodes[begun] : NULL);
}

/* ---- The whole ---- */

static bool add_all(struct tf_xml_map *map, struct tf_xml_names *names, const char **ret_wrong)
{
    const struct tf_xml_dialect *dialect = map->dialect;
    for (size_t i = 0; dialect->roots[i].name != NULL; i++) {
        *ret_wrong = dialect->roots[i].name;
        map->roots[i] = tf_xml_names_add_prefixed(names, dialect->prefixes, tf_str_of(dialect->roots[i].name));
        if (map->roots[i] == TF_XML_NAME_UNKNOWN)
            return false;
    }
    for (const struct tf_xml_term *term = dialect->terms; term->path != NULL; term++) {
        *ret_wrong = term->path;
        if (!add_term(map, names, term))
            return false;
    }
    for (uint32_t i = 0; dialect->watches[i].name != NULL; i++) {
        *ret_wrong = dialect->watches[i].name;
        uint32_t name = tf_xml_names_add_prefixed(names, dialect->prefixes, tf_str_of(dialect->watches[i].name));
        if (name == TF_XML_NAME_UNKNOWN || !add_edge(map, WATCHED, name, i))
            return false;
    }
    *ret_wrong = NULL;
    return true;
}

struct tf_xml_map *tf_xml_map_create(const struct tf_xml_dialect *dialect, struct tf_xml_names *names, const char **ret_wrong)
{
    struct tf_xml_map *map = calloc(1, sizeof *map);
    *ret_wrong = NULL;
    if (map == NULL)
        return NULL;
    map->dialect = dialect;
    for (const struct tf_xml_term *term = dialect->terms; term->path != NULL; term++)
        map->texts_cap += strlen(term->target) + 1;
    map->texts = calloc(1, map->texts_cap + 1);
    if (map->texts == NULL || add_node(map) != TF_XML_NODE_NONE || add_node(map) != TF_XML_NODE_ROOT)
        return tf_xml_map_destroy(map);
    return add_all(map, names, ret_wrong) ? map : tf_xml_map_destroy(map);
}

struct tf_xml_map *tf_xml_map_destroy(struct tf_xml_map *map)
{
    if (map == NULL)
        return NULL;
    free(map->nodes);
    free(map->edges);
    free(map->anywhere);
    free(map->watches);
    free(map->texts);
    free(map);
    return NULL;
}

static void put_edge(struct tf_xml_edge *table, uint32_t mask, struct tf_xml_edge edge)
{
    uint32_t at = (edge.parent * 0x9E3779B1U ^ edge.name * 0x85EBCA77U) >> 8 & mask;
    while (table[at].parent != TF_XML_NODE_NONE)
        at = (at + 1) & mask;
    table[at] = edge;
}

bool tf_xml_map_finish(struct tf_xml_map *map, const struct tf_xml_names *names)
{
    uint32_t size = 64;
    while (size < 2 * map->edges_count)
        size *= 2;
    struct tf_xml_edge *table = calloc(size, sizeof *table);
    map->anywhere = calloc(names->count, sizeof *map->anywhere);
    map->watches = calloc(names->count, sizeof *map->watches);
    map->names_count = names->count;
    if (table == NULL || map->anywhere == NULL || map->watches == NULL) {
        free(table);
        return false;
    }
    for (uint32_t i = 0; i < map->edges_count; i++) {
        const struct tf_xml_edge *edge = &map->edges[i];
        if (edge->parent == ANYWHERE)
            map->anywhere[edge->name] = edge->child;
        else if (edge->parent == WATCHED)
            map->watches[edge->name] = map->dialect->watches[edge->child].open;
        else
            put_edge(table, size - 1, *edge);
    }
    free(map->edges);
    map->edges = table;
    map->mask = size - 1;
    return true;
}
