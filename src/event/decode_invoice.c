#include "decode_invoice.h"

#define SIZE_OF(member) sizeof(((struct tf_invoice *)0)->member)
#define PRESENT_IN(group) (offsetof(struct tf_invoice, group.present) - offsetof(struct tf_invoice, group))

static const struct tf_decode_row note_rows[] = {
    TF_ROW(TEXT, struct tf_note, subject_code), /* BT-21 */
    TF_ROW(TEXT, struct tf_note, text),         /* BT-22 */
};
static const struct tf_decode_shape note_shape = TF_SHAPE(note_rows, sizeof(struct tf_note), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row process_rows[] = {
    TF_ROW_IN(TEXT, struct tf_invoice, process, business_process), /* BT-23 */
    TF_ROW_IN(TEXT, struct tf_invoice, process, specification),    /* BT-24 */
};
static const struct tf_decode_shape process_shape = TF_SHAPE(process_rows, SIZE_OF(process), PRESENT_IN(process), false);

static const struct tf_decode_row preceding_rows[] = {
    TF_ROW(DATE, struct tf_preceding, issue_date), /* BT-26 */
    TF_ROW(TEXT, struct tf_preceding, number),     /* BT-25 */
};
static const struct tf_decode_shape preceding_shape =
    TF_SHAPE(preceding_rows, sizeof(struct tf_preceding), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row transfer_rows[] = {
    TF_ROW(TEXT, struct tf_transfer, account), /* BT-84 */
    TF_ROW(TEXT, struct tf_transfer, bic),     /* BT-86 */
    TF_ROW(TEXT, struct tf_transfer, name),    /* BT-85 */
};
static const struct tf_decode_shape transfer_shape =
    TF_SHAPE(transfer_rows, sizeof(struct tf_transfer), TF_DECODE_NO_PRESENT, false);

#define IN_MEANS(group) offsetof(struct tf_payment_means, group.present) - offsetof(struct tf_payment_means, group)
#define MEANS_SIZE(group) sizeof(((struct tf_payment_means *)0)->group)

static const struct tf_decode_row card_rows[] = {
    TF_ROW_IN(TEXT, struct tf_payment_means, card, holder), /* BT-88 */
    TF_ROW_IN(TEXT, struct tf_payment_means, card, pan),    /* BT-87 */
};
static const struct tf_decode_shape card_shape = TF_SHAPE(card_rows, MEANS_SIZE(card), IN_MEANS(card), false);

static const struct tf_decode_row debit_rows[] = {
    TF_ROW_IN(TEXT, struct tf_payment_means, direct_debit, account),     /* BT-91 */
    TF_ROW_IN(TEXT, struct tf_payment_means, direct_debit, creditor_id), /* BT-90 */
    TF_ROW_IN(TEXT, struct tf_payment_means, direct_debit, mandate),     /* BT-89 */
};
static const struct tf_decode_shape debit_shape = TF_SHAPE(debit_rows, MEANS_SIZE(direct_debit), IN_MEANS(direct_debit), false);

static const struct tf_decode_row means_rows[] = {
    TF_ROW_GROUP(struct tf_payment_means, card, card_shape),                              /* BG-18 */
    TF_ROW_GROUP(struct tf_payment_means, direct_debit, debit_shape),                     /* BG-19 */
    TF_ROW(TEXT, struct tf_payment_means, means_code),                                    /* BT-81 */
    TF_ROW(TEXT, struct tf_payment_means, means_text),                                    /* BT-82 */
    TF_ROW(TEXT, struct tf_payment_means, remittance),                                    /* BT-83 */
    TF_ROW_LIST(struct tf_payment_means, transfers, TF_EVENT_LIST_MAX, transfer_shape),   /* BG-17 */
};
static const struct tf_decode_shape means_shape =
    TF_SHAPE(means_rows, sizeof(struct tf_payment_means), offsetof(struct tf_payment_means, present), false);

static const struct tf_decode_row allowance_rows[] = {
    TF_ROW(DECIMAL, struct tf_allowance, amount),    /* BT-92 BT-99 */
    TF_ROW(DECIMAL, struct tf_allowance, base),      /* BT-93 BT-100 */
    TF_ROW(DECIMAL, struct tf_allowance, percent),   /* BT-94 BT-101 */
    TF_ROW(TEXT, struct tf_allowance, reason),       /* BT-97 BT-104 */
    TF_ROW(TEXT, struct tf_allowance, reason_code),  /* BT-98 BT-105 */
    TF_ROW(TEXT, struct tf_allowance, vat_category), /* BT-95 BT-102 */
    TF_ROW(DECIMAL, struct tf_allowance, vat_rate),  /* BT-96 BT-103 */
    TF_ROW(TEXT, struct tf_allowance, vat_scheme),
};
static const struct tf_decode_shape allowance_shape =
    TF_SHAPE(allowance_rows, sizeof(struct tf_allowance), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row totals_rows[] = {
    TF_ROW_IN(DECIMAL, struct tf_invoice, totals, allowances),     /* BT-107 */
    TF_ROW_IN(DECIMAL, struct tf_invoice, totals, charges),        /* BT-108 */
    TF_ROW_IN(DECIMAL, struct tf_invoice, totals, due),            /* BT-115 */
    TF_ROW_IN(DECIMAL, struct tf_invoice, totals, gross),          /* BT-112 */
    TF_ROW_IN(DECIMAL, struct tf_invoice, totals, line_net),       /* BT-106 */
    TF_ROW_IN(DECIMAL, struct tf_invoice, totals, net),            /* BT-109 */
    TF_ROW_IN(DECIMAL, struct tf_invoice, totals, prepaid),        /* BT-113 */
    TF_ROW_IN(DECIMAL, struct tf_invoice, totals, rounding),       /* BT-114 */
    TF_ROW_IN(DECIMAL, struct tf_invoice, totals, vat),            /* BT-110 */
    TF_ROW_IN(DECIMAL, struct tf_invoice, totals, vat_accounting), /* BT-111 */
};
const struct tf_decode_shape tf_decode_invoice_totals_shape = TF_SHAPE(totals_rows, SIZE_OF(totals), PRESENT_IN(totals), false);

static const struct tf_decode_row breakdown_rows[] = {
    TF_ROW(TEXT, struct tf_vat_breakdown, category),         /* BT-118 */
    TF_ROW(TEXT, struct tf_vat_breakdown, exemption_code),   /* BT-121 */
    TF_ROW(TEXT, struct tf_vat_breakdown, exemption_reason), /* BT-120 */
    TF_ROW(DECIMAL, struct tf_vat_breakdown, rate),          /* BT-119 */
    TF_ROW(TEXT, struct tf_vat_breakdown, scheme),
    TF_ROW(DECIMAL, struct tf_vat_breakdown, tax),           /* BT-117 */
    TF_ROW(DECIMAL, struct tf_vat_breakdown, taxable),       /* BT-116 */
};
const struct tf_decode_shape tf_decode_invoice_breakdown_shape =
    TF_SHAPE(breakdown_rows, sizeof(struct tf_vat_breakdown), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row vat_total_rows[] = {
    TF_ROW(DECIMAL, struct tf_vat_total, amount),
    TF_ROW_LIST(struct tf_vat_total, breakdown, TF_EVENT_LIST_MAX, tf_decode_invoice_breakdown_shape),
    TF_ROW(TEXT, struct tf_vat_total, currency),
};
static const struct tf_decode_shape vat_total_shape =
    TF_SHAPE(vat_total_rows, sizeof(struct tf_vat_total), TF_DECODE_NO_PRESENT, false);

#define IN_FILE(member) offsetof(struct tf_attachment, file.member) - offsetof(struct tf_attachment, file)
enum { ATTACHMENT_BYTES_MAX = 1 << 30 };

static const struct tf_decode_row file_rows[] = { /* BT-125 and what is kept of it */
    TF_DECODE_ROW(WHOLE, "bytes", IN_FILE(bytes), ATTACHMENT_BYTES_MAX, NULL),
    TF_ROW_IN(TEXT, struct tf_attachment, file, mime),
    TF_ROW_IN(TEXT, struct tf_attachment, file, name),
    TF_ROW_IN(TEXT, struct tf_attachment, file, sha256),
};
static const struct tf_decode_shape file_shape =
    TF_SHAPE(file_rows, sizeof(((struct tf_attachment *)0)->file), IN_FILE(present), false);

static const struct tf_decode_row attachment_rows[] = {
    TF_ROW(TEXT, struct tf_attachment, description),    /* BT-123 */
    TF_ROW_GROUP(struct tf_attachment, file, file_shape),
    TF_ROW(TEXT, struct tf_attachment, ref),            /* BT-122 */
    TF_ROW(TEXT, struct tf_attachment, uri),            /* BT-124 */
};
static const struct tf_decode_shape attachment_shape =
    TF_SHAPE(attachment_rows, sizeof(struct tf_attachment), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row third_party_rows[] = {
    TF_ROW(DECIMAL, struct tf_third_party_payment, amount),   /* BT-DEX-002 */
    TF_ROW(TEXT, struct tf_third_party_payment, currency),
    TF_ROW(TEXT, struct tf_third_party_payment, description), /* BT-DEX-003 */
    TF_ROW(TEXT, struct tf_third_party_payment, type),        /* BT-DEX-001 */
};
static const struct tf_decode_shape third_party_shape =
    TF_SHAPE(third_party_rows, sizeof(struct tf_third_party_payment), TF_DECODE_NO_PRESENT, false);

#define GROUP(member, shape) TF_ROW_GROUP(struct tf_invoice, member, shape)
#define LIST(member, shape) TF_ROW_LIST(struct tf_invoice, member, TF_EVENT_LIST_MAX, shape)

static const struct tf_decode_row invoice_rows[] = {
    LIST(allowances, allowance_shape),                                     /* BG-20 */
    LIST(attachments, attachment_shape),                                   /* BG-24 */
    GROUP(buyer, tf_decode_invoice_trader_shape),                          /* BG-7 */
    TF_ROW(TEXT, struct tf_invoice, buyer_accounting_ref),                 /* BT-19 */
    TF_ROW(TEXT, struct tf_invoice, buyer_reference),                      /* BT-10 */
    LIST(charges, allowance_shape),                                        /* BG-21 */
    TF_ROW(TEXT, struct tf_invoice, contract_ref),                         /* BT-12 */
    TF_ROW(TEXT, struct tf_invoice, currency),                             /* BT-5 */
    GROUP(delivery, tf_decode_invoice_delivery_shape),                     /* BG-13 */
    TF_ROW(TEXT, struct tf_invoice, despatch_advice_ref),                  /* BT-16 */
    TF_ROW(DATE, struct tf_invoice, due_date),                             /* BT-9 */
    TF_ROW(DATE, struct tf_invoice, issue_date),                           /* BT-2 */
    TF_ROW_LIST(struct tf_invoice, lines, TF_EVENT_LINES_MAX, tf_decode_invoice_line_shape), /* BG-25 */
    LIST(notes, note_shape),                                               /* BG-1 */
    TF_ROW(TEXT, struct tf_invoice, number),                               /* BT-1 */
    GROUP(object_id, tf_decode_invoice_id_shape),                          /* BT-18 */
    GROUP(payee, tf_decode_invoice_payee_shape),                           /* BG-10 */
    TF_ROW_SINGLE("payment", struct tf_invoice, payments, TF_EVENT_LIST_MAX, means_shape), /* BG-16 */
    TF_ROW(TEXT, struct tf_invoice, payment_terms),                        /* BT-20 */
    GROUP(period, tf_decode_invoice_period_shape),                         /* BG-14 */
    LIST(preceding, preceding_shape),                                      /* BG-3 */
    GROUP(process, process_shape),                                         /* BG-2 */
    TF_ROW(TEXT, struct tf_invoice, project_ref),                          /* BT-11 */
    TF_ROW(TEXT, struct tf_invoice, purchase_order_ref),                   /* BT-13 */
    TF_ROW(TEXT, struct tf_invoice, receiving_advice_ref),                 /* BT-15 */
    TF_ROW(TEXT, struct tf_invoice, sales_order_ref),                      /* BT-14 */
    GROUP(seller, tf_decode_invoice_trader_shape),                         /* BG-4 */
    TF_ROW(TEXT, struct tf_invoice, tax_point_code),                       /* BT-8 */
    TF_ROW(DATE, struct tf_invoice, tax_point_date),                       /* BT-7 */
    GROUP(tax_representative, tf_decode_invoice_representative_shape),     /* BG-11 */
    TF_ROW(TEXT, struct tf_invoice, tender_ref),                           /* BT-17 */
    LIST(third_party_payments, third_party_shape),                         /* BG-DEX-09 */
    GROUP(totals, tf_decode_invoice_totals_shape),                                           /* BG-22 */
    TF_ROW(TEXT, struct tf_invoice, type_code),                            /* BT-3 */
    LIST(vat_breakdown, tf_decode_invoice_breakdown_shape),                                  /* BG-23 */
    TF_ROW(TEXT, struct tf_invoice, vat_currency),                         /* BT-6 */
    LIST(vat_totals, vat_total_shape),
};
const struct tf_decode_shape tf_decode_invoice_shape =
    TF_SHAPE(invoice_rows, sizeof(struct tf_invoice), TF_DECODE_NO_PRESENT, false);
