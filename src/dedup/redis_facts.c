#include <stdio.h>
#include <string.h>

#include "redis_connection.h"
#include "redis_handshake.h"
#include "taxflow/secret.h"

enum { SECTIONS = 3 };
static const struct tf_str sections[SECTIONS] = {{"server", 6}, {"memory", 6}, {"persistence", 11}};

static int64_t number_of(struct tf_str info, struct tf_str name)
{
    uint64_t number;
    return tf_str_to_u64(tf_redis_handshake_info(info, name), INT64_MAX, &number) ? (int64_t)number : 0;
}

static void take_info(struct tf_str info, struct tf_dedup_facts *facts)
{
    struct tf_str version = tf_redis_handshake_info(info, TF_STR("redis_version"));
    if (tf_str_present(version))
        snprintf(facts->version, sizeof facts->version, "%.*s", TF_STR_ARGS(version));
    if (tf_str_present(tf_redis_handshake_info(info, TF_STR("maxmemory")))) {
        facts->memory_max = number_of(info, TF_STR("maxmemory"));
        facts->memory_used = number_of(info, TF_STR("used_memory"));
        facts->memory_system = number_of(info, TF_STR("total_system_memory"));
    }
    if (tf_str_present(tf_redis_handshake_info(info, TF_STR("aof_enabled"))))
        facts->appends = number_of(info, TF_STR("aof_enabled")) == 1;
}

/* CONFIG may be refused to this user: then it is not known whether snapshots are written. */
static void take_save(const redisReply *reply, struct tf_dedup_facts *facts)
{
    bool told = reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 && reply->element[1]->type == REDIS_REPLY_STRING;
    facts->saves = told && reply->element[1]->len > 0;
}

static enum tf_err ask(struct tf_redis_connection *connection, struct tf_dedup_facts *facts, struct tf_fault *fault)
{
    static const struct tf_str save[] = {{"CONFIG", 6}, {"GET", 3}, {"save", 4}};
    for (int i = 0; i < SECTIONS; i++) {
        const struct tf_str info[] = {TF_STR("INFO"), sections[i]};
        TF_TRY(tf_redis_connection_append(connection, info, 2, fault));
    }
    TF_TRY(tf_redis_connection_append(connection, save, 3, fault));
    for (int i = 0; i <= SECTIONS; i++) {
        TF_CLEANUP(tf_redis_connection_free_reply) redisReply *reply = NULL;
        TF_TRY(tf_redis_connection_reply_any(connection, &reply, fault));
        if (i == SECTIONS)
            take_save(reply, facts);
        else if (reply->type == REDIS_REPLY_STRING)
            take_info((struct tf_str){reply->str, (size_t)reply->len}, facts);
        else
            return tf_redis_connection_unexpected(connection, "INFO", fault);
    }
    return TF_OK;
}

static enum tf_err ask_one(const struct tf_redis_server *server, struct tf_str password, int64_t timeout_ms, struct tf_dedup_facts *facts,
                           struct tf_fault *fault)
{
    struct tf_redis_connection *connection;
    *facts = (struct tf_dedup_facts){0};
    TF_TRY(tf_redis_connection_open(server, password, timeout_ms, timeout_ms, &connection, fault));
    enum tf_err err = ask(connection, facts, fault);
    tf_redis_connection_close(connection);
    return err;
}

/* As the pool looks for the primary: the first server that shakes hands; a fault that a person must mend ends the search. */
static enum tf_err ask_any(const struct tf_redis_servers *servers, struct tf_str password, int64_t timeout_ms, struct tf_dedup_facts *facts,
                           struct tf_fault *fault)
{
    enum tf_err err = TF_E_CONFIG;
    for (size_t i = 0; i < servers->count; i++) {
        err = ask_one(&servers->items[i], password, timeout_ms, facts, fault);
        if (err == TF_OK || err == TF_E_CONFIG)
            return err;
    }
    return err;
}

enum tf_err tf_dedup_inspect(const struct tf_config *config, struct tf_dedup_facts *ret_facts, struct tf_fault *fault)
{
    struct tf_redis_servers servers;
    struct tf_secret password;
    enum tf_err err = tf_redis_servers_parse(&config->redis.servers, &servers, fault);
    if (err == TF_OK)
        err = tf_secret_read("redis.password_file", config->redis.password_file, &password, fault);
    if (err == TF_OK) {
        err = ask_any(&servers, password.text, config->redis.timeout_ms, ret_facts, fault);
        tf_secret_wipe(&password);
    }
    tf_redis_servers_finish(&servers);
    return err;
}
