#include "cii.h"

#include "cii_strays.h"

/* ---- The scratch struct, by rows ---- */

#define SIZE_OF(member) sizeof(((struct cii_scratch *)0)->member)
#define ROW(kind, group, member) TF_ROW_IN(kind, struct cii_scratch, group, member)
#define GROUP(member) TF_ROW_GROUP(struct cii_scratch, member, member##_shape)
#define LONE(member) TF_ROW(TEXT, struct cii_scratch, member)
#define SHAPE(member) \
    static const struct tf_decode_shape member##_shape = TF_SHAPE(member##_rows, SIZE_OF(member), TF_DECODE_NO_PRESENT, false)

static const struct tf_decode_row code_rows[] = {ROW(TEXT, code, text), ROW(TEXT, code, scheme)};
SHAPE(code);
static const struct tf_decode_row reference_rows[] = {
    ROW(TEXT, reference, id), ROW(TEXT, reference, type), ROW(TEXT, reference, scheme)};
SHAPE(reference);
static const struct tf_decode_row category_rows[] = {
    ROW(TEXT, category, code), ROW(DECIMAL, category, rate), ROW(TEXT, category, reason_code), ROW(TEXT, category, kind)};
SHAPE(category);
static const struct tf_decode_row charge_rows[] = {
    ROW(TEXT, charge, indicator),  ROW(DECIMAL, charge, amount), ROW(DECIMAL, charge, base),
    ROW(DECIMAL, charge, percent), ROW(TEXT, charge, reason),    ROW(TEXT, charge, reason_code),
};
SHAPE(charge);
static const struct tf_decode_row gross_rows[] = {ROW(DECIMAL, gross, quantity), ROW(TEXT, gross, unit)};
SHAPE(gross);
static const struct tf_decode_row applied_rows[] = {ROW(TEXT, applied, indicator)};
SHAPE(applied);

static const struct tf_decode_row scratch_rows[] = {
    LONE(format),  GROUP(code),  GROUP(reference),  LONE(kind),       GROUP(category),   GROUP(charge),
    GROUP(applied), GROUP(gross),  LONE(proprietary), LONE(remittance), LONE(creditor_id), LONE(mandate),
};
static const struct tf_decode_shape scratch_shape =
    TF_SHAPE(scratch_rows, sizeof(struct cii_scratch), TF_DECODE_NO_PRESENT, false);

/* ---- The terms ---- */

#define TRADE "rsm:SupplyChainTradeTransaction"
#define LINE TRADE "/ram:IncludedSupplyChainTradeLineItem"
#define PRODUCT LINE "/ram:SpecifiedTradeProduct"
#define PRICING LINE "/ram:SpecifiedLineTradeAgreement"
#define APPLIED PRICING "/ram:GrossPriceProductTradePrice/ram:AppliedTradeAllowanceCharge"
#define BILLED LINE "/ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
#define LINE_SUMS LINE "/ram:SpecifiedLineTradeSettlement"
#define AGREEMENT TRADE "/ram:ApplicableHeaderTradeAgreement"
#define SELLER AGREEMENT "/ram:SellerTradeParty"
#define BUYER AGREEMENT "/ram:BuyerTradeParty"
#define AGENT AGREEMENT "/ram:SellerTaxRepresentativeTradeParty"
#define ATTACHED AGREEMENT "/ram:AdditionalReferencedDocument"
#define DELIVERY TRADE "/ram:ApplicableHeaderTradeDelivery"
#define SHIP_TO DELIVERY "/ram:ShipToTradeParty"
#define SETTLEMENT TRADE "/ram:ApplicableHeaderTradeSettlement"
#define PAYEE SETTLEMENT "/ram:PayeeTradeParty"
#define MEANS SETTLEMENT "/ram:SpecifiedTradeSettlementPaymentMeans"
#define TAX SETTLEMENT "/ram:ApplicableTradeTax"
#define TERMS SETTLEMENT "/ram:SpecifiedTradePaymentTerms"
#define SUMS SETTLEMENT "/ram:SpecifiedTradeSettlementHeaderMonetarySummation"

#define CII_TERM(path_, target_) {.path = path_, .target = target_},
#define CII_HOOK(path_, target_, close_) {.path = path_, .target = target_, .close = tf_cii_hooks_##close_},
#define CII_STRAY(path_, target_, close_) {.path = path_, .target = target_, .close = tf_cii_strays_##close_},
#define CII_CONTENT(path_, target_) {.path = path_, .target = target_, .content = true},
#define CII_DATE(path_, target_)                                                            \
    CII_TERM(path_, target_)                                                                \
    CII_TERM(path_ "/@format", "~format")
#define CII_ADDRESS(path_, target_)                                                         \
    CII_TERM(path_, target_)                                                                \
    CII_TERM(path_ "/ram:PostcodeCode", target_ ".postcode")                                \
    CII_TERM(path_ "/ram:LineOne", target_ ".line1")                                        \
    CII_TERM(path_ "/ram:LineTwo", target_ ".line2")                                        \
    CII_TERM(path_ "/ram:LineThree", target_ ".line3")                                      \
    CII_TERM(path_ "/ram:CityName", target_ ".city")                                        \
    CII_TERM(path_ "/ram:CountryID", target_ ".country")                                    \
    CII_TERM(path_ "/ram:CountrySubDivisionName", target_ ".subdivision")
