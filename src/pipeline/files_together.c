/* Which files are read together: an import has one of them as its leader, and the others are its parts. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* ---- Parts of a package ---- */

struct package {
    struct tf_files *files;
    uint32_t leader;
    struct tf_fault *fault;
};

/* A part that was given is found by its name; letters are not told apart where packages are made. */
static bool claim_given(const struct package *package, const char *path)
{
    bool found = false;
    for (uint32_t i = 0; i < package->files->files_count; i++) {
        struct tf_file *file = &package->files->files[i];
        if (i == package->leader || strcasecmp(file->name, path) != 0)
            continue;
        file->leader = package->leader;
        file->format = package->files->files[package->leader].format;
        found = true;
    }
    return found;
}

/* One that was not given is opened beside the file that a person named; what a stranger sent opens nothing. That it is not there is said by who needs it. */
static enum tf_err take_part(void *self, const char *path)
{
    struct package *package = self;
    if (claim_given(package, path) || !package->files->opens_parts || access(path, R_OK) != 0)
        return TF_OK;
    TF_TRY(tf_files_open(package->files, path, package->fault));
    return claim_given(package, path) ? TF_OK : TF_E_NO_INPUT;
}

static enum tf_err find_parts(struct tf_files *files, uint32_t number, struct tf_fault *fault)
{
    struct package package = {files, number, fault};
    struct tf_file *file = &files->files[number];
    return tf_import_has_parts(file->format) ? tf_import_parts(file->fd, file->name, take_part, &package, fault) : TF_OK;
}

enum tf_err tf_files_together(struct tf_files *files, const struct tf_config *config, bool digests, struct tf_fault *fault)
{
    for (uint32_t i = 0; i < files->files_count; i++)
        files->files[i].leader = i;
    for (uint32_t i = 0; i < files->files_count; i++) {
        if (digests)
            TF_TRY(tf_files_hash(&files->files[i], fault));
        if (files->files[i].leader != i)
            continue;
        TF_TRY(sniff(config, &files->files[i], fault));
        files->files[i].leader = leader_of(files, i);
        TF_TRY(find_parts(files, i, fault));
    }
    return TF_OK;
}

/* ---- What a leader reads ---- */

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
