#include "unit/config/config_fixture.h"

#include "config_address.h"

struct row {
    const char *text, *host;
    enum tf_config_host kind;
    uint16_t port;
    bool loopback;
};

static void addresses_that_are_some(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"127.0.0.1:9101", "127.0.0.1", TF_HOST_IPV4, 9101, true},
        {"127.255.1.2:0", "127.255.1.2", TF_HOST_IPV4, 0, true},
        {"0.0.0.0:65535", "0.0.0.0", TF_HOST_IPV4, 65535, false},
        {"128.0.0.1:1", "128.0.0.1", TF_HOST_IPV4, 1, false},
        {"[::1]:9101", "::1", TF_HOST_IPV6, 9101, true},
        {"[::]:9101", "::", TF_HOST_IPV6, 9101, false},
        {"[fe80::1]:9", "fe80::1", TF_HOST_IPV6, 9, false},
        {"[::ffff:127.0.0.1]:9", "::ffff:127.0.0.1", TF_HOST_IPV6, 9, false},
        {"localhost:9092", "localhost", TF_HOST_NAME, 9092, true},
        {"LocalHost:9092", "LocalHost", TF_HOST_NAME, 9092, true},
        {"kafka-1.example_net:9092", "kafka-1.example_net", TF_HOST_NAME, 9092, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tf_config_address address;
        assert_null(tf_config_address_parse(tf_str_of(rows[i].text), &address));
        assert_true(tf_str_is(address.host, rows[i].host));
        assert_int_equal(address.kind, rows[i].kind);
        assert_int_equal(address.port, rows[i].port);
        assert_int_equal(address.loopback, rows[i].loopback);
    }
}

static void addresses_that_are_none(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", "no port"},          {"localhost", "no port"},        {":9101", "no host"},         {"127.0.0.1:", "no port between"},
        {"127.0.0.1:65536", "no port between"}, {"127.0.0.1:-1", "no port between"}, {"127.0.0.1:90 1", "no port between"},
        {"127.0.0.1:http", "no port between"}, {"::1:9101", "brackets"},       {"[::1:9101", "brackets"},
        {"[127.0.0.1]:9101", "no IPv6"}, {"[]:9101", "no IPv6"},        {"256.0.0.1:9101", "neither"},  {"127.1:9101", "neither"},
        {"a b:9101", "neither"},  {"user:secret@host:9101", "brackets"}, {"http://host:9101", "brackets"}, {"*:9101", "neither"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct tf_config_address address;
        const char *problem = tf_config_address_parse(tf_str_of(rows[i][0]), &address);
        assert_non_null(problem);
        if (!strstr(problem, rows[i][1]))
            fail_msg("%s: wanted …%s…, got %s", rows[i][0], rows[i][1], problem);
    }
    char longest[300];
    memset(longest, 'a', sizeof longest);
    memcpy(longest + 254, ":1", 3);
    struct tf_config_address address;
    assert_non_null(strstr(tf_config_address_parse(tf_str_of(longest), &address), "too long"));
    assert_null(tf_config_address_parse(tf_str_of(longest + 1), &address));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_that_are_some),
        cmocka_unit_test(addresses_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
