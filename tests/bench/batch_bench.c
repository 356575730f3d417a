/*
 * What a batch costs in instructions and time, without Kafka and Redis: decode, claims of a table, tax rules, encode.
 *
 *   batch_bench [BATCHES [KIND]]       defaults 20 payment; KIND: payment (some 410 bytes) or invoice (some 4 KB)
 *
 * Under `valgrind --tool=callgrind --toggle-collect=measured` the first batch, which fills memory that is kept, is left out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "events.h"
#include "taxflow/pipeline.h"
#include "taxflow/tax.h"

enum { PAYMENTS = 16000, INVOICES = 2000, PARTITIONS = 4 }; /* as a role's batch_events and batch_bytes allow */

struct records {
    struct tf_item *items;
    size_t count, round;
    uint64_t rows, bytes;
};

static struct tf_str kept(const char *text, size_t len)
{
    char *copy = malloc(len + 64); /* as records of librdkafka: readable past their end */
    if (!copy)
        abort();
    memcpy(copy, text, len);
    return (struct tf_str){copy, len};
}

/* Ids differ from round to round, or every record but those of the first were a duplicate. */
static void name_records(struct records *records)
{
    for (size_t i = 0; i < records->count; i++) {
        char id[32];
        int len = snprintf(id, sizeof id, "i%010zu", records->round * records->count + i);
        memcpy((char *)(uintptr_t)records->items[i].ce_id.ptr, id, (size_t)len);
        records->items[i].position.offset = (int64_t)(records->round * records->count + i);
    }
    records->round++;
}

static void make_records(struct records *records, bool invoices)
{
    char value[BENCH_EVENT_BYTES_MAX];
    records->count = invoices ? INVOICES : PAYMENTS;
    records->items = calloc(records->count, sizeof *records->items);
    if (!records->items)
        abort();
    for (unsigned i = 0; i < records->count; i++) {
        int len = invoices ? bench_invoice(value, sizeof value, i) : bench_payment(value, sizeof value, i);
        records->items[i] = (struct tf_item){
            .position = {.topic = TF_STR("taxflow.audit"), .partition = i % PARTITIONS, .timestamp_ms = 1700000000000},
            .key = TF_STR("0123456789abcdef0123456789abcdef"),
            .value = kept(value, (size_t)len),
            .ce_id = kept("i0000000000", 11),
            .ce_source = TF_STR("urn:ledger"),
            .ce_type = TF_STR("taxflow.payment.v1"),
            .traceparent = TF_STR("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"),
        };
    }
}

static enum tf_err hand_out(void *self, struct tf_batch *batch, int64_t wait_ms, struct tf_fault *fault)
{
    struct records *records = self;
    (void)wait_ms;
    (void)fault;
    name_records(records);
    for (size_t i = 0; i < records->count; i++)
        *tf_batch_add(batch) = records->items[i];
    return TF_OK;
}
static enum tf_err keep_alive(void *self, int64_t wait_ms, struct tf_fault *fault)
{
    (void)self;
    (void)wait_ms;
    (void)fault;
    return TF_OK;
}
static void release(void *self, struct tf_batch *batch)
{
    (void)self;
    (void)batch;
}
static bool never(void *self)
{
    (void)self;
    return false;
}

static enum tf_err publish(void *self, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    struct records *records = self;
    (void)ret_item;
    (void)fault;
    for (size_t r = 0; r < batch->ready[0].count; r++, records->rows++)
        records->bytes += batch->ready[0].items[r].value.len;
    return TF_OK;
}
static enum tf_err commit(void *self, struct tf_batch *batch, struct tf_fault *fault)
{
    (void)self;
    (void)batch;
    (void)fault;
    return TF_OK;
}
static enum tf_err abort_rows(void *self, struct tf_fault *fault)
{
    return commit(self, NULL, fault);
}
static int64_t no_offset(void *self, uint32_t partition)
{
    (void)self;
    (void)partition;
    return -1;
}

