/* What a run leaves is what the next one goes on from, byte by byte, and bytes that are none of ours are refused. */
#include "unit/event/reading.h"

#include <string.h>

#include "taxflow/compare.h"

enum { KEPT_MAX = 16, BYTES_MAX = 1 << 16 };

struct kept {
    struct tf_buf items[KEPT_MAX];
    uint32_t count;
};

struct world {
    struct reading *reading;
    struct tf_vat_sums *sums;
    struct kept groups;
    struct tf_buf document; /* of the earlier run's that counts */
    struct tf_vat_entry *entries;
    size_t capacity;
    unsigned asked;
};

static int open_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    world->reading = reading_open(NULL, 0, READING_RECORD_BYTES_MAX);
    world->sums = tf_vat_sums_create();
    *state = world;
    return world->sums ? 0 : -1;
}

static void finish_kept(struct kept *kept)
{
    for (uint32_t i = 0; i < KEPT_MAX; i++)
        tf_buf_finish(&kept->items[i]);
    kept->count = 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    finish_kept(&world->groups);
    tf_buf_finish(&world->document);
    tf_vat_sums_destroy(world->sums);
    reading_close(world->reading);
    free(world->entries);
    free(world);
    return 0;
}

static enum tf_err keep(void *self, uint32_t number, struct tf_str bytes)
{
    struct kept *kept = self;
    assert_true(number < KEPT_MAX);
    tf_buf_finish(&kept->items[number]);
    tf_buf_init(&kept->items[number], BYTES_MAX);
    tf_buf_str(&kept->items[number], bytes);
    kept->count = number >= kept->count ? number + 1 : kept->count;
    return TF_OK;
}

static struct tf_hash16 identity(unsigned number) { return (struct tf_hash16){.bytes = {(uint8_t)number, 1}}; }

static struct tf_vat_added add(struct world *world, unsigned who, const char *text)
{
    struct tf_vat_added added;
    memset(&world->reading->event, 0, sizeof world->reading->event);
    const struct tf_event *event = reading_decode(world->reading, text);
    assert_int_equal(tf_vat_sums_add(world->sums, event, identity(who), true, &added), TF_OK);
    tf_buf_finish(&world->document);
    tf_buf_init(&world->document, BYTES_MAX);
    tf_document_encode(event, &added, 0, &world->document);
    return added;
}

static enum tf_err find(void *self, struct tf_hash16 who, bool revised, struct tf_vat_earlier *ret_earlier, bool *ret_found)
{
    struct world *world = self;
    world->asked++;
    *ret_found = tf_hash16_eq(who, identity(1)) && !revised;
    *ret_earlier = (struct tf_vat_earlier){.number = 7, .revision = 1};
    if (*ret_found)
        assert_int_equal(tf_document_entries(tf_buf_view(&world->document), &world->entries, &world->capacity, &ret_earlier->count), TF_OK);
    ret_earlier->entries = world->entries;
    return TF_OK;
}

/* The next run, which knows what this one kept; an amendment of document 1 is among its records. */
static void go_on(struct world *world)
{
    struct tf_event amendment = {.kind = TF_KIND_INVOICE, .revision = 2};
    assert_int_equal(tf_vat_sums_keep(world->sums, keep, &world->groups), TF_OK);
    tf_vat_sums_destroy(world->sums);
    world->sums = tf_vat_sums_create();
    assert_int_equal(tf_vat_sums_expect(world->sums, &amendment, identity(1)), TF_OK);
    tf_vat_sums_go_on(world->sums, &(struct tf_vat_past){world, find}, 7);
    for (uint32_t i = 0; i < world->groups.count; i++)
        assert_int_equal(tf_vat_sums_recall(world->sums, i, tf_buf_view(&world->groups.items[i])), TF_OK);
}

#define INVOICE(rest, net, vat) "{'kind':'invoice','company':'Ä GmbH','direction':'sale'," rest "'invoice':{'number':'1','issue_date':'2026-03-31'," \
    "'currency':'EUR','vat_breakdown':[{'category':'S','rate':'7.25','taxable':'" net "','tax':'" vat "'}],'totals':{'net':'" net "','vat':'" vat "'}}}"

