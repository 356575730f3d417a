/* Originals: kept once by their hash, whole or not at all, and never shown when they are damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "taxflow/originals.h"

/* SHA-256 of "abc": FIPS 180-4's own example. */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define ABC_PATH "kept/ba/78/" ABC
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static char folder[64];
static struct tf_originals *originals;
static struct tf_fault fault;

static int set_up(void **state)
{
    (void)state;
    memset(&fault, 0, sizeof fault);
    snprintf(folder, sizeof folder, "/tmp/taxflow-originals-XXXXXX");
    return mkdtemp(folder) && chdir(folder) == 0 && tf_originals_create("kept", &originals, &fault) == TF_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[192];
    originals = tf_originals_destroy(originals);
    snprintf(command, sizeof command, "chmod -R u+w '%s' && rm -rf '%s'", folder, folder);
    return chdir("/") == 0 ? system(command) : -1;
}

static int file_with(const char *text)
{
    char path[] = "file-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    return fd;
}

static void overwrite(const char *path, const char *text)
{
    assert_int_equal(chmod(path, 0600), 0);
    int fd = open(path, O_WRONLY | O_TRUNC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void expect_bytes(int fd, const char *text)
{
    char bytes[64] = "";
    assert_int_equal(read(fd, bytes, sizeof bytes - 1), (ssize_t)strlen(text));
    assert_string_equal(bytes, text);
    close(fd);
}

static size_t entries_of(const char *path)
{
    size_t count = 0;
    DIR *listing = opendir(path);
    assert_non_null(listing);
    for (const struct dirent *entry; (entry = readdir(listing));)
        count += entry->d_name[0] != '.';
    closedir(listing);
    return count;
}

static enum tf_err keep(struct tf_str bytes, struct tf_original *original) { return tf_originals_keep(originals, &bytes, 1, original, &fault); }

static void a_content_is_kept_once(void **state)
{
    (void)state;
    struct tf_original original;
    struct stat first, again;
    assert_int_equal(keep(TF_STR("abc"), &original), TF_OK);
    assert_string_equal(original.sha256, ABC);
    assert_int_equal(original.bytes, 3);
    assert_int_equal(stat(ABC_PATH, &first), 0);
    assert_int_equal(first.st_mode & 0777, 0400);
    assert_int_equal(keep(TF_STR("abc"), &original), TF_OK);
    int fd = -1, file = file_with("abc");
    assert_int_equal(tf_originals_keep_file(originals, file, &original, &fd, &fault), TF_OK);
    expect_bytes(fd, "abc");
    close(file);
    assert_int_equal(stat(ABC_PATH, &again), 0);
    assert_int_equal(first.st_ino, again.st_ino);
    assert_int_equal(entries_of("kept/incoming"), 0);
    assert_int_equal(keep(TF_STR(""), &original), TF_OK);
    assert_string_equal(original.sha256, EMPTY);
}

/* More than are written at a time, some of them the same. */
static void many_at_once(void **state)
{
    (void)state;
    enum { MANY = 100, DIFFERENT = 90 };
    static struct tf_original found[MANY];
    struct tf_str bodies[MANY];
    char text[MANY][8];
    for (int i = 0; i < MANY; i++) {
        snprintf(text[i], sizeof text[i], "%d", i % DIFFERENT);
        bodies[i] = tf_str_of(text[i]);
    }
    assert_int_equal(tf_originals_keep(originals, bodies, MANY, found, &fault), TF_OK);
    for (int i = 0; i < MANY; i++) {
        int fd = -1;
        assert_string_equal(found[i].sha256, found[i % DIFFERENT].sha256);
        assert_int_equal(tf_originals_open("kept", found[i].sha256, &fd, &fault), TF_OK);
        expect_bytes(fd, text[i]);
    }
    assert_int_equal(entries_of("kept/incoming"), 0);
    assert_int_equal(tf_originals_keep(originals, NULL, 0, NULL, &fault), TF_OK);
}

static void a_file_is_kept_from_its_beginning(void **state)
{
    (void)state;
    struct tf_original original;
    int fd = -1, file = file_with("abc"); /* it stands at its end */
    assert_int_equal(tf_originals_keep_file(originals, file, &original, &fd, &fault), TF_OK);
    assert_string_equal(original.sha256, ABC);
    expect_bytes(fd, "abc");
    close(file);
}

/* One of another length is seen at once; a changed byte when a file of that content is read from what is kept. */
static void a_damaged_copy_is_replaced(void **state)
{
    (void)state;
    struct tf_original original;
    int fd = -1, file = file_with("abc");
    assert_int_equal(keep(TF_STR("abc"), &original), TF_OK);
    overwrite(ABC_PATH, "ab");
    assert_int_equal(keep(TF_STR("abc"), &original), TF_OK);
    assert_int_equal(tf_originals_open("kept", ABC, &fd, &fault), TF_OK);
    expect_bytes(fd, "abc");
    overwrite(ABC_PATH, "abd");
    assert_int_equal(tf_originals_keep_file(originals, file, &original, &fd, &fault), TF_OK);
    expect_bytes(fd, "abc");
    close(file);
}

static void a_damaged_original_is_not_shown(void **state)
{
    (void)state;
    struct tf_original original;
    int fd = -1;
    assert_int_equal(keep(TF_STR("abc"), &original), TF_OK);
    assert_int_equal(tf_originals_open("kept", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", &fd, &fault), TF_OK);
    expect_bytes(fd, "abc");
    overwrite(ABC_PATH, "abd");
    assert_int_equal(tf_originals_open("kept", ABC, &fd, &fault), TF_E_VALUE);
    assert_non_null(strstr(fault.text, ABC_PATH));
    assert_int_equal(tf_originals_open("kept", EMPTY, &fd, &fault), TF_E_NO_INPUT);
    assert_int_equal(tf_originals_open("kept", "../../etc/passwd", &fd, &fault), TF_E_USAGE);
    assert_int_equal(tf_originals_open("kept", ABC "0", &fd, &fault), TF_E_USAGE);
}

struct found { size_t whole, damaged, unreadable; uint64_t bytes; char last[256]; };

static void see(void *self, const char *path, uint64_t bytes, enum tf_original_state state)
{
    struct found *found = self;
    found->whole += state == TF_ORIGINAL_WHOLE;
    found->damaged += state == TF_ORIGINAL_DAMAGED;
    found->unreadable += state == TF_ORIGINAL_UNREADABLE;
    found->bytes += bytes;
    if (state != TF_ORIGINAL_WHOLE)
        snprintf(found->last, sizeof found->last, "%s", path);
}

static struct found verify(const char *path)
{
    struct found found = {.whole = 0};
    assert_int_equal(tf_originals_verify(path, see, &found, &fault), TF_OK);
    return found;
}

static void every_original_is_verified(void **state)
{
    (void)state;
    struct tf_original original;
    assert_int_equal(keep(TF_STR("abc"), &original), TF_OK);
    assert_int_equal(keep(TF_STR("other"), &original), TF_OK);
    close(open("kept/incoming/" ABC, O_CREAT | O_WRONLY | O_CLOEXEC, 0600)); /* on its way: none yet */
    struct found found = verify("kept//");
    assert_int_equal(found.whole, 2);
    assert_int_equal(found.bytes, 8);
    assert_int_equal(found.damaged + found.unreadable, 0);
    overwrite(ABC_PATH, "abd");
    found = verify("kept");
    assert_int_equal(found.whole, 1);
    assert_int_equal(found.damaged, 1);
    assert_string_equal(found.last, ABC_PATH);
    overwrite(ABC_PATH, "abc");
    assert_int_equal(rename(ABC_PATH, "kept/" ABC), 0); /* nobody looks for it there */
    assert_int_equal(verify("kept").damaged, 1);
    assert_int_equal(unlink("kept/" ABC), 0);
    assert_int_equal(symlink("/etc/hostname", ABC_PATH), 0);
    assert_int_equal(verify("kept").unreadable, 1);
    assert_int_equal(tf_originals_verify("missing", see, &found, &fault), TF_E_NO_INPUT);
}

/* No room: a limit on the size of files stands for a full disk. Nothing half-written stays, and it goes on when there is room. */
static void without_room_nothing_is_half_kept(void **state)
{
    (void)state;
    enum { BIG_BYTES = 1 << 20 };
    struct tf_original original;
    char *big = calloc(1, BIG_BYTES);
    struct rlimit before, none;
    int fd = -1, file = file_with("x");
    assert_int_equal(ftruncate(file, BIG_BYTES), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = (struct rlimit){4096, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    enum tf_err bytes = keep((struct tf_str){big, BIG_BYTES}, &original);
    enum tf_err copy = tf_originals_keep_file(originals, file, &original, &fd, &fault);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(bytes, TF_E_UNAVAILABLE);
    assert_int_equal(copy, TF_E_UNAVAILABLE);
    assert_non_null(strstr(fault.text, "kept"));
    assert_int_equal(entries_of("kept/incoming"), 0);
    assert_int_equal(entries_of("kept"), 1);
    assert_int_equal(tf_originals_probe(originals, &fault), TF_OK);
    assert_int_equal(keep((struct tf_str){big, BIG_BYTES}, &original), TF_OK);
    close(file);
    free(big);
}

static void a_folder_is_checked(void **state)
{
    (void)state;
    struct tf_originals *other = NULL;
    close(open("file", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    assert_int_equal(tf_originals_check("kept", &fault), TF_OK);
    assert_int_equal(tf_originals_check("new", &fault), TF_OK);
    assert_int_not_equal(access("new", F_OK), 0);
    assert_int_equal(tf_originals_check("file", &fault), TF_E_CONFIG);
    assert_int_equal(tf_originals_check("missing/new", &fault), TF_E_CONFIG);
    assert_non_null(strstr(fault.text, "collector.archive_dir"));
    assert_int_equal(tf_originals_create("file", &other, &fault), TF_E_CONFIG);
    assert_int_equal(tf_originals_create("missing/new", &other, &fault), TF_E_CONFIG);
    assert_null(other);
}

/* What a crash left is removed once nobody can be writing it any more. */
static void left_overs_go(void **state)
{
    (void)state;
    struct tf_originals *again = NULL;
    const struct timespec old[2] = {{.tv_sec = 1700000000}, {.tv_sec = 1700000000}};
    close(open("kept/incoming/old", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    close(open("kept/incoming/new", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    assert_int_equal(utimensat(AT_FDCWD, "kept/incoming/old", old, 0), 0);
    assert_int_equal(tf_originals_create("kept", &again, &fault), TF_OK);
    tf_originals_destroy(again);
    assert_int_not_equal(access("kept/incoming/old", F_OK), 0);
    assert_int_equal(access("kept/incoming/new", F_OK), 0);
}

static void an_original_in_words(void **state)
{
    (void)state;
    const struct tf_original original = {.sha256 = ABC, .bytes = UINT64_MAX};
    char text[TF_ORIGINAL_TEXT_BYTES], type[128];
    memset(type, 'x', sizeof type);
    tf_original_write(&original, TF_STR("text/csv"), text);
    assert_string_equal(text, "sha256=" ABC ";bytes=18446744073709551615;media_type=text/csv");
    tf_original_write(&original, TF_STR_NONE, text);
    assert_string_equal(text, "sha256=" ABC ";bytes=18446744073709551615");
    tf_original_write(&original, (struct tf_str){type, sizeof type}, text);
    assert_string_equal(text, "sha256=" ABC ";bytes=18446744073709551615");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(many_at_once),                    TEST(a_content_is_kept_once),            TEST(a_file_is_kept_from_its_beginning), TEST(a_damaged_copy_is_replaced),
        TEST(a_damaged_original_is_not_shown), TEST(every_original_is_verified),        TEST(without_room_nothing_is_half_kept),
        TEST(a_folder_is_checked),             TEST(left_overs_go),                     TEST(an_original_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
