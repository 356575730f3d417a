#include "folder.h"

/* As a worker does before it decodes. */
static struct tf_str text_of(const struct tf_source *source, struct tf_batch *batch, size_t i)
{
    struct tf_item *item = &batch->items[i];
    assert_int_equal(source->fetch(source->self, item, batch->arenas[item->worker]), TF_OK);
    return item->value;
}

static void test_batches_until_the_end(void **state)
{
    (void)state;
    char text[4000] = "";
    for (int i = 0; i < 25; i++)
        sprintf(text + strlen(text), "line %d\n", i);
    struct tf_files *files = open_text(text);
    struct tf_source source = tf_source_files(files);
    struct tf_batch *batch = tf_batch_create(10, 3, 1 << 20);
    size_t expected[] = {10, 10, 5, 0};
    int number = 0;
    for (size_t b = 0; b < 4; b++) {
        assert_true(source.finished(source.self) == (b == 3));
        source.release(source.self, batch);
        tf_batch_reset(batch);
        assert_int_equal(source.poll(source.self, batch, 1000, NULL), TF_OK);
        assert_int_equal(batch->count, expected[b]);
        for (size_t i = 0; i < batch->count; i++, number++) {
            char line[16];
            snprintf(line, sizeof line, "line %d", number);
            assert_true(tf_str_is(text_of(&source, batch, i), line));
            assert_int_equal(batch->items[i].position.offset, number + 1);
            assert_int_equal(batch->items[i].position.partition, 0);
            assert_true(tf_str_is(batch->items[i].position.topic, tf_files_name(files, 0)));
            assert_int_equal(batch->items[i].worker, i % 3);
            assert_false(tf_str_present(batch->items[i].ce_id));
        }
    }
    tf_batch_destroy(batch);
    tf_files_destroy(files);
}

/* A batch that runs again reads its texts again, wherever they lay. */
static void test_texts_are_read_again_after_a_restart(void **state)
{
    (void)state;
    struct tf_files *files = open_text("first\nsecond\n");
    struct tf_source source = tf_source_files(files);
    struct tf_batch *batch = tf_batch_create(10, 1, 1 << 20);
    assert_int_equal(source.poll(source.self, batch, 0, NULL), TF_OK);
    assert_true(tf_str_is(text_of(&source, batch, 1), "second"));
    tf_batch_restart(batch);
    memset(tf_arena_alloc(batch->arenas[0], 1000), 'x', 1000);
    assert_true(tf_str_is(text_of(&source, batch, 0), "first"));
    assert_true(tf_str_is(text_of(&source, batch, 1), "second"));
    tf_batch_destroy(batch);
    tf_files_destroy(files);
}

/* It was indexed, and is shorter by the time it is read. */
static void test_a_file_that_shrank_is_named(void **state)
{
    (void)state;
    const char *path = write_file("shrinks.ndjson", "first\nsecond\n", 13);
    struct tf_files *files = open_files(&path, 1, 1);
    struct tf_source source = tf_source_files(files);
    struct tf_batch *batch = tf_batch_create(10, 1, 1 << 20);
    struct tf_fault fault = {0};
    assert_int_equal(source.poll(source.self, batch, 0, NULL), TF_OK);
    assert_int_equal(truncate(path, 8), 0);
    assert_true(tf_str_is(text_of(&source, batch, 0), "first"));
    assert_int_equal(source.fetch(source.self, &batch->items[1], batch->arenas[0]), TF_E_IO);
    assert_int_equal(tf_files_check(files, &fault), TF_E_IO);
    assert_non_null(strstr(fault.text, "shrinks.ndjson"));
    tf_batch_destroy(batch);
    tf_files_destroy(files);
}

enum { LINES = 40 };

static size_t write_payments(char *text)
{
    size_t len = 0;
    for (int i = 0; i < LINES; i++)
        len += (size_t)sprintf(text + len,
                               i % 2 ? "{\"kind\":\"payment\",\"company\":\"A\",\"payment\":{\"amount\":\"%d.00\",\"currency\":\"EUR\",\"date\":\"2026-01-01\",\"supplier\":\"S\"}}\n"
                                     : "{\"specversion\":\"1.0\",\"id\":\"e%d\",\"source\":\"s\",\"type\":\"taxflow.payment.v1\",\"data\":"
                                       "{\"kind\":\"payment\",\"company\":\"A\",\"payment\":{\"amount\":\"1.00\",\"currency\":\"EUR\",\"date\":\"2026-01-01\",\"supplier\":\"S\"}}}\n",
                               100 + i);
    return len;
}

