#include "pipeline_internal.h"

#include "taxflow/clock.h"
#include "taxflow/log.h"

enum { POLL_WAIT_MS = 100, BACKOFF_FIRST_MS = 50, BACKOFF_MAX_MS = 2000 };

struct worker {
    struct tf_pipeline *pipeline;
    const atomic_bool *stop;
    int64_t backoff_ms; /* 0 while all is well */
    bool full;          /* the batch waits for room: a reload may give it, and nothing of it was handed over that could have been committed */
};

static const char *blame(enum tf_err err)
{
    return err == TF_E_ABORTED ? "transaction" : err == TF_E_FULL ? "state" : "services";
}

static void set_waiting(struct worker *w, enum tf_err err, struct tf_fault *fault)
{
    struct tf_pipeline *p = w->pipeline;
    if (err == TF_E_FULL && !fault->text[0])
        tf_fault_set(fault, err, "state.max_bytes is used up: raise it and reload (SIGHUP), or restart with more; nothing is forgotten meanwhile");
    if (w->backoff_ms == 0)
        TF_LOG(TF_LOG_WARN, "batch_waits", fault->text[0] ? fault->text : tf_err_text(err), TF_FIELD_TEXT("reason", tf_err_reason(err)),
               TF_FIELD_INT("records", p->batch->count));
    if (p->options.health)
        tf_health_set(p->options.health, blame(err), false, fault->text[0] ? fault->text : tf_err_text(err));
    w->backoff_ms = w->backoff_ms == 0 ? BACKOFF_FIRST_MS : w->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : w->backoff_ms * 2;
}

static void set_flowing(struct worker *w)
{
    if (w->backoff_ms == 0)
        return;
    w->backoff_ms = 0;
    TF_LOG0(TF_LOG_NOTICE, "batch_flows", "batches are being committed again");
    static const char *const checks[] = {"transaction", "state", "services"};
    for (size_t i = 0; w->pipeline->options.health && i < sizeof checks / sizeof checks[0]; i++)
        tf_health_set(w->pipeline->options.health, checks[i], true, NULL);
}

/* Rows that were published and not committed stay open until the sink has taken them back: nothing may be added to them. */
static enum tf_err abort_rows(struct tf_pipeline *p, struct tf_fault *fault)
{
    if (!p->opened)
        return TF_OK;
    TF_TRY(p->options.sink.abort(p->options.sink.self, fault));
    p->opened = false;
    return TF_OK;
}

/* Take back what a failed batch did; a batch that was committed stays, whatever failed after it. */
static enum tf_err undo(struct tf_pipeline *p, struct tf_fault *fault)
{
    for (size_t j = 0; p->held && j < p->options.judges_count; j++)
        if (p->options.judges[j].aborted)
            p->options.judges[j].aborted(p->options.judges[j].self);
    enum tf_err err = abort_rows(p, fault);
    return tf_err_class(err) == TF_CLASS_RETRY ? TF_OK : err; /* tried again before the next batch */
}

/* Wait as a living member of the group: the broker must not take the partitions away because a service is out. */
static enum tf_err wait_a_while(struct worker *w, struct tf_fault *fault)
{
    struct tf_pipeline *p = w->pipeline;
    int64_t until = tf_clock_mono_ms() + w->backoff_ms;
    while (tf_clock_mono_ms() < until && !atomic_load(w->stop)) {
        if (p->options.health)
            tf_health_beat(p->options.health);
        enum tf_err err = p->options.source.keep_alive(p->options.source.self, BACKOFF_FIRST_MS, fault);
        if (tf_err_class(err) == TF_CLASS_FATAL)
            return err;
    }
    return TF_OK;
}

static enum tf_err act_on(struct worker *w, enum tf_err err, struct tf_fault *fault)
{
    w->full = err == TF_E_FULL;
    if (err == TF_E_AGAIN) /* a restore comes first, or we are told to stop in one */
        return TF_OK;
    switch (tf_err_class(err)) {
    case TF_CLASS_OK:
        set_flowing(w);
        return TF_OK;
    case TF_CLASS_RETRY:
        set_waiting(w, err, fault);
        TF_TRY(undo(w->pipeline, fault));
        return wait_a_while(w, fault);
    case TF_CLASS_DROP: /* TF_E_RESULT_SIZE: the next run buries that record */
        return undo(w->pipeline, fault);
    case TF_CLASS_FATAL:
        return err;
    }
    return TF_E_BREACH;
}

static void refresh_judges(struct tf_pipeline *p)
{
    for (size_t j = 0; j < p->options.judges_count; j++)
        if (p->options.judges[j].refresh)
            p->options.judges[j].refresh(p->options.judges[j].self);
}

static enum tf_err run_batch(struct tf_pipeline *p, const atomic_bool *stop, struct tf_fault *fault)
{
    TF_TRY(abort_rows(p, fault));
    TF_TRY(tf_await_claims(p, stop, fault));
    TF_TRY(tf_await_state(p, stop, fault));
    TF_TRY(tf_await_shares(p, stop, fault));
    return tf_pipeline_run_once(p, POLL_WAIT_MS, fault);
}

/* A source that is at its end may still have its last batch to run again. */
static bool finished(const struct tf_pipeline *p)
{
    return !p->held && p->options.source.finished(p->options.source.self);
}

enum tf_err tf_worker_run(struct tf_pipeline *p, const atomic_bool *stop, struct tf_fault *fault)
{
    struct worker w = {.pipeline = p, .stop = stop};
    enum tf_err err = TF_OK;
    while (err == TF_OK && !atomic_load(stop) && !finished(p)) {
        if (p->options.health)
            tf_health_beat(p->options.health);
        if (!p->held || w.full)
            refresh_judges(p);
        fault->text[0] = '\0';
        err = act_on(&w, run_batch(p, stop, fault), fault);
    }
    if (err != TF_OK) {
        p->failed = true;
        struct tf_fault ignored = {0};
        (void)!undo(p, &ignored);
        TF_LOG(TF_LOG_ERROR, "role_failed", fault->text[0] ? fault->text : tf_err_text(err), TF_FIELD_TEXT("reason", tf_err_reason(err)));
    }
    return err;
}
