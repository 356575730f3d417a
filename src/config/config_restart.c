#include <stdio.h>
#include <string.h>

#include "option.h"

struct names {
    char *out;
    size_t size, used, count;
};

/* Whole names only: half a name would name another option. */
static void add_name(struct names *names, const char *group, const char *name)
{
    const char *comma = names->count++ > 0 ? ", " : "", *dot = group[0] ? "." : "";
    size_t room = names->size - names->used;
    int len = snprintf(names->out + names->used, room, "%s%s%s%s", comma, group, dot, name);
    if (len >= 0 && (size_t)len < room) {
        names->used += (size_t)len;
        return;
    }
    if (room > 0)
        names->out[names->used] = '\0';
    names->size = names->used;
}

static bool same_list(struct tf_string_list a, struct tf_string_list b)
{
    for (size_t i = 0; a.count == b.count && i < a.count; i++)
        if (strcmp(a.items[i], b.items[i]) != 0)
            return false;
    return a.count == b.count;
}

static bool same_value(const struct tf_option *option, const void *a, const void *b)
{
    switch (option->type) {
    case TF_OPTION_TEXT:
    case TF_OPTION_WORD:
        return strcmp(*(const char *const *)a, *(const char *const *)b) == 0;
    case TF_OPTION_INT:
        return *(const int64_t *)a == *(const int64_t *)b;
    case TF_OPTION_REAL:
        return !(*(const double *)a < *(const double *)b) && !(*(const double *)a > *(const double *)b);
    case TF_OPTION_FLAG:
        return *(const bool *)a == *(const bool *)b;
    case TF_OPTION_LIST:
        return same_list(*(const struct tf_string_list *)a, *(const struct tf_string_list *)b);
    }
    return true;
}

static bool same_role(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* The companies are part of every Kafka key the collector makes, so they hold for the life of a process. */
static bool same_companies(const struct tf_config *a, const struct tf_config *b)
{
    if (a->companies_count != b->companies_count)
        return false;
    for (size_t i = 0; i < a->companies_count; i++) {
        const struct tf_company *x = &a->companies[i], *y = &b->companies[i];
        if (strcmp(x->id, y->id) != 0 || !same_list(x->vat_ids, y->vat_ids) || !same_list(x->ibans, y->ibans) ||
            !same_list(x->registers, y->registers))
            return false;
    }
    return true;
}

size_t tf_config_restart_needed(const struct tf_config *old_config, const struct tf_config *new_config, char *out, size_t size)
{
    struct names names = {.out = out, .size = size};
    size_t count;
    const struct tf_option *options = tf_option_all(&count);
    if (size > 0)
        out[0] = '\0';
    if (!same_role(old_config->role, new_config->role))
        add_name(&names, "", "role");
    if (!same_companies(old_config, new_config))
        add_name(&names, "", "companies");
    for (size_t i = 0; i < count; i++) {
        const struct tf_option *option = &options[i];
        if (!option->live && !same_value(option, tf_option_value(old_config, option), tf_option_value(new_config, option)))
            add_name(&names, option->group, option->name);
    }
    return names.count;
}
