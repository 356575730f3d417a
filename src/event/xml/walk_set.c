#include "walk.h"

#include "taxflow/clock.h"

/* A list that reaches so many elements is taken for a long one; LEARNED_FROM of them have told by then how long each is. */
enum { ESTIMATED_FROM = 64, LEARNED_FROM = 32, SPARE_SHARE = 16 };

enum tf_err tf_xml_walk_full(struct tf_xml_walk *walk)
{
    walk->detail = "the batch's memory is used up";
    return TF_E_LIMIT;
}

struct tf_str tf_xml_walk_keep(struct tf_xml_walk *walk, struct tf_str text)
{
    struct tf_str kept = tf_arena_dup(walk->arena, text.ptr != NULL ? text : TF_STR(""));
    if (!tf_str_present(kept))
        (void)tf_xml_walk_full(walk);
    return kept;
}

enum tf_err tf_xml_walk_set_text(struct tf_xml_walk *walk, struct tf_str *target, struct tf_str text)
{
    if (tf_str_present(*target))
        return TF_OK;
    *target = tf_xml_walk_keep(walk, text);
    return tf_str_present(*target) ? TF_OK : TF_E_LIMIT;
}

enum tf_err tf_xml_walk_set_amount(struct tf_xml_walk *walk, struct tf_amount *target, struct tf_str text)
{
    if (tf_amount_present(*target))
        return TF_OK;
    TF_TRY(tf_xml_walk_set_text(walk, &target->text, text));
    if (tf_money_parse(target->text, &target->value) == TF_OK)
        return TF_OK;
    target->value = (struct tf_decimal){.unknown = true};
    return tf_xml_walk_find(walk, "XML-DECIMAL", "The number cannot be read, so nothing is reckoned with it.",
                            "a decimal such as 12.50: at most 28 digits, 20 of them behind the point");
}

enum tf_err tf_xml_walk_set_date(struct tf_xml_walk *walk, struct tf_date *target, struct tf_str text)
{
    if (tf_str_present(target->text))
        return TF_OK;
    struct tf_str bare = tf_str_trim(text);
    TF_TRY(tf_xml_walk_set_text(walk, &target->text, text));
    if (tf_clock_parse_date(bare, &target->days))
        return TF_OK;
    target->days = TF_DATE_UNKNOWN;
    return tf_xml_walk_find(walk, "XML-DATE", "The date cannot be read, so nothing is compared with it.", "a date of the calendar as 2026-11-23");
}

/* ---- Lists ---- */

/* Elements of a list moved: so did what open elements stand in. */
static void follow(struct tf_xml_walk *walk, const char *from, size_t bytes, char *to)
{
    for (uint32_t i = 0; i <= walk->depth; i++) {
        struct tf_xml_frame *frame = &walk->frames[i];
        if (frame->item != NULL && frame->item >= from && frame->item < from + bytes)
            frame->item = to + (frame->item - from);
    }
}

/*
 * How many elements to make room for. Doubling would leave as much again behind in the arena, so a list that grows long gets room
 * for as many as the rest of the document will hold if it goes on as it did.
 */
static size_t cap_of(struct tf_xml_walk *walk, const struct tf_xml_any_list *list)
{
    size_t at = tf_xml_consumed(walk->xml), count = list->count;
    struct tf_xml_growth *growth = &walk->growth;
    if (count == LEARNED_FROM && growth->cap == 0)
        *growth = (struct tf_xml_growth){.list = list, .learned_at = at};
    if (growth->list != list || count < ESTIMATED_FROM || walk->bytes_expected == 0)
        return count < 2 ? count + 1 : 2 * count;
    size_t each = (at - growth->learned_at) / (count - LEARNED_FROM) + 1;
    size_t more = walk->bytes_expected > at ? (walk->bytes_expected - at) / each : 0;
    growth->cap = count + more + more / SPARE_SHARE + LEARNED_FROM;
    return growth->cap;
}

static bool has_room(const struct tf_xml_walk *walk, const struct tf_xml_any_list *list)
{
    if (walk->growth.list == list && walk->growth.cap > 0)
        return list->count < walk->growth.cap;
    return list->count > 2 ? (list->count & (list->count - 1)) != 0 : false;
}

void *tf_xml_walk_append(struct tf_xml_walk *walk, void *list, size_t size, uint64_t limit)
{
    struct tf_xml_any_list *target = list;
    if (target->count >= limit) {
        walk->detail = "a list has too many elements: split the document";
        return NULL;
    }
    if (!has_room(walk, target)) {
        size_t cap = cap_of(walk, target);
        char *grown = tf_arena_calloc(walk->arena, cap < limit ? cap : limit, size);
        if (grown == NULL)
            return NULL;
        if (target->count > 0) {
            memcpy(grown, target->items, target->count * size);
            follow(walk, target->items, target->count * size, grown);
        }
        target->items = grown;
    }
    target->present = true;
    return (char *)target->items + target->count++ * size;
}

