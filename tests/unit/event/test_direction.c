#include "reading.h"

#include "direction.h"

static const char *const de_vat[] = {"DE111111111", "DE222222222"};
static const char *const de_iban[] = {"DE89 3704 0044 0532 0130 00"};
static const char *const de_register[] = {"HRB.12345"};
static const char *const fr_vat[] = {"FR33333333333"};
static const struct tf_company companies[] = {
    {.id = "ACME-DE", .vat_ids = {de_vat, 2}, .ibans = {de_iban, 1}, .registers = {de_register, 1}},
    {.id = "ACME-FR", .vat_ids = {fr_vat, 1}},
    {.id = "ACME-XX"},
};

static int setup(void **state)
{
    *state = reading_open(companies, sizeof companies / sizeof companies[0], READING_RECORD_BYTES_MAX);
    return 0;
}

static void expect(struct reading *r, const char *members, enum tf_direction direction, bool foreign)
{
    const struct tf_event *e = reading_decode(r, reading_printf("{'kind':'invoice','company':'A','invoice':{%s}}", members));
    if (e->direction != direction || e->direction_foreign != foreign) {
        print_error("%s: %s, foreign %d\n", members, tf_event_direction_name(e->direction), e->direction_foreign);
        fail();
    }
}

static void test_our_seller_makes_a_sale(void **state)
{
    struct reading *r = *state;
    expect(r, "'seller':{'vat_id':'DE111111111'},'buyer':{'vat_id':'IT1'}", TF_DIRECTION_SALE, false);
    expect(r, "'seller':{'vat_id':'de 222.222.222'}", TF_DIRECTION_SALE, false);
    expect(r, "'seller':{'legal_id':{'id':'HRB 12345'}}", TF_DIRECTION_SALE, false);
    expect(r, "'seller':{'ids':['1','hrb12345']}", TF_DIRECTION_SALE, false);
    expect(r, "'payment':{'transfers':[{'account':'X'},{'account':'DE89370400440532013000'}]}", TF_DIRECTION_SALE, false);
}

static void test_our_buyer_makes_a_purchase(void **state)
{
    struct reading *r = *state;
    expect(r, "'seller':{'vat_id':'IT1'},'buyer':{'vat_id':'FR33333333333'}", TF_DIRECTION_PURCHASE, false);
    expect(r, "'buyer':{'legal_id':'HRB12345'}", TF_DIRECTION_PURCHASE, false);
    expect(r, "'buyer':{'ids':[{'id':'HRB12345','scheme':'x'}]}", TF_DIRECTION_PURCHASE, false);
}

static void test_both_ours_is_intercompany(void **state)
{
    struct reading *r = *state;
    expect(r, "'seller':{'vat_id':'DE111111111'},'buyer':{'vat_id':'FR33333333333'}", TF_DIRECTION_INTERCOMPANY, false);
    expect(r, "'seller':{'vat_id':'DE111111111'},'buyer':{'vat_id':'DE222222222'}", TF_DIRECTION_INTERCOMPANY, false);
}

static void test_neither_ours_is_foreign(void **state)
{
    struct reading *r = *state;
    expect(r, "'seller':{'vat_id':'IT1'},'buyer':{'vat_id':'IT2'}", TF_DIRECTION_UNKNOWN, true);
    expect(r, "", TF_DIRECTION_UNKNOWN, true);
    expect(r, "'seller':{'vat_id':' . ','legal_id':'','ids':['']},'payment':{'transfers':[{'account':''}]}", TF_DIRECTION_UNKNOWN, true);
    expect(r, "'seller':{'vat_id':'DE11111111'},'buyer':{'vat_id':'DE1111111111'}", TF_DIRECTION_UNKNOWN, true);
    const struct tf_event *e = reading_decode(r, "{'kind':'credit_note','company':'A','direction':'sale','invoice':{}}");
    assert_int_equal(e->direction, TF_DIRECTION_SALE);
    assert_true(e->direction_foreign);
}

static void test_what_we_are_outweighs_what_is_written(void **state)
{
    struct reading *r = *state;
    const struct tf_event *e =
        reading_decode(r, "{'kind':'invoice','company':'A','direction':'purchase','invoice':{'seller':{'vat_id':'DE111111111'}}}");
    assert_int_equal(e->direction, TF_DIRECTION_SALE);
}

static void test_other_kinds_are_never_foreign(void **state)
{
    struct reading *r = *state;
    const struct tf_event *e = reading_decode(r, "{'kind':'account','company':'A','direction':'sale','account':{'number':'1'}}");
    assert_int_equal(e->direction, TF_DIRECTION_SALE);
    assert_false(e->direction_foreign);
}

static void test_without_companies_it_is_as_written(void **state)
{
    (void)state;
    struct reading *r = reading_open(NULL, 0, READING_RECORD_BYTES_MAX);
    expect(r, "'seller':{'vat_id':'DE111111111'}", TF_DIRECTION_UNKNOWN, false);
    assert_int_equal(reading_decode(r, "{'kind':'invoice','company':'A','direction':'intercompany','invoice':{}}")->direction,
                     TF_DIRECTION_INTERCOMPANY);
    reading_close(r);
}

static void test_words(void **state)
{
    (void)state;
    enum tf_direction direction = TF_DIRECTION_UNKNOWN;
    assert_true(tf_direction_parse(TF_STR("purchase"), &direction));
    assert_int_equal(direction, TF_DIRECTION_PURCHASE);
    assert_true(tf_direction_parse(TF_STR("intercompany"), &direction));
    assert_int_equal(direction, TF_DIRECTION_INTERCOMPANY);
    assert_false(tf_direction_parse(TF_STR("Sale"), &direction));
    assert_false(tf_direction_parse(TF_STR_NONE, &direction));
    assert_int_equal(direction, TF_DIRECTION_INTERCOMPANY);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, reading_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_our_seller_makes_a_sale),
        TEST(test_our_buyer_makes_a_purchase),
        TEST(test_both_ours_is_intercompany),
        TEST(test_neither_ours_is_foreign),
        TEST(test_what_we_are_outweighs_what_is_written),
        TEST(test_other_kinds_are_never_foreign),
        cmocka_unit_test(test_without_companies_it_is_as_written),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
