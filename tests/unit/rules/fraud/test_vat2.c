#include "unit/rules/fraud/records.h"

static struct invoice_sample sample;
static struct party_sample party;

/* An invoice of a German seller to an Austrian buyer, of one category. */
static enum tf_fraud_answer treated(struct history *history, const char *category, const char *seller, const char *buyer, enum tf_direction direction)
{
    bool taxed = strcmp(category, "S") == 0;
    records_invoice(&sample, "119.00", 30);
    records_breakdown(&sample, category, taxed ? "19" : "0", "100.00", taxed ? "19.00" : "0.00");
    sample.base.invoice.seller.vat_id = tf_str_of(seller);
    sample.base.invoice.buyer.vat_id = tf_str_of(buyer);
    sample.base.event.direction = direction;
    return history_judge(history, &sample.base);
}

static const char *const good = "DE136695976", *const bad = "DE136695977", *const austrian = "ATU13585627";

/* A check of a number, as the party record of a day tells. */
static void checked(struct history *history, const char *id, const char *status, int day, int check_day)
{
    records_party(&party, id, day);
    party.party.vat_status = tf_str_of(status);
    party.party.vat_checked_at_ms = sample_time(check_day);
    assert_int_equal(history_pass(history, &party.base), TF_FRAUD_NOT_APPLICABLE);
}

static void no_tax_without_a_number_of_the_other_side_hits(void **state)
{
    (void)state;
    struct history *history = history_create("VAT2");
    assert_int_equal(treated(history, "AE", NULL, austrian, TF_DIRECTION_PURCHASE), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "no tax, and no VAT id of the seller");
    assert_int_equal(history->hit.amount_at_risk_minor, 11900);
    assert_int_equal(treated(history, "K", " ", austrian, TF_DIRECTION_UNKNOWN), TF_FRAUD_HIT);
    assert_int_equal(treated(history, "AE", good, NULL, TF_DIRECTION_SALE), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "no tax, and no VAT id of the buyer");
    history_destroy(history);
}

static void a_number_that_cannot_be_one_hits(void **state)
{
    (void)state;
    struct history *history = history_create("VAT2");
    assert_int_equal(treated(history, "K", bad, austrian, TF_DIRECTION_PURCHASE), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "a VAT id that cannot be one: checksum");
    assert_text(history->hit.threshold, "a VAT id with its check digits, and no check that found it not registered");
    assert_int_equal(treated(history, "K", good, "ATU1", TF_DIRECTION_SALE), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "a VAT id that cannot be one: length");
    assert_int_equal(treated(history, "S", bad, austrian, TF_DIRECTION_PURCHASE), TF_FRAUD_HIT);
    history_destroy(history);
}

static void tax_charged_without_a_number_hits(void **state)
{
    (void)state;
    struct history *history = history_create("VAT2");
    assert_int_equal(treated(history, "S", NULL, austrian, TF_DIRECTION_PURCHASE), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "tax charged by a seller without a VAT id");
    sample.base.invoice.seller.tax_id = TF_STR("201/123/12340");
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_CLEAR); /* a number of the tax office */
    sample.base.invoice.seller.tax_id = TF_STR_NONE;
    sample.base.invoice.tax_representative.vat_id = TF_STR("DE136695976");
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_CLEAR);
    assert_int_equal(treated(history, "S", NULL, NULL, TF_DIRECTION_SALE), TF_FRAUD_CLEAR); /* our own number is no question of fraud on us */
    history_destroy(history);
}

