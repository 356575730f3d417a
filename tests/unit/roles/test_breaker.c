#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fraud/breaker.h"

static struct tf_arena *arena;
static unsigned told[2]; /* how often a rule came back, and was muted */

static void tell(void *self, uint32_t lane, size_t rule, bool muted)
{
    (void)self;
    (void)lane;
    (void)rule;
    told[muted]++;
}

static struct tf_fraud_ruleset *rules_of(const char *text)
{
    char path[64];
    struct tf_fraud_ruleset *ruleset = NULL;
    struct tf_fault fault = {.text = ""};
    snprintf(path, sizeof path, "/tmp/taxflow-breaker-%d.conf", (int)getpid());
    const char *const names[] = {path};
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    enum tf_err err = tf_fraud_ruleset_load((struct tf_string_list){names, 1}, &ruleset, &fault);
    unlink(path);
    if (err != TF_OK)
        fail_msg("%s", fault.text);
    return ruleset;
}

static size_t rule_of(const struct tf_fraud_ruleset *ruleset, const char *id)
{
    size_t count, r = 0;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(ruleset, &count);
    while (r < count && strcmp(rules[r].id, id) != 0)
        r++;
    assert_true(r < count);
    return r;
}

/* A record about which a rule was asked; the mode that its hit ended with, or OFF where it had none. */
static enum tf_fraud_mode judge(struct tf_breaker *breaker, const struct tf_fraud_ruleset *ruleset, const char *id, uint32_t lane, bool hits)
{
    size_t count, rule = rule_of(ruleset, id);
    struct tf_fraud_hit hit = {.rule = &tf_fraud_ruleset_rules(ruleset, &count)[rule], .mode = TF_FRAUD_LIVE};
    struct tf_fraud_verdict verdict = {.hits = &hit, .hits_count = hits};
    bool changed;
    tf_fraud_bit_set(&verdict.evaluated, rule);
    tf_arena_rewind(arena);
    assert_int_equal(tf_breaker_judge(breaker, lane, arena, &verdict, &changed), TF_OK);
    assert_int_equal(changed, hits && hit.mode == TF_FRAUD_MUTED);
    assert_int_equal(tf_str_present(hit.note), changed);
    return hits ? hit.mode : TF_FRAUD_OFF;
}

static void many(struct tf_breaker *breaker, const struct tf_fraud_ruleset *ruleset, unsigned records, unsigned every)
{
    for (unsigned i = 0; i < records; i++)
        judge(breaker, ruleset, "SOD1", 0, every && i % every == 0);
}

#define TEXT "breaker = { share_permille = 100; over = 200; minimum = 50; };"

static void nothing_is_muted_before_the_minimum(void **state)
{
    (void)state;
    struct tf_fraud_ruleset *ruleset = rules_of(TEXT);
    struct tf_breaker *breaker = tf_breaker_create(ruleset);
    for (int i = 0; i < 49; i++)
        assert_int_equal(judge(breaker, ruleset, "SOD1", 0, true), TF_FRAUD_LIVE);
    assert_int_equal(judge(breaker, ruleset, "SOD1", 0, true), TF_FRAUD_MUTED);
    assert_int_equal(judge(breaker, ruleset, "OUT1", 0, true), TF_FRAUD_LIVE);
    assert_int_equal(judge(breaker, ruleset, "SOD1", 1, true), TF_FRAUD_LIVE); /* another partition */
    tf_breaker_destroy(breaker);
    tf_fraud_ruleset_destroy(ruleset);
}

static void exactly_the_share_is_believed(void **state)
{
    (void)state;
    struct tf_fraud_ruleset *ruleset = rules_of(TEXT);
    struct tf_breaker *breaker = tf_breaker_create(ruleset);
    many(breaker, ruleset, 90, 0);
    for (int i = 0; i < 9; i++)
        assert_int_equal(judge(breaker, ruleset, "SOD1", 0, true), TF_FRAUD_LIVE);
    assert_int_equal(judge(breaker, ruleset, "SOD1", 0, true), TF_FRAUD_LIVE); /* 10 of 100 */
    assert_int_equal(judge(breaker, ruleset, "SOD1", 0, true), TF_FRAUD_MUTED); /* 11 of 101 */
    tf_breaker_destroy(breaker);
    tf_fraud_ruleset_destroy(ruleset);
}

