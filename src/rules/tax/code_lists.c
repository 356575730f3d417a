#include "taxflow/code_lists.h"

#include <stdlib.h>

#include "code_set.h"
#include "taxflow/clock.h"

enum { VERSIONS_MAX = 64 }; /* of one list */

/* A list's versions, oldest first. */
struct dated_set {
    int32_t from;
    struct tf_code_set set;
};

struct list {
    struct dated_set *versions;
    size_t count;
};

struct tf_code_lists {
    struct list lists[TF_CODE_LIST_COUNT];
};

static const struct {
    const char *name;
    struct tf_str title;
} names[TF_CODE_LIST_COUNT] = {
#define CODE_LIST(symbol, name_, title_) [TF_CODES_##symbol] = {.name = name_, .title = {title_, sizeof(title_) - 1}},
#include "taxflow/code_list_names.def"
#undef CODE_LIST
};

/* What is being read, for words. */
struct reading {
    const char *name;
    unsigned line;
    struct tf_code_lists *lists;
    struct tf_code_set *set; /* of the version that is open; NULL before the first */
    struct tf_fault *fault;
};

static enum tf_err unknown_list(const struct reading *r, struct tf_str word)
{
    const char *best = NULL;
    size_t nearest = 4;
    for (size_t i = 0; i < TF_CODE_LIST_COUNT; i++) {
        const size_t distance = tf_str_distance(word, tf_str_of(names[i].name));
        if (distance < nearest) {
            nearest = distance;
            best = names[i].name;
        }
    }
    if (best)
        return tf_fault_set(r->fault, TF_E_CONFIG, "%s:%u: unknown code list \"%.*s\"; did you mean \"%s\"?", r->name, r->line,
                            TF_STR_ARGS(word), best);
    return tf_fault_set(r->fault, TF_E_CONFIG, "%s:%u: unknown code list \"%.*s\"; conf/tax/code_lists.txt shows all of them", r->name,
                        r->line, TF_STR_ARGS(word));
}

/* The next word of a line, taken off its front; empty at the end. */
static struct tf_str take_word(struct tf_str *rest)
{
    *rest = tf_str_trim(*rest);
    size_t len = 0;
    while (len < rest->len && rest->ptr[len] != ' ' && rest->ptr[len] != '\t')
        len++;
    const struct tf_str word = {rest->ptr, len};
    rest->ptr += len;
    rest->len -= len;
    return word;
}

static enum tf_err add_version(const struct reading *r, struct list *list, int32_t from)
{
    if (list->count > 0 && list->versions[list->count - 1].from >= from)
        return tf_fault_set(r->fault, TF_E_CONFIG, "%s:%u: this version is not later than the one above; write versions oldest first", r->name,
                            r->line);
    if (list->count == VERSIONS_MAX)
        return tf_fault_set(r->fault, TF_E_CONFIG, "%s:%u: more than %d versions of a list; take old ones out", r->name, r->line, VERSIONS_MAX);
    struct dated_set *versions = realloc(list->versions, (list->count + 1) * sizeof(*versions));
    if (!versions)
        return TF_E_MEMORY;
    list->versions = versions;
    versions[list->count] = (struct dated_set){.from = from};
    list->count++;
    return TF_OK;
}

static enum tf_err finish_version(const struct reading *r)
{
    if (!r->set)
        return TF_OK;
    if (r->set->count == 0)
        return tf_fault_set(r->fault, TF_E_CONFIG, "%s:%u: the list above has no codes; write them indented below its name", r->name, r->line);
    return tf_code_set_finish(r->set) ? TF_OK : TF_E_MEMORY;
}

static enum tf_err open_version(struct reading *r, struct tf_str line)
{
    const struct tf_str name = take_word(&line), date = take_word(&line);
    size_t i = 0;
    int32_t from = 0;
    while (i < TF_CODE_LIST_COUNT && !tf_str_is(name, names[i].name))
        i++;
    if (i == TF_CODE_LIST_COUNT)
        return unknown_list(r, name);
    if (!tf_clock_parse_date(date, &from) || tf_str_trim(line).len > 0)
        return tf_fault_set(r->fault, TF_E_CONFIG, "%s:%u: after a list's name stands the day it is in force from: %s 2026-04-10", r->name,
                            r->line, names[i].name);
    TF_TRY(finish_version(r));
    struct list *list = &r->lists->lists[i];
    TF_TRY(add_version(r, list, from));
    r->set = &list->versions[list->count - 1].set;
    return TF_OK;
}

