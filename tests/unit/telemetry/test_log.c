#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log_internal.h"
#include "taxflow/clock.h"
#include "taxflow/metrics.h"
#include "taxflow/thread.h"

static FILE *file;
static char text[1 << 20];

static int begin(void **state)
{
    (void)state;
    unsetenv("JOURNAL_STREAM");
    file = tmpfile();
    tf_log_to(fileno(file));
    tf_log_setup("info", "json", "tax", 1);
    return 0;
}

static int end(void **state)
{
    (void)state;
    tf_log_to(STDERR_FILENO);
    fclose(file);
    return 0;
}

static const char *logged(void)
{
    const ssize_t len = pread(fileno(file), text, sizeof text - 1, 0);
    text[len > 0 ? len : 0] = '\0';
    return text;
}

/* The line behind its time stamp, which is checked for its form. */
static const char *behind_time(const char *line)
{
    static const char form[] = "{\"ts\":\"dddd-dd-ddTdd:dd:dd.dddZ\",";
    for (size_t i = 0; i < sizeof form - 1; i++)
        assert_true(form[i] == 'd' ? line[i] >= '0' && line[i] <= '9' : line[i] == form[i]);
    return line + sizeof form - 1;
}

static void a_line_in_json(void **state)
{
    (void)state;
    TF_LOG(TF_LOG_NOTICE, "ready", "role is ready", TF_FIELD_INT("port", 9103), TF_FIELD_TEXT("topic", "taxflow.audit"));
    assert_string_equal(behind_time(logged()), "\"level\":\"notice\",\"role\":\"tax\",\"instance\":1,\"event\":\"ready\",\"msg\":\"role is ready\","
                                               "\"port\":9103,\"topic\":\"taxflow.audit\"}\n");
}

static void hostile_bytes_stay_inside_their_string(void **state)
{
    (void)state;
    TF_LOG(TF_LOG_ERROR, "hostile", "a\"b\\c\n{\"ts\":\"forged\"}\x01\x1b[31m",
           TF_FIELD_STR("key", ((struct tf_str){"\0\xff\xc3\xbc", 4})), TF_FIELD_STR("empty", TF_STR("")));
    assert_string_equal(behind_time(logged()),
                        "\"level\":\"error\",\"role\":\"tax\",\"instance\":1,\"event\":\"hostile\","
                        "\"msg\":\"a\\\"b\\\\c\\n{\\\"ts\\\":\\\"forged\\\"}\\u0001\\u001b[31m\","
                        "\"key\":\"\\u0000\xef\xbf\xbd\xc3\xbc\",\"empty\":\"\"}\n");
}

static void percent_is_text(void **state)
{
    const char *text_of_others = "100 %s %n %d";
    (void)state;
    TF_LOG0(TF_LOG_INFO, "percent", text_of_others);
    tf_log(TF_LOG_INFO, "formatted", NULL, 0, "%d %% of %s", 99, "all");
    assert_non_null(strstr(logged(), "\"msg\":\"100 %s %n %d\"}\n"));
    assert_non_null(strstr(logged(), "\"msg\":\"99 % of all\"}\n"));
}

static void long_texts_are_cut_before_a_character(void **state)
{
    char value[2001], expected[1100];
    (void)state;
    value[0] = 'x';
    for (size_t i = 1; i + 1 < sizeof value; i += 2)
        memcpy(value + i, "\xc3\xbc", 2);
    value[sizeof value - 1] = '\0';
    tf_log(TF_LOG_INFO, "long", &TF_FIELD_TEXT("value", value), 1, "%s", value);
    snprintf(expected, sizeof expected, "\"value\":\"%.1023s\"}\n", value);
    assert_non_null(strstr(logged(), expected));
}

static void too_many_fields_are_left_out(void **state)
{
    struct tf_log_field fields[40];
    (void)state;
    for (size_t i = 0; i < 40; i++)
        fields[i] = TF_FIELD_INT("n", i);
    tf_log(TF_LOG_INFO, "many", fields, 40, "many");
    assert_non_null(strstr(logged(), "\"n\":31}\n"));
    assert_null(strstr(logged(), "\"n\":32"));
}

