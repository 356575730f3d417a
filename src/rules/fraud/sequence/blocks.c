#include "blocks.h"

#include "key.h"

bool tf_block_issued(const struct tf_fraud_facts *facts)
{
    enum tf_kind kind = facts->event->kind;
    return (kind == TF_KIND_INVOICE || kind == TF_KIND_CREDIT_NOTE) && facts->event->direction == TF_DIRECTION_SALE;
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
        .hash = tf_key_end(&text), .value = numbering->counter, .tag = (uint32_t)facts->event->kind, .use = use, .shared = true};
}
