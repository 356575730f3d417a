#include "redis_server.h"

#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "taxflow/str.h"

static enum tf_err no_memory(struct tf_fault *fault)
{
    return tf_fault_set(fault, TF_E_MEMORY, "redis.servers: memory ran out");
}

static enum tf_err parse_unix(const char *path, struct tf_redis_server *server, struct tf_fault *fault)
{
    const size_t path_max = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;
    if (path[0] != '/')
        return tf_fault_set(fault, TF_E_CONFIG, "redis.servers: '%s' has no absolute path; write unix:/run/redis/redis.sock", server->name);
    if (strlen(path) > path_max)
        return tf_fault_set(fault, TF_E_CONFIG, "redis.servers: '%s' is longer than a socket's path can be (%zu bytes)", server->name,
                            path_max);
    server->path = strdup(path);
    return server->path ? TF_OK : no_memory(fault);
}

/* The host of "host:port" or "[v6]:port" as a view; absent when the entry has neither shape. */
static struct tf_str host_of(const char *entry, const char *colon)
{
    struct tf_str host = {entry, (size_t)(colon - entry)};
    bool bracketed = host.len >= 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
    if (bracketed)
        host = (struct tf_str){host.ptr + 1, host.len - 2};
    else if (memchr(host.ptr, ':', host.len))
        return TF_STR_NONE;
    for (size_t i = 0; i < host.len; i++)
        if ((unsigned char)host.ptr[i] <= ' ' || host.ptr[i] == '/')
            return TF_STR_NONE;
    return host.len == 0 ? TF_STR_NONE : host;
}

static enum tf_err parse_tcp(const char *entry, struct tf_redis_server *server, struct tf_fault *fault)
{
    const char *colon = strrchr(entry, ':');
    struct tf_str host = colon ? host_of(entry, colon) : TF_STR_NONE;
    uint64_t port = 0;
    if (!tf_str_present(host))
        return tf_fault_set(fault, TF_E_CONFIG, "redis.servers: '%s' is neither host:port nor unix:/path; write for example localhost:6379",
                            server->name);
    if (!tf_str_to_u64(tf_str_of(colon + 1), 65535, &port) || port == 0)
        return tf_fault_set(fault, TF_E_CONFIG, "redis.servers: the port of '%s' is not a number from 1 to 65535", server->name);
    server->port = (int)port;
    server->host = strndup(host.ptr, host.len);
    return server->host ? TF_OK : no_memory(fault);
}

enum tf_err tf_redis_server_parse(const char *entry, struct tf_redis_server *ret_server, struct tf_fault *fault)
{
    static const char unix_scheme[] = "unix:";
    if (strchr(entry, '@'))
        return tf_fault_set(fault, TF_E_CONFIG, "redis.servers: an entry holds '@'; write host:port, and put the password in redis.password_file");
    struct tf_redis_server server = {.name = strdup(entry)};
    if (!server.name)
        return no_memory(fault);
    enum tf_err err = strncmp(entry, unix_scheme, sizeof unix_scheme - 1) == 0 ? parse_unix(entry + sizeof unix_scheme - 1, &server, fault)
                                                                              : parse_tcp(entry, &server, fault);
    if (err != TF_OK) {
        tf_redis_server_finish(&server);
        return err;
    }
    *ret_server = server;
    return TF_OK;
}

void tf_redis_server_finish(struct tf_redis_server *server)
{
    free(server->name);
    free(server->host);
    free(server->path);
    *server = (struct tf_redis_server){0};
}

enum tf_err tf_redis_servers_parse(const struct tf_string_list *entries, struct tf_redis_servers *ret_servers, struct tf_fault *fault)
{
    *ret_servers = (struct tf_redis_servers){0};
    if (entries->count == 0)
        return tf_fault_set(fault, TF_E_CONFIG, "redis.servers is empty; write for example [\"localhost:6379\"]");
    ret_servers->items = calloc(entries->count, sizeof *ret_servers->items);
    if (!ret_servers->items)
        return no_memory(fault);
    for (size_t i = 0; i < entries->count; i++) {
        TF_TRY(tf_redis_server_parse(entries->items[i], &ret_servers->items[i], fault));
        ret_servers->count++;
    }
    return TF_OK;
}

void tf_redis_servers_finish(struct tf_redis_servers *servers)
{
    for (size_t i = 0; i < servers->count; i++)
        tf_redis_server_finish(&servers->items[i]);
    free(servers->items);
    *servers = (struct tf_redis_servers){0};
}
