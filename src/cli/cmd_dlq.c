/* Dead letters: how many there are of each kind, single ones, and sending them again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "dlq.h"
#include "taxflow/clock.h"
#include "taxflow/log.h"

enum { NUMBER_MAX = 1000000000, LETTER_JSON_BYTES = 64 * 1024 * 1024 };

struct listing {
    struct tf_dlq *dlq;
    uint64_t count;
};

static bool steers(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7F;
}

void tf_dlq_print(struct tf_str text)
{
    for (size_t i = 0; i < text.len; i++)
        putchar(steers(text.ptr[i]) ? '?' : text.ptr[i]);
}

static void print_json(const struct tf_letter *letter, bool with_bytes)
{
    struct tf_buf out;
    struct tf_json json;
    tf_buf_init(&out, LETTER_JSON_BYTES);
    tf_json_init(&json, &out);
    tf_letter_json(letter, with_bytes, &json);
    tf_buf_putc(&out, '\n');
    fwrite(out.ptr, 1, out.len, stdout);
    tf_buf_finish(&out);
}

/* ---- list ---- */

static bool print_line(void *self, const struct tf_letter *letter)
{
    struct listing *listing = self;
    char time[25];
    listing->count++;
    if (listing->dlq->cli->json) {
        print_json(letter, false);
    } else {
        tf_clock_format_time(letter->position.timestamp_ms, time);
        printf("%u:%lld  %s  ", letter->position.partition, (long long)letter->position.offset, time);
        const struct tf_str words[] = {letter->role, letter->reason, letter->event_id, letter->source, letter->path, letter->detail};
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            tf_dlq_print(words[i].len > 0 ? words[i] : TF_STR("-"));
            fputs(i + 1 < sizeof words / sizeof words[0] ? "  " : "\n", stdout);
        }
    }
    return listing->dlq->limit == 0 || listing->count < listing->dlq->limit;
}

static void print_groups(const struct tf_letter_groups *groups)
{
    char first[25], last[25];
    printf("%-10s %-18s %10s  %-24s  %s\n", "role", "reason", "letters", "first", "last");
    for (size_t g = 0; g < groups->count; g++) {
        const struct tf_letter_group *group = &groups->items[g];
        tf_clock_format_time(group->first_ms, first);
        tf_clock_format_time(group->last_ms, last);
        tf_dlq_print(tf_str_of(group->role));
        printf("%*s ", (int)strlen(group->role) < 10 ? 10 - (int)strlen(group->role) : 0, "");
        tf_dlq_print(tf_str_of(group->reason));
        printf("%*s %10llu  %s  %s\n", (int)strlen(group->reason) < 18 ? 18 - (int)strlen(group->reason) : 0, "", (unsigned long long)group->count, first,
               last);
    }
}

static enum tf_err list_groups(struct tf_dlq *dlq, uint64_t *ret_count, struct tf_fault *fault)
{
    struct tf_letter_groups *groups = calloc(1, sizeof *groups);
    struct tf_buf out;
    struct tf_json json;
    if (!groups)
        return TF_E_MEMORY;
    bool complete;
    const struct tf_letters_pass_options pass = {.filter = &dlq->filter, .visit = tf_letter_groups_add, .self = groups};
    enum tf_err err = tf_letters_read(&dlq->process, &pass, &complete, fault);
    tf_letter_groups_sort(groups);
    *ret_count = groups->count;
    if (err == TF_OK && dlq->cli->json) {
        tf_buf_init(&out, LETTER_JSON_BYTES);
        tf_json_init(&json, &out);
        tf_letter_groups_json(groups, complete, &json);
        printf("%.*s\n", (int)out.len, out.ptr);
        tf_buf_finish(&out);
    } else if (err == TF_OK && groups->count > 0) {
        print_groups(groups);
    }
    free(groups);
    return err;
}

static int list(struct tf_dlq *dlq)
{
    struct tf_fault fault = {0};
    struct listing listing = {dlq, 0};
    bool complete;
    const struct tf_letters_pass_options lines = {.filter = &dlq->filter, .visit = print_line, .self = &listing};
    enum tf_err err = dlq->cli->all ? tf_letters_read(&dlq->process, &lines, &complete, &fault)
                                    : list_groups(dlq, &listing.count, &fault);
    if (err != TF_OK)
        return tf_cli_fail(err, &fault);
    if (listing.count == 0)
        fprintf(stderr, "taxflow: %s has no letters%s\n", tf_cluster_topic(dlq->process.cluster, TF_STREAM_DLQ),
                dlq->cli->given & TF_CLI_FILTER || dlq->cli->role ? " of this kind" : "");
    return EX_OK;
}

