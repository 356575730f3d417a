#include "reading.h"

static void expect(struct reading *r, const char *record, const char *party) { reading_str(reading_decode(r, record)->party, party); }

#define INVOICE(direction, members) "{'kind':'invoice','company':'A'" direction ",'invoice':{" members "}}"
#define SALE ",'direction':'sale'"
#define PURCHASE ",'direction':'purchase'"
#define BOTH "'seller':{'vat_id':'sv','legal_id':'sl','ids':['si'],'name':'sn'},'buyer':{'vat_id':'bv','legal_id':'bl','ids':['bi'],'name':'bn'}"

static void test_purchases_and_the_like_are_the_sellers(void **state)
{
    struct reading *r = *state;
    expect(r, INVOICE(PURCHASE, BOTH), "SV");
    expect(r, INVOICE(",'direction':'intercompany'", BOTH), "SV");
    expect(r, INVOICE("", BOTH), "SV");
    expect(r, INVOICE("", "'seller':{'vat_id':' ','legal_id':'sl','ids':['si'],'name':'sn'}"), "SL");
    expect(r, INVOICE("", "'seller':{'legal_id':{},'ids':['',{'id':'si'}],'name':'sn'}"), "SI");
    expect(r, INVOICE("", "'seller':{'ids':[],'name':' s n '}"), "S N");
    expect(r, INVOICE("", ""), "");
    expect(r, "{'kind':'credit_note','company':'A','invoice':{" BOTH "}}", "SV");
}

static void test_sales_are_the_buyers(void **state)
{
    struct reading *r = *state;
    expect(r, INVOICE(SALE, BOTH), "BV");
    expect(r, INVOICE(SALE, "'buyer':{'legal_id':'bl','ids':['bi'],'name':'bn'}"), "BL");
    expect(r, INVOICE(SALE, "'buyer':{'ids':['bi'],'name':'bn'}"), "BI");
    expect(r, INVOICE(SALE, "'buyer':{'name':'bn'}"), "BN");
    expect(r, INVOICE(SALE, "'seller':{'vat_id':'sv'}"), "");
}

static void test_other_kinds_name_theirs(void **state)
{
    struct reading *r = *state;
    expect(r, "{'kind':'payment','company':'A','payment':{'supplier':'\\ts1 ','amount':'1','currency':'EUR','date':'2026-11-23'}}", "S1");
    expect(r, "{'kind':'journal','company':'A','journal':{'id':'j1','posting_date':'2026-11-23','lines':[{},{'partner':' '},{'partner':'p'},{'partner':'q'}]}}",
           "P");
    expect(r, "{'kind':'journal','company':'A','journal':{'id':'j1','posting_date':'2026-11-23','lines':[{}]}}", "J1");
    expect(r, "{'kind':'party','company':'A','party':{'party':'p1'}}", "P1");
    expect(r, "{'kind':'return','company':'acme','return':{'period':'2026','code':'1','declared':'0'}}", "ACME");
    expect(r, "{'kind':'return','company':'acme','return':{'company':'other','period':'2026','code':'1','declared':'0'}}", "OTHER");
    expect(r, "{'kind':'account','company':'acme','account':{'number':'1'}}", "ACME");
}

static void test_only_ascii_letters_change_case(void **state)
{
    struct reading *r = *state;
    expect(r, "{'kind':'party','company':'A','party':{'party':'m\xC3\xBCller az@[`{'}}", "M\xC3\xBCLLER AZ@[`{");
    expect(r, "{'kind':'party','company':'A','party':{'party':'DE123'}}", "DE123");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        READING_TEST(test_purchases_and_the_like_are_the_sellers),
        READING_TEST(test_sales_are_the_buyers),
        READING_TEST(test_other_kinds_name_theirs),
        READING_TEST(test_only_ascii_letters_change_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
