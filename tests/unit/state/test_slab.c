#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "slab.h"

enum { PIECES = 20000 };

static bool is_empty(const struct tf_slab *slab)
{
    for (size_t i = 0; i < TF_SLAB_CLASSES; i++)
        if (slab->room[i])
            return false;
    return !slab->regions;
}

static void sizes_that_are_taken(void **state)
{
    (void)state;
    assert_true(tf_slab_takes(1) && tf_slab_takes(1024) && tf_slab_takes(TF_SLAB_WHOLE_BYTES) && tf_slab_takes(TF_SLAB_WHOLE_BYTES / 2 + 1));
    assert_false(tf_slab_takes(1025) || tf_slab_takes(TF_SLAB_WHOLE_BYTES / 2) || tf_slab_takes(TF_SLAB_WHOLE_BYTES + 1));
    assert_int_equal(tf_slab_cost(1), 16);
    assert_int_equal(tf_slab_cost(48), 48);
    assert_int_equal(tf_slab_cost(49), 64);
    assert_int_equal(tf_slab_cost(40000), TF_SLAB_WHOLE_BYTES);
}

static void pieces_of_a_size_lie_side_by_side(void **state)
{
    (void)state;
    struct tf_slab slab = {.regions = NULL};
    char *a = tf_slab_take(&slab, 48), *b = tf_slab_take(&slab, 33);
    assert_ptr_equal(b, a + 48);
    assert_int_equal((uintptr_t)a % 16, 0);
    tf_slab_give(&slab, a);
    assert_ptr_equal(tf_slab_take(&slab, 40), a); /* what was given back is taken first */
    tf_slab_give(&slab, a);
    tf_slab_give(&slab, b);
    assert_true(is_empty(&slab));
}

/* Random sizes in random order: no piece is written over by another, and all memory goes back. */
static void pieces_keep_what_is_in_them(void **state)
{
    (void)state;
    struct tf_slab slab = {.regions = NULL};
    static struct { unsigned char *at; size_t size; } pieces[PIECES];
    uint32_t random = 3;
    for (unsigned round = 0; round < 10 * PIECES; round++) {
        random = random * 1664525 + 1013904223;
        unsigned i = (random >> 8) % PIECES;
        if (pieces[i].at) {
            assert_int_equal(pieces[i].at[0], (unsigned char)i);
            assert_int_equal(pieces[i].at[pieces[i].size - 1], (unsigned char)i);
            tf_slab_give(&slab, pieces[i].at);
            pieces[i].at = NULL;
            continue;
        }
        pieces[i].size = i % 500 == 0 ? TF_SLAB_WHOLE_BYTES : 1 + random % 1024;
        pieces[i].at = tf_slab_take(&slab, pieces[i].size);
        assert_non_null(pieces[i].at);
        memset(pieces[i].at, (int)(unsigned char)i, pieces[i].size);
    }
    for (unsigned i = 0; i < PIECES; i++)
        if (pieces[i].at)
            tf_slab_give(&slab, pieces[i].at);
    assert_true(is_empty(&slab));
}

static void a_whole_run_holds_one_piece(void **state)
{
    (void)state;
    struct tf_slab slab = {.regions = NULL};
    char *pieces[100];
    for (int i = 0; i < 100; i++) {
        pieces[i] = tf_slab_take(&slab, TF_SLAB_WHOLE_BYTES);
        memset(pieces[i], i, TF_SLAB_WHOLE_BYTES);
    }
    for (int i = 0; i < 100; i++)
        assert_true(pieces[i][0] == i && pieces[i][TF_SLAB_WHOLE_BYTES - 1] == i);
    for (int i = 0; i < 100; i++)
        tf_slab_give(&slab, pieces[i * 7 % 100]);
    assert_true(is_empty(&slab));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_that_are_taken),
        cmocka_unit_test(pieces_of_a_size_lie_side_by_side),
        cmocka_unit_test(pieces_keep_what_is_in_them),
        cmocka_unit_test(a_whole_run_holds_one_piece),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
