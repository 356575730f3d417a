#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "taxflow/report_page.h"

/* Judged files without the judges: events are made of their records, verdicts are put on them by hand. */
struct setting {
    char folder[64], in[128], out[128];
    struct tf_config_source *source;
    struct tf_files *files;
    struct tf_reader *reader;
    struct tf_batch *batch;
    struct tf_fraud_ruleset *ruleset;
    struct tf_report_page *page;
    struct tf_report report;
    char *text;
};

#define PAYMENT(id, supplier, amount, currency, number)                                                                                                \
    "{\"specversion\":\"1.0\",\"id\":\"" id "\",\"source\":\"s\",\"type\":\"taxflow.payment.v1\",\"data\":{\"kind\":\"payment\",\"company\":\"A\",\"payment\":" \
    "{\"supplier\":\"" supplier "\",\"amount\":\"" amount "\",\"currency\":\"" currency "\",\"date\":\"2026-01-31\",\"invoice_number\":\"" number "\"}}}"

static const char *const records[] = {
    PAYMENT("p0", "<b>S0</b>", "10.00", "EUR", "R-0"),
    PAYMENT("p1", "S1", "20.00", "eur", "R-1"),
    PAYMENT("p2", "S2", "30.00", "SEK", "R-2"),
};
enum { RECORDS = sizeof records / sizeof records[0] };

static int set_up(void **state)
{
    static struct setting s;
    struct tf_config_error errors[2];
    size_t found;
    const struct tf_config_request request = {.file = "/dev/null"};
    s = (struct setting){0};
    snprintf(s.folder, sizeof s.folder, "/tmp/taxflow-page-XXXXXX");
    if (!mkdtemp(s.folder) || tf_config_load(&request, &s.source, errors, 2, &found) != TF_OK)
        return -1;
    snprintf(s.in, sizeof s.in, "%s/<in>.ndjson", s.folder);
    snprintf(s.out, sizeof s.out, "%s/report.html", s.folder);
    FILE *out = fopen(s.in, "w");
    for (size_t i = 0; i < RECORDS; i++)
        fprintf(out, "%s\n", records[i]);
    fclose(out);
    const char *path = s.in;
    s.reader = tf_reader_create(NULL, 0, 4000000);
    s.batch = tf_batch_create(4000, 1, 256 << 20);
    *state = &s;
    if (tf_files_create(tf_config_get(s.source), &path, 1, 1, NULL, NULL, &s.files, NULL) != TF_OK
        || tf_fraud_ruleset_load((struct tf_string_list){NULL, 0}, &s.ruleset, NULL) != TF_OK)
        return -1;
    s.report.ruleset = s.ruleset;
    const struct tf_report_page_options options = {s.files, tf_config_get(s.source), s.ruleset};
    return tf_report_page_create(&options, &s.page, NULL) == TF_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    struct setting *s = *state;
    char command[96];
    free(s->text);
    tf_report_page_destroy(s->page);
    tf_fraud_ruleset_destroy(s->ruleset);
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
    item->position = (struct tf_position){.topic = tf_str_of(s->in), .offset = (int64_t)record + 1};
    item->outcome = TF_OUTCOME_PROCESS;
    item->verdict[0] = TF_ARENA_NEW(s->batch->arenas[0], struct tf_tax_verdict);
    item->verdict[1] = TF_ARENA_NEW(s->batch->arenas[0], struct tf_fraud_verdict);
    return item;
}

static void add_hit(struct setting *s, struct tf_item *item, int64_t amount_minor, struct tf_str observed, const char *related)
{
    size_t count;
    struct tf_fraud_verdict *verdict = item->verdict[1];
    if (!verdict->hits)
        verdict->hits = TF_ARENA_ARRAY(s->batch->arenas[0], struct tf_fraud_hit, 16);
    struct tf_fraud_hit *hit = &verdict->hits[verdict->hits_count++];
    hit->rule = &tf_fraud_ruleset_rules(s->ruleset, &count)[0];
    hit->mode = TF_FRAUD_LIVE;
    hit->observed = observed;
    hit->threshold = TF_STR("1");
    hit->amount_at_risk_minor = amount_minor;
    if (related)
        hit->related[hit->related_count++] = tf_str_of(related);
    verdict->decision = TF_FRAUD_REVIEW;
    verdict->amount_at_risk_minor = amount_minor > verdict->amount_at_risk_minor ? amount_minor : verdict->amount_at_risk_minor;
}

static const char *write_page(struct setting *s)
{
    struct tf_fault fault = {0};
    size_t len = 0;
    tf_report_page_add(s->page, s->batch);
    if (tf_report_page_write(s->page, &s->report, 1780000000000, NULL, 0, s->out, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    FILE *in = fopen(s->out, "r");
    assert_true(getdelim(&s->text, &len, '\0', in) > 0);
    fclose(in);
    return s->text;
}

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, what)); at++)
        count++;
    return count;
}

