/*
 * report.html: what an audit found, for people; one file that asks for nothing else, to be read, printed and filed. Everything in it is summed
 * up and bounded, however much was found: the long list is findings.csv.
 */
#ifndef TAXFLOW_REPORT_PAGE_H
#define TAXFLOW_REPORT_PAGE_H

#include "taxflow/pipeline.h"
#include "taxflow/report.h"
#include "taxflow/report_html.h"

struct tf_report_page;

struct tf_report_page_options {
    struct tf_files *files;                 /* what is audited; related documents are looked up in it */
    const struct tf_config *config;
    const struct tf_fraud_ruleset *ruleset; /* whose rules the verdicts are of */
};

/** options are borrowed. Returns TF_OK; TF_E_MEMORY.   Memory  some 10 MB, and at most 100 of the largest findings of each currency. */
enum tf_err tf_report_page_create(const struct tf_report_page_options *options, struct tf_report_page **ret_page, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_report_page *tf_report_page_destroy(struct tf_report_page *page);
/** Take in one committed batch: judge 0 is tax, judge 1 is fraud. A failure is kept for tf_report_page_write.   Cost  O(records + findings). */
void tf_report_page_add(struct tf_report_page *page, const struct tf_batch *batch);
/** Take in the findings about groups that were written to a file (groups.ndjson). TF_OK, also where there is none; TF_E_IO. */
enum tf_err tf_report_page_read_groups(struct tf_report_page *page, const char *path, struct tf_fault *fault) TF_MUST_CHECK;
/**
 * Write the page.
 *
 * report    the same counts as on the command line; its seconds and made_ms (Unix ms) are all that differs between two runs
 * sections  parts that others fill, in this order; one with write NULL is left out
 * Returns TF_OK; TF_E_IO when it, or the temporary file behind it, cannot be written whole; TF_E_LIMIT when a section passes the page's ceiling.
 */
enum tf_err tf_report_page_write(struct tf_report_page *page, const struct tf_report *report, int64_t made_ms, const struct tf_report_section *sections,
                                 size_t sections_count, const char *path, struct tf_fault *fault) TF_MUST_CHECK;

#endif