static void expect_row(const struct world *world, const char *expected)
{
    size_t count;
    const struct tf_vat_group **groups = tf_vat_sums_sorted(world->sums, &count);
    struct tf_vat_cells c;
    char text[1024] = "";
    for (size_t i = 0; i < count; i++) {
        tf_vat_cells_of(groups[i], &c);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s %s %s %s %llu %s %s (%lld %s %s)", c.company, c.period, c.category, c.rate,
                 (unsigned long long)c.documents, c.net, c.vat, (long long)c.run_documents, c.run_net, c.run_vat);
    }
    assert_string_equal(text, expected);
    free(groups);
}

static void test_sums_go_on(void **state)
{
    struct world *world = *state;
    struct tf_book accepted = {.count = 0};
    struct tf_fault fault = {0};
    add(world, 1, INVOICE("", "100.123", "12345678901234567890123456.78")); /* past 64 bits, and finer than cents */
    go_on(world);
    assert_true(tf_vat_sums_goes_on(world->sums));
    expect_row(world, "Ä GmbH 2026-03 S 7.25 1 100.123 12345678901234567890123456.78 (0 0.00 0.00)");
    assert_int_equal(tf_vat_sums_check(world->sums, &accepted, &fault), TF_OK); /* nothing was accepted in this run, and nothing is missing */
    assert_int_equal(add(world, 2, INVOICE("", "-1", "-0.07")).number, 8);
    expect_row(world, "Ä GmbH 2026-03 S 7.25 2 99.123 12345678901234567890123456.71 (1 -1.00 -0.07)");
    assert_int_equal(tf_vat_sums_check(world->sums, &accepted, &fault), TF_E_BREACH);
    assert_int_equal(tf_book_add(&accepted, &world->reading->event), TF_OK);
    assert_int_equal(tf_vat_sums_check(world->sums, &accepted, &fault), TF_OK);
    tf_book_finish(&accepted);
}

static void test_only_what_has_changed_is_kept(void **state)
{
    struct world *world = *state;
    add(world, 1, INVOICE("", "100", "7.25"));
    add(world, 2, INVOICE("'user':'u',", "100", "7.25"));
    go_on(world);
    struct kept again = {.count = 0};
    assert_int_equal(tf_vat_sums_keep(world->sums, keep, &again), TF_OK);
    assert_int_equal(again.count, 0);
    add(world, 3, INVOICE("", "0", "0"));
    assert_int_equal(tf_vat_sums_keep(world->sums, keep, &again), TF_OK);
    assert_int_equal(again.count, 1);
    finish_kept(&again);
}

static void test_an_amendment_takes_out_what_an_earlier_run_counted(void **state)
{
    struct world *world = *state;
    struct tf_book accepted = {.count = 0};
    struct tf_fault fault = {0};
    add(world, 1, INVOICE("", "100", "7.25"));
    go_on(world);
    struct tf_vat_added added = add(world, 1, INVOICE("'revision':2,", "40", "2.90"));
    assert_int_equal(tf_book_add(&accepted, &world->reading->event), TF_OK);
    assert_int_equal(added.replaces, 7);
    expect_row(world, "Ä GmbH 2026-03 S 7.25 1 40.00 2.90 (0 -60.00 -4.35)");
    assert_int_equal(tf_vat_sums_check(world->sums, &accepted, &fault), TF_OK);
    assert_false(add(world, 1, INVOICE("'revision':1,", "9", "0.65")).counts);
    assert_int_equal(world->asked, 1); /* once an identity */
    tf_book_finish(&accepted);
}

