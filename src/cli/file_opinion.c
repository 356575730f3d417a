#include "file_opinion.h"

#include <string.h>

#include "taxflow/files_findings.h"

enum { FINDINGS_BYTES_MAX = 64 << 20 };

/* What the counts of broken rules come to. */
struct verdict {
    uint64_t findings, fatal, unchecked;
    uint32_t asked;
};

void tf_file_opinion_begin(struct tf_file_opinion *opinion)
{
    tf_buf_reset(&opinion->findings);
    tf_json_init(&opinion->array, &opinion->findings);
    if (opinion->as_json)
        tf_json_array(&opinion->array);
}

void tf_file_opinion_init(struct tf_file_opinion *opinion, bool as_json)
{
    *opinion = (struct tf_file_opinion){.as_json = as_json};
    tf_buf_init(&opinion->findings, FINDINGS_BYTES_MAX);
    tf_file_opinion_begin(opinion);
}

void tf_file_opinion_finish(struct tf_file_opinion *opinion) { tf_buf_finish(&opinion->findings); }

static void tell(struct tf_buf *out, const struct tf_import_finding *finding)
{
    size_t count;
    const struct tf_import_rule *rule = &tf_import_rules(&count)[finding->rule];
    tf_buf_printf(out, "; %s at %.*s, line %llu: %s.", rule->id, TF_STR_ARGS(finding->path), (unsigned long long)finding->line, rule->text);
    if (tf_str_present(finding->observed))
        tf_buf_printf(out, " Found %.*s.", TF_STR_ARGS(finding->observed));
    if (tf_str_present(finding->expected))
        tf_buf_printf(out, " Expected %.*s.", TF_STR_ARGS(finding->expected));
}

void tf_file_opinion_add(struct tf_file_opinion *opinion, const struct tf_import_finding *finding)
{
    if (opinion->as_json)
        tf_file_finding_json(finding, &opinion->array);
    else
        tell(&opinion->findings, finding);
}

/* An info says what was not checked: it is no question of its own. */
static bool is_info(const struct tf_import_rule *rule) { return strcmp(rule->severity, "info") == 0; }

static struct verdict weigh(const uint64_t broken[TF_IMPORT_RULES_MAX], enum tf_import_books books)
{
    size_t count;
    struct verdict verdict = {.findings = 0};
    const struct tf_import_rule *rules = tf_import_rules(&count);
    for (size_t i = 0; i < count; i++) {
        verdict.findings += broken[i];
        verdict.asked += (rules[i].books & books) && !is_info(&rules[i]);
        if (is_info(&rules[i]))
            verdict.unchecked += broken[i];
        else if (strcmp(rules[i].severity, "fatal") == 0)
            verdict.fatal += broken[i];
    }
    return verdict;
}

static const char *profile_of(enum tf_import_books books)
{
    return books == TF_IMPORT_SAFT_NO ? "saf-t-no" : books == TF_IMPORT_SAFT_PT ? "saf-t-pt" : "ledger";
}

static void put_not_checked(struct tf_json *json, const uint64_t broken[TF_IMPORT_RULES_MAX])
{
    size_t count;
    const struct tf_import_rule *rules = tf_import_rules(&count);
    tf_json_key(json, "not_checked");
    tf_json_array(json);
    for (size_t i = 0; i < count; i++)
        if (is_info(&rules[i]) && broken[i] > 0)
            tf_json_text(json, rules[i].id);
    tf_json_array_end(json);
}

static void put_line(struct tf_file_opinion *opinion, const struct verdict *verdict, struct tf_str source, const uint64_t broken[TF_IMPORT_RULES_MAX],
                     enum tf_import_books books, struct tf_buf *out)
{
    struct tf_json json;
    tf_json_array_end(&opinion->array);
    tf_json_init(&json, out);
    tf_json_object(&json);
    tf_json_kstr(&json, "source", source);
    tf_json_key(&json, "valid");
    if (verdict->fatal == 0 && verdict->unchecked > 0)
        tf_json_null(&json);
    else
        tf_json_bool(&json, verdict->fatal == 0);
    tf_json_ktext(&json, "ruleset", "files");
    tf_json_ktext(&json, "profile", profile_of(books));
    tf_json_ku64(&json, "checked", verdict->asked);
    put_not_checked(&json, broken);
    tf_json_ku64(&json, "findings_total", verdict->findings);
    tf_json_key(&json, "findings");
    tf_json_raw(&json, tf_buf_view(&opinion->findings));
    tf_json_object_end(&json);
}

static void tell_line(const struct tf_file_opinion *opinion, const struct verdict *verdict, struct tf_str source, struct tf_buf *out)
{
    const char *words = verdict->fatal > 0 ? "invalid" : verdict->unchecked > 0 ? "not fully checked" : "valid";
    tf_buf_printf(out, "%.*s: the file as a whole: %s", TF_STR_ARGS(source), words);
    if (verdict->findings > 0)
        tf_buf_printf(out, ", %llu findings", (unsigned long long)verdict->findings);
    tf_buf_str(out, tf_buf_view(&opinion->findings));
}

enum tf_err tf_file_opinion_end(struct tf_file_opinion *opinion, struct tf_str source, const uint64_t broken[TF_IMPORT_RULES_MAX], enum tf_import_books books,
                                struct tf_buf *out, bool *ret_valid)
{
    const struct verdict verdict = weigh(broken, books);
    *ret_valid = verdict.fatal == 0 && verdict.unchecked == 0;
    if (opinion->as_json)
        put_line(opinion, &verdict, source, broken, books, out);
    else
        tell_line(opinion, &verdict, source, out);
    const bool whole = !opinion->findings.failed && !out->failed;
    tf_file_opinion_begin(opinion);
    return whole ? TF_OK : TF_E_MEMORY;
}
