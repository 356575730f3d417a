#include "amounts.h"

#include <stdlib.h>

struct tf_currency_amounts *tf_amounts_of(struct tf_amounts *amounts, const char code[4])
{
    for (size_t c = 0; c < amounts->count; c++)
        if (memcmp(amounts->currencies[c]->code, code, sizeof amounts->currencies[c]->code) == 0)
            return amounts->currencies[c];
    struct tf_currency_amounts *made = amounts->count < TF_AMOUNTS_CURRENCIES_MAX ? calloc(1, sizeof *made) : NULL;
    if (!made)
        return NULL;
    memcpy(made->code, code, sizeof made->code);
    amounts->currencies[amounts->count++] = made;
    return made;
}

uint64_t tf_amounts_records(const struct tf_currency_amounts *currency)
{
    return currency->records[TF_FRAUD_APPROVE] + currency->records[TF_FRAUD_REVIEW] + currency->records[TF_FRAUD_BLOCK];
}

struct tf_decimal tf_amounts_decimal(tf_int128 minor)
{
    return (struct tf_decimal){.units = minor, .scale = 2};
}

struct tf_decimal tf_amounts_at_risk(const struct tf_currency_amounts *currency)
{
    return tf_amounts_decimal(currency->at_risk_minor[TF_FRAUD_REVIEW] + currency->at_risk_minor[TF_FRAUD_BLOCK]);
}

static int by_weight(const void *a, const void *b)
{
    const struct tf_currency_amounts *x = *(struct tf_currency_amounts *const *)a, *y = *(struct tf_currency_amounts *const *)b;
    const uint64_t stopped_x = x->records[TF_FRAUD_REVIEW] + x->records[TF_FRAUD_BLOCK], stopped_y = y->records[TF_FRAUD_REVIEW] + y->records[TF_FRAUD_BLOCK];
    if (stopped_x != stopped_y)
        return stopped_x > stopped_y ? -1 : 1;
    return memcmp(x->code, y->code, sizeof x->code);
}

void tf_amounts_sort(struct tf_amounts *amounts)
{
    if (amounts->count > 0)
        qsort(amounts->currencies, amounts->count, sizeof amounts->currencies[0], by_weight);
}

void tf_amounts_finish(struct tf_amounts *amounts)
{
    for (size_t c = 0; c < amounts->count; c++)
        free(amounts->currencies[c]);
    amounts->count = 0;
}
