#include "json_tree.h"

#include <stdlib.h>
#include <string.h>

#include "json_members.h"
#include "json_text.h"
#include "json_tokens.h"
#include "taxflow/event.h"

enum {
    KEPT_BYTES_MAX = 8 * 1024 * 1024, /* a larger stack is given back */
    STACK_COUNT_MIN = 1024,
};

struct tf_json_tree {
    struct tf_json_index *index;
    struct tf_json_node *stack; /* finished nodes whose container is still open */
    size_t stack_count, stack_capacity;
};

/* One text on its way. */
struct walk {
    struct tf_json_tree *tree;
    struct tf_arena *arena;
    struct tf_problem *problem;
    const struct tf_json_path *base;
    struct tf_str original; /* the caller's bytes: strings of the copy are unescaped in place */
    struct tf_json_tokens tokens;
    size_t nodes;
};

static enum tf_err refuse(const struct walk *w, enum tf_err err, const struct tf_json_path *path, size_t offset, const char *detail)
{
    return tf_json_path_problem(w->problem, w->arena, err, path, TF_STR_NONE, offset, detail);
}

/* A line of a table without a map, a title above one, words. */
static bool begins_as_json(struct tf_str text)
{
    text = tf_str_trim(text);
    return text.len == 0 || memchr("{[\"", text.ptr[0], 3);
}

static const char *syntax_detail(enum tf_err err)
{
    switch (err) {
    case TF_E_UTF8: return "the text holds bytes that are not UTF-8: export it as UTF-8";
    case TF_E_DEPTH: return "objects and arrays nest deeper than 32 levels";
    default: return "the text is not one JSON value: see RFC 8259 and the offset";
    }
}

static enum tf_err refuse_syntax(const struct walk *w, const struct tf_json_path *path, size_t offset)
{
    enum tf_err err = tf_json_text_diagnose(w->original, TF_EVENT_DEPTH_MAX, &offset);
    const bool foreign = err == TF_E_JSON && !begins_as_json(w->original);
    return refuse(w, err, path, offset, foreign ? "the line is no record, and its file no table whose header is known; say with a map what the columns of a table mean, with header_line "
                                                  "where titles stand above them" : syntax_detail(err));
}

/* The next token cannot stand where it does; where the text ends too early, the whole of it is meant. */
static enum tf_err refuse_here(const struct walk *w, const struct tf_json_path *path)
{
    return refuse_syntax(w, tf_json_tokens_at_end(&w->tokens) ? w->base : path, *w->tokens.at);
}

static char next(const struct walk *w) { return tf_json_tokens_next(&w->tokens); }

static bool take(struct walk *w, char token) { return tf_json_tokens_take(&w->tokens, token); }

static size_t offset_of(const struct walk *w, const char *place) { return (size_t)(place - w->tokens.copy); }

static bool grow_stack(struct tf_json_tree *tree)
{
    size_t capacity = tree->stack_capacity ? tree->stack_capacity * 2 : STACK_COUNT_MIN;
    struct tf_json_node *grown = realloc(tree->stack, capacity * sizeof *grown);
    if (grown == NULL)
        return false;
    tree->stack = grown;
    tree->stack_capacity = capacity;
    return true;
}

/* A cleared node on top of the stack; NULL with err and problem set. It stays there until its container is closed, but moves when the stack grows. */
static struct tf_json_node *push(struct walk *w, const struct tf_json_path *path, enum tf_err *ret_err)
{
    struct tf_json_tree *tree = w->tree;
    uint32_t offset = *w->tokens.at;
    if (w->nodes++ == TF_JSON_TREE_NODES_MAX) {
        *ret_err = refuse(w, TF_E_TOO_MANY, path, offset, "the text holds more than 1,048,576 values: send it in parts");
        return NULL;
    }
    if (tree->stack_count == tree->stack_capacity && !grow_stack(tree)) {
        *ret_err = refuse(w, TF_E_MEMORY, path, offset, "memory ran out");
        return NULL;
    }
    struct tf_json_node *node = &tree->stack[tree->stack_count++];
    *node = (struct tf_json_node){.offset = offset};
    return node;
}

