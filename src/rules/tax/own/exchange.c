#include "exchange.h"

/* The one VAT total in a currency; absent where there is none, or more than one. */
static struct tf_amount total_in(const struct tf_invoice *invoice, struct tf_str currency)
{
    struct tf_amount found = {.text = TF_STR_NONE};
    size_t count = 0;
    for (size_t i = 0; i < invoice->vat_totals.count; i++) {
        const struct tf_vat_total *total = &invoice->vat_totals.items[i];
        if (!tf_str_eq(tf_str_trim(total->currency), currency) || !tf_amount_known(total->amount))
            continue;
        found = total->amount;
        count++;
    }
    return count == 1 ? found : (struct tf_amount){.text = TF_STR_NONE};
}

bool tf_exchange_vat_totals(const struct tf_invoice *invoice, struct tf_amount *ret_vat, struct tf_amount *ret_accounting)
{
    const struct tf_str currency = tf_str_trim(invoice->currency), accounting = tf_str_trim(invoice->vat_currency);
    if (tf_str_blank(currency) || tf_str_blank(accounting) || tf_str_eq(currency, accounting))
        return false;
    *ret_vat = total_in(invoice, currency);
    *ret_accounting = total_in(invoice, accounting);
    return tf_amount_known(*ret_vat) && tf_amount_known(*ret_accounting);
}

/* value x 10^power; false on overflow. */
static bool shift(tf_int128 *value, int power)
{
    for (; power > 0; power--)
        if (__builtin_mul_overflow(*value, 10, value))
            return false;
    return true;
}

struct tf_figure tf_exchange_quotient(struct tf_figure a, struct tf_figure b)
{
    enum { CENTS = 2 };
    if (!a.known || !b.known || b.value.units <= 0)
        return (struct tf_figure){.known = false};
    const int power = CENTS + b.value.scale - a.value.scale;
    tf_int128 numerator = a.value.units, denominator = b.value.units, doubled;
    if (!shift(&numerator, power) || !shift(&denominator, -power) || __builtin_mul_overflow(numerator, 2, &doubled) ||
        __builtin_add_overflow(doubled, denominator, &doubled) || __builtin_mul_overflow(denominator, 2, &denominator))
        return (struct tf_figure){.known = false};
    tf_int128 rounded = doubled / denominator;
    if (doubled < 0 && doubled % denominator != 0)
        rounded--; /* toward minus infinity, for halves were added */
    return (struct tf_figure){{.units = rounded, .scale = CENTS}, true};
}
