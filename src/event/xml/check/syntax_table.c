#include "syntax_table.h"

#include <stdlib.h>

#include "schema.h"

/* One path taken apart: the names of its steps, its attribute, what its text must be. */
struct path {
    bool anywhere, own; /* begins with //; is "." */
    uint32_t steps[TF_SYNTAX_STEPS_MAX], other_first; /* other_first: the second of (a|b), else 0 */
    size_t steps_count;
    uint32_t attribute;
    enum tf_syntax_predicate predicate;
    struct tf_str operand;
};

struct builder {
    struct tf_syntax_table *table;
    struct tf_xml_names *names;
    uint16_t context; /* whose rows are read */
    size_t nodes_cap, actions_cap;
};

static const struct { enum tf_syntax_predicate predicate; const char *word; bool operand; } predicates[] = {
    {TF_PREDICATE_IS, "is ", true},
    {TF_PREDICATE_TRIMMED, "trimmed ", true},
    {TF_PREDICATE_UPPER, "upper ", true},
    {TF_PREDICATE_TRUE, "true", false},
    {TF_PREDICATE_FALSE, "false", false},
    {TF_PREDICATE_DIFFERS, "differs", false},
    {TF_PREDICATE_DIFFERS_TRIMMED, "differs trimmed", false},
    {TF_PREDICATE_LONG, "long", false},
    {TF_PREDICATE_DAY, "day", false},
    {TF_PREDICATE_VALUE, "value", false},
    {TF_PREDICATE_NOT_ON, "not on ", true},
};

static size_t until(struct tf_str s, char mark)
{
    const char *found = memchr(s.ptr, mark, s.len);
    return found ? (size_t)(found - s.ptr) : s.len;
}

static struct tf_str from(struct tf_str s, size_t at) { return (struct tf_str){s.ptr + at, s.len - at}; }

static bool read_predicate(struct tf_str text, struct path *path)
{
    for (size_t i = 0; i < sizeof(predicates) / sizeof(*predicates); i++) {
        struct tf_str word = tf_str_of(predicates[i].word);
        if (predicates[i].operand ? !tf_str_starts(text, word) : !tf_str_eq(text, word))
            continue;
        path->predicate = predicates[i].predicate;
        path->operand = from(text, word.len);
        return true;
    }
    return false;
}

static uint32_t name_of(struct builder *b, struct tf_str word)
{
    return tf_xml_names_add_prefixed(b->names, tf_schema_prefixes, word);
}

static bool read_step(struct builder *b, struct tf_str word, struct path *path)
{
    if (word.len > 0 && word.ptr[0] == '@') {
        path->attribute = name_of(b, word);
        return path->attribute != TF_XML_NAME_UNKNOWN;
    }
    if (path->steps_count == TF_SYNTAX_STEPS_MAX)
        return false;
    if (word.len > 0 && word.ptr[0] == '(') {
        size_t bar = until(word, '|');
        if (bar == word.len)
            return false;
        path->other_first = name_of(b, (struct tf_str){word.ptr + bar + 1, word.len - bar - 2});
        word = (struct tf_str){word.ptr + 1, bar - 1};
    }
    uint32_t name = name_of(b, word);
    path->steps[path->steps_count++] = name;
    return name != TF_XML_NAME_UNKNOWN;
}

static bool read_path(struct builder *b, struct tf_str text, struct path *path)
{
    *path = (struct path){0};
    size_t brace = until(text, '{');
    if (brace < text.len && !read_predicate((struct tf_str){text.ptr + brace + 1, text.len - brace - 2}, path))
        return false;
    text.len = brace;
    path->own = tf_str_is(text, ".");
    path->anywhere = tf_str_starts(text, TF_STR("//"));
    if (path->anywhere)
        text = from(text, 2);
    for (size_t len; !path->own && text.len > 0; text = from(text, len < text.len ? len + 1 : len)) {
        len = until(text, '/');
        if (!read_step(b, (struct tf_str){text.ptr, len}, path))
            return false;
    }
    return true;
}

