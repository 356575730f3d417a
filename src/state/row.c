#include "taxflow/state_row.h"

#include "question_adds.h"

/* Before each key: what of it follows the hash. */
enum { HAS_TAG = 1, HAS_VALUE = 2, HAS_WINDOW = 4, IS_SHARED = 8, FLAGS = 15 };
enum { VARINT_BYTES_MAX = 10 };

static const struct { size_t bytes; int first; char key; } kinds[] = {
#define X(name, bytes, first, what) [TF_STATE_ROW_##name] = {bytes, first, (char)(first)},
    TF_STATE_ROW_TABLE(X)
#undef X
};

struct tf_str tf_state_row_key(enum tf_state_row_kind kind)
{
    return (struct tf_str){&kinds[kind].key, 1};
}

enum tf_state_row_kind tf_state_row_kind(struct tf_str key)
{
    int kind = 0;
    while (kind < TF_STATE_ROW_KINDS
           && (key.len != kinds[kind].bytes || (kinds[kind].first != TF_STATE_ROW_ANY && (unsigned char)key.ptr[0] != kinds[kind].first)))
        kind++;
    return (enum tf_state_row_kind)kind;
}

/* Numbers: seven bits a byte, the low ones first; signed ones folded, so that small ones of either sign are short. */

static size_t put_varint(uint64_t number, uint8_t out[VARINT_BYTES_MAX])
{
    size_t count = 0;
    for (; number >= 0x80; number >>= 7)
        out[count++] = (uint8_t)(number | 0x80);
    out[count++] = (uint8_t)number;
    return count;
}

static uint64_t fold(int64_t number)
{
    return ((uint64_t)number << 1) ^ (number < 0 ? UINT64_MAX : 0);
}

static int64_t unfold(uint64_t number)
{
    return (int64_t)(number >> 1 ^ (number & 1 ? UINT64_MAX : 0));
}

static void write_varint(struct tf_buf *out, uint64_t number)
{
    uint8_t bytes[VARINT_BYTES_MAX];
    tf_buf_put(out, bytes, put_varint(number, bytes));
}

/* What is left of a value. Past its end everything fails, and says so once, at the end. */
struct reader {
    const uint8_t *at, *end;
    bool failed;
};

static const uint8_t *take(struct reader *reader, size_t bytes)
{
    if (reader->failed || (size_t)(reader->end - reader->at) < bytes) {
        reader->failed = true;
        return NULL;
    }
    reader->at += bytes;
    return reader->at - bytes;
}

static uint64_t read_varint(struct reader *reader)
{
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        const uint8_t *byte = take(reader, 1);
        if (!byte || (shift == 63 && *byte > 1))
            break;
        number |= (uint64_t)(*byte & 0x7f) << shift;
        if (!(*byte & 0x80))
            return number;
    }
    reader->failed = true;
    return 0;
}

/* Up to a limit. */
static uint64_t read_below(struct reader *reader, uint64_t most)
{
    uint64_t number = read_varint(reader);
    reader->failed |= number > most;
    return reader->failed ? 0 : number;
}

