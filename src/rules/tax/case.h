/* One invoice on trial: what the families of rules read, and where their findings go. */
#ifndef TAXFLOW_RULES_TAX_CASE_H
#define TAXFLOW_RULES_TAX_CASE_H

#include "figure.h"
#include "profile.h"
#include "rule.h"

struct tf_case {
    const struct tf_event *event;
    const struct tf_invoice *invoice;
    struct tf_arena *arena;
    struct tf_tax_verdict *verdict;
    const struct tf_code_lists *lists;
    const struct tf_rates *rates;
    const struct tf_tax_severities *severities; /* what the event's company makes of rules; may be NULL */
    int32_t day;        /* BT-2, by which versions are chosen; 0 where it is missing */
    struct tf_profiles profiles; /* what this document is judged by */
    uint32_t findings_cap;
    const bool *overruled; /* by rule: findings of others than cii.c do not count; NULL: all count */
    bool strict;        /* by the standard's text instead of the artefact's behaviour */
    bool companies_configured;
    bool out_of_memory; /* sticky: the arena is full, the verdict incomplete */
};

/*
 * The place of a finding, spelt out only when there is one:
 * $.invoice [.list[index]] [.sublist[subindex]] [.term]
 */
static const size_t TF_SPOT_NO_INDEX = SIZE_MAX; /* a list that was written as its one element */
struct tf_spot {
    const char *list; /* "lines"; NULL: the invoice itself */
    size_t index;
    const char *sublist; /* "breakdown"; NULL: none */
    size_t subindex;
    const char *term; /* "price.net"; NULL: the element itself */
    const char *bt;   /* the business term or group that is wrong */
    uint64_t line;    /* in the document where no term has it: of a stray; 0: where the term stands */
};

/** The same place, at a term. */
static inline struct tf_spot tf_spot_at(struct tf_spot spot, const char *term, const char *bt)
{
    spot.term = term;
    spot.bt = bt;
    return spot;
}

/** An element of a list within the place, at a term of it. */
static inline struct tf_spot tf_spot_in(struct tf_spot spot, const char *sublist, size_t subindex, const char *term, const char *bt)
{
    spot.sublist = sublist;
    spot.subindex = subindex;
    return tf_spot_at(spot, term, bt);
}

/** Means of payment i (BG-16): a record writes one alone without a list. */
static inline struct tf_spot tf_spot_payment(const struct tf_invoice *invoice, size_t i)
{
    return (struct tf_spot){.list = "payment", .index = invoice->payments.count > 1 ? i : TF_SPOT_NO_INDEX};
}

/** Note that a rule had something to look at. */
static inline void tf_case_saw(struct tf_case *c, enum tf_rule rule)
{
    c->verdict->evaluated[rule / 64] |= UINT64_C(1) << (rule % 64);
}

/** Whether the rules of a profile are asked of this document. */
static inline bool tf_case_asks(const struct tf_case *c, enum tf_tax_profile profile)
{
    return (c->profiles.asked & tf_profile_bit(profile)) != 0;
}

/** Note fatal rules that the document asks for and nobody looked at ("NL-R of Peppol"): nothing is valid then. The bytes are borrowed. */
void tf_case_not_checked(struct tf_case *c, struct tf_str what);
/** Record what the reader found of the syntax (class format). */
void tf_case_take_format(struct tf_case *c, const struct tf_format_finding *format);
/** Record that a rule does not hold at a place. Past TF_TAX_FINDINGS_MAX it is counted, not listed. */
void tf_case_find(struct tf_case *c, enum tf_rule rule, struct tf_spot spot);
/** Note that a rule had something to look at, and record it where it does not hold. */
static inline void tf_case_check(struct tf_case *c, enum tf_rule rule, bool holds, struct tf_spot spot)
{
    tf_case_saw(c, rule);
    if (!holds)
        tf_case_find(c, rule, spot);
}

/** As tf_case_find, with the amounts that were compared; a missing figure is left out. */
void tf_case_find_amounts(struct tf_case *c, enum tf_rule rule, struct tf_spot spot, struct tf_figure observed,
                          struct tf_figure expected);
/** As tf_case_find, with the text that was found and what was asked for instead; an absent text is left out. The bytes are borrowed. */
void tf_case_find_text(struct tf_case *c, enum tf_rule rule, struct tf_spot spot, struct tf_str observed, struct tf_str expected);

#endif
