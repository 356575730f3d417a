#include "unit/rules/fraud/rule_text.h"

#include "ruleset.h"

static struct sample sample;
static struct tf_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = tf_arena_create(1 << 20);
    return arena ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    arena = tf_arena_destroy(arena);
    return 0;
}

static struct tf_fraud_verdict judge(const char *text, struct tf_fraud_hit *hits, uint32_t count)
{
    static struct tf_fraud_ruleset *kept; /* texts of the verdict are the ruleset's */
    tf_fraud_ruleset_destroy(kept);
    kept = NULL;
    if (!text)
        return (struct tf_fraud_verdict){.score = 0};
    kept = rule_text(text);
    struct tf_fraud_verdict verdict = {.hits = hits, .hits_count = count};
    const struct tf_fraud_facts facts = tf_fraud_facts_of(&sample.event);
    tf_arena_rewind(arena);
    assert_int_equal(tf_fraud_verdict_look_up(kept, &facts, arena, &verdict), TF_OK);
    tf_fraud_verdict_close(kept, &facts, &verdict);
    return verdict;
}

static struct tf_fraud_hit hit(const char *rule, uint32_t weight)
{
    size_t count;
    return (struct tf_fraud_hit){.rule = &tf_fraud_rules(&count)[sample_rule(rule)], .mode = TF_FRAUD_LIVE, .weight = weight};
}

#define LIST(name, kind, more) "{ name = \"" name "\"; kind = \"" kind "\"; field = \"supplier\"; " more " }"

static void kinds_decide_in_their_order(void **state)
{
    (void)state;
    struct tf_fraud_hit hits[] = {hit("SOD1", 50), hit("OUT1", 40)};
    sample_payment(&sample, "BAD", "12", "70.00", "EUR", 10);
    static const struct { const char *lists; uint32_t hits, score, lists_count; enum tf_fraud_decision decision; } cases[] = {
        {"", 2, 90, 0, TF_FRAUD_BLOCK},
        {LIST("a", "allow", "entries = ( \"bad\" );"), 2, 90, 1, TF_FRAUD_APPROVE},
        {LIST("b", "block", "entries = ( \"BAD\" );"), 0, 0, 1, TF_FRAUD_BLOCK},
        {LIST("b", "block", "entries = ( \"BAD\" );") "," LIST("a", "allow", "entries = ( \"BAD\" );"), 0, 0, 2, TF_FRAUD_APPROVE},
        {LIST("a", "allow", "entries = ( \"BAD\" );") "," LIST("h", "hard_block", "entries = ( \"BAD\" );"), 0, 0, 2, TF_FRAUD_BLOCK},
        {LIST("w", "watch", "entries = ( \"BAD\" );"), 0, 20, 1, TF_FRAUD_APPROVE},
        {LIST("w", "watch", "entries = ( \"BAD\" );"), 1, 70, 1, TF_FRAUD_REVIEW},
        {LIST("w", "watch", "points = 40; entries = ( \"BAD\" );"), 1, 90, 1, TF_FRAUD_BLOCK},
        {LIST("a", "allow", "entries = ( \"GOOD\" );"), 2, 90, 0, TF_FRAUD_BLOCK},
        {"{ name = \"p\"; kind = \"plain\"; entries = ( \"BAD\" ); }", 1, 50, 0, TF_FRAUD_REVIEW},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, "lists = ( %s );", cases[i].lists);
        struct tf_fraud_verdict verdict = judge(text, hits, cases[i].hits);
        if (verdict.score != cases[i].score || verdict.decision != cases[i].decision || verdict.lists_count != cases[i].lists_count)
            fail_msg("case %zu: score %u decision %d lists %u", i, verdict.score, (int)verdict.decision, verdict.lists_count);
    }
}

