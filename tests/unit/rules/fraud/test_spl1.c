#include "unit/rules/fraud/sample.h"

static struct sample sample;

static enum tf_fraud_answer pass(struct history *history, const char *supplier, const char *user, const char *amount, int day)
{
    sample_invoice(&sample, supplier, "12", amount, "EUR", day);
    sample.event.user = tf_str_of(user);
    return history_pass(history, &sample);
}

static void parts_of_one_supplier_hit(void **state)
{
    (void)state;
    struct history *history = history_create("SPL1");
    assert_int_equal(pass(history, "DE1", "a", "6000.00", 0), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE1", "b", "4000.00", 1), TF_FRAUD_CLEAR); /* the limit itself is not passed */
    assert_int_equal(pass(history, "DE1", "c", "0.01", 3), TF_FRAUD_HIT);
    assert_int_equal(history->hit.amount_at_risk_minor, 1000001);
    assert_int_equal(history->hit.related_count, 2);
    assert_text(history->hit.observed, "3 invoices of one supplier, 10000.01 EUR in 3 days");
    assert_text(history->hit.threshold, "2 to 10, none above 10000.00 EUR, together above it in 3 days");
    history_destroy(history);
}

static void parts_of_one_user_hit(void **state)
{
    (void)state;
    struct history *history = history_create("SPL1");
    assert_int_equal(pass(history, "DE1", "a", "9000.00", 0), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE2", "b", "9000.00", 0), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE3", "a", "2000.00", 2), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "2 invoices of one user, 11000.00 EUR in 3 days");
    assert_text(history->hit.related[0], "e0");
    /* Without a supplier the user's window is the only one. */
    assert_int_equal(pass(history, NULL, "a", "1000.00", 2), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "3 invoices of one user, 12000.00 EUR in 3 days");
    history_destroy(history);
}

static void a_late_part_sees_both_sides(void **state)
{
    (void)state;
    struct history *history = history_create("SPL1");
    assert_int_equal(pass(history, "DE1", "a", "4000.00", 0), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE1", "a", "5000.00", 6), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE1", "a", "5500.00", 3), TF_FRAUD_HIT); /* with day 6; day 0 is another span */
    assert_int_equal(history->hit.amount_at_risk_minor, 1050000);
    assert_int_equal(history->hit.related_count, 1);
    assert_text(history->hit.related[0], "e1");
    history_destroy(history);
}

