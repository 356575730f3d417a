#include "wire.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "taxflow/str.h"

enum { CONNECT_MS = 2000, ANSWER_MS = 1000, ANSWER_BYTES = 256 };

/* ApiVersions, version 0, correlation id 0x74617866: the one request every broker answers to everybody (KIP-35). */
static const unsigned char kafka_hello[] = {0, 0, 0, 10, 0, 18, 0, 0, 't', 'a', 'x', 'f', 0xff, 0xff};
static const unsigned char redis_hello[] = "PING\r\n";
static const unsigned char http_hello[] = "GET / HTTP/1.0\r\n\r\n";
/* The least ClientHello of TLS 1.2 (RFC 5246, 7.4.1.2): one suite, no extension. A server may refuse it, but in TLS. */
static const unsigned char tls_hello[] = {0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                          1,    1, 1, 1, 1, 1,  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 2, 0, 0x2f, 1, 0};

static bool is_kafka(const unsigned char *answer, size_t len)
{
    return len >= 8 && memcmp(answer + 4, kafka_hello + 8, 4) == 0;
}

static bool is_redis(const unsigned char *answer, size_t len)
{
    return len >= 5 && (memcmp(answer, "+PONG", 5) == 0 || memcmp(answer, "-NOAU", 5) == 0 || memcmp(answer, "-DENI", 5) == 0 ||
                        memcmp(answer, "-ERR ", 5) == 0 || memcmp(answer, "-LOAD", 5) == 0 || memcmp(answer, "-MAST", 5) == 0);
}

static bool is_http(const unsigned char *answer, size_t len)
{
    return len >= 5 && memcmp(answer, "HTTP/", 5) == 0;
}

/* An alert or a handshake of TLS 1.x. */
static bool is_tls(const unsigned char *answer, size_t len)
{
    return len >= 3 && (answer[0] == 0x15 || answer[0] == 0x16) && answer[1] == 3;
}

static const struct language {
    enum tf_wire wire;
    const unsigned char *hello;
    size_t len;
    bool (*is)(const unsigned char *answer, size_t len);
} languages[] = {
    {TF_WIRE_KAFKA, kafka_hello, sizeof kafka_hello, is_kafka},
    {TF_WIRE_REDIS, redis_hello, sizeof redis_hello - 1, is_redis},
    {TF_WIRE_HTTP, http_hello, sizeof http_hello - 1, is_http},
    {TF_WIRE_TLS, tls_hello, sizeof tls_hello, is_tls},
};
enum { LANGUAGES = sizeof languages / sizeof languages[0] };

static bool wait_for(int fd, short what, int ms)
{
    struct pollfd polled = {.fd = fd, .events = what};
    int ready;
    while ((ready = poll(&polled, 1, ms)) < 0 && errno == EINTR)
        continue;
    return ready > 0;
}

/* -1 and why. */
static int connect_to(int family, const struct sockaddr *address, socklen_t len, enum tf_wire *ret_why)
{
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), problem = 0;
    socklen_t problem_len = sizeof problem;
    if (fd < 0)
        return -1;
    if (connect(fd, address, len) != 0) {
        problem = errno;
        if (problem == EINPROGRESS && wait_for(fd, POLLOUT, CONNECT_MS))
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &problem_len);
    }
    if (problem == 0)
        return fd;
    *ret_why = problem == ECONNREFUSED || problem == ENOENT ? TF_WIRE_REFUSED : TF_WIRE_SILENT;
    close(fd);
    return -1;
}

static int dial(const char *host, const char *port, enum tf_wire *ret_why)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    int fd = -1;
    if (!port) {
        strncpy(local.sun_path, host, sizeof local.sun_path - 1);
        return connect_to(AF_UNIX, (const struct sockaddr *)&local, sizeof local, ret_why);
    }
    *ret_why = TF_WIRE_NO_HOST;
    if (getaddrinfo(host, port, &hints, &found) != 0)
        return -1;
    for (const struct addrinfo *each = found; each && fd < 0; each = each->ai_next)
        fd = connect_to(each->ai_family, each->ai_addr, each->ai_addrlen, ret_why);
    freeaddrinfo(found);
    return fd;
}