static const char *ruleset(void *self)
{
    (void)self;
    return tf_tax_ruleset();
}
static enum tf_err evaluate(void *self, struct tf_item *item, void *prepared, struct tf_arena *arena, void **ret_verdict)
{
    (void)prepared;
    struct tf_tax_verdict *verdict = NULL;
    TF_TRY(tf_tax_judge(self, &item->event, arena, &verdict));
    *ret_verdict = verdict;
    return TF_OK;
}
static void encode(void *self, const void *verdict, struct tf_str event_id, struct tf_str position, struct tf_json *json)
{
    (void)self;
    tf_tax_encode(verdict, event_id, position, json);
}

static double processor_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void run_batches(struct tf_pipeline *pipeline, int batches)
{
    struct tf_fault fault = {0};
    for (int i = 0; i < batches; i++) {
        enum tf_err err = tf_pipeline_run_once(pipeline, 0, &fault);
        if (err != TF_OK) {
            fprintf(stderr, "batch_bench: %s: %s\n", tf_err_reason(err), fault.text);
            exit(EXIT_FAILURE);
        }
    }
}

/* Its name is what valgrind looks for. */
__attribute__((noinline)) static void measured(struct tf_pipeline *pipeline, int batches)
{
    run_batches(pipeline, batches);
}

static const struct tf_config *load_config(struct tf_config_source **ret_source)
{
    struct tf_config_error errors[4];
    size_t found = 0;
    const struct tf_config_request request = {.file = "/dev/null"};
    if (tf_config_load(&request, ret_source, errors, 4, &found) != TF_OK)
        abort();
    return tf_config_get(*ret_source);
}

int main(int argc, char **argv)
{
    int batches = argc > 1 ? atoi(argv[1]) : 20;
    bool invoices = argc > 2 && strcmp(argv[2], "invoice") == 0;
    struct tf_config_source *source = NULL;
    struct tf_tax_options rules = {0};
    struct tf_code_lists *lists = NULL;
    struct tf_dedup *table = NULL;
    struct records records = {0};
    struct tf_fault fault = {0};
    make_records(&records, invoices);
    if (tf_code_lists_parse(tf_code_lists_builtin_text(), "built in", &lists, &fault) != TF_OK)
        abort();
    rules.code_lists = lists;
    if (tf_dedup_create_table(records.count * (size_t)(batches + 2), &table) != TF_OK)
        abort();
    struct tf_pipeline_options options = {
        .config = load_config(&source),
        .role = "tax",
        .source = {.self = &records, .poll = hand_out, .keep_alive = keep_alive, .release = release, .finished = never},
        .sink = {.self = &records, .publish = publish, .commit = commit, .abort = abort_rows, .result_offset = no_offset},
        .judges = {{.role = "tax", .stream = TF_STREAM_TAX, .result_type = "taxflow.tax.assessed.v1", .self = &rules, .ruleset = ruleset,
                    .evaluate = evaluate, .encode = encode}},
        .judges_count = 1,
        .dedup = table,
        .topic = "taxflow.audit",
        .result_topics = {"taxflow.tax"},
        .batch_capacity = records.count,
        .workers = 1,
    };
    struct tf_pipeline *pipeline = tf_pipeline_create(&options);
    if (!pipeline)
        abort();
    run_batches(pipeline, 1);
    double began = processor_s();
    measured(pipeline, batches);
    double spent = processor_s() - began;
    printf("batch: %d batches of %d %ss, %.0f bytes each: %.3f us of processor time an event, %llu rows\n", batches, (int)records.count,
           invoices ? "invoice" : "payment", (double)records.items[0].value.len, spent * 1e6 / ((double)batches * (double)records.count),
           (unsigned long long)records.rows);
    tf_pipeline_destroy(pipeline);
    tf_dedup_destroy(table);
    tf_config_destroy(source);
    return records.rows == records.count * (uint64_t)(batches + 1) ? 0 : 1;
}
