/* An audit that loses a record, judges one twice or finds it changed ends with a breach, which is exit 70. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "taxflow/audit_totals.h"

#define INVOICE(number, rest)                                                                                                                        \
    "{\"kind\":\"invoice\",\"company\":\"A\",\"direction\":\"sale\"," rest "\"invoice\":{\"number\":\"" number "\",\"issue_date\":\"2026-03-01\",\"currency\":\"EUR\"," \
    "\"totals\":{\"net\":\"10.00\",\"vat\":\"1.90\",\"gross\":\"11.90\"}}}\n"
static const char text[] = INVOICE("R1", "") INVOICE("R2", "") "nothing that is a record\n" INVOICE("R1", "")
    "{\"kind\":\"payment\",\"company\":\"A\",\"payment\":{\"supplier\":\"S\",\"amount\":\"0.07\",\"currency\":\"EUR\",\"date\":\"2026-03-02\"}}\n";
enum { RECORDS = 5 };

struct world {
    char path[64];
    struct tf_config_source *source;
    struct tf_audit_totals *totals;
    struct tf_files *files;
    struct tf_reader *reader;
    struct tf_batch *batch;
};

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct tf_config_error errors[2];
    size_t found;
    const struct tf_config_request request = {.file = "/dev/null"};
    snprintf(w->path, sizeof w->path, "/tmp/taxflow-totals-XXXXXX");
    int fd = mkstemp(w->path);
    const bool written = fd >= 0 && write(fd, text, sizeof text - 1) == (ssize_t)sizeof text - 1 && close(fd) == 0;
    w->reader = tf_reader_create(NULL, 0, 4000000);
    w->batch = tf_batch_create(16, 1, 64 << 20);
    w->totals = tf_audit_totals_create(1, true);
    *state = w;
    return written && w->totals && tf_config_load(&request, &w->source, errors, 2, &found) == TF_OK ? 0 : -1;
}

static int close_world(void **state)
{
    struct world *w = *state;
    tf_files_destroy(w->files);
    tf_audit_totals_destroy(w->totals);
    tf_batch_destroy(w->batch);
    tf_reader_destroy(w->reader);
    tf_config_destroy(w->source);
    unlink(w->path);
    free(w);
    return 0;
}

/* All records, decoded, the second copy a duplicate. */
static void read_all(struct world *w)
{
    struct tf_fault fault = {0};
    const char *const path = w->path;
    assert_int_equal(tf_files_create_watched(tf_config_get(w->source), &path, 1, 1, NULL, NULL, tf_audit_totals_watch(w->totals), &w->files, &fault), TF_OK);
    assert_int_equal(tf_audit_totals_read_done(w->totals, &fault), TF_OK);
    const struct tf_source source = tf_source_files(w->files);
    assert_int_equal(source.poll(source.self, w->batch, 0, &fault), TF_OK);
    assert_int_equal(w->batch->count, RECORDS);
    for (size_t i = 0; i < RECORDS; i++) {
        struct tf_item *item = &w->batch->items[i];
        struct tf_envelope envelope = {0};
        assert_int_equal(source.fetch(source.self, item, w->batch->arenas[0]), TF_OK);
        const enum tf_err err = tf_reader_read(w->reader, item->value, w->batch->arenas[0], &envelope, &item->event, &item->problem);
        if (err == TF_OK)
            item->id = tf_identity_claim(envelope.source, envelope.id, 0);
        item->outcome = err != TF_OK ? TF_OUTCOME_DEAD : TF_OUTCOME_PROCESS;
        if (i > 0 && err == TF_OK && tf_hash16_eq(item->id, item[-1].id))
            item->outcome = TF_OUTCOME_DUPLICATE;
    }
}

static void expect_breach(struct world *w, const char *what)
{
    struct tf_fault fault = {0};
    const enum tf_err err = tf_audit_totals_close(w->totals, w->files, &fault);
    assert_int_equal(err, TF_E_BREACH);
    assert_int_equal(tf_err_exit_status(err), 70);
    if (!strstr(fault.text, what) || !strstr(fault.text, w->path))
        fail_msg("%s", fault.text);
}

static void test_all_is_there(void **state)
{
    struct world *w = *state;
    struct tf_fault fault = {0};
    size_t groups;
    char sum[TF_SUM_TEXT_BYTES];
    read_all(w);
    tf_audit_totals_judged(w->totals, w->batch);
    assert_int_equal(tf_audit_totals_close(w->totals, w->files, &fault), TF_OK);
    const struct tf_file_books *file = tf_books_file(tf_audit_totals_books(w->totals), 0);
    assert_int_equal(file->judged[TF_FATE_ACCEPTED].records, 3);
    assert_int_equal(file->judged[TF_FATE_DUPLICATE].records, 1);
    assert_int_equal(file->judged[TF_FATE_DEAD].unreadable, 1);
    const struct tf_vat_group **sorted = tf_vat_sums_sorted(tf_audit_totals_vat(w->totals), &groups);
    assert_int_equal(groups, 1);
    tf_sum_format(&sorted[0]->vat, sum);
    assert_string_equal(sum, "3.80");
    free(sorted);
}

static void test_a_lost_record(void **state)
{
    struct world *w = *state;
    read_all(w);
    w->batch->count--;
    tf_audit_totals_judged(w->totals, w->batch);
    expect_breach(w, "4 records were read, 3 judged");
}

static void test_a_record_judged_twice(void **state)
{
    struct world *w = *state;
    read_all(w);
    tf_audit_totals_judged(w->totals, w->batch);
    w->batch->items[0] = w->batch->items[RECORDS - 1];
    w->batch->count = 1;
    tf_audit_totals_judged(w->totals, w->batch);
    expect_breach(w, "4 records were read, 5 judged");
}

static void test_a_changed_amount(void **state)
{
    struct world *w = *state;
    read_all(w);
    for (size_t i = 0; i < RECORDS; i++)
        if (w->batch->items[i].outcome == TF_OUTCOME_DUPLICATE)
            w->batch->items[i].event.as.invoice->totals.vat.value.units++;
    tf_audit_totals_judged(w->totals, w->batch);
    expect_breach(w, "the sum of vat in EUR");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_all_is_there),
        TEST(test_a_lost_record),
        TEST(test_a_record_judged_twice),
        TEST(test_a_changed_amount),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
