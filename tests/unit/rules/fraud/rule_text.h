/* A ruleset from the text of a rule file. */
#ifndef TAXFLOW_TESTS_FRAUD_RULE_TEXT_H
#define TAXFLOW_TESTS_FRAUD_RULE_TEXT_H

#include <unistd.h>

#include "unit/rules/fraud/sample.h"

/* The file stays until the next call of the process, so that its path can be compared. */
static inline const char *rule_text_path(void)
{
    static char path[64];
    if (!path[0])
        snprintf(path, sizeof path, "/tmp/taxflow-rule-text-%d.conf", (int)getpid());
    return path;
}

static inline enum tf_err rule_text_load(const char *text, struct tf_fraud_ruleset **ret_ruleset, struct tf_fault *fault)
{
    const char *const names[] = {rule_text_path()};
    FILE *file = fopen(names[0], "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    enum tf_err err = tf_fraud_ruleset_load((struct tf_string_list){names, 1}, ret_ruleset, fault);
    unlink(names[0]);
    return err;
}

static inline struct tf_fraud_ruleset *rule_text(const char *text)
{
    struct tf_fraud_ruleset *ruleset = NULL;
    struct tf_fault fault = {.text = ""};
    if (rule_text_load(text, &ruleset, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    return ruleset;
}

/* The text is refused: at that line, with these words. */
static inline void rule_text_refused(const char *text, unsigned line, const char *words)
{
    char where[96];
    struct tf_fraud_ruleset *ruleset = NULL;
    struct tf_fault fault = {.text = ""};
    snprintf(where, sizeof where, "%s:%u: ", rule_text_path(), line);
    assert_int_equal(rule_text_load(text, &ruleset, &fault), TF_E_CONFIG);
    assert_null(ruleset);
    if (strncmp(fault.text, where, strlen(where)) != 0 || !strstr(fault.text, words))
        fail_msg("\"%s\" is not \"%s… %s\"", fault.text, where, words);
}

#endif
