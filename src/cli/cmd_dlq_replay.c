#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "dlq.h"
#include "progress.h"

enum { JSON_BYTES = 64 * 1024 };

static atomic_bool stop; /* set by SIGINT and SIGTERM: the window under way is finished first */

static void ask_to_stop(int number)
{
    (void)number;
    atomic_store(&stop, true);
}

static void print_what(void *self, const struct tf_letter *letter, enum tf_replay_refusal refusal)
{
    (void)self;
    printf("%u:%lld  ", letter->position.partition, (long long)letter->position.offset);
    tf_dlq_print(letter->role);
    fputs("  ", stdout);
    tf_dlq_print(letter->event_id.len > 0 ? letter->event_id : TF_STR("-"));
    if (refusal != TF_REPLAY_SENT)
        printf("  refused: %s\n", tf_replay_word(refusal));
    else if (tf_str_is(letter->role, "collector"))
        puts("  would be sent as a new event");
    else {
        fputs("  would be sent where it came from, ", stdout);
        tf_dlq_print(letter->source);
        putchar('\n');
    }
}

static uint64_t refusals(const struct tf_replay_totals *totals)
{
    uint64_t sum = 0;
    for (int i = 0; i < TF_REPLAY_COUNT; i++)
        sum += totals->refused[i];
    return sum;
}

static void print_totals(const struct tf_dlq *dlq, const struct tf_replay_totals *totals)
{
    if (totals->resumed)
        puts("resumed behind what was replayed before with these filters; --again begins anew");
    printf("%s %llu, refused %llu, skipped %llu\n", dlq->cli->dry_run ? "to send" : "sent", (unsigned long long)totals->sent,
           (unsigned long long)refusals(totals), (unsigned long long)totals->skipped);
    for (int i = 1; i < TF_REPLAY_COUNT; i++)
        if (totals->refused[i] > 0)
            printf("  %s %llu: %s\n", tf_replay_word((enum tf_replay_refusal)i), (unsigned long long)totals->refused[i],
                   tf_replay_remedy((enum tf_replay_refusal)i));
    if (totals->key_trouble[0])
        printf("  %s\n", totals->key_trouble);
    if (!totals->complete)
        puts("not at the end: run it again to go on");
    else if (totals->sent + refusals(totals) == 0)
        puts("no letters to replay");
}

static void print_json(const struct tf_dlq *dlq, const struct tf_replay_totals *totals)
{
    struct tf_buf out;
    struct tf_json json;
    tf_buf_init(&out, JSON_BYTES);
    tf_json_init(&json, &out);
    tf_replay_json(totals, dlq->cli->dry_run, &json);
    printf("%.*s\n", (int)out.len, out.ptr);
    tf_buf_finish(&out);
}

static void catch_signals(void)
{
    const struct sigaction action = {.sa_handler = ask_to_stop, .sa_flags = (int)SA_RESETHAND | SA_RESTART}; /* a second one ends at once */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

int tf_dlq_replay(struct tf_dlq *dlq)
{
    struct tf_fault fault = {0};
    struct tf_replay_totals totals;
    struct tf_progress progress = {.what = "replay"};
    const struct tf_replay_options options = {
        .process = &dlq->process,
        .filter = &dlq->filter,
        .dry_run = dlq->cli->dry_run,
        .again = dlq->cli->again,
        .rate = dlq->rate,
        .stop = &stop,
        .tell = dlq->cli->dry_run && !dlq->cli->json ? print_what : NULL,
        .progress = tf_progress_tell,
        .self = &progress,
    };
    catch_signals();
    enum tf_err err = tf_replay_run(&options, &totals, &fault);
    tf_progress_end(&progress);
    if (dlq->cli->json)
        print_json(dlq, &totals);
    else
        print_totals(dlq, &totals);
    if (err != TF_OK)
        return tf_cli_fail(err, &fault);
    return refusals(&totals) > 0 ? EX_DATAERR : EX_OK;
}
