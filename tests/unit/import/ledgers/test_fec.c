#include "../reading.h"

static struct reading r;

static enum tf_err read_named(const char *name, const char *text)
{
    const struct tf_import_options options = {.company = "ACME", .record_bytes_max = 4096};
    return reading_read_as(&r, name, text, strlen(text), &options);
}

static enum tf_err read_text(const char *text) { return read_named("552081317FEC20241231.txt", text); }

#define HEADER "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\t" \
               "EcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\n"
#define SALE "VT\tVentes\t12\t20240115\t411000\tClients\tC7\tDupont\tF-12\t20240114\tVente \"A\"\t1200,00\t0,00\tAA\t20240201\t20240131\t-1296,5\tUSD\n" \
             "VT\tVentes\t12\t20240115\t707000\tVentes\t\t\tF-12\t20240114\tVente\t0,00\t1000,00\t\t\t20240131\t0,00\t\n" \
             "VT\tVentes\t12\t20240115\t445710\tTVA\t\t\tF-12\t20240114\tVente\t\t200,00\t\t\t20240131\t\t\n"
#define RECORD "{\"company\":\"ACME\",\"journal\":{\"document_date\":\"2024-01-14\",\"id\":\"VT/12\",\"lines\":[" \
               "{\"account\":\"411000\",\"account_name\":\"Clients\",\"cleared_by\":\"AA\",\"cleared_on\":\"2024-02-01\",\"currency\":\"EUR\",\"debit\":\"1200.00\"," \
               "\"foreign_amount\":\"-1296.5\",\"foreign_currency\":\"USD\",\"partner\":\"C7\",\"partner_kind\":\"customer\",\"partner_name\":\"Dupont\",\"ref\":\"F-12\"," \
               "\"text\":\"Vente \\\"A\\\"\"}," \
               "{\"account\":\"445710\",\"account_name\":\"TVA\",\"credit\":\"200.00\",\"currency\":\"EUR\",\"ref\":\"F-12\",\"text\":\"Vente\"}," \
               "{\"account\":\"707000\",\"account_name\":\"Ventes\",\"credit\":\"1000.00\",\"currency\":\"EUR\",\"ref\":\"F-12\",\"text\":\"Vente\"}]," \
               "\"posting_date\":\"2024-01-15\",\"source\":\"VT\",\"source_name\":\"Ventes\",\"validated_on\":\"2024-01-31\"},\"kind\":\"journal\"}"

static void test_an_entry_is_a_number_of_a_journal(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEADER SALE "AC\tAchats\t12\t20240115\t607000\tAchats\t\t\tA-1\t20240115\tAchat\t50,00\t\t\t\t\t\t\n"
                               "AC\tAchats\t12\t20240115\t401000\tFournisseurs\tF9\tDurand\tA-1\t20240115\tAchat\t\t50,00\t\t\t\t\t\n"), TF_OK);
    assert_int_equal(r.records_count, 2);
    assert_int_equal(r.unreadable_count, 0);
    assert_string_equal(r.records[1], RECORD);
    assert_int_equal(r.lines[1], 2);
    assert_non_null(strstr(r.records[0], "\"id\":\"AC/12\""));
    assert_non_null(strstr(r.records[0], "\"partner_kind\":\"supplier\""));
}

/* Bars, one column for both sides, Windows-1252, other line ends, other order of rows: the same entry. */
static void test_other_ways_to_write_it(void **state)
{
    (void)state;
    assert_int_equal(read_text("JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|PieceDate|EcritureLib|Montant|Sens|"
                               "EcritureLet|DateLet|ValidDate|Montantdevise|Idevise\r\n"
                               "VT|Ventes|12|20240115|707000|Ventes|||F-12|20240114|Vente|1000,00|C|||20240131||\r\n"
                               "VT|Ventes|12|20240115|445710|TVA|||F-12|20240114|Vente|200,00|C|||20240131||\r\n"
                               "VT|Ventes|12|20240115|411000|Clients|C7|Dupont|F-12|20240114|Vente \"A\"|1200,00|D|AA|20240201|20240131|-1296,5|USD\r\n"), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_string_equal(r.records[0], RECORD);
}

static void test_debit_is_credit(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEADER "VT\tVentes\t1\t20240115\t411000\tClients\t\t\tF\t20240114\tVente\t1.200\t0,00\t\t\t\t\t\n"
                               "VT\tVentes\t1\t20240115\t707000\tVentes\t\t\tF\t20240114\tVente\t0,00\t1000,00\t\t\t\t\t\n"), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.findings_count, 1);
    assert_string_equal(r.findings[0].rule, "LED-01");
    assert_string_equal(r.findings[0].path, "VT/1");
    assert_string_equal(r.findings[0].observed, "debit 1200.00");
    assert_string_equal(r.findings[0].expected, "credit 1000.00");
}

