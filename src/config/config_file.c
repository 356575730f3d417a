#include "config_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_company.h"
#include "config_environment.h"
#include "config_text.h"
#include "config_value.h"

static bool use_if_there(struct tf_config_source *source, const char *folder, const char *below)
{
    struct tf_str path = tf_arena_printf(source->arena, "%s%s", folder, below);
    if (!tf_str_present(path)) {
        source->out_of_memory = true;
        return false;
    }
    if (access(path.ptr, F_OK) != 0)
        return false;
    source->file = path.ptr;
    return true;
}

void tf_config_file_find(struct tf_config_source *source, const char *named, char **environment)
{
    const char *from_environment = tf_config_environment_get(environment, "TAXFLOW_CONFIG");
    if (named || (from_environment && from_environment[0])) {
        source->file = tf_config_source_dup(source, tf_str_of(named ? named : from_environment));
        return;
    }
    const char *xdg = tf_config_environment_get(environment, "XDG_CONFIG_HOME");
    const char *home = tf_config_environment_get(environment, "HOME");
    if (xdg && xdg[0] == '/' && use_if_there(source, xdg, "/taxflow/taxflow.conf"))
        return;
    if (!(xdg && xdg[0] == '/') && home && home[0] == '/' && use_if_there(source, home, "/.config/taxflow/taxflow.conf"))
        return;
    (void)use_if_there(source, "/etc", "/taxflow/taxflow.conf");
}

struct tf_config_origin tf_config_file_origin(const struct tf_config_source *source, const config_setting_t *setting)
{
    return (struct tf_config_origin){TF_ORIGIN_FILE, source->file, config_setting_source_line(setting)};
}

static void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

static void finish_buf(struct tf_buf *buf)
{
    tf_buf_finish(buf);
}

static enum tf_err refuse_file(struct tf_config_source *source, const char *reason)
{
    struct tf_config_origin origin = {.kind = TF_ORIGIN_FILE, .name = source->file};
    tf_config_source_error(source, origin, "the configuration cannot be read: %s", reason);
    source->file_broken = true;
    return TF_E_NO_INPUT;
}

static enum tf_err refuse_opening(struct tf_config_source *source, int problem)
{
    if (problem != EACCES && problem != EPERM)
        return refuse_file(source, strerror(problem));
    struct tf_config_origin origin = {.kind = TF_ORIGIN_FILE, .name = source->file};
    tf_config_source_error(source, origin,
                           "the configuration cannot be read by user %u: %s; let its group read it (chgrp taxflow, chmod 640) and enter its folders (chmod 750)",
                           (unsigned)geteuid(), strerror(problem));
    source->file_broken = true;
    return TF_E_PERMISSION;
}

static enum tf_err read_text(struct tf_config_source *source, struct tf_buf *text)
{
    TF_CLEANUP(close_file) FILE *file = fopen(source->file, "re");
    struct stat status;
    if (!file || fstat(fileno(file), &status) != 0)
        return refuse_opening(source, errno);
    if (S_ISDIR(status.st_mode))
        return refuse_file(source, "it is a folder");
    char block[4096];
    size_t got;
    while (!text->failed && (got = fread(block, 1, sizeof block, file)) > 0)
        tf_buf_put(text, block, got);
    if (ferror(file))
        return refuse_file(source, strerror(errno));
    return text->failed ? refuse_file(source, "it is larger than 1 MiB") : TF_OK;
}

/* "kafka.partitions = 3" is what people try first; libconfig only says "syntax error" to it. */
static bool has_dotted_name(struct tf_str line, struct tf_str *ret_group)
{
    struct tf_str trimmed = tf_str_trim(line);
    size_t len = 0;
    while (len < trimmed.len && (isalnum((unsigned char)trimmed.ptr[len]) || trimmed.ptr[len] == '_'))
        len++;
    *ret_group = (struct tf_str){trimmed.ptr, len};
    return len + 1 < trimmed.len && trimmed.ptr[len] == '.' && tf_option_group_known(*ret_group);
}

/* Line of the last character that is not white space: an error at the end of the file is shown there, not behind it. */
static unsigned last_line(struct tf_str text)
{
    struct tf_str trimmed = tf_str_trim(text);
    unsigned line = 1;
    for (const char *at = text.ptr; at < trimmed.ptr + trimmed.len; at++)
        line += *at == '\n';
    return line;
}

static void report_syntax(struct tf_config_source *source, const config_t *parsed, struct tf_str text)
{
    unsigned line = config_error_line(parsed) > 0 ? (unsigned)config_error_line(parsed) : 1, last = last_line(text);
    line = line < last ? line : last;
    struct tf_config_origin origin = {TF_ORIGIN_FILE, source->file, line};
    const char *words = config_error_text(parsed) ? config_error_text(parsed) : "syntax error";
    struct tf_str group;
    if (has_dotted_name(tf_config_text_line(text, line), &group))
        tf_config_source_error(source, origin, "names in the file have no dots: write %.*s: { … };", TF_STR_ARGS(group));
    else if (strstr(words, "syntax error"))
        tf_config_source_error(source, origin, "syntax error here or just above: look for a missing quote, bracket, brace or \"=\"");
    else if (strstr(words, "duplicate"))
        tf_config_source_error(source, origin, "this name stands here for the second time: join both places");
    else if (strstr(words, "mismatched element type"))
        tf_config_source_error(source, origin, "the entries of an array must all have one type: put each text in quotes");
    else
        tf_config_source_error(source, origin, "%s", words);
    source->file_broken = true;
}

