#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "roles_internal.h"
#include "taxflow/buf.h"
#include "taxflow/tax_history.h"

enum { RATES_BYTES_MAX = 16 << 20 };

/* All of a file, which is small; of one that is too large only so much that the parser will refuse it. */
static enum tf_err read_file(const char *path, const char *option, size_t bytes_max, struct tf_buf *out, struct tf_fault *fault)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return tf_fault_set(fault, TF_E_NO_INPUT, "%s: %s; check %s and the file's permissions", path, strerror(errno), option);
    char block[4096];
    size_t len;
    while (out->len <= bytes_max && (len = fread(block, 1, sizeof block, file)) > 0)
        tf_buf_put(out, block, len);
    const bool failed = ferror(file) != 0;
    fclose(file);
    if (failed)
        return tf_fault_set(fault, TF_E_NO_INPUT, "%s cannot be read; check that it is a file", path);
    return out->failed ? TF_E_MEMORY : TF_OK;
}

static enum tf_err load_code_lists(const char *path, struct tf_code_lists **ret_lists, struct tf_fault *fault)
{
    if (*path == '\0')
        return tf_code_lists_parse(tf_code_lists_builtin_text(), "conf/tax/code_lists.txt", ret_lists, fault);
    struct tf_buf text;
    tf_buf_init(&text, 2 * (size_t)TF_CODE_LISTS_BYTES_MAX);
    enum tf_err err = read_file(path, "tax.code_lists", TF_CODE_LISTS_BYTES_MAX, &text, fault);
    if (err == TF_OK)
        err = tf_code_lists_parse(tf_buf_view(&text), path, ret_lists, fault);
    tf_buf_finish(&text);
    return err;
}

static enum tf_err load_rates(const char *path, struct tf_rates **ret_rates, struct tf_fault *fault)
{
    *ret_rates = NULL;
    if (*path == '\0')
        return TF_OK;
    struct tf_buf text;
    tf_buf_init(&text, 2 * (size_t)RATES_BYTES_MAX);
    enum tf_err err = read_file(path, "tax.rates", RATES_BYTES_MAX, &text, fault);
    if (err == TF_OK)
        err = tf_rates_parse(tf_buf_view(&text), path, ret_rates, fault);
    tf_buf_finish(&text);
    return err;
}

static enum tf_err load_files(const struct tf_config *config, struct tf_tax_setup *setup, struct tf_fault *fault)
{
    TF_TRY(load_code_lists(config->tax.code_lists, &setup->code_lists, fault));
    TF_TRY(load_rates(config->tax.rates, &setup->rates, fault));
    TF_TRY(tf_tax_history_ruleset(config->tax.history, &setup->history, fault));
    return tf_tax_severities_create(&config->tax.severities, &setup->severities, fault);
}

enum tf_err tf_tax_setup_load(const struct tf_config *config, struct tf_tax_setup *ret_setup, struct tf_fault *fault)
{
    struct tf_tax_setup setup = {.code_lists = NULL, .severities = NULL};
    setup.options.strict = config->tax.mode[0] == 's';
    setup.options.companies_configured = config->companies_count > 0;
    TF_TRY(tf_tax_profiles_parse(config->tax.profiles, &setup.options.profiles, fault));
    const enum tf_err err = load_files(config, &setup, fault);
    if (err != TF_OK) {
        tf_tax_setup_finish(&setup);
        return err;
    }
    setup.options.code_lists = setup.code_lists;
    setup.options.rates = setup.rates;
    setup.options.severities = setup.severities;
    *ret_setup = setup;
    return TF_OK;
}

void tf_tax_setup_finish(struct tf_tax_setup *setup)
{
    setup->severities = tf_tax_severities_destroy(setup->severities);
    setup->history = tf_fraud_ruleset_destroy(setup->history);
    setup->rates = tf_rates_destroy(setup->rates);
    setup->code_lists = tf_code_lists_destroy(setup->code_lists);
}
