#include "settings.h"

#include <libconfig.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "taxflow/clock.h"

/* What is being read, for words. */
struct reader {
    const char *path;
    struct tf_arena *arena;
    struct tf_fault *fault;
};

static enum tf_err wrong(const struct reader *reader, const config_setting_t *at, const char *format, ...) TF_PRINTF(3, 4);
static enum tf_err wrong(const struct reader *reader, const config_setting_t *at, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *file = config_setting_source_file(at);
    return tf_fault_set(reader->fault, TF_E_CONFIG, "%s:%u: %s", file ? file : reader->path, config_setting_source_line(at), text);
}

/* The nearest of the words, to be offered; keeps the best of several lists. */
struct guess {
    struct tf_str word;
    const char *best;
    size_t distance;
};

static void guess_try(struct guess *guess, const char *candidate)
{
    size_t distance = tf_str_distance(guess->word, tf_str_of(candidate));
    if (distance <= 3 && distance < guess->distance && distance < guess->word.len) {
        guess->best = candidate;
        guess->distance = distance;
    }
}

static enum tf_err unknown_word(const struct reader *reader, const config_setting_t *at, const char *what, const struct guess *guess)
{
    if (guess->best)
        return wrong(reader, at, "unknown %s \"%.*s\"; did you mean \"%s\"?", what, TF_STR_ARGS(guess->word), guess->best);
    return wrong(reader, at, "unknown %s \"%.*s\"; `taxflow rules` lists what there is", what, TF_STR_ARGS(guess->word));
}

static enum tf_err read_whole(const struct reader *reader, const config_setting_t *at, int64_t min, int64_t max, int64_t *ret_value)
{
    int type = config_setting_type(at);
    if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
        return wrong(reader, at, "%s must be a whole number", config_setting_name(at));
    int64_t value = config_setting_get_int64(at);
    if (value < min || value > max)
        return wrong(reader, at, "%s must be within %lld..%lld", config_setting_name(at), (long long)min, (long long)max);
    *ret_value = value;
    return TF_OK;
}

static enum tf_err read_amount(const struct reader *reader, const config_setting_t *at, int64_t *ret_minor)
{
    struct tf_decimal value;
    int64_t minor;
    if (config_setting_type(at) != CONFIG_TYPE_STRING)
        return wrong(reader, at, "%s must be an amount in quotes: \"10000.00\"", config_setting_name(at));
    if (tf_money_parse(tf_str_of(config_setting_get_string(at)), &value) != TF_OK || !tf_money_to_minor(value, &minor) || minor <= 0
        || minor > TF_SETTINGS_THRESHOLD_MINOR_MAX || tf_money_cmp(value, tf_money_of(minor, 2)) != 0)
        return wrong(reader, at, "%s must be an amount above 0 with two decimals at most", config_setting_name(at));
    *ret_minor = minor;
    return TF_OK;
}

static enum tf_err read_mode(const struct reader *reader, const config_setting_t *at, enum tf_fraud_mode *ret_mode)
{
    static const char *const words[] = {[TF_FRAUD_OFF] = "off", [TF_FRAUD_SHADOW] = "shadow", [TF_FRAUD_LIVE] = "live"};
    const char *text = config_setting_get_string(at);
    struct guess guess = {.word = tf_str_of(text), .distance = SIZE_MAX};
    if (!text)
        return wrong(reader, at, "mode must be \"off\", \"shadow\" or \"live\"");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        guess_try(&guess, words[i]);
        if (strcmp(text, words[i]) != 0)
            continue;
        *ret_mode = (enum tf_fraud_mode)i;
        return TF_OK;
    }
    return unknown_word(reader, at, "mode", &guess);
}

static bool is_currency(const char *name)
{
    size_t letters = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return letters == 3 && name[3] == '\0';
}

