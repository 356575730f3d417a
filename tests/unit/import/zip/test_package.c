/* Files of an archive that are nothing alone: packages with an index, tables that are joined, archives that are packed once more. */
#include "../gzip.h"
#include "zip_file.h"

#include "taxflow/hash.h"

static struct reading r;

#define COLUMN(name, type) "<VariableColumn><Name>" name "</Name>" type "</VariableColumn>"
#define TEXT "<AlphaNumeric/>"
#define AMOUNT "<Numeric><Accuracy>2</Accuracy></Numeric>"
#define TABLE(url, columns) "<Table><URL>" url "</URL><Name>" url "</Name><VariableLength>" columns "</VariableLength></Table>\n"
#define LEDGER(url) TABLE(url, COLUMN("Belegnummer", TEXT) COLUMN("Buchungsdatum", "<Date/>") COLUMN("Konto", TEXT) COLUMN("Soll", AMOUNT) COLUMN("Haben", AMOUNT))
#define ODD(url) TABLE(url, COLUMN("Was", TEXT) COLUMN("Wo", TEXT))
#define INDEX(tables) "<?xml version=\"1.0\"?>\n<!DOCTYPE DataSet SYSTEM \"gdpdu-01-09-2004.dtd\">\n<DataSet><Version>1.0</Version><Media><Name>CD</Name>\n" tables \
                      "</Media></DataSet>\n"
#define ROWS(id) id ";31.01.2024;4930;1.234,50;\r\n" id ";31.01.2024;1200;;1.234,50\r\n"
#define ENTRY(id) "{\"company\":\"ACME\",\"journal\":{\"id\":\"" id "\",\"lines\":[{\"account\":\"1200\",\"credit\":\"1234.50\"},{\"account\":\"4930\",\"debit\":\"1234.50\"}]," \
                  "\"posting_date\":\"2024-01-31\"},\"kind\":\"journal\"}"
#define ONE_PACKAGE(folder) MEMBER(folder "daten/Buchungen.txt", ROWS("7")), MEMBER(folder "index.xml", INDEX(LEDGER("Daten\\buchungen.txt") ODD("odd.csv"))), \
                            MEMBER(folder "odd.csv", "a;b\r\n"), MEMBER(folder "gdpdu-01-09-2004.dtd", "<!ELEMENT DataSet ANY>")

#define BKPF "BUKRS;BELNR;GJAHR;BUDAT;WAERS\n1000;19;2024;31.01.2024;EUR\n"
#define BSEG_HEADER "BUKRS;BELNR;GJAHR;BUZEI;SHKZG;WRBTR;HKONT\n"
#define BSEG BSEG_HEADER "1000;19;2024;001;H;5,00;160000\n1000;19;2024;002;S;5,00;476000\n"
#define DOCUMENT "{\"company\":\"1000\",\"journal\":{\"id\":\"19/2024\",\"lines\":[{\"account\":\"160000\",\"credit\":\"5.00\",\"currency\":\"EUR\"}," \
                 "{\"account\":\"476000\",\"currency\":\"EUR\",\"debit\":\"5.00\"}],\"posting_date\":\"2024-01-31\"},\"kind\":\"journal\"}"

static void assert_record(size_t i, const char *part, uint64_t line, const char *text)
{
    assert_true(i < r.records_count);
    assert_string_equal(r.records[i], text);
    assert_string_equal(r.parts[i], part);
    assert_int_equal(r.lines[i], line);
}

static void assert_digest(const char *part, const char *bytes)
{
    uint8_t digest[32];
    size_t i = 0;
    while (i < r.told_count && strcmp(r.told[i], part) != 0)
        i++;
    assert_true(i < r.told_count && r.has_digest[i]);
    tf_hash_sha256_full(tf_str_of(bytes), digest);
    assert_memory_equal(r.digests[i], digest, sizeof digest);
}

