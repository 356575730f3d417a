#include "party_key.h"

static struct tf_str first_id(const struct tf_trader *trader)
{
    for (size_t i = 0; i < trader->ids.count; i++)
        if (!tf_str_blank(trader->ids.items[i].id))
            return trader->ids.items[i].id;
    return TF_STR_NONE;
}

static struct tf_str trader_key(const struct tf_trader *trader)
{
    const struct tf_str order[] = {trader->vat_id, trader->legal_id.id, first_id(trader), trader->name};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (!tf_str_blank(order[i]))
            return order[i];
    return TF_STR_NONE;
}

static struct tf_str journal_key(const struct tf_journal *journal)
{
    for (size_t i = 0; i < journal->lines.count; i++)
        if (!tf_str_blank(journal->lines.items[i].partner))
            return journal->lines.items[i].partner;
    return journal->id;
}

static struct tf_str key_of(const struct tf_event *event)
{
    switch (event->kind) {
    case TF_KIND_INVOICE:
    case TF_KIND_CREDIT_NOTE:
        return trader_key(event->direction == TF_DIRECTION_SALE ? &event->as.invoice->buyer : &event->as.invoice->seller);
    case TF_KIND_PAYMENT: return event->as.payment->supplier;
    case TF_KIND_JOURNAL: return journal_key(event->as.journal);
    case TF_KIND_PARTY: return event->as.party_record->party;
    case TF_KIND_RETURN: return event->as.tax_return->company;
    case TF_KIND_ACCOUNT:
    case TF_KIND_COUNT: break;
    }
    return event->company;
}

static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

enum tf_err tf_party_key_set(struct tf_event *event, struct tf_arena *arena)
{
    struct tf_str key = tf_str_trim(key_of(event));
    event->party = tf_str_present(key) ? key : TF_STR("");
    bool lower = false;
    for (size_t i = 0; i < key.len && !lower; i++)
        lower = is_lower(key.ptr[i]);
    if (!lower)
        return TF_OK;
    char *upper = tf_arena_alloc(arena, key.len);
    if (upper == NULL)
        return TF_E_LIMIT;
    for (size_t i = 0; i < key.len; i++)
        upper[i] = is_lower(key.ptr[i]) ? (char)(key.ptr[i] - 'a' + 'A') : key.ptr[i];
    event->party = (struct tf_str){upper, key.len};
    return TF_OK;
}
