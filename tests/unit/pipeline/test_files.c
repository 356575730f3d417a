#include "folder.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "taxflow/thread.h"

#define PAYMENT(id, date) \
    "{\"specversion\":\"1.0\",\"id\":\"" id "\",\"source\":\"s\",\"type\":\"taxflow.payment.v1\",\"data\":{\"kind\":\"payment\",\"company\":\"A\"," \
    "\"payment\":{\"supplier\":\"S\",\"amount\":\"1.00\",\"currency\":\"EUR\",\"date\":\"" date "\"}}}"

static void assert_next(struct tf_files *files, const char *text, uint64_t line)
{
    struct tf_str got;
    uint32_t file;
    uint64_t number;
    assert_true(tf_files_next(files, &got, &file, &number));
    if (!tf_str_is(got, text))
        fail_msg("\"%.*s\" is not \"%s\"", TF_STR_ARGS(got), text);
    assert_int_equal(number, line);
}

static void assert_end(struct tf_files *files)
{
    struct tf_str text;
    uint32_t file;
    uint64_t line;
    assert_false(tf_files_next(files, &text, &file, &line));
    tf_files_destroy(files);
}

static void test_event_time_order(void **state)
{
    (void)state;
    struct tf_files *files = open_text(PAYMENT("c", "2026-03-01") "\n" PAYMENT("a", "2026-01-01") "\ntorn\n" PAYMENT("b", "2026-02-01") "\n");
    assert_int_equal(tf_files_count(files), 4);
    assert_next(files, "torn", 3); /* no time: first */
    assert_next(files, PAYMENT("a", "2026-01-01"), 2);
    assert_next(files, PAYMENT("b", "2026-02-01"), 4);
    assert_next(files, PAYMENT("c", "2026-03-01"), 1);
    assert_end(files);
}

static void test_line_order(void **state)
{
    (void)state;
    struct tf_files *files = open_text(PAYMENT("c", "2026-03-01") "\n" PAYMENT("a", "2026-01-01") "\ntorn");
    tf_files_in_line_order(files);
    assert_next(files, PAYMENT("c", "2026-03-01"), 1);
    assert_next(files, PAYMENT("a", "2026-01-01"), 2);
    assert_next(files, "torn", 3);
    assert_end(files);
}

static void test_amendments_follow_what_they_amend(void **state)
{
    (void)state;
    char lines[4][256], text[1200] = "";
    for (int n = 0; n < 4; n++)
        snprintf(lines[n], sizeof lines[0],
                 "{\"specversion\":\"1.0\",\"id\":\"x\",\"source\":\"s\",\"type\":\"taxflow.payment.v1\",\"data\":{\"kind\":\"payment\",\"company\":\"A\","
                 "\"revision\":%d,\"payment\":{\"supplier\":\"S\",\"amount\":\"1\",\"currency\":\"EUR\",\"date\":\"2026-01-01\"}}}",
                 n + 1);
    for (int i = 3; i >= 0; i--)
        sprintf(text + strlen(text), "%s\n", lines[i]);
    struct tf_files *files = open_text(text);
    for (uint64_t n = 0; n < 4; n++)
        assert_next(files, lines[n], 4 - n);
    assert_end(files);
}

static void test_line_ends(void **state)
{
    (void)state;
    static const struct { const char *text; uint64_t lines[3]; size_t count; } cases[] = {
        {"", {0}, 0},
        {"\n", {0}, 0},
        {"\n \t\r\n\n", {0}, 0},
        {"x", {1}, 1},
        {"x\n", {1}, 1},
        {"x\r\n", {1}, 1},
        {"x\r", {1}, 1},
        {"\n\nx\n\nx", {3, 5}, 2},
        {"x\nx\nx", {1, 2, 3}, 3},
        {"x\r\n\r\nx\r\n", {1, 3}, 2},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct tf_files *files = open_text(cases[c].text);
        assert_int_equal(tf_files_count(files), cases[c].count);
        for (size_t i = 0; i < cases[c].count; i++)
            assert_next(files, "x", cases[c].lines[i]);
        assert_end(files);
    }
}

static void test_lines_longer_than_a_chunk(void **state)
{
    (void)state;
    size_t sizes[] = {8 * 1024 * 1024 - 1, 8 * 1024 * 1024, 8 * 1024 * 1024 + 1, 20 * 1024 * 1024};
    size_t room = 64 * 1024 * 1024, len = 0;
    char *text = malloc(room);
    for (size_t i = 0; i < 4; i++) {
        memset(text + len, 'a' + (int)i, sizes[i]);
        len += sizes[i];
        text[len++] = '\n';
    }
    memcpy(text + len, "last", 4);
    const char *path = write_file("long.ndjson", text, len + 4);
    struct tf_files *files = open_files(&path, 1, 2);
    assert_int_equal(tf_files_count(files), 5);
    struct tf_str got;
    uint32_t file;
    uint64_t line;
    for (size_t i = 0; i < 4; i++) {
        assert_true(tf_files_next(files, &got, &file, &line));
        assert_int_equal(got.len, sizes[i]);
        assert_int_equal(got.ptr[0], 'a' + (int)i);
        assert_int_equal(got.ptr[got.len - 1], 'a' + (int)i);
        assert_int_equal(line, i + 1);
    }
    assert_next(files, "last", 5);
    assert_end(files);
    free(text);
}

