#include "taxflow/books.h"

#include <pthread.h>
#include <stdlib.h>

#include "taxflow/clock.h"

/* What a worker has read of one file and not yet handed over: files come one after the other. */
struct reading {
    uint32_t file;
    bool any;
    struct tf_file_books books;
};

struct tf_books {
    pthread_mutex_t lock; /* files, files_count and err while files are read */
    struct tf_file_books *files;
    size_t files_count;
    enum tf_err err;
    struct reading *readings;
    unsigned workers;
};

const char *tf_fate_name(enum tf_fate fate)
{
    static const char *const names[] = {
#define X(name, text) [TF_FATE_##name] = text,
        TF_FATE_TABLE(X)
#undef X
    };
    return names[fate];
}

struct tf_books *tf_books_create(unsigned workers)
{
    struct tf_books *books = calloc(1, sizeof *books);
    struct reading *readings = calloc(workers, sizeof *readings);
    if (!books || !readings || pthread_mutex_init(&books->lock, NULL) != 0) {
        free(books);
        free(readings);
        return NULL;
    }
    books->readings = readings;
    books->workers = workers;
    return books;
}

static void finish_file(struct tf_file_books *file)
{
    tf_book_finish(&file->read);
    for (size_t f = 0; f < TF_FATE_COUNT; f++)
        tf_book_finish(&file->judged[f]);
}

struct tf_books *tf_books_destroy(struct tf_books *books)
{
    if (!books)
        return NULL;
    for (size_t i = 0; i < books->files_count; i++)
        finish_file(&books->files[i]);
    for (unsigned w = 0; w < books->workers; w++)
        finish_file(&books->readings[w].books);
    pthread_mutex_destroy(&books->lock);
    free(books->files);
    free(books->readings);
    free(books);
    return NULL;
}

/* ---- What is read ---- */

static struct tf_book_place place_of(const struct tf_book_entry *entry)
{
    struct tf_book_place place = {.line = entry->line};
    size_t len = entry->number.len < TF_BOOK_NUMBER_BYTES ? entry->number.len : TF_BOOK_NUMBER_BYTES;
    while (len > 0 && len < entry->number.len && ((unsigned char)entry->number.ptr[len] & 0xc0) == 0x80)
        len--;
    memcpy(place.number, entry->number.ptr, len);
    return place;
}

static void take_number(struct tf_file_books *file, const struct tf_book_entry *entry)
{
    if (tf_str_blank(entry->number))
        return;
    if (file->first.line == 0 || entry->line < file->first.line)
        file->first = place_of(entry);
    if (entry->line >= file->last.line)
        file->last = place_of(entry);
}

static void take_days(struct tf_file_books *file, int32_t first, int32_t last)
{
    if (!file->dated || first < file->first_day)
        file->first_day = first;
    if (!file->dated || last > file->last_day)
        file->last_day = last;
    file->dated = true;
}

static int32_t day_of(int64_t time_ms)
{
    return (int32_t)(time_ms >= 0 ? time_ms / TF_MS_PER_DAY : -((-time_ms + TF_MS_PER_DAY - 1) / TF_MS_PER_DAY));
}

static bool room_for(struct tf_books *books, uint32_t file)
{
    const size_t count = (size_t)file + 1;
    if (count <= books->files_count)
        return true;
    struct tf_file_books *files = realloc(books->files, count * sizeof *files);
    if (!files)
        return false;
    memset(files + books->files_count, 0, (count - books->files_count) * sizeof *files);
    books->files = files;
    books->files_count = count;
    return true;
}

static void join_places(struct tf_file_books *file, const struct tf_file_books *part)
{
    if (part->first.line > 0 && (file->first.line == 0 || part->first.line < file->first.line))
        file->first = part->first;
    if (part->last.line >= file->last.line && part->last.line > 0)
        file->last = part->last;
    if (part->dated)
        take_days(file, part->first_day, part->last_day);
}

static enum tf_err join_part(struct tf_books *books, const struct reading *reading)
{
    if (!room_for(books, reading->file))
        return TF_E_MEMORY;
    struct tf_file_books *file = &books->files[reading->file];
    join_places(file, &reading->books);
    return tf_book_join(&file->read, &reading->books.read);
}

static void hand_over(struct tf_books *books, struct reading *reading)
{
    if (!reading->any)
        return;
    pthread_mutex_lock(&books->lock);
    const enum tf_err err = join_part(books, reading);
    if (books->err == TF_OK)
        books->err = err;
    pthread_mutex_unlock(&books->lock);
    finish_file(&reading->books);
    reading->books = (struct tf_file_books){.dated = false};
    reading->any = false;
}

static void keep_failure(struct tf_books *books, enum tf_err err)
{
    pthread_mutex_lock(&books->lock);
    if (books->err == TF_OK)
        books->err = err;
    pthread_mutex_unlock(&books->lock);
}

