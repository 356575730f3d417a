/* findings.csv: what people open first. One row a finding or hit, sorted by amount at risk, safe to open in a spreadsheet. */
#ifndef TAXFLOW_FINDINGS_CSV_H
#define TAXFLOW_FINDINGS_CSV_H

#include "taxflow/import.h"
#include "taxflow/pipeline.h"

/*
 * All files for a spreadsheet begin and end their lines alike: the mark tells Excel that it is UTF-8 (it takes a file without one for the code page of
 * the machine); lines end as RFC 4180 has it.
 */
#define TF_CSV_MARK "\xef\xbb\xbf"
#define TF_CSV_END "\r\n"

struct tf_findings_csv;

/** Rows are spooled to a temporary file; memory is 24 bytes a row. files and reader serve the "related numbers". */
enum tf_err tf_findings_csv_create(struct tf_files *files, const struct tf_config *config, struct tf_findings_csv **ret_csv, struct tf_fault *fault)
    TF_MUST_CHECK;
/** Take in the rows of one committed batch: judge 0 is tax, judge 1 is fraud. */
void tf_findings_csv_add(struct tf_findings_csv *csv, const struct tf_batch *batch);
/** Take in what a file breaks as a whole: kind "file", and what is a record's stays empty. */
void tf_findings_csv_add_file(struct tf_findings_csv *csv, const char *file, const struct tf_import_finding *finding);
/** Sort and write PATH. TF_E_IO. */
enum tf_err tf_findings_csv_write(struct tf_findings_csv *csv, const char *path, struct tf_fault *fault) TF_MUST_CHECK;
struct tf_findings_csv *tf_findings_csv_destroy(struct tf_findings_csv *csv);

/**
 * Append one cell: quoted where RFC 4180 needs it, with a leading apostrophe where a spreadsheet would run it (= + - @ tab CR LF at
 * its begin, unless it is a number), and cut at 32,000 bytes.
 */
void tf_findings_csv_cell(struct tf_buf *out, struct tf_str text, bool first);

#endif