/* Move the nodes above base from the stack to the arena, as the children of node. */
static enum tf_err close_container(struct walk *w, struct tf_json_node *node, size_t base, const struct tf_json_path *path)
{
    struct tf_json_tree *tree = w->tree;
    size_t count = tree->stack_count - base;
    node->count = (uint32_t)count;
    node->as.items = NULL;
    tree->stack_count = base;
    if (count == 0)
        return TF_OK;
    node->as.items = tf_arena_alloc(w->arena, count * sizeof *node->as.items);
    if (node->as.items == NULL)
        return refuse(w, TF_E_LIMIT, path, node->offset, "the batch's memory is used up");
    memcpy(node->as.items, tree->stack + base, count * sizeof *node->as.items);
    if (node->type != TF_JSON_OBJECT)
        return TF_OK;
    const struct tf_json_node *doubled = tf_json_members_sort(node->as.items, count);
    if (doubled == NULL)
        return TF_OK;
    return tf_json_path_problem(w->problem, w->arena, TF_E_DUPLICATE_KEY, path, doubled->name, doubled->offset,
                                "the object names this member twice: keep one");
}

static const char *escape_detail(enum tf_err err)
{
    switch (err) {
    case TF_E_UTF8: return "a \\u escape is half of a surrogate pair";
    case TF_E_VALUE: return "U+0000 is not allowed in a record";
    default: return "an escape in the string is none of RFC 8259";
    }
}

/* The inside of the string that token is. */
static enum tf_err read_string(const struct walk *w, struct tf_str token, const struct tf_json_path *path, struct tf_str *ret_text, bool *ret_plain)
{
    enum tf_err err = tf_json_tokens_string(&w->tokens, token, ret_text, ret_plain);
    if (err == TF_OK)
        return TF_OK;
    if (err == TF_E_TYPE)
        return refuse_syntax(w, path, offset_of(w, token.ptr));
    return refuse(w, err, path, offset_of(w, ret_text->ptr) + ret_text->len, escape_detail(err));
}

static bool read_word(struct tf_str token, uint8_t *ret_type)
{
    static const struct { struct tf_str word; enum tf_json_type type; } words[] = {
        {{"null", 4}, TF_JSON_NULL}, {{"true", 4}, TF_JSON_TRUE}, {{"false", 5}, TF_JSON_FALSE}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (tf_str_eq(token, words[i].word)) {
            *ret_type = (uint8_t)words[i].type;
            return true;
        }
    }
    return false;
}

static enum tf_err walk_scalar(struct walk *w, struct tf_json_node *node, const struct tf_json_path *path)
{
    if (!tf_json_tokens_scalar(&w->tokens))
        return refuse_here(w, path);
    struct tf_str token = tf_json_tokens_take_scalar(&w->tokens);
    if (token.ptr[0] == '"') {
        node->type = TF_JSON_STRING;
        return read_string(w, token, path, &node->as.text, &node->text_plain);
    }
    if (read_word(token, &node->type))
        return TF_OK;
    if (!tf_json_text_is_number(token))
        return refuse_syntax(w, path, node->offset);
    node->type = TF_JSON_NUMBER;
    node->as.text = token;
    return TF_OK;
}

static enum tf_err walk_container(struct walk *w, struct tf_json_node *node, const struct tf_json_path *path, size_t depth) TF_MUST_CHECK;

/* The value that comes next, for the node with this number on the stack. */
static enum tf_err walk_value(struct walk *w, size_t number, const struct tf_json_path *path, size_t depth)
{
    struct tf_json_node *node = &w->tree->stack[number];
    node->offset = *w->tokens.at;
    if (next(w) != '{' && next(w) != '[')
        return walk_scalar(w, node, path);
    if (depth == TF_EVENT_DEPTH_MAX)
        return refuse(w, TF_E_DEPTH, path, node->offset, syntax_detail(TF_E_DEPTH));
    struct tf_json_node container = *node;
    TF_TRY(walk_container(w, &container, path, depth + 1));
    w->tree->stack[number] = container;
    return TF_OK;
}

static enum tf_err walk_member(struct walk *w, const struct tf_json_path *path, size_t depth)
{
    enum tf_err err = TF_OK;
    size_t number = w->tree->stack_count;
    if (next(w) != '"')
        return refuse_here(w, path);
    struct tf_json_node *member = push(w, path, &err);
    if (member == NULL)
        return err;
    TF_TRY(read_string(w, tf_json_tokens_take_scalar(&w->tokens), path, &member->name, &member->name_plain));
    if (!take(w, ':'))
        return refuse_here(w, path);
    struct tf_json_path below = {.up = path, .name = member->name};
    return walk_value(w, number, &below, depth);
}

