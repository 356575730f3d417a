/* One store under the built-in rules, for tests that judge one event after the other. */
#ifndef TAXFLOW_TESTS_STATE_ONE_STORE_H
#define TAXFLOW_TESTS_STATE_ONE_STORE_H

#include "unit/rules/fraud/sample.h"

#include "judge_event.h"

static struct sample sample;
static struct tf_state *store;
static struct tf_fraud_ruleset *ruleset;
static struct tf_arena *arena;
static struct tf_fraud_verdict *verdict;

static int open_store(void **state)
{
    struct tf_fault fault;
    (void)state;
    store = tf_state_create(64 << 20);
    arena = tf_arena_create(64 << 20);
    return store && arena && tf_fraud_ruleset_load((struct tf_string_list){NULL, 0}, &ruleset, &fault) == TF_OK ? 0 : -1;
}

static int close_store(void **state)
{
    (void)state;
    tf_state_destroy(store);
    tf_arena_destroy(arena);
    tf_fraud_ruleset_destroy(ruleset);
    return 0;
}

#endif