/* ---- show ---- */

static bool is_plain(struct tf_str value)
{
    for (size_t i = 0; i < value.len; i++)
        if (steers(value.ptr[i]) && value.ptr[i] != '\t' && value.ptr[i] != '\n' && value.ptr[i] != '\r')
            return false;
    return tf_str_utf8_valid(value);
}

static void print_bytes(struct tf_str value)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (is_plain(value)) {
        printf("\n%.*s\n", TF_STR_ARGS(value));
        return;
    }
    fputs("base64:\n\n", stdout);
    for (size_t i = 0; i < value.len; i += 3) {
        uint32_t bits = (uint32_t)(unsigned char)value.ptr[i] << 16;
        bits |= i + 1 < value.len ? (uint32_t)(unsigned char)value.ptr[i + 1] << 8 : 0;
        bits |= i + 2 < value.len ? (uint32_t)(unsigned char)value.ptr[i + 2] : 0;
        putchar(digits[bits >> 18]);
        putchar(digits[bits >> 12 & 63]);
        putchar(i + 1 < value.len ? digits[bits >> 6 & 63] : '=');
        putchar(i + 2 < value.len ? digits[bits & 63] : '=');
        if (i % 57 == 54) /* lines of 76, as MIME has them */
            putchar('\n');
    }
    putchar('\n');
}

static void print_letter(void *self, const struct tf_letter *letter)
{
    const struct tf_dlq *dlq = self;
    char time[25];
    if (dlq->cli->json) {
        print_json(letter, true);
        return;
    }
    const struct { const char *name; struct tf_str value; } lines[] = {
        {"role", letter->role}, {"reason", letter->reason}, {"path", letter->path}, {"detail", letter->detail}, {"source", letter->source},
        {"origin", letter->origin}, {"root", letter->root}, {"event_id", letter->event_id}, {"attempts", letter->attempts},
        {"bytes", letter->bytes},
        {"sha256", letter->sha256}, {"ce_id", letter->ce_id}, {"ce_source", letter->ce_source}, {"ce_type", letter->ce_type},
        {"ce_time", letter->ce_time}, {"traceparent", letter->traceparent},
    };
    tf_clock_format_time(letter->position.timestamp_ms, time);
    printf("%-12s%.*s:%u:%lld\n%-12s%s\n", "position", TF_STR_ARGS(letter->position.topic), letter->position.partition,
           (long long)letter->position.offset, "time", time);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (!tf_str_present(lines[i].value))
            continue;
        printf("%-12s", lines[i].name);
        tf_dlq_print(lines[i].value);
        putchar('\n');
    }
    print_bytes(letter->value);
}

static int show(struct tf_dlq *dlq)
{
    struct tf_fault fault = {0};
    enum tf_err err = tf_letters_find(&dlq->process, &dlq->position, print_letter, dlq, &fault);
    return err == TF_OK ? EX_OK : tf_cli_fail(err, &fault);
}

/* ---- The verbs ---- */

static const struct verb {
    const char *name;
    unsigned options;
    size_t arguments;
    int (*run)(struct tf_dlq *dlq);
} verbs[] = {
    {"list", TF_CLI_FILTER | TF_CLI_ALL | TF_CLI_LIMIT | TF_CLI_JSON, 0, list},
    {"show", TF_CLI_JSON, 1, show},
    {"replay", TF_CLI_FILTER | TF_CLI_DRY_RUN | TF_CLI_RATE | TF_CLI_AGAIN | TF_CLI_JSON, 0, tf_dlq_replay},
};
enum { VERBS = sizeof verbs / sizeof verbs[0] };

