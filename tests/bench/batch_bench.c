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

#include "taxflow/pipeline.h"
#include "taxflow/tax.h"

enum { EVENTS = 16000, PARTITIONS = 4, VALUE_BYTES_MAX = 8192, INVOICE_LINES = 20 };

struct records {
    struct tf_item *items;
    size_t count, round;
    uint64_t rows, bytes;
};

static int write_payment(char *out, size_t size, unsigned n)
{
    return snprintf(out, size,
                    "{\"approver\":\"a%u\",\"company\":\"ACME-DE\",\"direction\":\"purchase\",\"kind\":\"payment\",\"note\":"
                    "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\",\"payment\":{\"account\":\"DE%020u\",\"amount\":\"%u.%02u\","
                    "\"currency\":\"EUR\",\"date\":\"2024-01-01\",\"end_to_end_id\":\"E2E-%010u\",\"invoices\":[{\"number\":\"R-%u\"}],"
                    "\"supplier\":\"S%05u\"},\"recorded_at\":\"2024-01-01T08:00:00Z\",\"user\":\"u%u\"}",
                    n % 7, n % 3001, 1000 + n % 5000, n % 100, n, n, n % 3001, n % 20);
}

static int write_lines(char *out, size_t size)
{
    int used = 0;
    for (unsigned line = 1; line <= INVOICE_LINES; line++)
        used += snprintf(out + used, size - (size_t)used,
                         "%s{\"id\":\"%u\",\"item\":{\"name\":\"Part number %u of a machine\"},\"net\":\"100.00\",\"price\":{\"net\":\"50.00\"},\"quantity\":\"2\","
                         "\"unit\":\"C62\",\"vat\":{\"category\":\"S\",\"rate\":\"19\"}}", line > 1 ? "," : "", line, line);
    return used;
}

static int write_invoice(char *out, size_t size, unsigned n)
{
    char lines[VALUE_BYTES_MAX];
    write_lines(lines, sizeof lines);
    return snprintf(out, size,
                    "{\"company\":\"ACME-DE\",\"direction\":\"purchase\",\"invoice\":{\"buyer\":{\"address\":{\"country\":\"DE\"},\"name\":\"ACME\",\"vat_id\":"
                    "\"DE900000001\"},\"currency\":\"EUR\",\"issue_date\":\"2024-01-01\",\"lines\":[%s],\"number\":\"R-%u\",\"process\":{\"specification\":"
                    "\"urn:cen.eu:en16931:2017\"},\"seller\":{\"address\":{\"city\":\"Ort\",\"country\":\"DE\"},\"name\":\"Supplier\",\"vat_id\":\"S%05u\"},"
                    "\"totals\":{\"due\":\"2380.00\",\"gross\":\"2380.00\",\"line_net\":\"2000.00\",\"net\":\"2000.00\",\"vat\":\"380.00\"},\"type_code\":\"380\","
                    "\"vat_breakdown\":[{\"category\":\"S\",\"rate\":\"19\",\"tax\":\"380.00\",\"taxable\":\"2000.00\"}]},\"kind\":\"invoice\",\"user\":\"u3\"}",
                    lines, n, n % 3001);
}

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
    char value[VALUE_BYTES_MAX];
    records->items = calloc(EVENTS, sizeof *records->items);
    if (!records->items)
        abort();
    records->count = EVENTS;
    for (unsigned i = 0; i < EVENTS; i++) {
        int len = invoices ? write_invoice(value, sizeof value, i) : write_payment(value, sizeof value, i);
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

static enum tf_err begin(void *self, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    (void)self;
    (void)batch;
    (void)ret_item;
    (void)fault;
    return TF_OK;
}
static enum tf_err publish(void *self, struct tf_batch *batch, uint32_t *ret_item, struct tf_fault *fault)
{
    struct records *records = self;
    (void)ret_item;
    (void)fault;
    for (size_t r = 0; r < batch->rows[0].count; r++, records->rows++)
        records->bytes += batch->rows[0].items[r].value.len;
    return TF_OK;
}
static enum tf_err flush(void *self, uint32_t *ret_item, struct tf_fault *fault)
{
    return begin(self, NULL, ret_item, fault);
}
static enum tf_err commit(void *self, struct tf_batch *batch, struct tf_fault *fault)
{
    return begin(self, batch, NULL, fault);
}
static enum tf_err abort_rows(void *self, struct tf_fault *fault)
{
    return begin(self, NULL, NULL, fault);
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
static enum tf_err evaluate(void *self, struct tf_item *item, struct tf_arena *arena, void **ret_verdict)
{
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

/* Its name is what valgrind looks for. */
__attribute__((noinline)) static void measured(struct tf_pipeline *pipeline, int batches)
{
    struct tf_fault fault = {0};
    for (int i = 0; i < batches; i++)
        if (tf_pipeline_run_once(pipeline, 0, &fault) != TF_OK) {
            fprintf(stderr, "batch_bench: %s\n", fault.text[0] ? fault.text : "failed");
            exit(1);
        }
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
    struct tf_dedup *table = NULL;
    struct records records = {0};
    make_records(&records, invoices);
    if (tf_dedup_create_table((size_t)EVENTS * (size_t)(batches + 2), &table) != TF_OK)
        abort();
    struct tf_pipeline_options options = {
        .config = load_config(&source),
        .role = "tax",
        .source = {.self = &records, .poll = hand_out, .keep_alive = keep_alive, .release = release, .finished = never},
        .sink = {.self = &records, .begin = begin, .publish = publish, .flush = flush, .commit = commit, .abort = abort_rows, .result_offset = no_offset},
        .judges = {{.role = "tax", .stream = TF_STREAM_TAX, .result_type = "taxflow.tax.assessed.v1", .self = &rules, .ruleset = ruleset,
                    .evaluate = evaluate, .encode = encode}},
        .judges_count = 1,
        .dedup = table,
        .topic = "taxflow.audit",
        .result_topics = {"taxflow.tax"},
        .batch_capacity = EVENTS,
        .workers = 1,
    };
    struct tf_pipeline *pipeline = tf_pipeline_create(&options);
    if (!pipeline)
        abort();
    measured(pipeline, 1);
    double began = processor_s();
    measured(pipeline, batches);
    double spent = processor_s() - began;
    printf("batch: %d batches of %d %ss, %.0f bytes each: %.3f us of processor time an event, %llu rows\n", batches, EVENTS, invoices ? "invoice" : "payment",
           (double)records.items[0].value.len, spent * 1e6 / ((double)batches * EVENTS), (unsigned long long)records.rows);
    tf_pipeline_destroy(pipeline);
    tf_dedup_destroy(table);
    tf_config_destroy(source);
    return records.rows == (uint64_t)EVENTS * (uint64_t)(batches + 1) ? 0 : 1;
}
