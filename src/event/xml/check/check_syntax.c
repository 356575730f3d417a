/* The artefact's syntax rules, walked by the tables of their paths. */
#include "check_state.h"

static const struct tf_syntax_table *table_of(const struct tf_xml_check *check) { return check->side->syntax; }

static bool is_point(char c) { return c == '.'; }

/* XPath: string-length(substring-after(., '.')) > 2, in characters. */
static bool is_long(struct tf_str text)
{
    size_t at = 0, count = 0;
    while (at < text.len && !is_point(text.ptr[at]))
        at++;
    for (at++; at < text.len; at++)
        count += (text.ptr[at] & 0xC0) != 0x80;
    return count > 2;
}

static bool in_range(struct tf_str digits, int from, int to)
{
    int value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            return false;
        value = value * 10 + digits.ptr[i] - '0';
    }
    return value >= from && value <= to;
}

/* YYYYMMDD with a month and a day of at most 31, white space around it. */
static bool is_day(struct tf_str text)
{
    struct tf_str s = tf_str_trim(text);
    return s.len == 8 && in_range((struct tf_str){s.ptr, 4}, 0, 9999) && in_range((struct tf_str){s.ptr + 4, 2}, 1, 12) &&
           in_range((struct tf_str){s.ptr + 6, 2}, 1, 31);
}

/* XPath: normalize-space(a) = normalize-space(b). */
static bool equal_trimmed(struct tf_str a, struct tf_str b)
{
    a = tf_str_trim(a), b = tf_str_trim(b);
    size_t i = 0, j = 0;
    while (i < a.len && j < b.len) {
        bool space = strchr(" \t\r\n", a.ptr[i]) != NULL;
        if (!space ? a.ptr[i] != b.ptr[j] : strchr(" \t\r\n", b.ptr[j]) == NULL)
            return false;
        for (i++; space && strchr(" \t\r\n", a.ptr[i]);)
            i++;
        for (j++; space && strchr(" \t\r\n", b.ptr[j]);)
            j++;
    }
    return i == a.len && j == b.len;
}

static bool differs(struct tf_xml_check *check, const struct tf_syntax_action *action, struct tf_str text)
{
    struct tf_check_first *first = &check->firsts[action->first];
    if (!first->seen) {
        *first = (struct tf_check_first){tf_arena_dup(check->arena, text), true};
        if (!tf_str_present(first->text))
            check->err = TF_E_LIMIT;
        return false;
    }
    return action->predicate == TF_PREDICATE_DIFFERS ? !tf_str_eq(first->text, text) : !equal_trimmed(first->text, text);
}

static bool fits(struct tf_xml_check *check, const struct tf_syntax_action *action, const struct tf_check_frame *frame, struct tf_str text)
{
    struct tf_str trimmed;
    switch ((enum tf_syntax_predicate)action->predicate) {
    case TF_PREDICATE_NONE:
    case TF_PREDICATE_VALUE: return true;
    case TF_PREDICATE_IS: return tf_str_eq(text, action->operand);
    case TF_PREDICATE_TRIMMED: return tf_str_eq(tf_str_trim(text), action->operand);
    case TF_PREDICATE_UPPER: return tf_str_ieq(text, action->operand);
    case TF_PREDICATE_TRUE: trimmed = tf_str_trim(text); return tf_str_is(trimmed, "true") || tf_str_is(trimmed, "1");
    case TF_PREDICATE_FALSE: trimmed = tf_str_trim(text); return tf_str_is(trimmed, "false") || tf_str_is(trimmed, "0");
    case TF_PREDICATE_DIFFERS:
    case TF_PREDICATE_DIFFERS_TRIMMED: return differs(check, action, text);
    case TF_PREDICATE_LONG: return is_long(text);
    case TF_PREDICATE_DAY: return is_day(text);
    case TF_PREDICATE_NOT_ON: return frame->name != action->not_on;
    }
    return false;
}