bool tf_config_file_texts(const config_setting_t *setting, struct tf_str items[], size_t max, size_t *ret_count)
{
    int type = config_setting_type(setting);
    if (type != CONFIG_TYPE_ARRAY && type != CONFIG_TYPE_LIST)
        return false;
    size_t length = (size_t)config_setting_length(setting);
    *ret_count = length < max ? length : max;
    for (size_t i = 0; i < *ret_count; i++) {
        const char *text = config_setting_get_string(config_setting_get_elem(setting, (unsigned)i));
        if (!text)
            return false;
        items[i] = tf_str_of(text);
    }
    return true;
}

static bool is_whole(const config_setting_t *setting)
{
    return config_setting_type(setting) == CONFIG_TYPE_INT || config_setting_type(setting) == CONFIG_TYPE_INT64;
}

static int64_t whole_of(const config_setting_t *setting)
{
    return config_setting_type(setting) == CONFIG_TYPE_INT ? config_setting_get_int(setting) : config_setting_get_int64(setting);
}

static void load_list(struct tf_config_source *source, const struct tf_option *option, const config_setting_t *setting)
{
    struct tf_config_origin origin = tf_config_file_origin(source, setting);
    struct tf_str items[TF_CONFIG_ITEMS_MAX + 1];
    size_t count;
    if (tf_config_file_texts(setting, items, TF_CONFIG_ITEMS_MAX + 1, &count))
        tf_config_value_list(source, option, origin, items, count);
    else
        tf_config_value_wrong_type(source, option, origin);
}

static void load_option(struct tf_config_source *source, const struct tf_option *option, const config_setting_t *setting)
{
    struct tf_config_origin origin = tf_config_file_origin(source, setting);
    int type = config_setting_type(setting);
    bool text = option->type == TF_OPTION_TEXT || option->type == TF_OPTION_WORD;
    if (option->type == TF_OPTION_LIST)
        load_list(source, option, setting);
    else if (text && type == CONFIG_TYPE_STRING)
        tf_config_value_text(source, option, origin, tf_str_of(config_setting_get_string(setting)));
    else if (option->type == TF_OPTION_INT && is_whole(setting))
        tf_config_value_int(source, option, origin, whole_of(setting));
    else if (option->type == TF_OPTION_REAL && is_whole(setting))
        tf_config_value_real(source, option, origin, (double)whole_of(setting));
    else if (option->type == TF_OPTION_REAL && type == CONFIG_TYPE_FLOAT)
        tf_config_value_real(source, option, origin, config_setting_get_float(setting));
    else if (option->type == TF_OPTION_FLAG && type == CONFIG_TYPE_BOOL)
        tf_config_value_flag(source, option, origin, config_setting_get_bool(setting));
    else
        tf_config_value_wrong_type(source, option, origin);
}

static void load_group(struct tf_config_source *source, const config_setting_t *group)
{
    const char *name = config_setting_name(group);
    if (config_setting_type(group) != CONFIG_TYPE_GROUP) {
        tf_config_source_error(source, tf_config_file_origin(source, group), "%s is a group: write %s: { … };", name, name);
        return;
    }
    for (unsigned i = 0; i < (unsigned)config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, i);
        struct tf_str key = tf_str_of(config_setting_name(setting));
        const struct tf_option *option = tf_option_find(tf_str_of(name), key);
        if (option)
            load_option(source, option, setting);
        else
            tf_config_source_unknown(source, tf_config_file_origin(source, setting), tf_str_of(name), key);
    }
}

static void load_role(struct tf_config_source *source, const config_setting_t *setting)
{
    struct tf_config_origin origin = tf_config_file_origin(source, setting);
    const char *role = config_setting_get_string(setting);
    if (!role) {
        tf_config_source_error(source, origin, "role must be text: write role = \"tax\"");
        return;
    }
    source->config.role = tf_config_source_dup(source, tf_str_of(role));
    source->role_origin = origin;
}

static void load_setting(struct tf_config_source *source, const config_setting_t *setting)
{
    struct tf_str name = tf_str_of(config_setting_name(setting));
    if (tf_str_is(name, "role"))
        load_role(source, setting);
    else if (tf_str_is(name, "companies"))
        tf_config_company_load(source, setting);
    else if (tf_option_group_known(name))
        load_group(source, setting);
    else
        tf_config_source_unknown(source, tf_config_file_origin(source, setting), TF_STR_NONE, name);
}

static enum tf_err parse(struct tf_config_source *source, struct tf_str text)
{
    TF_CLEANUP(finish_buf) struct tf_buf ready;
    tf_buf_init(&ready, 2 * TF_CONFIG_FILE_BYTES_MAX + 1);
    struct tf_config_text_problem problem;
    enum tf_err err = tf_config_text_copy(text, &ready, &problem);
    if (err == TF_E_CONFIG) {
        tf_config_source_error(source, (struct tf_config_origin){TF_ORIGIN_FILE, source->file, problem.line}, "%s", problem.text);
        source->file_broken = true;
    }
    if (err != TF_OK)
        return err == TF_E_CONFIG ? TF_OK : err;
    TF_CLEANUP(config_destroy) config_t parsed;
    config_init(&parsed);
    if (config_read_string(&parsed, ready.ptr) != CONFIG_TRUE) {
        report_syntax(source, &parsed, text);
        return TF_OK;
    }
    const config_setting_t *root = config_root_setting(&parsed);
    for (unsigned i = 0; i < (unsigned)config_setting_length(root); i++)
        load_setting(source, config_setting_get_elem(root, i));
    return TF_OK;
}

enum tf_err tf_config_file_load(struct tf_config_source *source)
{
    if (!source->file)
        return TF_OK;
    TF_CLEANUP(finish_buf) struct tf_buf text;
    tf_buf_init(&text, TF_CONFIG_FILE_BYTES_MAX);
    TF_TRY(read_text(source, &text));
    return parse(source, tf_buf_view(&text));
}