static uint16_t new_node(struct builder *b)
{
    return b->table->nodes_count < b->nodes_cap ? b->table->nodes_count++ : 0;
}

/* The node that a step leads to, made when it is new; 0 when there is no room. */
static uint16_t step(struct builder *b, uint16_t node, uint32_t name)
{
    uint16_t child = (uint16_t)tf_pairs_get(&b->table->steps, node, name);
    if (child == 0 && (child = new_node(b)) != 0 && !tf_pairs_put(&b->table->steps, node, name, child))
        return 0;
    b->table->nodes[node].has_steps = true;
    return child;
}

/* Where the paths begin that may begin anywhere: arrays by name, which grow with the names. */
static bool cover_names(struct builder *b)
{
    struct tf_syntax_table *t = b->table;
    uint16_t **arrays[] = {&t->anywhere, &t->attributes, &t->suffix_contexts};
    uint32_t count = b->names->count;
    for (size_t i = 0; i < 3 && count > t->names_count; i++) {
        uint16_t *grown = realloc(*arrays[i], count * sizeof(*grown));
        if (!grown)
            return false;
        memset(grown + t->names_count, 0, (count - t->names_count) * sizeof(*grown));
        *arrays[i] = grown;
    }
    t->names_count = count > t->names_count ? count : t->names_count;
    return true;
}

static uint16_t anywhere(struct builder *b, uint32_t name)
{
    if (!cover_names(b))
        return 0;
    if (b->table->anywhere[name] == 0)
        b->table->anywhere[name] = new_node(b);
    return b->table->anywhere[name];
}

/* Node at the end of a path; first is its first step, which may be the second of two. */
static uint16_t lead(struct builder *b, const struct path *path, uint32_t first)
{
    uint16_t node = path->anywhere ? anywhere(b, first) : b->table->contexts[b->context].node;
    for (size_t i = path->anywhere ? 1 : 0; node != 0 && i < path->steps_count; i++)
        node = step(b, node, i == 0 ? first : path->steps[i]);
    return node;
}

static bool hang(struct builder *b, const struct path *path, uint16_t *list, struct tf_syntax_action action)
{
    struct tf_syntax_table *t = b->table;
    if (t->actions_count == b->actions_cap)
        return false;
    action.attribute = path->attribute;
    action.predicate = (uint8_t)path->predicate;
    action.operand = path->operand;
    if (path->predicate == TF_PREDICATE_DIFFERS || path->predicate == TF_PREDICATE_DIFFERS_TRIMMED)
        action.first = t->firsts_count++;
    if (path->predicate == TF_PREDICATE_NOT_ON && (action.not_on = name_of(b, path->operand)) == TF_XML_NAME_UNKNOWN)
        return false;
    action.next = *list;
    t->actions[t->actions_count] = action;
    *list = t->actions_count++;
    return true;
}

static bool add_path_from(struct builder *b, const struct path *path, uint32_t first, struct tf_syntax_action action)
{
    uint16_t node = lead(b, path, first);
    struct tf_syntax_node *at = &b->table->nodes[node];
    return node != 0 && hang(b, path, path->attribute ? &at->attributes : path->predicate ? &at->texts : &at->arrivals, action);
}

/* Lets what a path leads to be counted in a slot of the context. */
static bool add_path(struct builder *b, struct tf_str text, struct tf_syntax_action action)
{
    struct path path;
    if (!read_path(b, text, &path) || (path.anywhere && b->context != b->table->root_context))
        return false;
    if (path.own && path.predicate == TF_PREDICATE_NONE)
        return true;
    if (path.anywhere && path.steps_count == 0)
        return cover_names(b) && hang(b, &path, &b->table->attributes[path.attribute], action);
    return add_path_from(b, &path, path.steps[0], action) && (path.other_first == 0 || add_path_from(b, &path, path.other_first, action));
}

