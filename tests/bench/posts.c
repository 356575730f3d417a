/*
 * How fast the collector takes records over HTTP: posts events on connections that stay open, each with one request on its way.
 *
 *   posts PORT CONNECTIONS REQUESTS LINES [FIRST]
 *
 * LINES 1: one record a request, as application/json; more: as many lines of application/x-ndjson. Records are payments of events.h, counted
 * from FIRST (0), so that none comes twice. The requests are written before the clock starts. Every record must be answered with 202: the
 * counts of all statuses are printed, and anything else ends with 1. Prints one line of JSON: records a second, quantiles of a request's
 * time in milliseconds from its first byte sent to its last byte read.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "events.h"

enum { HEAD_MAX = 256, ANSWER_MAX = 1 << 20, EVENTS_MAX = 256, STATUS_MAX = 600, STALL_MS = 30000, TAKEN = 202, US_PER_S = 1000000 };

/* One request's bytes, in the buffer that holds all of them. */
struct request { size_t at, len; };

struct connection {
    int fd;
    const struct request *request; /* on its way */
    size_t sent, got;
    int64_t began_us;
    char answer[ANSWER_MAX + 1];
};

struct posts {
    uint16_t port;
    unsigned connections, requests, lines, first;
    char *bytes;
    struct request *all;
    uint32_t *taken_us;
    unsigned begun, done;
    uint64_t statuses[STATUS_MAX];
    int poll;
};

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

/* Head and lines of request number n into out; the length is known only when the lines are written, so they go behind a gap. */
static size_t write_request(const struct posts *run, unsigned n, char *out)
{
    char head[HEAD_MAX];
    size_t len = HEAD_MAX;
    for (unsigned line = 0; line < run->lines; line++) {
        len += (size_t)bench_payment(out + len, BENCH_EVENT_BYTES_MAX, run->first + n * run->lines + line);
        if (run->lines > 1)
            out[len++] = '\n';
    }
    int head_len = snprintf(head, sizeof head, "POST /v1/events HTTP/1.1\r\nHost: bench\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
                            run->lines > 1 ? "application/x-ndjson" : "application/json", len - HEAD_MAX);
    memcpy(out, head, (size_t)head_len);
    memmove(out + head_len, out + HEAD_MAX, len - HEAD_MAX);
    return (size_t)head_len + len - HEAD_MAX;
}

static void write_requests(struct posts *run)
{
    size_t size = 0, used = 0;
    run->all = calloc(run->requests, sizeof *run->all);
    run->taken_us = calloc(run->requests, sizeof *run->taken_us);
    for (unsigned n = 0; n < run->requests; n++) {
        size_t most = HEAD_MAX + (size_t)run->lines * (EVENTS_MAX * 2) + BENCH_EVENT_BYTES_MAX;
        if (size - used < most) {
            size = size * 2 + most;
            run->bytes = realloc(run->bytes, size);
        }
        if (!run->bytes || !run->all || !run->taken_us)
            bench_fail("start", "memory ran out");
        run->all[n] = (struct request){used, write_request(run, n, run->bytes + used)};
        used += run->all[n].len;
    }
}

static int open_socket(uint16_t port)
{
    const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int yes = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof address) != 0)
        bench_fail("connect", strerror(errno));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
}

static void watch(const struct posts *run, struct connection *connection, uint32_t events, int how)
{
    struct epoll_event event = {.events = events, .data.ptr = connection};
    if (epoll_ctl(run->poll, how, connection->fd, &event) != 0)
        bench_fail("epoll", strerror(errno));
}

