/* manual, completion: what a package installs, and what can be read without one. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "cli.h"
#include "manual/manual.h"

/* "taxflow.conf" and "taxflow.conf.5" alike. */
static bool names(const char *word, const struct tf_manual_page *page)
{
    char file[64];
    snprintf(file, sizeof file, "%s.%s", page->name, page->section);
    return strcmp(word, page->name) == 0 || strcmp(word, file) == 0;
}

int tf_cmd_manual(const struct tf_cli *cli)
{
    size_t count;
    const struct tf_manual_page *pages = tf_manual_pages(&count);
    for (size_t i = 0; i < count; i++) {
        if (cli->args_count == 0) {
            printf("%s.%s\t%s\n", pages[i].name, pages[i].section, pages[i].about);
        } else if (names(cli->args[0], &pages[i])) {
            tf_manual_write(stdout, &pages[i]);
            return EX_OK;
        }
    }
    return cli->args_count == 0 ? EX_OK : tf_cli_usage(cli->args[0], "is no page; `taxflow manual` lists them");
}

int tf_cmd_completion(const struct tf_cli *cli)
{
    size_t count;
    const struct tf_completion *rows = tf_completions(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(cli->args[0], rows[i].shell) != 0)
            continue;
        rows[i].write(stdout);
        return EX_OK;
    }
    return tf_cli_usage(cli->args[0], "is no shell known here: bash, zsh or fish");
}
