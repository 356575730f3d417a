/* How points become a decision: section `decision` of a rule file. */
#ifndef TAXFLOW_RULES_FRAUD_POLICY_H
#define TAXFLOW_RULES_FRAUD_POLICY_H

#include "reading.h"
#include "taxflow/fraud_decision.h"

enum { TF_POLICY_FAMILIES_MAX = 32, TF_POLICY_FAMILY_BYTES = 16, TF_POLICY_COMPANIES_MAX = 1000, TF_POLICY_POINTS_MAX = 10000 };

/* From so many points on. */
struct tf_policy_limits { uint32_t review, block; };

struct tf_policy_company {
    struct tf_str name;
    struct tf_policy_limits limits;
};

struct tf_policy {
    struct tf_policy_limits limits;
    uint32_t cap; /* of the score */
    struct tf_fraud_breaker breaker;
    /* What the live hits of one family count together at most. A rule's family are the letters that its id begins with. */
    struct { char family[TF_POLICY_FAMILY_BYTES]; uint32_t cap; } families[TF_POLICY_FAMILIES_MAX];
    size_t families_count;
    struct tf_policy_company *companies; /* with limits of their own; in the ruleset's arena */
    size_t companies_count;
};

/**
 * Review from 50 points on, block from 90, 100 at most, 80 of the duplicate rules, which say one thing in several ways. No rule is believed
 * that hits more than one in ten of 20,000 records.
 */
void tf_policy_init(struct tf_policy *policy);
/**
 * Read decision = { review = 50; block = 90; cap = 100; family_caps = { DUP = 80; }; companies = ( { company = "…"; review = 60; } ); }.
 * What is not written keeps its value; families and companies are added to those there.
 * Returns TF_OK; TF_E_CONFIG with file:line, reason and remedy.
 */
enum tf_err tf_policy_read(const struct tf_reading *reading, const config_setting_t *at, struct tf_policy *policy) TF_MUST_CHECK;
/** Read breaker = { share_permille = 100; over = 20000; minimum = 2000; }, as tf_policy_read. */
enum tf_err tf_policy_read_breaker(const struct tf_reading *reading, const config_setting_t *at, struct tf_policy *policy) TF_MUST_CHECK;
/** The limits for records of a company; the name may be absent. O(companies with limits of their own). */
struct tf_policy_limits tf_policy_limits_of(const struct tf_policy *policy, struct tf_str company);
/** All that decides, in one order of writing: for the ruleset's name. */
void tf_policy_describe(const struct tf_policy *policy, struct tf_buf *out);

#endif
