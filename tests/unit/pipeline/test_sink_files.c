#include "folder.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <signal.h>

static char *read_back(const char *name)
{
    static char text[1 << 20];
    FILE *in = fopen(name, "r");
    assert_non_null(in);
    size_t len = fread(text, 1, sizeof text - 1, in);
    text[len] = '\0';
    fclose(in);
    return text;
}

static struct tf_row *add_row(struct tf_batch *batch, uint32_t item, enum tf_stream stream, const char *value)
{
    struct tf_row *row = tf_batch_row(batch, batch->items[item].worker);
    row->stream = stream;
    row->item = item;
    row->value = tf_str_of(value);
    return row;
}

static void test_rows_in_record_order_from_many_workers(void **state)
{
    (void)state;
    struct tf_result_files *results = NULL;
    struct tf_batch *batch = tf_batch_create(1000, 7, 1 << 20);
    static char values[1000][16];
    char expected[16000] = "";
    assert_int_equal(tf_result_files_create(path_of("order"), &results, NULL), TF_OK);
    for (uint32_t i = 0; i < 1000; i++) {
        struct tf_item *item = tf_batch_add(batch);
        item->worker = i * i % 7;
        snprintf(values[i], sizeof values[i], "%u", i);
        if (i % 11 != 0) { /* some records write nothing */
            add_row(batch, i, TF_STREAM_TAX, values[i]);
            add_row(batch, i, TF_STREAM_FRAUD, values[i]);
            sprintf(expected + strlen(expected), "%u\n", i);
        }
    }
    struct tf_sink sink = tf_sink_files(results);
    uint32_t ignored;
    tf_batch_rows_ready(batch);
    assert_int_equal(sink.publish(sink.self, batch, &ignored, NULL), TF_OK);
    assert_int_equal(sink.commit(sink.self, batch, NULL), TF_OK);
    assert_int_equal(sink.result_offset(sink.self, 0), -1);
    assert_int_equal(tf_result_files_close(results, NULL), TF_OK);
    assert_string_equal(read_back(path_of("order/tax.ndjson")), expected);
    assert_string_equal(read_back(path_of("order/fraud.ndjson")), expected);
    assert_string_equal(read_back(path_of("order/dlq.ndjson")), "");
    tf_batch_destroy(batch);
}

/* They stem from no record, and come last. */
static void test_rows_of_the_batch_are_written(void **state)
{
    (void)state;
    struct tf_result_files *results = NULL;
    struct tf_batch *batch = tf_batch_create(10, 2, 1 << 20);
    assert_int_equal(tf_result_files_create(path_of("batch"), &results, NULL), TF_OK);
    struct tf_sink sink = tf_sink_files(results);
    assert_true(sink.keeps(sink.self, TF_STREAM_FRAUD));
    assert_false(sink.keeps(sink.self, TF_STREAM_FRAUD_STATE));
    uint32_t ignored;
    tf_batch_add(batch);
    add_row(batch, 0, TF_STREAM_FRAUD, "of a record");
    tf_batch_rows_ready(batch);
    assert_int_equal(sink.publish(sink.self, batch, &ignored, NULL), TF_OK);
    add_row(batch, 0, TF_STREAM_FRAUD, "of the batch")->item = TF_ROW_OF_BATCH;
    tf_batch_rows_ready(batch);
    assert_int_equal(sink.publish(sink.self, batch, &ignored, NULL), TF_OK);
    assert_int_equal(tf_result_files_close(results, NULL), TF_OK);
    assert_string_equal(read_back(path_of("batch/fraud.ndjson")), "of a record\nof the batch\n");
    tf_batch_destroy(batch);
}

static void test_dead_letters_are_lines_of_json(void **state)
{
    (void)state;
    struct tf_result_files *results = NULL;
    struct tf_batch *batch = tf_batch_create(10, 1, 1 << 20);
    tf_batch_add(batch);
    struct tf_row *row = add_row(batch, 0, TF_STREAM_DLQ, "not\njson");
    row->headers[0] = (struct tf_header){TF_STR("tf_reason"), TF_STR("malformed-json")};
    row->headers[1] = (struct tf_header){TF_STR("ce_specversion"), TF_STR("1.0")};
    row->headers_count = 2;
    add_row(batch, 0, TF_STREAM_DUPLICATES, "{}");
    add_row(batch, 0, TF_STREAM_GROUPS, "nowhere"); /* no file for it */
    assert_int_equal(tf_result_files_create(path_of("dead"), &results, NULL), TF_OK);
    struct tf_sink sink = tf_sink_files(results);
    uint32_t ignored;
    tf_batch_rows_ready(batch);
    assert_int_equal(sink.publish(sink.self, batch, &ignored, NULL), TF_OK);
    assert_int_equal(tf_result_files_close(results, NULL), TF_OK);
    assert_string_equal(read_back(path_of("dead/dlq.ndjson")), "{\"reason\":\"malformed-json\",\"data\":\"not\\njson\"}\n");
    assert_string_equal(read_back(path_of("dead/duplicates.ndjson")), "{}\n");
    tf_batch_destroy(batch);
}

