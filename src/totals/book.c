#include <stdlib.h>

#include "taxflow/books.h"

const char *tf_book_amount_name(enum tf_book_amount amount)
{
    static const char *const names[] = {
#define X(name, text) [TF_BOOK_##name] = text,
        TF_BOOK_AMOUNT_TABLE(X)
#undef X
    };
    return names[amount];
}

void tf_book_finish(struct tf_book *book)
{
    free(book->currencies);
    *book = (struct tf_book){.count = 0};
}

void tf_book_currency(struct tf_str text, char out[4])
{
    enum { LETTERS = 3 };
    const struct tf_str code = tf_str_trim(text);
    memset(out, 0, LETTERS + 1);
    if (code.len != LETTERS)
        return;
    for (size_t i = 0; i < LETTERS; i++) {
        const char letter = code.ptr[i] >= 'a' && code.ptr[i] <= 'z' ? (char)(code.ptr[i] - 'a' + 'A') : code.ptr[i];
        if (letter < 'A' || letter > 'Z') {
            out[0] = '\0';
            return;
        }
        out[i] = letter;
    }
}

static bool is_of(const struct tf_book_sums *sums, const char currency[4]) { return memcmp(sums->currency, currency, sizeof sums->currency) == 0; }

static struct tf_book_sums *find(const struct tf_book *book, const char currency[4])
{
    if (book->last < book->count && is_of(&book->currencies[book->last], currency))
        return &book->currencies[book->last];
    for (uint32_t i = 0; i < book->count; i++)
        if (is_of(&book->currencies[i], currency))
            return &book->currencies[i];
    return NULL;
}

/* There are at most 26^3 codes and none. */
static struct tf_book_sums *take(struct tf_book *book, const char currency[4])
{
    struct tf_book_sums *sums = find(book, currency);
    if (!sums && book->count == book->capacity) {
        const uint32_t capacity = book->capacity ? book->capacity * 2 : 2;
        struct tf_book_sums *grown = realloc(book->currencies, capacity * sizeof *grown);
        if (!grown)
            return NULL;
        book->currencies = grown;
        book->capacity = capacity;
    }
    if (!sums) {
        sums = &book->currencies[book->count++];
        *sums = (struct tf_book_sums){.currency = ""};
        memcpy(sums->currency, currency, sizeof sums->currency);
    }
    book->last = (uint32_t)(sums - book->currencies);
    return sums;
}

static enum tf_err add(struct tf_book *book, struct tf_str currency, enum tf_book_amount kind, const struct tf_amount *amount, bool taken_off)
{
    char code[4];
    if (!tf_amount_known(*amount))
        return TF_OK;
    tf_book_currency(currency, code);
    struct tf_book_sums *sums = take(book, code);
    if (!sums)
        return TF_E_MEMORY;
    sums->present[kind] = true;
    return tf_sum_add(&sums->sums[kind], taken_off ? tf_money_neg(amount->value) : amount->value) ? TF_OK : TF_E_LIMIT;
}

static enum tf_err add_invoice(struct tf_book *book, const struct tf_invoice *invoice, bool credit)
{
    TF_TRY(add(book, invoice->currency, TF_BOOK_GROSS, &invoice->totals.gross, credit));
    TF_TRY(add(book, invoice->currency, TF_BOOK_NET, &invoice->totals.net, credit));
    return add(book, invoice->currency, TF_BOOK_VAT, &invoice->totals.vat, credit);
}

static enum tf_err add_journal(struct tf_book *book, const struct tf_journal *journal)
{
    for (size_t i = 0; i < journal->lines.count; i++) {
        const struct tf_journal_line *line = &journal->lines.items[i];
        TF_TRY(add(book, line->currency, TF_BOOK_DEBIT, &line->debit, false));
        TF_TRY(add(book, line->currency, TF_BOOK_CREDIT, &line->credit, false));
    }
    return TF_OK;
}

enum tf_err tf_book_add(struct tf_book *book, const struct tf_event *event)
{
    if (!event) {
        book->unreadable++;
        return TF_OK;
    }
    book->records++;
    book->kinds[event->kind]++;
    if (event->voided)
        return TF_OK;
    switch (event->kind) {
    case TF_KIND_INVOICE:
    case TF_KIND_CREDIT_NOTE:
        return add_invoice(book, event->as.invoice, event->kind == TF_KIND_CREDIT_NOTE);
    case TF_KIND_PAYMENT:
        return add(book, event->as.payment->currency, TF_BOOK_PAID, &event->as.payment->amount, false);
    case TF_KIND_JOURNAL:
        return add_journal(book, event->as.journal);
    case TF_KIND_PARTY:
    case TF_KIND_RETURN:
    case TF_KIND_ACCOUNT:
    case TF_KIND_COUNT:
        break;
    }
    return TF_OK;
}

enum tf_err tf_book_put(struct tf_book *book, const char *currency, enum tf_book_amount amount, const struct tf_sum *sum)
{
    char code[4];
    tf_book_currency(tf_str_of(currency), code);
    struct tf_book_sums *sums = take(book, code);
    if (!sums)
        return TF_E_MEMORY;
    sums->present[amount] = true;
    return tf_sum_join(&sums->sums[amount], sum) ? TF_OK : TF_E_LIMIT;
}

static enum tf_err join_sums(struct tf_book *book, const struct tf_book_sums *other)
{
    struct tf_book_sums *sums = take(book, other->currency);
    if (!sums)
        return TF_E_MEMORY;
    for (size_t a = 0; a < TF_BOOK_AMOUNT_COUNT; a++) {
        sums->present[a] |= other->present[a];
        if (!tf_sum_join(&sums->sums[a], &other->sums[a]))
            return TF_E_LIMIT;
    }
    return TF_OK;
}

enum tf_err tf_book_join(struct tf_book *book, const struct tf_book *other)
{
    book->records += other->records;
    book->unreadable += other->unreadable;
    for (size_t k = 0; k < TF_KIND_COUNT; k++)
        book->kinds[k] += other->kinds[k];
    for (uint32_t i = 0; i < other->count; i++)
        TF_TRY(join_sums(book, &other->currencies[i]));
    return TF_OK;
}

static int by_code(const void *a, const void *b)
{
    const struct tf_book_sums *x = a, *y = b;
    return memcmp(x->currency, y->currency, sizeof x->currency);
}

void tf_book_sort(struct tf_book *book)
{
    if (book->count)
        qsort(book->currencies, book->count, sizeof *book->currencies, by_code);
}

struct tf_sum tf_book_sum(const struct tf_book *book, const char *currency, enum tf_book_amount amount)
{
    char code[4];
    tf_book_currency(tf_str_of(currency), code);
    const struct tf_book_sums *sums = find(book, code);
    return sums ? sums->sums[amount] : (struct tf_sum){.rest = 0};
}
