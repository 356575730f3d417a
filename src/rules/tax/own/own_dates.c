/* TF-09: dates that cannot be meant, and a tax point outside the period that is invoiced. There is no clock here: the record says when it was. */
#include "own.h"
#include "taxflow/arena.h"
#include "taxflow/clock.h"

/* Nobody issues invoices in other centuries; what an invoice is about lies within ten years of it (the longest retention period). */
enum { FIRST_YEAR = 1990, LAST_YEAR = 2100, NEAR_DAYS = 3653 };

static struct tf_str tell(struct tf_case *c, const char *words, int32_t day)
{
    char date[11];
    tf_clock_format_date(day, date);
    const struct tf_str told = tf_arena_printf(c->arena, "%s%s", words, date);
    c->out_of_memory |= !tf_str_present(told);
    return told;
}

static void find(struct tf_case *c, struct tf_spot spot, struct tf_date date, const char *words, int32_t limit)
{
    tf_case_find_text(c, TF_RULE_TF_09, spot, tf_str_trim(date.text), tell(c, words, limit));
}

static void judge_issue(struct tf_case *c, int32_t issued)
{
    enum { ZONES_DAYS = 1 };
    const struct tf_spot spot = {.term = "issue_date", .bt = "BT-2"};
    const struct tf_date date = c->invoice->issue_date;
    const int32_t first = tf_clock_days_from_civil(FIRST_YEAR, 1, 1), last = tf_clock_days_from_civil(LAST_YEAR, 1, 1);
    tf_case_saw(c, TF_RULE_TF_09);
    if (issued < first)
        find(c, spot, date, "from ", first);
    else if (issued >= last)
        find(c, spot, date, "before ", last);
    else if (c->event->recorded_at_ms > 0 && issued > c->event->recorded_at_ms / TF_MS_PER_DAY + ZONES_DAYS)
        find(c, spot, date, "recorded on ", (int32_t)(c->event->recorded_at_ms / TF_MS_PER_DAY));
}

static void judge_near(struct tf_case *c, struct tf_date date, int32_t issued, struct tf_spot spot)
{
    int32_t day;
    if (!tf_own_day(date, &day))
        return;
    tf_case_saw(c, TF_RULE_TF_09);
    if (day > issued + NEAR_DAYS || day < issued - NEAR_DAYS)
        find(c, spot, date, "within ten years of ", issued);
}

static void judge_preceding(struct tf_case *c, int32_t issued)
{
    for (size_t i = 0; i < c->invoice->preceding.count; i++) {
        const struct tf_date date = c->invoice->preceding.items[i].issue_date;
        int32_t day;
        if (!tf_own_day(date, &day))
            continue;
        tf_case_saw(c, TF_RULE_TF_09);
        if (day > issued)
            find(c, (struct tf_spot){.list = "preceding", .index = i, .term = "issue_date", .bt = "BT-26"}, date, "until ", issued);
    }
}

static void judge_tax_point(struct tf_case *c)
{
    const struct tf_spot spot = {.term = "tax_point_date", .bt = "BT-7"};
    const struct tf_invoice *invoice = c->invoice;
    int32_t point, start, end;
    if (!tf_own_day(invoice->tax_point_date, &point))
        return;
    tf_case_saw(c, TF_RULE_TF_09);
    if (tf_own_day(invoice->period.start, &start) && point < start)
        find(c, spot, invoice->tax_point_date, "from ", start);
    else if (tf_own_day(invoice->period.end, &end) && point > end)
        find(c, spot, invoice->tax_point_date, "until ", end);
}

void tf_own_judge_dates(struct tf_case *c)
{
    const struct tf_invoice *invoice = c->invoice;
    int32_t issued;
    judge_tax_point(c);
    if (!tf_own_day(invoice->issue_date, &issued))
        return;
    judge_issue(c, issued);
    judge_preceding(c, issued);
    judge_near(c, invoice->tax_point_date, issued, (struct tf_spot){.term = "tax_point_date", .bt = "BT-7"});
    judge_near(c, invoice->due_date, issued, (struct tf_spot){.term = "due_date", .bt = "BT-9"});
    judge_near(c, invoice->delivery.date, issued, (struct tf_spot){.term = "delivery.date", .bt = "BT-72"});
    judge_near(c, invoice->period.start, issued, (struct tf_spot){.term = "period.start", .bt = "BT-73"});
    judge_near(c, invoice->period.end, issued, (struct tf_spot){.term = "period.end", .bt = "BT-74"});
}
