#include "unit/rules/fraud/sample.h"

#include <unistd.h>

static char folder[] = "/tmp/taxflow-rules-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/a.conf", folder);
    return 0;
}

static int drop_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_int_equal(fputs(text, file) >= 0, 1);
    assert_int_equal(fclose(file), 0);
}

static enum tf_err load(const char *const *names, size_t count, struct tf_fraud_ruleset **ret_ruleset, struct tf_fault *fault)
{
    return tf_fraud_ruleset_load((struct tf_string_list){names, count}, ret_ruleset, fault);
}

static enum tf_err load_text(const char *text, struct tf_fraud_ruleset **ret_ruleset, struct tf_fault *fault)
{
    const char *const names[] = {path};
    write_file(path, text);
    return load(names, 1, ret_ruleset, fault);
}

static void assert_setting(const struct tf_fraud_setting *a, const struct tf_fraud_setting *b)
{
    assert_int_equal(a->mode, b->mode);
    assert_int_equal(a->weight, b->weight);
    assert_int_equal(a->window_ms, b->window_ms);
    assert_int_equal(a->threshold_minor, b->threshold_minor);
    assert_int_equal(a->thresholds_count, b->thresholds_count);
    for (size_t i = 0; i < TF_FRAUD_PARAMS_MAX; i++)
        assert_int_equal(a->params[i], b->params[i]);
    for (size_t i = 0; i < a->thresholds_count; i++) {
        assert_string_equal(a->thresholds[i].currency, b->thresholds[i].currency);
        assert_int_equal(a->thresholds[i].threshold_minor, b->thresholds[i].threshold_minor);
    }
}

