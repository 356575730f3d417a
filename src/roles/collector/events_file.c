/*
 * POST /v1/events with a file of another program: CSV, PDF, ZIP, payment files, SAF-T … It is read as one in the drop folder would be; an answer only
 * after the broker has every record of it. What cannot be read is said in the answer, for HTTP never writes dead letters.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "events_file.h"
#include "findings.h"
#include "taxflow/scratch.h"

enum { CHUNK = 512, CHUNK_BYTES = 4 << 20, TOLD_MAX = 1000, RESULTS_BYTES_MAX = 16 << 20, RETRY_AFTER_S = 2 };

/* A file on its way, from its bytes to its answer. */
struct posted {
    struct tf_collector *collector;
    const struct tf_http_request *request;
    struct tf_http_response *response;
    const struct tf_trace_context *trace;
    const struct tf_import_format *format;
    int fd;
    char original[TF_ORIGINAL_TEXT_BYTES]; /* "": not kept */
    struct tf_intake *intake;
    struct tf_files *files;
    struct tf_offer offers[CHUNK];
    struct tf_receipt receipts[CHUNK];
    uint64_t lines[CHUNK];
    uint32_t parts[CHUNK];                 /* numbers of the files in which they stand */
    size_t count, bytes;                   /* of the chunk */
    uint64_t received, accepted, duplicates, unreadable, refused;
    int broken_off;                        /* 0, or the status because of which the rest was not sent: 429, 500, 503 */
    enum tf_err err;                       /* then why */
    struct tf_buf results;                 /* what was not taken, JSON */
    struct tf_json json;
    uint64_t told;
    struct tf_fault fault;
};

bool tf_collector_takes_file(const struct tf_http_request *request)
{
    static const char *const types[] = {
        "text/csv", "text/plain", "text/tab-separated-values", "application/pdf", "application/zip", "application/gzip", "application/x-gzip",
        "application/octet-stream", "application/edifact", "application/vnd.ms-excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (tf_http_media_is(request, types[i]))
            return true;
    return false;
}

const struct tf_import_format *tf_collector_is_file(struct tf_collector *collector, struct tf_str body)
{
    struct tf_import_options options;
    tf_import_options_fill(&options, tf_process_config(collector->run->process));
    return tf_import_sniff_bytes(body, &options);
}

static void problem(struct posted *posted, int status, const char *reason, const char *title, struct tf_str detail)
{
    if (status == 429 || status == 503)
        posted->response->retry_after_s = RETRY_AFTER_S;
    tf_http_problem(posted->response, status, reason, tf_str_of(title), detail, TF_STR_NONE, 0);
}

/* ---- The bytes as a file ---- */

static bool open_bytes(struct posted *posted)
{
    const struct tf_http_request *request = posted->request;
    if (request->fd >= 0) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", request->fd); /* a position of its own: dup(2) would share it */
        posted->fd = open(path, O_RDONLY | O_CLOEXEC);
        return posted->fd >= 0;
    }
    posted->fd = memfd_create("taxflow-body", MFD_CLOEXEC);
    return posted->fd >= 0 && tf_scratch_write(posted->fd, request->body.ptr, request->body.len) && lseek(posted->fd, 0, SEEK_SET) == 0;
}

/* What a sender calls a table is read as one, and told what it lacks. */
static const struct tf_import_format *called_a_table(const struct tf_http_request *request)
{
    size_t count;
    const struct tf_import_format *formats = tf_import_formats(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(formats[i].name, "csv") == 0 && (tf_http_media_is(request, "text/csv") || tf_http_media_is(request, "text/tab-separated-values")))
            return &formats[i];
    return NULL;
}

static bool find_format(struct posted *posted)
{
    struct tf_import_options options;
    struct tf_fault fault = {0};
    tf_import_options_fill(&options, tf_process_config(posted->collector->run->process));
    enum tf_err err = tf_import_sniff(posted->fd, "body", &options, &posted->format, &fault);
    if (err != TF_OK) {
        problem(posted, 503, tf_err_reason(err), "The file cannot be looked at", tf_str_of(fault.text));
        return false;
    }
    if (!posted->format || strcmp(posted->format->name, "gzip") == 0) {
        const struct tf_import_format *table = called_a_table(posted->request);
        posted->format = table ? table : posted->format;
    }
    if (!posted->format)
        problem(posted, 415, "media-type", "The file is of no format that is read",
                TF_STR("send records as application/json or application/x-ndjson, invoices as application/xml; a table needs a header line and the same "
                       "delimiter in every line, or import.map"));
    else if (posted->format->refusal) {
        struct tf_str detail = tf_arena_printf(posted->intake->arena, "this is %s, which is not read; %s", posted->format->title, posted->format->refusal);
        problem(posted, 415, "format", "The file is of a format that is not read", detail);
    }
    return posted->format && !posted->format->refusal;
}

