#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "taxflow/arena.h"

static void bytes_are_aligned_apart_and_cleared(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(1 << 20);
    char *last = NULL;
    for (size_t size = 0; size < 100; size++) {
        char *bytes = tf_arena_alloc(arena, size);
        assert_non_null(bytes);
        assert_int_equal((uintptr_t)bytes % 16, 0);
        assert_ptr_not_equal(bytes, last);
        memset(bytes, 0xff, size);
        last = bytes;
    }
    tf_arena_rewind(arena);
    const uint32_t *numbers = TF_ARENA_ARRAY(arena, uint32_t, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], 0);
    assert_null(tf_arena_destroy(arena));
    assert_null(tf_arena_destroy(NULL));
}

static void the_ceiling_holds(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(4096);
    assert_non_null(tf_arena_alloc(arena, 4000));
    assert_null(tf_arena_alloc(arena, 97));
    assert_non_null(tf_arena_alloc(arena, 96));
    assert_null(tf_arena_alloc(arena, 1));
    assert_int_equal(tf_arena_used(arena), 4096);
    tf_arena_rewind(arena);
    assert_int_equal(tf_arena_used(arena), 0);
    assert_non_null(tf_arena_alloc(arena, 4096));
    assert_null(tf_arena_alloc(arena, 0));
    tf_arena_destroy(arena);
}

static void absurd_sizes_are_refused(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(1 << 20);
    assert_null(tf_arena_alloc(arena, SIZE_MAX));
    assert_null(tf_arena_alloc(arena, SIZE_MAX - 15));
    assert_null(tf_arena_calloc(arena, SIZE_MAX / 2, 3));
    assert_null(tf_arena_calloc(arena, (SIZE_MAX >> 4) + 2, 16)); /* wraps to 16 */
    assert_false(tf_str_present(tf_arena_dup(arena, (struct tf_str){"", SIZE_MAX})));
    assert_int_equal(tf_arena_used(arena), 0);
    assert_non_null(tf_arena_calloc(arena, 0, 8));
    tf_arena_destroy(arena);
}

static void blocks_are_kept_and_fit_again(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(2 << 20);
    void *first = tf_arena_alloc(arena, 100);
    for (int i = 0; i < 10; i++)
        assert_non_null(tf_arena_alloc(arena, 100000));
    tf_arena_rewind(arena);
    assert_ptr_equal(tf_arena_alloc(arena, 100), first);
    for (int i = 0; i < 10; i++)
        assert_non_null(tf_arena_alloc(arena, 100000));
    tf_arena_destroy(arena);
}

static void small_kept_blocks_make_way_for_a_large_one(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(1 << 20);
    while (tf_arena_alloc(arena, 1000))
        continue;
    tf_arena_rewind(arena);
    char *bytes = tf_arena_alloc(arena, 1 << 20);
    assert_non_null(bytes);
    memset(bytes, 1, 1 << 20);
    assert_null(tf_arena_alloc(arena, 1));
    tf_arena_rewind(arena);
    size_t handed = 0;
    while (tf_arena_alloc(arena, 1024))
        handed += 1024;
    assert_int_equal(handed, 1 << 20);
    tf_arena_destroy(arena);
}

static void handed_out_bytes_survive_growth(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(8 << 20);
    enum { COUNT = 3000 };
    struct tf_str texts[COUNT];
    for (int i = 0; i < COUNT; i++)
        texts[i] = tf_arena_printf(arena, "text %d %0*d", i, i % 1500, 0);
    for (int i = 0; i < COUNT; i++) {
        char head[32];
        int len = snprintf(head, sizeof head, "text %d ", i);
        assert_true(tf_str_starts(texts[i], (struct tf_str){head, (size_t)len}));
        assert_int_equal(texts[i].ptr[texts[i].len], 0);
    }
    tf_arena_destroy(arena);
}

static void copies_and_texts(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(4096);
    struct tf_str copy = tf_arena_dup(arena, TF_STR("a\0b"));
    assert_int_equal(copy.len, 3);
    assert_memory_equal(copy.ptr, "a\0b", 4);
    assert_true(tf_str_present(tf_arena_dup(arena, TF_STR(""))));
    assert_false(tf_str_present(tf_arena_dup(arena, TF_STR_NONE)));
    assert_true(tf_str_is(tf_arena_printf(arena, "%s-%d", "x", 5), "x-5"));
    assert_false(tf_str_present(tf_arena_printf(arena, "%05000d", 1)));
    tf_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_aligned_apart_and_cleared),
        cmocka_unit_test(the_ceiling_holds),
        cmocka_unit_test(absurd_sizes_are_refused),
        cmocka_unit_test(blocks_are_kept_and_fit_again),
        cmocka_unit_test(small_kept_blocks_make_way_for_a_large_one),
        cmocka_unit_test(handed_out_bytes_survive_growth),
        cmocka_unit_test(copies_and_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
