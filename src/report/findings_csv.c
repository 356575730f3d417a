#include "taxflow/findings_csv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "about.h"
#include "taxflow/csv.h"
#include "taxflow/fraud.h"
#include "taxflow/hash.h"
#include "taxflow/scratch.h"
#include "taxflow/tax.h"

enum { CELL_BYTES_MAX = 32000, ROW_BYTES_MAX = 1 << 20, ARENA_BYTES_MAX = 256 << 20 };
#define MARK '\x1f'       /* in a spooled row: before the event's id, and before each id it is related to */
#define NUMBER_MARK '\x1e' /* between such an id and the number of its document, where that is known */

static const char header[] =
    TF_CSV_MARK "file,line,company,kind,number,date,counterparty,currency,amount,amount at risk,decision,rule,reason,related numbers,event id,related ids,verdict" TF_CSV_END;

struct spooled {
    int64_t amount_minor;
    uint64_t offset;
    uint32_t len;
    uint32_t order; /* of arrival: ties keep it */
};

/* The number of a record seen lately, at the place its id's hash gives: most related records are near. */
enum { KNOWN = 1 << 18, KNOWN_BYTES = 31 };
struct known {
    uint64_t id;
    uint8_t len;
    char number[KNOWN_BYTES];
};

struct tf_findings_csv {
    struct known *known;
    struct tf_files *files;
    struct tf_reader *reader;
    struct tf_arena *arena;
    FILE *spool;
    uint64_t spooled_bytes;
    struct spooled *rows;
    size_t count, capacity;
    struct tf_buf row;
    bool failed;
    int problem; /* errno of the first row that could not be kept */
};

enum tf_err tf_findings_csv_create(struct tf_files *files, const struct tf_config *config, struct tf_findings_csv **ret_csv, struct tf_fault *fault)
{
    struct tf_findings_csv *csv = calloc(1, sizeof *csv);
    if (!csv)
        return TF_E_MEMORY;
    csv->files = files;
    csv->reader = tf_reader_create(config->companies, config->companies_count, (size_t)config->collector.max_record_bytes);
    csv->arena = tf_arena_create(ARENA_BYTES_MAX);
    csv->spool = tf_scratch_stream();
    csv->known = calloc(KNOWN, sizeof *csv->known);
    tf_buf_init(&csv->row, ROW_BYTES_MAX);
    if (!csv->reader || !csv->arena || !csv->spool || !csv->known) {
        tf_findings_csv_destroy(csv);
        return tf_fault_set(fault, TF_E_IO, "findings.csv: no temporary file: %s; set TMPDIR to a folder with room", strerror(errno));
    }
    *ret_csv = csv;
    return TF_OK;
}

struct tf_findings_csv *tf_findings_csv_destroy(struct tf_findings_csv *csv)
{
    if (!csv)
        return NULL;
    tf_reader_destroy(csv->reader);
    tf_arena_destroy(csv->arena);
    if (csv->spool)
        fclose(csv->spool);
    tf_buf_finish(&csv->row);
    free(csv->known);
    free(csv->rows);
    free(csv);
    return NULL;
}

static bool is_number(struct tf_str text)
{
    struct tf_decimal ignored;
    return tf_money_parse(text, &ignored) == TF_OK;
}

/* Those that no text of people has, and that readers of CSV stumble over; MARK is one of them. */
static bool is_control(char c) { return (unsigned char)c < ' ' && c != '\t' && c != '\r' && c != '\n'; }

/* No spreadsheet shows more, and a row has to fit its buffer whatever a record holds. Cut between characters. */
static struct tf_str shortened(struct tf_str text)
{
    if (text.len <= CELL_BYTES_MAX)
        return text;
    size_t len = CELL_BYTES_MAX;
    while (len > CELL_BYTES_MAX - 4 && ((unsigned char)text.ptr[len] & 0xc0) == 0x80)
        len--;
    return (struct tf_str){text.ptr, len};
}

/* What of a character matters to a cell. */
enum { PLAIN, QUOTED = 1, DOUBLED = 3, BLANKED = 4 };

static unsigned char care_of(char c)
{
    if (c == '"')
        return DOUBLED;
    if (c == ',' || c == '\n' || c == '\r')
        return QUOTED;
    return is_control(c) ? BLANKED : PLAIN;
}

static void put_carefully(struct tf_buf *out, struct tf_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            tf_buf_putc(out, '"');
        tf_buf_putc(out, is_control(text.ptr[i]) ? ' ' : text.ptr[i]);
    }
}

