/* The promise the audit rests on: neither the order of files nor of lines changes the order in which records are judged. */
#include "folder.h"

#include "taxflow/hash.h"

enum { RECORDS = 200, PERMUTATIONS = 3000, FILES_MAX = 4, LINE_BYTES = 320 };

static char lines[RECORDS][LINE_BYTES];
static uint64_t seed = 88172645463325252ULL;

static uint32_t random_below(uint32_t limit)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % limit;
}

/* Few dates, few ids: ties of time, conflicts (one id, several bodies), copies, amendments, records without a time. */
static void make_lines(void)
{
    for (int i = 0; i < RECORDS; i++) {
        uint32_t day = 1 + random_below(6), id = random_below(90), amount = random_below(3);
        if (i % 9 == 0)
            snprintf(lines[i], LINE_BYTES, "{\"kind\":\"account\",\"company\":\"A\",\"account\":{\"number\":\"%u\"}}", random_below(15));
        else if (i % 5 == 0)
            snprintf(lines[i], LINE_BYTES,
                     "{\"kind\":\"payment\",\"company\":\"A\",\"payment\":{\"supplier\":\"S%u\",\"amount\":\"%u\",\"currency\":\"EUR\",\"date\":\"2026-01-0%u\"}}",
                     id, amount, day);
        else
            snprintf(lines[i], LINE_BYTES,
                     "{\"specversion\":\"1.0\",\"id\":\"e%u\",\"source\":\"s\",\"type\":\"taxflow.payment.v1\",\"data\":{\"kind\":\"payment\","
                     "\"company\":\"A\",\"revision\":%u,\"payment\":{\"supplier\":\"S\",\"amount\":\"%u\",\"currency\":\"EUR\",\"date\":\"2026-01-0%u\"}}}",
                     id, 1 + random_below(2), amount, day);
    }
}

static void shuffle(uint32_t *order)
{
    for (uint32_t i = 0; i < RECORDS; i++)
        order[i] = i;
    for (uint32_t i = RECORDS - 1; i > 0; i--) {
        uint32_t other = random_below(i + 1), kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
}

static size_t write_files(const uint32_t *order, const char **paths)
{
    static char names[FILES_MAX][128];
    size_t count = 1 + random_below(FILES_MAX), next = 0;
    for (size_t f = 0; f < count; f++) {
        snprintf(names[f], sizeof names[f], "%s/part-%zu", folder, f);
        FILE *out = fopen(names[f], "w");
        assert_non_null(out);
        for (size_t end = f + 1 == count ? RECORDS : RECORDS * (f + 1) / count; next < end; next++)
            fprintf(out, "%s\n%s", lines[order[next]], random_below(8) ? "" : "\n");
        assert_int_equal(fclose(out), 0);
        paths[f] = names[f];
    }
    return count;
}

/* Digest of all texts in order; copies are the same text, so which of them comes first does not show. */
static struct tf_hash16 order_of(const char *const *paths, size_t count, unsigned workers)
{
    struct tf_files *files = open_files(paths, count, workers);
    struct tf_str text;
    uint32_t file;
    uint64_t line;
    struct tf_hash16 all = {{0}};
    assert_int_equal(tf_files_count(files), RECORDS);
    while (tf_files_next(files, &text, &file, &line)) {
        struct tf_str parts[] = {{(const char *)all.bytes, sizeof all.bytes}, text};
        all = tf_hash_sha256(parts, 2);
    }
    tf_files_destroy(files);
    return all;
}

static void test_no_order_matters(void **state)
{
    (void)state;
    uint32_t order[RECORDS];
    const char *paths[FILES_MAX];
    struct tf_hash16 first = {{0}};
    make_lines();
    for (int n = 0; n < PERMUTATIONS; n++) {
        shuffle(order);
        size_t count = write_files(order, paths);
        struct tf_hash16 now = order_of(paths, count, 1 + (unsigned)(n % 3 == 0));
        if (n == 0)
            first = now;
        if (!tf_hash16_eq(first, now))
            fail_msg("permutation %d is judged in another order", n);
    }
}

static void test_a_document_over_many_lines_is_one_record(void **state)
{
    (void)state;
    static const struct { const char *text; uint64_t records; bool one; } cases[] = {
        {"<?xml version=\"1.0\"?>\n<Invoice>\n</Invoice>\n", 1, true},
        {"\xef\xbb\xbf\n <Invoice/>", 1, true},
        {"\xff\xfe<\0\n", 1, true},
        {"{\n  \"kind\": \"invoice\"\n}\n", 1, true},
        {"{\"kind\":\"invoice\"}\n{\"kind\":\"invoice\"}\n", 2, false},
        {"{\"kind\":\n\"invoice\"}\n", 2, false}, /* a line that was cut takes no other with it */
        {"\n\n", 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tf_files *files = open_text(cases[i].text);
        assert_int_equal(tf_files_count(files), cases[i].records);
        assert_int_equal(tf_files_is_one_document(files, 0), cases[i].one);
        tf_files_destroy(files);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_order_matters),
        cmocka_unit_test(test_a_document_over_many_lines_is_one_record),
    };
    return cmocka_run_group_tests(tests, folder_open, folder_close);
}
