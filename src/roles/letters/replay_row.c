/* What is sent for a letter, or why nothing is. */
#include "letters_internal.h"

static const char *const words[TF_REPLAY_COUNT] = {
    [TF_REPLAY_SENT] = "sent",
#define X(name, word, remedy) [TF_REPLAY_##name] = word,
    TF_REPLAY_TABLE(X)
#undef X
};
static const char *const remedies[TF_REPLAY_COUNT] = {
    [TF_REPLAY_SENT] = "",
#define X(name, word, remedy) [TF_REPLAY_##name] = remedy,
    TF_REPLAY_TABLE(X)
#undef X
};

const char *tf_replay_word(enum tf_replay_refusal refusal)
{
    return words[refusal];
}

const char *tf_replay_remedy(enum tf_replay_refusal refusal)
{
    return remedies[refusal];
}

static void add(struct tf_row *row, const char *name, struct tf_str value)
{
    if (tf_str_present(value))
        row->headers[row->headers_count++] = (struct tf_header){tf_str_of(name), value};
}

static bool is_cut(const struct tf_letter *letter)
{
    uint64_t bytes;
    return tf_str_present(letter->bytes) && (!tf_str_to_u64(letter->bytes, UINT64_MAX, &bytes) || bytes > letter->value.len);
}

/* An empty header stands for an identity that was too long to keep: without it the record would become another event. */
static bool lost_its_identity(const struct tf_letter *letter)
{
    return (tf_str_present(letter->ce_id) && letter->ce_id.len == 0) || (tf_str_present(letter->ce_source) && letter->ce_source.len == 0);
}

/* What holds for the collector's letters too. */
enum tf_replay_refusal tf_replay_row_check(const struct tf_letter *letter)
{
    if (tf_str_is(letter->reason, tf_err_reason(TF_E_CONFLICT)))
        return TF_REPLAY_CONFLICT;
    if (tf_str_is(letter->reason, tf_err_reason(TF_E_TOO_BIG)))
        return TF_REPLAY_TOO_BIG;
    return is_cut(letter) ? TF_REPLAY_CUT : TF_REPLAY_SENT;
}

enum tf_replay_refusal tf_replay_row(const struct tf_letter *letter, const char *topic, uint32_t partitions, struct tf_row *row)
{
    struct tf_position from;
    enum tf_replay_refusal refusal = tf_replay_row_check(letter);
    if (refusal != TF_REPLAY_SENT)
        return refusal;
    if (!tf_str_is(letter->role, "tax") && !tf_str_is(letter->role, "fraud"))
        return TF_REPLAY_ROLE;
    if (!tf_letter_parse_position(letter->source, &from) || !tf_str_is(from.topic, topic) || from.partition >= partitions)
        return TF_REPLAY_POSITION;
    if (lost_its_identity(letter))
        return TF_REPLAY_IDENTITY;
    *row = (struct tf_row){.stream = TF_STREAM_AUDIT, .partition = from.partition, .key = letter->key, .value = letter->value};
    add(row, "ce_id", letter->ce_id);
    add(row, "ce_source", letter->ce_source);
    add(row, "ce_type", letter->ce_type);
    add(row, "ce_time", letter->ce_time);
    if (tf_str_present(letter->ce_id)) /* else the record is an envelope, and says so itself */
        add(row, "ce_specversion", TF_STR("1.0"));
    add(row, "traceparent", letter->traceparent);
    add(row, "tf_role", letter->role);
    /* A replay that crashed never came to claim: what it came from still holds the claim. */
    bool claimed = !tf_str_is(letter->reason, tf_err_reason(TF_E_CRASHED)) || !tf_str_present(letter->origin);
    add(row, "tf_origin", claimed ? letter->source : letter->origin);
    add(row, "tf_root", tf_str_present(letter->root) ? letter->root : letter->source);
    return TF_REPLAY_SENT;
}
