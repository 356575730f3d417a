/* Trade that comes back to where it began: the search for it among a few edges. */
#ifndef TAXFLOW_RULES_FRAUD_CYCLE_H
#define TAXFLOW_RULES_FRAUD_CYCLE_H

#include "taxflow/fraud.h"

enum { TF_CYCLE_EDGES_MAX = 200, TF_CYCLE_HOPS_MAX = 6 };

/* One invoice: goods went from seller to buyer. */
struct tf_cycle_edge {
    uint64_t from, to; /* parties */
    int64_t time_ms, amount_minor;
    struct tf_str event_id;
};

struct tf_cycle_graph {
    struct tf_cycle_edge edges[TF_CYCLE_EDGES_MAX];
    size_t count, max; /* max: edges looked at, at most TF_CYCLE_EDGES_MAX */
};

struct tf_cycle_limits {
    unsigned hops_min, hops_max; /* 2 .. TF_CYCLE_HOPS_MAX, the closing edge counted */
    int64_t span_ms;             /* from the first to the last of a cycle */
};

/* A cycle in the order of trade, the closing edge left out. */
struct tf_cycle {
    const struct tf_cycle_edge *edges[TF_CYCLE_HOPS_MAX - 1];
    size_t count; /* 0: there is none */
};

/** Add an edge; one between the same parties at the same time over the same amount is there already. False when the graph is full. */
bool tf_cycle_add(struct tf_cycle_graph *graph, const struct tf_cycle_edge *edge);
/**
 * A path from the closing edge's buyer back to its seller that visits nobody twice, and whose times, the closing edge's among them, go up all the
 * way round but for one step back: where the cycle began. Of several the shortest, and of those the first by time and event id.
 * Sorts the edges.   Cost  O(edges) where there is no path; of branching ones a bounded number of steps.
 */
struct tf_cycle tf_cycle_find(struct tf_cycle_graph *graph, const struct tf_cycle_edge *closing, const struct tf_cycle_limits *limits);

#endif
