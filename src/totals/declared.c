#include "declared.h"

#include <stdlib.h>

#include "bytes.h"
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

static void read_return(struct tf_declared_line *line)
{
    const struct tf_return_code *code = tf_return_code_find(line->code);
    line->sales = code ? code->sales : 0;
    line->purchases = code ? code->purchases : 0;
    if (!code)
        line->problem = "its code is none of output-vat, input-vat and vat-payable";
    else if (!tf_period_parse(line->period, &line->first, &line->last))
        line->problem = "its period is none";
    else if (!line->has_vat)
        line->problem = "its sum is no decimal";
    else if (!line->currency[0])
        line->problem = "its currency is not known: name the company among the currencies of REC1";
}

/* What was written, with views that do not last. */
static enum tf_err take_return(struct tf_declared *declared, const struct tf_declared_line *written, uint64_t revision)
{
    struct tf_declared_line *line = revision > 0 ? find(declared, written->identity) : NULL;
    if (line && declared->revisions[line - declared->lines] > revision)
        return TF_OK;
    if (!line)
        line = tf_declared_next(declared);
    if (!line)
        return declared->count == TF_DECLARED_LINES_MAX ? TF_E_TOO_MANY : TF_E_MEMORY;
    *line = *written;
    line->recorded = true;
    line->source = tf_arena_dup(declared->words, written->source);
    line->company = tf_arena_dup(declared->words, tf_str_trim(written->company));
    line->period = tf_arena_dup(declared->words, tf_str_trim(written->period));
    line->code = tf_arena_dup(declared->words, tf_str_trim(written->code));
    declared->revisions[line - declared->lines] = revision;
    read_return(line);
    return tf_str_present(line->source) && tf_str_present(line->company) ? TF_OK : TF_E_MEMORY;
}

enum tf_err tf_declared_add_return(struct tf_declared *declared, const struct tf_event *event, struct tf_hash16 identity, struct tf_str source,
                                   const char *currency)
{
    const struct tf_return *written = event->as.tax_return;
    struct tf_declared_line line = {
        .identity = identity,
        .source = source,
        .company = event->company,
        .period = written->period,
        .code = written->code,
        .handed_in_ms = event->recorded_at_ms,
        .has_vat = tf_amount_known(written->declared),
        .vat = written->declared.value,
    };
    tf_book_currency(tf_str_of(currency), line.currency);
    return take_return(declared, &line, event->revision);
}

/* ---- From run to run ---- */

static void encode(const struct tf_declared_line *line, uint64_t revision, struct tf_buf *out)
{
    tf_buf_put(out, line->identity.bytes, sizeof line->identity.bytes);
    tf_bytes_put(out, revision, 8);
    tf_bytes_put_text(out, line->source);
    tf_bytes_put_text(out, line->company);
    tf_bytes_put_text(out, line->period);
    tf_bytes_put_text(out, line->code);
    tf_bytes_put_text(out, tf_str_of(line->currency));
    tf_bytes_put(out, (uint64_t)line->handed_in_ms, 8);
    tf_bytes_put(out, line->has_vat, 1);
    tf_bytes_put(out, line->vat.scale, 1);
    tf_bytes_put_int128(out, line->vat.units);
}

enum tf_err tf_declared_keep(const struct tf_declared *declared, enum tf_err (*put)(void *self, uint32_t number, struct tf_str bytes), void *self)
{
    struct tf_buf bytes;
    enum tf_err err = TF_OK;
    uint32_t number = 0;
    tf_buf_init(&bytes, WORDS_BYTES_MAX);
    for (size_t i = 0; i < declared->count && err == TF_OK; i++) {
        if (!declared->lines[i].recorded)
            continue;
        tf_buf_reset(&bytes);
        encode(&declared->lines[i], declared->revisions[i], &bytes);
        err = bytes.failed ? TF_E_MEMORY : put(self, number++, tf_buf_view(&bytes));
    }
    tf_buf_finish(&bytes);
    return err;
}

enum tf_err tf_declared_recall(struct tf_declared *declared, struct tf_str bytes)
{
    struct tf_bytes from = {bytes, false};
    struct tf_declared_line line = {.earlier = true};
    const struct tf_str identity = tf_bytes_take(&from, sizeof line.identity.bytes);
    const uint64_t revision = tf_bytes_get(&from, 8);
    line.source = tf_bytes_text(&from);
    line.company = tf_bytes_text(&from);
    line.period = tf_bytes_text(&from);
    line.code = tf_bytes_text(&from);
    tf_book_currency(tf_bytes_text(&from), line.currency);
    line.handed_in_ms = (int64_t)tf_bytes_get(&from, 8);
    line.has_vat = tf_bytes_get(&from, 1) != 0;
    line.vat.scale = (uint8_t)tf_bytes_get(&from, 1);
    line.vat.units = tf_bytes_int128(&from);
    if (from.failed || from.left.len > 0 || line.vat.scale > TF_DECIMAL_SCALE_MAX)
        return TF_E_VALUE;
    memcpy(line.identity.bytes, identity.ptr, sizeof line.identity.bytes);
    return take_return(declared, &line, revision);
}

const struct tf_declared_line *tf_declared_lines(const struct tf_declared *declared, size_t *ret_count)
{
    *ret_count = declared->count;
    return declared->lines;
}
