/* Order, how often, attributes and kinds of text, by the tables of the schemas. */
#include "check_state.h"

#define XSI "http://www.w3.org/2001/XMLSchema-instance"

enum { EXPECTED_NAMES_MAX = 6 };

static const struct tf_schema_type *type_of(const struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    return &check->side->schema->types[frame->type];
}

/* "cbc:ID, cbc:UUID, cbc:IssueDate": what could stand next in the parent, up to what must. */
static struct tf_str expected_names(struct tf_xml_check *check, const struct tf_check_frame *parent)
{
    if (!tf_check_is_open(check, TF_STRUCTURE_UNEXPECTED))
        return TF_STR_NONE;
    const struct tf_schema_type *type = type_of(check, parent);
    const struct tf_schema_child *children = &check->side->schema->children[type->first];
    const struct tf_check_tally *tallies = &check->tallies[parent->tallies];
    tf_buf_reset(&check->scratch);
    size_t from = type->form == TF_SCHEMA_SEQUENCE && parent->at > 0 ? parent->at - 1U : 0, named = 0;
    for (size_t i = from; i < type->count && named < EXPECTED_NAMES_MAX; i++) {
        if (tallies[i].count > 0 && !children[i].repeats)
            continue;
        if (named++ > 0)
            tf_buf_puts(&check->scratch, ", ");
        tf_check_put_name(check, parent, children[i].name, &check->scratch);
        if (type->form == TF_SCHEMA_SEQUENCE && children[i].required && tallies[i].count == 0)
            break;
    }
    return named ? tf_arena_dup(check->arena, tf_buf_view(&check->scratch)) : TF_STR_NONE;
}

static void report_child(struct tf_xml_check *check, enum tf_check_structure rule, const struct tf_check_frame *frame, const char *says,
                         struct tf_str expected)
{
    if (!tf_check_is_open(check, rule))
        return;
    struct tf_str name = tf_check_name_text(check, frame, frame->name), parent = tf_check_name_text(check, frame - 1, frame[-1].name);
    struct tf_check_words words = {
        .frame = frame,
        .message = tf_arena_printf(check->arena, "%.*s %s %.*s", TF_STR_ARGS(name), says, TF_STR_ARGS(parent)),
        .observed = name,
        .expected = expected,
    };
    tf_check_report_structure(check, rule, &words);
}

static const struct tf_schema_child *child_at(const struct tf_xml_check *check, const struct tf_check_frame *parent, uint16_t place)
{
    return &check->side->schema->children[type_of(check, parent)->first + place - 1U];
}

/* The child before stands where this one should not come any more. */
static void report_late(struct tf_xml_check *check, const struct tf_check_frame *parent, const struct tf_check_frame *frame)
{
    if (!tf_check_is_open(check, TF_STRUCTURE_ORDER))
        return;
    struct tf_str name = tf_check_name_text(check, frame, child_at(check, parent, parent->at)->name);
    report_child(check, TF_STRUCTURE_ORDER, frame, "stands too late in", tf_arena_printf(check->arena, "before %.*s", TF_STR_ARGS(name)));
}

/* A child came before one that is required, and now one comes that should have stood before it: that one was too early. */
static void report_early(struct tf_xml_check *check, const struct tf_check_frame *parent, const struct tf_check_frame *frame)
{
    if (!tf_check_is_open(check, TF_STRUCTURE_ORDER))
        return;
    const struct tf_schema_child *child = child_at(check, parent, parent->early);
    struct tf_str name = tf_check_name_text(check, parent, child->name), of = tf_check_name_text(check, parent, parent->name);
    struct tf_str behind = tf_check_name_text(check, frame, frame->name);
    struct tf_check_words words = {
        .frame = parent,
        .child = child->name,
        .child_index = child->repeats || parent->early_index > 1 ? parent->early_index : 0,
        .line = parent->early_line,
        .message = tf_arena_printf(check->arena, "%.*s stands too early in %.*s", TF_STR_ARGS(name), TF_STR_ARGS(of)),
        .observed = name,
        .expected = tf_arena_printf(check->arena, "behind %.*s", TF_STR_ARGS(behind)),
    };
    tf_check_report_structure(check, TF_STRUCTURE_ORDER, &words);
}