static enum tf_err set_threshold(const struct reader *reader, const config_setting_t *at, struct tf_fraud_setting *setting)
{
    const char *currency = config_setting_name(at);
    int64_t minor = 0;
    if (!is_currency(currency))
        return wrong(reader, at, "\"%s\" is no currency code; write three capital letters (ISO 4217)", currency);
    TF_TRY(read_amount(reader, at, &minor));
    size_t i = 0;
    while (i < setting->thresholds_count && strcmp(setting->thresholds[i].currency, currency) != 0)
        i++;
    if (i == TF_FRAUD_CURRENCIES_MAX)
        return wrong(reader, at, "more than %d currencies", TF_FRAUD_CURRENCIES_MAX);
    if (i == setting->thresholds_count)
        setting->thresholds_count++;
    memcpy(setting->thresholds[i].currency, currency, 4);
    setting->thresholds[i].threshold_minor = minor;
    return TF_OK;
}

static enum tf_err read_thresholds(const struct reader *reader, const config_setting_t *at, struct tf_fraud_setting *setting)
{
    if (config_setting_type(at) != CONFIG_TYPE_GROUP)
        return wrong(reader, at, "thresholds must be a group: { EUR = \"10000.00\"; }");
    for (int i = 0; i < config_setting_length(at); i++)
        TF_TRY(set_threshold(reader, config_setting_get_elem(at, (unsigned)i), setting));
    return TF_OK;
}

static enum tf_err read_param(const struct reader *reader, const config_setting_t *at, const struct tf_fraud_rule *rule,
                              struct tf_fraud_setting *setting)
{
    static const char *const common[] = {"id", "mode", "weight", "window_days", "threshold", "thresholds"};
    const char *name = config_setting_name(at);
    struct guess guess = {.word = tf_str_of(name), .distance = SIZE_MAX};
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        guess_try(&guess, common[i]);
    if (rule->words)
        guess_try(&guess, rule->words);
    for (size_t i = 0; i < TF_FRAUD_PARAMS_MAX && rule->params[i].name; i++) {
        if (strcmp(rule->params[i].name, name) == 0)
            return read_whole(reader, at, rule->params[i].min, rule->params[i].max, &setting->params[i]);
        guess_try(&guess, rule->params[i].name);
    }
    return unknown_word(reader, at, "setting", &guess);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A list takes the place of the one before: what a file leaves out is gone. */
static enum tf_err read_words(const struct reader *reader, const config_setting_t *at, struct tf_fraud_setting *setting)
{
    int count = config_setting_length(at);
    if (!config_setting_is_list(at) && !config_setting_is_array(at))
        return wrong(reader, at, "%s must be a list: %s = [ \"A\", \"B\" ]", config_setting_name(at), config_setting_name(at));
    const char **words = tf_arena_alloc(reader->arena, ((size_t)count + 1) * sizeof *words);
    for (int i = 0; words && i < count; i++) {
        const char *text = config_setting_get_string_elem(at, i);
        if (!text || tf_str_blank(tf_str_of(text)))
            return wrong(reader, at, "%s: entry %d must be a text", config_setting_name(at), i + 1);
        char *word = tf_arena_alloc(reader->arena, strlen(text) + 1);
        if (!word)
            return wrong(reader, at, "%s is too long", config_setting_name(at));
        size_t length = strlen(text);
        for (size_t c = 0; c <= length; c++)
            word[c] = text[c] >= 'a' && text[c] <= 'z' ? (char)(text[c] - 'a' + 'A') : text[c];
        words[i] = word;
    }
    if (!words)
        return wrong(reader, at, "%s is too long", config_setting_name(at));
    if (count > 0)
        qsort(words, (size_t)count, sizeof *words, by_bytes);
    setting->words = (struct tf_string_list){words, (size_t)count};
    return TF_OK;
}

static enum tf_err read_member(const struct reader *reader, const config_setting_t *at, const struct tf_fraud_rule *rule,
                               struct tf_fraud_setting *setting)
{
    const char *name = config_setting_name(at);
    int64_t value = 0;
    if (strcmp(name, "id") == 0)
        return TF_OK;
    if (strcmp(name, "mode") == 0)
        return read_mode(reader, at, &setting->mode);
    if (strcmp(name, "weight") == 0) {
        TF_TRY(read_whole(reader, at, 0, TF_SETTINGS_WEIGHT_MAX, &value));
        setting->weight = (uint32_t)value;
        return TF_OK;
    }
    if (strcmp(name, "window_days") == 0 && rule->keys) {
        TF_TRY(read_whole(reader, at, 1, TF_SETTINGS_WINDOW_DAYS_MAX, &value));
        setting->window_ms = value * TF_MS_PER_DAY;
        return TF_OK;
    }
    if (strcmp(name, "threshold") == 0 && rule->defaults.threshold_minor > 0)
        return read_amount(reader, at, &setting->threshold_minor);
    if (strcmp(name, "thresholds") == 0 && rule->defaults.threshold_minor > 0)
        return read_thresholds(reader, at, setting);
    if (strcmp(name, "window_days") == 0 || strncmp(name, "threshold", 9) == 0)
        return wrong(reader, at, "%s has no %s", rule->id, name);
    if (rule->words && strcmp(name, rule->words) == 0)
        return read_words(reader, at, setting);
    return read_param(reader, at, rule, setting);
}

static enum tf_err find_rule(const struct reader *reader, const config_setting_t *at, size_t *ret_rule)
{
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_rules(&count);
    const char *id = NULL;
    if (config_setting_type(at) != CONFIG_TYPE_GROUP || !config_setting_lookup_string(at, "id", &id))
        return wrong(reader, at, "a rule is a group with an id: { id = \"%s\"; mode = \"live\"; }", rules[0].id);
    struct guess guess = {.word = tf_str_of(id), .distance = SIZE_MAX};
    for (size_t r = 0; r < count; r++) {
        guess_try(&guess, rules[r].id);
        if (strcmp(rules[r].id, id) != 0)
            continue;
        *ret_rule = r;
        return TF_OK;
    }
    return unknown_word(reader, at, "rule", &guess);
}

static enum tf_err read_rules(const struct reader *reader, const config_setting_t *list, struct tf_fraud_setting *settings)
{
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_rules(&count);
    uint64_t seen = 0;
    if (config_setting_type(list) != CONFIG_TYPE_LIST)
        return wrong(reader, list, "rules must be a list: rules = ( { id = \"%s\"; } )", rules[0].id);
    for (int i = 0; i < config_setting_length(list); i++) {
        const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);
        size_t r = 0;
        TF_TRY(find_rule(reader, at, &r));
        if (seen >> r & 1)
            return wrong(reader, at, "rule \"%s\" stands twice in this file; leave one of them", rules[r].id);
        seen |= UINT64_C(1) << r;
        for (int m = 0; m < config_setting_length(at); m++)
            TF_TRY(read_member(reader, config_setting_get_elem(at, (unsigned)m), &rules[r], &settings[r]));
    }
    return TF_OK;
}

