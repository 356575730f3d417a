#include "roles_internal.h"

static const char *listen_address(const struct tf_config *config)
{
    return config->tax.listen;
}

static enum tf_err run_tax(struct tf_role_run *run)
{
    struct tf_tax_judge *judge = NULL;
    TF_TRY(tf_tax_judge_create(run->process, run->role->name, &judge, &run->fault));
    enum tf_err err = tf_judging_run(run, tf_tax_judge_bind(judge));
    tf_tax_judge_destroy(judge);
    return err;
}

const struct tf_role tf_role_tax = {
    .name = "tax",
    .help = "validates tax data against the standard rules",
    .uses_redis = true,
    .uses_control = true,
    .listen = listen_address,
    .run = run_tax,
};
