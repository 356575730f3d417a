#include "taxflow/tax.h"

enum {
    LIST_BYTES_MAX = 2 << 20, /* of all findings of a result row */
    FRAME_BYTES = 256,        /* names, quotes and words around the texts of one finding */
    ESCAPED_BYTES_MAX = 6,    /* of one byte: \u0000 */
};

const char *tf_tax_class_name(enum tf_tax_class class)
{
    static const char *const names[] = {
        [TF_TAX_FORMAT] = "format", [TF_TAX_RULE] = "rule", [TF_TAX_CONTENT] = "content", [TF_TAX_OWN] = "own"};
    return names[class];
}

const char *tf_tax_severity_name(enum tf_tax_severity severity)
{
    static const char *const names[] = {[TF_TAX_FATAL] = "fatal", [TF_TAX_WARNING] = "warning", [TF_TAX_INFO] = "info", [TF_TAX_OFF] = "off"};
    return names[severity];
}

/* What a finding is called and says, whoever found it. */
struct telling {
    struct tf_str rule, message;
    const char *hint;
    enum tf_tax_class class;
    enum tf_tax_severity severity; /* the rule's own */
};

static struct telling tell(const struct tf_tax_finding *finding)
{
    if (!finding->rule)
        return (struct telling){finding->format->rule, finding->format->message, NULL, TF_TAX_FORMAT,
                                finding->format->warning ? TF_TAX_WARNING : TF_TAX_FATAL};
    return (struct telling){tf_str_of(finding->rule->id), tf_str_of(finding->rule->text), finding->rule->hint, finding->rule->class_,
                            finding->rule->severity};
}

/* Bytes a finding takes at most: our own texts have nothing to escape, what comes from the record may. */
static size_t bytes_at_most(const struct tf_tax_finding *finding, const struct telling *telling)
{
    const size_t foreign = finding->path.len + finding->bt.len + finding->observed.len + finding->expected.len + finding->difference.len;
    return FRAME_BYTES + telling->rule.len + telling->message.len + (telling->hint ? strlen(telling->hint) : 0) +
           ESCAPED_BYTES_MAX * foreign;
}

static void encode_finding(const struct tf_tax_finding *finding, const struct telling *telling, struct tf_json *json)
{
    tf_json_object(json);
    tf_json_kstr(json, "rule", telling->rule);
    tf_json_ktext(json, "class", tf_tax_class_name(telling->class));
    tf_json_ktext(json, "severity", tf_tax_severity_name(finding->severity));
    if (finding->severity != telling->severity)
        tf_json_ktext(json, "rule_severity", tf_tax_severity_name(telling->severity)); /* the company made another of it */
    tf_json_kstr(json, "path", finding->path);
    tf_json_key(json, "line");
    if (finding->line > 0)
        tf_json_u64(json, finding->line);
    else
        tf_json_null(json);
    tf_json_kstr(json, "bt", finding->bt);
    tf_json_kstr(json, "message", telling->message);
    tf_json_kstr(json, "observed", finding->observed);
    tf_json_kstr(json, "expected", finding->expected);
    tf_json_kstr(json, "difference", finding->difference);
    tf_json_kstr(json, "hint", tf_str_of(telling->hint));
    tf_json_object_end(json);
}

void tf_tax_encode_findings(const struct tf_tax_verdict *verdict, struct tf_json *json)
{
    const size_t start = json->out->len;
    tf_json_array(json);
    for (uint32_t i = 0; i < verdict->findings_count; i++) {
        const struct tf_tax_finding *finding = &verdict->findings[i];
        const struct telling telling = tell(finding);
        if (json->out->len - start + bytes_at_most(finding, &telling) > LIST_BYTES_MAX)
            break;
        encode_finding(finding, &telling, json);
    }
    tf_json_array_end(json);
}

void tf_tax_encode_coverage(const struct tf_tax_verdict *verdict, struct tf_json *json)
{
    uint64_t checked = 0;
    for (size_t word = 0; word < TF_TAX_RULES_MAX / 64; word++)
        checked += (uint64_t)__builtin_popcountll(verdict->evaluated[word]);
    tf_json_kstr(json, "profile", tf_str_of(verdict->profile));
    tf_json_ku64(json, "checked", checked);
    tf_json_key(json, "not_checked");
    tf_json_array(json);
    for (uint32_t i = 0; i < verdict->not_checked_count; i++)
        tf_json_str(json, verdict->not_checked[i]);
    tf_json_array_end(json);
}

void tf_tax_encode(const struct tf_tax_verdict *verdict, struct tf_str event_id, struct tf_str position, struct tf_json *json)
{
    tf_json_object(json);
    tf_json_kstr(json, "event_id", event_id);
    tf_json_kstr(json, "position", position);
    tf_json_ktext(json, "ruleset", verdict->ruleset ? verdict->ruleset : tf_tax_ruleset());
    tf_json_key(json, "valid");
    if (verdict->decided)
        tf_json_bool(json, verdict->valid);
    else
        tf_json_null(json); /* nothing was judged, or not all of it */
    tf_json_kbool(json, "applicable", verdict->applicable);
    if (verdict->applicable) /* elsewhere it would say nothing, in every row */
        tf_tax_encode_coverage(verdict, json);
    tf_json_ku64(json, "findings_total", verdict->findings_total);
    tf_json_key(json, "findings");
    tf_tax_encode_findings(verdict, json);
    tf_json_object_end(json);
}