static void test_a_row_that_cannot_be_read(void **state)
{
    (void)state;
    assert_int_equal(read_text(HEADER SALE "VT\tVentes\t13\t20240231\t411000\tClients\t\t\tF\t20240114\tVente\t5,00\t\t\t\t\t\t\n"
                               "VT\tVentes\t14\t20240228\t411000\tClients\t\t\tF\t20240114\tVente\tcinq\t\t\t\t\t\t\n"
                               "VT\tVentes\t14\t20240228\t707000\tVentes\t\t\tF\t20240114\tVente\t\t5,00\t\t\t\t\t\n"), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_int_equal(r.unreadable_count, 3);
    assert_string_equal(r.unreadable[0].path, "EcritureDate");
    assert_int_equal(r.unreadable[0].line, 5);
    assert_string_equal(r.unreadable[1].path, "Debit");
    assert_int_equal(r.unreadable[1].line, 6);
    assert_int_equal(r.unreadable[2].line, 6); /* what is left of that entry */
}

/* What turns a line's amount to credit does not turn the foreign one: it stands as it is written, like the text of Windows-1252. */
static void test_a_foreign_amount_of_a_credit(void **state)
{
    (void)state;
    assert_int_equal(read_text("JournalCode|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|PieceDate|EcritureLib|Montant|Sens|Montantdevise|Idevise\n"
                               "AC|3|20240115|401000|Cr\xe9""anciers|||A|20240115|Achat|90,00|C|100,00|USD\n"
                               "AC|3|20240115|607000|Achats|||A|20240115|Achat|90,00|D||\n"), TF_OK);
    assert_int_equal(r.records_count, 1);
    assert_non_null(strstr(r.records[0], "\"account_name\":\"Cr\xc3\xa9""anciers\",\"credit\":\"90.00\",\"currency\":\"EUR\",\"foreign_amount\":\"100.00\",\"foreign_currency\":\"USD\""));
}

static void test_a_name_that_is_none_of_a_fec(void **state)
{
    (void)state;
    static const struct { const char *name; bool good; } rows[] = {
        {"/data/552081317FEC20241231.txt", true}, {"552081317fec20241231.csv.gz", true}, {"body", true}, {"a.zip/552081317FEC20241231.txt", true},
        {"/data/export.txt", false}, {"55208131FEC20241231.txt", false}, {"552081317FEC20241331.txt", false}, {"552081317FEC20241231_v2.txt", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(read_named(rows[i].name, HEADER SALE), TF_OK);
        if ((r.findings_count == 0) != rows[i].good)
            fail_msg("%s", rows[i].name);
        if (!rows[i].good)
            assert_string_equal(r.findings[0].rule, "LED-03");
        assert_int_equal(r.records_count, 1);
    }
}

static void test_columns_that_are_missing(void **state)
{
    (void)state;
    assert_int_equal(read_text("JournalCode\tEcritureNum\tEcritureDate\tCompteNum\nVT\t1\t20240101\t411\n"), TF_E_VALUE);
    assert_fault(&r, "Debit, Credit");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_entry_is_a_number_of_a_journal), cmocka_unit_test(test_other_ways_to_write_it), cmocka_unit_test(test_debit_is_credit),
        cmocka_unit_test(test_a_row_that_cannot_be_read), cmocka_unit_test(test_columns_that_are_missing),
        cmocka_unit_test(test_a_foreign_amount_of_a_credit), cmocka_unit_test(test_a_name_that_is_none_of_a_fec),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
