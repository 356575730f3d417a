/* A rates file to a table. Every member of every row is asked for, and none may be unknown: a slip of the pen must not look like a rate. */
#include <stdlib.h>

#include "rates_table.h"
#include "taxflow/clock.h"
#include "taxflow/json_data.h"

enum { ARENA_BYTES = 64 << 20, MILLI_DECIMALS = 3, RATES_MAX = 1000000 };

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const char *const kinds[] = {"standard", "reduced", "super-reduced", "parking", "increased", "zero", "special",
                                    "surcharge", "regional", "igic", "ipsi"};

struct reading {
    struct tf_json_data data;
    struct tf_rates *rates;
    struct tf_rates_territory *territories; /* of rates, while they are filled in */
    size_t rates_count;
};

static enum tf_err no_member(const struct reading *r, const struct tf_json_node *object, const char *name, const char *form)
{
    return tf_json_data_wrong(&r->data, object, "\"%s\" is missing; write \"%s\": %s", name, name, form);
}

/* A member that is a text, form saying what one looks like. */
static enum tf_err read_text(const struct reading *r, const struct tf_json_node *object, const char *name, const char *form,
                             const struct tf_json_node **ret_node)
{
    *ret_node = tf_json_data_member(object, name);
    if (!*ret_node)
        return no_member(r, object, name, form);
    if ((*ret_node)->type != TF_JSON_STRING)
        return tf_json_data_wrong(&r->data, *ret_node, "\"%s\" must be a text such as %s", name, form);
    return TF_OK;
}

static enum tf_err read_code(const struct reading *r, const struct tf_json_node *object, const char *name, const char *form, char *out,
                             size_t room)
{
    const struct tf_json_node *node;
    TF_TRY(read_text(r, object, name, form, &node));
    if (node->as.text.len >= room || memchr(node->as.text.ptr, '\0', node->as.text.len))
        return tf_json_data_wrong(&r->data, node, "\"%s\" is too long: at most %zu characters, such as %s", name, room - 1, form);
    memcpy(out, node->as.text.ptr, node->as.text.len);
    out[node->as.text.len] = '\0';
    return TF_OK;
}

/* A day, or `absent` where the member is null or left out. */
static enum tf_err read_day(const struct reading *r, const struct tf_json_node *object, const char *name, int32_t absent, int32_t *ret_day)
{
    const struct tf_json_node *node = tf_json_data_member(object, name);
    *ret_day = absent;
    if (!node)
        return TF_OK;
    if (node->type != TF_JSON_STRING || !tf_clock_parse_date(node->as.text, ret_day))
        return tf_json_data_wrong(&r->data, node, "\"%s\" must be a date such as \"2021-01-01\", or null", name);
    return TF_OK;
}

static enum tf_err read_percent(const struct reading *r, const struct tf_json_node *object, int32_t *ret_milli)
{
    enum { HIGHEST = 100 };
    const struct tf_json_node *node;
    struct tf_decimal percent;
    TF_TRY(read_text(r, object, "rate", "\"5.5\"", &node));
    if (tf_money_parse(node->as.text, &percent) != TF_OK || percent.scale > MILLI_DECIMALS || tf_money_sign(percent) < 0 ||
        tf_money_cmp(percent, tf_money_of(HIGHEST, 0)) > 0)
        return tf_json_data_wrong(&r->data, node, "\"rate\" must be a percentage from 0 to 100 with at most 3 decimals, such as \"5.5\"");
    for (; percent.scale < MILLI_DECIMALS; percent.scale++)
        percent.units *= 10;
    *ret_milli = (int32_t)percent.units;
    return TF_OK;
}

static enum tf_err read_kind(const struct reading *r, const struct tf_json_node *object, bool *ret_standard)
{
    const struct tf_json_node *node;
    TF_TRY(read_text(r, object, "kind", "\"standard\" or \"reduced\"", &node));
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (!tf_str_is(node->as.text, kinds[i]))
            continue;
        *ret_standard = i == 0;
        return TF_OK;
    }
    return tf_json_data_wrong(&r->data, node, "no such kind of rate; write \"standard\", \"reduced\" or another one of conf/tax/rates.json");
}

static enum tf_err only_members(const struct reading *r, const struct tf_json_node *object, const char *const *names, size_t count)
{
    for (size_t i = 0; i < object->count; i++) {
        size_t n = 0;
        while (n < count && !tf_str_is(object->as.items[i].name, names[n]))
            n++;
        if (n == count)
            return tf_json_data_wrong(&r->data, &object->as.items[i], "unknown member \"%.*s\"; take it out or mend its name",
                                      TF_STR_ARGS(object->as.items[i].name));
    }
    return TF_OK;
}

static enum tf_err read_rate(const struct reading *r, const struct tf_json_node *node, struct tf_rate *rate)
{
    static const char *const members[] = {"rate", "kind", "from", "to", "sources"};
    const struct tf_json_node *sources;
    if (node->type != TF_JSON_OBJECT)
        return tf_json_data_wrong(&r->data, node, "a rate is an object: {\"rate\": \"19\", \"kind\": \"standard\", …}");
    TF_TRY(only_members(r, node, members, COUNT(members)));
    TF_TRY(read_percent(r, node, &rate->milli));
    TF_TRY(read_kind(r, node, &rate->standard));
    TF_TRY(read_day(r, node, "from", TF_RATES_ALWAYS, &rate->from));
    TF_TRY(read_day(r, node, "to", TF_RATES_OPEN, &rate->to));
    TF_TRY(read_text(r, node, "sources", "where it is from", &sources));
    if (rate->from >= rate->to)
        return tf_json_data_wrong(&r->data, node, "\"to\" is the first day on which the rate no longer holds: it must be after \"from\"");
    return TF_OK;
}

