#include "config_address.h"

#include <arpa/inet.h>
#include <ctype.h>

enum { HOST_BYTES_MAX = 253, PORT_MAX = 65535 };

static const char *split(struct tf_str text, struct tf_str *ret_host, struct tf_str *ret_port)
{
    const char *colon = text.len > 0 ? memrchr(text.ptr, ':', text.len) : NULL;
    if (!colon)
        return "has no port: write host:port";
    *ret_host = (struct tf_str){text.ptr, (size_t)(colon - text.ptr)};
    *ret_port = (struct tf_str){colon + 1, text.len - ret_host->len - 1};
    if (ret_host->len == 0)
        return "has no host: write host:port";
    if (ret_host->len > HOST_BYTES_MAX)
        return "has a host name that is too long";
    return NULL;
}

static bool is_ipv4(const char *host, struct tf_config_address *address)
{
    struct in_addr bytes;
    if (inet_pton(AF_INET, host, &bytes) != 1)
        return false;
    address->kind = TF_HOST_IPV4;
    address->loopback = ntohl(bytes.s_addr) >> 24 == 127;
    return true;
}

static bool is_ipv6(const char *host, struct tf_config_address *address)
{
    struct in6_addr bytes;
    if (inet_pton(AF_INET6, host, &bytes) != 1)
        return false;
    address->kind = TF_HOST_IPV6;
    address->loopback = IN6_IS_ADDR_LOOPBACK(&bytes);
    return true;
}

/* Digits and dots alone are an IPv4 address that was mistyped, not a name. */
static bool is_name(struct tf_str host)
{
    bool letters = false;
    for (size_t i = 0; i < host.len; i++) {
        unsigned char c = (unsigned char)host.ptr[i];
        if (!isalnum(c) && c != '-' && c != '.' && c != '_')
            return false;
        letters |= isalpha(c) != 0;
    }
    return letters;
}

static const char *judge_host(struct tf_str host, struct tf_config_address *address)
{
    char text[HOST_BYTES_MAX + 1];
    bool brackets = host.len >= 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
    address->host = brackets ? (struct tf_str){host.ptr + 1, host.len - 2} : host;
    memcpy(text, address->host.ptr, address->host.len);
    text[address->host.len] = '\0';
    if (brackets)
        return is_ipv6(text, address) ? NULL : "has no IPv6 address between its brackets";
    if (memchr(host.ptr, ':', host.len))
        return "needs brackets around an IPv6 address: write [::1]:9101";
    if (is_ipv4(text, address))
        return NULL;
    address->kind = TF_HOST_NAME;
    address->loopback = tf_str_ieq(host, TF_STR("localhost"));
    return is_name(host) ? NULL : "has a host that is neither an address nor a name";
}

const char *tf_config_address_parse(struct tf_str text, struct tf_config_address *ret_address)
{
    struct tf_str host, port;
    uint64_t number = 0;
    *ret_address = (struct tf_config_address){.host = TF_STR_NONE};
    const char *problem = split(text, &host, &port);
    if (!problem)
        problem = judge_host(host, ret_address);
    if (!problem && !tf_str_to_u64(port, PORT_MAX, &number))
        problem = "has no port between 0 and 65535 behind its last colon";
    ret_address->port = (uint16_t)number;
    return problem;
}
