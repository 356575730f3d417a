/* What goes wrong with a real Redis: every way has its code and its words, and ends without a restart of ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>

#include "support/redis_server.h"
#include "taxflow/dedup.h"
#include "taxflow/thread.h"

enum { TIMEOUT_MS = 300 };

struct setting {
    struct test_redis redis, second;
    struct tf_dedup *dedup;
    struct tf_fault fault;
    char password_file[96];
};

static int set_up(void **state)
{
    *state = calloc(1, sizeof(struct setting));
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    struct setting *setting = *state;
    tf_dedup_destroy(setting->dedup);
    test_redis_finish(&setting->redis);
    test_redis_finish(&setting->second);
    free(setting);
    return 0;
}

static void start(struct test_redis *redis, const char *password, const char *const *options)
{
    if (!test_redis_installed()) {
        print_message("skipped: redis-server is not installed\n");
        skip();
    }
    assert_true(test_redis_start(redis, password, options));
}

static void connect_to(struct setting *setting, const char *const *servers, size_t count)
{
    struct tf_config config = test_redis_config(servers, count, TIMEOUT_MS);
    config.redis.password_file = setting->password_file;
    setting->dedup = tf_dedup_destroy(setting->dedup);
    assert_int_equal(tf_dedup_create_redis(&config, "g", &setting->dedup, &setting->fault), TF_OK);
}

static void connect_to_one(struct setting *setting)
{
    const char *name = setting->redis.unix_name;
    connect_to(setting, &name, 1);
}

static enum tf_err claim(struct setting *setting, uint32_t id, bool *ret_owned)
{
    struct tf_claim one = {0};
    memcpy(one.id.bytes, &id, sizeof id);
    one.owner[0] = 1;
    setting->fault = (struct tf_fault){0};
    enum tf_err err = tf_dedup_claim(setting->dedup, &one, 1, &setting->fault);
    if (ret_owned)
        *ret_owned = one.was_owned;
    return err;
}

static bool claims_again(void *argument)
{
    return claim(argument, 999, NULL) == TF_OK;
}

static void assert_words(const struct setting *setting, const char *words)
{
    if (!strstr(setting->fault.text, words))
        fail_msg("'%s' is not in '%s'", words, setting->fault.text);
}

static void test_killed_and_restarted(void **state)
{
    struct setting *setting = *state;
    char before[41], after[41];
    bool owned = true;
    start(&setting->redis, NULL, NULL);
    connect_to_one(setting);
    assert_int_equal(claim(setting, 1, NULL), TF_OK);
    tf_dedup_run_id(setting->dedup, before);
    assert_int_equal(strlen(before), 40);

    test_redis_kill(&setting->redis);
    assert_int_equal(claim(setting, 2, NULL), TF_E_UNAVAILABLE);
    assert_words(setting, setting->redis.unix_name);
    assert_int_equal(claim(setting, 2, NULL), TF_E_UNAVAILABLE);
    tf_dedup_run_id(setting->dedup, after);
    assert_string_equal(before, after);

    assert_true(test_redis_launch(&setting->redis));
    assert_true(test_redis_wait(claims_again, setting));
    tf_dedup_run_id(setting->dedup, after);
    assert_string_not_equal(before, after);
    assert_int_equal(claim(setting, 1, &owned), TF_OK);
    assert_false(owned); /* nothing was saved: this is what a restore is for */
}

struct killer { struct tf_dedup *dedup; pid_t pid; };

static void *kill_soon(void *argument)
{
    const struct killer *killer = argument;
    kill(killer->pid, SIGKILL);
    return NULL;
}

/* The server dies while claims are on their way; whatever moment it is, the answer is a code and never a signal. */
static void test_killed_in_mid_pipeline(void **state)
{
    struct setting *setting = *state;
    enum { COUNT = 200000 };
    struct tf_claim *claims = calloc(COUNT, sizeof *claims);
    start(&setting->redis, NULL, NULL);
    connect_to_one(setting);
    assert_int_equal(claim(setting, 1, NULL), TF_OK);
    for (uint32_t i = 0; i < COUNT; i++)
        memcpy(claims[i].id.bytes, &i, sizeof i);
    for (int round = 0; round < 5; round++) {
        pthread_t thread;
        struct killer killer = {setting->dedup, setting->redis.pid};
        assert_int_equal(tf_thread_start(&thread, "tf-killer", kill_soon, &killer), TF_OK);
        assert_int_equal(tf_dedup_claim(setting->dedup, claims, COUNT, &setting->fault), TF_E_UNAVAILABLE);
        pthread_join(thread, NULL);
        test_redis_kill(&setting->redis);
        assert_true(test_redis_launch(&setting->redis));
        assert_true(test_redis_wait(claims_again, setting));
    }
    assert_int_equal(tf_dedup_claim(setting->dedup, claims, COUNT, &setting->fault), TF_OK);
    free(claims);
}