static void it_comes_back_at_half_the_share(void **state)
{
    (void)state;
    struct tf_fraud_ruleset *ruleset = rules_of(TEXT);
    struct tf_breaker *breaker = tf_breaker_create(ruleset);
    many(breaker, ruleset, 100, 2);
    assert_int_equal(judge(breaker, ruleset, "SOD1", 0, true), TF_FRAUD_MUTED);
    many(breaker, ruleset, 98, 0); /* the half with the hits is the one before now */
    assert_int_equal(judge(breaker, ruleset, "SOD1", 0, true), TF_FRAUD_MUTED);
    many(breaker, ruleset, 90, 0); /* and is forgotten now */
    assert_int_equal(judge(breaker, ruleset, "SOD1", 0, true), TF_FRAUD_LIVE);
    tf_breaker_destroy(breaker);
    tf_fraud_ruleset_destroy(ruleset);
}

static void a_rule_may_have_its_own_share(void **state)
{
    (void)state;
    struct tf_fraud_ruleset *ruleset = rules_of(TEXT "rules = ( { id = \"SOD1\"; breaker_permille = 1000; }, { id = \"OUT1\"; breaker_permille = 1; } );");
    struct tf_breaker *breaker = tf_breaker_create(ruleset);
    for (int i = 0; i < 500; i++)
        assert_int_equal(judge(breaker, ruleset, "SOD1", 0, true), TF_FRAUD_LIVE);
    for (int i = 0; i < 60; i++)
        judge(breaker, ruleset, "OUT1", 0, false);
    assert_int_equal(judge(breaker, ruleset, "OUT1", 0, true), TF_FRAUD_MUTED);
    tf_breaker_destroy(breaker);
    tf_fraud_ruleset_destroy(ruleset);
}

static void a_batch_that_is_aborted_was_never_counted(void **state)
{
    (void)state;
    struct tf_fraud_ruleset *ruleset = rules_of(TEXT);
    struct tf_breaker *breaker = tf_breaker_create(ruleset);
    size_t rule = rule_of(ruleset, "SOD1");
    told[0] = told[1] = 0;
    many(breaker, ruleset, 60, 20);
    tf_breaker_commit(breaker, tell, NULL);
    many(breaker, ruleset, 60, 1);
    assert_int_equal(judge(breaker, ruleset, "SOD1", 0, true), TF_FRAUD_MUTED);
    assert_int_equal(tf_breaker_muted(breaker, rule), 0);
    tf_breaker_abort(breaker);
    assert_int_equal(told[0] + told[1], 0);
    assert_int_equal(judge(breaker, ruleset, "SOD1", 0, true), TF_FRAUD_LIVE);
    many(breaker, ruleset, 60, 1);
    tf_breaker_commit(breaker, tell, NULL);
    assert_int_equal(told[1], 1);
    assert_int_equal(tf_breaker_muted(breaker, rule), 1);
    tf_breaker_abort(breaker); /* nothing was under way */
    assert_int_equal(judge(breaker, ruleset, "SOD1", 0, true), TF_FRAUD_MUTED);
    many(breaker, ruleset, 220, 0);
    assert_int_equal(judge(breaker, ruleset, "SOD1", 0, true), TF_FRAUD_LIVE);
    tf_breaker_commit(breaker, tell, NULL);
    assert_int_equal(told[0], 1);
    assert_int_equal(tf_breaker_muted(breaker, rule), 0);
    tf_breaker_destroy(breaker);
    tf_fraud_ruleset_destroy(ruleset);
}