/* ---- What is gathered beside the members ---- */

void tf_xml_walk_mark(struct tf_xml_walk *walk, const struct tf_mark_place *place, uint32_t index, uint32_t subindex, uint32_t line)
{
    const char first = place->list != NULL ? TF_MARK_IN_LIST : place->term != NULL ? place->term[0] : '\0';
    const struct tf_mark mark = {.place = place, .index = index, .subindex = subindex, .line = line, .first = first};
    bool detail = place->term != NULL && walk->marks.len >= TF_XML_MARKS_MAX * sizeof mark;
    if (line > 0 && !detail)
        tf_buf_put(&walk->marks, &mark, sizeof mark);
}

/* The number of the invoice line around the open element; 0 where it stands in none. */
static uint64_t line_item(const struct tf_xml_walk *walk)
{
    for (uint32_t i = walk->depth; i > 0; i--) {
        const struct tf_xml_node *node = walk->frames[i].node;
        if (node->begins && node->list_base == TF_XML_INVOICE && node->list_offset == offsetof(struct tf_invoice, lines))
            return (uint64_t)walk->frames[i].index + 1;
    }
    return 0;
}

enum tf_err tf_xml_walk_stray(struct tf_xml_walk *walk, enum tf_stray_kind kind, struct tf_str text, struct tf_str scheme)
{
    static const struct tf_str names[TF_STRAY_COUNT] = {
#define STRAY(symbol, name, meaning) [TF_STRAY_##symbol] = {name, sizeof(name) - 1},
#include "taxflow/strays.def"
#undef STRAY
    };
    if (walk->strays.len / sizeof(struct tf_stray) >= TF_EVENT_LINES_MAX) {
        walk->detail = "the document says too much outside the model: split it";
        return TF_E_TOO_MANY;
    }
    const struct tf_stray stray = {
        .kind = names[kind],
        .text = tf_xml_walk_keep(walk, text),
        .scheme = tf_str_present(scheme) ? tf_xml_walk_keep(walk, scheme) : TF_STR_NONE,
        .item = line_item(walk),
        .line = tf_xml_walk_top(walk)->line,
    };
    tf_buf_put(&walk->strays, &stray, sizeof stray);
    return walk->detail == NULL ? TF_OK : TF_E_LIMIT;
}

struct tf_str tf_xml_walk_attribute(const struct tf_xml_element *element, uint32_t name)
{
    for (size_t i = 0; i < element->attributes_count; i++)
        if (element->attributes[i].name == name)
            return element->attributes[i].value;
    return TF_STR_NONE;
}

struct tf_str tf_xml_walk_spell(struct tf_xml_walk *walk, const struct tf_xml_frame *frame)
{
    const struct tf_xml_name *name = &walk->names->items[frame->name];
    const struct tf_xml_prefix *prefix = walk->map->dialect->prefixes;
    while (prefix->prefix != NULL && !tf_str_is(name->uri, prefix->uri))
        prefix++;
    if (prefix->prefix == NULL || frame == &walk->frames[1])
        return tf_arena_printf(walk->arena, "%s", frame->local);
    return tf_arena_printf(walk->arena, "%s:%s", prefix->prefix, frame->local);
}

/* One step of "/Invoice/cac:InvoiceLine[2]/cbc:Note". */
static struct tf_str spell_step(struct tf_xml_walk *walk, const struct tf_xml_frame *frame, struct tf_str above)
{
    struct tf_str name = tf_xml_walk_spell(walk, frame);
    if (!frame->node->begins)
        return tf_arena_printf(walk->arena, "%.*s/%.*s", TF_STR_ARGS(above), TF_STR_ARGS(name));
    uint32_t index = frame->node->place.sublist != NULL ? frame->subindex : frame->index;
    return tf_arena_printf(walk->arena, "%.*s/%.*s[%u]", TF_STR_ARGS(above), TF_STR_ARGS(name), index + 1);
}

enum tf_err tf_xml_walk_find(struct tf_xml_walk *walk, const char *rule, const char *message, const char *expected)
{
    struct tf_str path = TF_STR("");
    for (uint32_t i = 1; i <= walk->depth; i++)
        path = spell_step(walk, &walk->frames[i], path);
    const struct tf_format_finding finding = {
        .rule = tf_str_of(rule),
        .path = path,
        .message = tf_str_of(message),
        .expected = tf_str_of(expected),
        .line = tf_xml_walk_top(walk)->line,
    };
    tf_buf_put(&walk->findings, &finding, sizeof finding);
    return tf_str_present(path) ? TF_OK : tf_xml_walk_full(walk);
}
