/* Checks between options, after every layer has been read. Each collects errors; none reaches over the network. */
#ifndef TAXFLOW_CONFIG_CHECK_H
#define TAXFLOW_CONFIG_CHECK_H

#include "config_source.h"

/** All of the checks below, and the role's own. Reads file modes of the secrets' files. */
void tf_config_check(struct tf_config_source *source);
/** ROLE.listen: addresses, ports used twice, listening beyond loopback without a token (DESIGN 2.4). */
void tf_config_check_listen(struct tf_config_source *source);
/** kafka.bootstrap_servers, redis.servers, otel.endpoint, monitor.webhook_url. */
void tf_config_check_peers(struct tf_config_source *source);
/** kafka.properties: form, keys that the guarantee rests on, secrets that stand inline. */
void tf_config_check_properties(struct tf_config_source *source);
/** key_file, token_file, password_file, webhook_secret_file: required, there, readable, not open to all; for the roles that use them. */
void tf_config_check_secrets(struct tf_config_source *source);
/** One of them: a file, readable by us, not open to all, of bytes_min or more. */
void tf_config_check_secret_file(struct tf_config_source *source, const struct tf_option *option, const char *path, size_t bytes_min);

#endif
