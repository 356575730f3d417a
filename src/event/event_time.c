#include "event_time.h"

#include "taxflow/clock.h"

static void set_moment(struct tf_event *event, int64_t ms)
{
    event->event_time_ms = ms;
    event->event_time_present = true;
    event->event_time_of_day = true;
}

static void set_day(struct tf_event *event, int32_t days)
{
    set_moment(event, (int64_t)days * TF_MS_PER_DAY);
    event->event_time_of_day = false;
}

static void set_date(struct tf_event *event, struct tf_date date)
{
    if (tf_date_known(date))
        set_day(event, date.days);
}

static void set_payment(struct tf_event *event)
{
    int64_t ms;
    if (tf_clock_parse_time(tf_str_trim(event->as.payment->date.text), &ms))
        set_moment(event, ms);
    else
        set_date(event, event->as.payment->date);
}

static void set_party(struct tf_event *event)
{
    const struct tf_party *party = event->as.party_record;
    int64_t latest = party->vat_checked_at_ms;
    for (size_t i = 0; i < party->changes.count; i++)
        if (party->changes.items[i].at_ms > latest)
            latest = party->changes.items[i].at_ms;
    if (latest > 0)
        set_moment(event, latest);
    else
        set_date(event, party->registered_on);
}

/* Its last moment: what happens on the last day of a period belongs to it, and comes before the return. */
static void set_return(struct tf_event *event)
{
    int32_t first, last;
    if (!tf_period_parse(event->as.tax_return->period, &first, &last))
        return;
    set_day(event, last);
    event->event_time_ms += TF_MS_PER_DAY - 1;
}

void tf_event_time_set(struct tf_event *event)
{
    switch (event->kind) {
    case TF_KIND_INVOICE:
    case TF_KIND_CREDIT_NOTE: set_date(event, event->as.invoice->issue_date); break;
    case TF_KIND_PAYMENT: set_payment(event); break;
    case TF_KIND_JOURNAL: set_date(event, event->as.journal->posting_date); break;
    case TF_KIND_PARTY: set_party(event); break;
    case TF_KIND_RETURN: set_return(event); break;
    case TF_KIND_ACCOUNT:
    case TF_KIND_COUNT: break;
    }
}
