/*
 * What an operator's rule costs a record: compiled expressions of five terms, and the reload of 200 of them.
 *
 *   bench_expression [ROUNDS]        default 2000000
 *
 * The figures are processor time of the thread, the best of twenty runs, for a busy machine disturbs some; judge includes finding what
 * windows hold of the keys that are given.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "taxflow/clock.h"
#include "taxflow/fraud.h"

enum { RULES = 200, ENTRIES = 64, RUNS = 20 };

static int64_t cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void write_rules(const char *path, const char *when, int count)
{
    FILE *file = fopen(path, "we");
    if (!file)
        exit(1);
    fputs("rules = (", file);
    for (int i = 0; i < count; i++)
        fprintf(file, "%s\n  { id = \"OWN%d\"; version = \"1.0.0\"; title = \"t\"; mode = \"live\"; weight = 1;\n    when = \"%s\"; }", i ? "," : "", i, when);
    fputs("\n);\n", file);
    fclose(file);
}

static struct tf_fraud_ruleset *load(const char *path)
{
    struct tf_fraud_ruleset *ruleset = NULL;
    struct tf_fault fault = {.text = ""};
    const char *const files[] = {path};
    if (tf_fraud_ruleset_load((struct tf_string_list){files, 1}, &ruleset, &fault) != TF_OK) {
        fprintf(stderr, "%s\n", fault.text);
        exit(1);
    }
    return ruleset;
}

static void make_event(struct tf_event *event, struct tf_payment *payment)
{
    payment->account = TF_STR("DE89370400440532013000");
    payment->currency = TF_STR("EUR");
    payment->amount.text = TF_STR("1190.00");
    payment->amount.value = tf_money_of(119000, 2);
    event->kind = TF_KIND_PAYMENT;
    event->company = TF_STR("ACME-DE");
    event->user = TF_STR("u17");
    event->approver = TF_STR("u3");
    event->party = TF_STR("DE811111111");
    event->direction = TF_DIRECTION_PURCHASE;
    event->event_time_present = true;
    event->event_time_ms = INT64_C(20000) * TF_MS_PER_DAY;
    event->as.payment = payment;
}

static struct tf_fraud_window make_window(struct tf_fraud_entry entries[ENTRIES], int64_t time_ms)
{
    for (int i = 0; i < ENTRIES; i++)
        entries[i] = (struct tf_fraud_entry){.time_ms = time_ms - (int64_t)(ENTRIES - i) * TF_MS_PER_DAY / 4, .total = 100000u * (uint64_t)(i + 1), .id = "e", .id_bytes = 1};
    return (struct tf_fraud_window){.entries = entries, .count = ENTRIES, .highest = 100000};
}

static void measure(const char *path, const char *what, const char *when, long rounds)
{
    size_t count, keys_count;
    struct tf_event event = {.kind = TF_KIND_PAYMENT};
    struct tf_payment payment = {.returned = false};
    struct tf_fraud_key keys[TF_FRAUD_KEYS_MAX];
    struct tf_fraud_window windows[TF_FRAUD_KEYS_MAX];
    struct tf_fraud_entry entries[ENTRIES];
    struct tf_fraud_hit hit = {.related_count = 0};
    struct tf_arena *arena = tf_arena_create(1 << 20);
    write_rules(path, when, 1);
    struct tf_fraud_ruleset *ruleset = load(path);
    const struct tf_fraud_rule *rule = &tf_fraud_ruleset_rules(ruleset, &count)[0];
    rule += count - 1;
    const struct tf_fraud_setting *setting = tf_fraud_ruleset_setting(ruleset, count - 1);
    make_event(&event, &payment);
    const struct tf_fraud_facts facts = tf_fraud_facts_of(&event);
    int64_t keys_ns = INT64_MAX, judge_ns = INT64_MAX;
    for (int run = 0; run < RUNS; run++) {
        int64_t begun_ns = cpu_ns();
        for (long i = 0; rule->keys && i < rounds / RUNS; i++)
            keys_count = rule->keys(rule, setting, &facts, keys);
        keys_ns = least(keys_ns, cpu_ns() - begun_ns);
    }
    keys_count = rule->keys ? rule->keys(rule, setting, &facts, keys) : 0;
    for (size_t k = 0; k < keys_count; k++)
        windows[k] = make_window(entries, facts.time_ms);
    const struct tf_fraud_case c = {.rule = rule, .setting = setting, .facts = &facts, .keys = keys, .windows = windows, .count = keys_count, .arena = arena};
    long answers[4] = {0};
    for (int run = 0; run < RUNS; run++) {
        int64_t begun_ns = cpu_ns();
        for (long i = 0; i < rounds / RUNS; i++)
            answers[rule->judge(&c, &hit)]++;
        judge_ns = least(judge_ns, cpu_ns() - begun_ns);
    }
    printf("%-44s judge %6.1f ns, keys %6.1f ns  (%zu keys; clear %ld, unknown %ld)\n", what, (double)judge_ns * RUNS / (double)rounds,
           (double)keys_ns * RUNS / (double)rounds, keys_count, answers[TF_FRAUD_CLEAR], answers[TF_FRAUD_UNKNOWN]);
    tf_fraud_ruleset_destroy(ruleset);
    tf_arena_destroy(arena);
}

static void measure_reload(const char *path)
{
    write_rules(path, "amount > 500.00 and count(supplier, 30d) >= 3 and sum(supplier, 30d) > 10000 and user != 'u1' and currency in ['EUR', 'USD']", RULES);
    int64_t begun_ns = cpu_ns();
    struct tf_fraud_ruleset *ruleset = load(path);
    printf("%d rules loaded in %.1f ms\n", RULES, (double)(cpu_ns() - begun_ns) / 1e6);
    tf_fraud_ruleset_destroy(ruleset);
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 2000000;
    char path[] = "/tmp/taxflow-bench-XXXXXX";
    int file = mkstemp(path);
    if (file < 0 || rounds <= 0)
        return 1;
    close(file);
    /* None hits: all five terms are looked at, and no words are made. */
    measure(path, "five terms, fields", "amount > 500.00 and user != 'u1' and currency in ['EUR', 'USD'] and not returned and direction == 'sale'", rounds);
    measure(path, "five terms, amounts", "amount > 500.00 and amount < 5000 and amount != 1000 and amount >= 2.00 and amount * 2 <= 1", rounds);
    measure(path, "five terms, two of windows", "amount > 500.00 and count(supplier, 10d) >= 3 and sum(supplier, 10d) > 1000 and user != 'u1' and returned", rounds);
    measure_reload(path);
    unlink(path);
    return 0;
}
