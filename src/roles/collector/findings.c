#include "findings.h"

bool tf_collector_has_findings(const struct tf_files *files)
{
    size_t count;
    (void)tf_files_findings(files, &count);
    return count > 0;
}

void tf_collector_write_findings(const struct tf_files *files, size_t most, struct tf_json *json)
{
    size_t count;
    const struct tf_file_finding *findings = tf_files_findings(files, &count);
    const struct tf_str summary = tf_files_summary(files, 0);
    const size_t told = count < most ? count : most;
    if (tf_str_present(summary)) {
        tf_json_key(json, "summary");
        tf_json_raw(json, summary);
    }
    if (count == 0)
        return;
    tf_json_key(json, "findings");
    tf_json_array(json);
    for (size_t i = 0; i < told; i++)
        tf_file_finding_json(&findings[i].finding, json);
    tf_json_array_end(json);
    if (told < count)
        tf_json_ku64(json, "findings_left_out", count - told);
}
