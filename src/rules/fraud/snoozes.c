#include "snoozes.h"

#include <inttypes.h>

static enum tf_err read_value(const struct tf_reading *reading, const config_setting_t *at, enum tf_record_field field, struct tf_snooze *snooze)
{
    char room[TF_RECORD_VALUE_BYTES_MAX] TF_NOT_CLEARED;
    struct tf_str text;
    TF_TRY(tf_reading_text(reading, at, TF_RECORD_VALUE_BYTES_MAX, &text));
    text = tf_record_comparable(field, text, room);
    if (!tf_str_present(text))
        return tf_reading_wrong(reading, at, "%s has no letters or digits", config_setting_name(at));
    snooze->values[field] = tf_arena_dup(reading->arena, text);
    return tf_str_present(snooze->values[field]) ? TF_OK : tf_reading_wrong(reading, at, "the rule files hold more text than there is room for");
}

static enum tf_err read_member(const struct tf_reading *reading, const config_setting_t *at, struct tf_snooze *snooze)
{
    static const char *const names[] = {"rule", "until", "reason"};
    const char *name = config_setting_name(at);
    struct tf_guess guess = {.word = tf_str_of(name), .distance = SIZE_MAX};
    if (strcmp(name, "rule") == 0)
        return tf_reading_text(reading, at, TF_RECORD_VALUE_BYTES_MAX, &snooze->rule);
    if (strcmp(name, "until") == 0)
        return tf_reading_until(reading, at, &snooze->until_ms);
    if (strcmp(name, "reason") == 0)
        return tf_reading_text(reading, at, TF_SNOOZE_REASON_BYTES_MAX, &snooze->reason);
    for (int f = 0; f < TF_RECORD_FIELD_COUNT; f++) {
        if (strcmp(name, tf_record_field_word((enum tf_record_field)f)) == 0)
            return read_value(reading, at, (enum tf_record_field)f, snooze);
        tf_guess_try(&guess, tf_record_field_word((enum tf_record_field)f));
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        tf_guess_try(&guess, names[i]);
    return tf_reading_unknown(reading, at, "setting", &guess);
}

static enum tf_err read_snooze(const struct tf_reading *reading, const config_setting_t *at, struct tf_snooze *snooze)
{
    if (config_setting_type(at) != CONFIG_TYPE_GROUP)
        return tf_reading_wrong(reading, at, "a snooze is a group: { rule = \"DUP1\"; supplier = \"…\"; until = \"2027-01-31\"; reason = \"…\"; }");
    for (int m = 0; m < config_setting_length(at); m++)
        TF_TRY(read_member(reading, config_setting_get_elem(at, (unsigned)m), snooze));
    if (!tf_str_present(snooze->rule) || !tf_str_present(snooze->reason) || snooze->until_ms == INT64_MIN)
        return tf_reading_wrong(reading, at, "a snooze needs rule, until and reason");
    const char *file = config_setting_source_file(at);
    snooze->where = tf_arena_printf(reading->arena, "%s:%u", file ? file : reading->path, config_setting_source_line(at));
    return TF_OK;
}

enum tf_err tf_snoozes_read(const struct tf_reading *reading, const config_setting_t *at, struct tf_snoozes *snoozes)
{
    size_t count = (size_t)config_setting_length(at);
    if (config_setting_type(at) != CONFIG_TYPE_LIST)
        return tf_reading_wrong(reading, at, "snoozes must be a list: snoozes = ( { rule = \"DUP1\"; until = \"2027-01-31\"; reason = \"…\"; } )");
    if (snoozes->count + count > TF_SNOOZES_MAX)
        return tf_reading_wrong(reading, at, "more than %d snoozes; put what holds for long on an allow list", TF_SNOOZES_MAX);
    struct tf_snooze *items = TF_ARENA_ARRAY(reading->arena, struct tf_snooze, snoozes->count + count + 1);
    if (!items)
        return tf_reading_wrong(reading, at, "the rule files hold more than there is room for");
    if (snoozes->count > 0)
        memcpy(items, snoozes->items, snoozes->count * sizeof *items);
    snoozes->items = items;
    for (size_t i = 0; i < count; i++) {
        items[snoozes->count].until_ms = INT64_MIN;
        TF_TRY(read_snooze(reading, config_setting_get_elem(at, (unsigned)i), &items[snoozes->count]));
        snoozes->count++;
    }
    return TF_OK;
}

enum tf_err tf_snoozes_check(const struct tf_snoozes *snoozes, const struct tf_fraud_ruleset *ruleset, struct tf_fault *fault)
{
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(ruleset, &count);
    for (size_t i = 0; i < snoozes->count; i++) {
        const struct tf_snooze *snooze = &snoozes->items[i];
        size_t r = 0;
        while (r < count && !tf_str_is(snooze->rule, rules[r].id))
            r++;
        if (r == count && !tf_str_is(snooze->rule, "*"))
            return tf_fault_set(fault, TF_E_CONFIG, "%.*s: unknown rule \"%.*s\"; `taxflow rules` lists what there is", TF_STR_ARGS(snooze->where),
                                TF_STR_ARGS(snooze->rule));
    }
    return TF_OK;
}

static bool is_wanted(void *self, struct tf_str value)
{
    const struct tf_str *wanted = self;
    return tf_str_eq(value, *wanted);
}

static bool fits(const struct tf_snooze *snooze, const struct tf_fraud_facts *facts)
{
    for (int f = 0; f < TF_RECORD_FIELD_COUNT; f++) {
        struct tf_str wanted = snooze->values[f];
        if (tf_str_present(wanted) && !tf_record_any(facts, (enum tf_record_field)f, is_wanted, &wanted))
            return false;
    }
    return true;
}

const struct tf_snooze *tf_snoozes_find(const struct tf_snoozes *snoozes, const struct tf_fraud_facts *facts, const struct tf_fraud_rule *rule)
{
    for (size_t i = 0; facts->has_time && i < snoozes->count; i++) {
        const struct tf_snooze *snooze = &snoozes->items[i];
        bool ours = tf_str_is(snooze->rule, rule->id) || tf_str_is(snooze->rule, "*");
        if (ours && facts->time_ms < snooze->until_ms && fits(snooze, facts))
            return snooze;
    }
    return NULL;
}

void tf_snoozes_describe(const struct tf_snoozes *snoozes, struct tf_buf *out)
{
    for (size_t i = 0; i < snoozes->count; i++) {
        const struct tf_snooze *snooze = &snoozes->items[i];
        tf_buf_printf(out, "snooze %.*s until=%" PRId64 " reason=\"%.*s\"", TF_STR_ARGS(snooze->rule), snooze->until_ms, TF_STR_ARGS(snooze->reason));
        for (int f = 0; f < TF_RECORD_FIELD_COUNT; f++)
            if (tf_str_present(snooze->values[f]))
                tf_buf_printf(out, " %s=\"%.*s\"", tf_record_field_word((enum tf_record_field)f), TF_STR_ARGS(snooze->values[f]));
        tf_buf_putc(out, '\n');
    }
}
