/* A file of declared sums. Each cell is read or refused with its place: nothing is guessed. */
#include <errno.h>
#include <stdlib.h>

#include "declared.h"
#include "taxflow/clock.h"
#include "taxflow/country.h"
#include "taxflow/csv.h"
#include "taxflow/return_code.h"

enum { RECORD_BYTES_MAX = 1 << 20, NOT_THERE = -1 };

enum column { COMPANY, PERIOD, DIRECTION, BOX, COUNTRY, CATEGORY, RATE, CURRENCY, NET, VAT, HANDED_IN, COLUMNS };
static const char *const names[COLUMNS] = {"company", "period", "direction", "box", "country", "category", "rate", "currency", "net", "vat", "handed_in"};

struct reading {
    struct tf_declared *declared;
    const char *path;
    struct tf_csv csv;
    int places[COLUMNS]; /* of each column, from 0; NOT_THERE */
    struct tf_fault *fault;
};

static enum tf_err refuse(const struct reading *r, enum column column, const char *why)
{
    return tf_fault_set(r->fault, TF_E_VALUE, "%s:%llu: column %s: %s", r->path, (unsigned long long)r->csv.line, names[column], why);
}

static struct tf_str cell(const struct reading *r, enum column column)
{
    const int place = r->places[column];
    return place == NOT_THERE || (size_t)place >= r->csv.count ? TF_STR("") : tf_str_trim(r->csv.cells[place]);
}

static enum tf_err take_header(struct reading *r)
{
    for (size_t c = 0; c < COLUMNS; c++)
        r->places[c] = NOT_THERE;
    for (size_t i = 0; i < r->csv.count; i++) {
        size_t c = 0;
        while (c < COLUMNS && !tf_str_ieq(tf_str_trim(r->csv.cells[i]), tf_str_of(names[c])))
            c++;
        if (c == COLUMNS || r->places[c] != NOT_THERE)
            return tf_fault_set(r->fault, TF_E_VALUE, "%s:1: column %zu is %s; columns are company, period, direction, box, country, category, rate, "
                                "currency, net, vat, handed_in, each once", r->path, i + 1, c == COLUMNS ? "none of those that are known" : "there twice");
        r->places[c] = (int)i;
    }
    static const enum column needed[] = {COMPANY, PERIOD, DIRECTION};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (r->places[needed[i]] == NOT_THERE)
            return tf_fault_set(r->fault, TF_E_VALUE, "%s:1: there is no column %s", r->path, names[needed[i]]);
    if (r->places[NET] == NOT_THERE && r->places[VAT] == NOT_THERE)
        return tf_fault_set(r->fault, TF_E_VALUE, "%s:1: there is neither a column net nor one vat", r->path);
    return TF_OK;
}

static enum tf_err take_decimal(const struct reading *r, enum column column, bool *ret_there, struct tf_decimal *ret_value)
{
    const struct tf_str text = cell(r, column);
    *ret_there = text.len > 0;
    if (text.len == 0 || tf_money_parse(text, ret_value) == TF_OK)
        return TF_OK;
    return refuse(r, column, "not a decimal as 1234.56");
}

static enum tf_err take_amounts(const struct reading *r, struct tf_declared_line *line)
{
    TF_TRY(take_decimal(r, NET, &line->has_net, &line->net));
    TF_TRY(take_decimal(r, VAT, &line->has_vat, &line->vat));
    TF_TRY(take_decimal(r, RATE, &line->rated, &line->rate));
    return line->has_net || line->has_vat ? TF_OK : refuse(r, VAT, "neither net nor vat is given");
}

/* A side of the books is as good a name for its tax. */
static const struct tf_return_code *side_of(struct tf_str text)
{
    if (tf_str_ieq(text, TF_STR("sale")))
        return tf_return_code_find(TF_STR("output-vat"));
    return tf_return_code_find(tf_str_ieq(text, TF_STR("purchase")) ? TF_STR("input-vat") : text);
}

