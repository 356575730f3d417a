#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taxflow/buf.h"

static void appends_in_order(void **state)
{
    (void)state;
    struct tf_buf buf;
    tf_buf_init(&buf, 1000);
    assert_int_equal(tf_buf_view(&buf).len, 0);
    assert_true(tf_str_present(tf_buf_view(&buf)));
    tf_buf_puts(&buf, "ab");
    tf_buf_putc(&buf, 'c');
    tf_buf_str(&buf, TF_STR_NONE);
    tf_buf_str(&buf, TF_STR("d\0"));
    tf_buf_printf(&buf, "%d%s", 42, "!");
    tf_buf_put(&buf, NULL, 0);
    assert_true(tf_str_eq(tf_buf_view(&buf), TF_STR("abcd\0" "42!")));
    assert_false(buf.failed);
    tf_buf_finish(&buf);
    assert_null(buf.ptr);
    tf_buf_puts(&buf, "again");
    assert_true(tf_str_is(tf_buf_view(&buf), "again"));
    tf_buf_finish(&buf);
}

static void the_ceiling_is_exact_and_failure_sticks(void **state)
{
    (void)state;
    struct tf_buf buf;
    tf_buf_init(&buf, 5);
    tf_buf_puts(&buf, "1234");
    tf_buf_printf(&buf, "%d", 5);
    assert_false(buf.failed);
    assert_true(tf_str_is(tf_buf_view(&buf), "12345"));
    tf_buf_putc(&buf, '6');
    assert_true(buf.failed);
    tf_buf_reset(&buf);
    assert_false(buf.failed);
    tf_buf_puts(&buf, "123456");
    assert_true(buf.failed);
    assert_int_equal(buf.len, 0);
    tf_buf_puts(&buf, "1");
    tf_buf_printf(&buf, "1");
    assert_int_equal(buf.len, 0);
    tf_buf_finish(&buf);
    assert_false(buf.failed);
    assert_int_equal(buf.max, 5);
    tf_buf_printf(&buf, "%d", 123456);
    assert_true(buf.failed);
    tf_buf_finish(&buf);
}

static void an_unlimited_buffer_refuses_what_no_memory_holds(void **state)
{
    (void)state;
    struct tf_buf buf;
    tf_buf_init(&buf, SIZE_MAX);
    tf_buf_puts(&buf, "x");
    tf_buf_put(&buf, "", SIZE_MAX - 1);
    assert_true(buf.failed);
    assert_int_equal(buf.len, 1);
    tf_buf_finish(&buf);
}

static void growth_keeps_every_byte(void **state)
{
    (void)state;
    struct tf_buf buf;
    tf_buf_init(&buf, 100000);
    for (int i = 0; i < 100000 / 5; i++)
        tf_buf_printf(&buf, "%05d", i);
    assert_false(buf.failed);
    assert_int_equal(buf.len, 100000);
    for (int i = 0; i < 100000 / 5; i++) {
        uint64_t value;
        assert_true(tf_str_to_u64((struct tf_str){buf.ptr + i * 5, 5}, 99999, &value));
        assert_int_equal(value, i);
    }
    const char *kept = buf.ptr;
    tf_buf_reset(&buf);
    tf_buf_printf(&buf, "%03000d", 7);
    assert_ptr_equal(buf.ptr, kept);
    assert_int_equal(buf.len, 3000);
    tf_buf_finish(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_in_order),
        cmocka_unit_test(the_ceiling_is_exact_and_failure_sticks),
        cmocka_unit_test(an_unlimited_buffer_refuses_what_no_memory_holds),
        cmocka_unit_test(growth_keeps_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
