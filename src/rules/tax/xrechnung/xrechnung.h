/* The rules of XRechnung 3.0, by what they look at. Where the artefacts of UBL and CII differ, invoice.syntax decides. */
#ifndef TAXFLOW_RULES_TAX_XRECHNUNG_H
#define TAXFLOW_RULES_TAX_XRECHNUNG_H

#include "families.h"

#define TF_XRECHNUNG_CORE "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
#define TF_XRECHNUNG_EXTENSION TF_XRECHNUNG_CORE "#conformant#urn:xeinkauf.de:kosit:extension:xrechnung_3.0"
#define TF_XRECHNUNG_VEHICLES TF_XRECHNUNG_CORE "#compliant#urn:xeinkauf.de:kosit:xrechnung:cvd_0.9"

/** BR-DE-19, -20, -23 to -25, -30, -31: means of payment (xrechnung_payment.c). */
void tf_xrechnung_judge_payment(struct tf_case *c);
/** BR-DEX: of documents that name the extension (xrechnung_extension.c). */
void tf_xrechnung_judge_extension(struct tf_case *c);
/** BR-DE-CVD: of documents about clean vehicles (xrechnung_vehicles.c). */
void tf_xrechnung_judge_vehicles(struct tf_case *c);
/**
 * Whether terms of payment are what BR-DE-18 asks: every line that begins with # is a cash discount in its form, and a line break
 * follows the last one. Any other text is fine.   Source: XRechnung 3.0.2, BT-20.   Cost O(length). (xrechnung_skonto.c)
 */
bool tf_xrechnung_skonto_fits(struct tf_str terms);

#endif