static const struct verb *find_verb(const struct tf_cli *cli)
{
    const char *near = NULL, *word = cli->args_count > 0 ? cli->args[0] : NULL;
    for (size_t v = 0; word && v < VERBS; v++) {
        if (strcmp(word, verbs[v].name) == 0)
            return &verbs[v];
        if (tf_str_distance(tf_str_of(word), tf_str_of(verbs[v].name)) <= 2)
            near = verbs[v].name;
    }
    if (!word)
        tf_cli_usage("dlq", "needs list, show or replay");
    else if (near)
        fprintf(stderr, "taxflow: dlq has no verb '%s'; did you mean '%s'?\n", word, near);
    else
        fprintf(stderr, "taxflow: dlq has no verb '%s'; it has list, show and replay\n", word);
    return NULL;
}

static bool take_number(const char *text, const char *name, uint64_t *ret_number)
{
    if (!text)
        return true;
    bool good = tf_str_to_u64(tf_str_of(text), NUMBER_MAX, ret_number) && *ret_number > 0;
    if (!good)
        fprintf(stderr, "taxflow: %s needs a number, 1 to %d\n", name, NUMBER_MAX);
    return good;
}

static bool take_filters(struct tf_dlq *dlq)
{
    const struct tf_cli *cli = dlq->cli;
    const struct { const char *name, *value; } given[] = {{"role", cli->role},   {"reason", cli->reason},       {"since", cli->since},
                                                          {"until", cli->until}, {"partition", cli->partition}, {"id", cli->id}};
    struct tf_fault fault = {0};
    tf_letter_filter_init(&dlq->filter);
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
        if (tf_letter_filter_set(&dlq->filter, given[i].name, given[i].value, &fault) != TF_OK) {
            tf_cli_fail(TF_E_USAGE, &fault);
            return false;
        }
    return take_number(cli->limit, "--limit", &dlq->limit) && take_number(cli->rate, "--rate", &dlq->rate);
}

static bool take_position(struct tf_dlq *dlq, const char *text)
{
    if (tf_letter_parse_position(tf_str_of(text), &dlq->position))
        return true;
    fprintf(stderr, "taxflow: '%s' is no position; write PARTITION:OFFSET, as `taxflow dlq list --all` shows it\n", text);
    return false;
}

static bool take_arguments(struct tf_dlq *dlq, const struct verb *verb)
{
    const struct tf_cli *cli = dlq->cli;
    char what[32];
    snprintf(what, sizeof what, "dlq %s", verb->name);
    const char *problem = cli->given & ~verb->options           ? "does not take one of these options"
                          : cli->args_count < 1 + verb->arguments ? "needs a position: PARTITION:OFFSET, as `taxflow dlq list --all` shows it"
                          : cli->args_count > 1 + verb->arguments ? "takes fewer arguments"
                                                                  : NULL;
    if (problem) {
        tf_cli_usage(what, problem);
        return false;
    }
    if (verb->run == list && cli->limit && !cli->all) {
        tf_cli_usage(what, "counts every letter; --limit goes with --all");
        return false;
    }
    return take_filters(dlq) && (verb->arguments == 0 || take_position(dlq, cli->args[1]));
}

static int run_verb(struct tf_dlq *dlq, const struct verb *verb, const struct tf_config *config)
{
    struct tf_fault fault = {0};
    if (config->kafka.embedded) {
        fprintf(stderr, "taxflow: the embedded broker lives inside another process; ask its monitor: GET http://%s/api/v1/dlq\n", config->monitor.listen);
        return EX_USAGE;
    }
    enum tf_err err = tf_process_open(&dlq->process, config, &fault);
    if (err == TF_OK)
        err = tf_control_read(dlq->process.cluster, config, &dlq->process.control, &fault);
    int status = err == TF_OK ? verb->run(dlq) : tf_cli_fail(err, &fault);
    tf_process_close(&dlq->process);
    return status;
}

int tf_cmd_dlq(const struct tf_cli *cli)
{
    struct tf_dlq dlq = {.cli = cli};
    struct tf_config_source *source = NULL;
    const struct verb *verb = find_verb(cli);
    if (!verb || !take_arguments(&dlq, verb))
        return EX_USAGE;
    struct tf_cli roleless = *cli; /* --role says whose letters, not what runs here */
    roleless.role = NULL;
    int status = tf_cli_load(&roleless, NULL, 0, &source);
    if (status != 0)
        return status;
    tf_log_setup("error", "text", "dlq", 1);
    status = run_verb(&dlq, verb, tf_config_get(source));
    tf_config_destroy(source);
    return status;
}
