#include "pipeline_internal.h"
#include "taxflow/dead_letter.h"

#include <string.h>

/* Where a row about this item goes: the item's own partition and key, so that a restore finds it. */
static struct tf_row *new_row(struct tf_pipeline *p, const struct tf_item *item, enum tf_stream stream)
{
    struct tf_row *row = tf_batch_row(p->batch, item->worker);
    if (!row)
        return NULL;
    row->stream = stream;
    row->partition = item->position.partition;
    row->key = item->key;
    row->item = (uint32_t)(item - p->batch->items);
    return row;
}

static void add_header(struct tf_row *row, const char *name, struct tf_str value)
{
    if (tf_str_present(value) && row->headers_count < TF_HEADERS_MAX)
        row->headers[row->headers_count++] = (struct tf_header){tf_str_of(name), value};
}

static struct tf_str trace_parent(const struct tf_item *item, size_t judge, struct tf_arena *arena)
{
    if (!item->trace.valid)
        return TF_STR_NONE;
    char text[TF_TRACE_PARENT_BYTES];
    tf_trace_format(item->result_trace[judge].valid ? &item->result_trace[judge] : &item->trace, text);
    return tf_arena_dup(arena, tf_str_of(text));
}

/* Who owns the id, for a restore; absent where it was not claimed. */
static struct tf_str owner_header(const struct tf_item *item, struct tf_arena *arena)
{
    uint8_t bytes[TF_LEDGER_HEADER_BYTES_MAX];
    size_t length = tf_ledger_header(item, bytes);
    return length > 0 ? tf_arena_dup(arena, (struct tf_str){(const char *)bytes, length}) : TF_STR_NONE;
}

/* A row that takes another's place says whose, and nothing of the owner: the claim is the first row's, and as old as that. */
static bool add_claim_headers(const struct tf_item *item, struct tf_row *row, struct tf_arena *arena)
{
    if (tf_str_present(item->supersedes)) {
        add_header(row, "tf_supersedes", item->supersedes);
        return true;
    }
    struct tf_str owner = owner_header(item, arena);
    add_header(row, "tf_owner", owner);
    if (item->claimed_locally)
        add_header(row, "tf_dedup", TF_STR("local"));
    return tf_str_present(owner);
}

/* The headers of a result: CloudEvents' required ones, the trace, and the owner value that a restore reads. */
static bool fill_result_headers(struct tf_pipeline *p, const struct tf_item *item, size_t judge, struct tf_row *row, struct tf_arena *arena)
{
    const struct tf_judge *j = &p->options.judges[judge];
    struct tf_hash16 id = tf_identity_result(item->ce_source, item->ce_id, item->event.revision, tf_str_of(j->role), tf_str_of(j->ruleset(j->self)));
    char hex[2 * TF_HASH16_BYTES + 1];
    tf_hash_hex(id.bytes, sizeof id.bytes, hex);
    struct tf_str id_text = tf_arena_dup(arena, tf_str_of(hex));
    add_header(row, "ce_id", id_text);
    add_header(row, "ce_source", TF_STR("urn:taxflow"));
    add_header(row, "ce_type", tf_str_of(j->result_type));
    add_header(row, "ce_specversion", TF_STR("1.0"));
    add_header(row, "traceparent", trace_parent(item, judge, arena));
    return add_claim_headers(item, row, arena) && tf_str_present(id_text);
}

static enum tf_err encode_dead(struct tf_pipeline *p, struct tf_item *item, const char *role, const struct tf_problem *problem)
{
    struct tf_arena *arena = p->batch->rows[item->worker].arena;
    struct tf_row *row = new_row(p, item, TF_STREAM_DLQ);
    struct tf_dead_letter letter = {
        .role = role,
        .problem = problem,
        .original = item->value,
        .position = tf_position_text(&item->position, arena),
        .event_id = item->ce_id,
        .traceparent = item->traceparent,
        .ce_id = item->id_enveloped ? TF_STR_NONE : item->ce_id, /* an envelope is read again */
        .ce_source = item->id_enveloped ? TF_STR_NONE : item->ce_source,
        .ce_type = item->ce_type,
        .ce_time = item->ce_time,
        .origin = item->tf_origin,
        .root = tf_str_present(item->tf_root) ? item->tf_root : item->tf_origin,
        .owner = owner_header(item, arena),
        .attempts = item->attempts,
    };
    return row && tf_dead_letter_fill(row, &letter, arena) ? TF_OK : TF_E_LIMIT;
}

static enum tf_err encode_result(struct tf_pipeline *p, struct tf_item *item, size_t judge)
{
    struct tf_arena *arena = p->batch->rows[item->worker].arena;
    const struct tf_judge *j = &p->options.judges[judge];
    if (item->verdict_problem[judge].err != TF_OK)
        return encode_dead(p, item, j->role, &item->verdict_problem[judge]);
    struct tf_buf *scratch = &p->workers[item->worker].scratch;
    struct tf_json json;
    tf_buf_reset(scratch);
    tf_json_init(&json, scratch);
    j->encode(j->self, item->verdict[judge], item->ce_id, tf_position_text(&item->position, arena), &json);
    struct tf_row *row = new_row(p, item, j->stream);
    if (!row || scratch->failed)
        return TF_E_LIMIT;
    row->value = tf_arena_dup(arena, tf_buf_view(scratch));
    if (!tf_str_present(row->value) || (!p->options.sink.bare && !fill_result_headers(p, item, judge, row, arena)))
        return TF_E_LIMIT;
    return TF_OK;
}

