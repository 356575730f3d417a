#include "unit/rules/tax/rule_cases.h"

/* A further category of line 1, whose first is S at 19 %, in the strays that the reader makes of it. */
#define FURTHER(code, rate)                                                                                       \
    "cii; strays[0].kind=line_vat_category; strays[0].text=" code "; strays[0].item=1; "                          \
    "strays[1].kind=line_vat_rate; strays[1].text=" rate "; strays[1].item=1"

/* What the artefact for CII decides otherwise. The valid invoice has lines, allowances, charges and breakdowns of S, Z and E. */
static const struct rule_case cases[] = {
    {"BR-09", FIRES, "cii; seller.address=-", "$.invoice.seller.address.country", NULL, NULL},
    {"BR-09", HOLDS, "cii", NULL, NULL, NULL},
    {"BR-09", SILENT, "seller.address=-", NULL, NULL, NULL},
    {"BR-17", FIRES, "cii; payee.name=Seller", "$.invoice.payee.name", NULL, NULL},
    {"BR-17", FIRES, "cii; payee.name=P; payee.id.id=1; seller.ids[0].id=1", NULL, NULL, NULL},
    {"BR-17", HOLDS, "cii; payee.name=P; payee.id.id=1; payee.id.scheme=0088; seller.ids[0].id=1", NULL, NULL, NULL},
    {"BR-17", FIRES, "cii; payee.name=P; payee.legal_id.id=1; seller.legal_id.id=1", NULL, NULL, NULL},
    {"BR-20", FIRES, "cii; tax_representative={}", NULL, NULL, NULL},
    {"BR-29", HOLDS, "cii; period.start=2026-11-01; period.end=2026-11-01", NULL, NULL, NULL},
    {"BR-29", FIRES, "cii; period.start=2026-11-02; period.end=2026-11-01", "$.invoice.period.end", NULL, NULL},
    {"BR-29", FIRES, "cii; period.start=; period.end=2026-11-01", NULL, NULL, NULL},
    {"BR-29", HOLDS, "cii; period.start= ; period.end=2026-11-01", NULL, NULL, NULL},
    {"BR-29", HOLDS, "cii; period.start=20261399; period.end=2027-01-01", NULL, NULL, NULL},
    {"BR-29", FIRES, "cii; period.start=2026-11-01; period.end= 2026-11-02", NULL, NULL, NULL},
    {"BR-30", FIRES, "cii; lines[0].period.start=2026-11-01; lines[0].period.end= ", NULL, NULL, NULL},
    {"BR-45", FIRES, "cii; vat_breakdown[0].taxable=-", "$.invoice.vat_breakdown[0].taxable", NULL, NULL},
    {"BR-45", HOLDS, "cii; vat_breakdown[0].taxable=-; vat_breakdown[0].category=O", NULL, NULL, NULL},
    {"BR-50", SILENT, "cii; payments[0].means_code=30", NULL, NULL, NULL},
    {"BR-50", FIRES, "cii; payments[0].means_code=58; payments[0].transfers[0].account=", NULL, NULL, NULL},
    {"BR-61", FIRES, "cii; payments[0].means_code=58; payments[0].transfers[0].account=-", NULL, NULL, NULL},
    {"BR-53", HOLDS, "cii; vat_currency=SEK; totals.vat_accounting=1", NULL, NULL, NULL},
    {"BR-53", FIRES, "cii; vat_currency=SEK", "$.invoice.totals.vat_accounting", NULL, NULL},
    {"BR-53", FIRES, "cii; vat_currency=EUR", "$.invoice.vat_currency", NULL, NULL},
    {"BR-55", FIRES, "cii; preceding[0].number=", NULL, NULL, NULL},
    {"BR-57", FIRES, "cii; delivery.address={}; delivery.address.country=", NULL, NULL, NULL},
    {"BR-62", FIRES, "cii; seller.endpoint.id=1; seller.endpoint.scheme= ", "$.invoice.seller.endpoint.scheme", NULL, NULL},
    {"BR-62", HOLDS, "cii; seller.endpoint.id=1; seller.endpoint.scheme=EM", NULL, NULL, NULL},
    {"BR-64", FIRES, "cii; lines[0].item.standard_id.id=1; lines[0].item.standard_id.scheme=", NULL, NULL, NULL},
    {"BR-65", FIRES, "cii; lines[0].item.class_ids[0].id=1; lines[0].item.class_ids[0].list=", NULL, NULL, NULL},
    {"BR-CO-03", FIRES, "cii; tax_point_date=2026-11-20; tax_point_code=29", NULL, NULL, NULL},
    {"BR-CO-18", FIRES, "cii; vat_breakdown=-", NULL, NULL, NULL},
    {"BR-CO-19", FIRES, "cii; period={}; tax_point_code=29", NULL, NULL, NULL},
    {"BR-CO-26", HOLDS, "cii; seller.vat_id=-; seller.ids[0].id=1; seller.ids[0].scheme=SEPA", NULL, NULL, NULL},
    {"BR-CO-26", FIRES, "cii; seller.vat_id=-", NULL, NULL, NULL},
    {"BR-CL-18", FIRES, "cii; vat_breakdown[0].category=X", "$.invoice.vat_breakdown[0].category", NULL, NULL},
    {"BR-CL-17", HOLDS, "cii; vat_breakdown[0].category=X", NULL, NULL, NULL},
    /* Sums in binary: 100.005 is less than half a cent above 100.00, and 1.005 above 1.00. */
    {"BR-CO-10", HOLDS, "cii; lines[0].net=100.005", NULL, NULL, NULL},
    {"BR-CO-10", FIRES, "lines[0].net=100.005", NULL, NULL, NULL},
    {"BR-CO-10", FIRES, "cii; lines[0].net=100.006", "$.invoice.totals.line_net", "200.00", "200.01"},
    {"BR-CO-11", FIRES, "cii; allowances[0].amount=10.01", NULL, "15.00", "15.01"},
    {"BR-CO-12", FIRES, "cii; totals.charges=-", NULL, NULL, NULL},
    {"BR-CO-13", HOLDS, "cii; totals.line_net=200.004", NULL, NULL, NULL},
    {"BR-CO-14", FIRES, "cii; vat_breakdown[0].tax=18.06", "$.invoice.vat_totals[0].amount", "21.55", "21.56"},
    {"BR-CO-15", HOLDS, "cii; totals.vat=-; totals.gross=195.00", NULL, NULL, NULL},
    {"BR-CO-15", FIRES, "cii; totals.vat=-; totals.gross=195.01", NULL, NULL, NULL},
    {"BR-CO-16", FIRES, "cii; totals.rounding=0.001", NULL, NULL, NULL},
    {"BR-CO-17", HOLDS, "cii; vat_breakdown[0].tax=19.05", NULL, NULL, NULL},
    {"BR-CO-17", FIRES, "cii; vat_breakdown[0].tax=19.06", "$.invoice.vat_breakdown[0].tax", "19.06", "18.05"},
    {"BR-S-09", FIRES, "cii; vat_breakdown[0].tax=19.05", NULL, NULL, NULL},
    {"BR-S-09", HOLDS, "cii; vat_breakdown[0].tax=19.04", NULL, NULL, NULL},
    {"BR-S-08", FIRES, "cii; vat_breakdown[0].taxable=95.01", "$.invoice.vat_breakdown[0].taxable", "95.01", "95.00"},
    {"BR-S-08", HOLDS, "vat_breakdown[0].taxable=95.01", NULL, NULL, NULL},
    {"BR-Z-08", HOLDS, "cii; vat_breakdown[2].taxable=19.99", NULL, NULL, NULL},
    {"BR-Z-08", FIRES, "cii; vat_breakdown[2].taxable=20.00", NULL, "20.00", "19.00"},
    {"BR-Z-09", FIRES, "cii; vat_breakdown[2].tax=-0.00", NULL, NULL, NULL},
    {"BR-Z-09", HOLDS, "cii; vat_breakdown[2].tax=-0", NULL, NULL, NULL},
    {"BR-Z-05", FIRES, "cii; lines[2].vat.rate=-0.0", NULL, NULL, NULL},
    {"BR-CO-14", FIRES, "cii; vat_breakdown[0].tax=0; vat_breakdown[1].tax=0; totals.vat=-0.00", NULL, NULL, NULL},
    {"BR-CO-14", HOLDS, "cii; vat_breakdown[0].tax=0; vat_breakdown[1].tax=-0; totals.vat=0.00", NULL, NULL, NULL},
    {"BR-AF-08", HOLDS, "cii; vat_breakdown[0].category=L", NULL, NULL, NULL},
    {"BR-AF-05", FIRES, "cii; lines[0].vat.category=L; lines[0].vat.rate=0", NULL, NULL, NULL},
    {"BR-AF-05", HOLDS, "lines[0].vat.category=L; lines[0].vat.rate=0", NULL, NULL, NULL},
    {"BR-S-01", HOLDS, "cii; vat_breakdown[0].category=Z; vat_breakdown[1].category=Z", NULL, NULL, NULL},
    {"BR-S-01", FIRES, "cii; lines[1].vat.category=Z; vat_breakdown[0].category=Z; vat_breakdown[1].category=Z", NULL, NULL, NULL},
    {"BR-O-01", HOLDS, "cii; lines[0].vat.category=O", NULL, NULL, NULL},
    {"BR-O-11", FIRES, "cii; vat_breakdown[0].category=O", NULL, NULL, NULL},
    {"BR-IC-11", FIRES, "cii; vat_breakdown[0].category=K", NULL, NULL, NULL},
    {"BR-IC-11", HOLDS, "cii; vat_breakdown[0].category=K; period.start=", NULL, NULL, NULL},
    {"BR-IC-12", HOLDS, "cii; vat_breakdown[0].category=K; delivery.address.country=", NULL, NULL, NULL},
    {"BR-B-02", FIRES, "cii; lines[2].vat.category=B", NULL, NULL, NULL},
    {"BR-B-01", FIRES, "cii; lines[2].vat.category=B", NULL, NULL, NULL},
    {"BR-B-01", HOLDS, "cii; lines[2].vat.category=B; seller.address.country=IT; buyer.address.country=IT", NULL, NULL, NULL},
    {"BR-S-08", HOLDS, FURTHER("S", "19"), NULL, NULL, NULL},
    {"BR-S-08", FIRES, FURTHER("S", "7"), "$.invoice.vat_breakdown[1].taxable", "50.00", "150.00"},
    {"BR-Z-08", FIRES, FURTHER("Z", "0"), "$.invoice.vat_breakdown[2].taxable", "19.00", "119.00"},
    {"BR-Z-05", FIRES, FURTHER("Z", "5"), "$.invoice.lines[0].vat.rate", "5.00", "0.00"},
    {"BR-B-02", FIRES, FURTHER("B", "19"), NULL, NULL, NULL},
    {"BR-52", FIRES, "cii; strays[0].kind=blank_reference", NULL, NULL, NULL},
    /* By value: 21.550 has no more than cents, and a total that fits is enough. */
    {"BR-DEC-13", HOLDS, "cii; totals.vat=21.550", NULL, NULL, NULL},
    {"BR-DEC-13", FIRES, "cii; totals.vat=21.551", NULL, NULL, NULL},
    {"BR-DEC-13", HOLDS, "cii; totals.vat=21.551; vat_currency=SEK; totals.vat_accounting=1", NULL, NULL, NULL},
    {"BR-DEC-15", FIRES, "cii; vat_currency=SEK; totals.vat_accounting=1.001", NULL, NULL, NULL},
    {"BR-DEC-15", FIRES, "cii; vat_currency=SEK", NULL, NULL, NULL},
    {"BR-DEC-19", FIRES, "cii; vat_breakdown[0].taxable=95.000", NULL, NULL, NULL},
};

