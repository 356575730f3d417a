#include "sorter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "taxflow/scratch.h"

enum {
    BYTES_MIN = 4096,
    RUNS_MAX = 4096,
    READ_BYTES_ALL = 16 * 1024 * 1024, /* of all runs together, while they are merged */
    READ_BYTES_MIN = 4096,
};

/* In front of each row's bytes, in memory and in the file. */
struct head {
    uint32_t group_len, rest_len;
    uint32_t file, mark;
    uint64_t line;
};

/* A row that is sorted: the first bytes of its group, which mostly decide, and where it lies. */
struct ref { uint64_t first; size_t at; };

/* Rows in order, in the file: [at .. end). What is read of them lies in bytes[used .. have). */
struct run {
    uint64_t at, end;
    char *bytes;
    size_t used, have, cap;
    struct tf_sorted row;   /* its first one that was not handed out */
};

struct tf_sorter {
    size_t memory_bytes;
    char *bytes;
    size_t len, cap;
    struct ref *refs;
    size_t count, refs_cap, next;
    int scratch;            /* -1: all fits */
    uint64_t scratch_len;
    struct run *runs;
    size_t runs_count;
    size_t *heap;           /* numbers of runs, the least row first */
    size_t heap_count;
    bool draining;
};

struct tf_sorter *tf_sorter_create(size_t memory_bytes)
{
    struct tf_sorter *sorter = calloc(1, sizeof *sorter);
    if (!sorter)
        return NULL;
    sorter->memory_bytes = memory_bytes;
    sorter->scratch = -1;
    return sorter;
}

struct tf_sorter *tf_sorter_destroy(struct tf_sorter *sorter)
{
    if (!sorter)
        return NULL;
    for (size_t i = 0; i < sorter->runs_count; i++)
        free(sorter->runs[i].bytes);
    if (sorter->scratch >= 0)
        close(sorter->scratch);
    free(sorter->runs);
    free(sorter->heap);
    free(sorter->refs);
    free(sorter->bytes);
    free(sorter);
    return NULL;
}

/* ---- Rows and their order ---- */

static size_t row_bytes(const struct head *head) { return sizeof *head + head->group_len + head->rest_len; }

static struct tf_sorted row_at(const char *bytes)
{
    struct head head;
    memcpy(&head, bytes, sizeof head);
    bytes += sizeof head;
    return (struct tf_sorted){.group = {bytes, head.group_len}, .rest = {bytes + head.group_len, head.rest_len}, .file = head.file, .mark = head.mark,
                              .line = head.line};
}

static int order(const struct tf_sorted *a, const struct tf_sorted *b)
{
    int by = tf_str_cmp(a->group, b->group);
    if (by == 0)
        by = tf_str_cmp(a->rest, b->rest);
    if (by == 0)
        by = (a->file > b->file) - (a->file < b->file);
    return by != 0 ? by : (a->line > b->line) - (a->line < b->line);
}

static int by_row(const void *a, const void *b, void *bytes)
{
    const struct ref *x = a, *y = b;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    const struct tf_sorted left = row_at((const char *)bytes + x->at), right = row_at((const char *)bytes + y->at);
    return order(&left, &right);
}

/* Eight bytes as a number that orders as they do; what is shorter is filled with zeros. */
static uint64_t first_bytes(struct tf_str group)
{
    uint64_t first = 0;
    for (size_t i = 0; i < sizeof first; i++)
        first = first << 8 | (i < group.len ? (unsigned char)group.ptr[i] : 0);
    return first;
}

static void sort(struct tf_sorter *sorter)
{
    if (sorter->count > 0)
        qsort_r(sorter->refs, sorter->count, sizeof *sorter->refs, by_row, sorter->bytes);
}

/* ---- The temporary file ---- */

static enum tf_err no_room(struct tf_fault *fault)
{
    return tf_fault_set(fault, TF_E_IO, "rows cannot be sorted in a temporary file: %s; set TMPDIR to a folder with room", strerror(errno));
}

static enum tf_err open_scratch(struct tf_sorter *sorter, struct tf_fault *fault)
{
    if (sorter->scratch < 0)
        sorter->scratch = tf_scratch_open();
    return sorter->scratch < 0 ? no_room(fault) : TF_OK;
}

static enum tf_err write_all(struct tf_sorter *sorter, const char *bytes, size_t len, struct tf_fault *fault)
{
    if (!tf_scratch_write(sorter->scratch, bytes, len))
        return no_room(fault);
    sorter->scratch_len += len;
    return TF_OK;
}

