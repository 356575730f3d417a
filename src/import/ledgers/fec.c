/*
 * The FEC (fichier des écritures comptables), which French companies hand to auditors: article A47 A-1 of the livre des procédures fiscales. 18 columns
 * parted by tabs or bars, dates YYYYMMDD, commas before decimals, no quotes; instead of Debit and Credit it may have Montant and Sens. An entry is a number
 * of a journal on a day; its amounts are in euros, and its debit is its credit. What rules do not read of it, labels, foreign amounts, when it was matched
 * and when it was made final, is kept in the record under names of its own.
 */
#include <stdio.h>
#include <string.h>

#include "../file_rules.h"
#include "../table/delimited.h"

#define FOREIGN_AMOUNT "journal.lines.0.foreign_amount"
#define FOREIGN_CURRENCY "journal.lines.0.foreign_currency"

static const struct tf_form_column columns[] = {
    {.names = "|journalcode|", .member = "journal.source", .key = true, .required = true},
    {.names = "|ecriturenum|", .member = "journal.id", .key = true, .required = true},
    {.names = "|ecrituredate|", .member = "journal.posting_date", .key = true, .required = true},
    {.names = "|comptenum|", .member = "journal.lines.0.account", .required = true},
    {.names = "|compauxnum|", .member = "journal.lines.0.partner"},
    {.names = "|pieceref|", .member = "journal.lines.0.ref"},
    {.names = "|piecedate|", .member = "journal.document_date"},
    {.names = "|ecriturelib|", .member = "journal.lines.0.text"},
    {.names = "|debit|débit|", .member = "journal.lines.0.debit"},
    {.names = "|credit|crédit|", .member = "journal.lines.0.credit"},
    {.names = "|montant|", .member = "journal.lines.0.amount"},
    {.names = "|ecriturelet|", .member = "journal.lines.0.cleared_by"},
    {.names = "|datelet|", .member = "journal.lines.0.cleared_on", .type = TF_MEMBER_DATE},
    {.names = "|validdate|", .member = "journal.validated_on", .type = TF_MEMBER_DATE}, /* made final, which is later than entered: no recorded_at */
    {.names = "|montantdevise|", .member = FOREIGN_AMOUNT, .type = TF_MEMBER_DECIMAL, .unsigned_amount = true},
    {.names = "|idevise|", .member = FOREIGN_CURRENCY},
    {.names = "|journallib|", .member = "journal.source_name"},
    {.names = "|comptelib|", .member = "journal.lines.0.account_name"},
    {.names = "|compauxlib|", .member = "journal.lines.0.partner_name"},
    {.member = "journal.lines.0.currency", .constant = "EUR"},
    {.member = "journal.lines.0.partner_kind"},
};

static void settle(struct tf_map *map)
{
    map->decimal_of_form = ',';
    map->quoted_as_header = true;
    map->sign_header = TF_STR("Sens");
    map->negative[map->negative_count++] = TF_STR("C");
    map->negative[map->negative_count++] = TF_STR("-1");
    map->positive[map->positive_count++] = TF_STR("D");
    map->positive[map->positive_count++] = TF_STR("+1");
    map->positive[map->positive_count++] = TF_STR("1");
}

static bool is_zero(struct tf_str value)
{
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] != '0' && value.ptr[i] != '.' && value.ptr[i] != '-')
            return false;
    return value.len > 0;
}

static void drop(struct tf_row *row, const char *member) { row->values[tf_map_find(row->map, member)] = TF_STR_NONE; }

/* Of two sides one is 0,00, which is no amount. */
static void drop_zero(struct tf_row *row, const char *member, const char *other)
{
    if (is_zero(tf_form_value(row, member)) && tf_form_value(row, other).len > 0)
        drop(row, member);
}

/* Programs fill the column of foreign amounts with 0,00 where there is none. */
static void drop_no_foreign_amount(struct tf_row *row)
{
    if (is_zero(tf_form_value(row, FOREIGN_AMOUNT)) && tf_form_value(row, FOREIGN_CURRENCY).len == 0)
        drop(row, FOREIGN_AMOUNT);
}

