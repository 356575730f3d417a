/* The search against a slow one: every path, tried out, on random webs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mtic/cycle.h"

static uint64_t dice = 88172645463325252u;

static uint64_t roll(uint64_t sides)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return dice % sides;
}

static bool goes_round_once(const struct tf_cycle_edge *const *path, size_t count)
{
    int falls = 0;
    int64_t first = path[0]->time_ms, last = first;
    for (size_t i = 0; i < count; i++) {
        falls += path[i]->time_ms > path[(i + 1) % count]->time_ms;
        first = path[i]->time_ms < first ? path[i]->time_ms : first;
        last = path[i]->time_ms > last ? path[i]->time_ms : last;
    }
    return falls <= 1 && last - first <= 50;
}

/* Shortest circle that begins with path[0], 0 when there is none. */
static size_t slow(const struct tf_cycle_graph *graph, const struct tf_cycle_edge **path, size_t count, size_t limit)
{
    if (path[count - 1]->to == path[0]->from)
        return goes_round_once(path, count) ? count : 0;
    size_t best = 0;
    for (size_t i = 0; count < limit && i < graph->count; i++) {
        bool seen = graph->edges[i].from != path[count - 1]->to;
        for (size_t k = 1; k < count; k++)
            seen |= path[k]->from == graph->edges[i].to;
        seen |= graph->edges[i].to == path[0]->to;
        if (seen)
            continue;
        path[count] = &graph->edges[i];
        size_t found = slow(graph, path, count + 1, limit);
        best = found && (!best || found < best) ? found : best;
    }
    return best;
}

static void assert_is_cycle(const struct tf_cycle *cycle, const struct tf_cycle_edge *closing)
{
    const struct tf_cycle_edge *path[TF_CYCLE_HOPS_MAX];
    size_t at = cycle->count; /* where the closing edge belongs */
    for (size_t i = 0; i < cycle->count; i++)
        if (cycle->edges[i]->from == closing->to)
            at = i;
    for (size_t i = 0; i < cycle->count; i++)
        path[i + 1] = cycle->edges[(at + i) % cycle->count];
    path[0] = closing;
    for (size_t i = 0; i <= cycle->count; i++)
        assert_true(path[i]->to == path[(i + 1) % (cycle->count + 1)]->from);
    assert_true(goes_round_once(path, cycle->count + 1));
    for (size_t i = 0; i + 1 < cycle->count; i++)
        assert_true(cycle->edges[i]->time_ms <= cycle->edges[i + 1]->time_ms);
}

static void finds_the_shortest_circle_or_none(void **state)
{
    (void)state;
    static struct tf_cycle_graph graph;
    size_t found = 0, none = 0;
    for (int round = 0; round < 3000; round++) {
        size_t parties = 3 + roll(8);
        graph.count = 0;
        graph.max = 4 + roll(20);
        for (size_t i = 0; i < graph.max; i++) {
            struct tf_cycle_edge edge = {1 + roll(parties), 1 + roll(parties), (int64_t)roll(60), 1, TF_STR("x")};
            if (edge.from != edge.to)
                assert_true(tf_cycle_add(&graph, &edge));
        }
        const struct tf_cycle_edge closing = {1, 2, (int64_t)roll(60), 1, TF_STR_NONE}, *path[TF_CYCLE_HOPS_MAX] = {&closing};
        const struct tf_cycle_limits limits = {2, (unsigned)(2 + roll(5)), 50};
        size_t expected = slow(&graph, path, 1, limits.hops_max);
        const struct tf_cycle cycle = tf_cycle_find(&graph, &closing, &limits);
        assert_int_equal(cycle.count ? cycle.count + 1 : 0, expected);
        if (cycle.count)
            assert_is_cycle(&cycle, &closing);
        found += cycle.count > 0;
        none += cycle.count == 0;
    }
    assert_true(found > 300 && none > 300); /* both were tried */
}

static void a_full_graph_says_so_and_a_copy_takes_no_room(void **state)
{
    (void)state;
    static struct tf_cycle_graph graph = {.max = 2};
    struct tf_cycle_edge edge = {1, 2, 3, 4, TF_STR("a")};
    assert_true(tf_cycle_add(&graph, &edge));
    edge.event_id = TF_STR("b"); /* the buyer's copy of one invoice */
    assert_true(tf_cycle_add(&graph, &edge));
    assert_int_equal(graph.count, 1);
    edge.to = 3;
    assert_true(tf_cycle_add(&graph, &edge));
    edge.to = 4;
    assert_false(tf_cycle_add(&graph, &edge));
    assert_int_equal(graph.count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_shortest_circle_or_none),
        cmocka_unit_test(a_full_graph_says_so_and_a_copy_takes_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
