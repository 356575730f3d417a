/* Dead letters as rows: how they are read, which a filter takes, how they are counted and told, what a replay sends or refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "taxflow/clock.h"
#include "taxflow/letters.h"

#define TOPIC "taxflow.audit"
enum { PARTITIONS = 4 };

static const struct tf_position at = {{"taxflow.dlq", 11}, 2, 17, 1700000000000};

static struct tf_letter letter_of(const char *role, const char *reason)
{
    return (struct tf_letter){
        .position = at,
        .key = TF_STR("k"),
        .value = TF_STR("{}"),
        .role = tf_str_of(role),
        .reason = tf_str_of(reason),
        .source = TF_STR(TOPIC ":3:99"),
        .bytes = TF_STR("2"),
        .event_id = TF_STR("e1"),
        .ce_id = TF_STR("e1"),
        .ce_source = TF_STR("urn:x"),
        .ce_type = TF_STR("t"),
        .ce_time = TF_STR("2025-01-01T00:00:00Z"),
        .traceparent = TF_STR("00-1-2-01"),
    };
}

static void assert_str(struct tf_str actual, const char *expected)
{
    if (!tf_str_is(actual, expected))
        fail_msg("\"%.*s\" is not \"%s\"", TF_STR_ARGS(actual), expected);
}

static struct tf_str header_of(const struct tf_row *row, const char *name)
{
    for (uint32_t h = 0; h < row->headers_count; h++)
        if (tf_str_is(row->headers[h].name, name))
            return row->headers[h].value;
    return TF_STR_NONE;
}

static void test_a_row_is_viewed(void **state)
{
    (void)state;
    struct tf_row row = {
        .key = TF_STR("key"),
        .value = TF_STR("bytes"),
        .headers = {{TF_STR("tf_role"), TF_STR("tax")}, {TF_STR("foreign"), TF_STR("x")}, {TF_STR("tf_position"), TF_STR("a:1:2")},
                    {TF_STR("tf_origin"), TF_STR("a:1:1")}, {TF_STR("traceparent"), TF_STR("tp")}},
        .headers_count = 5,
    };
    struct tf_letter letter;
    tf_letter_view(&at, &row, &letter);
    assert_str(letter.role, "tax");
    assert_str(letter.source, "a:1:2");
    assert_str(letter.origin, "a:1:1");
    assert_str(letter.traceparent, "tp");
    assert_str(letter.key, "key");
    assert_str(letter.value, "bytes");
    assert_false(tf_str_present(letter.reason));
    assert_int_equal(letter.position.offset, 17);
}

static void assert_json(const struct tf_letter *letter, bool with_bytes, const char *expected)
{
    struct tf_buf out;
    struct tf_json json;
    tf_buf_init(&out, 1 << 16);
    tf_json_init(&json, &out);
    tf_letter_json(letter, with_bytes, &json);
    assert_false(out.failed);
    assert_str(tf_buf_view(&out), expected);
    tf_buf_finish(&out);
}

static void test_json_holds_the_bytes_only_when_asked(void **state)
{
    (void)state;
    struct tf_letter letter = {.position = at, .role = TF_STR("tax"), .reason = TF_STR("bad-date"), .value = TF_STR("secret")};
#define HEAD "{\"position\":\"taxflow.dlq:2:17\",\"time\":\"2023-11-14T22:13:20.000Z\",\"role\":\"tax\",\"reason\":\"bad-date\""
    assert_json(&letter, false, HEAD "}");
    assert_json(&letter, true, HEAD ",\"data\":\"secret\"}");
    letter.value = TF_STR("\xff\x00");
    assert_json(&letter, true, HEAD ",\"data_base64\":\"/wA=\"}");
}

static void test_positions(void **state)
{
    (void)state;
    struct tf_position position;
    assert_true(tf_letter_parse_position(TF_STR("3:4"), &position));
    assert_int_equal(position.partition, 3);
    assert_int_equal(position.offset, 4);
    assert_false(tf_str_present(position.topic));
    assert_true(tf_letter_parse_position(TF_STR("a:b.c:0:9223372036854775807"), &position));
    assert_str(position.topic, "a:b.c");
    assert_true(position.offset == INT64_MAX);
    static const char *const bad[] = {"", "3", ":3", "3:", "a:3", "a:b:3", ":1:2", "1:-2", "1: 2", "1:9223372036854775808", "2147483648:1", "1:2x"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (tf_letter_parse_position(tf_str_of(bad[i]), &position))
            fail_msg("\"%s\" was read as a position", bad[i]);
    assert_false(tf_letter_parse_position(TF_STR_NONE, &position));
}

static void set(struct tf_letter_filter *filter, const char *name, const char *value)
{
    struct tf_fault fault = {0};
    if (tf_letter_filter_set(filter, name, value, &fault) != TF_OK)
        fail_msg("%s=%s: %s", name, value, fault.text);
}

static void test_filters(void **state)
{
    (void)state;
    static const struct { const char *name, *takes, *leaves; } cases[] = {
        {"role", "tax", "fraud"},
        {"reason", "crashed", "crash"},
        {"partition", "2", "3"},
        {"id", "e1", "e"},
        {"since", "2023-11-14", "2023-11-15"},
        {"until", "2023-11-14", "2023-11-13"}, /* a day is within */
        {"since", "2023-11-14T22:13:20Z", "2023-11-14T22:13:20.001Z"},
        {"until", "2023-11-14T23:13:20.001+01:00", "2023-11-14T22:13:20Z"}, /* a moment is not */
    };
    struct tf_letter letter = letter_of("tax", "crashed");
    struct tf_letter_filter filter;
    tf_letter_filter_init(&filter);
    assert_true(tf_letter_filter_takes(&filter, &letter));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tf_letter_filter_init(&filter);
        set(&filter, cases[i].name, cases[i].takes);
        if (!tf_letter_filter_takes(&filter, &letter))
            fail_msg("%s=%s leaves the letter out", cases[i].name, cases[i].takes);
        set(&filter, cases[i].name, cases[i].leaves);
        if (tf_letter_filter_takes(&filter, &letter))
            fail_msg("%s=%s takes the letter", cases[i].name, cases[i].leaves);
    }
    tf_letter_filter_init(&filter);
    set(&filter, "reason", "crashed");
    letter.reason = TF_STR_NONE;
    assert_false(tf_letter_filter_takes(&filter, &letter));
}

