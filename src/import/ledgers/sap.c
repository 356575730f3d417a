/*
 * SAP's documents: BKPF has their heads, BSEG their lines, joined on company code, document number and fiscal year; as two tables in any order and any
 * number of files, or as one joined export. Columns by their technical names. A TCURX beside them says how many decimals currencies have.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../table/delimited.h"
#include "sap_amounts.h"

enum { ARENA_BYTES_MAX = 64 << 20 };

#define LINE "journal.lines.0."

static const struct tf_form_column columns[] = {
    {.names = "|bukrs|", .member = "company", .key = true, .required = true},
    {.names = "|belnr|", .member = "journal.id", .key = true, .required = true},
    {.names = "|gjahr|", .member = "fiscal_year", .key = true, .inner = true, .required = true},
    {.names = "|blart|", .member = "journal.type"},
    {.names = "|bldat|", .member = "journal.document_date"},
    {.names = "|budat|", .member = "journal.posting_date", .required = true},
    {.names = "|monat|", .member = "month", .inner = true},
    {.names = "|cpudt|", .member = "entered_on", .type = TF_MEMBER_DATE, .inner = true},
    {.names = "|cputm|", .member = "entered_at", .inner = true},
    {.names = "|usnam|", .member = "user"},
    {.names = "|bktxt|", .member = "journal.text"},
    {.names = "|tcode|", .member = "journal.source"},
    {.names = "|xblnr|", .member = "reference", .inner = true},
    {.names = "|stblg|", .member = "journal.reversal_of"},
    {.names = "|stjah|", .member = "reversal_year", .inner = true},
    {.names = "|waers|", .member = "currency", .inner = true, .required = true},
    {.names = "|hwaer|", .member = "local_currency", .inner = true},
    {.names = "|buzei|", .member = LINE "number", .inner = true, .required = true},
    {.names = "|hkont|", .member = LINE "account", .required = true},
    {.names = "|wrbtr|", .member = LINE "amount", .inner = true, .required = true},
    {.names = "|dmbtr|", .member = LINE "local_amount"},
    {.names = "|fwbas|", .member = LINE "tax_base"},
    {.names = "|wmwst|", .member = LINE "tax_amount"},
    {.names = "|mwskz|", .member = LINE "tax_code"},
    {.names = "|sgtxt|", .member = LINE "text"},
    {.names = "|kostl|", .member = LINE "cost_centre"},
    {.names = "|augbl|", .member = LINE "cleared_by"},
    {.names = "|kunnr|", .member = LINE "customer", .inner = true},
    {.names = "|lifnr|", .member = LINE "supplier", .inner = true},
    {.names = "|zuonr|", .member = LINE "assignment", .inner = true},
    {.member = "recorded_at"},
    {.member = "journal.period"},
    {.member = LINE "currency"},
    {.member = LINE "partner"},
    {.member = LINE "partner_kind"},
    {.member = LINE "ref"},
};

struct sap;

/* One of the tables that are joined. */
struct part {
    struct tf_table table;      /* the first member: a table is its part */
    struct sap *sap;
    uint32_t number;            /* among the files */
    unsigned holds;             /* enum tf_gather_part; 0: TCURX */
};

struct sap {
    int fd;                     /* of the one that is alone */
    const struct tf_import_options *options;
    const struct tf_import_sink *sink;
    struct tf_arena *arena;
    struct tf_map settings, map; /* what the user says; all columns of all tables */
    struct part *parts;
    size_t parts_count;
    struct tf_gather *gather;
    struct tf_import_ids ids;
    struct tf_import_tally tally;
    struct tf_sap_amounts amounts;
    struct tf_fault *fault;
};

/* ---- Documents ---- */

static void join(struct tf_row *row, const char *member, struct tf_str a, struct tf_str b)
{
    char text[TF_CELL_BYTES];
    int len = snprintf(text, sizeof text, "%.*s/%.*s", TF_STR_ARGS(a), TF_STR_ARGS(b));
    if (a.len > 0 && b.len > 0 && len < (int)sizeof text)
        tf_form_set(row, tf_map_find(row->map, member), (struct tf_str){text, (size_t)len});
}

/* Numbers are filled up with zeros to the width of their field. */
static struct tf_str unfilled(struct tf_str number)
{
    while (number.len > 1 && number.ptr[0] == '0')
        number = (struct tf_str){number.ptr + 1, number.len - 1};
    return number.len == 1 && number.ptr[0] == '0' ? TF_STR_NONE : number;
}

