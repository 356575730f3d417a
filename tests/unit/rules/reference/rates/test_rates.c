/* The table of VAT rates: what is built in is what the file says, and the first and last days of changes are right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rates/rates_table.h"
#include "taxflow/clock.h"

static struct tf_str read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = malloc(1 << 20);
    assert_non_null(bytes);
    const size_t len = fread(bytes, 1, 1 << 20, file);
    assert_true(len < 1 << 20);
    fclose(file);
    return (struct tf_str){bytes, len};
}

static void assert_same_rates(const struct tf_rates_territory *a, const struct tf_rates_territory *b)
{
    assert_int_equal(a->rates_count, b->rates_count);
    for (size_t i = 0; i < a->rates_count; i++) {
        assert_int_equal(a->rates[i].from, b->rates[i].from);
        assert_int_equal(a->rates[i].to, b->rates[i].to);
        assert_int_equal(a->rates[i].milli, b->rates[i].milli);
        assert_int_equal(a->rates[i].standard, b->rates[i].standard);
    }
}

static void test_the_built_in_rates_are_the_files(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    struct tf_rates *read = NULL;
    const struct tf_rates *builtin = tf_rates_builtin();
    const struct tf_str text = read_file(TF_SOURCE_DIR "/conf/tax/rates.json");
    if (tf_rates_parse(text, "rates.json", &read, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    free((void *)(uintptr_t)text.ptr);
    assert_string_equal(tf_rates_version(read), tf_rates_version(builtin));
    assert_int_equal(read->known_until, builtin->known_until);
    assert_int_equal(read->territories_count, builtin->territories_count);
    for (size_t i = 0; i < read->territories_count; i++) {
        const struct tf_rates_territory *a = &read->territories[i], *b = &builtin->territories[i];
        assert_string_equal(a->code, b->code);
        assert_string_equal(a->country, b->country);
        assert_string_equal(a->postcodes, b->postcodes);
        assert_int_equal(a->category, b->category);
        assert_int_equal(a->complete_from, b->complete_from);
        assert_same_rates(a, b);
        assert_true(i == 0 || tf_rates_territory_cmp(b - 1, b) < 0); /* what is built in has to be in order already */
    }
    tf_rates_destroy(read);
}

struct question {
    const char *country, *postcode;
    char category;
    const char *percent, *date;
    enum tf_rates_answer answer;
};

static enum tf_rates_answer ask(const struct tf_rates *rates, const struct question *q)
{
    struct tf_rates_place place = {.country = tf_country_of(tf_str_of(q->country)), .anywhere = !q->postcode};
    struct tf_decimal percent;
    int32_t day;
    if (q->postcode)
        place.postcodes[place.postcodes_count++] = tf_str_of(q->postcode);
    assert_int_equal(tf_money_parse(tf_str_of(q->percent), &percent), TF_OK);
    assert_true(tf_clock_parse_date(tf_str_of(q->date), &day));
    return tf_rates_ask(rates, &place, q->category, percent, day, day);
}