static uint32_t read_tag(struct reader *reader)
{
    const uint8_t *bytes = take(reader, 4);
    return bytes ? (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24 : 0;
}

static struct reader begin(struct tf_str value)
{
    struct reader reader = {(const uint8_t *)value.ptr, (const uint8_t *)value.ptr + value.len, false};
    reader.failed = read_varint(&reader) != TF_STATE_ROW_VERSION;
    return reader;
}

/* Records. */

static void write_head(struct tf_buf *out, uint64_t revision, int64_t time_ms, struct tf_str event_id)
{
    write_varint(out, TF_STATE_ROW_VERSION);
    write_varint(out, revision);
    write_varint(out, fold(time_ms));
    write_varint(out, event_id.len);
    tf_buf_str(out, event_id);
}

/* The window is most often that of the key before. */
static void write_key(struct tf_buf *out, const struct tf_stage_addition *key, int64_t window_before_ms)
{
    uint8_t bytes[1 + TF_HASH16_BYTES + 4 + 2 * VARINT_BYTES_MAX];
    size_t count = 1;
    bytes[0] = (uint8_t)((key->tag != 0 ? HAS_TAG : 0) | (key->value != 0 ? HAS_VALUE : 0) | (key->window_ms != window_before_ms ? HAS_WINDOW : 0)
                         | (key->shared ? IS_SHARED : 0));
    memcpy(bytes + count, key->hash.bytes, TF_HASH16_BYTES);
    count += TF_HASH16_BYTES;
    for (unsigned b = 0; b < 4 && key->tag != 0; b++)
        bytes[count++] = (uint8_t)(key->tag >> 8 * b);
    if (key->value != 0)
        count += put_varint(fold(key->value), bytes + count);
    if (key->window_ms != window_before_ms)
        count += put_varint((uint64_t)key->window_ms, bytes + count);
    tf_buf_put(out, bytes, count);
}

static void read_key(struct reader *reader, struct tf_fraud_key *key, int64_t window_before_ms)
{
    const uint8_t *flags = take(reader, 1), *hash = take(reader, TF_HASH16_BYTES);
    if (!flags || !hash || *flags > FLAGS) {
        reader->failed = true;
        return;
    }
    *key = (struct tf_fraud_key){.use = TF_FRAUD_ADDS, .window_ms = window_before_ms, .shared = (*flags & IS_SHARED) != 0};
    memcpy(key->hash.bytes, hash, TF_HASH16_BYTES);
    if (*flags & HAS_TAG)
        key->tag = read_tag(reader);
    if (*flags & HAS_VALUE)
        key->value = unfold(read_varint(reader));
    if (*flags & HAS_WINDOW)
        key->window_ms = (int64_t)read_below(reader, INT64_MAX);
}

/* The cell, how often, and two flags in one number. */
enum { TALLY_SHARED = 1, TALLY_WINDOW = 2, TALLY_ADDS_SHIFT = 2, TALLY_CELL_SHIFT = TALLY_ADDS_SHIFT + TF_RECORD_ADDS_BITS };

static void write_tally(struct tf_buf *out, const struct tf_stage_tally *tally, uint32_t window_before_days)
{
    const bool window = tally->window_days != window_before_days;
    write_varint(out, (uint64_t)tally->cell << TALLY_CELL_SHIFT | (uint64_t)tally->adds << TALLY_ADDS_SHIFT | (window ? TALLY_WINDOW : 0)
                          | (tally->shared ? TALLY_SHARED : 0));
    tf_buf_put(out, tally->group.bytes, TF_HASH16_BYTES);
    if (window)
        write_varint(out, tally->window_days);
}

static void read_tally(struct reader *reader, struct tf_state_row_tally *tally, uint16_t window_before_days)
{
    const uint64_t head = read_below(reader, (uint64_t)TF_FRAUD_CELLS_MAX << TALLY_CELL_SHIFT);
    const uint8_t *group = take(reader, TF_HASH16_BYTES);
    const uint16_t adds = head >> TALLY_ADDS_SHIFT & ((1u << TF_RECORD_ADDS_BITS) - 1), cell = (uint16_t)(head >> TALLY_CELL_SHIFT);
    if (!group || adds == 0 || cell >= TF_FRAUD_CELLS_MAX) {
        reader->failed = true;
        return;
    }
    *tally = (struct tf_state_row_tally){.cell = cell, .adds = adds, .window_days = window_before_days, .shared = (head & TALLY_SHARED) != 0};
    memcpy(tally->group.bytes, group, TF_HASH16_BYTES);
    if (head & TALLY_WINDOW)
        tally->window_days = (uint16_t)read_below(reader, INT16_MAX);
}

static void write_adds(struct tf_buf *out, const struct tf_question_adds *adds)
{
    int64_t window_ms = 0;
    uint32_t window_days = 0;
    write_varint(out, adds->keys_count);
    for (size_t k = 0; k < adds->keys_count; k++) {
        write_key(out, &adds->keys[k], window_ms);
        window_ms = adds->keys[k].window_ms;
    }
    write_varint(out, adds->tallies_count);
    for (size_t t = 0; t < adds->tallies_count; t++) {
        write_tally(out, &adds->tallies[t], window_days);
        window_days = adds->tallies[t].window_days;
    }
}

void tf_state_row_write(const struct tf_state_row *row, struct tf_buf *value)
{
    struct tf_question_adds adds TF_NOT_CLEARED;
    tf_question_adds_of_row(row, &adds);
    write_head(value, row->revision, row->time_ms, row->event_id);
    write_adds(value, &adds);
}

bool tf_state_row_of(const struct tf_state_question *question, struct tf_hash16 *ret_key, struct tf_buf *value)
{
    struct tf_question_adds adds TF_NOT_CLEARED;
    if (question->staged == TF_QUESTION_NOTHING)
        return false;
    *ret_key = question->record;
    write_head(value, question->facts.event->revision, question->staged_ms, question->event_id);
    tf_question_adds(question, &adds);
    write_adds(value, &adds);
    return true;
}

bool tf_state_row_replaced(const struct tf_state_question *question, struct tf_state_forgotten *ret_record)
{
    *ret_record = question->settled_record;
    return question->settled;
}

/* What later programs append: kind, length, bytes. */
static void pass_sections(struct reader *reader)
{
    while (!reader->failed && reader->at < reader->end) {
        (void)read_varint(reader);
        (void)take(reader, (size_t)read_below(reader, INT32_MAX));
    }
}

static void read_adds(struct reader *reader, struct tf_state_row *row)
{
    int64_t window_ms = 0;
    uint16_t window_days = 0;
    row->shared = false;
    row->keys_count = (size_t)read_below(reader, TF_STATE_ROW_KEYS_MAX);
    for (size_t k = 0; k < row->keys_count && !reader->failed; k++) {
        read_key(reader, &row->keys[k], window_ms);
        if (reader->failed)
            break;
        window_ms = row->keys[k].window_ms;
        row->shared |= row->keys[k].shared;
    }
    row->tallies_count = (size_t)read_below(reader, TF_STATE_ROW_TALLIES_MAX);
    reader->failed |= row->tallies_count > 0 && tf_fraud_month_of(row->time_ms) == TF_FRAUD_MONTH_NONE;
    for (size_t t = 0; t < row->tallies_count && !reader->failed; t++) {
        read_tally(reader, &row->tallies[t], window_days);
        if (reader->failed)
            break;
        window_days = row->tallies[t].window_days;
    }
}

bool tf_state_row_read(struct tf_str key, struct tf_str value, struct tf_state_row *row)
{
    if (key.len != TF_HASH16_BYTES || !value.ptr)
        return false;
    struct reader reader = begin(value);
    memcpy(row->record.bytes, key.ptr, TF_HASH16_BYTES);
    row->revision = read_varint(&reader);
    row->time_ms = unfold(read_varint(&reader));
    row->event_id.len = (size_t)read_below(&reader, TF_EVENT_ID_BYTES_MAX);
    row->event_id.ptr = (const char *)take(&reader, row->event_id.len);
    read_adds(&reader, row);
    pass_sections(&reader);
    return !reader.failed;
}

/* Watermarks. */

void tf_state_watermark_write(int64_t time_ms, struct tf_buf *value)
{
    write_varint(value, TF_STATE_ROW_VERSION);
    write_varint(value, fold(time_ms));
}

bool tf_state_watermark_read(struct tf_str value, int64_t *ret_time_ms)
{
    if (!value.ptr)
        return false;
    struct reader reader = begin(value);
    *ret_time_ms = unfold(read_varint(&reader));
    pass_sections(&reader);
    return !reader.failed;
}