static void put_month(struct tf_row *row)
{
    uint64_t month;
    char text[TF_CELL_BYTES];
    const struct tf_str year = tf_form_value(row, "fiscal_year");
    if (!tf_str_to_u64(unfilled(tf_form_value(row, "month")), 99, &month) || year.len != 4)
        return;
    snprintf(text, sizeof text, "%.*s-%02u", TF_STR_ARGS(year), (unsigned)month);
    tf_form_set(row, tf_map_find(row->map, "journal.period"), tf_str_of(text));
}

/* A day, and a time as 083000 or 08:30:00; midnight is what is not known. */
static void put_entered(struct tf_row *row)
{
    char day[TF_CELL_BYTES], text[TF_CELL_BYTES], digits[7] = "000000";
    const struct tf_str date = tf_form_value(row, "entered_on"), time = tf_form_value(row, "entered_at");
    size_t count = 0;
    if (!tf_cell_date(date, TF_DATES_DAY_FIRST, day))
        return;
    for (size_t i = 0; i < time.len && count < sizeof digits - 1; i++)
        if (time.ptr[i] >= '0' && time.ptr[i] <= '9')
            digits[count++] = time.ptr[i];
    if (count != sizeof digits - 1)
        return;
    snprintf(text, sizeof text, "%.10s %.2s:%.2s:%.2s", day, digits, digits + 2, digits + 4);
    if (tf_cell_time(tf_str_of(text), TF_DATES_YEAR_FIRST, day))
        tf_form_set(row, tf_map_find(row->map, "recorded_at"), tf_str_of(day));
}

static enum tf_err shape_head(struct tf_row *row, struct tf_problem *problem)
{
    const struct tf_str year = tf_form_value(row, "fiscal_year"), cancelled = tf_form_value(row, "reversal_year");
    if (tf_form_value(row, "currency").len == 0) {
        *problem = (struct tf_problem){.err = TF_E_MISSING, .path = TF_STR("WAERS"), .detail = TF_STR("the head names no currency, so what its amounts are worth is not known")};
        return TF_E_MISSING;
    }
    put_month(row);
    put_entered(row);
    join(row, "journal.id", tf_form_value(row, "journal.id"), year);
    if (unfilled(tf_form_value(row, "journal.reversal_of")).len > 0)
        join(row, "journal.reversal_of", tf_form_value(row, "journal.reversal_of"), unfilled(cancelled).len > 0 ? cancelled : year);
    else if (tf_map_find(row->map, "journal.reversal_of") != TF_MAP_NO_COLUMN)
        row->values[tf_map_find(row->map, "journal.reversal_of")] = TF_STR_NONE;
    return TF_OK;
}

static void put_partner(struct tf_row *row)
{
    const struct tf_str supplier = unfilled(tf_form_value(row, LINE "supplier")), customer = unfilled(tf_form_value(row, LINE "customer"));
    const int partner = tf_map_find(row->map, LINE "partner"), kind = tf_map_find(row->map, LINE "partner_kind");
    if (supplier.len == 0 && customer.len == 0)
        return;
    row->values[partner] = supplier.len > 0 ? supplier : customer;
    row->values[kind] = supplier.len > 0 ? TF_STR("supplier") : TF_STR("customer");
}

static bool scale(struct sap *sap, struct tf_row *row, const char *member, struct tf_str currency)
{
    const int at = tf_map_find(row->map, member);
    if (at == TF_MAP_NO_COLUMN || row->values[at].len == 0)
        return true;
    tf_form_set(row, at, row->values[at]); /* into its room */
    row->rooms[at][row->values[at].len] = '\0';
    bool scaled = tf_sap_amounts_scale(&sap->amounts, currency, row->rooms[at]);
    row->values[at] = tf_str_of(row->rooms[at]);
    return scaled;
}

static enum tf_err shape_line(struct sap *sap, struct tf_row *row, struct tf_problem *problem)
{
    static const char *const members[] = {LINE "debit", LINE "credit", LINE "tax_base", LINE "tax_amount"};
    const struct tf_str currency = tf_form_value(row, "currency"), local = tf_form_value(row, "local_currency");
    const struct tf_str reference = tf_form_value(row, "reference"), assignment = tf_form_value(row, LINE "assignment");
    const int local_at = tf_map_find(row->map, LINE "local_amount"), cleared = tf_map_find(row->map, LINE "cleared_by");
    bool scaled = true;
    row->values[tf_map_find(row->map, LINE "currency")] = currency;
    row->values[tf_map_find(row->map, LINE "ref")] = reference.len > 0 ? reference : assignment;
    put_partner(row);
    if (cleared != TF_MAP_NO_COLUMN)
        row->values[cleared] = unfilled(row->values[cleared]);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        scaled &= scale(sap, row, members[i], currency);
    if (local_at != TF_MAP_NO_COLUMN && local.len == 0)
        row->values[local_at] = TF_STR_NONE; /* of a currency nobody names: its scale is not known */
    scaled &= scale(sap, row, LINE "local_amount", local);
    if (scaled)
        return TF_OK;
    *problem = (struct tf_problem){.err = TF_E_NUMBER, .path = TF_STR("WRBTR"), .detail = TF_STR("the amount has more digits than amounts have")};
    return TF_E_NUMBER;
}