static enum tf_err read_root(const struct reader *reader, const config_t *config, struct tf_fraud_setting *settings)
{
    const config_setting_t *root = config_root_setting(config);
    for (int i = 0; i < config_setting_length(root); i++) {
        const config_setting_t *at = config_setting_get_elem(root, (unsigned)i);
        if (strcmp(config_setting_name(at), "rules") != 0) {
            struct guess guess = {.word = tf_str_of(config_setting_name(at)), .distance = SIZE_MAX};
            guess_try(&guess, "rules");
            return unknown_word(reader, at, "setting", &guess);
        }
        TF_TRY(read_rules(reader, at, settings));
    }
    return TF_OK;
}

enum tf_err tf_settings_read(const char *path, struct tf_fraud_setting *settings, struct tf_arena *arena, struct tf_fault *fault)
{
    TF_CLEANUP(config_destroy) config_t config;
    const struct reader reader = {path, arena, fault};
    config_init(&config);
    FILE *file = fopen(path, "re");
    if (!file)
        return tf_fault_set(fault, TF_E_NO_INPUT, "%s cannot be read; check fraud.rules and the file's permissions", path);
    int read = config_read(&config, file);
    fclose(file);
    if (!read) {
        const char *in = config_error_file(&config);
        return tf_fault_set(fault, TF_E_CONFIG, "%s:%d: %s", in ? in : path, config_error_line(&config), config_error_text(&config));
    }
    return read_root(&reader, &config, settings);
}