static void test_cases(void **state)
{
    (void)state;
    rule_cases_run(cases, sizeof cases / sizeof cases[0], (struct tf_tax_options){0});
}

/* The standard knows no syntax. */
static void test_strict_mode_is_the_same_for_all(void **state)
{
    (void)state;
    static const struct rule_case strict[] = {
        {"BR-CO-10", FIRES, "cii; lines[0].net=100.005", NULL, NULL, NULL},
        {"BR-CO-15", HOLDS, "cii; totals.vat=-; totals.gross=195.00; vat_breakdown=-", NULL, NULL, NULL},
        {"BR-Z-08", FIRES, "cii; vat_breakdown[2].taxable=19.99", NULL, NULL, NULL},
    };
    rule_cases_run(strict, sizeof strict / sizeof strict[0], (struct tf_tax_options){.strict = true});
}

/* The artefact for CII refuses a long card number, that for UBL warns of it. */
static void test_a_card_number_is_fatal(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    assert_true(edited_judge(arena, "payments[0].means_code=48; payments[0].card.pan=12345678901", (struct tf_tax_options){0})->valid);
    assert_false(edited_judge(arena, "cii; payments[0].means_code=48; payments[0].card.pan=12345678901", (struct tf_tax_options){0})->valid);
    tf_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_strict_mode_is_the_same_for_all),
        cmocka_unit_test(test_a_card_number_is_fatal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
