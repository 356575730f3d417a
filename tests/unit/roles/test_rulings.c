#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "rulings/find.h"
#include "rulings/ruling_map.h"
#include "taxflow/rulings.h"

static struct tf_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = tf_arena_create(1 << 20);
    return arena ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    arena = tf_arena_destroy(arena);
    return 0;
}

static struct tf_ruling ruling(const char *rule, const char *event, const char *related, bool dismissed, int64_t at_ms)
{
    struct tf_ruling said = {.event_id = tf_str_of(event), .rule = tf_str_of(rule), .by = TF_STR("anna"), .reason = TF_STR("known"),
                             .dismissed = dismissed, .at_ms = at_ms};
    for (; related && *related; related += *related != '\0') { /* ids of one letter */
        said.related[said.related_count] = (struct tf_str){related, 1};
        said.related_count++;
    }
    return said;
}

static void say(struct tf_rulings *rulings, const char *rule, const char *event, const char *related, bool dismissed, int64_t at_ms)
{
    const struct tf_ruling said = ruling(rule, event, related, dismissed, at_ms);
    assert_int_equal(tf_rulings_add(rulings, &said), TF_OK);
}

/* The mode of a hit of the rule on an event that came at a time. */
static enum tf_fraud_mode mode_of(struct tf_rulings *rulings, const char *rule, const char *event, const char *related, int64_t time_ms)
{
    const struct tf_fraud_rule row = {.id = rule};
    struct tf_fraud_hit hit = {.rule = &row, .mode = TF_FRAUD_LIVE};
    struct tf_fraud_verdict verdict = {.hits = &hit, .hits_count = 1};
    const struct tf_ruling like = ruling(rule, event, related, false, 0);
    uint32_t changed = 9;
    memcpy(hit.related, like.related, sizeof hit.related);
    hit.related_count = like.related_count;
    assert_int_equal(tf_rulings_apply(rulings, tf_str_of(event), time_ms, arena, &verdict, &changed), TF_OK);
    assert_int_equal(changed, hit.mode == TF_FRAUD_DISMISSED);
    assert_int_equal(tf_str_present(hit.note), changed == 1);
    return hit.mode;
}

static void a_dismissed_pair_is_quiet_whoever_carries_the_hit(void **state)
{
    (void)state;
    struct tf_rulings *rulings = tf_rulings_create();
    assert_int_equal(mode_of(rulings, "DUP1", "b", "a", 0), TF_FRAUD_LIVE);
    say(rulings, "DUP1", "b", "a", true, 1000);
    assert_int_equal(mode_of(rulings, "DUP1", "b", "a", 0), TF_FRAUD_DISMISSED);
    assert_int_equal(mode_of(rulings, "DUP1", "a", "b", 0), TF_FRAUD_DISMISSED);
    assert_int_equal(mode_of(rulings, "DUP4", "b", "a", 0), TF_FRAUD_LIVE);
    assert_int_equal(mode_of(rulings, "DUP1", "b", "c", 0), TF_FRAUD_LIVE);
    assert_int_equal(mode_of(rulings, "DUP1", "b", NULL, 0), TF_FRAUD_LIVE);
    tf_rulings_destroy(rulings);
}

static void every_pair_of_a_hit_must_be_dismissed(void **state)
{
    (void)state;
    struct tf_rulings *rulings = tf_rulings_create();
    say(rulings, "SPL1", "d", "abc", true, 1000);
    assert_int_equal(mode_of(rulings, "SPL1", "d", "abc", 0), TF_FRAUD_DISMISSED);
    assert_int_equal(mode_of(rulings, "SPL1", "d", "cb", 0), TF_FRAUD_DISMISSED);
    assert_int_equal(mode_of(rulings, "SPL1", "d", "abcx", 0), TF_FRAUD_LIVE);
    assert_int_equal(mode_of(rulings, "SPL1", "a", "b", 0), TF_FRAUD_LIVE);
    say(rulings, "SOD1", "e", NULL, true, 1000);
    assert_int_equal(mode_of(rulings, "SOD1", "e", NULL, 0), TF_FRAUD_DISMISSED);
    assert_int_equal(mode_of(rulings, "SOD1", "f", NULL, 0), TF_FRAUD_LIVE);
    tf_rulings_destroy(rulings);
}

