#include "declared.h"

#include <stdlib.h>

#include "taxflow/return_code.h"

enum { WORDS_BYTES_MAX = 256 << 20, FIRST_LINES = 64 };

struct tf_declared *tf_declared_create(void)
{
    struct tf_declared *declared = calloc(1, sizeof *declared);
    if (declared && !(declared->words = tf_arena_create(WORDS_BYTES_MAX))) {
        free(declared);
        return NULL;
    }
    return declared;
}

struct tf_declared *tf_declared_destroy(struct tf_declared *declared)
{
    if (!declared)
        return NULL;
    tf_arena_destroy(declared->words);
    free(declared->lines);
    free(declared->revisions);
    free(declared);
    return NULL;
}

static bool grow(struct tf_declared *declared)
{
    const size_t capacity = declared->capacity ? declared->capacity * 2 : FIRST_LINES;
    struct tf_declared_line *lines = realloc(declared->lines, capacity * sizeof *lines);
    if (lines)
        declared->lines = lines;
    uint64_t *revisions = lines ? realloc(declared->revisions, capacity * sizeof *revisions) : NULL;
    if (!revisions)
        return false;
    declared->revisions = revisions;
    declared->capacity = capacity;
    return true;
}

struct tf_declared_line *tf_declared_next(struct tf_declared *declared)
{
    if (declared->count == TF_DECLARED_LINES_MAX || (declared->count == declared->capacity && !grow(declared)))
        return NULL;
    declared->revisions[declared->count] = 0;
    struct tf_declared_line *line = &declared->lines[declared->count++];
    memset(line, 0, sizeof *line);
    return line;
}

/* The line of an earlier revision. */
static struct tf_declared_line *find(const struct tf_declared *declared, struct tf_hash16 identity)
{
    for (size_t i = 0; i < declared->count; i++)
        if (tf_hash16_eq(declared->lines[i].identity, identity))
            return &declared->lines[i];
    return NULL;
}

static void read_return(struct tf_declared_line *line, const struct tf_return *declared, const char *currency)
{
    const struct tf_return_code *code = tf_return_code_find(declared->code);
    line->sales = code ? code->sales : 0;
    line->purchases = code ? code->purchases : 0;
    line->has_vat = tf_amount_known(declared->declared);
    line->vat = declared->declared.value;
    tf_book_currency(tf_str_of(currency), line->currency);
    if (!code)
        line->problem = "its code is none of output-vat, input-vat and vat-payable";
    else if (!tf_period_parse(tf_str_trim(declared->period), &line->first, &line->last))
        line->problem = "its period is none";
    else if (!line->has_vat)
        line->problem = "its sum is no decimal";
    else if (!line->currency[0])
        line->problem = "its currency is not known: name the company among the currencies of REC1";
}

enum tf_err tf_declared_add_return(struct tf_declared *declared, const struct tf_event *event, struct tf_hash16 identity, struct tf_str source,
                                   const char *currency)
{
    const struct tf_return *written = event->as.tax_return;
    struct tf_declared_line *line = event->revision > 0 ? find(declared, identity) : NULL;
    if (line && declared->revisions[line - declared->lines] > event->revision)
        return TF_OK;
    if (!line)
        line = tf_declared_next(declared);
    if (!line)
        return declared->count == TF_DECLARED_LINES_MAX ? TF_E_TOO_MANY : TF_E_MEMORY;
    *line = (struct tf_declared_line){
        .identity = identity,
        .source = tf_arena_dup(declared->words, source),
        .company = tf_arena_dup(declared->words, tf_str_trim(event->company)),
        .period = tf_arena_dup(declared->words, tf_str_trim(written->period)),
        .code = tf_arena_dup(declared->words, tf_str_trim(written->code)),
        .handed_in_ms = event->recorded_at_ms,
    };
    declared->revisions[line - declared->lines] = event->revision;
    read_return(line, written, currency);
    return tf_str_present(line->source) && tf_str_present(line->company) ? TF_OK : TF_E_MEMORY;
}

const struct tf_declared_line *tf_declared_lines(const struct tf_declared *declared, size_t *ret_count)
{
    *ret_count = declared->count;
    return declared->lines;
}
