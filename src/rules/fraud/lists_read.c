#include "lists_read.h"

#include <limits.h>
#include <stdio.h>

#include "taxflow/csv.h"

enum { RECORD_BYTES_MAX = 4096, CELLS_MAX = 3 };

static const char *const kind_words[] = {[TF_FRAUD_LIST_PLAIN] = "plain",
                                         [TF_FRAUD_LIST_ALLOW] = "allow",
                                         [TF_FRAUD_LIST_WATCH] = "watch",
                                         [TF_FRAUD_LIST_BLOCK] = "block",
                                         [TF_FRAUD_LIST_HARD_BLOCK] = "hard_block"};
static const char *const field_words[] = {
#define X(name, word, code) word,
    TF_RECORD_FIELD_TABLE(X)
#undef X
};

static enum tf_err read_word(const struct tf_reading *reading, const config_setting_t *at, const char *const *words, size_t count, size_t *ret_word)
{
    const char *text = config_setting_get_string(at);
    struct tf_guess guess = {.word = tf_str_of(text ? text : ""), .distance = SIZE_MAX};
    for (size_t i = 0; i < count; i++) {
        tf_guess_try(&guess, words[i]);
        if (text && strcmp(text, words[i]) == 0) {
            *ret_word = i;
            return TF_OK;
        }
    }
    return tf_reading_unknown(reading, at, config_setting_name(at), &guess);
}

static enum tf_err read_head(const struct tf_reading *reading, const config_setting_t *at, struct tf_list *list)
{
    const config_setting_t *kind = config_setting_get_member(at, "kind"), *field = config_setting_get_member(at, "field");
    const config_setting_t *points = config_setting_get_member(at, "points");
    size_t word = 0;
    if (!kind)
        return tf_reading_wrong(reading, at, "a list has a kind: plain, allow, watch, block or hard_block");
    TF_TRY(read_word(reading, kind, kind_words, sizeof kind_words / sizeof kind_words[0], &word));
    list->kind = (enum tf_fraud_list_kind)word;
    if (!field && list->kind != TF_FRAUD_LIST_PLAIN)
        return tf_reading_wrong(reading, at, "a list has a field: supplier, account, user, approver, vat_id or company");
    if (field) {
        TF_TRY(read_word(reading, field, field_words, TF_RECORD_FIELD_COUNT, &word));
        list->field = (enum tf_record_field)word;
    }
    if (points && list->kind != TF_FRAUD_LIST_WATCH)
        return tf_reading_wrong(reading, points, "only a watch list has points");
    return points ? tf_reading_points(reading, points, 100, &list->points) : TF_OK;
}

static enum tf_err put(const struct tf_reading *reading, const config_setting_t *at, struct tf_lists *lists, struct tf_list *list,
                       const struct tf_list_line *line)
{
    const char *problem = "";
    enum tf_err err = tf_lists_put(lists, list, line, &problem);
    return err == TF_OK || err == TF_E_MEMORY ? err : tf_reading_wrong(reading, at, "%s", problem);
}

static enum tf_err read_entry(const struct tf_reading *reading, const config_setting_t *at, struct tf_lists *lists, struct tf_list *list)
{
    struct tf_list_line line = {.until_ms = INT64_MAX};
    if (config_setting_type(at) == CONFIG_TYPE_STRING) {
        line.value = tf_str_of(config_setting_get_string(at));
        return put(reading, at, lists, list, &line);
    }
    if (config_setting_type(at) != CONFIG_TYPE_GROUP)
        return tf_reading_wrong(reading, at, "an entry is a text or a group: { value = \"…\"; until = \"2027-01-31\"; reason = \"…\"; }");
    for (int m = 0; m < config_setting_length(at); m++) {
        const config_setting_t *member = config_setting_get_elem(at, (unsigned)m);
        const char *name = config_setting_name(member);
        struct tf_guess guess = {.word = tf_str_of(name), .distance = SIZE_MAX};
        static const char *const names[] = {"value", "hash", "reason", "until"};
        struct tf_str *const texts[] = {&line.value, &line.hash, &line.reason};
        size_t n = 0;
        while (n < sizeof names / sizeof names[0] && strcmp(names[n], name) != 0)
            tf_guess_try(&guess, names[n++]);
        if (n == sizeof names / sizeof names[0])
            return tf_reading_unknown(reading, member, "setting", &guess);
        TF_TRY(n == 3 ? tf_reading_until(reading, member, &line.until_ms) : tf_reading_text(reading, member, TF_RECORD_VALUE_BYTES_MAX, texts[n]));
    }
    if (tf_str_present(line.value) == tf_str_present(line.hash))
        return tf_reading_wrong(reading, at, "an entry has a value or a hash, one of the two");
    return put(reading, at, lists, list, &line);
}

static enum tf_err read_entries(const struct tf_reading *reading, const config_setting_t *at, struct tf_lists *lists, struct tf_list *list)
{
    if (!config_setting_is_list(at) && !config_setting_is_array(at))
        return tf_reading_wrong(reading, at, "entries must be a list: ( { value = \"…\"; } )");
    for (int i = 0; i < config_setting_length(at); i++)
        TF_TRY(read_entry(reading, config_setting_get_elem(at, (unsigned)i), lists, list));
    return TF_OK;
}

