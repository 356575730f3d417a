#include "unit/rules/tax/rule_cases.h"

#include "xrechnung/xrechnung.h"

#define HOLD(rule, edits) {rule, HOLDS, edits, NULL, NULL, NULL}
#define QUIET(rule, edits) {rule, SILENT, edits, NULL, NULL, NULL}
#define FIRE(rule, edits) {rule, FIRES, edits, NULL, NULL, NULL}
#define FIRE_AT(rule, edits, path) {rule, FIRES, edits, path, NULL, NULL}
#define DE "BR-DE-"
#define CVD "process.specification=" TF_XRECHNUNG_VEHICLES "; "
#define TERM(rule, group, member)                                                         \
    QUIET(rule, group "=-"),                                                              \
    HOLD(rule, group "={}; " group "." member "=abc-1234-5678"),                          \
    FIRE_AT(rule, group "={}", "$.invoice." group "." member),                            \
    FIRE(rule, group "." member "= ")
#define MEANS(code, rest) "payments[0].means_code=" code "; payments[0]." rest
#define IBAN "DE75512108001245126199"
#define CVA "lines[0].item.attributes[0].name=cva; lines[0].item.attributes[0].value=clean"
#define CLASS(rest) "lines[0].item.class_ids[0].list=CVD; lines[0].item.class_ids[0].id=M1" rest
#define STRAY(kind_, rest) "strays[0].kind=" kind_ "; strays[0]." rest

