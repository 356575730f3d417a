"""A record of an invoice (README, "Records") as Cross Industry Invoice D16B: absent members are absent elements.

document(record) returns the text. CII has no place for an empty group of some kinds and for a VAT point without a breakdown; cannot_say(record)
tells what a record holds that is lost here, so that two syntaxes are compared only where both say the same.
"""
import re

from write_ubl import each, group, number, text

URI = "urn:un:unece:uncefact:data:standard:"
VAT_POINTS = {"3": "5", "35": "29", "432": "72"}  # UNTDID 2005, which UBL uses, to UNTDID 2475
DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)\Z")


def plain_date(value):
    return DATE.sub(r"\1\2\3", value)


def date(name, value, kind="udt:DateTimeString"):
    return group(name, text(kind, plain_date(value), format="102")) if value is not None else ""


def reference(name, identifier):
    return group(name, text("ram:IssuerAssignedID", identifier))


def address(it):
    if it is None:
        return ""
    return group("ram:PostalTradeAddress", text("ram:PostcodeCode", it.get("postcode")) + text("ram:LineOne", it.get("line1")) + text("ram:LineTwo", it.get("line2")) +
                 text("ram:LineThree", it.get("line3")) + text("ram:CityName", it.get("city")) + text("ram:CountryID", it.get("country")) +
                 text("ram:CountrySubDivisionName", it.get("subdivision")), present=True)


def identifiers(ids):
    """Those without a scheme first."""
    ids = ids or ()
    return (each([it for it in ids if "scheme" not in it], lambda it: text("ram:ID", it.get("id"))) +
            each([it for it in ids if "scheme" in it], lambda it: number("ram:GlobalID", it)))


def registration(identifier, scheme):
    return group("ram:SpecifiedTaxRegistration", text("ram:ID", identifier, schemeID=scheme))


def contact(it):
    if it is None:
        return ""
    return group("ram:DefinedTradeContact", text("ram:PersonName", it.get("name")) +
                 group("ram:TelephoneUniversalCommunication", text("ram:CompleteNumber", it.get("phone"))) +
                 group("ram:EmailURIUniversalCommunication", text("ram:URIID", it.get("email"))), present=True)


def trader(name, it):
    if it is None:
        return ""
    return group(name, identifiers(it.get("ids")) + text("ram:Name", it.get("name")) + text("ram:Description", it.get("legal_info")) +
                 group("ram:SpecifiedLegalOrganization", number("ram:ID", it.get("legal_id")) + text("ram:TradingBusinessName", it.get("trading_name"))) +
                 contact(it.get("contact")) + address(it.get("address")) + group("ram:URIUniversalCommunication", number("ram:URIID", it.get("endpoint"))) +
                 registration(it.get("vat_id"), "VA") + registration(it.get("tax_id"), "FC"), present=True)


def payee(it):
    if it is None:
        return ""
    return group("ram:PayeeTradeParty", identifiers([it["id"]] if "id" in it else []) + text("ram:Name", it.get("name")) +
                 group("ram:SpecifiedLegalOrganization", number("ram:ID", it.get("legal_id"))), present=True)


def tax_representative(it):
    if it is None:
        return ""
    return group("ram:SellerTaxRepresentativeTradeParty", text("ram:Name", it.get("name")) + address(it.get("address")) + registration(it.get("vat_id"), "VA"), present=True)


def attachment(it):
    file = it.get("file")
    content = text("ram:AttachmentBinaryObject", "YWJj", mimeCode=file.get("mime"), filename=file.get("name")) if file is not None else ""
    return group("ram:AdditionalReferencedDocument", text("ram:IssuerAssignedID", it.get("ref")) + text("ram:URIID", it.get("uri")) + text("ram:TypeCode", "916") +
                 text("ram:Name", it.get("description")) + content)


def object_reference(it):
    if "id" not in (it or {}):
        return ""
    return group("ram:AdditionalReferencedDocument", text("ram:IssuerAssignedID", it.get("id")) + text("ram:TypeCode", "130") +
                 text("ram:ReferenceTypeCode", it.get("scheme")))


