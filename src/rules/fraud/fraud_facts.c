#include "fraud_facts.h"

static struct tf_str present_text(struct tf_str text)
{
    text = tf_str_trim(text);
    return text.len > 0 ? text : TF_STR_NONE;
}

static void read_currency(struct tf_str text, char out[4])
{
    text = tf_str_trim(text);
    out[0] = '\0';
    if (text.len != 3)
        return;
    for (size_t i = 0; i < 3; i++) {
        char c = text.ptr[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c < 'A' || c > 'Z') {
            out[0] = '\0';
            return;
        }
        out[i] = c;
    }
    out[3] = '\0';
}

static void read_amount(struct tf_fraud_facts *facts, struct tf_amount amount)
{
    if (!tf_amount_present(amount))
        return;
    facts->amount = amount.value;
    facts->has_amount = tf_money_to_minor(amount.value, &facts->amount_minor);
}

/* Debits of one currency alone add up; a line without one has that of the first line. */
static void read_journal(struct tf_fraud_facts *facts, const struct tf_journal *journal)
{
    struct tf_decimal sum = tf_money_of(0, 2);
    struct tf_str first = journal->lines.count > 0 ? tf_str_trim(journal->lines.items[0].currency) : TF_STR_NONE, currency = first;
    bool any = false;
    for (size_t i = 0; i < journal->lines.count; i++) {
        const struct tf_journal_line *line = &journal->lines.items[i];
        if (!tf_amount_present(line->debit))
            continue;
        struct tf_str own = tf_str_blank(line->currency) ? first : tf_str_trim(line->currency);
        if (any && !tf_str_ieq(own, currency))
            return;
        currency = own;
        any = true;
        if (!tf_money_add(sum, line->debit.value, &sum))
            return;
    }
    facts->amount = sum;
    facts->has_amount = any && tf_money_to_minor(sum, &facts->amount_minor);
    read_currency(currency, facts->currency);
}

static void read_payment(struct tf_fraud_facts *facts, const struct tf_payment *payment)
{
    facts->account = present_text(payment->account);
    facts->returned = payment->returned;
    read_currency(payment->currency, facts->currency);
    read_amount(facts, payment->amount);
}

static void read_invoice(struct tf_fraud_facts *facts, const struct tf_invoice *invoice)
{
    read_currency(invoice->currency, facts->currency);
    read_amount(facts, tf_amount_present(invoice->totals.gross) ? invoice->totals.gross : invoice->totals.due);
}

static bool spends(const struct tf_event *event)
{
    bool document = event->kind == TF_KIND_INVOICE || event->kind == TF_KIND_CREDIT_NOTE || event->kind == TF_KIND_PAYMENT;
    return document && event->direction != TF_DIRECTION_SALE && !event->voided;
}

struct tf_fraud_facts tf_fraud_facts_of(const struct tf_event *event)
{
    struct tf_fraud_facts facts = {
        .event = event,
        .company = present_text(event->company),
        .user = present_text(event->user),
        .supplier = present_text(event->party),
        .spends = spends(event),
        .has_time = event->event_time_present,
        .time_ms = event->event_time_ms,
    };
    if (event->voided)
        return facts; /* no amount of it counts */
    switch (event->kind) {
    case TF_KIND_INVOICE:
    case TF_KIND_CREDIT_NOTE:
        if (event->as.invoice)
            read_invoice(&facts, event->as.invoice);
        break;
    case TF_KIND_PAYMENT:
        if (event->as.payment)
            read_payment(&facts, event->as.payment);
        break;
    case TF_KIND_JOURNAL:
        if (event->as.journal)
            read_journal(&facts, event->as.journal);
        break;
    default:
        break;
    }
    return facts;
}

int64_t tf_fraud_facts_at_risk(const struct tf_fraud_facts *facts)
{
    if (!facts->has_amount || facts->amount_minor == INT64_MIN)
        return 0;
    return facts->amount_minor < 0 ? -facts->amount_minor : facts->amount_minor;
}

int64_t tf_fraud_facts_threshold(const struct tf_fraud_facts *facts, const struct tf_fraud_setting *setting)
{
    for (size_t i = 0; i < setting->thresholds_count; i++)
        if (memcmp(setting->thresholds[i].currency, facts->currency, 4) == 0)
            return setting->thresholds[i].threshold_minor;
    return setting->threshold_minor;
}

const char *tf_fraud_facts_plural(enum tf_kind kind)
{
    switch (kind) {
    case TF_KIND_INVOICE:
        return "invoices";
    case TF_KIND_CREDIT_NOTE:
        return "credit notes";
    case TF_KIND_PAYMENT:
        return "payments";
    default:
        return "records";
    }
}
