/* TF-02 on cases of ours: the one-stop shops, foreign registrations, parts of countries, Northern Ireland, and changes of rates. */
#include "unit/rules/tax/rule_cases.h"

/* One breakdown, and its parties from nowhere but where the case says. */
#define OF(category, rate) \
    "seller.vat_id=-; seller.address.country=-; buyer.address.country=-; vat_breakdown=[]; vat_breakdown[0].category=" category \
    "; vat_breakdown[0].rate=" rate "; vat_breakdown[0].taxable=100.00; vat_breakdown[0].tax=1.00; "
#define SELLER(country, vat_id) "seller.address.country=" country "; seller.vat_id=" vat_id "; "
#define BUYER(country, vat_id) "buyer.address.country=" country "; buyer.vat_id=" vat_id "; "
#define TO(country) "delivery.address.country=" country "; "
#define ON(date) "issue_date=" date "; "
#define AT "$.invoice.vat_breakdown[0].rate"
#define HELD(...) {"TF-02", HOLDS, __VA_ARGS__, NULL, NULL, NULL}
#define WRONG(...) {"TF-02", FIRES, __VA_ARGS__, AT, NULL, NULL}
#define NOTHING(...) {"TF-02", SILENT, __VA_ARGS__, NULL, NULL, NULL}