/* One row says which record owns the id, so that every duplicate can be explained. */
static enum tf_err encode_duplicate(struct tf_pipeline *p, struct tf_item *item, const char *role)
{
    struct tf_arena *arena = p->batch->rows[item->worker].arena;
    struct tf_owner owner = {0};
    if (!tf_owner_decode(item->other, &owner))
        return TF_E_BREACH;
    const struct tf_source *source = &p->options.source;
    struct tf_position position = {
        .topic = source->topic_of ? tf_str_of(source->topic_of(source->self, owner.partition)) : item->position.topic,
        .partition = owner.partition,
        .offset = owner.offset,
    };
    struct tf_buf *scratch = &p->workers[item->worker].scratch;
    struct tf_json json;
    tf_buf_reset(scratch);
    tf_json_init(&json, scratch);
    tf_json_object(&json);
    tf_json_kstr(&json, "event_id", item->ce_id);
    tf_json_kstr(&json, "position", tf_position_text(&item->position, arena));
    tf_json_kstr(&json, "owner", tf_position_text(&position, arena));
    tf_json_ktext(&json, "role", role);
    tf_json_object_end(&json);
    struct tf_row *row = new_row(p, item, TF_STREAM_DUPLICATES);
    if (!row || scratch->failed)
        return TF_E_LIMIT;
    row->value = tf_arena_dup(arena, tf_buf_view(scratch));
    struct tf_str own_position = tf_position_text(&item->position, arena);
    add_header(row, "ce_specversion", TF_STR("1.0"));
    add_header(row, "tf_role", tf_str_of(role));
    add_header(row, "tf_position", own_position); /* a restore after a rewind knows by it what was done */
    return tf_str_present(row->value) && tf_str_present(own_position) ? TF_OK : TF_E_LIMIT;
}

/* What nobody could read was never any role's: one row. What a claim refused is every role's own row. */
static enum tf_err encode_dead_item(struct tf_pipeline *p, struct tf_item *item)
{
    if (item->problem.err != TF_E_CONFLICT && p->options.judges_count > 1)
        return encode_dead(p, item, "collector", &item->problem);
    for (size_t j = 0; j < p->options.judges_count; j++)
        TF_TRY(encode_dead(p, item, p->options.judges[j].role, &item->problem));
    return TF_OK;
}

/* What nobody reads is not written down, though rows of state may be. */
static bool keeps(const struct tf_pipeline *p, enum tf_stream stream)
{
    const struct tf_sink *sink = &p->options.sink;
    return !sink->keeps || sink->keeps(sink->self, stream);
}

static enum tf_err encode_item(struct tf_pipeline *p, struct tf_item *item)
{
    switch (item->outcome) {
    case TF_OUTCOME_PENDING:
        return TF_E_BREACH;
    case TF_OUTCOME_SKIPPED:
        return TF_OK;
    case TF_OUTCOME_DEAD:
        return encode_dead_item(p, item);
    case TF_OUTCOME_DUPLICATE:
        for (size_t j = 0; j < p->options.judges_count; j++)
            TF_TRY(encode_duplicate(p, item, p->options.judges[j].role));
        return TF_OK;
    case TF_OUTCOME_PROCESS:
        for (size_t j = 0; j < p->options.judges_count; j++) {
            if (keeps(p, p->options.judges[j].stream))
                TF_TRY(encode_result(p, item, j));
            TF_TRY(tf_keep_item(p, item, j));
        }
        return TF_OK;
    }
    return TF_E_BREACH;
}

enum tf_err tf_encode_share(struct tf_pipeline *p, struct tf_slice slice, unsigned worker)
{
    for (size_t i = slice.first; i < slice.end && !p->options.sink.discards; i++)
        if (p->batch->items[i].worker == worker)
            TF_TRY(encode_item(p, &p->batch->items[i]));
    return TF_OK;
}

/* A row the broker refuses for its size would stop the partition for ever: its record becomes a dead letter instead. */
void tf_encode_bury(struct tf_pipeline *p, struct tf_slice slice)
{
    const struct tf_problem too_large = {
        .err = TF_E_RESULT_SIZE,
        .detail = TF_STR("the result is larger than the topic's max.message.bytes; use `taxflow validate` on the document"),
    };
    for (size_t i = slice.first; i < slice.end; i++) {
        for (size_t j = 0; p->oversized[i] && j < p->options.judges_count; j++) {
            p->batch->items[i].verdict_problem[j] = too_large;
            p->batch->items[i].verdict[j] = NULL;
        }
    }
}
