/* Tax numbers of Africa, and the sum that cards and many registers share. */
#include "check_digit.h"
#include "kinds.h"

/* Egypt: nine digits, in Arabic script as well. */
enum tf_taxid tf_taxid_eg_tn(struct tf_taxid_number *n)
{
    for (size_t i = 0; i < n->len; i++)
        if (n->c[i] >= TF_TAXID_BYTE_ARABIC_ZERO && n->c[i] < TF_TAXID_BYTE_ARABIC_ZERO + 10)
            n->c[i] = (uint8_t)(n->c[i] - TF_TAXID_BYTE_ARABIC_ZERO + '0');
    return tf_taxid_number_match(n, "ddddddddd", TF_TAXID_FORMAT_FIRST);
}

/* Morocco: nine digits of the company, four of the establishment, two that make it a multiple of 97. */
enum tf_taxid tf_taxid_ma_ice(struct tf_taxid_number *n) { return tf_taxid_checksum_if_not(tf_taxid_mod(n->c, 15, 97) == 0); }

/* Tunisia: seven digits and a letter; then perhaps the VAT regime, the category, and the establishment, which is 000 but for category E. */
enum tf_taxid tf_taxid_tn_mf(struct tf_taxid_number *n)
{
    size_t digits = 0;
    while (digits < n->len && tf_taxid_is_digit(n->c[digits]))
        digits++;
    if (digits > 0 && digits < 7)
        tf_taxid_number_pad(n, n->len + 7 - digits);
    if (n->len != 8 && n->len != 13)
        return TF_TAXID_LENGTH;
    if (!tf_taxid_digits(n->c, 7) || !tf_taxid_is_letter(n->c[7]) || tf_taxid_one_of(n->c[7], "IOU"))
        return TF_TAXID_FORMAT;
    if (n->len == 8)
        return TF_TAXID_VALID;
    if (!tf_taxid_one_of(n->c[8], "APBDN") || !tf_taxid_one_of(n->c[9], "MPCNE") || !tf_taxid_digits(n->c + 10, 3))
        return TF_TAXID_FORMAT;
    return tf_taxid_value(n->c + 10, 3) == 0 || n->c[9] == 'E' ? TF_TAXID_VALID : TF_TAXID_FORMAT;
}

/* South Africa: the first digit is 0 to 3 or 9. */
enum tf_taxid tf_taxid_za_tin(struct tf_taxid_number *n) { return tf_taxid_one_of(n->c[0], "01239") ? TF_TAXID_VALID : TF_TAXID_COMPONENT; }

enum tf_taxid tf_taxid_zz_luhn(struct tf_taxid_number *n)
{
    if (n->len == 0 || !tf_taxid_digits(n->c, n->len))
        return TF_TAXID_FORMAT;
    return tf_taxid_checksum_if_not(tf_taxid_luhn(n->c, n->len));
}
