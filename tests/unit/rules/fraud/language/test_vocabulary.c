/* The README's tables are the rows, and the examples are rules. */
#include "taxflow/fraud_language.h"
#include "unit/rules/fraud/rule_text.h"

static char *read_file(const char *path)
{
    enum { BYTES_MAX = 1 << 20 };
    char *text = calloc(1, BYTES_MAX);
    FILE *file = fopen(path, "re");
    assert_true(text && file);
    assert_true(fread(text, 1, BYTES_MAX - 1, file) < BYTES_MAX - 1);
    fclose(file);
    return text;
}

static void the_readme_has_every_word(void **state)
{
    (void)state;
    char line[512];
    struct tf_fraud_word word;
    char *readme = read_file(TF_SOURCE_DIR "/README.md");
    size_t fields = 0, functions = 0;
    for (; tf_fraud_language_field(fields, &word); fields++) {
        snprintf(line, sizeof line, "| `%s` |", word.name);
        const char *row = strstr(readme, line);
        while (row && strncmp(strchr(row, '\n') - strlen(word.text) - 2, word.text, strlen(word.text)) != 0) /* another table's */
            row = strstr(row + 1, line);
        if (!row)
            fail_msg("README: no row of the field %s: %s", word.name, word.text);
    }
    for (; tf_fraud_language_function(functions, &word); functions++) {
        snprintf(line, sizeof line, "| `%s` | %s |\n", word.name, word.text);
        if (!strstr(readme, line))
            fail_msg("README: no row %s", line);
    }
    assert_true(fields > 30 && functions > 20);
    free(readme);
}

static void the_examples_are_rules(void **state)
{
    (void)state;
    size_t built_in, count;
    char *text = read_file(TF_SOURCE_DIR "/conf/rules/examples/operators.conf");
    struct tf_fraud_ruleset *ruleset = rule_text(text);
    tf_fraud_rules(&built_in);
    tf_fraud_ruleset_rules(ruleset, &count);
    assert_int_equal(count, built_in + 3);
    for (size_t r = built_in; r < count; r++)
        assert_int_equal(tf_fraud_ruleset_setting(ruleset, r)->mode, TF_FRAUD_SHADOW);
    tf_fraud_ruleset_destroy(ruleset);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_readme_has_every_word), cmocka_unit_test(the_examples_are_rules)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