/* What comes back on a hello: bytes read, 0 when it was closed or nothing came in time. */
static size_t ask(int fd, const unsigned char *hello, size_t len, unsigned char *answer)
{
    size_t got = 0;
    if (send(fd, hello, len, MSG_NOSIGNAL) != (ssize_t)len)
        return 0;
    while (got < ANSWER_BYTES && wait_for(fd, POLLIN, ANSWER_MS)) {
        ssize_t more = recv(fd, answer + got, ANSWER_BYTES - got, 0);
        if (more <= 0)
            break;
        got += (size_t)more;
        if (got >= 8)
            break;
    }
    return got;
}

static enum tf_wire listen_for(const unsigned char *answer, size_t len)
{
    for (size_t i = 0; i < LANGUAGES; i++)
        if (languages[i].is(answer, len))
            return languages[i].wire;
    return TF_WIRE_OTHER;
}

enum tf_wire tf_wire_identify(const char *host, const char *port, enum tf_wire first)
{
    enum tf_wire found = TF_WIRE_OTHER, why;
    unsigned char answer[ANSWER_BYTES];
    for (size_t turn = 0; turn <= LANGUAGES && found == TF_WIRE_OTHER; turn++) {
        const struct language *language = &languages[turn == 0 ? 0 : turn - 1];
        for (size_t i = 0; turn == 0 && i < LANGUAGES; i++)
            if (languages[i].wire == first)
                language = &languages[i];
        if (turn > 0 && language->wire == first)
            continue;
        int fd = dial(host, port, &why);
        if (fd < 0)
            return why;
        found = listen_for(answer, ask(fd, language->hello, language->len, answer));
        close(fd);
    }
    return found;
}

const char *tf_wire_words(enum tf_wire wire)
{
    switch (wire) {
    case TF_WIRE_NO_HOST:
        return "no host of this name is known";
    case TF_WIRE_REFUSED:
        return "nothing listens there";
    case TF_WIRE_SILENT:
        return "no answer: the host is away, or a packet filter swallows what is sent";
    case TF_WIRE_OTHER:
        return "something listens there and does not answer";
    case TF_WIRE_KAFKA:
        return "Kafka answers, without TLS";
    case TF_WIRE_REDIS:
        return "Redis answers";
    case TF_WIRE_HTTP:
        return "an HTTP server answers";
    case TF_WIRE_TLS:
        return "what listens there wants TLS";
    }
    return "";
}

/* "*2\r\n$10\r\n1790000000\r\n$6\r\n123456\r\n" */
int64_t tf_wire_redis_time(const char *host, const char *port)
{
    enum tf_wire why;
    unsigned char answer[ANSWER_BYTES + 1] = {0};
    int fd = dial(host, port, &why);
    if (fd < 0)
        return 0;
    answer[ask(fd, (const unsigned char *)"TIME\r\n", 6, answer)] = 0;
    close(fd);
    const char *text = (const char *)answer, *number = strncmp(text, "*2\r\n$", 5) == 0 ? strchr(text + 5, '\n') : NULL;
    return number ? strtoll(number + 1, NULL, 10) : 0;
}

void tf_wire_split(char *text, const char *usual_port, const char **ret_host, const char **ret_port)
{
    *ret_port = usual_port;
    *ret_host = text;
    if (strncmp(text, "unix:", 5) == 0) {
        *ret_host = text + 5;
        *ret_port = NULL;
        return;
    }
    char *end = text[0] == '[' ? strchr(text, ']') : NULL, *colon = strrchr(end ? end : text, ':');
    if (end) {
        *ret_host = text + 1;
        *end = '\0';
    }
    if (colon) {
        *colon = '\0';
        *ret_port = colon + 1;
    }
}
