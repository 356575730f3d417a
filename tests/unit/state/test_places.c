#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "places.h"

enum { ITEMS = 5000 };

struct item {
    struct tf_hash16 hash;
    uint64_t number;
};
static const struct tf_places_kind KIND = {sizeof(struct item), 100};

static struct tf_hash16 hash_of(uint32_t number)
{
    return tf_hash_table((struct tf_str){(const char *)&number, sizeof number}, 3);
}

static struct item *at(const struct tf_places *places, uint32_t id) { return tf_places_at(places, KIND, id); }

static void make(struct tf_places *places, struct tf_budget *budget, uint32_t number)
{
    uint32_t id = tf_places_make(places, KIND, budget, hash_of(number));
    assert_int_not_equal(id, TF_PLACES_NONE);
    assert_int_equal(at(places, id)->number, 0);
    at(places, id)->number = number;
}

static void assert_found(const struct tf_places *places, uint32_t number, bool there)
{
    uint32_t id = tf_places_find(places, KIND, hash_of(number));
    assert_int_equal(id != TF_PLACES_NONE, there);
    if (!there)
        return;
    assert_int_equal(at(places, id)->number, number);
    assert_true(tf_places_is(places, KIND, id, hash_of(number)));
    assert_int_equal(tf_places_guess(places, KIND, hash_of(number)), id); /* two of so few share 32 bits of a hash too seldom to be met */
}

static void items_come_go_and_are_found(void **state)
{
    struct tf_budget budget = {.max = 64 << 20};
    struct tf_places places;
    (void)state;
    tf_places_init(&places);
    assert_found(&places, 1, false);
    assert_int_equal(tf_places_guess(&places, KIND, hash_of(1)), TF_PLACES_NONE);
    for (uint32_t i = 0; i < ITEMS; i++)
        make(&places, &budget, i + 1);
    const struct item *first = at(&places, tf_places_find(&places, KIND, hash_of(1)));
    for (uint32_t i = 1; i < ITEMS; i += 2)
        tf_places_drop(&places, KIND, tf_places_find(&places, KIND, hash_of(i + 1)));
    for (uint32_t i = 0; i < ITEMS; i++)
        assert_found(&places, i + 1, i % 2 == 0);
    assert_int_equal(places.count, ITEMS / 2);
    for (uint32_t i = 0; i < ITEMS / 2; i++)
        make(&places, &budget, 2 * ITEMS + i);
    assert_int_equal(places.ids, ITEMS); /* ids of those that went */
    for (uint32_t i = 0; i < ITEMS / 2; i++)
        assert_found(&places, 2 * ITEMS + i, true);
    assert_ptr_equal(at(&places, tf_places_find(&places, KIND, hash_of(1))), first);
    tf_places_finish(&places, KIND, &budget);
    assert_int_equal(budget.used, 0);
}

static void a_spent_budget_leaves_all_as_it_was(void **state)
{
    struct tf_budget budget = {.max = 64 << 20};
    struct tf_places places;
    uint32_t made = 0;
    (void)state;
    tf_places_init(&places);
    make(&places, &budget, ++made);
    budget.max = budget.used + 4096;
    while (tf_places_make(&places, KIND, &budget, hash_of(made + 1)) != TF_PLACES_NONE)
        at(&places, tf_places_find(&places, KIND, hash_of(made + 1)))->number = made + 1, made++;
    assert_true(made >= 100 && made < ITEMS);
    assert_int_equal(places.count, made);
    assert_found(&places, made + 1, false);
    for (uint32_t i = 1; i <= made; i++)
        assert_found(&places, i, true);
    tf_places_finish(&places, KIND, &budget);
    assert_int_equal(budget.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(items_come_go_and_are_found), cmocka_unit_test(a_spent_budget_leaves_all_as_it_was)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
