#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "rule_file.h"
#include "ruleset.h"

enum { NAME_DIGITS = 12, SETTINGS_BYTES_MAX = 64 << 20, NAMED_BYTES_MAX = 64 << 20 };

/* Rules that are not switched off and judge events of one kind, in their order. */
struct asked { uint16_t rules[TF_FRAUD_RULES_MAX], count; };

struct tf_fraud_ruleset {
    char name[sizeof "fraud-" + NAME_DIGITS];
    const struct tf_fraud_rule *rules;
    size_t count;
    struct asked asked[TF_KIND_COUNT], asked_of_voided[TF_KIND_COUNT];
    struct tf_policy policy;
    struct tf_snoozes snoozes;
    struct tf_lists *lists;              /* as the arena */
    struct tf_operators operators;
    struct tf_arena *arena;              /* what files brought; made when it is needed */
    struct tf_fraud_setting settings[]; /* one for each row */
};

/* All that have every one of these bits. */
static void note(const struct tf_fraud_ruleset *ruleset, uint32_t bits, struct asked *asked)
{
    asked->count = 0;
    for (size_t r = 0; r < ruleset->count; r++)
        if (ruleset->settings[r].mode != TF_FRAUD_OFF && (ruleset->rules[r].kinds & bits) == bits)
            asked->rules[asked->count++] = (uint16_t)r;
}

static void note_asked(struct tf_fraud_ruleset *ruleset)
{
    for (size_t k = 0; k < TF_KIND_COUNT; k++) {
        note(ruleset, UINT32_C(1) << k, &ruleset->asked[k]);
        note(ruleset, UINT32_C(1) << k | TF_FRAUD_OF_VOIDED, &ruleset->asked_of_voided[k]);
    }
}

static bool is_pattern(const char *text)
{
    return strpbrk(text, "*?[") != NULL;
}

/* A directory or a dangling name that a pattern matches is an error as well: silence would mean defaults. */
static enum tf_err read_pattern(const char *pattern, const struct tf_rule_book *book, struct tf_arena *arena, struct tf_fault *fault)
{
    glob_t found = {.gl_pathc = 0};
    if (!is_pattern(pattern))
        return tf_rule_file_read(pattern, book, arena, fault);
    int status = glob(pattern, 0, NULL, &found);
    if (status == GLOB_NOMATCH)
        return TF_OK;
    if (status != 0)
        return tf_fault_set(fault, status == GLOB_NOSPACE ? TF_E_MEMORY : TF_E_NO_INPUT, "%s cannot be searched", pattern);
    enum tf_err err = TF_OK;
    for (size_t i = 0; i < found.gl_pathc && err == TF_OK; i++)
        err = tf_rule_file_read(found.gl_pathv[i], book, arena, fault);
    globfree(&found);
    return err;
}

