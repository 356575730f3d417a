#include "settings.h"

#include <stdlib.h>

#include "taxflow/clock.h"

enum tf_err tf_settings_mode(const struct tf_reading *reading, const config_setting_t *at, enum tf_fraud_mode *ret_mode)
{
    static const char *const words[] = {[TF_FRAUD_OFF] = "off", [TF_FRAUD_SHADOW] = "shadow", [TF_FRAUD_LIVE] = "live"};
    const char *text = config_setting_get_string(at);
    struct tf_guess guess = {.word = tf_str_of(text), .distance = SIZE_MAX};
    if (!text)
        return tf_reading_wrong(reading, at, "mode must be \"off\", \"shadow\" or \"live\"");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        tf_guess_try(&guess, words[i]);
        if (strcmp(text, words[i]) != 0)
            continue;
        *ret_mode = (enum tf_fraud_mode)i;
        return TF_OK;
    }
    return tf_reading_unknown(reading, at, "mode", &guess);
}

static bool is_currency(const char *name)
{
    size_t letters = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return letters == 3 && name[3] == '\0';
}

static enum tf_err set_threshold(const struct tf_reading *reading, const config_setting_t *at, struct tf_fraud_setting *setting)
{
    const char *currency = config_setting_name(at);
    int64_t minor = 0;
    if (!is_currency(currency))
        return tf_reading_wrong(reading, at, "\"%s\" is no currency code; write three capital letters (ISO 4217)", currency);
    TF_TRY(tf_reading_amount(reading, at, &minor));
    size_t i = 0;
    while (i < setting->thresholds_count && strcmp(setting->thresholds[i].currency, currency) != 0)
        i++;
    if (i == TF_FRAUD_CURRENCIES_MAX)
        return tf_reading_wrong(reading, at, "more than %d currencies", TF_FRAUD_CURRENCIES_MAX);
    if (i == setting->thresholds_count)
        setting->thresholds_count++;
    memcpy(setting->thresholds[i].currency, currency, 4);
    setting->thresholds[i].threshold_minor = minor;
    return TF_OK;
}

static enum tf_err read_thresholds(const struct tf_reading *reading, const config_setting_t *at, struct tf_fraud_setting *setting)
{
    if (config_setting_type(at) != CONFIG_TYPE_GROUP)
        return tf_reading_wrong(reading, at, "thresholds must be a group: { EUR = \"10000.00\"; }");
    for (int i = 0; i < config_setting_length(at); i++)
        TF_TRY(set_threshold(reading, config_setting_get_elem(at, (unsigned)i), setting));
    return TF_OK;
}

