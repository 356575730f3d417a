#include "walk.h"

#include <stdlib.h>

#include "walk_content.h"

enum {
    TEXT_BYTES_MAX = 1024 * 1024, /* of one element */
    TEXT_KEPT_MAX = 64 * 1024,    /* between documents */
    LIST_BYTES_MAX = 1 << 30,
    LIST_KEPT_MAX = 1 << 20,
};

bool tf_xml_walk_init(struct tf_xml_walk *walk, struct tf_xml_map *const *maps, const struct tf_xml_names *names)
{
    *walk = (struct tf_xml_walk){.maps = maps, .names = names};
    tf_buf_init(&walk->text, TEXT_BYTES_MAX);
    tf_buf_init(&walk->marks, LIST_BYTES_MAX);
    tf_buf_init(&walk->strays, LIST_BYTES_MAX);
    tf_buf_init(&walk->findings, LIST_BYTES_MAX);
    for (; *maps != NULL; maps++)
        if ((*maps)->dialect->scratch->size > walk->scratch_size)
            walk->scratch_size = (*maps)->dialect->scratch->size;
    walk->scratch = calloc(1, walk->scratch_size);
    walk->scratch_lines = calloc(walk->scratch_size / 8 + 1, sizeof *walk->scratch_lines);
    return walk->scratch != NULL && walk->scratch_lines != NULL;
}

void tf_xml_walk_finish(struct tf_xml_walk *walk)
{
    tf_buf_finish(&walk->text);
    tf_buf_finish(&walk->marks);
    tf_buf_finish(&walk->strays);
    tf_buf_finish(&walk->findings);
    free(walk->scratch);
    free(walk->scratch_lines);
}

/* Between documents no more memory is kept than most of them need. */
static void reset(struct tf_buf *buf, size_t kept_max)
{
    if (buf->cap > kept_max)
        tf_buf_finish(buf);
    tf_buf_reset(buf);
}

void tf_xml_walk_begin(struct tf_xml_walk *walk, const struct tf_xml *xml, size_t bytes_expected, struct tf_arena *arena)
{
    walk->xml = xml;
    walk->bytes_expected = bytes_expected;
    walk->arena = arena;
    walk->map = NULL;
    walk->invoice = NULL;
    walk->depth = 0;
    walk->collecting = 0;
    walk->content.open = false;
    walk->empties = 0;
    walk->growth = (struct tf_xml_growth){0};
    walk->detail = NULL;
    reset(&walk->text, TEXT_KEPT_MAX);
    reset(&walk->marks, LIST_KEPT_MAX);
    reset(&walk->strays, LIST_KEPT_MAX);
    reset(&walk->findings, LIST_KEPT_MAX);
    memset(walk->scratch, 0, walk->scratch_size);
    memset(walk->scratch_lines, 0, (walk->scratch_size / 8 + 1) * sizeof *walk->scratch_lines);
}

/* ---- Opening ---- */

static enum tf_err open_root(struct tf_xml_walk *walk, uint32_t name, uint32_t line, const char *local)
{
    static const struct tf_mark_place whole = {NULL, NULL, NULL};
    for (size_t i = 0; walk->maps[i] != NULL; i++) {
        const struct tf_xml_root *roots = walk->maps[i]->dialect->roots;
        for (size_t root = 0; roots[root].name != NULL; root++) {
            if (name == TF_XML_NAME_UNKNOWN || walk->maps[i]->roots[root] != name)
                continue;
            walk->map = walk->maps[i];
            walk->kind = roots[root].kind;
            walk->invoice = TF_ARENA_NEW(walk->arena, struct tf_invoice);
            if (walk->invoice == NULL)
                return tf_xml_walk_full(walk);
            walk->invoice->syntax = walk->map->dialect->syntax;
            walk->frames[1] = (struct tf_xml_frame){.node = &walk->map->nodes[TF_XML_NODE_ROOT], .name = name, .line = line, .local = local};
            tf_xml_walk_mark(walk, &whole, 0, 0, line);
            return TF_OK;
        }
    }
    walk->detail = "the root element is neither a UBL Invoice or CreditNote nor a CII CrossIndustryInvoice";
    return TF_E_KIND;
}

