#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <unistd.h>

#include "http_internal.h"

static struct tf_fault fault;

static void tells_loopback_from_the_world(void **state)
{
    static const struct {
        const char *address;
        bool loopback;
    } cases[] = {{"127.0.0.1:0", true}, {"127.1.2.3:0", true}, {"localhost:0", true}, {"0.0.0.0:0", false}, {":0", false}, {"*:0", false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int fd = -1;
        uint16_t port = 0;
        bool loopback;
        if (tf_http_listen(cases[i].address, &fd, &port, &loopback, &fault) != TF_OK || loopback != cases[i].loopback || port == 0)
            fail_msg("%s", cases[i].address);
        close(fd);
    }
}

static void ipv6_stands_in_brackets(void **state)
{
    int fd;
    uint16_t port;
    bool loopback;
    (void)state;
    const enum tf_err err = tf_http_listen("[::1]:0", &fd, &port, &loopback, &fault);
    if (err != TF_OK)
        skip(); /* no IPv6 here */
    assert_true(loopback && port > 0);
    close(fd);
    assert_int_equal(tf_http_listen("[::]:0", &fd, &port, &loopback, &fault), TF_OK);
    assert_false(loopback);
    close(fd);
}

static void refuses_what_is_no_address(void **state)
{
    static const char *const bad[] = {"",        "127.0.0.1",     "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:x", "127.0.0.1:-1", "::1:80",
                                      "[::1:80", "300.1.1.1:800", "a b:80",     "[nonsense]:80",   "192.0.2.1:0"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int fd;
        uint16_t port;
        bool loopback;
        fault.text[0] = '\0';
        if (tf_http_listen(bad[i], &fd, &port, &loopback, &fault) != TF_E_CONFIG || !fault.text[0])
            fail_msg("%s: %s", bad[i], fault.text);
    }
}

static void a_taken_port_is_named(void **state)
{
    int fd, other;
    uint16_t port, other_port;
    bool loopback;
    char address[32], number[8];
    (void)state;
    assert_int_equal(tf_http_listen("127.0.0.1:0", &fd, &port, &loopback, &fault), TF_OK);
    snprintf(address, sizeof address, "127.0.0.1:%u", port);
    snprintf(number, sizeof number, "%u", port);
    assert_int_equal(tf_http_listen(address, &other, &other_port, &loopback, &fault), TF_E_CONFIG);
    assert_int_equal(fault.code, TF_E_CONFIG);
    assert_non_null(strstr(fault.text, number));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_loopback_from_the_world),
        cmocka_unit_test(ipv6_stands_in_brackets),
        cmocka_unit_test(refuses_what_is_no_address),
        cmocka_unit_test(a_taken_port_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
