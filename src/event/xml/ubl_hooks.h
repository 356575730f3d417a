/* What the elements of UBL mean whose meaning hangs on other elements: tax schemes, VAT categories, charges, references. */
#ifndef TAXFLOW_EVENT_XML_UBL_HOOKS_H
#define TAXFLOW_EVENT_XML_UBL_HOOKS_H

#include "charge.h"

enum { UBL_SUB_LEVELS_MAX = TF_XML_DEPTH_MAX, UBL_CURRENCIES_MAX = 8 };

/* Each different currency once, as long as there are few. */
struct ubl_currencies {
    struct tf_str seen[UBL_CURRENCIES_MAX];
    uint32_t count;
};

/* What the lines directly below a line add up to. */
struct ubl_sub_sum {
    struct tf_decimal sum;
    struct tf_str own; /* what the sub-line itself says */
    bool any, overflow;
};

/* Groups that are read as a whole before it is known where they go; each is cleared where its element begins. */
struct ubl_scratch {
    struct { struct tf_str company_id, id_scheme, scheme; } tax_scheme;
    struct { struct tf_str id, scheme, type; } reference;
    struct { struct tf_str code; struct tf_amount rate; struct tf_str reason, reason_code, scheme; } category;
    struct tf_xml_charge charge;
    struct { struct tf_str text, scheme; } code;
    struct { struct tf_str country; } place;
    struct { struct tf_str name, value; } property;
    struct tf_date date;
    /* Of the document. */
    uint32_t objects, projects; /* references of the types 130 and 50 */
    struct { _Alignas(16) char first[640]; uint32_t group; } again; /* what stood before the group that is open: ubl_again.c */
    uint32_t categories;        /* of the sub-line's item that is open */
    struct ubl_currencies currencies, amount_currencies;
    struct ubl_sub_sum sums[UBL_SUB_LEVELS_MAX]; /* [0] of the line, [n] of the sub-line n levels below it */
};

tf_xml_hook tf_ubl_hooks_end_type_code, tf_ubl_hooks_end_quantity;
tf_xml_hook tf_ubl_hooks_end_note, tf_ubl_hooks_end_reference, tf_ubl_hooks_end_line_reference;
tf_xml_hook tf_ubl_hooks_end_external_reference, tf_ubl_hooks_end_payee_id;
tf_xml_hook tf_ubl_hooks_end_seller_tax, tf_ubl_hooks_end_buyer_tax, tf_ubl_hooks_end_representative_tax;
tf_xml_hook tf_ubl_hooks_end_document_charge, tf_ubl_hooks_end_line_charge, tf_ubl_hooks_end_charge_category;
tf_xml_hook tf_ubl_hooks_end_breakdown_category, tf_ubl_hooks_end_line_category;
tf_xml_hook tf_ubl_hooks_finish;

/** What the model says of a tax scheme: absent is VAT (normalize-space(upper-case(cbc:ID)) = 'VAT'); empty where none is named. */
struct tf_str tf_ubl_hooks_scheme(struct tf_str scheme);

#endif
