/* A store keeps a run whole or not at all, belongs to one run at a time, and says by name what it cannot take. */
#include "store_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <sqlite3.h>

enum { FRAUD = 9, TAX = 10, STARTED_MS = 1000 };

static struct tf_hash16 id_of(uint32_t number)
{
    const struct tf_str text = {(const char *)&number, sizeof number};
    return tf_hash_sha256(&text, 1);
}

static void put(struct tf_store *store, unsigned stream, const char *key, const char *value)
{
    struct tf_fault fault = {0};
    assert_int_equal(tf_store_put_row(store, stream, tf_str_of(key), value ? tf_str_of(value) : TF_STR_NONE, &fault), TF_OK);
}

static void claim(struct tf_store *store, uint32_t id, uint32_t file)
{
    struct tf_fault fault = {0};
    const struct tf_store_claim one = {.id = id_of(id), .file = file, .line = id + 1, .body = {1, 2, 3}};
    assert_int_equal(tf_store_add_claim(store, &one, &fault), TF_OK);
}

static bool claimed(struct tf_store *store, uint32_t id, struct tf_store_claim *found)
{
    struct tf_fault fault = {0};
    bool is = false;
    assert_int_equal(tf_store_find_claim(store, id_of(id), found, &is, &fault), TF_OK);
    return is;
}

static uint32_t add_file(struct tf_store *store, const char *name, int64_t started_ms)
{
    struct tf_fault fault = {0};
    uint32_t number = 0;
    assert_int_equal(tf_store_add_file(store, tf_str_of(name), started_ms, &number, &fault), TF_OK);
    return number;
}

static enum tf_err append(void *self, struct tf_str key, struct tf_str value)
{
    char *text = self;
    snprintf(text + strlen(text), 256 - strlen(text), "%.*s=%.*s ", TF_STR_ARGS(key), TF_STR_ARGS(value));
    return TF_OK;
}

static void assert_rows(struct tf_store *store, unsigned stream, const char *expected)
{
    char text[256] = "";
    struct tf_fault fault = {0};
    assert_int_equal(tf_store_read_rows(store, stream, append, text, &fault), TF_OK);
    assert_string_equal(text, expected);
}

static void test_the_last_row_of_a_key_counts(void **state)
{
    (void)state;
    struct tf_store *store = opened(false);
    put(store, FRAUD, "a", "1");
    put(store, FRAUD, "b", "2");
    put(store, TAX, "a", "3");
    put(store, FRAUD, "a", "4");
    put(store, TAX, "gone", "5");
    put(store, TAX, "gone", NULL);
    put(store, TAX, "never", NULL);
    commit(store);
    store = opened(false);
    assert_rows(store, FRAUD, "b=2 a=4 ");
    assert_rows(store, TAX, "a=3 ");
    put(store, FRAUD, "b", NULL); /* of the run before */
    put(store, TAX, "a", "6");
    commit(store);
    store = opened(true);
    assert_rows(store, FRAUD, "a=4 ");
    assert_rows(store, TAX, "a=6 ");
    tf_store_close(store);
}

static void test_what_was_not_committed_never_was(void **state)
{
    (void)state;
    struct tf_store *store = opened(false);
    struct tf_store_claim found;
    put(store, FRAUD, "a", "1");
    claim(store, 1, add_file(store, "one.csv", STARTED_MS));
    commit(store);
    store = opened(false);
    assert_rows(store, FRAUD, "a=1 ");
    put(store, FRAUD, "a", "2");
    put(store, FRAUD, "b", "2");
    claim(store, 2, add_file(store, "two.csv", STARTED_MS));
    tf_store_close(store);
    store = opened(false);
    assert_rows(store, FRAUD, "a=1 ");
    assert_true(claimed(store, 1, &found));
    assert_false(claimed(store, 2, &found));
    tf_store_close(store);
}

