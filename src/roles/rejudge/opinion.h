/* What was said of records: read out of result rows, or taken from verdicts, in one form that can be compared. */
#ifndef TAXFLOW_ROLES_REJUDGE_OPINION_H
#define TAXFLOW_ROLES_REJUDGE_OPINION_H

#include "taxflow/rejudge.h"

enum { TF_OPINION_HITS_MAX = TF_FRAUD_RULES_MAX };

struct tf_opinion_hit {
    int64_t minor;  /* amount at risk; 0 where the row does not say */
    uint16_t rule;  /* number of totals.rules */
};

struct tf_opinion {
    uint64_t digest;   /* of the row from its score on: two rows with the same one say the same */
    uint16_t ruleset;  /* number of totals.against */
    uint8_t decision;  /* enum tf_fraud_decision */
    bool taken;        /* files: a record was compared with it */
    uint32_t hits_count;
    const struct tf_opinion_hit *hits;
};

/** Number of a rule in one mode; UINT16_MAX past the limit, which counts for nothing. */
uint16_t tf_opinion_rule(struct tf_rejudge_totals *totals, struct tf_str id, bool shadow);
/** Number of a ruleset among those compared with; UINT16_MAX past the limit. */
uint16_t tf_opinion_ruleset(struct tf_rejudge_totals *totals, struct tf_str name);
/** Digest of a row's text; 0 when it has no score. */
uint64_t tf_opinion_digest(struct tf_str row);

/* A row as read: views of the arena. */
struct tf_opinion_row {
    struct tf_str event_id;
    struct tf_str position; /* "topic:partition:offset" */
    struct tf_opinion opinion;
};
/** Read a result row. False for what is none. hits live in the arena. */
bool tf_opinion_read(struct tf_rejudge_totals *totals, struct tf_str text, struct tf_arena *arena, struct tf_opinion_row *ret_row);
/** The verdict as an opinion; hits are written to room, TF_OPINION_HITS_MAX of them. The digest is the caller's. */
struct tf_opinion tf_opinion_of(struct tf_rejudge_totals *totals, const struct tf_fraud_verdict *verdict, struct tf_opinion_hit *room);

/* Opinions by what they are about. One thread owns it. */
struct tf_opinions;
struct tf_opinions *tf_opinions_create(void);
struct tf_opinions *tf_opinions_destroy(struct tf_opinions *opinions);
/** Keep an opinion, in place of the one before; its hits are copied. TF_E_MEMORY. */
enum tf_err tf_opinions_put(struct tf_opinions *opinions, struct tf_hash16 key, const struct tf_opinion *opinion) TF_MUST_CHECK;
/** The one under a key, valid until the next put; NULL when there is none. */
struct tf_opinion *tf_opinions_find(const struct tf_opinions *opinions, struct tf_hash16 key);

/** Keys: a place in taxflow.audit; the n-th record of an id, in the order they are judged. */
struct tf_hash16 tf_opinion_place(uint32_t partition, int64_t offset);
struct tf_hash16 tf_opinion_nth(struct tf_str event_id, uint32_t n);

#endif
