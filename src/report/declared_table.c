/* declared.csv: declared sums held against what was found, and the documents that may be the difference. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "about.h"
#include "audit_totals.h"
#include "taxflow/country.h"
#include "taxflow/findings_csv.h"

enum { ROW_BYTES_MAX = 1 << 20, JSON_BYTES_MAX = 128 << 20, ARENA_BYTES_MAX = 256 << 20 };

static const char header[] = TF_CSV_MARK "row,source,company,period,code,country,category,rate,currency,declared net,declared vat,found net,found vat,"
                             "difference net,difference vat,documents,result,why,number,date,counterparty,event id,file,line" TF_CSV_END;

struct table {
    struct tf_audit_totals *totals;
    struct tf_files *files;
    struct tf_reader *reader;
    struct tf_arena *arena;
    FILE *out;         /* NULL: only the JSON is made */
    struct tf_buf row;
    struct tf_json json;
    struct tf_fault *fault;
};

static const char *const results[] = {"equal", "equal but for rounding", "differs", "not compared"};

/* ---- Words ---- */

static void put_explained(const struct tf_difference *difference, struct tf_buf *out)
{
    static const char *const words[] = {
        "no documents were found that add up to it",
        "one document is as much: a candidate",
        "these add up to it exactly: all documents of which is true: ",
        "some of the documents about which something is particular add up to it exactly: candidates",
        "two documents add up to it exactly: candidates, perhaps by chance",
        "three documents add up to it exactly: candidates, perhaps by chance",
    };
    tf_buf_puts(out, words[difference->explained]);
    for (unsigned bit = 0, named = 0; difference->explained == TF_EXPLAINED_WHY && bit < TF_WHY_COUNT; bit++)
        if (difference->mask & 1u << bit)
            tf_buf_printf(out, "%s%s", named++ ? "; or: " : "", tf_why_words((enum tf_why_bit)bit));
    if (difference->ambiguous)
        tf_buf_puts(out, "; others would do as well");
    if (difference->bounded)
        tf_buf_puts(out, "; there were more documents than are searched");
}

static void put_reason(const struct tf_difference *difference, struct tf_buf *out)
{
    if (difference->match == TF_MATCH_NOT_COMPARED)
        tf_buf_puts(out, difference->problem);
    if (difference->match == TF_MATCH_DIFFERS)
        put_explained(difference, out);
    if (difference->undirected)
        tf_buf_printf(out, "%s%llu documents of the period are neither sale nor purchase, and in no sum", out->len ? "; " : "",
                      (unsigned long long)difference->undirected);
    if (difference->elsewhere)
        tf_buf_printf(out, "%s%llu documents do not tell their VAT in the currency, and are in no sum", out->len ? "; " : "",
                      (unsigned long long)difference->elsewhere);
}

static void put_why(unsigned why, struct tf_buf *out)
{
    for (unsigned bit = 0; bit < TF_WHY_COUNT; bit++)
        if (why & 1u << bit)
            tf_buf_printf(out, "%s%s", out->len ? "; " : "", tf_why_words((enum tf_why_bit)bit));
}

/* ---- Rows ---- */

static void put_cell(struct table *table, struct tf_str text) { tf_findings_csv_cell(&table->row, text, table->row.len == 0); }

static void put_decimal(struct table *table, bool there, struct tf_decimal value)
{
    char text[TF_MONEY_TEXT_BYTES];
    put_cell(table, there ? tf_money_format(value, 2, text) : TF_STR(""));
}

static void put_sum(struct table *table, bool there, const struct tf_sum *sum)
{
    char text[TF_SUM_TEXT_BYTES];
    put_cell(table, there ? tf_sum_format(sum, text) : TF_STR(""));
}

static void begin_row(struct table *table, const char *kind, const struct tf_difference *difference)
{
    const struct tf_declared_line *line = difference->line;
    char country[3] = "", rate[TF_MONEY_TEXT_BYTES] = "";
    if (line->country != TF_COUNTRY_NONE)
        tf_country_text(line->country, country);
    if (line->rated)
        tf_money_format(line->rate, 0, rate);
    tf_buf_reset(&table->row);
    const struct tf_str cells[] = {tf_str_of(kind), line->source, line->company, line->period, line->code, tf_str_of(country), tf_str_of(line->category),
                                   tf_str_of(rate), tf_str_of(difference->currency)};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
        put_cell(table, cells[i]);
}

static enum tf_err end_row(struct table *table)
{
    tf_buf_puts(&table->row, TF_CSV_END);
    if (table->row.failed)
        return TF_E_MEMORY;
    return fwrite(table->row.ptr, 1, table->row.len, table->out) == table->row.len ? TF_OK : TF_E_IO;
}