/* The plan comptable général: 40 suppliers, 41 customers, 42 employees. */
static const char *kind_of(struct tf_str account)
{
    static const struct { const char *account, *kind; } kinds[] = {{"40", "supplier"}, {"41", "customer"}, {"42", "employee"}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (tf_str_starts(account, tf_str_of(kinds[i].account)))
            return kinds[i].kind;
    return NULL;
}

/* Numbers are those of a journal. */
static void name_entry(struct tf_row *row)
{
    char id[TF_CELL_BYTES];
    const struct tf_str source = tf_form_value(row, "journal.source"), number = tf_form_value(row, "journal.id");
    int len = snprintf(id, sizeof id, "%.*s/%.*s", TF_STR_ARGS(source), TF_STR_ARGS(number));
    if (source.len > 0 && len < (int)sizeof id)
        tf_form_set(row, tf_map_find(row->map, "journal.id"), (struct tf_str){id, (size_t)len});
}

static enum tf_err shape(void *self, struct tf_row *row, bool line, struct tf_problem *problem)
{
    (void)self;
    (void)problem;
    if (!line) {
        name_entry(row);
        return TF_OK;
    }
    drop_zero(row, "journal.lines.0.debit", "journal.lines.0.credit");
    drop_zero(row, "journal.lines.0.credit", "journal.lines.0.debit");
    drop_no_foreign_amount(row);
    if (tf_form_value(row, "journal.lines.0.partner").len > 0)
        row->values[tf_map_find(row->map, "journal.lines.0.partner_kind")] = tf_str_of(kind_of(tf_form_value(row, "journal.lines.0.account")));
    return TF_OK;
}

/* ---- The name of the file ---- */

static bool all_digits(struct tf_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return true;
}

/* SIREN, FEC and the last day of the fiscal year: 123456789FEC20251231 (arrêté of 29 July 2013, article A47 A-1, XII). */
static bool is_well_named(struct tf_str name)
{
    enum { SIREN_DIGITS = 9, DATE_DIGITS = 8, LETTERS = 3 };
    char date[TF_CELL_BYTES];
    const char *point = memchr(name.ptr, '.', name.len);
    const struct tf_str stem = {name.ptr, point ? (size_t)(point - name.ptr) : name.len};
    if (stem.len != SIREN_DIGITS + LETTERS + DATE_DIGITS || !tf_str_ieq((struct tf_str){stem.ptr + SIREN_DIGITS, LETTERS}, TF_STR("FEC")))
        return false;
    const struct tf_str siren = {stem.ptr, SIREN_DIGITS}, day = {stem.ptr + SIREN_DIGITS + LETTERS, DATE_DIGITS};
    return all_digits(siren) && tf_cell_date(day, TF_DATES_YEAR_FIRST, date);
}

/* What came by HTTP or standard input has no name, and no extension to show one. */
static enum tf_err look_at_name(const char *path, struct tf_import_tally *tally, const struct tf_import_sink *sink)
{
    const char *slash = strrchr(path, '/');
    const struct tf_str name = tf_str_of(slash ? slash + 1 : path);
    if (!memchr(name.ptr, '.', name.len) || is_well_named(name))
        return TF_OK;
    const struct tf_import_finding finding = {
        .rule = TF_FILE_RULE_LEDGER_NAME, .line = 1, .observed = name, .expected = TF_STR("as in 123456789FEC20251231.txt"), .path = TF_STR_NONE};
    return tf_import_tell(tally, &finding, sink);
}

bool tf_fec_begins(struct tf_str head)
{
    static const char *const names[] = {"|journalcode|", "|ecriturenum|", "|ecrituredate|", "|comptenum|", NULL};
    return tf_form_begins(head, names);
}

enum tf_err tf_fec_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    const struct tf_form form = {.title = "a FEC", .kind = TF_KIND_JOURNAL, .columns = columns, .count = sizeof columns / sizeof columns[0],
                                 .amounts = "Debit, Credit", .settings = settle, .shape = shape, .look = look_at_name};
    return tf_form_read(&form, fd, name, options, sink, fault);
}
