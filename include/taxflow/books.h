/*
 * Control sums of what was read and of what became of it, a file at a time: what is read is counted once while files are looked through, and once
 * more when each record has been judged. Both come from a decoding of their own, so a record that was lost, doubled or changed in between is seen.
 */
#ifndef TAXFLOW_BOOKS_H
#define TAXFLOW_BOOKS_H

#include "taxflow/event.h"
#include "taxflow/sum.h"

/*
 * What is summed, each in its currency. Debit and credit are of journal lines; gross, net and VAT of invoices (BT-112, BT-109, BT-110), those of
 * credit notes taken off; paid of payments as they are written.
 */
#define TF_BOOK_AMOUNT_TABLE(X) X(DEBIT, "debit") X(CREDIT, "credit") X(GROSS, "gross") X(NET, "net") X(VAT, "vat") X(PAID, "paid")
enum tf_book_amount {
#define X(name, text) TF_BOOK_##name,
    TF_BOOK_AMOUNT_TABLE(X)
#undef X
    TF_BOOK_AMOUNT_COUNT
};
/** "debit". Static. */
const char *tf_book_amount_name(enum tf_book_amount amount);

struct tf_book_sums {
    char currency[4];   /* "" where a record names none of three letters */
    bool present[TF_BOOK_AMOUNT_COUNT];
    struct tf_sum sums[TF_BOOK_AMOUNT_COUNT];
};

struct tf_book {
    uint64_t records;               /* decoded ones, by kind below */
    uint64_t unreadable;            /* what is no record */
    uint64_t kinds[TF_KIND_COUNT];
    struct tf_book_sums *currencies; /* in order of their codes once tf_book_sort was called */
    uint32_t count, capacity, last;
};

/** A zero book is empty. */
void tf_book_finish(struct tf_book *book);
/** Count an event; NULL: something that is none. TF_E_LIMIT when a sum passes 128 bits; TF_E_MEMORY.   Cost  O(1), O(lines) of a journal. */
enum tf_err tf_book_add(struct tf_book *book, const struct tf_event *event) TF_MUST_CHECK;
/** Add a sum of its own. TF_E_LIMIT, TF_E_MEMORY. */
enum tf_err tf_book_put(struct tf_book *book, const char *currency, enum tf_book_amount amount, const struct tf_sum *sum) TF_MUST_CHECK;
enum tf_err tf_book_join(struct tf_book *book, const struct tf_book *other) TF_MUST_CHECK;
void tf_book_sort(struct tf_book *book);
/** Currency as sums are kept by it: trimmed, upper case, or "". */
void tf_book_currency(struct tf_str text, char out[4]);
/** The sum of an amount in a currency; zero where nothing was added. */
struct tf_sum tf_book_sum(const struct tf_book *book, const char *currency, enum tf_book_amount amount);

/* What became of a record. */
#define TF_FATE_TABLE(X) X(ACCEPTED, "accepted") X(DUPLICATE, "duplicates") X(DEAD, "dead_lettered")
enum tf_fate {
#define X(name, text) TF_FATE_##name,
    TF_FATE_TABLE(X)
#undef X
    TF_FATE_COUNT
};
/** "dead_lettered". Static. */
const char *tf_fate_name(enum tf_fate fate);

enum { TF_BOOK_NUMBER_BYTES = 64 };
/* The first or last record of a file that has a number, by its line. */
struct tf_book_place {
    uint64_t line; /* 0: there is none */
    char number[TF_BOOK_NUMBER_BYTES + 1]; /* cut there, between characters */
};

struct tf_file_books {
    struct tf_book read;
    struct tf_book judged[TF_FATE_COUNT];
    struct tf_book_place first, last;
    bool dated;
    int32_t first_day, last_day; /* of the event times, since 1970-01-01 */
};

struct tf_books;
/** workers  threads that will call tf_books_read, by number. NULL when memory ran out. */
struct tf_books *tf_books_create(unsigned workers);
struct tf_books *tf_books_destroy(struct tf_books *books);

struct tf_book_entry {
    uint32_t file;
    uint64_t line;
    const struct tf_event *event; /* NULL: cannot be read */
    struct tf_str number;         /* of its document; may be absent */
};
/** Count what was read. A failure is kept and told by tf_books_read_done.   Thread  any, one a worker's number. */
void tf_books_read(struct tf_books *books, unsigned worker, const struct tf_book_entry *entry);
/** All files are read. TF_E_LIMIT, TF_E_MEMORY of the calls before. */
enum tf_err tf_books_read_done(struct tf_books *books, struct tf_fault *fault) TF_MUST_CHECK;
/** Count what became of a record of a file that was read. TF_E_BREACH for a file that was not; TF_E_LIMIT, TF_E_MEMORY. */
enum tf_err tf_books_judged(struct tf_books *books, uint32_t file, enum tf_fate fate, const struct tf_event *event) TF_MUST_CHECK;
/** Files there are books of: those with a number below. */
size_t tf_books_files(const struct tf_books *books);
/** The books of a file, currencies sorted, once tf_books_close was called. */
const struct tf_file_books *tf_books_file(const struct tf_books *books, size_t file);
/** Nothing more will be judged: put the currencies in order. */
void tf_books_close(struct tf_books *books);
/**
 * Of each file and to the last digit: read = accepted + duplicates + dead-lettered, in records, kinds, unreadable lines and every sum.
 * name  gives a file's name.
 * Returns TF_OK; TF_E_BREACH naming the file, what differs and by how much.
 */
enum tf_err tf_books_check(const struct tf_books *books, const char *(*name)(void *self, uint32_t file), void *self, struct tf_fault *fault)
    TF_MUST_CHECK;

#endif
