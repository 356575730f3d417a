/* What stands behind an address: found out by saying hello in the languages that are looked for. */
#ifndef TF_CLI_WIRE_H
#define TF_CLI_WIRE_H

#include <stddef.h>
#include <stdint.h>

enum tf_wire {
    TF_WIRE_NO_HOST,  /* the name is not known */
    TF_WIRE_REFUSED,  /* the host is there, nothing listens on the port */
    TF_WIRE_SILENT,   /* no answer in time: a filter, or a host that is away */
    TF_WIRE_OTHER,    /* something listens, and answers in none of the languages below */
    TF_WIRE_KAFKA,
    TF_WIRE_REDIS,
    TF_WIRE_HTTP,
    TF_WIRE_TLS       /* whatever it is, it wants TLS first */
};

/**
 * host, port  as in the configuration; an IPv6 address without brackets. unix:/path: the socket's path as host, port NULL.
 * first       the language that is expected, asked in first.
 * Blocks 2 s to connect, and 1 s for each language.
 */
enum tf_wire tf_wire_identify(const char *host, const char *port, enum tf_wire first);
/** "Redis answers", "nothing listens there" … Static. */
const char *tf_wire_words(enum tf_wire wire);
/** Seconds since 1970 by the clock of a Redis that asks for no password; 0 when it does not tell. */
int64_t tf_wire_redis_time(const char *host, const char *port);
/** Split "host:port", "[::1]:port" or "unix:/path" (port becomes NULL). text is overwritten; a missing port is the given one. */
void tf_wire_split(char *text, const char *usual_port, const char **ret_host, const char **ret_port);

#endif
