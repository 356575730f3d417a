#include "ubl.h"

#include "ubl_again.h"
#include "ubl_strays.h"

/* ---- The scratch struct, by rows ---- */

#define SIZE_OF(member) sizeof(((struct ubl_scratch *)0)->member)
#define ROW(kind, group, member) TF_ROW_IN(kind, struct ubl_scratch, group, member)
#define GROUP(member) TF_ROW_GROUP(struct ubl_scratch, member, member##_shape)
#define SHAPE(member) \
    static const struct tf_decode_shape member##_shape = TF_SHAPE(member##_rows, SIZE_OF(member), TF_DECODE_NO_PRESENT, false)

static const struct tf_decode_row tax_scheme_rows[] = {
    ROW(TEXT, tax_scheme, company_id), ROW(TEXT, tax_scheme, id_scheme), ROW(TEXT, tax_scheme, scheme)};
SHAPE(tax_scheme);
static const struct tf_decode_row reference_rows[] = {
    ROW(TEXT, reference, id), ROW(TEXT, reference, scheme), ROW(TEXT, reference, type)};
SHAPE(reference);
static const struct tf_decode_row category_rows[] = {
    ROW(TEXT, category, code),   ROW(DECIMAL, category, rate),     ROW(TEXT, category, reason),
    ROW(TEXT, category, scheme), ROW(TEXT, category, reason_code),
};
SHAPE(category);
static const struct tf_decode_row charge_rows[] = {
    ROW(TEXT, charge, indicator),  ROW(DECIMAL, charge, amount), ROW(DECIMAL, charge, base),
    ROW(DECIMAL, charge, percent), ROW(TEXT, charge, reason),    ROW(TEXT, charge, reason_code),
};
SHAPE(charge);
static const struct tf_decode_row code_rows[] = {ROW(TEXT, code, text), ROW(TEXT, code, scheme)};
SHAPE(code);

static const struct tf_decode_row place_rows[] = {ROW(TEXT, place, country)};
SHAPE(place);
static const struct tf_decode_row property_rows[] = {ROW(TEXT, property, name), ROW(TEXT, property, value)};
SHAPE(property);

static const struct tf_decode_row scratch_rows[] = {
    GROUP(tax_scheme), GROUP(reference), GROUP(category), GROUP(charge), GROUP(code), GROUP(place), GROUP(property),
    TF_ROW(DATE, struct ubl_scratch, date),
};
static const struct tf_decode_shape scratch_shape =
    TF_SHAPE(scratch_rows, sizeof(struct ubl_scratch), TF_DECODE_NO_PRESENT, false);

/* ---- The terms ---- */

#define SELLER "cac:AccountingSupplierParty/cac:Party/"
#define BUYER "cac:AccountingCustomerParty/cac:Party/"
#define LINE "cac:InvoiceLine|cac:CreditNoteLine"
#define SUB_LINE "cac:SubInvoiceLine|cac:SubCreditNoteLine"

#define UBL_TERM(path_, target_) {.path = path_, .target = target_},
#define UBL_HOOK(path_, target_, close_) {.path = path_, .target = target_, .close = tf_ubl_hooks_##close_},
#define UBL_STRAY(path_, target_, close_) {.path = path_, .target = target_, .close = tf_ubl_strays_##close_},
#define UBL_ONCE(path_, target_) {.path = path_, .target = target_, .close = tf_ubl_again_end},
#define UBL_DATE(path_, target_) UBL_STRAY(path_, target_, end_date)
#define UBL_IDENTIFIER(path_, close_)                                                       \
    UBL_STRAY(path_, "~code.text", close_)                                                  \
    UBL_TERM(path_ "/@schemeID", "~code.scheme")
#define UBL_CONTENT(path_, target_) {.path = path_, .target = target_, .content = true},
#define UBL_ADDRESS(path_, target_)                                                         \
    UBL_TERM(path_, target_)                                                                \
    UBL_TERM(path_ "/cbc:StreetName", target_ ".line1")                                     \
    UBL_TERM(path_ "/cbc:AdditionalStreetName", target_ ".line2")                           \
    UBL_TERM(path_ "/cac:AddressLine/cbc:Line", target_ ".line3")                           \
    UBL_TERM(path_ "/cbc:CityName", target_ ".city")                                        \
    UBL_TERM(path_ "/cbc:PostalZone", target_ ".postcode")                                  \
    UBL_TERM(path_ "/cbc:CountrySubentity", target_ ".subdivision")                         \
    UBL_TERM(path_ "/cac:Country/cbc:IdentificationCode", target_ ".country")
