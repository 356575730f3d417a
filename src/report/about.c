#include "about.h"

static struct tf_about about_invoice(const struct tf_event *event)
{
    const struct tf_invoice *invoice = event->as.invoice;
    bool sale = event->direction == TF_DIRECTION_SALE;
    return (struct tf_about){
        .number = invoice->number,
        .date = invoice->issue_date.text,
        .counterparty = sale ? invoice->buyer.name : invoice->seller.name,
        .currency = invoice->currency,
        .amount = tf_amount_present(invoice->totals.gross) ? invoice->totals.gross : invoice->totals.due,
    };
}

/* Its amount is a sum, which no member holds: tf_about_amount. */
static struct tf_about about_journal(const struct tf_journal *journal)
{
    struct tf_about about = {.number = journal->id, .date = journal->posting_date.text};
    for (size_t i = 0; i < journal->lines.count && tf_str_blank(about.counterparty); i++)
        about.counterparty = journal->lines.items[i].partner;
    return about;
}

struct tf_about tf_about(const struct tf_event *event)
{
    switch (event->kind) {
    case TF_KIND_INVOICE:
    case TF_KIND_CREDIT_NOTE:
        return about_invoice(event);
    case TF_KIND_PAYMENT: {
        const struct tf_payment *payment = event->as.payment;
        return (struct tf_about){.number = payment->invoices.count ? payment->invoices.items[0].number : TF_STR_NONE,
                              .date = payment->date.text,
                              .counterparty = payment->supplier,
                              .currency = payment->currency,
                              .amount = payment->amount};
    }
    case TF_KIND_JOURNAL:
        return about_journal(event->as.journal);
    case TF_KIND_PARTY:
        return (struct tf_about){.number = event->as.party_record->party, .counterparty = event->as.party_record->party};
    case TF_KIND_RETURN:
        return (struct tf_about){.number = event->as.tax_return->code, .date = event->as.tax_return->period, .amount = event->as.tax_return->declared};
    case TF_KIND_ACCOUNT:
        return (struct tf_about){.number = event->as.account->number};
    case TF_KIND_COUNT:
        break;
    }
    return (struct tf_about){.number = TF_STR_NONE};
}

struct tf_str tf_about_amount(const struct tf_event *event, const struct tf_fraud_facts *facts, char out[TF_MONEY_TEXT_BYTES])
{
    if (event->kind == TF_KIND_JOURNAL)
        return facts->has_amount ? tf_money_format(facts->amount, 2, out) : TF_STR_NONE;
    return tf_about(event).amount.text;
}

struct tf_str tf_about_currency(const struct tf_event *event, const struct tf_fraud_facts *facts)
{
    return event->kind == TF_KIND_JOURNAL ? tf_str_of(facts->currency) : tf_about(event).currency;
}
