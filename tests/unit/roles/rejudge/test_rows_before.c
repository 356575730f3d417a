/* Rows of an audit against new ones: in step, out of step, unreadable, and several about one id. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rows_before.h"

enum { ROW_BYTES = 400 };

struct bench {
    struct tf_rejudge_totals totals;
    struct tf_opinions *opinions;
    struct tf_rows_before *rows;
    char folder[64], path[96];
};

static const char *row(char *out, const char *id, int line, const char *ruleset, int score)
{
    snprintf(out, ROW_BYTES,
             "{\"event_id\":\"%s\",\"position\":\"some, \\\"position\\\":\\\".ndjson:0:%d\",\"ruleset\":\"%s\",\"score\":%d,\"decision\":\"%s\","
             "\"amount_at_risk\":\"0.00\",\"hits\":[],\"unknown\":[],\"model\":null}",
             id, line, ruleset, score, score >= 50 ? "review" : "approve");
    return out;
}

static void write_rows(struct bench *bench, const char *const *texts, size_t count)
{
    struct tf_fault fault = {0};
    FILE *out = fopen(bench->path, "w");
    assert_non_null(out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s\n", texts[i]);
    fclose(out);
    assert_int_equal(tf_rows_before_open(bench->folder, &bench->totals, bench->opinions, &bench->rows, &fault), TF_OK);
}

static int set_up(void **state)
{
    static struct bench bench;
    bench = (struct bench){.folder = "/tmp/taxflow-rows-XXXXXX"};
    *state = &bench;
    if (!mkdtemp(bench.folder))
        return -1;
    snprintf(bench.path, sizeof bench.path, "%s/fraud.ndjson", bench.folder);
    bench.opinions = tf_opinions_create();
    return tf_rejudge_totals_init(&bench.totals) == TF_OK && bench.opinions ? 0 : -1;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    tf_rows_before_close(bench->rows);
    tf_opinions_destroy(bench->opinions);
    tf_rejudge_totals_finish(&bench->totals);
    unlink(bench->path);
    return rmdir(bench->folder);
}

static struct tf_row_before ask(struct bench *bench, const char *id, int line, int score)
{
    char now[ROW_BYTES];
    struct tf_row_before found;
    struct tf_fault fault = {0};
    row(now, id, line, "fraud-new", score);
    assert_int_equal(tf_rows_before_find(bench->rows, tf_str_of(id), tf_str_of(now), &found, &fault), TF_OK);
    return found;
}

/* Another place and ruleset make no difference, a score does. */
static void rows_in_step(void **state)
{
    struct bench *bench = *state;
    char a[ROW_BYTES], b[ROW_BYTES], c[ROW_BYTES];
    struct tf_fault fault = {0};
    const char *const texts[] = {row(a, "a", 7, "fraud-1", 10), row(b, "b", 3, "fraud-1", 60), row(c, "c", 9, "fraud-2", 0)};
    write_rows(bench, texts, 3);
    struct tf_row_before found = ask(bench, "a", 1, 10);
    assert_true(found.found && found.same);
    found = ask(bench, "b", 2, 10);
    assert_true(found.found && !found.same);
    assert_int_equal(found.opinion.decision, TF_FRAUD_REVIEW);
    assert_int_equal(found.opinion.digest, tf_opinion_digest(tf_str_of(b)));
    found = ask(bench, "c", 3, 0);
    assert_true(found.found && found.same);
    found = ask(bench, "d", 4, 0);
    assert_false(found.found);
    assert_int_equal(tf_rows_before_end(bench->rows, &fault), TF_OK);
    assert_int_equal(bench->totals.against_count, 2);
    assert_string_equal(bench->totals.against[0], "fraud-1");
    assert_string_equal(bench->totals.against[1], "fraud-2");
    assert_int_equal(bench->totals.unreadable, 0);
}

/* Rows of one id keep their order, whether they come in step or not. */
static void rows_out_of_step(void **state)
{
    struct bench *bench = *state;
    char text[5][ROW_BYTES];
    struct tf_fault fault = {0};
    const char *const texts[] = {row(text[0], "a", 1, "fraud-1", 1), "no row", row(text[1], "b", 2, "fraud-1", 2), row(text[2], "a", 3, "fraud-1", 3),
                                 row(text[3], "c", 4, "fraud-1", 4), row(text[4], "a", 5, "fraud-3", 5)};
    write_rows(bench, texts, sizeof texts / sizeof texts[0]);
    assert_true(ask(bench, "a", 1, 1).same);
    struct tf_row_before found = ask(bench, "c", 2, 4);
    assert_true(found.found && found.opinion.digest == tf_opinion_digest(tf_str_of(text[3])));
    for (int n = 2; n <= 4; n += 2) {
        found = ask(bench, "a", 3, 0);
        assert_true(found.found && found.opinion.digest == tf_opinion_digest(tf_str_of(text[n])));
    }
    assert_false(ask(bench, "a", 4, 0).found);
    assert_true(ask(bench, "b", 5, 2).found);
    assert_int_equal(tf_rows_before_end(bench->rows, &fault), TF_OK);
    assert_int_equal(bench->totals.unreadable, 1);
    assert_int_equal(bench->totals.against_count, 2);
}

/* What nobody asked for is read too; a row that was itself judged again is one like any other. */
static void rows_nobody_asked_for(void **state)
{
    struct bench *bench = *state;
    char a[ROW_BYTES];
    struct tf_fault fault = {0};
    const char *const texts[] = {"{\"event_id\":\"s\",\"position\":\"f:0:1\",\"ruleset\":\"fraud-1\",\"supersedes\":\"ab\",\"reason\":\"x\",\"score\":0,"
                                 "\"decision\":\"approve\",\"amount_at_risk\":\"0.00\",\"hits\":[],\"unknown\":[],\"model\":null}",
                                 row(a, "a", 7, "fraud-2", 10), "{"};
    write_rows(bench, texts, 3);
    struct tf_row_before found = ask(bench, "s", 1, 0);
    assert_true(found.found && found.opinion.decision == TF_FRAUD_APPROVE);
    assert_string_equal(bench->totals.against[0], "fraud-1");
    assert_int_equal(tf_rows_before_end(bench->rows, &fault), TF_OK);
    assert_int_equal(bench->totals.against_count, 2);
    assert_int_equal(bench->totals.unreadable, 1);
}

static void a_folder_without_rows_is_named(void **state)
{
    struct bench *bench = *state;
    struct tf_fault fault = {0};
    assert_int_equal(tf_rows_before_open("/nowhere/at/all", &bench->totals, bench->opinions, &bench->rows, &fault), TF_E_NO_INPUT);
    assert_non_null(strstr(fault.text, "/nowhere/at/all/fraud.ndjson"));
    write_rows(bench, NULL, 0);
    assert_false(ask(bench, "a", 1, 0).found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_in_step, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_out_of_step, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_nobody_asked_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_without_rows_is_named, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
