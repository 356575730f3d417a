#include "commodity.h"

#include <string.h>

enum { LINES_LOOK_MAX = 1000 };

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Bytes of letters beyond ASCII count as letters: they never end a word. */
static bool is_word(char c)
{
    c = upper(c);
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80);
}

static bool stands_at(struct tf_str name, size_t at, struct tf_str words)
{
    for (size_t i = 0; i < words.len; i++)
        if (upper(name.ptr[at + i]) != words.ptr[i])
            return false;
    return (at == 0 || !is_word(name.ptr[at - 1])) && (at + words.len == name.len || !is_word(name.ptr[at + words.len]));
}

static bool names(struct tf_str name, struct tf_str words)
{
    for (size_t at = 0; at + words.len <= name.len; at++)
        if (stands_at(name, at, words))
            return true;
    return false;
}

/* Digits alone decide: people group them with dots and blanks. */
static bool begins_with(struct tf_str code, struct tf_str beginning)
{
    size_t at = 0;
    for (size_t i = 0; i < code.len && at < beginning.len; i++) {
        if (!is_word(code.ptr[i]))
            continue;
        if (upper(code.ptr[i]) != beginning.ptr[at++])
            return false;
    }
    return at == beginning.len;
}

static bool classified(const struct tf_line *line, struct tf_str list, struct tf_str beginning)
{
    for (size_t i = 0; i < line->item.class_ids.count; i++) {
        const struct tf_class_id *class_id = &line->item.class_ids.items[i];
        if (tf_str_ieq(tf_str_trim(class_id->list), list) && begins_with(class_id->id, beginning))
            return true;
    }
    return false;
}

static bool falls_under(const struct tf_line *line, const char *entry)
{
    const char *colon = strchr(entry, ':');
    if (!colon)
        return names(line->item.name, tf_str_of(entry));
    return classified(line, (struct tf_str){entry, (size_t)(colon - entry)}, tf_str_of(colon + 1));
}

const char *tf_commodity_at_risk(const struct tf_invoice *invoice, const struct tf_string_list *entries, bool *ret_described)
{
    *ret_described = false;
    for (size_t l = 0; l < invoice->lines.count && l < LINES_LOOK_MAX; l++) {
        const struct tf_line *line = &invoice->lines.items[l];
        if (tf_str_blank(line->item.name) && line->item.class_ids.count == 0)
            continue;
        *ret_described = true;
        for (size_t e = 0; e < entries->count; e++)
            if (falls_under(line, entries->items[e]))
                return entries->items[e];
    }
    return NULL;
}
