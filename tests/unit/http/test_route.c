#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http_internal.h"

static const struct tf_http_routes routes = {
    .rows = {{.method = "GET", .path = "/livez"},
             {.method = "POST", .path = "/v1/events"},
             {.method = "GET", .path = "/v1/events"},
             {.method = "GET", .path = "/static/*"},
             {.method = "GET", .path = "/"}},
    .count = 5,
};

static void finds_by_path_and_method(void **state)
{
    static const struct {
        const char *method, *path;
        int row; /* -1: path known, -2: unknown */
    } cases[] = {
        {"GET", "/livez", 0},      {"HEAD", "/livez", 0},       {"POST", "/livez", -1},     {"get", "/livez", -1},
        {"POST", "/v1/events", 1}, {"GET", "/v1/events", 2},    {"HEAD", "/v1/events", 2},  {"PUT", "/v1/events", -1},
        {"GET", "/static/", 3},    {"GET", "/static/a/b.js", 3}, {"GET", "/static", -2},    {"DELETE", "/static/x", -1},
        {"GET", "/", 4},           {"GET", "", -2},             {"GET", "/livez/", -2},     {"GET", "/LIVEZ", -2},
        {"GET", "/v1", -2},        {"GET", "/v1/events/1", -2}, {"OPTIONS", "*", -2},       {"TRACE", "/", -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool known;
        const struct tf_http_route *found = tf_http_route_find(&routes, cases[i].method, cases[i].path, &known);
        const bool right = cases[i].row >= 0 ? found == &routes.rows[cases[i].row] : !found && known == (cases[i].row == -1);
        if (!right)
            fail_msg("%s %s", cases[i].method, cases[i].path);
    }
}

static void allow_names_the_methods(void **state)
{
    char allow[64], tiny[8];
    (void)state;
    tf_http_route_allow(&routes, "/v1/events", allow, sizeof allow);
    assert_string_equal(allow, "POST, GET, HEAD");
    tf_http_route_allow(&routes, "/livez", allow, sizeof allow);
    assert_string_equal(allow, "GET, HEAD");
    tf_http_route_allow(&routes, "/nowhere", allow, sizeof allow);
    assert_string_equal(allow, "");
    tf_http_route_allow(&routes, "/v1/events", tiny, sizeof tiny);
    assert_true(strlen(tiny) < sizeof tiny);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_by_path_and_method), cmocka_unit_test(allow_names_the_methods)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
