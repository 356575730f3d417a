/*
 * DATEV's booking stack (EXTF, written by other programs, and DTVF, by DATEV's own; format category 21). Line 1 says whose books they are and which
 * fiscal year, line 2 names the columns, each row is a booking of an amount on an account and its contra account. Days stand as DDMM: the fiscal year's
 * first day, field 13 of line 1, gives the year. Source: DATEV-Format, developer.datev.de.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../table/delimited.h"
#include "taxflow/clock.h"

enum { ARENA_BYTES_MAX = 1 << 20, BOOKINGS = 21, COMPANY_BYTES = 64, CURRENCY_LETTERS = 3 };

/* Fields of line 1, from 0. */
enum { FIELD_CATEGORY = 2, FIELD_TITLE, FIELD_ADVISER = 10, FIELD_CLIENT, FIELD_YEAR_START, FIELD_ACCOUNT_DIGITS, FIELD_CURRENCY = 21 };

#define LINE "journal.lines.0."
#define CONTRA "journal.lines.1."

static const struct tf_form_column columns[] = {
    {.names = "|umsatz (ohne soll/haben-kz)|umsatz|", .member = LINE "amount", .inner = true, .required = true},
    {.names = "|wkz umsatz|", .member = LINE "currency"},
    {.names = "|kurs|", .member = LINE "rate"},
    {.names = "|basis-umsatz|basisumsatz|", .member = LINE "local_amount"},
    {.names = "|konto|", .member = LINE "account", .required = true},
    {.names = "|gegenkonto (ohne bu-schlüssel)|gegenkonto|", .member = CONTRA "account", .required = true},
    {.names = "|bu-schlüssel|", .member = CONTRA "tax_code"},
    {.names = "|belegdatum|", .member = "day", .inner = true, .required = true},
    {.names = "|belegfeld 1|", .member = "journal.id"},
    {.names = "|belegfeld 2|", .member = LINE "ref"},
    {.names = "|buchungstext|", .member = "journal.text"},
    {.names = "|kost1 - kostenstelle|", .member = LINE "cost_centre"},
    {.names = "|generalumkehr|generalumkehr (gu)|", .member = "reversed", .inner = true},
    {.member = "journal.id"},
    {.member = "journal.document_date"},
    {.member = "journal.posting_date"},
    {.member = LINE "currency"},
    {.member = LINE "partner"},
    {.member = LINE "partner_kind"},
    {.member = CONTRA "debit"},
    {.member = CONTRA "credit"},
    {.member = CONTRA "currency"},
    {.member = CONTRA "local_amount"},
    {.member = CONTRA "partner"},
    {.member = CONTRA "partner_kind"},
};

struct datev {
    struct tf_import_options options;
    unsigned year, month, day;  /* the first of the fiscal year */
    size_t account_digits;      /* of general ledger accounts; personal ones have one more. 0: not known */
    char currency[CURRENCY_LETTERS + 1];
    char company[COMPANY_BYTES];
};

static void settle(struct tf_map *map)
{
    map->header_line = 2;
    map->delimiter = ';';
    map->decimal_of_form = ',';
    map->sign_header = TF_STR("Soll/Haben-Kennzeichen");
    map->negative[map->negative_count++] = TF_STR("H");
    map->positive[map->positive_count++] = TF_STR("S");
}

/* ---- Bookings ---- */

static int at(const struct tf_row *row, const char *member) { return tf_map_find(row->map, member); }

/* DDMM, the leading zero may be missing; in the fiscal year. */
static bool put_day(const struct datev *datev, struct tf_row *row)
{
    enum { DAY_PLACES = 100, MONTHS = 12 };
    uint64_t value;
    char date[TF_CELL_BYTES];
    int32_t days;
    const struct tf_str text = tf_form_value(row, "day");
    if (text.len < 3 || text.len > 4 || !tf_str_to_u64(text, 3112, &value))
        return false;
    const unsigned day = (unsigned)value / DAY_PLACES, month = (unsigned)value % DAY_PLACES;
    const bool next = month < datev->month || (month == datev->month && day < datev->day);
    snprintf(date, sizeof date, "%04u-%02u-%02u", datev->year + next, month, day);
    if (!tf_clock_parse_date(tf_str_of(date), &days))
        return false;
    tf_form_set(row, at(row, "journal.posting_date"), tf_str_of(date));
    tf_form_set(row, at(row, "journal.document_date"), tf_str_of(date));
    return true;
}

