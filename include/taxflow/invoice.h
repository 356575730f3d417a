/*
 * The semantic model of EN 16931-1 as a C struct: one member a business term, absent key = absent element, `present`
 * for groups, so that an empty group ({}) differs from none. Names follow the JSON names of README "Records".
 * All bytes belong to the batch's arena or to the record itself.
 */
#ifndef TAXFLOW_INVOICE_H
#define TAXFLOW_INVOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taxflow/document.h"
#include "taxflow/money.h"
#include "taxflow/str.h"

/* An identifier with its scheme (BT-29 and BT-29-1 …): "scheme" is absent when not given. */
struct tf_id {
    struct tf_str id;
    struct tf_str scheme;
};

/* A date as written, and its day (valid only when the text is not blank). */
struct tf_date {
    struct tf_str text;
    int32_t days; /* since 1970-01-01; TF_DATE_UNKNOWN: the text is no date, as only an XML document may say */
};
#define TF_DATE_UNKNOWN INT32_MIN
/** Whether there is a day to reckon with. */
static inline bool tf_date_known(struct tf_date date) { return date.text.len > 0 && date.days != TF_DATE_UNKNOWN; }

/*
 * A VAT category may carry the tax scheme it was written under ("vat_scheme", "scheme"): absent is VAT, and so a record never needs it.
 * One that is blank or another than VAT makes the category and its rate none of VAT: a few rules of the artefact count it all the same.
 */

/* Shorthand for lists: pointer into the arena and a count. `present` is true for an empty list that was written. */
#define TF_LIST(type)     \
    struct {              \
        type *items;      \
        size_t count;     \
        bool present;     \
    }

struct tf_address { /* BG-5, BG-8, BG-12, BG-15 */
    bool present;
    struct tf_str line1, line2, line3, city, postcode, subdivision, country;
};

struct tf_contact { /* BG-6, BG-9 */
    bool present;
    struct tf_str name, phone, email;
};

struct tf_trader { /* BG-4 seller, BG-7 buyer */
    bool present;
    struct tf_str name, trading_name;   /* BT-27 BT-28 / BT-44 BT-45 */
    TF_LIST(struct tf_id) ids;          /* BT-29 / BT-46 */
    struct tf_id legal_id;              /* BT-30 / BT-47 */
    struct tf_str vat_id, tax_id;       /* BT-31 BT-32 / BT-48 */
    struct tf_str legal_info;           /* BT-33 */
    struct tf_id endpoint;              /* BT-34 / BT-49 */
    struct tf_address address;
    struct tf_contact contact;
};

struct tf_payee { /* BG-10 */
    bool present;
    struct tf_str name;
    struct tf_id id, legal_id;
};

struct tf_tax_representative { /* BG-11 */
    bool present;
    struct tf_str name, vat_id;
    struct tf_address address;
};

struct tf_period { /* BG-14, BG-26 */
    bool present;
    struct tf_date start, end;
};

struct tf_delivery { /* BG-13 */
    bool present;
    struct tf_str party_name;
    struct tf_id location_id;
    struct tf_date date;
    struct tf_address address;
};

struct tf_note { struct tf_str subject_code, text; };                    /* BG-1 */
struct tf_preceding { struct tf_str number; struct tf_date issue_date; }; /* BG-3 */
struct tf_transfer { struct tf_str account, name, bic; };                /* BG-17 */

struct tf_payment_means { /* BG-16, BG-18, BG-19 */
    bool present;
    struct tf_str means_code, means_text, remittance;
    TF_LIST(struct tf_transfer) transfers;
    struct { bool present; struct tf_str pan, holder; } card;
    struct { bool present; struct tf_str mandate, creditor_id, account; } direct_debit;
};

struct tf_allowance { /* BG-20, BG-21 (document), BG-27, BG-28 (line: VAT only where a UBL document has some) */
    struct tf_amount amount, base, percent;
    struct tf_str vat_category;
    struct tf_amount vat_rate;
    struct tf_str vat_scheme;
    struct tf_str reason, reason_code;
};

