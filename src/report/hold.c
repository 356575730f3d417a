#include "taxflow/hold.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "about.h"
#include "hold.h"
#include "taxflow/findings_csv.h"
#include "taxflow/ledger.h"

enum { PAYMENTS_MAX = 100000, REASONS_MAX = 16, ARENA_BYTES_MAX = 512 << 20, ROW_BYTES_MAX = 1 << 20, FRAUD = 1 };

struct tf_hold *tf_hold_create(enum tf_fraud_decision least, const struct tf_files *files)
{
    struct tf_hold *hold = calloc(1, sizeof *hold);
    if (!hold)
        return NULL;
    hold->least = least;
    hold->files = files;
    hold->arena = tf_arena_create(ARENA_BYTES_MAX);
    return hold->arena ? hold : tf_hold_destroy(hold);
}

struct tf_hold *tf_hold_destroy(struct tf_hold *hold)
{
    if (!hold)
        return NULL;
    tf_arena_destroy(hold->arena);
    free(hold->rows);
    free(hold);
    return NULL;
}

/* ---- Taking in ---- */

/* What money that is gone cannot be got back from. Their scores rank a year's findings; before a payment goes out each is worth a look. */
static bool holds_an_order(const struct tf_fraud_hit *hit)
{
    static const char *const rules[] = {"BNK1", "BNK2", "DUP1", "DUP2", "DUP3", "SPL1", "SUP1", "SUP2"};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (hit->mode == TF_FRAUD_LIVE && strcmp(hit->rule->id, rules[i]) == 0)
            return true;
    return false;
}

static const struct tf_payment *payment_of(const struct tf_item *item)
{
    return item->event.kind == TF_KIND_PAYMENT ? item->event.as.payment : NULL;
}

static bool is_order(const struct tf_payment *payment) { return payment && tf_str_is(payment->status, "ordered"); }

static struct tf_str kept(struct tf_hold *hold, struct tf_str text)
{
    const struct tf_str copy = text.len > 0 ? tf_arena_dup(hold->arena, text) : TF_STR("");
    return tf_str_present(copy) ? copy : TF_STR("");
}

/* A place for it; NULL: there are more than are listed. */
static struct tf_held *add_row(struct tf_hold *hold)
{
    if (hold->count == hold->capacity && hold->capacity < PAYMENTS_MAX) {
        const size_t capacity = hold->capacity ? hold->capacity * 2 : 64;
        struct tf_held *rows = realloc(hold->rows, capacity * sizeof *rows);
        hold->rows = rows ? rows : hold->rows;
        hold->capacity = rows ? capacity : hold->capacity;
    }
    if (hold->count < hold->capacity && hold->count < PAYMENTS_MAX)
        return &hold->rows[hold->count++];
    hold->left_out++;
    return NULL;
}

static struct tf_held *hold_back(struct tf_hold *hold, const struct tf_item *item, enum tf_fraud_decision decision, size_t reasons)
{
    const struct tf_payment *payment = payment_of(item);
    const struct tf_about about = payment ? tf_about(&item->event) : (struct tf_about){.number = TF_STR_NONE};
    struct tf_held *row = add_row(hold);
    hold->orders += !payment || is_order(payment); /* what cannot be read is one of an order's file */
    if (!row)
        return NULL;
    *row = (struct tf_held){
        .file = item->position.partition,
        .line = item->position.offset,
        .decision = decision > TF_FRAUD_REVIEW ? decision : TF_FRAUD_REVIEW, /* approved is none that a person shall look at */
        .event_id = kept(hold, item->ce_id),
        .end_to_end_id = kept(hold, payment ? payment->end_to_end_id : TF_STR_NONE),
        .supplier = kept(hold, about.counterparty),
        .account = kept(hold, payment ? payment->account : TF_STR_NONE),
        .amount = kept(hold, about.amount.text),
        .currency = kept(hold, about.currency),
        .reasons = tf_arena_alloc(hold->arena, reasons * sizeof *row->reasons),
    };
    return row;
}

static void say(struct tf_hold *hold, struct tf_held *row, struct tf_str rule, struct tf_str text)
{
    if (row && row->reasons)
        row->reasons[row->reasons_count++] = (struct tf_held_reason){kept(hold, rule), kept(hold, text)};
}

static void say_hit(struct tf_hold *hold, struct tf_held *row, const struct tf_fraud_hit *hit)
{
    struct tf_buf text;
    tf_buf_init(&text, 4096);
    tf_buf_printf(&text, "%s: %.*s; limit %.*s", hit->rule->title, TF_STR_ARGS(hit->observed), TF_STR_ARGS(hit->threshold));
    say(hold, row, tf_str_of(hit->rule->id), tf_buf_view(&text));
    tf_buf_finish(&text);
}

