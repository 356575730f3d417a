#include <time.h>

#include "roles_internal.h"
#include "rulings_http.h"
#include "taxflow/rulings.h"

enum { LOOK_NS = 20000000 };

static const char *listen_address(const struct tf_config *config)
{
    return config->fraud.listen;
}

static size_t routes(struct tf_role_run *run, struct tf_http_route *out, size_t max)
{
    struct tf_rulings_http *http = tf_rulings_http_create(run->process);
    run->own = http;
    if (!http || max < 1)
        return 0;
    out[0] = tf_rulings_http_route(http);
    return 1;
}

static void finish(struct tf_role_run *run)
{
    run->own = tf_rulings_http_destroy(run->own);
}

/* A dismissed pair must not alert because nobody had read the dismissal yet. */
static void catch_up(struct tf_role_run *run, const struct tf_rulings_follower *follower)
{
    const struct timespec step = {.tv_nsec = LOOK_NS};
    tf_health_set(run->health, "verdicts", false, "what people said of hits is being read");
    while (!tf_rulings_caught_up(follower) && !atomic_load(&run->process->stop)) {
        tf_health_beat(run->health);
        nanosleep(&step, NULL);
    }
    tf_health_set(run->health, "verdicts", true, NULL);
}

static enum tf_err judge_all(struct tf_role_run *run, struct tf_rulings *rulings)
{
    struct tf_fraud_judge *judge = NULL;
    TF_TRY(tf_fraud_judge_create(run->process, run->role->name, &judge, &run->fault));
    tf_fraud_judge_heed(judge, rulings);
    tf_fraud_judge_watch(judge, run->health);
    tf_fraud_judge_tell_groups(judge);
    enum tf_err err = tf_judging_run(run, tf_fraud_judge_bind(judge));
    tf_fraud_judge_destroy(judge);
    return err;
}

static enum tf_err run_fraud(struct tf_role_run *run)
{
    struct tf_rulings_follower *follower = NULL;
    struct tf_rulings *rulings = tf_rulings_create();
    if (!rulings)
        return TF_E_MEMORY;
    enum tf_err err = tf_rulings_follow(run->process, run->role->name, rulings, &follower, &run->fault);
    if (err == TF_OK) {
        catch_up(run, follower);
        err = judge_all(run, rulings);
    }
    tf_rulings_unfollow(follower);
    tf_rulings_destroy(rulings);
    return err;
}

const struct tf_role tf_role_fraud = {
    .name = "fraud",
    .help = "looks for fraud",
    .uses_redis = true,
    .uses_control = true,
    .listen = listen_address,
    .routes = routes,
    .run = run_fraud,
    .finish = finish,
};
