#include "checked.h"

struct edit {
    const char *old, *new, *expected;
};

static void run(struct checked *c, const struct edit *edits, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_string_equal(checked_ids(c, checked_edit(c, cross_industry, edits[i].old, edits[i].new), "CII-"), edits[i].expected);
}
#define RUN(state, edits) run(*(state), edits, sizeof(edits) / sizeof(*(edits)))

#define AGREEMENT "<ram:ApplicableHeaderTradeAgreement>"
#define SETTLEMENT "<ram:ApplicableHeaderTradeSettlement/>"
#define SETTLED(inside) "<ram:ApplicableHeaderTradeSettlement>" inside "</ram:ApplicableHeaderTradeSettlement>"

static void a_document_without_faults_breaks_no_rule(void **state)
{
    static const struct edit edits[] = {{NULL, NULL, ""}};
    RUN(state, edits);
}

#define MEANS(inside) "<ram:SpecifiedTradeSettlementPaymentMeans>" inside "</ram:SpecifiedTradeSettlementPaymentMeans>"
#define ACCOUNT "<ram:PayeePartyCreditorFinancialAccount><ram:IBANID>1</ram:IBANID></ram:PayeePartyCreditorFinancialAccount>"

static void a_transfer_names_an_account(void **state)
{
    static const struct edit edits[] = {
        {SETTLEMENT, SETTLED(MEANS("<ram:TypeCode> 58 </ram:TypeCode>" ACCOUNT)), ""},
        {SETTLEMENT, SETTLED(MEANS("<ram:TypeCode> 58 </ram:TypeCode>")), "CII-SR-470"},
        {SETTLEMENT, SETTLED(MEANS("<ram:TypeCode>30</ram:TypeCode>")), "CII-SR-470"},
        {SETTLEMENT, SETTLED(MEANS("<ram:TypeCode>59</ram:TypeCode>")), ""},
    };
    RUN(state, edits);
}

static void payment_codes_are_the_same_but_for_white_space(void **state)
{
    static const struct edit edits[] = {
        {SETTLEMENT, SETTLED(MEANS("<ram:TypeCode>59</ram:TypeCode>") MEANS("<ram:TypeCode>\n59 </ram:TypeCode>")), ""},
        {SETTLEMENT, SETTLED(MEANS("<ram:TypeCode>59</ram:TypeCode>") MEANS("<ram:TypeCode>49</ram:TypeCode>")), "CII-SR-467"},
        {SETTLEMENT, SETTLED(MEANS("<ram:Information>a  b</ram:Information>") MEANS("<ram:Information>a\nb </ram:Information>")), ""},
        {SETTLEMENT, SETTLED(MEANS("<ram:Information>a</ram:Information>") MEANS("<ram:Information>ab</ram:Information>")), "CII-SR-468"},
    };
    RUN(state, edits);
}

#define DOCUMENT(code, more) "<ram:AdditionalReferencedDocument><ram:TypeCode>" code "</ram:TypeCode>" more "</ram:AdditionalReferencedDocument>"

static void a_referenced_document_says_what_its_type_allows(void **state)
{
    static const struct edit edits[] = {
        {AGREEMENT, AGREEMENT DOCUMENT("916", "<ram:URIID/><ram:Name/><ram:AttachmentBinaryObject/>"), ""},
        {AGREEMENT, AGREEMENT DOCUMENT("130", "<ram:ReferenceTypeCode/>"), ""},
        {AGREEMENT, AGREEMENT DOCUMENT("50", "<ram:URIID/><ram:Name/>"), "CII-DT-015 CII-DT-021"},
        {AGREEMENT, AGREEMENT DOCUMENT("50", "<ram:AttachmentBinaryObject/><ram:ReferenceTypeCode/>"), "CII-DT-022 CII-DT-024"},
        {AGREEMENT, AGREEMENT DOCUMENT("51", ""), "CII-DT-018"},
        {AGREEMENT, AGREEMENT "<ram:ContractReferencedDocument><ram:TypeCode>50</ram:TypeCode></ram:ContractReferencedDocument>", "CII-DT-018"},
        {AGREEMENT, AGREEMENT DOCUMENT("50", "<ram:FormattedIssueDateTime/>"), "CII-DT-027"},
        {SETTLEMENT, SETTLED("<ram:InvoiceReferencedDocument><ram:FormattedIssueDateTime/></ram:InvoiceReferencedDocument>"), ""},
    };
    RUN(state, edits);
}

