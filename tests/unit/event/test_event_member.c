#include "reading.h"

#include <string.h>

#include "taxflow/event_member.h"

static void test_members_have_types(void **state)
{
    static const struct { enum tf_kind kind; const char *path; enum tf_member_type type; } rows[] = {
        {TF_KIND_PAYMENT, "payment.amount", TF_MEMBER_DECIMAL},      {TF_KIND_PAYMENT, "payment.date", TF_MEMBER_DATE},
        {TF_KIND_PAYMENT, "payment.returned", TF_MEMBER_FLAG},       {TF_KIND_PAYMENT, "payment.invoices.0.number", TF_MEMBER_TEXT},
        {TF_KIND_PAYMENT, "company", TF_MEMBER_TEXT},                {TF_KIND_PAYMENT, "revision", TF_MEMBER_WHOLE},
        {TF_KIND_PAYMENT, "approved_at", TF_MEMBER_TIME},            {TF_KIND_PAYMENT, "direction", TF_MEMBER_TEXT},
        {TF_KIND_CREDIT_NOTE, "invoice.seller.vat_id", TF_MEMBER_TEXT}, {TF_KIND_INVOICE, "invoice.lines.12.net", TF_MEMBER_DECIMAL},
        {TF_KIND_INVOICE, "invoice.seller.legal_id", TF_MEMBER_TEXT}, {TF_KIND_INVOICE, "invoice.seller.legal_id.id", TF_MEMBER_TEXT},
        {TF_KIND_PAYMENT, "payment", TF_MEMBER_NONE},                {TF_KIND_PAYMENT, "payment.amout", TF_MEMBER_NONE},
        {TF_KIND_PAYMENT, "invoice.number", TF_MEMBER_NONE},         {TF_KIND_INVOICE, "invoice.seller", TF_MEMBER_NONE},
        {TF_KIND_INVOICE, "invoice.lines.net", TF_MEMBER_NONE},      {TF_KIND_INVOICE, "invoice.lines.0", TF_MEMBER_NONE},
        {TF_KIND_INVOICE, "", TF_MEMBER_NONE},                       {TF_KIND_INVOICE, "invoice.number.x", TF_MEMBER_NONE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (tf_event_member(rows[i].kind, tf_str_of(rows[i].path)) != rows[i].type)
            fail_msg("%s is of another type", rows[i].path);
}

struct seen { bool amount, company, invoice; size_t count; };

static void see(void *self, const char *path, enum tf_member_type type)
{
    struct seen *seen = self;
    assert_int_not_equal(type, TF_MEMBER_NONE);
    seen->amount |= strcmp(path, "payment.amount") == 0;
    seen->company |= strcmp(path, "company") == 0;
    seen->invoice |= strcmp(path, "payment.invoices.N.number") == 0;
    seen->count++;
}

static void test_every_member_is_named(void **state)
{
    struct seen seen = {.amount = false};
    (void)state;
    tf_event_member_each(TF_KIND_PAYMENT, see, &seen);
    assert_true(seen.amount && seen.company && seen.invoice && seen.count > 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_members_have_types), cmocka_unit_test(test_every_member_is_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
