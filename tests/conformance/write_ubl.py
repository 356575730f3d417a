"""A record of an invoice (README, "Records") as UBL 2.1: absent members are absent elements, {} an empty one.

document(record) returns the text. Elements stand in the order of the schema; what UBL has no place for (BT-90 outside SEPA ids) is left out.
"""
from xml.sax.saxutils import escape, quoteattr

URI = "urn:oasis:names:specification:ubl:schema:xsd:"


def text(name, value, /, **attributes):
    """An element with a value; nothing for None."""
    if value is None:
        return ""
    told = "".join(f" {key}={quoteattr(each)}" for key, each in attributes.items() if each is not None)
    return f"<{name}{told}>{escape(value)}</{name}>"


def group(name, content, present=False):
    """An element around what is there; nothing around nothing, unless it is known to be present."""
    return f"<{name}>{content}</{name}>" if content or present else ""


def each(members, write):
    return "".join(write(member) for member in members or ())


def number(name, it, scheme="schemeID"):
    return text(name, it.get("id"), **{scheme: it.get("scheme")}) if it is not None else ""


def scheme(name="VAT"):
    return group("cac:TaxScheme", text("cbc:ID", name))


def address(name, it):
    if it is None:
        return ""
    return group(name, text("cbc:StreetName", it.get("line1")) + text("cbc:AdditionalStreetName", it.get("line2")) + text("cbc:CityName", it.get("city")) +
                 text("cbc:PostalZone", it.get("postcode")) + text("cbc:CountrySubentity", it.get("subdivision")) +
                 group("cac:AddressLine", text("cbc:Line", it.get("line3"))) +
                 group("cac:Country", text("cbc:IdentificationCode", it.get("country"))), present=True)


def tax_scheme(identifier, name):
    return group("cac:PartyTaxScheme", text("cbc:CompanyID", identifier) + scheme(name)) if identifier is not None else ""


def trader(name, it, creditor_id=None):
    if it is None:
        return ""
    contact = it.get("contact")
    party = (number("cbc:EndpointID", it.get("endpoint")) +
             each(it.get("ids"), lambda one: group("cac:PartyIdentification", number("cbc:ID", one))) +
             group("cac:PartyIdentification", text("cbc:ID", creditor_id, schemeID="SEPA")) +
             group("cac:PartyName", text("cbc:Name", it.get("trading_name"))) + address("cac:PostalAddress", it.get("address")) +
             tax_scheme(it.get("vat_id"), "VAT") + tax_scheme(it.get("tax_id"), "FC") +
             group("cac:PartyLegalEntity", text("cbc:RegistrationName", it.get("name")) + number("cbc:CompanyID", it.get("legal_id")) +
                   text("cbc:CompanyLegalForm", it.get("legal_info"))))
    if contact is not None:
        party += group("cac:Contact", text("cbc:Name", contact.get("name")) + text("cbc:Telephone", contact.get("phone")) +
                       text("cbc:ElectronicMail", contact.get("email")), present=True)
    return group(name, group("cac:Party", party, present=True))


def payee(it):
    if it is None:
        return ""
    return group("cac:PayeeParty", group("cac:PartyIdentification", number("cbc:ID", it.get("id"))) + group("cac:PartyName", text("cbc:Name", it.get("name"))) +
                 group("cac:PartyLegalEntity", number("cbc:CompanyID", it.get("legal_id"))), present=True)


def tax_representative(it):
    if it is None:
        return ""
    return group("cac:TaxRepresentativeParty", group("cac:PartyName", text("cbc:Name", it.get("name"))) + address("cac:PostalAddress", it.get("address")) +
                 tax_scheme(it.get("vat_id"), "VAT"), present=True)


def delivery(it):
    if it is None:
        return ""
    return group("cac:Delivery", text("cbc:ActualDeliveryDate", it.get("date")) +
                 group("cac:DeliveryLocation", number("cbc:ID", it.get("location_id")) + address("cac:Address", it.get("address"))) +
                 group("cac:DeliveryParty", group("cac:PartyName", text("cbc:Name", it.get("party_name")))), present=True)