/* From here on what is kept is read. */
static bool keep(struct posted *posted)
{
    struct tf_original original;
    struct tf_fault fault = {0};
    int kept = -1;
    if (!tf_collector_keeps(posted->collector))
        return true;
    enum tf_err err = tf_collector_keep_file(posted->collector, posted->fd, &original, &kept, &fault);
    if (err != TF_OK) {
        problem(posted, 503, "archive", "The file cannot be kept", tf_str_of(fault.text));
        return false;
    }
    close(posted->fd);
    posted->fd = kept;
    tf_original_write(&original, tf_collector_media(posted->format->name, TF_STR(""), false), posted->original);
    return true;
}

static bool index_file(struct posted *posted)
{
    struct tf_process *process = posted->collector->run->process;
    const char *company = tf_http_query(posted->request, "company");
    const struct tf_files_input input = {.fd = posted->fd, .name = "body", .format = posted->format, .company = company && company[0] ? company : NULL,
                                         .stop = &process->stop};
    posted->fd = -1;
    enum tf_err err = tf_files_create_open(tf_process_config(process), &input, &posted->files, &posted->fault);
    if (err == TF_OK)
        return true;
    const bool unreadable = tf_err_class(err) == TF_CLASS_DROP;
    problem(posted, err == TF_E_TOO_BIG ? 413 : unreadable ? 422 : 503, tf_err_reason(err),
            unreadable ? "The file cannot be read as it is" : "The file cannot be read now", tf_str_of(posted->fault.text[0] ? posted->fault.text : tf_err_text(err)));
    return false;
}

/* ---- Its records ---- */

/* The file inside an archive by its own name: what was sent has none. */
static void put_part(struct posted *posted, uint32_t file)
{
    const char *name = strchr(tf_files_name(posted->files, file), '/');
    if (file > 0 && name)
        tf_json_ktext(&posted->json, "file", name + 1);
}

static void tell(struct posted *posted, uint32_t file, uint64_t line, const struct tf_receipt *receipt)
{
    if (posted->told++ >= TOLD_MAX)
        return;
    tf_json_object(&posted->json);
    put_part(posted, file);
    tf_json_ku64(&posted->json, "line", line);
    tf_json_ki64(&posted->json, "status", receipt->status);
    tf_json_key(&posted->json, "problem");
    tf_json_object(&posted->json);
    tf_json_ktext(&posted->json, "reason", tf_err_reason(receipt->err));
    tf_json_kstr(&posted->json, "path", receipt->path);
    tf_json_kstr(&posted->json, "detail", receipt->detail);
    tf_json_object_end(&posted->json);
    tf_json_object_end(&posted->json);
}

static void settle_one(struct posted *posted, size_t i)
{
    const struct tf_receipt *receipt = &posted->receipts[i];
    switch (receipt->status) {
    case 202:
        posted->accepted++;
        break;
    case 200:
        posted->duplicates++;
        break;
    case 429:
    case 500:
    case 503:
        posted->broken_off = receipt->status;
        posted->err = receipt->err;
        break;
    default:
        posted->refused++;
        tell(posted, posted->parts[i], posted->lines[i], receipt);
    }
}

static void send_chunk(struct posted *posted)
{
    tf_intake_take_all(posted->intake, posted->offers, posted->count, true, posted->receipts);
    tf_intake_settle(posted->intake, posted->receipts, posted->count, true);
    for (size_t i = 0; i < posted->count; i++)
        settle_one(posted, i);
    posted->count = posted->bytes = 0;
    tf_intake_reset(posted->intake);
}

/* A record, or what an import could not make one of. False: memory ran out. */
static bool add(struct posted *posted, struct tf_str text, uint32_t file, uint64_t line)
{
    const struct tf_problem *unreadable = tf_files_problem(posted->files);
    posted->received++;
    if (unreadable) {
        struct tf_receipt receipt = {.status = 0};
        tf_intake_refuse(&receipt, unreadable->err, unreadable);
        posted->unreadable++;
        tell(posted, file, line, &receipt);
        return true;
    }
    posted->lines[posted->count] = line;
    posted->parts[posted->count] = file;
    posted->offers[posted->count] = (struct tf_offer){
        .text = tf_arena_dup(posted->intake->arena, text),
        .company = tf_str_of(tf_http_query(posted->request, "company")),
        .trace = posted->trace,
        .original = posted->original[0] ? tf_str_of(posted->original) : TF_STR_NONE,
    };
    posted->bytes += text.len;
    return tf_str_present(posted->offers[posted->count++].text);
}