static char *base_of(struct tf_xml_walk *walk, enum tf_xml_base base, char *item)
{
    switch (base) {
    case TF_XML_INVOICE: return (char *)walk->invoice;
    case TF_XML_ITEM: return item;
    case TF_XML_SCRATCH: return walk->scratch;
    case TF_XML_NOWHERE: break;
    }
    return NULL;
}

void *tf_xml_walk_member(struct tf_xml_walk *walk, const struct tf_xml_frame *frame)
{
    char *base = base_of(walk, frame->node->base, frame->item);
    return base != NULL ? base + frame->node->offset : NULL;
}

static enum tf_err begin_item(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    const struct tf_xml_node *node = frame->node;
    struct tf_xml_any_list *list = (void *)(base_of(walk, node->list_base, frame->item) + node->list_offset);
    char *item = tf_xml_walk_append(walk, list, node->list_size, node->list_limit);
    if (item == NULL)
        return walk->detail != NULL ? TF_E_TOO_MANY : tf_xml_walk_full(walk);
    frame->item = item;
    if (node->place.sublist != NULL)
        frame->subindex = (uint32_t)list->count - 1;
    else
        frame->index = (uint32_t)list->count - 1;
    return TF_OK;
}

static enum tf_err set(struct tf_xml_walk *walk, const struct tf_xml_node *node, char *base, struct tf_str text, uint32_t line)
{
    void *target = base + node->offset;
    if (node->base == TF_XML_SCRATCH && walk->scratch_lines[node->offset / 8] == 0)
        walk->scratch_lines[node->offset / 8] = line;
    switch (node->row->type) {
    case TF_DECODE_DECIMAL: return tf_xml_walk_set_amount(walk, target, text);
    case TF_DECODE_DATE:
        return walk->map->dialect->set_date != NULL ? walk->map->dialect->set_date(walk, target, text) : tf_xml_walk_set_date(walk, target, text);
    default: return tf_xml_walk_set_text(walk, target, text);
    }
}

static void set_present(const struct tf_xml_node *node, char *base)
{
    for (uint8_t i = 0; i < node->present_count; i++)
        *(bool *)(base + node->present[i]) = true;
}

static void mark(struct tf_xml_walk *walk, const struct tf_xml_node *node, const struct tf_xml_frame *frame)
{
    if (node->place.term != NULL || node->place.list != NULL)
        tf_xml_walk_mark(walk, &node->place, frame->index, frame->subindex, frame->line);
}

static enum tf_err read_attributes(struct tf_xml_walk *walk, const struct tf_xml_element *element, uint32_t parent)
{
    const struct tf_xml_frame *frame = tf_xml_walk_top(walk);
    for (size_t i = 0; i < element->attributes_count; i++) {
        uint32_t child = tf_xml_map_child(walk->map, parent, element->attributes[i].name);
        const struct tf_xml_node *node = &walk->map->nodes[child];
        char *base = base_of(walk, node->base, frame->item);
        if (base == NULL || !node->value)
            continue;
        set_present(node, base);
        mark(walk, node, frame);
        TF_TRY(set(walk, node, base, element->attributes[i].value, frame->line));
    }
    return TF_OK;
}

/* What an element's node asks for at its start. */
static enum tf_err begin_node(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    const struct tf_xml_node *node = frame->node;
    if (node->begins)
        TF_TRY(begin_item(walk, frame));
    char *base = base_of(walk, node->base, frame->item);
    if (base != NULL) {
        if (node->clear_size > 0) {
            memset(base + node->offset, 0, node->clear_size);
            memset(walk->scratch_lines + node->offset / 8, 0, node->clear_size / 8 * sizeof *walk->scratch_lines);
        }
        set_present(node, base);
        mark(walk, node, frame);
    }
    if (node->content)
        tf_walk_content_begin(walk);
    walk->collecting += node->value;
    frame->text = walk->text.len;
    return TF_OK;
}