void tf_findings_csv_cell(struct tf_buf *out, struct tf_str whole, bool first)
{
    const struct tf_str text = shortened(whole);
    const bool runs = tf_csv_runs(text) && !is_number(text);
    unsigned char care = runs ? QUOTED : PLAIN;
    for (size_t i = 0; i < text.len; i++)
        care |= care_of(text.ptr[i]);
    if (!first)
        tf_buf_putc(out, ',');
    if (care & QUOTED)
        tf_buf_puts(out, runs ? "\"'" : "\"");
    if (care & (DOUBLED & ~QUOTED) || care & BLANKED)
        put_carefully(out, text);
    else
        tf_buf_str(out, text);
    if (care & QUOTED)
        tf_buf_putc(out, '"');
}

static void fail(struct tf_findings_csv *csv, int problem)
{
    if (!csv->failed)
        csv->problem = problem;
    csv->failed = true;
}

static void keep_row(struct tf_findings_csv *csv, int64_t amount_minor)
{
    if (csv->count == csv->capacity) {
        size_t capacity = csv->capacity ? csv->capacity * 2 : 1024;
        struct spooled *rows = realloc(csv->rows, capacity * sizeof *rows);
        if (!rows) {
            fail(csv, ENOMEM);
            return;
        }
        csv->rows = rows;
        csv->capacity = capacity;
    }
    struct tf_str row = tf_buf_view(&csv->row);
    if (csv->row.failed || fwrite(row.ptr, 1, row.len, csv->spool) != row.len)
        fail(csv, csv->row.failed ? ENOMEM : errno);
    csv->rows[csv->count] = (struct spooled){amount_minor, csv->spooled_bytes, (uint32_t)row.len, (uint32_t)csv->count};
    csv->count++;
    csv->spooled_bytes += row.len;
}

static void begin_row(struct tf_findings_csv *csv, const struct tf_item *item, int64_t amount_minor, const char *decision)
{
    const struct tf_about about = tf_about(&item->event);
    const struct tf_fraud_facts facts = tf_fraud_facts_of(&item->event);
    struct tf_buf *row = &csv->row;
    char line[24], amount[TF_MONEY_TEXT_BYTES], at_risk[TF_MONEY_TEXT_BYTES];
    snprintf(line, sizeof line, "%lld", (long long)item->position.offset);
    tf_buf_reset(row);
    tf_findings_csv_cell(row, item->position.topic, true);
    tf_findings_csv_cell(row, tf_str_of(line), false);
    tf_findings_csv_cell(row, item->event.company, false);
    tf_findings_csv_cell(row, tf_str_of(tf_event_kind_name(item->event.kind)), false);
    tf_findings_csv_cell(row, about.number, false);
    tf_findings_csv_cell(row, about.date, false);
    tf_findings_csv_cell(row, about.counterparty, false);
    tf_findings_csv_cell(row, tf_about_currency(&item->event, &facts), false);
    tf_findings_csv_cell(row, tf_about_amount(&item->event, &facts, amount), false);
    tf_findings_csv_cell(row, amount_minor ? tf_money_format(tf_money_of(amount_minor, 2), 2, at_risk) : TF_STR(""), false);
    tf_findings_csv_cell(row, tf_str_of(decision), false);
}

/* Ids hold what their senders like. */
static void add_id(struct tf_findings_csv *csv, struct tf_str id)
{
    tf_buf_putc(&csv->row, MARK);
    for (size_t i = 0; i < id.len; i++)
        tf_buf_putc(&csv->row, id.ptr[i] == MARK || id.ptr[i] == NUMBER_MARK ? ' ' : id.ptr[i]);
}

static void add_seen(struct tf_buf *reason, struct tf_str observed, struct tf_str expected)
{
    if (tf_str_present(observed))
        tf_buf_printf(reason, "; found %.*s", TF_STR_ARGS(observed));
    if (tf_str_present(expected))
        tf_buf_printf(reason, ", expected %.*s", TF_STR_ARGS(expected));
}

static void add_tax(struct tf_findings_csv *csv, const struct tf_item *item, const struct tf_tax_verdict *verdict)
{
    for (uint32_t f = 0; f < verdict->findings_count; f++) {
        const struct tf_tax_finding *finding = &verdict->findings[f];
        struct tf_buf reason;
        tf_buf_init(&reason, 4096);
        const struct tf_str rule = finding->rule ? tf_str_of(finding->rule->id) : finding->format->rule;
        begin_row(csv, item, 0, !verdict->decided ? "undecided" : verdict->valid ? "valid" : "invalid");
        tf_findings_csv_cell(&csv->row, rule, false);
        tf_buf_str(&reason, finding->rule ? tf_str_of(finding->rule->text) : finding->format->message);
        add_seen(&reason, finding->observed, finding->expected);
        tf_findings_csv_cell(&csv->row, tf_buf_view(&reason), false);
        tf_buf_finish(&reason);
        add_id(csv, item->ce_id);
        keep_row(csv, 0);
    }
}

