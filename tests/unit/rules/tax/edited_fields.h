/* The members of an invoice that edits may name (edited_invoice.h), with the names of a record. */
#ifndef TAXFLOW_TESTS_EDITED_FIELDS_H
#define TAXFLOW_TESTS_EDITED_FIELDS_H

#include <stddef.h>

#include "taxflow/invoice.h"

enum edited_type { EDITED_TEXT, EDITED_DATE, EDITED_AMOUNT, EDITED_COUNT, EDITED_SYNTAX, EDITED_KIND, EDITED_GROUP, EDITED_LIST };

struct edited_field {
    const char *name;
    enum edited_type type;
    size_t offset, size;           /* of a group or list element */
    const struct edited_field *of; /* its members, ended by a NULL name */
};

#define TEXT(type, member) {#member, EDITED_TEXT, offsetof(type, member), 0, NULL}
#define DATE(type, member) {#member, EDITED_DATE, offsetof(type, member), 0, NULL}
#define AMOUNT(type, member) {#member, EDITED_AMOUNT, offsetof(type, member), 0, NULL}
#define COUNT(type, member) {#member, EDITED_COUNT, offsetof(type, member), 0, NULL}
#define GROUP(type, member, fields) {#member, EDITED_GROUP, offsetof(type, member), sizeof(((type *)0)->member), fields}
#define LIST(type, member, fields) {#member, EDITED_LIST, offsetof(type, member), sizeof(*((type *)0)->member.items), fields}
#define END {NULL, EDITED_TEXT, 0, 0, NULL}
/* Members of a struct without a name of its own: offsets from where the group begins. */
#define WITHIN(kind, type, group, member) {#member, kind, offsetof(type, group.member) - offsetof(type, group), 0, NULL}
#define WITHIN_GROUP(type, group, member, fields) \
    {#member, EDITED_GROUP, offsetof(type, group.member) - offsetof(type, group), sizeof(((type *)0)->group.member), fields}
#define WITHIN_LIST(type, group, member, fields) \
    {#member, EDITED_LIST, offsetof(type, group.member) - offsetof(type, group), sizeof(*((type *)0)->group.member.items), fields}

static const struct edited_field edited_id[] = {TEXT(struct tf_id, id), TEXT(struct tf_id, scheme), END};
static const struct edited_field edited_address[] = {
    TEXT(struct tf_address, city), TEXT(struct tf_address, postcode), TEXT(struct tf_address, country), END};
static const struct edited_field edited_contact[] = {
    TEXT(struct tf_contact, name), TEXT(struct tf_contact, phone), TEXT(struct tf_contact, email), END};
static const struct edited_field edited_trader[] = {
    TEXT(struct tf_trader, name), TEXT(struct tf_trader, trading_name), LIST(struct tf_trader, ids, edited_id),
    TEXT(struct tf_trader, vat_id), TEXT(struct tf_trader, tax_id), GROUP(struct tf_trader, legal_id, edited_id),
    GROUP(struct tf_trader, endpoint, edited_id), GROUP(struct tf_trader, address, edited_address),
    GROUP(struct tf_trader, contact, edited_contact), END};
static const struct edited_field edited_payee[] = {
    TEXT(struct tf_payee, name), GROUP(struct tf_payee, id, edited_id), GROUP(struct tf_payee, legal_id, edited_id), END};
static const struct edited_field edited_representative[] = {
    TEXT(struct tf_tax_representative, name), TEXT(struct tf_tax_representative, vat_id),
    GROUP(struct tf_tax_representative, address, edited_address), END};
static const struct edited_field edited_period[] = {DATE(struct tf_period, start), DATE(struct tf_period, end), END};
static const struct edited_field edited_delivery[] = {
    GROUP(struct tf_delivery, location_id, edited_id), DATE(struct tf_delivery, date), GROUP(struct tf_delivery, address, edited_address), END};
static const struct edited_field edited_note[] = {TEXT(struct tf_note, subject_code), TEXT(struct tf_note, text), END};
static const struct edited_field edited_preceding[] = {
    TEXT(struct tf_preceding, number), DATE(struct tf_preceding, issue_date), END};
static const struct edited_field edited_transfer[] = {
    TEXT(struct tf_transfer, account), TEXT(struct tf_transfer, name), TEXT(struct tf_transfer, bic), END};
static const struct edited_field edited_card[] = {WITHIN(EDITED_TEXT, struct tf_payment_means, card, pan), END};
static const struct edited_field edited_debit[] = {
    WITHIN(EDITED_TEXT, struct tf_payment_means, direct_debit, mandate), WITHIN(EDITED_TEXT, struct tf_payment_means, direct_debit, creditor_id),
    WITHIN(EDITED_TEXT, struct tf_payment_means, direct_debit, account), END};
static const struct edited_field edited_payment[] = {
    TEXT(struct tf_payment_means, means_code), TEXT(struct tf_payment_means, remittance),
    LIST(struct tf_payment_means, transfers, edited_transfer),
    GROUP(struct tf_payment_means, card, edited_card), GROUP(struct tf_payment_means, direct_debit, edited_debit), END};
static const struct edited_field edited_allowance[] = {
    AMOUNT(struct tf_allowance, amount), AMOUNT(struct tf_allowance, base), AMOUNT(struct tf_allowance, percent),
    TEXT(struct tf_allowance, vat_category),
    AMOUNT(struct tf_allowance, vat_rate), TEXT(struct tf_allowance, vat_scheme), TEXT(struct tf_allowance, reason),
    TEXT(struct tf_allowance, reason_code), END};
static const struct edited_field edited_file[] = {
    WITHIN(EDITED_TEXT, struct tf_attachment, file, mime), WITHIN(EDITED_TEXT, struct tf_attachment, file, name), END};
static const struct edited_field edited_attachment[] = {
    TEXT(struct tf_attachment, ref), TEXT(struct tf_attachment, uri), GROUP(struct tf_attachment, file, edited_file), END};
static const struct edited_field edited_breakdown[] = {
    AMOUNT(struct tf_vat_breakdown, taxable), AMOUNT(struct tf_vat_breakdown, tax), AMOUNT(struct tf_vat_breakdown, rate),
    TEXT(struct tf_vat_breakdown, category), TEXT(struct tf_vat_breakdown, scheme), TEXT(struct tf_vat_breakdown, exemption_reason),
    TEXT(struct tf_vat_breakdown, exemption_code), END};
static const struct edited_field edited_vat_total[] = {
    AMOUNT(struct tf_vat_total, amount), TEXT(struct tf_vat_total, currency),
    LIST(struct tf_vat_total, breakdown, edited_breakdown), END};
static const struct edited_field edited_stray[] = {
    TEXT(struct tf_stray, kind), TEXT(struct tf_stray, text), TEXT(struct tf_stray, scheme), COUNT(struct tf_stray, item), END};
static const struct edited_field edited_third_party[] = {
    TEXT(struct tf_third_party_payment, type), AMOUNT(struct tf_third_party_payment, amount),
    TEXT(struct tf_third_party_payment, currency), TEXT(struct tf_third_party_payment, description), END};
static const struct edited_field edited_process[] = {
    WITHIN(EDITED_TEXT, struct tf_invoice, process, business_process), WITHIN(EDITED_TEXT, struct tf_invoice, process, specification), END};
static const struct edited_field edited_totals[] = {
    WITHIN(EDITED_AMOUNT, struct tf_invoice, totals, line_net), WITHIN(EDITED_AMOUNT, struct tf_invoice, totals, allowances),
    WITHIN(EDITED_AMOUNT, struct tf_invoice, totals, charges), WITHIN(EDITED_AMOUNT, struct tf_invoice, totals, net),
    WITHIN(EDITED_AMOUNT, struct tf_invoice, totals, vat), WITHIN(EDITED_AMOUNT, struct tf_invoice, totals, vat_accounting),
    WITHIN(EDITED_AMOUNT, struct tf_invoice, totals, gross), WITHIN(EDITED_AMOUNT, struct tf_invoice, totals, prepaid),
    WITHIN(EDITED_AMOUNT, struct tf_invoice, totals, rounding), WITHIN(EDITED_AMOUNT, struct tf_invoice, totals, due), END};
static const struct edited_field edited_price[] = {
    WITHIN(EDITED_AMOUNT, struct tf_line, price, net), WITHIN(EDITED_AMOUNT, struct tf_line, price, gross),
    WITHIN(EDITED_AMOUNT, struct tf_line, price, discount), WITHIN(EDITED_AMOUNT, struct tf_line, price, base_quantity),
    WITHIN(EDITED_TEXT, struct tf_line, price, base_unit), END};
static const struct edited_field edited_vat[] = {
    WITHIN(EDITED_TEXT, struct tf_line, vat, category), WITHIN(EDITED_AMOUNT, struct tf_line, vat, rate),
    WITHIN(EDITED_TEXT, struct tf_line, vat, scheme), END};
static const struct edited_field edited_class[] = {TEXT(struct tf_class_id, id), TEXT(struct tf_class_id, list), END};
static const struct edited_field edited_attribute[] = {TEXT(struct tf_item_attribute, name), TEXT(struct tf_item_attribute, value), END};
static const struct edited_field edited_item[] = {
    WITHIN(EDITED_TEXT, struct tf_line, item, name), WITHIN(EDITED_TEXT, struct tf_line, item, origin_country),
    WITHIN_GROUP(struct tf_line, item, standard_id, edited_id), WITHIN_LIST(struct tf_line, item, class_ids, edited_class),
    WITHIN_LIST(struct tf_line, item, attributes, edited_attribute), END};
static const struct edited_field edited_line[] = {
    TEXT(struct tf_line, id), GROUP(struct tf_line, object_id, edited_id), AMOUNT(struct tf_line, quantity), TEXT(struct tf_line, unit),
    AMOUNT(struct tf_line, net), GROUP(struct tf_line, period, edited_period), LIST(struct tf_line, allowances, edited_allowance),
    LIST(struct tf_line, charges, edited_allowance), LIST(struct tf_line, vat_breakdown, edited_breakdown), GROUP(struct tf_line, price, edited_price), GROUP(struct tf_line, vat, edited_vat),
    GROUP(struct tf_line, item, edited_item), END};
static const struct edited_field edited_invoice[] = {
    TEXT(struct tf_invoice, number), DATE(struct tf_invoice, issue_date), TEXT(struct tf_invoice, type_code),
    TEXT(struct tf_invoice, currency), TEXT(struct tf_invoice, vat_currency), DATE(struct tf_invoice, tax_point_date),
    TEXT(struct tf_invoice, tax_point_code), DATE(struct tf_invoice, due_date), TEXT(struct tf_invoice, project_ref),
    TEXT(struct tf_invoice, buyer_reference), TEXT(struct tf_invoice, purchase_order_ref), TEXT(struct tf_invoice, contract_ref),
    TEXT(struct tf_invoice, tender_ref), {"syntax", EDITED_SYNTAX, offsetof(struct tf_invoice, syntax), 0, NULL}, {"kind", EDITED_KIND, 0, 0, NULL},
    TEXT(struct tf_invoice, payment_terms), GROUP(struct tf_invoice, object_id, edited_id), LIST(struct tf_invoice, notes, edited_note),
    GROUP(struct tf_invoice, process, edited_process), LIST(struct tf_invoice, preceding, edited_preceding),
    GROUP(struct tf_invoice, seller, edited_trader), GROUP(struct tf_invoice, buyer, edited_trader),
    GROUP(struct tf_invoice, payee, edited_payee), GROUP(struct tf_invoice, tax_representative, edited_representative),
    GROUP(struct tf_invoice, delivery, edited_delivery), GROUP(struct tf_invoice, period, edited_period),
    LIST(struct tf_invoice, payments, edited_payment), LIST(struct tf_invoice, allowances, edited_allowance),
    LIST(struct tf_invoice, charges, edited_allowance), GROUP(struct tf_invoice, totals, edited_totals),
    LIST(struct tf_invoice, vat_breakdown, edited_breakdown), LIST(struct tf_invoice, vat_totals, edited_vat_total),
    LIST(struct tf_invoice, attachments, edited_attachment), LIST(struct tf_invoice, lines, edited_line),
    LIST(struct tf_invoice, strays, edited_stray), LIST(struct tf_invoice, third_party_payments, edited_third_party), END};

#undef TEXT
#undef DATE
#undef AMOUNT
#undef COUNT
#undef GROUP
#undef LIST
#undef END
#undef WITHIN
#undef WITHIN_GROUP
#undef WITHIN_LIST

#endif