static enum tf_err on_open(void *self, const struct tf_xml_element *element)
{
    struct tf_xml_walk *walk = self;
    struct tf_xml_frame *frame = &walk->frames[++walk->depth];
    if (walk->depth == 1)
        return open_root(walk, element->name, element->line, element->local.ptr);
    const struct tf_xml_map *map = walk->map;
    struct tf_xml_frame *parent = frame - 1;
    parent->filled = true;
    uint32_t node = tf_xml_map_child(map, (uint32_t)(parent->node - map->nodes), element->name);
    if (node == TF_XML_NODE_NONE)
        node = map->anywhere[element->name];
    *frame = (struct tf_xml_frame){
        .node = &map->nodes[node],
        .item = parent->item,
        .name = element->name,
        .line = element->line,
        .index = parent->index,
        .subindex = parent->subindex,
        .marks = walk->marks.len,
        .local = element->local.ptr,
    };
    if (map->watches[element->name] != NULL)
        TF_TRY(map->watches[element->name](walk, element));
    if (node == TF_XML_NODE_NONE)
        return TF_OK;
    TF_TRY(begin_node(walk, frame));
    return map->nodes[node].attributes ? read_attributes(walk, element, node) : TF_OK;
}

/* ---- Text and closing ---- */

static enum tf_err on_text(void *self, struct tf_str text)
{
    struct tf_xml_walk *walk = self;
    struct tf_xml_frame *frame = tf_xml_walk_top(walk);
    frame->filled = frame->filled || !tf_str_blank(text);
    if (walk->content.open) {
        tf_walk_content_add(walk, text);
        return TF_OK;
    }
    if (walk->collecting == 0)
        return TF_OK;
    tf_buf_str(&walk->text, text);
    if (!walk->text.failed)
        return TF_OK;
    walk->detail = "the text of an element passes 1 MiB";
    return TF_E_TOO_BIG;
}

static enum tf_err end_value(struct tf_xml_walk *walk, const struct tf_xml_frame *frame)
{
    struct tf_str text = {tf_buf_view(&walk->text).ptr + frame->text, walk->text.len - frame->text};
    TF_TRY(set(walk, frame->node, base_of(walk, frame->node->base, frame->item), text, frame->line));
    if (--walk->collecting == 0)
        walk->text.len = 0;
    return TF_OK;
}

/* Peppol wants no element without children and text (PEPPOL-EN16931-R008). */
static enum tf_err stray_empty(struct tf_xml_walk *walk, const struct tf_xml_frame *frame)
{
    if (walk->empties++ >= TF_XML_EMPTIES_MAX)
        return TF_OK;
    return tf_xml_walk_stray(walk, TF_STRAY_EMPTY, tf_xml_walk_spell(walk, frame), TF_STR_NONE);
}

/* The lists that were gathered outside the arena, in it. */
static bool keep_list(struct tf_xml_walk *walk, const struct tf_buf *buf, size_t size, void *list)
{
    struct tf_xml_any_list *target = list;
    target->count = buf->len / size;
    if (buf->failed)
        return false;
    if (buf->len == 0)
        return true;
    target->present = true;
    target->items = tf_arena_alloc(walk->arena, buf->len);
    if (target->items != NULL)
        memcpy(target->items, buf->ptr, buf->len);
    return target->items != NULL;
}

static enum tf_err end_root(struct tf_xml_walk *walk, struct tf_xml_frame *frame)
{
    struct tf_invoice *invoice = walk->invoice;
    if (walk->map->dialect->finish != NULL)
        TF_TRY(walk->map->dialect->finish(walk, frame));
    bool kept = keep_list(walk, &walk->marks, sizeof *invoice->marks.items, &invoice->marks)
        && keep_list(walk, &walk->strays, sizeof *invoice->strays.items, &invoice->strays)
        && keep_list(walk, &walk->findings, sizeof *invoice->format_findings.items, &invoice->format_findings);
    return kept ? TF_OK : tf_xml_walk_full(walk);
}

static enum tf_err on_close(void *self)
{
    struct tf_xml_walk *walk = self;
    struct tf_xml_frame *frame = tf_xml_walk_top(walk);
    if (walk->depth == 1) {
        if (!frame->filled)
            TF_TRY(stray_empty(walk, frame));
        TF_TRY(end_root(walk, frame));
        walk->depth--;
        return TF_OK;
    }
    if (frame->node->value)
        TF_TRY(end_value(walk, frame));
    if (frame->node->content)
        TF_TRY(tf_walk_content_end(walk, tf_xml_walk_member(walk, frame)));
    if (frame->node->close != NULL)
        TF_TRY(frame->node->close(walk, frame));
    if (!frame->filled)
        TF_TRY(stray_empty(walk, frame));
    walk->depth--;
    return TF_OK;
}

const struct tf_xml_sink tf_xml_walk_sink = {.open = on_open, .text = on_text, .close = on_close};