static void references_of_a_kind_are_counted_in_their_agreement(void **state)
{
    static const struct edit edits[] = {
        {AGREEMENT, AGREEMENT DOCUMENT("50", "") DOCUMENT("130", ""), ""},
        {AGREEMENT, AGREEMENT DOCUMENT("50", "") DOCUMENT("50", ""), "CII-SR-457"},
        {AGREEMENT, AGREEMENT DOCUMENT("130", "") DOCUMENT("130", ""), "CII-SR-458"},
        {AGREEMENT, AGREEMENT DOCUMENT("916", "<ram:Name/>") DOCUMENT("916", "<ram:Name/>"), "CII-SR-475"},
        {AGREEMENT, AGREEMENT DOCUMENT("916", "<ram:AttachmentBinaryObject/><ram:AttachmentBinaryObject/>"), "CII-SR-476"},
        {"<ram:SpecifiedLineTradeSettlement>", "<ram:SpecifiedLineTradeSettlement>" DOCUMENT(" 130", "") DOCUMENT("130", ""),
         "CII-DT-018 CII-SR-474"},
    };
    RUN(state, edits);
}

static void a_party_has_one_kind_of_number(void **state)
{
    static const struct edit edits[] = {
        {"<ram:BuyerTradeParty/>", "<ram:BuyerTradeParty><ram:ID/><ram:GlobalID/></ram:BuyerTradeParty>", "CII-SR-450"},
        {"<ram:ApplicableHeaderTradeDelivery/>",
         "<ram:ApplicableHeaderTradeDelivery><ram:ShipToTradeParty><ram:ID/><ram:GlobalID/></ram:ShipToTradeParty></ram:ApplicableHeaderTradeDelivery>",
         "CII-SR-449"},
        {SETTLEMENT, SETTLED("<ram:PayeeTradeParty><ram:ID/><ram:GlobalID/></ram:PayeeTradeParty>"), "CII-SR-451"},
        {"<ram:SellerTradeParty/>",
         "<ram:SellerTradeParty><ram:DefinedTradeContact><ram:PersonName/><ram:DepartmentName/></ram:DefinedTradeContact></ram:SellerTradeParty>",
         "CII-SR-465"},
        {"<ram:BuyerTradeParty/>",
         "<ram:BuyerTradeParty><ram:DefinedTradeContact><ram:PersonName/><ram:DepartmentName/></ram:DefinedTradeContact></ram:BuyerTradeParty>",
         "CII-SR-466"},
    };
    RUN(state, edits);
}

#define PRODUCT(inside) "<ram:SpecifiedTradeProduct>" inside "</ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeAgreement>"
#define LINE_AGREEMENT "<ram:SpecifiedLineTradeAgreement>"

static void a_product_is_named_completely(void **state)
{
    static const struct edit edits[] = {
        {LINE_AGREEMENT, PRODUCT("<ram:GlobalID schemeID='0160'>1</ram:GlobalID>"), ""},
        {LINE_AGREEMENT, PRODUCT("<ram:GlobalID>1</ram:GlobalID>"), "CII-SR-046"},
        {LINE_AGREEMENT, PRODUCT("<ram:OriginTradeCountry><ram:ID>SE</ram:ID></ram:OriginTradeCountry>"), ""},
        {LINE_AGREEMENT, PRODUCT("<ram:OriginTradeCountry/>"), "CII-SR-090"},
    };
    RUN(state, edits);
}

#define GROSS(inside)                                                                                             \
    LINE_AGREEMENT "<ram:GrossPriceProductTradePrice><ram:AppliedTradeAllowanceCharge>" inside "</ram:AppliedTradeAllowanceCharge>" \
                   "</ram:GrossPriceProductTradePrice>"
#define INDICATOR(value) "<ram:ChargeIndicator><udt:Indicator>" value "</udt:Indicator></ram:ChargeIndicator>"

static void a_discount_has_amount_and_indicator(void **state)
{
    static const struct edit edits[] = {
        {LINE_AGREEMENT, GROSS(INDICATOR("false") "<ram:ActualAmount>1</ram:ActualAmount>"), ""},
        {LINE_AGREEMENT, GROSS(""), ""},
        {LINE_AGREEMENT, GROSS(INDICATOR("true") "<ram:ActualAmount>1</ram:ActualAmount>"), "CII-SR-119"},
        {LINE_AGREEMENT, GROSS("<ram:ActualAmount>1</ram:ActualAmount>"), "CII-SR-119"},
    };
    RUN(state, edits);
}