static void test_what_is_no_filter(void **state)
{
    (void)state;
    static const struct { const char *name, *value; } cases[] = {
        {"role", "monitor"}, {"role", ""},        {"reason", ""},           {"id", ""},         {"partition", "-1"}, {"partition", "1x"},
        {"since", "2023-02-30"}, {"since", "now"}, {"until", "2023-11-14Z"}, {"until", "2023-11-14T10:00:00"}, {"colour", "red"},
    };
    struct tf_letter_filter filter;
    tf_letter_filter_init(&filter);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_fault fault = {0};
        if (tf_letter_filter_set(&filter, cases[i].name, cases[i].value, &fault) != TF_E_USAGE || !fault.text[0])
            fail_msg("%s=%s was taken", cases[i].name, cases[i].value);
    }
    assert_int_equal(tf_letter_filter_set(&filter, "role", NULL, NULL), TF_OK);
}

static void test_names_of_filters(void **state)
{
    (void)state;
    static const struct { const char *name, *value; } cases[] = {
        {"role", "tax"}, {"reason", "tax"}, {"id", "tax"}, {"partition", "1"}, {"since", "2023-11-14"}, {"until", "2023-11-14"}};
    char names[7][TF_LETTER_FILTER_NAME_BYTES], again[TF_LETTER_FILTER_NAME_BYTES];
    struct tf_letter_filter filter;
    for (size_t i = 0; i < 7; i++) {
        tf_letter_filter_init(&filter);
        if (i < 6)
            set(&filter, cases[i].name, cases[i].value);
        tf_letter_filter_name(&filter, names[i]);
        tf_letter_filter_name(&filter, again);
        assert_string_equal(names[i], again);
        assert_int_equal(strlen(again), 8);
        for (size_t before = 0; before < i; before++)
            assert_string_not_equal(names[before], names[i]);
    }
}

static void test_groups(void **state)
{
    (void)state;
    static struct tf_letter_groups groups;
    struct tf_letter letter = letter_of("tax", "crashed");
    struct tf_buf out;
    struct tf_json json;
    memset(&groups, 0, sizeof groups);
    for (int i = 0; i < 3; i++) {
        letter.position.timestamp_ms = 1700000000000 + (i == 1 ? -1000 : i * 1000);
        assert_true(tf_letter_groups_add(&groups, &letter));
    }
    letter.role = TF_STR("fraud");
    tf_letter_groups_add(&groups, &letter);
    tf_letter_groups_sort(&groups);
    tf_buf_init(&out, 1 << 16);
    tf_json_init(&json, &out);
    tf_letter_groups_json(&groups, true, &json);
    assert_str(tf_buf_view(&out),
               "{\"letters\":4,\"complete\":true,\"groups\":[{\"role\":\"fraud\",\"reason\":\"crashed\",\"count\":1,\"first\":\"2023-11-14T22:13:22.000Z\","
               "\"last\":\"2023-11-14T22:13:22.000Z\"},{\"role\":\"tax\",\"reason\":\"crashed\",\"count\":3,\"first\":\"2023-11-14T22:13:19.000Z\","
               "\"last\":\"2023-11-14T22:13:22.000Z\"}]}");
    tf_buf_finish(&out);
}

