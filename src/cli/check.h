/* What `check` and `doctor` ask. */
#ifndef TF_CLI_CHECK_H
#define TF_CLI_CHECK_H

#include "cli.h"

struct tf_check {
    const struct tf_config *config;
    struct tf_control control;
    double rate;  /* records a second that come into taxflow.audit */
    bool rated;
    int status;   /* 0; 78: something breaks the guarantee; else of the first service that gave no answer */
};

/**
 * Print what is found, a line each: "ok", "advice" (the guarantee holds) or "error" (it does not), area, words.
 * Kafka first: Redis's memory is judged by its rate.
 */
void tf_check_kafka(struct tf_check *check);
void tf_check_redis(struct tf_check *check);
/** Post an empty export to the receiver of traces and print what came of it. Returns 0 or the exit status. */
int tf_check_otlp(const struct tf_config *config);
/**
 * Load the configuration and the rules, rates and code lists it names; errors go to standard error, one a line.
 * Returns 0 or the exit status. ret_source is NULL where the configuration itself has errors.
 */
int tf_check_configuration(const struct tf_cli *cli, struct tf_config_source **ret_source);

#endif
