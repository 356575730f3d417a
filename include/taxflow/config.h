/* Configuration: one struct made from the rows of options.def, read-only after loading. */
#ifndef TAXFLOW_CONFIG_H
#define TAXFLOW_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "taxflow/err.h"

struct tf_string_list {
    const char *const *items;
    size_t count;
};

/* One of "us": a company whose VAT ids, bank accounts and register numbers decide what a purchase and a sale is. */
struct tf_company {
    const char *id;
    struct tf_string_list vat_ids, ibans, registers;
};

struct tf_config {
    const char *role; /* collector, fraud, tax, monitor, all; NULL when nobody said */
    const struct tf_company *companies;
    size_t companies_count;
#define TF_GROUP(name, help) struct {
#define TF_GROUP_END(name) } name;
#define TF_TEXT(group, name, default_, reload, help) const char *name;
#define TF_WORD(group, name, default_, words, reload, help) const char *name;
#define TF_INT(group, name, default_, min, max, reload, help) int64_t name;
#define TF_REAL(group, name, default_, min, max, reload, help) double name;
#define TF_FLAG(group, name, default_, reload, help) bool name;
#define TF_LIST_OF(group, name, default_, reload, help) struct tf_string_list name;
#include "taxflow/options.def"
#undef TF_GROUP
#undef TF_GROUP_END
#undef TF_TEXT
#undef TF_WORD
#undef TF_INT
#undef TF_REAL
#undef TF_FLAG
#undef TF_LIST_OF
};

/* One error of a configuration: where it stands and what to do. */
struct tf_config_error {
    char where[160]; /* "file:line", "--set kafka.partitions", "TAXFLOW_KAFKA__PARTITIONS"; cut with "…" */
    char text[256];
};

struct tf_config_source; /* what was loaded: the struct, its strings, and where every value came from */

struct tf_config_request {
    const char *file;          /* --config; NULL = $TAXFLOW_CONFIG, user's, /etc/taxflow/taxflow.conf, first that exists; none is fine */
    const char *role;          /* --role; NULL = environment or file */
    const char *const *sets;   /* --set group.key=value, in order */
    size_t sets_count;
    char **environment;        /* environ(7) */
};

/**
 * Load a configuration: defaults < file < OTEL_* < TAXFLOW_GROUP__KEY < --set and --role. Every error is collected,
 * not only the first: syntax and unknown keys (with "did you mean"), types, ranges, words, secrets that stand inline,
 * cross-checks between options.
 *
 * ret_source  on success the loaded configuration; destroy it with tf_config_destroy. NULL when errors were found.
 * errors      receives up to errors_max errors; ret_errors is how many were found.
 * Returns TF_OK; TF_E_CONFIG (errors filled); TF_E_NO_INPUT or TF_E_PERMISSION (the file cannot, or may not, be read; one error filled);
 * TF_E_MEMORY.
 */
enum tf_err tf_config_load(const struct tf_config_request *request, struct tf_config_source **ret_source,
                           struct tf_config_error *errors, size_t errors_max, size_t *ret_errors) TF_MUST_CHECK;
/** Free a configuration and all strings it lent out; NULL is fine. Returns NULL. */
struct tf_config_source *tf_config_destroy(struct tf_config_source *source);
/** The options. Valid until tf_config_destroy. */
const struct tf_config *tf_config_get(const struct tf_config_source *source);
/** The file it was read from, or NULL. */
const char *tf_config_file(const struct tf_config_source *source);
/** Print the effective configuration as libconfig text, each value with where it came from; secrets' files are named, never read. */
void tf_config_print(const struct tf_config_source *source, FILE *out);
/** Print every option with default, range and help: what --help shows and conf/taxflow.conf holds. */
void tf_config_print_reference(FILE *out);
/* How a value of kafka.properties says that it stands in a file: "sasl.password=file:/etc/taxflow/kafka.password". */
#define TF_CONFIG_FROM_FILE "file:"
/**
 * Where a secret named in the configuration lies: a bare name in $CREDENTIALS_DIRECTORY (systemd's LoadCredential=) when it
 * is there, else the name as it stands. Written to out, or the name itself when it does not fit; returns what to open.
 */
const char *tf_config_secret_path(const char *name, char *out, size_t size);

/**
 * Compare two configurations for a reload.
 * Writes the names of changed options that need a restart to out (comma separated, cut at size). Returns how many.
 */
size_t tf_config_restart_needed(const struct tf_config *old_config, const struct tf_config *new_config, char *out, size_t size);

#endif
