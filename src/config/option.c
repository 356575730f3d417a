#include "option.h"

#include <stdio.h>

enum { DISTANCE_MAX = 3, NAME_BYTES = 128 };
enum reload { START, LIVE };

static const struct tf_option options[] = {
#define TF_GROUP(n, h)
#define TF_GROUP_END(n)
#define ROW(g, n, kind, reload_, h) \
    .group = #g, .name = #n, .help = (h), .type = (kind), .live = (reload_) == LIVE, .offset = offsetof(struct tf_config, g.n)
#define TF_TEXT(g, n, d, r, h) {ROW(g, n, TF_OPTION_TEXT, r, h), .text_default = (d)},
#define TF_WORD(g, n, d, w, r, h) {ROW(g, n, TF_OPTION_WORD, r, h), .text_default = (d), .words = (w)},
#define TF_INT(g, n, d, lo, hi, r, h) {ROW(g, n, TF_OPTION_INT, r, h), .int_default = (d), .int_min = (lo), .int_max = (hi)},
#define TF_REAL(g, n, d, lo, hi, r, h) {ROW(g, n, TF_OPTION_REAL, r, h), .real_default = (d), .real_min = (lo), .real_max = (hi)},
#define TF_FLAG(g, n, d, r, h) {ROW(g, n, TF_OPTION_FLAG, r, h), .flag_default = (d)},
#define TF_LIST_OF(g, n, d, r, h) {ROW(g, n, TF_OPTION_LIST, r, h), .text_default = (d)},
#include "taxflow/options.def"
#undef TF_GROUP
#undef TF_GROUP_END
#undef TF_TEXT
#undef TF_WORD
#undef TF_INT
#undef TF_REAL
#undef TF_FLAG
#undef TF_LIST_OF
};

static const struct tf_option_group groups[] = {
#define TF_GROUP(n, h) {#n, h},
#define TF_GROUP_END(n)
#define TF_TEXT(g, n, d, r, h)
#define TF_WORD(g, n, d, w, r, h)
#define TF_INT(g, n, d, lo, hi, r, h)
#define TF_REAL(g, n, d, lo, hi, r, h)
#define TF_FLAG(g, n, d, r, h)
#define TF_LIST_OF(g, n, d, r, h)
#include "taxflow/options.def"
};

enum { OPTIONS_COUNT = sizeof options / sizeof *options, GROUPS_COUNT = sizeof groups / sizeof *groups };

const struct tf_option *tf_option_all(size_t *ret_count)
{
    *ret_count = OPTIONS_COUNT;
    return options;
}

const struct tf_option_group *tf_option_groups(size_t *ret_count)
{
    *ret_count = GROUPS_COUNT;
    return groups;
}

size_t tf_option_index(const struct tf_option *option)
{
    return (size_t)(option - options);
}

const struct tf_option *tf_option_find(struct tf_str group, struct tf_str name)
{
    for (size_t i = 0; i < OPTIONS_COUNT; i++)
        if (tf_str_is(group, options[i].group) && tf_str_is(name, options[i].name))
            return &options[i];
    return NULL;
}

const struct tf_option *tf_option_at(size_t offset)
{
    for (size_t i = 0; i < OPTIONS_COUNT; i++)
        if (options[i].offset == offset)
            return &options[i];
    return NULL;
}

bool tf_option_group_known(struct tf_str group)
{
    for (size_t i = 0; i < GROUPS_COUNT; i++)
        if (tf_str_is(group, groups[i].name))
            return true;
    return false;
}

/* A name that one other group alone has is a key in the wrong group, however far the full names are apart. */
static const struct tf_option *sole_option_named(struct tf_str name)
{
    const struct tf_option *found = NULL;
    for (size_t i = 0; i < OPTIONS_COUNT; i++) {
        if (!tf_str_is(name, options[i].name))
            continue;
        if (found)
            return NULL;
        found = &options[i];
    }
    return found;
}

const struct tf_option *tf_option_nearest(struct tf_str group, struct tf_str name)
{
    const struct tf_option *nearest = sole_option_named(name);
    if (nearest || !tf_str_present(group))
        return nearest;
    size_t best = DISTANCE_MAX + 1;
    char wanted[NAME_BYTES], full[NAME_BYTES];
    snprintf(wanted, sizeof wanted, "%.*s.%.*s", TF_STR_ARGS(group), TF_STR_ARGS(name));
    for (size_t i = 0; i < OPTIONS_COUNT; i++) {
        snprintf(full, sizeof full, "%s.%s", options[i].group, options[i].name);
        size_t distance = tf_str_distance(tf_str_of(wanted), tf_str_of(full));
        if (distance < best) {
            best = distance;
            nearest = &options[i];
        }
    }
    return nearest;
}

static void prefer_nearer(const char *word, struct tf_str name, size_t *best, const char **nearest)
{
    size_t distance = tf_str_distance(name, tf_str_of(word));
    if (distance < *best) {
        *best = distance;
        *nearest = word;
    }
}

const char *tf_option_nearest_top(struct tf_str name)
{
    size_t best = DISTANCE_MAX + 1;
    const char *nearest = NULL;
    prefer_nearer("role", name, &best, &nearest);
    prefer_nearer("companies", name, &best, &nearest);
    for (size_t i = 0; i < GROUPS_COUNT; i++)
        prefer_nearer(groups[i].name, name, &best, &nearest);
    return nearest;
}

void *tf_option_field(struct tf_config *config, const struct tf_option *option)
{
    return (char *)config + option->offset;
}

const void *tf_option_value(const struct tf_config *config, const struct tf_option *option)
{
    return (const char *)config + option->offset;
}

bool tf_option_next_item(struct tf_str *rest, char separator, struct tf_str *ret_item)
{
    if (!tf_str_present(*rest))
        return false;
    const char *end = memchr(rest->ptr, separator, rest->len);
    size_t len = end ? (size_t)(end - rest->ptr) : rest->len;
    *ret_item = (struct tf_str){rest->ptr, len};
    *rest = end ? (struct tf_str){end + 1, rest->len - len - 1} : TF_STR_NONE;
    return true;
}