static void take_verdict(struct tf_hold *hold, const struct tf_item *item, const struct tf_fraud_verdict *verdict)
{
    const struct tf_payment *payment = payment_of(item);
    const uint32_t hits = verdict->hits_count < REASONS_MAX ? verdict->hits_count : REASONS_MAX;
    bool held = verdict->decision >= hold->least;
    hold->reached += held;
    for (uint32_t h = 0; h < verdict->hits_count && is_order(payment); h++)
        held |= holds_an_order(&verdict->hits[h]);
    if (!held || !payment || tf_str_is(payment->status, "booked"))
        return;
    struct tf_held *row = hold_back(hold, item, verdict->decision, hits + 1u);
    for (uint32_t h = 0; h < hits; h++)
        say_hit(hold, row, &verdict->hits[h]);
    if (hits == 0)
        say(hold, row, TF_STR("list"), TF_STR("a list of the company says so"));
}

/* The very same order: whoever sends it again pays it again. */
static void take_duplicate(struct tf_hold *hold, const struct tf_item *item)
{
    struct tf_owner owner;
    struct tf_buf text;
    if (!is_order(payment_of(item)) || !tf_owner_decode(item->other, &owner))
        return;
    tf_buf_init(&text, 8192);
    tf_buf_printf(&text, "the same order was read before: %s, line %lld", tf_files_name(hold->files, owner.partition), (long long)owner.offset);
    say(hold, hold_back(hold, item, TF_FRAUD_BLOCK, 1), TF_STR("again"), tf_buf_view(&text));
    tf_buf_finish(&text);
}

/* Silence is not "clean". */
static void take_dead(struct tf_hold *hold, const struct tf_item *item, const struct tf_problem *problem)
{
    const char *format = tf_files_format(hold->files, item->position.partition);
    struct tf_buf text;
    hold->reached++;
    if (!format || strcmp(format, "pain.001") != 0)
        return;
    tf_buf_init(&text, 4096);
    tf_buf_printf(&text, "it could not be judged: %s: %.*s", tf_err_reason(problem->err), TF_STR_ARGS(problem->detail));
    say(hold, hold_back(hold, item, TF_FRAUD_BLOCK, 1), TF_STR("unread"), tf_buf_view(&text));
    tf_buf_finish(&text);
}

void tf_hold_add(struct tf_hold *hold, const struct tf_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        const struct tf_item *item = &batch->items[i];
        if (item->outcome == TF_OUTCOME_DUPLICATE)
            take_duplicate(hold, item);
        else if (item->outcome == TF_OUTCOME_DEAD)
            take_dead(hold, item, &item->problem);
        else if (item->outcome == TF_OUTCOME_PROCESS && item->verdict[FRAUD])
            take_verdict(hold, item, item->verdict[FRAUD]);
        else if (item->outcome == TF_OUTCOME_PROCESS)
            take_dead(hold, item, &item->verdict_problem[FRAUD]);
    }
}

static int by_place(const void *a, const void *b)
{
    const struct tf_held *x = a, *y = b;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

void tf_hold_sort(struct tf_hold *hold)
{
    if (hold->count > 0)
        qsort(hold->rows, hold->count, sizeof *hold->rows, by_place);
}

bool tf_hold_fails(const struct tf_hold *hold) { return hold->reached > 0 || hold->count > 0; }

bool tf_hold_orders(const struct tf_hold *hold) { return hold->orders > 0; }

/* ---- Handing out ---- */

const char *tf_held_decision(const struct tf_held *row) { return row->decision == TF_FRAUD_BLOCK ? "block" : "review"; }

/* To a terminal: what senders wrote moves no cursor and has one line. Bytes of UTF-8 are left as they are. */
static void put_plain(struct tf_str text, int width, FILE *out)
{
    int columns = 0;
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        fputc(c < 0x20 || c == 0x7f ? '?' : c, out);
        columns += (c & 0xc0) != 0x80;
    }
    fprintf(out, "%*s", columns < width ? width - columns : 0, "");
}

