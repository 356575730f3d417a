/* The drop folder against a collector on the embedded broker. */
#include "roles_fixture.h"

#include <fcntl.h>

#include "collector/collector_internal.h"
#include "unit/import/saft/saft_file.h"

static char watch[48];

static const char *in_watch(const char *name)
{
    static char paths[8][256];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", watch, name);
    return path;
}

static void write_text(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static struct fixture *open_drop(void)
{
    char set[80];
    snprintf(watch, sizeof watch, "/tmp/taxflow-drop-XXXXXX");
    assert_non_null(mkdtemp(watch));
    snprintf(set, sizeof set, "collector.watch_dir=%s", watch);
    const char *sets[] = {set};
    return open_fixture(sets, 1);
}

static void start_collector(struct fixture *f)
{
    struct tf_role_run *run = start_role(f, "collector");
    AWAIT(is_ready(run));
}

static void close_drop(struct fixture *f)
{
    char command[96];
    close_fixture(f);
    snprintf(command, sizeof command, "rm -rf '%s'", watch);
    assert_int_equal(system(command), 0);
}

static void test_a_renamed_file(void **state)
{
    (void)state;
    struct fixture *f = open_drop();
    char outside[128];
    start_collector(f);
    snprintf(outside, sizeof outside, "%s/a.ndjson", f->folder);
    write_text(outside, EVENT("late", "S") "\ntorn\n" EVENT("early", "S") "\n");
    assert_int_equal(rename(outside, in_watch("a.ndjson")), 0);
    AWAIT(exists(in_watch("done/a.ndjson")));
    assert_false(exists(in_watch("a.ndjson")));
    assert_false(exists(in_watch("work/a.ndjson")));
    read_rows(&f->audit, 2);
    read_rows(&f->dlq, 1);
    const struct tf_row *dead = &f->dlq.rows[0];
    assert_str(header_of(dead, "tf_role"), "collector");
    assert_str(header_of(dead, "tf_reason"), "malformed-json");
    assert_str(dead->value, "torn");
    assert_non_null(memmem(header_of(dead, "tf_position").ptr, header_of(dead, "tf_position").len, "a.ndjson:0:2", 12));
    close_drop(f);
}

static void test_a_file_is_taken_when_it_is_closed(void **state)
{
    (void)state;
    struct fixture *f = open_drop();
    start_collector(f);
    FILE *slow = fopen(in_watch("slow.ndjson"), "w");
    fputs(EVENT("1", "S") "\n", slow);
    fflush(slow);
    write_text(in_watch("quick.ndjson"), EVENT("2", "S") "\n"); /* another one does not take the open one with it */
    AWAIT(exists(in_watch("done/quick.ndjson")));
    assert_true(exists(in_watch("slow.ndjson")));
    read_rows(&f->audit, 1);
    fputs(EVENT("3", "S") "\n", slow);
    assert_int_equal(fclose(slow), 0);
    AWAIT(exists(in_watch("done/slow.ndjson")));
    read_rows(&f->audit, 3);
    close_drop(f);
}

static void test_names_that_are_left_alone(void **state)
{
    (void)state;
    static const char *const names[] = {".hidden", "x.tmp", "x.part", ".x.ndjson"};
    struct fixture *f = open_drop();
    start_collector(f);
    for (size_t i = 0; i < 4; i++)
        write_text(in_watch(names[i]), EVENT("no", "S") "\n");
    assert_int_equal(mkdir(in_watch("folder.ndjson"), 0700), 0);
    assert_int_equal(mkfifo(in_watch("fifo.ndjson"), 0600), 0);
    assert_int_equal(symlink("/etc/hostname", in_watch("link.ndjson")), 0);
    write_text(in_watch("last.ndjson"), EVENT("yes", "S") "\n");
    AWAIT(exists(in_watch("done/last.ndjson")));
    assert_int_equal(rename(in_watch("x.tmp"), in_watch("x.ndjson")), 0); /* finished now */
    AWAIT(exists(in_watch("done/x.ndjson")));
    read_rows(&f->audit, 2);
    read_rows(&f->dlq, 0);
    assert_true(exists(in_watch(".hidden")) && exists(in_watch("x.part")) && exists(in_watch(".x.ndjson")));
    assert_true(exists(in_watch("folder.ndjson")) && exists(in_watch("fifo.ndjson")) && exists(in_watch("link.ndjson")));
    close_drop(f);
}

static void test_the_same_name_again(void **state)
{
    (void)state;
    struct fixture *f = open_drop();
    start_collector(f);
    static const char *const archived[] = {"done/a.ndjson", "done/a.ndjson.2", "done/a.ndjson.3"};
    for (size_t i = 0; i < 3; i++) {
        write_text(in_watch("a.ndjson"), EVENT("1", "S") "\n");
        AWAIT(exists(in_watch(archived[i])));
    }
    read_rows(&f->audit, 3); /* the roles' claim tells repeats: the collector does not */
    close_drop(f);
}

static void test_what_lies_there_at_the_start(void **state)
{
    (void)state;
    struct fixture *f = open_drop();
    struct timespec old[2] = {{.tv_sec = 1700000000}, {.tv_sec = 1700000000}};
    assert_int_equal(mkdir(in_watch("work"), 0700), 0);
    write_text(in_watch("work/crashed.ndjson"), EVENT("1", "S") "\n");
    write_text(in_watch("waiting.ndjson"), EVENT("2", "S") "\n");
    assert_int_equal(utimensat(AT_FDCWD, in_watch("waiting.ndjson"), old, 0), 0);
    FILE *open_one = fopen(in_watch("open.ndjson"), "w"); /* just being written */
    fputs(EVENT("3", "S") "\n", open_one);
    fflush(open_one);
    start_collector(f);
    AWAIT(exists(in_watch("done/crashed.ndjson")) && exists(in_watch("done/waiting.ndjson")));
    assert_true(exists(in_watch("open.ndjson")));
    assert_int_equal(fclose(open_one), 0);
    AWAIT(exists(in_watch("done/open.ndjson")));
    read_rows(&f->audit, 3);
    close_drop(f);
}

/* The role shows that it is alive while a file is on its way, and a stop does not lose it: it is read again. */
static void test_a_long_file_and_a_stop(void **state)
{
    (void)state;
    struct fixture *f = open_drop();
    start_collector(f);
    FILE *out = fopen(in_watch("long.tmp"), "w");
    for (int i = 0; i < 100000; i++)
        fprintf(out, "{\"kind\":\"account\",\"company\":\"A\",\"account\":{\"number\":\"%d\"}}\n", i);
    fclose(out);
    assert_int_equal(rename(in_watch("long.tmp"), in_watch("long.ndjson")), 0);
    AWAIT(exists(in_watch("work/long.ndjson")));
    assert_true(tf_health_alive(f->runs[0]->health, 5000));
    stop_roles(f);
    bool done = exists(in_watch("done/long.ndjson"));
    assert_true(done != exists(in_watch("work/long.ndjson")));
    close_drop(f);
}

#define TABLE_HEAD "vendor;payment date;amount;ccy;invoice no\n"

static char *read_text(const char *path)
{
    static char text[1024];
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    text[fread(text, 1, sizeof text - 1, in)] = '\0';
    fclose(in);
    return text;
}

/* A table of another program: a record a row; a row that cannot be one is a dead letter with its line and column; equal rows stay two. */
static void test_a_table(void **state)
{
    (void)state;
    struct fixture *f = open_drop();
    start_collector(f);
    write_text(in_watch("a.csv"), TABLE_HEAD "V1;2026-01-31;1.25;EUR;7\nV2;2026-02-30;2.00;EUR;8\nV1;2026-01-31;1.25;EUR;7\n");
    AWAIT(exists(in_watch("done/a.csv")));
    read_rows(&f->audit, 2);
    read_rows(&f->dlq, 1);
    assert_false(tf_str_eq(header_of(&f->audit.rows[0], "ce_id"), header_of(&f->audit.rows[1], "ce_id")));
    assert_true(tf_str_eq(f->audit.rows[0].value, f->audit.rows[1].value));
    const struct tf_row *dead = &f->dlq.rows[0];
    struct tf_str position = header_of(dead, "tf_position");
    assert_str(header_of(dead, "tf_reason"), "bad-date");
    assert_str(header_of(dead, "tf_path"), "payment date");
    assert_str(dead->value, "V2;2026-02-30;2.00;EUR;8");
    assert_non_null(memmem(position.ptr, position.len, "a.csv:0:3", 9));
    /* Its rows in another order, under another name: the same ids. */
    write_text(in_watch("b.csv"), TABLE_HEAD "V1;2026-01-31;1.25;EUR;7\nV1;2026-01-31;1.25;EUR;7\n");
    AWAIT(exists(in_watch("done/b.csv")));
    read_rows(&f->audit, 4);
    assert_true(tf_str_eq(header_of(&f->audit.rows[0], "ce_id"), header_of(&f->audit.rows[2], "ce_id")));
    assert_true(tf_str_eq(header_of(&f->audit.rows[1], "ce_id"), header_of(&f->audit.rows[3], "ce_id")));
    close_drop(f);
}

/* What a file breaks as a whole lies beside it; one that breaks nothing stands alone. */
static void test_an_audit_file(void **state)
{
    (void)state;
    struct fixture *f = open_drop();
    start_collector(f);
    write_text(in_watch("wrong.xml"), NO_FILE(NO_HEADER NO_GOOD_MASTERS NO_ENTRIES("2", "125.00", "125", NO_JOURNAL("GL", NO_TRANSACTION("7", "2025-03-31", NO_GOOD_LINES)))));
    AWAIT(exists(in_watch("done/wrong.xml")));
    assert_non_null(strstr(read_text(in_watch("done/wrong.xml.findings.json")), "\"rule\":\"SAFT-01\""));
    write_text(in_watch("good.xml"), NO_GOOD);
    AWAIT(exists(in_watch("done/good.xml")));
    assert_false(exists(in_watch("done/good.xml.findings.json")));
    read_rows(&f->audit, 8);
    read_rows(&f->dlq, 0);
    close_drop(f);
}

static void test_a_file_that_is_refused(void **state)
{
    (void)state;
    static const struct { const char *name, *text, *reason; } cases[] = {
        {"book.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save the sheet as CSV UTF-8"},
        {"dates.csv", TABLE_HEAD "V1;03/04/2026;1.25;EUR;7\nV2;05/06/2026;2.00;EUR;8\n", "DD"},
    };
    struct fixture *f = open_drop();
    start_collector(f);
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        char refused[64], beside[72];
        snprintf(refused, sizeof refused, "refused/%s", cases[c].name);
        snprintf(beside, sizeof beside, "refused/%s.reason", cases[c].name);
        write_text(in_watch(cases[c].name), cases[c].text);
        AWAIT(exists(in_watch(refused)));
        if (!strstr(read_text(in_watch(beside)), cases[c].reason))
            fail_msg("%s", read_text(in_watch(beside)));
    }
    write_text(in_watch("book.xls"), cases[0].text);
    AWAIT(exists(in_watch("refused/book.xls.2")) && exists(in_watch("refused/book.xls.2.reason")));
    write_text(in_watch("after.ndjson"), EVENT("1", "S") "\n"); /* what comes behind does not wait */
    AWAIT(exists(in_watch("done/after.ndjson")));
    read_rows(&f->audit, 1);
    read_rows(&f->dlq, 0);
    close_drop(f);
}

