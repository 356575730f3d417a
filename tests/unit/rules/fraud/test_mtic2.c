#include "unit/rules/fraud/sample.h"

static struct sample sample;

/* A letter a party. */
static void trades(const char *from, const char *to, const char *amount, int day)
{
    sample_invoice(&sample, from, "1", amount, "EUR", day);
    sample.invoice.seller.vat_id = tf_str_of(from);
    sample.invoice.buyer.vat_id = tf_str_of(to);
}

static enum tf_fraud_answer pass(struct history *history, const char *from, const char *to, const char *amount, int day)
{
    trades(from, to, amount, day);
    return history_pass(history, &sample);
}

static void assert_related(const struct history *history, const char *const *ids, size_t count)
{
    assert_int_equal(history->hit.related_count, count);
    for (size_t i = 0; i < count; i++)
        assert_text(history->hit.related[i], ids[i]);
}

static void three_parties_in_a_circle_hit(void **state)
{
    (void)state;
    struct history *history = history_create("MTIC2");
    assert_int_equal(pass(history, "DE1", "FR2", "100000.00", 0), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "FR2", "NL3", "104000.00", 5), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "NL3", "DE1", "99000.00", 11), TF_FRAUD_HIT);
    assert_related(history, (const char *const[]){"e0", "e1"}, 2);
    assert_text(history->hit.observed, "3 invoices from party to party and back to the first, of 99000.00 EUR to 104000.00 EUR, in 11 days");
    assert_text(history->hit.threshold, "2 to 6 invoices in a circle, amounts within 10.0 %, in 90 days");
    assert_int_equal(history->hit.amount_at_risk_minor, 9900000);
    history_destroy(history);
}

static void circles_of_two_to_six_hit_and_of_seven_do_not(void **state)
{
    (void)state;
    static const char *const parties[] = {"DE1", "FR2", "NL3", "BE4", "AT5", "PL6", "CZ7"};
    for (int hops = 2; hops <= 7; hops++) {
        struct history *history = history_create("MTIC2");
        for (int i = 0; i + 1 < hops; i++)
            assert_int_equal(pass(history, parties[i], parties[i + 1], "5000.00", i), TF_FRAUD_CLEAR);
        assert_int_equal(pass(history, parties[hops - 1], parties[0], "5000.00", hops), hops <= 6 ? TF_FRAUD_HIT : TF_FRAUD_CLEAR);
        if (hops <= 6)
            assert_related(history, (const char *const[]){"e0", "e1", "e2", "e3", "e4"}, (size_t)hops - 1);
        history_destroy(history);
    }
}

/* Whichever invoice comes last: the circle is found by it, and told in the order of trade. */
static void any_order_of_arrival_hits(void **state)
{
    (void)state;
    static const char *const parties[] = {"DE1", "FR2", "NL3", "BE4", "AT5", "PL6"};
    for (int last = 0; last < 6; last++) {
        struct history *history = history_create("MTIC2");
        for (int i = 5; i >= 0; i--)
            if (i != last)
                assert_int_equal(pass(history, parties[i], parties[(i + 1) % 6], "5000.00", i), TF_FRAUD_CLEAR);
        assert_int_equal(pass(history, parties[last], parties[(last + 1) % 6], "5000.00", last), TF_FRAUD_HIT);
        assert_int_equal(history->hit.related_count, 5);
        for (int i = 0; i < 5; i++) { /* entered from the last to the first */
            char id[] = {'e', (char)('4' - i), '\0'};
            assert_text(history->hit.related[i], id);
        }
        history_destroy(history);
    }
}

