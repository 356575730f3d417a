/* One document from its bytes to what is said of it: `taxflow validate` and POST /v1/validate. */
#include "taxflow/tax.h"

enum tf_err tf_tax_opine(const struct tf_tax_options *options, enum tf_err read, const struct tf_event *event, const struct tf_problem *problem,
                         struct tf_arena *arena, struct tf_tax_opinion *ret_opinion)
{
    struct tf_tax_verdict *verdict = NULL;
    *ret_opinion = (struct tf_tax_opinion){.verdict = NULL};
    if (tf_err_class(read) == TF_CLASS_DROP) {
        ret_opinion->problem = *problem;
        ret_opinion->problem.err = read;
        return TF_OK;
    }
    TF_TRY(read);
    TF_TRY(tf_tax_judge(options, event, arena, &verdict));
    ret_opinion->verdict = verdict;
    return TF_OK;
}

enum tf_err tf_tax_validate(const struct tf_tax_options *options, struct tf_reader *reader, struct tf_str text, struct tf_arena *arena,
                            struct tf_tax_opinion *ret_opinion)
{
    struct tf_event event = {0};
    struct tf_problem problem = {0};
    const enum tf_err read = tf_reader_decode_document(reader, text, arena, &event, &problem);
    return tf_tax_opine(options, read, &event, &problem, arena, ret_opinion);
}

bool tf_tax_opinion_valid(const struct tf_tax_opinion *opinion)
{
    return opinion->verdict && opinion->verdict->decided && opinion->verdict->valid;
}

/* Nobody could ask a rule; the one finding says why. */
static void encode_problem(const struct tf_problem *problem, struct tf_json *json)
{
    tf_json_kbool(json, "valid", false);
    tf_json_kstr(json, "ruleset", TF_STR_NONE);
    tf_json_kstr(json, "profile", TF_STR_NONE);
    tf_json_ku64(json, "checked", 0);
    tf_json_key(json, "not_checked");
    tf_json_array(json);
    tf_json_array_end(json);
    tf_json_key(json, "findings");
    tf_json_array(json);
    tf_json_object(json);
    tf_json_ktext(json, "rule", tf_err_reason(problem->err));
    tf_json_ktext(json, "class", "format");
    tf_json_ktext(json, "severity", "fatal");
    tf_json_kstr(json, "path", problem->path);
    tf_json_key(json, "line");
    if (problem->line > 0)
        tf_json_u64(json, problem->line);
    else
        tf_json_null(json);
    tf_json_kstr(json, "message", tf_str_present(problem->detail) ? problem->detail : tf_str_of(tf_err_text(problem->err)));
    tf_json_object_end(json);
    tf_json_array_end(json);
}

static void encode_verdict(const struct tf_tax_verdict *verdict, struct tf_json *json)
{
    tf_json_key(json, "valid");
    if (verdict->decided)
        tf_json_bool(json, verdict->valid);
    else
        tf_json_null(json);
    tf_json_kstr(json, "ruleset", tf_str_of(verdict->ruleset));
    tf_tax_encode_coverage(verdict, json);
    tf_json_key(json, "findings");
    tf_tax_encode_findings(verdict, json);
}

void tf_tax_encode_opinion(const struct tf_tax_opinion *opinion, struct tf_str source, struct tf_json *json)
{
    tf_json_object(json);
    tf_json_kstr(json, "source", source);
    if (opinion->verdict)
        encode_verdict(opinion->verdict, json);
    else
        encode_problem(&opinion->problem, json);
    tf_json_object_end(json);
}