static bool add_suffix(struct builder *b, struct tf_str word)
{
    struct tf_syntax_table *t = b->table;
    size_t star = until(word, '*');
    if (t->suffixes_count == TF_SYNTAX_SUFFIXES_MAX)
        return false;
    struct tf_syntax_suffix *suffix = &t->suffixes[t->suffixes_count++];
    *suffix = (struct tf_syntax_suffix){NULL, from(word, star + 1), b->context};
    for (const struct tf_xml_prefix *row = tf_schema_prefixes; star > 0 && row->prefix != NULL; row++) {
        if (tf_str_is((struct tf_str){word.ptr, star - 1}, row->prefix))
            suffix->uri = row->uri;
    }
    return true;
}

/* One place where a context is: /root/…, name, parent/name, *Suffix. */
static bool add_where(struct builder *b, struct tf_str word)
{
    struct path path;
    if (memchr(word.ptr, '*', word.len))
        return add_suffix(b, word);
    bool absolute = word.ptr[0] == '/';
    if (!read_path(b, from(word, absolute ? 1 : 0), &path) || path.steps_count == 0)
        return false;
    uint16_t node = absolute ? TF_SYNTAX_NODE_ROOT : anywhere(b, path.steps[0]);
    for (size_t i = 1; node != 0 && i < path.steps_count; i++)
        node = step(b, node, path.steps[i]);
    if (absolute && path.steps_count == 1) {
        b->table->root_context = b->context;
        b->table->contexts[b->context].node = TF_SYNTAX_NODE_ROOT;
        return true;
    }
    if (node != 0 && b->table->nodes[node].context == 0)
        b->table->nodes[node].context = b->context;
    return node != 0;
}

static bool each_word(struct builder *b, const char *text, bool (*take)(struct builder *b, struct tf_str word))
{
    for (struct tf_str rest = tf_str_of(text); rest.len > 0;) {
        size_t len = until(rest, ' ');
        if (!take(b, (struct tf_str){rest.ptr, len}))
            return false;
        rest = from(rest, len < rest.len ? len + 1 : len);
    }
    return true;
}

static bool add_context(struct builder *b, const struct tf_syntax_row *row)
{
    struct tf_syntax_table *t = b->table;
    b->context = t->contexts_count++;
    t->contexts[b->context] = (struct tf_syntax_context){.judge = row->judge, .checks = t->checks_count};
    if (!each_word(b, row->text, add_where))
        return false;
    if (t->contexts[b->context].node == 0)
        t->contexts[b->context].node = new_node(b);
    return t->contexts[b->context].node != 0;
}

/* What is decided when the context's element ends. */
static void add_check(struct builder *b, struct tf_syntax_action action, enum tf_syntax_bound bound)
{
    struct tf_syntax_table *t = b->table;
    t->checks[t->checks_count++] = (struct tf_syntax_check){action.row, action.slot, (uint8_t)bound};
    t->contexts[b->context].checks_count++;
}

static bool add_rule(struct builder *b, uint16_t index, const struct tf_syntax_row *row)
{
    static const uint8_t limits[] = {[TF_BOUND_none] = 1, [TF_BOUND_once] = 2, [TF_BOUND_twice] = 3, [TF_BOUND_one] = 2,
                                     [TF_BOUND_some] = 0, [TF_BOUND_all] = 0};
    struct tf_syntax_context *context = &b->table->contexts[b->context];
    for (struct tf_str rest = tf_str_of(row->text); rest.len > 0;) {
        struct tf_syntax_action action = {.row = index, .slot = context->slots++, .limit = limits[row->bound]};
        size_t len = row->bound == TF_BOUND_all ? until(rest, ' ') : rest.len;
        if (row->bound >= TF_BOUND_one)
            add_check(b, action, row->bound);
        if (!add_path(b, (struct tf_str){rest.ptr, len}, action))
            return false;
        rest = from(rest, len < rest.len ? len + 1 : len);
    }
    return true;
}

static bool add_count(struct builder *b, uint16_t index, const struct tf_syntax_row *row)
{
    struct tf_syntax_action action = {.row = index, .slot = b->table->contexts[b->context].slots++};
    b->table->symbol_slots[row->symbol] = action.slot;
    return add_path(b, tf_str_of(row->text), action);
}