void tf_books_read(struct tf_books *books, unsigned worker, const struct tf_book_entry *entry)
{
    struct reading *reading = &books->readings[worker];
    if (reading->any && reading->file != entry->file)
        hand_over(books, reading);
    reading->any = true;
    reading->file = entry->file;
    const enum tf_err err = tf_book_add(&reading->books.read, entry->event);
    if (err != TF_OK)
        keep_failure(books, err);
    if (!entry->event)
        return;
    take_number(&reading->books, entry);
    if (entry->event->event_time_present)
        take_days(&reading->books, day_of(entry->event->event_time_ms), day_of(entry->event->event_time_ms));
}

enum tf_err tf_books_read_done(struct tf_books *books, struct tf_fault *fault)
{
    for (unsigned w = 0; w < books->workers; w++)
        hand_over(books, &books->readings[w]);
    if (books->err == TF_E_LIMIT)
        return tf_fault_set(fault, TF_E_LIMIT, "the sums of what was read pass 128 bits; look for amounts that cannot be, or judge fewer files at a time");
    return books->err;
}

/* ---- What became of it ---- */

enum tf_err tf_books_judged(struct tf_books *books, uint32_t file, enum tf_fate fate, const struct tf_event *event)
{
    if (file >= books->files_count)
        return TF_E_BREACH;
    return tf_book_add(&books->files[file].judged[fate], event);
}

void tf_books_close(struct tf_books *books)
{
    for (size_t i = 0; i < books->files_count; i++) {
        tf_book_sort(&books->files[i].read);
        for (size_t f = 0; f < TF_FATE_COUNT; f++)
            tf_book_sort(&books->files[i].judged[f]);
    }
}

size_t tf_books_files(const struct tf_books *books) { return books->files_count; }

const struct tf_file_books *tf_books_file(const struct tf_books *books, size_t file) { return &books->files[file]; }

static enum tf_err counts_differ(const char *file, const char *what, uint64_t read, uint64_t judged, struct tf_fault *fault)
{
    return tf_fault_set(fault, TF_E_BREACH, "%s: %llu %s were read, %llu judged: please report this with the input", file, (unsigned long long)read, what,
                        (unsigned long long)judged);
}

static enum tf_err check_counts(const struct tf_book *read, const struct tf_book *judged, const char *name, struct tf_fault *fault)
{
    if (read->records != judged->records)
        return counts_differ(name, "records", read->records, judged->records, fault);
    if (read->unreadable != judged->unreadable)
        return counts_differ(name, "unreadable records", read->unreadable, judged->unreadable, fault);
    for (size_t k = 0; k < TF_KIND_COUNT; k++)
        if (read->kinds[k] != judged->kinds[k])
            return counts_differ(name, tf_event_kind_name((enum tf_kind)k), read->kinds[k], judged->kinds[k], fault);
    return TF_OK;
}

/* No amount stands in a fault: only which sum it is, and how far off. */
static enum tf_err check_sums(const struct tf_book *read, const struct tf_book *judged, const char *name, struct tf_fault *fault)
{
    const struct tf_book *const both[] = {read, judged};
    for (size_t b = 0; b < 2; b++)
        for (uint32_t i = 0; i < both[b]->count; i++)
            for (size_t a = 0; a < TF_BOOK_AMOUNT_COUNT; a++) {
                const char *currency = both[b]->currencies[i].currency;
                const struct tf_sum x = tf_book_sum(read, currency, (enum tf_book_amount)a), y = tf_book_sum(judged, currency, (enum tf_book_amount)a);
                struct tf_sum off = tf_sum_negated(&y);
                char text[TF_SUM_TEXT_BYTES];
                if (tf_sum_eq(&x, &y))
                    continue;
                (void)!tf_sum_join(&off, &x);
                return tf_fault_set(fault, TF_E_BREACH, "%s: the sum of %s in %s that was read is %s more than what was judged: please report this with the input",
                                    name, tf_book_amount_name((enum tf_book_amount)a), currency[0] ? currency : "no currency",
                                    tf_sum_format(&off, text).ptr);
            }
    return TF_OK;
}

static enum tf_err check_file(const struct tf_file_books *file, const char *name, struct tf_fault *fault)
{
    struct tf_book judged = {.count = 0};
    enum tf_err err = TF_OK;
    for (size_t f = 0; f < TF_FATE_COUNT && err == TF_OK; f++)
        err = tf_book_join(&judged, &file->judged[f]);
    if (err == TF_OK)
        err = check_counts(&file->read, &judged, name, fault);
    if (err == TF_OK)
        err = check_sums(&file->read, &judged, name, fault);
    tf_book_finish(&judged);
    return err;
}

enum tf_err tf_books_check(const struct tf_books *books, const char *(*name)(void *, uint32_t), void *self, struct tf_fault *fault)
{
    for (size_t i = 0; i < books->files_count; i++)
        TF_TRY(check_file(&books->files[i], name(self, (uint32_t)i), fault));
    return TF_OK;
}