static enum tf_err take_codes(const struct reading *r, struct tf_declared_line *line)
{
    const struct tf_str country = cell(r, COUNTRY), category = cell(r, CATEGORY), currency = cell(r, CURRENCY);
    const struct tf_return_code *code = side_of(cell(r, DIRECTION));
    if (!code)
        return refuse(r, DIRECTION, "none of sale, purchase, output-vat, input-vat, vat-payable");
    line->sales = code->sales;
    line->purchases = code->purchases;
    line->country = tf_country_of(country);
    if (country.len > 0 && line->country == TF_COUNTRY_NONE)
        return refuse(r, COUNTRY, "not a country's two letters");
    if (category.len > TF_VAT_CODE_BYTES)
        return refuse(r, CATEGORY, "not a code of BT-118");
    memcpy(line->category, category.ptr, category.len);
    tf_book_currency(currency, line->currency);
    return currency.len > 0 && !line->currency[0] ? refuse(r, CURRENCY, "not a currency's three letters") : TF_OK;
}

static enum tf_err take_times(const struct reading *r, struct tf_declared_line *line)
{
    const struct tf_str handed_in = cell(r, HANDED_IN);
    int32_t day;
    if (!tf_period_parse(line->period, &line->first, &line->last))
        return refuse(r, PERIOD, "not a period as 2026-03, 2026-Q1, 2026 or 2026-01-15/2026-02-14");
    if (handed_in.len == 0 || tf_clock_parse_time(handed_in, &line->handed_in_ms))
        return TF_OK;
    if (!tf_clock_parse_date(handed_in, &day))
        return refuse(r, HANDED_IN, "neither a date nor a time as 2026-04-10T09:00:00Z");
    line->handed_in_ms = ((int64_t)day + 1) * TF_MS_PER_DAY - 1; /* at the end of that day */
    return TF_OK;
}

static enum tf_err take_line(struct reading *r)
{
    struct tf_arena *words = r->declared->words;
    struct tf_declared_line *line = tf_declared_next(r->declared);
    if (!line)
        return tf_fault_set(r->fault, TF_E_LIMIT, "%s:%llu: more than %d declared sums; split the file", r->path, (unsigned long long)r->csv.line,
                            TF_DECLARED_LINES_MAX);
    line->source = tf_arena_printf(words, "%s:%llu", r->path, (unsigned long long)r->csv.line);
    line->company = tf_arena_dup(words, cell(r, COMPANY));
    line->period = tf_arena_dup(words, cell(r, PERIOD));
    line->code = tf_arena_dup(words, cell(r, cell(r, BOX).len > 0 ? BOX : DIRECTION));
    if (!tf_str_present(line->source) || !tf_str_present(line->company) || !tf_str_present(line->period) || !tf_str_present(line->code))
        return TF_E_MEMORY;
    if (line->company.len == 0)
        return refuse(r, COMPANY, "is empty");
    TF_TRY(take_codes(r, line));
    TF_TRY(take_times(r, line));
    return take_amounts(r, line);
}

static enum tf_err read_all(struct reading *r)
{
    bool more = true, header = true;
    while (true) {
        const enum tf_err err = tf_csv_next(&r->csv, &more);
        if (err == TF_E_VALUE || err == TF_E_TOO_BIG)
            return tf_fault_set(r->fault, TF_E_VALUE, "%s:%llu: %s", r->path, (unsigned long long)r->csv.line, r->csv.problem);
        TF_TRY(err);
        if (!more)
            return header ? tf_fault_set(r->fault, TF_E_VALUE, "%s: it is empty; its first line names the columns", r->path) : TF_OK;
        TF_TRY(header ? take_header(r) : take_line(r));
        header = false;
    }
}

enum tf_err tf_declared_read_stream(struct tf_declared *declared, FILE *in, const char *name, struct tf_fault *fault)
{
    struct reading reading = {.declared = declared, .path = name, .fault = fault};
    tf_csv_init(&reading.csv, in, 0, RECORD_BYTES_MAX);
    const enum tf_err err = read_all(&reading);
    tf_csv_finish(&reading.csv);
    return err == TF_E_IO ? tf_fault_set(fault, TF_E_IO, "%s: reading failed", name) : err;
}

enum tf_err tf_declared_read(struct tf_declared *declared, const char *path, struct tf_fault *fault)
{
    FILE *in = fopen(path, "re");
    if (!in)
        return tf_fault_set(fault, errno == EACCES ? TF_E_PERMISSION : TF_E_NO_INPUT, "%s: cannot be read: %s; check --declared", path, strerror(errno));
    const enum tf_err err = tf_declared_read_stream(declared, in, path, fault);
    fclose(in);
    return err;
}
