#include "fields.h"

#include "fraud_facts.h"
#include "taxflow/clock.h"

static const struct tf_value unknown = {.known = false};

static const struct tf_str kinds[] = {
#define X(name, text, member) [TF_KIND_##name] = TF_STR_INIT(text),
    TF_KIND_TABLE(X)
#undef X
};
static const struct tf_str directions[] = {[TF_DIRECTION_UNKNOWN] = {NULL, 0},
                                           [TF_DIRECTION_PURCHASE] = TF_STR_INIT("purchase"),
                                           [TF_DIRECTION_SALE] = TF_STR_INIT("sale"),
                                           [TF_DIRECTION_INTERCOMPANY] = TF_STR_INIT("intercompany")};

static struct tf_value of_trimmed(struct tf_str text)
{
    return (struct tf_value){.text = text, .known = text.len > 0};
}

static struct tf_value of_text(struct tf_str text)
{
    return of_trimmed(tf_str_trim(text));
}

static struct tf_value of_truth(bool truth, bool known)
{
    return (struct tf_value){.truth = truth, .known = known};
}

static struct tf_value of_count(uint64_t count)
{
    return (struct tf_value){.number = (tf_int128)count * TF_VALUE_ONE, .known = true};
}

static struct tf_value of_minor(int64_t minor, bool known)
{
    return (struct tf_value){.number = (tf_int128)minor * TF_VALUE_PER_MINOR, .known = known};
}

/* In hundredths, as amounts are everywhere among the fraud rules. */
static struct tf_value of_amount(struct tf_amount amount)
{
    int64_t minor = 0;
    bool known = tf_amount_known(amount) && tf_money_to_minor(amount.value, &minor);
    return of_minor(minor, known);
}

static struct tf_value of_date(struct tf_date date)
{
    return (struct tf_value){.number = (tf_int128)date.days * TF_MS_PER_DAY, .known = tf_date_known(date)};
}

static struct tf_value of_time(int64_t ms, bool known)
{
    return (struct tf_value){.number = ms, .known = known};
}

static const struct tf_invoice *invoice_of(const struct tf_fraud_facts *facts)
{
    bool invoice = facts->event->kind == TF_KIND_INVOICE || facts->event->kind == TF_KIND_CREDIT_NOTE;
    return invoice ? facts->event->as.invoice : NULL;
}

static const struct tf_payment *payment_of(const struct tf_fraud_facts *facts)
{
    return facts->event->kind == TF_KIND_PAYMENT ? facts->event->as.payment : NULL;
}

static const struct tf_journal *journal_of(const struct tf_fraud_facts *facts)
{
    return facts->event->kind == TF_KIND_JOURNAL ? facts->event->as.journal : NULL;
}

static const struct tf_party *party_of(const struct tf_fraud_facts *facts)
{
    return facts->event->kind == TF_KIND_PARTY ? facts->event->as.party_record : NULL;
}

static const struct tf_return *return_of(const struct tf_fraud_facts *facts)
{
    return facts->event->kind == TF_KIND_RETURN ? facts->event->as.tax_return : NULL;
}

/* Whom the record's `party` names: DESIGN 2.3. */
static const struct tf_trader *other_of(const struct tf_fraud_facts *facts)
{
    const struct tf_invoice *invoice = invoice_of(facts);
    if (!invoice)
        return NULL;
    return facts->event->direction == TF_DIRECTION_SALE ? &invoice->buyer : &invoice->seller;
}

/* One reader a row: what a kind lacks is unknown. */
#define READ(name, expression)                                                  \
    static void read_##name(const struct tf_fraud_facts *facts, struct tf_value *to) \
    {                                                                           \
        *to = (expression);                                                     \
    }
#define READ_OF(name, owner, expression)                                        \
    static void read_##name(const struct tf_fraud_facts *facts, struct tf_value *to) \
    {                                                                           \
        *to = owner##_of(facts) ? (expression) : unknown;                       \
    }