/* Sends what the socket takes; asks for more room only where it takes no more. */
static void push(const struct posts *run, struct connection *connection, bool waited)
{
    const struct request *request = connection->request;
    while (connection->sent < request->len) {
        ssize_t put = send(connection->fd, run->bytes + request->at + connection->sent, request->len - connection->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put < 0 && errno == EAGAIN) {
            if (!waited)
                watch(run, connection, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
            return;
        }
        if (put < 0)
            bench_fail("send", strerror(errno));
        connection->sent += (size_t)put;
    }
    if (waited)
        watch(run, connection, EPOLLIN, EPOLL_CTL_MOD);
}

static void begin(struct posts *run, struct connection *connection)
{
    connection->request = run->begun < run->requests ? &run->all[run->begun++] : NULL;
    connection->sent = connection->got = 0;
    if (!connection->request)
        return;
    connection->began_us = now_us();
    push(run, connection, false);
}

/* Bytes of the whole answer; 0 while its head is not there yet. */
static size_t answer_len(const struct connection *connection)
{
    static const char name[] = "\r\nContent-Length: ";
    const char *end = strstr(connection->answer, "\r\n\r\n"), *length = strcasestr(connection->answer, name);
    if (!end)
        return 0;
    if (!length || length > end)
        bench_fail("an answer has no length", connection->answer);
    return (size_t)(end + 4 - connection->answer) + strtoull(length + sizeof name - 1, NULL, 10);
}

static void count_status(struct posts *run, const char *digits)
{
    unsigned long status = strtoul(digits, NULL, 10);
    run->statuses[status < STATUS_MAX ? status : 0]++;
}

/* One record: the answer's own status; lines: one in each result. */
static void count_answer(struct posts *run, const struct connection *connection)
{
    static const char head[] = "HTTP/1.1 ", name[] = "\"status\":";
    unsigned found = 0;
    if (run->lines == 1) {
        count_status(run, connection->answer + sizeof head - 1);
        return;
    }
    for (const char *at = connection->answer; (at = strstr(at, name)); found++) {
        at += sizeof name - 1;
        count_status(run, at);
    }
    if (found != run->lines)
        bench_fail("an answer has not a result for each line", connection->answer);
}

static void pull(struct posts *run, struct connection *connection)
{
    ssize_t got = recv(connection->fd, connection->answer + connection->got, ANSWER_MAX - connection->got, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0)
        bench_fail("recv", got == 0 ? "the connection was closed" : strerror(errno));
    connection->got += (size_t)got;
    connection->answer[connection->got] = '\0';
    size_t len = answer_len(connection);
    if (len > ANSWER_MAX)
        bench_fail("an answer is too long", "take fewer lines");
    if (len == 0 || connection->got < len)
        return;
    int64_t taken = now_us() - connection->began_us;
    run->taken_us[connection->request - run->all] = (uint32_t)taken;
    count_answer(run, connection);
    run->done++;
    begin(run, connection);
}

static void serve(struct posts *run)
{
    struct epoll_event events[EVENTS_MAX];
    while (run->done < run->requests) {
        int count = epoll_wait(run->poll, events, EVENTS_MAX, STALL_MS);
        if (count <= 0)
            bench_fail("wait", count == 0 ? "no answer for half a minute" : strerror(errno));
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (events[i].events & EPOLLOUT && connection->request)
                push(run, connection, true);
            if (events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP))
                pull(run, connection);
        }
    }
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void report(struct posts *run, int64_t took_us)
{
    const uint64_t records = (uint64_t)run->requests * run->lines;
    const char *comma = "";
    qsort(run->taken_us, run->requests, sizeof *run->taken_us, compare);
    printf("{\"records_s\": %.0f, \"requests_s\": %.0f, \"p50_ms\": %.2f, \"p99_ms\": %.2f, \"max_ms\": %.2f, \"records\": %llu, \"statuses\": {",
           (double)records * US_PER_S / (double)took_us, (double)run->requests * US_PER_S / (double)took_us, run->taken_us[run->requests / 2] / 1e3,
           run->taken_us[(size_t)run->requests * 99 / 100] / 1e3, run->taken_us[run->requests - 1] / 1e3, (unsigned long long)records);
    for (unsigned status = 0; status < STATUS_MAX; status++) {
        if (run->statuses[status] == 0)
            continue;
        printf("%s\"%u\": %llu", comma, status, (unsigned long long)run->statuses[status]);
        comma = ", ";
    }
    printf("}}\n");
}

int main(int argc, char **argv)
{
    static struct posts run;
    if (argc < 5)
        bench_fail("usage", "posts PORT CONNECTIONS REQUESTS LINES [FIRST]");
    run.port = (uint16_t)strtoul(argv[1], NULL, 10);
    run.connections = (unsigned)strtoul(argv[2], NULL, 10);
    run.requests = (unsigned)strtoul(argv[3], NULL, 10);
    run.lines = (unsigned)strtoul(argv[4], NULL, 10);
    run.first = argc > 5 ? (unsigned)strtoul(argv[5], NULL, 10) : 0;
    if (run.connections == 0 || run.requests == 0 || run.lines == 0)
        bench_fail("usage", "CONNECTIONS, REQUESTS and LINES are numbers above 0");
    write_requests(&run);
    struct connection *connections = calloc(run.connections, sizeof *connections);
    run.poll = epoll_create1(EPOLL_CLOEXEC);
    if (!connections || run.poll < 0)
        bench_fail("start", "memory ran out");
    for (unsigned c = 0; c < run.connections; c++) {
        connections[c].fd = open_socket(run.port);
        watch(&run, &connections[c], EPOLLIN, EPOLL_CTL_ADD);
    }
    int64_t began = now_us();
    for (unsigned c = 0; c < run.connections; c++)
        begin(&run, &connections[c]);
    serve(&run);
    report(&run, now_us() - began);
    return run.statuses[TAKEN] == (uint64_t)run.requests * run.lines ? 0 : 1;
}
