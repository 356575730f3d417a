/* TF-11: IBAN, BIC, LEI, GLN, GTIN and creditor references. */
#include "unit/rules/tax/rule_cases.h"

static const struct rule_case cases[] = {
    {"TF-11", SILENT, "", NULL, NULL, NULL},
    {"TF-11", HOLDS, "payments[0].means_code=58; payments[0].transfers[0].account=DE89 3704 0044 0532 0130 00", NULL, NULL, NULL},
    {"TF-11", FIRES, "payments[0].means_code=58; payments[0].transfers[0].account=DE88370400440532013000",
     "$.invoice.payments[0].transfers[0].account", "checksum", "valid"},
    {"TF-11", FIRES, "payments[0].means_code=58; payments[0].transfers[0].account=1234567", "$.invoice.payments[0].transfers[0].account", NULL, NULL},
    {"TF-11", SILENT, "payments[0].means_code=30; payments[0].transfers[0].account=1234567", NULL, NULL, NULL},
    {"TF-11", SILENT, "payments[0].means_code=30; payments[0].transfers[0].account=XQ123456789", NULL, NULL, NULL},
    {"TF-11", FIRES, "payments[0].means_code=30; payments[0].transfers[0].account=NL57RABO0107307511",
     "$.invoice.payments[0].transfers[0].account", "checksum", "valid"},
    {"TF-11", FIRES, "payments[0].means_code=59; payments[0].direct_debit.account=DE88370400440532013000",
     "$.invoice.payments[0].direct_debit.account", "checksum", "valid"},
    {"TF-11", HOLDS, "payments[0].transfers[0].bic=DEUTDEFF500", NULL, NULL, NULL},
    {"TF-11", FIRES, "payments[0].transfers[0].bic=DEUTQQFF500", "$.invoice.payments[0].transfers[0].bic", NULL, "valid"},
    {"TF-11", SILENT, "payments[0].transfers[0].bic=SE:BANKGIRO; payments[0].remittance=RF invoice 7", NULL, NULL, NULL},
    {"TF-11", HOLDS, "payments[0].remittance=RF18 5390 0754 7034", NULL, NULL, NULL},
    {"TF-11", FIRES, "payments[0].remittance=RF19 5390 0754 7034", "$.invoice.payments[0].remittance", "checksum", "valid"},
    {"TF-11", HOLDS, "seller.ids[0].id=7300010000001; seller.ids[0].scheme=0088", NULL, NULL, NULL},
    {"TF-11", FIRES, "seller.ids[0].id=7300010000002; seller.ids[0].scheme=0088", "$.invoice.seller.ids[0].id", "checksum", "valid"},
    {"TF-11", FIRES, "buyer.endpoint.id=123456789; buyer.endpoint.scheme=0088", "$.invoice.buyer.endpoint", "length", "valid"},
    {"TF-11", SILENT, "buyer.endpoint.id=123456789; buyer.endpoint.scheme=0192", NULL, NULL, NULL},
    {"TF-11", HOLDS, "payee.legal_id.id=5493001KJTIIGC8Y1R12; payee.legal_id.scheme=0199", NULL, NULL, NULL},
    {"TF-11", FIRES, "seller.legal_id.id=5493001KJTIIGC8Y1R13; seller.legal_id.scheme=0199", "$.invoice.seller.legal_id", "checksum", "valid"},
    {"TF-11", HOLDS, "lines[0].item.standard_id.id=5901234123457; lines[0].item.standard_id.scheme=0160", NULL, NULL, NULL},
    {"TF-11", FIRES, "lines[1].item.standard_id.id=5901234123458; lines[1].item.standard_id.scheme=0160",
     "$.invoice.lines[1].item.standard_id", "checksum", "valid"},
    {"TF-11", FIRES, "delivery.location_id.id=1; delivery.location_id.scheme=0088", "$.invoice.delivery.location_id", "length", "valid"},
};

static struct rule_suite suite = {
    .tables = {RULE_TABLE(cases, 0)},
    .families = {"TF-11"},
};

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_SUITE_TESTS(suite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