/* The index may stand behind its tables; one whose columns are not known, and the grammar, are sound files of the package as well. */
static void test_a_package(void **state)
{
    (void)state;
    assert_int_equal(READ(ONE_PACKAGE("export/"), MEMBER("beside.csv", "supplier,amount,currency,date\nS1,10.00,EUR,2026-01-31\n")), TF_OK);
    assert_int_equal(r.unreadable_count, 0);
    assert_int_equal(r.records_count, 2);
    assert_record(0, "export/daten/Buchungen.txt", 1, ENTRY("7"));
    assert_string_equal(r.parts[1], "beside.csv");
    assert_int_equal(r.findings_count, 1);
    assert_string_equal(r.findings[0].rule, "LED-02");
    assert_string_equal(r.findings[0].path, "odd.csv");
    assert_string_equal(r.summary, "{\"entries\":1,\"lines\":2}");
    assert_int_equal(r.told_count, 5);
    assert_digest("export/daten/Buchungen.txt", ROWS("7"));
    assert_digest("export/odd.csv", "a;b\r\n");
    assert_digest("export/gdpdu-01-09-2004.dtd", "<!ELEMENT DataSet ANY>");
    assert_digest("beside.csv", "supplier,amount,currency,date\nS1,10.00,EUR,2026-01-31\n");
}

static void test_an_index_in_utf16(void **state)
{
    static char wide[4096];
    (void)state;
    for (unsigned form = 0; form < 4; form++) {
        const size_t len = reading_widen(INDEX(LEDGER("b.txt")), form & 1, form & 2, wide);
        assert_int_equal(READ({"index.xml", wide, len}, MEMBER("b.txt", ROWS("7"))), TF_OK);
        assert_int_equal(r.records_count, 1);
        assert_record(0, "b.txt", 1, ENTRY("7"));
    }
}

/* Each index has what lies beside it, and no more. */
static void test_two_packages(void **state)
{
    (void)state;
    assert_int_equal(READ(MEMBER("index.xml", INDEX(LEDGER("b.txt"))), MEMBER("b.txt", ROWS("7")), MEMBER("2/index.xml", INDEX(LEDGER("b.txt") LEDGER("../b.txt"))),
                          MEMBER("2/b.txt", ROWS("8"))), TF_OK);
    assert_int_equal(r.records_count, 2);
    assert_record(0, "b.txt", 1, ENTRY("7"));
    assert_record(1, "2/b.txt", 1, ENTRY("8"));
    assert_int_equal(r.findings_count, 1);
    assert_non_null(strstr(r.findings[0].observed, "not there"));
}

static void test_rows_of_a_package_that_cannot_be_read(void **state)
{
    (void)state;
    assert_int_equal(READ(MEMBER("index.xml", INDEX(LEDGER("b.txt"))), MEMBER("b.txt", ROWS("7") "8;31.02.2024;1;1,00;\r\n")), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.unreadable_count, 1);
    reading_assert_told(&r, 0, "b.txt", TF_E_DATE, "");
    assert_int_equal(r.unreadable[0].line, 3);
    assert_string_equal(r.unreadable[0].path, "Buchungsdatum");
}

static void test_packages_that_cannot_be_read(void **state)
{
    (void)state;
    assert_int_equal(READ(MEMBER("index.xml", INDEX(LEDGER("b.txt"))), MEMBER("a.xml", "<Invoice/>")), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.unreadable_count, 1);
    reading_assert_told(&r, 0, "index.xml", TF_E_VALUE, "none of its 1 tables is read; give the folder or the ZIP archive");
    assert_int_equal(READ(MEMBER("index.xml", "<DataSet><Media><Table>")), TF_OK);
    reading_assert_told(&r, 0, "index.xml", TF_E_XML, "f.csv/index.xml: line 1");
    assert_string_equal(r.unreadable[0].text, "<DataSet><Media><Table>");
    /* A question that a table leaves open is asked of it; what was not read yet is told of, too. */
    assert_int_equal(READ(MEMBER("index.xml", INDEX(TABLE("a.txt", COLUMN("Belegnummer", TEXT) COLUMN("Buchungsdatum", "<Date><Format>QQ</Format></Date>") COLUMN("Konto", TEXT)
                                                          COLUMN("Soll", AMOUNT) COLUMN("Haben", AMOUNT)) LEDGER("b.txt"))),
                          MEMBER("a.txt", "7;03/04/2024;4930;1,00;\r\n7;03/04/2024;1200;;1,00\r\n"), MEMBER("b.txt", ROWS("7"))), TF_OK);
    assert_int_equal(r.records_count, 0);
    assert_int_equal(r.unreadable_count, 2);
    assert_string_equal(r.unreadable[0].part, "a.txt");
    assert_string_equal(r.unreadable[1].part, "b.txt");
}

