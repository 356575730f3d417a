#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sorter.h"

enum { ROWS = 5000, GROUPS = 700, LONG_BYTES = 300000 };

/* Numbers in no order, the same in every run. */
static uint64_t mix(uint64_t n)
{
    n = (n + 1) * UINT64_C(0x9E3779B97F4A7C15);
    return (n ^ (n >> 29)) * UINT64_C(0xBF58476D1CE4E5B9) >> 17;
}

static void add(struct tf_sorter *sorter, uint64_t n)
{
    struct tf_fault fault;
    char group[32], rest[64];
    snprintf(group, sizeof group, "group-%llu", (unsigned long long)(mix(n) % GROUPS));
    snprintf(rest, sizeof rest, "row %llu", (unsigned long long)(n % 3));
    const struct tf_sorted row = {tf_str_of(group), tf_str_of(rest), (uint32_t)(n % 2), 7, n};
    assert_int_equal(tf_sorter_add(sorter, &row, &fault), TF_OK);
}

struct copy { char group[32], rest[64]; uint32_t file; uint64_t line; };

static int by_all(const struct copy *a, const struct copy *b)
{
    int order = strcmp(a->group, b->group);
    order = order ? order : strcmp(a->rest, b->rest);
    order = order ? order : (a->file > b->file) - (a->file < b->file);
    return order ? order : (a->line > b->line) - (a->line < b->line);
}

/* All rows, each once, in order: in memory, and in runs of a file that hold a few each. */
static void rows_come_in_order(void **state)
{
    static const size_t memories[] = {64 << 20, 100000, 4096};
    (void)state;
    for (size_t m = 0; m < sizeof memories / sizeof memories[0]; m++) {
        struct tf_sorter *sorter = tf_sorter_create(memories[m]);
        struct tf_sorted row;
        struct tf_fault fault;
        struct copy last = {.line = 0}, now;
        uint64_t sum = 0, count = 0;
        bool more;
        assert_non_null(sorter);
        for (uint64_t n = 0; n < ROWS; n++)
            add(sorter, n);
        while (assert_int_equal(tf_sorter_next(sorter, &row, &more, &fault), TF_OK), more) {
            snprintf(now.group, sizeof now.group, "%.*s", TF_STR_ARGS(row.group));
            snprintf(now.rest, sizeof now.rest, "%.*s", TF_STR_ARGS(row.rest));
            now.file = row.file;
            now.line = row.line;
            assert_int_equal(row.mark, 7);
            assert_true(count == 0 || by_all(&last, &now) < 0);
            last = now;
            sum += row.line;
            count++;
        }
        assert_int_equal(count, ROWS);
        assert_int_equal(sum, (uint64_t)ROWS * (ROWS - 1) / 2);
        tf_sorter_destroy(sorter);
    }
}

/* Longer than what is read at a time, and than all the memory. */
static void long_rows_come_whole(void **state)
{
    struct tf_sorter *sorter = tf_sorter_create(4096);
    struct tf_fault fault;
    struct tf_sorted row;
    bool more;
    char *text = malloc(LONG_BYTES);
    (void)state;
    assert_non_null(text);
    for (uint64_t n = 0; n < 6; n++) {
        memset(text, 'a' + (int)(5 - n), LONG_BYTES);
        const struct tf_sorted in = {TF_STR("one"), {text, LONG_BYTES}, 0, 0, n};
        assert_int_equal(tf_sorter_add(sorter, &in, &fault), TF_OK);
    }
    for (uint64_t n = 0; n < 6; n++) {
        assert_int_equal(tf_sorter_next(sorter, &row, &more, &fault), TF_OK);
        assert_true(more && row.rest.len == LONG_BYTES && row.line == 5 - n);
        assert_int_equal(row.rest.ptr[0], 'a' + (int)n);
        assert_int_equal(row.rest.ptr[LONG_BYTES - 1], 'a' + (int)n);
    }
    assert_int_equal(tf_sorter_next(sorter, &row, &more, &fault), TF_OK);
    assert_false(more);
    tf_sorter_destroy(sorter);
    free(text);
}

static void a_folder_that_is_none_is_said(void **state)
{
    struct tf_sorter *sorter = tf_sorter_create(4096);
    struct tf_fault fault = {.code = TF_OK};
    enum tf_err err = TF_OK;
    (void)state;
    setenv("TMPDIR", "/nowhere/at/all", 1);
    for (uint64_t n = 0; n < ROWS && err == TF_OK; n++) {
        const struct tf_sorted row = {TF_STR("g"), TF_STR("some row"), 0, 0, n};
        err = tf_sorter_add(sorter, &row, &fault);
    }
    unsetenv("TMPDIR");
    assert_int_equal(err, TF_E_IO);
    assert_non_null(strstr(fault.text, "TMPDIR"));
    tf_sorter_destroy(sorter);
    tf_sorter_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows_come_in_order), cmocka_unit_test(long_rows_come_whole),
                                       cmocka_unit_test(a_folder_that_is_none_is_said)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
