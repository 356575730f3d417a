#include "rule_file.h"

#include <stdio.h>

#include "lists_read.h"
#include "settings.h"

static enum tf_err read_rules(const struct tf_reading *reading, const config_setting_t *at, const struct tf_rule_book *book)
{
    return tf_settings_read(reading, at, book->settings, book->operators);
}

static enum tf_err read_decision(const struct tf_reading *reading, const config_setting_t *at, const struct tf_rule_book *book)
{
    return tf_policy_read(reading, at, book->policy);
}

static enum tf_err read_breaker(const struct tf_reading *reading, const config_setting_t *at, const struct tf_rule_book *book)
{
    return tf_policy_read_breaker(reading, at, book->policy);
}

static enum tf_err read_lists(const struct tf_reading *reading, const config_setting_t *at, const struct tf_rule_book *book)
{
    return tf_lists_read(reading, at, book->lists);
}

static enum tf_err read_snoozes(const struct tf_reading *reading, const config_setting_t *at, const struct tf_rule_book *book)
{
    return tf_snoozes_read(reading, at, book->snoozes);
}

static const struct section {
    const char *name;
    enum tf_err (*read)(const struct tf_reading *reading, const config_setting_t *at, const struct tf_rule_book *book);
} sections[] = {
    {"rules", read_rules},
    {"decision", read_decision},
    {"breaker", read_breaker},
    {"lists", read_lists},
    {"snoozes", read_snoozes},
};

static enum tf_err read_section(const struct tf_reading *reading, const config_setting_t *at, const struct tf_rule_book *book)
{
    const char *name = config_setting_name(at);
    struct tf_guess guess = {.word = tf_str_of(name), .distance = SIZE_MAX};
    for (size_t s = 0; s < sizeof sections / sizeof sections[0]; s++) {
        if (strcmp(name, sections[s].name) == 0)
            return sections[s].read(reading, at, book);
        tf_guess_try(&guess, sections[s].name);
    }
    return tf_reading_unknown(reading, at, "setting", &guess);
}

enum tf_err tf_rule_file_read(const char *path, const struct tf_rule_book *book, struct tf_arena *arena, struct tf_fault *fault)
{
    TF_CLEANUP(config_destroy) config_t config;
    const struct tf_reading reading = {path, arena, fault};
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
    const config_setting_t *root = config_root_setting(&config);
    for (int i = 0; i < config_setting_length(root); i++)
        TF_TRY(read_section(&reading, config_setting_get_elem(root, (unsigned)i), book));
    return TF_OK;
}
