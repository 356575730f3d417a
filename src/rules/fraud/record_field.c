#include "record_field.h"

static const struct { const char *word; bool code; } fields[] = {
#define X(name, word, code) {word, code},
    TF_RECORD_FIELD_TABLE(X)
#undef X
    {"none", false},
};

const char *tf_record_field_word(enum tf_record_field field)
{
    return fields[field].word;
}

struct tf_str tf_record_comparable(enum tf_record_field field, struct tf_str text, char out[TF_RECORD_VALUE_BYTES_MAX])
{
    size_t len = 0;
    text = tf_str_trim(text);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool small = c >= 'a' && c <= 'z', plain = small || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (fields[field].code && !plain)
            continue;
        if (len == TF_RECORD_VALUE_BYTES_MAX)
            return TF_STR_NONE;
        out[len++] = small ? (char)(c - 'a' + 'A') : c;
    }
    return len > 0 ? (struct tf_str){out, len} : TF_STR_NONE;
}

struct question {
    const struct tf_fraud_facts *facts;
    enum tf_record_field field;
    bool (*test)(void *self, struct tf_str value);
    void *self;
};

static bool ask(const struct question *question, struct tf_str text)
{
    char room[TF_RECORD_VALUE_BYTES_MAX] TF_NOT_CLEARED;
    const struct tf_str value = tf_record_comparable(question->field, text, room);
    return tf_str_present(value) && question->test(question->self, value);
}

static const struct tf_invoice *document(const struct tf_fraud_facts *facts)
{
    enum tf_kind kind = facts->event->kind;
    return kind == TF_KIND_INVOICE || kind == TF_KIND_CREDIT_NOTE ? facts->event->as.invoice : NULL;
}

static bool ask_accounts(const struct question *question)
{
    const struct tf_invoice *invoice = document(question->facts);
    bool found = ask(question, question->facts->account);
    for (size_t p = 0; invoice && !found && p < invoice->payments.count; p++)
        for (size_t t = 0; !found && t < invoice->payments.items[p].transfers.count; t++)
            found = ask(question, invoice->payments.items[p].transfers.items[t].account);
    return found;
}

static bool ask_vat_ids(const struct question *question)
{
    const struct tf_invoice *invoice = document(question->facts);
    enum tf_direction direction = question->facts->event->direction;
    return invoice
           && ((direction != TF_DIRECTION_SALE && ask(question, invoice->seller.vat_id))
               || (direction != TF_DIRECTION_PURCHASE && ask(question, invoice->buyer.vat_id)));
}

bool tf_record_any(const struct tf_fraud_facts *facts, enum tf_record_field field, bool (*test)(void *self, struct tf_str value), void *self)
{
    const struct question question = {facts, field, test, self};
    switch (field) {
    case TF_RECORD_SUPPLIER:
        return ask(&question, facts->supplier);
    case TF_RECORD_ACCOUNT:
        return ask_accounts(&question);
    case TF_RECORD_USER:
        return ask(&question, facts->user);
    case TF_RECORD_APPROVER:
        return ask(&question, facts->event->approver);
    case TF_RECORD_VAT_ID:
        return ask_vat_ids(&question);
    case TF_RECORD_COMPANY:
        return ask(&question, facts->company);
    case TF_RECORD_NONE:
        break;
    }
    return false;
}
