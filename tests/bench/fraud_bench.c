/*
 * What one event costs under all fraud rules, by how many suppliers there are: processor time of asking and judging, and the room that
 * windows take. Records of one year in event-time order, in batches, as a company has them: invoices, payments, credit notes, journals and
 * changes of master data, now and then a duplicate.
 *
 *   fraud_bench [EVENTS]        at least so many before the 200,000 that are measured; default 300,000
 *   fraud_bench profile SUPPLIERS EVENTS    as many before and as many in `judge_measured`, for a profiler
 *
 * Times are of single events, on the clock: a busy machine shows at the 99th percentile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "taxflow/clock.h"
#include "taxflow/state.h"

enum { BATCH = 4000, AHEAD = 8, MEASURED = 200000, YEAR_DAYS = 365, LOADS = 100 };
enum { GOAL_MEDIAN_NS = 5000, GOAL_P99_NS = 20000, GOAL_KEY_BYTES = 400, GOAL_LOAD_MS = 100 };

struct load { uint32_t suppliers, users, warm, measured; };

static uint64_t random_state = 1;

static uint32_t pick(uint32_t below)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % below;
}

/* Suppliers as they are in books: a few with most of the records. */
static uint32_t pick_skewed(uint32_t below)
{
    uint64_t a = pick(below), b = pick(below);
    return (uint32_t)(a * b / below);
}

struct record {
    struct tf_event event;
    struct tf_invoice invoice;
    struct tf_payment payment;
    struct tf_paid_invoice paid;
    struct tf_journal journal;
    struct tf_journal_line lines[2];
    struct tf_party party;
    struct tf_party_change change;
    char supplier[16], user[16], number[16], account[32], amount[TF_MONEY_TEXT_BYTES], id[40];
    struct tf_hash16 identity;
};

static struct tf_amount amount_of(struct record *record)
{
    int64_t minor = 100 + (int64_t)pick(300) * pick(300) + (pick(30) == 0 ? 1000000 : 0);
    struct tf_decimal value = tf_money_of(minor, 2);
    return (struct tf_amount){.text = tf_money_format(value, 2, record->amount), .value = value};
}

static void make_document(struct record *record, enum tf_kind kind)
{
    record->event.kind = kind;
    record->invoice.number = tf_str_of(record->number);
    record->invoice.currency = TF_STR("EUR");
    record->invoice.totals.present = true;
    record->invoice.totals.gross = amount_of(record);
    record->event.as.invoice = &record->invoice;
}

static void make_payment(struct record *record)
{
    record->event.kind = TF_KIND_PAYMENT;
    record->payment.account = tf_str_of(record->account);
    record->payment.currency = TF_STR("EUR");
    record->payment.amount = amount_of(record);
    record->paid.number = tf_str_of(record->number);
    record->payment.invoices.items = &record->paid;
    record->payment.invoices.count = 1;
    record->event.as.payment = &record->payment;
}

static void make_journal(struct record *record)
{
    record->event.kind = TF_KIND_JOURNAL;
    for (int i = 0; i < 2; i++) {
        record->lines[i].account = i ? TF_STR("70000") : TF_STR("4400");
        record->lines[i].currency = TF_STR("EUR");
    }
    record->lines[0].debit = record->lines[1].credit = amount_of(record);
    record->journal.id = tf_str_of(record->number);
    record->journal.text = TF_STR("office supplies");
    record->journal.lines.items = record->lines;
    record->journal.lines.count = 2;
    record->event.as.journal = &record->journal;
}

static void make_party(struct record *record)
{
    record->event.kind = TF_KIND_PARTY;
    record->party.party = tf_str_of(record->supplier);
    record->change.field = TF_STR("account");
    record->change.old_value = TF_STR("DE89370400440532013000");
    record->change.new_value = tf_str_of(record->account);
    record->change.at_ms = record->event.event_time_ms;
    record->party.changes.items = &record->change;
    record->party.changes.count = 1;
    record->event.as.party_record = &record->party;
}

