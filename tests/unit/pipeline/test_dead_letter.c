#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "taxflow/hash.h"
#include "taxflow/dead_letter.h"
#include "taxflow/pipeline.h"

static struct tf_str header_of(const struct tf_row *row, const char *name)
{
    for (uint32_t h = 0; h < row->headers_count; h++)
        if (tf_str_is(row->headers[h].name, name))
            return row->headers[h].value;
    return TF_STR_NONE;
}

static void assert_str(struct tf_str actual, const char *expected)
{
    if (!tf_str_is(actual, expected))
        fail_msg("\"%.*s\" is not \"%s\"", TF_STR_ARGS(actual), expected);
}

static void assert_json(const struct tf_row *row, const char *expected)
{
    struct tf_buf out;
    struct tf_json json;
    tf_buf_init(&out, 1 << 20);
    tf_json_init(&json, &out);
    tf_dead_letter_json(row, &json);
    assert_false(out.failed);
    assert_str(tf_buf_view(&out), expected);
    tf_buf_finish(&out);
}

static struct tf_row fill(struct tf_arena *arena, enum tf_err err, struct tf_str original)
{
    struct tf_row row = {0};
    struct tf_problem problem = {.err = err, .path = TF_STR("$.a"), .detail = TF_STR("say it right")};
    const struct tf_dead_letter letter = {
        .role = "tax", .problem = &problem, .original = original, .position = TF_STR("f.ndjson:0:7"), .event_id = TF_STR("e1")};
    assert_true(tf_dead_letter_fill(&row, &letter, arena));
    return row;
}

static void test_headers(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(1 << 20);
    struct tf_row row = fill(arena, TF_E_JSON, TF_STR("abc"));
    assert_int_equal(row.stream, TF_STREAM_DLQ);
    assert_str(row.value, "abc");
    assert_str(header_of(&row, "ce_specversion"), "1.0");
    assert_str(header_of(&row, "tf_role"), "tax");
    assert_str(header_of(&row, "tf_reason"), "malformed-json");
    assert_str(header_of(&row, "tf_path"), "$.a");
    assert_str(header_of(&row, "tf_detail"), "say it right");
    assert_str(header_of(&row, "tf_position"), "f.ndjson:0:7");
    assert_str(header_of(&row, "tf_attempts"), "1");
    assert_str(header_of(&row, "tf_event_id"), "e1");
    assert_str(header_of(&row, "tf_bytes"), "3");
    assert_str(header_of(&row, "tf_sha256"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); /* FIPS 180-4, B.1 */
    assert_json(&row, "{\"role\":\"tax\",\"reason\":\"malformed-json\",\"path\":\"$.a\",\"detail\":\"say it right\",\"position\":\"f.ndjson:0:7\","
                      "\"attempts\":\"1\",\"event_id\":\"e1\",\"bytes\":\"3\","
                      "\"sha256\":\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\",\"data\":\"abc\"}");
    tf_arena_destroy(arena);
}

static void test_absent_parts_leave_no_header(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(1 << 20);
    struct tf_row row = {0};
    struct tf_problem problem = {.err = TF_E_DEPTH};
    char id[257];
    memset(id, 'i', sizeof id);
    const struct tf_dead_letter letter = {
        .role = "fraud",
        .problem = &problem,
        .original = TF_STR(""),
        .position = TF_STR("t:0:1"),
        .event_id = {id, sizeof id},
        .traceparent = TF_STR("00-x"),
        .ce_id = TF_STR("e9"),
        .ce_source = {id, sizeof id},
        .origin = TF_STR("t:0:0"),
        .attempts = 3,
    };
    assert_true(tf_dead_letter_fill(&row, &letter, arena));
    assert_str(header_of(&row, "ce_id"), "e9");
    assert_true(tf_str_present(header_of(&row, "ce_source")) && header_of(&row, "ce_source").len == 0);
    assert_false(tf_str_present(header_of(&row, "ce_type")));
    assert_str(header_of(&row, "tf_origin"), "t:0:0");
    assert_str(header_of(&row, "tf_attempts"), "3");
    assert_false(tf_str_present(header_of(&row, "tf_path")));
    assert_false(tf_str_present(header_of(&row, "tf_detail")));
    assert_false(tf_str_present(header_of(&row, "tf_event_id"))); /* longer than an id may be: it would not fit the row's headers */
    assert_str(header_of(&row, "traceparent"), "00-x");
    assert_str(header_of(&row, "tf_bytes"), "0");
    assert_int_equal(row.value.len, 0);
    tf_arena_destroy(arena);
}

static void test_an_identity_too_long_leaves_a_mark(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(1 << 20);
    struct tf_row row = {0};
    struct tf_problem problem = {.err = TF_E_CLOUDEVENT};
    char text[257];
    memset(text, 'i', sizeof text);
    const struct tf_dead_letter letter = {.role = "tax", .problem = &problem, .original = TF_STR("{}"), .position = TF_STR("t:0:1"),
                                          .ce_id = {text, 257}, .ce_source = {text, 256}};
    assert_true(tf_dead_letter_fill(&row, &letter, arena));
    assert_true(tf_str_present(header_of(&row, "ce_id")));
    assert_int_equal(header_of(&row, "ce_id").len, 0);
    assert_int_equal(header_of(&row, "ce_source").len, 256);
    tf_arena_destroy(arena);
}

static void test_only_what_is_too_big_is_cut(void **state)
{
    (void)state;
    static const struct { enum tf_err err; size_t bytes, kept; } cases[] = {
        {TF_E_JSON, 65536, 65536},       {TF_E_JSON, 65537, 65537},        {TF_E_JSON, 4000000, 4000000}, {TF_E_RESULT_SIZE, 4000001, 65536},
        {TF_E_TOO_BIG, 65535, 65535},    {TF_E_TOO_BIG, 65536, 65536},     {TF_E_TOO_BIG, 65537, 65536},  {TF_E_TOO_BIG, 5000000, 65536},
    };
    char *bytes = malloc(5000000);
    memset(bytes, 'z', 5000000);
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct tf_arena *arena = tf_arena_create(1 << 20);
        char expected[65], count[24];
        uint8_t digest[32];
        struct tf_row row = fill(arena, cases[c].err, (struct tf_str){bytes, cases[c].bytes});
        assert_int_equal(row.value.len, cases[c].kept);
        snprintf(count, sizeof count, "%zu", cases[c].bytes);
        assert_str(header_of(&row, "tf_bytes"), count); /* of the whole, as the digest */
        tf_hash_sha256_full((struct tf_str){bytes, cases[c].bytes}, digest);
        tf_hash_hex(digest, 32, expected);
        assert_str(header_of(&row, "tf_sha256"), expected);
        tf_arena_destroy(arena);
    }
    free(bytes);
}