static void a_field_replaces_role_and_instance(void **state)
{
    (void)state;
    TF_LOG(TF_LOG_INFO, "own_role", "m", TF_FIELD_TEXT("role", "fraud"), TF_FIELD_INT("instance", 7));
    assert_string_equal(behind_time(logged()),
                        "\"level\":\"info\",\"event\":\"own_role\",\"msg\":\"m\",\"role\":\"fraud\",\"instance\":7}\n");
}

static void lower_levels_are_left_out(void **state)
{
    (void)state;
    TF_LOG0(TF_LOG_DEBUG, "quiet", "not written");
    assert_string_equal(logged(), "");
    tf_log_setup("error", "nonsense", NULL, 0);
    TF_LOG0(TF_LOG_WARN, "quiet", "not written");
    assert_string_equal(logged(), "");
    TF_LOG0(TF_LOG_ERROR, "quiet", "written");
    assert_string_equal(behind_time(logged()), "\"level\":\"error\",\"event\":\"quiet\",\"msg\":\"written\"}\n");
    tf_log_setup("nonsense", "json", NULL, 0);
    TF_LOG0(TF_LOG_WARN, "quiet", "still not written");
    assert_null(strstr(logged(), "still"));
    tf_log_setup("debug", "json", NULL, 0);
    TF_LOG0(TF_LOG_DEBUG, "quiet", "now written");
    assert_non_null(strstr(logged(), "now written"));
}

static void a_line_for_people(void **state)
{
    (void)state;
    tf_log_setup("info", "text", "tax", 2);
    TF_LOG(TF_LOG_WARN, "slow", "it\x1b[2J is\nslow \xc2\x9b" "1m", TF_FIELD_INT("ms", 120), TF_FIELD_TEXT("why", "two words"),
           TF_FIELD_TEXT("bare", "word"), TF_FIELD_STR("bytes", ((struct tf_str){"\xff\x7f", 2})), TF_FIELD_TEXT("empty", ""));
    assert_int_equal(logged()[24], ' ');
    assert_string_equal(logged() + 25, "warn   tax-2 slow: it\\x1b[2J is\\x0aslow \\x9b1m ms=120 why=\"two words\" bare=word "
                                       "bytes=\\xff\\x7f empty=\"\"\n");
}

static size_t count_of(const char *needle)
{
    size_t count = 0;
    for (const char *at = strstr(logged(), needle); at; at = strstr(at + 1, needle))
        count++;
    return count;
}

static void floods_are_held_back_and_counted(void **state)
{
    (void)state;
    const double before = tf_metrics_value(tf_metrics_series(TF_METRIC_log_lines_total, "error", NULL, NULL));
    for (int i = 0; i < 100; i++)
        TF_LOG0(TF_LOG_ERROR, "flood", "again");
    TF_LOG0(TF_LOG_INFO, "other_code", "has its own share");
    const size_t written = count_of("\"event\":\"flood\"");
    assert_true(written >= 10 && written < 40); /* more than one second may have begun on a slow machine */
    assert_int_equal(count_of("other_code"), 1);
    assert_true(tf_metrics_value(tf_metrics_series(TF_METRIC_log_lines_total, "error", NULL, NULL)) == before + (double)written);
}

/* The limit itself, on a clock of the test's. */
static void the_limit_opens_again_after_a_second(void **state)
{
    uint64_t suppressed = 99;
    (void)state;
    for (int i = 0; i < TF_LOG_LIMIT_PER_SECOND; i++) {
        assert_true(tf_log_limit_pass("limited", 5000 + i, &suppressed));
        assert_int_equal(suppressed, 0);
    }
    for (int i = 0; i < 7; i++)
        assert_false(tf_log_limit_pass("limited", 5999, &suppressed));
    assert_true(tf_log_limit_pass("neighbour", 5999, &suppressed));
    assert_true(tf_log_limit_pass("limited", 6000, &suppressed));
    assert_int_equal(suppressed, 7);
    assert_true(tf_log_limit_pass("limited", 6001, &suppressed));
    assert_int_equal(suppressed, 0);
}