struct tf_attachment { /* BG-24; content is cut out, its digest kept */
    struct tf_str ref, description, uri;
    struct { bool present; struct tf_str mime, name, sha256; uint64_t bytes; } file;
};

struct tf_vat_breakdown { /* BG-23 */
    struct tf_amount taxable, tax, rate;
    struct tf_str category, scheme, exemption_reason, exemption_code;
};

/* What UBL's repeated TaxTotal says: an amount in a currency, and whether a breakdown stands below it. */
struct tf_vat_total {
    struct tf_amount amount;
    struct tf_str currency;
    bool has_breakdown;
    TF_LIST(struct tf_vat_breakdown) breakdown;
};

/* BG-DEX-09 of XRechnung's extension: what somebody else pays, BT-DEX-001 to -003. */
struct tf_third_party_payment {
    struct tf_str type;
    struct tf_amount amount;
    struct tf_str currency, description;
};

struct tf_item_attribute { struct tf_str name, value; };
struct tf_class_id { struct tf_str id, list, version; };

struct tf_line { /* BG-25 */
    struct tf_str id, note;
    struct tf_id object_id;
    struct tf_amount quantity;
    struct tf_str unit;
    struct tf_amount net;
    struct tf_str order_line_ref, accounting_ref;
    struct tf_period period;
    TF_LIST(struct tf_allowance) allowances;
    TF_LIST(struct tf_allowance) charges;
    TF_LIST(struct tf_vat_breakdown) vat_breakdown; /* no term: a UBL line may have one, and BR-45 to -48, BR-CO-17 look at it */
    struct { bool present; struct tf_amount net, discount, gross, base_quantity; struct tf_str base_unit; } price;
    struct { bool present; struct tf_str category, scheme; struct tf_amount rate; } vat;
    struct {
        bool present;
        struct tf_str name, description, seller_id, buyer_id, origin_country;
        struct tf_id standard_id;
        TF_LIST(struct tf_class_id) class_ids;
        TF_LIST(struct tf_item_attribute) attributes;
    } item;
};

struct tf_invoice {
    struct tf_str number;                   /* BT-1 */
    struct tf_date issue_date;              /* BT-2 */
    struct tf_str type_code, currency, vat_currency;
    struct tf_date tax_point_date;          /* BT-7 */
    struct tf_str tax_point_code;           /* BT-8 */
    struct tf_date due_date;                /* BT-9 */
    struct tf_str buyer_reference, project_ref, contract_ref, purchase_order_ref, sales_order_ref, receiving_advice_ref,
        despatch_advice_ref, tender_ref, buyer_accounting_ref, payment_terms;
    struct tf_id object_id;                 /* BT-18 */
    TF_LIST(struct tf_note) notes;
    struct { bool present; struct tf_str business_process, specification; } process; /* BG-2 */
    TF_LIST(struct tf_preceding) preceding;
    struct tf_trader seller, buyer;
    struct tf_payee payee;
    struct tf_tax_representative tax_representative;
    struct tf_delivery delivery;
    struct tf_period period;
    TF_LIST(struct tf_payment_means) payments; /* "payment": one object, or an array where a document has several */
    TF_LIST(struct tf_allowance) allowances;
    TF_LIST(struct tf_allowance) charges;
    struct {                                /* BG-22 */
        bool present;
        struct tf_amount line_net, allowances, charges, net, vat, vat_accounting, gross, prepaid, rounding, due;
    } totals;
    TF_LIST(struct tf_vat_breakdown) vat_breakdown; /* BG-23 */
    /* Filled from "vat_totals" when written, else made from totals.vat (in BT-5, with the breakdown) and totals.vat_accounting (BT-6). */
    TF_LIST(struct tf_vat_total) vat_totals;
    TF_LIST(struct tf_attachment) attachments;
    TF_LIST(struct tf_third_party_payment) third_party_payments; /* BG-DEX-09 */
    TF_LIST(struct tf_line) lines;
    enum tf_syntax syntax;
    TF_LIST(struct tf_stray) strays;
    TF_LIST(struct tf_format_finding) format_findings;
    TF_LIST(struct tf_mark) marks;          /* of an XML document, in its order; empty for JSON */
};

#endif