static enum tf_err walk_object(struct walk *w, struct tf_json_node *node, const struct tf_json_path *path, size_t depth)
{
    size_t base = w->tree->stack_count;
    node->type = TF_JSON_OBJECT;
    if (take(w, '}'))
        return close_container(w, node, base, path);
    do
        TF_TRY(walk_member(w, path, depth));
    while (take(w, ','));
    if (!take(w, '}'))
        return refuse_here(w, path);
    return close_container(w, node, base, path);
}

static enum tf_err walk_array(struct walk *w, struct tf_json_node *node, const struct tf_json_path *path, size_t depth)
{
    size_t base = w->tree->stack_count;
    struct tf_json_path below = {.up = path};
    enum tf_err err = TF_OK;
    node->type = TF_JSON_ARRAY;
    if (take(w, ']'))
        return close_container(w, node, base, path);
    do {
        size_t number = w->tree->stack_count;
        if (push(w, path, &err) == NULL)
            return err;
        TF_TRY(walk_value(w, number, &below, depth));
        below.index++;
    } while (take(w, ','));
    if (!take(w, ']'))
        return refuse_here(w, path);
    return close_container(w, node, base, path);
}

static enum tf_err walk_container(struct walk *w, struct tf_json_node *node, const struct tf_json_path *path, size_t depth)
{
    bool object = next(w) == '{';
    w->tokens.at++;
    return object ? walk_object(w, node, path, depth) : walk_array(w, node, path, depth);
}

/* Nothing, or a scalar: JSON perhaps, but no record. */
static enum tf_err refuse_root(const struct walk *w, const struct tf_json_path *path, size_t start)
{
    struct tf_str token = tf_str_trim(w->original);
    uint8_t type;
    if (token.len == 0)
        return refuse(w, TF_E_TYPE, path, start, "there is no record: the text is empty");
    if (!tf_json_text_is_string(token) && !read_word(token, &type) && !tf_json_text_is_number(token))
        return refuse_syntax(w, path, start);
    return refuse(w, TF_E_TYPE, path, start, "the text must be a JSON object");
}

/* Copy, index (which checks UTF-8 and the extent of strings), and stand before the root at *ret_start. */
static enum tf_err open_text(struct walk *w, const struct tf_json_path *path, size_t *ret_start)
{
    size_t start = 0;
    while (start < w->original.len && tf_json_tokens_is_space(w->original.ptr[start]))
        start++;
    *ret_start = start;
    if (w->original.len > TF_JSON_TREE_BYTES_MAX)
        return refuse(w, TF_E_TOO_BIG, path, 0, "the text is longer than 64 MiB");
    if (start == w->original.len || (w->original.ptr[start] != '{' && w->original.ptr[start] != '['))
        return refuse_root(w, path, start);
    enum tf_err err = tf_json_tokens_open(w->tree->index, w->original, w->arena, &w->tokens);
    if (err == TF_E_MEMORY)
        return refuse(w, err, path, 0, "memory ran out");
    if (err == TF_E_LIMIT)
        return refuse(w, err, path, 0, "the batch's memory is used up");
    return err == TF_OK ? TF_OK : refuse_syntax(w, path, start);
}

/* After a text of many megabytes the buffers go back to the heap. */
static void give_back(struct tf_json_tree *tree)
{
    tree->stack_count = 0;
    tf_json_index_trim(tree->index);
    if (tree->stack_capacity * sizeof *tree->stack > KEPT_BYTES_MAX) {
        free(tree->stack);
        tree->stack = NULL;
        tree->stack_capacity = 0;
    }
}

static enum tf_err parse(struct walk *w, const struct tf_json_path *base, struct tf_json_node **ret_root)
{
    size_t start = 0;
    TF_TRY(open_text(w, base, &start));
    struct tf_json_node *root = TF_ARENA_NEW(w->arena, struct tf_json_node);
    if (root == NULL)
        return refuse(w, TF_E_LIMIT, base, 0, "the batch's memory is used up");
    root->offset = (uint32_t)start;
    *ret_root = root;
    TF_TRY(walk_container(w, root, base, 1));
    return tf_json_tokens_at_end(&w->tokens) ? TF_OK : refuse_here(w, base);
}

