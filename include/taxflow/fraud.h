/*
 * The fraud rules. Pure: a rule says which windows it needs and judges what it is shown; the room `state` keeps the windows.
 *
 * For one event the caller asks every rule for its keys, looks the windows up, calls judge, and afterwards adds the
 * event's own contributions. So a redelivered event sees the same history, and an abort can take contributions out.
 */
#ifndef TAXFLOW_FRAUD_H
#define TAXFLOW_FRAUD_H

#include "taxflow/event.h"
#include "taxflow/fraud_bits.h"
#include "taxflow/fraud_rule.h"
#include "taxflow/fraud_tally.h"
#include "taxflow/json.h"

enum tf_fraud_decision { TF_FRAUD_APPROVE, TF_FRAUD_REVIEW, TF_FRAUD_BLOCK };

/*
 * A past event inside a window, as small as rules need it: there are millions. Entries are ordered by time_ms, then by arrival. Its value
 * (rule's own: amount in minor units, count …) is what it adds to the totals, its id is read by tf_fraud_entry_id.
 */
struct tf_fraud_entry {
    int64_t time_ms;            /* event time */
    uint64_t total;             /* of the values up to this one, modulo 2^64, from a beginning of its own */
    const char *id;             /* ce_id, for "related"; owned by the state */
    uint32_t id_bytes;
    uint32_t tag;               /* rule's own: e.g. hash of a document number */
};
_Static_assert(sizeof(struct tf_fraud_entry) <= 32, "an entry is counted on to be small");

/* What the state holds under one key: the entries inside [event time - window, event time + window], the event's own left out. */
struct tf_fraud_window {
    const struct tf_fraud_entry *entries;
    size_t count;
    int64_t highest;            /* no value among them is above it */
    uint64_t before;            /* total before the first */
    size_t later_peers;         /* of a redelivered event: entries of its own time that arrived after it; else 0 */
};
/** Value of entry i of a window, i < count. */
static inline int64_t tf_fraud_value_at(const struct tf_fraud_window *window, size_t i)
{
    return (int64_t)(window->entries[i].total - (i > 0 ? window->entries[i - 1].total : window->before));
}
/** ce_id of the event that an entry stands for. */
static inline struct tf_str tf_fraud_entry_id(const struct tf_fraud_entry *entry) { return (struct tf_str){entry->id, entry->id_bytes}; }

/* A key a rule looks under and adds to, or does only one of the two. */
enum tf_fraud_use { TF_FRAUD_LOOKS_AND_ADDS, TF_FRAUD_LOOKS, TF_FRAUD_ADDS };
struct tf_fraud_key {
    struct tf_hash16 hash;   /* of the rule id and the key's parts */
    int64_t value;           /* what this event contributes */
    int64_t window_ms;       /* of this key; 0 = the rule's setting */
    uint32_t tag;
    enum tf_fraud_use use;
    bool shared;             /* records of several partitions meet under it: a bank account of several suppliers */
    bool leads;              /* from what stands under it the rule goes on to other keys (tf_fraud_case.trail); shared ones only */
};

/* When an event was judged. All 0: events come in the order of their times, as those of files do, and what is not there yet will not come. */
struct tf_fraud_moment {
    uint32_t minute; /* of the judging process's clock, since 1970; below TF_FRAUD_MINUTES_MAX */
    bool behind;     /* events that came before it may still wait to be read */
};
enum { TF_FRAUD_MINUTES_MAX = 1 << 27 };

/* What rules ask of an event, whatever its kind: who, how much, in what, when. Read once an event; views into it. */
struct tf_fraud_facts {
    const struct tf_event *event;
    struct tf_str company;  /* trimmed; absent: records of an unnamed company belong together */
    struct tf_str user;     /* trimmed; absent when blank */
    struct tf_str supplier; /* the party; absent when blank */
    struct tf_str account;  /* of a payment; absent when blank */
    char currency[4];       /* upper case; "" when absent or no three letters */
    bool spends;            /* money goes out by it: a payment, invoice or credit note that is not on our sales side */
    bool returned;          /* a payment that came back: nothing was spent */
    bool has_amount;        /* and it fits minor units */
    bool has_time;
    struct tf_decimal amount;
    int64_t amount_minor;
    int64_t time_ms;
    struct tf_fraud_moment judged;
};

struct tf_fraud_hit {
    const struct tf_fraud_rule *rule;
    uint32_t weight;                   /* judge may add to it */
    enum tf_fraud_mode mode;           /* not OFF; rule, weight, mode and window are filled by the caller of judge */
    struct tf_str note;                /* why a hit does not count; else absent */
    int64_t window_ms;                 /* how far from the event the rule looked, before and after; 0: it keeps nothing */
    struct tf_str observed, threshold; /* plain words with numbers: "3 payments, 14200.00 EUR in 3 days" */
    struct tf_str related[TF_FRAUD_RELATED_MAX];
    uint32_t related_count;
    int64_t amount_at_risk_minor;
    bool resubmission;                 /* the same document or payment was sent before */
};