def agreement(invoice):
    tender, project = invoice.get("tender_ref"), invoice.get("project_ref")
    more = group("ram:AdditionalReferencedDocument", text("ram:IssuerAssignedID", tender) + text("ram:TypeCode", "50")) if tender is not None else ""
    return group("ram:ApplicableHeaderTradeAgreement", text("ram:BuyerReference", invoice.get("buyer_reference")) + trader("ram:SellerTradeParty", invoice.get("seller")) +
                 trader("ram:BuyerTradeParty", invoice.get("buyer")) + tax_representative(invoice.get("tax_representative")) +
                 reference("ram:SellerOrderReferencedDocument", invoice.get("sales_order_ref")) +
                 reference("ram:BuyerOrderReferencedDocument", invoice.get("purchase_order_ref")) +
                 reference("ram:ContractReferencedDocument", invoice.get("contract_ref")) + each(invoice.get("attachments"), attachment) + more +
                 object_reference(invoice.get("object_id")) +
                 (group("ram:SpecifiedProcuringProject", text("ram:ID", project) + text("ram:Name", "Project reference")) if project is not None else ""), present=True)


def delivery(invoice):
    it = invoice.get("delivery") or {}
    place = it.get("location_id")
    ship_to = identifiers([place] if place is not None else []) + text("ram:Name", it.get("party_name")) + address(it.get("address"))
    event = group("ram:ActualDeliverySupplyChainEvent", date("ram:OccurrenceDateTime", it.get("date")))
    return group("ram:ApplicableHeaderTradeDelivery", group("ram:ShipToTradeParty", ship_to) + event +
                 reference("ram:DespatchAdviceReferencedDocument", invoice.get("despatch_advice_ref")) +
                 reference("ram:ReceivingAdviceReferencedDocument", invoice.get("receiving_advice_ref")), present=True)


def account(it):
    name = text("ram:AccountName", it.get("name"))
    return (group("ram:PayeePartyCreditorFinancialAccount", text("ram:IBANID", it.get("account")) + name, present=True) +
            group("ram:PayeeSpecifiedCreditorFinancialInstitution", text("ram:BICID", it.get("bic"))))


def payment_means(it):
    card, debit = it.get("card"), it.get("direct_debit") or {}
    head = text("ram:TypeCode", it.get("means_code")) + text("ram:Information", it.get("means_text"))
    if card is not None:
        head += group("ram:ApplicableTradeSettlementFinancialCard", text("ram:ID", card.get("pan")) + text("ram:CardholderName", card.get("holder")), present=True)
    head += group("ram:PayerPartyDebtorFinancialAccount", text("ram:IBANID", debit.get("account")))
    return each(it.get("transfers") or [None], lambda one: group("ram:SpecifiedTradeSettlementPaymentMeans", head + (account(one) if one is not None else ""), present=True))


def indicator(charge):
    return group("ram:ChargeIndicator", text("udt:Indicator", "true" if charge else "false"))


def allowance(it, charge, with_vat):
    vat = ""
    if with_vat and ("vat_category" in it or "vat_rate" in it):
        vat = group("ram:CategoryTradeTax", text("ram:TypeCode", "VAT") + text("ram:CategoryCode", it.get("vat_category")) +
                    text("ram:RateApplicablePercent", it.get("vat_rate")))
    return group("ram:SpecifiedTradeAllowanceCharge", indicator(charge) + text("ram:CalculationPercent", it.get("percent")) + text("ram:BasisAmount", it.get("base")) +
                 text("ram:ActualAmount", it.get("amount")) + text("ram:ReasonCode", it.get("reason_code")) + text("ram:Reason", it.get("reason")) + vat)


def allowances(owner, with_vat):
    return (each(owner.get("allowances"), lambda it: allowance(it, False, with_vat)) + each(owner.get("charges"), lambda it: allowance(it, True, with_vat)))


