/* All four roles in one process: a record's way from HTTP to its two results, and what the monitor knows of it. */
#include "roles_fixture.h"

static json_t *flow(struct fixture *f)
{
    char *answer = client_talk(tf_http_server_port(f->runs[3]->server), GET("/api/v1/flow"));
    json_t *json = body_of(answer);
    free(answer);
    return json;
}

static bool all_up(struct fixture *f)
{
    json_t *json = flow(f);
    const json_t *services = json_object_get(json, "services");
    size_t up = 0, i;
    const json_t *service;
    json_array_foreach(services, i, service)
        up += strcmp(text_of(service, "status"), "up") == 0;
    json_decref(json);
    return up == 4;
}

static bool no_lag(struct fixture *f)
{
    json_t *json = flow(f);
    const json_t *lag = json_object_get(json, "lag");
    bool none = json_array_size(lag) == 2;
    for (size_t g = 0; g < 2; g++)
        none = none && strcmp(text_of(json_array_get(lag, g), "status"), "ok") == 0 &&
               json_integer_value(json_object_get(json_array_get(lag, g), "messages")) == 0 && json_array_size(json_object_get(json_array_get(lag, g), "partitions")) == 1;
    json_decref(json);
    return none;
}

static unsigned long long told(struct fixture *f, const char *role, const char *member)
{
    json_t *json = flow(f);
    unsigned long long value = 0;
    size_t i;
    const json_t *service;
    json_array_foreach(json_object_get(json, "services"), i, service)
        if (strcmp(text_of(service, "role"), role) == 0)
            value = (unsigned long long)json_integer_value(json_object_get(service, member));
    json_decref(json);
    return value;
}

static const struct tf_row *row_of(const struct seen *seen, const char *event_id)
{
    char start[64];
    snprintf(start, sizeof start, "{\"event_id\":\"%s\",", event_id);
    for (size_t r = 0; r < seen->count; r++)
        if (tf_str_starts(seen->rows[r].value, tf_str_of(start)))
            return &seen->rows[r];
    fail_msg("no row for %s", event_id);
    return NULL;
}

static void test_a_records_way(void **state)
{
    (void)state;
    static const char *const names[] = {"collector", "tax", "fraud", "monitor"};
    struct fixture *f = open_fixture(NULL, 0);
    static struct seen tax, fraud, duplicates;
    tax = fraud = duplicates = (struct seen){0};
    open_seen(f, &tax, TF_STREAM_TAX);
    open_seen(f, &fraud, TF_STREAM_FRAUD);
    open_seen(f, &duplicates, TF_STREAM_DUPLICATES);
    for (size_t r = 0; r < 4; r++)
        start_role(f, names[r]);
    for (size_t r = 0; r < 4; r++)
        AWAIT(is_ready(f->runs[r]));

    static const char headers[] = "Content-Type: application/cloudevents+json\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00\r\n";
    assert_int_equal(post_status(f, headers, EVENT("e1", "S")), 202);
    assert_int_equal(post_status(f, headers, EVENT("e2", "S")), 202);
    /* A repeat that the collector's courtesy does not see, for it is sent past it: the roles' claim decides. */
    read_rows(&f->audit, 2);
    struct tf_row again = f->audit.rows[0];
    struct tf_ticket ticket = {0};
    assert_int_equal(tf_feed_send(f->process.feed, &again, &ticket), TF_OK);
    assert_int_equal(tf_feed_wait(f->process.feed, &ticket, 1, DEADLINE_MS), TF_OK);
    assert_int_equal(ticket.err, TF_OK);

    read_rows(&tax, 2);
    read_rows(&fraud, 2);
    read_rows(&duplicates, 2);
    read_rows(&f->dlq, 0);
    const struct tf_row *row = row_of(&tax, "e1");
    assert_non_null(memmem(row->value.ptr, row->value.len, "\"position\":\"taxflow.audit:0:0\"", 30));
    assert_str(header_of(row, "ce_type"), "taxflow.tax.assessed.v1");
    assert_str(header_of(row, "ce_source"), "urn:taxflow");
    assert_true(tf_str_starts(header_of(row, "traceparent"), TF_STR("00-0af7651916cd43dd8448eb211c80319c-")));
    assert_int_equal(header_of(row, "tf_owner").len, TF_LEDGER_HEADER_BYTES);
    assert_true(tf_str_eq(row->key, f->audit.rows[0].key));
    assert_str(header_of(row_of(&fraud, "e2"), "ce_type"), "taxflow.fraud.assessed.v1");
    assert_non_null(memmem(duplicates.rows[0].value.ptr, duplicates.rows[0].value.len, "\"owner\":\"taxflow.audit:0:0\"", 27));

    AWAIT(all_up(f));
    AWAIT(no_lag(f));
    AWAIT(told(f, "tax", "received") == 3);
    AWAIT(told(f, "fraud", "duplicates") == 1);
    assert_int_equal(told(f, "tax", "processed"), 2);
    AWAIT(told(f, "collector", "processed") == 2);
    tf_tail_destroy(tax.tail);
    tf_tail_destroy(fraud.tail);
    tf_tail_destroy(duplicates.tail);
    tf_arena_destroy(tax.arena);
    tf_arena_destroy(fraud.arena);
    tf_arena_destroy(duplicates.arena);
    close_fixture(f);
}

static void test_a_port_in_use_is_told(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(NULL, 0);
    struct tf_role_run *first = start_role(f, "monitor"), *second = NULL;
    char listen[64];
    struct tf_fault fault = {0};
    AWAIT(is_ready(first));
    snprintf(listen, sizeof listen, "127.0.0.1:%u", tf_http_server_port(first->server));
    struct tf_config taken = *f->config;
    taken.collector.listen = listen;
    atomic_store(&f->process.config, &taken);
    assert_int_equal(tf_role_start(&f->process, tf_role_find("collector"), &second, &fault), TF_E_CONFIG);
    assert_null(second);
    assert_non_null(strstr(fault.text, strrchr(listen, ':') + 1));
    atomic_store(&f->process.config, f->config);
    close_fixture(f);
}

static void test_roles_by_name(void **state)
{
    (void)state;
    static const char *const names[] = {"collector", "tax", "fraud", "monitor"};
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(tf_role_find(names[i])->name, names[i]);
    assert_null(tf_role_find("all"));
    assert_null(tf_role_find(""));
    assert_null(tf_role_find("Tax"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roles_by_name),
        cmocka_unit_test(test_a_records_way),
        cmocka_unit_test(test_a_port_in_use_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
