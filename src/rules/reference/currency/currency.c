#include "taxflow/currency.h"

static const struct tf_currency currencies[] = {
#define CURRENCY(code, decimals, low, high) {code, decimals, low, high},
#include "currencies.def"
#undef CURRENCY
};

const struct tf_currency *tf_currency_find(struct tf_str code)
{
    enum { LETTERS = 3 };
    size_t low = 0, high = sizeof(currencies) / sizeof(currencies[0]);
    code = tf_str_trim(code);
    if (code.len != LETTERS)
        return NULL;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = memcmp(currencies[middle].code, code.ptr, LETTERS);
        if (order == 0)
            return &currencies[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool tf_currency_has_cents(struct tf_str code)
{
    const struct tf_currency *currency = tf_currency_find(code);
    return !currency || (currency->decimals > 0 && strcmp(currency->code, "HUF") != 0);
}
