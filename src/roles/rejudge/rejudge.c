#include "rejudge.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROW_BYTES_MAX = 16 << 20, WAIT_MS = 100, POSITION_BYTES = 4200 };

enum tf_err tf_rejudge_side_open(struct tf_rejudge_side *side, const struct tf_config *config, struct tf_string_list rules, bool by_partition,
                                 struct tf_fault *fault)
{
    side->config = *config;
    if (rules.count > 0)
        side->config.fraud.rules = rules;
    atomic_store(&side->process.config, &side->config);
    side->process.by_partition = by_partition;
    TF_TRY(tf_fraud_judge_create(&side->process, "replay", &side->fraud, fault));
    side->judge = tf_fraud_judge_bind(side->fraud);
    return TF_OK;
}

enum tf_err tf_rejudge_init(struct tf_rejudge *r, const struct tf_rejudge_options *options, struct tf_rejudge_totals *totals, struct tf_fault *fault)
{
    r->options = options;
    r->totals = totals;
    tf_buf_init(&r->row, ROW_BYTES_MAX);
    r->opinions = tf_opinions_create();
    r->room = malloc(sizeof *r->room);
    r->hits = calloc((size_t)TF_OPINION_HITS_MAX * 2, sizeof *r->hits);
    if (!r->opinions || !r->room || !r->hits)
        return tf_fault_set(fault, TF_E_MEMORY, "memory ran out for judging again");
    return TF_OK;
}

void tf_rejudge_finish(struct tf_rejudge *r)
{
    tf_fraud_judge_destroy(r->now.fraud);
    tf_fraud_judge_destroy(r->before.fraud);
    tf_opinions_destroy(r->opinions);
    tf_buf_finish(&r->row);
    free(r->room);
    free(r->hits);
}

/* The opinion of what is judged now; hits go to the first places of r->hits. */
static struct tf_opinion opinion_of(struct tf_rejudge *r, const struct tf_item *item, const struct tf_fraud_verdict *verdict)
{
    struct tf_opinion opinion = tf_opinion_of(r->totals, verdict, r->hits);
    struct tf_json json;
    tf_buf_reset(&r->row);
    tf_json_init(&json, &r->row);
    r->now.judge.encode(r->now.judge.self, verdict, item->ce_id, TF_STR(""), &json);
    opinion.digest = tf_opinion_digest(tf_buf_view(&r->row));
    return opinion;
}

static void tell(const struct tf_rejudge *r, const struct tf_item *item, struct tf_rejudge_change *change)
{
    char position[POSITION_BYTES];
    if (!r->options->tell)
        return;
    int length = snprintf(position, sizeof position, "%.*s:%u:%lld", TF_STR_ARGS(item->position.topic), item->position.partition,
                          (long long)item->position.offset);
    change->event_id = item->ce_id;
    change->position = (struct tf_str){position, length < (int)sizeof position ? (size_t)length : sizeof position - 1};
    r->options->tell(r->options->self, r->totals, change);
}

/* The currency is asked for only where something differs: an amount is told of nothing else. */
void tf_rejudge_compare_opinions(struct tf_rejudge *r, const struct tf_item *item, const struct tf_opinion *before, const struct tf_opinion *now)
{
    char currency[4] = "";
    if (now->digest != before->digest) {
        const struct tf_fraud_facts facts = tf_fraud_facts_of(&item->event);
        memcpy(currency, facts.currency, strlen(facts.currency) + 1);
    }
    struct tf_rejudge_change change;
    if (tf_difference_add(r->totals, before, now, currency, r->room, &change))
        tell(r, item, &change);
}

void tf_rejudge_compare(struct tf_rejudge *r, const struct tf_item *item, const struct tf_opinion *before, const struct tf_fraud_verdict *verdict)
{
    const struct tf_opinion now = opinion_of(r, item, verdict);
    tf_rejudge_compare_opinions(r, item, before, &now);
}

enum tf_err tf_rejudge_run(struct tf_rejudge *r, struct tf_pipeline *pipeline, const struct tf_source *source, void (*progress)(void *self), void *self,
                           struct tf_fault *fault)
{
    while (!source->finished(source->self)) {
        if (r->options->stop && atomic_load(r->options->stop))
            return tf_fault_set(fault, TF_E_UNAVAILABLE, "stopped before the end; run it again");
        enum tf_err err = tf_pipeline_run_once(pipeline, WAIT_MS, fault);
        if (err == TF_E_FULL)
            return tf_fault_set(fault, TF_E_LIMIT, "the windows of the fraud rules need more than state.max_bytes = %lld; raise it with --set state.max_bytes=N",
                                (long long)r->options->config->state.max_bytes);
        TF_TRY(err);
        progress(self);
    }
    return TF_OK;
}
