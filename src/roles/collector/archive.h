/* Where sent files go, and the names of those that could not be moved there yet. All calls on the drop folder's thread. */
#ifndef TF_ARCHIVE_H
#define TF_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>

enum { TF_ARCHIVE_PATH_BYTES = 4096, TF_ARCHIVE_WAITING_MAX = 1000 };

struct tf_archive {
    char folder[TF_ARCHIVE_PATH_BYTES];
    char *waiting[TF_ARCHIVE_WAITING_MAX]; /* sent, and still in the folder they were sent from */
    size_t count;
};

/** Move a sent file from its folder; one of the same name gets ".2" …. False: it stays, and waits for tf_archive_again. Up to 1,000 wait. */
bool tf_archive_move(struct tf_archive *archive, const char *from, const char *name);
/** Whether this file was sent and only waits to be moved: it must not be sent again. */
bool tf_archive_waits(const struct tf_archive *archive, const char *name);
/** Try to move those that wait; how many still do. */
size_t tf_archive_again(struct tf_archive *archive, const char *from);
void tf_archive_finish(struct tf_archive *archive);

#endif