/* What lies close by is read at once, and is what lies there; of a bare record it is known who it is. */
static void test_many_are_read_at_once(void **state)
{
    (void)state;
    char text[LINES * 300];
    size_t len = write_payments(text);
    const char *path = write_file("many.ndjson", text, len);
    struct tf_files *files = open_files(&path, 1, 2);
    struct tf_source source = tf_source_files(files);
    struct tf_batch *batch = tf_batch_create(LINES, 2, 1 << 20);
    assert_int_equal(source.poll(source.self, batch, 0, NULL), TF_OK);
    assert_int_equal(batch->count, LINES);
    for (size_t i = 0; i < LINES; i++) {
        struct tf_str line = text_of(&source, batch, i);
        const char *at = memmem(text, len, line.ptr, line.len);
        bool bare = line.ptr[2] == 'k';
        assert_true(at && at[line.len] == '\n' && (at == text || at[-1] == '\n'));
        assert_int_equal(batch->items[i].known != NULL, bare);
    }
    tf_batch_destroy(batch);
    tf_files_destroy(files);
}

/* As long as it was, and yet another: whether records are read at once or one by one. */
static void test_a_file_that_changed_is_named(void **state)
{
    (void)state;
    static const size_t capacities[] = {LINES, 1};
    for (size_t c = 0; c < 2; c++) {
        char text[LINES * 300];
        struct tf_fault fault = {0};
        size_t len = write_payments(text), broken = 0;
        const char *path = write_file("changes.ndjson", text, len);
        struct tf_files *files = open_files(&path, 1, 1);
        struct tf_source source = tf_source_files(files);
        struct tf_batch *batch = tf_batch_create(capacities[c], 1, 1 << 20);
        text[strcspn(text, "\n") - 4] = '9';
        write_file("changes.ndjson", text, len);
        for (int i = 0; i < LINES; i++) {
            if (i % (int)capacities[c] == 0) {
                tf_batch_reset(batch);
                (void)!source.poll(source.self, batch, 0, &fault);
            }
            broken += source.fetch(source.self, &batch->items[(size_t)i % capacities[c]], batch->arenas[0]) == TF_E_IO;
        }
        assert_int_equal(broken, 1);
        assert_int_equal(tf_files_check(files, &fault), TF_E_IO);
        assert_non_null(strstr(fault.text, "changes.ndjson"));
        tf_batch_destroy(batch);
        tf_files_destroy(files);
    }
}

static void test_a_batch_is_bounded_in_bytes(void **state)
{
    (void)state;
    size_t len = 3 * 1024 * 1024 + 1;
    char *text = malloc(6 * len);
    for (size_t i = 0; i < 6 * len; i++)
        text[i] = i % len == len - 1 ? '\n' : 'x';
    const char *path = write_file("big.ndjson", text, 6 * len);
    struct tf_files *files = open_files(&path, 1, 1);
    struct tf_source source = tf_source_files(files);
    struct tf_batch *batch = tf_batch_create(100, 1, 1 << 20);
    assert_int_equal(source.poll(source.self, batch, 0, NULL), TF_OK);
    assert_int_equal(batch->count, 3); /* the one that passes 8 MiB is the last */
    assert_int_equal(batch->bytes, 3 * (len - 1));
    tf_batch_destroy(batch);
    tf_files_destroy(files);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batches_until_the_end),
        cmocka_unit_test(test_texts_are_read_again_after_a_restart),
        cmocka_unit_test(test_a_file_that_shrank_is_named),
        cmocka_unit_test(test_many_are_read_at_once),
        cmocka_unit_test(test_a_file_that_changed_is_named),
        cmocka_unit_test(test_a_batch_is_bounded_in_bytes),
    };
    return cmocka_run_group_tests(tests, folder_open, folder_close);
}