static void assert_says(const char *text, const char *what)
{
    if (!strstr(text, what))
        fail_msg("nowhere: %s", what);
}

static void test_nothing_found(void **state)
{
    struct setting *s = *state;
    add_item(s, 0);
    s->report.received = s->report.accepted = s->report.fraud.approve = 1;
    const char *text = write_page(s);
    assert_says(text, "None is to be blocked or reviewed.");
    assert_says(text, "No record has a finding.");
    assert_says(text, "No rule found anything.");
    assert_says(text, "Every record could be judged by every role.");
    assert_int_equal(count_of(text, "class=\"card "), 0);
}

static void test_sums_by_currency_and_party(void **state)
{
    struct setting *s = *state;
    struct tf_item *first = add_item(s, 0), *second = add_item(s, 1), *third = add_item(s, 2);
    add_hit(s, first, 1000, TF_STR("seen"), "p1");
    add_hit(s, first, 700, TF_STR("seen"), NULL); /* of one record the largest counts */
    add_hit(s, second, 123456700, TF_STR("seen"), "p0");
    add_hit(s, third, 5, TF_STR("seen"), "nobody");
    const char *text = write_page(s);
    assert_says(text, "<td class=\"id\">EUR</td><td class=\"n\" data-v=\"2\">2</td><td class=\"n\" data-v=\"0\">0</td><td class=\"n\" data-v=\"0.00\">0.00</td>"
                      "<td class=\"n\" data-v=\"2\">2</td><td class=\"n\" data-v=\"1234577.00\">1,234,577.00</td>");
    assert_says(text, "<td class=\"id\">SEK</td>");
    assert_says(text, "<tr><td><bdi>S1</bdi></td><td class=\"n\" data-v=\"1\">1</td><td class=\"n\" data-v=\"0\">0</td><td class=\"n\" data-v=\"1\">1</td>"
                      "<td class=\"n\" data-v=\"1234567.00\">1,234,567.00</td></tr>");
    assert_says(text, "&lt;b&gt;S0&lt;/b&gt;");
    assert_null(strstr(text, "<b>S0"));
    assert_null(strstr(text, "<in>.ndjson"));
    /* The larger one stands first; both point to each other, and to what is no card a line of documents. */
    assert_true(strstr(text, "data-id=\"p1\"") < strstr(text, "data-id=\"p0\""));
    assert_int_equal(count_of(text, "class=\"card review-card\""), 3);
    assert_says(text, "not in these files");
    assert_int_equal(count_of(text, "<tr id=\"d-"), 1);
    assert_says(text, "data-v=\"4\">4<small>rows of findings.csv</small>");
}

static void test_what_could_not_be_judged(void **state)
{
    struct setting *s = *state;
    for (int i = 0; i < 3; i++) {
        struct tf_item *item = add_item(s, 0);
        item->outcome = TF_OUTCOME_DEAD;
        item->problem = (struct tf_problem){.err = TF_E_DATE, .path = TF_STR("$.payment.date"), .detail = TF_STR("<i>no day</i>")};
    }
    struct tf_item *item = add_item(s, 1);
    item->verdict[1] = NULL;
    item->verdict_problem[1] = (struct tf_problem){.err = TF_E_RESULT_SIZE};
    const char *text = write_page(s);
    assert_says(text, "<td class=\"id\">bad-date</td><td>every role</td>");
    assert_says(text, "<td class=\"n\" data-v=\"3\">3</td><td><bdi>");
    assert_says(text, "&lt;i&gt;no day&lt;/i&gt;");
    assert_says(text, "<td class=\"id\">result-too-big</td><td>fraud</td>");
}

/* Words that grow eightfold when they are escaped, on more cards than there are: the page keeps its ceiling and says how many it shows. */
static void test_the_page_is_bounded(void **state)
{
    struct setting *s = *state;
    enum { LONG = 3000, ITEMS = 2000 };
    char *words = tf_arena_alloc(s->batch->arenas[0], LONG);
    for (size_t i = 0; i + 3 <= LONG; i += 3)
        memcpy(words + i, "\xe2\x80\xae", 3);
    for (size_t i = 0; i < ITEMS; i++) {
        struct tf_item *item = add_item(s, 0);
        item->ce_id = tf_arena_printf(s->batch->arenas[0], "%zu%s", i, "\xe2\x80\xae\xe2\x80\xae\xe2\x80\xae\xe2\x80\xae");
        for (size_t h = 0; h < 16; h++)
            add_hit(s, item, (int64_t)i + 1, (struct tf_str){words, LONG}, "nobody");
    }
    const char *text = write_page(s);
    const size_t cards = count_of(text, "class=\"card ");
    char shown[64];
    assert_true(strlen(text) < 2 << 20);
    assert_true(cards > 20 && cards <= 100);
    snprintf(shown, sizeof shown, "<span id=\"n-shown\">%zu</span> of 2,000 ", cards);
    assert_says(text, shown);
    assert_says(text, "and 4 more hits: see findings.csv");
    assert_null(strstr(text, "\xe2\x80\xae"));
    assert_true(tf_str_utf8_valid(tf_str_of(text)));
}