#define HELD TF_RATES_IN_FORCE
#define NOT TF_RATES_NOT_IN_FORCE
#define UNSURE TF_RATES_UNKNOWN
static const struct question questions[] = {
    /* changes, the day before and the day of */
    {"DE", "10115", 'S', "19", "2020-06-30", HELD}, {"DE", "10115", 'S', "19", "2020-07-01", NOT},
    {"DE", "10115", 'S', "16", "2020-06-30", NOT},  {"DE", "10115", 'S', "16", "2020-07-01", HELD},
    {"DE", "10115", 'S', "16.0", "2020-12-31", HELD}, {"DE", "10115", 'S', "16", "2021-01-01", NOT},
    {"DE", "10115", 'S', "5", "2020-12-31", HELD},  {"DE", "10115", 'S', "5", "2021-01-01", NOT},
    {"DE", "10115", 'S', "7", "2020-12-31", NOT},   {"DE", "10115", 'S', "7", "2021-01-01", HELD},
    {"EE", NULL, 'S', "20", "2023-12-31", HELD},    {"EE", NULL, 'S', "20", "2024-01-01", NOT},
    {"EE", NULL, 'S', "22", "2025-06-30", HELD},    {"EE", NULL, 'S', "22", "2025-07-01", NOT},
    {"EE", NULL, 'S', "24", "2025-07-01", HELD},    {"FI", NULL, 'S', "24", "2024-08-31", HELD},
    {"FI", NULL, 'S', "24", "2024-09-01", NOT},     {"FI", NULL, 'S', "25.5", "2024-09-01", HELD},
    {"FI", NULL, 'S', "14", "2025-12-31", HELD},    {"FI", NULL, 'S', "14", "2026-01-01", NOT},
    {"FI", NULL, 'S', "13.50", "2026-01-01", HELD}, {"LU", NULL, 'S', "17", "2022-12-31", HELD},
    {"LU", NULL, 'S', "17", "2023-01-01", NOT},     {"LU", NULL, 'S', "16", "2023-12-31", HELD},
    {"LU", NULL, 'S', "16", "2024-01-01", NOT},     {"LU", NULL, 'S', "17", "2024-01-01", HELD},
    {"RO", NULL, 'S', "19", "2025-07-31", HELD},    {"RO", NULL, 'S', "19", "2025-08-01", NOT},
    {"RO", NULL, 'S', "21", "2025-08-01", HELD},    {"SK", NULL, 'S', "20", "2024-12-31", HELD},
    {"SK", NULL, 'S', "20", "2025-01-01", NOT},     {"SK", NULL, 'S', "23", "2025-01-01", HELD},
    {"CH", NULL, 'S', "7.7", "2023-12-31", HELD},   {"CH", NULL, 'S', "7.7", "2024-01-01", NOT},
    {"LI", NULL, 'S', "8.1", "2024-01-01", HELD},   {"IE", NULL, 'S', "21", "2020-09-01", HELD},
    {"IE", NULL, 'S', "21", "2021-02-28", HELD},    {"IE", NULL, 'S', "21", "2021-03-01", NOT},
    {"PL", NULL, 'S', "22", "2010-12-31", HELD},    {"PL", NULL, 'S', "22", "2011-01-01", NOT},
    {"NL", NULL, 'S', "6", "2018-12-31", HELD},     {"NL", NULL, 'S', "6", "2019-01-01", NOT},
    {"CZ", NULL, 'S', "15", "2023-12-31", HELD},    {"CZ", NULL, 'S', "15", "2024-01-01", NOT},
    {"LT", NULL, 'S', "9", "2025-12-31", HELD},     {"LT", NULL, 'S', "12", "2025-12-31", NOT},
    {"HR", NULL, 'S', "25", "2022-12-31", HELD},    {"GR", "10431", 'S', "23", "2016-05-31", HELD},
    {"EL", "10431", 'S', "23", "2016-06-01", NOT},  {"GB", NULL, 'S', "17.5", "2011-01-03", HELD},
    {"GB", NULL, 'S', "17.5", "2011-01-04", NOT},   {"XI", NULL, 'S', "20", "2021-01-01", HELD},
    /* parts of countries */
    {"PT", "9000-001", 'S', "22", "2025-01-01", HELD}, {"PT", "1000-001", 'S', "22", "2025-01-01", NOT},
    {"PT", NULL, 'S', "22", "2025-01-01", HELD},    {"PT", "9500-100", 'S', "16", "2025-01-01", HELD},
    {"PT", "9000-001", 'S', "23", "2025-01-01", HELD}, /* or mainland's */
    {"FR", "20000", 'S', "13", "2025-01-01", HELD}, {"FR", "75001", 'S', "13", "2025-01-01", NOT},
    {"FR", "97110", 'S', "8.5", "2025-01-01", HELD}, {"FR", "75001", 'S', "8.5", "2025-01-01", NOT},
    {"RE", NULL, 'S', "8.5", "2025-01-01", HELD},   {"AT", "6691", 'S', "19", "2025-01-01", HELD},
    {"AT", "1010", 'S', "19", "2025-01-01", NOT},   {"GR", "85300", 'S', "17", "2025-01-01", HELD},
    {"GR", "10431", 'S', "17", "2025-01-01", NOT},  {"ES", "35001", 'L', "7", "2025-01-01", HELD},
    {"ES", "35001", 'L', "8", "2025-01-01", NOT},   {"ES", "35001", 'S', "7", "2025-01-01", NOT},
    {"ES", "51001", 'M', "10", "2025-01-01", HELD}, {"ES", "52001", 'M', "21", "2025-01-01", NOT},
    {"ES", "28001", 'L', "7", "2025-01-01", UNSURE}, /* there is no such tax: another rule's business */
    /* where the table is not complete */
    {"FR", "75001", 'S', "20.6", "1996-01-01", HELD}, {"FR", "75001", 'S', "19.6", "1996-01-01", NOT},
    {"FR", "75001", 'S', "5.5", "1996-01-01", HELD}, {"FR", "75001", 'S', "4", "1980-01-01", UNSURE},
    {"CN", NULL, 'S', "6", "2025-01-01", UNSURE},   {"QQ", NULL, 'S', "6", "2025-01-01", UNSURE},
    {"DE", "10115", 'S', "17", "2027-01-01", UNSURE}, {"DE", "10115", 'S', "16", "2027-01-01", NOT},
    {"DE", "10115", 'S', "19", "2027-01-01", HELD},
    /* no rates at all */
    {"DE", "10115", 'S', "19.001", "2025-01-01", NOT}, {"DE", "10115", 'S', "19.0000001", "2025-01-01", NOT},
    {"DE", "10115", 'S', "-19", "2025-01-01", NOT}, {"DE", "10115", 'S', "99999999999999999999", "2025-01-01", NOT},
    {"DE", "10115", 'S', "19.0000000", "2025-01-01", HELD},
};

