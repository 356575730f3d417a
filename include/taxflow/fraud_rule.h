/* A fraud rule as a row, and its settings. What a rule is shown, and what it says, is in fraud.h. */
#ifndef TAXFLOW_FRAUD_RULE_H
#define TAXFLOW_FRAUD_RULE_H

#include "taxflow/config.h"
#include "taxflow/str.h"

struct tf_fraud_case;
struct tf_fraud_facts;
struct tf_fraud_group_rule;
struct tf_fraud_hit;
struct tf_fraud_key;
struct tf_fraud_tally;

enum { TF_FRAUD_KEYS_MAX = 16, TF_FRAUD_RELATED_MAX = 20, TF_FRAUD_CURRENCIES_MAX = 32,
       TF_FRAUD_PARAMS_MAX = 6, TF_FRAUD_ASKED_KEYS_MAX = 1024 /* of all rules together, for one record */ };
/* Of a rule: the first three. Of a hit also: known of until a day, dismissed by a person, of a rule that fires too often. Only LIVE counts. */
enum tf_fraud_mode { TF_FRAUD_OFF, TF_FRAUD_SHADOW, TF_FRAUD_LIVE, TF_FRAUD_SNOOZED, TF_FRAUD_DISMISSED, TF_FRAUD_MUTED };
/* A voided record has a number and a date and is asked nothing else: rules without this bit never see one. */
#define TF_FRAUD_OF_VOIDED (UINT32_C(1) << 31)
enum tf_fraud_answer { TF_FRAUD_CLEAR, TF_FRAUD_HIT, TF_FRAUD_UNKNOWN, TF_FRAUD_NOT_APPLICABLE };

/* Settings of one rule, from the files in fraud.rules over the row's defaults. */
struct tf_fraud_setting {
    enum tf_fraud_mode mode;
    uint32_t weight;
    uint32_t breaker_permille;           /* a larger share of hits is not believed (fraud_decision.h); 0: the set's own share */
    int64_t window_ms;
    int64_t params[TF_FRAUD_PARAMS_MAX]; /* named in the rule's row */
    struct { char currency[4]; int64_t threshold_minor; } thresholds[TF_FRAUD_CURRENCIES_MAX];
    size_t thresholds_count;
    int64_t threshold_minor;  /* for other currencies; 0: the rule has no thresholds */
    struct tf_string_list words; /* named in the rule's row; upper case, sorted by strcmp; the ruleset's, or static */
};

/* A setting that only one rule has; name NULL ends the list. */
struct tf_fraud_param {
    const char *name; /* with its unit: "approval_seconds" */
    int64_t min, max;
};

struct tf_fraud_rule {
    const char *id;           /* "DUP1" */
    const char *version;      /* "1.0.0" */
    const char *title;
    const char *needs;        /* fields without which the answer is unknown: "approver" */
    const char *source;
    uint32_t kinds;           /* bit per enum tf_kind it applies to; TF_FRAUD_OF_VOIDED: to voided records of these kinds too */
    struct tf_fraud_param params[TF_FRAUD_PARAMS_MAX];
    const char *words;        /* what its list of words is called in a file ("keywords"); NULL: it has none */
    /** NULL where a word is one that the rule can read; else what it must be: "a day: 12-25 or 2026-04-06". NULL: any text will do. */
    const char *(*check_word)(struct tf_str word);
    const void *program;      /* of an operator's rule; NULL */
    struct tf_fraud_setting defaults;
    /** Keys for an event, at most TF_FRAUD_KEYS_MAX; returns how many (0: the rule keeps nothing for it). NULL: no window. */
    size_t (*keys)(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                   struct tf_fraud_key *keys);
    /** Counters of groups for an event whose time is a month that is counted, at most TF_FRAUD_TALLIES_MAX; returns how many. NULL: none. */
    size_t (*tallies)(const struct tf_fraud_rule *rule, const struct tf_fraud_setting *setting, const struct tf_fraud_facts *facts,
                      struct tf_fraud_tally *tallies);
    const struct tf_fraud_group_rule *group; /* what judges its groups: fraud_group.h; NULL: it judges events */
    /** Judge. Fills the hit on TF_FRAUD_HIT. */
    enum tf_fraud_answer (*judge)(const struct tf_fraud_case *c, struct tf_fraud_hit *hit);
};

#endif