/* A table that is damaged is told of, and the others of its package are read. */
static void test_a_damaged_table(void **state)
{
    static const struct member members[] = {MEMBER("index.xml", INDEX(LEDGER("a.txt") LEDGER("b.txt"))), MEMBER("a.txt", ROWS("7")), MEMBER("b.txt", ROWS("8"))};
    size_t len;
    char *bytes = archive_of(members, 3, false, &len), *data = memmem(bytes, len, ROWS("7"), sizeof ROWS("7") - 1);
    (void)state;
    assert_non_null(data);
    data[4] ^= 1;
    assert_int_equal(reading_read(&r, bytes, len, NULL), TF_OK);
    free(bytes);
    assert_int_equal(r.records_count, 1);
    assert_record(0, "b.txt", 1, ENTRY("8"));
    assert_int_equal(r.unreadable_count, 1);
    reading_assert_told(&r, 0, "a.txt", TF_E_DAMAGED, "damaged");
    assert_int_equal(r.findings_count, 1);
    assert_non_null(strstr(r.findings[0].observed, "cannot be read where it lies"));
}

static void test_a_bomb_in_a_package(void **state)
{
    enum { ZEROS = 80 << 20 };
    char *zeros = calloc(1, ZEROS);
    (void)state;
    assert_non_null(zeros);
    assert_int_equal(READ(MEMBER("index.xml", INDEX(LEDGER("a.txt") LEDGER("b.txt"))), {"a.txt", zeros, ZEROS}, MEMBER("b.txt", ROWS("8"))), TF_OK);
    free(zeros);
    assert_int_equal(r.records_count, 0);
    reading_assert_told(&r, 0, "a.txt", TF_E_BOMB, "200 times its size");
    reading_assert_told(&r, 1, "b.txt", TF_E_BOMB, "not read either");
}

/* ---- Tables that are joined ---- */

static void test_tables_in_any_order_and_folder(void **state)
{
    (void)state;
    assert_int_equal(READ(MEMBER("2024/BSEG.csv", BSEG), MEMBER("a.xml", "<Invoice/>"), MEMBER("heads/BKPF.csv", BKPF)), TF_OK);
    assert_int_equal(r.unreadable_count, 0);
    assert_int_equal(r.records_count, 2);
    assert_record(0, "2024/BSEG.csv", 2, DOCUMENT); /* where its first row stands */
    assert_string_equal(r.records[1], "<Invoice/>");
    assert_digest("2024/BSEG.csv", BSEG);
    assert_digest("heads/BKPF.csv", BKPF);
}

/* What the table lacks may well lie in another archive: they are not joined. */
static void test_one_table_alone(void **state)
{
    (void)state;
    assert_int_equal(READ(MEMBER("BKPF.csv", BKPF), MEMBER("a.xml", "<Invoice/>")), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.unreadable_count, 1);
    reading_assert_told(&r, 0, "BKPF.csv", TF_E_VALUE, "in one ZIP archive");
    assert_string_equal(r.unreadable[0].text, BKPF);
}

static void test_a_row_of_a_table_that_cannot_be_read(void **state)
{
    (void)state;
    assert_int_equal(READ(MEMBER("BKPF.csv", BKPF), MEMBER("BSEG.csv", BSEG "1000;20;2024;001;H;x;160000\n")), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.unreadable_count, 1);
    reading_assert_told(&r, 0, "BSEG.csv", TF_E_NUMBER, "");
    assert_int_equal(r.unreadable[0].line, 4);
}