static enum tf_err write_run(struct tf_sorter *sorter, struct tf_fault *fault)
{
    enum { OUT_BYTES = 256 * 1024 };
    char *out = malloc(OUT_BYTES);
    size_t have = 0;
    enum tf_err err = out ? TF_OK : TF_E_MEMORY;
    for (size_t i = 0; i < sorter->count && err == TF_OK; i++) {
        struct head head;
        const char *at = sorter->bytes + sorter->refs[i].at;
        memcpy(&head, at, sizeof head);
        if (have + row_bytes(&head) > OUT_BYTES) {
            err = write_all(sorter, out, have, fault);
            have = 0;
        }
        if (err == TF_OK && row_bytes(&head) > OUT_BYTES) {
            err = write_all(sorter, at, row_bytes(&head), fault);
        } else if (err == TF_OK) {
            memcpy(out + have, at, row_bytes(&head));
            have += row_bytes(&head);
        }
    }
    if (err == TF_OK)
        err = write_all(sorter, out, have, fault);
    free(out);
    return err;
}

/* All that lies in memory, in order, as one run of the file. */
static enum tf_err spill(struct tf_sorter *sorter, struct tf_fault *fault)
{
    if (sorter->runs_count == RUNS_MAX)
        return tf_fault_set(fault, TF_E_LIMIT, "there are more rows than can be put in order at once; give the files one by one");
    struct run *runs = realloc(sorter->runs, (sorter->runs_count + 1) * sizeof *runs);
    if (!runs)
        return TF_E_MEMORY;
    sorter->runs = runs;
    TF_TRY(open_scratch(sorter, fault));
    sort(sorter);
    uint64_t start = sorter->scratch_len;
    TF_TRY(write_run(sorter, fault));
    sorter->runs[sorter->runs_count++] = (struct run){.at = start, .end = sorter->scratch_len};
    sorter->len = sorter->count = 0;
    return TF_OK;
}

/* ---- Adding ---- */

static bool grow(void **into, size_t *cap, size_t least, size_t size)
{
    size_t wider = *cap ? *cap : BYTES_MIN / size;
    while (wider < least)
        wider *= 2;
    void *grown = wider > *cap ? realloc(*into, wider * size) : *into;
    if (!grown)
        return false;
    *into = grown;
    *cap = wider;
    return true;
}

enum tf_err tf_sorter_add(struct tf_sorter *sorter, const struct tf_sorted *row, struct tf_fault *fault)
{
    if (row->group.len > UINT32_MAX / 4 || row->rest.len > UINT32_MAX / 4)
        return tf_fault_set(fault, TF_E_LIMIT, "a row is longer than rows may be");
    const struct head head = {(uint32_t)row->group.len, (uint32_t)row->rest.len, row->file, row->mark, row->line};
    const size_t need = row_bytes(&head) + sizeof *sorter->refs;
    if (sorter->count > 0 && sorter->len + sorter->count * sizeof *sorter->refs + need > sorter->memory_bytes)
        TF_TRY(spill(sorter, fault));
    if (!grow((void **)&sorter->bytes, &sorter->cap, sorter->len + row_bytes(&head), 1)
        || !grow((void **)&sorter->refs, &sorter->refs_cap, sorter->count + 1, sizeof *sorter->refs))
        return TF_E_MEMORY;
    char *at = sorter->bytes + sorter->len;
    memcpy(at, &head, sizeof head);
    if (row->group.len > 0)
        memcpy(at + sizeof head, row->group.ptr, row->group.len);
    if (row->rest.len > 0)
        memcpy(at + sizeof head + row->group.len, row->rest.ptr, row->rest.len);
    sorter->refs[sorter->count++] = (struct ref){first_bytes(row->group), sorter->len};
    sorter->len += row_bytes(&head);
    return TF_OK;
}

/* ---- Handing out ---- */

