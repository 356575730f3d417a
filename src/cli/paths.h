/* The files a command is to read: its arguments, what lies below those that are folders, and the lines of --files-from. */
#ifndef TAXFLOW_CLI_PATHS_H
#define TAXFLOW_CLI_PATHS_H

#include "cli.h"

struct tf_paths {
    char **items;
    size_t count, capacity;
};

/**
 * Gather them: folders give their files, those below included, in the order of their names' bytes; names that begin with a point are left out.
 * Returns TF_OK; TF_E_USAGE when there is none; TF_E_NO_INPUT, TF_E_PERMISSION, TF_E_IO, TF_E_MEMORY with a fault. paths: finish it in any case.
 */
enum tf_err tf_paths_gather(const struct tf_cli *cli, struct tf_paths *paths, struct tf_fault *fault) TF_MUST_CHECK;
void tf_paths_finish(struct tf_paths *paths);

#endif
