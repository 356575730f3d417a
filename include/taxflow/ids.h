/* International identifiers that invoices and payments carry: IBAN, BIC, LEI, GLN, GTIN. Pure, no allocation, any thread; each below 300 ns. */
#ifndef TAXFLOW_IDS_H
#define TAXFLOW_IDS_H

#include "taxflow/taxid.h"

/*
 * Each takes the identifier as UTF-8, in either case, spaces and dashes ignored, and answers with a value of enum tf_taxid but TF_TAXID_UNKNOWN.
 */

/**
 * IBAN: ISO 13616-1, check digits by ISO/IEC 7064 MOD 97-10, length and alphabet of the account by country (SWIFT IBAN registry).
 * TF_TAXID_COMPONENT: no country of the registry.
 */
enum tf_taxid tf_ids_iban(struct tf_str iban);
/** BIC: ISO 9362, 8 or 11 characters: four letters, two of a country, two and perhaps three letters or digits. It has no check digits. */
enum tf_taxid tf_ids_bic(struct tf_str bic);
/** LEI: ISO 17442-1, 20 letters and digits, MOD 97-10. */
enum tf_taxid tf_ids_lei(struct tf_str lei);
/** GLN (scheme 0088): GS1 General Specifications 3.4, 13 digits, check digit modulo 10 (7.9). */
enum tf_taxid tf_ids_gln(struct tf_str gln);
/** GTIN-8, -12, -13 or -14 (scheme 0160): GS1 General Specifications 3.3, check digit modulo 10 (7.9). */
enum tf_taxid tf_ids_gtin(struct tf_str gtin);
/** Creditor reference: ISO 11649, RF, two check digits by MOD 97-10 and up to 21 letters and digits. */
enum tf_taxid tf_ids_reference(struct tf_str reference);

#endif
