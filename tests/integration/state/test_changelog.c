/* State read back from partitions as they come, stay and go. */
#include "integration/kafka/kafka_fixture.h"

#include "taxflow/changelog.h"

enum { TAKEN_MAX = 64 };

static struct tf_config config;
static struct mock mock;
static struct tf_cluster *cluster;
static struct tf_feed *feed;
static struct tf_changelog *log_;
static struct tf_fault fault;
static char taken[TAKEN_MAX][24]; /* "partition:key=value", in the order they came */
static size_t taken_count;
static int refuse_at;             /* the row that finds no room, once; -1: none */
static bool gone[PARTITIONS];     /* by the last drop */
static size_t drops;

static enum tf_err take(void *self, uint32_t partition, struct tf_str key, struct tf_str value)
{
    (void)self;
    if ((int)taken_count == refuse_at) {
        refuse_at = -1;
        return TF_E_FULL;
    }
    assert_true(taken_count < TAKEN_MAX);
    snprintf(taken[taken_count++], sizeof taken[0], "%u:%.*s=%.*s", partition, TF_STR_ARGS(key), TF_STR_ARGS(tf_str_present(value) ? value : TF_STR("-")));
    return TF_OK;
}

static void drop(void *self, const struct tf_state_going *going)
{
    (void)self;
    drops++;
    for (uint32_t p = 0; p < PARTITIONS; p++)
        gone[p] = going->goes(going->self, p);
}

static void write_row(uint32_t partition, const char *key, const char *value)
{
    struct tf_ticket ticket = {0};
    const struct tf_row row = {.stream = TF_STREAM_FRAUD_STATE, .partition = partition, .key = tf_str_of(key), .value = value ? tf_str_of(value) : TF_STR_NONE};
    assert_int_equal(tf_feed_send(feed, &row, &ticket), TF_OK);
    assert_int_equal(tf_feed_wait(feed, &ticket, 1, DEADLINE_MS), TF_OK);
    assert_int_equal(ticket.err, TF_OK);
}

static int open_all(void **state)
{
    (void)state;
    config = default_config();
    mock = start_mock(&config);
    assert_int_equal(tf_cluster_create(&config, &cluster, &fault), TF_OK);
    assert_int_equal(tf_feed_create(cluster, &config, "test", 1 << 20, &feed, &fault), TF_OK);
    await_feed(feed);
    taken_count = drops = 0;
    refuse_at = -1;
    const struct tf_changelog_options options = {.cluster = cluster, .config = &config, .stream = TF_STREAM_FRAUD_STATE, .partitions = PARTITIONS,
                                                 .take = take, .drop = drop};
    log_ = tf_changelog_create(&options);
    assert_non_null(log_);
    write_row(0, "a", "1");
    write_row(1, "x", "1");
    write_row(0, "b", "1");
    write_row(0, "a", NULL);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    tf_changelog_destroy(log_);
    tf_feed_destroy(feed);
    tf_cluster_destroy(cluster);
    stop_mock(&mock);
    return 0;
}

static enum tf_err restore(struct tf_changelog_progress *progress)
{
    const int64_t until = tf_clock_mono_ms() + DEADLINE_MS;
    enum tf_err err = tf_changelog_restore(log_, 50, progress, &fault);
    while (err == TF_E_AGAIN && tf_clock_mono_ms() < until)
        err = tf_changelog_restore(log_, 50, progress, &fault);
    return err;
}

static void restore_all(void)
{
    struct tf_changelog_progress progress;
    assert_int_equal(restore(&progress), TF_OK);
    assert_true(progress.seconds > 0);
    assert_int_equal(progress.percent, 100);
    assert_int_equal(restore(&progress), TF_OK);
    assert_true(progress.seconds == 0); /* there is nothing more */
}

/* Of one partition, in order: how partitions interleave is nobody's promise. */
static void assert_taken(uint32_t partition, const char *expected)
{
    char text[TAKEN_MAX * sizeof taken[0]] = "";
    for (size_t i = 0; i < taken_count; i++)
        if (taken[i][0] == (char)('0' + partition))
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s ", taken[i] + 2);
    assert_string_equal(text, expected);
}

static void a_new_partition_is_read_whole(void **state)
{
    (void)state;
    const uint32_t both[] = {0, 1};
    const int64_t ends[] = {-1, -1};
    tf_changelog_assigned(log_, both, ends, 2);
    restore_all();
    assert_taken(0, "a=1 b=1 a=- ");
    assert_taken(1, "x=1 ");
    assert_int_equal(drops, 0);
}

static void of_one_that_stayed_only_the_tail_is_read(void **state)
{
    (void)state;
    const uint32_t both[] = {0, 1};
    const int64_t none[] = {-1, -1}, ends[] = {4, -1};
    tf_changelog_assigned(log_, both, none, 2);
    restore_all();
    taken_count = 0;
    write_row(0, "own", "1"); /* 3: what this run wrote itself is there already */
    write_row(0, "c", "1");   /* 4 */
    tf_changelog_assigned(log_, both, ends, 1);
    restore_all();
    assert_taken(0, "c=1 ");
    assert_taken(1, "");
    assert_int_equal(drops, 1);
    assert_true(!gone[0] && gone[1]);
    taken_count = 0;
    tf_changelog_assigned(log_, both, none, 2); /* the lost one comes back: nothing of it is known */
    restore_all();
    assert_taken(0, "");
    assert_taken(1, "x=1 ");
    assert_int_equal(drops, 1);
}

static void a_row_without_room_is_given_again(void **state)
{
    (void)state;
    const uint32_t partition = 0;
    const int64_t end = -1;
    struct tf_changelog_progress progress;
    refuse_at = 1;
    tf_changelog_assigned(log_, &partition, &end, 1);
    assert_int_equal(restore(&progress), TF_E_FULL);
    assert_taken(0, "a=1 ");
    restore_all();
    assert_taken(0, "a=1 b=1 a=- ");
}

static void one_that_came_and_went_meanwhile_is_forgotten(void **state)
{
    (void)state;
    const uint32_t both[] = {0, 1};
    const int64_t none[] = {-1, -1};
    struct tf_changelog_progress progress;
    refuse_at = 1; /* in the middle */
    tf_changelog_assigned(log_, both, none, 1);
    assert_int_equal(restore(&progress), TF_E_FULL);
    tf_changelog_assigned(log_, &both[1], none, 1);
    assert_true(gone[0] && !gone[1]);
    taken_count = 0;
    restore_all();
    assert_taken(0, "");
    assert_taken(1, "x=1 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_partition_is_read_whole, open_all, close_all),
        cmocka_unit_test_setup_teardown(of_one_that_stayed_only_the_tail_is_read, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_row_without_room_is_given_again, open_all, close_all),
        cmocka_unit_test_setup_teardown(one_that_came_and_went_meanwhile_is_forgotten, open_all, close_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
