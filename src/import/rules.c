/* The rules of files, as rows. */
#include "file_rules.h"

enum { TF_IMPORT_SAFT_ANY = TF_IMPORT_SAFT_NO | TF_IMPORT_SAFT_PT };

static const struct tf_import_rule rules[] = {
#define FILE_RULE(name, id_, class_name, severity_, books_, text_, source_)                                                                          \
    [TF_FILE_RULE_##name] = {                                                                                                                        \
        .id = (id_), .class_ = (class_name), .severity = (severity_), .books = TF_IMPORT_##books_, .text = (text_), .source = (source_)},
#include "file_rules.def"
#undef FILE_RULE
};
_Static_assert(sizeof rules / sizeof rules[0] <= TF_IMPORT_RULES_MAX, "the counts of reports have a place for each");

const struct tf_import_rule *tf_import_rules(size_t *ret_count)
{
    *ret_count = sizeof rules / sizeof rules[0];
    return rules;
}
