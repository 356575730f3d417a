/*
 * Calls of window functions: count(key, window), sum(key, window), sum(value, key, window).
 *
 * A key is a field, or several in brackets. Two calls with the same key and value share a slot, whose window is the longer one.
 */
#include "compiler.h"
#include "taxflow/buf.h"
#include "taxflow/clock.h"

enum takes { TAKES_NONE, TAKES_OPTIONAL, TAKES_NEEDED };

static const struct function {
    const char *name;
    enum tf_view_kind kind;
    enum takes value;
    enum tf_type gives;
} functions[] = {
#define TF_WINDOW_FUNCTION(name_, kind_, value_, gives_, text_) {#name_, TF_VIEW_##kind_, TAKES_##value_, TF_TYPE_##gives_},
#include "windows.def"
#undef TF_WINDOW_FUNCTION
};

enum { FUNCTIONS = sizeof functions / sizeof functions[0], WINDOW_DAYS_MAX = 3660 };

/* Fields of a key, or the one of a value. */
struct group {
    uint8_t fields[TF_PROGRAM_KEY_PARTS_MAX];
    size_t count;
    size_t begin;
};

const char *tf_window_calls_name(size_t index)
{
    return index < FUNCTIONS ? functions[index].name : NULL;
}

static const struct function *find(struct tf_str name)
{
    for (size_t i = 0; i < FUNCTIONS; i++)
        if (tf_str_is(name, functions[i].name))
            return &functions[i];
    return NULL;
}

bool tf_window_calls_has(struct tf_str name)
{
    return find(name) != NULL;
}

static bool add_field(struct tf_compiler *c, struct group *group)
{
    const struct tf_token name = c->token;
    if (!tf_compiler_expect(c, TF_TOKEN_NAME))
        return false;
    const struct tf_field *field = tf_compiler_field(name.text);
    if (!field) {
        tf_compiler_unknown_name(c, &name);
        return false;
    }
    if (group->count == TF_PROGRAM_KEY_PARTS_MAX) {
        tf_compiler_fail(c, name.begin, "a key has at most %d fields", TF_PROGRAM_KEY_PARTS_MAX);
        return false;
    }
    group->fields[group->count++] = (uint8_t)(field - tf_fields());
    return tf_emit_note_field(c, field, name.begin);
}

static bool parse_group(struct tf_compiler *c, struct group *group)
{
    *group = (struct group){.count = 0, .begin = c->token.begin};
    if (!tf_compiler_take(c, TF_TOKEN_OPEN))
        return add_field(c, group);
    do {
        if (!add_field(c, group))
            return false;
    } while (tf_compiler_take(c, TF_TOKEN_COMMA));
    return tf_compiler_expect(c, TF_TOKEN_CLOSE);
}

/* Whether what comes next is a key and no window: a field, or a bracket before one. */
static bool group_follows(const struct tf_compiler *c)
{
    struct tf_lexer ahead = c->lexer;
    struct tf_token token = c->token;
    if (token.kind == TF_TOKEN_OPEN)
        token = tf_lexer_next(&ahead);
    return token.kind == TF_TOKEN_NAME && tf_compiler_field(token.text);
}

static bool parse_window(struct tf_compiler *c, int64_t *ret_ms)
{
    size_t begin = c->token.begin;
    struct tf_operand window = tf_parser_sum(c);
    if (c->failed)
        return false;
    if (!tf_typing_as(c, &window, TF_TYPE_DURATION) || !window.constant) {
        tf_compiler_fail(c, begin, "a window is a constant duration: 30d, 12h, 15m; this is %s", tf_value_type_name(window.type));
        return false;
    }
    tf_int128 ms = c->constants[~window.at].number;
    if (ms <= 0 || ms > (tf_int128)WINDOW_DAYS_MAX * TF_MS_PER_DAY) {
        tf_compiler_fail(c, begin, "a window is longer than 0 and at most %dd", WINDOW_DAYS_MAX);
        return false;
    }
    *ret_ms = (int64_t)ms;
    return true;
}

/* The one field of a value, of a type the function takes. */
static bool check_value(struct tf_compiler *c, const struct function *function, const struct group *value)
{
    enum tf_type type = tf_fields()[value->fields[0]].type;
    if (value->count != 1)
        tf_compiler_fail(c, value->begin, "%s takes one field, then the key, then the window", function->name);
    else if (function->kind != TF_VIEW_DISTINCT && type != TF_TYPE_AMOUNT && type != TF_TYPE_NUMBER)
        tf_compiler_fail(c, value->begin, "%s takes amounts or numbers, and this is %s", function->name, tf_value_type_name(type));
    return !c->failed;
}

/* Amounts of two currencies never meet: what adds them up has the currency in its key. */
static bool add_currency(struct tf_compiler *c, struct group *key, const struct group *value)
{
    if (value->count == 0 || tf_fields()[value->fields[0]].type != TF_TYPE_AMOUNT)
        return true;
    for (size_t i = 0; i < key->count; i++)
        if (key->fields[i] == TF_FIELD_currency)
            return true;
    if (key->count == TF_PROGRAM_KEY_PARTS_MAX) {
        tf_compiler_fail(c, key->begin, "a key of amounts has at most %d fields, for their currency is one more", TF_PROGRAM_KEY_PARTS_MAX - 1);
        return false;
    }
    key->fields[key->count++] = TF_FIELD_currency;
    return tf_emit_note_field(c, &tf_fields()[TF_FIELD_currency], key->begin);
}

