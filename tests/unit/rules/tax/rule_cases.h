/* A table of cases: an edit of the valid invoice, and what one rule says to it. */
#ifndef TAXFLOW_TESTS_RULE_CASES_H
#define TAXFLOW_TESTS_RULE_CASES_H

#include "edited_invoice.h"

enum outcome {
    HOLDS,  /* looked at, nothing found */
    FIRES,  /* found */
    SILENT, /* nothing to look at */
};

struct rule_case {
    const char *rule;
    enum outcome outcome;
    const char *edits;
    const char *path, *observed, *expected; /* of its first finding, where given; "" is an absent amount */
};

#define RULE_CASES_COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static inline size_t rule_place(const char *id)
{
    size_t count;
    const struct tf_tax_rule *rules = tf_tax_rules(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rules[i].id, id) == 0)
            return i;
    fail_msg("no rule %s", id);
    return 0;
}

static inline bool rule_bit(const uint64_t *bits, size_t place) { return (bits[place / 64] >> (place % 64)) & 1; }

static inline const struct tf_tax_finding *rule_first_finding(const struct tf_tax_verdict *verdict, const char *id)
{
    for (uint32_t i = 0; i < verdict->findings_count; i++)
        if (strcmp(verdict->findings[i].rule->id, id) == 0)
            return &verdict->findings[i];
    return NULL;
}

static inline bool rule_text_is(const char *wanted, struct tf_str text)
{
    return !wanted || (*wanted ? tf_str_is(text, wanted) : !tf_str_present(text));
}

static inline bool rule_case_passes(const struct rule_case *row, const struct tf_tax_verdict *verdict)
{
    const size_t place = rule_place(row->rule);
    const struct tf_tax_finding *finding = rule_first_finding(verdict, row->rule);
    if (rule_bit(verdict->hit, place) != (row->outcome == FIRES) || !finding != (row->outcome != FIRES))
        return false;
    if (rule_bit(verdict->evaluated, place) != (row->outcome != SILENT))
        return false;
    return !finding || (rule_text_is(row->path, finding->path) && rule_text_is(row->observed, finding->observed) &&
                        rule_text_is(row->expected, finding->expected));
}

static inline void rule_case_report(const struct rule_case *row, const struct tf_tax_verdict *verdict)
{
    print_error("%s should %s on \"%s\"; found:\n", row->rule,
                row->outcome == FIRES ? "fire" : row->outcome == HOLDS ? "hold" : "be silent", row->edits);
    for (uint32_t i = 0; i < verdict->findings_count; i++)
        print_error("  %s %.*s observed %.*s expected %.*s\n", verdict->findings[i].rule->id,
                    TF_STR_ARGS(verdict->findings[i].path), TF_STR_ARGS(verdict->findings[i].observed),
                    TF_STR_ARGS(verdict->findings[i].expected));
}

/* Every row, and all that fail, before the test does. */
static inline void rule_cases_run(const struct rule_case *rows, size_t count, struct tf_tax_options options)
{
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    assert_non_null(arena);
    size_t failures = 0;
    for (size_t i = 0; i < count; i++) {
        tf_arena_rewind(arena);
        const struct tf_tax_verdict *verdict = edited_judge(arena, rows[i].edits, options);
        if (rule_case_passes(&rows[i], verdict))
            continue;
        rule_case_report(&rows[i], verdict);
        failures++;
    }
    tf_arena_destroy(arena);
    assert_int_equal(failures, 0);
}

static inline void rule_cases_count(const struct rule_case *rows, size_t count, const char *id, size_t *fires, size_t *others)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].rule, id) == 0)
            *(rows[i].outcome == FIRES ? fires : others) += 1;
}

/* Rows judged one way. */
struct rule_table {
    const struct rule_case *rows;
    size_t count;
    struct tf_tax_options options;
};

#define RULE_TABLE(rows, ...) {rows, RULE_CASES_COUNT(rows), {__VA_ARGS__}}

enum { RULE_TABLES_MAX = 2, RULE_FAMILIES_MAX = 10 };

/* The tables of one file of tests, and how the ids begin of the rules that they must cover: the state of the two tests below, which cmocka takes as not const. */
struct rule_suite {
    struct rule_table tables[RULE_TABLES_MAX];
    const char *families[RULE_FAMILIES_MAX];
};

static inline void rule_suite_cases(void **state)
{
    const struct rule_suite *suite = *state;
    for (size_t i = 0; i < RULE_TABLES_MAX && suite->tables[i].rows; i++)
        rule_cases_run(suite->tables[i].rows, suite->tables[i].count, suite->tables[i].options);
}

/* At least two rows fire the rule and one does not, in whichever table. */
static inline void rule_suite_suffices_for(const struct rule_suite *suite, const char *id)
{
    size_t fires = 0, others = 0;
    for (size_t i = 0; i < RULE_TABLES_MAX; i++)
        rule_cases_count(suite->tables[i].rows, suite->tables[i].count, id, &fires, &others);
    if (fires < 2 || others < 1)
        fail_msg("%s has %zu rows that fire and %zu that do not", id, fires, others);
}

static inline void rule_suite_covers(void **state)
{
    const struct rule_suite *suite = *state;
    size_t count;
    const struct tf_tax_rule *rules = tf_tax_rules(&count);
    for (size_t f = 0; f < RULE_FAMILIES_MAX && suite->families[f]; f++) {
        size_t found = 0;
        for (size_t r = 0; r < count; r++)
            if (strncmp(rules[r].id, suite->families[f], strlen(suite->families[f])) == 0) {
                rule_suite_suffices_for(suite, rules[r].id);
                found++;
            }
        assert_true(found > 0);
    }
}

#define RULE_SUITE_TESTS(suite) cmocka_unit_test_prestate(rule_suite_cases, &(suite)), cmocka_unit_test_prestate(rule_suite_covers, &(suite))

#endif
