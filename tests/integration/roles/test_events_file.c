/* POST /v1/events with files of other programs, against a collector on the embedded broker. */
#include "roles_fixture.h"

#include <zlib.h>

#include "unit/import/saft/saft_file.h"

#define CSV_TYPE "Content-Type: text/csv; charset=utf-8\r\n"
#define XML_TYPE "Content-Type: application/xml\r\n"
#define TABLE_HEAD "vendor;payment date;amount;ccy;invoice no\n"
#define ROW(vendor) vendor ";2026-01-31;1.25;EUR;7\n"
#define ORDER(id, amount) \
    "<CdtTrfTxInf><PmtId><EndToEndId>" id "</EndToEndId></PmtId><Amt><InstdAmt Ccy='EUR'>" amount "</InstdAmt></Amt><Cdtr><Nm>Alpha</Nm></Cdtr>" \
    "<CdtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id></CdtrAcct></CdtTrfTxInf>"
#define PAIN(orders) \
    "<?xml version='1.0'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'><CstmrCdtTrfInitn><PmtInf><ReqdExctnDt>2026-03-02</ReqdExctnDt>" \
    orders "</PmtInf></CstmrCdtTrfInitn></Document>"

static struct fixture *open_collector(const char *set)
{
    struct fixture *f = open_fixture(&set, 1);
    struct tf_role_run *run = start_role(f, "collector");
    AWAIT(is_ready(run));
    return f;
}

/* Bodies of these tests go to a file. */
static int set_up(void **state)
{
    *state = open_collector("http.memory_body_bytes=16");
    return 0;
}

static int tear_down(void **state)
{
    close_fixture(*state);
    return 0;
}

struct expected { int status; const char *format; json_int_t received, accepted, duplicates, unreadable, refused; };

static json_t *expect(char *answer, const struct expected *expected)
{
    if (client_status(answer) != expected->status)
        fail_msg("%s", answer);
    json_t *body = body_of(answer);
    assert_string_equal(text_of(body, "format"), expected->format);
    assert_int_equal(json_integer_value(json_object_get(body, "received")), expected->received);
    assert_int_equal(json_integer_value(json_object_get(body, "accepted")), expected->accepted);
    assert_int_equal(json_integer_value(json_object_get(body, "duplicates")), expected->duplicates);
    assert_int_equal(json_integer_value(json_object_get(body, "unreadable")), expected->unreadable);
    assert_int_equal(json_integer_value(json_object_get(body, "refused")), expected->refused);
    free(answer);
    return body;
}

static void test_a_table(void **state)
{
    struct fixture *f = *state;
    static const char table[] = TABLE_HEAD ROW("V1") "V2;2026-02-30;2.00;EUR;8\n" ROW("V1");
    json_t *body = expect(post(f, CSV_TYPE, table), &(struct expected){207, "csv", 3, 2, 0, 1, 0});
    const json_t *results = json_object_get(body, "results"), *first = json_array_get(results, 0);
    assert_int_equal(json_array_size(results), 1);
    assert_int_equal(json_integer_value(json_object_get(first, "line")), 3);
    assert_int_equal(json_integer_value(json_object_get(first, "status")), 400);
    assert_string_equal(text_of(json_object_get(first, "problem"), "reason"), "bad-date");
    assert_string_equal(text_of(json_object_get(first, "problem"), "path"), "payment date");
    json_decref(body);
    read_rows(&f->audit, 2);
    read_rows(&f->dlq, 0);
    assert_false(tf_str_eq(header_of(&f->audit.rows[0], "ce_id"), header_of(&f->audit.rows[1], "ce_id")));
    assert_false(tf_str_present(header_of(&f->audit.rows[0], "ce_tforiginal")));
    /* The same rows again, one more among them: only that one is sent. */
    json_decref(expect(post(f, CSV_TYPE, TABLE_HEAD ROW("V1") ROW("V3") ROW("V1")), &(struct expected){202, "csv", 3, 1, 2, 0, 0}));
    read_rows(&f->audit, 3);
}

static void test_whose_records_are(void **state)
{
    struct fixture *f = *state;
    char request[256], *answer;
    static const char table[] = TABLE_HEAD ROW("V1");
    snprintf(request, sizeof request, "POST /v1/events?company=OTHER HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: %zu\r\n" CSV_TYPE "\r\n", sizeof table - 1);
    answer = client_talk_bytes(tf_http_server_port(f->runs[0]->server), request, table, sizeof table - 1);
    json_decref(expect(answer, &(struct expected){202, "csv", 1, 1, 0, 0, 0}));
    read_rows(&f->audit, 1);
    assert_str(header_of(&f->audit.rows[0], "ce_source"), "urn:taxflow:OTHER");
}

static void test_a_packed_table(void **state)
{
    struct fixture *f = *state;
    unsigned char packed[512];
    static const char table[] = TABLE_HEAD ROW("V1") ROW("V2");
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)table, .avail_in = sizeof table - 1, .next_out = packed, .avail_out = sizeof packed};
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t len = sizeof packed - stream.avail_out;
    deflateEnd(&stream);
    char *answer = post_bytes(f, "Content-Type: application/gzip\r\n", (char *)packed, len);
    json_decref(expect(answer, &(struct expected){202, "csv", 2, 2, 0, 0, 0}));
    answer = post_bytes(f, CSV_TYPE "Content-Encoding: gzip\r\n", (char *)packed, len); /* the transfer's packing, not the file's: the same rows */
    json_decref(expect(answer, &(struct expected){202, "csv", 2, 0, 2, 0, 0}));
    answer = post_bytes(f, "Content-Type: application/gzip\r\n", (char *)packed, len - 9);
    assert_int_equal(client_status(answer), 422);
    free(answer);
}

