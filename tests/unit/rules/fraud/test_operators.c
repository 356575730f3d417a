/* Rules of operators in rule files: how they are read, what is wrong with them and where, how they stand in a ruleset. */
#include "unit/rules/fraud/rule_text.h"

#define HEAD "version = \"1.0.0\"; title = \"t\"; weight = 20;"
#define RULE(id, when) "{ id = \"" id "\"; " HEAD " when = \"" when "\"; }"
#define ONE(id, when) "rules = ( " RULE(id, when) " );"

static const struct tf_fraud_rule *find(const struct tf_fraud_ruleset *ruleset, const char *id, size_t *ret_index)
{
    size_t count;
    const struct tf_fraud_rule *rules = tf_fraud_ruleset_rules(ruleset, &count);
    for (size_t r = 0; r < count; r++)
        if (strcmp(rules[r].id, id) == 0) {
            *ret_index = r;
            return &rules[r];
        }
    fail_msg("no rule %s", id);
    return NULL;
}

static void a_rule_stands_behind_the_built_in_ones(void **state)
{
    (void)state;
    size_t built_in, count, r = 0;
    tf_fraud_rules(&built_in);
    struct tf_fraud_ruleset *ruleset = rule_text(
        "rules = ( { id = \"ACME-1\"; version = \"2.1.0\"; title = \"much of one user\"; mode = \"live\"; weight = 35; kinds = [\"invoice\", \"payment\"];\n"
        "  params = { limit = \"5000.00\"; days = 30; }; when = \"sum(user, days * 1d) > limit\"; },\n"
        "  { id = \"SOD1\"; weight = 49; }, " RULE("ACME-2", "manual") " );");
    const struct tf_fraud_rule *rule = find(ruleset, "ACME-1", &r);
    const struct tf_fraud_setting *setting = tf_fraud_ruleset_setting(ruleset, r);
    tf_fraud_ruleset_rules(ruleset, &count);
    assert_int_equal(r, built_in);
    assert_int_equal(count, built_in + 2);
    assert_string_equal(rule->version, "2.1.0");
    assert_string_equal(rule->title, "much of one user");
    assert_string_equal(rule->needs, "user, amount, currency");
    assert_non_null(strstr(rule->source, ":1"));
    assert_int_equal(rule->kinds, 1u << TF_KIND_INVOICE | 1u << TF_KIND_PAYMENT);
    assert_int_equal(setting->mode, TF_FRAUD_LIVE);
    assert_int_equal(setting->weight, 35);
    assert_int_equal(setting->window_ms, 30 * (int64_t)TF_MS_PER_DAY);
    assert_non_null(rule->program);
    assert_true(rule->keys && rule->judge);
    assert_int_equal(tf_fraud_ruleset_setting(ruleset, sample_rule("SOD1"))->weight, 49);
    rule = find(ruleset, "ACME-2", &r);
    assert_int_equal(tf_fraud_ruleset_setting(ruleset, r)->mode, TF_FRAUD_SHADOW); /* unless a file says more */
    assert_null(rule->keys);
    tf_fraud_ruleset_destroy(ruleset);
}

static void kinds_are_those_of_the_fields(void **state)
{
    (void)state;
    size_t r;
    struct tf_fraud_ruleset *ruleset =
        rule_text("rules = ( " RULE("A", "manual") ", " RULE("B", "account == 'x'") ", " RULE("C", "net > 1 and po == 'x'") ", "
                  "{ id = \"D\"; " HEAD " kinds = [\"payment\", \"invoice\"]; when = \"account == 'x' or net > 1\"; } );");
    assert_int_equal(find(ruleset, "A", &r)->kinds, (1u << TF_KIND_COUNT) - 1);
    assert_int_equal(find(ruleset, "B", &r)->kinds, 1u << TF_KIND_PAYMENT);
    assert_int_equal(find(ruleset, "C", &r)->kinds, 1u << TF_KIND_INVOICE | 1u << TF_KIND_CREDIT_NOTE);
    assert_int_equal(find(ruleset, "D", &r)->kinds, 1u << TF_KIND_INVOICE | 1u << TF_KIND_PAYMENT);
    tf_fraud_ruleset_destroy(ruleset);
}

