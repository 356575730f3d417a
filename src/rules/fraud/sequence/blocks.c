#include "blocks.h"

#include "key.h"

bool tf_block_issued(const struct tf_fraud_facts *facts)
{
    enum tf_kind kind = facts->event->kind;
    return (kind == TF_KIND_INVOICE || kind == TF_KIND_CREDIT_NOTE) && facts->event->direction == TF_DIRECTION_SALE;
}

/* Entries of older programs have nothing but the kind: judged in order, as far as anybody can tell. */
enum { KIND_BITS = 4, BEHIND = 1 << KIND_BITS, MINUTE_SHIFT = KIND_BITS + 1 };
_Static_assert(TF_KIND_COUNT <= 1 << KIND_BITS, "a kind fits");
_Static_assert((uint64_t)TF_FRAUD_MINUTES_MAX << MINUTE_SHIFT == UINT64_C(1) << 32, "a minute fits");

static uint32_t tag_of(const struct tf_fraud_facts *facts)
{
    return facts->judged.minute << MINUTE_SHIFT | (facts->judged.behind ? (uint32_t)BEHIND : 0) | (uint32_t)facts->event->kind;
}

enum tf_kind tf_block_kind(uint32_t tag)
{
    return (enum tf_kind)(tag & (BEHIND - 1));
}

struct tf_fraud_moment tf_block_judged(uint32_t tag)
{
    return (struct tf_fraud_moment){tag >> MINUTE_SHIFT, (tag & BEHIND) != 0};
}

/* Invoices and credit notes may count in one series. Two rules with windows of their own do not share a key. */
struct tf_fraud_key tf_block_key(const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts, const struct tf_numbering *numbering,
                                 int64_t block, enum tf_fraud_use use)
{
    struct tf_key text TF_NOT_CLEARED;
    int64_t place[2] = {block, setting->window_ms};
    tf_key_begin_as(&text, TF_STR("SEQ"), 'b', facts, TF_KIND_INVOICE);
    tf_key_str(&text, numbering->before);
    tf_key_str(&text, numbering->after);
    tf_key_str(&text, (struct tf_str){(const char *)place, sizeof place});
    return (struct tf_fraud_key){
        .hash = tf_key_end(&text), .value = numbering->counter, .tag = tag_of(facts), .use = use, .shared = true};
}
