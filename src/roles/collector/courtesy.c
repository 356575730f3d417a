#include "courtesy.h"

#include <string.h>

enum { KEY_BYTES = 2 + TF_HASH16_BYTES, SLOTS_MIN = 16 };

void tf_courtesy_begin(struct tf_courtesy *courtesy, struct tf_intake *intake, struct tf_receipt *receipts, size_t count)
{
    *courtesy = (struct tf_courtesy){.intake = intake, .receipts = receipts, .slots_count = SLOTS_MIN};
    while (courtesy->slots_count < 2 * count)
        courtesy->slots_count *= 2;
    if (count > 1)
        courtesy->slots = TF_ARENA_ARRAY(intake->arena, uint32_t, courtesy->slots_count);
}

static struct tf_str write_key(const struct tf_receipt *receipt, char out[KEY_BYTES])
{
    memcpy(out, "h:", 2);
    memcpy(out + 2, receipt->claim_id.bytes, TF_HASH16_BYTES);
    return (struct tf_str){out, KEY_BYTES};
}

static void mark_known(struct tf_receipt *receipt, bool same)
{
    static const struct tf_problem other = {.detail = {"this id was taken before with another body; send a new id, or a higher revision to amend",
                                                       sizeof "this id was taken before with another body; send a new id, or a higher revision to amend" - 1}};
    if (!same) {
        tf_intake_refuse(receipt, TF_E_CONFLICT, &other);
        return;
    }
    receipt->status = 200;
    receipt->replayed = true;
    receipt->ticket.done = true;
}

/* Receipts that are asked for, in the order of their keys. */
struct question {
    struct tf_receipt **asked;
    struct tf_str *keys;
    size_t count;
};

static bool make_question(const struct tf_courtesy *courtesy, size_t first, size_t count, struct question *question)
{
    struct tf_arena *arena = courtesy->intake->arena;
    char *bytes = tf_arena_alloc(arena, count * KEY_BYTES);
    *question = (struct question){tf_arena_alloc(arena, count * sizeof *question->asked), tf_arena_alloc(arena, count * sizeof *question->keys), 0};
    if (!bytes || !question->asked || !question->keys)
        return false;
    for (size_t i = first; i < first + count; i++) {
        if (courtesy->receipts[i].status != 202)
            continue;
        question->asked[question->count] = &courtesy->receipts[i];
        question->keys[question->count] = write_key(&courtesy->receipts[i], bytes + question->count * KEY_BYTES);
        question->count++;
    }
    return true;
}

static void hear(void *self, size_t number, struct tf_str value)
{
    const struct question *question = self;
    struct tf_receipt *receipt = question->asked[number];
    if (tf_str_present(value))
        mark_known(receipt, value.len == TF_HASH16_BYTES && memcmp(value.ptr, receipt->body_hash.bytes, TF_HASH16_BYTES) == 0);
}

/* The receipt of the call that is sent under this id: an earlier one, or from now on this one. Ids are hashes: their bytes spread well. */
static struct tf_receipt *find_first(struct tf_courtesy *courtesy, struct tf_receipt *receipt)
{
    size_t at = (size_t)tf_hash16_u64(receipt->claim_id) & (courtesy->slots_count - 1);
    for (; courtesy->slots[at]; at = (at + 1) & (courtesy->slots_count - 1)) {
        struct tf_receipt *earlier = &courtesy->receipts[courtesy->slots[at] - 1];
        if (tf_hash16_eq(earlier->claim_id, receipt->claim_id))
            return earlier;
    }
    courtesy->slots[at] = (uint32_t)(receipt - courtesy->receipts) + 1;
    return receipt;
}

static void find_repeats(struct tf_courtesy *courtesy, size_t first, size_t count)
{
    for (size_t i = first; courtesy->slots && i < first + count; i++) {
        struct tf_receipt *receipt = &courtesy->receipts[i];
        const struct tf_receipt *earlier = receipt->status == 202 ? find_first(courtesy, receipt) : receipt;
        if (earlier == receipt)
            continue;
        mark_known(receipt, tf_hash16_eq(earlier->body_hash, receipt->body_hash));
        receipt->first = earlier;
    }
}

void tf_courtesy_recall(struct tf_courtesy *courtesy, size_t first, size_t count)
{
    struct question question;
    if (make_question(courtesy, first, count, &question))
        (void)!tf_dedup_get_all(courtesy->intake->process->dedup, question.keys, question.count, hear, &question, NULL);
    find_repeats(courtesy, first, count);
}

void tf_courtesy_remember(struct tf_intake *intake, const struct tf_receipt *receipts, size_t count)
{
    struct tf_dedup_pair *pairs = tf_arena_alloc(intake->arena, count * sizeof *pairs);
    char *keys = tf_arena_alloc(intake->arena, count * KEY_BYTES);
    size_t used = 0;
    for (size_t i = 0; pairs && keys && i < count; i++) {
        if (receipts[i].status != 202)
            continue;
        pairs[used].suffix = write_key(&receipts[i], keys + used * KEY_BYTES);
        pairs[used++].value = (struct tf_str){(const char *)receipts[i].body_hash.bytes, TF_HASH16_BYTES};
    }
    if (tf_dedup_put_all(intake->process->dedup, pairs, used, true, NULL) != TF_OK)
        TF_LOG0(TF_LOG_DEBUG, "courtesy_skipped", "ids were not remembered for repeats; the roles' claims decide");
}