def breakdown(it, invoice):
    point, code = invoice.get("tax_point_date"), invoice.get("tax_point_code")
    return group("ram:ApplicableTradeTax", text("ram:CalculatedAmount", it.get("tax")) + text("ram:TypeCode", "VAT") + text("ram:ExemptionReason", it.get("exemption_reason")) +
                 text("ram:BasisAmount", it.get("taxable")) + text("ram:CategoryCode", it.get("category")) + text("ram:ExemptionReasonCode", it.get("exemption_code")) +
                 date("ram:TaxPointDate", point, "udt:DateString") + text("ram:DueDateTypeCode", VAT_POINTS.get(code, code)) +
                 text("ram:RateApplicablePercent", it.get("rate")))


def period(it):
    if it is None:
        return ""
    return group("ram:BillingSpecifiedPeriod", date("ram:StartDateTime", it.get("start")) + date("ram:EndDateTime", it.get("end")), present=True)


TOTALS = (("line_net", "LineTotal"), ("charges", "ChargeTotal"), ("allowances", "AllowanceTotal"), ("net", "TaxBasisTotal"), ("vat", None),
          ("rounding", "Rounding"), ("gross", "GrandTotal"), ("prepaid", "TotalPrepaid"), ("due", "DuePayable"))


def vat_totals(invoice):
    """[(amount, currency, breakdown)]."""
    totals = invoice.get("totals") or {}
    if "vat_totals" in invoice:
        return [(it.get("amount"), it.get("currency"), it.get("breakdown")) for it in invoice["vat_totals"]]
    return [(totals.get("vat"), invoice.get("currency"), invoice.get("vat_breakdown")), (totals.get("vat_accounting"), invoice.get("vat_currency"), None)]


def summation(invoice):
    it = invoice.get("totals")
    if it is None:
        return ""
    vat = "".join(text("ram:TaxTotalAmount", amount, currencyID=currency) for amount, currency, _ in vat_totals(invoice))
    return group("ram:SpecifiedTradeSettlementHeaderMonetarySummation",
                 "".join(text(f"ram:{tag}Amount", it.get(name)) if tag else vat for name, tag in TOTALS), present=True)


def payment_terms(invoice, means):
    mandate = next((it["direct_debit"]["mandate"] for it in means if "mandate" in (it.get("direct_debit") or {})), None)
    return group("ram:SpecifiedTradePaymentTerms", text("ram:Description", invoice.get("payment_terms")) + date("ram:DueDateDateTime", invoice.get("due_date")) +
                 text("ram:DirectDebitMandateID", mandate))


def preceding(it):
    return group("ram:InvoiceReferencedDocument", text("ram:IssuerAssignedID", it.get("number")) +
                 date("ram:FormattedIssueDateTime", it.get("issue_date"), "qdt:DateTimeString"), present=True)


def settlement(invoice):
    it = invoice.get("payment")
    means = it if isinstance(it, list) else [it] if it is not None else []
    creditor = next((one["direct_debit"]["creditor_id"] for one in means if "creditor_id" in (one.get("direct_debit") or {})), None)
    remittance = next((one["remittance"] for one in means if "remittance" in one), None)
    parts = [one for _, _, below in vat_totals(invoice) for one in below or ()]
    return group("ram:ApplicableHeaderTradeSettlement", text("ram:CreditorReferenceID", creditor) + text("ram:PaymentReference", remittance) +
                 text("ram:TaxCurrencyCode", invoice.get("vat_currency")) + text("ram:InvoiceCurrencyCode", invoice.get("currency")) + payee(invoice.get("payee")) +
                 each(means, payment_means) + each(parts, lambda one: breakdown(one, invoice)) + period(invoice.get("period")) + allowances(invoice, with_vat=True) +
                 payment_terms(invoice, means) + summation(invoice) + each(invoice.get("preceding"), preceding) +
                 group("ram:ReceivableSpecifiedTradeAccountingAccount", text("ram:ID", invoice.get("buyer_accounting_ref"))), present=True)