#define QUANTITIES(billed)                                                                                                             \
    "<ram:NetPriceProductTradePrice><ram:BasisQuantity unitCode='C62'>1</ram:BasisQuantity><ram:ChargeAmount>1</ram:ChargeAmount>"      \
    "</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement><ram:SpecifiedLineTradeDelivery>" billed "</ram:SpecifiedLineTradeDelivery>"
#define QUANTITIES_OLD                                                                                             \
    "<ram:NetPriceProductTradePrice><ram:ChargeAmount>1</ram:ChargeAmount></ram:NetPriceProductTradePrice>" \
    "</ram:SpecifiedLineTradeAgreement>"

static void a_unit_needs_a_billed_quantity_with_one(void **state)
{
    static const struct edit edits[] = {
        {QUANTITIES_OLD, QUANTITIES("<ram:BilledQuantity unitCode='C62'>1</ram:BilledQuantity>"), ""},
        {QUANTITIES_OLD, QUANTITIES("<ram:BilledQuantity>1</ram:BilledQuantity>"), "CII-DT-033"},
    };
    RUN(state, edits);
}

#define LINE_TAX(inside) "<ram:ApplicableTradeTax>" inside "</ram:ApplicableTradeTax>"
#define LINE_TAX_OLD "<ram:ApplicableTradeTax/>"

static void a_tax_says_what_its_place_allows(void **state)
{
    static const struct edit edits[] = {
        {LINE_TAX_OLD, LINE_TAX("<ram:TypeCode>VAT</ram:TypeCode><ram:ExemptionReason/>"), ""},
        {LINE_TAX_OLD, LINE_TAX("<ram:TypeCode>VAT </ram:TypeCode>"), "CII-DT-037"},
        {LINE_TAX_OLD, LINE_TAX("<ram:BasisAmount>1</ram:BasisAmount><ram:TaxPointDate/><ram:DueDateTypeCode/>"),
         "CII-DT-041 CII-DT-054 CII-DT-058"},
        {SETTLEMENT, SETTLED("<ram:ApplicableTradeTax><ram:BasisAmount>1</ram:BasisAmount><ram:DueDateTypeCode/></ram:ApplicableTradeTax>"), ""},
        {SETTLEMENT,
         SETTLED("<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator/><ram:CategoryTradeTax><ram:ExemptionReason/><ram:ExemptionReasonCode/>"
                 "</ram:CategoryTradeTax></ram:SpecifiedTradeAllowanceCharge>"),
         "CII-DT-052 CII-DT-098"},
        {SETTLEMENT,
         SETTLED("<ram:ApplicableTradeTax><ram:DueDateTypeCode>5</ram:DueDateTypeCode></ram:ApplicableTradeTax>"
                 "<ram:ApplicableTradeTax><ram:DueDateTypeCode>72</ram:DueDateTypeCode></ram:ApplicableTradeTax>"),
         "CII-SR-462"},
    };
    RUN(state, edits);
}

static void a_date_of_format_102_is_written_so(void **state)
{
    static const struct edit edits[] = {
        {">20261127<", "> 20261131\n<", ""}, /* not asked of the calendar */
        {">20261127<", ">20261301<", "CII-DT-097"},
        {">20261127<", ">2026112<", "CII-DT-097"},
        {"format='102'>20261127<", "format='610'>202611<", ""},
    };
    RUN(state, edits);
}

/* ram:TypeCode of the document belongs to the rules of all ram:TypeCode, which come first. */
static void an_element_has_the_first_context_that_fits(void **state)
{
    static const struct edit edits[] = {
        {"<ram:TypeCode>", "<ram:TypeCode listID='1001' listVersionID='a' name='b'>", "CII-DT-008"},
        {"<ram:LineID>", "<ram:LineID schemeName='a'>", "CII-DT-001"},
    };
    RUN(state, edits);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, checked_setup, checked_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_document_without_faults_breaks_no_rule),
        TEST(a_transfer_names_an_account),
        TEST(payment_codes_are_the_same_but_for_white_space),
        TEST(a_referenced_document_says_what_its_type_allows),
        TEST(references_of_a_kind_are_counted_in_their_agreement),
        TEST(a_party_has_one_kind_of_number),
        TEST(a_product_is_named_completely),
        TEST(a_discount_has_amount_and_indicator),
        TEST(a_unit_needs_a_billed_quantity_with_one),
        TEST(a_tax_says_what_its_place_allows),
        TEST(a_date_of_format_102_is_written_so),
        TEST(an_element_has_the_first_context_that_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