static enum tf_err shape(void *self, struct tf_row *row, bool line, struct tf_problem *problem)
{
    return line ? shape_line(self, row, problem) : shape_head(row, problem);
}

/* ---- Tables ---- */

/* "BKPF-BUKRS", "BSEG.BELNR": names with their table before them. */
static struct tf_str bare_name(struct tf_str name)
{
    enum { TABLE = 4 };
    name = tf_str_trim(name);
    bool prefixed = name.len > TABLE + 1 && (strncasecmp(name.ptr, "BKPF", TABLE) == 0 || strncasecmp(name.ptr, "BSEG", TABLE) == 0);
    return prefixed && strchr("-._~", name.ptr[TABLE]) ? (struct tf_str){name.ptr + TABLE + 1, name.len - TABLE - 1} : name;
}

static bool has(const struct part *part, const char *name)
{
    for (size_t i = 0; i < part->table.names_count; i++)
        if (tf_map_is_named(part->table.names[i], name))
            return true;
    return false;
}

/* The bytes of a table, until those of another are wanted. */
static enum tf_err open_bytes(struct sap *sap, struct part *part)
{
    if (sap->options->files)
        return tf_import_file_open(sap->options, sap->sink, part->number, &part->table.fd, sap->fault);
    part->table.fd = sap->fd;
    return TF_OK;
}

/* What the user says holds for all tables; their columns are told by their headers, which are read once, here. */
static enum tf_err open_part(struct sap *sap, const struct tf_import_file *file, uint32_t number, struct part *part)
{
    struct tf_str *names;
    uint64_t line;
    *part = (struct part){.sap = sap, .number = number,
                          .table = {.name = file->name, .options = sap->options, .arena = sap->arena, .map = TF_MAP_EMPTY}};
    tf_map_take_settings(&part->table.map, &sap->settings);
    TF_TRY(open_bytes(sap, part));
    TF_TRY(tf_table_peek(&part->table, &names, &part->table.names_count, &line, sap->fault));
    for (size_t i = 0; i < part->table.names_count; i++)
        names[i] = bare_name(names[i]);
    part->table.names = names;
    part->table.map.header_line = 0;
    part->table.first_line = line + 1;
    part->holds = (has(part, "|budat|") ? TF_GATHER_HEAD : 0U) | (has(part, "|hkont|") ? TF_GATHER_LINE : 0U);
    return TF_OK;
}

/* All columns of all tables, for a document; its rows have those of their own table. */
static enum tf_err make_map(struct sap *sap)
{
    const struct tf_form form = {.title = "an export of SAP", .kind = TF_KIND_JOURNAL, .columns = columns, .count = sizeof columns / sizeof columns[0],
                                 .amounts = "WRBTR"};
    const char *missing, *file = sap->parts[0].table.name;
    size_t count = 0, most = 0;
    for (size_t p = 0; p < sap->parts_count; p++)
        most += sap->parts[p].table.names_count;
    struct tf_str *names = tf_arena_calloc(sap->arena, most, sizeof *names);
    if (!names)
        return tf_fault_set(sap->fault, TF_E_VALUE, "%s: the headers are longer than headers are; is the delimiter right?", file);
    for (size_t p = 0; p < sap->parts_count; p++)
        for (size_t i = 0; i < sap->parts[p].table.names_count; i++)
            names[count++] = sap->parts[p].table.names[i];
    if (!tf_form_map(&form, names, count, &sap->settings, &sap->map, &missing))
        return tf_fault_set(sap->fault, TF_E_VALUE, "%s: a document of SAP is a row of BKPF and rows of BSEG, and no table has the column %.*s; give both tables together (in one call, or in one ZIP archive), with it",
                            file, TF_STR_ARGS(tf_form_name(missing)));
    return tf_map_complete(&sap->map, sap->options->company) ? TF_OK : tf_fault_set(sap->fault, TF_E_CONFIG, "%s: the tables have too many columns", file);
}