static bool add_row(struct builder *b, uint16_t index, const struct tf_syntax_row *row)
{
    switch (row->form) {
    case TF_SYNTAX_CONTEXT: return add_context(b, row);
    case TF_SYNTAX_RULE: return add_rule(b, index, row);
    case TF_SYNTAX_COUNT: return add_count(b, index, row);
    case TF_SYNTAX_JUDGED: break;
    }
    b->table->symbol_rows[row->symbol] = index;
    return true;
}

uint16_t tf_syntax_table_suffix(const struct tf_syntax_table *table, struct tf_str uri, struct tf_str local)
{
    uint16_t context = 0;
    for (size_t i = 0; i < table->suffixes_count; i++) {
        const struct tf_syntax_suffix *row = &table->suffixes[i];
        if (local.len < row->suffix.len || (row->uri && !tf_str_is(uri, row->uri)) || (context != 0 && row->context > context))
            continue;
        if (tf_str_eq(from(local, local.len - row->suffix.len), row->suffix))
            context = row->context;
    }
    return context;
}

static bool finish(struct builder *b)
{
    struct tf_syntax_table *t = b->table;
    if (!cover_names(b))
        return false;
    for (uint32_t i = 1; i < t->names_count; i++)
        t->suffix_contexts[i] = tf_syntax_table_suffix(t, b->names->items[i].uri, b->names->items[i].local);
    for (uint16_t i = 1; i < t->contexts_count; i++)
        t->slots_max = t->contexts[i].slots > t->slots_max ? t->contexts[i].slots : t->slots_max;
    return true;
}

static bool fill(struct builder *b, const char **ret_wrong)
{
    for (size_t i = 0; i < b->table->rows->count; i++) {
        if (!add_row(b, (uint16_t)i, &b->table->rows->rows[i])) {
            *ret_wrong = b->table->rows->rows[i].text;
            return false;
        }
    }
    return finish(b);
}

/* No row makes more nodes than its text has steps, and two of the first. */
static size_t steps_of(const struct tf_syntax_rows *rows)
{
    size_t count = 2;
    for (size_t i = 0; i < rows->count; i++) {
        count += 3;
        for (const char *c = rows->rows[i].text; *c; c++)
            count += *c == '/' || *c == ' ';
    }
    return count;
}

struct tf_syntax_table *tf_syntax_table_create(const struct tf_syntax_rows *rows, struct tf_xml_names *names, const char **ret_wrong)
{
    struct tf_syntax_table *t = calloc(1, sizeof(*t));
    struct builder b = {t, names, 0, 2 * steps_of(rows), 2 * rows->count + 2};
    *ret_wrong = NULL;
    if (!t)
        return NULL;
    t->rows = rows;
    t->nodes = calloc(b.nodes_cap, sizeof(*t->nodes));
    t->actions = calloc(b.actions_cap, sizeof(*t->actions));
    t->contexts = calloc(rows->count + 1, sizeof(*t->contexts));
    t->checks = calloc(2 * rows->count + 1, sizeof(*t->checks));
    t->symbol_slots = calloc(rows->symbols_count, sizeof(*t->symbol_slots));
    t->symbol_rows = calloc(rows->symbols_count, sizeof(*t->symbol_rows));
    t->nodes_count = TF_SYNTAX_NODE_ROOT + 1;
    t->actions_count = t->contexts_count = 1;
    bool room = t->nodes && t->actions && t->contexts && t->checks && t->symbol_slots && t->symbol_rows;
    return room && fill(&b, ret_wrong) ? t : tf_syntax_table_destroy(t);
}

struct tf_syntax_table *tf_syntax_table_destroy(struct tf_syntax_table *table)
{
    if (table) {
        free(table->nodes);
        free(table->actions);
        free(table->contexts);
        free(table->checks);
        free(table->anywhere);
        free(table->attributes);
        free(table->suffix_contexts);
        free(table->symbol_slots);
        free(table->symbol_rows);
        tf_pairs_finish(&table->steps);
        free(table);
    }
    return NULL;
}
