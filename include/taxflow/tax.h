/* The tax rules: EN 16931 business rules as rows, judged on the semantic model. Pure: no clock, no I/O, only the caller's arena. */
#ifndef TAXFLOW_TAX_H
#define TAXFLOW_TAX_H

#include "taxflow/code_lists.h"
#include "taxflow/event.h"
#include "taxflow/json.h"
#include "taxflow/rates.h"

enum tf_tax_class { TF_TAX_FORMAT, TF_TAX_RULE, TF_TAX_CONTENT, TF_TAX_OWN };
enum tf_tax_severity { TF_TAX_FATAL, TF_TAX_WARNING, TF_TAX_INFO, TF_TAX_OFF /* not of a rule: what a company may make of one */ };

enum { TF_TAX_RULES_MAX = 512, TF_TAX_FINDINGS_MAX = 500, TF_TAX_NOT_CHECKED_MAX = 8 };

/*
 * Rules that are asked together. Which of them a document is judged by follows from its BT-24 (specifications.def) or from the
 * options; rules of our own are always asked.
 */
enum tf_tax_profile { TF_TAX_EN16931, TF_TAX_PEPPOL, TF_TAX_XRECHNUNG, TF_TAX_OWN_RULES, TF_TAX_PROFILE_COUNT };

struct tf_tax_profile_row {
    const char *name;     /* "peppol", as option tax.profiles and verdicts spell it */
    const char *ruleset;  /* "peppol-bis-3.0.19": name and version */
};

/* One rule as a row: what `taxflow rules` prints. */
struct tf_tax_rule {
    const char *id;       /* "BR-CO-15" */
    const char *terms;    /* "BT-109 BT-110 BT-112" */
    enum tf_tax_class class_;
    enum tf_tax_severity severity;
    enum tf_tax_profile profile;
    const char *text;     /* one plain sentence: what must hold */
    const char *formula;  /* the same in business terms: "BT-106 = round2(sum of BT-131)" */
    const char *hint;     /* what to do where it does not hold, in plain words */
    const char *source;   /* "EN 16931-1:2017, 6.4.1; artefact 1.3.16" */
};

struct tf_tax_finding {
    const struct tf_tax_rule *rule; /* NULL: a finding of the reader, of class format */
    const struct tf_format_finding *format; /* where rule is NULL */
    enum tf_tax_severity severity;  /* what counts: the rule's, or what the company made of it; TF_TAX_OFF is told and counts for nothing */
    struct tf_str path;     /* JSON path: "$.invoice.lines[3].net"; of a format finding the XPath */
    uint64_t line;          /* of an XML document; 0 = none */
    struct tf_str bt;       /* the term that is wrong: "BT-131" */
    struct tf_str observed, expected, difference; /* absent where the rule compares nothing */
};

struct tf_tax_verdict {
    bool applicable;        /* invoices and credit notes that are not voided; other kinds have no tax rules yet */
    bool valid;             /* nothing fatal was found */
    bool decided;           /* valid is an answer; false: there is none, for not all of the document's own rules were asked */
    const char *profile;    /* name of the most particular profile it was judged by; NULL where by none */
    const char *ruleset;    /* that profile's rules with their version; NULL likewise */
    struct tf_str not_checked[TF_TAX_NOT_CHECKED_MAX]; /* what BT-24 asks for and nobody looked at: names of rule sets or rules */
    uint32_t not_checked_count;
    uint32_t findings_total;
    uint32_t findings_count; /* listed: at most TF_TAX_FINDINGS_MAX */
    struct tf_tax_finding *findings;
    uint64_t evaluated[TF_TAX_RULES_MAX / 64]; /* bit r: rule r was evaluated */
    uint64_t hit[TF_TAX_RULES_MAX / 64];       /* bit r: rule r has a finding */
};

struct tf_tax_severities; /* what companies make of rules: option tax.severities */

/**
 * Read rows "RULE=WORD" or "COMPANY/RULE=WORD"; RULE may end in "*", WORD is fatal, warning, info or off. The last row that fits a
 * finding decides.
 * texts    borrowed: must live as long as the result.
 * Returns  TF_OK; TF_E_CONFIG with the row and the remedy; TF_E_MEMORY.
 */
enum tf_err tf_tax_severities_create(const struct tf_string_list *texts, struct tf_tax_severities **ret_severities,
                                     struct tf_fault *fault) TF_MUST_CHECK;
/** NULL is fine. Returns NULL. */
struct tf_tax_severities *tf_tax_severities_destroy(struct tf_tax_severities *severities);

