/* The server's parts: listen, tokens, routes, bodies, guard, crew, loop, series, requests, responses. */
#ifndef TAXFLOW_HTTP_INTERNAL_H
#define TAXFLOW_HTTP_INTERNAL_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <zlib.h>

#include "series.h"
#include "taxflow/http.h"

enum {
    TF_HTTP_TOKENS_MAX = 64, TF_HTTP_TOKEN_BYTES_MIN = 16,
    TF_HTTP_ROUTES_MAX = 64,
    TF_HTTP_RESPONSE_BYTES_MAX = 64 * 1024 * 1024,
    TF_HTTP_DRAIN_BYTES_MAX = 64 * 1024 * 1024 /* of a refused body, past max_body_bytes */
};

/* listen.c */
/** Bind and listen; the socket does not block. Faults as tf_http_server_create. */
enum tf_err tf_http_listen(const char *address, int *ret_socket, uint16_t *ret_port, bool *ret_loopback, struct tf_fault *fault) TF_MUST_CHECK;

/* token.c */
struct tf_http_tokens {
    uint8_t digests[TF_HTTP_TOKENS_MAX][32]; /* SHA-256; the tokens themselves are not kept */
    size_t count;
};
/** Read a file of tokens, one a line, TF_HTTP_TOKEN_BYTES_MIN bytes or more; blank lines and lines with # in front are left out. */
enum tf_err tf_http_token_load(const char *path, struct tf_http_tokens *ret_tokens, struct tf_fault *fault) TF_MUST_CHECK;
/** Whether an Authorization header carries one of the tokens. Takes the same time whichever byte differs. NULL is no. */
bool tf_http_token_match(const struct tf_http_tokens *tokens, const char *authorization);

/* body.c */
struct tf_http_body {
    struct tf_buf bytes; /* plain, whatever the encoding was; empty once they went to a file */
    size_t len, bytes_max, memory_bytes_max; /* plain bytes: by now, at most, in memory at most */
    int fd; void *mapped; /* a temporary file that holds all of them, mapped once it is complete; -1: memory does */
    z_stream stream;
    bool gzip, ended;
    uint64_t received;   /* as they came */
    int status;          /* 0, or the status to refuse with: 400, 413, 415, 503 */
    const char *detail;  /* why, when status is not 0 */
};
/** encoding is the Content-Encoding or NULL: gzip, x-gzip and identity are known. Past memory_bytes_max the body goes to a temporary file. */
void tf_http_body_init(struct tf_http_body *body, const char *encoding, size_t bytes_max, size_t memory_bytes_max);
void tf_http_body_finish(struct tf_http_body *body);
/** Keep nothing of it, and why. detail is static text. */
void tf_http_body_refuse(struct tf_http_body *body, int status, const char *detail);
/** Take the next bytes. Once status is set the rest is counted and thrown away. */
void tf_http_body_feed(struct tf_http_body *body, const char *bytes, size_t len);
/** No more bytes come: a gzip body that is not complete is a 400. */
void tf_http_body_end(struct tf_http_body *body);
/** All of a complete body, until it is finished. */
struct tf_str tf_http_body_view(const struct tf_http_body *body);

/* route.c */
struct tf_http_routes {
    struct tf_http_route rows[TF_HTTP_ROUTES_MAX];
    size_t count;
};
/** The route for a request; HEAD finds GET's. NULL: *ret_path_known says whether another method would do. */
const struct tf_http_route *tf_http_route_find(const struct tf_http_routes *routes, const char *method, const char *path, bool *ret_path_known);
/** Methods of a path for Allow: "GET, HEAD, POST". */
void tf_http_route_allow(const struct tf_http_routes *routes, const char *path, char *out, size_t size);

/* guard.c: libmicrohttpd only knows inactivity, so a client that sends a byte now and then would hold a thread for ever. */
struct tf_http_connection {
    struct tf_http_connection *previous, *next;
    int fd;
    int64_t deadline_ms; /* monotonic; INT64_MAX while the handler works */
};
struct tf_http_guard {
    pthread_mutex_t lock; /* guards everything here and every connection's members */
    pthread_cond_t wake;  /* for the guard's thread */
    pthread_cond_t idle;  /* active became 0 */
    pthread_t thread;
    struct tf_http_connection *first;
    int64_t timeout_ms;
    int64_t wake_ms;      /* when the thread will look again by itself */
    size_t active;        /* requests begun and not completed */
    size_t connections;
    bool stopping;
};
enum tf_err tf_http_guard_start(struct tf_http_guard *guard, int64_t timeout_ms) TF_MUST_CHECK;
/** Every connection must be gone. */
void tf_http_guard_stop(struct tf_http_guard *guard);
/** Watch a new socket; NULL when memory ran out. */
struct tf_http_connection *tf_http_guard_add(struct tf_http_guard *guard, int fd);
/** Before the socket is closed. NULL is fine. */
void tf_http_guard_remove(struct tf_http_guard *guard, struct tf_http_connection *connection);
/** The connection has timeout_ms from now for what comes next: a request, or taking the answer. */
void tf_http_guard_arm(struct tf_http_guard *guard, struct tf_http_connection *connection);
/** The connection waits for us: no deadline. */
void tf_http_guard_disarm(struct tf_http_guard *guard, struct tf_http_connection *connection);
/** Whether that many connections are watched. */
bool tf_http_guard_full(struct tf_http_guard *guard, size_t connections_max);
/** A request begins (change 1) or is completed (-1). */
void tf_http_guard_count(struct tf_http_guard *guard, int change);
/** Wait until no request is under way, at most limit_ms. */
void tf_http_guard_wait_idle(struct tf_http_guard *guard, int64_t limit_ms);