static void test_more_kinds_than_there_is_room_for_are_counted(void **state)
{
    (void)state;
    static struct tf_letter_groups groups;
    uint64_t sum = 0;
    memset(&groups, 0, sizeof groups);
    for (int i = 0; i < 2 * TF_LETTER_GROUPS_MAX; i++) {
        char reason[100];
        snprintf(reason, sizeof reason, "%090d", i); /* longer than a word is kept: all alike */
        struct tf_letter letter = letter_of("tax", i % 2 ? reason : reason + 80);
        tf_letter_groups_add(&groups, &letter);
    }
    for (size_t g = 0; g < groups.count; g++)
        sum += groups.items[g].count;
    assert_int_equal(groups.count, TF_LETTER_GROUPS_MAX);
    assert_string_equal(groups.items[TF_LETTER_GROUPS_MAX - 1].reason, "other");
    assert_int_equal(sum, 2 * TF_LETTER_GROUPS_MAX);
}

static void test_the_row_of_a_replay(void **state)
{
    (void)state;
    static const struct { const char *name, *value; } headers[] = {
        {"ce_id", "e1"}, {"ce_source", "urn:x"}, {"ce_type", "t"}, {"ce_time", "2025-01-01T00:00:00Z"}, {"ce_specversion", "1.0"},
        {"traceparent", "00-1-2-01"}, {"tf_role", "fraud"}, {"tf_origin", TOPIC ":3:99"}, {"tf_root", TOPIC ":3:1"}};
    struct tf_letter letter = letter_of("fraud", "result-too-big");
    struct tf_row row;
    letter.origin = TF_STR(TOPIC ":3:50"); /* of an earlier replay: the record that died is what counts, and the first of all */
    letter.root = TF_STR(TOPIC ":3:1");
    assert_int_equal(tf_replay_row(&letter, TOPIC, PARTITIONS, &row), TF_REPLAY_SENT);
    assert_int_equal(row.stream, TF_STREAM_AUDIT);
    assert_int_equal(row.partition, 3);
    assert_str(row.key, "k");
    assert_str(row.value, "{}");
    assert_int_equal(row.headers_count, sizeof headers / sizeof headers[0]);
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        assert_str(header_of(&row, headers[i].name), headers[i].value);
}

static void test_an_envelope_speaks_for_itself(void **state)
{
    (void)state;
    struct tf_letter letter = letter_of("tax", "crashed");
    struct tf_row row;
    letter.ce_id = letter.ce_source = letter.ce_type = letter.ce_time = letter.traceparent = TF_STR_NONE;
    assert_int_equal(tf_replay_row(&letter, TOPIC, PARTITIONS, &row), TF_REPLAY_SENT);
    assert_int_equal(row.headers_count, 3); /* tf_role, tf_origin, tf_root */
}

static void assert_refused(struct tf_letter letter, enum tf_replay_refusal expected)
{
    struct tf_row row;
    enum tf_replay_refusal refusal = tf_replay_row(&letter, TOPIC, PARTITIONS, &row);
    if (refusal != expected)
        fail_msg("%s, not %s", tf_replay_word(refusal), tf_replay_word(expected));
    assert_true(tf_replay_remedy(refusal)[0] != '\0');
}

static void test_refusals(void **state)
{
    (void)state;
    static const char *const sources[] = {TOPIC ":4:1", "other:0:1", "x.ndjson:0:1", TOPIC, TOPIC ":0", "0:1", ""};
    static const char *const roles[] = {"collector", "monitor", ""};
    struct tf_letter letter = letter_of("tax", "crashed");
    assert_refused(letter_of("tax", "id-conflict"), TF_REPLAY_CONFLICT);
    assert_refused(letter_of("tax", "too-big"), TF_REPLAY_TOO_BIG);
    letter.bytes = TF_STR("3");
    assert_refused(letter, TF_REPLAY_CUT);
    letter.bytes = TF_STR("many");
    assert_refused(letter, TF_REPLAY_CUT);
    letter.bytes = TF_STR("2");
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        letter.source = tf_str_of(sources[i]);
        assert_refused(letter, TF_REPLAY_POSITION);
    }
    letter.source = TF_STR_NONE;
    assert_refused(letter, TF_REPLAY_POSITION);
    letter = letter_of("tax", "crashed");
    letter.ce_id = TF_STR("");
    assert_refused(letter, TF_REPLAY_IDENTITY);
    letter = letter_of("tax", "crashed");
    letter.ce_source = TF_STR("");
    assert_refused(letter, TF_REPLAY_IDENTITY);
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        assert_refused(letter_of(roles[i], "crashed"), TF_REPLAY_ROLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_row_is_viewed),
        cmocka_unit_test(test_json_holds_the_bytes_only_when_asked),
        cmocka_unit_test(test_positions),
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_what_is_no_filter),
        cmocka_unit_test(test_names_of_filters),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_more_kinds_than_there_is_room_for_are_counted),
        cmocka_unit_test(test_the_row_of_a_replay),
        cmocka_unit_test(test_an_envelope_speaks_for_itself),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
