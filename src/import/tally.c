/* What is found in ledgers as wholes. */
#include "import_internal.h"
#include "taxflow/json.h"

enum { SUMMARY_BYTES_MAX = 1024 };

enum tf_err tf_import_tell(struct tf_import_tally *tally, const struct tf_import_finding *finding, const struct tf_import_sink *sink)
{
    if (tally->broken[finding->rule]++ >= TF_IMPORT_FINDINGS_MAX || !sink->finding)
        return TF_OK;
    return sink->finding(sink->self, finding);
}

enum tf_err tf_import_tell_tally(const struct tf_import_tally *tally, const struct tf_import_sink *sink)
{
    struct tf_buf text;
    struct tf_json json;
    if (!sink->summary)
        return TF_OK;
    tf_buf_init(&text, SUMMARY_BYTES_MAX);
    tf_json_init(&json, &text);
    tf_json_object(&json);
    tf_json_ku64(&json, "entries", tally->entries);
    tf_json_ku64(&json, "lines", tally->lines);
    tf_json_object_end(&json);
    enum tf_err err = text.failed ? TF_E_MEMORY : sink->summary(sink->self, tf_buf_view(&text), tally->broken, TF_IMPORT_LEDGER);
    tf_buf_finish(&text);
    return err;
}