def period(it, code=None):
    if it is None and code is None:
        return ""
    it = it or {}
    return group("cac:InvoicePeriod", text("cbc:StartDate", it.get("start")) + text("cbc:EndDate", it.get("end")) + text("cbc:DescriptionCode", code), present=True)


def account(it):
    return group("cac:PayeeFinancialAccount", text("cbc:ID", it.get("account")) + text("cbc:Name", it.get("name")) +
                 group("cac:FinancialInstitutionBranch", text("cbc:ID", it.get("bic"))), present=True)


def payment_means(it, due_date):
    """One element an account: UBL allows one each."""
    card, debit = it.get("card"), it.get("direct_debit")
    head = (text("cbc:PaymentMeansCode", it.get("means_code"), name=it.get("means_text")) + text("cbc:PaymentDueDate", due_date) +
            text("cbc:PaymentID", it.get("remittance")))
    if card is not None:
        head += group("cac:CardAccount", text("cbc:PrimaryAccountNumberID", card.get("pan")) + text("cbc:NetworkID", "VISA") +
                      text("cbc:HolderName", card.get("holder")), present=True)
    mandate = ""
    if debit is not None:
        mandate = group("cac:PaymentMandate", text("cbc:ID", debit.get("mandate")) +
                        group("cac:PayerFinancialAccount", text("cbc:ID", debit.get("account"))), present=True)
    return each(it.get("transfers") or [None], lambda one: group("cac:PaymentMeans", head + (account(one) if one is not None else "") + mandate, present=True))


def payments(invoice, due_date):
    it = invoice.get("payment")
    return each(it if isinstance(it, list) else [it] if it is not None else [], lambda one: payment_means(one, due_date))


def allowance(it, charge, currency, with_vat):
    vat = ""
    if with_vat and ("vat_category" in it or "vat_rate" in it):
        vat = group("cac:TaxCategory", text("cbc:ID", it.get("vat_category")) + text("cbc:Percent", it.get("vat_rate")) + scheme())
    return group("cac:AllowanceCharge", text("cbc:ChargeIndicator", "true" if charge else "false") + text("cbc:AllowanceChargeReasonCode", it.get("reason_code")) +
                 text("cbc:AllowanceChargeReason", it.get("reason")) + text("cbc:MultiplierFactorNumeric", it.get("percent")) +
                 text("cbc:Amount", it.get("amount"), currencyID=currency) + text("cbc:BaseAmount", it.get("base"), currencyID=currency) + vat)


def allowances(owner, currency, with_vat):
    return (each(owner.get("allowances"), lambda it: allowance(it, False, currency, with_vat)) +
            each(owner.get("charges"), lambda it: allowance(it, True, currency, with_vat)))


def breakdown(it, currency):
    return group("cac:TaxSubtotal", text("cbc:TaxableAmount", it.get("taxable"), currencyID=currency) + text("cbc:TaxAmount", it.get("tax"), currencyID=currency) +
                 group("cac:TaxCategory", text("cbc:ID", it.get("category")) + text("cbc:Percent", it.get("rate")) +
                       text("cbc:TaxExemptionReasonCode", it.get("exemption_code")) + text("cbc:TaxExemptionReason", it.get("exemption_reason")) + scheme()))


def vat_totals(invoice):
    """As totals.vat and totals.vat_accounting say, or "vat_totals"."""
    totals = invoice.get("totals") or {}
    told = invoice.get("vat_totals")
    if told is None:
        told = []
        if "vat" in totals or invoice.get("vat_breakdown"):
            told.append({"amount": totals.get("vat"), "currency": invoice.get("currency"), "breakdown": invoice.get("vat_breakdown")})
        if "vat_accounting" in totals:
            told.append({"amount": totals["vat_accounting"], "currency": invoice.get("vat_currency")})
    return each(told, lambda it: group("cac:TaxTotal", text("cbc:TaxAmount", it.get("amount"), currencyID=it.get("currency")) +
                                       each(it.get("breakdown"), lambda one: breakdown(one, it.get("currency"))), present=True))