static enum tf_err read_category(const struct reading *r, const struct tf_json_node *node, char *ret_category)
{
    char text[2];
    TF_TRY(read_code(r, node, "category", "\"S\"", text, sizeof text));
    if (text[0] != 'S' && text[0] != 'L' && text[0] != 'M')
        return tf_json_data_wrong(&r->data, node, "\"category\" must be \"S\", \"L\" (IGIC) or \"M\" (IPSI)");
    *ret_category = text[0];
    return TF_OK;
}

static enum tf_err read_head(const struct reading *r, const struct tf_json_node *node, struct tf_rates_territory *territory)
{
    static const char *const members[] = {"code", "country", "category", "postcodes", "complete_from", "rates"};
    if (node->type != TF_JSON_OBJECT)
        return tf_json_data_wrong(&r->data, node, "a territory is an object: {\"code\": \"DE\", …}");
    TF_TRY(only_members(r, node, members, COUNT(members)));
    TF_TRY(read_code(r, node, "code", "\"DE\"", territory->code, sizeof territory->code));
    if (tf_json_data_member(node, "country"))
        TF_TRY(read_code(r, node, "country", "\"DE\"", territory->country, sizeof territory->country));
    TF_TRY(read_category(r, node, &territory->category));
    TF_TRY(read_code(r, node, "postcodes", "\"95 96\"", territory->postcodes, sizeof territory->postcodes));
    return read_day(r, node, "complete_from", TF_RATES_OPEN, &territory->complete_from);
}

static enum tf_err read_territory(struct reading *r, const struct tf_json_node *node, struct tf_rates_territory *territory)
{
    TF_TRY(read_head(r, node, territory));
    const struct tf_json_node *rates = tf_json_data_member(node, "rates");
    if (!rates || rates->type != TF_JSON_ARRAY)
        return no_member(r, node, "rates", "[ … ]");
    struct tf_rate *first = &r->rates->owned[r->rates_count];
    for (size_t i = 0; i < rates->count; i++)
        TF_TRY(read_rate(r, &rates->as.items[i], &r->rates->owned[r->rates_count++]));
    territory->rates = first;
    territory->rates_count = rates->count;
    return TF_OK;
}

static int by_country(const void *a, const void *b)
{
    return tf_rates_territory_cmp(a, b);
}

/* Of a list that is in order: none twice. */
static enum tf_err none_twice(const struct reading *r, const struct tf_json_node *list)
{
    for (size_t i = 1; i < r->rates->territories_count; i++)
        if (tf_rates_territory_cmp(&r->territories[i - 1], &r->territories[i]) == 0)
            return tf_json_data_wrong(&r->data, list, "territory \"%s\" stands there twice; put its rates into one", r->territories[i].code);
    return TF_OK;
}

static enum tf_err read_territories(struct reading *r, const struct tf_json_node *list)
{
    size_t rates = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct tf_json_node *of = tf_json_data_member(&list->as.items[i], "rates");
        rates += of ? of->count : 0;
    }
    if (rates > RATES_MAX)
        return tf_json_data_wrong(&r->data, list, "more than %d rates; split the file", RATES_MAX);
    r->territories = calloc(list->count + 1, sizeof *r->territories);
    r->rates->territories = r->territories;
    r->rates->owned = calloc(rates + 1, sizeof *r->rates->owned);
    if (!r->territories || !r->rates->owned)
        return tf_fault_set(r->data.fault, TF_E_MEMORY, "memory ran out while %s was read", r->data.name);
    for (size_t i = 0; i < list->count; i++)
        TF_TRY(read_territory(r, &list->as.items[i], &r->territories[i]));
    r->rates->territories_count = list->count;
    qsort(r->territories, list->count, sizeof *r->territories, by_country);
    return none_twice(r, list);
}

static enum tf_err read_root(struct reading *r, const struct tf_json_node *root)
{
    static const char *const members[] = {"version", "known_until", "sources", "territories"};
    TF_TRY(only_members(r, root, members, COUNT(members)));
    TF_TRY(read_code(r, root, "version", "\"2026-09-29\"", r->rates->version, sizeof r->rates->version));
    TF_TRY(read_day(r, root, "known_until", TF_RATES_ALWAYS, &r->rates->known_until));
    const struct tf_json_node *list = tf_json_data_member(root, "territories");
    if (!list || list->type != TF_JSON_ARRAY)
        return no_member(r, root, "territories", "[ … ]");
    return read_territories(r, list);
}

static enum tf_err read_all(struct reading *r)
{
    struct tf_arena *arena = tf_arena_create(ARENA_BYTES);
    const struct tf_json_node *root;
    if (!arena)
        return tf_fault_set(r->data.fault, TF_E_MEMORY, "memory ran out while %s was read", r->data.name);
    enum tf_err err = tf_json_data_parse(&r->data, arena, &root);
    if (err == TF_OK)
        err = read_root(r, root);
    tf_arena_destroy(arena);
    return err;
}

enum tf_err tf_rates_parse(struct tf_str text, const char *name, struct tf_rates **ret_rates, struct tf_fault *fault)
{
    struct reading r = {.data = {text, name, fault}, .rates = calloc(1, sizeof(struct tf_rates))};
    *ret_rates = NULL;
    if (!r.rates)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out while %s was read", name);
    const enum tf_err err = read_all(&r);
    if (err != TF_OK) {
        tf_rates_destroy(r.rates);
        return err;
    }
    *ret_rates = r.rates;
    return TF_OK;
}

struct tf_rates *tf_rates_destroy(struct tf_rates *rates)
{
    if (!rates)
        return NULL;
    free(rates->owned);
    free((void *)(uintptr_t)rates->territories);
    free(rates);
    return NULL;
}
