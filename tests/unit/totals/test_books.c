/* A record that was lost, doubled or changed between reading and judging is noticed, and told with what differs. */
#include "unit/event/reading.h"

#include <string.h>

#include "taxflow/books.h"

enum { WORKERS = 2, RECORDS = 6 };

static const char *const records[RECORDS] = {
    "{'kind':'invoice','company':'A','invoice':{'number':'R-1','issue_date':'2026-03-05','currency':'EUR','totals':{'net':'100.00','vat':'19.00','gross':'119.00'}}}",
    "{'kind':'credit_note','company':'A','invoice':{'number':'G-1','issue_date':'2026-02-01','currency':'eur ','totals':{'net':'10','vat':'1.90','gross':'11.90'}}}",
    "{'kind':'payment','company':'A','payment':{'supplier':'S','amount':'0.10','currency':'USD','date':'2026-04-09'}}",
    "{'kind':'journal','company':'A','journal':{'id':'J','posting_date':'2026-01-09','lines':[{'account':'1','debit':'5.005','currency':'EUR'},"
    "{'account':'2','credit':'5.005','currency':'EUR'},{'account':'3','debit':'7'}]}}",
    "{'kind':'payment','company':'A','payment':{'supplier':'S','amount':'0.20','currency':'euro','date':'2026-04-09'}}",
    "not a record",
};

struct world {
    struct reading *reading;
    struct tf_books *books;
};

static int open_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    world->reading = reading_open(NULL, 0, READING_RECORD_BYTES_MAX);
    world->books = tf_books_create(WORKERS);
    *state = world;
    return world->books ? 0 : -1;
}

static int close_world(void **state)
{
    struct world *world = *state;
    tf_books_destroy(world->books);
    reading_close(world->reading);
    free(world);
    return 0;
}

/* The record; NULL where it is none. */
static const struct tf_event *event(struct world *world, size_t record)
{
    struct reading *r = world->reading;
    memset(&r->event, 0, sizeof r->event);
    const enum tf_err err = tf_reader_read(r->reader, reading_json(r, records[record]), r->arena, &r->envelope, &r->event, &r->problem);
    return err == TF_OK ? &r->event : NULL;
}

static void read_all(struct world *world)
{
    struct tf_fault fault;
    for (size_t i = 0; i < RECORDS; i++) {
        const struct tf_event *read = event(world, i);
        const bool invoice = read && read->kind <= TF_KIND_CREDIT_NOTE;
        const struct tf_book_entry entry = {.file = i < 3 ? 0 : 2, .line = i + 1, .event = read, .number = invoice ? read->as.invoice->number : TF_STR_NONE};
        tf_books_read(world->books, (unsigned)(i % WORKERS), &entry);
    }
    assert_int_equal(tf_books_read_done(world->books, &fault), TF_OK);
}

static void judge(struct world *world, size_t record, enum tf_fate fate)
{
    assert_int_equal(tf_books_judged(world->books, record < 3 ? 0 : 2, fate, event(world, record)), TF_OK);
}

static const char *name(void *self, uint32_t file)
{
    (void)self;
    static const char *const names[] = {"a.ndjson", "empty", "b.csv"};
    return names[file];
}

static void expect_breach(struct world *world, const char *file, const char *what)
{
    struct tf_fault fault = {0};
    tf_books_close(world->books);
    assert_int_equal(tf_books_check(world->books, name, NULL, &fault), TF_E_BREACH);
    assert_int_equal(tf_err_exit_status(TF_E_BREACH), 70);
    if (!strstr(fault.text, file) || !strstr(fault.text, what))
        fail_msg("%s", fault.text);
}

static void judge_all_but(struct world *world, size_t left_out)
{
    static const enum tf_fate fates[RECORDS] = {TF_FATE_ACCEPTED, TF_FATE_DUPLICATE, TF_FATE_ACCEPTED, TF_FATE_DEAD, TF_FATE_ACCEPTED, TF_FATE_DEAD};
    for (size_t i = 0; i < RECORDS; i++)
        if (i != left_out)
            judge(world, i, fates[i]);
}

static void test_what_was_judged_is_what_was_read(void **state)
{
    struct world *world = *state;
    struct tf_fault fault = {0};
    char text[TF_SUM_TEXT_BYTES];
    read_all(world);
    judge_all_but(world, RECORDS);
    tf_books_close(world->books);
    assert_int_equal(tf_books_check(world->books, name, NULL, &fault), TF_OK);
    const struct tf_book *first = &tf_books_file(world->books, 0)->read, *last = &tf_books_file(world->books, 2)->read;
    static const struct { size_t file; const char *currency; enum tf_book_amount amount; const char *sum; } sums[] = {
        {0, "EUR", TF_BOOK_GROSS, "107.10"}, {0, "EUR", TF_BOOK_NET, "90.00"}, {0, "EUR", TF_BOOK_VAT, "17.10"}, {0, "USD", TF_BOOK_PAID, "0.10"},
        {0, "USD", TF_BOOK_GROSS, "0.00"},   {2, "EUR", TF_BOOK_DEBIT, "5.005"}, {2, "EUR", TF_BOOK_CREDIT, "5.005"}, {2, "", TF_BOOK_DEBIT, "7.00"},
        {2, "", TF_BOOK_PAID, "0.20"},       {2, "CHF", TF_BOOK_PAID, "0.00"},
    };
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        const struct tf_sum sum = tf_book_sum(sums[i].file == 0 ? first : last, sums[i].currency, sums[i].amount);
        tf_sum_format(&sum, text);
        assert_string_equal(text, sums[i].sum);
    }
    assert_int_equal(first->records, 3);
    assert_int_equal(first->kinds[TF_KIND_CREDIT_NOTE], 1);
    assert_int_equal(last->records, 2);
    assert_int_equal(last->unreadable, 1);
    assert_int_equal(tf_books_files(world->books), 3);
    assert_int_equal(tf_books_file(world->books, 1)->read.records, 0);
    assert_string_equal(first->currencies[0].currency, "EUR");
    assert_string_equal(first->currencies[1].currency, "USD");
}

