#include "compiler.h"

static struct tf_operand too_large(struct tf_compiler *c)
{
    return tf_compiler_fail(c, c->taken_end, "the expression has too many parts; make two rules of it");
}

void tf_emit_into(struct tf_compiler *c, enum tf_op op, uint16_t to, int16_t a, int16_t b, uint16_t third)
{
    if (c->failed)
        return;
    if (c->code_count == TF_PROGRAM_CODE_MAX)
        too_large(c);
    else
        c->code[c->code_count++] = (struct tf_instruction){.op = (uint8_t)op, .to = to, .a = a, .b = b, .c = third};
}

int16_t tf_emit_with(struct tf_compiler *c, enum tf_op op, int16_t a, int16_t b, uint16_t third)
{
    if (c->failed)
        return 0;
    if (c->registers_count == TF_PROGRAM_REGISTERS_MAX) {
        too_large(c);
        return 0;
    }
    uint16_t to = c->registers_count++;
    tf_emit_into(c, op, to, a, b, third);
    return (int16_t)to;
}

int16_t tf_emit(struct tf_compiler *c, enum tf_op op, unsigned aux, int16_t a, int16_t b)
{
    int16_t to = tf_emit_with(c, op, a, b, 0);
    if (!c->failed)
        c->code[c->code_count - 1].aux = (uint8_t)aux;
    return to;
}

int16_t tf_emit_constants(struct tf_compiler *c, const struct tf_value *values, size_t count)
{
    if (c->failed)
        return -1;
    if (count > (size_t)TF_PROGRAM_CONSTANTS_MAX - c->constants_count) {
        too_large(c);
        return -1;
    }
    int16_t first = (int16_t)c->constants_count;
    for (size_t i = 0; i < count; i++)
        c->constants[c->constants_count++] = values[i];
    return (int16_t)~first;
}

struct tf_operand tf_emit_constant(struct tf_compiler *c, enum tf_type type, struct tf_value value, size_t begin, size_t end)
{
    struct tf_operand operand = {.type = type, .constant = true, .term = TF_PROGRAM_NONE, .begin = (uint16_t)begin, .end = (uint16_t)end};
    operand.at = tf_emit_constants(c, &value, 1);
    return c->failed ? (struct tf_operand){.type = TF_TYPE_NONE, .term = TF_PROGRAM_NONE} : operand;
}

bool tf_emit_note_field(struct tf_compiler *c, const struct tf_field *field, size_t at)
{
    if (c->failed)
        return false;
    c->fields |= UINT64_C(1) << (field - tf_fields());
    if (!(c->kinds & field->kinds)) {
        tf_compiler_fail(c, at, "no kind of record this rule is about has \"%s\"%s", field->name,
                         c->rule->kinds ? "" : " besides what was named before; say `kinds` if it is about several");
        return false;
    }
    if (!c->rule->kinds)
        c->kinds &= field->kinds;
    return true;
}

struct tf_operand tf_emit_field(struct tf_compiler *c, const struct tf_field *field, size_t begin, size_t end)
{
    if (!tf_emit_note_field(c, field, begin))
        return tf_compiler_fail(c, begin, "no field");
    size_t id = (size_t)(field - tf_fields());
    return (struct tf_operand){
        .type = field->type,
        .at = tf_emit(c, TF_OP_FIELD, (unsigned)id, 0, 0),
        .personal = field->personal,
        .is_day = field->type == TF_TYPE_TIME && id != TF_FIELD_time && id != TF_FIELD_recorded_at && id != TF_FIELD_approved_at,
        .begin = (uint16_t)begin,
        .end = (uint16_t)end,
        .term = TF_PROGRAM_NONE,
    };
}

static struct tf_term *new_term(struct tf_compiler *c, struct tf_operand *truth, enum tf_term_kind kind)
{
    if (c->failed)
        return NULL;
    if (c->terms_count == TF_PROGRAM_TERMS_MAX) {
        too_large(c);
        return NULL;
    }
    truth->term = c->terms_count++;
    struct tf_term *term = &c->terms[truth->term];
    *term = (struct tf_term){.kind = kind, .at = truth->at, .first = TF_PROGRAM_NONE, .next = TF_PROGRAM_NONE};
    return term;
}

void tf_emit_atom(struct tf_compiler *c, struct tf_operand *truth, uint16_t views_from)
{
    struct tf_term *term = new_term(c, truth, TF_TERM_ATOM);
    if (!term)
        return;
    term->shown_first = c->shown_count;
    term->views_first = views_from;
    term->views_count = (uint16_t)(c->views_count - views_from);
}

void tf_emit_show(struct tf_compiler *c, uint16_t term, const struct tf_operand *part)
{
    if (c->failed || part->constant || part->literal)
        return;
    if (c->shown_count == TF_PROGRAM_TERMS_MAX) {
        too_large(c);
        return;
    }
    c->shown[c->shown_count++] = (struct tf_shown){part->begin, part->end, part->at, (uint8_t)part->type, part->personal};
    c->terms[term].shown_count++;
}

void tf_emit_term(struct tf_compiler *c, struct tf_operand *truth, enum tf_term_kind kind, uint16_t first)
{
    struct tf_term *term = new_term(c, truth, kind);
    if (term)
        term->first = first;
}