/* Documents of which one table is lost are judged by nobody, and all tables are told. */
static void test_a_damaged_table_of_those_that_are_joined(void **state)
{
    static const struct member members[] = {MEMBER("BKPF.csv", BKPF), MEMBER("BSEG.csv", BSEG)};
    size_t len;
    char *bytes = archive_of(members, 2, false, &len), *data = memmem(bytes, len, BSEG, sizeof BSEG - 1);
    (void)state;
    assert_non_null(data);
    data[sizeof BSEG - 4] ^= 1;
    assert_int_equal(reading_read(&r, bytes, len, NULL), TF_OK);
    free(bytes);
    assert_int_equal(r.records_count, 0);
    assert_int_equal(r.unreadable_count, 2);
    reading_assert_told(&r, 0, "BSEG.csv", TF_E_DAMAGED, "damaged");
    reading_assert_told(&r, 1, "BKPF.csv", TF_E_DAMAGED, "f.csv/BSEG.csv: it is damaged");
}

/* ---- Archives that are packed once more ---- */

static void test_packed_once_more(void **state)
{
    static const struct member members[] = {MEMBER("BKPF.csv", BKPF), MEMBER("BSEG.csv", BSEG)};
    size_t len, packed_len, twice_len;
    char *bytes = archive_of(members, 2, false, &len), *packed = gzip(bytes, len, &packed_len), *twice = gzip(packed, packed_len, &twice_len);
    (void)state;
    assert_int_equal(reading_read(&r, packed, packed_len, NULL), TF_OK);
    assert_int_equal(r.unreadable_count, 0);
    assert_record(0, "BKPF.csv", 2, DOCUMENT);
    assert_int_equal(reading_read(&r, packed, packed_len - 20, NULL), TF_OK);
    assert_int_equal(r.records_count, 0);
    reading_assert_told(&r, 0, "", TF_E_DAMAGED, "damaged or cut off");
    assert_int_equal(reading_read(&r, twice, twice_len, NULL), TF_E_VALUE);
    assert_fault(&r, "packed with gzip twice; unpack it once");
    free(bytes);
    free(packed);
    free(twice);
}

static void test_tables_that_are_packed_in_the_archive(void **state)
{
    size_t heads_len, lines_len;
    char *heads = gzip(BKPF, sizeof BKPF - 1, &heads_len), *lines = gzip(BSEG, sizeof BSEG - 1, &lines_len);
    (void)state;
    assert_int_equal(READ({"BKPF.csv.gz", heads, heads_len}, {"BSEG.csv.gz", lines, lines_len}), TF_OK);
    assert_record(0, "BKPF.csv.gz", 2, DOCUMENT);
    free(heads);
    free(lines);
}

static void test_a_bomb_packed_once_more(void **state)
{
    enum { BOMB = 100 << 20 };
    size_t len;
    char *zeros = calloc(1, BOMB);
    (void)state;
    assert_non_null(zeros);
    memcpy(zeros, "PK\x03\x04", 4);
    char *packed = gzip(zeros, BOMB, &len);
    free(zeros);
    assert_int_equal(reading_read(&r, packed, len, NULL), TF_OK);
    free(packed);
    reading_assert_told(&r, 0, "", TF_E_BOMB, "200 times its size");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_package),
        cmocka_unit_test(test_an_index_in_utf16),
        cmocka_unit_test(test_two_packages),
        cmocka_unit_test(test_rows_of_a_package_that_cannot_be_read),
        cmocka_unit_test(test_packages_that_cannot_be_read),
        cmocka_unit_test(test_a_damaged_table),
        cmocka_unit_test(test_a_bomb_in_a_package),
        cmocka_unit_test(test_tables_in_any_order_and_folder),
        cmocka_unit_test(test_one_table_alone),
        cmocka_unit_test(test_a_row_of_a_table_that_cannot_be_read),
        cmocka_unit_test(test_a_damaged_table_of_those_that_are_joined),
        cmocka_unit_test(test_packed_once_more),
        cmocka_unit_test(test_tables_that_are_packed_in_the_archive),
        cmocka_unit_test(test_a_bomb_packed_once_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
