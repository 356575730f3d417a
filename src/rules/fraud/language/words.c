/* Why an expression was true: its terms that decided, each with what it found. */
#include "hit.h"
#include "program.h"
#include "taxflow/buf.h"
#include "views.h"

enum { SHOWN_MAX = 24, WORDS_BYTES_MAX = 2000, PART_BYTES_MAX = 120 };

/* What is being said. */
struct telling {
    const struct tf_program *program;
    const struct tf_frame *frame;
    struct tf_fraud_hit *hit;
    struct tf_buf words;
    uint16_t said[SHOWN_MAX]; /* rows of `shown` */
    size_t said_count;
};

static struct tf_str source_of(const struct telling *telling, const struct tf_shown *shown)
{
    return (struct tf_str){telling->program->source.ptr + shown->begin, (size_t)(shown->end - shown->begin)};
}

static bool is_said(const struct telling *telling, const struct tf_shown *shown)
{
    for (size_t i = 0; i < telling->said_count; i++)
        if (tf_str_eq(source_of(telling, &telling->program->shown[telling->said[i]]), source_of(telling, shown)))
            return true;
    return false;
}

static void say(struct telling *telling, uint16_t row)
{
    char value[TF_VALUE_WORDS_BYTES];
    const struct tf_shown *shown = &telling->program->shown[row];
    const struct tf_value *found = tf_frame_at(telling->program, telling->frame, shown->at);
    struct tf_str part = source_of(telling, shown);
    if (telling->said_count == SHOWN_MAX || is_said(telling, shown))
        return;
    telling->said[telling->said_count++] = row;
    bool cut = part.len > PART_BYTES_MAX;
    for (part.len = cut ? PART_BYTES_MAX : part.len; cut && part.len > 0 && ((unsigned char)part.ptr[part.len] & 0xc0) == 0x80;)
        part.len--;
    tf_buf_printf(&telling->words, "%s%.*s%s", telling->words.len ? ", " : "", TF_STR_ARGS(part), cut ? "…" : "");
    if (shown->personal && found->known)
        tf_buf_puts(&telling->words, " as required"); /* who it is stands in the record */
    else
        tf_buf_printf(&telling->words, " = %s", tf_value_words(found, (enum tf_type)shown->type, telling->frame->shown->facts->currency, value));
}

static void relate(const struct telling *telling, const struct tf_term *term)
{
    for (unsigned v = term->views_first; v < (unsigned)term->views_first + term->views_count; v++) {
        const struct tf_view *view = &telling->program->views[v];
        unsigned place = telling->frame->windows[view->slot];
        if (place == TF_FRAUD_KEYS_MAX)
            continue;
        const struct tf_fraud_window *window = &telling->frame->shown->windows[place];
        const struct tf_views_range range = tf_views_range_of(view, window, telling->frame->shown->facts->time_ms);
        tf_hit_relate_last(telling->hit, window->entries, range.first, range.end);
    }
}

static void tell_atom(struct telling *telling, const struct tf_term *term)
{
    for (uint16_t i = 0; i < term->shown_count; i++)
        say(telling, (uint16_t)(term->shown_first + i));
    relate(telling, term);
}

/* Of a true "or" its first true part decides, of a true "and" all do; of what is false the other way round. Depth: the source's. */
static void tell(struct telling *telling, uint16_t number, bool truth)
{
    const struct tf_term *term = &telling->program->terms[number];
    bool one_decides = term->kind == (truth ? TF_TERM_OR : TF_TERM_AND);
    if (term->kind == TF_TERM_ATOM)
        tell_atom(telling, term);
    if (term->kind == TF_TERM_NOT)
        tell(telling, term->first, !truth);
    if (term->kind == TF_TERM_ATOM || term->kind == TF_TERM_NOT)
        return;
    for (uint16_t child = term->first; child != TF_PROGRAM_NONE; child = telling->program->terms[child].next) {
        const struct tf_value *value = tf_frame_at(telling->program, telling->frame, telling->program->terms[child].at);
        if (value->known && value->truth == truth) {
            tell(telling, child, truth);
            if (one_decides)
                return;
        }
    }
}

bool tf_words_of(const struct tf_program *program, const struct tf_frame *frame, struct tf_fraud_hit *hit)
{
    struct telling telling = {.program = program, .frame = frame, .hit = hit};
    tf_buf_init(&telling.words, WORDS_BYTES_MAX * 2);
    tell(&telling, program->root, true);
    struct tf_str words = telling.words.len ? tf_buf_view(&telling.words) : TF_STR("always true");
    hit->observed = tf_arena_dup(frame->shown->arena, words);
    hit->threshold = program->threshold; /* lives as long as the ruleset, which outlives the batch */
    tf_buf_finish(&telling.words);
    return hit->observed.ptr != NULL;
}