/* A booking without a document number has its accounts and its day. */
static void name_booking(struct tf_row *row)
{
    char id[TF_CELL_BYTES];
    if (tf_form_value(row, "journal.id").len > 0)
        return;
    snprintf(id, sizeof id, "%.*s/%.*s/%.*s", TF_STR_ARGS(tf_form_value(row, LINE "account")), TF_STR_ARGS(tf_form_value(row, CONTRA "account")),
             TF_STR_ARGS(tf_form_value(row, "journal.posting_date")));
    tf_form_set(row, at(row, "journal.id"), tf_str_of(id));
}

/* The number the other way round. */
static struct tf_str negated(struct tf_str amount, char room[TF_CELL_BYTES])
{
    const bool negative = amount.len > 0 && amount.ptr[0] == '-';
    snprintf(room, TF_CELL_BYTES, "%s%.*s", negative ? "" : "-", (int)(amount.len - negative), amount.ptr + negative);
    return tf_str_of(room);
}

/* A reversal of the general kind stands on the side of what it reverses, with a minus. */
static void reverse(struct tf_row *row)
{
    char room[TF_CELL_BYTES];
    const struct tf_str mark = tf_form_value(row, "reversed");
    if (!tf_str_is(mark, "1") && !tf_str_ieq(mark, TF_STR("G")))
        return;
    const int debit = row->map->debit_at, credit = row->map->credit_at;
    const bool was_debit = row->values[debit].len > 0;
    tf_form_set(row, was_debit ? credit : debit, negated(row->values[was_debit ? debit : credit], room));
    row->values[was_debit ? debit : credit] = TF_STR_NONE;
}

static void put_contra(struct tf_row *row)
{
    char room[TF_CELL_BYTES];
    const struct tf_str local = tf_form_value(row, LINE "local_amount");
    row->values[at(row, CONTRA "debit")] = row->values[row->map->credit_at];
    row->values[at(row, CONTRA "credit")] = row->values[row->map->debit_at];
    row->values[at(row, CONTRA "currency")] = tf_form_value(row, LINE "currency");
    if (local.len > 0)
        tf_form_set(row, at(row, CONTRA "local_amount"), negated(local, room));
}

/* Personal accounts have a digit more than those of the general ledger: 1 to 6 customers, 7 to 9 suppliers. */
static void put_partner(const struct datev *datev, struct tf_row *row, const char *account, const char *partner, const char *kind)
{
    const struct tf_str number = tf_form_value(row, account);
    if (datev->account_digits == 0 || number.len != datev->account_digits + 1 || number.ptr[0] < '1' || number.ptr[0] > '9')
        return;
    row->values[at(row, partner)] = number;
    row->values[at(row, kind)] = number.ptr[0] <= '6' ? TF_STR("customer") : TF_STR("supplier");
}

static enum tf_err refuse(struct tf_problem *problem, enum tf_err err, const char *column, const char *detail)
{
    *problem = (struct tf_problem){.err = err, .path = tf_str_of(column), .detail = tf_str_of(detail)};
    return err;
}

static enum tf_err shape(void *self, struct tf_row *row, bool line, struct tf_problem *problem)
{
    const struct datev *datev = self;
    (void)line;
    if (!put_day(datev, row))
        return refuse(problem, TF_E_DATE, "Belegdatum", "the day is none of the form DDMM in the fiscal year");
    if (row->values[row->map->amount_at].len == 0 || tf_form_value(row, LINE "account").len == 0 || tf_form_value(row, CONTRA "account").len == 0)
        return refuse(problem, TF_E_MISSING, "Umsatz", "a booking has an amount, an account and a contra account; one of them is missing");
    if (tf_form_value(row, LINE "currency").len == 0)
        row->values[at(row, LINE "currency")] = tf_str_of(datev->currency);
    name_booking(row);
    reverse(row);
    put_contra(row);
    put_partner(datev, row, LINE "account", LINE "partner", LINE "partner_kind");
    put_partner(datev, row, CONTRA "account", CONTRA "partner", CONTRA "partner_kind");
    return TF_OK;
}

