/*
 * A redis-server of a test's own: in a private folder, on a unix socket and a free TCP port, ended by its pid and, should the test
 * die first, by the kernel. Header only, because a test is one file.
 */
#ifndef TEST_SUPPORT_REDIS_SERVER_H
#define TEST_SUPPORT_REDIS_SERVER_H

#include <arpa/inet.h>
#include <ftw.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "taxflow/clock.h"
#include "taxflow/config.h"

enum { TEST_REDIS_OPTIONS_MAX = 12, TEST_REDIS_DEADLINE_MS = 15000 };

struct test_redis {
    pid_t pid; /* 0 while it does not run */
    int port;
    char folder[64];
    char socket_path[96];
    char unix_name[112]; /* "unix:/path", as redis.servers names it */
    char tcp_name[32];   /* "127.0.0.1:port" */
    const char *password;
    const char *options[TEST_REDIS_OPTIONS_MAX + 1]; /* more of redis-server's command line, NULL-ended */
};

static inline bool test_redis_installed(void)
{
    return access("/usr/bin/redis-server", X_OK) == 0;
}

static inline int test_redis_free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0 && getsockname(fd, (struct sockaddr *)&address, &size) == 0;
    if (fd >= 0)
        close(fd);
    return ok ? ntohs(address.sin_port) : 0;
}

static inline void test_redis_exec(const struct test_redis *redis, pid_t parent)
{
    char port[16];
    const char *argv[TEST_REDIS_OPTIONS_MAX + 24] = {"redis-server", "--port", port, "--bind", "127.0.0.1", "--unixsocket", redis->socket_path,
                                                     "--dir", redis->folder, "--logfile", "redis.log", "--save", "", "--daemonize", "no"};
    size_t count = 15;
    snprintf(port, sizeof port, "%d", redis->port);
    for (size_t i = 0; redis->options[i]; i++)
        argv[count++] = redis->options[i];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent)
        execv("/usr/bin/redis-server", (char *const *)(uintptr_t)argv);
    _exit(127);
}

/* Send one command over a connection of its own; NULL when the server cannot be reached. */
static inline redisReply *test_redis_command(const struct test_redis *redis, const char *format, ...)
{
    const struct timeval patience = {.tv_sec = 5};
    redisContext *context = redisConnectUnixWithTimeout(redis->socket_path, patience);
    void *reply = NULL;
    if (context && !context->err) {
        redisSetTimeout(context, patience);
        if (redis->password)
            freeReplyObject(redisCommand(context, "AUTH %s", redis->password));
        va_list arguments;
        va_start(arguments, format);
        reply = redisvCommand(context, format, arguments);
        va_end(arguments);
    }
    if (context)
        redisFree(context);
    return reply;
}

/* Run a command whose answer does not matter; whether it was no error. */
static inline bool test_redis_tell(const struct test_redis *redis, const char *command)
{
    redisReply *reply = test_redis_command(redis, command);
    bool ok = reply && reply->type != REDIS_REPLY_ERROR;
    if (reply)
        freeReplyObject(reply);
    return ok;
}

/* Wait until condition(argument) holds; false when the deadline passes first. */
static inline bool test_redis_wait(bool (*condition)(void *argument), void *argument)
{
    const int64_t deadline = tf_clock_mono_ms() + TEST_REDIS_DEADLINE_MS;
    while (!condition(argument)) {
        if (tf_clock_mono_ms() > deadline)
            return false;
        poll(NULL, 0, 5);
    }
    return true;
}

static inline bool test_redis_answers(void *redis)
{
    return test_redis_tell(redis, "PING");
}

/* Start it, or start it again in the same folder on the same port. */
static inline bool test_redis_launch(struct test_redis *redis)
{
    const pid_t parent = getpid();
    redis->pid = fork();
    if (redis->pid == 0)
        test_redis_exec(redis, parent);
    return redis->pid > 0 && test_redis_wait(test_redis_answers, redis);
}

/* options: more of the command line, NULL-ended; password: what those options require, or NULL. */
static inline bool test_redis_start(struct test_redis *redis, const char *password, const char *const *options)
{
    *redis = (struct test_redis){.password = password};
    snprintf(redis->folder, sizeof redis->folder, "/tmp/taxflow-redis-XXXXXX");
    if (!mkdtemp(redis->folder))
        return false;
    redis->port = test_redis_free_port();
    snprintf(redis->socket_path, sizeof redis->socket_path, "%s/redis.sock", redis->folder);
    snprintf(redis->unix_name, sizeof redis->unix_name, "unix:%s", redis->socket_path);
    snprintf(redis->tcp_name, sizeof redis->tcp_name, "127.0.0.1:%d", redis->port);
    for (size_t i = 0; options && options[i] && i < TEST_REDIS_OPTIONS_MAX; i++)
        redis->options[i] = options[i];
    return redis->port > 0 && test_redis_launch(redis);
}

/* End it at once, as a crash would. */
static inline void test_redis_kill(struct test_redis *redis)
{
    if (redis->pid > 0) {
        kill(redis->pid, SIGKILL);
        waitpid(redis->pid, NULL, 0);
    }
    redis->pid = 0;
}

static inline int test_redis_remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

/* End it and remove its folder. */
static inline void test_redis_finish(struct test_redis *redis)
{
    test_redis_kill(redis);
    if (redis->folder[0])
        nftw(redis->folder, test_redis_remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* A configuration with what claims read; servers is borrowed. */
static inline struct tf_config test_redis_config(const char *const *servers, size_t count, int64_t timeout_ms)
{
    struct tf_config config = {0};
    config.kafka.topic_prefix = "taxflow";
    config.redis.servers = (struct tf_string_list){servers, count};
    config.redis.window_s = 600;
    config.redis.on_outage = "pause";
    config.redis.timeout_ms = timeout_ms;
    config.redis.password_file = "";
    return config;
}

#endif