static bool is_code(struct tf_str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] <= ' ' || word.ptr[i] > '~')
            return false;
    return word.len <= TF_CODE_BYTES_MAX;
}

static enum tf_err add_codes(struct reading *r, struct tf_str line)
{
    if (!r->set)
        return tf_fault_set(r->fault, TF_E_CONFIG, "%s:%u: codes before any list; a list begins at the margin with its name", r->name, r->line);
    for (struct tf_str word; (word = take_word(&line)).len > 0;) {
        if (!is_code(word))
            return tf_fault_set(r->fault, TF_E_CONFIG, "%s:%u: a code is at most %d letters, digits and signs of ASCII", r->name, r->line,
                                TF_CODE_BYTES_MAX);
        if (!tf_code_set_add(r->set, word))
            return TF_E_MEMORY;
    }
    return TF_OK;
}

static enum tf_err read_line(struct reading *r, struct tf_str line)
{
    if (tf_str_blank(line) || line.ptr[0] == '#')
        return TF_OK;
    return line.ptr[0] == ' ' || line.ptr[0] == '\t' ? add_codes(r, line) : open_version(r, line);
}

static enum tf_err read_lines(struct reading *r, struct tf_str text)
{
    while (text.len > 0) {
        const char *end = memchr(text.ptr, '\n', text.len);
        const size_t len = end ? (size_t)(end - text.ptr) : text.len;
        r->line++;
        TF_TRY(read_line(r, (struct tf_str){text.ptr, len}));
        text.ptr += len + (end != NULL);
        text.len -= len + (end != NULL);
    }
    TF_TRY(finish_version(r));
    for (size_t i = 0; i < TF_CODE_LIST_COUNT; i++)
        if (r->lists->lists[i].count == 0)
            return tf_fault_set(r->fault, TF_E_CONFIG, "%s: list \"%s\" (%s) is missing; take it over from conf/tax/code_lists.txt", r->name,
                                names[i].name, names[i].title.ptr);
    return TF_OK;
}

enum tf_err tf_code_lists_parse(struct tf_str text, const char *name, struct tf_code_lists **ret_lists, struct tf_fault *fault)
{
    if (text.len > TF_CODE_LISTS_BYTES_MAX)
        return tf_fault_set(fault, TF_E_CONFIG, "%s: more than %d bytes are no code lists; check tax.code_lists", name, TF_CODE_LISTS_BYTES_MAX);
    struct tf_code_lists *lists = calloc(1, sizeof *lists);
    if (!lists)
        return TF_E_MEMORY;
    struct reading reading = {.name = name, .lists = lists, .fault = fault};
    const enum tf_err err = read_lines(&reading, text);
    if (err != TF_OK)
        lists = tf_code_lists_destroy(lists);
    *ret_lists = lists;
    return err;
}

struct tf_code_lists *tf_code_lists_destroy(struct tf_code_lists *lists)
{
    if (!lists)
        return NULL;
    for (size_t i = 0; i < TF_CODE_LIST_COUNT; i++) {
        for (size_t v = 0; v < lists->lists[i].count; v++)
            tf_code_set_clear(&lists->lists[i].versions[v].set);
        free(lists->lists[i].versions);
    }
    free(lists);
    return NULL;
}

static const struct tf_code_set *set_of(const struct tf_code_lists *lists, enum tf_code_list list, int32_t day)
{
    const struct list *of = &lists->lists[list];
    size_t version = of->count - 1;
    while (version > 0 && of->versions[version].from > day)
        version--;
    return &of->versions[version].set;
}

bool tf_code_lists_has(const struct tf_code_lists *lists, enum tf_code_list list, int32_t day, struct tf_str code)
{
    return tf_code_set_has(set_of(lists, list, day), code);
}

struct tf_str tf_code_lists_joined(const struct tf_code_lists *lists, enum tf_code_list list, int32_t day)
{
    return tf_code_set_joined(set_of(lists, list, day));
}

struct tf_str tf_code_list_title(enum tf_code_list list)
{
    return names[list].title;
}