static void write_section(const void *self, struct tf_html *html)
{
    tf_html_text(html, tf_str_of(self));
}

static void test_sections_and_places_that_cannot_be_written(void **state)
{
    struct setting *s = *state;
    struct tf_fault fault = {0};
    size_t len = 0;
    const struct tf_report_section sections[] = {{.id = "own", .title = "Own & more", .write = write_section, .self = "<x>"}, {.id = "none", .title = "None", .summary = write_section, .self = "nothing"},
                                                 {.id = "first", .title = "First", .write = write_section, .self = "y", .summary = write_section, .early = true}};
    assert_int_equal(tf_report_page_write(s->page, &s->report, 0, sections, 3, s->out, &fault), TF_OK);
    FILE *in = fopen(s->out, "r");
    assert_true(getdelim(&s->text, &len, '\0', in) > 0);
    fclose(in);
    assert_says(s->text, "<section id=\"own\" aria-labelledby=\"own-h\"><h2 id=\"own-h\">Own &amp; more</h2>\n<bdi>&lt;x&gt;</bdi></section>");
    assert_null(strstr(s->text, "id=\"none\""));
    assert_null(strstr(s->text, "#none"));
    assert_null(strstr(s->text, "nothing<"));
    assert_says(s->text, "<p class=\"lead\" id=\"s-first\"><bdi>y</bdi> See <a href=\"#first\">First</a>.</p>");
    assert_says(s->text, "<li><a href=\"#summary\">Summary</a></li><li><a href=\"#first\">First</a></li><li><a href=\"#amounts\">");
    assert_true(strstr(s->text, "<section id=\"first\"") < strstr(s->text, "<section id=\"amounts\""));
    assert_true(strstr(s->text, "<section id=\"own\"") > strstr(s->text, "<section id=\"findings\""));
    assert_int_equal(tf_report_page_write(s->page, &s->report, 0, NULL, 0, "/nowhere/report.html", &fault), TF_E_IO);
    assert_non_null(strstr(fault.text, "/nowhere/report.html"));
    assert_int_equal(tf_report_page_write(s->page, &s->report, 0, NULL, 0, "/dev/full", &fault), TF_E_IO);
    assert_non_null(strstr(fault.text, "free some room"));
    assert_int_equal(tf_report_page_read_groups(s->page, "/nowhere/groups.ndjson", &fault), TF_OK);
}

static void test_groups(void **state)
{
    struct setting *s = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/groups.ndjson", s->folder);
    FILE *out = fopen(path, "w");
    static const char row[] = "{\"id\":\"i\",\"rule\":\"BEN1\",\"company\":\"<A>\",\"population\":\"payments EUR\",\"group\":\"%s\",\"period\":\"%s\",\"n\":%d,\"statistic\":\"MAD\","
                              "\"value\":0.02,\"limit\":0.015,\"class\":\"nonconformity\",\"cells\":[{\"digits\":\"9\",\"observed\":20,\"expected\":10.0,\"z\":3.1}]}\n";
    fprintf(out, row, "g1", "2026-02", 2222);
    fprintf(out, row, "g1", "2026-03", 3333); /* takes the place of the one before */
    fprintf(out, row, "g1", "2026-01", 1111);
    fprintf(out, row, "g2", "2026-01", 4444);
    fprintf(out, "torn\n");
    for (int g = 0; g < 100; g++) {
        char group[16];
        snprintf(group, sizeof group, "x%d", g);
        fprintf(out, row, group, "2026-01", 7);
    }
    fclose(out);
    assert_int_equal(tf_report_page_read_groups(s->page, path, NULL), TF_OK);
    const char *text = write_page(s);
    assert_says(text, "data-v=\"3333\">3,333</td>");
    assert_says(text, "data-v=\"4444\">4,444</td>");
    assert_null(strstr(text, "1,111"));
    assert_null(strstr(text, "2,222"));
    assert_says(text, "&lt;A&gt;");
    assert_says(text, "More populations stand in groups.ndjson.");
    assert_int_equal(count_of(text, "<td class=\"id\">BEN1</td>"), 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sums_by_currency_and_party, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_could_not_be_judged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_page_is_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sections_and_places_that_cannot_be_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_groups, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
