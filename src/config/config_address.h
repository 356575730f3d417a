/* host:port as people write it. */
#ifndef TAXFLOW_CONFIG_ADDRESS_H
#define TAXFLOW_CONFIG_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "taxflow/str.h"

enum tf_config_host { TF_HOST_NAME, TF_HOST_IPV4, TF_HOST_IPV6 };

struct tf_config_address {
    struct tf_str host; /* view of the text; IPv6 without its brackets */
    enum tf_config_host kind;
    uint16_t port;
    bool loopback; /* 127/8, ::1 or localhost */
};

/**
 * Split and judge "host:port": an IPv4 address, an IPv6 address in brackets or a host name, and a port 0..65535.
 * Returns NULL, or what is wrong as half a sentence ("has no port"). Never asks a name server. Static storage.
 */
const char *tf_config_address_parse(struct tf_str text, struct tf_config_address *ret_address);

#endif
