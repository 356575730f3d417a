#include "unit/event/reading.h"

#include <string.h>
#include <unistd.h>

#include "taxflow/country.h"
#include "taxflow/declared.h"

static char path[64];

static enum tf_err read_text(struct tf_declared *declared, const char *text, struct tf_fault *fault)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
    assert_int_equal(fclose(out), 0);
    return tf_declared_read(declared, path, fault);
}

static int open_file(void **state)
{
    struct tf_declared *declared = tf_declared_create();
    snprintf(path, sizeof path, "/tmp/taxflow-declared-XXXXXX");
    int fd = mkstemp(path);
    *state = declared;
    return declared && fd >= 0 ? close(fd) : -1;
}

static int close_file(void **state)
{
    tf_declared_destroy(*state);
    return unlink(path);
}

static void test_a_file_is_read(void **state)
{
    struct tf_fault fault;
    size_t count;
    assert_int_equal(read_text(*state, "\xef\xbb\xbf" "Period;COMPANY;direction;net;vat;box;country;category;rate;currency;handed_in\r\n"
                                       "2026-03;A;sale;1000;190.00;\"81; 19 %\";de;S;19.0;eur;2026-04-10\r\n"
                                       "2026-Q1;B;vat-payable;;-5.5;;;;;;\r\n"
                                       "2026-01-15/2026-02-14;B; Input-VAT ;7;;;;;;;2026-04-10T09:00:00Z\n", &fault), TF_OK);
    const struct tf_declared_line *lines = tf_declared_lines(*state, &count);
    assert_int_equal(count, 3);
    reading_str(lines[0].company, "A");
    reading_str(lines[0].code, "81; 19 %");
    assert_non_null(memmem(lines[0].source.ptr, lines[0].source.len, ":2", 2));
    assert_int_equal(lines[0].first, 20513); /* 2026-03-01 */
    assert_int_equal(lines[0].last, 20543);
    assert_int_equal(lines[0].sales, 1);
    assert_int_equal(lines[0].purchases, 0);
    assert_int_equal(lines[0].country, TF_COUNTRY('D', 'E'));
    assert_string_equal(lines[0].category, "S");
    assert_string_equal(lines[0].currency, "EUR");
    assert_true(lines[0].rated && lines[0].has_net && lines[0].has_vat);
    assert_int_equal(tf_money_cmp(lines[0].rate, tf_money_of(19, 0)), 0);
    assert_int_equal(tf_money_cmp(lines[0].vat, tf_money_of(190, 0)), 0);
    assert_true(lines[0].handed_in_ms == INT64_C(1775865599999)); /* the day's last moment */
    reading_str(lines[1].code, "vat-payable");
    assert_true(!lines[1].has_net && lines[1].has_vat && !lines[1].rated && lines[1].handed_in_ms == 0);
    assert_int_equal(lines[1].purchases, -1);
    assert_string_equal(lines[1].currency, "");
    assert_int_equal(lines[1].country, TF_COUNTRY_NONE);
    assert_int_equal(lines[2].purchases, 1);
    assert_int_equal(lines[2].first, 20468);
    assert_true(lines[2].handed_in_ms == INT64_C(1775811600000));
}

static void test_what_is_wrong_is_told_with_its_place(void **state)
{
#define HEADER "company,period,direction,net,vat,country,category,rate,currency,handed_in\n"
    static const struct { const char *text, *told; } rows[] = {
        {"", "it is empty"},
        {"company,period,vat\n", "there is no column direction"},
        {"company,period,direction\n", "neither a column net nor one vat"},
        {"company,period,direction,vat,amount\n", "column 5 is none of those that are known"},
        {"company,period,direction,vat,VAT\n", "column 5 is there twice"},
        {HEADER ",2026-03,sale,,1,,,,,\n", ":2: column company"},
        {HEADER "A,2026-03,sale,,1,,,,,\nA,March,sale,,1,,,,,\n", ":3: column period"},
        {HEADER "A,2026-03,81,,1,,,,,\n", ":2: column direction"},
        {HEADER "A,2026-03,sale,,\"1,5\",,,,,\n", ":2: column vat: not a decimal"},
        {HEADER "A,2026-03,sale,1e,,,,,,\n", ":2: column net"},
        {HEADER "A,2026-03,sale,,,,,,,\n", "neither net nor vat is given"},
        {HEADER "A,2026-03,sale,,1,Germany,,,,\n", ":2: column country"},
        {HEADER "A,2026-03,sale,,1,,STANDARDRATE,,,\n", ":2: column category"},
        {HEADER "A,2026-03,sale,,1,,,19%,,\n", ":2: column rate"},
        {HEADER "A,2026-03,sale,,1,,,,EURO,\n", ":2: column currency"},
        {HEADER "A,2026-03,sale,,1,,,,,soon\n", ":2: column handed_in"},
        {HEADER "A,2026-03,sale,,\"1\n", ":2: "},
    };
#undef HEADER
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tf_declared *declared = tf_declared_create();
        struct tf_fault fault = {0};
        assert_int_equal(read_text(declared, rows[i].text, &fault), TF_E_VALUE);
        if (!strstr(fault.text, rows[i].told) || !strstr(fault.text, path))
            fail_msg("%s: %s", rows[i].text, fault.text);
        tf_declared_destroy(declared);
    }
}

static void test_a_file_that_is_not_there(void **state)
{
    struct tf_fault fault = {0};
    assert_int_equal(tf_declared_read(*state, "/nowhere/declared.csv", &fault), TF_E_NO_INPUT);
    assert_non_null(strstr(fault.text, "--declared"));
}

static void add_return(struct tf_declared *declared, unsigned who, const char *text, const char *currency)
{
    struct reading *r = reading_open(NULL, 0, READING_RECORD_BYTES_MAX);
    const struct tf_event *event = reading_decode(r, text);
    assert_int_equal(tf_declared_add_return(declared, event, (struct tf_hash16){.bytes = {(uint8_t)who}}, TF_STR("r.ndjson:7"), currency), TF_OK);
    reading_close(r); /* nothing of the event is kept */
}

static void test_return_records(void **state)
{
    size_t count;
    add_return(*state, 1, "{'kind':'return','company':'A','recorded_at':'2026-04-10T09:00:00Z','return':{'period':'2026-03','code':'output-vat','declared':'5.00'}}",
               "EUR");
    add_return(*state, 2, "{'kind':'return','company':'A','return':{'period':'2026-03','code':'81','declared':'5.00'}}", "EUR");
    add_return(*state, 3, "{'kind':'return','company':'A','return':{'period':'2026-03','code':'vat-payable','declared':'5.00'}}", "");
    add_return(*state, 1, "{'kind':'return','company':'A','revision':2,'return':{'period':'2026-03','code':'output-vat','declared':'7.00'}}", "EUR");
    add_return(*state, 1, "{'kind':'return','company':'A','revision':1,'return':{'period':'2026-03','code':'output-vat','declared':'6.00'}}", "EUR");
    const struct tf_declared_line *lines = tf_declared_lines(*state, &count);
    assert_int_equal(count, 3);
    assert_int_equal(tf_money_cmp(lines[0].vat, tf_money_of(7, 0)), 0);
    assert_null(lines[0].problem);
    reading_str(lines[0].source, "r.ndjson:7");
    assert_non_null(strstr(lines[1].problem, "code"));
    assert_non_null(strstr(lines[2].problem, "currency"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_file, close_file)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_file_is_read),
        TEST(test_what_is_wrong_is_told_with_its_place),
        TEST(test_a_file_that_is_not_there),
        TEST(test_return_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
