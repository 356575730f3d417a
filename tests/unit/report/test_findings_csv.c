#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "taxflow/findings_csv.h"
#include "taxflow/fraud.h"
#include "taxflow/tax.h"

static void assert_cell(struct tf_str text, const char *expected)
{
    struct tf_buf out;
    tf_buf_init(&out, 1 << 20);
    tf_findings_csv_cell(&out, text, true);
    if (!tf_str_is(tf_buf_view(&out), expected))
        fail_msg("%.*s is not %s", (int)out.len, out.ptr, expected);
    tf_buf_finish(&out);
}

static void test_plain_cells(void **state)
{
    (void)state;
    static const char *const plain[] = {"", "abc", "a b", "12.50", "gr\xc3\xbc\xc3\x9f", "a=1", "a;b", "'quoted'", "0", "1-1", "DE123456789"};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        assert_cell(tf_str_of(plain[i]), plain[i]);
    assert_cell(TF_STR_NONE, "");
}

/* RFC 4180, section 2, rules 5 to 7. */
static void test_quotes(void **state)
{
    (void)state;
    assert_cell(TF_STR("a,b"), "\"a,b\"");
    assert_cell(TF_STR("say \"no\""), "\"say \"\"no\"\"\"");
    assert_cell(TF_STR("two\nlines"), "\"two\nlines\"");
    assert_cell(TF_STR("two\rlines"), "\"two\rlines\"");
    assert_cell(TF_STR("\""), "\"\"\"\"");
    assert_cell(TF_STR(","), "\",\"");
}

