#include "taxflow/files_findings.h"

#include <stdlib.h>

#include "files_internal.h"

enum { WORDS_BYTES_MAX = 256 << 20 };

struct tf_arena *tf_files_words(struct tf_files *files)
{
    if (!files->words)
        files->words = tf_arena_create(WORDS_BYTES_MAX);
    return files->words;
}

enum tf_err tf_files_keep_finding(struct tf_files *files, uint32_t file, const struct tf_import_finding *finding)
{
    struct tf_arena *words = tf_files_words(files);
    if (files->findings_count == files->findings_capacity) {
        size_t capacity = files->findings_capacity ? files->findings_capacity * 2 : 64;
        struct tf_file_finding *findings = realloc(files->findings, capacity * sizeof *findings);
        if (!findings)
            return TF_E_MEMORY;
        files->findings = findings;
        files->findings_capacity = capacity;
    }
    if (!words)
        return TF_E_MEMORY;
    struct tf_file_finding *kept = &files->findings[files->findings_count++];
    *kept = (struct tf_file_finding){.file = file, .finding = *finding};
    kept->finding.path = tf_arena_dup(words, finding->path);
    kept->finding.observed = tf_arena_dup(words, finding->observed);
    kept->finding.expected = tf_arena_dup(words, finding->expected);
    return TF_OK;
}

enum tf_err tf_files_keep_summary(struct tf_files *files, uint32_t file, struct tf_str json, const uint64_t broken[TF_IMPORT_RULES_MAX])
{
    for (size_t i = 0; i < TF_IMPORT_RULES_MAX; i++)
        files->rules_broken[i] += broken[i];
    files->files[file].summary = tf_files_words(files) ? tf_arena_dup(files->words, json) : TF_STR_NONE;
    return tf_str_present(files->files[file].summary) ? TF_OK : TF_E_MEMORY;
}

const struct tf_file_finding *tf_files_findings(const struct tf_files *files, size_t *ret_count)
{
    *ret_count = files->findings_count;
    return files->findings;
}

const uint64_t *tf_files_broken(const struct tf_files *files) { return files->rules_broken; }

struct tf_str tf_files_summary(const struct tf_files *files, uint32_t file) { return files->files[file].summary; }

uint32_t tf_files_inputs(const struct tf_files *files) { return (uint32_t)files->files_count; }

void tf_file_finding_json(const struct tf_import_finding *finding, struct tf_json *json)
{
    size_t count;
    const struct tf_import_rule *rule = &tf_import_rules(&count)[finding->rule];
    tf_json_object(json);
    tf_json_ktext(json, "rule", rule->id);
    tf_json_ktext(json, "class", rule->class_);
    tf_json_ktext(json, "severity", rule->severity);
    tf_json_kstr(json, "path", finding->path);
    tf_json_ku64(json, "line", finding->line);
    tf_json_ktext(json, "message", rule->text);
    if (tf_str_present(finding->observed))
        tf_json_kstr(json, "observed", finding->observed);
    if (tf_str_present(finding->expected))
        tf_json_kstr(json, "expected", finding->expected);
    tf_json_object_end(json);
}