static void the_row_says_which_list_and_why(void **state)
{
    (void)state;
    sample_payment(&sample, "BAD", "12", "70.00", "EUR", 10);
    struct tf_fraud_verdict verdict =
        judge("lists = (" LIST("never", "hard_block", "entries = ( { value = \"bad\"; reason = \"in court\"; } );") ", "
              "{ name = \"people\"; kind = \"watch\"; field = \"user\"; entries = ( \"u17\" ); } );", NULL, 0);
    struct tf_fraud_ruleset *plain = rule_text("");
    struct tf_buf out;
    struct tf_json json;
    tf_buf_init(&out, 4096);
    tf_json_init(&json, &out);
    tf_fraud_encode(plain, &verdict, TF_STR("e1"), TF_STR("f:0:1"), &json);
    tf_buf_putc(&out, '\0');
    assert_non_null(strstr(out.ptr, "\"lists\":[{\"name\":\"never\",\"kind\":\"hard_block\",\"reason\":\"in court\"},"
                                    "{\"name\":\"people\",\"kind\":\"watch\",\"reason\":null}]"));
    tf_buf_finish(&out);
    tf_fraud_ruleset_destroy(plain);
}

/* sample_time(31) is 2026-02-01. */
static void an_entry_holds_until_its_day_in_event_time(void **state)
{
    (void)state;
    static const char block[] = "lists = (" LIST("b", "block", "entries = ( { value = \"S\"; until = \"2026-01-31\"; } );") ");";
    static const char allow[] = "lists = (" LIST("a", "allow", "entries = ( { value = \"S\"; until = \"2026-01-31\"; } );") ");";
    static const char moment[] = "lists = (" LIST("b", "block", "entries = ( { value = \"S\"; until = \"2026-01-31T12:00:00Z\"; } );") ");";
    sample_payment(&sample, "S", "12", "70.00", "EUR", 30);
    assert_int_equal(judge(block, NULL, 0).lists_count, 1);
    assert_int_equal(judge(moment, NULL, 0).lists_count, 1);
    sample.event.event_time_ms += TF_MS_PER_DAY / 2;
    assert_int_equal(judge(moment, NULL, 0).lists_count, 0);
    sample.event.event_time_ms = sample_time(31) - 1;
    assert_int_equal(judge(block, NULL, 0).lists_count, 1);
    sample.event.event_time_ms++;
    assert_int_equal(judge(block, NULL, 0).lists_count, 0);
    sample.event.event_time_present = false; /* the careful answer */
    assert_int_equal(judge(block, NULL, 0).lists_count, 1);
    assert_int_equal(judge(allow, NULL, 0).lists_count, 0);
}

static void a_value_may_stand_as_its_hash(void **state)
{
    (void)state;
    /* SHA-256 of DE89370400440532013000 */
    static const char text[] = "lists = ( { name = \"b\"; kind = \"block\"; field = \"account\"; entries = ( "
                               "{ hash = \"%s\"; }, \"FR76\" ); } );";
    char hex[65], rules[256];
    uint8_t whole[32];
    tf_hash_sha256_full(TF_STR("DE89370400440532013000"), whole);
    tf_hash_hex(whole, sizeof whole, hex);
    sample_payment(&sample, "S", "12", "70.00", "EUR", 30);
    for (size_t length = 64; length >= 32; length -= 32) {
        hex[length] = '\0';
        snprintf(rules, sizeof rules, text, hex);
        sample.payment.account = TF_STR("de89 3704 0044 0532 0130 00");
        assert_int_equal(judge(rules, NULL, 0).lists_count, 1);
        sample.payment.account = TF_STR("de89 3704 0044 0532 0130 01");
        assert_int_equal(judge(rules, NULL, 0).lists_count, 0);
        sample.payment.account = TF_STR("fr76");
        assert_int_equal(judge(rules, NULL, 0).lists_count, 1);
    }
}