static int by_currency(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* All that decides an answer, in one order of writing; two files with the same effect give the same name. */
static void describe(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, struct tf_buf *out)
{
    tf_buf_printf(out, "%s@%s mode=%d weight=%" PRIu32 " breaker=%" PRIu32 " window=%" PRId64 " threshold=%" PRId64, rule->id, rule->version,
                  (int)setting->mode, setting->weight, setting->breaker_permille, setting->window_ms, setting->threshold_minor);
    for (size_t i = 0; i < TF_FRAUD_PARAMS_MAX; i++)
        tf_buf_printf(out, " %" PRId64, setting->params[i]);
    for (size_t i = 0; i < setting->thresholds_count; i++)
        tf_buf_printf(out, " %s=%" PRId64, setting->thresholds[i].currency, setting->thresholds[i].threshold_minor);
    for (size_t i = 0; i < setting->words.count; i++)
        tf_buf_printf(out, " \"%s\"", setting->words.items[i]);
    tf_buf_putc(out, '\n');
}

static enum tf_err name_it(struct tf_fraud_ruleset *ruleset)
{
    struct tf_buf text;
    struct tf_str view;
    char digits[2 * TF_HASH16_BYTES + 1];
    const size_t built_in = ruleset->count - ruleset->operators.count;
    tf_buf_init(&text, NAMED_BYTES_MAX);
    for (size_t r = 0; r < ruleset->count; r++) {
        struct tf_fraud_setting *setting = &ruleset->settings[r];
        qsort(setting->thresholds, setting->thresholds_count, sizeof setting->thresholds[0], by_currency);
        describe(&ruleset->rules[r], setting, &text);
        if (r >= built_in)
            tf_buf_printf(&text, "%.*s\n", TF_STR_ARGS(ruleset->operators.told[r - built_in]));
    }
    tf_policy_describe(&ruleset->policy, &text);
    tf_lists_describe(ruleset->lists, &text);
    tf_snoozes_describe(&ruleset->snoozes, &text);
    bool failed = text.failed;
    view = tf_buf_view(&text);
    tf_hash_hex(tf_hash_sha256(&view, 1).bytes, TF_HASH16_BYTES, digits);
    snprintf(ruleset->name, sizeof ruleset->name, "fraud-%.*s", NAME_DIGITS, digits);
    tf_buf_finish(&text);
    return failed ? TF_E_MEMORY : TF_OK;
}

/* What operators' rules bring stands behind the built-in rows and their settings. */
static enum tf_err fill(struct tf_fraud_ruleset *ruleset, struct tf_string_list files, struct tf_fault *fault)
{
    struct tf_operators *operators = &ruleset->operators;
    struct tf_fraud_rule *rows = tf_arena_calloc(ruleset->arena, ruleset->count + TF_OPERATORS_MAX, sizeof *rows);
    if (!rows)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out");
    memcpy(rows, ruleset->rules, ruleset->count * sizeof *rows);
    operators->rows = rows + ruleset->count;
    operators->settings = ruleset->settings + ruleset->count;
    const struct tf_rule_book book = {.settings = ruleset->settings, .operators = operators, .policy = &ruleset->policy, .lists = ruleset->lists,
                                     .snoozes = &ruleset->snoozes};
    for (size_t i = 0; i < files.count; i++)
        TF_TRY(read_pattern(files.items[i], &book, ruleset->arena, fault));
    ruleset->rules = rows;
    ruleset->count += operators->count;
    note_asked(ruleset);
    tf_lists_seal(ruleset->lists);
    TF_TRY(tf_snoozes_check(&ruleset->snoozes, ruleset, fault));
    TF_TRY(tf_operators_bind(operators, ruleset->lists, fault));
    TF_TRY(tf_operators_check_keys(operators, rows, ruleset->settings, ruleset->count, fault));
    return name_it(ruleset);
}

/* With room for the settings of more rules than it has yet. */
static struct tf_fraud_ruleset *make(const struct tf_fraud_rule *rules, size_t count, size_t more)
{
    struct tf_fraud_ruleset *ruleset = calloc(1, sizeof *ruleset + (count + more) * sizeof ruleset->settings[0]);
    if (!ruleset)
        return NULL;
    ruleset->rules = rules;
    ruleset->count = count;
    tf_policy_init(&ruleset->policy);
    for (size_t r = 0; r < count; r++)
        ruleset->settings[r] = rules[r].defaults;
    note_asked(ruleset);
    return ruleset;
}

struct tf_fraud_ruleset *tf_fraud_ruleset_of(const struct tf_fraud_rule *rules, size_t count)
{
    return make(rules, count, 0);
}

void tf_fraud_ruleset_switch_off(struct tf_fraud_ruleset *ruleset, size_t rule)
{
    ruleset->settings[rule].mode = TF_FRAUD_OFF;
    note_asked(ruleset);
}

const struct tf_fraud_rule *tf_fraud_ruleset_rules(const struct tf_fraud_ruleset *ruleset, size_t *ret_count)
{
    *ret_count = ruleset->count;
    return ruleset->rules;
}

enum tf_err tf_fraud_ruleset_load(struct tf_string_list files, struct tf_fraud_ruleset **ret_ruleset, struct tf_fault *fault)
{
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_rules(&count);
    *ret_ruleset = NULL;
    struct tf_fraud_ruleset *ruleset = make(rules, count, TF_OPERATORS_MAX);
    if (ruleset) {
        ruleset->arena = tf_arena_create(SETTINGS_BYTES_MAX);
        ruleset->lists = tf_lists_create();
    }
    enum tf_err err = ruleset && ruleset->arena && ruleset->lists ? fill(ruleset, files, fault) : tf_fault_set(fault, TF_E_MEMORY, "memory ran out");
    if (err != TF_OK) {
        tf_fraud_ruleset_destroy(ruleset);
        return err;
    }
    *ret_ruleset = ruleset;
    return TF_OK;
}

struct tf_fraud_ruleset *tf_fraud_ruleset_destroy(struct tf_fraud_ruleset *ruleset)
{
    if (!ruleset)
        return NULL;
    tf_lists_destroy(ruleset->lists);
    tf_arena_destroy(ruleset->arena);
    free(ruleset);
    return NULL;
}

const struct tf_fraud_setting *tf_fraud_ruleset_setting(const struct tf_fraud_ruleset *ruleset, size_t rule)
{
    return &ruleset->settings[rule];
}

const char *tf_fraud_ruleset_name(const struct tf_fraud_ruleset *ruleset)
{
    return ruleset->name;
}

const struct tf_policy *tf_ruleset_policy(const struct tf_fraud_ruleset *ruleset)
{
    return &ruleset->policy;
}

const struct tf_lists *tf_ruleset_lists(const struct tf_fraud_ruleset *ruleset)
{
    return ruleset->lists;
}

const struct tf_snoozes *tf_ruleset_snoozes(const struct tf_fraud_ruleset *ruleset)
{
    return &ruleset->snoozes;
}

struct tf_fraud_breaker tf_fraud_ruleset_breaker(const struct tf_fraud_ruleset *ruleset, size_t rule)
{
    struct tf_fraud_breaker breaker = ruleset->policy.breaker;
    if (ruleset->settings[rule].breaker_permille > 0)
        breaker.share_permille = ruleset->settings[rule].breaker_permille;
    return breaker;
}

const uint16_t *tf_fraud_ruleset_asked(const struct tf_fraud_ruleset *ruleset, const struct tf_event *event, size_t *ret_count)
{
    const struct asked *asked = event->voided ? &ruleset->asked_of_voided[event->kind] : &ruleset->asked[event->kind];
    *ret_count = asked->count;
    return asked->rules;
}