static void test_a_payment_run(void **state)
{
    struct fixture *f = *state;
    json_decref(expect(post(f, XML_TYPE, PAIN(ORDER("E1", "119.00") ORDER("E2", "5.00"))), &(struct expected){202, "pain.001", 2, 2, 0, 0, 0}));
    read_rows(&f->audit, 2);
    assert_str(header_of(&f->audit.rows[0], "ce_type"), "taxflow.payment.v1");
}

/* A file's own contradictions are no record's: the answer tells them. */
static void test_an_audit_file(void **state)
{
    struct fixture *f = *state;
    static const char wrong[] = NO_FILE(NO_HEADER NO_GOOD_MASTERS NO_ENTRIES("2", "125.00", "125", NO_JOURNAL("GL", NO_TRANSACTION("7", "2025-03-31", NO_GOOD_LINES))));
    json_t *body = expect(post(f, XML_TYPE, NO_GOOD), &(struct expected){202, "saf-t", 4, 4, 0, 0, 0});
    assert_null(json_object_get(body, "findings"));
    json_decref(body);
    body = expect(post(f, XML_TYPE, wrong), &(struct expected){202, "saf-t", 4, 0, 4, 0, 0});
    const json_t *findings = json_object_get(body, "findings"), *first = json_array_get(findings, 0);
    assert_int_equal(json_array_size(findings), 1);
    assert_string_equal(text_of(first, "rule"), "SAFT-01");
    assert_string_equal(text_of(first, "observed"), "2");
    assert_string_equal(text_of(first, "expected"), "1");
    assert_true(json_object_size(json_object_get(body, "summary")) > 0);
    json_decref(body);
    read_rows(&f->audit, 4);
}

static void test_what_is_refused(void **state)
{
    static const struct { const char *headers, *body; int status; const char *words; } cases[] = {
        {"Content-Type: application/vnd.ms-excel\r\n", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 415, "save the sheet as CSV UTF-8"},
        {XML_TYPE, "<p:FatturaElettronica versione='FPR12'/>", 415, "FatturaPA"},
        {"Content-Type: application/edifact\r\n", "UNB+UNOC:3+A+B+260101:1200+1'", 415, "EDIFACT"},
        {"Content-Type: text/plain\r\n", "just some words", 415, "no format that is read"},
        {CSV_TYPE, "", 422, "detail"},
        {CSV_TYPE, "{\"kind\":\"payment\"}", 422, "map"},
        {CSV_TYPE, "a;b\n1;2\n", 422, "map"},
        {CSV_TYPE, TABLE_HEAD "V1;03/04/2026;1.25;EUR;7\nV2;05/06/2026;2.00;EUR;8\n", 422, "DD"},
        {CSV_TYPE, TABLE_HEAD "\n", 422, "no record"},
        {CSV_TYPE "Idempotency-Key: k\r\n", TABLE_HEAD ROW("V1"), 400, "names one record"},
        {CSV_TYPE "ce-specversion: 1.0\r\nce-id: x\r\n", TABLE_HEAD ROW("V1"), 400, "name one record"},
    };
    struct fixture *f = *state;
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        char *answer = post(f, cases[c].headers, cases[c].body);
        if (client_status(answer) != cases[c].status || !strstr(answer, cases[c].words) || !strstr(answer, "application/problem+json"))
            fail_msg("case %zu: %s", c, answer);
        free(answer);
    }
    read_rows(&f->audit, 0);
    read_rows(&f->dlq, 0);
}

/* What a file that is no table at all could make of an answer is bounded. */
static void test_many_unreadable_rows(void **state)
{
    enum { ROWS = 1300 };
    struct fixture *f = *state;
    char *table = malloc(64 + ROWS * 32);
    size_t len = (size_t)sprintf(table, TABLE_HEAD ROW("V1"));
    for (int i = 0; i < ROWS; i++)
        len += (size_t)sprintf(table + len, "V%d;2026-02-30;1.00;EUR;7\n", i);
    json_t *body = expect(post(f, CSV_TYPE, table), &(struct expected){207, "csv", ROWS + 1, 1, 0, ROWS, 0});
    assert_int_equal(json_array_size(json_object_get(body, "results")), 1000);
    assert_int_equal(json_integer_value(json_object_get(body, "left_out")), ROWS - 1000);
    json_decref(body);
    free(table);
}

/* More records than go at a time; in memory, as short bodies do. */
static void test_a_longer_table(void **state)
{
    enum { ROWS = 2000 };
    struct fixture *f = open_collector("http.memory_body_bytes=1048576");
    (void)state;
    char *table = malloc(64 + ROWS * 40);
    size_t len = (size_t)sprintf(table, TABLE_HEAD);
    for (int i = 0; i < ROWS; i++)
        len += (size_t)sprintf(table + len, "V%d;2026-01-%02d;1.25;EUR;%d\n", i % 7, 28 - i % 28, i);
    json_decref(expect(post(f, CSV_TYPE, table), &(struct expected){202, "csv", ROWS, ROWS, 0, 0, 0}));
    read_rows(&f->audit, ROWS);
    json_decref(expect(post(f, CSV_TYPE, table), &(struct expected){202, "csv", ROWS, 0, ROWS, 0, 0}));
    read_rows(&f->audit, ROWS);
    free(table);
    close_fixture(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_table, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_whose_records_are, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_packed_table, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_payment_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_audit_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_unreadable_rows, set_up, tear_down),
        cmocka_unit_test(test_a_longer_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