/* ---- Line 1 ---- */

static struct tf_str field(const struct tf_str *fields, size_t count, size_t number)
{
    return number < count ? tf_str_trim(fields[number]) : TF_STR_NONE;
}

static enum tf_err take_head(struct datev *datev, const char *name, const struct tf_str *fields, size_t count, struct tf_fault *fault)
{
    char date[TF_CELL_BYTES];
    uint64_t digits = 0;
    const struct tf_str currency = field(fields, count, FIELD_CURRENCY);
    if (!tf_str_is(field(fields, count, FIELD_CATEGORY), "21"))
        return tf_fault_set(fault, TF_E_VALUE, "%s: this is DATEV's \"%.*s\" (category %.*s), which is not read; export the booking stack (Buchungsstapel, category %d)", name,
                            TF_STR_ARGS(field(fields, count, FIELD_TITLE)), TF_STR_ARGS(field(fields, count, FIELD_CATEGORY)), BOOKINGS);
    if (!tf_cell_date(field(fields, count, FIELD_YEAR_START), TF_DATES_YEAR_FIRST, date)
        || sscanf(date, "%4u-%2u-%2u", &datev->year, &datev->month, &datev->day) != 3)
        return tf_fault_set(fault, TF_E_VALUE, "%s:1: field 13, the first day of the fiscal year, is missing, and days stand without their year; export it again", name);
    if (tf_str_to_u64(field(fields, count, FIELD_ACCOUNT_DIGITS), 8, &digits))
        datev->account_digits = (size_t)digits;
    snprintf(datev->currency, sizeof datev->currency, "%.*s", (int)(currency.len == CURRENCY_LETTERS ? currency.len : 3), currency.len == CURRENCY_LETTERS ? currency.ptr : "EUR");
    snprintf(datev->company, sizeof datev->company, "%.*s-%.*s", TF_STR_ARGS(field(fields, count, FIELD_ADVISER)), TF_STR_ARGS(field(fields, count, FIELD_CLIENT)));
    if (strcmp(datev->options.company, "unassigned") == 0)
        datev->options.company = datev->company;
    return TF_OK;
}

static enum tf_err read_head(struct datev *datev, int fd, const char *name, struct tf_fault *fault)
{
    struct tf_table table = {.fd = fd, .name = name, .options = &datev->options, .arena = tf_arena_create(ARENA_BYTES_MAX), .map = TF_MAP_EMPTY};
    struct tf_str *fields;
    size_t count;
    uint64_t line;
    table.map.delimiter = ';';
    enum tf_err err = table.arena ? tf_table_peek(&table, &fields, &count, &line, fault) : TF_E_MEMORY;
    if (err == TF_OK)
        err = take_head(datev, name, fields, count, fault);
    tf_arena_destroy(table.arena);
    return err;
}

bool tf_datev_begins(struct tf_str head)
{
    static const char *const marks[] = {"\"EXTF\";", "EXTF;", "\"DTVF\";", "DTVF;"};
    size_t mark = head.len >= 3 && memcmp(head.ptr, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (tf_str_starts((struct tf_str){head.ptr + mark, head.len - mark}, tf_str_of(marks[i])))
            return true;
    return false;
}

enum tf_err tf_datev_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    struct datev datev = {.options = *options};
    TF_TRY(read_head(&datev, fd, name, fault));
    const struct tf_form form = {.title = "a booking stack of DATEV", .kind = TF_KIND_JOURNAL, .columns = columns, .count = sizeof columns / sizeof columns[0],
                                 .amounts = "Umsatz", .settings = settle, .shape = shape, .self = &datev};
    return tf_form_read(&form, fd, name, &datev.options, sink, fault);
}
