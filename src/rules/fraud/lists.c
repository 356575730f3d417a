#include "lists.h"

#include <inttypes.h>
#include <stdlib.h>

enum { REASONS_BYTES_MAX = 64 << 20, DIGEST_BYTES = 32 };

struct tf_lists {
    struct tf_list items[TF_LISTS_MAX];
    size_t count;
    uint64_t seed;           /* of this process: nobody can aim at a collision */
    struct tf_arena *reasons;
    const char *last_reason; /* lists tend to repeat them */
    struct tf_hash_stream lines;
    char digest[2 * DIGEST_BYTES + 1];
};

struct tf_lists *tf_lists_create(void)
{
    struct tf_lists *lists = calloc(1, sizeof *lists);
    if (!lists)
        return NULL;
    tf_hash_random(&lists->seed, sizeof lists->seed);
    tf_hash_stream_init(&lists->lines);
    lists->reasons = tf_arena_create(REASONS_BYTES_MAX);
    return lists->reasons ? lists : tf_lists_destroy(lists);
}

struct tf_lists *tf_lists_destroy(struct tf_lists *lists)
{
    if (!lists)
        return NULL;
    for (size_t i = 0; i < lists->count; i++)
        tf_list_table_finish(&lists->items[i].table);
    tf_arena_destroy(lists->reasons);
    free(lists);
    return NULL;
}

struct tf_list *tf_lists_add(struct tf_lists *lists, struct tf_str name)
{
    if (lists->count == TF_LISTS_MAX)
        return NULL;
    struct tf_list *list = &lists->items[lists->count++];
    *list = (struct tf_list){.name = name, .kind = TF_FRAUD_LIST_PLAIN, .field = TF_RECORD_NONE, .points = TF_LIST_POINTS};
    return list;
}

static enum tf_err hash_of(const struct tf_lists *lists, const struct tf_list *list, const struct tf_list_line *line, struct tf_hash16 *ret_hash,
                           const char **ret_problem)
{
    char room[TF_RECORD_VALUE_BYTES_MAX] TF_NOT_CLEARED;
    if (tf_str_present(line->hash)) {
        const struct tf_str half = {line->hash.ptr, 2 * TF_HASH16_BYTES};
        uint8_t rest[TF_HASH16_BYTES];
        bool whole = line->hash.len == 2 * half.len && tf_hash_unhex((struct tf_str){line->hash.ptr + half.len, half.len}, rest, sizeof rest);
        *ret_problem = "a hash is the SHA-256 of the value, 64 hex digits";
        return (whole || line->hash.len == half.len) && tf_hash_unhex(half, ret_hash->bytes, TF_HASH16_BYTES) ? TF_OK : TF_E_VALUE;
    }
    const struct tf_str value = tf_record_comparable(list->field, line->value, room);
    *ret_problem = "a value is a text of at most 512 bytes, and an account or VAT number has letters or digits";
    *ret_hash = tf_hash_table(value, lists->seed);
    return tf_str_present(value) ? TF_OK : TF_E_VALUE;
}

static void digest(struct tf_lists *lists, const struct tf_list *list, const struct tf_list_line *line)
{
    char room[TF_RECORD_VALUE_BYTES_MAX] TF_NOT_CLEARED;
    const struct tf_str parts[] = {list->name, tf_str_present(line->hash) ? TF_STR("#") : TF_STR("="),
                                   tf_str_present(line->hash) ? line->hash : tf_record_comparable(list->field, line->value, room), line->reason};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        tf_hash_stream_add(&lists->lines, parts[i]);
        tf_hash_stream_add(&lists->lines, (struct tf_str){"", 1});
    }
    tf_hash_stream_add(&lists->lines, (struct tf_str){(const char *)&line->until_ms, sizeof line->until_ms});
}

/* NULL for none; *ret_ok false when there is no room. */
static const char *keep_reason(struct tf_lists *lists, struct tf_str reason, bool *ret_ok)
{
    *ret_ok = true;
    if (tf_str_blank(reason))
        return NULL;
    if (!lists->last_reason || !tf_str_is(reason, lists->last_reason))
        lists->last_reason = tf_arena_dup(lists->reasons, reason).ptr;
    *ret_ok = lists->last_reason != NULL;
    return lists->last_reason;
}