static bool fills_up(void *argument)
{
    struct setting *setting = argument;
    static uint32_t id = 1000;
    enum tf_err err = TF_OK;
    for (int i = 0; i < 1000 && err == TF_OK; i++)
        err = claim(setting, id++, NULL);
    return err != TF_OK;
}

static void test_out_of_memory(void **state)
{
    struct setting *setting = *state;
    static const char *const options[] = {"--maxmemory", "1mb", "--maxmemory-policy", "noeviction", NULL};
    start(&setting->redis, NULL, options);
    connect_to_one(setting);
    assert_true(test_redis_wait(fills_up, setting));
    assert_int_equal(setting->fault.code, TF_E_UNAVAILABLE);
    assert_words(setting, "maxmemory");
    assert_true(test_redis_tell(&setting->redis, "CONFIG SET maxmemory 0"));
    assert_true(test_redis_wait(claims_again, setting));
}

static void test_no_memory_from_the_start(void **state)
{
    struct setting *setting = *state;
    static const char *const options[] = {"--maxmemory", "100kb", "--maxmemory-policy", "noeviction", NULL};
    start(&setting->redis, NULL, options);
    connect_to_one(setting);
    assert_int_equal(claim(setting, 1, NULL), TF_E_UNAVAILABLE);
    assert_words(setting, "maxmemory");
}

/* Reads pass while writes are held: but only on another connection than the one with a write outstanding. */
static bool reads_again(void *argument)
{
    struct setting *setting = argument;
    struct tf_buf out;
    bool found = true;
    tf_buf_init(&out, 64);
    enum tf_err err = tf_dedup_get(setting->dedup, TF_STR("absent"), &out, &found, NULL);
    tf_buf_finish(&out);
    return err == TF_OK && !found;
}

static void test_paused_server_times_out(void **state)
{
    struct setting *setting = *state;
    bool owned = false;
    start(&setting->redis, NULL, NULL);
    connect_to_one(setting);
    assert_int_equal(claim(setting, 1, NULL), TF_OK);
    assert_true(test_redis_tell(&setting->redis, "CLIENT PAUSE 60000 WRITE"));
    int64_t started = tf_clock_mono_ms();
    assert_int_equal(claim(setting, 2, NULL), TF_E_TIMEOUT);
    assert_in_range(tf_clock_mono_ms() - started, TIMEOUT_MS - 20, TIMEOUT_MS * 5);
    assert_words(setting, "did not answer within 300 ms");
    assert_true(test_redis_wait(reads_again, setting));
    assert_true(test_redis_tell(&setting->redis, "CLIENT UNPAUSE"));
    assert_true(test_redis_wait(claims_again, setting));
    /* A claim that timed out may have been set or not; claiming again is right in both cases. */
    assert_int_equal(claim(setting, 2, &owned), TF_OK);
}

static void test_stopped_process_times_out(void **state)
{
    struct setting *setting = *state;
    start(&setting->redis, NULL, NULL);
    connect_to_one(setting);
    assert_int_equal(claim(setting, 1, NULL), TF_OK);
    kill(setting->redis.pid, SIGSTOP);
    assert_int_equal(claim(setting, 2, NULL), TF_E_TIMEOUT);
    int64_t started = tf_clock_mono_ms();
    for (int i = 0; i < 3; i++)
        assert_int_equal(claim(setting, 2, NULL), TF_E_UNAVAILABLE); /* in the pause, or connecting in vain */
    assert_true(tf_clock_mono_ms() - started < TIMEOUT_MS * 5);
    kill(setting->redis.pid, SIGCONT);
    assert_true(test_redis_wait(claims_again, setting));
}

