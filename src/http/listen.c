#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http_internal.h"

enum { HOST_BYTES = 256, BACKLOG = 128 };

/* "host:port" or "[v6]:port" in two; an empty host or "*" is every address. */
static bool split(const char *address, char host[HOST_BYTES], char port[6])
{
    const char *colon = strrchr(address, ':');
    uint64_t number;
    if (!colon || !tf_str_to_u64(tf_str_of(colon + 1), 65535, &number))
        return false;
    struct tf_str name = {address, (size_t)(colon - address)};
    const bool brackets = name.len >= 2 && name.ptr[0] == '[' && name.ptr[name.len - 1] == ']';
    if (brackets)
        name = (struct tf_str){name.ptr + 1, name.len - 2};
    if (name.len >= HOST_BYTES || (!brackets && memchr(name.ptr, ':', name.len)))
        return false;
    snprintf(host, HOST_BYTES, "%.*s", TF_STR_ARGS(name));
    if (tf_str_is(name, "*"))
        host[0] = '\0';
    snprintf(port, 6, "%u", (unsigned)number);
    return true;
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
    }
    struct sockaddr_in6 v6;
    memcpy(&v6, address, sizeof v6);
    return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) || (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) && v6.sin6_addr.s6_addr[12] == 127);
}

/* A listening socket, or -1 with errno. */
static int open_socket(const struct addrinfo *info)
{
    const int yes = 1;
    const int fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    /* A restart must not wait for the last connections' TIME_WAIT; a living listener is still refused. */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    const int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t len = sizeof address;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    getsockname(fd, (struct sockaddr *)&address, &len);
    memcpy(&v4, &address, sizeof v4);
    memcpy(&v6, &address, sizeof v6);
    return ntohs(address.ss_family == AF_INET ? v4.sin_port : v6.sin6_port);
}

static enum tf_err bind_fault(const char *address, const char *port, int error, struct tf_fault *fault)
{
    if (error == EADDRINUSE) /* whoever has it keeps it: trying again does not help */
        return tf_fault_set(fault, TF_E_CONFIG, "%s: port %s is in use by another program; choose another port", address, port);
    if (error == EACCES)
        return tf_fault_set(fault, TF_E_PERMISSION, "%s: the system refuses port %s; choose one above 1023", address, port);
    if (error == EADDRNOTAVAIL)
        return tf_fault_set(fault, TF_E_CONFIG, "%s: this machine does not have that address", address);
    return tf_fault_set(fault, TF_E_UNAVAILABLE, "%s: cannot listen: %s", address, strerror(error));
}

enum tf_err tf_http_listen(const char *address, int *ret_socket, uint16_t *ret_port, bool *ret_loopback, struct tf_fault *fault)
{
    const struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    char host[HOST_BYTES], port[6];
    struct addrinfo *info;
    if (!split(address, host, port))
        return tf_fault_set(fault, TF_E_CONFIG, "%s: not an address to listen on; write address:port or [address]:port", address);
    const int failed = getaddrinfo(host[0] ? host : NULL, port, &hints, &info);
    if (failed)
        return tf_fault_set(fault, TF_E_CONFIG, "%s: the address is not known: %s", address, gai_strerror(failed));
    const int fd = open_socket(info);
    const int error = errno;
    *ret_loopback = is_loopback(info->ai_addr);
    freeaddrinfo(info);
    if (fd < 0)
        return bind_fault(address, port, error, fault);
    *ret_socket = fd;
    *ret_port = port_of(fd);
    return TF_OK;
}