/* Everything that decides an answer is in the name; where it is written is not. */
static void the_name_follows_what_decides(void **state)
{
    (void)state;
    static const char *const texts[] = {
        ONE("A", "amount > 1"),
        ONE("A", "amount > 2"),
        ONE("B", "amount > 1"),
        "rules = ( { id = \"A\"; " HEAD " mode = \"live\"; when = \"amount > 1\"; } );",
        "rules = ( { id = \"A\"; " HEAD " kinds = [\"payment\"]; when = \"amount > 1\"; } );",
        "rules = ( { id = \"A\"; " HEAD " params = { x = 1; }; when = \"amount > x\"; } );",
        "rules = ( { id = \"A\"; " HEAD " params = { x = 2; }; when = \"amount > x\"; } );",
        "rules = ( { id = \"A\"; " HEAD " params = { x = [\"a\", \"b\"]; }; when = \"user in x\"; } );",
        "rules = ( { id = \"A\"; " HEAD " params = { x = [\"ab\"]; }; when = \"user in x\"; } );",
        "rules = ( { id = \"A\"; version = \"1.0.1\"; title = \"t\"; weight = 20; when = \"amount > 1\"; } );",
    };
    enum { TEXTS = sizeof texts / sizeof texts[0] };
    char names[TEXTS][32];
    for (size_t i = 0; i < TEXTS; i++) {
        struct tf_fraud_ruleset *ruleset = rule_text(texts[i]);
        snprintf(names[i], sizeof names[i], "%s", tf_fraud_ruleset_name(ruleset));
        tf_fraud_ruleset_destroy(ruleset);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(names[i], names[j]);
    }
    struct tf_fraud_ruleset *moved = rule_text("# a comment\n\n" ONE("A", "amount > 1"));
    assert_string_equal(tf_fraud_ruleset_name(moved), names[0]);
    tf_fraud_ruleset_destroy(moved);
}