static struct tf_str sign(struct tf_compiler *c, const struct group *key, const struct group *value, bool distinct)
{
    enum { SIGNATURE_BYTES_MAX = 512 };
    const char *sort = value->count == 0 ? "records" : distinct ? "distinct " : "";
    struct tf_buf out;
    tf_buf_init(&out, SIGNATURE_BYTES_MAX);
    tf_buf_printf(&out, "%.*s: %s%s by", TF_STR_ARGS(c->rule->id), sort, value->count ? tf_fields()[value->fields[0]].name : "");
    for (size_t i = 0; i < key->count; i++)
        tf_buf_printf(&out, " %s", tf_fields()[key->fields[i]].name);
    struct tf_str kept = tf_arena_dup(c->arena, tf_buf_view(&out));
    if (out.failed || !kept.ptr)
        tf_compiler_starve(c);
    tf_buf_finish(&out);
    return kept;
}

/* The slot of the same signature, or a new one. */
static uint8_t find_slot(struct tf_compiler *c, const struct group *key, const struct group *value, bool distinct, int64_t window_ms)
{
    struct tf_str signature = sign(c, key, value, distinct);
    uint8_t s = 0;
    while (s < c->slots_count && !tf_str_eq(c->slots[s].signature, signature))
        s++;
    if (c->failed || s == TF_FRAUD_KEYS_MAX) {
        tf_compiler_fail(c, key->begin, "a rule has at most %d keys", TF_FRAUD_KEYS_MAX);
        return 0;
    }
    struct tf_slot *slot = &c->slots[s];
    if (s == c->slots_count) {
        *slot = (struct tf_slot){.signature = signature, .parts_count = (uint8_t)key->count, .has_value = value->count > 0,
                                 .distinct = distinct, .value = value->fields[0]};
        memcpy(slot->parts, key->fields, sizeof slot->parts);
        c->slots_count++;
    }
    if (window_ms > slot->window_ms)
        slot->window_ms = window_ms;
    return s;
}

static bool add_view(struct tf_compiler *c, enum tf_view_kind kind, uint8_t slot, int64_t window_ms)
{
    if (c->views_count == TF_PROGRAM_VIEWS_MAX)
        tf_compiler_fail(c, c->taken_end, "a rule has at most %d window functions", TF_PROGRAM_VIEWS_MAX);
    if (c->failed)
        return false;
    c->views[c->views_count++] = (struct tf_view){kind, slot, window_ms};
    return true;
}

/* (key, window) or (value, key, window). */
static bool parse_arguments(struct tf_compiler *c, const struct function *function, struct group *value, struct group *key, int64_t *ret_window_ms)
{
    *value = (struct group){.count = 0};
    if (!parse_group(c, key) || !tf_compiler_expect(c, TF_TOKEN_COMMA))
        return false;
    bool second = group_follows(c);
    if (second && function->value == TAKES_NONE) {
        tf_compiler_fail(c, c->token.begin, "%s takes a key and a window; several fields of a key stand in brackets", function->name);
        return false;
    }
    if (second) {
        *value = *key;
        if (!check_value(c, function, value) || !parse_group(c, key) || !tf_compiler_expect(c, TF_TOKEN_COMMA))
            return false;
    } else if (function->value == TAKES_NEEDED) {
        tf_compiler_fail(c, key->begin, "%s takes a field, a key and a window: %s(account, supplier, 90d)", function->name, function->name);
        return false;
    } else if (function->value == TAKES_OPTIONAL) {
        *value = (struct group){.fields = {TF_FIELD_amount}, .count = 1, .begin = key->begin};
        if (!tf_emit_note_field(c, &tf_fields()[TF_FIELD_amount], key->begin))
            return false;
    }
    return parse_window(c, ret_window_ms) && tf_compiler_expect(c, TF_TOKEN_CLOSE);
}

struct tf_operand tf_window_calls_parse(struct tf_compiler *c, const struct tf_token *name)
{
    const struct function *function = find(name->text);
    const bool distinct = function->kind == TF_VIEW_DISTINCT;
    struct group value, key;
    int64_t window_ms = 0;
    if (!parse_arguments(c, function, &value, &key, &window_ms) || (!distinct && !add_currency(c, &key, &value)))
        return tf_compiler_fail(c, name->begin, "no call");
    uint8_t slot = find_slot(c, &key, &value, distinct, window_ms);
    if (!add_view(c, function->kind, slot, window_ms))
        return tf_compiler_fail(c, name->begin, "no call");
    return (struct tf_operand){
        .type = function->gives == TF_TYPE_NONE ? tf_fields()[value.fields[0]].type : function->gives,
        .at = tf_emit(c, TF_OP_VIEW, c->views_count - 1u, 0, 0),
        .term = TF_PROGRAM_NONE,
    };
}
