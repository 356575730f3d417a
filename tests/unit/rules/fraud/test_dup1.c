#include "unit/rules/fraud/sample.h"

static struct sample sample;

static void same_number_however_written_hits(void **state)
{
    (void)state;
    static const char *const same[] = {"INV-0012", "inv 12", "12", "RE-12", "Rechnung Nr. 0012", "0/0/12"};
    struct history *history = history_create("DUP1");
    sample_invoice(&sample, "DE1", same[0], "119.00", "EUR", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    for (size_t i = 1; i < sizeof same / sizeof same[0]; i++) {
        sample_invoice(&sample, "DE1", same[i], "119", "eur", (int)i);
        assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
        assert_int_equal(history->hit.related_count, i);
        assert_int_equal(history->hit.amount_at_risk_minor, 11900);
    }
    assert_text(history->hit.related[0], "e0");
    assert_text(history->hit.observed, "5 other invoices of this supplier with the same number and amount, this one of 119.00 EUR");
    assert_text(history->hit.threshold, "1 within 730 days");
    history_destroy(history);
}

static void an_invoice_paid_twice_hits(void **state)
{
    (void)state;
    struct history *history = history_create("DUP1");
    sample_payment(&sample, "DE1", "A-1", "500.00", "EUR", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE1", "A1", "500.00", "EUR", 700);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    /* Part of a collective payment, with its own amount. */
    sample_payment(&sample, "DE1", NULL, "800.00", "EUR", 701);
    sample_pays(&sample, "B-7", "300.00");
    sample_pays(&sample, "A-1", "500.00");
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    assert_int_equal(history->hit.related_count, 2);
    history_destroy(history);
}

static void credit_notes_and_later_copies_hit(void **state)
{
    (void)state;
    struct history *history = history_create("DUP1");
    sample_credit_note(&sample, "DE1", "G1", "50.00", "EUR", 10);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample_credit_note(&sample, "DE1", "G1", "50.00", "EUR", 10);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    sample_credit_note(&sample, "DE1", "G1", "50.00", "EUR", 3); /* late: what it repeats lies after it */
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    sample_invoice(&sample, "DE1", "Z9", "-50.00", "EUR", 3);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    assert_int_equal(history->hit.amount_at_risk_minor, 5000);
    history_destroy(history);
}

static void any_other_part_is_no_duplicate(void **state)
{
    (void)state;
    struct history *history = history_create("DUP1");
    sample_invoice(&sample, "DE1", "12", "119.00", "EUR", 0);
    history_add(history, &sample);
    static const struct { const char *supplier, *number, *amount, *currency; int day; } other[] = {
        {"DE2", "12", "119.00", "EUR", 1}, {"DE1", "13", "119.00", "EUR", 1},   {"DE1", "12", "119.01", "EUR", 1},
        {"DE1", "12", "119.00", "USD", 1}, {"DE1", "12", "119.00", "EUR", 731}, {"DE1", "REX12", "119.00", "EUR", 1},
    };
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        sample_invoice(&sample, other[i].supplier, other[i].number, other[i].amount, other[i].currency, other[i].day);
        assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    }
    sample_invoice(&sample, "DE1", "12", "119.00", "EUR", 1);
    sample.event.company = TF_STR("ACME-FR");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_reversal_is_no_duplicate(void **state)
{
    (void)state;
    struct history *history = history_create("DUP1");
    sample_invoice(&sample, "DE1", "12", "119.00", "EUR", 0);
    history_add(history, &sample);
    sample_invoice(&sample, "DE1", "12", "-119.00", "EUR", 1);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_credit_note(&sample, "DE1", "12", "119.00", "EUR", 1);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE1", "12", "119.00", "EUR", 1); /* the invoice's own payment */
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

/* Judges payments of these amounts one after the other; answers has a letter for each: H hit, C clear. */
static void check_chain(const char *const *amounts, const char *answers)
{
    struct history *history = history_create("DUP1");
    for (int i = 0; answers[i]; i++) {
        sample_payment(&sample, "DE1", "12", amounts[i], "EUR", i);
        if (history_pass(history, &sample) != (answers[i] == 'H' ? TF_FRAUD_HIT : TF_FRAUD_CLEAR))
            fail_msg("payment %d of %s", i + 1, answers);
    }
    history_destroy(history);
}

static void reversals_net_out_first(void **state)
{
    (void)state;
    static const char *const out = "119.00", *const back = "-119.00";
    check_chain((const char *const[]){out, back, out}, "CCC");
    check_chain((const char *const[]){out, out, back, out}, "CHCH");
    check_chain((const char *const[]){out, back, out, back, out, out}, "CCCCCH");
    check_chain((const char *const[]){out, back, back}, "CCH"); /* taken back twice */
    check_chain((const char *const[]){back, back}, "CH");
    check_chain((const char *const[]){"0.00", "0.00"}, "CH");
}

static void a_hit_says_what_was_reversed(void **state)
{
    (void)state;
    struct history *history = history_create("DUP1");
    static const char *const amounts[] = {"119.00", "119.00", "-119.00"};
    for (int i = 0; i < 3; i++) {
        sample_payment(&sample, "DE1", "12", amounts[i], "EUR", i);
        history_add(history, &sample);
    }
    sample_payment(&sample, "DE1", "12", "119.00", "EUR", 3);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    assert_text(history->hit.observed,
                "2 other payments of this supplier with the same number and amount, this one of 119.00 EUR, 1 of them reversed");
    history_destroy(history);
}

/* Under the invoice's own number, or by reference to it. */
static void credit_notes_reverse_invoices(void **state)
{
    (void)state;
    struct tf_preceding preceding = {.number = TF_STR("INV-12")};
    static const struct { const char *number, *amount; size_t references; enum tf_fraud_answer answer; } cases[] = {
        {"12", "119.00", 0, TF_FRAUD_CLEAR},  {"G-7", "119.00", 1, TF_FRAUD_CLEAR}, {"12", "119.00", 1, TF_FRAUD_CLEAR},
        {"G-7", "-119.00", 1, TF_FRAUD_CLEAR}, {"G-7", "119.00", 0, TF_FRAUD_HIT},   {"G-7", "100.00", 1, TF_FRAUD_HIT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct history *history = history_create("DUP1");
        sample_invoice(&sample, "DE1", "12", "119.00", "EUR", 0);
        history_add(history, &sample);
        sample_credit_note(&sample, "DE1", cases[i].number, cases[i].amount, "EUR", 1);
        sample.invoice.preceding.items = &preceding;
        sample.invoice.preceding.count = cases[i].references;
        assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
        sample_invoice(&sample, "DE1", "12", "119.00", "EUR", 2);
        assert_int_equal(history_judge(history, &sample), cases[i].answer);
        history_destroy(history);
    }
}

static void copies_of_credit_notes_hit_and_one_without_a_number_is_unknown(void **state)
{
    (void)state;
    struct tf_preceding preceding = {.number = TF_STR("INV-12")};
    struct history *history = history_create("DUP1");
    static const struct { const char *number; enum tf_fraud_answer answer; } cases[] = {
        {"G-7", TF_FRAUD_CLEAR}, {"G7", TF_FRAUD_HIT}, {"G-8", TF_FRAUD_CLEAR}, {NULL, TF_FRAUD_UNKNOWN}};
    for (int i = 0; i < 4; i++) {
        sample_credit_note(&sample, "DE1", cases[i].number, "119.00", "EUR", i);
        sample.invoice.preceding.items = &preceding;
        sample.invoice.preceding.count = 1;
        assert_int_equal(history_pass(history, &sample), cases[i].answer);
    }
    history_destroy(history);
}

/* An invoice is known by its year, a payment by its day. */
static void the_same_document_sent_again_is_a_resubmission(void **state)
{
    (void)state;
    static const struct { bool payment; int day; bool resubmission; } cases[] = {
        {false, 0, true}, {false, 364, true}, {false, 365, false}, {true, 0, true}, {true, 1, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct history *history = history_create("DUP1");
        for (int copy = 0; copy < 2; copy++) {
            if (cases[i].payment)
                sample_payment(&sample, "DE1", "12", "119.00", "EUR", copy * cases[i].day);
            else
                sample_invoice(&sample, "DE1", "12", "119.00", "EUR", copy * cases[i].day);
            assert_int_equal(history_pass(history, &sample), copy ? TF_FRAUD_HIT : TF_FRAUD_CLEAR);
        }
        assert_int_equal(history->hit.resubmission, cases[i].resubmission);
        history_destroy(history);
    }
}

static void a_returned_payment_is_no_duplicate(void **state)
{
    (void)state;
    struct history *history = history_create("DUP1");
    sample_payment(&sample, "DE1", "12", "119.00", "EUR", 0);
    sample.payment.returned = true;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE1", "12", "119.00", "EUR", 1);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("DUP1");
    sample_invoice(&sample, NULL, "12", "1.00", "EUR", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", NULL, "1.00", "EUR", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "INV-000", "1.00", "EUR", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", NULL, "EUR", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "99999999999999999999.00", "EUR", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "1.00", NULL, 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "1.00", "EUR", 0);
    sample.event.event_time_present = false;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    sample_payment(&sample, "DE1", NULL, "1.00", "EUR", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    sample_payment(&sample, "DE1", "12", "1.00", "EUR", 0);
    sample_pays(&sample, " ", NULL);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

static void more_numbers_than_keys_are_unknown_until_one_hits(void **state)
{
    (void)state;
    static char numbers[SAMPLE_NUMBERS_MAX][8];
    struct history *history = history_create("DUP1");
    sample_payment(&sample, "DE1", NULL, "1.00", "EUR", 0);
    for (int i = 0; i < TF_FRAUD_KEYS_MAX; i++) {
        snprintf(numbers[i], sizeof numbers[i], "N%d", i + 1);
        sample_pays(&sample, numbers[i], NULL);
    }
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_pays(&sample, "N1", NULL); /* one twice is no further one */
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    sample_pays(&sample, "X99", NULL);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    history_destroy(history);
}

static void due_stands_in_for_gross_and_sales_do_not_apply(void **state)
{
    (void)state;
    struct history *history = history_create("DUP1");
    sample_invoice(&sample, "DE1", "12", NULL, "EUR", 0);
    sample.invoice.totals.due = sample_amount("119.00");
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE1", "12", "119.00", "EUR", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    sample.event.direction = TF_DIRECTION_UNKNOWN;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    sample.event.direction = TF_DIRECTION_INTERCOMPANY;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_HIT);
    sample.event.direction = TF_DIRECTION_SALE;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    sample_journal(&sample, "119.00");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_NOT_APPLICABLE);
    history_destroy(history);
}

static void related_events_are_capped(void **state)
{
    (void)state;
    struct history *history = history_create("DUP1");
    for (int i = 0; i < 30; i++) {
        sample_invoice(&sample, "DE1", "12", "1.00", "EUR", i);
        history_pass(history, &sample);
    }
    assert_int_equal(history->hit.related_count, TF_FRAUD_RELATED_MAX);
    assert_text(history->hit.observed,
                "20 or more other invoices of this supplier with the same number and amount, this one of 1.00 EUR");
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_number_however_written_hits), cmocka_unit_test(an_invoice_paid_twice_hits),
        cmocka_unit_test(credit_notes_and_later_copies_hit), cmocka_unit_test(any_other_part_is_no_duplicate),
        cmocka_unit_test(a_reversal_is_no_duplicate), cmocka_unit_test(reversals_net_out_first),
        cmocka_unit_test(a_hit_says_what_was_reversed), cmocka_unit_test(credit_notes_reverse_invoices),
        cmocka_unit_test(copies_of_credit_notes_hit_and_one_without_a_number_is_unknown), cmocka_unit_test(the_same_document_sent_again_is_a_resubmission), cmocka_unit_test(a_returned_payment_is_no_duplicate),
        cmocka_unit_test(a_missing_field_is_unknown), cmocka_unit_test(more_numbers_than_keys_are_unknown_until_one_hits),
        cmocka_unit_test(due_stands_in_for_gross_and_sales_do_not_apply), cmocka_unit_test(related_events_are_capped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
