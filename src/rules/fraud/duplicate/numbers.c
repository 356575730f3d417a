#include "numbers.h"

size_t tf_numbers_count(const struct tf_event *event)
{
    switch (event->kind) {
    case TF_KIND_INVOICE:
    case TF_KIND_CREDIT_NOTE:
        return event->as.invoice ? 1 : 0;
    case TF_KIND_PAYMENT:
        return event->as.payment ? event->as.payment->invoices.count : 0;
    default:
        return 0;
    }
}

struct tf_str tf_numbers_at(const struct tf_event *event, size_t index)
{
    struct tf_str number = event->kind == TF_KIND_PAYMENT ? event->as.payment->invoices.items[index].number
                                                          : event->as.invoice->number;
    return tf_str_blank(number) ? TF_STR_NONE : number;
}

struct tf_amount tf_numbers_amount(const struct tf_event *event, size_t index)
{
    if (event->kind == TF_KIND_PAYMENT)
        return event->as.payment->invoices.items[index].amount;
    return (struct tf_amount){.text = TF_STR_NONE};
}