static bool is_among(const struct tf_str *names, size_t count, struct tf_str name)
{
    for (size_t i = 0; i < count; i++)
        if (tf_str_ieq(tf_str_trim(names[i]), name))
            return true;
    return false;
}

/* The map of all tables, of which one has some columns. */
static enum tf_err bind(struct tf_table *table, const struct tf_str *names, size_t count, struct tf_fault *fault)
{
    const struct part *part = (const struct part *)table;
    const struct tf_map own = table->map;
    (void)fault;
    table->map = part->sap->map;
    table->map.header_line = own.header_line;
    table->map.delimiter = own.delimiter;
    for (size_t i = 0; i < table->map.count; i++)
        if (!is_among(names, count, table->map.columns[i].header))
            table->map.columns[i].header = TF_STR_NONE;
    if ((part->holds & TF_GATHER_LINE) && has(part, "|shkzg|")) {
        table->map.sign_header = TF_STR("SHKZG");
        table->map.negative[table->map.negative_count++] = TF_STR("H");
        table->map.positive[table->map.positive_count++] = TF_STR("S");
    }
    return TF_OK;
}

static enum tf_err take_row(void *self, struct tf_row *row, const struct tf_csv *csv)
{
    struct part *part = self;
    struct sap *sap = part->sap;
    const int amount = tf_map_find(row->map, LINE "amount");
    if (amount != TF_MAP_NO_COLUMN && row->values[amount].len > 0)
        tf_sap_amounts_see(&sap->amounts, row->values[amount]);
    if (tf_form_value(row, "journal.id").len > 0)
        return tf_gather_add(sap->gather, row, (enum tf_gather_part)part->holds, part->number, csv->line, sap->fault);
    const struct tf_problem problem = {.err = TF_E_MISSING, .path = TF_STR("BELNR"), .detail = TF_STR("the row does not say to which document it belongs")};
    return sap->sink->unreadable(sap->sink->self, (struct tf_str){csv->raw, csv->raw_len}, csv->line, &problem);
}

static enum tf_err take_unreadable(void *self, const struct tf_row *row, const struct tf_csv *csv, const struct tf_problem *problem)
{
    struct part *part = self;
    struct sap *sap = part->sap;
    TF_TRY(sap->sink->unreadable(sap->sink->self, (struct tf_str){csv->raw, csv->raw_len}, csv->line, problem));
    return sap->gather ? tf_gather_spoil(sap->gather, row, part->number, csv->line, sap->fault) : TF_OK;
}

static enum tf_err read_part(struct sap *sap, struct part *part)
{
    const struct tf_table_rows rows = {part, take_row, take_unreadable};
    part->table.recognise = bind;
    if (sap->options->of_file)
        sap->options->of_file(sap->sink->self, part->number);
    TF_TRY(open_bytes(sap, part));
    TF_TRY(tf_table_learn(&part->table, sap->fault));
    return tf_table_each(&part->table, &rows, sap->fault);
}

/* ---- TCURX ---- */

static enum tf_err bind_currencies(struct tf_table *table, const struct tf_str *names, size_t count, struct tf_fault *fault)
{
    static const struct tf_form_column own[] = {{.names = "|currkey|", .member = "code", .inner = true, .required = true},
                                                {.names = "|currdec|", .member = "decimals", .inner = true, .required = true}};
    const struct tf_form form = {.title = "TCURX", .kind = TF_KIND_ACCOUNT, .columns = own, .count = sizeof own / sizeof own[0]};
    const struct tf_map settings = table->map;
    const char *missing;
    if (!tf_form_map(&form, names, count, &settings, &table->map, &missing))
        return tf_fault_set(fault, TF_E_VALUE, "%s: this is no table of SAP that is read: BKPF, BSEG, or TCURX with CURRKEY and CURRDEC", table->name);
    table->map.header_line = 0;
    return TF_OK;
}

static enum tf_err take_currency(void *self, struct tf_row *row, const struct tf_csv *csv)
{
    struct part *part = self;
    const struct tf_problem problem = {.err = TF_E_VALUE, .path = TF_STR("CURRDEC"), .detail = TF_STR("the row is no currency and its number of decimals")};
    if (tf_sap_amounts_take(&part->sap->amounts, tf_form_value(row, "code"), tf_form_value(row, "decimals")))
        return TF_OK;
    return take_unreadable(self, NULL, csv, &problem);
}

