#include "../reading.h"

static struct reading r;

enum { TEXTS_MAX = 4 };
struct text { const char *name, *bytes; };

/* The index first; names are where the files lie. */
static enum tf_err read_package(const struct text *texts, size_t count, const char *map)
{
    struct tf_import_file files[TEXTS_MAX];
    struct tf_import_options options = {.map = map, .company = "ACME", .record_bytes_max = 4096, .files = files, .files_count = count, .of_file = reading_of_file};
    const struct tf_import_format *format;
    memset(&r, 0, sizeof r);
    const struct tf_import_sink sink = {&r, reading_record, reading_unreadable, reading_finding, reading_summary, reading_part, NULL, NULL};
    for (size_t i = 0; i < count; i++)
        files[i] = (struct tf_import_file){.name = texts[i].name, .fd = reading_file(texts[i].bytes, strlen(texts[i].bytes))};
    assert_int_equal(tf_import_sniff(files[0].fd, files[0].name, &options, &format, &r.fault), TF_OK);
    assert_true(tf_import_has_parts(format));
    enum tf_err err = tf_import_read(format, files[0].fd, files[0].name, &options, &sink, &r.fault);
    for (size_t i = 0; i < count; i++)
        close(files[i].fd);
    return err;
}

#define INDEX(tables) "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE DataSet SYSTEM \"gdpdu-01-08-2002.dtd\">\n<DataSet><Version>1.0</Version>" \
                      "<DataSupplier><Name>A</Name><Location>B</Location><Comment>C</Comment></DataSupplier><Media><Name>CD</Name>\n" tables "</Media></DataSet>\n"
#define COLUMN(name, type) "<VariableColumn><Name>" name "</Name>" type "</VariableColumn>"
#define TEXT_TYPE "<AlphaNumeric/>"
#define AMOUNT_TYPE "<Numeric><Accuracy>2</Accuracy></Numeric>"
#define LEDGER(url, head, body) "<Table><URL>" url "</URL><Name>Buchungen</Name>" head "<VariableLength>" body \
    "<VariablePrimaryKey><Name>Belegnummer</Name>" TEXT_TYPE "</VariablePrimaryKey>" COLUMN("Buchungsdatum", "<Date><Format>DD.MM.YYYY</Format></Date>") \
    COLUMN("Konto", TEXT_TYPE) COLUMN("Soll", AMOUNT_TYPE) COLUMN("Haben", AMOUNT_TYPE) COLUMN("Buchungstext", TEXT_TYPE) "</VariableLength></Table>\n"
#define RECORD "{\"company\":\"ACME\",\"journal\":{\"id\":\"7\",\"lines\":[{\"account\":\"1200\",\"credit\":\"1234.50\"}," \
               "{\"account\":\"4930\",\"debit\":\"1234.50\",\"text\":\"B\xc3\xbcro\"}],\"posting_date\":\"2024-01-31\"},\"kind\":\"journal\"}"

static void test_tables_are_read_as_declared(void **state)
{
    const struct text texts[] = {{"p/index.xml", INDEX(LEDGER("Daten\\buchungen.txt", "", ""))},
                                 {"p/daten/Buchungen.txt", "7;31.01.2024;4930;1.234,50;;\"B\xfcro\"\r\n7;31.01.2024;1200;;1.234,50;\r\n"}};
    (void)state;
    assert_int_equal(read_package(texts, 2, NULL), TF_OK);
    assert_int_equal(r.unreadable_count, 0);
    assert_int_equal(r.records_count, 1);
    assert_string_equal(r.records[0], RECORD);
    assert_int_equal(r.files[0], 1);
    assert_int_equal(r.lines[0], 1);
}

