/* What report.html is made of, gathered while records are judged. */
#ifndef TAXFLOW_REPORT_PAGE_INTERNAL_H
#define TAXFLOW_REPORT_PAGE_INTERNAL_H

#include "months.h"
#include "party_sums.h"
#include "taxflow/report_page.h"
#include "top.h"

enum {
    TF_PAGE_COMPANIES_MAX = 12,
    TF_PAGE_GROUPS_MAX = 64,
    TF_PAGE_WORDS_BYTES = 320,
    TF_PAGE_CARDS_MAX = 100,
    TF_PAGE_BYTES_MAX = 2 << 20,        /* of the whole */
    TF_PAGE_FINDINGS_BYTES = 1200 << 10, /* where the list of findings stops */
};

struct tf_page_file { uint64_t received, accepted, duplicates, dead, with_findings; };

/* Why records could not be judged, and the first of them. */
struct tf_page_reason {
    uint64_t records;
    uint32_t file;
    int64_t line;
    char path[TF_PAGE_WORDS_BYTES], detail[TF_PAGE_WORDS_BYTES];
};
enum tf_page_judge { TF_PAGE_NOBODY /* no role could read it */, TF_PAGE_TAX, TF_PAGE_FRAUD, TF_PAGE_JUDGES };

struct tf_page_company { char name[TF_PARTY_NAME_BYTES]; uint8_t len; uint64_t records; };

/* The newest finding about a group, as JSON. */
struct tf_page_group { char key[64]; char period[16]; char *json; };

struct tf_report_page {
    struct tf_report_page_options options;
    struct tf_amounts amounts;
    struct tf_party_sums *parties;
    struct tf_top top;
    struct tf_months months;
    struct tf_page_file *files;
    size_t files_count;
    struct tf_page_reason reasons[TF_PAGE_JUDGES][TF_ERR_COUNT];
    struct tf_page_company companies[TF_PAGE_COMPANIES_MAX];
    size_t companies_count;
    bool more_companies;
    int64_t first_ms, last_ms;          /* event times of accepted records; none where last < first */
    uint64_t with_findings, findings;   /* accepted records with any; rows of findings.csv */
    uint64_t form_findings;             /* of these, about the form of XML documents, which no rule of the tables counts */
    struct tf_page_group groups[TF_PAGE_GROUPS_MAX];
    size_t groups_count;
    uint64_t groups_left_out;
    struct tf_buf scratch;
    enum tf_err failure;                /* the first one while batches were taken in */
};

/* What a page is being written with. */
struct tf_page_writing {
    struct tf_report_page *page;
    const struct tf_report *report;
    int64_t made_ms;
    const struct tf_report_section *sections;
    size_t sections_count;
    struct tf_html html;
};

/** Put a record with findings among the best, with what is said of it. page_card.c */
enum tf_err tf_page_card_put(struct tf_report_page *page, const struct tf_item *item, const struct tf_fraud_facts *facts) TF_MUST_CHECK;

/* ---- The parts of the page, each with its heading ---- */

void tf_page_head(struct tf_page_writing *writing);                                                         /* page_head.c */
void tf_page_summary(struct tf_page_writing *writing);                                                      /* page_summary.c */
void tf_page_amounts(struct tf_page_writing *writing);                                                      /* page_amounts.c */
void tf_page_rules_hit(struct tf_page_writing *writing);                                                    /* page_rules.c */
void tf_page_coverage(struct tf_page_writing *writing);                                                     /* page_rules.c */
enum tf_err tf_page_suppliers(struct tf_page_writing *writing) TF_MUST_CHECK;                               /* page_suppliers.c */
enum tf_err tf_page_findings(struct tf_page_writing *writing, struct tf_fault *fault) TF_MUST_CHECK;        /* page_findings.c */
void tf_page_groups(struct tf_page_writing *writing);                                                       /* page_groups.c */
void tf_page_files(struct tf_page_writing *writing);                                                        /* page_files.c */
void tf_page_inputs(struct tf_page_writing *writing);                                                       /* page_inputs.c */
void tf_page_notes(struct tf_page_writing *writing);                                                        /* page_head.c */

/** Name of a currency: its code, or what is said where there is none. */
struct tf_str tf_page_currency(const char code[4]);
/** "<section …><h2>title</h2>": id and title are ours. */
void tf_page_section(struct tf_html *html, const char *id, const char *title);
void tf_page_section_end(struct tf_html *html);
/** Name of a decision: "block". Static. */
const char *tf_page_decision(enum tf_fraud_decision decision);

#endif
