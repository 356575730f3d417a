/* The state of a running daemon; touched by the main thread alone. */
#ifndef TF_DAEMON_H
#define TF_DAEMON_H

#include "cli.h"
#include "taxflow/metrics.h"

enum { TF_DAEMON_RELOADS_MAX = 4096 };

struct tf_daemon {
    struct tf_cli cli;
    char role_word[16];
    bool numbered;          /* --role=ROLE-N */
    int64_t number;
    /* Every configuration that was in force: roles may still read an older one, so all live as long as the process. */
    struct tf_config_source *sources[TF_DAEMON_RELOADS_MAX];
    size_t sources_count;
    struct tf_process process;
    int lock_fd;
    const struct tf_role *roles[TF_ROLE_COUNT];
    size_t roles_count;
    struct tf_role_run *runs[TF_ROLE_COUNT];
    size_t runs_count;
    bool told_ready; /* the service manager knows that every role was ready once */
};

#endif
