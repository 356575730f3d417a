/*
 * IEEE 754 binary64 in whole numbers. The artefact for CII adds up some amounts without saying that they are decimals, so XPath
 * takes them as xs:double, and whether 1.005 becomes 1.00 or 1.01 is a matter of its 53 bits. To agree there, a rule counts as it
 * does; amounts themselves stay exact decimals.
 * Source: XPath 2.0, 3.5.2 (untyped operands become xs:double); IEEE 754-2008, 4.3.1 (round to nearest, ties to even).
 */
#ifndef TAXFLOW_RULES_TAX_BINARY64_H
#define TAXFLOW_RULES_TAX_BINARY64_H

#include "taxflow/money.h"

/*
 * mantissa × 2^exponent, 2^52 <= |mantissa| < 2^53; or 0, and then an exponent of 1 is the negative zero. Amounts are far from
 * where binary64 ends on either side.
 */
struct tf_binary64 {
    int64_t mantissa;
    int exponent;
};

#define TF_BINARY64_NEGATIVE_ZERO ((struct tf_binary64){0, 1})

/** The nearest binary64 of a decimal. */
struct tf_binary64 tf_binary64_of(struct tf_decimal a);
/** The same of an amount as it is written: "-0.00" is the negative zero. */
struct tf_binary64 tf_binary64_of_amount(struct tf_amount a);
/** Sum and product, each rounded to the nearest; less: a < b. */
struct tf_binary64 tf_binary64_add(struct tf_binary64 a, struct tf_binary64 b);
struct tf_binary64 tf_binary64_mul(struct tf_binary64 a, struct tf_binary64 b);
bool tf_binary64_less(struct tf_binary64 a, struct tf_binary64 b);
/** Whether they are one number; the negative zero is not the positive one, to the processor that the artefacts are run with. */
bool tf_binary64_eq(struct tf_binary64 a, struct tf_binary64 b);
/** -1, 0, 1 as a is below, equal to, above the decimal: exactly, as xs:decimal(a) compares. At most 20 digits behind its point. */
int tf_binary64_cmp(struct tf_binary64 a, struct tf_decimal b);
/** round(a) div 100: to a whole number, halves toward plus infinity, then the nearest binary64 of its hundredth. */
struct tf_binary64 tf_binary64_round_hundredth(struct tf_binary64 a);
/** The decimal of two digits nearest to what a exactly is, halves toward plus infinity: round(xs:decimal(a) * 100) div 100. */
struct tf_decimal tf_binary64_cents(struct tf_binary64 a);

#endif
