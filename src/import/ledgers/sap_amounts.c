#include "sap_amounts.h"

#include <stdio.h>
#include <string.h>

enum { STORED_DECIMALS = 2, DECIMALS_MAX = 9 };

bool tf_sap_amounts_take(struct tf_sap_amounts *amounts, struct tf_str code, struct tf_str decimals)
{
    uint64_t value;
    if (code.len == 0 || code.len >= TF_SAP_CODE_BYTES || !tf_str_to_u64(decimals, DECIMALS_MAX, &value) || amounts->own_count == TF_SAP_CURRENCIES_MAX)
        return false;
    snprintf(amounts->own[amounts->own_count].code, TF_SAP_CODE_BYTES, "%.*s", TF_STR_ARGS(code));
    amounts->own[amounts->own_count++].decimals = (uint8_t)value;
    return true;
}

static int decimals_of(const struct tf_sap_amounts *amounts, struct tf_str currency)
{
    static const struct { const char *code; int decimals; } delivered[] = {
#define CURRENCY(code, decimals) {code, decimals},
#include "tcurx.def"
#undef CURRENCY
    };
    for (size_t i = 0; i < amounts->own_count; i++)
        if (tf_str_is(currency, amounts->own[i].code))
            return amounts->own[i].decimals;
    for (size_t i = 0; amounts->own_count == 0 && i < sizeof delivered / sizeof delivered[0]; i++)
        if (tf_str_is(currency, delivered[i].code))
            return delivered[i].decimals;
    return STORED_DECIMALS;
}

static int decimals_shown(struct tf_str amount)
{
    const char *point = memchr(amount.ptr, '.', amount.len);
    return point ? (int)(amount.ptr + amount.len - point - 1) : 0;
}

void tf_sap_amounts_see(struct tf_sap_amounts *amounts, struct tf_str amount)
{
    int shown = decimals_shown(amount);
    amounts->two |= shown == STORED_DECIMALS;
    amounts->one |= shown == 1;
    amounts->none |= shown == 0;
}

/*
 * Shown amounts have the decimals of their currency, stored ones two. A program that trims zeros shows neither: where some amounts have one decimal,
 * or none has any, yen without decimals may be either.
 */
static enum tf_map_scale scale_of(const struct tf_sap_amounts *amounts, int decimals, struct tf_str amount)
{
    int shown = decimals_shown(amount);
    if (amounts->scale != TF_SCALE_UNKNOWN)
        return amounts->scale;
    if (shown > STORED_DECIMALS)
        return TF_SCALE_SHOWN;
    if (shown == STORED_DECIMALS || (shown == 1 && decimals == 0))
        return TF_SCALE_STORED;
    if (decimals == 0 && amounts->two && !amounts->one)
        return TF_SCALE_SHOWN;
    return TF_SCALE_UNKNOWN;
}

static bool is_zero(struct tf_str amount)
{
    for (size_t i = 0; i < amount.len; i++)
        if (amount.ptr[i] >= '1' && amount.ptr[i] <= '9')
            return false;
    return true;
}

bool tf_sap_amounts_scale(struct tf_sap_amounts *amounts, struct tf_str currency, char room[TF_CELL_BYTES])
{
    const int decimals = decimals_of(amounts, currency);
    if (decimals == STORED_DECIMALS || is_zero(tf_str_of(room)))
        return true;
    enum tf_map_scale scale = scale_of(amounts, decimals, tf_str_of(room));
    if (scale == TF_SCALE_UNKNOWN) {
        amounts->asked = true;
        snprintf(amounts->asked_code, sizeof amounts->asked_code, "%.*s", TF_STR_ARGS(currency));
        return false;
    }
    return scale == TF_SCALE_SHOWN || tf_cell_shift(room, STORED_DECIMALS - decimals);
}
