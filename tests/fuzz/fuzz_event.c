/*
 * Can outside bytes hurt the reader of records?  What it takes must also hold together: a record that was read is JSON
 * to another parser too, and has a canonical body that decodes to the same event and is its own canonical body.
 *
 * Rooms: event
 * Libraries: jansson
 */
#include <stdlib.h>

#include <jansson.h>

#include "../unit/event/same_event.h"
#include "taxflow/event.h"

enum { ARENA_BYTES = 256 * 1024 * 1024, RECORD_BYTES_MAX = 100000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct tf_reader *reader;
static struct tf_arena *arena;

static void start(void)
{
    static const char *const vat_ids[] = {"DE111111111"}, *const ibans[] = {"DE89370400440532013000"}, *const registers[] = {"HRB 12345"};
    static const struct tf_company company = {"ACME", {vat_ids, 1}, {ibans, 1}, {registers, 1}};
    reader = tf_reader_create(&company, 1, RECORD_BYTES_MAX);
    arena = tf_arena_create(ARENA_BYTES);
    if (reader == NULL || arena == NULL)
        abort();
}

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* Jansson as the second opinion; it alone minds numbers that no double holds. */
static void check_json(struct tf_str text)
{
    json_error_t error;
    json_t *json = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    must(json != NULL || json_error_code(&error) == json_error_numeric_overflow);
    json_decref(json);
}

static void read_record(struct tf_str text)
{
    struct tf_envelope envelope, again;
    struct tf_event event, decoded;
    struct tf_problem problem = {0};
    enum tf_err err = tf_reader_read(reader, text, arena, &envelope, &event, &problem);
    must(err == problem.err);
    if (err != TF_OK) {
        must(tf_err_class(err) == TF_CLASS_DROP && problem.path.len > 0 && problem.detail.len > 0);
        return;
    }
    check_json(text);
    must(tf_reader_decode(reader, envelope.body, arena, &decoded, &problem) == TF_OK);
    must(same_event(&decoded, &event)); /* one was read directly, where it could be, the other by its tree */
    must(tf_reader_read_binary(reader, &envelope, envelope.body, arena, &again, &event, &problem) == TF_OK || envelope.source.len > 256);
    if (problem.err == TF_OK)
        must(tf_hash16_eq(again.body_hash, envelope.body_hash) && tf_str_eq(again.body, envelope.body));
}

static void split(struct tf_str text)
{
    struct tf_str *elements;
    size_t count = 0;
    struct tf_problem problem = {0};
    if (tf_reader_split_batch(reader, text, arena, &elements, &count, &problem) != TF_OK)
        return;
    for (size_t i = 0; i < count && i < 8; i++)
        read_record(elements[i]);
}

/* What was parsed and written must parse to the same value. */
static void money(struct tf_str text)
{
    struct tf_decimal value, again, result;
    char out[TF_MONEY_TEXT_BYTES];
    if (tf_money_parse(text, &value) != TF_OK && tf_money_parse_json(text, &value) != TF_OK)
        return;
    must(tf_money_parse(tf_money_format(value, 2, out), &again) == TF_OK && tf_money_cmp(value, again) == 0);
    must(tf_money_cmp(tf_money_round_half_up(value, 2), value) * tf_money_cmp(value, tf_money_round_half_up(value, 2)) <= 0);
    if (tf_money_mul(value, value, &result))
        must(tf_money_sign(result) >= 0);
    must(tf_money_sub(value, again, &result) && tf_money_sign(result) == 0);
    int64_t minor;
    if (tf_money_to_minor(tf_money_percent(value), &minor))
        must(minor == 0 || (minor > 0) == (tf_money_sign(value) > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (reader == NULL)
        start();
    tf_arena_rewind(arena);
    struct tf_str text = {(const char *)data, size};
    read_record(text);
    split(text);
    money(text);
    return 0;
}