/* One record of a list's file; *ret_problem when it is none. */
static enum tf_err put_record(const struct tf_csv *csv, struct tf_lists *lists, struct tf_list *list, const char **ret_problem)
{
    static const struct tf_str hash = TF_STR_INIT("sha256:");
    struct tf_list_line line = {.value = tf_str_trim(csv->cells[0]), .until_ms = INT64_MAX};
    if (csv->count > CELLS_MAX) {
        *ret_problem = "a record is value,until,reason; put a value with commas between quotes";
        return TF_E_VALUE;
    }
    if (tf_str_starts(line.value, hash)) {
        line.hash = (struct tf_str){line.value.ptr + hash.len, line.value.len - hash.len};
        line.value = TF_STR_NONE;
    }
    *ret_problem = "until must be a date, the last day it holds, or an RFC 3339 time";
    if (csv->count > 1 && !tf_str_blank(csv->cells[1]) && !tf_reading_end_of(tf_str_trim(csv->cells[1]), &line.until_ms))
        return TF_E_VALUE;
    line.reason = csv->count > 2 ? tf_str_trim(csv->cells[2]) : TF_STR_NONE;
    return tf_lists_put(lists, list, &line, ret_problem);
}

static bool is_remark(const struct tf_csv *csv)
{
    struct tf_str first = tf_str_trim(csv->cells[0]);
    bool head = csv->line == 1 && tf_str_ieq(first, TF_STR("value"));
    return head || tf_str_starts(first, TF_STR("#")) || (csv->count == 1 && first.len == 0);
}

static enum tf_err read_records(const struct tf_reading *reading, const char *path, FILE *file, struct tf_lists *lists, struct tf_list *list)
{
    TF_CLEANUP(tf_csv_finish) struct tf_csv csv;
    const char *problem = NULL;
    bool more = true;
    enum tf_err err = TF_OK;
    tf_csv_init(&csv, file, ',', RECORD_BYTES_MAX);
    while (err == TF_OK && (err = tf_csv_next(&csv, &more)) == TF_OK && more)
        if (!is_remark(&csv))
            err = put_record(&csv, lists, list, &problem);
    if (err == TF_OK || err == TF_E_MEMORY)
        return err;
    return tf_fault_set(reading->fault, err == TF_E_IO ? TF_E_NO_INPUT : TF_E_CONFIG, "%s:%llu: %s", path, (unsigned long long)csv.line,
                        csv.problem ? csv.problem : problem ? problem : "the file cannot be read");
}

/* Beside the rule file, unless the name says where. */
static enum tf_err read_file(const struct tf_reading *reading, const config_setting_t *at, struct tf_lists *lists, struct tf_list *list)
{
    char path[PATH_MAX];
    const char *name = config_setting_get_string(at), *slash = strrchr(reading->path, '/');
    if (!name || !*name)
        return tf_reading_wrong(reading, at, "file must be the name of a file");
    int folder = name[0] == '/' || !slash ? 0 : (int)(slash - reading->path) + 1;
    if (snprintf(path, sizeof path, "%.*s%s", folder, reading->path, name) >= (int)sizeof path)
        return tf_reading_wrong(reading, at, "the path of file is too long");
    FILE *file = fopen(path, "re");
    if (!file)
        return tf_fault_set(reading->fault, TF_E_NO_INPUT, "%s:%u: %s cannot be read; a list's file lies beside its rule file", reading->path,
                            config_setting_source_line(at), path);
    enum tf_err err = read_records(reading, path, file, lists, list);
    fclose(file);
    return err;
}

static enum tf_err check_members(const struct tf_reading *reading, const config_setting_t *at)
{
    static const char *const names[] = {"name", "kind", "field", "points", "entries", "file"};
    for (int m = 0; m < config_setting_length(at); m++) {
        const config_setting_t *member = config_setting_get_elem(at, (unsigned)m);
        struct tf_guess guess = {.word = tf_str_of(config_setting_name(member)), .distance = SIZE_MAX};
        size_t n = 0;
        while (n < sizeof names / sizeof names[0] && strcmp(names[n], config_setting_name(member)) != 0)
            tf_guess_try(&guess, names[n++]);
        if (n == sizeof names / sizeof names[0])
            return tf_reading_unknown(reading, member, "setting", &guess);
    }
    return TF_OK;
}

static enum tf_err read_list(const struct tf_reading *reading, const config_setting_t *at, struct tf_lists *lists)
{
    struct tf_str name;
    const config_setting_t *named = config_setting_type(at) == CONFIG_TYPE_GROUP ? config_setting_get_member(at, "name") : NULL;
    if (!named)
        return tf_reading_wrong(reading, at, "a list is a group with a name: { name = \"blocked\"; kind = \"block\"; field = \"supplier\"; entries = ( ); }");
    TF_TRY(check_members(reading, at));
    TF_TRY(tf_reading_text(reading, named, TF_LIST_NAME_BYTES_MAX, &name));
    if (tf_lists_named(lists, name))
        return tf_reading_wrong(reading, named, "list \"%.*s\" stands twice; a list's name stands once in all rule files", TF_STR_ARGS(name));
    struct tf_list *list = tf_lists_add(lists, name);
    if (!list)
        return tf_reading_wrong(reading, at, "more than %d lists", TF_LISTS_MAX);
    TF_TRY(read_head(reading, at, list));
    const config_setting_t *entries = config_setting_get_member(at, "entries"), *file = config_setting_get_member(at, "file");
    if (entries)
        TF_TRY(read_entries(reading, entries, lists, list));
    return file ? read_file(reading, file, lists, list) : TF_OK;
}

enum tf_err tf_lists_read(const struct tf_reading *reading, const config_setting_t *at, struct tf_lists *lists)
{
    if (config_setting_type(at) != CONFIG_TYPE_LIST)
        return tf_reading_wrong(reading, at, "lists must be a list: lists = ( { name = \"…\"; } )");
    for (int i = 0; i < config_setting_length(at); i++)
        TF_TRY(read_list(reading, config_setting_get_elem(at, (unsigned)i), lists));
    return TF_OK;
}