static void suppressed_lines_are_named(void **state)
{
    const struct tf_log_line line = {.level = TF_LOG_WARN, .role = "", .event = "e", .message = TF_STR("m"), .suppressed = 12};
    struct tf_buf out TF_CLEANUP(tf_buf_finish);
    (void)state;
    tf_buf_init(&out, 1024);
    tf_log_line_json(&out, &line);
    tf_log_line_text(&out, &line);
    tf_buf_putc(&out, '\0');
    assert_string_equal(out.ptr, "{\"ts\":\"1970-01-01T00:00:00.000Z\",\"level\":\"warn\",\"event\":\"e\",\"msg\":\"m\",\"suppressed\":12}\n"
                                 "1970-01-01T00:00:00.000Z warn   e: m suppressed=12\n");
}

static void a_full_table_of_codes_still_limits(void **state)
{
    char code[16];
    uint64_t suppressed;
    int passed = 0;
    (void)state;
    for (int i = 0; i < 50000; i++) {
        snprintf(code, sizeof code, "code%d", i);
        passed += tf_log_limit_pass(code, 9000000, &suppressed);
    }
    assert_in_range(passed, 200, 512 * TF_LOG_LIMIT_PER_SECOND);
}

static void the_journal_gets_priorities(void **state)
{
    struct stat info;
    char stream[64];
    (void)state;
    fstat(fileno(file), &info);
    snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)info.st_dev, (unsigned long long)info.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
    tf_log_setup("info", "json", "tax", 1);
    TF_LOG0(TF_LOG_WARN, "prefixed", "m");
    assert_memory_equal(logged(), "<4>{\"ts\":", 9);
    setenv("JOURNAL_STREAM", "1:1", 1); /* standard error was sent elsewhere */
    tf_log_setup("info", "json", "tax", 1);
    TF_LOG0(TF_LOG_WARN, "not_prefixed", "m");
    assert_non_null(strstr(logged(), "\n{\"ts\":"));
    unsetenv("JOURNAL_STREAM");
}

static void a_closed_descriptor_hurts_nobody(void **state)
{
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    close(ends[1]);
    tf_log_to(ends[1]);
    TF_LOG0(TF_LOG_ERROR, "lost", "nobody reads this");
    tf_log_to(fileno(file));
    assert_string_equal(logged(), "");
}

static void *write_lines(void *argument)
{
    char code[16];
    for (int i = 0; i < 200; i++) {
        snprintf(code, sizeof code, "t%d_%d", *(int *)argument, i % 50);
        TF_LOG0(TF_LOG_INFO, code, "side by side");
    }
    return NULL;
}

static void threads_do_not_mix_their_lines(void **state)
{
    pthread_t threads[4];
    int numbers[4] = {0, 1, 2, 3};
    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(tf_thread_start(&threads[i], "log", write_lines, &numbers[i]), TF_OK);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_true(count_of("\n") >= 100);
    assert_int_equal(count_of("\n"), count_of("{\"ts\":\""));
    assert_int_equal(count_of("\n"), count_of("\"side by side\""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_line_in_json),
        TEST(hostile_bytes_stay_inside_their_string),
        TEST(percent_is_text),
        TEST(long_texts_are_cut_before_a_character),
        TEST(too_many_fields_are_left_out),
        TEST(a_field_replaces_role_and_instance),
        TEST(lower_levels_are_left_out),
        TEST(a_line_for_people),
        TEST(floods_are_held_back_and_counted),
        TEST(the_limit_opens_again_after_a_second),
        TEST(suppressed_lines_are_named),
        TEST(the_journal_gets_priorities),
        TEST(a_closed_descriptor_hurts_nobody),
        TEST(threads_do_not_mix_their_lines),
        TEST(a_full_table_of_codes_still_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