static void note_early(const struct tf_xml_check *check, struct tf_check_frame *parent, const struct tf_check_frame *frame, uint16_t place)
{
    uint16_t required = parent->at > 0 ? child_at(check, parent, parent->at)->next_required : type_of(check, parent)->first_required;
    if (parent->early != 0 || required == 0 || required >= place || check->tallies[parent->tallies + required - 1U].count > 0)
        return;
    parent->early = place;
    parent->early_line = frame->line;
    parent->early_index = frame->index;
}

/* A child of a sequence: behind the one before, and not too often. Where it stands back, the order goes on from there, so that
 * one element in the wrong place is one finding. */
static void check_sequence(struct tf_xml_check *check, struct tf_check_frame *parent, const struct tf_check_frame *frame, uint16_t place)
{
    uint32_t count = check->tallies[parent->tallies + place - 1U].count;
    if (count > 1 && !child_at(check, parent, place)->repeats) {
        if (count == 2)
            report_child(check, TF_STRUCTURE_REPEATED, frame, "stands once at most in", TF_STR("1"));
        if (place < parent->at)
            return;
    } else if (place < parent->at && place < parent->early) {
        report_early(check, parent, frame);
        parent->early = 0;
    } else if (place < parent->at) {
        report_late(check, parent, frame);
    } else {
        note_early(check, parent, frame, place);
    }
    parent->at = place;
}

/* A child that the type of its parent has a place for. Returns its type. */
static uint16_t known_child(struct tf_xml_check *check, struct tf_check_frame *parent, struct tf_check_frame *frame, uint16_t place)
{
    const struct tf_schema_type *type = type_of(check, parent);
    const struct tf_schema_child *child = child_at(check, parent, place);
    struct tf_check_tally *tally = &check->tallies[parent->tallies + place - 1U];
    if (tally->count++ == 0)
        tally->line = frame->line;
    frame->index = tally->count;
    frame->many = child->repeats;
    if (type->form == TF_SCHEMA_SEQUENCE) {
        check_sequence(check, parent, frame, place);
    } else {
        if (parent->at != 0 && !parent->choice_reported)
            report_child(check, TF_STRUCTURE_UNEXPECTED, frame, "stands alone in", TF_STR_NONE);
        parent->choice_reported = parent->choice_reported || parent->at != 0;
        parent->at = place;
    }
    return child->type;
}

/* In open content: the global element of that name, if there is one; else open again. */
static uint16_t open_child(const struct tf_xml_check *check, const struct tf_check_frame *frame)
{
    const struct tf_schema *schema = check->side->schema;
    return frame->name < schema->globals_count ? schema->globals[frame->name] : TF_SCHEMA_OPEN;
}

/* A child of a type that takes any one element of another namespace (ext:ExtensionContent). */
static uint16_t any_child(struct tf_xml_check *check, struct tf_check_frame *parent, struct tf_check_frame *frame, struct tf_str uri)
{
    bool is_own = frame->name != TF_XML_NAME_UNKNOWN ? tf_str_eq(check->names->items[parent->name].uri, check->names->items[frame->name].uri)
                                                     : tf_str_eq(check->names->items[parent->name].uri, uri);
    if (++parent->at > 1 || is_own || uri.len == 0)
        report_child(check, TF_STRUCTURE_UNEXPECTED, frame, "has no place in", TF_STR("one element of another namespace"));
    return open_child(check, frame);
}

static uint16_t unexpected_child(struct tf_xml_check *check, struct tf_check_frame *parent, const struct tf_check_frame *frame)
{
    bool is_basic = type_of(check, parent)->form == TF_SCHEMA_BASIC;
    report_child(check, TF_STRUCTURE_UNEXPECTED, frame, "has no place in", is_basic ? TF_STR("text") : expected_names(check, parent));
    return TF_SCHEMA_OPEN;
}

/* Siblings that no type counts: of one name in a row. */
static void count_other(struct tf_check_frame *parent, struct tf_check_frame *frame)
{
    parent->other_count = parent->other == frame->name ? parent->other_count + 1 : 1;
    parent->other = frame->name;
    frame->index = parent->other_count;
}