#define CII_TRADER(path_, target_, name_)                                                   \
    CII_TERM(path_, target_)                                                                \
    CII_STRAY(path_ "/ram:ID", target_ ".ids[+].id", end_party_id)                           \
    CII_TERM(path_ "/ram:ID/@schemeID", "~code.scheme")                                     \
    CII_TERM(path_ "/ram:GlobalID", target_ ".ids[+].id")                                   \
    CII_TERM(path_ "/ram:GlobalID/@schemeID", target_ ".ids[].scheme")                      \
    CII_TERM(path_ "/ram:Name", target_ ".name")                                            \
    CII_TERM(path_ "/ram:Description", target_ ".legal_info")                               \
    CII_TERM(path_ "/ram:SpecifiedLegalOrganization/ram:ID", target_ ".legal_id.id")        \
    CII_TERM(path_ "/ram:SpecifiedLegalOrganization/ram:ID/@schemeID", target_ ".legal_id.scheme") \
    CII_TERM(path_ "/ram:SpecifiedLegalOrganization/ram:TradingBusinessName", target_ ".trading_name") \
    CII_TERM(path_ "/ram:DefinedTradeContact", target_ ".contact")                          \
    CII_TERM(path_ "/ram:DefinedTradeContact/ram:PersonName", target_ ".contact.name")      \
    CII_TERM(path_ "/ram:DefinedTradeContact/ram:DepartmentName", target_ ".contact.name")  \
    CII_TERM(path_ "/ram:DefinedTradeContact/ram:TelephoneUniversalCommunication/ram:CompleteNumber", target_ ".contact.phone") \
    CII_TERM(path_ "/ram:DefinedTradeContact/ram:EmailURIUniversalCommunication/ram:URIID", target_ ".contact.email") \
    CII_ADDRESS(path_ "/ram:PostalTradeAddress", target_ ".address")                        \
    CII_HOOK(path_ "/ram:URIUniversalCommunication", "", end_##name_##_address)             \
    CII_TERM(path_ "/ram:URIUniversalCommunication/ram:URIID", target_ ".endpoint.id")      \
    CII_TERM(path_ "/ram:URIUniversalCommunication/ram:URIID/@schemeID", target_ ".endpoint.scheme") \
    CII_NUMBER(path_ "/ram:SpecifiedTaxRegistration/ram:ID", end_##name_##_number)
#define CII_NUMBER(path_, close_)                                                           \
    CII_HOOK(path_, "~code.text", close_)                                                   \
    CII_TERM(path_ "/@schemeID", "~code.scheme")
#define CII_CATEGORY(path_, hook_)                                                           \
    hook_                                                                                   \
    CII_TERM(path_ "/ram:TypeCode", "~category.kind")                                       \
    CII_TERM(path_ "/ram:CategoryCode", "~category.code")                                   \
    CII_TERM(path_ "/ram:ExemptionReasonCode", "~category.reason_code")                     \
    CII_TERM(path_ "/ram:RateApplicablePercent", "~category.rate")
#define CII_CHARGE(path_, close_)                                                           \
    CII_HOOK(path_, "~charge", close_)                                                      \
    CII_TERM(path_ "/ram:ChargeIndicator/udt:Indicator", "~charge.indicator")               \
    CII_TERM(path_ "/ram:CalculationPercent", "~charge.percent")                            \
    CII_TERM(path_ "/ram:BasisAmount", "~charge.base")                                      \
    CII_TERM(path_ "/ram:ActualAmount", "~charge.amount")                                   \
    CII_TERM(path_ "/ram:ReasonCode", "~charge.reason_code")                                \
    CII_TERM(path_ "/ram:Reason", "~charge.reason")                                         \
    CII_CATEGORY(path_ "/ram:CategoryTradeTax", CII_HOOK(path_ "/ram:CategoryTradeTax", "~category", end_charge_category))
#define CII_PERIOD(path_, target_, start_, end_)                                            \
    CII_TERM(path_, target_)                                                                \
    CII_HOOK(path_ "/ram:StartDateTime", "", start_)                                        \
    CII_DATE(path_ "/ram:StartDateTime/udt:DateTimeString", target_ ".start")               \
    CII_HOOK(path_ "/ram:EndDateTime", "", end_)                                            \
    CII_DATE(path_ "/ram:EndDateTime/udt:DateTimeString", target_ ".end")

static const struct tf_xml_term terms[] = {
#include "cii_terms.def"
    {.path = NULL},
};

static const struct tf_xml_prefix prefixes[] = {
    {"rsm", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"},
    {"ram", "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"},
    {"udt", "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"},
    {"qdt", "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"},
    {NULL, NULL},
};

static const struct tf_xml_root roots[] = {
    {"rsm:CrossIndustryInvoice", TF_KIND_INVOICE},
    {NULL, TF_KIND_INVOICE},
};

static const struct tf_xml_watch watches[] = {
    {"ram:ID", tf_cii_strays_see_id},
    {"ram:TaxTotalAmount", tf_cii_strays_see_vat_total},
    {"ram:BasisAmount", tf_cii_hooks_see_once},
    {"ram:CalculatedAmount", tf_cii_hooks_see_once},
    {"ram:LineTotalAmount", tf_cii_hooks_see_once},
    {"ram:Name", tf_cii_hooks_see_once},
    {NULL, NULL},
};

const struct tf_xml_dialect tf_cii_dialect = {
    .syntax = TF_SYNTAX_CII,
    .name = "cii",
    .prefixes = prefixes,
    .roots = roots,
    .terms = terms,
    .watches = watches,
    .scratch = &scratch_shape,
    .set_date = tf_cii_hooks_set_date,
    .finish = tf_cii_hooks_finish,
};