/* Event i of count, on its day of the year. */
__attribute__((noinline)) static void make(struct record *record, uint32_t i, uint32_t count, const struct load *load)
{
    memset(record, 0, sizeof *record);
    uint32_t supplier = pick_skewed(load->suppliers), kind = pick(100);
    snprintf(record->supplier, sizeof record->supplier, "DE%09u", supplier);
    snprintf(record->account, sizeof record->account, "DE%020u", supplier);
    snprintf(record->user, sizeof record->user, "u%u", pick(load->users));
    snprintf(record->number, sizeof record->number, "RE-%u", pick(50) ? i + 1 : pick(i + 1));
    snprintf(record->id, sizeof record->id, "%08x%08x%08x%08x", i, pick(1u << 30), pick(1u << 30), pick(1u << 30));
    struct tf_str id = tf_str_of(record->id);
    record->identity = tf_hash_sha256(&id, 1);
    record->event.company = TF_STR("ACME-DE");
    record->event.user = tf_str_of(record->user);
    record->event.approver = TF_STR("boss");
    record->event.direction = TF_DIRECTION_PURCHASE;
    record->event.party = tf_str_of(record->supplier);
    record->event.event_time_present = true;
    record->event.event_time_ms = (INT64_C(20000) + (int64_t)((uint64_t)i * YEAR_DAYS / count)) * TF_MS_PER_DAY;
    if (kind < 50)
        make_document(record, TF_KIND_INVOICE);
    else if (kind < 85)
        make_payment(record);
    else if (kind < 89)
        make_document(record, TF_KIND_CREDIT_NOTE);
    else if (kind < 99)
        make_journal(record);
    else
        make_party(record);
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void require(enum tf_err err)
{
    if (err == TF_OK)
        return;
    fprintf(stderr, "%s\n", tf_err_text(err));
    exit(1);
}

/* As the pipeline does it. */
static void fetch_ahead(const struct tf_state *state, struct tf_state_question *const *questions, uint32_t count, uint32_t i)
{
    if (i + AHEAD + AHEAD / 2 < count)
        tf_state_fetch(state, questions[i + AHEAD + AHEAD / 2], TF_STATE_COMING);
    if (i + AHEAD < count)
        tf_state_fetch(state, questions[i + AHEAD], TF_STATE_FAR);
    if (i + AHEAD / 2 < count)
        tf_state_fetch(state, questions[i + AHEAD / 2], TF_STATE_NEAR);
    if (i + AHEAD / 4 < count)
        tf_state_fetch(state, questions[i + AHEAD / 4], TF_STATE_NEXT);
}

struct bench {
    struct tf_fraud_ruleset *ruleset;
    struct tf_state *state;
    struct tf_arena *arena;
    struct record *records;
    uint64_t hits;
};

/* ns: what each event took, or NULL. */
static void judge_batch(struct bench *bench, uint32_t count, int64_t *ns)
{
    static struct tf_state_question *questions[BATCH];
    tf_arena_rewind(bench->arena);
    for (uint32_t i = 0; i < count; i++) {
        int64_t began = ns ? now_ns() : 0;
        const struct tf_state_origin origin = {.record = bench->records[i].identity, .event_id = tf_str_of(bench->records[i].id)};
        require(tf_state_ask(bench->ruleset, &bench->records[i].event, &origin, bench->arena, &questions[i]));
        if (ns)
            ns[i] = now_ns() - began;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct tf_fraud_verdict *verdict;
        int64_t began = ns ? now_ns() : 0;
        fetch_ahead(bench->state, questions, count, i);
        require(tf_state_judge(bench->state, questions[i], false, bench->arena, &verdict));
        if (ns)
            ns[i] += now_ns() - began;
        bench->hits += verdict->hits_count;
    }
    tf_state_commit(bench->state, bench->records[count - 1].event.event_time_ms);
}

__attribute__((noinline)) static void judge_measured(struct bench *bench, uint32_t count, int64_t *ns)
{
    judge_batch(bench, count, ns);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void open_bench(struct bench *bench)
{
    struct tf_fault fault;
    *bench = (struct bench){.state = tf_state_create((size_t)16 << 30), .arena = tf_arena_create((size_t)1 << 30), .records = calloc(BATCH, sizeof *bench->records)};
    if (!bench->state || !bench->arena || !bench->records)
        require(TF_E_MEMORY);
    require(tf_fraud_ruleset_load((struct tf_string_list){NULL, 0}, &bench->ruleset, &fault));
}

static void close_bench(struct bench *bench)
{
    tf_fraud_ruleset_destroy(bench->ruleset);
    tf_arena_destroy(bench->arena);
    tf_state_destroy(bench->state);
    free(bench->records);
}

static void run(struct bench *bench, const struct load *load, int64_t *ns)
{
    uint32_t total = load->warm + load->measured;
    for (uint32_t done = 0; done < total;) {
        uint32_t end = done < load->warm ? load->warm : total, count = end - done < BATCH ? end - done : BATCH;
        for (uint32_t i = 0; i < count; i++)
            make(&bench->records[i], done + i, total, load);
        if (done < load->warm)
            judge_batch(bench, count, NULL);
        else
            judge_measured(bench, count, ns ? ns + (done - load->warm) : NULL);
        done += count;
    }
}

static const char *judged(bool met)
{
    return met ? "met" : "MISSED";
}

static void measure(uint32_t suppliers, uint32_t warm)
{
    const struct load load = {suppliers, suppliers / 10 + 1, warm > 2 * suppliers ? warm : 2 * suppliers, MEASURED};
    int64_t *ns = calloc(MEASURED, sizeof *ns);
    struct bench bench;
    if (!ns)
        require(TF_E_MEMORY);
    open_bench(&bench);
    run(&bench, &load, ns);
    qsort(ns, MEASURED, sizeof *ns, by_size);
    size_t bytes = tf_state_bytes(bench.state), keys = tf_state_keys(bench.state), entries = tf_state_entries(bench.state);
    int64_t median = ns[MEASURED / 2], p99 = ns[MEASURED - MEASURED / 100];
    printf("%9u suppliers: median %.2f us, p99 %.2f us an event; %zu keys, %zu entries of %u events; %.0f bytes a key, %.0f an entry; %.1f hits in 100\n",
           suppliers, (double)median / 1e3, (double)p99 / 1e3, keys, entries, load.warm + MEASURED, (double)bytes / (double)keys,
           (double)bytes / (double)entries, 100.0 * (double)bench.hits / (load.warm + MEASURED));
    printf("  %s median at most 5 us, %s p99 at most 20 us, %s at most 400 bytes a key\n", judged(median <= GOAL_MEDIAN_NS), judged(p99 <= GOAL_P99_NS),
           judged(bytes / keys <= GOAL_KEY_BYTES));
    close_bench(&bench);
    free(ns);
}

/* What a reload does before it swaps: the files that are shipped, or those of the working folder. */
static void measure_reload(void)
{
    static const char *const files[] = {"conf/rules/*.conf"};
    struct tf_fault fault = {0};
    int64_t worst_ns = 0, began = now_ns();
    for (int i = 0; i < LOADS; i++) {
        struct tf_fraud_ruleset *ruleset;
        int64_t start = now_ns();
        require(tf_fraud_ruleset_load((struct tf_string_list){files, 1}, &ruleset, &fault));
        worst_ns = now_ns() - start > worst_ns ? now_ns() - start : worst_ns;
        tf_fraud_ruleset_destroy(ruleset);
    }
    printf("rule files read: %.2f ms, at most %.2f of %d times; %s at most 100 ms\n", (double)(now_ns() - began) / 1e6 / LOADS, (double)worst_ns / 1e6, LOADS,
           judged(worst_ns <= GOAL_LOAD_MS * 1000000));
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "profile") == 0) {
        uint32_t suppliers = (uint32_t)strtoul(argv[2], NULL, 10), events = (uint32_t)strtoul(argv[3], NULL, 10);
        const struct load load = {suppliers, suppliers / 10 + 1, events, events};
        struct bench bench;
        open_bench(&bench);
        run(&bench, &load, NULL);
        close_bench(&bench);
        return 0;
    }
    uint32_t warm = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 300000;
    size_t rules;
    tf_fraud_rules(&rules);
    printf("%zu rules\n", rules);
    measure(1, warm);
    measure(10000, warm);
    measure(1000000, warm);
    measure_reload();
    return 0;
}