static void errors_say_where_and_what_to_do(void **state)
{
    (void)state;
    static const struct { const char *text; unsigned line; const char *words; } rows[] = {
        {"rules = ( { id = \"a\"; when = \"manual\"; } );", 1, "an id begins with a letter and has A to Z"},
        {"rules = ( { id = \"A{\"; when = \"manual\"; } );", 1, "an id begins with a letter and has A to Z"},
        {"rules = ( { id = \"A23456789012345678901234567890123\"; when = \"manual\"; } );", 1, "id has more than 31 bytes"},
        {ONE("DUP1", "manual"), 1, "DUP1 is a built-in rule, which takes no `when`; give yours another id"},
        {"rules = ( " RULE("A", "manual") ",\n" RULE("A", "manual") " );", 2, "A is there already, from "},
        {"rules = ( " RULE("A", "manual") ",\n { id = \"A\"; mode = \"off\"; } );", 2, "A is a rule of your own, from "},
        {"rules = ( { id = \"A\";\n title = \"t\"; weight = 1; when = \"manual\"; } );", 1, "version is missing"},
        {"rules = ( { version = \"1\"; title = \"t\"; weight = 1; when = \"manual\"; } );", 1, "id is missing"},
        {"rules = ( { id = \"A\"; version = \"1\"; title = \"t\"; when = \"manual\"; } );", 1, "weight is missing"},
        {"rules = ( { id = \"A\"; " HEAD "\n wieght = 1; when = \"manual\"; } );", 2, "did you mean \"weight\"?"},
        {"rules = ( { id = \"A\"; " HEAD "\n kinds = [\"invoce\"]; when = \"manual\"; } );", 2, "unknown kind \"invoce\"; did you mean \"invoice\"?"},
        {"rules = ( { id = \"A\"; " HEAD "\n kinds = \"invoice\"; when = \"manual\"; } );", 2, "kinds must be a list"},
        {"rules = ( { id = \"A\"; " HEAD "\n when = 5; } );", 2, "when must be an expression in quotes"},
        {"rules = ( { id = \"A\"; " HEAD "\n params = { x = 0.95; }; when = \"amount > x\"; } );", 2, "stand in quotes, so that they are exact: \"0.95\""},
        {"rules = ( { id = \"A\"; " HEAD "\n params = { amount = 1; }; when = \"manual\"; } );", 2, "\"amount\" is a word of the language"},
        {"rules = ( { id = \"A\"; " HEAD "\n params = { and = 1; }; when = \"manual\"; } );", 2, "\"and\" is a word of the language"},
        {"rules = ( { id = \"A\"; " HEAD "\n params = { x = { y = 1; }; }; when = \"manual\"; } );", 2, "x must be a text, a whole number, true or false, or a list of texts"},
        {"rules = ( { id = \"A\"; " HEAD "\n params = { x = [1, 2]; }; when = \"manual\"; } );", 2, "x: entry 1 must be a text in quotes"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        rule_text_refused(rows[i].text, rows[i].line, rows[i].words);
}

/* Line, column and a caret, whatever way the string is written. */
static void errors_of_expressions_show_their_place(void **state)
{
    (void)state;
    static const struct { const char *text, *expected; } rows[] = {
        {ONE("A", "amout > 1"), ":1:76: \"amout\" is no field; did you mean \"amount\"?\n"
                                "  = \"A\"; version = \"1.0.0\"; title = \"t\"; weight = 20; when = \"amout > 1\"; } );\n"
                                "                                                              ^"},
        {"rules = ( { id = \"A\"; " HEAD "\n  when = \"manual\" # when = \"amout\"\n"
         "    \" and amout > 1\"; } );", ":3:11: \"amout\" is no field; did you mean \"amount\"?\n      \" and amout > 1\"; } );\n            ^"},
        {"rules = ( { id = \"A\"; " HEAD "\n  when = \"kind == \\\"invoice\\\" and amout > 1\"; } );",
         ":2:35: \"amout\" is no field; did you mean \"amount\"?\n    when = \"kind == \\\"invoice\\\" and amout > 1\"; } );\n                                    ^"},
        {"rules = ( { id = \"A\"; " HEAD "\n\twhen = \"user == 'Jürgen' and amout > 1\"; } );",
         ":2:31: \"amout\" is no field; did you mean \"amount\"?\n   when = \"user == 'Jürgen' and amout > 1\"; } );\n                                ^"},
        {"rules = ( { id = \"A\"; " HEAD "\n  when = \"manual and\"; } );",
         ":2:21: a value is missing here\n    when = \"manual and\"; } );\n                      ^"},
        {"rules = ( { id = \"A\"; " HEAD " when = \"manual\"; },\n  { id = \"B\"; " HEAD "\n  when = \"manual and and\"; } );",
         ":3:22: a value is missing before this\n    when = \"manual and and\"; } );\n                       ^"},
        {"rules = ( { id = \"A\"; " HEAD "\n  when = \"manual\nand amout > 1\"; } );",
         ":3:5: \"amout\" is no field; did you mean \"amount\"?\n  and amout > 1\"; } );\n      ^"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tf_fraud_ruleset *ruleset = NULL;
        struct tf_fault fault = {.text = ""};
        assert_int_equal(rule_text_load(rows[i].text, &ruleset, &fault), TF_E_CONFIG);
        if (strcmp(fault.text + strlen(rule_text_path()), rows[i].expected) != 0)
            fail_msg("%zu:\n%s\nis not\n%s", i, fault.text + strlen(rule_text_path()), rows[i].expected);
    }
}

static void lists_may_stand_anywhere(void **state)
{
    (void)state;
    static const char rule[] = "rules = ( { id = \"A\"; " HEAD " kinds = [\"payment\"];\n when = \"supplier in @friends and user not in @staff\"; } );\n";
    char text[1024];
    size_t r;
    struct tf_fraud_ruleset *ruleset = NULL;
    struct tf_fault fault = {.text = ""};
    assert_int_equal(rule_text_load(rule, &ruleset, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, ":2:22: no rule file has a list of this name in its section `lists`\n"));
    snprintf(text, sizeof text, "%slists = ( { name = \"friends\"; kind = \"plain\"; entries = ( { value = \"S1\"; until = \"2026-01-31\"; } ); },\n"
                                " { name = \"staff\"; kind = \"plain\"; entries = ( { value = \"u1\"; } ); } );", rule);
    ruleset = rule_text(text);
    const struct tf_fraud_rule *own = find(ruleset, "A", &r);
    struct tf_arena *arena = tf_arena_create(1 << 20);
    static const struct { const char *supplier, *user; int day; enum tf_fraud_answer answer; } rows[] = {
        {"s1", "u17", 1, TF_FRAUD_HIT},     {"S1", "u1", 1, TF_FRAUD_CLEAR},    {"S2", "u17", 1, TF_FRAUD_CLEAR},
        {"S1", "u17", 200, TF_FRAUD_CLEAR}, {NULL, "u17", 1, TF_FRAUD_UNKNOWN}, {"S1", "u17", -1, TF_FRAUD_UNKNOWN}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sample sample;
        struct tf_fraud_hit hit = {.related_count = 0};
        sample_payment(&sample, rows[i].supplier, "R1", "10", "EUR", rows[i].day);
        sample.event.user = tf_str_of(rows[i].user);
        sample.event.event_time_present = rows[i].day >= 0;
        const struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
        const struct tf_fraud_case c = {.rule = own, .setting = tf_fraud_ruleset_setting(ruleset, r), .facts = &facts, .arena = arena};
        assert_int_equal(own->judge(&c, &hit), rows[i].answer);
    }
    tf_arena_destroy(arena);
    tf_fraud_ruleset_destroy(ruleset);
}

/* Many rules in one file: part is printed with its number, as often as said. */
static enum tf_err load_many(unsigned count, const char *when, struct tf_fraud_ruleset **ret_ruleset, struct tf_fault *fault)
{
    size_t bytes = 100 + count * (strlen(when) + 100), len;
    char *text = malloc(bytes);
    assert_non_null(text);
    len = (size_t)snprintf(text, bytes, "rules = (");
    for (unsigned i = 0; i < count; i++)
        len += (size_t)snprintf(text + len, bytes - len, "%s\n{ id = \"OWN%u\"; " HEAD " when = \"%s\"; }", i ? "," : "", i, when);
    snprintf(text + len, bytes - len, ");");
    enum tf_err err = rule_text_load(text, ret_ruleset, fault);
    free(text);
    return err;
}

static void limits_are_told(void **state)
{
    (void)state;
    struct tf_fraud_ruleset *ruleset = NULL;
    struct tf_fault fault = {.text = ""};
    if (load_many(200, "count(supplier, 30d) > 3 and sum(supplier, 30d) > 1000", &ruleset, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    tf_fraud_ruleset_destroy(ruleset);
    assert_int_equal(load_many(201, "manual", &ruleset, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, ":202: more than 200 rules of your own"));
    assert_int_equal(load_many(200, "count(supplier, 1d) > 1 or count(user, 1d) > 1 or sum(supplier, 1d) > 1 or sum(user, 1d) > 1 or sum(tax, user, 1d) > 1",
                               &ruleset, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "a record of kind invoice has more than 1008 keys"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_stands_behind_the_built_in_ones), cmocka_unit_test(kinds_are_those_of_the_fields),
        cmocka_unit_test(the_name_follows_what_decides), cmocka_unit_test(errors_say_where_and_what_to_do),
        cmocka_unit_test(errors_of_expressions_show_their_place), cmocka_unit_test(lists_may_stand_anywhere), cmocka_unit_test(limits_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