static const struct rule_case cases[] = {
    HOLD(DE "1", "payments[0].means_code=1"),
    FIRE_AT(DE "1", "", "$.invoice.payment"),
    FIRE(DE "1", "payments=[]"),
    QUIET(DE "2", "seller=-"),
    HOLD(DE "2", "seller.contact={}"),
    FIRE_AT(DE "2", "", "$.invoice.seller.contact"),
    FIRE(DE "2", "seller={}"),
    TERM(DE "3", "seller.address", "city"),
    TERM(DE "4", "seller.address", "postcode"),
    TERM(DE "5", "seller.contact", "name"),
    TERM(DE "6", "seller.contact", "phone"),
    TERM(DE "7", "seller.contact", "email"),
    TERM(DE "8", "buyer.address", "city"),
    TERM(DE "9", "buyer.address", "postcode"),
    TERM(DE "10", "delivery.address", "city"),
    TERM(DE "11", "delivery.address", "postcode"),
    HOLD(DE "14", "vat_breakdown[0].rate=0"),
    FIRE_AT(DE "14", "vat_breakdown[1].rate=-", "$.invoice.vat_breakdown[1].rate"),
    FIRE(DE "14", "vat_breakdown[4].category=O"),
    HOLD(DE "15", "buyer_reference=04011000-12345-03"),
    FIRE_AT(DE "15", "", "$.invoice.buyer_reference"),
    FIRE(DE "15", "buyer_reference= "),
    HOLD(DE "16", ""),
    HOLD(DE "16", "seller.vat_id=-; seller.tax_id=1"),
    HOLD(DE "16", "seller.vat_id=-; tax_representative={}"),
    HOLD(DE "16", "seller.vat_id=-; lines=[]; lines[0].vat.category=O; allowances=[]; charges=[]"),
    HOLD(DE "16", "seller.vat_id=-; lines=[]; syntax=cii"),
    FIRE_AT(DE "16", "seller.vat_id=-", "$.invoice.seller.vat_id"),
    FIRE(DE "16", "seller.vat_id= ; lines=[]; charges=[]"),
    FIRE(DE "16", "seller.vat_id= ; lines=[]; allowances=[]"),
    HOLD(DE "17", "type_code= 326"),
    FIRE_AT(DE "17", "type_code=386", "$.invoice.type_code"),
    FIRE(DE "17", "type_code=-"),
    HOLD(DE "18", "payment_terms=30 days net"),
    HOLD(DE "18", "payment_terms=#SKONTO#TAGE=14#PROZENT=2.00#\n"),
    FIRE_AT(DE "18", "payment_terms=#SKONTO#TAGE=14#PROZENT=2.00#", "$.invoice.payment_terms"),
    FIRE(DE "18", "payment_terms=#SKONTO#TAGE=14#PROZENT=2#\n"),
    HOLD(DE "21", "process.specification=" TF_XRECHNUNG_CORE),
    HOLD(DE "21", "process.specification=" TF_XRECHNUNG_EXTENSION),
    QUIET(DE "21", "process=-; syntax=cii"),
    FIRE_AT(DE "21", "process.specification=" TF_XRECHNUNG_CORE " ", "$.invoice.process.specification"),
    FIRE(DE "21", "process=-"),
    HOLD(DE "22", "attachments[0].file.name=a; attachments[1].file.name=b; attachments[2].ref=1; attachments[3].ref=2"),
    FIRE_AT(DE "22", "attachments[0].file.name=a; attachments[1].ref=1; attachments[2].file.name=a", "$.invoice.attachments[2].file.name"),
    FIRE(DE "22", "attachments[0].file.name=; attachments[1].file.name="),
    QUIET(DE "26", ""),
    HOLD(DE "26", "type_code=384; preceding[0].number=1"),
    FIRE_AT(DE "26", "type_code=384", "$.invoice.preceding"),
    FIRE(DE "26", "type_code= 384 ; preceding=[]"),
    HOLD(DE "27", "seller.contact.phone=1-2-3"),
    FIRE_AT(DE "27", "seller.contact.phone=12", "$.invoice.seller.contact.phone"),
    FIRE(DE "27", "seller.contact={}"),
    HOLD(DE "28", "seller.contact.email= a@b.c "),
    HOLD(DE "28", "seller.contact.email=.a!@b-1.c.de"),
    FIRE_AT(DE "28", "seller.contact.email=a@b", "$.invoice.seller.contact.email"),
    FIRE(DE "28", "seller.contact.email=@b.c"),
    FIRE(DE "28", "seller.contact.email=a@b..c"),
    FIRE(DE "28", "seller.contact.email=a@b.c."),
    FIRE(DE "28", "seller.contact.email=a@.b.c"),
    FIRE(DE "28", "seller.contact.email=a b@c.d"),
    FIRE(DE "28", "seller.contact.email=a@b@c.d"),
    HOLD(DE "TMP-32", "delivery.date=2026-01-01"),
    HOLD(DE "TMP-32", "tax_point_code=35"),
    HOLD(DE "TMP-32", "period={}"),
    HOLD(DE "TMP-32", "lines[0].period={}; lines[1].period={}; lines[2].period={}; lines[3].period={}"),
    FIRE_AT(DE "TMP-32", "", "$.invoice.delivery.date"),
    FIRE(DE "TMP-32", "syntax=cii; tax_point_code=35; lines[0].period={}"),
    QUIET("BR-TMP-2", ""),
    HOLD("BR-TMP-2", "attachments[0].uri=h+:x"),
    FIRE_AT("BR-TMP-2", "attachments[0].uri=www.example.com", "$.invoice.attachments[0].uri"),
    FIRE("BR-TMP-2", "attachments[0].uri=c:x"),
    QUIET("BR-TMP-3", "syntax=cii; " STRAY("gross_base", "text=1; strays[0].item=1")),
    HOLD("BR-TMP-3", "syntax=cii; lines[0].price.base_quantity=1; " STRAY("gross_base", "text=1; strays[0].item=1; strays[0].scheme=KGM")),
    FIRE_AT("BR-TMP-3", "syntax=cii; lines[0].price.base_quantity=1; " STRAY("gross_base", "text=2; strays[0].item=1"),
            "$.invoice.lines[0].price.base_quantity"),
    FIRE("BR-TMP-3", "syntax=cii; lines[0].price.base_quantity=1; lines[0].price.base_unit=C62; "
                     STRAY("gross_base", "text=1; strays[0].item=1; strays[0].scheme=KGM")),
    QUIET(DE "19", MEANS("30", "transfers[0].account=x")),
    HOLD(DE "19", MEANS("58", "transfers[0].account= DE75 5121 0800 1245 1261 99\n")),
    FIRE_AT(DE "19", MEANS("58", "transfers[0].account=DE75512108001245126198"), "$.invoice.payment.transfers[0].account"),
    FIRE(DE "19", MEANS("58", "transfers=[]")),
    FIRE(DE "19", MEANS("58", "transfers[0].account=de75512108001245126199")),
    HOLD(DE "20", MEANS("59", "direct_debit.account=" IBAN)),
    FIRE_AT(DE "20", MEANS("59", "direct_debit.account=DE7"), "$.invoice.payment.direct_debit.account"),
    FIRE(DE "20", "payments[0].means_code=59"),
    HOLD(DE "23-a", MEANS("30", "transfers[0].name=x")),
    QUIET(DE "23-a", MEANS("59", "transfers[0].name=x")),
    FIRE_AT(DE "23-a", "payments[0].means_code=30", "$.invoice.payment.transfers"),
    FIRE(DE "23-a", "syntax=cii; " MEANS("58", "transfers[0].bic=X")),
    HOLD(DE "23-b", "payments[0].means_code=58"),
    FIRE_AT(DE "23-b", MEANS("30", "card={}"), "$.invoice.payment.card"),
    FIRE_AT(DE "23-b", MEANS("58", "direct_debit={}"), "$.invoice.payment.direct_debit"),
    FIRE(DE "23-b", "syntax=cii; payments[0].means_code=58; payments[1].direct_debit.mandate=1"),
    HOLD(DE "23-b", "syntax=cii; payments[0].means_code=58; payments[1].direct_debit.account=1"),
    HOLD(DE "24-a", MEANS("48", "card={}")),
    FIRE(DE "24-a", "payments[0].means_code=54"),
    FIRE_AT(DE "24-a", "payments[0].means_code=55", "$.invoice.payment.card"),
    HOLD(DE "24-b", "payments[0].means_code=48"),
    FIRE_AT(DE "24-b", MEANS("48", "transfers[0].account=1"), "$.invoice.payment.transfers"),
    FIRE(DE "24-b", MEANS("54", "direct_debit={}")),
    HOLD(DE "25-a", MEANS("59", "direct_debit={}")),
    FIRE_AT(DE "25-a", "payments[0].means_code=59", "$.invoice.payment.direct_debit"),
    FIRE(DE "25-a", "syntax=cii; " MEANS("59", "direct_debit={}")),
    HOLD(DE "25-b", "payments[0].means_code=59"),
    FIRE_AT(DE "25-b", MEANS("59", "transfers[0].account=1"), "$.invoice.payment.transfers"),
    FIRE_AT(DE "25-b", MEANS("59", "card={}"), "$.invoice.payment.card"),
    FIRE(DE "25-b", "syntax=cii; payments[0].means_code=59; " STRAY("debtor_bank", "item=1")),
    FIRE(DE "25-b", "syntax=cii; " MEANS("59", "transfers[0].bic=X")),
    QUIET(DE "30", "payments[0].means_code=59"),
    HOLD(DE "30", "payments[0].direct_debit={}; seller.ids[0].scheme=SEPA"),
    HOLD(DE "30", "payments[0].direct_debit={}; payee.id.scheme=SEPA"),
    HOLD(DE "30", "payments[0].direct_debit.creditor_id=1"),
    FIRE_AT(DE "30", "payments[0].direct_debit={}", "$.invoice.payment"),
    FIRE(DE "30", "syntax=cii; payments[0].direct_debit.creditor_id=1"),
    FIRE(DE "30", "syntax=cii; payments[0].direct_debit.account=1"),
    HOLD(DE "31", "payments[0].direct_debit={}; payments[1].direct_debit.account=1"),
    FIRE_AT(DE "31", "payments[0].direct_debit={}", "$.invoice.payment"),
    FIRE(DE "31", "syntax=cii; payments[0].direct_debit.mandate=1"),
    QUIET(DE "CVD-01", ""),
    HOLD(DE "CVD-01", CVD "contract_ref=1"),
    FIRE_AT(DE "CVD-01", CVD "number=1", "$.invoice.contract_ref"),
    FIRE(DE "CVD-01", CVD "contract_ref= "),
    HOLD(DE "CVD-02", CVD "tender_ref=1"),
    FIRE_AT(DE "CVD-02", CVD "number=1", "$.invoice.tender_ref"),
    FIRE(DE "CVD-02", CVD "tender_ref= "),
    HOLD(DE "CVD-03", CVD CVA "; " CLASS("")),
    FIRE_AT(DE "CVD-03", CVD CVA, "$.invoice.lines"),
    FIRE(DE "CVD-03", CVD CLASS("")),
    QUIET(DE "CVD-04", CVD CVA),
    HOLD(DE "CVD-04", CVD CLASS("")),
    FIRE_AT(DE "CVD-04", CVD CLASS("; lines[0].item.class_ids[0].id=M4"), "$.invoice.lines[0].item.class_ids[0]"),
    FIRE(DE "CVD-04", CVD CLASS("; lines[0].item.class_ids[0].id=")),
    HOLD(DE "CVD-05", CVD CVA),
    FIRE_AT(DE "CVD-05", CVD CVA "; lines[0].item.attributes[0].value=Clean", "$.invoice.lines[0].item.attributes[0].value"),
    FIRE(DE "CVD-05", CVD CVA "; lines[0].item.attributes[0].value=-"),
    HOLD(DE "CVD-06-a", CVD CVA "; " CLASS("")),
    FIRE_AT(DE "CVD-06-a", CVD CLASS(""), "$.invoice.lines[0].item"),
    FIRE(DE "CVD-06-a", CVD CVA "; lines[0].item.attributes[1].name=cva; " CLASS("")),
    HOLD(DE "CVD-06-b", CVD CVA "; " CLASS("")),
    FIRE_AT(DE "CVD-06-b", CVD CVA, "$.invoice.lines[0].item"),
    FIRE(DE "CVD-06-b", CVD CVA "; " CLASS("; lines[0].item.class_ids[1].list=CVD")),
    HOLD("BR-TMP-CVD-01", CVD CLASS("; lines[0].item.class_ids[1].list= STI ")),
    FIRE_AT("BR-TMP-CVD-01", CVD CLASS("; lines[0].item.class_ids[0].list=cvd"), "$.invoice.lines[0].item.class_ids[0]"),
    FIRE("BR-TMP-CVD-01", CVD CLASS("; lines[0].item.class_ids[0].list=X")),
    HOLD("BR-TMP-CVD-01", CVD CLASS("; lines[0].item.class_ids[0].list=-")),
};

static struct rule_suite suite = {
    .tables = {RULE_TABLE(cases, .profiles = 1U << TF_TAX_XRECHNUNG)},
    .families = {"BR-DE-", "BR-TMP-"},
};

static void test_asked_by_bt_24_alone(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_create(EDITED_ARENA_BYTES);
    const struct tf_tax_options by_document = {.profiles = 0};
    assert_null(rule_first_finding(edited_judge(arena, "", by_document), "BR-DE-1"));
    const struct tf_tax_verdict *verdict = edited_judge(arena, "process.specification=" TF_XRECHNUNG_CORE, by_document);
    assert_non_null(rule_first_finding(verdict, "BR-DE-1"));
    assert_string_equal(verdict->profile, "xrechnung");
    tf_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_SUITE_TESTS(suite),
        cmocka_unit_test(test_asked_by_bt_24_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