/* What stands there where nothing may, or how many where fewer may. */
static void report_count(struct tf_xml_check *check, const struct tf_syntax_action *action, const struct tf_check_frame *frame)
{
    struct tf_check_words words = {.frame = frame, .child = action->attribute};
    if (!tf_check_is_open(check, TF_STRUCTURE_COUNT + (size_t)action->row))
        return;
    switch (table_of(check)->rows->rows[action->row].bound) {
    case TF_BOUND_none: words.observed = tf_check_name_text(check, frame, action->attribute ? action->attribute : frame->name); break;
    case TF_BOUND_twice: words.observed = TF_STR("3"), words.expected = TF_STR("at most 2"); break;
    case TF_BOUND_one: words.observed = TF_STR("2"), words.expected = TF_STR("1"); break;
    default: words.observed = TF_STR("2"), words.expected = TF_STR("at most 1"); break;
    }
    tf_check_report_rule(check, action->row, &words);
}

/* Counts for the context that owner is; reports where that breaks the rule. */
static void count(struct tf_xml_check *check, const struct tf_check_frame *owner, const struct tf_syntax_action *action,
                  const struct tf_check_frame *frame)
{
    uint8_t *slot = &check->slots[owner->slots + action->slot];
    if (*slot == UINT8_MAX)
        return;
    if (++*slot == action->limit)
        report_count(check, action, frame);
}

static void take_position(struct tf_xml_check *check, struct tf_check_frame *frame, uint16_t node, uint8_t owner)
{
    const struct tf_syntax_table *table = table_of(check);
    const struct tf_syntax_node *it = &table->nodes[node];
    if (frame->positions_count < TF_CHECK_POSITIONS_MAX)
        frame->positions[frame->positions_count++] = (struct tf_check_position){node, owner};
    if (it->context != 0 && (frame->context == 0 || it->context < frame->context))
        frame->context = it->context;
    frame->wants_text = frame->wants_text || it->texts != 0;
    for (uint16_t i = it->arrivals; i != 0; i = table->actions[i].next)
        count(check, &check->frames[owner], &table->actions[i], frame);
}

static void begin_context(struct tf_xml_check *check, struct tf_check_frame *frame)
{
    const struct tf_syntax_context *context = &table_of(check)->contexts[frame->context];
    const struct tf_syntax_node *node = &table_of(check)->nodes[context->node];
    frame->slots = check->slots_count;
    memset(&check->slots[frame->slots], 0, context->slots);
    check->slots_count = (uint16_t)(check->slots_count + context->slots);
    frame->wants_text = frame->wants_text || node->texts != 0;
    if (frame->positions_count < TF_CHECK_POSITIONS_MAX)
        frame->positions[frame->positions_count++] = (struct tf_check_position){context->node, (uint8_t)(frame - check->frames)};
}

static void walk_attribute(struct tf_xml_check *check, const struct tf_check_frame *frame, const struct tf_xml_attribute *attribute)
{
    const struct tf_syntax_table *table = table_of(check);
    if (attribute->name == TF_XML_NAME_UNKNOWN || attribute->name >= table->names_count)
        return;
    for (uint16_t i = table->attributes[attribute->name]; i != 0; i = table->actions[i].next) {
        if (fits(check, &table->actions[i], frame, attribute->value))
            count(check, check->frames, &table->actions[i], frame);
    }
    for (size_t p = 0; p < frame->positions_count; p++) {
        for (uint16_t i = table->nodes[frame->positions[p].node].attributes; i != 0; i = table->actions[i].next) {
            const struct tf_syntax_action *action = &table->actions[i];
            if (action->attribute == attribute->name && fits(check, action, frame, attribute->value))
                count(check, &check->frames[frame->positions[p].owner], action, frame);
        }
    }
}

void tf_check_syntax_open(struct tf_xml_check *check, struct tf_check_frame *frame, const struct tf_xml_element *element)
{
    const struct tf_syntax_table *table = table_of(check);
    bool is_root = frame == check->frames, is_known = frame->name != TF_XML_NAME_UNKNOWN && frame->name < table->names_count;
    frame->context = is_root ? table->root_context : is_known ? table->suffix_contexts[frame->name] : tf_syntax_table_suffix(table, element->uri, element->local);
    frame->positions_count = 0;
    for (size_t i = 0; is_known && !is_root && i < frame[-1].positions_count; i++) {
        struct tf_check_position from = frame[-1].positions[i];
        uint32_t node = table->nodes[from.node].has_steps ? tf_pairs_get(&table->steps, from.node, frame->name) : 0;
        if (node != 0)
            take_position(check, frame, (uint16_t)node, from.owner);
    }
    if (is_known && table->anywhere[frame->name] != 0)
        take_position(check, frame, table->anywhere[frame->name], 0);
    if (frame->context != 0)
        begin_context(check, frame);
    for (size_t i = 0; i < element->attributes_count; i++)
        walk_attribute(check, frame, &element->attributes[i]);
}

