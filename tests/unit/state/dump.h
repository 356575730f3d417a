/* What a store holds, as text that does not depend on ids, slots or room: the same text means the same windows. */
#ifndef TAXFLOW_TESTS_STATE_DUMP_H
#define TAXFLOW_TESTS_STATE_DUMP_H

#include "stage.h"
#include "taxflow/buf.h"

static inline int dump_by_hash(const void *a, const void *b)
{
    const struct tf_table_key *const *left = a, *const *right = b;
    return memcmp((*left)->hash.bytes, (*right)->hash.bytes, TF_HASH16_BYTES);
}

static inline void dump_key(const struct tf_table_key *key, struct tf_buf *out)
{
    char hex[2 * TF_HASH16_BYTES + 1];
    tf_hash_hex(key->hash.bytes, TF_HASH16_BYTES, hex);
    tf_buf_printf(out, "%s %lld %u\n", hex, (long long)key->window_ms, key->pins);
    for (uint32_t i = 0; i < key->count; i++) {
        const struct tf_fraud_entry *entry = &key->entries[key->start + i];
        const struct tf_record *record = tf_record_of(entry);
        int64_t value = (int64_t)(entry->total - (key->start + i > 0 ? entry[-1].total : 0));
        tf_hash_hex(record->identity.bytes, TF_HASH16_BYTES, hex);
        assert_true(value <= key->highest);
        tf_buf_printf(out, "  %lld %lld %s %llu %u %.*s live %u parked %d\n", (long long)entry->time_ms, (long long)value, hex,
                      (unsigned long long)record->revision, entry->tag, TF_STR_ARGS(tf_fraud_entry_id(entry)), record->live, record->parked);
    }
}

static inline int dump_by_group(const void *a, const void *b)
{
    const struct tf_tally_group *const *left = a, *const *right = b;
    return memcmp((*left)->hash.bytes, (*right)->hash.bytes, TF_HASH16_BYTES);
}

/* Counters that hold nothing may be there or not. */
static inline void dump_groups(const struct tf_stage *stage, struct tf_buf *out)
{
    const struct tf_tally_table *table = &stage->tallies;
    const struct tf_tally_group **groups = calloc(table->groups.ids + 1, sizeof *groups);
    size_t count = 0;
    char hex[2 * TF_HASH16_BYTES + 1];
    assert_non_null(groups);
    for (uint32_t id = 0; id < table->groups.ids; id++)
        if (tf_tally_at(table, id)->counts)
            groups[count++] = tf_tally_at(table, id);
    qsort(groups, count, sizeof *groups, dump_by_group);
    for (size_t g = 0; g < count; g++) {
        tf_hash_hex(groups[g]->hash.bytes, TF_HASH16_BYTES, hex);
        for (uint32_t c = 0; c < groups[g]->count; c++)
            if (tf_fraud_count_value(groups[g]->counts[c]) > 0)
                tf_buf_printf(out, "%s %llx\n", hex, (unsigned long long)groups[g]->counts[c].bits);
    }
    free(groups);
}

/* Every key in order of its hash, with its entries; then what is counted in groups. */
static inline void dump_stage(const struct tf_stage *stage, struct tf_buf *out)
{
    const struct tf_table *table = &stage->table;
    const struct tf_table_key **keys = calloc(table->keys.count + 1, sizeof *keys);
    size_t count = 0;
    assert_non_null(keys);
    for (uint32_t id = 0; id < table->keys.ids; id++)
        if (tf_table_at(table, id)->entries)
            keys[count++] = tf_table_at(table, id);
    assert_int_equal(count, table->keys.count);
    qsort(keys, count, sizeof *keys, dump_by_hash);
    tf_buf_reset(out);
    tf_buf_printf(out, "keys %zu entries %zu records %zu\n", table->keys.count, table->entries_count, stage->records.count);
    for (size_t i = 0; i < count; i++)
        dump_key(keys[i], out);
    dump_groups(stage, out);
    assert_false(out->failed);
    free(keys);
}

#endif