static void test_claims_name_their_file_and_line(void **state)
{
    (void)state;
    struct tf_store *store = opened(false);
    struct tf_store_claim found;
    const uint32_t one = add_file(store, "one.csv", STARTED_MS), two = add_file(store, "two.csv", STARTED_MS);
    claim(store, 5, one);
    claim(store, 6, two);
    claim(store, 5, two); /* who was first stays it */
    commit(store);
    store = opened(true);
    assert_true(claimed(store, 5, &found));
    assert_string_equal(tf_store_file_name(store, found.file), "one.csv");
    assert_int_equal(found.line, 6);
    assert_int_equal(found.body[2], 3);
    assert_true(claimed(store, 6, &found));
    assert_string_equal(tf_store_file_name(store, found.file), "two.csv");
    assert_string_equal(tf_store_file_name(store, 77), "?");
    tf_store_close(store);
}

/* Past the first looks a filter answers; it must not deny anything. */
static void test_every_one_of_many_claims_is_found(void **state)
{
    (void)state;
    enum { CLAIMS = 20000 };
    struct tf_store *store = opened(false);
    struct tf_store_claim found;
    const uint32_t file = add_file(store, "one.csv", STARTED_MS);
    for (uint32_t i = 0; i < CLAIMS; i++)
        claim(store, i, file);
    commit(store);
    store = opened(false);
    for (uint32_t i = 0; i < CLAIMS; i++) {
        assert_true(claimed(store, i, &found));
        assert_int_equal(found.line, i + 1);
        assert_false(claimed(store, CLAIMS + i, &found));
    }
    tf_store_close(store);
}

static void test_old_claims_leave_and_numbers_are_not_given_again(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    struct tf_store_claim found;
    struct tf_store *store = opened(false);
    const uint32_t old = add_file(store, "old.csv", 1000);
    claim(store, 1, old);
    commit(store);
    store = opened(false);
    const uint32_t newer = add_file(store, "new.csv", 2000);
    claim(store, 2, newer);
    assert_int_equal(tf_store_forget_claims(store, 1000, &fault), TF_OK);
    assert_true(claimed(store, 1, &found));
    assert_int_equal(tf_store_forget_claims(store, 1001, &fault), TF_OK);
    assert_false(claimed(store, 1, &found));
    assert_true(claimed(store, 2, &found));
    commit(store);
    store = opened(false);
    assert_int_equal(tf_store_forget_claims(store, 5000, &fault), TF_OK);
    const uint32_t last = add_file(store, "last.csv", 6000);
    assert_true(last > newer && newer > old);
    tf_store_close(store);
}

static void test_one_run_at_a_time(void **state)
{
    (void)state;
    struct tf_store *one = opened(false), *other = NULL;
    struct tf_fault fault = {0};
    assert_int_equal(try_open(false, &other, &fault), TF_E_UNAVAILABLE);
    assert_non_null(strstr(fault.text, "another run has this state open"));
    assert_int_equal(try_open(true, &other, &fault), TF_E_UNAVAILABLE);
    put(one, FRAUD, "a", "1");
    commit(one);
    struct tf_store *reader = opened(true), *second = opened(true); /* readers do not mind each other */
    assert_rows(second, FRAUD, "a=1 ");
    assert_int_equal(try_open(false, &other, &fault), TF_E_UNAVAILABLE);
    tf_store_close(reader);
    tf_store_close(second);
    tf_store_close(opened(false));
}