static void a_number_found_not_registered_hits(void **state)
{
    (void)state;
    struct history *history = history_create("VAT2");
    checked(history, "DE 136 695 976", "valid", 5, 5);
    assert_int_equal(treated(history, "S", good, austrian, TF_DIRECTION_PURCHASE), TF_FRAUD_CLEAR);
    checked(history, good, "Invalid", 20, 20);
    assert_int_equal(treated(history, "S", good, austrian, TF_DIRECTION_PURCHASE), TF_FRAUD_HIT);
    assert_text(history->hit.observed, "a VAT id that the last check found not registered");
    assert_int_equal(history->hit.related_count, 1);
    assert_text(history->hit.related[0], "e1");
    assert_int_equal(treated(history, "AE", good, austrian, TF_DIRECTION_PURCHASE), TF_FRAUD_HIT);
    assert_int_equal(treated(history, "S", good, austrian, TF_DIRECTION_SALE), TF_FRAUD_CLEAR); /* ours */
    checked(history, austrian, "deregistered", 29, 29);
    assert_int_equal(treated(history, "K", good, austrian, TF_DIRECTION_SALE), TF_FRAUD_HIT);
    checked(history, good, "valid", 25, 25);
    assert_int_equal(treated(history, "S", good, austrian, TF_DIRECTION_PURCHASE), TF_FRAUD_CLEAR); /* the last check counts */
    checked(history, good, "invalid", 26, 7); /* told later, made earlier */
    assert_int_equal(treated(history, "S", good, austrian, TF_DIRECTION_PURCHASE), TF_FRAUD_CLEAR);
    checked(history, good, "invalid", 40, 40);
    assert_int_equal(treated(history, "S", good, austrian, TF_DIRECTION_PURCHASE), TF_FRAUD_CLEAR); /* after the invoice */
    history_destroy(history);
}

static void a_changed_number_is_known_by_its_new_one(void **state)
{
    (void)state;
    struct history *history = history_create("VAT2");
    records_party(&party, "V-4711", 3);
    records_change(&party, "vat_id", "DE1", good, sample_time(4));
    party.party.vat_status = TF_STR("revoked");
    history_pass(history, &party.base);
    assert_int_equal(treated(history, "S", good, austrian, TF_DIRECTION_PURCHASE), TF_FRAUD_HIT);
    history_destroy(history);
}

static void treatments_that_need_no_number_are_clear(void **state)
{
    (void)state;
    struct history *history = history_create("VAT2");
    assert_int_equal(treated(history, "K", good, austrian, TF_DIRECTION_PURCHASE), TF_FRAUD_CLEAR);
    assert_int_equal(treated(history, "AE", good, austrian, TF_DIRECTION_SALE), TF_FRAUD_CLEAR);
    assert_int_equal(treated(history, "S", good, NULL, TF_DIRECTION_PURCHASE), TF_FRAUD_CLEAR);
    assert_int_equal(treated(history, "E", NULL, NULL, TF_DIRECTION_PURCHASE), TF_FRAUD_CLEAR);
    assert_int_equal(treated(history, "Z", bad, NULL, TF_DIRECTION_SALE), TF_FRAUD_CLEAR);
    assert_int_equal(treated(history, "S", good, bad, TF_DIRECTION_SALE), TF_FRAUD_CLEAR);
    records_invoice(&sample, "100.00", 30);
    records_breakdown(&sample, "AE", "0", "100.00", "0.00");
    sample.base.invoice.seller.vat_id = TF_STR_NONE;
    sample.base.invoice.seller.tax_id = TF_STR("201/123/12340");
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_CLEAR);
    history_destroy(history);
}

static void a_missing_field_is_unknown(void **state)
{
    (void)state;
    struct history *history = history_create("VAT2");
    records_invoice(&sample, "119.00", 30);
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_UNKNOWN); /* no breakdown */
    assert_int_equal(treated(history, "AE", "QQ123456", austrian, TF_DIRECTION_PURCHASE), TF_FRAUD_UNKNOWN); /* no country whose numbers are known */
    treated(history, "AE", good, austrian, TF_DIRECTION_PURCHASE);
    sample.base.event.event_time_present = false;
    assert_int_equal(history_judge(history, &sample.base), TF_FRAUD_UNKNOWN);
    history_destroy(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_tax_without_a_number_of_the_other_side_hits), cmocka_unit_test(a_number_that_cannot_be_one_hits),
        cmocka_unit_test(tax_charged_without_a_number_hits), cmocka_unit_test(a_number_found_not_registered_hits),
        cmocka_unit_test(a_changed_number_is_known_by_its_new_one), cmocka_unit_test(treatments_that_need_no_number_are_clear),
        cmocka_unit_test(a_missing_field_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
