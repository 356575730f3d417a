#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "http_internal.h"

enum {
    STACK_BYTES = 256 * 1024,
    CONNECTION_BYTES = 64 * 1024, /* headers of a request, and one read of its body */
    FINISH_MS = 5000              /* requests under way may take that long when the server stops */
};

static void on_connection(void *cls, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
    struct tf_http_server *server = cls;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        tf_http_guard_remove(&server->guard, *context);
        *context = NULL;
        return;
    }
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *context = info ? tf_http_guard_add(&server->guard, info->connect_fd) : NULL;
}

/* What is too much is closed at once, in either mode: a library that only stopped listening would let clients wait. */
static enum MHD_Result accept_connection(void *cls, const struct sockaddr *address, socklen_t address_len)
{
    struct tf_http_server *server = cls;
    (void)address;
    (void)address_len;
    return tf_http_guard_full(&server->guard, server->connections_max) ? MHD_NO : MHD_YES;
}

enum {
    THREAD_EACH = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC | MHD_USE_IPv6,
    THREAD_SHARED = MHD_USE_EPOLL | MHD_USE_ITC | MHD_USE_IPv6 | MHD_ALLOW_SUSPEND_RESUME,
};

/* The library's threads inherit the mask: signals are the main thread's business. */
static struct MHD_Daemon *start_daemon(struct tf_http_server *server)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        server->grouped ? THREAD_SHARED : THREAD_EACH, 0, accept_connection, server,
        tf_http_request_access, server, MHD_OPTION_LISTEN_SOCKET, server->socket, MHD_OPTION_CONNECTION_LIMIT, (unsigned)server->connections_max + 1,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK_BYTES,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_URI_LOG_CALLBACK,
        tf_http_request_arrive, server, MHD_OPTION_NOTIFY_COMPLETED, tf_http_request_complete, server, MHD_OPTION_END);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return daemon;
}

static enum tf_err take_routes(struct tf_http_server *server, const struct tf_http_options *options, struct tf_fault *fault)
{
    struct tf_http_routes *routes = &server->routes;
    tf_http_standard_routes_add(server);
    if (options->routes_count > TF_HTTP_ROUTES_MAX - routes->count)
        return tf_fault_set(fault, TF_E_LIMIT, "more than %d HTTP routes", TF_HTTP_ROUTES_MAX);
    if (options->routes_count > 0)
        memcpy(routes->rows + routes->count, options->routes, options->routes_count * sizeof *options->routes);
    routes->count += options->routes_count;
    server->series = calloc(routes->count + 1, sizeof *server->series);
    if (!server->series)
        return tf_fault_set(fault, TF_E_MEMORY, "%s: memory ran out", options->listen);
    for (size_t i = 0; i < routes->count; i++)
        server->grouped = server->grouped || routes->rows[i].handle_all;
    return TF_OK;
}

static enum tf_err take_tokens(struct tf_http_server *server, const struct tf_http_options *options, bool loopback, struct tf_fault *fault)
{
    const char *path = options->config->http.token_file;
    if (path && path[0])
        return tf_http_token_load(path, &server->tokens, fault);
    if (!loopback)
        return tf_fault_set(fault, TF_E_CONFIG, "%s: listening beyond this machine needs http.token_file", options->listen);
    return TF_OK;
}

static void stop_daemon(struct tf_http_server *server)
{
    if (server->daemon)
        MHD_stop_daemon(server->daemon);
    server->daemon = NULL;
}

static enum tf_err start_loop(struct tf_http_server *server)
{
    TF_TRY(tf_http_crew_start(&server->crew, &server->loop, server->connections_max));
    server->daemon = start_daemon(server);
    enum tf_err err = server->daemon ? tf_http_loop_start(&server->loop, server->daemon) : TF_E_LIMIT;
    if (err == TF_OK)
        return TF_OK;
    tf_http_crew_stop(&server->crew);
    stop_daemon(server);
    tf_http_crew_finish(&server->crew);
    return err;
}

static enum tf_err start_shared(struct tf_http_server *server)
{
    if (!tf_http_loop_init(&server->loop))
        return TF_E_LIMIT;
    enum tf_err err = start_loop(server);
    if (err != TF_OK)
        tf_http_loop_finish(&server->loop);
    return err;
}

static enum tf_err start(struct tf_http_server *server, const struct tf_http_options *options, struct tf_fault *fault)
{
    if (tf_http_guard_start(&server->guard, options->config->http.timeout_s * 1000) != TF_OK)
        return tf_fault_set(fault, TF_E_LIMIT, "%s: the system refuses another thread", options->listen);
    if (server->grouped)
        (void)!start_shared(server);
    else
        server->daemon = start_daemon(server);
    if (server->daemon)
        return TF_OK;
    tf_http_guard_stop(&server->guard);
    return tf_fault_set(fault, TF_E_LIMIT, "%s: the HTTP server cannot start", options->listen);
}

static enum tf_err open_server(struct tf_http_server *server, const struct tf_http_options *options, struct tf_fault *fault)
{
    bool loopback;
    TF_TRY(take_routes(server, options, fault));
    TF_TRY(tf_http_listen(options->listen, &server->socket, &server->port, &loopback, fault));
    TF_TRY(take_tokens(server, options, loopback, fault));
    return start(server, options, fault);
}

enum tf_err tf_http_server_create(const struct tf_http_options *options, struct tf_http_server **ret_server, struct tf_fault *fault)
{
    struct tf_http_server *server = calloc(1, sizeof *server);
    *ret_server = NULL;
    if (!server)
        return tf_fault_set(fault, TF_E_MEMORY, "%s: memory ran out", options->listen);
    server->socket = -1;
    server->health = options->health;
    server->connections_max = (size_t)options->config->http.connections;
    server->body_bytes_max = (size_t)options->config->http.max_body_bytes;
    server->memory_body_bytes = (size_t)options->config->http.memory_body_bytes;
    snprintf(server->role, sizeof server->role, "%s", options->role);
    const enum tf_err err = open_server(server, options, fault);
    if (err != TF_OK) {
        if (server->socket >= 0)
            close(server->socket);
        free(server->series);
        free(server);
        return err;
    }
    *ret_server = server;
    return TF_OK;
}

uint16_t tf_http_server_port(const struct tf_http_server *server)
{
    return server->port;
}

struct tf_http_server *tf_http_server_destroy(struct tf_http_server *server)
{
    if (!server)
        return NULL;
    atomic_store(&server->stopping, true);
    const MHD_socket listening = MHD_quiesce_daemon(server->daemon);
    if (listening != MHD_INVALID_SOCKET)
        close(listening);
    tf_http_guard_wait_idle(&server->guard, FINISH_MS);
    if (server->grouped) {
        tf_http_crew_stop(&server->crew); /* the library must not be stopped while connections are suspended */
        tf_http_loop_stop(&server->loop);
    }
    stop_daemon(server);
    if (server->grouped) {
        tf_http_crew_finish(&server->crew);
        tf_http_loop_finish(&server->loop);
    }
    tf_http_guard_stop(&server->guard);
    free(server->series);
    free(server);
    return NULL;
}
