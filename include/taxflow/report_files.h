/* What is told of files as wholes, beside their records. */
#ifndef TAXFLOW_REPORT_FILES_H
#define TAXFLOW_REPORT_FILES_H

#include "taxflow/files_findings.h"
#include "taxflow/findings_csv.h"
#include "taxflow/report.h"

/**
 * Count the findings about files in the report, put a row for each into findings.csv, and write FOLDER/files.ndjson: a line a file of which a reader
 * counted or found something, {"source","summary":{…},"findings":[{"rule","class","severity","path","line","message","observed","expected"},…]}.
 * csv, folder  NULL: not written.
 * Returns TF_OK; TF_E_IO.
 */
enum tf_err tf_report_files(struct tf_report *report, const struct tf_files *files, struct tf_findings_csv *csv, const char *folder,
                            struct tf_fault *fault) TF_MUST_CHECK;

#endif