static void payments_and_currencies_hit_by_themselves(void **state)
{
    (void)state;
    struct history *history = history_create("SPL1");
    for (int i = 0; i < 2; i++) {
        sample_payment(&sample, "DE1", "1", "90000.00", "SEK", i);
        assert_int_equal(history_pass(history, &sample), i == 0 ? TF_FRAUD_CLEAR : TF_FRAUD_HIT);
    }
    sample_payment(&sample, "DE1", "1", "9000.00", "EUR", 1);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample_invoice(&sample, "DE1", "1", "9000.00", "EUR", 1); /* the invoice that the payment is for */
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void what_is_no_split_is_clear(void **state)
{
    (void)state;
    struct history *history = history_create("SPL1");
    assert_int_equal(pass(history, "DE1", "a", "10000.00", 0), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE1", "a", "10000.01", 0), TF_FRAUD_CLEAR); /* above the limit: approved as such */
    assert_int_equal(pass(history, "DE1", "a", "10000.00", 4), TF_FRAUD_CLEAR); /* a day too late */
    assert_int_equal(pass(history, "DE2", "b", "10000.00", 4), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE1", "a", "-500.00", 4), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE1", "a", "0.00", 4), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE9", "1", "9000.00", "EUR", 1);
    sample.payment.returned = true;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    sample_payment(&sample, "DE9", "1", "9000.00", "EUR", 1);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_lowered_limit_leaves_larger_parts_out(void **state)
{
    (void)state;
    struct history *history = history_create("SPL1");
    assert_int_equal(pass(history, "DE1", "a", "8000.00", 0), TF_FRAUD_CLEAR);
    history->setting.thresholds[0].threshold_minor = 500000;
    assert_int_equal(pass(history, "DE1", "a", "3000.00", 1), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE1", "a", "3000.00", 1), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "2 invoices of one supplier, 6000.00 EUR in 3 days");
    history_destroy(history);
}

static void a_missing_field_is_unknown_unless_the_rest_hits(void **state)
{
    (void)state;
    struct history *history = history_create("SPL1");
    assert_int_equal(pass(history, "DE1", NULL, "9000.00", 0), TF_FRAUD_UNKNOWN);
    assert_int_equal(pass(history, NULL, "a", "500.00", 0), TF_FRAUD_UNKNOWN);
    assert_int_equal(pass(history, "DE1", NULL, "9000.00", 0), TF_FRAUD_HIT);
    assert_int_equal(pass(history, NULL, NULL, "9000.00", 0), TF_FRAUD_UNKNOWN);
    assert_int_equal(pass(history, NULL, NULL, "10000.01", 0), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE1", "a", NULL, 0), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "1.00", "", 0);
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    sample_invoice(&sample, "DE1", "12", "1.00", "EUR", 0);
    sample.event.event_time_present = false;
    assert_int_equal(history_pass(history, &sample), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

/* Of the supplier's window and the user's, each by itself. */
static void who_is_busy_splits_nothing(void **state)
{
    (void)state;
    struct history *history = history_create("SPL1");
    for (int i = 0; i < 9; i++)
        assert_int_equal(pass(history, "DE1", "a", "1000.00", i % 3), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE1", "b", "2000.00", 2), TF_FRAUD_HIT); /* the tenth */
    assert_int_equal(pass(history, "DE1", "b", "9000.00", 2), TF_FRAUD_HIT); /* ten before: of the user */
    assert_text(history->hit.observed, "2 invoices of one user, 11000.00 EUR in 3 days");
    assert_int_equal(pass(history, "DE1", "c", "9000.00", 2), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE1", "c", "9000.00", 9), TF_FRAUD_CLEAR);
    assert_int_equal(pass(history, "DE1", "c", "9000.00", 10), TF_FRAUD_HIT);
    history_destroy(history);
}

static void many_small_parts_hit(void **state)
{
    (void)state;
    struct history *history = history_create("SPL1");
    history->setting.params[0] = 2000;
    for (int i = 0; i < 1300; i++)
        assert_int_equal(pass(history, "DE1", "a", "8.00", i / 1000), i < 1250 ? TF_FRAUD_CLEAR : TF_FRAUD_HIT);
    assert_int_equal(history->hit.amount_at_risk_minor, 1300 * 800);
    assert_int_equal(history->hit.related_count, TF_FRAUD_RELATED_MAX);
    assert_text(history->hit.related[TF_FRAUD_RELATED_MAX - 1], "e1298");
    history_destroy(history);
}

/* The largest sum of all spans that hold the event, the plain way. */
static int64_t best_sum(const int *days, const int64_t *cents, int count, int day, int64_t own, int64_t limit)
{
    int64_t best = 0;
    for (int start = day - 3; start <= day; start++) {
        int64_t sum = own;
        int parts = 0;
        for (int i = 0; i < count; i++)
            if (days[i] >= start && days[i] <= start + 3 && cents[i] <= limit) {
                sum += cents[i];
                parts++;
            }
        best = parts > 0 && sum > limit && sum > best ? sum : best;
    }
    return best;
}

/* In any order of days, and after the limit was lowered as well as before. */
static void sums_are_those_of_the_plain_way(void **state)
{
    (void)state;
    static int days[600];
    static int64_t cents[600];
    uint32_t random = 7;
    int hits = 0;
    struct history *history = history_create("SPL1");
    history->setting.params[0] = 600;
    for (int i = 0; i < 600; i++) {
        int64_t limit = i < 400 ? 1000000 : 300000;
        char amount[24];
        history->setting.thresholds[0].threshold_minor = limit;
        random = random * 1664525 + 1013904223;
        days[i] = (int)(random >> 16) % 200;
        cents[i] = 1 + (int64_t)(random >> 8) % 700000;
        snprintf(amount, sizeof amount, "%lld.%02lld", (long long)(cents[i] / 100), (long long)(cents[i] % 100));
        int64_t best = cents[i] <= limit ? best_sum(days, cents, i, days[i], cents[i], limit) : 0;
        assert_int_equal(pass(history, "DE1", "a", amount, days[i]), best > 0 ? TF_FRAUD_HIT : TF_FRAUD_CLEAR);
        assert_int_equal(history->hit.amount_at_risk_minor, best);
        hits += best > 0;
    }
    assert_in_range(hits, 100, 500);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_one_supplier_hit), cmocka_unit_test(parts_of_one_user_hit),
        cmocka_unit_test(a_late_part_sees_both_sides), cmocka_unit_test(payments_and_currencies_hit_by_themselves),
        cmocka_unit_test(what_is_no_split_is_clear), cmocka_unit_test(a_lowered_limit_leaves_larger_parts_out),
        cmocka_unit_test(a_missing_field_is_unknown_unless_the_rest_hits), cmocka_unit_test(who_is_busy_splits_nothing), cmocka_unit_test(many_small_parts_hit),
        cmocka_unit_test(sums_are_those_of_the_plain_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
