/* A client that says exactly what a test wants said, and a server with routes to say it to. */
#ifndef TAXFLOW_TESTS_HTTP_CLIENT_H
#define TAXFLOW_TESTS_HTTP_CLIENT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "taxflow/clock.h"
#include "taxflow/http.h"

enum { CLIENT_WAIT_MS = 20000 };

static inline int client_connect(uint16_t port)
{
    const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

/* False when the server has closed. */
static inline bool client_send(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;
    while (len > 0) {
        const ssize_t wrote = send(fd, at, len, MSG_NOSIGNAL);
        if (wrote <= 0)
            return false;
        at += wrote;
        len -= (size_t)wrote;
    }
    return true;
}

static inline bool client_say(int fd, const char *text)
{
    return client_send(fd, text, strlen(text));
}

/* Append what comes to out, until it holds wanted (NULL: until the server closes). False on a time-out or an early end. */
static inline bool client_read(int fd, struct tf_buf *out, const char *wanted)
{
    const int64_t deadline_ms = tf_clock_mono_ms() + CLIENT_WAIT_MS;
    char chunk[4096];
    for (;;) {
        if (wanted && out->len > 0 && memmem(out->ptr, out->len, wanted, strlen(wanted)))
            return true;
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        const int64_t left_ms = deadline_ms - tf_clock_mono_ms();
        if (left_ms <= 0 || poll(&ready, 1, (int)left_ms) != 1)
            return false;
        const ssize_t got = recv(fd, chunk, sizeof chunk, 0);
        if (got <= 0)
            return !wanted && got == 0;
        tf_buf_put(out, chunk, (size_t)got);
    }
}

/* One request that asks to close; the whole answer as text, to be freed. */
static inline char *client_talk_bytes(uint16_t port, const char *head, const void *body, size_t body_len)
{
    struct tf_buf answer;
    const int fd = client_connect(port);
    tf_buf_init(&answer, 64 << 20);
    if (client_say(fd, head) && client_send(fd, body, body_len))
        client_read(fd, &answer, NULL);
    close(fd);
    tf_buf_putc(&answer, '\0');
    return answer.ptr;
}

static inline char *client_talk(uint16_t port, const char *request)
{
    return client_talk_bytes(port, request, "", 0);
}

static inline int client_status(const char *answer)
{
    int status = 0;
    return sscanf(answer, "HTTP/1.1 %d ", &status) == 1 ? status : 0;
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"
#define POST(path, headers) "POST " path " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n" headers "\r\n"

static inline struct tf_config client_config(void)
{
    return (struct tf_config){.http = {.max_body_bytes = 64 << 20, .memory_body_bytes = 64 << 10, .connections = 512, .timeout_s = 30, .token_file = ""}};
}

#endif
