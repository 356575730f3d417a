/*
 * Records that nobody would send, through the reader and all rules: absurd times and amounts, members missing, empty or of the wrong sort, lists of
 * hundreds. Every one that can be read is judged, its row is JSON, and a batch of them that is aborted leaves nothing behind. And rule files that
 * end at every byte: refused with the line, or read.
 */
#include "unit/rules/fraud/rule_text.h"

#include "judge_event.h"
#include "taxflow/json_data.h"

enum { RECORDS = 20000, BATCH = 50, RECORD_BYTES = 1 << 16, ROW_BYTES = 1 << 20, CUT_STEP = 7 };

static uint64_t random_state = 7;

static uint32_t pick(uint32_t below)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % below;
}

/* Mostly what is right, so that records get as far as the rules; of a record one value in so many is not. */
static uint32_t right_of = 20;

static const char *one_of(const char *const *words, size_t count)
{
    return words[pick(right_of) ? 0 : pick((uint32_t)count)];
}
#define ONE_OF(...) one_of((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static const char *text(void)
{
    return ONE_OF("\"DE1\"", "\"\"", "\"  \"", "\"\\u0000\"", "\"\\ud800\"", "\"ÄÖÜß\"", "null", "7", "\"0\"", "\"000\"", "\"RE-1\"", "\"-\"", "[]", "{}", "true",
                  "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"",
                  "\"DE89370400440532013000\"", "\"EUR\"", "\"'; --\"");
}

static const char *amount(void)
{
    return ONE_OF("\"119.00\"", "\"0\"", "\"-0.00\"", "\"-119.00\"", "\"92233720368547758.07\"", "\"-92233720368547758.08\"", "\"92233720368547758.08\"",
                  "\"99999999999999999999999999999999999999\"", "\"0.00000000000000000001\"", "\"\"", "\"1e5\"", "1e20", "-1", "null", "\"NaN\"", "\"1,50\"",
                  "\"10000.00\"", "\"0.01\"", "\"1000.00\"");
}

static const char *date(void)
{
    return ONE_OF("\"2026-03-01\"", "\"0001-01-01\"", "\"9999-12-31\"", "\"2026-02-30\"", "\"1969-12-31\"", "\"1970-01-01\"", "\"\"", "null", "\"yesterday\"",
                  "\"2026-03-01T23:59:60Z\"", "\"9999-12-31T23:59:59Z\"", "\"0001-01-01T00:00:00+14:00\"", "\"2024-02-29\"", "\"2026-12-31\"");
}

static const char *moment(void)
{
    return ONE_OF("\"2026-03-01T10:00:00Z\"", "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59Z\"", "\"1970-01-01T00:00:00Z\"", "\"2026-03-01\"", "\"\"", "null",
                  "\"2016-12-31T23:59:60Z\"", "\"0001-01-01T00:00:00+14:00\"", "0");
}

static const char *currency(void)
{
    return ONE_OF("\"EUR\"", "\"\"", "\"eur\"", "\"EURO\"", "\"XXX\"", "null", "\"JPY\"");
}

/* Some members are left out. */
static bool here(void)
{
    return pick(8) > 0;
}

static void member(struct tf_buf *out, const char *name, const char *value)
{
    if (here())
        tf_buf_printf(out, "\"%s\":%s,", name, value);
}

static void end(struct tf_buf *out, char close)
{
    if (out->len > 0 && out->ptr[out->len - 1] == ',')
        out->len--;
    tf_buf_putc(out, close);
}

static void add_payment(struct tf_buf *out)
{
    uint32_t paid = right_of < 200 ? pick(3) : 400;
    tf_buf_printf(out, "\"kind\":\"payment\",\"payment\":{");
    member(out, "supplier", text());
    member(out, "account", text());
    member(out, "amount", amount());
    member(out, "currency", currency());
    member(out, "date", date());
    member(out, "end_to_end_id", text());
    member(out, "returned", ONE_OF("false", "true", "\"\""));
    tf_buf_printf(out, "\"invoices\":[");
    for (uint32_t i = 0; i < paid; i++)
        tf_buf_printf(out, "{\"number\":%s,\"amount\":%s},", pick(3) ? "\"RE-1\"" : text(), amount());
    end(out, ']');
    tf_buf_putc(out, '}');
}