static enum tf_err write_sum(struct table *table, const struct tf_difference *difference, struct tf_str reason)
{
    enum { EMPTY = 6 };
    const struct tf_declared_line *line = difference->line;
    const bool compared = difference->match != TF_MATCH_NOT_COMPARED;
    char documents[TF_STR_NUMBER_BYTES];
    begin_row(table, "sum", difference);
    put_decimal(table, line->has_net, line->net);
    put_decimal(table, line->has_vat, line->vat);
    put_sum(table, compared, &difference->found_net);
    put_sum(table, compared, &difference->found_vat);
    put_sum(table, compared && line->has_net, &difference->net);
    put_sum(table, compared && line->has_vat, &difference->vat);
    put_cell(table, compared ? tf_str_of_u64(difference->documents, documents) : TF_STR(""));
    put_cell(table, tf_str_of(results[difference->match]));
    put_cell(table, reason);
    for (int i = 0; i < EMPTY; i++)
        put_cell(table, TF_STR(""));
    return end_row(table);
}

/* A record again; about views the event, which views the table's arena until the next one. */
struct record {
    struct tf_envelope envelope;
    struct tf_event event;
    struct tf_about about;
    const char *file;
    uint64_t line;
};

/* One of an earlier run, whose file need not be there any more. */
static enum tf_err look_back(struct table *table, const struct tf_suspect *suspect, struct record *record)
{
    struct tf_kept_record kept;
    TF_TRY(tf_kept_record(&table->totals->kept, suspect->place, &kept, table->fault));
    record->about = (struct tf_about){.number = kept.number, .date = kept.date, .counterparty = kept.counterparty};
    record->envelope.id = kept.id;
    record->file = kept.file;
    record->line = kept.line;
    return TF_OK;
}

/* For people to find it: absent members where it cannot be read any more. */
static enum tf_err look_up(struct table *table, const struct tf_suspect *suspect, struct record *record)
{
    struct tf_problem problem = {0};
    uint32_t file;
    *record = (struct record){.line = 0};
    if (tf_kept_is_earlier(suspect->place))
        return look_back(table, suspect, record);
    tf_arena_rewind(table->arena);
    const struct tf_str text = tf_files_at(table->files, suspect->place, table->arena, &file, &record->line);
    record->file = tf_files_name(table->files, file);
    if (tf_str_present(text) && tf_reader_read(table->reader, text, table->arena, &record->envelope, &record->event, &problem) == TF_OK)
        record->about = tf_about(&record->event);
    return TF_OK;
}

static void put_record(struct table *table, const struct record *record)
{
    char number[TF_STR_NUMBER_BYTES];
    put_cell(table, record->about.number);
    put_cell(table, record->about.date);
    put_cell(table, record->about.counterparty);
    put_cell(table, record->envelope.id);
    put_cell(table, tf_str_of(record->file));
    put_cell(table, record->line ? tf_str_of_u64(record->line, number) : TF_STR(""));
}

static enum tf_err write_document(struct table *table, const struct tf_difference *difference, const struct tf_suspect *suspect)
{
    enum { EMPTY = 4 };
    struct tf_buf why;
    struct record record;
    TF_TRY(look_up(table, suspect, &record));
    begin_row(table, "document", difference);
    for (int i = 0; i < EMPTY; i++)
        put_cell(table, TF_STR(""));
    put_sum(table, difference->line->has_net, &suspect->net);
    put_sum(table, difference->line->has_vat, &suspect->vat);
    put_cell(table, TF_STR(""));
    put_cell(table, suspect->candidate ? TF_STR("candidate") : TF_STR("particular"));
    tf_buf_init(&why, ROW_BYTES_MAX);
    put_why(suspect->why, &why);
    put_cell(table, tf_buf_view(&why));
    tf_declared_shown_document(&table->totals->shown, difference, suspect, &record.about, tf_buf_view(&why));
    tf_buf_finish(&why);
    put_record(table, &record);
    return end_row(table);
}

static void put_json_sum(struct tf_json *json, const char *key, const struct tf_sum *sum)
{
    char text[TF_SUM_TEXT_BYTES];
    tf_json_kstr(json, key, tf_sum_format(sum, text));
}

static void write_json(struct table *table, const struct tf_difference *difference, struct tf_str reason)
{
    const struct tf_declared_line *line = difference->line;
    struct tf_json *json = &table->json;
    char text[TF_MONEY_TEXT_BYTES];
    tf_json_object(json);
    tf_json_kstr(json, "source", line->source);
    tf_json_kstr(json, "company", line->company);
    tf_json_kstr(json, "period", line->period);
    tf_json_kstr(json, "code", line->code);
    tf_json_ktext(json, "currency", difference->currency);
    tf_json_ktext(json, "result", results[difference->match]);
    tf_json_kstr(json, "why", reason);
    if (line->has_net)
        tf_json_kstr(json, "declared_net", tf_money_format(line->net, 2, text));
    if (line->has_vat)
        tf_json_kstr(json, "declared_vat", tf_money_format(line->vat, 2, text));
    if (difference->match != TF_MATCH_NOT_COMPARED) {
        put_json_sum(json, "found_net", &difference->found_net);
        put_json_sum(json, "found_vat", &difference->found_vat);
        put_json_sum(json, "difference_net", &difference->net);
        put_json_sum(json, "difference_vat", &difference->vat);
        tf_json_ku64(json, "documents", difference->documents);
    }
    tf_json_object_end(json);
}

