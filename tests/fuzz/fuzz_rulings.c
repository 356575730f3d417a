/*
 * Can a findings.csv that people filled in hurt? What is taken from it names an event, a rule and one of two words; what is refused is told with its
 * place.
 *
 * Rooms: roles
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "taxflow/rulings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static enum tf_err take_line(void *self, const struct tf_ruling_line *line, struct tf_fault *fault)
{
    (void)self;
    (void)fault;
    must(line->line > 1 && line->event_id.len > 0 && line->rule.len > 0);
    return TF_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { PATH_BYTES = 64 };
    char path[PATH_BYTES];
    struct tf_fault fault = {0};
    const int fd = memfd_create("findings.csv", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    enum tf_err err = tf_ruling_lines(path, take_line, NULL, &fault);
    must(err == TF_OK || fault.text[0] != '\0' || err == TF_E_MEMORY);
    close(fd);
    return 0;
}
