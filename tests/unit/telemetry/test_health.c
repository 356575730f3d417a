#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "taxflow/clock.h"
#include "taxflow/err.h"
#include "taxflow/health.h"

static bool ready_with(struct tf_health *health, const char *expected)
{
    struct tf_buf lines TF_CLEANUP(tf_buf_finish);
    tf_buf_init(&lines, 64 * 1024);
    const bool ready = tf_health_ready(health, &lines);
    tf_buf_putc(&lines, '\0');
    assert_string_equal(lines.ptr, expected);
    return ready;
}

static void is_ready_when_every_check_is_ok(void **state)
{
    struct tf_health *health = tf_health_create();
    (void)state;
    assert_true(ready_with(health, ""));
    tf_health_set(health, "kafka", true, NULL);
    tf_health_set(health, "redis", false, "no answer");
    assert_false(ready_with(health, "[+]kafka ok\n[-]redis: no answer\n"));
    assert_false(tf_health_ready(health, NULL));
    tf_health_set(health, "redis", true, "ignored when ok");
    assert_true(ready_with(health, "[+]kafka ok\n[+]redis ok\n"));
    tf_health_set(health, "kafka", false, "");
    assert_false(ready_with(health, "[-]kafka\n[+]redis ok\n"));
    assert_null(tf_health_destroy(health));
    assert_null(tf_health_destroy(NULL));
}

static void a_reason_cannot_forge_another_line(void **state)
{
    struct tf_health *health = tf_health_create();
    char endless[1000];
    (void)state;
    tf_health_set(health, "kafka", false, "down\n[+]kafka ok\r\x1b\x7f!");
    assert_false(ready_with(health, "[-]kafka: down [+]kafka ok   !\n"));
    memset(endless, 'x', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    tf_health_set(health, "kafka", false, endless);
    struct tf_buf lines TF_CLEANUP(tf_buf_finish);
    tf_buf_init(&lines, 1024);
    tf_health_ready(health, &lines);
    assert_int_equal(lines.len, strlen("[-]kafka: \n") + 127);
    tf_health_destroy(health);
}

static void too_many_checks_are_never_ready(void **state)
{
    static char names[TF_HEALTH_CHECKS_MAX + 1][8];
    struct tf_health *health = tf_health_create();
    (void)state;
    for (int i = 0; i <= TF_HEALTH_CHECKS_MAX; i++) {
        assert_true(tf_health_ready(health, NULL));
        snprintf(names[i], sizeof names[i], "c%d", i);
        tf_health_set(health, names[i], true, NULL);
    }
    assert_false(tf_health_ready(health, NULL));
    tf_health_destroy(health);
}

static void is_alive_while_it_beats(void **state)
{
    struct tf_health *health = tf_health_create();
    (void)state;
    assert_true(tf_health_alive(health, 5000));
    assert_false(tf_health_alive(health, 0));
    const int64_t start_ms = tf_clock_mono_ms();
    while (tf_health_alive(health, 5))
        assert_true(tf_clock_mono_ms() - start_ms < 5000);
    tf_health_beat(health);
    assert_true(tf_health_alive(health, 1000));
    tf_health_destroy(health);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_ready_when_every_check_is_ok),
        cmocka_unit_test(a_reason_cannot_forge_another_line),
        cmocka_unit_test(too_many_checks_are_never_ready),
        cmocka_unit_test(is_alive_while_it_beats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
