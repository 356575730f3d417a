/* Parts of report.html about what an audit added up: VAT totals, and what was read set against what was judged. */
#ifndef TAXFLOW_REPORT_SECTIONS_H
#define TAXFLOW_REPORT_SECTIONS_H

#include "taxflow/audit_totals.h"
#include "taxflow/report_html.h"

/** VAT by company, period, direction, country, category and rate: the first rows; vat.csv has all. totals are borrowed, and closed. */
struct tf_report_section tf_report_section_vat(const struct tf_audit_totals *totals);

/* What the section about files is written from. */
struct tf_report_books {
    const struct tf_audit_totals *totals;
    const struct tf_files *files;
};
/** Of each file what was read and what became of it, in records and sums; run.json has all. books is borrowed. */
struct tf_report_section tf_report_section_books(const struct tf_report_books *books);

#endif