static enum tf_err read_currencies(struct sap *sap, struct part *part)
{
    const struct tf_table_rows rows = {part, take_currency, take_unreadable};
    part->table.recognise = bind_currencies;
    if (sap->options->of_file)
        sap->options->of_file(sap->sink->self, part->number);
    TF_TRY(open_bytes(sap, part));
    TF_TRY(tf_table_learn(&part->table, sap->fault));
    return tf_table_each(&part->table, &rows, sap->fault);
}

/* ---- All of it ---- */

static enum tf_err read_settings(struct sap *sap)
{
    sap->settings = TF_MAP_EMPTY;
    if (!sap->options->map)
        return TF_OK;
    TF_TRY(tf_map_read(sap->options->map, sap->arena, &sap->settings, sap->fault));
    sap->amounts.scale = sap->settings.scale;
    return TF_OK;
}

static enum tf_err open_parts(struct sap *sap, const struct tf_import_file *files, size_t count)
{
    sap->parts = tf_arena_calloc(sap->arena, count, sizeof *sap->parts);
    if (!sap->parts)
        return tf_fault_set(sap->fault, TF_E_LIMIT, "%s: more tables than are joined at once; give them in parts", files[0].name);
    for (size_t i = 0; i < count; i++, sap->parts_count++)
        TF_TRY(open_part(sap, &files[i], (uint32_t)i, &sap->parts[i]));
    return TF_OK;
}

static enum tf_err read_parts(struct sap *sap)
{
    const struct tf_gather_options options = {.map = &sap->map, .import = sap->options, .sink = sap->sink, .tally = &sap->tally, .shape = shape, .self = sap,
                                              .no_head = "these lines have no head; give the BKPF that has their document, in the same call or ZIP archive",
                                              .no_lines = "this head has no lines; give the BSEG that has them, in the same call or ZIP archive"};
    TF_TRY(make_map(sap));
    sap->gather = tf_gather_create(&options);
    if (!sap->gather)
        return TF_E_MEMORY;
    for (size_t i = 0; i < sap->parts_count; i++)
        TF_TRY(sap->parts[i].holds ? read_part(sap, &sap->parts[i]) : read_currencies(sap, &sap->parts[i]));
    TF_TRY(tf_gather_end(sap->gather, &sap->ids, sap->fault));
    if (!sap->amounts.asked) {
        if (sap->options->of_file)
            sap->options->of_file(sap->sink->self, 0);
        return tf_import_tell_tally(&sap->tally, sap->sink);
    }
    return tf_fault_set(sap->fault, TF_E_VALUE, "%s: is 1000 %s a thousand, or the hundredth part or hundredfold of it, as SAP stores currencies without two "
                        "decimals? No amount shows it; say amounts = \"shown\" or amounts = \"stored\" in a map", sap->parts[0].table.name, sap->amounts.asked_code);
}

bool tf_sap_begins(struct tf_str head)
{
    static const char *const documents[] = {"|bukrs|bkpf-bukrs|bseg-bukrs|bkpf.bukrs|bseg.bukrs|bkpf_bukrs|bseg_bukrs|bkpf~bukrs|bseg~bukrs|",
                                            "|belnr|bkpf-belnr|bseg-belnr|bkpf.belnr|bseg.belnr|bkpf_belnr|bseg_belnr|bkpf~belnr|bseg~belnr|",
                                            "|gjahr|bkpf-gjahr|bseg-gjahr|bkpf.gjahr|bseg.gjahr|bkpf_gjahr|bseg_gjahr|bkpf~gjahr|bseg~gjahr|", NULL},
                             *const currencies[] = {"|currkey|", "|currdec|", NULL};
    return tf_form_begins(head, documents) || tf_form_begins(head, currencies);
}

enum tf_err tf_sap_read(int fd, const char *name, const struct tf_import_options *options, const struct tf_import_sink *sink, struct tf_fault *fault)
{
    const struct tf_import_file alone = {.name = name, .fd = fd};
    struct sap *sap = calloc(1, sizeof *sap);
    if (!sap)
        return TF_E_MEMORY;
    sap->fd = fd;
    sap->options = options;
    sap->sink = sink;
    sap->fault = fault;
    sap->arena = tf_arena_create(ARENA_BYTES_MAX);
    enum tf_err err = sap->arena ? read_settings(sap) : TF_E_MEMORY;
    if (err == TF_OK)
        err = options->files ? open_parts(sap, options->files, options->files_count) : open_parts(sap, &alone, 1);
    if (err == TF_OK)
        err = read_parts(sap);
    tf_gather_destroy(sap->gather);
    tf_import_ids_finish(&sap->ids);
    tf_arena_destroy(sap->arena);
    free(sap);
    return err;
}
