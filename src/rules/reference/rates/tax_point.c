/* Which period and which country's return the tax of an invoice belongs to. */
#include "taxflow/supply.h"

static bool known_day(struct tf_date date, int32_t *ret_day)
{
    *ret_day = date.days;
    return tf_date_known(date) && !tf_str_blank(date.text);
}

/* What a code of BT-8 stands for; the two lists have no code in common. */
enum meant { MEANS_NOTHING, MEANS_ISSUE, MEANS_DELIVERY, MEANS_PAYMENT };
static const struct {
    const char *code;
    enum meant meant;
} codes[] = {
    {"3", MEANS_ISSUE},      {"35", MEANS_DELIVERY}, {"432", MEANS_PAYMENT}, /* UNTDID 2005 */
    {"5", MEANS_ISSUE},      {"29", MEANS_DELIVERY}, {"72", MEANS_PAYMENT},  /* UNTDID 2475 */
};

static enum meant meaning_of(struct tf_str code)
{
    for (size_t i = 0; tf_str_present(code) && i < sizeof codes / sizeof codes[0]; i++)
        if (tf_str_is(tf_str_trim(code), codes[i].code))
            return codes[i].meant;
    return MEANS_NOTHING;
}

enum tf_tax_point tf_supply_tax_point(const struct tf_invoice *invoice, int32_t *ret_day)
{
    if (known_day(invoice->tax_point_date, ret_day))
        return TF_TAX_POINT_DAY;
    const enum meant meant = meaning_of(invoice->tax_point_code);
    if (meant == MEANS_PAYMENT)
        return TF_TAX_POINT_ON_PAYMENT;
    if (meant == MEANS_ISSUE && known_day(invoice->issue_date, ret_day))
        return TF_TAX_POINT_DAY;
    return tf_supply_day(invoice, ret_day) ? TF_TAX_POINT_DAY : TF_TAX_POINT_UNKNOWN;
}

static uint16_t first_of(struct tf_str first_number, struct tf_str second_number, struct tf_str country)
{
    uint16_t found = tf_country_of_vat_id(first_number);
    if (found == TF_COUNTRY_NONE)
        found = tf_country_of_vat_id(second_number);
    return found != TF_COUNTRY_NONE ? found : tf_country_of(country);
}

uint16_t tf_supply_return_country(const struct tf_invoice *invoice, bool purchase, struct tf_str category)
{
    const struct tf_str code = tf_str_trim(category);
    if (purchase && (tf_str_is(code, "AE") || tf_str_is(code, "K")))
        return first_of(TF_STR_NONE, invoice->buyer.vat_id, invoice->buyer.address.country);
    return first_of(invoice->tax_representative.vat_id, invoice->seller.vat_id, invoice->seller.address.country);
}

bool tf_supply_tax_in(const struct tf_invoice *invoice, const char *currency, struct tf_decimal *ret_tax)
{
    const struct tf_str wanted = tf_str_of(currency);
    if (tf_str_ieq(tf_str_trim(invoice->vat_currency), wanted) && tf_amount_known(invoice->totals.vat_accounting)) {
        *ret_tax = invoice->totals.vat_accounting.value;
        return true;
    }
    if (!tf_str_ieq(tf_str_trim(invoice->currency), wanted) || !tf_amount_known(invoice->totals.vat))
        return false;
    *ret_tax = invoice->totals.vat.value;
    return true;
}
