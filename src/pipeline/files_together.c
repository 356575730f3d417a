/* Which files are read together: an import has one of them as its leader, and the others are its parts. */
#include <stdlib.h>

#include "files_internal.h"

static enum tf_err sniff(const struct tf_config *config, struct tf_file *file, struct tf_fault *fault)
{
    struct tf_import_options options;
    if (file->format)
        return TF_OK;
    tf_import_options_fill(&options, config);
    return tf_import_sniff(file->fd, file->name, &options, &file->format, fault);
}

/* The first file of a format whose files are joined leads the others. */
static uint32_t leader_of(const struct tf_files *files, uint32_t number)
{
    if (!tf_import_joins(files->files[number].format))
        return number;
    for (uint32_t i = 0; i < number; i++)
        if (files->files[i].format == files->files[number].format)
            return i;
    return number;
}

enum tf_err tf_files_together(struct tf_files *files, const struct tf_config *config, bool digests, struct tf_fault *fault)
{
    for (uint32_t i = 0; i < files->files_count; i++) {
        if (digests)
            TF_TRY(tf_files_hash(&files->files[i], fault));
        TF_TRY(sniff(config, &files->files[i], fault));
        files->files[i].leader = leader_of(files, i);
    }
    return TF_OK;
}

static void add(const struct tf_files *files, uint32_t number, struct tf_import_file *together, uint32_t *numbers, size_t *count)
{
    const struct tf_file *file = &files->files[number];
    numbers[*count] = number;
    together[(*count)++] = (struct tf_import_file){.name = file->name, .fd = file->fd, .format = file->format};
}

struct tf_import_file *tf_files_of_leader(const struct tf_files *files, uint32_t leader, uint32_t **ret_numbers, size_t *ret_count)
{
    struct tf_import_file *together = calloc(files->files_count, sizeof *together);
    uint32_t *numbers = calloc(files->files_count, sizeof *numbers);
    *ret_count = 0;
    *ret_numbers = numbers;
    if (!together || !numbers)
        return together;
    add(files, leader, together, numbers, ret_count);
    for (uint32_t i = 0; i < files->files_count; i++)
        if (i != leader && files->files[i].leader == leader)
            add(files, i, together, numbers, ret_count);
    return together;
}
