#include "letters_http.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roles_internal.h"
#include "taxflow/letters.h"

enum { LETTERS_MAX = 10000, LETTERS_USUAL = 100, ANSWER_BYTES = 60 * 1024 * 1024, KNOWN_MAX = 16, RETRY_S = 2, BUDGET_MS = 20000 };

/* working: a request reads the whole topic, or writes; one at a time is enough for people, and bounds what a client can ask for. */
struct tf_letters_http {
    struct tf_process *process;
    pthread_mutex_t working;
};

struct call {
    struct tf_letters_http *letters;
    struct tf_process *process;
    const struct tf_http_request *request;
    struct tf_http_response *response;
    struct tf_letter_filter filter;
    uint64_t limit;
    struct tf_json json;
    uint64_t written;
};

static void refuse(struct call *call, int status, const char *reason, const char *title, const char *detail)
{
    tf_http_problem(call->response, status, reason, tf_str_of(title), tf_str_of(detail), TF_STR_NONE, 0);
}

static void refuse_fault(struct call *call, enum tf_err err, const struct tf_fault *fault)
{
    int status = err == TF_E_USAGE ? 400 : err == TF_E_VALUE ? 404 : err == TF_E_MEMORY ? 500 : 503;
    if (status == 503)
        call->response->retry_after_s = RETRY_S;
    refuse(call, status, tf_err_reason(err), status == 404 ? "No such letter" : status == 400 ? "The request cannot be read" : "The letters cannot be read",
           fault->text[0] ? fault->text : tf_err_text(err));
}

static enum tf_err check_names(const struct call *call, const char *const *more, size_t more_count, struct tf_fault *fault)
{
    const char *known[KNOWN_MAX];
    size_t count;
    const char *const *filters = tf_letter_filter_names(&count);
    memcpy(known, filters, count * sizeof *known);
    for (size_t i = 0; i < more_count; i++)
        known[count++] = more[i];
    if (tf_http_query_other(call->request, known, count))
        return tf_fault_set(fault, TF_E_USAGE, "the query has an argument that is not known; nothing was done. Known are role, reason, since, until, "
                                               "partition, id, and limit, position, dry_run, again where the path takes them");
    return TF_OK;
}

static enum tf_err read_filter(struct call *call, struct tf_fault *fault)
{
    size_t count;
    const char *const *names = tf_letter_filter_names(&count);
    tf_letter_filter_init(&call->filter);
    for (size_t i = 0; i < count; i++)
        TF_TRY(tf_letter_filter_set(&call->filter, names[i], tf_http_query(call->request, names[i]), fault));
    return TF_OK;
}

static enum tf_err read_limit(struct call *call, uint64_t usual, struct tf_fault *fault)
{
    const char *text = tf_http_query(call->request, "limit");
    call->limit = usual;
    if (text && (!tf_str_to_u64(tf_str_of(text), LETTERS_MAX, &call->limit) || call->limit == 0))
        return tf_fault_set(fault, TF_E_USAGE, "limit is a number, 1 to %d", LETTERS_MAX);
    return TF_OK;
}

static enum tf_err read_flag(const struct call *call, const char *name, bool *ret_flag, struct tf_fault *fault)
{
    const char *text = tf_http_query(call->request, name);
    *ret_flag = text && (text[0] == '\0' || strcmp(text, "true") == 0);
    return !text || *ret_flag || strcmp(text, "false") == 0 ? TF_OK : tf_fault_set(fault, TF_E_USAGE, "%s is true or false", name);
}

static enum tf_err begin(struct call *call, const char *const *more, size_t count, uint64_t usual, struct tf_fault *fault)
{
    TF_TRY(check_names(call, more, count, fault));
    TF_TRY(read_filter(call, fault));
    TF_TRY(read_limit(call, usual, fault));
    return atomic_load(&call->process->connected) ? TF_OK : tf_fault_set(fault, TF_E_UNAVAILABLE, "the monitor has not reached Kafka yet");
}

static struct call call_of(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    struct tf_letters_http *letters = self;
    return (struct call){.letters = letters, .process = letters->process, .request = request, .response = response};
}

/* What was half written is no answer. */
static void end(struct call *call, enum tf_err err, const struct tf_fault *fault)
{
    if (err == TF_OK)
        return;
    tf_buf_reset(&call->response->body);
    refuse_fault(call, err, fault);
}

/* Whoever asks waits no longer than BUDGET_MS, and is told when that was not enough. */
static enum tf_err read_all(struct call *call, bool (*visit)(void *self, const struct tf_letter *letter), void *self, bool *ret_complete,
                            struct tf_fault *fault)
{
    const struct tf_letters_pass_options options = {
        .filter = &call->filter, .visit = visit, .self = self, .stop = &call->process->stop, .budget_ms = BUDGET_MS};
    pthread_mutex_lock(&call->letters->working);
    enum tf_err err = tf_letters_read(call->process, &options, ret_complete, fault);
    pthread_mutex_unlock(&call->letters->working);
    return err;
}

static void get_groups(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    struct call call = call_of(self, request, response);
    struct tf_fault fault = {0};
    struct tf_letter_groups *groups = calloc(1, sizeof *groups);
    bool complete = false;
    enum tf_err err = groups ? begin(&call, NULL, 0, 0, &fault) : TF_E_MEMORY;
    if (err == TF_OK)
        err = read_all(&call, tf_letter_groups_add, groups, &complete, &fault);
    if (err == TF_OK) {
        tf_letter_groups_sort(groups);
        tf_json_init(&call.json, &response->body);
        tf_letter_groups_json(groups, complete, &call.json);
    }
    free(groups);
    end(&call, err, &fault);
}