static void test_folders_that_cannot_be_used(void **state)
{
    (void)state;
    struct fixture *f = open_drop();
    write_text(in_watch("work"), "in the way");
    struct tf_role_run *run = start_role(f, "collector");
    AWAIT(!atomic_load(&run->running));
    assert_int_equal(run->result, TF_E_CONFIG);
    assert_non_null(strstr(run->fault.text, "collector.watch_dir"));
    assert_true(tf_role_join(run, DEADLINE_MS));
    f->runs_count = 0;
    tf_role_destroy(run);
    close_drop(f);
}

static void test_takes(void **state)
{
    (void)state;
    snprintf(watch, sizeof watch, "/tmp/taxflow-drop-XXXXXX");
    assert_non_null(mkdtemp(watch));
    static const struct { const char *name; bool takes; } cases[] = {
        {"a.ndjson", true}, {"a", true},       {"tmp", true},    {"part", true},  {"a.tmp.ndjson", true}, {"a.TMP", true}, {"a.tmp", false},
        {"a.part", false},  {".tmp", false},   {".part", false}, {".a", false},   {"..a", false},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        write_text(in_watch(cases[c].name), "x");
        assert_true(tf_drop_takes(watch, cases[c].name) == cases[c].takes);
    }
    assert_false(tf_drop_takes(watch, "missing"));
    assert_false(tf_drop_takes("/", "tmp"));
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", watch);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_takes),
        cmocka_unit_test(test_a_renamed_file),
        cmocka_unit_test(test_a_file_is_taken_when_it_is_closed),
        cmocka_unit_test(test_names_that_are_left_alone),
        cmocka_unit_test(test_the_same_name_again),
        cmocka_unit_test(test_what_lies_there_at_the_start),
        cmocka_unit_test(test_a_long_file_and_a_stop),
        cmocka_unit_test(test_a_table),
        cmocka_unit_test(test_an_audit_file),
        cmocka_unit_test(test_a_file_that_is_refused),
        cmocka_unit_test(test_folders_that_cannot_be_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