struct tf_tax_options {
    bool strict;            /* the standard's text; false: the artefact's behaviour */
    bool companies_configured;
    unsigned profiles;      /* bits 1 << enum tf_tax_profile, whatever BT-24 says; 0: as BT-24 says */
    const struct tf_code_lists *code_lists;     /* borrowed */
    const struct tf_rates *rates;               /* borrowed; NULL: those built in */
    const struct tf_tax_severities *severities; /* borrowed; NULL: every rule has its own */
};

/** "rule", "fatal": as findings say it. Static. */
const char *tf_tax_class_name(enum tf_tax_class class_);
const char *tf_tax_severity_name(enum tf_tax_severity severity);
/** All rules, in catalogue order; index = bit in the verdict. Static. */
const struct tf_tax_rule *tf_tax_rules(size_t *ret_count);
/** The profiles by enum tf_tax_profile, TF_TAX_PROFILE_COUNT of them. Static. */
const struct tf_tax_profile_row *tf_tax_profiles(void);
/**
 * The bits of a list of profile names as option tax.profiles holds them; "auto" adds none.
 * Returns TF_OK, or TF_E_CONFIG with the name that is none and those that are.
 */
enum tf_err tf_tax_profiles_parse(struct tf_string_list names, unsigned *ret_profiles, struct tf_fault *fault) TF_MUST_CHECK;
/** Name and version of the rules that everything is judged by where BT-24 names no others ("en16931-1.3.16"). Static. */
const char *tf_tax_ruleset(void);
/**
 * Judge one event by every rule of the profiles that it names (BT-24) or the options ask for, and take over what its reader found.
 * Returns TF_OK and the verdict in the arena; TF_E_LIMIT when the arena is full.
 * Thread any, with an arena of its own.  Cost  O(lines + findings).
 */
enum tf_err tf_tax_judge(const struct tf_tax_options *options, const struct tf_event *event, struct tf_arena *arena,
                         struct tf_tax_verdict **ret_verdict) TF_MUST_CHECK;
/* What is to be said of one document: a verdict, or why it cannot be read. */
struct tf_tax_opinion {
    const struct tf_tax_verdict *verdict; /* NULL: it cannot be read */
    struct tf_problem problem;            /* then: why */
};
/**
 * Read and judge one document: a record or CloudEvent in JSON, or an invoice in UBL or CII.
 * Returns TF_OK and the opinion, in the arena; TF_E_LIMIT when that is full, TF_E_MEMORY.   Thread  any, with reader and arena of its own.
 */
enum tf_err tf_tax_validate(const struct tf_tax_options *options, struct tf_reader *reader, struct tf_str text, struct tf_arena *arena,
                            struct tf_tax_opinion *ret_opinion) TF_MUST_CHECK;
/**
 * The opinion of a document that was read piece by piece (reader_xml.h): read is what the reading returned, problem what it filled.
 * Returns as tf_tax_validate; read itself where that says nothing of the document (no memory).
 */
enum tf_err tf_tax_opine(const struct tf_tax_options *options, enum tf_err read, const struct tf_event *event, const struct tf_problem *problem,
                         struct tf_arena *arena, struct tf_tax_opinion *ret_opinion) TF_MUST_CHECK;
/** Whether a document can be read, all of its own rules were asked and nothing fatal was found. */
bool tf_tax_opinion_valid(const struct tf_tax_opinion *opinion);
/** Write an opinion as `validate --json` shows it (conf/schemas/validation.schema.json). source  names the document. */
void tf_tax_encode_opinion(const struct tf_tax_opinion *opinion, struct tf_str source, struct tf_json *json);
/**
 * Write the body of a result row: {"event_id","position","ruleset","valid","applicable","profile","checked","not_checked",
 * "findings_total","findings":[…]}; profile, checked and not_checked only where applicable.
 * position  "topic:partition:offset".  Findings past 2 MiB of text are left out; findings_total stays whole.
 */
void tf_tax_encode(const struct tf_tax_verdict *verdict, struct tf_str event_id, struct tf_str position, struct tf_json *json);
/** Write what a verdict was judged by and what it leaves open: "profile", "checked" and "not_checked", as members. */
void tf_tax_encode_coverage(const struct tf_tax_verdict *verdict, struct tf_json *json);
/** Write findings as the array that `validate --json` and results share. */
void tf_tax_encode_findings(const struct tf_tax_verdict *verdict, struct tf_json *json);

#endif