static void test_what_was_in_force(void **state)
{
    (void)state;
    size_t failures = 0;
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        const struct question *q = &questions[i];
        const enum tf_rates_answer answer = ask(tf_rates_builtin(), q);
        if (answer == q->answer)
            continue;
        print_error("%s %s %c %s on %s: %d, not %d\n", q->country, q->postcode ? q->postcode : "-", q->category, q->percent, q->date,
                    answer, q->answer);
        failures++;
    }
    assert_int_equal(failures, 0);
}

/* Every period of the table, on its first and on its last day. */
static void test_every_period_holds_from_its_first_to_its_last_day(void **state)
{
    (void)state;
    const struct tf_rates *rates = tf_rates_builtin();
    for (size_t t = 0; t < rates->territories_count; t++) {
        const struct tf_rates_territory *territory = &rates->territories[t];
        if (territory->country[0] == '\0')
            continue;
        const struct tf_rates_place place = {.country = tf_country_of(tf_str_of(territory->country)), .anywhere = true};
        for (size_t i = 0; i < territory->rates_count; i++) {
            const struct tf_rate *rate = &territory->rates[i];
            const struct tf_decimal percent = tf_money_of(rate->milli, 3);
            const int32_t last = rate->to == TF_RATES_OPEN ? rates->known_until : rate->to - 1;
            const int32_t first = rate->from == TF_RATES_ALWAYS ? last : rate->from;
            assert_int_equal(tf_rates_ask(rates, &place, territory->category, percent, first, first), TF_RATES_IN_FORCE);
            assert_int_equal(tf_rates_ask(rates, &place, territory->category, percent, last, last), TF_RATES_IN_FORCE);
        }
    }
}

static void test_a_rate_that_held_on_any_day_of_a_time(void **state)
{
    (void)state;
    const struct tf_rates_place place = {.country = TF_COUNTRY('D', 'E')};
    const struct tf_decimal percent = tf_money_of(16, 0);
    const int32_t june = tf_clock_days_from_civil(2020, 6, 1), july = tf_clock_days_from_civil(2020, 7, 1);
    assert_int_equal(tf_rates_ask(tf_rates_builtin(), &place, 'S', percent, june, july), TF_RATES_IN_FORCE);
    assert_int_equal(tf_rates_ask(tf_rates_builtin(), &place, 'S', percent, june, july - 1), TF_RATES_NOT_IN_FORCE);
}

static void test_the_rates_of_a_day(void **state)
{
    (void)state;
    const struct tf_rates_place place = {.country = TF_COUNTRY('F', 'R'), .postcodes = {TF_STR("75001")}, .postcodes_count = 1};
    const int32_t day = tf_clock_days_from_civil(2025, 1, 1), wanted[] = {2100, 5500, 10000, 20000};
    int32_t milli[8];
    assert_int_equal(tf_rates_in_force(tf_rates_builtin(), &place, 'S', day, milli, 8), 4);
    assert_memory_equal(milli, wanted, sizeof wanted);
    assert_int_equal(tf_rates_in_force(tf_rates_builtin(), &place, 'S', day, milli, 2), 2);
    assert_int_equal(tf_rates_in_force(tf_rates_builtin(), &place, 'L', day, milli, 8), 0);
}

