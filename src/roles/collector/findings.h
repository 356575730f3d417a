/* What a file of another program breaks as a whole: no record's finding, so it is told to whoever sent the file. */
#ifndef TF_COLLECTOR_FINDINGS_H
#define TF_COLLECTOR_FINDINGS_H

#include "taxflow/files_findings.h"

/** Whether the one file has findings. */
bool tf_collector_has_findings(const struct tf_files *files);
/** Members of an object, each where there is any: summary, as its reader counted; findings, most of them; findings_left_out, how many more. */
void tf_collector_write_findings(const struct tf_files *files, size_t most, struct tf_json *json);

#endif