static const struct rule_case cases[] = {
    /* at home */
    HELD(OF("S", "19") SELLER("DE", "DE123456788") BUYER("DE", "-") ON("2024-03-01")),
    HELD(OF("S", "7.00") SELLER("DE", "DE123456788") BUYER("DE", "-") ON("2024-03-01")),
    WRONG(OF("S", "20") SELLER("DE", "DE123456788") BUYER("DE", "-") ON("2024-03-01")),
    WRONG(OF("S", "18.9") SELLER("DE", "DE123456788") BUYER("DE", "-") ON("2024-03-01")),
    HELD(OF("S", "22") SELLER("IT", "IT00743110157") BUYER("IT", "-") ON("2024-03-01")),
    HELD(OF("B", "22") SELLER("IT", "IT00743110157") BUYER("IT", "-") ON("2024-03-01")),
    WRONG(OF("B", "21") SELLER("IT", "IT00743110157") BUYER("IT", "-") ON("2024-03-01")),
    HELD(OF("S", "13.5") SELLER("IE", "IE6433435F") BUYER("IE", "-") ON("2024-03-01")),
    HELD(OF("S", "8.1") SELLER("CH", "CHE107787577MWST") BUYER("CH", "-") ON("2024-03-01")),
    HELD(OF("S", "25") SELLER("NO", "NO995525828MVA") BUYER("NO", "-") ON("2024-03-01")),
    /* changes: the last day of one rate, the first of another */
    HELD(OF("S", "19") SELLER("DE", "DE123456788") ON("2020-06-30")),
    {"TF-02", FIRES, OF("S", "19") SELLER("DE", "DE123456788") ON("2020-07-01"), AT, "19", "DE on 2020-07-01: 5, 10.7, 16"},
    HELD(OF("S", "16") SELLER("DE", "DE123456788") ON("2020-12-31")),
    WRONG(OF("S", "16") SELLER("DE", "DE123456788") ON("2021-01-01")),
    HELD(OF("S", "22") SELLER("EE", "EE100931558") ON("2025-06-30")),
    WRONG(OF("S", "22") SELLER("EE", "EE100931558") ON("2025-07-01")),
    WRONG(OF("S", "24") SELLER("FI", "FI20774740") ON("2024-09-01")),
    WRONG(OF("S", "17") SELLER("LU", "LU15027442") ON("2023-01-01")),
    WRONG(OF("S", "19") SELLER("RO", "RO18547290") ON("2025-08-01")),
    WRONG(OF("S", "10") SELLER("SK", "SK2022749619") ON("2025-01-01")),
    WRONG(OF("S", "7.7") SELLER("CH", "CHE107787577MWST") ON("2024-01-01")),
    /* which day counts: BT-7, else BT-72, else BT-2, with the period where none of the first two is given */
    HELD(OF("S", "16") SELLER("DE", "DE123456788") ON("2021-01-15") "tax_point_date=2020-12-31"),
    WRONG(OF("S", "16") SELLER("DE", "DE123456788") ON("2020-12-30") "tax_point_date=2021-01-01"),
    HELD(OF("S", "16") SELLER("DE", "DE123456788") ON("2021-01-15") "delivery.date=2020-12-20"),
    WRONG(OF("S", "16") SELLER("DE", "DE123456788") ON("2020-12-30") "delivery.date=2021-01-02"),
    HELD(OF("S", "16") SELLER("DE", "DE123456788") ON("2021-01-15") "period.start=2020-12-01; period.end=2020-12-31"),
    WRONG(OF("S", "16") SELLER("DE", "DE123456788") ON("2021-02-15") "period.start=2021-01-01; period.end=2021-01-31"),
    /* credit notes take back what was charged then */
    HELD(OF("S", "16") SELLER("DE", "DE123456788") ON("2021-03-01") "type_code=381; preceding[0].number=7; preceding[0].issue_date=2020-08-01"),
    HELD(OF("S", "16") SELLER("DE", "DE123456788") ON("2021-03-01") "type_code=381; preceding[0].number=7"),
    WRONG(OF("S", "16") SELLER("DE", "DE123456788") ON("2021-03-01") "type_code=381; preceding[0].number=7; preceding[0].issue_date=2021-02-01"),
    WRONG(OF("S", "15") SELLER("DE", "DE123456788") ON("2021-03-01") "type_code=381; preceding[0].number=7"),
    /* one-stop shop and distance sales: the tax of where it goes */
    HELD(OF("S", "20") SELLER("DE", "DE123456788") BUYER("FR", "-") TO("FR") ON("2024-03-01")),
    HELD(OF("S", "5.5") SELLER("DE", "DE123456788") BUYER("FR", "-") TO("FR") ON("2024-03-01")),
    HELD(OF("S", "20") SELLER("DE", "DE123456788") BUYER("FR", "-") ON("2024-03-01")), /* a consumer, nothing delivered */
    {"TF-02", FIRES, OF("S", "20") SELLER("DE", "DE123456788") BUYER("FR", "FR40303265045") ON("2024-03-01"), AT, "20",
     "DE on 2024-03-01: 5.5, 7, 9, 19"},
    {"TF-02", FIRES, OF("S", "21") SELLER("DE", "DE123456788") BUYER("FR", "-") TO("FR") "delivery.address.postcode=75001; " ON("2024-03-01"), AT,
     "21", "FR on 2024-03-01: 2.1, 5.5, 10, 20; DE: 5.5, 7, 9, 19"},
    HELD(OF("S", "25") SELLER("US", "EU528003646") BUYER("SE", "-") TO("SE") ON("2024-03-01")),
    HELD(OF("S", "23") SELLER("CN", "IM3720000224") BUYER("PT", "-") TO("PT") ON("2024-03-01")),
    /* registered abroad, represented abroad */
    HELD(OF("S", "23") SELLER("DE", "PL8567346215") BUYER("PL", "PL5260001246") ON("2024-03-01")),
    HELD(OF("S", "21") SELLER("CH", "-") "tax_representative.vat_id=BE0428759497; tax_representative.address.country=BE; " ON("2024-03-01")),
    HELD(OF("S", "21") SELLER("CH", "-") "tax_representative.vat_id=ESB58378431; " ON("2024-03-01")),
    WRONG(OF("S", "24") SELLER("CH", "-") "tax_representative.vat_id=ESB58378431; " ON("2024-03-01")),
    /* no rate is asked of categories without one */
    NOTHING(OF("AE", "0") SELLER("DE", "DE123456788") BUYER("AT", "ATU13585627") ON("2024-03-01")),
    NOTHING(OF("K", "0") SELLER("DE", "DE123456788") BUYER("AT", "ATU13585627") ON("2024-03-01")),
    NOTHING(OF("E", "0") SELLER("DE", "DE123456788") ON("2024-03-01")),
    NOTHING(OF("S", "0") SELLER("DE", "DE123456788") ON("2024-03-01")), /* BR-S-05 */
    NOTHING(OF("S", "19") "issue_date=-"),
    NOTHING(OF("S", "5") "vat_breakdown[0].scheme=GST; " SELLER("DE", "DE123456788") ON("2024-03-01")),
    /* the Canary Islands, Ceuta and Melilla */
    HELD(OF("L", "7") SELLER("ES", "ESB58378431") "seller.address.postcode=35001; " BUYER("ES", "-") ON("2024-03-01")),
    HELD(OF("L", "3") SELLER("ES", "ESB58378431") "seller.address.postcode=28001; " TO("ES") "delivery.address.postcode=38001; " ON("2024-03-01")),
    WRONG(OF("L", "21") SELLER("ES", "ESB58378431") "seller.address.postcode=35001; " ON("2024-03-01")),
    WRONG(OF("S", "7") SELLER("ES", "ESB58378431") "seller.address.postcode=35001; " ON("2024-03-01")),
    HELD(OF("S", "21") SELLER("ES", "ESB58378431") "seller.address.postcode=28001; " TO("ES") "delivery.address.postcode=35001; " ON("2024-03-01")),
    HELD(OF("M", "4") SELLER("ES", "ESB58378431") "seller.address.postcode=51001; " ON("2024-03-01")),
    WRONG(OF("M", "21") SELLER("ES", "ESB58378431") "seller.address.postcode=52001; " ON("2024-03-01")),
    /* islands and valleys */
    HELD(OF("S", "22") SELLER("PT", "PT501964843") "seller.address.postcode=9000-001; " ON("2024-03-01")),
    HELD(OF("S", "16") SELLER("PT", "PT501964843") "seller.address.postcode=1000-001; " BUYER("PT", "-") "buyer.address.postcode=9500-100; " ON("2024-03-01")),
    WRONG(OF("S", "22") SELLER("PT", "PT501964843") "seller.address.postcode=1000-001; " BUYER("PT", "-") "buyer.address.postcode=4000-001; " ON("2024-03-01")),
    HELD(OF("S", "8.5") SELLER("FR", "FR40303265045") "seller.address.postcode=97400; " ON("2024-03-01")),
    HELD(OF("S", "8.5") SELLER("RE", "FR40303265045") ON("2024-03-01")),
    HELD(OF("S", "2.1") SELLER("FR", "FR40303265045") "seller.address.postcode=20000; " ON("2024-03-01")),
    WRONG(OF("S", "8.5") SELLER("FR", "FR40303265045") "seller.address.postcode=75001; " ON("2024-03-01")),
    HELD(OF("S", "19") SELLER("AT", "ATU13585627") "seller.address.postcode=6691; " ON("2024-03-01")),
    WRONG(OF("S", "19") SELLER("AT", "ATU13585627") "seller.address.postcode=1010; " ON("2024-03-01")),
    HELD(OF("S", "17") SELLER("GR", "EL094259216") "seller.address.postcode=85300; " ON("2024-03-01")),
    HELD(OF("S", "20") SELLER("MC", "FR40303265045") ON("2024-03-01")),
    /* Northern Ireland */
    HELD(OF("S", "20") SELLER("GB", "XI980780684") BUYER("GB", "-") ON("2024-03-01")),
    HELD(OF("S", "5") SELLER("XI", "XI980780684") BUYER("XI", "-") ON("2024-03-01")),
    HELD(OF("S", "23") SELLER("GB", "XI980780684") BUYER("IE", "-") TO("IE") ON("2024-03-01")),
    WRONG(OF("S", "23") SELLER("GB", "XI980780684") BUYER("GB", "GB980780684") ON("2024-03-01")),
    HELD(OF("S", "12.5") SELLER("GB", "GB980780684") ON("2021-10-01")),
    WRONG(OF("S", "12.5") SELLER("GB", "GB980780684") ON("2022-04-01")),
    /* where nobody knows all rates, nothing is said */
    HELD(OF("S", "8.25") SELLER("US", "-") BUYER("US", "-") ON("2024-03-01")),
    HELD(OF("S", "13") SELLER("CN", "-") BUYER("CN", "-") ON("2024-03-01")),
};