static void walk_text(struct tf_xml_check *check, const struct tf_check_frame *frame, struct tf_check_position at, struct tf_str text)
{
    const struct tf_syntax_table *table = table_of(check);
    const struct tf_check_frame *owner = &check->frames[at.owner];
    for (uint16_t i = table->nodes[at.node].texts; i != 0; i = table->actions[i].next) {
        const struct tf_syntax_action *action = &table->actions[i];
        if (!fits(check, action, frame, text))
            continue;
        count(check, owner, action, frame);
        if (action->predicate == TF_PREDICATE_VALUE)
            table->rows->value(check, owner, table->rows->rows[action->row].symbol, text);
    }
}

/* all has a check for each of its paths; the rule is broken once. */
static void end_context(struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    const struct tf_syntax_context *context = &table_of(check)->contexts[frame->context];
    const struct tf_syntax_check *checks = &table_of(check)->checks[context->checks];
    uint16_t last = UINT16_MAX;
    for (size_t i = 0; i < context->checks_count; i++) {
        if (check->slots[frame->slots + checks[i].slot] == 0 && checks[i].row != last)
            tf_check_report_rule(check, last = checks[i].row, &(struct tf_check_words){.frame = frame, .observed = TF_STR("0")});
    }
    if (context->judge)
        context->judge(check, frame);
    check->slots_count = frame->slots;
}

void tf_check_syntax_close(struct tf_xml_check *check, const struct tf_check_frame *frame, struct tf_str text)
{
    for (size_t i = 0; i < frame->positions_count; i++)
        walk_text(check, frame, frame->positions[i], text);
    if (frame->context != 0)
        end_context(check, frame);
}

uint8_t tf_check_count(const struct tf_xml_check *check, const struct tf_check_frame *frame, int symbol)
{
    return check->slots[frame->slots + table_of(check)->symbol_slots[symbol]];
}

void tf_check_add(struct tf_xml_check *check, const struct tf_check_frame *frame, int symbol, unsigned more)
{
    uint8_t *slot = &check->slots[frame->slots + table_of(check)->symbol_slots[symbol]];
    *slot = more > (unsigned)(UINT8_MAX - *slot) ? UINT8_MAX : (uint8_t)(*slot + more);
}

void tf_check_fire(struct tf_xml_check *check, const struct tf_check_frame *frame, int symbol)
{
    tf_check_report_rule(check, table_of(check)->symbol_rows[symbol], &(struct tf_check_words){.frame = frame});
}

void tf_check_fire_pending(struct tf_xml_check *check, const struct tf_check_pending *pending, int symbol)
{
    struct tf_check_words words = {.path = pending->path, .line = pending->line};
    tf_check_report_rule(check, table_of(check)->symbol_rows[symbol], &words);
}

struct tf_check_pending *tf_check_pend(struct tf_xml_check *check, const struct tf_check_frame *frame, uint32_t depth,
                                       struct tf_check_pending **list)
{
    size_t waiting = 0;
    for (const struct tf_check_pending *other = *list; other != NULL; other = other->next)
        waiting += other->depth == depth;
    if (waiting == TF_XML_CHECK_SAME_MAX)
        return NULL;
    struct tf_check_pending *pending = TF_ARENA_NEW(check->arena, struct tf_check_pending);
    struct tf_str path = pending ? tf_check_path(check, frame) : TF_STR_NONE;
    if (!tf_str_present(path)) {
        check->err = TF_E_LIMIT;
        return NULL;
    }
    *pending = (struct tf_check_pending){.next = *list, .path = path, .line = frame->line, .depth = depth};
    return *list = pending;
}

void tf_check_texts_add(struct tf_xml_check *check, struct tf_check_texts *texts, struct tf_str text)
{
    if (texts->count++ == 0) {
        texts->first = tf_arena_dup(check->arena, text);
        if (!tf_str_present(texts->first))
            check->err = TF_E_LIMIT;
    } else {
        texts->differ = texts->differ || !tf_str_eq(texts->first, text);
    }
}
