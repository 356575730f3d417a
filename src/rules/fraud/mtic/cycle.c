#include "cycle.h"

#include <stdlib.h>

/* Two hundred edges can make more paths than there is time for; who trades like that is found by a shorter one. */
enum { STEPS_MAX = 20000 };

bool tf_cycle_add(struct tf_cycle_graph *graph, const struct tf_cycle_edge *edge)
{
    for (size_t i = 0; i < graph->count; i++) {
        const struct tf_cycle_edge *other = &graph->edges[i];
        if (other->from == edge->from && other->to == edge->to && other->time_ms == edge->time_ms && other->amount_minor == edge->amount_minor)
            return true;
    }
    if (graph->count == graph->max)
        return false;
    graph->edges[graph->count++] = *edge;
    return true;
}

static int by_seller(const void *a, const void *b)
{
    const struct tf_cycle_edge *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->time_ms != y->time_ms)
        return x->time_ms < y->time_ms ? -1 : 1;
    return tf_str_cmp(x->event_id, y->event_id);
}

struct search {
    const struct tf_cycle_graph *graph;
    const struct tf_cycle_edge *closing;
    const struct tf_cycle_limits *limits;
    const struct tf_cycle_edge *path[TF_CYCLE_HOPS_MAX - 1];
    uint8_t away[TF_CYCLE_EDGES_MAX]; /* edges from here back to the seller, this one counted; 0: more than any cycle has */
    unsigned steps;
};

/* First edge of a seller. */
static size_t edges_of(const struct tf_cycle_graph *graph, uint64_t from)
{
    size_t low = 0, high = graph->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (graph->edges[middle].from < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* From the seller backwards, one step further each round. */
static void measure(struct search *search)
{
    const struct tf_cycle_graph *graph = search->graph;
    for (size_t i = 0; i < graph->count; i++)
        search->away[i] = graph->edges[i].to == search->closing->from;
    for (uint8_t round = 1; round + 1u < search->limits->hops_max; round++)
        for (size_t i = 0; i < graph->count; i++) {
            uint64_t next = graph->edges[i].to;
            for (size_t n = edges_of(graph, next); search->away[i] == 0 && n < graph->count && graph->edges[n].from == next; n++)
                search->away[i] = search->away[n] == round ? (uint8_t)(round + 1) : 0;
        }
}

static bool visited(const struct search *search, unsigned depth, uint64_t party)
{
    for (unsigned i = 0; i < depth; i++)
        if (search->path[i]->from == party)
            return true;
    return false;
}

/* Place of the step back in closing, path[0] .. path[count - 1], and round again: the place of what follows it; SIZE_MAX for more than one. */
static size_t beginning(const struct search *search, unsigned count)
{
    size_t at = 1, falls = 0;
    for (unsigned i = 0; i <= count; i++) {
        int64_t now = i == 0 ? search->closing->time_ms : search->path[i - 1]->time_ms;
        int64_t next = i == count ? search->closing->time_ms : search->path[i]->time_ms;
        if (now <= next)
            continue;
        falls++;
        at = i == count ? 0 : i + 1;
    }
    return falls <= 1 ? at : SIZE_MAX;
}

static bool within_span(const struct search *search, unsigned count)
{
    int64_t first = search->closing->time_ms, last = first;
    for (unsigned i = 0; i < count; i++) {
        first = search->path[i]->time_ms < first ? search->path[i]->time_ms : first;
        last = search->path[i]->time_ms > last ? search->path[i]->time_ms : last;
    }
    return last - first <= search->limits->span_ms;
}

static bool closes(const struct search *search, unsigned count)
{
    return within_span(search, count) && beginning(search, count) != SIZE_MAX;
}

/* Whether a path of just so many edges goes on from the party to the seller. */
static bool walk(struct search *search, uint64_t party, unsigned depth, unsigned count)
{
    const struct tf_cycle_graph *graph = search->graph;
    for (size_t i = edges_of(graph, party); i < graph->count && graph->edges[i].from == party && search->steps < STEPS_MAX; i++) {
        const struct tf_cycle_edge *edge = &graph->edges[i];
        bool last = depth + 1 == count;
        search->steps++;
        if (search->away[i] == 0 || search->away[i] > count - depth || last != (edge->to == search->closing->from) || visited(search, depth, edge->to))
            continue;
        search->path[depth] = edge;
        if (last ? closes(search, count) : walk(search, edge->to, depth + 1, count))
            return true;
    }
    return false;
}

/* In the order of trade: from where the times stepped back. */
static struct tf_cycle cycle_of(const struct search *search, unsigned count)
{
    struct tf_cycle cycle = {.count = 0};
    size_t first = beginning(search, count);
    for (size_t i = 0; i <= count; i++) {
        size_t place = (first + i) % (count + 1);
        if (place > 0)
            cycle.edges[cycle.count++] = search->path[place - 1];
    }
    return cycle;
}

struct tf_cycle tf_cycle_find(struct tf_cycle_graph *graph, const struct tf_cycle_edge *closing, const struct tf_cycle_limits *limits)
{
    struct search search = {.graph = graph, .closing = closing, .limits = limits};
    qsort(graph->edges, graph->count, sizeof graph->edges[0], by_seller);
    measure(&search);
    for (unsigned count = limits->hops_min - 1; count < limits->hops_max; count++)
        if (walk(&search, closing->to, 0, count))
            return cycle_of(&search, count);
    return (struct tf_cycle){.count = 0};
}
