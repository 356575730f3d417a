#include "check_state.h"

#include <stdlib.h>

uint32_t tf_check_name(struct tf_xml_check *check, const char *name)
{
    return tf_xml_names_add_prefixed(check->names, tf_schema_prefixes, tf_str_of(name));
}

static bool create_side(struct tf_check_side *side, enum tf_syntax syntax, const struct tf_syntax_rows *rows, struct tf_xml_names *names)
{
    const char *wrong;
    side->schema = tf_schema_create(syntax, names);
    side->syntax = tf_syntax_table_create(rows, names, &wrong);
    return side->schema && side->syntax;
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* Room for the deepest document of either syntax. */
static bool create_room(struct tf_xml_check *check)
{
    size_t frames = TF_XML_DEPTH_MAX + 1;
    const struct tf_check_side *ubl = &check->ubl, *cii = &check->cii;
    check->tallies = calloc(frames * larger(ubl->schema->children_max, cii->schema->children_max), sizeof(*check->tallies));
    check->slots = calloc(frames, larger(ubl->syntax->slots_max, cii->syntax->slots_max));
    check->firsts = calloc(larger(ubl->syntax->firsts_count, cii->syntax->firsts_count), sizeof(*check->firsts));
    check->reported = calloc(TF_STRUCTURE_COUNT + larger(tf_check_ubl_rows.count, tf_check_cii_rows.count), 1);
    return check->tallies && check->slots && check->firsts && check->reported;
}

struct tf_xml_check *tf_xml_check_create(struct tf_xml_names *names)
{
    struct tf_xml_check *check = calloc(1, sizeof(*check));
    if (!check)
        return NULL;
    check->names = names;
    tf_buf_init(&check->text, TF_CHECK_TEXT_BYTES_MAX);
    tf_buf_init(&check->scratch, TF_CHECK_TEXT_BYTES_MAX);
    check->invoice = tf_check_name(check, "ubl:Invoice");
    check->credit_note = tf_check_name(check, "cn:CreditNote");
    check->cross_industry = tf_check_name(check, "rsm:CrossIndustryInvoice");
    tf_check_ubl_names(check);
    tf_check_cii_names(check);
    bool done = create_side(&check->ubl, TF_SYNTAX_UBL, &tf_check_ubl_rows, names) &&
                create_side(&check->cii, TF_SYNTAX_CII, &tf_check_cii_rows, names) && create_room(check);
    return done ? check : tf_xml_check_destroy(check);
}

struct tf_xml_check *tf_xml_check_destroy(struct tf_xml_check *check)
{
    if (check) {
        tf_schema_destroy(check->ubl.schema);
        tf_schema_destroy(check->cii.schema);
        tf_syntax_table_destroy(check->ubl.syntax);
        tf_syntax_table_destroy(check->cii.syntax);
        free(check->tallies);
        free(check->slots);
        free(check->firsts);
        free(check->reported);
        tf_buf_finish(&check->text);
        tf_buf_finish(&check->scratch);
        free(check);
    }
    return NULL;
}

void tf_xml_check_begin(struct tf_xml_check *check, struct tf_arena *arena)
{
    check->arena = arena;
    check->side = NULL;
    check->depth = check->tallies_count = check->wanting = 0;
    check->slots_count = 0;
    tf_buf_reset(&check->text);
    check->findings = NULL;
    check->findings_count = check->findings_cap = 0;
    check->err = TF_OK;
    check->seller_names = check->payee_names = (struct tf_check_texts){0};
    check->payee = NULL;
    check->payees = check->amounts = check->quantity = NULL;
}

/* What is kept of a document of a side is forgotten when the next one shows which side it is of. */
static void begin_side(struct tf_xml_check *check, const struct tf_check_side *side)
{
    check->side = side;
    memset(check->firsts, 0, side->syntax->firsts_count * sizeof(*check->firsts));
    memset(check->reported, 0, TF_STRUCTURE_COUNT + side->syntax->rows->count);
}

static void keep_unknown(struct tf_check_frame *frame, const struct tf_xml_element *element)
{
    size_t len = element->local.len < sizeof(frame->unknown) ? element->local.len : sizeof(frame->unknown) - 1;
    while (len > 0 && len < element->local.len && (element->local.ptr[len] & 0xC0) == 0x80)
        len--;
    memcpy(frame->unknown, element->local.ptr, len);
    frame->unknown[len] = '\0';
}

enum tf_err tf_xml_check_open(struct tf_xml_check *check, const struct tf_xml_element *element)
{
    if (check->depth > TF_XML_DEPTH_MAX)
        return TF_E_DEPTH;
    struct tf_check_frame *frame = &check->frames[check->depth++];
    if (frame == check->frames && (element->name == check->invoice || element->name == check->credit_note))
        begin_side(check, &check->ubl);
    else if (frame == check->frames && element->name == check->cross_industry)
        begin_side(check, &check->cii);
    if (!check->side)
        return TF_OK;
    frame->name = element->name;
    frame->line = element->line;
    frame->wants_text = false;
    if (frame->name == TF_XML_NAME_UNKNOWN)
        keep_unknown(frame, element);
    tf_check_structure_open(check, frame, element);
    tf_check_syntax_open(check, frame, element);
    frame->text_from = check->text.len;
    check->wanting += frame->wants_text;
    return check->err;
}

void tf_xml_check_text(struct tf_xml_check *check, struct tf_str text)
{
    if (!check->side || check->depth == 0)
        return;
    tf_check_structure_text(check, &check->frames[check->depth - 1], text);
    size_t room = TF_CHECK_TEXT_BYTES_MAX - check->text.len;
    if (check->wanting > 0)
        tf_buf_put(&check->text, text.ptr, text.len < room ? text.len : room);
}

enum tf_err tf_xml_check_close(struct tf_xml_check *check)
{
    const struct tf_check_frame *frame = &check->frames[--check->depth];
    if (!check->side)
        return TF_OK;
    struct tf_str text = {tf_buf_view(&check->text).ptr + frame->text_from, check->text.len - frame->text_from};
    tf_check_structure_close(check, frame, text);
    tf_check_syntax_close(check, frame, text);
    check->wanting -= frame->wants_text;
    if (check->wanting == 0)
        tf_buf_reset(&check->text);
    return check->text.failed && check->err == TF_OK ? TF_E_MEMORY : check->err;
}

struct tf_format_finding *tf_xml_check_findings(const struct tf_xml_check *check, size_t *ret_count)
{
    *ret_count = check->findings_count;
    return check->findings;
}