TOTALS = (("line_net", "LineExtension"), ("net", "TaxExclusive"), ("gross", "TaxInclusive"), ("allowances", "AllowanceTotal"), ("charges", "ChargeTotal"),
          ("prepaid", "Prepaid"), ("rounding", "PayableRounding"), ("due", "Payable"))


def totals(it, currency):
    if it is None:
        return ""
    return group("cac:LegalMonetaryTotal", "".join(text(f"cbc:{tag}Amount", it.get(name), currencyID=currency) for name, tag in TOTALS), present=True)


def item(it, vat):
    it, name = it or {}, it
    classified = group("cac:ClassifiedTaxCategory", text("cbc:ID", vat.get("category")) + text("cbc:Percent", vat.get("rate")) + scheme()) if vat is not None else ""
    return group("cac:Item", text("cbc:Description", it.get("description")) + text("cbc:Name", it.get("name")) +
                 group("cac:BuyersItemIdentification", text("cbc:ID", it.get("buyer_id"))) + group("cac:SellersItemIdentification", text("cbc:ID", it.get("seller_id"))) +
                 group("cac:StandardItemIdentification", number("cbc:ID", it.get("standard_id"))) +
                 group("cac:OriginCountry", text("cbc:IdentificationCode", it.get("origin_country"))) +
                 each(it.get("class_ids"), lambda one: group("cac:CommodityClassification", text("cbc:ItemClassificationCode", one.get("id"), listID=one.get("list"),
                                                                                               listVersionID=one.get("version")))) +
                 classified + each(it.get("attributes"), lambda one: group("cac:AdditionalItemProperty", text("cbc:Name", one.get("name")) +
                                                                           text("cbc:Value", one.get("value")), present=True)), present=name is not None)


def price(it, currency):
    if it is None:
        return ""
    less = ""
    if "discount" in it or "gross" in it:
        less = group("cac:AllowanceCharge", text("cbc:ChargeIndicator", "false") + text("cbc:Amount", it.get("discount"), currencyID=currency) +
                     text("cbc:BaseAmount", it.get("gross"), currencyID=currency))
    return group("cac:Price", text("cbc:PriceAmount", it.get("net"), currencyID=currency) + text("cbc:BaseQuantity", it.get("base_quantity"), unitCode=it.get("base_unit")) +
                 less, present=True)


def line(it, kind, currency):
    quantity = "cbc:CreditedQuantity" if kind == "CreditNote" else "cbc:InvoicedQuantity"
    reference = group("cac:DocumentReference", number("cbc:ID", it.get("object_id")) + text("cbc:DocumentTypeCode", "130")) if "id" in it.get("object_id", ()) else ""
    return group(f"cac:{kind}Line", text("cbc:ID", it.get("id")) + text("cbc:Note", it.get("note")) + text(quantity, it.get("quantity"), unitCode=it.get("unit")) +
                 text("cbc:LineExtensionAmount", it.get("net"), currencyID=currency) + text("cbc:AccountingCost", it.get("accounting_ref")) + period(it.get("period")) +
                 group("cac:OrderLineReference", text("cbc:LineID", it.get("order_line_ref"))) + reference + allowances(it, currency, with_vat=False) +
                 item(it.get("item"), it.get("vat")) + price(it.get("price"), currency), present=True)


def attachment(it):
    file, uri = it.get("file"), it.get("uri")
    content = ""
    if file is not None:
        content = text("cbc:EmbeddedDocumentBinaryObject", "YWJj", mimeCode=file.get("mime"), filename=file.get("name"))
    content += group("cac:ExternalReference", text("cbc:URI", uri))
    return group("cac:AdditionalDocumentReference", text("cbc:ID", it.get("ref")) + text("cbc:DocumentDescription", it.get("description")) +
                 group("cac:Attachment", content), present=True)


def document_reference(name, identifier):
    return group(name, text("cbc:ID", identifier))


