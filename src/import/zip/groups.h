/*
 * Which files of an archive are read together, as those of a folder would be: a package's index leads the files that it describes, the first table of SAP
 * all the others.
 */
#ifndef TAXFLOW_IMPORT_ZIP_GROUPS_H
#define TAXFLOW_IMPORT_ZIP_GROUPS_H

#include "taxflow/arena.h"
#include "zip/archive.h"

struct tf_zip_entry {
    const char *name;
    uint64_t index;           /* in the archive */
    uint32_t leader;          /* the entry that leads the reading of this one; itself: none does */
    bool leads;               /* is read as a group, be it of one */
    const struct tf_import_format *format; /* of a leader, and a table of SAP; else NULL: not looked for */
};

struct tf_zip_groups {
    struct tf_arena *arena;
    struct tf_zip_entry *entries; /* in the archive's order, without what is passed over */
    size_t count;
    bool damaged;             /* the archive's table does not tell of all */
};

/**
 * Look at the first bytes of each file. What cannot be unpacked leads nothing and is led by nothing but an index that names it.
 * Returns TF_OK; TF_E_MEMORY, TF_E_IO.   Cost  O(files), 64 KiB unpacked of each at most, but no more of all than may be of an archive; of each index, all.
 */
enum tf_err tf_zip_groups_find(struct tf_zip_archive *archive, struct tf_zip_groups *ret_groups) TF_MUST_CHECK;
void tf_zip_groups_finish(struct tf_zip_groups *groups);
/** Read a leader and what it leads. What cannot be read is told by file. Returns as tf_import_read; what is wrong with one file is no failure. group.c */
enum tf_err tf_zip_group_read(struct tf_zip_archive *archive, const struct tf_zip_groups *groups, uint32_t leader) TF_MUST_CHECK;

#endif