static bool is_replica(void *argument)
{
    redisReply *reply = test_redis_command(argument, "ROLE");
    bool yes = reply && reply->type == REDIS_REPLY_ARRAY && reply->elements == 5 && strcmp(reply->element[3]->str, "connected") == 0;
    if (reply)
        freeReplyObject(reply);
    return yes;
}

static void demote(struct setting *setting)
{
    char command[64];
    start(&setting->second, NULL, NULL);
    snprintf(command, sizeof command, "REPLICAOF 127.0.0.1 %d", setting->second.port);
    assert_true(test_redis_tell(&setting->redis, command));
    assert_true(test_redis_wait(is_replica, &setting->redis));
}

static void test_replica_is_read_only(void **state)
{
    struct setting *setting = *state;
    start(&setting->redis, NULL, NULL);
    connect_to_one(setting);
    assert_int_equal(claim(setting, 1, NULL), TF_OK);
    demote(setting);
    assert_int_equal(claim(setting, 2, NULL), TF_E_UNAVAILABLE); /* READONLY on the open connection */
    assert_words(setting, "primary");
    connect_to_one(setting);
    assert_int_equal(claim(setting, 2, NULL), TF_E_UNAVAILABLE); /* role on a new one */
    assert_words(setting, "replica");
    assert_true(test_redis_tell(&setting->redis, "REPLICAOF NO ONE"));
    assert_true(test_redis_wait(claims_again, setting));
}

static void test_servers_are_tried_in_order(void **state)
{
    struct setting *setting = *state;
    char run_id[41];
    start(&setting->redis, NULL, NULL);
    demote(setting);
    const char *servers[] = {"unix:/nonexistent/redis.sock", setting->redis.tcp_name, setting->second.tcp_name};
    connect_to(setting, servers, 3);
    assert_int_equal(claim(setting, 1, NULL), TF_OK);
    redisReply *info = test_redis_command(&setting->second, "INFO server");
    tf_dedup_run_id(setting->dedup, run_id);
    assert_non_null(strstr(info->str, run_id));
    freeReplyObject(info);
}

static void write_password(struct setting *setting, const char *password)
{
    snprintf(setting->password_file, sizeof setting->password_file, "%s/password", setting->redis.folder);
    FILE *file = fopen(setting->password_file, "w");
    assert_non_null(file);
    fprintf(file, "%s\n", password);
    fclose(file);
}

static void test_password(void **state)
{
    struct setting *setting = *state;
    static const char *const options[] = {"--requirepass", "quite secret", NULL};
    start(&setting->redis, "quite secret", options);
    connect_to_one(setting);
    assert_int_equal(claim(setting, 1, NULL), TF_E_CONFIG);
    assert_words(setting, "set redis.password_file");
    write_password(setting, "wrong");
    connect_to_one(setting);
    assert_int_equal(claim(setting, 1, NULL), TF_E_CONFIG);
    assert_words(setting, "refuses the password");
    write_password(setting, "quite secret");
    connect_to_one(setting);
    assert_int_equal(claim(setting, 1, NULL), TF_OK);
}

static void test_password_where_none_is_set(void **state)
{
    struct setting *setting = *state;
    start(&setting->redis, NULL, NULL);
    write_password(setting, "quite secret");
    connect_to_one(setting);
    assert_int_equal(claim(setting, 1, NULL), TF_E_CONFIG);
    assert_words(setting, "no password set");
}

static void test_eviction_is_refused(void **state)
{
    struct setting *setting = *state;
    static const char *const options[] = {"--maxmemory-policy", "allkeys-lru", NULL};
    start(&setting->redis, NULL, options);
    connect_to_one(setting);
    assert_int_equal(tf_dedup_ping(setting->dedup, &setting->fault), TF_E_CONFIG);
    assert_words(setting, "allkeys-lru");
    assert_words(setting, "noeviction");
    assert_true(test_redis_tell(&setting->redis, "CONFIG SET maxmemory-policy noeviction"));
    assert_true(test_redis_wait(claims_again, setting));
    assert_int_equal(tf_dedup_ping(setting->dedup, &setting->fault), TF_OK);
    assert_true(test_redis_tell(&setting->redis, "CONFIG SET maxmemory-policy volatile-ttl"));
    assert_int_equal(tf_dedup_ping(setting->dedup, &setting->fault), TF_E_CONFIG); /* changed under way */
}