static void it_counts_for_records_that_came_later(void **state)
{
    (void)state;
    struct tf_rulings *rulings = tf_rulings_create();
    say(rulings, "DUP1", "b", "a", true, 1000);
    assert_int_equal(mode_of(rulings, "DUP1", "b", "a", 999), TF_FRAUD_LIVE);
    assert_int_equal(mode_of(rulings, "DUP1", "b", "a", 1000), TF_FRAUD_DISMISSED);
    tf_rulings_destroy(rulings);
}

static void the_last_word_counts(void **state)
{
    (void)state;
    struct tf_rulings *rulings = tf_rulings_create();
    say(rulings, "DUP1", "b", "a", true, 1000);
    say(rulings, "DUP1", "b", "a", false, 2000);
    assert_int_equal(mode_of(rulings, "DUP1", "b", "a", 0), TF_FRAUD_LIVE);
    say(rulings, "DUP1", "b", "a", true, 1500); /* said before, read later */
    assert_int_equal(mode_of(rulings, "DUP1", "b", "a", 0), TF_FRAUD_LIVE);
    say(rulings, "DUP1", "b", "a", true, 3000);
    assert_int_equal(mode_of(rulings, "DUP1", "b", "a", 0), TF_FRAUD_DISMISSED);
    struct tf_precision rules[4];
    assert_int_equal(tf_rulings_precision(rulings, rules, 4), 1);
    assert_int_equal(rules[0].confirmed, 0); /* one hit, ruled on four times, counts once */
    assert_int_equal(rules[0].dismissed, 1);
    tf_rulings_destroy(rulings);
}

static void only_live_hits_change(void **state)
{
    (void)state;
    struct tf_rulings *rulings = tf_rulings_create();
    const struct tf_fraud_rule row = {.id = "DUP1"};
    struct tf_fraud_hit hit = {.rule = &row, .mode = TF_FRAUD_SHADOW};
    struct tf_fraud_verdict verdict = {.hits = &hit, .hits_count = 1};
    uint32_t changed;
    say(rulings, "DUP1", "b", NULL, true, 1000);
    assert_int_equal(tf_rulings_apply(rulings, TF_STR("b"), 0, arena, &verdict, &changed), TF_OK);
    assert_int_equal(hit.mode, TF_FRAUD_SHADOW);
    assert_int_equal(changed, 0);
    tf_rulings_destroy(rulings);
}

/* Many: no ruling hides another, whatever the order. */
static void thousands_are_kept_apart(void **state)
{
    (void)state;
    enum { RULINGS = 20000 };
    struct tf_rulings *rulings = tf_rulings_create();
    char event[16];
    for (int i = 0; i < RULINGS; i++) {
        snprintf(event, sizeof event, "e%d", i);
        say(rulings, i % 3 ? "DUP1" : "SOD1", event, NULL, i % 2, 1000 + i);
    }
    for (int i = 0; i < RULINGS; i += 7) {
        snprintf(event, sizeof event, "e%d", i);
        assert_int_equal(mode_of(rulings, i % 3 ? "DUP1" : "SOD1", event, NULL, 0), i % 2 ? TF_FRAUD_DISMISSED : TF_FRAUD_LIVE);
        assert_int_equal(mode_of(rulings, i % 3 ? "SOD1" : "DUP1", event, NULL, 0), TF_FRAUD_LIVE);
    }
    assert_int_equal(tf_rulings_count(rulings), 2 * RULINGS);
    struct tf_precision rules[4];
    assert_int_equal(tf_rulings_precision(rulings, rules, 4), 2);
    assert_string_equal(rules[0].rule, "DUP1");
    assert_int_equal(rules[0].confirmed + rules[0].dismissed + rules[1].confirmed + rules[1].dismissed, RULINGS);
    tf_rulings_destroy(rulings);
}

