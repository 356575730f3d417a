/* Exact decimals: amounts, prices, quantities and rates. No double ever stands between the text and the verdict. */
#ifndef TAXFLOW_MONEY_H
#define TAXFLOW_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include "taxflow/err.h"
#include "taxflow/str.h"

__extension__ typedef __int128 tf_int128; /* the one typedef: pedantic C has no other spelling */

enum {
    TF_DECIMAL_SCALE_MAX = 20,  /* digits kept behind the point; trailing zeros beyond do not count */
    TF_DECIMAL_DIGITS_MAX = 28, /* significant digits */
};

/* value = units / 10^scale */
struct tf_decimal {
    tf_int128 units;
    uint8_t scale; /* 0..TF_DECIMAL_SCALE_MAX */
    bool unknown;  /* the text is no decimal: only an XML document may say so, and there is a finding of format then; units is 0 */
};

/* A decimal as a record carries it: its value, and the characters it was written in (BR-DEC rules judge those). */
struct tf_amount {
    struct tf_str text; /* absent: the element is absent, and value means nothing */
    struct tf_decimal value;
};

static inline bool tf_amount_present(struct tf_amount a) { return a.text.ptr != NULL; }
/** Whether there is a value to reckon with: the element is present and its text a decimal. */
static inline bool tf_amount_known(struct tf_amount a) { return a.text.ptr != NULL && !a.value.unknown; }

/**
 * Read the lexical forms of xs:decimal ("5", "+5.00", "05.", ".5", "-0.10"), surrounding white space ignored.
 * Exponents, blanks and other characters are TF_E_NUMBER, as are more than 28 significant digits or 20 decimals.
 * Source: XML Schema 1.1 part 2, 3.3.3.
 */
enum tf_err tf_money_parse(struct tf_str text, struct tf_decimal *ret_value) TF_MUST_CHECK;
/** As tf_money_parse for a JSON number token, which may carry an exponent of -20..20 (RFC 8259 section 6). */
enum tf_err tf_money_parse_json(struct tf_str token, struct tf_decimal *ret_value) TF_MUST_CHECK;
/** units / 10^scale, from integers: tf_money_of(12345, 2) is 123.45. */
struct tf_decimal tf_money_of(int64_t units, uint8_t scale);
/** -1, 0, 1 as a is below, equal to, above b. Exact. */
int tf_money_cmp(struct tf_decimal a, struct tf_decimal b);
int tf_money_sign(struct tf_decimal a);
struct tf_decimal tf_money_abs(struct tf_decimal a);
struct tf_decimal tf_money_neg(struct tf_decimal a);
/** Exact sum, difference, product; false on overflow of 128 bits, *ret untouched. A product keeps all its decimals (scale may reach 36). */
bool tf_money_add(struct tf_decimal a, struct tf_decimal b, struct tf_decimal *ret_sum) TF_MUST_CHECK;
bool tf_money_sub(struct tf_decimal a, struct tf_decimal b, struct tf_decimal *ret_difference) TF_MUST_CHECK;
bool tf_money_mul(struct tf_decimal a, struct tf_decimal b, struct tf_decimal *ret_product) TF_MUST_CHECK;
/** a / 100, exact: two more decimals. */
struct tf_decimal tf_money_percent(struct tf_decimal a);
/**
 * Round to `decimals` (0..10) digits, halves toward plus infinity: XPath fn:round, the rounding of the EN 16931
 * artefacts (round(x * 100) div 100): 0.125 -> 0.13, -0.125 -> -0.12.
 */
struct tf_decimal tf_money_round_half_up(struct tf_decimal a, uint8_t decimals);
/**
 * The value in minor units of 2 decimals (halves toward plus infinity), for windows and thresholds.
 * Returns false when it does not fit 64 bits.
 */
bool tf_money_to_minor(struct tf_decimal a, int64_t *ret_minor) TF_MUST_CHECK;
/** Plain decimal text without exponent, at least min_decimals digits behind the point, no other trailing zeros; NUL-terminated. */
enum { TF_MONEY_TEXT_BYTES = 48 };
struct tf_str tf_money_format(struct tf_decimal a, uint8_t min_decimals, char out[TF_MONEY_TEXT_BYTES]);
/** ln of a positive decimal, for the statistics of outlier rules (never for an amount). Returns NaN for a <= 0. */
double tf_money_ln(struct tf_decimal a);

#endif