static void send_all(struct posted *posted)
{
    struct tf_str text;
    uint32_t file;
    uint64_t line;
    bool room = true;
    while (room && !posted->broken_off && tf_files_next(posted->files, &text, &file, &line)) {
        room = add(posted, text, file, line);
        if (posted->count == CHUNK || posted->bytes > CHUNK_BYTES)
            send_chunk(posted);
    }
    if (room && !posted->broken_off && tf_files_check(posted->files, &posted->fault) == TF_OK) {
        send_chunk(posted);
        return;
    }
    if (!posted->broken_off) {
        posted->broken_off = 503;
        posted->err = room ? TF_E_IO : TF_E_MEMORY;
    }
}

/* ---- The answer ---- */

static void count_all(const struct posted *posted)
{
    struct tf_collector *collector = posted->collector;
    atomic_fetch_add(&collector->run->received, posted->received);
    atomic_fetch_add(&collector->run->processed, posted->accepted);
    atomic_fetch_add(&collector->run->duplicates, posted->duplicates);
    tf_metrics_add(collector->series.received, (int64_t)posted->received);
    tf_metrics_add(collector->series.accepted, (int64_t)posted->accepted);
    tf_metrics_add(collector->series.replayed, (int64_t)posted->duplicates);
    tf_metrics_add(collector->series.refused, (int64_t)(posted->received - posted->accepted - posted->duplicates));
}

static void answer(struct posted *posted)
{
    struct tf_json json;
    const bool all = posted->unreadable + posted->refused == 0;
    if (posted->broken_off) {
        problem(posted, posted->broken_off, tf_err_reason(posted->err), "Not every record of the file was taken",
                TF_STR("send the same file again: records that were taken are known by their ids"));
        return;
    }
    if (posted->received == 0) {
        problem(posted, 422, "empty", "The file holds no record", TF_STR("it has a header at most"));
        return;
    }
    tf_json_array_end(&posted->json);
    tf_json_init(&json, &posted->response->body);
    tf_json_object(&json);
    tf_json_ktext(&json, "format", posted->format->name);
    tf_json_ku64(&json, "received", posted->received);
    tf_json_ku64(&json, "accepted", posted->accepted);
    tf_json_ku64(&json, "duplicates", posted->duplicates);
    tf_json_ku64(&json, "unreadable", posted->unreadable);
    tf_json_ku64(&json, "refused", posted->refused);
    tf_json_key(&json, "results");
    tf_json_raw(&json, tf_buf_view(&posted->results));
    if (posted->told > TOLD_MAX)
        tf_json_ku64(&json, "left_out", posted->told - TOLD_MAX);
    tf_collector_write_findings(posted->files, TOLD_MAX, &json);
    tf_json_object_end(&json);
    posted->response->status = all ? 202 : 207;
}

static void serve(struct posted *posted)
{
    if (!open_bytes(posted)) {
        problem(posted, 503, "full", "The server has no room at the moment", tf_str_of(strerror(errno)));
        return;
    }
    if (!find_format(posted) || !keep(posted) || !index_file(posted))
        return;
    tf_json_init(&posted->json, &posted->results);
    tf_json_array(&posted->json);
    send_all(posted);
    count_all(posted);
    answer(posted);
}

static void take(struct tf_collector *collector, const struct tf_http_request *request, const struct tf_trace_context *trace,
                 struct tf_http_response *response)
{
    struct posted *posted = calloc(1, sizeof *posted);
    struct tf_intake *intake = posted ? tf_collector_lease(collector) : NULL;
    if (!intake) {
        response->retry_after_s = RETRY_AFTER_S;
        tf_http_problem(response, 503, "memory", TF_STR("No memory for the request"), TF_STR("try again shortly"), TF_STR_NONE, 0);
        free(posted);
        return;
    }
    posted->collector = collector;
    posted->request = request;
    posted->response = response;
    posted->trace = trace;
    posted->intake = intake;
    posted->fd = -1;
    tf_buf_init(&posted->results, RESULTS_BYTES_MAX);
    serve(posted);
    if (posted->fd >= 0)
        close(posted->fd);
    tf_files_destroy(posted->files);
    tf_collector_return(collector, intake);
    tf_buf_finish(&posted->results);
    free(posted);
}

/* An index is some bytes a record: so many files at a time, that it does not grow with the connections. */
void tf_collector_post_file(struct tf_collector *collector, const struct tf_http_request *request, const struct tf_trace_context *trace,
                            struct tf_http_response *response)
{
    if (atomic_fetch_add(&collector->files_under_way, 1) < TF_COLLECTOR_FILES_MAX) {
        take(collector, request, trace, response);
    } else {
        response->retry_after_s = RETRY_AFTER_S;
        tf_http_problem(response, 429, "full", TF_STR("Too many files at a time"), TF_STR("try again shortly"), TF_STR_NONE, 0);
    }
    atomic_fetch_sub(&collector->files_under_way, 1);
}
