/* Result files of an audit: one NDJSON file a stream, in the order of the records. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "taxflow/dead_letter.h"
#include "taxflow/pipeline.h"

enum { FILE_BUFFER_BYTES = 1 << 20 };

static const struct { enum tf_stream stream; const char *name; } outputs[] = {
    {TF_STREAM_TAX, "tax.ndjson"},
    {TF_STREAM_FRAUD, "fraud.ndjson"},
    {TF_STREAM_DLQ, "dlq.ndjson"},
    {TF_STREAM_DUPLICATES, "duplicates.ndjson"},
    {TF_STREAM_GROUPS, "groups.ndjson"},
};
enum { OUTPUTS = sizeof outputs / sizeof outputs[0] };

struct tf_result_files {
    FILE *out[TF_STREAM_COUNT]; /* NULL: not written */
    char *folder;
    struct tf_buf line;
};

static enum tf_err refuse(struct tf_fault *fault, const char *path)
{
    enum tf_err err = errno == EACCES || errno == EPERM || errno == EROFS ? TF_E_PERMISSION : TF_E_IO;
    return tf_fault_set(fault, err, "%s: cannot be written: %s; choose another --out folder", path, strerror(errno));
}

static enum tf_err open_outputs(struct tf_result_files *files, struct tf_fault *fault)
{
    if (mkdir(files->folder, 0777) != 0 && errno != EEXIST)
        return refuse(fault, files->folder);
    for (size_t i = 0; i < OUTPUTS; i++) {
        char path[4096];
        if (snprintf(path, sizeof path, "%s/%s", files->folder, outputs[i].name) >= (int)sizeof path)
            return tf_fault_set(fault, TF_E_IO, "%s: the path is too long", files->folder);
        FILE *out = fopen(path, "we");
        if (!out)
            return refuse(fault, path);
        setvbuf(out, NULL, _IOFBF, FILE_BUFFER_BYTES);
        files->out[outputs[i].stream] = out;
    }
    return TF_OK;
}

static void free_files(struct tf_result_files *files)
{
    tf_buf_finish(&files->line);
    free(files->folder);
    free(files);
}

enum tf_err tf_result_files_create(const char *folder, struct tf_result_files **ret_files, struct tf_fault *fault)
{
    struct tf_result_files *files = calloc(1, sizeof *files);
    if (!files)
        return TF_E_MEMORY;
    tf_buf_init(&files->line, SIZE_MAX / 2);
    enum tf_err err = TF_OK;
    if (folder) {
        files->folder = strdup(folder);
        err = files->folder ? open_outputs(files, fault) : TF_E_MEMORY;
    }
    if (err != TF_OK) {
        struct tf_fault ignored;
        (void)!tf_result_files_close(files, &ignored);
        return err;
    }
    *ret_files = files;
    return TF_OK;
}

enum tf_err tf_result_files_close(struct tf_result_files *files, struct tf_fault *fault)
{
    if (!files)
        return TF_OK;
    enum tf_err err = TF_OK;
    for (size_t s = 0; s < TF_STREAM_COUNT; s++) {
        if (!files->out[s])
            continue;
        bool failed = ferror(files->out[s]) != 0;
        if ((fclose(files->out[s]) != 0 || failed) && err == TF_OK)
            err = tf_fault_set(fault, TF_E_IO, "%s: results could not be written: %s; free some room and run again", files->folder, strerror(errno));
    }
    free_files(files);
    return err;
}

static void write_row(struct tf_result_files *files, const struct tf_row *row)
{
    FILE *out = files->out[row->stream];
    if (!out)
        return;
    struct tf_str text = row->value;
    if (row->stream == TF_STREAM_DLQ) {
        struct tf_json json;
        tf_buf_reset(&files->line);
        tf_json_init(&json, &files->line);
        tf_dead_letter_json(row, &json);
        text = tf_buf_view(&files->line);
    }
    fwrite(text.ptr, 1, text.len, out);
    fputc('\n', out);
}

static enum tf_err write_one(void *self, const struct tf_row *row)
{
    write_row(self, row);
    return TF_OK;
}

static enum tf_err files_publish(void *self, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    struct tf_result_files *files = self;
    (void)ret_item;
    TF_TRY(tf_rows_in_order(batch, write_one, files));
    for (size_t s = 0; s < TF_STREAM_COUNT; s++)
        if (files->out[s] && ferror(files->out[s]))
            return tf_fault_set(fault, TF_E_IO, "%s: results could not be written: %s; free some room and run again", files->folder, strerror(errno));
    return TF_OK;
}

static enum tf_err files_commit(void *self, struct tf_batch *batch, struct tf_fault *fault)
{
    (void)self;
    (void)batch;
    (void)fault;
    return TF_OK;
}

static enum tf_err files_abort(void *self, struct tf_fault *fault)
{
    (void)self;
    (void)fault;
    return TF_OK;
}

static bool files_keep(void *self, enum tf_stream stream)
{
    const struct tf_result_files *files = self;
    return files->out[stream] != NULL;
}

static int64_t no_result_offset(void *self, uint32_t partition)
{
    (void)self;
    (void)partition;
    return -1;
}

enum tf_err tf_result_files_put(struct tf_result_files *files, enum tf_stream stream, struct tf_str text, struct tf_fault *fault)
{
    FILE *out = files->out[stream];
    if (!out)
        return TF_OK;
    fwrite(text.ptr, 1, text.len, out);
    fputc('\n', out);
    if (ferror(out))
        return tf_fault_set(fault, TF_E_IO, "%s: results could not be written: %s; free some room and run again", files->folder, strerror(errno));
    return TF_OK;
}

struct tf_sink tf_sink_files(struct tf_result_files *files)
{
    return (struct tf_sink){
        .self = files,
        .publish = files_publish,
        .commit = files_commit,
        .abort = files_abort,
        .result_offset = no_result_offset,
        .keeps = files_keep,
        .discards = files->folder == NULL,
        .bare = true,
    };
}
