/* One entry of redis.servers: where a Redis listens. */
#ifndef TF_DEDUP_REDIS_SERVER_H
#define TF_DEDUP_REDIS_SERVER_H

#include <stdbool.h>

#include "taxflow/config.h"
#include "taxflow/err.h"

struct tf_redis_server {
    char *name; /* the entry as written: what faults call it */
    char *host; /* NULL for a unix socket */
    int port;   /* 1..65535; 0 for a unix socket */
    char *path; /* absolute; NULL for TCP */
};

struct tf_redis_servers {
    struct tf_redis_server *items;
    size_t count;
};

/**
 * Read "host:port", "[v6]:port" or "unix:/path".
 * Returns TF_OK; TF_E_CONFIG with the remedy, never repeating an entry that holds '@' (a password may stand before it);
 * TF_E_MEMORY. ret_server is finished with tf_redis_server_finish on TF_OK only.
 */
enum tf_err tf_redis_server_parse(const char *entry, struct tf_redis_server *ret_server, struct tf_fault *fault) TF_MUST_CHECK;
void tf_redis_server_finish(struct tf_redis_server *server);

/** Read all entries; TF_E_CONFIG also when there is none. ret_servers is finished with tf_redis_servers_finish in any case. */
enum tf_err tf_redis_servers_parse(const struct tf_string_list *entries, struct tf_redis_servers *ret_servers, struct tf_fault *fault) TF_MUST_CHECK;
void tf_redis_servers_finish(struct tf_redis_servers *servers);

#endif