/* crew.c */
struct tf_http_member {
    struct tf_http_crew *crew;
    pthread_t thread;
    enum { TF_HTTP_MEMBER_NONE, TF_HTTP_MEMBER_STAYS, TF_HTTP_MEMBER_HELPS, TF_HTTP_MEMBER_ENDED } state; /* who helps ends when nothing waits */
};
struct tf_http_crew {
    const struct tf_http_loop *loop; /* of the connections */
    pthread_mutex_t lock;  /* guards all below and the queue's members of exchanges */
    pthread_cond_t work;   /* for idle members */
    pthread_cond_t watch;  /* for the watcher */
    struct tf_http_exchange *first, *last; /* that wait for a member */
    size_t idle;           /* members without work */
    bool watching;         /* the watcher waits for a deadline: what is handed in meanwhile is seen then */
    bool stopping;
    bool started;          /* there is a watcher; before others know the crew */
    size_t members_max;
    struct tf_http_member *members;
    pthread_t watcher;
};
/** members_max threads at most, a few of which stay. TF_E_MEMORY; TF_E_LIMIT. */
enum tf_err tf_http_crew_start(struct tf_http_crew *crew, const struct tf_http_loop *loop, size_t members_max) TF_MUST_CHECK;
/** Handles what waits, then ends; what comes later is not taken. The lock stays good until tf_http_crew_finish. */
void tf_http_crew_stop(struct tf_http_crew *crew);
/** Frees what is left of a stopped crew. */
void tf_http_crew_finish(struct tf_http_crew *crew);
/**
 * A request whose route has handle_all, on the library's thread: its connection is suspended, and resumed when its response stands. Until then
 * the exchange is the crew's. False: the crew stops, and nothing was done.
 */
bool tf_http_crew_hand_in(struct tf_http_crew *crew, struct tf_http_exchange *exchange) TF_MUST_CHECK;

/* loop.c */
struct tf_http_loop {
    struct MHD_Daemon *daemon;
    int events, wake; /* readable: the library has something to do; somebody resumed a connection, or the thread is to end */
    _Atomic bool stopping;
    pthread_t thread;
};
/** False: the system has no more descriptors. */
bool tf_http_loop_init(struct tf_http_loop *loop);
void tf_http_loop_finish(struct tf_http_loop *loop);
/** Serve a daemon that has epoll and no thread of its own. TF_E_LIMIT. */
enum tf_err tf_http_loop_start(struct tf_http_loop *loop, struct MHD_Daemon *daemon) TF_MUST_CHECK;
/** After connections were resumed: without a thread of its own the library wakes nobody. Thread any. */
void tf_http_loop_wake(const struct tf_http_loop *loop);
/** Before the daemon is stopped. */
void tf_http_loop_stop(struct tf_http_loop *loop);

/* server.c */
struct tf_http_server {
    struct MHD_Daemon *daemon;
    int socket;
    uint16_t port;
    char role[32];
    size_t body_bytes_max, memory_body_bytes, connections_max;
    struct tf_health *health;
    struct tf_http_tokens tokens; /* count 0: no token is asked for */
    struct tf_http_routes routes;
    struct tf_http_series *series; /* one a route, and one for paths without */
    struct tf_http_guard guard;
    bool grouped;                 /* some route has handle_all: connections share one thread, the loop's, and there is a crew */
    struct tf_http_loop loop;
    struct tf_http_crew crew;
    _Atomic bool stopping;        /* answers carry Connection: close */
};

/* request.c */
struct tf_http_exchange {
    struct tf_http_server *server;
    struct tf_http_connection *connection;
    const struct tf_http_route *route; /* NULL: none */
    struct tf_http_request request;    /* as the handler sees it */
    struct tf_http_body body;
    struct tf_http_response response;
    struct tf_http_exchange *next_waiting; /* in the crew's queue, as the next */
    int64_t patient_until_ms;          /* monotonic: then a member more is worth while */
    int64_t start_ns;                  /* monotonic */
    bool begun;                        /* headers were looked at */
    bool handed_in;                    /* to the crew: when the library asks again, the response stands */
    bool refused;                      /* the response stands; the body is only drained */
};
/* Callbacks of libmicrohttpd; cls is the server. */
void *tf_http_request_arrive(void *cls, const char *uri, struct MHD_Connection *connection);
enum MHD_Result tf_http_request_access(void *cls, struct MHD_Connection *connection, const char *url, const char *method, const char *version, const char *data,
                                       size_t *data_size, void **exchange);
void tf_http_request_complete(void *cls, struct MHD_Connection *connection, void **exchange, enum MHD_RequestTerminationCode code);

/* response.c */
void tf_http_response_init(struct tf_http_response *response);
/** Hand the response to the library; its bytes must stay until the request is completed. close: no further request follows. */
enum MHD_Result tf_http_response_queue(struct tf_http_response *response, struct MHD_Connection *connection, bool close);

/* standard_routes.c */
/** Put /livez, /readyz and /metrics in front of the table. */
void tf_http_standard_routes_add(struct tf_http_server *server);

#endif