def references(invoice, kind):
    originator = document_reference("cac:OriginatorDocumentReference", invoice.get("tender_ref"))
    contract = document_reference("cac:ContractDocumentReference", invoice.get("contract_ref"))
    project = invoice.get("project_ref")
    more = each(invoice.get("attachments"), attachment)
    if "id" in invoice.get("object_id", ()):
        more += group("cac:AdditionalDocumentReference", number("cbc:ID", invoice["object_id"]) + text("cbc:DocumentTypeCode", "130"))
    if kind == "CreditNote":
        more += group("cac:AdditionalDocumentReference", text("cbc:ID", project) + text("cbc:DocumentTypeCode", "50")) if project is not None else ""
    order = invoice.get("purchase_order_ref"), invoice.get("sales_order_ref")
    head = (group("cac:OrderReference", text("cbc:ID", order[0]) + text("cbc:SalesOrderID", order[1])) +
            each(invoice.get("preceding"), lambda it: group("cac:BillingReference", group("cac:InvoiceDocumentReference", text("cbc:ID", it.get("number")) +
                                                                                          text("cbc:IssueDate", it.get("issue_date")), present=True))) +
            document_reference("cac:DespatchDocumentReference", invoice.get("despatch_advice_ref")) +
            document_reference("cac:ReceiptDocumentReference", invoice.get("receiving_advice_ref")))
    if kind == "CreditNote":
        return head + contract + more + originator
    return head + originator + contract + more + document_reference("cac:ProjectReference", project)


def note(it):
    code = it.get("subject_code")
    return text("cbc:Note", (f"#{code}#" if code is not None else "") + it.get("text", ""))


def header(invoice, kind):
    process, codes = invoice.get("process") or {}, text("cbc:DocumentCurrencyCode", invoice.get("currency")) + text("cbc:TaxCurrencyCode", invoice.get("vat_currency"))
    head = (text("cbc:CustomizationID", process.get("specification")) + text("cbc:ProfileID", process.get("business_process")) + text("cbc:ID", invoice.get("number")) +
            text("cbc:IssueDate", invoice.get("issue_date")))
    type_code, notes = text(f"cbc:{kind}TypeCode", invoice.get("type_code")), each(invoice.get("notes"), note)
    tax_point = text("cbc:TaxPointDate", invoice.get("tax_point_date"))
    head += tax_point + type_code + notes if kind == "CreditNote" else text("cbc:DueDate", invoice.get("due_date")) + type_code + notes + tax_point
    return (head + codes + text("cbc:AccountingCost", invoice.get("buyer_accounting_ref")) + text("cbc:BuyerReference", invoice.get("buyer_reference")) +
            period(invoice.get("period"), invoice.get("tax_point_code")))


def creditor(invoice):
    it = invoice.get("payment")
    for means in it if isinstance(it, list) else [it or {}]:
        if "creditor_id" in (means.get("direct_debit") or {}):
            return means["direct_debit"]["creditor_id"]
    return None


def document(record):
    invoice, kind = record["invoice"], "CreditNote" if record["kind"] == "credit_note" else "Invoice"
    currency = invoice.get("currency")
    content = (header(invoice, kind) + references(invoice, kind) + trader("cac:AccountingSupplierParty", invoice.get("seller"), creditor(invoice)) +
               trader("cac:AccountingCustomerParty", invoice.get("buyer")) + payee(invoice.get("payee")) + tax_representative(invoice.get("tax_representative")) +
               delivery(invoice.get("delivery")) + payments(invoice, invoice.get("due_date") if kind == "CreditNote" else None) +
               group("cac:PaymentTerms", text("cbc:Note", invoice.get("payment_terms"))) + allowances(invoice, currency, with_vat=True) + vat_totals(invoice) +
               totals(invoice.get("totals"), currency) + each(invoice.get("lines"), lambda it: line(it, kind, currency)))
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} xmlns="{URI}{kind}-2" xmlns:cac="{URI}CommonAggregateComponents-2" '
            f'xmlns:cbc="{URI}CommonBasicComponents-2">{content}</{kind}>\n')