static void test_first_and_last(void **state)
{
    struct world *world = *state;
    read_all(world);
    const struct tf_file_books *file = tf_books_file(world->books, 0);
    assert_string_equal(file->first.number, "R-1");
    assert_int_equal(file->first.line, 1);
    assert_string_equal(file->last.number, "G-1");
    assert_int_equal(file->last.line, 2);
    assert_true(file->dated);
    assert_int_equal(file->first_day, 20485); /* 2026-02-01 */
    assert_int_equal(file->last_day, 20552);  /* 2026-04-09 */
    assert_int_equal(tf_books_file(world->books, 2)->first.line, 0);
}

static void test_a_lost_record_is_noticed(void **state)
{
    struct world *world = *state;
    read_all(world);
    judge_all_but(world, 2);
    expect_breach(world, "a.ndjson", "3 records were read, 2 judged");
}

static void test_a_lost_line_is_noticed(void **state)
{
    struct world *world = *state;
    read_all(world);
    judge_all_but(world, 5);
    expect_breach(world, "b.csv", "1 unreadable records were read, 0 judged");
}

static void test_a_doubled_record_is_noticed(void **state)
{
    struct world *world = *state;
    read_all(world);
    judge_all_but(world, RECORDS);
    judge(world, 3, TF_FATE_ACCEPTED);
    expect_breach(world, "b.csv", "2 records were read, 3 judged");
}

static void test_one_in_anothers_place_is_noticed(void **state)
{
    struct world *world = *state;
    read_all(world);
    judge_all_but(world, 0);
    judge(world, 2, TF_FATE_ACCEPTED);
    expect_breach(world, "a.ndjson", "1 invoice were read, 0 judged");
}

static void test_a_changed_amount_is_noticed(void **state)
{
    struct world *world = *state;
    read_all(world);
    judge_all_but(world, 2);
    assert_int_equal(tf_books_judged(world->books, 0, TF_FATE_ACCEPTED, event(world, 4)), TF_OK); /* a payment of 0.20 and no currency */
    expect_breach(world, "a.ndjson", "the sum of paid in USD that was read is 0.10 more than what was judged");
}

static void test_a_file_that_was_never_read(void **state)
{
    struct world *world = *state;
    read_all(world);
    assert_int_equal(tf_books_judged(world->books, 3, TF_FATE_ACCEPTED, event(world, 0)), TF_E_BREACH);
}

static void test_many_currencies_and_long_numbers(void **state)
{
    struct world *world = *state;
    struct tf_event payment = *event(world, 2);
    struct tf_fault fault;
    char code[4] = "AAA", number[TF_BOOK_NUMBER_BYTES + 3];
    memset(number, 'x', TF_BOOK_NUMBER_BYTES - 1);
    memcpy(number + TF_BOOK_NUMBER_BYTES - 1, "ää", 4); /* the limit stands inside the first letter */
    for (size_t i = 0; i < 500; i++) {
        code[1] = (char)('A' + i % 26);
        code[2] = (char)('A' + i / 26);
        payment.as.payment->currency = tf_str_of(code);
        tf_books_read(world->books, 0, &(struct tf_book_entry){.line = i + 1, .event = &payment, .number = {number, TF_BOOK_NUMBER_BYTES + 3}});
    }
    assert_int_equal(tf_books_read_done(world->books, &fault), TF_OK);
    assert_int_equal(tf_books_file(world->books, 0)->read.count, 500);
    assert_int_equal(strlen(tf_books_file(world->books, 0)->first.number), TF_BOOK_NUMBER_BYTES - 1);
}

static void test_a_sum_that_is_full_is_told(void **state)
{
    struct world *world = *state;
    struct tf_book book = {.count = 0};
    const struct tf_sum most = {.cents = ((((tf_int128)1 << 126) - 1) << 1) + 1};
    assert_int_equal(tf_book_put(&book, "USD", TF_BOOK_PAID, &most), TF_OK);
    assert_int_equal(tf_book_add(&book, event(world, 2)), TF_E_LIMIT);
    tf_book_finish(&book);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_was_judged_is_what_was_read), TEST(test_first_and_last), TEST(test_a_lost_record_is_noticed), TEST(test_a_lost_line_is_noticed),
        TEST(test_a_doubled_record_is_noticed), TEST(test_one_in_anothers_place_is_noticed), TEST(test_a_changed_amount_is_noticed),
        TEST(test_a_file_that_was_never_read), TEST(test_many_currencies_and_long_numbers), TEST(test_a_sum_that_is_full_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
