#include "taxflow/report_files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "taxflow/json.h"

enum { PATH_BYTES = 4096, LINE_BYTES_MAX = 256 << 20 };

/* Findings of a file stand together; *at is the first of this one, or of a later one. */
static void write_file(const struct tf_files *files, uint32_t file, size_t *at, struct tf_buf *out)
{
    size_t count;
    struct tf_json json;
    const struct tf_file_finding *findings = tf_files_findings(files, &count);
    struct tf_str summary = tf_files_summary(files, file);
    tf_buf_reset(out);
    tf_json_init(&json, out);
    tf_json_object(&json);
    tf_json_ktext(&json, "source", tf_files_name(files, file));
    if (tf_str_present(summary)) {
        tf_json_key(&json, "summary");
        tf_json_raw(&json, summary);
    }
    tf_json_key(&json, "findings");
    tf_json_array(&json);
    for (; *at < count && findings[*at].file == file; ++*at)
        tf_file_finding_json(&findings[*at].finding, &json);
    tf_json_array_end(&json);
    tf_json_object_end(&json);
    tf_buf_putc(out, '\n');
}

static enum tf_err write_rows(const struct tf_files *files, const char *path, struct tf_fault *fault)
{
    size_t at = 0;
    bool whole = true;
    struct tf_buf line;
    FILE *out = fopen(path, "we");
    if (!out)
        return tf_fault_set(fault, TF_E_IO, "%s: cannot be written: %s; choose another --out folder", path, strerror(errno));
    tf_buf_init(&line, LINE_BYTES_MAX);
    for (uint32_t file = 0; file < tf_files_inputs(files); file++) {
        size_t before = at;
        write_file(files, file, &at, &line);
        if (at > before || tf_str_present(tf_files_summary(files, file)))
            whole = whole && !line.failed && fwrite(line.ptr, 1, line.len, out) == line.len;
    }
    tf_buf_finish(&line);
    whole = fclose(out) == 0 && whole;
    return whole ? TF_OK : tf_fault_set(fault, TF_E_IO, "%s: could not be written whole: %s; free some room and run again", path, strerror(errno));
}

enum tf_err tf_report_files(struct tf_report *report, const struct tf_files *files, struct tf_findings_csv *csv, const char *folder,
                            struct tf_fault *fault)
{
    size_t count;
    char path[PATH_BYTES];
    const struct tf_file_finding *findings = tf_files_findings(files, &count);
    memcpy(report->files, tf_files_broken(files), sizeof report->files);
    for (size_t i = 0; csv && i < count; i++)
        tf_findings_csv_add_file(csv, tf_files_name(files, findings[i].file), &findings[i].finding);
    if (!folder)
        return TF_OK;
    if (snprintf(path, sizeof path, "%s/files.ndjson", folder) >= (int)sizeof path)
        return tf_fault_set(fault, TF_E_IO, "%s: the path is too long", folder);
    return write_rows(files, path, fault);
}
