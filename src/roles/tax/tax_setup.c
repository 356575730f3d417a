#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "roles_internal.h"
#include "taxflow/buf.h"

/* All of a file, which is small; one that is too large is left for the parser to refuse. */
static enum tf_err read_file(const char *path, struct tf_buf *out, struct tf_fault *fault)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return tf_fault_set(fault, TF_E_NO_INPUT, "%s: %s; check tax.code_lists and the file's permissions", path, strerror(errno));
    char block[4096];
    size_t len;
    while (out->len <= TF_CODE_LISTS_BYTES_MAX && (len = fread(block, 1, sizeof block, file)) > 0)
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
    enum tf_err err = read_file(path, &text, fault);
    if (err == TF_OK)
        err = tf_code_lists_parse(tf_buf_view(&text), path, ret_lists, fault);
    tf_buf_finish(&text);
    return err;
}

enum tf_err tf_tax_setup_load(const struct tf_config *config, struct tf_tax_setup *ret_setup, struct tf_fault *fault)
{
    struct tf_tax_setup setup = {.code_lists = NULL, .severities = NULL};
    setup.options.strict = config->tax.mode[0] == 's';
    setup.options.companies_configured = config->companies_count > 0;
    TF_TRY(tf_tax_profiles_parse(config->tax.profiles, &setup.options.profiles, fault));
    TF_TRY(load_code_lists(config->tax.code_lists, &setup.code_lists, fault));
    const enum tf_err err = tf_tax_severities_create(&config->tax.severities, &setup.severities, fault);
    if (err != TF_OK) {
        tf_tax_setup_finish(&setup);
        return err;
    }
    setup.options.code_lists = setup.code_lists;
    setup.options.severities = setup.severities;
    *ret_setup = setup;
    return TF_OK;
}

void tf_tax_setup_finish(struct tf_tax_setup *setup)
{
    setup->severities = tf_tax_severities_destroy(setup->severities);
    setup->code_lists = tf_code_lists_destroy(setup->code_lists);
}