static enum tf_err read_param(const struct tf_reading *reading, const config_setting_t *at, const struct tf_fraud_rule *rule,
                              struct tf_fraud_setting *setting)
{
    static const char *const common[] = {"id", "mode", "weight", "breaker_permille", "window_days", "threshold", "thresholds"};
    const char *name = config_setting_name(at);
    struct tf_guess guess = {.word = tf_str_of(name), .distance = SIZE_MAX};
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        tf_guess_try(&guess, common[i]);
    if (rule->words)
        tf_guess_try(&guess, rule->words);
    for (size_t i = 0; i < TF_FRAUD_PARAMS_MAX && rule->params[i].name; i++) {
        if (strcmp(rule->params[i].name, name) == 0)
            return tf_reading_whole(reading, at, rule->params[i].min, rule->params[i].max, &setting->params[i]);
        tf_guess_try(&guess, rule->params[i].name);
    }
    return tf_reading_unknown(reading, at, "setting", &guess);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A list takes the place of the one before: what a file leaves out is gone. */
static enum tf_err read_words(const struct tf_reading *reading, const config_setting_t *at, const struct tf_fraud_rule *rule,
                              struct tf_fraud_setting *setting)
{
    int count = config_setting_length(at);
    if (!config_setting_is_list(at) && !config_setting_is_array(at))
        return tf_reading_wrong(reading, at, "%s must be a list: %s = [ \"A\", \"B\" ]", config_setting_name(at), config_setting_name(at));
    const char **words = tf_arena_alloc(reading->arena, ((size_t)count + 1) * sizeof *words);
    for (int i = 0; words && i < count; i++) {
        const char *text = config_setting_get_string_elem(at, i);
        if (!text || tf_str_blank(tf_str_of(text)))
            return tf_reading_wrong(reading, at, "%s: entry %d must be a text", config_setting_name(at), i + 1);
        char *word = tf_arena_alloc(reading->arena, strlen(text) + 1);
        if (!word)
            return tf_reading_wrong(reading, at, "%s is too long", config_setting_name(at));
        size_t length = strlen(text);
        for (size_t c = 0; c <= length; c++)
            word[c] = text[c] >= 'a' && text[c] <= 'z' ? (char)(text[c] - 'a' + 'A') : text[c];
        const char *form = rule->check_word ? rule->check_word(tf_str_of(word)) : NULL;
        if (form)
            return tf_reading_wrong(reading, at, "%s: \"%s\" must be %s", config_setting_name(at), text, form);
        words[i] = word;
    }
    if (!words)
        return tf_reading_wrong(reading, at, "%s is too long", config_setting_name(at));
    if (count > 0)
        qsort(words, (size_t)count, sizeof *words, by_bytes);
    setting->words = (struct tf_string_list){words, (size_t)count};
    return TF_OK;
}

static enum tf_err read_member(const struct tf_reading *reading, const config_setting_t *at, const struct tf_fraud_rule *rule,
                               struct tf_fraud_setting *setting)
{
    const char *name = config_setting_name(at);
    int64_t value = 0;
    if (strcmp(name, "id") == 0)
        return TF_OK;
    if (strcmp(name, "mode") == 0)
        return tf_settings_mode(reading, at, &setting->mode);
    if (strcmp(name, "weight") == 0) {
        TF_TRY(tf_reading_whole(reading, at, 0, TF_SETTINGS_WEIGHT_MAX, &value));
        setting->weight = (uint32_t)value;
        return TF_OK;
    }
    if (strcmp(name, "breaker_permille") == 0) {
        TF_TRY(tf_reading_whole(reading, at, 1, 1000, &value));
        setting->breaker_permille = (uint32_t)value;
        return TF_OK;
    }
    if (strcmp(name, "window_days") == 0 && (rule->keys || rule->tallies)) {
        TF_TRY(tf_reading_whole(reading, at, 1, TF_SETTINGS_WINDOW_DAYS_MAX, &value));
        setting->window_ms = value * TF_MS_PER_DAY;
        return TF_OK;
    }
    if (strcmp(name, "threshold") == 0 && rule->defaults.threshold_minor > 0)
        return tf_reading_amount(reading, at, &setting->threshold_minor);
    if (strcmp(name, "thresholds") == 0 && rule->defaults.threshold_minor > 0)
        return read_thresholds(reading, at, setting);
    if (strcmp(name, "window_days") == 0 || strncmp(name, "threshold", 9) == 0)
        return tf_reading_wrong(reading, at, "%s has no %s", rule->id, name);
    if (rule->words && strcmp(name, rule->words) == 0)
        return read_words(reading, at, rule, setting);
    return read_param(reading, at, rule, setting);
}

static enum tf_err find_rule(const struct tf_reading *reading, const config_setting_t *at, const struct tf_operators *operators, size_t *ret_rule)
{
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_rules(&count);
    const char *id = NULL;
    if (config_setting_type(at) != CONFIG_TYPE_GROUP || !config_setting_lookup_string(at, "id", &id))
        return tf_reading_wrong(reading, at, "a rule is a group with an id: { id = \"%s\"; mode = \"live\"; }", rules[0].id);
    const struct tf_fraud_rule *own = tf_operators_find(operators, id);
    if (own)
        return tf_reading_wrong(reading, at, "%s is a rule of your own, from %s; its settings stand there", id, own->source);
    struct tf_guess guess = {.word = tf_str_of(id), .distance = SIZE_MAX};
    for (size_t r = 0; r < count; r++) {
        tf_guess_try(&guess, rules[r].id);
        if (strcmp(rules[r].id, id) != 0)
            continue;
        *ret_rule = r;
        return TF_OK;
    }
    return tf_reading_unknown(reading, at, "rule", &guess);
}

enum tf_err tf_settings_read(const struct tf_reading *reading, const config_setting_t *list, struct tf_fraud_setting *settings,
                             struct tf_operators *operators)
{
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_rules(&count);
    struct tf_fraud_bits seen = {{0}};
    if (config_setting_type(list) != CONFIG_TYPE_LIST)
        return tf_reading_wrong(reading, list, "rules must be a list: rules = ( { id = \"%s\"; } )", rules[0].id);
    for (int i = 0; i < config_setting_length(list); i++) {
        const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);
        size_t r = 0;
        if (tf_operators_is(at)) {
            TF_TRY(tf_operators_read(reading, at, operators));
            continue;
        }
        TF_TRY(find_rule(reading, at, operators, &r));
        if (tf_fraud_bit(&seen, r))
            return tf_reading_wrong(reading, at, "rule \"%s\" stands twice in this file; leave one of them", rules[r].id);
        tf_fraud_bit_set(&seen, r);
        for (int m = 0; m < config_setting_length(at); m++)
            TF_TRY(read_member(reading, config_setting_get_elem(at, (unsigned)m), &rules[r], &settings[r]));
    }
    return TF_OK;
}
