#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "taxflow/csv.h"

/* The records as one text: cells in brackets, each record behind its line. */
static const char *read_back(const char *text, size_t len, char separator, enum tf_err *ret_err, const char **ret_problem)
{
    static char out[2048];
    struct tf_csv csv;
    bool more = true;
    FILE *in = fmemopen((void *)(uintptr_t)text, len, "r");
    assert_non_null(in);
    tf_csv_init(&csv, in, separator, 64);
    out[0] = '\0';
    while ((*ret_err = tf_csv_next(&csv, &more)) == TF_OK && more) {
        size_t at = strlen(out);
        at += (size_t)snprintf(out + at, sizeof out - at, "%d", (int)csv.line);
        for (size_t i = 0; i < csv.count; i++)
            at += (size_t)snprintf(out + at, sizeof out - at, "[%.*s]", TF_STR_ARGS(csv.cells[i]));
    }
    *ret_problem = csv.problem;
    tf_csv_finish(&csv);
    fclose(in);
    return out;
}

static void records_come_as_spreadsheets_write_them(void **state)
{
    (void)state;
    static const struct { const char *text; char separator; const char *expected; } cases[] = {
        {"a,b\nc,d\n", 0, "1[a][b]2[c][d]"},
        {"a,b", ',', "1[a][b]"},
        {"a;b,c;d\r\n1;2;3\r\n", 0, "1[a][b,c][d]2[1][2][3]"},
        {"a\tb\n", 0, "1[a][b]"},
        {"\xef\xbb\xbf\"a\",b\n", 0, "1[a][b]"},
        {"\"x;y\",z\n", 0, "1[x;y][z]"},
        {"\"say \"\"no\"\"\",\n", 0, "1[say \"no\"][]"},
        {"\"two\nlines\",b\n\n\nc\n", 0, "1[two\nlines][b]5[c]"},
        {",,\n", ',', "1[][][]"},
        {"\n\r\n", ',', ""},
        {"one\ntwo;x\n", 0, "1[one]2[two][x]"},
        {"a,b\rc,d\r", ',', "1[a][b]2[c][d]"},
        {"a,1\r2,b\r\n\"x\ry\",z\n\rq", ',', "1[a][1]2[2][b]3[x\ry][z]6[q]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum tf_err err;
        const char *problem, *read = read_back(cases[i].text, strlen(cases[i].text), cases[i].separator, &err, &problem);
        assert_int_equal(err, TF_OK);
        assert_string_equal(read, cases[i].expected);
    }
}

static void what_is_no_csv_is_said(void **state)
{
    (void)state;
    enum tf_err err;
    const char *problem;
    read_back("a,\"b\nc", 6, ',', &err, &problem);
    assert_int_equal(err, TF_E_VALUE);
    assert_non_null(strstr(problem, "never closed"));
    read_back("\"a\"b,c", 6, ',', &err, &problem);
    assert_int_equal(err, TF_E_VALUE);
    assert_non_null(strstr(problem, "behind a closing quote"));
    read_back("a\0b", 3, ',', &err, &problem);
    assert_int_equal(err, TF_E_VALUE);
    assert_non_null(strstr(problem, "NUL"));
    char long_line[80], many[TF_CSV_CELLS_MAX + 2];
    memset(long_line, 'x', sizeof long_line);
    read_back(long_line, 64, ',', &err, &problem);
    assert_int_equal(err, TF_OK);
    read_back(long_line, 65, ',', &err, &problem);
    assert_int_equal(err, TF_E_TOO_BIG);
    memset(many, ',', sizeof many);
    read_back(many, TF_CSV_CELLS_MAX - 1, ',', &err, &problem);
    assert_int_equal(err, TF_OK);
    read_back(many, TF_CSV_CELLS_MAX, ',', &err, &problem);
    assert_int_equal(err, TF_E_VALUE);
}

static void after_trouble_it_goes_on_with_the_next_line(void **state)
{
    (void)state;
    char text[] = "a,b\n\"c\"d,e\nf,\"g\nh\"\n\ni,j\n";
    FILE *in = fmemopen(text, sizeof text - 1, "r");
    struct tf_csv csv;
    bool more;
    assert_non_null(in);
    tf_csv_init(&csv, in, ',', 64);
    assert_int_equal(tf_csv_next(&csv, &more), TF_OK);
    assert_memory_equal(csv.raw, "a,b", csv.raw_len);
    assert_int_equal(tf_csv_next(&csv, &more), TF_E_VALUE);
    assert_int_equal(csv.line, 2);
    assert_int_equal(tf_csv_next(&csv, &more), TF_OK);
    assert_true(more && csv.line == 3 && csv.count == 2);
    assert_int_equal(csv.raw_len, 7);
    assert_memory_equal(csv.raw, "f,\"g\nh\"", 7);
    assert_int_equal(tf_csv_next(&csv, &more), TF_OK);
    assert_true(more && csv.line == 6);
    assert_int_equal(tf_csv_next(&csv, &more), TF_OK);
    assert_false(more);
    tf_csv_finish(&csv);
    fclose(in);
}

/* Records and refused lines as one text: "2!" stands for a refused line 2. */
static void check_records(const char *text, size_t bytes_max, const char *expected)
{
    static char out[4096];
    struct tf_csv csv;
    FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    bool more = true;
    size_t at = 0;
    assert_non_null(in);
    tf_csv_init(&csv, in, ',', bytes_max);
    while (more) {
        enum tf_err err = tf_csv_next(&csv, &more);
        if (err != TF_OK)
            at += (size_t)snprintf(out + at, sizeof out - at, "%d!%.*s ", (int)csv.line, (int)csv.raw_len, csv.raw);
        else if (more)
            at += (size_t)snprintf(out + at, sizeof out - at, "%d:%.*s ", (int)csv.line, TF_STR_ARGS(csv.cells[0]));
        more |= csv.broken;
    }
    tf_csv_finish(&csv);
    fclose(in);
    assert_string_equal(out, expected);
}

/* A stray quote takes the lines behind it; they are records all the same. */
static void a_quote_that_is_not_closed_costs_its_line_alone(void **state)
{
    (void)state;
    check_records("a,1\n\"b,2\nc,3\nd,4\n", 64, "1:a 2!\"b,2 3:c 4:d ");
    check_records("a,1\r\n\"b,2\r\nc,3\r\n\"d\",4\r\ne,5\r\n", 64, "1:a 2!\"b,2 3:c 4:d 5:e ");
    check_records("\"a,1\r\"b,2\r\"c\rd\",3\re,4", 64, "1!\"a,1 2!\"b,2 3:c\rd 5:e ");
    check_records("\"a,1\n0123456789\n0123456789\n0123456789\nb,2\n", 20, "1!\"a,1 2:0123456789 3:0123456789 4:0123456789 5:b ");
    check_records("\"\n\"\"\n\"", 64, "1:\n\"\n ");
    check_records("x,\"\n\n\ny,\"1\"2\nz\n", 64, "1!x,\" 4!y,\"1\"2 5:z ");
}

/* Lines that each take many others cost no more than a few times their bytes; those whose turn does not come stand in the line that is refused. */
static void reading_again_has_an_end(void **state)
{
    enum { LINES = 100000, LINE_BYTES = 400 };
    char *text = malloc((size_t)LINES * LINE_BYTES + 2), *end = text;
    struct tf_csv csv;
    bool more = true;
    (void)state;
    end = stpcpy(end, "\"");
    for (int i = 0; i < LINES; i++) {
        memset(end, 'x', LINE_BYTES);
        memcpy(end + LINE_BYTES - 7, "a\",\"b\n", 6);
        end += LINE_BYTES - 1;
    }
    FILE *in = fmemopen(text, (size_t)(end - text), "r");
    tf_csv_init(&csv, in, ',', 1 << 20);
    while (more) {
        const enum tf_err err = tf_csv_next(&csv, &more);
        assert_true(err == TF_OK || csv.broken);
        more |= csv.broken;
    }
    assert_true(csv.again_total <= 5 * csv.read_total + (16 << 20));
    tf_csv_finish(&csv);
    fclose(in);
    free(text);
}

static void what_a_spreadsheet_would_run_is_told(void **state)
{
    (void)state;
    static const char *const runs[] = {"=1", "+1", "-x", "@x", "\t=1", "\r", "\nx", " =1", "\"=1\"", "'=1", "''\" @x", "\xc2\xa0=1", "\xef\xbc\x9d" "1", "\xef\xbc\xa0x"};
    static const char *const stays[] = {"", " ", "''", "a=1", "'a'", "1-1", "(=1)", "\xc3\xbc=", "\xc2", "\xef\xbc"};
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        char cell[32] = "'";
        assert_true(tf_csv_runs(tf_str_of(runs[i])));
        strncat(cell, runs[i], sizeof cell - 2);
        assert_true(tf_str_is(tf_csv_undefused(tf_str_of(cell)), runs[i]));
    }
    for (size_t i = 0; i < sizeof stays / sizeof stays[0]; i++) {
        assert_false(tf_csv_runs(tf_str_of(stays[i])));
        assert_true(tf_str_is(tf_csv_undefused(tf_str_of(stays[i])), stays[i]));
    }
    assert_true(tf_str_is(tf_csv_undefused(TF_STR("'12")), "'12")); /* nobody put that there */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(records_come_as_spreadsheets_write_them), cmocka_unit_test(what_is_no_csv_is_said), cmocka_unit_test(what_a_spreadsheet_would_run_is_told),
                                       cmocka_unit_test(after_trouble_it_goes_on_with_the_next_line),
                                       cmocka_unit_test(a_quote_that_is_not_closed_costs_its_line_alone), cmocka_unit_test(reading_again_has_an_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