/* What a rule is shown of one event. windows[i] belongs to keys[i], and is empty under a key that only adds. */
struct tf_fraud_case {
    const struct tf_fraud_rule *rule;
    const struct tf_fraud_setting *setting;
    const struct tf_fraud_facts *facts;
    const struct tf_fraud_key *keys;
    const struct tf_fraud_window *windows;
    size_t count;
    struct tf_arena *arena; /* for a hit's words */
    const struct tf_fraud_tally *tallies;       /* what the rule's tallies gave … */
    const struct tf_fraud_tally_view *counts;   /* … and what stands in each one's group; empty where it only adds */
    size_t tallies_count;
    const struct tf_fraud_trail *trail; /* fraud_trail.h */
    struct tf_str again;                /* own ce_id, where the store knows this revision and it was submitted again; else absent */
};

struct tf_fraud_ruleset; /* rules with their settings, immutable once made */

struct tf_fraud_verdict {
    uint32_t score;
    enum tf_fraud_decision decision;
    int64_t amount_at_risk_minor;
    struct tf_fraud_hit *hits;
    uint32_t hits_count;
    const struct tf_fraud_listing *lists; /* on which the record stands (fraud_decision.h) */
    uint32_t lists_count;
    struct tf_fraud_bits evaluated, hit, unknown; /* evaluated = hit or clear; unknown is never among them */
    bool late;
    bool degraded; /* other partitions could not be asked, or not all of them */
    struct tf_str supersedes, reason; /* judged again: id of the row whose place this one takes, and why; absent otherwise */
};

/** The rows, in the order of the catalogue; index = bit in the verdict. Static. */
const struct tf_fraud_rule *tf_fraud_rules(size_t *ret_count);
/**
 * Read the facts. Amount: of an invoice totals.gross, else totals.due; of a payment its amount; of a journal in one currency the sum of its
 * debits; other kinds have none. Pure.   Cost  O(1); O(lines) for journals.
 */
struct tf_fraud_facts tf_fraud_facts_of(const struct tf_event *event);
/**
 * Make a ruleset from the rows and the settings files (libconfig; patterns as glob(7), a pattern without a match is fine).
 * fault says file:line, reason and remedy. Returns TF_OK, TF_E_CONFIG, TF_E_NO_INPUT or TF_E_MEMORY.
 */
enum tf_err tf_fraud_ruleset_load(struct tf_string_list files, struct tf_fraud_ruleset **ret_ruleset, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Make a ruleset from other rows with their own defaults: rules of another room that look into windows (TF-06, TF-08).
 * rules  static; at most TF_FRAUD_RULES_MAX.   NULL when memory ran out.
 */
struct tf_fraud_ruleset *tf_fraud_ruleset_of(const struct tf_fraud_rule *rules, size_t count);
/** The rows of a ruleset; index = bit in a verdict. */
const struct tf_fraud_rule *tf_fraud_ruleset_rules(const struct tf_fraud_ruleset *ruleset, size_t *ret_count);
/** Those that are not switched off and judge events of its kind (of voided ones, those with TF_FRAUD_OF_VOIDED), by their places, in order; the ruleset's. */
const uint16_t *tf_fraud_ruleset_asked(const struct tf_fraud_ruleset *ruleset, const struct tf_event *event, size_t *ret_count);
/** Switch one of its rules off, before anybody asks it. */
void tf_fraud_ruleset_switch_off(struct tf_fraud_ruleset *ruleset, size_t rule);
struct tf_fraud_ruleset *tf_fraud_ruleset_destroy(struct tf_fraud_ruleset *ruleset);
const struct tf_fraud_setting *tf_fraud_ruleset_setting(const struct tf_fraud_ruleset *ruleset, size_t rule);
/** Version of the ruleset as results carry it: "fraud-" and the hash of rules and settings. Lives as long as the ruleset. */
const char *tf_fraud_ruleset_name(const struct tf_fraud_ruleset *ruleset);
/** Write the body of a result row: {"event_id","position","ruleset","score","decision","amount_at_risk","hits":[…],"unknown":[…]}. */
void tf_fraud_encode(const struct tf_fraud_ruleset *ruleset, const struct tf_fraud_verdict *verdict, struct tf_str event_id,
                     struct tf_str position, struct tf_json *json);
/** norm(number): upper case, letters and digits only, prefixes (INV, RE, FA …) and leading zeros dropped. Absent when nothing is left. */
struct tf_str tf_fraud_normalise_number(struct tf_str number, struct tf_arena *arena);

#endif
