/* Names of the rules of files, in the order of their rows. */
#ifndef TAXFLOW_IMPORT_FILE_RULES_H
#define TAXFLOW_IMPORT_FILE_RULES_H

#include "taxflow/import.h"

enum tf_file_rule {
#define FILE_RULE(name, id, class_name, severity, books, text, source) TF_FILE_RULE_##name,
#include "file_rules.def"
#undef FILE_RULE
    TF_FILE_RULE_COUNT
};

#endif