static struct rule_suite suite = {
    .tables = {RULE_TABLE(cases, 0)},
    .families = {"TF-02"},
};

static void test_every_breakdown_is_asked(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    const struct tf_tax_verdict *verdict = edited_judge(arena, "vat_breakdown[0].rate=18; vat_breakdown[1].rate=6", (struct tf_tax_options){0});
    size_t found = 0;
    for (uint32_t i = 0; i < verdict->findings_count; i++)
        found += strcmp(verdict->findings[i].rule->id, "TF-02") == 0;
    assert_int_equal(found, 2);
    tf_arena_destroy(arena);
}

/* Another table takes the place of the one built in. */
static void test_the_table_of_the_options(void **state)
{
    (void)state;
    static const char text[] =
        "{\"version\": \"2026-01-01\", \"known_until\": \"2026-12-31\", \"territories\": [{\"code\": \"DE\", \"country\": \"DE\", \"category\": \"S\","
        " \"postcodes\": \"\", \"complete_from\": \"2020-01-01\", \"rates\": [{\"rate\": \"18\", \"kind\": \"standard\", \"sources\": \"test\"}]}]}";
    struct tf_rates *rates = NULL;
    struct tf_fault fault = {0};
    assert_int_equal(tf_rates_parse(tf_str_of(text), "r.json", &rates, &fault), TF_OK);
    const struct rule_case rows[] = {HELD(OF("S", "18") SELLER("DE", "-")), WRONG(OF("S", "19") SELLER("DE", "-"))};
    rule_cases_run(rows, RULE_CASES_COUNT(rows), (struct tf_tax_options){.rates = rates});
    tf_rates_destroy(rates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_SUITE_TESTS(suite),
        cmocka_unit_test(test_every_breakdown_is_asked),
        cmocka_unit_test(test_the_table_of_the_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