static void test_bytes_that_are_no_text(void **state)
{
    (void)state;
    static const struct { const char *bytes; size_t len; const char *base64; } cases[] = {
        {"\xff", 1, "/w=="}, {"\xff\xfe", 2, "//4="}, {"a\xc3(", 3, "YcMo"}, {"\xf0\x9f\x98", 3, "8J+Y"}, {"\xed\xa0\x80xyz", 6, "7aCAeHl6"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct tf_row row = {.value = {cases[c].bytes, cases[c].len}};
        char expected[64];
        snprintf(expected, sizeof expected, "{\"data_base64\":\"%s\"}", cases[c].base64);
        assert_json(&row, expected);
    }
    struct tf_row text = {.value = TF_STR("gr\xc3\xbc\xc3\x9f\"e\n")};
    assert_json(&text, "{\"data\":\"gr\xc3\xbc\xc3\x9f\\\"e\\n\"}");
}

static void test_no_room(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(4096);
    struct tf_row row = {0};
    struct tf_problem problem = {.err = TF_E_JSON};
    while (tf_arena_alloc(arena, 16)) {}
    const struct tf_dead_letter letter = {.role = "tax", .problem = &problem, .original = TF_STR("x"), .position = TF_STR("t:0:1")};
    assert_false(tf_dead_letter_fill(&row, &letter, arena));
    tf_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_absent_parts_leave_no_header),
        cmocka_unit_test(test_an_identity_too_long_leaves_a_mark),
        cmocka_unit_test(test_only_what_is_too_big_is_cut),
        cmocka_unit_test(test_bytes_that_are_no_text),
        cmocka_unit_test(test_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