static void add_invoice(struct tf_buf *out)
{
    tf_buf_printf(out, "\"kind\":\"%s\",\"invoice\":{", pick(3) ? "invoice" : "credit_note");
    member(out, "number", text());
    member(out, "issue_date", date());
    member(out, "due_date", date());
    member(out, "currency", currency());
    member(out, "purchase_order_ref", text());
    tf_buf_printf(out, "\"preceding\":[{\"number\":%s}],", text());
    tf_buf_printf(out, "\"seller\":{\"vat_id\":%s},\"buyer\":{\"vat_id\":%s},", text(), text());
    tf_buf_printf(out, "\"totals\":{\"gross\":%s,\"net\":%s,\"vat\":%s},", amount(), amount(), amount());
    tf_buf_printf(out, "\"vat_breakdown\":[{\"category\":%s,\"rate\":%s,\"tax\":%s,\"taxable\":%s}]}", ONE_OF("\"S\"", "\"AE\"", "\"\"", "\"K\""), amount(), amount(),
                  amount());
}

static void add_journal(struct tf_buf *out)
{
    uint32_t lines = right_of < 200 ? pick(4) : 300;
    tf_buf_printf(out, "\"kind\":\"journal\",\"journal\":{");
    member(out, "id", text());
    member(out, "posting_date", date());
    member(out, "document_date", date());
    member(out, "period", text());
    member(out, "text", text());
    member(out, "reversal_of", text());
    tf_buf_printf(out, "\"lines\":[");
    for (uint32_t i = 0; i < lines; i++)
        tf_buf_printf(out, "{\"account\":%s,\"debit\":%s,\"credit\":%s,\"currency\":%s,\"partner\":%s,\"tax_code\":%s,\"tax_base\":%s,\"tax_amount\":%s},", text(),
                      amount(), amount(), currency(), text(), text(), amount(), amount());
    end(out, ']');
    tf_buf_putc(out, '}');
}

static void add_party(struct tf_buf *out)
{
    tf_buf_printf(out, "\"kind\":\"party\",\"party\":{\"party\":%s,\"changes\":[{\"field\":%s,\"old\":%s,\"new\":%s,\"at\":%s,\"by\":%s}],\"registered_on\":%s}", text(),
                  ONE_OF("\"account\"", "\"name\"", "\"\"", "7"), text(), text(), moment(), text(), date());
}

static void add_return(struct tf_buf *out)
{
    tf_buf_printf(out, "\"kind\":\"return\",\"return\":{\"company\":%s,\"period\":%s,\"code\":%s,\"declared\":%s}", text(),
                  ONE_OF("\"2026-03\"", "\"2026-Q1\"", "\"9999-12\"", "\"\"", "\"0000-00\""), text(), amount());
}

static void make(struct tf_buf *out)
{
    void (*const kinds[])(struct tf_buf *) = {add_payment, add_invoice, add_journal, add_party, add_return};
    tf_buf_reset(out);
    right_of = 4 + pick(12) * pick(12) * 4;
    tf_buf_putc(out, '{');
    member(out, "company", text());
    member(out, "user", text());
    member(out, "approver", text());
    member(out, "approved_at", moment());
    member(out, "recorded_at", moment());
    member(out, "manual", ONE_OF("true", "false", "null"));
    member(out, "direction", ONE_OF("\"purchase\"", "\"sale\"", "\"intercompany\"", "\"\""));
    member(out, "revision", ONE_OF("1", "0", "2", "18446744073709551615", "-1", "1.5"));
    kinds[pick(sizeof kinds / sizeof kinds[0])](out);
    tf_buf_putc(out, '}');
    assert_false(out->failed);
}

struct bench {
    struct tf_fraud_ruleset *ruleset;
    struct tf_state *state;
    struct tf_reader *reader;
    struct tf_arena *arena, *rows;
    struct tf_buf record, row;
    unsigned read, refused, hits, unknown;
};

static void assert_row(struct bench *bench, const struct tf_fraud_verdict *verdict, struct tf_str id)
{
    struct tf_json json;
    struct tf_fault fault;
    const struct tf_json_node *root;
    tf_buf_reset(&bench->row);
    tf_arena_rewind(bench->rows);
    tf_json_init(&json, &bench->row);
    tf_fraud_encode(bench->ruleset, verdict, id, TF_STR("f:0:1"), &json);
    assert_false(bench->row.failed);
    const struct tf_json_data data = {tf_buf_view(&bench->row), "row", &fault};
    if (tf_json_data_parse(&data, bench->rows, &root) != TF_OK)
        fail_msg("%s: %.*s", fault.text, TF_STR_ARGS(data.text));
    assert_int_equal(tf_json_data_member(root, "hits")->count, verdict->hits_count);
}

