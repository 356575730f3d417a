/* What an audit or a demo found, in counts of records; it must add up, and checks that itself. */
#ifndef TAXFLOW_REPORT_H
#define TAXFLOW_REPORT_H

#include <stdint.h>
#include <stdio.h>

#include "taxflow/audit_totals.h"
#include "taxflow/buf.h"
#include "taxflow/err.h"
#include "taxflow/fraud_need.h"
#include "taxflow/import.h"
#include "taxflow/tax.h"

/* muted: partitions in which it fires too often to be believed */
struct tf_report_rule { uint64_t evaluated, hit, unknown, muted; };

/* Of a rule's unknown answers: records that lack a field it needs (one may lack several), and those that lack none of them. */
struct tf_report_gap { uint64_t missing[TF_FRAUD_NEEDS_MAX], other; };

struct tf_hold;

struct tf_report {
    const struct tf_fraud_ruleset *ruleset; /* whose rules the fraud counts are of; NULL: the built-in ones */
    uint64_t received, accepted, duplicates, dead_lettered;
    struct {
        uint64_t valid, invalid, not_applicable, dead;
        uint64_t findings[TF_TAX_RULES_MAX]; /* records with a finding of rule r */
    } tax;
    struct {
        uint64_t approve, review, block, dead;
        uint64_t hits[TF_FRAUD_RULES_MAX];
    } fraud;
    uint64_t groups[TF_FRAUD_RULES_MAX]; /* findings about groups, for people: a month of a group each */
    uint64_t files[TF_IMPORT_RULES_MAX];     /* findings about files as wholes, no records either: tf_report_files */
    struct tf_report_rule tax_rules[TF_TAX_RULES_MAX];
    struct tf_report_rule fraud_rules[TF_FRAUD_RULES_MAX];
    struct {
        bool told;                           /* somebody counts them: the rest means something */
        uint32_t needs[TF_FRAUD_RULES_MAX];  /* tf_fraud_needs_of each rule */
        struct tf_report_gap rules[TF_FRAUD_RULES_MAX];
    } gaps;
    const struct tf_hold *hold;              /* of --fail-on (hold.h); NULL: none */
    const struct tf_audit_totals *totals;    /* of an audit; NULL: none */
    double seconds;
};

/** The fraud rules of a report; index = place in its counts. */
const struct tf_fraud_rule *tf_report_fraud_rules(const struct tf_report *report, size_t *ret_count);
/** Count one accepted record's verdicts; a NULL verdict is that role's dead letter. */
void tf_report_tax(struct tf_report *report, const struct tf_tax_verdict *verdict);
void tf_report_fraud(struct tf_report *report, const struct tf_fraud_verdict *verdict);
/** From now on count why rules could not judge; ruleset is set. */
void tf_report_gaps_begin(struct tf_report *report);
/** Count what an accepted record lacks of what the rules without an answer need. verdict may be NULL.   Cost  O(1); O(lines) of a journal. */
void tf_report_gaps_add(struct tf_report *report, const struct tf_event *event, const struct tf_fraud_verdict *verdict);
/**
 * Append why a fraud rule judged fewer records than it was asked about: "0 of 2,000 evaluated, field approver missing". Nothing where it
 * judged all of them. After tf_report_rules.
 */
void tf_report_gap_words(const struct tf_report *report, size_t rule, struct tf_buf *out);
/** Append a number as people read it: "2,000". */
void tf_report_count(struct tf_buf *out, uint64_t count);
/** The counts of a rule of a role ("tax", "fraud") by its id; NULL: there is none. */
struct tf_report_rule *tf_report_find_rule(struct tf_report *report, const char *role, const char *id);
/** Take evaluated, hit and unknown of every rule from this process's metrics. */
void tf_report_rules(struct tf_report *report);
/** received = accepted + duplicates + dead_lettered; each role with its dead = accepted. TF_E_BREACH with the sums otherwise. */
enum tf_err tf_report_check(const struct tf_report *report, struct tf_fault *fault) TF_MUST_CHECK;
/** The JSON of README "Report". */
void tf_report_json(const struct tf_report *report, struct tf_buf *out);
/** The same for people. */
void tf_report_print(const struct tf_report *report, FILE *out);

#endif
