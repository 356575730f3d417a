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

/* Every rule whose id begins with the prefix has at least two rows that fire and one that does not, in either mode. */
static inline void rule_cases_suffice(const struct rule_case *rows, size_t count, const struct rule_case *strict, size_t strict_count,
                                      const char *prefix)
{
    size_t rules_count, found = 0;
    const struct tf_tax_rule *rules = tf_tax_rules(&rules_count);
    for (size_t r = 0; r < rules_count; r++) {
        if (strncmp(rules[r].id, prefix, strlen(prefix)) != 0)
            continue;
        size_t fires = 0, others = 0;
        rule_cases_count(rows, count, rules[r].id, &fires, &others);
        rule_cases_count(strict, strict_count, rules[r].id, &fires, &others);
        if (fires < 2 || others < 1)
            fail_msg("%s has %zu rows that fire and %zu that do not", rules[r].id, fires, others);
        found++;
    }
    assert_true(found > 0);
}

#define RULE_CASES_COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#endif
