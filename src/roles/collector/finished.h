/* Where files go that were sent or refused, and the names of those that could not be moved there yet. All calls on the drop folder's thread. */
#ifndef TF_FINISHED_H
#define TF_FINISHED_H

#include <stdbool.h>
#include <stddef.h>

#include "taxflow/str.h"

enum { TF_FINISHED_PATH_BYTES = 4096, TF_FINISHED_WAITING_MAX = 1000 };

struct tf_finished {
    char folder[TF_FINISHED_PATH_BYTES];
    char *waiting[TF_FINISHED_WAITING_MAX]; /* sent, and still in the folder they were sent from */
    size_t count;
};

/** Move a sent file from its folder; one of the same name gets ".2" …. False: it stays, and waits for tf_finished_again. Up to 1,000 wait. */
bool tf_finished_move(struct tf_finished *finished, const char *from, const char *name);
/** Before a sent file is moved: a text beside where it will lie, under that name and the suffix. False: it cannot be written. */
bool tf_finished_note(const struct tf_finished *finished, const char *name, const char *suffix, struct tf_str text);
/** Whether this file was sent and only waits to be moved: it must not be sent again. */
bool tf_finished_waits(const struct tf_finished *finished, const char *name);
/** Try to move those that wait; how many still do. */
size_t tf_finished_again(struct tf_finished *finished, const char *from);
/**
 * Move a file that cannot be read to a folder of such, as tf_finished_move names it, and put the reason beside it as NAME.reason.
 * False: it stays where it was.
 */
bool tf_finished_refuse(const char *folder, const char *from, const char *name, const char *reason);
void tf_finished_finish(struct tf_finished *finished);

#endif
