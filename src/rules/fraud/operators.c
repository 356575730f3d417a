#include "operators.h"

#include "language/language.h"
#include "settings.h"

enum { TEXT_BYTES_MAX = 300, VERSION_BYTES_MAX = 32, PARAMS_MAX = 32, PERMILLE_MAX = 1000 };

/* An entry as it is read. */
struct entry {
    const struct tf_reading *reading;
    const config_setting_t *at;
    struct tf_when when;
    struct tf_fraud_rule row;
    struct tf_fraud_setting setting;
    struct tf_language_rule rule;
    struct tf_constant params[PARAMS_MAX];
    struct tf_program *program;
};

bool tf_operators_is(const config_setting_t *at)
{
    return config_setting_type(at) == CONFIG_TYPE_GROUP && config_setting_get_member(at, "when");
}

const struct tf_fraud_rule *tf_operators_find(const struct tf_operators *operators, const char *id)
{
    for (size_t i = 0; i < operators->count; i++)
        if (strcmp(operators->rows[i].id, id) == 0)
            return &operators->rows[i];
    return NULL;
}

static enum tf_err no_room(const struct entry *entry)
{
    return tf_reading_wrong(entry->reading, entry->at, "the rule files hold more text than there is room for");
}

/* An id is a label of metrics and stands in every result: short, and of few characters. */
static enum tf_err read_id(const struct tf_operators *operators, const config_setting_t *at, struct entry *entry)
{
    size_t count;
    const struct tf_fraud_rule *built_in = tf_fraud_rules(&count);
    struct tf_str id;
    TF_TRY(tf_reading_text(entry->reading, at, TF_OPERATORS_ID_BYTES_MAX, &id));
    if (strspn(id.ptr, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != id.len || id.ptr[0] < 'A' || id.ptr[0] > 'Z')
        return tf_reading_wrong(entry->reading, at, "an id begins with a letter and has A to Z, 0 to 9, - and _ only");
    for (size_t r = 0; r < count; r++)
        if (strcmp(built_in[r].id, id.ptr) == 0)
            return tf_reading_wrong(entry->reading, at, "%s is a built-in rule, which takes no `when`; give yours another id", id.ptr);
    const struct tf_fraud_rule *other = tf_operators_find(operators, id.ptr);
    if (other)
        return tf_reading_wrong(entry->reading, at, "%s is there already, from %s; ids are unique", id.ptr, other->source);
    entry->row.id = id.ptr;
    entry->rule.id = id;
    return TF_OK;
}

static enum tf_err unknown_kind(const struct tf_reading *reading, const config_setting_t *at, const char *text)
{
    struct tf_guess guess = {.word = tf_str_of(text), .distance = SIZE_MAX};
    for (int kind = 0; kind < TF_KIND_COUNT; kind++)
        tf_guess_try(&guess, tf_event_kind_name((enum tf_kind)kind));
    return tf_reading_unknown(reading, at, "kind", &guess);
}

static enum tf_err read_kinds(const config_setting_t *at, struct entry *entry)
{
    int count = config_setting_length(at);
    if ((!config_setting_is_list(at) && !config_setting_is_array(at)) || count == 0)
        return tf_reading_wrong(entry->reading, at, "kinds must be a list: kinds = [ \"invoice\", \"payment\" ]");
    for (int i = 0; i < count; i++) {
        const char *text = config_setting_get_string_elem(at, i);
        int kind = 0;
        if (!text)
            return tf_reading_wrong(entry->reading, at, "a kind is a text: \"invoice\"");
        while (kind < TF_KIND_COUNT && strcmp(text, tf_event_kind_name((enum tf_kind)kind)) != 0)
            kind++;
        if (kind == TF_KIND_COUNT)
            return unknown_kind(entry->reading, at, text);
        entry->rule.kinds |= 1u << kind;
    }
    return TF_OK;
}

static enum tf_err read_items(const config_setting_t *at, struct entry *entry, struct tf_constant *constant)
{
    size_t count = (size_t)config_setting_length(at);
    struct tf_str *items = tf_arena_alloc(entry->reading->arena, (count + 1) * sizeof *items);
    if (count > TF_LANGUAGE_LIST_MAX)
        return tf_reading_wrong(entry->reading, at, "%s has more than %d entries", config_setting_name(at), TF_LANGUAGE_LIST_MAX);
    for (size_t i = 0; items && i < count; i++) {
        const char *text = config_setting_get_string_elem(at, (int)i);
        if (!text)
            return tf_reading_wrong(entry->reading, at, "%s: entry %zu must be a text in quotes", config_setting_name(at), i + 1);
        items[i] = tf_arena_dup(entry->reading->arena, tf_str_of(text));
        if (!items[i].ptr)
            return no_room(entry);
    }
    if (!items)
        return no_room(entry);
    constant->kind = TF_CONSTANT_LIST;
    constant->items = items;
    constant->items_count = count;
    return TF_OK;
}

static enum tf_err read_constant(const config_setting_t *at, struct entry *entry, struct tf_constant *constant)
{
    struct tf_arena *arena = entry->reading->arena;
    constant->name = tf_arena_dup(arena, tf_str_of(config_setting_name(at)));
    switch (config_setting_type(at)) {
    case CONFIG_TYPE_STRING:
        constant->kind = TF_CONSTANT_TEXT;
        constant->text = tf_arena_dup(arena, tf_str_of(config_setting_get_string(at)));
        break;
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        constant->kind = TF_CONSTANT_NUMBER;
        constant->text = tf_arena_printf(arena, "%lld", (long long)config_setting_get_int64(at));
        break;
    case CONFIG_TYPE_BOOL:
        constant->kind = TF_CONSTANT_TRUTH;
        constant->truth = config_setting_get_bool(at);
        constant->text = TF_STR("");
        break;
    case CONFIG_TYPE_FLOAT:
        return tf_reading_wrong(entry->reading, at, "%s: numbers with a point stand in quotes, so that they are exact: \"0.95\"", config_setting_name(at));
    case CONFIG_TYPE_ARRAY:
    case CONFIG_TYPE_LIST:
        constant->text = TF_STR("");
        TF_TRY(read_items(at, entry, constant));
        break;
    default:
        return tf_reading_wrong(entry->reading, at, "%s must be a text, a whole number, true or false, or a list of texts", config_setting_name(at));
    }
    return constant->name.ptr && constant->text.ptr ? TF_OK : no_room(entry);
}

static enum tf_err read_params(const config_setting_t *at, struct entry *entry)
{
    if (config_setting_type(at) != CONFIG_TYPE_GROUP || config_setting_length(at) > PARAMS_MAX)
        return tf_reading_wrong(entry->reading, at, "params must be a group of at most %d: { limit = \"5000.00\"; days = 30; }", PARAMS_MAX);
    for (int i = 0; i < config_setting_length(at); i++) {
        const config_setting_t *one = config_setting_get_elem(at, (unsigned)i);
        if (!tf_language_name_is_free(tf_str_of(config_setting_name(one))))
            return tf_reading_wrong(entry->reading, one, "\"%s\" is a word of the language; give the parameter another name", config_setting_name(one));
        TF_TRY(read_constant(one, entry, &entry->params[i]));
        entry->rule.constants_count++;
    }
    return TF_OK;
}

static enum tf_err read_word(const config_setting_t *at, size_t bytes_max, const struct entry *entry, const char **ret_text)
{
    struct tf_str text;
    TF_TRY(tf_reading_text(entry->reading, at, bytes_max, &text));
    *ret_text = text.ptr;
    return TF_OK;
}

static enum tf_err read_when(const config_setting_t *at, struct entry *entry)
{
    const char *text = config_setting_get_string(at);
    if (!text)
        return tf_reading_wrong(entry->reading, at, "when must be an expression in quotes: when = \"amount > 1000\"");
    const char *file = config_setting_source_file(at);
    entry->when = (struct tf_when){file ? file : entry->reading->path, (unsigned)config_setting_source_line(at), tf_str_of(text)};
    entry->rule.when = entry->when.text;
    return TF_OK;
}

static const char *const members[] = {"id", "version", "title", "mode", "weight", "breaker_permille", "kinds", "needs", "params", "when"};
enum { MEMBERS = sizeof members / sizeof members[0] };

/* Guessing costs more than reading a rule. */
static enum tf_err unknown_member(const struct tf_reading *reading, const config_setting_t *at)
{
    struct tf_guess guess = {.word = tf_str_of(config_setting_name(at)), .distance = SIZE_MAX};
    for (size_t n = 0; n < MEMBERS; n++)
        tf_guess_try(&guess, members[n]);
    return tf_reading_unknown(reading, at, "setting of a rule with `when`", &guess);
}

static enum tf_err read_member(const struct tf_operators *operators, const config_setting_t *at, struct entry *entry)
{
    size_t n = 0;
    while (n < MEMBERS && strcmp(members[n], config_setting_name(at)) != 0)
        n++;
    switch (n) {
    case 0:
        return read_id(operators, at, entry);
    case 1:
        return read_word(at, VERSION_BYTES_MAX, entry, &entry->row.version);
    case 2:
        return read_word(at, TEXT_BYTES_MAX, entry, &entry->row.title);
    case 3:
        return tf_settings_mode(entry->reading, at, &entry->setting.mode);
    case 4:
        return tf_reading_points(entry->reading, at, TF_SETTINGS_WEIGHT_MAX, &entry->setting.weight);
    case 5:
        return tf_reading_points(entry->reading, at, PERMILLE_MAX, &entry->setting.breaker_permille);
    case 6:
        return read_kinds(at, entry);
    case 7:
        return read_word(at, TEXT_BYTES_MAX, entry, &entry->row.needs);
    case 8:
        return read_params(at, entry);
    case 9:
        return read_when(at, entry);
    default:
        return unknown_member(entry->reading, at);
    }
}

static enum tf_err check_complete(const struct entry *entry)
{
    const char *missing = !entry->row.id                                           ? "id"
                          : !entry->row.version                                    ? "version"
                          : !entry->row.title                                      ? "title"
                          : !config_setting_get_member(entry->at, "weight")        ? "weight"
                                                                                   : NULL;
    if (missing)
        return tf_reading_wrong(entry->reading, entry->at, "a rule of your own has id, version, title, weight and when; %s is missing", missing);
    return TF_OK;
}

static const char *told_source(const struct entry *entry)
{
    const char *file = config_setting_source_file(entry->at);
    return tf_arena_printf(entry->reading->arena, "%s:%u", file ? file : entry->reading->path, config_setting_source_line(entry->at)).ptr;
}

/* Everything a constant says, so that two rules with the same words and other limits differ in name. */
static void tell_constant(const struct tf_constant *constant, struct tf_buf *out)
{
    tf_buf_printf(out, " %.*s:%d=%.*s%d", TF_STR_ARGS(constant->name), (int)constant->kind, TF_STR_ARGS(constant->text), constant->truth);
    for (size_t i = 0; i < constant->items_count; i++)
        tf_buf_printf(out, "[%zu]%.*s", constant->items[i].len, TF_STR_ARGS(constant->items[i]));
}

static struct tf_str tell(const struct entry *entry)
{
    struct tf_buf out;
    tf_buf_init(&out, 1 << 20);
    tf_buf_printf(&out, "kinds=%x when=%.*s", (unsigned)entry->row.kinds, TF_STR_ARGS(entry->rule.when));
    for (size_t i = 0; i < entry->rule.constants_count; i++)
        tell_constant(&entry->params[i], &out);
    struct tf_str told = out.failed ? TF_STR_NONE : tf_arena_dup(entry->reading->arena, tf_buf_view(&out));
    tf_buf_finish(&out);
    return told;
}

static enum tf_err compile(struct entry *entry)
{
    struct tf_language_fault fault = {.at = 0};
    struct tf_program *program = NULL;
    entry->rule.constants = entry->params;
    enum tf_err err = tf_language_compile(&entry->rule, entry->reading->arena, &program, &fault);
    if (err == TF_E_CONFIG)
        return tf_when_place_wrong(&entry->when, fault.at, fault.text, entry->reading->fault);
    if (err != TF_OK)
        return no_room(entry);
    entry->row.program = entry->program = program;
    entry->row.kinds = tf_language_kinds(program);
    entry->row.judge = tf_language_judge;
    entry->row.keys = tf_language_keys_count(program) > 0 ? tf_language_keys : NULL;
    entry->setting.window_ms = tf_language_window_ms(program);
    if (!entry->row.needs)
        entry->row.needs = tf_language_needs(program, entry->reading->arena).ptr;
    entry->row.source = told_source(entry);
    entry->row.defaults = entry->setting;
    return entry->row.needs && entry->row.source ? TF_OK : no_room(entry);
}

/* The lists may stand in a later file. */
static enum tf_err note_lists(const struct entry *entry, struct tf_operators *operators)
{
    if (tf_language_lists_count(entry->program) == 0)
        return TF_OK;
    struct tf_operators_lister *lister = TF_ARENA_NEW(entry->reading->arena, struct tf_operators_lister);
    struct tf_str path = tf_arena_dup(entry->reading->arena, tf_str_of(entry->when.path));
    struct tf_str text = tf_arena_dup(entry->reading->arena, entry->when.text);
    if (!lister || !path.ptr || !text.ptr)
        return no_room(entry);
    *lister = (struct tf_operators_lister){operators->listers, entry->program, {path.ptr, entry->when.line, text}};
    operators->listers = lister;
    return TF_OK;
}

enum tf_err tf_operators_bind(struct tf_operators *operators, const struct tf_lists *lists, struct tf_fault *fault)
{
    for (const struct tf_operators_lister *lister = operators->listers; lister; lister = lister->next) {
        size_t index;
        if (!tf_language_bind(lister->program, lists, &index))
            return tf_when_place_wrong(&lister->when, tf_language_list_at(lister->program, index),
                                       "no rule file has a list of this name in its section `lists`", fault);
    }
    return TF_OK;
}

enum tf_err tf_operators_read(const struct tf_reading *reading, const config_setting_t *at, struct tf_operators *operators)
{
    struct entry entry = {.reading = reading, .at = at, .setting = {.mode = TF_FRAUD_SHADOW}};
    if (operators->count == TF_OPERATORS_MAX)
        return tf_reading_wrong(reading, at, "more than %d rules of your own", TF_OPERATORS_MAX);
    for (int m = 0; m < config_setting_length(at); m++)
        TF_TRY(read_member(operators, config_setting_get_elem(at, (unsigned)m), &entry));
    TF_TRY(check_complete(&entry));
    TF_TRY(compile(&entry));
    TF_TRY(note_lists(&entry, operators));
    struct tf_str told = tell(&entry);
    if (!told.ptr)
        return no_room(&entry);
    operators->rows[operators->count] = entry.row;
    operators->settings[operators->count] = entry.setting;
    operators->told[operators->count++] = told;
    return TF_OK;
}

enum tf_err tf_operators_check_keys(const struct tf_operators *operators, const struct tf_fraud_rule *rules, const struct tf_fraud_setting *settings,
                                    size_t count, struct tf_fault *fault)
{
    size_t keys[TF_KIND_COUNT] = {0};
    for (size_t r = 0; r < count; r++) {
        bool own = r >= count - operators->count;
        size_t more = !rules[r].keys ? 0 : own ? tf_language_keys_count(rules[r].program) : TF_FRAUD_KEYS_MAX;
        for (int kind = 0; kind < TF_KIND_COUNT && settings[r].mode != TF_FRAUD_OFF; kind++) {
            keys[kind] += rules[r].kinds >> kind & 1 ? more : 0;
            if (own && keys[kind] > TF_FRAUD_ASKED_KEYS_MAX - TF_FRAUD_KEYS_MAX)
                return tf_fault_set(fault, TF_E_CONFIG, "%s: with rule %s a record of kind %s has more than %d keys; use fewer window functions, or switch rules off",
                                    rules[r].source, rules[r].id, tf_event_kind_name((enum tf_kind)kind), TF_FRAUD_ASKED_KEYS_MAX - TF_FRAUD_KEYS_MAX);
        }
    }
    return TF_OK;
}