/* Tabs, points before decimals, another quote, years of two digits, implied decimals, a header line to be passed over, UTF-8. */
static void test_other_declarations(void **state)
{
    const struct text texts[] = {
        {"index.xml", INDEX("<Table><URL>b.csv</URL><Name>B</Name><DecimalSymbol>.</DecimalSymbol><DigitGroupingSymbol>,</DigitGroupingSymbol><UTF8/>"
                            "<Range><From>2</From></Range><Epoch>40</Epoch><VariableLength><ColumnDelimiter>&#9;</ColumnDelimiter><RecordDelimiter>&#10;</RecordDelimiter>"
                            "<TextEncapsulator>'</TextEncapsulator>" COLUMN("Belegnummer", TEXT_TYPE) COLUMN("Buchungsdatum", "<Date><Format>YYMMDD</Format></Date>")
                            COLUMN("Konto", TEXT_TYPE) COLUMN("Soll", "<Numeric><ImpliedAccuracy>2</ImpliedAccuracy></Numeric>") COLUMN("Haben", AMOUNT_TYPE)
                            COLUMN("Buchungstext", TEXT_TYPE) "</VariableLength></Table>")},
        {"b.csv", "Nr\tTag\tKonto\tS\tH\tText\n'7'\t240131\t4930\t123450\t\t'B\xc3\xbcro'\n'7'\t240131\t1200\t\t1,234.50\t\n"}};
    (void)state;
    assert_int_equal(read_package(texts, 2, NULL), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_string_equal(r.records[0], RECORD);
    assert_int_equal(r.lines[0], 2);
}

#define FIXED(name, from, to, type) "<FixedColumn><Name>" name "</Name>" type "<FixedRange><From>" from "</From><To>" to "</To></FixedRange></FixedColumn>"

static void test_fixed_widths(void **state)
{
    const struct text texts[] = {
        {"index.xml", INDEX("<Table><URL>b.txt</URL><Name>B</Name><FixedLength><Length>40</Length>" FIXED("Belegnummer", "1", "3", TEXT_TYPE)
                            FIXED("Buchungsdatum", "4", "13", "<Date/>") FIXED("Konto", "14", "17", TEXT_TYPE) FIXED("Soll", "18", "27", AMOUNT_TYPE)
                            "<FixedColumn><Name>Haben</Name>" AMOUNT_TYPE "<FixedRange><From>28</From><Length>10</Length></FixedRange></FixedColumn>"
                            FIXED("Buchungstext", "38", "45", TEXT_TYPE) "</FixedLength></Table>")},
        {"b.txt", "7  31.01.20244930   1234,50          B\xfcro\r\n7  31.01.20241200             1234,50\r\n"}};
    (void)state;
    assert_int_equal(read_package(texts, 2, NULL), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_string_equal(r.records[0], RECORD);
}

/* A row that books on two accounts is an entry by itself. */
static void test_bookings_on_two_accounts(void **state)
{
    const struct text texts[] = {
        {"index.xml", INDEX("<Table><URL>b.txt</URL><Name>B</Name><VariableLength>" COLUMN("Belegdatum", "<Date/>") COLUMN("Belegnummer", TEXT_TYPE)
                            COLUMN("Sollkonto", TEXT_TYPE) COLUMN("Habenkonto", TEXT_TYPE) COLUMN("Buchungsbetrag", AMOUNT_TYPE) "</VariableLength></Table>")},
        {"b.txt", "31.01.2024;R1;4930;70001;119,00\r\n"}};
    (void)state;
    assert_int_equal(read_package(texts, 2, NULL), TF_OK);
    assert_string_equal(r.records[0], "{\"company\":\"ACME\",\"journal\":{\"id\":\"R1\",\"lines\":[{\"account\":\"4930\",\"debit\":\"119.00\"},{\"account\":\"70001\",\"credit\":\"119.00\"}],"
                                      "\"posting_date\":\"2024-01-31\"},\"kind\":\"journal\"}");
}

#define ODD "<Table><URL>odd.txt</URL><Name>Zahlungen</Name><VariableLength>" COLUMN("An", TEXT_TYPE) COLUMN("Wann", "<Date/>") COLUMN("Wieviel", AMOUNT_TYPE) "</VariableLength></Table>"

static void test_tables_that_are_not_known_are_told_and_may_have_a_map(void **state)
{
    const struct text texts[] = {{"index.xml", INDEX(LEDGER("b.txt", "", "") ODD LEDGER("gone.txt", "", ""))},
                                 {"b.txt", "7;31.01.2024;4930;1.234,50;;\"B\xfcro\"\r\n7;31.01.2024;1200;;1.234,50;\r\n"}, {"odd.txt", "S1;01.02.2024;5,00\r\n"}};
    char path[] = READING_MAP_PATH;
    static const char map[] = "kind = \"payment\"; table = \"Zahlungen\"; columns = ( { member = \"supplier\"; column = \"An\"; }, { member = \"date\"; column = \"Wann\"; },"
                              "{ member = \"amount\"; column = \"Wieviel\"; }, { member = \"currency\"; value = \"EUR\"; } );";
    (void)state;
    assert_int_equal(read_package(texts, 3, NULL), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.findings_count, 2);
    assert_string_equal(r.findings[0].rule, "LED-02");
    assert_string_equal(r.findings[0].path, "Zahlungen");
    assert_non_null(strstr(r.findings[0].observed, "--map=FILE"));
    assert_non_null(strstr(r.findings[1].observed, "not there"));
    assert_string_equal(r.summary, "{\"entries\":1,\"lines\":2}");
    reading_map(map, path);
    assert_int_equal(read_package(texts, 3, path), TF_OK);
    unlink(path);
    assert_int_equal(r.records_count, 2);
    assert_string_equal(r.records[1], "{\"company\":\"ACME\",\"kind\":\"payment\",\"payment\":{\"amount\":\"5.00\",\"currency\":\"EUR\",\"date\":\"2024-02-01\",\"supplier\":\"S1\"}}");
    assert_int_equal(r.files[1], 2);
}

static void test_bad_packages(void **state)
{
    static const struct { const char *index, *says; enum tf_err err; } rows[] = {
        {INDEX(LEDGER("../../etc/passwd", "", "")), "none of its 1 tables", TF_E_VALUE},
        {INDEX(LEDGER("/etc/passwd", "", "")), "none of its 1 tables", TF_E_VALUE},
        {INDEX(LEDGER("b.txt", "<SkipNumBytes>10</SkipNumBytes>", "")), "none of its 1 tables", TF_E_VALUE},
        {INDEX(LEDGER("b.txt", "", "<ColumnDelimiter>ab</ColumnDelimiter>")), "none of its 1 tables", TF_E_VALUE},
        {INDEX(LEDGER("b.txt", "<Range><From>x</From></Range>", "")), "whole number", TF_E_VALUE},
        {INDEX("<Table><Name>x</Name></Table>"), "names no file", TF_E_VALUE},
        {"<!DOCTYPE DataSet [<!ENTITY a \"b\">]><DataSet><Media><Name>&a;</Name></Media></DataSet>", "document type", TF_E_XML},
        {"<DataSet><Media><Table>", "well-formed", TF_E_XML},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct text texts[] = {{"index.xml", rows[i].index}, {"b.txt", "7;31.01.2024;4930;1,00;;\r\n"}};
        assert_int_equal(read_package(texts, 2, NULL), rows[i].err);
        assert_fault(&r, rows[i].says);
        assert_int_equal(r.records_count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables_are_read_as_declared), cmocka_unit_test(test_other_declarations), cmocka_unit_test(test_fixed_widths),
        cmocka_unit_test(test_bookings_on_two_accounts), cmocka_unit_test(test_tables_that_are_not_known_are_told_and_may_have_a_map),
        cmocka_unit_test(test_bad_packages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