enum tf_err tf_lists_put(struct tf_lists *lists, struct tf_list *list, const struct tf_list_line *line, const char **ret_problem)
{
    struct tf_list_entry entry = {.until_ms = line->until_ms};
    bool kept;
    TF_TRY(hash_of(lists, list, line, &entry.hash, ret_problem));
    *ret_problem = "a reason has at most 200 bytes";
    if (line->reason.len > TF_LIST_REASON_BYTES_MAX)
        return TF_E_VALUE;
    *ret_problem = "the list has more entries than a list may have, or its reasons more text";
    entry.reason = keep_reason(lists, line->reason, &kept);
    if (list->table.count == TF_LIST_ENTRIES_MAX || !kept)
        return TF_E_TOO_MANY;
    TF_TRY(tf_list_table_put(&list->table, &entry));
    list->hashed += tf_str_present(line->hash);
    digest(lists, list, line);
    return TF_OK;
}

void tf_lists_seal(struct tf_lists *lists)
{
    uint8_t bytes[DIGEST_BYTES];
    for (size_t i = 0; i < lists->count; i++)
        tf_list_table_fit(&lists->items[i].table);
    tf_hash_stream_end(&lists->lines, bytes);
    tf_hash_hex(bytes, sizeof bytes, lists->digest);
}

void tf_lists_describe(const struct tf_lists *lists, struct tf_buf *out)
{
    for (size_t i = 0; i < lists->count; i++) {
        const struct tf_list *list = &lists->items[i];
        tf_buf_printf(out, "list \"%.*s\" kind=%d field=%s points=%" PRIu32 "\n", TF_STR_ARGS(list->name), (int)list->kind, tf_record_field_word(list->field),
                      list->points);
    }
    if (lists->count > 0)
        tf_buf_printf(out, "lines %s\n", lists->digest);
}

const struct tf_list *tf_lists_named(const struct tf_lists *lists, struct tf_str name)
{
    for (size_t i = 0; i < lists->count; i++)
        if (tf_str_eq(lists->items[i].name, name))
            return &lists->items[i];
    return NULL;
}

/* Of a record without a time nobody can say whether an entry holds: the careful answer is that it does, unless it lets through. */
static bool holds(const struct tf_list *list, const struct tf_list_entry *entry, bool has_time, int64_t time_ms)
{
    if (!entry || entry->until_ms == INT64_MAX)
        return entry != NULL;
    return has_time ? time_ms < entry->until_ms : list->kind != TF_FRAUD_LIST_ALLOW;
}

/* value  as it is compared. */
static const struct tf_list_entry *find(const struct tf_lists *lists, const struct tf_list *list, struct tf_str value, bool has_time, int64_t time_ms)
{
    const struct tf_list_entry *entry = tf_list_table_find(&list->table, tf_hash_table(value, lists->seed));
    if (!holds(list, entry, has_time, time_ms) && list->hashed > 0)
        entry = tf_list_table_find(&list->table, tf_hash_sha256(&value, 1));
    return holds(list, entry, has_time, time_ms) ? entry : NULL;
}

const struct tf_list_entry *tf_list_find(const struct tf_lists *lists, const struct tf_list *list, struct tf_str text, int64_t time_ms)
{
    char room[TF_RECORD_VALUE_BYTES_MAX] TF_NOT_CLEARED;
    const struct tf_str value = tf_record_comparable(list->field, text, room);
    return tf_str_present(value) ? find(lists, list, value, true, time_ms) : NULL;
}

bool tf_fraud_lists_has(const struct tf_lists *lists, struct tf_str name, struct tf_str text, int64_t time_ms)
{
    const struct tf_list *list = tf_lists_named(lists, name);
    return list && tf_list_find(lists, list, text, time_ms) != NULL;
}

/* One list is asked for what a record holds. */
struct look {
    const struct tf_lists *lists;
    const struct tf_list *list;
    const struct tf_fraud_facts *facts;
    const struct tf_list_entry *entry;
};

static bool look_up(void *self, struct tf_str value)
{
    struct look *look = self;
    look->entry = find(look->lists, look->list, value, look->facts->has_time, look->facts->time_ms);
    return look->entry != NULL;
}

uint32_t tf_lists_match(const struct tf_lists *lists, const struct tf_fraud_facts *facts, struct tf_fraud_listing *out)
{
    uint32_t count = 0;
    for (size_t i = 0; i < lists->count; i++) {
        struct look look = {lists, &lists->items[i], facts, NULL};
        if (look.list->table.count > 0 && tf_record_any(facts, look.list->field, look_up, &look))
            out[count++] = (struct tf_fraud_listing){look.list->name, tf_str_of(look.entry->reason), look.list->kind, look.list->points};
    }
    return count;
}
