/* A connection whose other end the test holds: it writes answers before they are asked for and reads what was sent. */
#ifndef TEST_DEDUP_REDIS_PEER_H
#define TEST_DEDUP_REDIS_PEER_H

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "redis_connection.h"

struct redis_peer {
    struct tf_redis_connection connection;
    int fd;
};

static char redis_peer_name[] = "peer:1";
static struct tf_redis_server redis_peer_server = {.name = redis_peer_name};

static inline void redis_peer_open(struct redis_peer *peer, int64_t timeout_ms)
{
    int fds[2] = {-1, -1};
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    *peer = (struct redis_peer){.connection = {.server = &redis_peer_server, .timeout_ms = timeout_ms}, .fd = fds[1]};
    peer->connection.context = redisConnectFd(fds[0]);
    assert_non_null(peer->connection.context);
    const struct timeval timeout = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
    assert_int_equal(redisSetTimeout(peer->connection.context, timeout), REDIS_OK);
}

static inline void redis_peer_say(const struct redis_peer *peer, const char *bytes, size_t length)
{
    assert_int_equal(write(peer->fd, bytes, length), (ssize_t)length);
}

/* What the connection sent so far. */
static inline size_t redis_peer_hear(const struct redis_peer *peer, char *out, size_t size)
{
    ssize_t got = recv(peer->fd, out, size, MSG_DONTWAIT);
    return got > 0 ? (size_t)got : 0;
}

static inline void redis_peer_hang_up(struct redis_peer *peer)
{
    if (peer->fd >= 0)
        close(peer->fd);
    peer->fd = -1;
}

static inline void redis_peer_close(struct redis_peer *peer)
{
    redisFree(peer->connection.context);
    redis_peer_hang_up(peer);
}

#endif