static void write_list(const char *name, const char *text, size_t len)
{
    FILE *file = fopen(name, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static void a_file_holds_a_long_list(void **state)
{
    (void)state;
    char name[64], rules[256];
    static const char records[] = "value,until,reason\n# a remark, with a comma\nS1\n\n\"S,2\", 2026-01-31 ,\"said \"\"no\"\"\"\r\ns3,,late\n"
                                  "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae\n";
    snprintf(name, sizeof name, "/tmp/taxflow-list-%d.csv", (int)getpid());
    /* the file lies beside the rule file */
    snprintf(rules, sizeof rules, "lists = ( { name = \"b\"; kind = \"block\"; field = \"supplier\"; file = \"%s\"; } );", name + 5);
    write_list(name, records, sizeof records - 1);
    static const struct { const char *supplier; int day; const char *reason; bool stands; } cases[] = {
        {"s1", 1, NULL, true}, {"S,2", 30, "said \"no\"", true}, {"S,2", 31, NULL, false}, {"S3", 99, "late", true}, {"value", 1, NULL, false},
        {"# a remark", 1, NULL, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sample_payment(&sample, cases[i].supplier, "12", "70.00", "EUR", cases[i].day);
        struct tf_fraud_verdict verdict = judge(rules, NULL, 0);
        assert_int_equal(verdict.lists_count, cases[i].stands);
        if (cases[i].reason)
            assert_text(verdict.lists[0].reason, cases[i].reason);
    }
    static const struct { const char *text; unsigned line; const char *words; } wrong[] = {
        {"a\nb,2026-02-30\n", 2, "until must be a date"}, {"a\n\n,x\n", 3, "until must be a date"}, {"a,,b,c\n", 1, "a record is value,until,reason"},
        {",,x\n", 1, "a value is a text"},                {"sha256:12\n", 1, "64 hex digits"},       {"a\n\"b\n", 2, "never closed"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct tf_fraud_ruleset *ruleset = NULL;
        struct tf_fault fault = {.text = ""};
        char where[96];
        write_list(name, wrong[i].text, strlen(wrong[i].text));
        snprintf(where, sizeof where, "%s:%u: ", name, wrong[i].line);
        assert_int_equal(rule_text_load(rules, &ruleset, &fault), TF_E_CONFIG);
        if (strncmp(fault.text, where, strlen(where)) != 0 || !strstr(fault.text, wrong[i].words))
            fail_msg("%s", fault.text);
    }
    unlink(name);
    struct tf_fraud_ruleset *ruleset = NULL;
    struct tf_fault fault = {.text = ""};
    assert_int_equal(rule_text_load(rules, &ruleset, &fault), TF_E_NO_INPUT);
    assert_non_null(strstr(fault.text, name));
}

static void a_million_entries_take_bounded_memory(void **state)
{
    (void)state;
    enum { ENTRIES = 1000000 };
    struct tf_lists *lists = tf_lists_create();
    struct tf_list *list = tf_lists_add(lists, TF_STR("long"));
    const char *problem;
    char text[16];
    for (int i = 0; i < ENTRIES; i++) {
        snprintf(text, sizeof text, "S%d", i);
        const struct tf_list_line line = {.value = tf_str_of(text), .reason = TF_STR("all for one reason"), .until_ms = INT64_MAX};
        assert_int_equal(tf_lists_put(lists, list, &line, &problem), TF_OK);
    }
    tf_lists_seal(lists);
    assert_int_equal(list->table.count, ENTRIES);
    assert_true(list->table.capacity * sizeof list->table.places[0] < 48u << 20);
    assert_true(tf_fraud_lists_has(lists, TF_STR("long"), TF_STR("s999999"), 0));
    assert_false(tf_fraud_lists_has(lists, TF_STR("long"), TF_STR("s1000000"), 0));
    assert_false(tf_fraud_lists_has(lists, TF_STR("other"), TF_STR("s1"), 0));
    tf_lists_destroy(lists);
}

static void lines_are_in_the_name(void **state)
{
    (void)state;
    static const char *const lists[] = {
        "", LIST("b", "block", "entries = ( );"), LIST("b", "watch", "entries = ( );"), LIST("b", "watch", "points = 3; entries = ( );"),
        LIST("b", "block", "entries = ( \"S\" );"), LIST("b", "block", "entries = ( \"T\" );"), LIST("c", "block", "entries = ( \"T\" );"),
        LIST("b", "block", "entries = ( { value = \"S\"; until = \"2026-01-31\"; } );"), LIST("b", "block", "entries = ( { value = \"S\"; reason = \"r\"; } );")};
    enum { LISTS = sizeof lists / sizeof lists[0] };
    char names[LISTS][32], text[256];
    for (size_t i = 0; i < LISTS; i++) {
        snprintf(text, sizeof text, "lists = ( %s );", lists[i]);
        struct tf_fraud_ruleset *ruleset = rule_text(text), *again = rule_text(text);
        snprintf(names[i], sizeof names[i], "%s", tf_fraud_ruleset_name(ruleset));
        assert_string_equal(names[i], tf_fraud_ruleset_name(again));
        tf_fraud_ruleset_destroy(ruleset);
        tf_fraud_ruleset_destroy(again);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(names[i], names[j]);
    }
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    static const struct { const char *text; unsigned line; const char *words; } cases[] = {
        {"lists = 3;", 1, "lists must be a list"},
        {"lists = ( { kind = \"block\"; } );", 1, "a list is a group with a name"},
        {"lists = ( { name = \"a\"; } );", 1, "a list has a kind"},
        {"lists = ( { name = \"a\"; kind = \"blok\"; } );", 1, "unknown kind \"blok\"; did you mean \"block\"?"},
        {"lists = ( { name = \"a\"; kind = \"block\"; } );", 1, "a list has a field"},
        {"lists = ( { name = \"a\"; kind = \"block\";\n field = \"suplier\"; } );", 2, "unknown field \"suplier\"; did you mean \"supplier\"?"},
        {"lists = (" LIST("a", "block", "points = 3;") ");", 1, "only a watch list has points"},
        {"lists = (" LIST("a", "block", "entires = ();") ");", 1, "unknown setting \"entires\"; did you mean \"entries\"?"},
        {"lists = (" LIST("a", "block", "entries = 3;") ");", 1, "entries must be a list"},
        {"lists = (" LIST("a", "block", "entries = ( 3 );") ");", 1, "an entry is a text or a group"},
        {"lists = (" LIST("a", "block", "entries = ( { reason = \"r\"; } );") ");", 1, "a value or a hash"},
        {"lists = (" LIST("a", "block", "entries = ( { value = \"a\"; hash = \"b\"; } );") ");", 1, "a value or a hash"},
        {"lists = (" LIST("a", "block", "entries = ( { value = \"a\";\n until = \"soon\"; } );") ");", 2, "until must be a date"},
        {"lists = (" LIST("a", "block", "entries = ( { value = \"a\"; untl = \"soon\"; } );") ");", 1, "did you mean \"until\"?"},
        {"lists = (" LIST("a", "block", "") "," LIST("a", "allow", "") ");", 1, "list \"a\" stands twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        rule_text_refused(cases[i].text, cases[i].line, cases[i].words);
}

static int finish(void **state)
{
    judge(NULL, NULL, 0);
    return close_arena(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_decide_in_their_order),
        cmocka_unit_test(the_row_says_which_list_and_why),
        cmocka_unit_test(an_entry_holds_until_its_day_in_event_time),
        cmocka_unit_test(a_value_may_stand_as_its_hash),
        cmocka_unit_test(a_file_holds_a_long_list),
        cmocka_unit_test(a_million_entries_take_bounded_memory),
        cmocka_unit_test(lines_are_in_the_name),
        cmocka_unit_test(what_is_wrong_is_said_with_its_line),
    };
    return cmocka_run_group_tests(tests, open_arena, finish);
}
