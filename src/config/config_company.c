#include "config_company.h"

#include "config_file.h"
#include "config_value.h"

enum { DISTANCE_MAX = 3 };

struct member {
    const char *name;
    size_t offset;
};

static const struct member lists[] = {
    {"vat_ids", offsetof(struct tf_company, vat_ids)},
    {"ibans", offsetof(struct tf_company, ibans)},
    {"registers", offsetof(struct tf_company, registers)},
};
enum { LISTS_COUNT = sizeof lists / sizeof *lists };

static const struct member *list_named(struct tf_str name)
{
    for (size_t i = 0; i < LISTS_COUNT; i++)
        if (tf_str_is(name, lists[i].name))
            return &lists[i];
    return NULL;
}

static void refuse_key(struct tf_config_source *source, const config_setting_t *setting, struct tf_str name)
{
    struct tf_config_origin origin = tf_config_file_origin(source, setting);
    for (size_t i = 0; i < LISTS_COUNT; i++) {
        if (tf_str_distance(name, tf_str_of(lists[i].name)) <= DISTANCE_MAX) {
            tf_config_source_error(source, origin, "unknown key %.*s in a company; did you mean %s?", TF_STR_ARGS(name), lists[i].name);
            return;
        }
    }
    tf_config_source_error(source, origin, "unknown key %.*s in a company; it has id, vat_ids, ibans and registers", TF_STR_ARGS(name));
}

static void load_list(struct tf_config_source *source, const config_setting_t *setting, struct tf_string_list *ret_list)
{
    struct tf_config_origin origin = tf_config_file_origin(source, setting);
    const char *name = config_setting_name(setting);
    struct tf_str items[TF_CONFIG_ITEMS_MAX + 1];
    size_t count;
    if (!tf_config_file_texts(setting, items, TF_CONFIG_ITEMS_MAX + 1, &count)) {
        tf_config_source_error(source, origin, "a company's %s must be a list of texts: write %s = [ \"…\" ]", name, name);
        return;
    }
    if (count > TF_CONFIG_ITEMS_MAX) {
        tf_config_source_error(source, origin, "a company's %s has more than %d entries", name, TF_CONFIG_ITEMS_MAX);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (tf_str_blank(items[i]) || !tf_config_value_clean(items[i])) {
            tf_config_source_error(source, origin, "a company's %s: entry %zu is empty or not plain text", name, i + 1);
            return;
        }
    }
    *ret_list = tf_config_value_items(source, items, count);
}

static void load_id(struct tf_config_source *source, const config_setting_t *setting, const char **ret_id)
{
    struct tf_str id = tf_str_of(config_setting_get_string(setting));
    if (tf_str_blank(id) || !tf_config_value_clean(id))
        tf_config_source_error(source, tf_config_file_origin(source, setting), "a company's id must be text: write id = \"…\"");
    else
        *ret_id = tf_config_source_dup(source, tf_str_trim(id));
}

static void load_company(struct tf_config_source *source, const config_setting_t *setting, struct tf_company *company)
{
    if (config_setting_type(setting) != CONFIG_TYPE_GROUP) {
        tf_config_source_error(source, tf_config_file_origin(source, setting),
                               "a company must be a group: write { id = \"…\"; vat_ids = [ \"…\" ]; }");
        return;
    }
    for (unsigned i = 0; i < (unsigned)config_setting_length(setting); i++) {
        const config_setting_t *child = config_setting_get_elem(setting, i);
        struct tf_str name = tf_str_of(config_setting_name(child));
        const struct member *list = list_named(name);
        if (list)
            load_list(source, child, (struct tf_string_list *)(void *)((char *)company + list->offset));
        else if (tf_str_is(name, "id"))
            load_id(source, child, &company->id);
        else
            refuse_key(source, child, name);
    }
    if (!config_setting_get_member(setting, "id"))
        tf_config_source_error(source, tf_config_file_origin(source, setting), "a company needs an id: write id = \"…\"");
}

/* O(companies²) of string compares, once at load and bounded by TF_CONFIG_COMPANIES_MAX. */
static bool id_seen(const struct tf_company *companies, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (companies[i].id && tf_str_is(tf_str_of(id), companies[i].id))
            return true;
    return false;
}

void tf_config_company_load(struct tf_config_source *source, const config_setting_t *setting)
{
    struct tf_config_origin origin = tf_config_file_origin(source, setting);
    if (config_setting_type(setting) != CONFIG_TYPE_LIST || config_setting_length(setting) > TF_CONFIG_COMPANIES_MAX) {
        tf_config_source_error(source, origin, "companies must be a list of at most %d groups: write companies = ( { id = \"…\"; } )",
                               TF_CONFIG_COMPANIES_MAX);
        return;
    }
    size_t count = (size_t)config_setting_length(setting);
    struct tf_company *companies = TF_ARENA_ARRAY(source->arena, struct tf_company, count > 0 ? count : 1);
    if (!companies) {
        source->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const config_setting_t *element = config_setting_get_elem(setting, (unsigned)i);
        load_company(source, element, &companies[i]);
        if (companies[i].id && id_seen(companies, i, companies[i].id))
            tf_config_source_error(source, tf_config_file_origin(source, element), "two companies have the id %s", companies[i].id);
    }
    source->config.companies = companies;
    source->config.companies_count = count;
    source->companies_origin = origin;
}
