/* What files of other programs break as wholes (taxflow/import.h): no record's finding, so in none of its rows. */
#ifndef TAXFLOW_FILES_FINDINGS_H
#define TAXFLOW_FILES_FINDINGS_H

#include "taxflow/import.h"
#include "taxflow/json.h"
#include "taxflow/pipeline.h"

struct tf_file_finding {
    uint32_t file;
    struct tf_import_finding finding;
};

/** Findings in the order of files, and in each in the order in which its reader told them. They live as long as the files. */
const struct tf_file_finding *tf_files_findings(const struct tf_files *files, size_t *ret_count);
/** One finding as a JSON object: rule, class, severity, path, line, message, observed, expected. */
void tf_file_finding_json(const struct tf_import_finding *finding, struct tf_json *json);
/** How often each rule was broken in all files: TF_IMPORT_RULES_MAX counts, more than there are findings past TF_IMPORT_FINDINGS_MAX a rule and file. */
const uint64_t *tf_files_broken(const struct tf_files *files);
/** What the reader of a file counted, one JSON object; absent where it counts nothing. file: its number, below tf_files_inputs. */
struct tf_str tf_files_summary(const struct tf_files *files, uint32_t file);
/** How many files there are. */
uint32_t tf_files_inputs(const struct tf_files *files);

#endif
