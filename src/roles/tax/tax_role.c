#include "validate_http.h"

static const char *listen_address(const struct tf_config *config)
{
    return config->tax.listen;
}

static size_t routes(struct tf_role_run *run, struct tf_http_route *out, size_t max)
{
    struct tf_validate_http *http = NULL;
    if (max < 1 || tf_validate_http_create(run->process, &http, &run->fault) != TF_OK)
        return 0;
    run->own = http;
    out[0] = (struct tf_http_route){"POST", "/v1/validate", tf_validate_http_post, http, false, NULL};
    return 1;
}

static enum tf_err run_tax(struct tf_role_run *run)
{
    struct tf_tax_judge *judge = NULL;
    TF_TRY(tf_tax_judge_create(run->process, run->role->name, &judge, &run->fault)); /* refuses what kept routes() from its place, with words */
    enum tf_err err = run->own ? tf_judging_run(run, tf_tax_judge_bind(judge)) : TF_E_MEMORY;
    tf_tax_judge_destroy(judge);
    return err;
}

static void finish(struct tf_role_run *run)
{
    run->own = tf_validate_http_destroy(run->own);
}

const struct tf_role tf_role_tax = {
    .name = "tax",
    .help = "validates tax data against the standard rules",
    .uses_redis = true,
    .uses_control = true,
    .listen = listen_address,
    .routes = routes,
    .run = run_tax,
    .finish = finish,
};