static void test_other_bytes_are_refused(void **state)
{
    struct world *world = *state;
    add(world, 1, INVOICE("", "100.123", "7.25"));
    go_on(world);
    const struct tf_str group = tf_buf_view(&world->groups.items[0]), document = tf_buf_view(&world->document);
    struct tf_vat_sums *sums = tf_vat_sums_create();
    size_t count;
    for (size_t len = 0; len < group.len; len++)
        assert_int_equal(tf_vat_sums_recall(sums, 0, (struct tf_str){group.ptr, len}), TF_E_VALUE);
    assert_int_equal(tf_vat_sums_recall(sums, 1, group), TF_E_VALUE); /* not the next */
    assert_int_equal(tf_vat_sums_recall(sums, 0, group), TF_OK);
    assert_int_equal(tf_vat_sums_recall(sums, 1, group), TF_E_VALUE); /* there already */
    assert_int_equal(tf_document_entries((struct tf_str){document.ptr, document.len - 1}, &world->entries, &world->capacity, &count), TF_E_VALUE);
    assert_int_equal(tf_document_entries(TF_STR("short"), &world->entries, &world->capacity, &count), TF_E_VALUE);
    tf_vat_sums_destroy(sums);
}

/* A document whose group nobody knows. */
static void test_documents_name_groups_that_are_there(void **state)
{
    struct world *world = *state;
    struct tf_vat_sums *none = tf_vat_sums_create();
    struct tf_documents *documents = tf_documents_create(tmpfile());
    add(world, 1, INVOICE("", "100", "7.25"));
    const struct tf_document_earlier earlier = {.number = 1, .place = 1, .counts = true, .bytes = tf_buf_view(&world->document)};
    assert_int_equal(tf_documents_recall(documents, &earlier, none), TF_E_VALUE);
    assert_int_equal(tf_documents_recall(documents, &earlier, world->sums), TF_OK);
    tf_documents_destroy(documents);
    tf_vat_sums_destroy(none);
}

static void test_returns_go_on(void **state)
{
    struct world *world = *state;
    struct kept kept = {.count = 0};
    struct tf_declared *declared = tf_declared_create(), *next = tf_declared_create();
    size_t count;
    static const char *const records[] = {
        "{'kind':'return','company':'A','recorded_at':'2026-04-10T09:00:00Z','revision':3,'return':{'period':'2026-03','code':'output-vat','declared':'-5.005'}}",
        "{'kind':'return','company':'B','return':{'period':'2026','code':'81','declared':'1'}}"};
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(tf_declared_add_return(declared, reading_decode(world->reading, records[i]), identity(i), TF_STR("r.ndjson:7"), "EUR"), TF_OK);
    assert_int_equal(tf_declared_keep(declared, keep, &kept), TF_OK);
    assert_int_equal(kept.count, 2);
    for (uint32_t i = 0; i < kept.count; i++)
        assert_int_equal(tf_declared_recall(next, tf_buf_view(&kept.items[i])), TF_OK);
    const struct tf_declared_line *before = tf_declared_lines(declared, &count), *lines = tf_declared_lines(next, &count);
    assert_int_equal(count, 2);
    assert_true(lines[0].earlier && !before[0].earlier && tf_money_cmp(lines[0].vat, before[0].vat) == 0 && lines[0].has_vat);
    assert_true(lines[0].first == before[0].first && lines[0].last == before[0].last && lines[0].sales == 1);
    assert_int_equal(lines[0].handed_in_ms, before[0].handed_in_ms);
    reading_str(lines[0].source, "r.ndjson:7");
    assert_string_equal(lines[1].problem, before[1].problem);
    assert_int_equal(tf_declared_add_return(next, reading_decode(world->reading, "{'kind':'return','company':'A','revision':2,'return':{'period':'2026-03',"
                                                                                  "'code':'output-vat','declared':'6'}}"), identity(0), TF_STR("s"), "EUR"), TF_OK);
    lines = tf_declared_lines(next, &count);
    assert_int_equal(tf_money_cmp(lines[0].vat, before[0].vat), 0); /* a lower revision */
    const struct tf_str bytes = tf_buf_view(&kept.items[0]);
    for (size_t len = 0; len < bytes.len; len++)
        assert_int_equal(tf_declared_recall(next, (struct tf_str){bytes.ptr, len}), TF_E_VALUE);
    finish_kept(&kept);
    tf_declared_destroy(declared);
    tf_declared_destroy(next);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sums_go_on), TEST(test_only_what_has_changed_is_kept), TEST(test_an_amendment_takes_out_what_an_earlier_run_counted),
        TEST(test_other_bytes_are_refused), TEST(test_documents_name_groups_that_are_there), TEST(test_returns_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