static void what_only_looks_like_a_circle_is_clear(void **state)
{
    (void)state;
    static const struct { const char *from, *to, *amount; int day; enum tf_fraud_answer answer; } closing[] = {
        {"NL3", "DE1", "112000.00", 10, TF_FRAUD_CLEAR}, /* more than a tenth off */
        {"NL3", "DE1", "90900.00", 10, TF_FRAUD_CLEAR},
        {"NL3", "DE1", "100000.00", 91, TF_FRAUD_CLEAR}, /* too late */
        {"NL3", "DE1", "100000.00", 2, TF_FRAUD_CLEAR},  /* before the second and after the first: the times fall twice */
        {"DE1", "NL3", "100000.00", 10, TF_FRAUD_CLEAR}, /* the other way round */
        {"NL3", "AT9", "100000.00", 10, TF_FRAUD_CLEAR},
        {"NL3", "DE1", "100000.00", 90, TF_FRAUD_HIT},
        {"NL3", "DE1", "91000.00", 10, TF_FRAUD_HIT},
        {"NL3", "DE1", "100000.00", -1, TF_FRAUD_HIT},   /* the circle began with it */
    };
    struct history *history = history_create("MTIC2");
    assert_int_equal(pass(history, "DE1", "FR2", "100000.00", 0), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "FR2", "NL3", "100000.00", 5), TF_FRAUD_CLEAR);
    for (size_t i = 0; i < sizeof closing / sizeof closing[0]; i++) {
        trades(closing[i].from, closing[i].to, closing[i].amount, closing[i].day);
        if (history_judge(history, &sample) != closing[i].answer)
            fail_msg("closing %zu", i);
    }
    trades("NL3", "DE1", "100000.00", 10);
    sample.invoice.currency = TF_STR("USD");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_party_is_known_by_its_tax_id_however_it_is_written(void **state)
{
    (void)state;
    struct history *history = history_create("MTIC2");
    trades("DE1", "FR2", "100.00", 0);
    sample.invoice.seller.name = TF_STR("One");
    sample.event.company = TF_STR("ACME-FR"); /* several companies see parts of it */
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    trades("fr 2", "de.1", "100.00", 1);
    sample.invoice.buyer.name = TF_STR("Uno");
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_HIT);
    trades(NULL, "DE1", "100.00", 1);
    sample.invoice.seller.name = TF_STR("FR2"); /* a name is no tax id */
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    trades("DE1", "DE1", "100.00", 1);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    trades("FR2", "DE1", "-100.00", 1);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

/* A hub that sells to hundreds and buys of hundreds over one amount: the search stays bounded, and what is near in time is found. */
static void a_hub_is_searched_within_bounds(void **state)
{
    (void)state;
    struct history *history = history_create("MTIC2");
    for (int i = 0; i < 300; i++) {
        char other[16];
        snprintf(other, sizeof other, "X%d", i);
        pass(history, "DE1", other, "100.00", i / 10);
        snprintf(other, sizeof other, "Y%d", i);
        pass(history, other, "DE1", "100.00", i / 10);
    }
    assert_int_equal(pass(history, "X299", "FR2", "100.00", 31), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "FR2", "Y299", "100.00", 32), TF_FRAUD_HIT); /* Y299 -> DE1 -> X299 -> FR2 */
    assert_int_equal(history->hit.related_count, 3);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("MTIC2");
    trades("DE1", NULL, "100.00", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    trades(NULL, "DE1", "100.00", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    trades("FR2", "DE1", NULL, 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    trades("FR2", "DE1", "900000000000.00", 0);
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN); /* more than an edge can hold */
    trades("FR2", "DE1", "100.00", 0);
    sample.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    trades("FR2", "DE1", "100.00", 0);
    sample.invoice.currency = TF_STR("");
    assert_int_equal(history_judge(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_parties_in_a_circle_hit),
        cmocka_unit_test(circles_of_two_to_six_hit_and_of_seven_do_not),
        cmocka_unit_test(any_order_of_arrival_hits),
        cmocka_unit_test(what_only_looks_like_a_circle_is_clear),
        cmocka_unit_test(a_party_is_known_by_its_tax_id_however_it_is_written),
        cmocka_unit_test(a_hub_is_searched_within_bounds),
        cmocka_unit_test(a_missing_field_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