static void test_cells_a_spreadsheet_would_run(void **state)
{
    (void)state;
    static const struct { const char *text, *cell; } cases[] = {
        {"=1+1", "\"'=1+1\""},
        {"=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
        {"+49 30 1234", "\"'+49 30 1234\""},
        {"-2+3", "\"'-2+3\""},
        {"--1", "\"'--1\""},
        {"-", "\"'-\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"\t=1", "\"'\t=1\""},
        {"\r=1", "\"'\r=1\""},
        {"\n=1", "\"'\n=1\""},
        {"=", "\"'=\""},
        {" =1", "\"' =1\""},                     /* blanks and quotes that an import takes away */
        {"\"=1", "\"'\"\"=1\""},
        {"'=1", "\"''=1\""},
        {" \"\xc2\xa0'@x", "\"' \"\"\xc2\xa0'@x\""},
        {"\xef\xbc\x9d" "1", "\"'\xef\xbc\x9d" "1\""}, /* full-width */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_cell(tf_str_of(cases[i].text), cases[i].cell);
    assert_cell(TF_STR("-12.50"), "-12.50"); /* a number is a number */
    assert_cell((struct tf_str){"a\0b\x1f" "c", 5}, "a b c");
}

static void test_long_cells_are_cut_between_characters(void **state)
{
    (void)state;
    enum { LEN = 100000 };
    char *text = malloc(LEN);
    struct tf_buf out;
    tf_buf_init(&out, 1 << 20);
    for (size_t i = 0; i < LEN; i += 2)
        memcpy(text + i, "\xc3\xbc", 2);
    for (size_t start = 0; start < 2; start++) { /* the limit falls between characters, then into one */
        text[0] = 'x';
        text[1] = 'y';
        tf_buf_reset(&out);
        tf_findings_csv_cell(&out, (struct tf_str){text + start, LEN - start - start}, true);
        assert_int_equal(out.len, 32000 - start);
        assert_true(tf_str_utf8_valid(tf_buf_view(&out)));
    }
    memset(text, '"', LEN);
    tf_buf_reset(&out);
    tf_findings_csv_cell(&out, (struct tf_str){text, LEN}, false);
    assert_int_equal(out.len, 1 + 2 * 32000 + 2);
    tf_buf_finish(&out);
    free(text);
}

/* ---- whole files ---- */

static const char *const records[] = {
    "{\"specversion\":\"1.0\",\"id\":\"p1\",\"source\":\"s\",\"type\":\"taxflow.payment.v1\",\"data\":{\"kind\":\"payment\",\"company\":\"A\",\"payment\":"
    "{\"supplier\":\"=S1\",\"amount\":\"-10.00\",\"currency\":\"EUR\",\"date\":\"2026-01-01\",\"invoice_number\":\"R-1\"}}}",
    "{\"specversion\":\"1.0\",\"id\":\"p2\",\"source\":\"s\",\"type\":\"taxflow.payment.v1\",\"data\":{\"kind\":\"payment\",\"company\":\"A\",\"payment\":"
    "{\"supplier\":\"S2\",\"amount\":\"20.00\",\"currency\":\"EUR\",\"date\":\"2026-01-02\",\"invoice_number\":\"a number of more than thirty-one bytes\"}}}",
    "{\"specversion\":\"1.0\",\"id\":\"p3\",\"source\":\"s\",\"type\":\"taxflow.account.v1\",\"data\":{\"kind\":\"account\",\"company\":\"A\",\"account\":"
    "{\"number\":\"1200\"}}}",
};
enum { RECORDS = sizeof records / sizeof records[0] };

struct setting {
    char folder[64], path[128];
    struct tf_config_source *source;
    struct tf_files *files;
    struct tf_reader *reader;
    struct tf_batch *batch;
    struct tf_findings_csv *csv;
};

static int set_up(void **state)
{
    static struct setting s;
    struct tf_config_error errors[2];
    size_t found;
    const struct tf_config_request request = {.file = "/dev/null"};
    s = (struct setting){0};
    snprintf(s.folder, sizeof s.folder, "/tmp/taxflow-csv-XXXXXX");
    if (!mkdtemp(s.folder) || tf_config_load(&request, &s.source, errors, 2, &found) != TF_OK)
        return -1;
    snprintf(s.path, sizeof s.path, "%s/in.ndjson", s.folder);
    FILE *out = fopen(s.path, "w");
    for (size_t i = 0; i < RECORDS; i++)
        fprintf(out, "%s\n", records[i]);
    fclose(out);
    const char *path = s.path;
    const struct tf_config *config = tf_config_get(s.source);
    s.reader = tf_reader_create(NULL, 0, 4000000);
    s.batch = tf_batch_create(100, 1, 64 << 20);
    *state = &s;
    return tf_files_create(config, &path, 1, 1, NULL, NULL, &s.files, NULL) == TF_OK && tf_findings_csv_create(s.files, config, &s.csv, NULL) == TF_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    struct setting *s = *state;
    char command[96];
    tf_findings_csv_destroy(s->csv);
    tf_batch_destroy(s->batch);
    tf_reader_destroy(s->reader);
    tf_files_destroy(s->files);
    tf_config_destroy(s->source);
    snprintf(command, sizeof command, "rm -rf '%s'", s->folder);
    return system(command);
}

static struct tf_item *add_item(struct setting *s, size_t record)
{
    struct tf_envelope envelope;
    struct tf_problem problem;
    struct tf_item *item = tf_batch_add(s->batch);
    assert_int_equal(tf_reader_read(s->reader, tf_str_of(records[record]), s->batch->arenas[0], &envelope, &item->event, &problem), TF_OK);
    item->ce_id = envelope.id;
    item->position = (struct tf_position){.topic = TF_STR("in.ndjson"), .offset = (int64_t)record + 1};
    item->outcome = TF_OUTCOME_PROCESS;
    return item;
}

static void add_hit(struct setting *s, struct tf_item *item, int64_t amount_minor, const char *related, const char *related_too)
{
    size_t count;
    struct tf_arena *arena = s->batch->arenas[0];
    struct tf_fraud_verdict *verdict = item->verdict[1] ? item->verdict[1] : TF_ARENA_NEW(arena, struct tf_fraud_verdict);
    if (!verdict->hits)
        verdict->hits = TF_ARENA_ARRAY(arena, struct tf_fraud_hit, 10);
    struct tf_fraud_hit *hit = &verdict->hits[verdict->hits_count++];
    hit->rule = &tf_fraud_rules(&count)[0];
    hit->observed = TF_STR("2 payments, 30.00 EUR");
    hit->threshold = TF_STR("1");
    hit->amount_at_risk_minor = amount_minor;
    if (related)
        hit->related[hit->related_count++] = tf_str_of(related);
    if (related_too)
        hit->related[hit->related_count++] = tf_str_of(related_too);
    verdict->decision = TF_FRAUD_REVIEW;
    item->verdict[1] = verdict;
}

static void assert_file(struct setting *s, const char *const *rows, size_t count)
{
    struct tf_fault fault = {0};
    char path[128], line[4096];
    snprintf(path, sizeof path, "%s/findings.csv", s->folder);
    if (tf_findings_csv_write(s->csv, path, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    FILE *in = fopen(path, "r");
    assert_non_null(fgets(line, sizeof line, in));
    assert_string_equal(line, "\xef\xbb\xbf" "file,line,company,kind,number,date,counterparty,currency,amount,amount at risk,decision,rule,reason,related numbers,event id,related ids,verdict\r\n");
    for (size_t i = 0; i < count; i++) {
        assert_non_null(fgets(line, sizeof line, in));
        assert_int_equal(strcspn(line, "\r"), strlen(line) - 2);
        line[strlen(line) - 2] = '\0';
        assert_string_equal(line, rows[i]);
    }
    assert_null(fgets(line, sizeof line, in));
    fclose(in);
}

static void test_rows_by_amount_at_risk(void **state)
{
    struct setting *s = *state;
    size_t rules;
    const char *id = tf_fraud_rules(&rules)[0].id, *title = tf_fraud_rules(&rules)[0].title;
    struct tf_item *first = add_item(s, 0), *second = add_item(s, 1), *third = add_item(s, 2);
    add_hit(s, second, 500, "p1", NULL);
    add_hit(s, second, 3000, "p3", "nobody");
    add_hit(s, first, 3000, "p2", "p1");
    add_hit(s, third, 0, NULL, NULL);
    tf_findings_csv_add(s->csv, s->batch);
    char rows[4][600];
    const char *pointers[] = {rows[0], rows[1], rows[2], rows[3]};
    static const char said[] = "2 payments, 30.00 EUR; limit 1";
    /* The last column is for people. p1's number is long known, p3's is not yet: found in the files; nobody's id stands for itself. Ties as they came. */
    snprintf(rows[0], 600, "in.ndjson,1,A,payment,R-1,2026-01-01,\"'=S1\",EUR,-10.00,30.00,review,%s,\"%s: %s\",a number of more than thirty-one bytes R-1,p1,\"[\"\"p2\"\",\"\"p1\"\"]\",",
             id, title, said);
    snprintf(rows[1], 600, "in.ndjson,2,A,payment,a number of more than thirty-one bytes,2026-01-02,S2,EUR,20.00,30.00,review,%s,\"%s: %s\",1200 nobody,p2,\"[\"\"p3\"\",\"\"nobody\"\"]\",", id,
             title, said);
    snprintf(rows[2], 600, "in.ndjson,2,A,payment,a number of more than thirty-one bytes,2026-01-02,S2,EUR,20.00,5.00,review,%s,\"%s: %s\",R-1,p2,\"[\"\"p1\"\"]\",", id, title, said);
    snprintf(rows[3], 600, "in.ndjson,3,A,account,1200,,,,,,review,%s,\"%s: %s\",,p3,,", id, title, said);
    assert_file(s, pointers, 4);
}

static void test_only_judged_records_have_rows(void **state)
{
    struct setting *s = *state;
    static const enum tf_outcome outcomes[] = {TF_OUTCOME_DUPLICATE, TF_OUTCOME_DEAD, TF_OUTCOME_SKIPPED};
    for (size_t i = 0; i < 3; i++) {
        struct tf_item *item = add_item(s, i);
        add_hit(s, item, 100, NULL, NULL);
        item->outcome = outcomes[i];
    }
    add_item(s, 0); /* nothing found */
    tf_findings_csv_add(s->csv, s->batch);
    assert_file(s, NULL, 0);
}

static void test_tax_findings(void **state)
{
    struct setting *s = *state;
    size_t rules;
    struct tf_tax_finding findings[2] = {{.rule = &tf_tax_rules(&rules)[0], .observed = TF_STR("1"), .expected = TF_STR("2")}, {.rule = &tf_tax_rules(&rules)[1]}};
    struct tf_tax_verdict *verdict = TF_ARENA_NEW(s->batch->arenas[0], struct tf_tax_verdict);
    verdict->applicable = true;
    verdict->decided = true;
    verdict->findings = findings;
    verdict->findings_count = verdict->findings_total = 2;
    add_item(s, 2)->verdict[0] = verdict;
    tf_findings_csv_add(s->csv, s->batch);
    char rows[2][800];
    const char *pointers[] = {rows[0], rows[1]};
    struct tf_buf cell;
    tf_buf_init(&cell, 4096);
    for (size_t i = 0; i < 2; i++) {
        char reason[600];
        snprintf(reason, sizeof reason, "%s%s", findings[i].rule->text, i == 0 ? "; found 1, expected 2" : "");
        tf_buf_reset(&cell);
        tf_findings_csv_cell(&cell, tf_str_of(reason), true);
        snprintf(rows[i], sizeof rows[i], "in.ndjson,3,A,account,1200,,,,,,invalid,%s,%.*s,,p3,,", findings[i].rule->id, (int)cell.len, cell.ptr);
    }
    tf_buf_finish(&cell);
    assert_file(s, pointers, 2);
}

static void test_a_record_of_megabytes_has_its_row(void **state)
{
    struct setting *s = *state;
    struct tf_item *item = add_item(s, 0);
    char *name = tf_arena_alloc(s->batch->arenas[0], 3000000);
    memset(name, '"', 3000000);
    item->event.company = item->event.as.payment->supplier = item->event.as.payment->currency = (struct tf_str){name, 3000000};
    add_hit(s, item, 100, NULL, NULL);
    tf_findings_csv_add(s->csv, s->batch);
    char path[128];
    snprintf(path, sizeof path, "%s/findings.csv", s->folder);
    assert_int_equal(tf_findings_csv_write(s->csv, path, NULL), TF_OK);
}

static void test_places_that_cannot_be_written(void **state)
{
    struct setting *s = *state;
    struct tf_fault fault = {0};
    assert_int_equal(tf_findings_csv_write(s->csv, "/nowhere/findings.csv", &fault), TF_E_IO);
    assert_non_null(strstr(fault.text, "/nowhere/findings.csv"));
    add_hit(s, add_item(s, 0), 100, NULL, NULL);
    tf_findings_csv_add(s->csv, s->batch);
    assert_int_equal(tf_findings_csv_write(s->csv, "/dev/full", &fault), TF_E_IO);
    assert_non_null(strstr(fault.text, "free some room"));
    struct tf_findings_csv *none = NULL;
    setenv("TMPDIR", "/nowhere", 1);
    assert_int_equal(tf_findings_csv_create(s->files, tf_config_get(s->source), &none, &fault), TF_E_IO);
    unsetenv("TMPDIR");
    assert_non_null(strstr(fault.text, "TMPDIR"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_cells),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_cells_a_spreadsheet_would_run),
        cmocka_unit_test(test_long_cells_are_cut_between_characters),
        cmocka_unit_test_setup_teardown(test_rows_by_amount_at_risk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_judged_records_have_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tax_findings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_record_of_megabytes_has_its_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_places_that_cannot_be_written, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
