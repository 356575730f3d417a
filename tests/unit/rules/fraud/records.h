/* Records of master data, journals and returns for rules that look beyond invoices and payments. */
#ifndef TESTS_FRAUD_RECORDS_H
#define TESTS_FRAUD_RECORDS_H

#include "unit/rules/fraud/sample.h"

enum { RECORDS_CHANGES_MAX = 4, RECORDS_TRANSFERS_MAX = 4 };

/* A party record: the event of base points into the rest. */
struct party_sample {
    struct sample base;
    struct tf_party party;
    struct tf_party_change changes[RECORDS_CHANGES_MAX];
};

static inline struct tf_date records_date(int day)
{
    return (struct tf_date){TF_STR("a day"), (int32_t)(sample_time(day) / TF_MS_PER_DAY)};
}

static inline void records_party(struct party_sample *record, const char *party, int day)
{
    sample_base(&record->base, TF_KIND_PARTY, party, day);
    memset(&record->party, 0, sizeof record->party);
    record->party.party = tf_str_of(party);
    record->party.changes.items = record->changes;
    record->base.event.as.party_record = &record->party;
}

/* One more change, on the record's day, hours after its beginning; the event time follows it, as the reader has it. */
static inline void records_change(struct party_sample *record, const char *field, const char *old_value, const char *new_value, int64_t at_ms)
{
    assert_true(record->party.changes.count < RECORDS_CHANGES_MAX);
    record->changes[record->party.changes.count++] =
        (struct tf_party_change){.field = tf_str_of(field), .old_value = tf_str_of(old_value), .new_value = tf_str_of(new_value), .at_ms = at_ms};
    if (at_ms > record->base.event.event_time_ms)
        record->base.event.event_time_ms = at_ms;
    record->base.event.event_time_of_day = true;
}

/* A journal of 119.00 EUR, entered by hand on the day it is posted to, at 10:00 UTC. */
static inline void records_journal(struct sample *sample, int day, const char *text)
{
    sample_journal(sample, "119.00");
    sample->event.event_time_ms = sample_time(day);
    sample->event.recorded_at_ms = sample_time(day) + 10 * (int64_t)3600000;
    sample->event.manual = sample->event.manual_present = true;
    sample->journal.posting_date = records_date(day);
    sample->journal.text = tf_str_of(text);
}

/* An invoice with lines and breakdowns: the event of base points into the rest. */
enum { RECORDS_LINES_MAX = 4, RECORDS_BREAKDOWNS_MAX = 3 };
struct invoice_sample {
    struct sample base;
    struct tf_vat_breakdown breakdowns[RECORDS_BREAKDOWNS_MAX];
    struct tf_line lines[RECORDS_LINES_MAX];
    struct tf_class_id class_ids[RECORDS_LINES_MAX];
};

/* Of a seller and to a buyer in Germany, one line, no breakdown yet. */
static inline void records_invoice(struct invoice_sample *record, const char *amount, int day)
{
    memset(record, 0, sizeof *record);
    sample_invoice(&record->base, "DE136695976", "12", amount, "EUR", day);
    record->base.invoice.issue_date = records_date(day);
    record->base.invoice.seller.vat_id = TF_STR("DE136695976");
    record->base.invoice.seller.address.country = TF_STR("DE");
    record->base.invoice.buyer.vat_id = TF_STR("ATU13585627");
    record->base.invoice.vat_breakdown.items = record->breakdowns;
    record->base.invoice.lines.items = record->lines;
    record->base.invoice.lines.count = 1;
}

/* rate NULL: none is written. */
static inline void records_breakdown(struct invoice_sample *record, const char *category, const char *rate, const char *taxable, const char *tax)
{
    struct tf_invoice *invoice = &record->base.invoice;
    assert_true(invoice->vat_breakdown.count < RECORDS_BREAKDOWNS_MAX);
    record->breakdowns[invoice->vat_breakdown.count++] = (struct tf_vat_breakdown){
        .taxable = sample_amount(taxable), .tax = sample_amount(tax), .rate = sample_amount(rate), .category = tf_str_of(category)};
    invoice->vat_breakdown.present = true;
}

#endif
