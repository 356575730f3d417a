/*
 * The FEC (fichier des écritures comptables), which French companies hand to auditors: article A47 A-1 of the livre des procédures fiscales. 18 columns
 * parted by tabs or bars, dates YYYYMMDD, commas before decimals, no quotes; instead of Debit and Credit it may have Montant and Sens. An entry is a number
 * of a journal on a day; its amounts are in euros, and its debit is its credit.
 */
#include <stdio.h>
#include <string.h>

#include "../table/delimited.h"

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

/* Of two sides one is 0,00, which is no amount. */
static void drop_zero(struct tf_row *row, const char *member, const char *other)
{
    struct tf_str value = tf_form_value(row, member);
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] != '0' && value.ptr[i] != '.' && value.ptr[i] != '-')
            return;
    if (value.len > 0 && tf_form_value(row, other).len > 0)
        row->values[tf_map_find(row->map, member)] = TF_STR_NONE;
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
    if (tf_form_value(row, "journal.lines.0.partner").len > 0)
        row->values[tf_map_find(row->map, "journal.lines.0.partner_kind")] = tf_str_of(kind_of(tf_form_value(row, "journal.lines.0.account")));
    return TF_OK;
}

bool tf_fec_begins(struct tf_str head)
{
    static const char *const names[] = {"|journalcode|", "|ecriturenum|", "|ecrituredate|", "|comptenum|", NULL};
    return tf_form_begins(head, names);
}

enum tf_err tf_fec_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    const struct tf_form form = {.title = "a FEC", .kind = TF_KIND_JOURNAL, .columns = columns, .count = sizeof columns / sizeof columns[0],
                                 .amounts = "Debit, Credit", .settings = settle, .shape = shape};
    return tf_form_read(&form, fd, name, options, sink, fault);
}
