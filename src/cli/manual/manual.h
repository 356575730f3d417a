/* The manual: pages and completions made from the rows that the program itself works by, so that they cannot fall behind it. */
#ifndef TF_CLI_MANUAL_H
#define TF_CLI_MANUAL_H

#include <stdio.h>

/* One page. */
struct tf_manual_page {
    const char *name;    /* "taxflow.conf" */
    const char *section; /* of the manual: "5" */
    const char *about;   /* one line */
    void (*write)(FILE *out); /* what follows its NAME */
};

/** The pages, in the order in which they are read. Static. */
const struct tf_manual_page *tf_manual_pages(size_t *ret_count);
/** A whole page in mdoc(7). */
void tf_manual_write(FILE *out, const struct tf_manual_page *page);

void tf_manual_command(FILE *out); /* taxflow(1) */
void tf_manual_conf(FILE *out);    /* taxflow.conf(5) */
void tf_manual_events(FILE *out);  /* taxflow-events(7) */
void tf_manual_metrics(FILE *out); /* taxflow-metrics(7) */

/* What a shell loads to complete our command line. */
struct tf_completion {
    const char *shell;
    void (*write)(FILE *out);
};
/** A row a shell: bash, zsh, fish. Static. */
const struct tf_completion *tf_completions(size_t *ret_count);

#endif