/* Those of the table, and of the page as far as it shows them. */
static enum tf_err write_rows(struct table *table, const struct tf_difference *difference, struct tf_str reason)
{
    struct tf_declared_shown *shown = &table->totals->shown;
    tf_declared_shown_begin(shown, difference, results[difference->match], reason);
    TF_TRY(write_sum(table, difference, reason));
    for (size_t i = 0; i < difference->suspects_count; i++)
        TF_TRY(write_document(table, difference, &difference->suspects[i]));
    tf_declared_shown_end(shown, difference);
    return TF_OK;
}

static enum tf_err tell(void *self, const struct tf_difference *difference)
{
    struct table *table = self;
    struct tf_buf reason;
    tf_buf_init(&reason, ROW_BYTES_MAX);
    put_reason(difference, &reason);
    table->totals->counts.lines[difference->match]++;
    write_json(table, difference, tf_buf_view(&reason));
    enum tf_err err = table->out ? write_rows(table, difference, tf_buf_view(&reason)) : TF_OK;
    tf_buf_finish(&reason);
    return err;
}

static enum tf_err compare(struct table *table)
{
    const struct tf_audit_totals *totals = table->totals;
    tf_json_init(&table->json, &table->totals->declared_json);
    tf_json_array(&table->json);
    if (table->out && fputs(header, table->out) < 0)
        return TF_E_IO;
    TF_TRY(tf_compare(totals->vat, totals->documents, totals->declared, tell, table));
    tf_json_array_end(&table->json);
    return table->totals->declared_json.failed ? TF_E_MEMORY : TF_OK;
}

static enum tf_err write_table(struct table *table, const struct tf_config *config, const char *path, struct tf_fault *fault)
{
    table->reader = tf_reader_create(config->companies, config->companies_count, (size_t)config->collector.max_record_bytes);
    table->arena = tf_arena_create(ARENA_BYTES_MAX);
    table->out = path ? fopen(path, "we") : NULL;
    tf_buf_init(&table->row, ROW_BYTES_MAX);
    tf_buf_init(&table->totals->declared_json, JSON_BYTES_MAX);
    tf_declared_shown_init(&table->totals->shown);
    fault->text[0] = '\0';
    enum tf_err err = !table->reader || !table->arena ? TF_E_MEMORY : path && !table->out ? TF_E_IO : compare(table);
    if (table->out && fclose(table->out) != 0 && err == TF_OK)
        err = TF_E_IO;
    tf_buf_finish(&table->row);
    tf_reader_destroy(table->reader);
    tf_arena_destroy(table->arena);
    if (err != TF_OK && fault->text[0] != '\0') /* the store has said it */
        return err;
    if (err == TF_E_IO)
        return tf_fault_set(fault, TF_E_IO, "%s: could not be written: %s; free some room and run again", path ? path : "declared sums", strerror(errno));
    if (err == TF_E_LIMIT)
        return tf_fault_set(fault, TF_E_LIMIT, "sums of declared periods pass 128 bits; look for amounts that cannot be");
    return err;
}

enum tf_err tf_declared_csv_write(struct tf_audit_totals *totals, struct tf_files *files, const struct tf_config *config, const char *path,
                                  struct tf_fault *fault)
{
    struct table table = {.totals = totals, .files = files, .fault = fault};
    size_t count;
    (void)tf_declared_lines(totals->declared, &count);
    return count > 0 && totals->documents ? write_table(&table, config, path, fault) : TF_OK;
}

/* ---- The report ---- */

struct tf_declared_counts tf_audit_totals_declared(const struct tf_audit_totals *totals) { return totals->counts; }

static uint64_t lines_of(const struct tf_declared_counts *counts)
{
    uint64_t lines = 0;
    for (size_t m = 0; m <= TF_MATCH_NOT_COMPARED; m++)
        lines += counts->lines[m];
    return lines;
}

void tf_declared_json(const struct tf_audit_totals *totals, struct tf_json *json)
{
    if (lines_of(&totals->counts) == 0)
        return;
    tf_json_key(json, "declared");
    tf_json_raw(json, tf_buf_view(&totals->declared_json));
}

void tf_declared_print(const struct tf_audit_totals *totals, FILE *out)
{
    const uint64_t *lines = totals->counts.lines;
    if (lines_of(&totals->counts) == 0)
        return;
    fprintf(out, "\nDeclared  sums %llu: equal %llu, equal but for rounding %llu, different %llu, not compared %llu   (--out: declared.csv)\n",
            (unsigned long long)lines_of(&totals->counts), (unsigned long long)lines[TF_MATCH_EQUAL], (unsigned long long)lines[TF_MATCH_ROUNDED],
            (unsigned long long)lines[TF_MATCH_DIFFERS], (unsigned long long)lines[TF_MATCH_NOT_COMPARED]);
}