/* Values of the formula, computed apart. */
static void the_interval_is_wilsons(void **state)
{
    (void)state;
    static const struct { uint64_t confirmed, dismissed; double value, low, high; } cases[] = {
        {0, 0, 0, 0, 1},           {1, 0, 1, 0.206549, 1},         {0, 1, 0, 0, 0.793451},
        {8, 2, 0.8, 0.490162, 0.943318}, {50, 50, 0.5, 0.403832, 0.596168}, {0, 10, 0, 0, 0.277533},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_precision precision = {.confirmed = cases[i].confirmed, .dismissed = cases[i].dismissed};
        tf_precision_compute(&precision);
        assert_float_equal(precision.value, cases[i].value, 1e-9);
        assert_float_equal(precision.low, cases[i].low, 1e-6);
        assert_float_equal(precision.high, cases[i].high, 1e-6);
    }
}

static void a_row_reads_back(void **state)
{
    (void)state;
    struct tf_ruling said = ruling("DUP1", "b\"1", "ac", true, INT64_C(1767225600123)), read;
    struct tf_buf out;
    struct tf_json json;
    tf_buf_init(&out, 4096);
    tf_json_init(&json, &out);
    tf_ruling_json(&said, &json);
    assert_int_equal(tf_ruling_read(tf_buf_view(&out), arena, &read), TF_OK);
    assert_true(tf_str_is(read.event_id, "b\"1") && tf_str_is(read.rule, "DUP1") && tf_str_is(read.by, "anna") && tf_str_is(read.reason, "known"));
    assert_int_equal(read.related_count, 2);
    assert_true(tf_str_is(read.related[1], "c"));
    assert_true(read.dismissed);
    assert_int_equal(read.at_ms, said.at_ms);
    tf_buf_finish(&out);
    static const char *const wrong[] = {
        "", "[]", "{}", "{\"event_id\":\"e\",\"rule\":\"R\",\"related\":[],\"verdict\":\"maybe\",\"by\":\"a\",\"reason\":\"b\",\"at\":\"2026-01-01T00:00:00Z\"}",
        "{\"event_id\":\"e\",\"rule\":\"R\",\"related\":[3],\"verdict\":\"confirmed\",\"by\":\"a\",\"reason\":\"b\",\"at\":\"2026-01-01T00:00:00Z\"}",
        "{\"event_id\":\"\",\"rule\":\"R\",\"related\":[],\"verdict\":\"confirmed\",\"by\":\"a\",\"reason\":\"b\",\"at\":\"2026-01-01T00:00:00Z\"}",
        "{\"event_id\":\"e\",\"rule\":\"R\",\"related\":[],\"verdict\":\"confirmed\",\"by\":\"a\",\"reason\":\"b\",\"at\":\"soon\"}"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_not_equal(tf_ruling_read(tf_str_of(wrong[i]), arena, &read), TF_OK);
}

static void the_id_of_a_result_is_found_without_reading_it(void **state)
{
    (void)state;
    char room[16];
    static const struct { const char *row, *id; } cases[] = {{"{\"event_id\":\"e1\",\"position\":", "e1"},
                                                             {"{\"event_id\":\"a\\\"\\u00e9\\\\\",\"x\"", "a\"\xc3\xa9\\"},
                                                             {"{\"event_id\":\"\"}", ""},
                                                             {"{\"id\":\"f1\",\"rule\":", "f1"},
                                                             {"{\"event_id\":\"e1", NULL},
                                                             {"{\"event_id\":\"e1\\\"", NULL},
                                                             {"{\"event_id\":\"\\n234567890123456789\"", NULL},
                                                             {"{\"position\":\"event_id\"", NULL},
                                                             {"", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_str id = tf_found_event_id(tf_str_of(cases[i].row), room, sizeof room);
        assert_int_equal(tf_str_present(id), cases[i].id != NULL);
        assert_true(!cases[i].id || tf_str_is(id, cases[i].id));
    }
}

static char path[64];

static enum tf_err read_text(struct tf_rulings *rulings, const char *text, struct tf_fault *fault)
{
    snprintf(path, sizeof path, "/tmp/taxflow-verdicts-%d", (int)getpid());
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    enum tf_err err = tf_rulings_read_file(rulings, path, fault);
    unlink(path);
    return err;
}

static void files_say_the_same(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "rule,event id,related ids,verdict\nDUP1,b,\"[\"\"a\"\"]\",dismissed\nDUP1,c,\"[\"\"a\"\"]\",\n",
        "\xef\xbb\xbfVerdict;Related Ids;Event Id;Rule\r\n Dismissed ;\"[\"\"a\"\"]\";b;DUP1\r\n",
        "\n{\"event_id\":\"b\",\"rule\":\"DUP1\",\"related\":[\"a\"],\"verdict\":\"dismissed\",\"by\":\"x\",\"reason\":\"y\",\"at\":\"2026-01-01T00:00:00Z\"}\n\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct tf_rulings *rulings = tf_rulings_create();
        struct tf_fault fault = {.text = ""};
        if (read_text(rulings, texts[i], &fault) != TF_OK)
            fail_msg("%s", fault.text);
        assert_int_equal(mode_of(rulings, "DUP1", "b", "a", 0), TF_FRAUD_DISMISSED);
        assert_int_equal(mode_of(rulings, "DUP1", "c", "a", 0), TF_FRAUD_LIVE);
        tf_rulings_destroy(rulings);
    }
    struct tf_rulings *rulings = tf_rulings_create();
    struct tf_fault fault = {.text = ""};
    assert_int_equal(read_text(rulings, "event id,rule,verdict\n\"'=e\",SOD1,dismissed\n", &fault), TF_OK); /* as findings.csv defuses it */
    assert_int_equal(mode_of(rulings, "SOD1", "=e", NULL, 0), TF_FRAUD_DISMISSED);
    tf_rulings_destroy(rulings);
}

static void what_is_wrong_with_a_file_is_said_with_its_line(void **state)
{
    (void)state;
    static const struct { const char *text; unsigned line; const char *words; } cases[] = {
        {"", 1, "the first line must name the columns"},
        {"file,line\n", 1, "the first line must name the columns"},
        {"event id,rule,verdict\ne,SOD1,confirmed\ne,SOD1,perhaps\n", 3, "must be confirmed or dismissed"},
        {"event id,rule,verdict\n,SOD1,confirmed\n", 2, "no event id or no rule"},
        {"event id,rule,verdict,related ids\ne,SOD1,confirmed,a b\n", 2, "\"related ids\" is not as"},
        {"event id,rule,verdict\n\"e,SOD1,confirmed\n", 2, "never closed"},
        {"{\"event_id\":\"b\"}\n", 1, "no row of taxflow.verdicts"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_rulings *rulings = tf_rulings_create();
        struct tf_fault fault = {.text = ""};
        char where[96];
        assert_int_equal(read_text(rulings, cases[i].text, &fault), TF_E_VALUE);
        snprintf(where, sizeof where, "%s:%u: ", path, cases[i].line);
        if (strncmp(fault.text, where, strlen(where)) != 0 || !strstr(fault.text, cases[i].words))
            fail_msg("case %zu: %s", i, fault.text);
        tf_rulings_destroy(rulings);
    }
    struct tf_rulings *rulings = tf_rulings_create();
    assert_int_equal(tf_rulings_read_file(rulings, "/nowhere/v.csv", NULL), TF_E_NO_INPUT);
    tf_rulings_destroy(rulings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dismissed_pair_is_quiet_whoever_carries_the_hit),
        cmocka_unit_test(every_pair_of_a_hit_must_be_dismissed),
        cmocka_unit_test(it_counts_for_records_that_came_later),
        cmocka_unit_test(the_last_word_counts),
        cmocka_unit_test(only_live_hits_change),
        cmocka_unit_test(thousands_are_kept_apart),
        cmocka_unit_test(the_interval_is_wilsons),
        cmocka_unit_test(a_row_reads_back),
        cmocka_unit_test(the_id_of_a_result_is_found_without_reading_it),
        cmocka_unit_test(files_say_the_same),
        cmocka_unit_test(what_is_wrong_with_a_file_is_said_with_its_line),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