static void print_row(const struct tf_held *row, FILE *out)
{
    const struct { struct tf_str text; int width; } cells[] = {
        {row->end_to_end_id.len > 0 ? row->end_to_end_id : row->event_id, 24}, {row->supplier, 28}, {row->amount, 14}, {row->currency, 4}, {tf_str_of(tf_held_decision(row)), 7}};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        put_plain(cells[i].text.len > 0 ? cells[i].text : TF_STR("-"), cells[i].width, out);
        fputc(' ', out);
    }
    fprintf(out, "line %lld\n", (long long)row->line);
    for (uint32_t r = 0; r < row->reasons_count; r++) {
        fputs("    ", out);
        put_plain(row->reasons[r].rule, 7, out);
        put_plain(row->reasons[r].text, 0, out);
        fputc('\n', out);
    }
}

void tf_hold_print(const struct tf_hold *hold, FILE *out)
{
    if (hold->count == 0)
        return;
    fprintf(out, "\nHold %llu payments\n%-24s %-28s %-14s %-4s %-7s\n", (unsigned long long)(hold->count + hold->left_out), "end-to-end or event id", "supplier",
            "amount", "", "");
    for (size_t i = 0; i < hold->count; i++) {
        if (i == 0 || hold->rows[i].file != hold->rows[i - 1].file)
            fprintf(out, "%s\n", tf_files_name(hold->files, hold->rows[i].file));
        print_row(&hold->rows[i], out);
    }
    if (hold->left_out > 0)
        fprintf(out, "and %llu more: the run is not what it should be\n", (unsigned long long)hold->left_out);
}

static void write_json(const struct tf_hold *hold, const struct tf_held *row, struct tf_json *json)
{
    tf_json_object(json);
    tf_json_kstr(json, "end_to_end_id", row->end_to_end_id);
    tf_json_kstr(json, "event_id", row->event_id);
    tf_json_kstr(json, "supplier", row->supplier);
    tf_json_kstr(json, "account", row->account);
    tf_json_kstr(json, "amount", row->amount);
    tf_json_kstr(json, "currency", row->currency);
    tf_json_ktext(json, "decision", tf_held_decision(row));
    tf_json_key(json, "reasons");
    tf_json_array(json);
    for (uint32_t r = 0; r < row->reasons_count; r++) {
        tf_json_object(json);
        tf_json_kstr(json, "rule", row->reasons[r].rule);
        tf_json_kstr(json, "reason", row->reasons[r].text);
        tf_json_object_end(json);
    }
    tf_json_array_end(json);
    tf_json_ktext(json, "file", tf_files_name(hold->files, row->file));
    tf_json_ki64(json, "line", row->line);
    tf_json_object_end(json);
}

void tf_hold_json(const struct tf_hold *hold, struct tf_json *json)
{
    tf_json_key(json, "hold");
    tf_json_array(json);
    for (size_t i = 0; i < hold->count; i++)
        write_json(hold, &hold->rows[i], json);
    tf_json_array_end(json);
}

static void write_csv_row(const struct tf_hold *hold, const struct tf_held *row, const struct tf_held_reason *reason, struct tf_buf *out)
{
    char line[24];
    snprintf(line, sizeof line, "%lld", (long long)row->line);
    const struct tf_str cells[] = {row->end_to_end_id, row->supplier, row->account, row->amount, row->currency, tf_str_of(tf_held_decision(row)),
                                   reason->rule, reason->text, tf_str_of(tf_files_name(hold->files, row->file)), tf_str_of(line), row->event_id};
    tf_buf_reset(out);
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++)
        tf_findings_csv_cell(out, cells[i], i == 0);
    tf_buf_puts(out, TF_CSV_END);
}

enum tf_err tf_hold_write(const struct tf_hold *hold, const char *path, struct tf_fault *fault)
{
    struct tf_buf row;
    FILE *out = fopen(path, "we");
    if (!out)
        return tf_fault_set(fault, TF_E_IO, "%s: cannot be written: %s; choose another --out folder", path, strerror(errno));
    tf_buf_init(&row, ROW_BYTES_MAX);
    fputs(TF_CSV_MARK "end to end id,supplier,account,amount,currency,decision,rule,reason,file,line,event id" TF_CSV_END, out);
    for (size_t i = 0; i < hold->count; i++)
        for (uint32_t r = 0; r < hold->rows[i].reasons_count; r++) {
            write_csv_row(hold, &hold->rows[i], &hold->rows[i].reasons[r], &row);
            fwrite(row.ptr, 1, row.len, out);
        }
    const bool failed = ferror(out) != 0 || row.failed;
    tf_buf_finish(&row);
    return fclose(out) == 0 && !failed ? TF_OK
                                       : tf_fault_set(fault, TF_E_IO, "%s: could not be written whole: %s; free some room and run again", path, strerror(errno));
}
