#include "pipeline_internal.h"

/* A judge that cannot judge a record kills it for its own role alone: the other role's verdict stands. */
static enum tf_err evaluate_item(struct tf_pipeline *p, size_t judge, struct tf_item *item)
{
    if (item->outcome != TF_OUTCOME_PROCESS)
        return TF_OK;
    const struct tf_judge *j = &p->options.judges[judge];
    enum tf_err err = j->evaluate(j->self, item, p->batch->arenas[item->worker], &item->verdict[judge]);
    if (tf_err_class(err) == TF_CLASS_DROP) {
        item->verdict_problem[judge] = (struct tf_problem){.err = err, .detail = tf_str_of(tf_err_text(err))};
        item->verdict[judge] = NULL;
        return TF_OK;
    }
    return err;
}

static void evaluate_share(void *argument, unsigned worker)
{
    struct tf_pipeline *p = argument;
    p->worker_err[worker] = TF_OK;
    for (size_t j = 0; j < p->options.judges_count; j++) {
        if (p->options.judges[j].ordered)
            continue;
        for (size_t i = p->slice.first; i < p->slice.end && p->worker_err[worker] == TF_OK; i++)
            if (p->batch->items[i].worker == worker)
                p->worker_err[worker] = evaluate_item(p, j, &p->batch->items[i]);
    }
}

enum tf_err tf_evaluate_slice(struct tf_pipeline *p, struct tf_slice slice)
{
    TF_TRY(tf_pipeline_run_team(p, slice, evaluate_share));
    for (size_t j = 0; j < p->options.judges_count; j++) {
        if (!p->options.judges[j].ordered)
            continue;
        for (size_t i = slice.first; i < slice.end; i++)
            TF_TRY(evaluate_item(p, j, &p->batch->items[i]));
    }
    tf_batch_trace_prepare(p, slice);
    return TF_OK;
}
