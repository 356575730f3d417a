/* What the elements of UBL mean whose meaning hangs on other elements: tax schemes, VAT categories, charges, references. */
#ifndef TAXFLOW_EVENT_XML_UBL_HOOKS_H
#define TAXFLOW_EVENT_XML_UBL_HOOKS_H

#include "charge.h"

/* Groups that are read as a whole before it is known where they go; each is cleared where its element begins. */
struct ubl_scratch {
    struct { struct tf_str company_id, scheme; } tax_scheme;
    struct { struct tf_str id, scheme, type; } reference;
    struct { struct tf_str code; struct tf_amount rate; struct tf_str reason, reason_code, scheme; } category;
    struct tf_xml_charge charge;
    struct { struct tf_str text, scheme; } code;
};

tf_xml_hook tf_ubl_hooks_end_note, tf_ubl_hooks_end_reference, tf_ubl_hooks_end_line_reference;
tf_xml_hook tf_ubl_hooks_end_seller_tax, tf_ubl_hooks_end_buyer_tax, tf_ubl_hooks_end_representative_tax, tf_ubl_hooks_end_other_tax;
tf_xml_hook tf_ubl_hooks_end_document_charge, tf_ubl_hooks_end_line_charge, tf_ubl_hooks_end_charge_category;
tf_xml_hook tf_ubl_hooks_end_breakdown_category, tf_ubl_hooks_end_line_category;
tf_xml_hook tf_ubl_hooks_end_other_category, tf_ubl_hooks_end_other_line_category;
tf_xml_hook tf_ubl_hooks_end_country, tf_ubl_hooks_end_origin;
tf_xml_hook tf_ubl_hooks_end_party_scheme, tf_ubl_hooks_end_legal_scheme, tf_ubl_hooks_end_endpoint_scheme;
tf_xml_hook tf_ubl_hooks_finish;
tf_xml_watch_hook tf_ubl_hooks_see_currency;

#endif