/* At least `least` bytes of a run lie in memory, unless it ends before. */
static enum tf_err fill(const struct tf_sorter *sorter, struct run *run, size_t least, struct tf_fault *fault)
{
    if (run->have - run->used >= least)
        return TF_OK;
    if (run->used > 0)
        memmove(run->bytes, run->bytes + run->used, run->have - run->used);
    run->have -= run->used;
    run->used = 0;
    if (!grow((void **)&run->bytes, &run->cap, least, 1))
        return TF_E_MEMORY;
    while (run->have < least && run->at < run->end) {
        size_t want = run->cap - run->have < run->end - run->at ? run->cap - run->have : (size_t)(run->end - run->at);
        ssize_t got = pread(sorter->scratch, run->bytes + run->have, want, (off_t)run->at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return tf_fault_set(fault, TF_E_IO, "sorted rows cannot be read back from their temporary file");
        run->have += (size_t)got;
        run->at += (uint64_t)got;
    }
    return TF_OK;
}

/* The next row of a run; false at its end. */
static enum tf_err step(const struct tf_sorter *sorter, struct run *run, bool *ret_more, struct tf_fault *fault)
{
    struct head head;
    TF_TRY(fill(sorter, run, sizeof head, fault));
    *ret_more = run->have - run->used >= sizeof head;
    if (!*ret_more)
        return TF_OK;
    memcpy(&head, run->bytes + run->used, sizeof head);
    TF_TRY(fill(sorter, run, row_bytes(&head), fault));
    run->row = row_at(run->bytes + run->used);
    run->used += row_bytes(&head);
    return TF_OK;
}

static bool before(const struct tf_sorter *sorter, size_t a, size_t b)
{
    return order(&sorter->runs[sorter->heap[a]].row, &sorter->runs[sorter->heap[b]].row) < 0;
}

/* Restore the heap from a place downwards. */
static void sift(struct tf_sorter *sorter, size_t at)
{
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
            if (child < sorter->heap_count && before(sorter, child, least))
                least = child;
        if (least == at)
            return;
        size_t swap = sorter->heap[at];
        sorter->heap[at] = sorter->heap[least];
        sorter->heap[least] = swap;
        at = least;
    }
}

static enum tf_err begin_merge(struct tf_sorter *sorter, struct tf_fault *fault)
{
    if (sorter->count > 0)
        TF_TRY(spill(sorter, fault));
    free(sorter->bytes);
    sorter->bytes = NULL;
    sorter->cap = 0;
    sorter->heap = calloc(sorter->runs_count, sizeof *sorter->heap);
    if (!sorter->heap)
        return TF_E_MEMORY;
    size_t room = READ_BYTES_ALL / sorter->runs_count;
    for (size_t i = 0; i < sorter->runs_count; i++) {
        bool more;
        struct run *run = &sorter->runs[i];
        if (!grow((void **)&run->bytes, &run->cap, room > READ_BYTES_MIN ? room : READ_BYTES_MIN, 1))
            return TF_E_MEMORY;
        TF_TRY(step(sorter, run, &more, fault));
        if (more)
            sorter->heap[sorter->heap_count++] = i;
    }
    for (size_t i = sorter->heap_count; i-- > 0;)
        sift(sorter, i);
    return TF_OK;
}

/* The row at the top was handed out by the call before. */
static enum tf_err pass_top(struct tf_sorter *sorter, struct tf_fault *fault)
{
    bool more;
    TF_TRY(step(sorter, &sorter->runs[sorter->heap[0]], &more, fault));
    if (!more)
        sorter->heap[0] = sorter->heap[--sorter->heap_count];
    sift(sorter, 0);
    return TF_OK;
}

static enum tf_err next_merged(struct tf_sorter *sorter, bool first, struct tf_sorted *ret_row, bool *ret_more, struct tf_fault *fault)
{
    if (!first && sorter->heap_count > 0)
        TF_TRY(pass_top(sorter, fault));
    *ret_more = sorter->heap_count > 0;
    if (*ret_more)
        *ret_row = sorter->runs[sorter->heap[0]].row;
    return TF_OK;
}

enum tf_err tf_sorter_next(struct tf_sorter *sorter, struct tf_sorted *ret_row, bool *ret_more, struct tf_fault *fault)
{
    bool first = !sorter->draining;
    sorter->draining = true;
    if (first && sorter->runs_count == 0)
        sort(sorter);
    if (first && sorter->runs_count > 0)
        TF_TRY(begin_merge(sorter, fault));
    if (sorter->runs_count > 0)
        return next_merged(sorter, first, ret_row, ret_more, fault);
    *ret_more = sorter->next < sorter->count;
    if (*ret_more)
        *ret_row = row_at(sorter->bytes + sorter->refs[sorter->next++].at);
    return TF_OK;
}