static uint64_t known_hash(struct tf_str event_id)
{
    return tf_hash16_u64(tf_hash_table(event_id, 0));
}

static void remember(struct tf_findings_csv *csv, const struct tf_item *item)
{
    struct tf_str number = tf_about(&item->event).number;
    if (number.len == 0 || number.len > KNOWN_BYTES)
        return;
    uint64_t hash = known_hash(item->ce_id);
    struct known *known = &csv->known[hash % KNOWN];
    known->id = hash;
    known->len = (uint8_t)number.len;
    memcpy(known->number, number.ptr, number.len);
}

static void add_related(struct tf_findings_csv *csv, struct tf_str event_id)
{
    uint64_t hash = known_hash(event_id);
    const struct known *known = &csv->known[hash % KNOWN];
    bool hit = known->len > 0 && known->id == hash;
    add_id(csv, event_id);
    if (hit) {
        tf_buf_putc(&csv->row, NUMBER_MARK);
        tf_buf_str(&csv->row, (struct tf_str){known->number, known->len});
    }
}

static void add_fraud(struct tf_findings_csv *csv, const struct tf_item *item, const struct tf_fraud_verdict *verdict)
{
    static const char *const decisions[] = {"approve", "review", "block"};
    for (uint32_t h = 0; h < verdict->hits_count; h++) {
        const struct tf_fraud_hit *hit = &verdict->hits[h];
        struct tf_buf reason;
        tf_buf_init(&reason, 4096);
        begin_row(csv, item, hit->amount_at_risk_minor, decisions[verdict->decision]);
        tf_findings_csv_cell(&csv->row, tf_str_of(hit->rule->id), false);
        tf_buf_puts(&reason, hit->rule->title);
        tf_buf_puts(&reason, ": ");
        tf_buf_str(&reason, hit->observed);
        tf_buf_puts(&reason, "; limit ");
        tf_buf_str(&reason, hit->threshold);
        tf_findings_csv_cell(&csv->row, tf_buf_view(&reason), false);
        tf_buf_finish(&reason);
        add_id(csv, item->ce_id);
        for (uint32_t r = 0; r < hit->related_count; r++)
            add_related(csv, hit->related[r]);
        keep_row(csv, hit->amount_at_risk_minor);
    }
}

void tf_findings_csv_add(struct tf_findings_csv *csv, const struct tf_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct tf_item *item = &batch->items[i];
        if (item->outcome != TF_OUTCOME_PROCESS)
            continue;
        remember(csv, item);
        if (item->verdict[0])
            add_tax(csv, item, item->verdict[0]);
        if (item->verdict[1])
            add_fraud(csv, item, item->verdict[1]);
    }
}

void tf_findings_csv_add_file(struct tf_findings_csv *csv, const char *file, const struct tf_import_finding *finding)
{
    enum { CELLS_OF_RECORDS = 6 }; /* number, date, counterparty, currency, amount, amount at risk */
    size_t count;
    char line[TF_STR_NUMBER_BYTES];
    struct tf_buf reason;
    const struct tf_import_rule *rule = &tf_import_rules(&count)[finding->rule];
    tf_buf_init(&reason, 4096);
    tf_buf_reset(&csv->row);
    tf_findings_csv_cell(&csv->row, tf_str_of(file), true);
    tf_findings_csv_cell(&csv->row, tf_str_of_u64(finding->line, line), false);
    tf_findings_csv_cell(&csv->row, TF_STR(""), false);
    tf_findings_csv_cell(&csv->row, TF_STR("file"), false);
    for (int i = 0; i < CELLS_OF_RECORDS; i++)
        tf_findings_csv_cell(&csv->row, TF_STR(""), false);
    tf_findings_csv_cell(&csv->row, tf_str_of(strcmp(rule->severity, "fatal") == 0 ? "invalid" : rule->severity), false);
    tf_findings_csv_cell(&csv->row, tf_str_of(rule->id), false);
    tf_buf_puts(&reason, rule->text);
    add_seen(&reason, finding->observed, finding->expected);
    tf_findings_csv_cell(&csv->row, tf_buf_view(&reason), false);
    tf_buf_finish(&reason);
    add_id(csv, TF_STR(""));
    keep_row(csv, 0);
}

