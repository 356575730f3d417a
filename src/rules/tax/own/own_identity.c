/* TF-01: VAT numbers of seller, representative and buyer. Whether a number was ever issued only VIES knows; a wrong digit shows here. */
#include "own.h"
#include "taxflow/taxid.h"

/* A number whose country is known must keep that country's form and check digits. The number itself is not repeated in the finding. */
static void judge_digits(struct tf_case *c, struct tf_str vat_id, struct tf_spot spot)
{
    if (tf_str_blank(vat_id) || tf_country_of_vat_id(vat_id) == TF_COUNTRY_NONE)
        return;
    const enum tf_taxid result = tf_taxid_check_vat(tf_str_trim(vat_id));
    if (result == TF_TAXID_UNKNOWN)
        return;
    tf_case_saw(c, TF_RULE_TF_01);
    if (result != TF_TAXID_VALID)
        tf_case_find_text(c, TF_RULE_TF_01, spot, tf_str_of(tf_taxid_reason(result)), TF_STR("valid"));
}

static bool is_in(uint16_t country, struct tf_str code)
{
    const uint16_t other = tf_country_of(code);
    return other != TF_COUNTRY_NONE && tf_country_same_vat(country, other);
}

/*
 * A seller may be registered in another country than its own, where it sells from a warehouse or to consumers. Then something else in
 * the invoice is of that country: the delivery, or the buyer where no place of delivery is given, or a representative there.
 */
static bool registration_is_explained(const struct tf_invoice *invoice, uint16_t country)
{
    const struct tf_str delivered =
        tf_str_blank(invoice->delivery.address.country) ? invoice->buyer.address.country : invoice->delivery.address.country;
    return is_in(country, invoice->seller.address.country) || is_in(country, delivered) ||
           is_in(country, invoice->tax_representative.address.country);
}

static void judge_countries(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    const uint16_t seller = tf_country_of_vat_id(invoice->seller.vat_id);
    const uint16_t representative = tf_country_of_vat_id(invoice->tax_representative.vat_id);
    if (seller != TF_COUNTRY_NONE && tf_country_of(invoice->seller.address.country) != TF_COUNTRY_NONE) {
        tf_case_saw(c, TF_RULE_TF_01);
        if (!registration_is_explained(invoice, seller))
            tf_case_find_text(c, TF_RULE_TF_01, (struct tf_spot){.term = "seller.vat_id", .bt = "BT-31"},
                              tf_own_country_text(c, seller), tf_str_trim(invoice->seller.address.country));
    }
    if (representative != TF_COUNTRY_NONE && tf_country_of(invoice->tax_representative.address.country) != TF_COUNTRY_NONE) {
        tf_case_saw(c, TF_RULE_TF_01);
        if (!is_in(representative, invoice->tax_representative.address.country))
            tf_case_find_text(c, TF_RULE_TF_01, (struct tf_spot){.term = "tax_representative.vat_id", .bt = "BT-63"},
                              tf_own_country_text(c, representative), tf_str_trim(invoice->tax_representative.address.country));
    }
}

void tf_own_judge_vat_ids(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    judge_digits(c, invoice->seller.vat_id, (struct tf_spot){.term = "seller.vat_id", .bt = "BT-31"});
    judge_digits(c, invoice->tax_representative.vat_id, (struct tf_spot){.term = "tax_representative.vat_id", .bt = "BT-63"});
    judge_digits(c, invoice->buyer.vat_id, (struct tf_spot){.term = "buyer.vat_id", .bt = "BT-48"});
    judge_countries(c);
}