static void test_user_without_config_is_taken(void **state)
{
    struct setting *setting = *state;
    start(&setting->redis, NULL, NULL);
    connect_to_one(setting);
    assert_true(test_redis_tell(&setting->redis, "ACL SETUSER default -config"));
    assert_int_equal(claim(setting, 1, NULL), TF_OK);
    assert_int_equal(tf_dedup_ping(setting->dedup, &setting->fault), TF_OK);
    assert_true(test_redis_tell(&setting->redis, "ACL SETUSER default -set"));
    assert_int_equal(claim(setting, 1, NULL), TF_E_CONFIG);
    assert_words(setting, "grant");
}

static void test_idle_connection_closed_by_the_server(void **state)
{
    struct setting *setting = *state;
    char before[41], after[41];
    start(&setting->redis, NULL, NULL);
    connect_to_one(setting);
    assert_int_equal(claim(setting, 1, NULL), TF_OK);
    tf_dedup_run_id(setting->dedup, before);
    assert_true(test_redis_tell(&setting->redis, "CLIENT KILL TYPE normal"));
    assert_int_equal(claim(setting, 2, NULL), TF_OK); /* seen before it was used */
    tf_dedup_run_id(setting->dedup, after);
    assert_string_equal(before, after);
}

enum { CROWD = 24, CROWD_IDS = 3000 };
struct crowd {
    struct tf_dedup *dedup;
    uint32_t won[CROWD], failed[CROWD];
};

static void claim_in_a_crowd(void *argument, unsigned worker)
{
    struct crowd *crowd = argument;
    for (uint32_t i = 0; i < CROWD_IDS; i += 100) {
        struct tf_claim claims[100] = {0};
        for (uint32_t k = 0; k < 100; k++) {
            uint32_t id = i + k;
            memcpy(claims[k].id.bytes, &id, sizeof id);
            claims[k].owner[0] = (uint8_t)worker;
        }
        if (tf_dedup_claim(crowd->dedup, claims, 100, NULL) != TF_OK)
            crowd->failed[worker]++;
        for (uint32_t k = 0; k < 100; k++)
            crowd->won[worker] += !claims[k].was_owned;
    }
}

static void test_more_threads_than_connections(void **state)
{
    struct setting *setting = *state;
    uint32_t won = 0, failed = 0;
    start(&setting->redis, NULL, NULL);
    const char *name = setting->redis.unix_name;
    struct tf_config config = test_redis_config(&name, 1, 10000);
    assert_int_equal(tf_dedup_create_redis(&config, "g", &setting->dedup, &setting->fault), TF_OK);
    struct crowd crowd = {.dedup = setting->dedup};
    struct tf_team *team = tf_team_create("tf-crowd", CROWD);
    assert_non_null(team);
    tf_team_run(team, claim_in_a_crowd, &crowd);
    for (unsigned i = 0; i < CROWD; i++) {
        won += crowd.won[i];
        failed += crowd.failed[i];
    }
    assert_int_equal(failed, 0);
    assert_int_equal(won, CROWD_IDS);
    redisReply *clients = test_redis_command(&setting->redis, "INFO clients");
    const char *connected = strstr(clients->str, "connected_clients:");
    assert_non_null(connected);
    assert_in_range(strtol(connected + strlen("connected_clients:"), NULL, 10), 2, 9); /* eight, and the one that asks */
    freeReplyObject(clients);
    tf_team_destroy(team);
}

int main(void)
{
#define OUTAGE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        OUTAGE(test_killed_and_restarted),
        OUTAGE(test_killed_in_mid_pipeline),
        OUTAGE(test_out_of_memory),
        OUTAGE(test_no_memory_from_the_start),
        OUTAGE(test_paused_server_times_out),
        OUTAGE(test_stopped_process_times_out),
        OUTAGE(test_replica_is_read_only),
        OUTAGE(test_servers_are_tried_in_order),
        OUTAGE(test_password),
        OUTAGE(test_password_where_none_is_set),
        OUTAGE(test_eviction_is_refused),
        OUTAGE(test_user_without_config_is_taken),
        OUTAGE(test_idle_connection_closed_by_the_server),
        OUTAGE(test_more_threads_than_connections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