/* One line of 150 MiB is one entry, cut; what follows keeps its line number, and no tail of it becomes a record. */
static void test_an_endless_line_is_one_entry(void **state)
{
    (void)state;
    char *block = malloc(1 << 20);
    const char *path = path_of("endless.ndjson");
    FILE *out = fopen(path, "w");
    fputs("first\n", out);
    memset(block, ' ', 1 << 20);
    block[0] = '[';
    for (int i = 0; i < 150; i++)
        fwrite(block, 1, 1 << 20, out);
    fputs("{\"kind\":\"account\"}\nlast\n", out);
    assert_int_equal(fclose(out), 0);
    struct tf_files *files = open_files(&path, 1, 1);
    assert_int_equal(tf_files_count(files), 3);
    struct tf_str got;
    uint32_t file;
    uint64_t line;
    assert_next(files, "first", 1);
    assert_true(tf_files_next(files, &got, &file, &line));
    assert_int_equal(line, 2);
    assert_true(got.len >= 64 << 20 && got.len < 80 << 20);
    assert_next(files, "last", 3);
    assert_end(files);
    free(block);
    unlink(path);
}

static uint64_t told_done, told_total;
static void tell(void *self, uint64_t done, uint64_t total)
{
    (void)self;
    assert_true(done >= told_done);
    told_done = done;
    told_total = total;
}

static void test_progress(void **state)
{
    (void)state;
    const char *paths[] = {write_text("a", "12345\n"), write_text("b", "1234567\n")};
    struct tf_files *files = NULL;
    assert_int_equal(tf_files_create(tf_config_get(folder_config), paths, 2, 1, tell, NULL, &files, NULL), TF_OK);
    assert_int_equal(told_done, 14);
    assert_int_equal(told_total, 14);
    assert_string_equal(tf_files_name(files, 0), paths[0]);
    assert_string_equal(tf_files_name(files, 1), paths[1]);
    assert_string_equal(tf_files_name(files, 2), "?");
    tf_files_destroy(files);
}

static enum tf_err refused(const char *path, const char *words)
{
    struct tf_files *files = NULL;
    struct tf_fault fault = {0};
    enum tf_err err = tf_files_create(tf_config_get(folder_config), &path, 1, 1, NULL, NULL, &files, &fault);
    assert_null(files);
    assert_non_null(strstr(fault.text, path));
    assert_non_null(strstr(fault.text, words));
    return err;
}

static void test_files_that_cannot_be_read(void **state)
{
    (void)state;
    assert_int_equal(refused(path_of("missing.ndjson"), "No such file"), TF_E_NO_INPUT);
    assert_int_equal(refused(folder, "directory"), TF_E_NO_INPUT);
    const char *two[] = {write_text("fine", "x\n"), path_of("missing")};
    struct tf_files *files = NULL;
    assert_int_equal(tf_files_create(tf_config_get(folder_config), two, 2, 1, NULL, NULL, &files, NULL), TF_E_NO_INPUT);
}

