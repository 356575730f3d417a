/*
 * How fast, and in how much memory, the state room judges: records of one year in event-time order, in batches, with eviction.
 *
 *   state_bench [EVENTS [SUPPLIERS [USERS [DAYS]]]]        defaults 1000000 20000 2000 365
 *
 * The figure is processor time of the judging thread, the work of making records left out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "taxflow/clock.h"
#include "taxflow/state.h"

enum { BATCH = 16000, AHEAD = 8 };

struct load {
    uint32_t events, suppliers, users, days;
};

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
    char supplier[16], user[16], number[16], amount[TF_MONEY_TEXT_BYTES], id[40];
    struct tf_hash16 identity;
};

__attribute__((noinline)) static void make(struct record *record, uint32_t i, const struct load *load)
{
    memset(record, 0, sizeof *record);
    int64_t minor = 100 + (int64_t)pick(300) * pick(300);
    snprintf(record->supplier, sizeof record->supplier, "DE%09u", pick_skewed(load->suppliers));
    snprintf(record->user, sizeof record->user, "u%u", pick(load->users));
    snprintf(record->number, sizeof record->number, "RE-%u", pick(50) ? i + 1 : pick(i + 1));
    snprintf(record->id, sizeof record->id, "%08x%08x%08x%08x", i, pick(1u << 30), pick(1u << 30), pick(1u << 30));
    struct tf_str id = tf_str_of(record->id);
    record->identity = tf_hash_sha256(&id, 1);
    struct tf_decimal gross = tf_money_of(minor, 2);
    record->invoice.number = tf_str_of(record->number);
    record->invoice.currency = TF_STR("EUR");
    record->invoice.totals.gross.value = gross;
    record->invoice.totals.gross.text = tf_money_format(gross, 2, record->amount);
    record->event.kind = TF_KIND_INVOICE;
    record->event.company = TF_STR("ACME-DE");
    record->event.user = tf_str_of(record->user);
    record->event.approver = TF_STR("boss");
    record->event.direction = TF_DIRECTION_PURCHASE;
    record->event.party = tf_str_of(record->supplier);
    record->event.event_time_present = true;
    record->event.event_time_ms = (INT64_C(20000) + (int64_t)((uint64_t)i * load->days / load->events)) * TF_MS_PER_DAY;
    record->event.as.invoice = &record->invoice;
}

/* Of this thread alone, so that a busy machine does not show. */
static int64_t cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
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
    if (i + AHEAD < count)
        tf_state_fetch(state, questions[i + AHEAD], TF_STATE_FAR);
    if (i + AHEAD / 2 < count)
        tf_state_fetch(state, questions[i + AHEAD / 2], TF_STATE_NEAR);
    if (i + AHEAD / 4 < count)
        tf_state_fetch(state, questions[i + AHEAD / 4], TF_STATE_NEXT);
}

static int64_t judge_batch(struct tf_state *state, const struct tf_fraud_ruleset *ruleset, struct record *records, uint32_t count,
                           struct tf_arena *arena, uint64_t *hits)
{
    size_t rules_count;
    tf_fraud_rules(&rules_count);
    static struct tf_state_question *questions[BATCH];
    int64_t start_ns = cpu_ns();
    tf_arena_rewind(arena);
    for (uint32_t i = 0; i < count; i++)
        require(tf_state_ask(ruleset, &records[i].event, &(struct tf_state_origin){records[i].identity, tf_str_of(records[i].id), 0}, arena, &questions[i]));
    for (uint32_t i = 0; i < count; i++) {
        struct tf_fraud_verdict *verdict;
        fetch_ahead(state, questions, count, i);
        require(tf_state_judge(state, questions[i], false, arena, &verdict));
        for (size_t r = 0; r < rules_count; r++)
            hits[r] += tf_fraud_bit(&verdict->hit, r);
    }
    tf_state_commit(state, records[count - 1].event.event_time_ms);
    return cpu_ns() - start_ns;
}

static long resident_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

int main(int argc, char **argv)
{
    struct load load = {1000000, 20000, 2000, 365};
    uint32_t *const numbers[] = {&load.events, &load.suppliers, &load.users, &load.days};
    for (int i = 1; i < argc && i <= 4; i++)
        *numbers[i - 1] = (uint32_t)strtoul(argv[i], NULL, 10);
    struct tf_fault fault;
    struct tf_fraud_ruleset *ruleset;
    struct tf_state *state = tf_state_create((size_t)4 << 30);
    struct tf_arena *arena = tf_arena_create((size_t)1 << 30);
    struct record *records = calloc(BATCH, sizeof *records);
    uint64_t hits[TF_FRAUD_RULES_MAX] = {0};
    if (!state || !arena || !records || tf_fraud_ruleset_load((struct tf_string_list){NULL, 0}, &ruleset, &fault) != TF_OK)
        return 1;
    long before_kib = resident_kib();
    int64_t ns = 0;
    size_t bytes_max = 0;
    for (uint32_t done = 0; done < load.events;) {
        uint32_t count = load.events - done < BATCH ? load.events - done : BATCH;
        for (uint32_t i = 0; i < count; i++)
            make(&records[i], done + i, &load);
        ns += judge_batch(state, ruleset, records, count, arena, hits);
        done += count;
        bytes_max = tf_state_bytes(state) > bytes_max ? tf_state_bytes(state) : bytes_max;
    }
    printf("%u events, %.0f events/s, %.2f us of processor each; most %zu MiB counted, %ld MiB resident beside; %zu entries at end\n",
           load.events, load.events * 1e9 / (double)ns, (double)ns / 1e3 / load.events, bytes_max >> 20,
           (resident_kib() - before_kib) >> 10, tf_state_entries(state));
    size_t rules_count;
    const struct tf_fraud_rule *rules = tf_fraud_rules(&rules_count);
    for (size_t r = 0; r < rules_count; r++)
        printf("%s %llu\n", rules[r].id, (unsigned long long)hits[r]);
    tf_fraud_ruleset_destroy(ruleset);
    tf_arena_destroy(arena);
    tf_state_destroy(state);
    free(records);
    return 0;
}
