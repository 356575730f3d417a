#include "unit/event/reading.h"

#include <string.h>
#include <unistd.h>

#include "taxflow/compare.h"

enum { TOLD_MAX = 64 };

/* What was told of a line, kept. */
struct told {
    struct tf_difference difference;
    struct tf_suspect suspects[8];
};

struct world {
    struct reading *reading;
    struct tf_vat_sums *sums;
    struct tf_documents *documents;
    struct tf_declared *declared;
    struct told told[TOLD_MAX];
    size_t told_count;
    uint64_t place;
};

static int open_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    FILE *scratch = tmpfile();
    world->reading = reading_open(NULL, 0, READING_RECORD_BYTES_MAX);
    world->sums = tf_vat_sums_create();
    world->declared = tf_declared_create();
    world->documents = scratch ? tf_documents_create(scratch) : NULL;
    *state = world;
    return world->sums && world->declared && world->documents ? 0 : -1;
}

static int close_world(void **state)
{
    struct world *world = *state;
    tf_documents_destroy(world->documents);
    tf_declared_destroy(world->declared);
    tf_vat_sums_destroy(world->sums);
    reading_close(world->reading);
    free(world);
    return 0;
}

static struct tf_hash16 identity(unsigned number) { return (struct tf_hash16){.bytes = {(uint8_t)number, (uint8_t)(number >> 8), 9}}; }

static const struct tf_event *event_of(struct world *world, const char *text)
{
    tf_arena_rewind(world->reading->arena);
    memset(&world->reading->event, 0, sizeof world->reading->event);
    return reading_decode(world->reading, text);
}

/* A document with one row of S 19. Returns its place. */
struct document {
    const char *direction, *issued, *point, *net, *vat, *more, *head;
    unsigned why, who;
};

static uint64_t add(struct world *world, const struct document *d)
{
    struct tf_vat_added added;
    const bool counts = (d->why & (TF_WHY_COPY | TF_WHY_CONFLICT)) == 0;
    const struct tf_event *event = event_of(
        world, reading_printf("{'kind':'invoice','company':'A','direction':'%s',%s'invoice':{'number':'1','issue_date':'%s',%s%s%s'currency':'EUR',%s"
                              "'vat_breakdown':[{'category':'S','rate':'19','taxable':'%s','tax':'%s'}],'totals':{'net':'%s','vat':'%s'%s}}}",
                              d->direction, d->head ? d->head : "", d->issued, d->point ? "'tax_point_date':'" : "", d->point ? d->point : "",
                              d->point ? "'," : "", d->more ? "'vat_currency':'SEK'," : "", d->net, d->vat, d->net, d->vat, d->more ? d->more : ""));
    assert_int_equal(tf_vat_sums_add(world->sums, event, identity(d->who ? d->who : (unsigned)world->place + 100), counts, &added), TF_OK);
    assert_int_equal(tf_documents_add(world->documents, event, &added, world->place, d->why), TF_OK);
    return world->place++;
}
#define ADD(world, ...) add((world), &(struct document){__VA_ARGS__})
#define SALE(issued_, net_, vat_) .direction = "sale", .issued = (issued_), .net = (net_), .vat = (vat_)

static void declare(struct world *world, const char *rows)
{
    char path[] = "/tmp/taxflow-compare-XXXXXX";
    struct tf_fault fault = {0};
    int fd = mkstemp(path);
    FILE *out = fdopen(fd, "w");
    assert_non_null(out);
    fprintf(out, "company,period,direction,net,vat,country,category,rate,currency,handed_in\n%s", rows);
    assert_int_equal(fclose(out), 0);
    const enum tf_err err = tf_declared_read(world->declared, path, &fault);
    unlink(path);
    if (err != TF_OK)
        fail_msg("%s", fault.text);
}

static enum tf_err tell(void *self, const struct tf_difference *difference)
{
    struct world *world = self;
    assert_true(world->told_count < TOLD_MAX);
    struct told *told = &world->told[world->told_count++];
    told->difference = *difference;
    for (size_t i = 0; i < difference->suspects_count && i < 8; i++)
        told->suspects[i] = difference->suspects[i];
    return TF_OK;
}

static void compare(struct world *world) { assert_int_equal(tf_compare(world->sums, world->documents, world->declared, tell, world), TF_OK); }

static void expect_sum(const struct tf_sum *sum, const char *expected)
{
    char text[TF_SUM_TEXT_BYTES];
    tf_sum_format(sum, text);
    assert_string_equal(text, expected);
}

