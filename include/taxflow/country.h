/* Countries as VAT knows them: a code each, the European Union by date, and what lies outside its VAT area though inside a member state. */
#ifndef TAXFLOW_COUNTRY_H
#define TAXFLOW_COUNTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "taxflow/str.h"

/* A country is two letters of ISO 3166-1 as one number, XI for Northern Ireland besides; 0 = none. */
#define TF_COUNTRY(first, second) ((uint16_t)((unsigned char)(first) << 8 | (unsigned char)(second)))
#define TF_COUNTRY_NONE ((uint16_t)0)

/** The country of a code (BT-40, BT-55, BT-80), white space around it and its case ignored; EL is GR, UK is GB. NONE when it is no two letters. */
uint16_t tf_country_of(struct tf_str code);
/**
 * The country that a VAT number begins with (BT-31, BT-48, BT-63). NONE where it begins with none: also for EU and IM, under which numbers of
 * the one-stop shops are given (Council Implementing Regulation (EU) 2020/194), which say nothing of where they come from.
 */
uint16_t tf_country_of_vat_id(struct tf_str vat_id);
/** "DE" and a NUL. */
void tf_country_text(uint16_t country, char out[3]);
/** Whether a country belongs to the Union for VAT on a day (days since 1970-01-01): Monaco does with France, XI since 2021, GB until then. */
bool tf_country_in_union(uint16_t country, int32_t day);
/**
 * Whether two countries are one for VAT numbers: XI and GB, France with Monaco and its overseas departments, Spain with IC and EA,
 * Finland with AX, GB with IM.
 */
bool tf_country_same_vat(uint16_t a, uint16_t b);
/** What a postcode of a member state says of being outside the VAT area of the Union: Canary Islands, Livigno, Büsingen (Directive 2006/112/EC, article 6). */
enum tf_country_area { TF_COUNTRY_INSIDE, TF_COUNTRY_OUTSIDE, TF_COUNTRY_UNSURE };
/** UNSURE: the postcode is blank and the country has such places. */
enum tf_country_area tf_country_vat_area(uint16_t country, struct tf_str postcode);
/** A postcode without the white space around it and without a country's letters before it: "F-97110" is "97110". */
struct tf_str tf_country_postcode(struct tf_str postcode);
/** Whether a postcode has one of some beginnings, a blank between them ("35 38"); never for "". */
bool tf_country_postcode_among(struct tf_str postcode, const char *beginnings);

#endif