/* As root every file can be read, so a child gives its rights up first. */
static void test_a_file_without_rights(void **state)
{
    (void)state;
    const char *path = write_text("locked.ndjson", "x\n");
    assert_int_equal(chmod(path, 0000), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    pid_t child = fork();
    if (child == 0) {
        struct tf_files *files = NULL;
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(2);
        enum tf_err err = tf_files_create(tf_config_get(folder_config), &path, 1, 1, NULL, NULL, &files, NULL);
        _exit(err == TF_E_PERMISSION ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

struct pipe_text { int fd; const char *text; size_t len; };
static void *write_pipe(void *argument)
{
    const struct pipe_text *pipe_text = argument;
    for (size_t at = 0; at < pipe_text->len;) {
        size_t step = pipe_text->len - at < 7777 ? pipe_text->len - at : 7777;
        ssize_t put = write(pipe_text->fd, pipe_text->text + at, step);
        at += put > 0 ? (size_t)put : 0;
    }
    close(pipe_text->fd);
    return NULL;
}

static void test_standard_input_from_a_pipe(void **state)
{
    (void)state;
    int ends[2], saved = dup(STDIN_FILENO);
    pthread_t thread;
    size_t len = 300 * 1000;
    char *text = malloc(len);
    for (size_t i = 0; i < len; i++)
        text[i] = i % 1000 == 999 ? '\n' : 'x';
    assert_int_equal(pipe(ends), 0);
    assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
    close(ends[0]);
    struct pipe_text argument = {ends[1], text, len};
    assert_int_equal(tf_thread_start(&thread, "writer", write_pipe, &argument), TF_OK);
    const char *path = "-";
    struct tf_files *files = open_files(&path, 1, 1);
    pthread_join(thread, NULL);
    assert_int_equal(tf_files_count(files), 300);
    assert_string_equal(tf_files_name(files, 0), "stdin");
    struct tf_str got;
    uint32_t file;
    uint64_t line;
    while (tf_files_next(files, &got, &file, &line))
        assert_int_equal(got.len, 999);
    tf_files_destroy(files);
    assert_true(dup2(saved, STDIN_FILENO) >= 0);
    close(saved);
    free(text);
}

static void test_standard_input_from_a_file(void **state)
{
    (void)state;
    int saved = dup(STDIN_FILENO), fd = open(write_text("in.ndjson", "x\nx\n"), O_RDONLY);
    assert_true(dup2(fd, STDIN_FILENO) >= 0);
    close(fd);
    const char *path = "-";
    struct tf_files *files = open_files(&path, 1, 1);
    assert_int_equal(tf_files_count(files), 2);
    tf_files_destroy(files);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0); /* it is not ours to close */
    assert_true(dup2(saved, STDIN_FILENO) >= 0);
    close(saved);
}

static void test_a_fifo_is_spooled(void **state)
{
    (void)state;
    const char *path = path_of("fifo");
    assert_int_equal(mkfifo(path, 0600), 0);
    pid_t child = fork();
    if (child == 0) {
        int fd = open(path, O_WRONLY);
        _exit(write(fd, PAYMENT("b", "2026-02-01") "\n" PAYMENT("a", "2026-01-01"), 2 * sizeof PAYMENT("b", "2026-02-01") - 1) > 0 ? 0 : 1);
    }
    struct tf_files *files = open_files(&path, 1, 1);
    assert_next(files, PAYMENT("a", "2026-01-01"), 2);
    assert_next(files, PAYMENT("b", "2026-02-01"), 1);
    assert_end(files);
    waitpid(child, NULL, 0);
}

static void test_a_spool_without_room_is_named(void **state)
{
    (void)state;
    int ends[2], saved = dup(STDIN_FILENO);
    const char *path = "-";
    struct tf_files *files = NULL;
    struct tf_fault fault = {0};
    assert_int_equal(pipe(ends), 0);
    assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
    close(ends[0]);
    close(ends[1]);
    setenv("TMPDIR", "/nowhere/at/all", 1);
    assert_int_equal(tf_files_create(tf_config_get(folder_config), &path, 1, 1, NULL, NULL, &files, &fault), TF_E_IO);
    unsetenv("TMPDIR");
    assert_non_null(strstr(fault.text, "TMPDIR"));
    assert_true(dup2(saved, STDIN_FILENO) >= 0);
    close(saved);
}

static void test_find(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(1 << 20);
    struct tf_files *files = open_text(PAYMENT("b", "2026-02-01") "\ntorn\n" PAYMENT("a", "2026-01-01") "\n" PAYMENT("a", "2026-03-01") "\n");
    assert_true(tf_str_is(tf_files_find(files, TF_STR("b"), arena), PAYMENT("b", "2026-02-01")));
    assert_true(tf_str_is(tf_files_find(files, TF_STR("a"), arena), PAYMENT("a", "2026-01-01"))); /* the first in order */
    assert_false(tf_str_present(tf_files_find(files, TF_STR("c"), arena)));
    assert_false(tf_str_present(tf_files_find(files, TF_STR(""), arena)));
    tf_files_destroy(files);
    tf_arena_destroy(arena);
}

/* A file that shrinks between indexing and judging is an error that names it, never a short record. */
static void test_a_file_that_shrinks(void **state)
{
    (void)state;
    const char *path = write_text("shrinking", "aaaa\nbbbb\n");
    struct tf_files *files = open_files(&path, 1, 1);
    assert_int_equal(truncate(path, 7), 0);
    struct tf_fault fault = {0};
    assert_next(files, "aaaa", 1);
    assert_int_equal(tf_files_check(files, &fault), TF_OK);
    struct tf_str text;
    uint32_t file;
    uint64_t line;
    assert_false(tf_files_next(files, &text, &file, &line));
    assert_int_equal(tf_files_check(files, &fault), TF_E_IO);
    assert_non_null(strstr(fault.text, path));
    tf_files_destroy(files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_event_time_order),
        cmocka_unit_test(test_line_order),
        cmocka_unit_test(test_amendments_follow_what_they_amend),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_lines_longer_than_a_chunk),
        cmocka_unit_test(test_an_endless_line_is_one_entry),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_files_that_cannot_be_read),
        cmocka_unit_test(test_a_file_without_rights),
        cmocka_unit_test(test_standard_input_from_a_pipe),
        cmocka_unit_test(test_standard_input_from_a_file),
        cmocka_unit_test(test_a_fifo_is_spooled),
        cmocka_unit_test(test_a_spool_without_room_is_named),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_a_file_that_shrinks),
    };
    return cmocka_run_group_tests(tests, folder_open, folder_close);
}
