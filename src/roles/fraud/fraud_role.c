#include "roles_internal.h"

static const char *listen_address(const struct tf_config *config)
{
    return config->fraud.listen;
}

static enum tf_err run_fraud(struct tf_role_run *run)
{
    struct tf_fraud_judge *judge = NULL;
    TF_TRY(tf_fraud_judge_create(run->process, run->role->name, &judge, &run->fault));
    enum tf_err err = tf_judging_run(run, tf_fraud_judge_bind(judge));
    tf_fraud_judge_destroy(judge);
    return err;
}

const struct tf_role tf_role_fraud = {
    .name = "fraud",
    .help = "looks for fraud",
    .uses_redis = true,
    .uses_control = true,
    .listen = listen_address,
    .run = run_fraud,
};