static void test_sums_are_those_of_the_lines_own_documents(void **state)
{
    struct world *world = *state;
    ADD(world, SALE("2026-03-05", "100", "19.00"));
    ADD(world, SALE("2026-03-31", "10", "1.90"));
    ADD(world, SALE("2026-04-01", "1000", "190"));
    ADD(world, .direction = "purchase", .issued = "2026-03-09", .net = "50", .vat = "9.50");
    ADD(world, .direction = "intercompany", .issued = "2026-03-09", .net = "7", .vat = "1.33");
    declare(world, "A,2026-03,sale,110,20.90,,,,EUR,\nA,2026-03,purchase,,9,,S,19,,\nA,2026-03,vat-payable,,11.40,,,,,\nA,2026,sale,1110.00,210.90,,,,,\n"
                   "A,2026-03,sale,,0,,E,,EUR,\nB,2026-03,sale,,0,,,,EUR,\nA,2026-03-06/2026-04-01,sale,,191.90,,S,19.00,EUR,\nA,2026-03,sale,,20,,,,EUR,\n"
                   "A,2026-03,sale,,20.10,,,,EUR,\n");
    compare(world);
    static const struct { enum tf_match match; const char *found_vat, *vat; uint64_t documents, undirected; } rows[] = {
        {TF_MATCH_EQUAL, "20.90", "0.00", 2, 1},   {TF_MATCH_ROUNDED, "9.50", "0.50", 1, 1}, {TF_MATCH_EQUAL, "11.40", "0.00", 3, 1},
        {TF_MATCH_EQUAL, "210.90", "0.00", 3, 1},  {TF_MATCH_EQUAL, "0.00", "0.00", 0, 0},   {TF_MATCH_EQUAL, "0.00", "0.00", 0, 0},
        {TF_MATCH_EQUAL, "191.90", "0.00", 2, 1},  {TF_MATCH_ROUNDED, "20.90", "0.90", 2, 1}, {TF_MATCH_DIFFERS, "20.90", "0.80", 2, 1},
    };
    assert_int_equal(world->told_count, sizeof rows / sizeof rows[0]);
    for (size_t i = 0; i < world->told_count; i++) {
        const struct tf_difference *told = &world->told[i].difference;
        assert_int_equal(told->match, rows[i].match);
        expect_sum(&told->found_vat, rows[i].found_vat);
        expect_sum(&told->vat, rows[i].vat);
        assert_int_equal(told->documents, rows[i].documents);
        assert_int_equal(told->undirected, rows[i].undirected);
    }
    expect_sum(&world->told[0].difference.found_net, "110.00");
    assert_string_equal(world->told[1].difference.currency, "EUR");
}

/* One difference after the other, each with the one document that makes it. */
static void test_who_makes_the_difference_is_found(void **state)
{
    struct world *world = *state;
    ADD(world, SALE("2026-03-05", "100", "19.00"));
    const uint64_t late = ADD(world, SALE("2026-03-06", "200", "38.00"), .head = "'recorded_at':'2026-04-20T00:00:00Z',");
    const uint64_t copy = ADD(world, SALE("2026-03-05", "300", "57.00"), .why = TF_WHY_COPY);
    const uint64_t outside = ADD(world, SALE("2026-03-30", "400", "76.00"), .point = "2026-04-02");
    const uint64_t inside = ADD(world, SALE("2026-02-27", "500", "95.00"), .point = "2026-03-02");
    const uint64_t plain = ADD(world, SALE("2026-03-05", "600", "114.00"));
    /* found: 19 + 38 + 95 + 114 = 266 */
    static const struct { const char *declared; unsigned why; } rows[] = {
        {"228.00", TF_WHY_LATE}, {"323.00", TF_WHY_COPY}, {"342.00", TF_WHY_ISSUED_HERE}, {"171.00", TF_WHY_POINT_HERE}, {"152.00", 0},
    };
    const uint64_t places[] = {late, copy, outside, inside, plain};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        declare(world, reading_printf("A,2026-03,sale,,%s,,,,EUR,2026-04-10\n", rows[i].declared));
    compare(world);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct told *told = &world->told[i];
        assert_int_equal(told->difference.match, TF_MATCH_DIFFERS);
        assert_int_equal(told->difference.explained, TF_EXPLAINED_ONE);
        assert_true(told->suspects[0].candidate);
        assert_true(told->suspects[0].place == places[i]);
        assert_int_equal(told->suspects[0].why, rows[i].why);
        assert_true(tf_sum_eq(&told->suspects[0].vat, &told->difference.vat));
        assert_int_equal(told->difference.suspects_total, rows[i].why ? 4 : 5);
        assert_false(told->difference.bounded);
    }
}

static void test_late_is_behind_the_period_where_no_day_is_told(void **state)
{
    struct world *world = *state;
    ADD(world, SALE("2026-03-05", "100", "19.00"), .head = "'recorded_at':'2026-03-31T23:59:59Z',");
    ADD(world, SALE("2026-03-05", "200", "38.00"), .head = "'recorded_at':'2026-04-01T00:00:00Z',");
    declare(world, "A,2026-03,sale,,19.00,,,,EUR,\nA,2026-03,sale,,0,,,,EUR,\n");
    compare(world);
    assert_int_equal(world->told[0].suspects[0].why, TF_WHY_LATE);
    assert_int_equal(world->told[0].difference.suspects_total, 1);
    assert_int_equal(world->told[1].difference.explained, TF_EXPLAINED_PAIR);
}