READ(kind, of_trimmed(kinds[facts->event->kind]))
READ(company, of_trimmed(facts->company))
READ(supplier, of_trimmed(facts->supplier))
READ(user, of_trimmed(facts->user))
READ(approver, of_text(facts->event->approver))
READ(manual, of_truth(facts->event->manual, facts->event->manual_present))
READ(revision, of_count(facts->event->revision))
READ(time, of_time(facts->time_ms, facts->has_time && facts->event->event_time_of_day))
READ(recorded_at, of_time(facts->event->recorded_at_ms, facts->event->recorded_at_ms != 0))
READ(approved_at, of_time(facts->event->approved_at_ms, facts->event->approved_at_ms != 0))
READ(amount, of_minor(facts->amount_minor, facts->has_amount))
READ(currency, of_trimmed((struct tf_str){facts->currency, facts->currency[0] ? 3 : 0}))
READ_OF(account, payment, of_trimmed(facts->account))
READ_OF(returned, payment, of_truth(facts->returned, true))
READ_OF(value_date, payment, of_date(payment_of(facts)->value_date))
READ_OF(reference, payment, of_text(payment_of(facts)->end_to_end_id))
READ_OF(net, invoice, of_amount(invoice_of(facts)->totals.net))
READ_OF(tax, invoice, of_amount(invoice_of(facts)->totals.vat))
READ_OF(due, invoice, of_amount(invoice_of(facts)->totals.due))
READ_OF(due_date, invoice, of_date(invoice_of(facts)->due_date))
READ_OF(country, other, of_text(other_of(facts)->address.country))
READ_OF(vat_id, other, of_text(other_of(facts)->vat_id))
READ_OF(po, invoice, of_text(invoice_of(facts)->purchase_order_ref))
READ_OF(type_code, invoice, of_text(invoice_of(facts)->type_code))
READ_OF(type, journal, of_text(journal_of(facts)->type))
READ_OF(source, journal, of_text(journal_of(facts)->source))
READ_OF(text, journal, of_text(journal_of(facts)->text))
READ_OF(document_date, journal, of_date(journal_of(facts)->document_date))
READ_OF(registered_on, party, of_date(party_of(facts)->registered_on))
READ_OF(vat_status, party, of_text(party_of(facts)->vat_status))
READ_OF(declared, return, of_amount(return_of(facts)->declared))

static struct tf_value date_of_event(const struct tf_fraud_facts *facts)
{
    int64_t in_day = facts->time_ms % TF_MS_PER_DAY;
    return of_time(facts->time_ms - in_day - (in_day < 0 ? TF_MS_PER_DAY : 0), facts->has_time);
}

static struct tf_value spends_of_event(const struct tf_fraud_facts *facts)
{
    return of_truth(facts->spends, invoice_of(facts) || payment_of(facts));
}

static struct tf_value number_of_event(const struct tf_fraud_facts *facts)
{
    const struct tf_payment *payment = payment_of(facts);
    if (invoice_of(facts))
        return of_text(invoice_of(facts)->number);
    if (payment)
        return payment->invoices.count == 1 ? of_text(payment->invoices.items[0].number) : unknown;
    return journal_of(facts) ? of_text(journal_of(facts)->id) : unknown;
}

static struct tf_value lines_of_event(const struct tf_fraud_facts *facts)
{
    if (invoice_of(facts))
        return of_count(invoice_of(facts)->lines.count);
    return journal_of(facts) ? of_count(journal_of(facts)->lines.count) : unknown;
}

static struct tf_value period_of_event(const struct tf_fraud_facts *facts)
{
    if (journal_of(facts))
        return of_text(journal_of(facts)->period);
    return return_of(facts) ? of_text(return_of(facts)->period) : unknown;
}

READ(direction, of_trimmed(directions[facts->event->direction]))
READ(date, date_of_event(facts))
READ(spends, spends_of_event(facts))
READ(number, number_of_event(facts))
READ(lines, lines_of_event(facts))
READ(period, period_of_event(facts))

#define KIND(kind) TF_FRAUD_FACTS_KIND(kind)
#define INVOICES (KIND(INVOICE) | KIND(CREDIT_NOTE))
#define DOCUMENTS (INVOICES | KIND(PAYMENT))
#define EVERY ((1u << TF_KIND_COUNT) - 1)
#define PERSONAL true
#define OPEN false

const struct tf_field *tf_fields(void)
{
    static const struct tf_field rows[] = {
#define TF_FIELD(name_, type_, kinds_, privacy_, text_)                                                       \
    {.name = #name_, .type = TF_TYPE_##type_, .kinds = (kinds_), .personal = (privacy_), .text = (text_), .read = read_##name_},
#include "fields.def"
#undef TF_FIELD
    };
    return rows;
}