/* With every default changed before, so that a member missing in the file would show. */
static void the_shipped_file_holds_the_defaults(void **state)
{
    (void)state;
    static const char *const names[] = {TF_SOURCE_DIR "/conf/rules/*.conf"};
    struct tf_fraud_ruleset *shipped, *built_in;
    struct tf_fault fault = {.text = ""};
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_rules(&count);
    assert_int_equal(load(NULL, 0, &built_in, &fault), TF_OK);
    if (load(names, 1, &shipped, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    for (size_t r = 0; r < count; r++)
        assert_setting(tf_fraud_ruleset_setting(shipped, r), tf_fraud_ruleset_setting(built_in, r));
    assert_string_equal(tf_fraud_ruleset_name(shipped), tf_fraud_ruleset_name(built_in));
    tf_fraud_ruleset_destroy(shipped);

    char changed[32768] = "decision = { review = 1; block = 2; cap = 3; family_caps = { DUP = 4; }; }; breaker = { share_permille = 1; over = 8; minimum = 3; }; rules = (";
    for (size_t r = 0; r < count; r++) {
        size_t at = strlen(changed);
        at += (size_t)snprintf(changed + at, sizeof changed - at, "%s{ id = \"%s\"; mode = \"off\"; weight = 99;", r ? "," : "",
                               rules[r].id);
        if (rules[r].keys)
            at += (size_t)snprintf(changed + at, sizeof changed - at, "window_days = 1234;");
        for (size_t i = 0; i < TF_FRAUD_PARAMS_MAX && rules[r].params[i].name; i++)
            at += (size_t)snprintf(changed + at, sizeof changed - at, "%s = %d;", rules[r].params[i].name,
                                   (int)rules[r].params[i].min + 1);
        if (rules[r].defaults.threshold_minor > 0)
            at += (size_t)snprintf(changed + at, sizeof changed - at, "threshold = \"7\"; thresholds = {");
        for (size_t i = 0; i < rules[r].defaults.thresholds_count; i++)
            at += (size_t)snprintf(changed + at, sizeof changed - at, "%s = \"8\";", rules[r].defaults.thresholds[i].currency);
        snprintf(changed + at, sizeof changed - at, "%s}", rules[r].defaults.threshold_minor > 0 ? "};" : "");
    }
    strcat(changed, ");");
    write_file(path, changed);
    const char *const both[] = {path, names[0]};
    if (load(both, 2, &shipped, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    assert_string_equal(tf_fraud_ruleset_name(shipped), tf_fraud_ruleset_name(built_in));
    tf_fraud_ruleset_destroy(shipped);
    tf_fraud_ruleset_destroy(built_in);
}

static void settings_are_read(void **state)
{
    (void)state;
    struct tf_fraud_ruleset *ruleset, *plain;
    struct tf_fault fault = {.text = ""};
    enum tf_err err = load_text("rules = ( { id = \"SPL1\"; mode = \"shadow\"; weight = 7; window_days = 5; threshold = \"20.5\";\n"
                                "  thresholds = { EUR = \"5000.00\"; XTS = \"1\"; }; }, { id = \"SOD1\"; approval_seconds = 5; }, { id = \"TIM1\"; holidays = [ \"2026-04-06\", \"02-29\" ]; },\n"
                                " { id = \"JE4\"; closed_periods = [ \"2026-q1@2026-04-10\", \"2025\" ]; }, { id = \"REC1\"; currencies = [ \"a:sek\" ]; } );",
                                &ruleset, &fault);
    if (err != TF_OK)
        fail_msg("%s", fault.text);
    const struct tf_fraud_setting *spl1 = tf_fraud_ruleset_setting(ruleset, sample_rule("SPL1"));
    assert_int_equal(spl1->mode, TF_FRAUD_SHADOW);
    assert_int_equal(spl1->weight, 7);
    assert_int_equal(spl1->window_ms, 5 * (int64_t)TF_MS_PER_DAY);
    assert_int_equal(spl1->threshold_minor, 2050);
    assert_int_equal(spl1->thresholds_count, 12);
    int64_t eur = 0, xts = 0, usd = 0;
    for (size_t i = 0; i < spl1->thresholds_count; i++) {
        eur += strcmp(spl1->thresholds[i].currency, "EUR") == 0 ? spl1->thresholds[i].threshold_minor : 0;
        xts += strcmp(spl1->thresholds[i].currency, "XTS") == 0 ? spl1->thresholds[i].threshold_minor : 0;
        usd += strcmp(spl1->thresholds[i].currency, "USD") == 0 ? spl1->thresholds[i].threshold_minor : 0;
    }
    assert_int_equal(eur, 500000);
    assert_int_equal(xts, 100);
    assert_int_equal(usd, 1000000);
    assert_int_equal(tf_fraud_ruleset_setting(ruleset, sample_rule("SOD1"))->params[0], 5);
    assert_int_equal(tf_fraud_ruleset_setting(ruleset, sample_rule("DUP1"))->weight, 60);
    assert_int_equal(load(NULL, 0, &plain, &fault), TF_OK);
    assert_string_not_equal(tf_fraud_ruleset_name(ruleset), tf_fraud_ruleset_name(plain));
    assert_int_equal(strncmp(tf_fraud_ruleset_name(plain), "fraud-", 6), 0);
    assert_int_equal(strlen(tf_fraud_ruleset_name(plain)), 18);
    tf_fraud_ruleset_destroy(ruleset);
    tf_fraud_ruleset_destroy(plain);
}

static void errors_say_where_and_what_to_do(void **state)
{
    (void)state;
    static const struct { const char *text, *line, *words; } cases[] = {
        {"rules = ( { id = \"DUP\"; } );", ":1: ", "unknown rule \"DUP\"; did you mean \"DUP1\"?"},
        {"rules = (\n { id = \"QQQQQQ\"; } );", ":2: ", "unknown rule \"QQQQQQ\"; `taxflow rules`"},
        {"rules = (\n { id = \"DUP1\";\n wieght = 3; } );", ":3: ", "unknown setting \"wieght\"; did you mean \"weight\"?"},
        {"rules = ( { id = \"SOD1\"; aproval_seconds = 3; } );", ":1: ", "did you mean \"approval_seconds\"?"},
        {"rules = ( { id = \"DUP1\"; mode = \"lvie\"; } );", ":1: ", "unknown mode \"lvie\"; did you mean \"live\"?"},
        {"rules = ( { id = \"DUP1\"; mode = 3; } );", ":1: ", "mode must be \"off\", \"shadow\" or \"live\""},
        {"rules = ( { id = \"DUP1\"; weight = 101; } );", ":1: ", "weight must be within 0..100"},
        {"rules = ( { id = \"DUP1\"; weight = \"9\"; } );", ":1: ", "weight must be a whole number"},
        {"rules = ( { id = \"DUP1\"; window_days = 0; } );", ":1: ", "window_days must be within 1..3660"},
        {"rules = ( { id = \"RND1\"; window_days = 5; } );", ":1: ", "RND1 has no window_days"},
        {"rules = ( { id = \"DUP1\"; thresholds = { EUR = \"1\"; }; } );", ":1: ", "DUP1 has no thresholds"},
        {"rules = ( { id = \"SPL1\"; thresholds = { EURO = \"1\"; }; } );", ":1: ", "\"EURO\" is no currency code"},
        {"rules = ( { id = \"SPL1\"; thresholds = { eur = \"1\"; }; } );", ":1: ", "\"eur\" is no currency code"},
        {"rules = ( { id = \"SPL1\"; thresholds = 5; } );", ":1: ", "thresholds must be a group"},
        {"rules = ( { id = \"SPL1\"; threshold = 5; } );", ":1: ", "must be an amount in quotes"},
        {"rules = ( { id = \"SPL1\"; threshold = \"-5\"; } );", ":1: ", "must be an amount above 0"},
        {"rules = ( { id = \"SPL1\"; threshold = \"1.001\"; } );", ":1: ", "must be an amount above 0 with two decimals"},
        {"rules = ( { id = \"SPL1\"; threshold = \"99999999999999999\"; } );", ":1: ", "must be an amount above 0"},
        {"rules = ( { id = \"SOD1\"; },\n { id = \"SOD1\"; } );", ":2: ", "stands twice"},
        {"rules = ( { mode = \"off\"; } );", ":1: ", "a rule is a group with an id"},
        {"rules = ( 5 );", ":1: ", "a rule is a group with an id"},
        {"rules = 5;", ":1: ", "rules must be a list"},
        {"rulse = ();", ":1: ", "unknown setting \"rulse\"; did you mean \"rules\"?"},
        {"rules = ( { id = \"TIM1\"; holidays = [ \"12-25\", \"25.12.\" ]; } );", ":1: ", "holidays: \"25.12.\" must be a day: 12-25 or 2026-04-06"},
        {"rules = ( { id = \"TIM1\"; holidays = [ \"02-30\" ]; } );", ":1: ", "must be a day"},
        {"rules = ( { id = \"JE4\"; closed_periods = [ \"2026-13\" ]; } );", ":1: ", "must be a period"},
        {"rules = ( { id = \"JE4\"; closed_periods = [ \"2026@soon\" ]; } );", ":1: ", "must be a period"},
        {"rules = ( { id = \"REC1\"; currencies = [ \"EURO\" ]; } );", ":1: ", "must be a currency"},
        {"rules = ( { id = \"REC1\"; currencies = [ \":SEK\" ]; } );", ":1: ", "must be a currency"},
        {"rules = ( { id = \"MTIC1\"; commodities = [ \"TST:\" ]; } );", ":1: ", "must be words of an item's name"},
        {"rules = (\n\n ;", ":3: ", "syntax error"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_fraud_ruleset *ruleset = NULL;
        struct tf_fault fault = {.text = ""};
        assert_int_equal(load_text(cases[i].text, &ruleset, &fault), TF_E_CONFIG);
        assert_null(ruleset);
        if (strncmp(fault.text, path, strlen(path)) != 0 || !strstr(fault.text, cases[i].line) || !strstr(fault.text, cases[i].words))
            fail_msg("case %zu: %s", i, fault.text);
    }
}

static void a_pattern_may_match_nothing_a_name_may_not(void **state)
{
    (void)state;
    struct tf_fraud_ruleset *ruleset;
    struct tf_fault fault = {.text = ""};
    static const char *const pattern[] = {"/nonexistent/*.conf"}, *const name[] = {"/nonexistent/a.conf"};
    assert_int_equal(load(pattern, 1, &ruleset, &fault), TF_OK);
    tf_fraud_ruleset_destroy(ruleset);
    assert_int_equal(load(name, 1, &ruleset, &fault), TF_E_NO_INPUT);
    assert_null(ruleset);
    assert_non_null(strstr(fault.text, "/nonexistent/a.conf"));
    assert_int_equal(load(name, 1, &ruleset, NULL), TF_E_NO_INPUT);
}

static void of_voided_records_only_their_numbers_are_asked(void **state)
{
    (void)state;
    struct tf_fraud_ruleset *ruleset;
    size_t count, rules_count;
    assert_int_equal(load(NULL, 0, &ruleset, NULL), TF_OK);
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(ruleset, &rules_count);
    for (enum tf_kind kind = 0; kind < TF_KIND_COUNT; kind++) {
        const bool numbered = kind == TF_KIND_INVOICE || kind == TF_KIND_CREDIT_NOTE;
        const struct tf_event counts = {.kind = kind}, voided = {.kind = kind, .voided = true};
        (void)tf_fraud_ruleset_asked(ruleset, &counts, &count);
        assert_int_equal(count > 2, kind != TF_KIND_RETURN && kind != TF_KIND_ACCOUNT);
        const uint16_t *asked = tf_fraud_ruleset_asked(ruleset, &voided, &count);
        assert_int_equal(count, numbered ? 2 : 0);
        for (size_t i = 0; i < count; i++)
            assert_string_equal(rules[asked[i]].id, i == 0 ? "SEQ1" : "SEQ2");
    }
    tf_fraud_ruleset_destroy(ruleset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_file_holds_the_defaults), cmocka_unit_test(settings_are_read),
        cmocka_unit_test(errors_say_where_and_what_to_do), cmocka_unit_test(a_pattern_may_match_nothing_a_name_may_not),
        cmocka_unit_test(of_voided_records_only_their_numbers_are_asked),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