static void test_it_is_its_owners_alone(void **state)
{
    (void)state;
    struct stat info;
    char path[96];
    const mode_t before = umask(0);
    commit(opened(false));
    umask(before);
    assert_int_equal(stat(folder, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    snprintf(path, sizeof path, "%s/state.db", folder);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void test_reading_makes_nothing(void **state)
{
    (void)state;
    struct tf_store *store = NULL;
    struct tf_fault fault = {0};
    struct stat info;
    assert_int_equal(try_open(true, &store, &fault), TF_E_NO_INPUT);
    assert_int_not_equal(stat(folder, &info), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(try_open(true, &store, &fault), TF_E_NO_INPUT);
}

static void test_settings_must_be_those_of_before(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    struct tf_store *store = opened(false);
    assert_int_equal(tf_store_hold_to(store, "fraud rules", TF_STR("v1"), "give others", &fault), TF_OK);
    assert_int_equal(tf_store_hold_to(store, "companies", TF_STR(""), "give others", &fault), TF_OK);
    commit(store);
    store = opened(true);
    assert_int_equal(tf_store_hold_to(store, "fraud rules", TF_STR("v1"), "give others", &fault), TF_OK);
    assert_int_equal(tf_store_hold_to(store, "companies", TF_STR(""), "give others", &fault), TF_OK);
    assert_int_equal(tf_store_hold_to(store, "fraud rules", TF_STR("v2"), "give others", &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "other fraud rules; give others"));
    tf_store_close(store);
}

static void change(const char *sql)
{
    sqlite3 *db = NULL;
    char path[96];
    snprintf(path, sizeof path, "%s/state.db", folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void test_other_versions_and_programs_are_named(void **state)
{
    (void)state;
    struct tf_store *store = NULL;
    struct tf_fault fault = {0};
    commit(opened(false));
    change("PRAGMA user_version=3");
    assert_int_equal(try_open(false, &store, &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "version 3, this one has 2"));
    change("PRAGMA application_id=1");
    assert_int_equal(try_open(false, &store, &fault), TF_E_VALUE);
    assert_non_null(strstr(fault.text, "database of another program"));
}

static void test_what_is_no_database_is_named(void **state)
{
    (void)state;
    struct tf_store *store = NULL;
    struct tf_fault fault = {0};
    char path[96];
    commit(opened(false));
    snprintf(path, sizeof path, "%s/state.db", folder);
    const int fd = open(path, O_WRONLY | O_TRUNC);
    assert_int_equal(write(fd, "date;amount\n1;2\n", 16), 16);
    close(fd);
    assert_int_equal(try_open(false, &store, &fault), TF_E_VALUE);
    assert_non_null(strstr(fault.text, "damaged or no database"));
}

static void test_a_full_disk_leaves_what_was_before(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    struct tf_store *store = opened(false);
    put(store, FRAUD, "a", "1");
    commit(store);
    assert_int_equal(tf_store_open(&(struct tf_store_options){.folder = folder, .bytes_max = 200000}, &store, &fault), TF_OK);
    assert_rows(store, FRAUD, "a=1 ");
    static char large[4000];
    memset(large, 'x', sizeof large - 1);
    enum tf_err err = TF_OK;
    for (uint32_t i = 0; i < 1000 && err == TF_OK; i++)
        err = tf_store_put_row(store, FRAUD, (struct tf_str){(const char *)&i, sizeof i}, tf_str_of(large), &fault);
    assert_int_equal(err, TF_E_IO);
    assert_non_null(strstr(fault.text, "no room is left"));
    tf_store_close(store);
    store = opened(false);
    assert_rows(store, FRAUD, "a=1 ");
    tf_store_close(store);
}

static enum tf_err refuse(void *self, struct tf_str key, struct tf_str value)
{
    (void)self;
    (void)key;
    (void)value;
    return TF_E_FULL;
}

static void test_a_reader_may_refuse(void **state)
{
    (void)state;
    struct tf_fault fault = {0};
    struct tf_store *store = opened(false);
    put(store, FRAUD, "a", "1");
    assert_int_equal(tf_store_read_rows(store, FRAUD, refuse, NULL, &fault), TF_E_FULL);
    tf_store_close(store);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_the_last_row_of_a_key_counts),
        IN_FOLDER(test_what_was_not_committed_never_was),
        IN_FOLDER(test_claims_name_their_file_and_line),
        IN_FOLDER(test_every_one_of_many_claims_is_found),
        IN_FOLDER(test_old_claims_leave_and_numbers_are_not_given_again),
        IN_FOLDER(test_one_run_at_a_time),
        IN_FOLDER(test_it_is_its_owners_alone),
        IN_FOLDER(test_reading_makes_nothing),
        IN_FOLDER(test_settings_must_be_those_of_before),
        IN_FOLDER(test_other_versions_and_programs_are_named),
        IN_FOLDER(test_what_is_no_database_is_named),
        IN_FOLDER(test_a_full_disk_leaves_what_was_before),
        IN_FOLDER(test_a_reader_may_refuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
