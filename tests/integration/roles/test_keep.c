/* What comes in is kept, records say in what they came, and nothing is taken in while it cannot be kept. */
#include "roles_fixture.h"

#include "taxflow/originals.h"

#define JSON_TYPE "Content-Type: application/json\r\n"
#define LINES_TYPE "Content-Type: application/x-ndjson\r\n"
#define CSV_TYPE "Content-Type: text/csv\r\n"
#define TABLE "vendor;payment date;amount;ccy;invoice no\nV1;2026-01-31;1.25;EUR;7\nV2;2026-02-30;2.00;EUR;8\n"

static char archive[64], watch[64];

static struct fixture *open_keeping(void)
{
    char kept[96], drop[96];
    snprintf(archive, sizeof archive, "/tmp/taxflow-keep-XXXXXX");
    assert_non_null(mkdtemp(archive));
    snprintf(watch, sizeof watch, "/tmp/taxflow-drop-XXXXXX");
    assert_non_null(mkdtemp(watch));
    snprintf(kept, sizeof kept, "collector.archive_dir=%s", archive);
    snprintf(drop, sizeof drop, "collector.watch_dir=%s", watch);
    const char *sets[] = {kept, drop};
    struct fixture *f = open_fixture(sets, 2);
    struct tf_role_run *run = start_role(f, "collector");
    AWAIT(is_ready(run));
    return f;
}

static void close_keeping(struct fixture *f)
{
    char command[192];
    close_fixture(f);
    snprintf(command, sizeof command, "rm -rf '%s' '%s'", archive, watch);
    assert_int_equal(system(command), 0);
}

static void drop_text(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", watch, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

static bool is_in(const char *folder, const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s/%s", watch, folder, name);
    return access(path, F_OK) == 0;
}

/* The header's bytes are kept, and they are these. */
static void assert_kept(struct tf_str header, const char *bytes, const char *media)
{
    char expected[TF_ORIGINAL_TEXT_BYTES], read_back[1024] = "", hex[65];
    uint8_t digest[32];
    struct tf_original original = {.bytes = strlen(bytes)};
    struct tf_fault fault = {0};
    int fd;
    tf_hash_sha256_full(tf_str_of(bytes), digest);
    tf_hash_hex(digest, sizeof digest, hex);
    memcpy(original.sha256, hex, sizeof hex);
    tf_original_write(&original, tf_str_of(media), expected);
    assert_str(header, expected);
    if (tf_originals_open(archive, hex, &fd, &fault) != TF_OK)
        fail_msg("%s", fault.text);
    assert_int_equal(read(fd, read_back, sizeof read_back), (ssize_t)strlen(bytes));
    assert_string_equal(read_back, bytes);
    close(fd);
}

/* The record's bytes and id are the same whatever it came in: only the header beside it tells. */
static void test_a_record_says_what_it_came_in(void **state)
{
    (void)state;
    struct fixture *f = open_keeping();
    static const char spaced[] = " " PAYMENT("S") "\n";
    assert_int_equal(post_status(f, JSON_TYPE, PAYMENT("S")), 202);
    drop_text("a.ndjson", spaced);
    AWAIT(is_in("done", "a.ndjson"));
    read_rows(&f->audit, 2);
    assert_true(tf_str_eq(f->audit.rows[0].value, f->audit.rows[1].value));
    assert_true(tf_str_eq(header_of(&f->audit.rows[0], "ce_id"), header_of(&f->audit.rows[1], "ce_id")));
    assert_null(memmem(f->audit.rows[0].value.ptr, f->audit.rows[0].value.len, "sha256", 6));
    assert_kept(header_of(&f->audit.rows[0], "ce_tforiginal"), PAYMENT("S"), "application/json");
    assert_kept(header_of(&f->audit.rows[1], "ce_tforiginal"), spaced, "application/x-ndjson");
    close_keeping(f);
}

static void test_files_of_other_programs(void **state)
{
    (void)state;
    struct fixture *f = open_keeping();
    assert_int_equal(post_status(f, CSV_TYPE, TABLE), 207);
    drop_text("a.csv", TABLE);
    AWAIT(is_in("done", "a.csv"));
    read_rows(&f->audit, 2);
    read_rows(&f->dlq, 1);
    assert_true(tf_str_eq(header_of(&f->audit.rows[0], "ce_id"), header_of(&f->audit.rows[1], "ce_id")));
    assert_kept(header_of(&f->audit.rows[0], "ce_tforiginal"), TABLE, "text/csv");
    assert_kept(header_of(&f->audit.rows[1], "ce_tforiginal"), TABLE, "text/csv");
    assert_kept(header_of(&f->dlq.rows[0], "tf_original"), TABLE, "text/csv");
    close_keeping(f);
}

/* Every request of a group, and every line of one, has its own. */
static void test_lines(void **state)
{
    (void)state;
    struct fixture *f = open_keeping();
    static const char lines[] = EVENT("1", "S") "\n" EVENT("2", "S") "\n";
    assert_int_equal(post_status(f, LINES_TYPE, lines), 202);
    assert_int_equal(post_status(f, "Content-Type: image/png\r\n", "no record"), 415);
    read_rows(&f->audit, 2);
    for (size_t i = 0; i < 2; i++)
        assert_kept(header_of(&f->audit.rows[i], "ce_tforiginal"), lines, "application/x-ndjson");
    close_keeping(f);
}

static void move_incoming(bool away)
{
    char here[128], there[128];
    snprintf(here, sizeof here, "%s/incoming", archive);
    snprintf(there, sizeof there, "%s/away", archive);
    assert_int_equal(away ? rename(here, there) : rename(there, here), 0);
}

static void test_what_cannot_be_kept_is_not_taken(void **state)
{
    (void)state;
    struct fixture *f = open_keeping();
    move_incoming(true);
    char *answer = post(f, JSON_TYPE, PAYMENT("S"));
    assert_int_equal(client_status(answer), 503);
    assert_non_null(strstr(answer, "collector.archive_dir"));
    assert_non_null(strcasestr(answer, "Retry-After: "));
    free(answer);
    assert_int_equal(post_status(f, CSV_TYPE, TABLE), 503);
    assert_false(is_ready(f->runs[0]));
    drop_text("waits.csv", TABLE);
    AWAIT(is_in("work", "waits.csv"));
    read_rows(&f->audit, 0);
    move_incoming(false);
    AWAIT(is_ready(f->runs[0]));
    assert_int_equal(post_status(f, JSON_TYPE, PAYMENT("S")), 202);
    AWAIT(is_in("done", "waits.csv"));
    read_rows(&f->audit, 2);
    read_rows(&f->dlq, 1);
    close_keeping(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_record_says_what_it_came_in),
        cmocka_unit_test(test_files_of_other_programs),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_what_cannot_be_kept_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