static uint16_t child_type(struct tf_xml_check *check, struct tf_check_frame *frame, struct tf_str uri)
{
    struct tf_check_frame *parent = frame - 1;
    uint32_t place = parent->type == TF_SCHEMA_OPEN ? 0 : tf_schema_place(check->side->schema, parent->type, frame->name);
    if (place > 0)
        return known_child(check, parent, frame, (uint16_t)place);
    count_other(parent, frame);
    if (parent->type == TF_SCHEMA_OPEN)
        return parent->lax ? open_child(check, frame) : TF_SCHEMA_OPEN;
    return type_of(check, parent)->form == TF_SCHEMA_ANY ? any_child(check, parent, frame, uri) : unexpected_child(check, parent, frame);
}

static void report_attribute(struct tf_xml_check *check, enum tf_check_structure rule, const struct tf_check_frame *frame,
                             const struct tf_xml_attribute *attribute, uint32_t name, const char *says, struct tf_str expected)
{
    if (!tf_check_is_open(check, rule))
        return;
    struct tf_check_words words = {.frame = frame, .child = name, .expected = expected};
    struct tf_str of = tf_check_name_text(check, frame, frame->name);
    words.observed = name != TF_XML_NAME_UNKNOWN ? tf_check_name_text(check, frame, name) : tf_arena_printf(check->arena, "@%.*s", TF_STR_ARGS(attribute->local));
    words.message = tf_arena_printf(check->arena, "%.*s of %.*s %s", TF_STR_ARGS(words.observed), TF_STR_ARGS(of), says);
    tf_check_report_structure(check, rule, &words);
}

static const struct tf_schema_attribute *find_attribute(const struct tf_xml_check *check, const struct tf_schema_type *type, uint32_t name,
                                                        size_t *ret_place)
{
    const struct tf_schema_attribute *rows = &check->side->schema->attributes[type->first];
    for (size_t i = 0; type->form == TF_SCHEMA_BASIC && name != TF_XML_NAME_UNKNOWN && i < type->count; i++) {
        if (rows[i].name == name) {
            *ret_place = i;
            return &rows[i];
        }
    }
    return NULL;
}

/* Those of XML Schema itself may stand anywhere, but nothing in these schemas is nillable. */
static bool is_schema_location(const struct tf_xml_attribute *attribute)
{
    return tf_str_is(attribute->uri, XSI) && !tf_str_is(attribute->local, "nil");
}

static void check_attribute(struct tf_xml_check *check, const struct tf_check_frame *frame, const struct tf_xml_attribute *attribute,
                            uint32_t *seen)
{
    size_t place = 0;
    const struct tf_schema_attribute *row = find_attribute(check, type_of(check, frame), attribute->name, &place);
    if (!row) {
        if (!is_schema_location(attribute))
            report_attribute(check, TF_STRUCTURE_ATTRIBUTE, frame, attribute, attribute->name, "is unknown to the schema", TF_STR_NONE);
        return;
    }
    *seen |= 1U << place;
    if (!tf_lexical_fits(row->kind, attribute->value))
        report_attribute(check, TF_STRUCTURE_VALUE, frame, attribute, row->name, "is not written as the schema asks",
                         tf_str_of(tf_lexical_words(row->kind)));
    else if (tf_str_present(row->fixed) && !tf_str_eq(tf_str_trim(attribute->value), row->fixed))
        report_attribute(check, TF_STRUCTURE_ATTRIBUTE, frame, attribute, row->name, "may have one value only", row->fixed);
}

static void check_attributes(struct tf_xml_check *check, const struct tf_check_frame *frame, const struct tf_xml_element *element)
{
    const struct tf_schema_type *type = type_of(check, frame);
    uint32_t seen = 0;
    for (size_t i = 0; i < element->attributes_count; i++)
        check_attribute(check, frame, &element->attributes[i], &seen);
    for (size_t i = 0; type->form == TF_SCHEMA_BASIC && i < type->count; i++) {
        const struct tf_schema_attribute *row = &check->side->schema->attributes[type->first + i];
        if (row->required && !(seen & 1U << i))
            report_attribute(check, TF_STRUCTURE_ATTRIBUTE, frame, NULL, row->name, "is missing", TF_STR_NONE);
    }
}