static void judge_one(struct bench *bench)
{
    char id[16];
    struct tf_event event;
    struct tf_problem problem;
    struct tf_fraud_verdict *verdict;
    make(&bench->record);
    if (tf_reader_decode(bench->reader, tf_buf_view(&bench->record), bench->arena, &event, &problem) != TF_OK) {
        bench->refused++;
        return;
    }
    bench->read++;
    snprintf(id, sizeof id, "e%u", pick(RECORDS / 2)); /* now and then the same again, or another revision */
    enum tf_err err = judge_event(bench->state, bench->ruleset, &event, tf_str_of(id), false, bench->arena, &verdict);
    if (err != TF_OK)
        fail_msg("%s: %.*s", tf_err_text(err), TF_STR_ARGS(tf_buf_view(&bench->record)));
    assert_row(bench, verdict, tf_str_of(id));
    bench->hits += verdict->hits_count;
    for (size_t w = 0; w < sizeof verdict->unknown.words / sizeof verdict->unknown.words[0]; w++)
        bench->unknown += (unsigned)__builtin_popcountll(verdict->unknown.words[w]);
}

static void all_that_can_be_read_is_judged(void **state)
{
    static const char *const rules[] = {"rules = ( { id = \"ZERO\"; version = \"1\"; title = \"by nothing\"; weight = 1; mode = \"live\";"
                                        " kinds = [\"payment\", \"invoice\"]; when = \"amount / (amount - amount) > 1 or sum(supplier, 30d) / 0 > 1\"; } );"};
    (void)state;
    struct tf_fault fault;
    struct bench bench = {.state = tf_state_create((size_t)1 << 30), .arena = tf_arena_create(256 << 20), .rows = tf_arena_create(64 << 20),
                          .reader = tf_reader_create(NULL, 0, 4000000)};
    tf_buf_init(&bench.record, 4 << 20);
    tf_buf_init(&bench.row, ROW_BYTES);
    if (rule_text_load(rules[0], &bench.ruleset, &fault) != TF_OK) /* refused at once is fine too: then the built-in rules alone */
        assert_int_equal(tf_fraud_ruleset_load((struct tf_string_list){NULL, 0}, &bench.ruleset, &fault), TF_OK);
    for (int done = 0; done < RECORDS; done += BATCH) {
        size_t before = tf_state_entries(bench.state);
        tf_arena_rewind(bench.arena);
        for (int i = 0; i < BATCH; i++)
            judge_one(&bench);
        if (pick(3) == 0) {
            tf_state_abort(bench.state);
            assert_int_equal(tf_state_entries(bench.state), before);
        } else {
            tf_state_commit(bench.state, pick(20) ? INT64_MIN : sample_time(3650));
        }
    }
    print_message("%u records read, %u refused; %u hits, %u times unknown\n", bench.read, bench.refused, bench.hits, bench.unknown);
    assert_true(bench.read > RECORDS / 20 && bench.refused > RECORDS / 20 && bench.hits > 100 && bench.unknown > 1000);
    tf_buf_finish(&bench.record);
    tf_buf_finish(&bench.row);
    tf_reader_destroy(bench.reader);
    tf_fraud_ruleset_destroy(bench.ruleset);
    tf_arena_destroy(bench.arena);
    tf_arena_destroy(bench.rows);
    tf_state_destroy(bench.state);
}

static char *shipped_rules(size_t *ret_len)
{
    FILE *in = fopen(TF_SOURCE_DIR "/conf/rules/fraud.conf", "re");
    char *whole = malloc(1 << 20);
    assert_true(in && whole);
    *ret_len = fread(whole, 1, (1 << 20) - 1, in);
    whole[*ret_len] = '\0';
    fclose(in);
    return whole;
}

static void a_rule_file_cut_anywhere_is_refused_by_line_or_read(void **state)
{
    (void)state;
    size_t len;
    unsigned refused = 0;
    char *whole = shipped_rules(&len);
    for (size_t cut = len; cut > 0; cut = cut > CUT_STEP ? cut - CUT_STEP : 0) {
        struct tf_fraud_ruleset *ruleset = NULL;
        struct tf_fault fault = {.text = ""};
        whole[cut] = '\0';
        enum tf_err err = rule_text_load(whole, &ruleset, &fault);
        refused += err != TF_OK;
        if (err == TF_OK) {
            tf_fraud_ruleset_destroy(ruleset);
            continue;
        }
        assert_int_equal(err, TF_E_CONFIG);
        assert_null(ruleset);
        unsigned line = 0;
        const char *words = strstr(fault.text, ".conf:");
        if (!words || sscanf(words, ".conf:%u: %*c", &line) != 1 || line == 0)
            fail_msg("cut at %zu: \"%s\" names no line", cut, fault.text);
    }
    assert_true(refused > len / CUT_STEP / 3);
    free(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_that_can_be_read_is_judged),
                                       cmocka_unit_test(a_rule_file_cut_anywhere_is_refused_by_line_or_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
