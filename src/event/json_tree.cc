/* The one C++ file: simdjson's On-Demand reader behind C functions. No exceptions, no run-time types, no C++ outside. */
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <cstdlib>
#include <cstring>
#include <new>

/* C headers: compound literals and __int128 are extensions in C++. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
extern "C" {
#include "json_members.h"
#include "json_path.h"
#include "json_text.h"
#include "json_tree.h"
#include "taxflow/event.h"
}
#pragma GCC diagnostic pop

namespace ondemand = simdjson::ondemand;

struct tf_json_tree {
    ondemand::parser parser;
    tf_json_node *stack = nullptr; /* finished nodes whose container is still open */
    size_t stack_count = 0, stack_capacity = 0;
};

namespace {

constexpr size_t kept_bytes_max = 8 * 1024 * 1024; /* a larger text's buffers are given back */
constexpr size_t parser_bytes_min = 64 * 1024;
constexpr size_t stack_count_min = 1024;
constexpr size_t parser_depth_max = 2 * TF_EVENT_DEPTH_MAX; /* ours comes first */

struct walk {
    tf_json_tree *tree;
    tf_arena *arena;
    tf_problem *problem;
    tf_str original; /* the caller's bytes: string views of the copy are unescaped in place */
    char *copy;
    size_t nodes;
    ondemand::document document;
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

size_t offset_of(const walk &w, const char *place) { return static_cast<size_t>(place - w.copy); }

tf_err refuse(walk &w, tf_err err, const tf_json_path *path, size_t offset, const char *detail)
{
    return tf_json_path_problem(w.problem, w.arena, err, path, tf_str{nullptr, 0}, offset, detail);
}

const char *syntax_detail(tf_err err)
{
    switch (err) {
    case TF_E_UTF8: return "the text holds bytes that are not UTF-8: export it as UTF-8";
    case TF_E_DEPTH: return "objects and arrays nest deeper than 32 levels";
    default: return "the text is not one JSON value: see RFC 8259 and the offset";
    }
}

tf_err refuse_syntax(walk &w, const tf_json_path *path, size_t offset)
{
    tf_err err = tf_json_text_diagnose(w.original, TF_EVENT_DEPTH_MAX, &offset);
    return refuse(w, err, path, offset, syntax_detail(err));
}

bool at_end(walk &w) { return w.document.current_location().error() == simdjson::OUT_OF_BOUNDS; }

/* simdjson stopped while walking: where, and why. */
tf_err refuse_here(walk &w, const tf_json_path *path)
{
    const char *place = nullptr;
    if (w.document.current_location().get(place))
        place = w.copy + w.original.len;
    return refuse_syntax(w, path, offset_of(w, place));
}

tf_err push(walk &w, const tf_json_node &node, const tf_json_path *path)
{
    tf_json_tree &tree = *w.tree;
    if (w.nodes++ == TF_JSON_TREE_NODES_MAX)
        return refuse(w, TF_E_TOO_MANY, path, node.offset, "the text holds more than 1,048,576 values: send it in parts");
    if (tree.stack_count == tree.stack_capacity) {
        size_t capacity = tree.stack_capacity ? tree.stack_capacity * 2 : stack_count_min;
        void *grown = std::realloc(tree.stack, capacity * sizeof(tf_json_node));
        if (grown == nullptr)
            return refuse(w, TF_E_MEMORY, path, node.offset, "memory ran out");
        tree.stack = static_cast<tf_json_node *>(grown);
        tree.stack_capacity = capacity;
    }
    tree.stack[tree.stack_count++] = node;
    return TF_OK;
}

/* Move the nodes above base from the stack to the arena, as the children of node. */
tf_err close_container(walk &w, tf_json_node &node, size_t base, const tf_json_path *path)
{
    tf_json_tree &tree = *w.tree;
    size_t count = tree.stack_count - base;
    node.count = static_cast<uint32_t>(count);
    node.as.items = nullptr;
    tree.stack_count = base;
    if (count == 0)
        return TF_OK;
    node.as.items = static_cast<tf_json_node *>(tf_arena_alloc(w.arena, count * sizeof(tf_json_node)));
    if (node.as.items == nullptr)
        return refuse(w, TF_E_LIMIT, path, node.offset, "the batch's memory is used up");
    std::memcpy(node.as.items, tree.stack + base, count * sizeof(tf_json_node));
    if (node.type != TF_JSON_OBJECT)
        return TF_OK;
    const tf_json_node *doubled = tf_json_members_sort(node.as.items, count);
    if (doubled == nullptr)
        return TF_OK;
    return tf_json_path_problem(w.problem, w.arena, TF_E_DUPLICATE_KEY, path, doubled->name, doubled->offset,
                                "the object names this member twice: keep one");
}

/* The inside of a string that starts at bytes: found, and unescaped when it has escapes. */
tf_err read_string(walk &w, char *bytes, size_t len, const tf_json_path *path, tf_str &ret_text, bool &ret_plain)
{
    ret_plain = std::memchr(bytes, '\\', len) == nullptr;
    ret_text = tf_str{bytes, len};
    if (ret_plain)
        return TF_OK;
    tf_err err = tf_json_text_unescape(bytes, len, &ret_text.len);
    if (err == TF_OK)
        return TF_OK;
    const char *detail = err == TF_E_UTF8    ? "a \\u escape is half of a surrogate pair"
                         : err == TF_E_VALUE ? "U+0000 is not allowed in a record"
                                             : "an escape in the string is none of RFC 8259";
    return refuse(w, err, path, offset_of(w, bytes) + ret_text.len, detail);
}

tf_err read_name(walk &w, const char *raw, const tf_json_path *path, tf_json_node &node)
{
    size_t len = 0;
    for (; raw[len] != '"'; len++)
        len += raw[len] == '\\'; /* the parser has seen the closing quote */
    char *bytes = w.copy + offset_of(w, raw);
    return read_string(w, bytes, len, path, node.name, node.name_plain);
}

bool read_word(tf_str token, tf_json_node &node)
{
    static const struct { const char *word; size_t len; tf_json_type type; } words[] = {
        {"null", 4, TF_JSON_NULL}, {"true", 4, TF_JSON_TRUE}, {"false", 5, TF_JSON_FALSE}};
    for (const auto &row : words) {
        if (token.len == row.len && std::memcmp(token.ptr, row.word, row.len) == 0) {
            node.type = static_cast<uint8_t>(row.type);
            return true;
        }
    }
    return false;
}

/* A scalar's token reaches to the next token: cut the white space, then judge its characters. */
tf_err read_scalar(walk &w, std::string_view raw, const tf_json_path *path, tf_json_node &node)
{
    tf_str token = {raw.data(), raw.size()};
    while (token.len > 0 && is_space(token.ptr[token.len - 1]))
        token.len--;
    if (token.len >= 2 && token.ptr[0] == '"' && token.ptr[token.len - 1] == '"') {
        node.type = TF_JSON_STRING;
        return read_string(w, w.copy + node.offset + 1, token.len - 2, path, node.as.text, node.text_plain);
    }
    if (read_word(token, node))
        return TF_OK;
    if (!tf_json_text_is_number(token))
        return refuse_syntax(w, path, node.offset);
    node.type = TF_JSON_NUMBER;
    node.as.text = token;
    return TF_OK;
}

tf_err walk_value(walk &w, ondemand::value value, tf_json_node &node, const tf_json_path *path, size_t depth);

tf_err walk_object(walk &w, ondemand::object object, tf_json_node &node, const tf_json_path *path, size_t depth)
{
    size_t base = w.tree->stack_count;
    node.type = TF_JSON_OBJECT;
    for (auto result : object) {
        ondemand::field field;
        if (std::move(result).get(field))
            return refuse_here(w, path);
        tf_json_node member = {};
        if (tf_err err = read_name(w, field.key().raw(), path, member))
            return err;
        tf_json_path below = {path, member.name, 0};
        if (tf_err err = walk_value(w, field.value(), member, &below, depth))
            return err;
        if (tf_err err = push(w, member, path))
            return err;
    }
    return close_container(w, node, base, path);
}

tf_err walk_array(walk &w, ondemand::array array, tf_json_node &node, const tf_json_path *path, size_t depth)
{
    size_t base = w.tree->stack_count;
    node.type = TF_JSON_ARRAY;
    tf_json_path below = {path, tf_str{nullptr, 0}, 0};
    for (auto result : array) {
        ondemand::value value;
        if (std::move(result).get(value))
            return refuse_here(w, path);
        tf_json_node element = {};
        if (tf_err err = walk_value(w, value, element, &below, depth))
            return err;
        if (tf_err err = push(w, element, path))
            return err;
        below.index++;
    }
    return close_container(w, node, base, path);
}

tf_err walk_value(walk &w, ondemand::value value, tf_json_node &node, const tf_json_path *path, size_t depth)
{
    std::string_view raw = value.raw_json_token();
    node.offset = static_cast<uint32_t>(offset_of(w, raw.data()));
    if (*raw.data() == '"') { /* consumed by name: a string left for skipping would pass for a key when a colon follows */
        ondemand::raw_json_string string;
        if (value.get_raw_json_string().get(string))
            return refuse_here(w, path);
    }
    if (*raw.data() != '{' && *raw.data() != '[')
        return read_scalar(w, raw, path, node);
    if (depth == TF_EVENT_DEPTH_MAX)
        return refuse(w, TF_E_DEPTH, path, node.offset, syntax_detail(TF_E_DEPTH));
    if (*raw.data() == '{') {
        ondemand::object object;
        if (value.get_object().get(object))
            return refuse_here(w, path);
        return walk_object(w, object, node, path, depth + 1);
    }
    ondemand::array array;
    if (value.get_array().get(array))
        return refuse_here(w, path);
    return walk_array(w, array, node, path, depth + 1);
}

tf_err walk_root(walk &w, tf_json_node &node, const tf_json_path *path)
{
    tf_err err;
    if (w.copy[node.offset] == '{') {
        ondemand::object object;
        if (w.document.get_object().get(object))
            return refuse_here(w, path);
        err = walk_object(w, object, node, path, 1);
    } else {
        ondemand::array array;
        if (w.document.get_array().get(array))
            return refuse_here(w, path);
        err = walk_array(w, array, node, path, 1);
    }
    if (err == TF_OK && !at_end(w))
        return refuse_here(w, path);
    return err;
}

/* Nothing, or a scalar: JSON perhaps, but no record. */
tf_err refuse_root(walk &w, const tf_json_path *path, size_t start)
{
    tf_str token = tf_str_trim(w.original);
    tf_json_node node = {};
    if (token.len == 0)
        return refuse(w, TF_E_TYPE, path, start, "there is no record: the text is empty");
    if (!tf_json_text_is_string(token) && !read_word(token, node) && !tf_json_text_is_number(token))
        return refuse_syntax(w, path, start);
    return refuse(w, TF_E_TYPE, path, start, "the text must be a JSON object");
}

size_t round_up(size_t bytes)
{
    size_t capacity = parser_bytes_min;
    while (capacity < bytes)
        capacity *= 2;
    return capacity;
}

tf_err copy_text(walk &w, const tf_json_path *path)
{
    w.copy = static_cast<char *>(tf_arena_alloc(w.arena, w.original.len + simdjson::SIMDJSON_PADDING));
    if (w.copy == nullptr)
        return refuse(w, TF_E_LIMIT, path, 0, "the batch's memory is used up");
    std::memcpy(w.copy, w.original.ptr, w.original.len);
    std::memset(w.copy + w.original.len, 0, simdjson::SIMDJSON_PADDING);
    return TF_OK;
}

/* Copy, index (which checks UTF-8 and the extent of strings), and stand before the root at *ret_start. */
tf_err open_text(walk &w, const tf_json_path *path, size_t *ret_start)
{
    size_t start = 0;
    while (start < w.original.len && is_space(w.original.ptr[start]))
        start++;
    *ret_start = start;
    if (w.original.len > TF_JSON_TREE_BYTES_MAX)
        return refuse(w, TF_E_TOO_BIG, path, 0, "the text is longer than 64 MiB");
    if (start == w.original.len || (w.original.ptr[start] != '{' && w.original.ptr[start] != '['))
        return refuse_root(w, path, start);
    if (tf_err err = copy_text(w, path))
        return err;
    ondemand::parser &parser = w.tree->parser;
    size_t len = w.original.len;
    if (parser.capacity() < len && parser.allocate(round_up(len), parser_depth_max))
        return refuse(w, TF_E_MEMORY, path, 0, "memory ran out");
    simdjson::error_code error = parser.iterate(w.copy, len, len + simdjson::SIMDJSON_PADDING).get(w.document);
    if (error == simdjson::MEMALLOC)
        return refuse(w, TF_E_MEMORY, path, 0, "memory ran out");
    return error ? refuse_syntax(w, path, start) : TF_OK;
}

/* After a text of many megabytes the buffers go back to the heap: one giant must not set the size for good. */
void give_back(tf_json_tree *tree)
{
    tree->stack_count = 0;
    if (tree->parser.capacity() > kept_bytes_max)
        tree->parser = ondemand::parser();
    if (tree->stack_capacity * sizeof(tf_json_node) > kept_bytes_max) {
        std::free(tree->stack);
        tree->stack = nullptr;
        tree->stack_capacity = 0;
    }
}

tf_err parse(walk &w, const tf_json_path *base, tf_json_node **ret_root)
{
    size_t start = 0;
    if (tf_err err = open_text(w, base, &start))
        return err;
    tf_json_node *root = static_cast<tf_json_node *>(tf_arena_calloc(w.arena, 1, sizeof *root));
    if (root == nullptr)
        return refuse(w, TF_E_LIMIT, base, 0, "the batch's memory is used up");
    root->offset = static_cast<uint32_t>(start);
    *ret_root = root;
    return walk_root(w, *root, base);
}

/* The element's text; containers are skipped by their brackets. */
bool element_text(ondemand::value value, tf_str &ret_text)
{
    std::string_view raw = value.raw_json_token();
    bool skipped = true;
    ondemand::object object;
    ondemand::array array;
    if (*raw.data() == '{')
        skipped = !value.get_object().get(object) && !object.raw_json().get(raw);
    else if (*raw.data() == '[')
        skipped = !value.get_array().get(array) && !array.raw_json().get(raw);
    ret_text = tf_str_trim(tf_str{raw.data(), raw.size()});
    return skipped && std::strchr(",]}:", *raw.data()) == nullptr;
}

tf_err split(walk &w, const tf_json_path *base, size_t elements_max, tf_str **ret_elements, size_t *ret_count)
{
    size_t start = 0;
    if (tf_err err = open_text(w, base, &start))
        return err;
    if (w.copy[start] != '[')
        return refuse(w, TF_E_TYPE, base, start, "a batch must be a JSON array");
    ondemand::array array;
    if (w.document.get_array().get(array))
        return refuse_here(w, base);
    tf_json_path below = {base, tf_str{nullptr, 0}, 0};
    for (auto result : array) {
        ondemand::value value;
        tf_json_node node = {};
        if (below.index == elements_max)
            return refuse(w, TF_E_TOO_MANY, base, start, "the batch has too many elements: send it in parts");
        if (std::move(result).get(value) || !element_text(value, node.as.text))
            return refuse_here(w, &below);
        if (tf_err err = push(w, node, base))
            return err;
        below.index++;
    }
    if (!at_end(w))
        return refuse_here(w, base);
    *ret_count = w.tree->stack_count;
    *ret_elements = static_cast<tf_str *>(tf_arena_alloc(w.arena, (*ret_count + 1) * sizeof(tf_str)));
    if (*ret_elements == nullptr)
        return refuse(w, TF_E_LIMIT, base, 0, "the batch's memory is used up");
    for (size_t i = 0; i < *ret_count; i++)
        (*ret_elements)[i] = w.tree->stack[i].as.text;
    return TF_OK;
}

} // namespace

extern "C" {

struct tf_json_tree *tf_json_tree_create(void)
{
    tf_json_tree *tree = new (std::nothrow) tf_json_tree;
    if (tree != nullptr && tree->parser.allocate(parser_bytes_min, parser_depth_max) != simdjson::SUCCESS) {
        delete tree;
        return nullptr;
    }
    return tree;
}

struct tf_json_tree *tf_json_tree_destroy(struct tf_json_tree *tree)
{
    if (tree != nullptr)
        std::free(tree->stack);
    delete tree;
    return nullptr;
}

enum tf_err tf_json_tree_parse(struct tf_json_tree *tree, struct tf_str text, const struct tf_json_path *base, struct tf_arena *arena,
                               struct tf_json_node **ret_root, struct tf_problem *problem)
{
    walk w = {tree, arena, problem, text, nullptr, 0, {}};
    tf_err err = parse(w, base, ret_root);
    give_back(tree);
    return err;
}

enum tf_err tf_json_tree_split(struct tf_json_tree *tree, struct tf_str text, size_t elements_max, struct tf_arena *arena,
                               struct tf_str **ret_elements, size_t *ret_count, struct tf_problem *problem)
{
    walk w = {tree, arena, problem, text, nullptr, 0, {}};
    tf_json_path base = {nullptr, tf_str{nullptr, 0}, 0};
    tf_err err = split(w, &base, elements_max, ret_elements, ret_count);
    give_back(tree);
    return err;
}

}