static void test_existing_results_are_replaced(void **state)
{
    (void)state;
    struct tf_result_files *results = NULL;
    assert_int_equal(mkdir(path_of("again"), 0700), 0);
    write_text("again/tax.ndjson", "old");
    write_text("again/notes.txt", "mine");
    assert_int_equal(tf_result_files_create(path_of("again"), &results, NULL), TF_OK);
    assert_int_equal(tf_result_files_close(results, NULL), TF_OK);
    assert_string_equal(read_back(path_of("again/tax.ndjson")), "");
    assert_string_equal(read_back(path_of("again/notes.txt")), "mine");
}

static void test_without_a_folder_nothing_is_written(void **state)
{
    (void)state;
    struct tf_result_files *results = NULL;
    struct tf_batch *batch = tf_batch_create(10, 1, 1 << 20);
    tf_batch_add(batch);
    add_row(batch, 0, TF_STREAM_TAX, "x");
    assert_int_equal(tf_result_files_create(NULL, &results, NULL), TF_OK);
    struct tf_sink sink = tf_sink_files(results);
    uint32_t ignored;
    tf_batch_rows_ready(batch);
    assert_int_equal(sink.publish(sink.self, batch, &ignored, NULL), TF_OK);
    assert_int_equal(tf_result_files_close(results, NULL), TF_OK);
    assert_int_equal(tf_result_files_close(NULL, NULL), TF_OK);
    tf_batch_destroy(batch);
}

static void test_folders_that_cannot_be_used(void **state)
{
    (void)state;
    struct tf_result_files *results = NULL;
    struct tf_fault fault = {0};
    assert_int_equal(tf_result_files_create(path_of("no/such/parent"), &results, &fault), TF_E_IO);
    assert_non_null(strstr(fault.text, "no/such/parent"));
    write_text("a-file", "x");
    assert_int_equal(tf_result_files_create(path_of("a-file"), &results, &fault), TF_E_IO);
    assert_int_equal(mkdir(path_of("taken"), 0700), 0);
    assert_int_equal(mkdir(path_of("taken/dlq.ndjson"), 0700), 0);
    assert_int_equal(tf_result_files_create(path_of("taken"), &results, &fault), TF_E_IO);
    assert_null(results);
}

/* A full disk, by a limit on file sizes in a child: the failure shows at publish, or at the latest when closing. */
static void test_a_full_disk(void **state)
{
    (void)state;
    for (int rows = 1; rows <= 4000; rows *= 4000) {
        pid_t child = fork();
        if (child == 0) {
            struct rlimit limit = {512, 512};
            struct tf_result_files *results = NULL;
            struct tf_fault fault = {0};
            struct tf_batch *batch = tf_batch_create(1000, 1, 1 << 20);
            static char value[1024];
            memset(value, 'x', sizeof value - 1);
            tf_batch_add(batch);
            for (int i = 0; i < rows; i++)
                add_row(batch, 0, TF_STREAM_TAX, value);
            signal(SIGXFSZ, SIG_IGN);
            setrlimit(RLIMIT_FSIZE, &limit);
            if (tf_result_files_create(path_of("full"), &results, &fault) != TF_OK)
                _exit(2);
            struct tf_sink sink = tf_sink_files(results);
            uint32_t ignored;
            tf_batch_rows_ready(batch);
            enum tf_err publish = sink.publish(sink.self, batch, &ignored, &fault), close = tf_result_files_close(results, &fault);
            _exit((publish == TF_OK) == (rows == 1) && close == TF_E_IO && strstr(fault.text, "free some room") ? 0 : 1);
        }
        int status = -1;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_in_record_order_from_many_workers),
        cmocka_unit_test(test_rows_of_the_batch_are_written),
        cmocka_unit_test(test_dead_letters_are_lines_of_json),
        cmocka_unit_test(test_existing_results_are_replaced),
        cmocka_unit_test(test_without_a_folder_nothing_is_written),
        cmocka_unit_test(test_folders_that_cannot_be_used),
        cmocka_unit_test(test_a_full_disk),
    };
    return cmocka_run_group_tests(tests, folder_open, folder_close);
}
