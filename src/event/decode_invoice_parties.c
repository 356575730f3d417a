#include "decode_invoice.h"

static const struct tf_decode_row id_rows[] = {
    TF_ROW(TEXT, struct tf_id, id),
    TF_ROW(TEXT, struct tf_id, scheme),
};
const struct tf_decode_shape tf_decode_invoice_id_shape = TF_SHAPE(id_rows, sizeof(struct tf_id), TF_DECODE_NO_PRESENT, true);

static const struct tf_decode_row address_rows[] = {
    TF_ROW(TEXT, struct tf_address, city),        /* BT-37 BT-52 BT-66 BT-77 */
    TF_ROW(TEXT, struct tf_address, country),     /* BT-40 BT-55 BT-69 BT-80 */
    TF_ROW(TEXT, struct tf_address, line1),       /* BT-35 BT-50 BT-64 BT-75 */
    TF_ROW(TEXT, struct tf_address, line2),       /* BT-36 BT-51 BT-65 BT-76 */
    TF_ROW(TEXT, struct tf_address, line3),       /* BT-162 BT-163 BT-164 BT-165 */
    TF_ROW(TEXT, struct tf_address, postcode),    /* BT-38 BT-53 BT-67 BT-78 */
    TF_ROW(TEXT, struct tf_address, subdivision), /* BT-39 BT-54 BT-68 BT-79 */
};
static const struct tf_decode_shape address_shape =
    TF_SHAPE(address_rows, sizeof(struct tf_address), offsetof(struct tf_address, present), false);

static const struct tf_decode_row contact_rows[] = {
    TF_ROW(TEXT, struct tf_contact, email), /* BT-43 BT-58 */
    TF_ROW(TEXT, struct tf_contact, name),  /* BT-41 BT-56 */
    TF_ROW(TEXT, struct tf_contact, phone), /* BT-42 BT-57 */
};
static const struct tf_decode_shape contact_shape =
    TF_SHAPE(contact_rows, sizeof(struct tf_contact), offsetof(struct tf_contact, present), false);

static const struct tf_decode_row trader_rows[] = {
    TF_ROW_GROUP(struct tf_trader, address, address_shape),                               /* BG-5 BG-8 */
    TF_ROW_GROUP(struct tf_trader, contact, contact_shape),                               /* BG-6 BG-9 */
    TF_ROW_GROUP(struct tf_trader, endpoint, tf_decode_invoice_id_shape),                 /* BT-34 BT-49 */
    TF_ROW_LIST(struct tf_trader, ids, TF_EVENT_LIST_MAX, tf_decode_invoice_id_shape),    /* BT-29 BT-46 */
    TF_ROW_GROUP(struct tf_trader, legal_id, tf_decode_invoice_id_shape),                 /* BT-30 BT-47 */
    TF_ROW(TEXT, struct tf_trader, legal_info),                                           /* BT-33 */
    TF_ROW(TEXT, struct tf_trader, name),                                                 /* BT-27 BT-44 */
    TF_ROW(TEXT, struct tf_trader, tax_id),                                               /* BT-32 */
    TF_ROW(TEXT, struct tf_trader, trading_name),                                         /* BT-28 BT-45 */
    TF_ROW(TEXT, struct tf_trader, vat_id),                                               /* BT-31 BT-48 */
};
const struct tf_decode_shape tf_decode_invoice_trader_shape =
    TF_SHAPE(trader_rows, sizeof(struct tf_trader), offsetof(struct tf_trader, present), false);

static const struct tf_decode_row payee_rows[] = {
    TF_ROW_GROUP(struct tf_payee, id, tf_decode_invoice_id_shape),       /* BT-60 */
    TF_ROW_GROUP(struct tf_payee, legal_id, tf_decode_invoice_id_shape), /* BT-61 */
    TF_ROW(TEXT, struct tf_payee, name),                                 /* BT-59 */
};
const struct tf_decode_shape tf_decode_invoice_payee_shape =
    TF_SHAPE(payee_rows, sizeof(struct tf_payee), offsetof(struct tf_payee, present), false);

static const struct tf_decode_row representative_rows[] = {
    TF_ROW_GROUP(struct tf_tax_representative, address, address_shape), /* BG-12 */
    TF_ROW(TEXT, struct tf_tax_representative, name),                   /* BT-62 */
    TF_ROW(TEXT, struct tf_tax_representative, vat_id),                 /* BT-63 */
};
const struct tf_decode_shape tf_decode_invoice_representative_shape =
    TF_SHAPE(representative_rows, sizeof(struct tf_tax_representative), offsetof(struct tf_tax_representative, present), false);

static const struct tf_decode_row delivery_rows[] = {
    TF_ROW_GROUP(struct tf_delivery, address, address_shape),                  /* BG-15 */
    TF_ROW(DATE, struct tf_delivery, date),                                    /* BT-72 */
    TF_ROW_GROUP(struct tf_delivery, location_id, tf_decode_invoice_id_shape), /* BT-71 */
    TF_ROW(TEXT, struct tf_delivery, party_name),                              /* BT-70 */
};
const struct tf_decode_shape tf_decode_invoice_delivery_shape =
    TF_SHAPE(delivery_rows, sizeof(struct tf_delivery), offsetof(struct tf_delivery, present), false);

static const struct tf_decode_row period_rows[] = {
    TF_ROW(DATE, struct tf_period, end),   /* BT-74 BT-135 */
    TF_ROW(DATE, struct tf_period, start), /* BT-73 BT-134 */
};
const struct tf_decode_shape tf_decode_invoice_period_shape =
    TF_SHAPE(period_rows, sizeof(struct tf_period), offsetof(struct tf_period, present), false);