#define UBL_CATEGORY(path_, close_)                                                         \
    {.path = path_, .target = "~category", .close = close_},                                \
    UBL_TERM(path_ "/cbc:ID", "~category.code")                                             \
    UBL_TERM(path_ "/cbc:Percent", "~category.rate")                                        \
    UBL_TERM(path_ "/cbc:TaxExemptionReason", "~category.reason")                           \
    UBL_TERM(path_ "/cbc:TaxExemptionReasonCode", "~category.reason_code")                  \
    UBL_TERM(path_ "/cac:TaxScheme/cbc:ID", "~category.scheme")
#define UBL_CHARGE(path_, close_)                                                           \
    {.path = path_, .target = "~charge", .close = close_},                                  \
    UBL_TERM(path_ "/cbc:ChargeIndicator", "~charge.indicator")                             \
    UBL_TERM(path_ "/cbc:Amount", "~charge.amount")                                         \
    UBL_TERM(path_ "/cbc:BaseAmount", "~charge.base")                                       \
    UBL_TERM(path_ "/cbc:MultiplierFactorNumeric", "~charge.percent")                       \
    UBL_TERM(path_ "/cbc:AllowanceChargeReason", "~charge.reason")                          \
    UBL_TERM(path_ "/cbc:AllowanceChargeReasonCode", "~charge.reason_code")
#define UBL_SUBTOTAL(path_, target_)                                                        \
    UBL_TERM(path_, target_ "[+]")                                                          \
    UBL_TERM(path_ "/cbc:TaxableAmount", target_ "[].taxable")                              \
    UBL_TERM(path_ "/cbc:TaxAmount", target_ "[].tax")                                      \
    UBL_CATEGORY(path_ "/cac:TaxCategory", tf_ubl_hooks_end_breakdown_category)

static const struct tf_xml_term terms[] = {
#include "ubl_terms.def"
    {.path = NULL},
};

static const struct tf_xml_prefix prefixes[] = {
    {"ubl", "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"},
    {"cn", "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"},
    {"cac", "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"},
    {"cbc", "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"},
    {NULL, NULL},
};

static const struct tf_xml_root roots[] = {
    {"ubl:Invoice", TF_KIND_INVOICE},
    {"cn:CreditNote", TF_KIND_CREDIT_NOTE},
    {NULL, TF_KIND_INVOICE},
};

#define CURRENCY(name_) {"cbc:" name_, tf_ubl_strays_see_currency}
static const struct tf_xml_watch watches[] = {
    {"cac:AccountingSupplierParty", tf_ubl_again_see},
    {"cac:AccountingCustomerParty", tf_ubl_again_see},
    {"cac:PayeeParty", tf_ubl_again_see},
    {"cac:TaxRepresentativeParty", tf_ubl_again_see},
    {"cac:Delivery", tf_ubl_again_see},
    {"cac:LegalMonetaryTotal", tf_ubl_again_see},
    CURRENCY("Amount"),
    CURRENCY("BaseAmount"),
    CURRENCY("PriceAmount"),
    CURRENCY("TaxAmount"),
    CURRENCY("TaxableAmount"),
    CURRENCY("LineExtensionAmount"),
    CURRENCY("TaxExclusiveAmount"),
    CURRENCY("TaxInclusiveAmount"),
    CURRENCY("AllowanceTotalAmount"),
    CURRENCY("ChargeTotalAmount"),
    CURRENCY("PrepaidAmount"),
    CURRENCY("PayableRoundingAmount"),
    CURRENCY("PayableAmount"),
    {NULL, NULL},
};

const struct tf_xml_dialect tf_ubl_dialect = {
    .syntax = TF_SYNTAX_UBL,
    .name = "ubl",
    .prefixes = prefixes,
    .roots = roots,
    .terms = terms,
    .watches = watches,
    .scratch = &scratch_shape,
    .finish = tf_ubl_hooks_finish,
};