/* The element's text; containers are skipped by their brackets. */
static enum tf_err split_element(struct walk *w, const struct tf_json_path *path, struct tf_str *ret_text)
{
    size_t open = 0;
    struct tf_json_tokens *tokens = &w->tokens;
    const char *from = tokens->copy + *tokens->at;
    if (*from != '{' && *from != '[' && !tf_json_tokens_scalar(tokens))
        return refuse_here(w, path);
    do {
        open += next(w) == '{' || next(w) == '[';
        open -= next(w) == '}' || next(w) == ']';
        tokens->at++;
    } while (open > 0 && !tf_json_tokens_at_end(tokens));
    *ret_text = tf_str_trim((struct tf_str){from, (size_t)(tokens->copy + *tokens->at - from)});
    return open == 0 ? TF_OK : refuse_here(w, path);
}

static enum tf_err split_elements(struct walk *w, const struct tf_json_path *base, size_t elements_max, size_t start)
{
    struct tf_json_path below = {.up = base};
    enum tf_err err = TF_OK;
    if (take(w, ']'))
        return TF_OK;
    do {
        if (below.index == elements_max)
            return refuse(w, TF_E_TOO_MANY, base, start, "the batch has too many elements: send it in parts");
        struct tf_json_node *node = push(w, base, &err);
        if (node == NULL)
            return err;
        TF_TRY(split_element(w, &below, &node->as.text));
        below.index++;
    } while (take(w, ','));
    return take(w, ']') ? TF_OK : refuse_here(w, base);
}

static enum tf_err split(struct walk *w, const struct tf_json_path *base, size_t elements_max, struct tf_str **ret_elements, size_t *ret_count)
{
    size_t start = 0;
    TF_TRY(open_text(w, base, &start));
    if (!take(w, '['))
        return refuse(w, TF_E_TYPE, base, start, "a batch must be a JSON array");
    TF_TRY(split_elements(w, base, elements_max, start));
    if (!tf_json_tokens_at_end(&w->tokens))
        return refuse_here(w, base);
    size_t count = w->tree->stack_count;
    struct tf_str *elements = tf_arena_alloc(w->arena, (count + 1) * sizeof *elements);
    if (elements == NULL)
        return refuse(w, TF_E_LIMIT, base, 0, "the batch's memory is used up");
    for (size_t i = 0; i < count; i++)
        elements[i] = w->tree->stack[i].as.text;
    *ret_elements = elements;
    *ret_count = count;
    return TF_OK;
}

struct tf_json_tree *tf_json_tree_create(void)
{
    struct tf_json_tree *tree = calloc(1, sizeof *tree);
    if (tree == NULL)
        return NULL;
    tree->index = tf_json_index_create();
    return tree->index != NULL ? tree : tf_json_tree_destroy(tree);
}

struct tf_json_tree *tf_json_tree_destroy(struct tf_json_tree *tree)
{
    if (tree == NULL)
        return NULL;
    tf_json_index_destroy(tree->index);
    free(tree->stack);
    free(tree);
    return NULL;
}

struct tf_json_index *tf_json_tree_index(struct tf_json_tree *tree) { return tree->index; }

enum tf_err tf_json_tree_parse(struct tf_json_tree *tree, struct tf_str text, const struct tf_json_path *base, struct tf_arena *arena,
                               struct tf_json_node **ret_root, struct tf_problem *problem)
{
    struct walk w = {.tree = tree, .arena = arena, .problem = problem, .base = base, .original = text};
    enum tf_err err = parse(&w, base, ret_root);
    give_back(tree);
    return err;
}

enum tf_err tf_json_tree_split(struct tf_json_tree *tree, struct tf_str text, size_t elements_max, struct tf_arena *arena,
                               struct tf_str **ret_elements, size_t *ret_count, struct tf_problem *problem)
{
    struct tf_json_path base = {0};
    struct walk w = {.tree = tree, .arena = arena, .problem = problem, .base = &base, .original = text};
    enum tf_err err = split(&w, &base, elements_max, ret_elements, ret_count);
    give_back(tree);
    return err;
}