static int by_amount(const void *a, const void *b)
{
    const struct spooled *x = a, *y = b;
    if (x->amount_minor != y->amount_minor)
        return x->amount_minor > y->amount_minor ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

/* The document number behind an event id: people know their papers by number, not by our ids. */
static struct tf_str number_of(struct tf_findings_csv *csv, struct tf_str event_id)
{
    struct tf_envelope envelope = {0};
    struct tf_event event = {0};
    struct tf_problem problem = {0};
    struct tf_str text = tf_files_find(csv->files, event_id, csv->arena);
    if (!tf_str_present(text) || tf_reader_read(csv->reader, text, csv->arena, &envelope, &event, &problem) != TF_OK)
        return event_id;
    struct tf_str number = tf_about(&event).number;
    return tf_str_present(number) ? number : event_id;
}

/* Up to the next mark; the rest begins behind it, and is absent at the end. */
static struct tf_str cut(struct tf_str *rest, char mark)
{
    const char *found = rest->len > 0 ? memchr(rest->ptr, mark, rest->len) : NULL;
    struct tf_str first = {rest->ptr, found ? (size_t)(found - rest->ptr) : rest->len};
    *rest = found ? (struct tf_str){found + 1, rest->len - first.len - 1} : TF_STR_NONE;
    return first;
}

/* Related records by number, looked up in the files where it is not known by now, and by id. */
static void write_related(struct tf_findings_csv *csv, struct tf_str related, struct tf_buf *numbers, struct tf_json *ids)
{
    while (tf_str_present(related)) {
        struct tf_str number = cut(&related, MARK), id = cut(&number, NUMBER_MARK);
        tf_arena_rewind(csv->arena);
        tf_buf_puts(numbers, numbers->len ? " " : "");
        tf_buf_str(numbers, tf_str_present(number) ? number : number_of(csv, id));
        tf_json_str(ids, id);
    }
}

static void write_row(struct tf_findings_csv *csv, struct tf_str row, struct tf_buf *numbers, struct tf_buf *ids, FILE *out)
{
    struct tf_json json;
    const struct tf_str cells = cut(&row, MARK), event_id = cut(&row, MARK);
    bool any = tf_str_present(row);
    tf_buf_reset(numbers);
    tf_buf_reset(ids);
    tf_json_init(&json, ids);
    tf_json_array(&json);
    write_related(csv, row, numbers, &json);
    tf_json_array_end(&json);
    fwrite(cells.ptr, 1, cells.len, out);
    tf_buf_reset(&csv->row);
    tf_findings_csv_cell(&csv->row, tf_buf_view(numbers), false);
    tf_findings_csv_cell(&csv->row, event_id, false);
    tf_findings_csv_cell(&csv->row, any ? tf_buf_view(ids) : TF_STR(""), false);
    tf_buf_puts(&csv->row, "," TF_CSV_END); /* the verdict is for people to fill in */
    fwrite(csv->row.ptr, 1, csv->row.len, out);
}

static bool copy_sorted(struct tf_findings_csv *csv, FILE *out)
{
    char *row = malloc(ROW_BYTES_MAX);
    struct tf_buf numbers, ids;
    bool ok = row != NULL && fflush(csv->spool) == 0;
    if (!ok)
        fail(csv, errno);
    tf_buf_init(&numbers, ROW_BYTES_MAX);
    tf_buf_init(&ids, ROW_BYTES_MAX);
    for (size_t i = 0; ok && i < csv->count; i++) {
        const struct spooled *at = &csv->rows[i];
        ok = pread(fileno(csv->spool), row, at->len, (off_t)at->offset) == (ssize_t)at->len;
        if (ok)
            write_row(csv, (struct tf_str){row, at->len}, &numbers, &ids, out);
    }
    tf_buf_finish(&numbers);
    tf_buf_finish(&ids);
    free(row);
    return ok;
}

enum tf_err tf_findings_csv_write(struct tf_findings_csv *csv, const char *path, struct tf_fault *fault)
{
    FILE *out = fopen(path, "we");
    if (!out)
        return tf_fault_set(fault, TF_E_IO, "%s: cannot be written: %s; choose another --out folder", path, strerror(errno));
    if (csv->count)
        qsort(csv->rows, csv->count, sizeof *csv->rows, by_amount);
    fputs(header, out);
    bool ok = copy_sorted(csv, out) && !ferror(out);
    ok = fclose(out) == 0 && ok;
    if (csv->failed)
        return tf_fault_set(fault, TF_E_IO, "%s: its rows could not be kept in a temporary file: %s; set TMPDIR to a folder with room", path, strerror(csv->problem));
    return ok ? TF_OK : tf_fault_set(fault, TF_E_IO, "%s: could not be written whole: %s; free some room and run again", path, strerror(errno));
}
