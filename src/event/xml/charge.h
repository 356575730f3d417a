/* An allowance or charge while it is read: which of the two it is, its indicator tells, and that may stand anywhere in it. */
#ifndef TAXFLOW_EVENT_XML_CHARGE_H
#define TAXFLOW_EVENT_XML_CHARGE_H

#include "walk.h"

/* A group of a dialect's scratch struct. */
struct tf_xml_charge {
    struct tf_str indicator, reason, reason_code;
    struct tf_amount amount, base, percent;
    struct tf_allowance vat; /* vat_category, vat_rate and vat_scheme alone */
    uint32_t vat_line;       /* of the category; 0 none yet */
};

/** Whether the indicator (xs:boolean) decides, and *ret_charge which it is: a charge, or an allowance. */
bool tf_xml_charge_is(struct tf_str indicator, bool *ret_charge);
/** Append it to the document's allowances or charges. One whose indicator tells nothing leaves its VAT category as a stray. */
enum tf_err tf_xml_charge_end_document(struct tf_xml_walk *walk, const struct tf_xml_frame *frame,
                                       const struct tf_xml_charge *charge) TF_MUST_CHECK;
/** The same for the line that the frame stands in. */
enum tf_err tf_xml_charge_end_line(struct tf_xml_walk *walk, const struct tf_xml_frame *frame, const struct tf_xml_charge *charge) TF_MUST_CHECK;
/** An indicator that is neither "true" nor "false", with the amounts beside it, as a stray: one that decides nothing has no other place. */
enum tf_err tf_xml_charge_stray(struct tf_xml_walk *walk, const struct tf_xml_charge *charge) TF_MUST_CHECK;

#endif