static void test_an_amendment_and_what_it_replaced(void **state)
{
    struct world *world = *state;
    const char *const amended = "{'kind':'invoice','company':'A','revision':1,'invoice':{'number':'1'}}";
    assert_int_equal(tf_vat_sums_expect(world->sums, event_of(world, amended), identity(1)), TF_OK);
    ADD(world, SALE("2026-03-05", "100", "19.00"), .who = 1);
    ADD(world, SALE("2026-03-05", "200", "38.00"), .who = 1, .head = "'revision':1,");
    declare(world, "A,2026-03,sale,,19.00,,,,EUR,\nA,2026-03,sale,,38.00,,,,EUR,\n");
    compare(world);
    const struct told *told = &world->told[0];
    expect_sum(&told->difference.found_vat, "38.00");
    assert_int_equal(told->difference.documents, 1);
    assert_int_equal(told->difference.explained, TF_EXPLAINED_WHY);
    assert_int_equal(told->difference.mask, TF_WHY_REPLACED | TF_WHY_AMENDS);
    assert_int_equal(world->told[1].difference.match, TF_MATCH_EQUAL);
}

static void test_currencies_are_not_mixed(void **state)
{
    struct world *world = *state;
    ADD(world, SALE("2026-03-05", "100", "19.00"), .more = ",'vat_accounting':'200.00'");
    ADD(world, SALE("2026-03-05", "100", "19.00"));
    declare(world, "A,2026-03,sale,,200,,,,SEK,\nA,2026-03,sale,,38,,,,EUR,\nA,2026-03,sale,,38,,,,,\nA,2026-03,sale,100,200,,,,SEK,\nA,2026-03,sale,,0,,S,,SEK,\n");
    compare(world);
    assert_int_equal(world->told[0].difference.match, TF_MATCH_EQUAL);
    assert_int_equal(world->told[0].difference.elsewhere, 1);
    assert_int_equal(world->told[1].difference.match, TF_MATCH_EQUAL);
    assert_int_equal(world->told[1].difference.elsewhere, 0);
    assert_int_equal(world->told[2].difference.match, TF_MATCH_EQUAL);
    assert_int_equal(world->told[3].difference.elsewhere, 2); /* a net in SEK is told nowhere */
    assert_int_equal(world->told[4].difference.elsewhere, 2);
}

static void test_two_currencies_are_a_question(void **state)
{
    struct world *world = *state;
    ADD(world, SALE("2026-03-05", "100", "19.00"));
    const struct tf_event *event = event_of(world, "{'kind':'invoice','company':'A','direction':'sale','invoice':{'number':'2','issue_date':'2026-03-01',"
                                                   "'currency':'USD','totals':{'net':'1','vat':'0.19'}}}");
    struct tf_vat_added added;
    assert_int_equal(tf_vat_sums_add(world->sums, event, identity(7), true, &added), TF_OK);
    assert_int_equal(tf_documents_add(world->documents, event, &added, 1, 0), TF_OK);
    declare(world, "A,2026-03,sale,,19,,,,,\nA,2026-03,sale,,19,,,,EUR,\n");
    compare(world);
    assert_int_equal(world->told[0].difference.match, TF_MATCH_NOT_COMPARED);
    assert_non_null(strstr(world->told[0].difference.problem, "several currencies"));
    assert_int_equal(world->told[1].difference.match, TF_MATCH_EQUAL);
}

/* More lines than are searched at once, and more documents than are listed. */
static void test_many_lines_and_documents(void **state)
{
    struct world *world = *state;
    enum { DOCUMENTS = 250, LINES = 40 };
    for (int i = 0; i < DOCUMENTS; i++)
        ADD(world, SALE("2026-03-05", "100", "19.00"), .why = TF_WHY_TWICE);
    for (int i = 0; i < LINES; i++)
        declare(world, reading_printf("A,2026-03,sale,,%d,,,,EUR,\n", i * 19));
    compare(world);
    assert_int_equal(world->told_count, LINES);
    for (int i = 0; i < LINES; i++) {
        assert_int_equal(world->told[i].difference.suspects_total, DOCUMENTS);
        assert_int_equal(world->told[i].difference.suspects_count, TF_SUSPECTS_MAX);
        assert_true(tf_money_cmp(world->told[i].difference.line->vat, tf_money_of(i * 19, 0)) == 0);
    }
    assert_int_equal(world->told[0].difference.explained, TF_EXPLAINED_WHY); /* none of them was declared */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sums_are_those_of_the_lines_own_documents), TEST(test_who_makes_the_difference_is_found),
        TEST(test_late_is_behind_the_period_where_no_day_is_told), TEST(test_an_amendment_and_what_it_replaced), TEST(test_currencies_are_not_mixed),
        TEST(test_two_currencies_are_a_question), TEST(test_many_lines_and_documents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
