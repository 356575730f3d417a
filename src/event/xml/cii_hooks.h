/* What the elements of CII mean whose meaning hangs on other elements: registrations, taxes, charges, references, dates, payment. */
#ifndef TAXFLOW_EVENT_XML_CII_HOOKS_H
#define TAXFLOW_EVENT_XML_CII_HOOKS_H

#include "charge.h"

/* What is read before it is known where it goes; a group is cleared where its element begins. */
struct cii_scratch {
    struct tf_str format;                         /* of the date whose element is open */
    struct { struct tf_str text, scheme; } code;
    struct cii_reference { struct tf_str id, type, scheme; } reference;
    struct tf_str kind;                           /* of tax: ram:TypeCode */
    struct { struct tf_str code; struct tf_amount rate; struct tf_str reason_code, kind; } category;
    struct tf_xml_charge charge;
    struct { struct tf_str indicator; } applied;  /* to the gross price */
    struct { struct tf_amount quantity; struct tf_str unit; } gross; /* the price's own base quantity */
    struct tf_str raw_date;                       /* the last date of another format than 102, as it is written */
    unsigned objects, tenders;                    /* references of the document so far: of the types 130 and 50 */
    struct tf_str proprietary;                    /* an account number that is no IBAN */
    struct tf_str remittance, creditor_id, mandate; /* BT-83 BT-90 BT-89, which stand outside the means of payment */
};

tf_xml_hook tf_cii_hooks_end_seller_number, tf_cii_hooks_end_buyer_number, tf_cii_hooks_end_agent_number;
tf_xml_hook tf_cii_hooks_end_seller_address, tf_cii_hooks_end_buyer_address;
tf_xml_hook tf_cii_hooks_end_reference, tf_cii_hooks_end_line_reference;
tf_xml_hook tf_cii_hooks_end_breakdown, tf_cii_hooks_end_tax_point_code, tf_cii_hooks_end_line_category, tf_cii_hooks_end_charge_category;
tf_xml_hook tf_cii_hooks_end_document_charge, tf_cii_hooks_end_line_charge, tf_cii_hooks_end_pricing;
tf_xml_hook tf_cii_hooks_end_account, tf_cii_hooks_end_bic, tf_cii_hooks_finish;
tf_xml_hook tf_cii_hooks_end_start, tf_cii_hooks_end_end, tf_cii_hooks_end_line_start, tf_cii_hooks_end_line_end, tf_cii_hooks_end_tax_point;
tf_xml_watch_hook tf_cii_hooks_see_once;
/** What the model says of a kind of tax: absent is VAT (upper-case(ram:TypeCode) = 'VAT'); empty where none is named. */
struct tf_str tf_cii_hooks_scheme(struct tf_str kind);
/** Eight digits of format 102 as a day (dialect.h). */
enum tf_err tf_cii_hooks_set_date(struct tf_xml_walk *walk, struct tf_date *target, struct tf_str text) TF_MUST_CHECK;

#endif
