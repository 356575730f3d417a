/* Parts of report.html beside the findings: payments to hold, VAT totals, declared sums, and what was read set against what was judged. */
#ifndef TAXFLOW_REPORT_SECTIONS_H
#define TAXFLOW_REPORT_SECTIONS_H

#include "taxflow/audit_totals.h"
#include "taxflow/hold.h"
#include "taxflow/report_html.h"

/** VAT by company, period, direction, country, category and rate: the first rows; vat.csv has all. totals are borrowed, and closed. */
struct tf_report_section tf_report_section_vat(const struct tf_audit_totals *totals);

/**
 * Declared sums against what the records add up to: those that differ first, with the documents that may be the difference, 100 of them at most;
 * declared.csv has all. Left out where nothing was declared, or no declared.csv was written. totals are borrowed, after tf_declared_csv_write.
 */
struct tf_report_section tf_report_section_declared(const struct tf_audit_totals *totals);
/** The payments to hold, 100 at most, each rule with its sentence; hold.csv has all. Left out where hold is NULL or none is held; borrowed, sorted. */
struct tf_report_section tf_report_section_hold(const struct tf_hold *hold);

/* What the section about files is written from. */
struct tf_report_books {
    const struct tf_audit_totals *totals;
    const struct tf_files *files;
};
/** Of each file what was read and what became of it, in records and sums; run.json has all. books is borrowed. */
struct tf_report_section tf_report_section_books(const struct tf_report_books *books);

#endif