void tf_check_structure_open(struct tf_xml_check *check, struct tf_check_frame *frame, const struct tf_xml_element *element)
{
    frame->tallies = check->tallies_count;
    frame->index = 1;
    frame->at = frame->early = 0;
    frame->other = frame->other_count = 0;
    frame->many = frame->text_reported = frame->choice_reported = false;
    if (frame == check->frames) {
        frame->type = tf_schema_type_named(check->side->schema, element->local);
        frame->lax = false;
    } else {
        frame->type = child_type(check, frame, element->uri);
        frame->lax = frame[-1].lax || (frame[-1].type != TF_SCHEMA_OPEN && type_of(check, frame - 1)->form == TF_SCHEMA_ANY);
    }
    if (frame->type == TF_SCHEMA_OPEN)
        return;
    const struct tf_schema_type *type = type_of(check, frame);
    if (type->form != TF_SCHEMA_BASIC) {
        memset(&check->tallies[frame->tallies], 0, type->count * sizeof(*check->tallies));
        check->tallies_count += type->count;
    } else {
        frame->wants_text = type->kind != TF_LEXICAL_string && type->kind != TF_LEXICAL_base64;
        if (type->kind == TF_LEXICAL_base64)
            check->base64 = (struct tf_lexical_base64){0};
    }
    check_attributes(check, frame, element);
}

void tf_check_structure_text(struct tf_xml_check *check, struct tf_check_frame *frame, struct tf_str text)
{
    if (frame->type == TF_SCHEMA_OPEN)
        return;
    const struct tf_schema_type *type = type_of(check, frame);
    if (type->form == TF_SCHEMA_BASIC) {
        if (type->kind == TF_LEXICAL_base64)
            tf_lexical_base64_piece(&check->base64, text);
    } else if (!frame->text_reported && !tf_str_blank(text)) {
        frame->text_reported = true;
        tf_check_report_structure(check, TF_STRUCTURE_TEXT, &(struct tf_check_words){.frame = frame});
    }
}

/* A required child that did not come: at the line of what stands where it should, else of its parent. */
static void report_missing(struct tf_xml_check *check, const struct tf_check_frame *frame, uint32_t child, const struct tf_check_tally *behind,
                           size_t behind_count)
{
    if (!tf_check_is_open(check, TF_STRUCTURE_MISSING))
        return;
    struct tf_str name = tf_check_name_text(check, frame, child), of = tf_check_name_text(check, frame, frame->name);
    struct tf_check_words words = {.frame = frame, .child = child, .expected = name};
    for (size_t i = 0; i < behind_count && words.line == 0; i++)
        words.line = behind[i].line;
    words.message = tf_arena_printf(check->arena, "%.*s is missing in %.*s", TF_STR_ARGS(name), TF_STR_ARGS(of));
    tf_check_report_structure(check, TF_STRUCTURE_MISSING, &words);
}

static void check_missing(struct tf_xml_check *check, const struct tf_check_frame *frame, const struct tf_schema_type *type)
{
    const struct tf_schema_child *children = &check->side->schema->children[type->first];
    const struct tf_check_tally *tallies = &check->tallies[frame->tallies];
    for (uint16_t place = type->first_required; place > 0; place = children[place - 1].next_required) {
        if (tallies[place - 1].count == 0)
            report_missing(check, frame, children[place - 1].name, &tallies[place], (size_t)type->count - place);
    }
}

void tf_check_structure_close(struct tf_xml_check *check, const struct tf_check_frame *frame, struct tf_str text)
{
    if (frame->type == TF_SCHEMA_OPEN)
        return;
    const struct tf_schema_type *type = type_of(check, frame);
    check->tallies_count = frame->tallies;
    if (type->form == TF_SCHEMA_SEQUENCE) {
        check_missing(check, frame, type);
    } else if (type->form != TF_SCHEMA_BASIC) {
        struct tf_check_words words = {.frame = frame};
        words.expected = type->form == TF_SCHEMA_ANY ? TF_STR("one element of another namespace") : TF_STR_NONE;
        if (frame->at == 0)
            tf_check_report_structure(check, TF_STRUCTURE_MISSING, &words);
    } else if (type->kind == TF_LEXICAL_base64 ? !tf_lexical_base64_fits(&check->base64) : !tf_lexical_fits(type->kind, text)) {
        struct tf_check_words words = {.frame = frame, .expected = tf_str_of(tf_lexical_words(type->kind))};
        tf_check_report_structure(check, TF_STRUCTURE_VALUE, &words);
    }
}