#define FILE_OF(territory, rate)                                                                    \
    "{\"version\": \"2030-01-01\",\n \"known_until\": \"2030-12-31\",\n \"territories\": [\n  {\"code\": " territory \
    ", \"rates\": [\n   " rate "\n  ]}\n ]\n}"
#define DE "\"DE\", \"country\": \"DE\", \"category\": \"S\", \"postcodes\": \"\", \"complete_from\": \"2020-01-01\""
#define RATE "{\"rate\": \"18.5\", \"kind\": \"standard\", \"from\": \"2020-01-01\", \"to\": null, \"sources\": \"law\"}"

static void test_a_file_that_is_right(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    struct tf_rates *rates = NULL;
    assert_int_equal(tf_rates_parse(TF_STR(FILE_OF(DE, RATE)), "r.json", &rates, &fault), TF_OK);
    const struct question in = {"DE", NULL, 'S', "18.5", "2029-01-01", HELD}, out = {"DE", NULL, 'S', "19", "2029-01-01", NOT};
    assert_int_equal(ask(rates, &in), in.answer);
    assert_int_equal(ask(rates, &out), out.answer);
    tf_rates_destroy(rates);
}

static void test_what_is_wrong_in_a_file(void **state)
{
    (void)state;
    static const struct {
        const char *text, *fault;
    } files[] = {
        {"", "r.json:1: "},
        {"{\"version\": \"2030-01-01\"", "r.json:"},
        {"{\"version\": 1}", "r.json:1: \"version\" must be a text such as"},
        {"{\"version\": \"2030-01-01\", \"rates\": []}", "r.json:1: unknown member \"rates\"; take it out"},
        {"{\"version\": \"2030-01-01\"}", "r.json:1: \"territories\" is missing"},
        {FILE_OF("\"DE\", \"category\": \"X\"", RATE), "r.json:4: \"category\" must be"},
        {FILE_OF("\"NARNIA-42X\"", RATE), "r.json:4: \"code\" is too long"},
        {FILE_OF(DE, "19"), "r.json:5: a rate is an object"},
        {FILE_OF(DE, "{\"rate\": 19}"), "r.json:5: \"rate\" must be a text"},
        {FILE_OF(DE, "{\"rate\": \"1e1\"}"), "r.json:5: \"rate\" must be a percentage"},
        {FILE_OF(DE, "{\"rate\": \"-1\"}"), "r.json:5: \"rate\" must be a percentage"},
        {FILE_OF(DE, "{\"rate\": \"19.0001\"}"), "r.json:5: \"rate\" must be a percentage"},
        {FILE_OF(DE, "{\"rate\": \"19\", \"kind\": \"luxury\"}"), "r.json:5: no such kind of rate"},
        {FILE_OF(DE, "{\"rate\": \"19\", \"kind\": \"reduced\", \"from\": \"2021-02-30\"}"), "r.json:5: \"from\" must be a date"},
        {FILE_OF(DE, "{\"rate\": \"19\", \"kind\": \"reduced\", \"from\": \"2021-02-01\", \"to\": \"2021-02-01\", \"sources\": \"law\"}"),
         "r.json:5: \"to\" is the first day"},
        {FILE_OF(DE, "{\"rate\": \"19\", \"kind\": \"reduced\"}"), "r.json:5: \"sources\" is missing"},
        {FILE_OF(DE ", \"note\": 1", RATE), "r.json:4: unknown member \"note\""},
        {FILE_OF(DE, RATE "]}, {\"code\": " DE ", \"rates\": ["), "r.json:3: territory \"DE\" stands there twice"},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct tf_fault fault = {0};
        struct tf_rates *rates = NULL;
        assert_int_equal(tf_rates_parse(tf_str_of(files[i].text), "r.json", &rates, &fault), TF_E_CONFIG);
        assert_null(rates);
        if (strncmp(fault.text, files[i].fault, strlen(files[i].fault)) != 0)
            fail_msg("\"%s\" instead of \"%s\"", fault.text, files[i].fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_built_in_rates_are_the_files),
        cmocka_unit_test(test_what_was_in_force),
        cmocka_unit_test(test_every_period_holds_from_its_first_to_its_last_day),
        cmocka_unit_test(test_a_rate_that_held_on_any_day_of_a_time),
        cmocka_unit_test(test_the_rates_of_a_day),
        cmocka_unit_test(test_a_file_that_is_right),
        cmocka_unit_test(test_what_is_wrong_in_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
