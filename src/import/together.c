/* Files that make sense only with others: tables that are joined, indexes of packages. */
#include <unistd.h>

#include "import_internal.h"

bool tf_import_joins(const struct tf_import_format *format) { return format && format->read == tf_sap_read; }

enum tf_err tf_import_file_open(const struct tf_import_options *options, const struct tf_import_sink *sink, size_t number, int *ret_fd, struct tf_fault *fault)
{
    *ret_fd = options->files[number].fd;
    return *ret_fd >= 0 || !options->open_file ? TF_OK : options->open_file(sink->self, number, ret_fd, fault);
}

bool tf_import_has_parts(const struct tf_import_format *format) { return format && format->read == tf_gdpdu_read; }

enum tf_err tf_import_parts(int fd, const char *name, enum tf_err (*part)(void *self, const char *path), void *self, struct tf_fault *fault)
{
    TF_TRY(tf_gdpdu_parts(fd, name, part, self, fault));
    return lseek(fd, 0, SEEK_SET) == 0 ? TF_OK : tf_fault_set(fault, TF_E_IO, "%s: cannot be read from its start", name);
}