static bool write_letter(void *self, const struct tf_letter *letter)
{
    struct call *call = self;
    tf_letter_json(letter, false, &call->json);
    return ++call->written < call->limit && call->response->body.len < ANSWER_BYTES;
}

static void get_letters(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    static const char *const more[] = {"limit"};
    struct call call = call_of(self, request, response);
    struct tf_fault fault = {0};
    bool complete = false;
    enum tf_err err = begin(&call, more, 1, LETTERS_USUAL, &fault);
    if (err == TF_OK) {
        tf_json_init(&call.json, &response->body);
        tf_json_object(&call.json);
        tf_json_key(&call.json, "letters");
        tf_json_array(&call.json);
        err = read_all(&call, write_letter, &call, &complete, &fault);
        tf_json_array_end(&call.json);
        tf_json_kbool(&call.json, "complete", complete);
        tf_json_object_end(&call.json);
    }
    end(&call, err, &fault);
}

/* The bytes are the record itself, personal data and all: only for whom the configuration lets change things. */
static void write_one(void *self, const struct tf_letter *letter)
{
    struct call *call = self;
    tf_json_init(&call->json, &call->response->body);
    tf_letter_json(letter, tf_process_config(call->process)->monitor.admin, &call->json);
}

static void get_letter(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    static const char *const more[] = {"position"};
    struct call call = call_of(self, request, response);
    struct tf_fault fault = {0};
    struct tf_position position;
    enum tf_err err = begin(&call, more, 1, 0, &fault);
    if (err == TF_OK && !tf_letter_parse_position(tf_str_of(tf_http_query(request, "position")), &position))
        err = tf_fault_set(&fault, TF_E_USAGE, "position is PARTITION:OFFSET, as /api/v1/dlq/letters tells it");
    if (err == TF_OK) {
        pthread_mutex_lock(&call.letters->working);
        err = tf_letters_find(call.process, &position, write_one, &call, &fault);
        pthread_mutex_unlock(&call.letters->working);
    }
    end(&call, err, &fault);
}

static enum tf_err replay(struct call *call, struct tf_replay_totals *totals, bool *ret_dry_run, struct tf_fault *fault)
{
    static const char *const more[] = {"limit", "dry_run", "again"};
    bool again;
    TF_TRY(begin(call, more, 3, LETTERS_MAX, fault));
    TF_TRY(read_flag(call, "dry_run", ret_dry_run, fault));
    TF_TRY(read_flag(call, "again", &again, fault));
    const struct tf_replay_options options = {
        .process = call->process,
        .filter = &call->filter,
        .dry_run = *ret_dry_run,
        .again = again,
        .limit = call->limit,
        .stop = &call->process->stop,
    };
    pthread_mutex_lock(&call->letters->working);
    enum tf_err err = tf_replay_run(&options, totals, fault);
    pthread_mutex_unlock(&call->letters->working);
    return err;
}

static void post_replay(void *self, const struct tf_http_request *request, struct tf_http_response *response)
{
    struct call call = call_of(self, request, response);
    struct tf_fault fault = {0};
    struct tf_replay_totals totals;
    bool dry_run = false;
    if (!tf_process_config(call.process)->monitor.admin) {
        refuse(&call, 403, "not-admin", "The monitor changes nothing",
               "set monitor.admin = true and restart the monitor, or use `taxflow dlq replay` on the machine");
        return;
    }
    if (tf_http_from_elsewhere(request)) {
        refuse(&call, 403, "foreign-origin", "The request comes from a page of another site", "send it from the monitor's own address");
        return;
    }
    enum tf_err err = replay(&call, &totals, &dry_run, &fault);
    if (err == TF_OK) {
        TF_LOG(TF_LOG_INFO, "dlq_replayed", dry_run ? "dead letters were looked at for a replay over HTTP" : "dead letters were sent again over HTTP",
               TF_FIELD_INT("sent", (int64_t)totals.sent));
        tf_json_init(&call.json, &response->body);
        tf_replay_json(&totals, dry_run, &call.json);
    }
    end(&call, err, &fault);
}

struct tf_letters_http *tf_letters_http_create(struct tf_process *process)
{
    struct tf_letters_http *letters = calloc(1, sizeof *letters);
    if (!letters)
        return NULL;
    letters->process = process;
    pthread_mutex_init(&letters->working, NULL);
    return letters;
}

struct tf_letters_http *tf_letters_http_destroy(struct tf_letters_http *letters)
{
    if (!letters)
        return NULL;
    pthread_mutex_destroy(&letters->working);
    free(letters);
    return NULL;
}

void tf_letters_http_routes(struct tf_letters_http *letters, struct tf_http_route *routes)
{
    routes[0] = (struct tf_http_route){"GET", "/api/v1/dlq", get_groups, letters, false, NULL};
    routes[1] = (struct tf_http_route){"GET", "/api/v1/dlq/letters", get_letters, letters, false, NULL};
    routes[2] = (struct tf_http_route){"GET", "/api/v1/dlq/letter", get_letter, letters, false, NULL};
    routes[3] = (struct tf_http_route){"POST", "/api/v1/dlq/replay", post_replay, letters, false, NULL};
}
