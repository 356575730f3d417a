#include "decode_records.h"

#define REVISION_MAX ((uint64_t)1 << 31)
#define ORIGINAL_BYTES_MAX ((uint64_t)1 << 53)
#define IN_ORIGINAL(member) offsetof(struct tf_event, original.member) - offsetof(struct tf_event, original)

static const struct tf_decode_row finding_rows[] = {
    TF_ROW(TEXT, struct tf_format_finding, expected),
    TF_DECODE_ROW(WHOLE, "line", offsetof(struct tf_format_finding, line), ORIGINAL_BYTES_MAX, NULL),
    TF_ROW(TEXT, struct tf_format_finding, message),
    TF_ROW(TEXT, struct tf_format_finding, observed),
    TF_ROW(TEXT, struct tf_format_finding, path),
    TF_ROW_REQUIRED(TEXT, struct tf_format_finding, rule),
    TF_ROW(FLAG, struct tf_format_finding, warning),
};
static const struct tf_decode_shape finding_shape =
    TF_SHAPE(finding_rows, sizeof(struct tf_format_finding), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row stray_rows[] = {
    TF_DECODE_ROW(WHOLE, "item", offsetof(struct tf_stray, item), TF_EVENT_LINES_MAX, NULL),
    TF_ROW_REQUIRED(TEXT, struct tf_stray, kind),
    TF_DECODE_ROW(WHOLE, "line", offsetof(struct tf_stray, line), ORIGINAL_BYTES_MAX, NULL),
    TF_ROW(TEXT, struct tf_stray, scheme),
    TF_ROW(TEXT, struct tf_stray, text),
};
static const struct tf_decode_shape stray_shape = TF_SHAPE(stray_rows, sizeof(struct tf_stray), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row original_rows[] = {
    TF_DECODE_ROW(WHOLE, "bytes", IN_ORIGINAL(bytes), ORIGINAL_BYTES_MAX, NULL),
    TF_DECODE_ROW(LIST, "findings", IN_ORIGINAL(findings), TF_EVENT_LINES_MAX, &finding_shape),
    TF_ROW_IN(TEXT, struct tf_event, original, media_type),
    TF_ROW_IN(TEXT, struct tf_event, original, sha256),
    TF_DECODE_ROW(LIST, "strays", IN_ORIGINAL(strays), TF_EVENT_LINES_MAX, &stray_shape),
    TF_ROW_IN(TEXT, struct tf_event, original, syntax),
};
const struct tf_decode_shape tf_decode_records_original_shape =
    TF_SHAPE(original_rows, sizeof(((struct tf_event *)0)->original), IN_ORIGINAL(present), false);

static const struct tf_decode_row head_rows[] = {
    TF_ROW_AS(TIME, "approved_at", struct tf_event, approved_at_ms),
    TF_ROW(TEXT, struct tf_event, approver),
    TF_ROW_REQUIRED(TEXT, struct tf_event, company),
    TF_ROW(FLAG, struct tf_event, manual),
    TF_ROW_GROUP(struct tf_event, original, tf_decode_records_original_shape),
    TF_ROW_AS(TIME, "recorded_at", struct tf_event, recorded_at_ms),
    TF_DECODE_ROW(WHOLE, "revision", offsetof(struct tf_event, revision), REVISION_MAX, NULL),
    TF_ROW(TEXT, struct tf_event, user),
    TF_ROW(FLAG, struct tf_event, voided),
};
const struct tf_decode_shape tf_decode_records_head_shape =
    TF_SHAPE(head_rows, sizeof(struct tf_event), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row paid_rows[] = {
    TF_ROW(DECIMAL, struct tf_paid_invoice, amount),
    TF_ROW(TEXT, struct tf_paid_invoice, number),
};
static const struct tf_decode_shape paid_shape = TF_SHAPE(paid_rows, sizeof(struct tf_paid_invoice), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row payment_rows[] = {
    TF_ROW(TEXT, struct tf_payment, account),
    TF_ROW_REQUIRED(DECIMAL, struct tf_payment, amount),
    TF_ROW_REQUIRED(TEXT, struct tf_payment, currency),
    TF_ROW_REQUIRED(MOMENT, struct tf_payment, date),
    TF_ROW(TEXT, struct tf_payment, direction),
    TF_ROW(TEXT, struct tf_payment, end_to_end_id),
    TF_ROW(TEXT, struct tf_payment, invoice_number),
    TF_ROW_LIST(struct tf_payment, invoices, TF_EVENT_LIST_MAX, paid_shape),
    TF_ROW(FLAG, struct tf_payment, returned),
    TF_ROW(TEXT, struct tf_payment, status),
    TF_ROW_REQUIRED(TEXT, struct tf_payment, supplier),
    TF_ROW(DATE, struct tf_payment, value_date),
};
const struct tf_decode_shape tf_decode_records_payment_shape =
    TF_SHAPE(payment_rows, sizeof(struct tf_payment), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row journal_line_rows[] = {
    TF_ROW(TEXT, struct tf_journal_line, account),
    TF_ROW(TEXT, struct tf_journal_line, cleared_by),
    TF_ROW(TEXT, struct tf_journal_line, cost_centre),
    TF_ROW(DECIMAL, struct tf_journal_line, credit),
    TF_ROW(TEXT, struct tf_journal_line, currency),
    TF_ROW(DECIMAL, struct tf_journal_line, debit),
    TF_ROW(DECIMAL, struct tf_journal_line, local_amount),
    TF_ROW(TEXT, struct tf_journal_line, partner),
    TF_ROW(TEXT, struct tf_journal_line, partner_kind),
    TF_ROW(DECIMAL, struct tf_journal_line, rate),
    TF_ROW(TEXT, struct tf_journal_line, ref),
    TF_ROW(DECIMAL, struct tf_journal_line, tax_amount),
    TF_ROW(DECIMAL, struct tf_journal_line, tax_base),
    TF_ROW(TEXT, struct tf_journal_line, tax_code),
    TF_ROW(TEXT, struct tf_journal_line, text),
};
static const struct tf_decode_shape journal_line_shape =
    TF_SHAPE(journal_line_rows, sizeof(struct tf_journal_line), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row journal_rows[] = {
    TF_ROW(DATE, struct tf_journal, document_date),
    TF_ROW_REQUIRED(TEXT, struct tf_journal, id),
    {.name = {"lines", sizeof("lines") - 1}, .type = TF_DECODE_LIST, .offset = offsetof(struct tf_journal, lines),
     .limit = TF_EVENT_LINES_MAX, .shape = &journal_line_shape, .required = true},
    TF_ROW(TEXT, struct tf_journal, period),
    TF_ROW_REQUIRED(DATE, struct tf_journal, posting_date),
    TF_ROW(TEXT, struct tf_journal, reversal_of),
    TF_ROW(TEXT, struct tf_journal, source),
    TF_ROW(TEXT, struct tf_journal, text),
    TF_ROW(TEXT, struct tf_journal, type),
};
const struct tf_decode_shape tf_decode_records_journal_shape =
    TF_SHAPE(journal_rows, sizeof(struct tf_journal), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row change_rows[] = {
    TF_ROW_AS(TIME, "at", struct tf_party_change, at_ms),
    TF_ROW(TEXT, struct tf_party_change, by),
    TF_ROW(TEXT, struct tf_party_change, field),
    TF_ROW_AS(TEXT, "new", struct tf_party_change, new_value),
    TF_ROW_AS(TEXT, "old", struct tf_party_change, old_value),
};
static const struct tf_decode_shape change_shape =
    TF_SHAPE(change_rows, sizeof(struct tf_party_change), TF_DECODE_NO_PRESENT, false);

/* The group's members lie in struct tf_party itself. */
static const struct tf_decode_row vat_check_rows[] = {
    TF_ROW_AS(TIME, "at", struct tf_party, vat_checked_at_ms),
    TF_ROW_AS(TEXT, "reference", struct tf_party, vat_reference),
    TF_ROW_AS(TEXT, "status", struct tf_party, vat_status),
};
static const struct tf_decode_shape vat_check_shape =
    TF_SHAPE(vat_check_rows, sizeof(struct tf_party), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row party_rows[] = {
    TF_ROW_LIST(struct tf_party, changes, TF_EVENT_LIST_MAX, change_shape),
    TF_ROW(TEXT, struct tf_party, kind),
    TF_ROW_REQUIRED(TEXT, struct tf_party, party),
    TF_ROW(DATE, struct tf_party, registered_on),
    TF_DECODE_ROW(GROUP, "vat_check", 0, 0, &vat_check_shape),
};
const struct tf_decode_shape tf_decode_records_party_shape =
    TF_SHAPE(party_rows, sizeof(struct tf_party), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row return_rows[] = {
    TF_ROW_REQUIRED(TEXT, struct tf_return, code),
    TF_ROW(TEXT, struct tf_return, company),
    TF_ROW_REQUIRED(DECIMAL, struct tf_return, declared),
    TF_ROW_REQUIRED(TEXT, struct tf_return, period),
};
const struct tf_decode_shape tf_decode_records_return_shape =
    TF_SHAPE(return_rows, sizeof(struct tf_return), TF_DECODE_NO_PRESENT, false);

static const struct tf_decode_row account_rows[] = {
    TF_ROW(DECIMAL, struct tf_account, closing),
    TF_ROW(TEXT, struct tf_account, kind),
    TF_ROW(TEXT, struct tf_account, name),
    TF_ROW_REQUIRED(TEXT, struct tf_account, number),
    TF_ROW(DECIMAL, struct tf_account, opening),
    TF_ROW(TEXT, struct tf_account, standard_code),
};
const struct tf_decode_shape tf_decode_records_account_shape =
    TF_SHAPE(account_rows, sizeof(struct tf_account), TF_DECODE_NO_PRESENT, false);
