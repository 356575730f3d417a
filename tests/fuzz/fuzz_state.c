/*
 * Can bytes of a state topic hurt?  The first 16 bytes are a row's key, the rest is its value; what reads as a record's row is written and read
 * again, and must be the same; then it goes into a store and out of it, which must be empty afterwards.
 *
 * Rooms: state
 */
#include <stdlib.h>

#include "taxflow/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool same(const struct tf_state_row *a, const struct tf_state_row *b)
{
    bool same = a->revision == b->revision && a->time_ms == b->time_ms && tf_str_eq(a->event_id, b->event_id) && a->keys_count == b->keys_count;
    for (size_t k = 0; k < a->keys_count && same; k++) {
        const struct tf_fraud_key *left = &a->keys[k], *right = &b->keys[k];
        same = tf_hash16_eq(left->hash, right->hash) && left->value == right->value && left->window_ms == right->window_ms && left->tag == right->tag
               && left->shared == right->shared;
    }
    same = same && a->tallies_count == b->tallies_count;
    for (size_t t = 0; t < a->tallies_count && same; t++) {
        const struct tf_state_row_tally *left = &a->tallies[t], *right = &b->tallies[t];
        same = tf_hash16_eq(left->group, right->group) && left->cell == right->cell && left->adds == right->adds
               && left->window_days == right->window_days && left->shared == right->shared;
    }
    return same;
}

static void check_row(struct tf_str key, struct tf_str value)
{
    static struct tf_state_row row, again;
    struct tf_buf written;
    if (!tf_state_row_read(key, value, &row))
        return;
    tf_buf_init(&written, 1 << 20);
    tf_state_row_write(&row, &written);
    must(tf_state_row_read(key, tf_buf_view(&written), &again) && same(&row, &again));
    struct tf_state *state = tf_state_create(64 << 20);
    must(state != NULL);
    must(tf_state_put(state, 3, &row) == TF_OK);
    must(tf_state_holds(state, row.record) == (row.keys_count > 0));
    tf_state_reclaim(state, 0);
    tf_state_take(state, row.record);
    must(tf_state_entries(state) == 0 && tf_state_keys(state) == 0);
    tf_state_destroy(state);
    tf_buf_finish(&written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t time_ms;
    const size_t key_bytes = size < TF_HASH16_BYTES ? size : TF_HASH16_BYTES;
    const struct tf_str key = {(const char *)data, key_bytes}, value = {(const char *)data + key_bytes, size - key_bytes};
    tf_state_row_kind(key);
    (void)!tf_state_watermark_read(value, &time_ms);
    check_row(key, value);
    return 0;
}