/* Whatever is cut into batches, aborted and written down in between: the same hits are muted as without any of it. */
static void a_restart_changes_nothing(void **state)
{
    (void)state;
    enum { RECORDS = 5000 };
    struct tf_fraud_ruleset *ruleset = rules_of(TEXT);
    struct tf_breaker *whole = tf_breaker_create(ruleset), *cut = tf_breaker_create(ruleset);
    struct tf_buf row;
    unsigned random = 7, muted = 0;
    tf_buf_init(&row, 1 << 20);
    for (int i = 0; i < RECORDS; i++) {
        random = random * 1103515245u + 12345u;
        bool hits = (random >> 16) % 1000 < (i / 1000 % 2 ? 200u : 60u);
        if ((random >> 8) % 5 == 0) { /* tried before, and aborted */
            judge(cut, ruleset, "SOD1", 0, true);
            tf_breaker_abort(cut);
        }
        enum tf_fraud_mode mode = judge(whole, ruleset, "SOD1", 0, hits);
        assert_int_equal(judge(cut, ruleset, "SOD1", 0, hits), mode);
        muted += mode == TF_FRAUD_MUTED;
        assert_true(tf_breaker_has(cut, 0));
        tf_buf_reset(&row);
        tf_breaker_write(cut, 0, &row);
        tf_breaker_commit(cut, tell, NULL);
        assert_false(tf_breaker_has(cut, 0));
        if ((random >> 4) % 50 != 0)
            continue;
        tf_breaker_destroy(cut);
        cut = tf_breaker_create(ruleset);
        assert_int_equal(tf_breaker_read(cut, 0, tf_buf_view(&row)), TF_OK);
    }
    assert_in_range(muted, 100, 900);
    tf_buf_finish(&row);
    tf_breaker_destroy(whole);
    tf_breaker_destroy(cut);
    tf_fraud_ruleset_destroy(ruleset);
}

static void another_ruleset_goes_on_with_the_counts(void **state)
{
    (void)state;
    struct tf_fraud_ruleset *ruleset = rules_of(TEXT), *next = rules_of(TEXT "rules = ( { id = \"DUP1\"; weight = 3; } );");
    struct tf_breaker *breaker = tf_breaker_create(ruleset);
    many(breaker, ruleset, 60, 1);
    tf_breaker_commit(breaker, tell, NULL);
    tf_breaker_bind(breaker, next);
    assert_int_equal(tf_breaker_muted(breaker, rule_of(next, "SOD1")), 1);
    assert_int_equal(judge(breaker, next, "SOD1", 0, true), TF_FRAUD_MUTED);
    tf_breaker_forget(breaker, 0);
    assert_int_equal(tf_breaker_muted(breaker, rule_of(next, "SOD1")), 0);
    assert_int_equal(judge(breaker, next, "SOD1", 0, true), TF_FRAUD_LIVE);
    tf_breaker_destroy(breaker);
    tf_fraud_ruleset_destroy(ruleset);
    tf_fraud_ruleset_destroy(next);
}

static void rows_that_are_none_change_nothing(void **state)
{
    (void)state;
    struct tf_fraud_ruleset *ruleset = rules_of(TEXT);
    struct tf_breaker *breaker = tf_breaker_create(ruleset);
    struct tf_buf row;
    tf_buf_init(&row, 1 << 16);
    many(breaker, ruleset, 60, 1);
    tf_breaker_write(breaker, 0, &row);
    assert_true(row.len > 3);
    const struct tf_str good = tf_buf_view(&row);
    for (size_t len = 0; len < good.len; len++)
        assert_int_equal(tf_breaker_read(breaker, 0, (struct tf_str){good.ptr, len}), TF_E_VALUE);
    assert_int_equal(judge(breaker, ruleset, "SOD1", 0, true), TF_FRAUD_MUTED);
    row.ptr[0] = 2;
    assert_int_equal(tf_breaker_read(breaker, 0, good), TF_E_VALUE);
    row.ptr[0] = 1;
    for (size_t i = 3; i < good.len; i += 25)
        row.ptr[i] ^= 1; /* rules of another set */
    assert_int_equal(tf_breaker_read(breaker, 0, good), TF_OK);
    assert_int_equal(judge(breaker, ruleset, "SOD1", 0, true), TF_FRAUD_LIVE);
    tf_buf_finish(&row);
    tf_breaker_destroy(breaker);
    tf_fraud_ruleset_destroy(ruleset);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_muted_before_the_minimum),
        cmocka_unit_test(exactly_the_share_is_believed),
        cmocka_unit_test(it_comes_back_at_half_the_share),
        cmocka_unit_test(a_rule_may_have_its_own_share),
        cmocka_unit_test(a_batch_that_is_aborted_was_never_counted),
        cmocka_unit_test(a_restart_changes_nothing),
        cmocka_unit_test(another_ruleset_goes_on_with_the_counts),
        cmocka_unit_test(rows_that_are_none_change_nothing),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