def product(it):
    if it is None:
        return ""
    return group("ram:SpecifiedTradeProduct", number("ram:GlobalID", it.get("standard_id")) + text("ram:SellerAssignedID", it.get("seller_id")) +
                 text("ram:BuyerAssignedID", it.get("buyer_id")) + text("ram:Name", it.get("name")) + text("ram:Description", it.get("description")) +
                 each(it.get("attributes"), lambda one: group("ram:ApplicableProductCharacteristic", text("ram:Description", one.get("name")) +
                                                              text("ram:Value", one.get("value")), present=True)) +
                 each(it.get("class_ids"), lambda one: group("ram:DesignatedProductClassification", text("ram:ClassCode", one.get("id"), listID=one.get("list"),
                                                                                                        listVersionID=one.get("version")))) +
                 group("ram:OriginTradeCountry", text("ram:ID", it.get("origin_country"))), present=True)


def prices(it):
    it = it or {}
    basis = text("ram:BasisQuantity", it.get("base_quantity"), unitCode=it.get("base_unit"))
    less = group("ram:AppliedTradeAllowanceCharge", indicator(False) + text("ram:ActualAmount", it.get("discount"))) if "discount" in it else ""
    gross = group("ram:GrossPriceProductTradePrice", text("ram:ChargeAmount", it.get("gross")) + less)
    return gross + (group("ram:NetPriceProductTradePrice", text("ram:ChargeAmount", it.get("net")) + basis) if "net" in it or basis else "")


def line(it):
    vat = it.get("vat")
    tax = group("ram:ApplicableTradeTax", text("ram:TypeCode", "VAT") + text("ram:CategoryCode", vat.get("category")) +
                text("ram:RateApplicablePercent", vat.get("rate"))) if vat is not None else ""
    note = group("ram:IncludedNote", text("ram:Content", it.get("note")))
    settled = (tax + period(it.get("period")) + allowances(it, with_vat=False) +
               group("ram:SpecifiedTradeSettlementLineMonetarySummation", text("ram:LineTotalAmount", it.get("net"))) + object_reference(it.get("object_id")) +
               group("ram:ReceivableSpecifiedTradeAccountingAccount", text("ram:ID", it.get("accounting_ref"))))
    return group("ram:IncludedSupplyChainTradeLineItem", group("ram:AssociatedDocumentLineDocument", text("ram:LineID", it.get("id")) + note) + product(it.get("item")) +
                 group("ram:SpecifiedLineTradeAgreement", group("ram:BuyerOrderReferencedDocument", text("ram:LineID", it.get("order_line_ref"))) + prices(it.get("price"))) +
                 group("ram:SpecifiedLineTradeDelivery", text("ram:BilledQuantity", it.get("quantity"), unitCode=it.get("unit"))) +
                 group("ram:SpecifiedLineTradeSettlement", settled), present=True)


def document(record):
    invoice = record["invoice"]
    process = invoice.get("process") or {}
    context = (group("ram:BusinessProcessSpecifiedDocumentContextParameter", text("ram:ID", process.get("business_process"))) +
               group("ram:GuidelineSpecifiedDocumentContextParameter", text("ram:ID", process.get("specification"))))
    head = (text("ram:ID", invoice.get("number")) + text("ram:TypeCode", invoice.get("type_code")) + date("ram:IssueDateTime", invoice.get("issue_date")) +
            each(invoice.get("notes"), lambda it: group("ram:IncludedNote", text("ram:Content", it.get("text")) + text("ram:SubjectCode", it.get("subject_code")))))
    trade = each(invoice.get("lines"), line) + agreement(invoice) + delivery(invoice) + settlement(invoice)
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice xmlns:rsm="{URI}CrossIndustryInvoice:100" '
            f'xmlns:ram="{URI}ReusableAggregateBusinessInformationEntity:100" xmlns:qdt="{URI}QualifiedDataType:100" xmlns:udt="{URI}UnqualifiedDataType:100">'
            f'<rsm:ExchangedDocumentContext>{context}</rsm:ExchangedDocumentContext><rsm:ExchangedDocument>{head}</rsm:ExchangedDocument>'
            f'<rsm:SupplyChainTradeTransaction>{trade}</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>\n')
