"""UBL 2.1 Invoice and CreditNote to a taxflow record (README, "Records"), member by member.

convert(root) returns (record, oddities). An oddity names something the document says that the record has no place for,
such as two invoice numbers or a VAT category outside the VAT scheme: such a document cannot be compared through JSON.
"""
import re

CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)\Z")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}(Z|[+-]\d{2}:\d{2})?\Z")
DIGITS_MAX, DECIMALS_MAX = 28, 10
SPACE = " \t\r\n"


class Reader:
    """Takes elements out of a document and notes what does not fit."""

    def __init__(self):
        self.oddities = set()

    def all(self, node, path):
        """Every element at a path like "cac:Party/cbc:Name"."""
        nodes = [] if node is None else [node]
        for step in path.split("/"):
            tag = step.replace("cac:", CAC).replace("cbc:", CBC)
            nodes = [child for parent in nodes for child in parent if child.tag == tag]
        return nodes

    def one(self, node, path):
        found = self.all(node, path)
        if len(found) > 1:
            self.oddities.add("repeated " + path.split("/")[-1])
        return found[0] if found else None

    def text(self, node, path):
        found = self.one(node, path)
        return None if found is None else "".join(found.itertext())

    def date(self, node, path):
        text = self.text(node, path)
        if text is not None and text.strip(SPACE) and not DATE.match(text.strip(SPACE)):
            self.oddities.add("not a date")
        return text

    def number(self, node, path):
        text = self.text(node, path)
        if text is None:
            return None
        bare = text.strip(SPACE)
        if not DECIMAL.match(bare):
            self.oddities.add("not a decimal")
        whole, _, fraction = bare.lstrip("+-").partition(".")
        fraction = fraction.rstrip("0")
        if len(whole.lstrip("0") + fraction) > DIGITS_MAX or len(fraction) > DECIMALS_MAX:
            self.oddities.add("decimal out of range")
        return text

    def attribute(self, node, path, name):
        found = self.one(node, path)
        return None if found is None else found.get(name)


def drop_absent(members):
    return {name: value for name, value in members.items() if value is not None}


def group(node, members):
    """A group that exists, even if empty; None where the element is absent."""
    return None if node is None else drop_absent(members)


def some(members):
    """A group that exists only through its members."""
    return drop_absent(members) or None


def identifier(r, node, path, scheme="schemeID"):
    found = r.one(node, path)
    return None if found is None else drop_absent({"id": "".join(found.itertext()), "scheme": found.get(scheme)})


def is_vat(r, category):
    scheme = r.text(category, "cac:TaxScheme/cbc:ID")
    return scheme is not None and scheme.upper().strip(SPACE) == "VAT"


def vat_category(r, owner, path):
    """The one VAT category at a path, or None; a code outside the VAT scheme is an oddity."""
    found = r.all(owner, path)
    if len(found) > 1:
        r.oddities.add("repeated " + path.split("/")[-1])
    inside = [category for category in found if is_vat(r, category)]
    if len(inside) < len(found) and any(r.all(category, "cbc:ID") for category in found if category not in inside):
        r.oddities.add("VAT category outside the VAT scheme")
    return inside[0] if inside else None


def address(r, owner, path):
    node = r.one(owner, path)
    return group(node, {
        "line1": r.text(node, "cbc:StreetName"), "line2": r.text(node, "cbc:AdditionalStreetName"),
        "line3": r.text(node, "cac:AddressLine/cbc:Line"), "city": r.text(node, "cbc:CityName"),
        "postcode": r.text(node, "cbc:PostalZone"), "subdivision": r.text(node, "cbc:CountrySubentity"),
        "country": r.text(node, "cac:Country/cbc:IdentificationCode")})


def tax_numbers(r, party):
    """(VAT number, other tax number) of a party."""
    vat, other = None, None
    for scheme in r.all(party, "cac:PartyTaxScheme"):
        number = r.text(scheme, "cbc:CompanyID")
        if number is None:
            continue
        if is_vat(r, scheme):
            if vat is not None:
                r.oddities.add("repeated VAT number")
            vat = number
        else:
            if other is not None:
                r.oddities.add("repeated tax number")
            other = number
    return vat, other


def trader(r, owner):
    if owner is None:
        return None
    party = r.one(owner, "cac:Party")
    contact = r.one(party, "cac:Contact")
    vat_id, tax_id = tax_numbers(r, party)
    return drop_absent({
        "name": r.text(party, "cac:PartyLegalEntity/cbc:RegistrationName"),
        "trading_name": r.text(party, "cac:PartyName/cbc:Name"),
        "ids": [drop_absent({"id": "".join(i.itertext()), "scheme": i.get("schemeID")})
                for i in r.all(party, "cac:PartyIdentification/cbc:ID")] or None,
        "legal_id": identifier(r, party, "cac:PartyLegalEntity/cbc:CompanyID"),
        "vat_id": vat_id, "tax_id": tax_id,
        "legal_info": r.text(party, "cac:PartyLegalEntity/cbc:CompanyLegalForm"),
        "endpoint": identifier(r, party, "cbc:EndpointID"),
        "address": address(r, party, "cac:PostalAddress"),
        "contact": group(contact, {"name": r.text(contact, "cbc:Name"), "phone": r.text(contact, "cbc:Telephone"),
                                   "email": r.text(contact, "cbc:ElectronicMail")})})


def payee(r, root):
    node = r.one(root, "cac:PayeeParty")
    return group(node, {"name": r.text(node, "cac:PartyName/cbc:Name"),
                        "id": identifier(r, node, "cac:PartyIdentification/cbc:ID"),
                        "legal_id": identifier(r, node, "cac:PartyLegalEntity/cbc:CompanyID")})


def tax_representative(r, root):
    node = r.one(root, "cac:TaxRepresentativeParty")
    return group(node, {"name": r.text(node, "cac:PartyName/cbc:Name"), "vat_id": tax_numbers(r, node)[0],
                        "address": address(r, node, "cac:PostalAddress")})


def delivery(r, root):
    node = r.one(root, "cac:Delivery")
    return group(node, {"party_name": r.text(node, "cac:DeliveryParty/cac:PartyName/cbc:Name"),
                        "location_id": identifier(r, node, "cac:DeliveryLocation/cbc:ID"),
                        "date": r.date(node, "cbc:ActualDeliveryDate"),
                        "address": address(r, node, "cac:DeliveryLocation/cac:Address")})


def period(r, node):
    return group(node, {"start": r.date(node, "cbc:StartDate"), "end": r.date(node, "cbc:EndDate")})


def payment(r, root):
    means = r.all(root, "cac:PaymentMeans")
    if not means:
        return None
    first = means[0]
    card, mandate = r.one(first, "cac:CardAccount"), r.one(first, "cac:PaymentMandate")
    transfers = [drop_absent({"account": r.text(account, "cbc:ID"), "name": r.text(account, "cbc:Name"),
                              "bic": r.text(account, "cac:FinancialInstitutionBranch/cbc:ID")})
                 for mean in means for account in r.all(mean, "cac:PayeeFinancialAccount")]
    remittance = r.all(first, "cbc:PaymentID")
    return drop_absent({
        "means_code": r.text(first, "cbc:PaymentMeansCode"),
        "means_text": r.attribute(first, "cbc:PaymentMeansCode", "name"),
        "remittance": "".join(remittance[0].itertext()) if remittance else None,
        "transfers": transfers or None,
        "card": group(card, {"pan": r.text(card, "cbc:PrimaryAccountNumberID"), "holder": r.text(card, "cbc:HolderName")}),
        "direct_debit": group(mandate, {"mandate": r.text(mandate, "cbc:ID"),
                                        "account": r.text(mandate, "cac:PayerFinancialAccount/cbc:ID")})})


def allowance(r, node, with_vat):
    members = {"amount": r.number(node, "cbc:Amount"), "base": r.number(node, "cbc:BaseAmount"),
               "percent": r.number(node, "cbc:MultiplierFactorNumeric"),
               "reason": r.text(node, "cbc:AllowanceChargeReason"),
               "reason_code": r.text(node, "cbc:AllowanceChargeReasonCode")}
    if with_vat:
        category = vat_category(r, node, "cac:TaxCategory")
        members["vat_category"] = r.text(category, "cbc:ID")
        members["vat_rate"] = r.number(category, "cbc:Percent")
    elif r.all(node, "cac:TaxCategory"):
        r.oddities.add("VAT category below a line's allowance")
    return drop_absent(members)


def allowances(r, owner, with_vat):
    """(allowances, charges) of the document or of a line; None for none."""
    lists = {False: [], True: []}
    for node in r.all(owner, "cac:AllowanceCharge"):
        indicator = (r.text(node, "cbc:ChargeIndicator") or "").strip(SPACE)
        if indicator not in ("true", "false", "1", "0"):
            r.oddities.add("allowance or charge undecided")
            continue
        lists[indicator in ("true", "1")].append(allowance(r, node, with_vat))
    return lists[False] or None, lists[True] or None


def breakdown(r, node):
    category = vat_category(r, node, "cac:TaxCategory")
    return drop_absent({
        "taxable": r.number(node, "cbc:TaxableAmount"), "tax": r.number(node, "cbc:TaxAmount"),
        "category": r.text(category, "cbc:ID"), "rate": r.number(category, "cbc:Percent"),
        "exemption_reason": r.text(category, "cbc:TaxExemptionReason"),
        "exemption_code": r.text(category, "cbc:TaxExemptionReasonCode")})


def vat_totals(r, root):
    totals = []
    for node in r.all(root, "cac:TaxTotal"):
        totals.append(drop_absent({
            "amount": r.number(node, "cbc:TaxAmount"), "currency": r.attribute(node, "cbc:TaxAmount", "currencyID"),
            "breakdown": [breakdown(r, sub) for sub in r.all(node, "cac:TaxSubtotal")] or None}))
    return totals


def put_vat_totals(invoice, totals):
    """In the short form where it says the same: totals.vat in BT-5 with the breakdown, totals.vat_accounting in BT-6."""
    own, other = totals[:1], totals[1:]
    currency, accounting = invoice.get("currency"), invoice.get("vat_currency")
    short = (own and "totals" in invoice and "amount" in own[0] and currency and own[0].get("currency") == currency
             and len(other) <= 1 and all(t.get("currency") == accounting != currency and "amount" in t
                                         and "breakdown" not in t for t in other))
    if not short:
        if totals:
            invoice["vat_totals"] = totals
        return
    invoice["totals"]["vat"] = own[0]["amount"]
    if "breakdown" in own[0]:
        invoice["vat_breakdown"] = own[0]["breakdown"]
    if other:
        invoice["totals"]["vat_accounting"] = other[0]["amount"]


def monetary_totals(r, root):
    node = r.one(root, "cac:LegalMonetaryTotal")
    return group(node, {name: r.number(node, "cbc:" + tag) for name, tag in (
        ("line_net", "LineExtensionAmount"), ("allowances", "AllowanceTotalAmount"), ("charges", "ChargeTotalAmount"),
        ("net", "TaxExclusiveAmount"), ("gross", "TaxInclusiveAmount"), ("prepaid", "PrepaidAmount"),
        ("rounding", "PayableRoundingAmount"), ("due", "PayableAmount"))})


def item(r, node):
    return group(node, {
        "name": r.text(node, "cbc:Name"), "description": r.text(node, "cbc:Description"),
        "seller_id": r.text(node, "cac:SellersItemIdentification/cbc:ID"),
        "buyer_id": r.text(node, "cac:BuyersItemIdentification/cbc:ID"),
        "standard_id": identifier(r, node, "cac:StandardItemIdentification/cbc:ID"),
        "origin_country": r.text(node, "cac:OriginCountry/cbc:IdentificationCode"),
        "class_ids": [drop_absent({"id": "".join(c.itertext()), "list": c.get("listID"), "version": c.get("listVersionID")})
                      for c in r.all(node, "cac:CommodityClassification/cbc:ItemClassificationCode")] or None,
        "attributes": [drop_absent({"name": r.text(p, "cbc:Name"), "value": r.text(p, "cbc:Value")})
                       for p in r.all(node, "cac:AdditionalItemProperty")] or None})


def price(r, node):
    return group(node, {
        "net": r.number(node, "cbc:PriceAmount"), "discount": r.number(node, "cac:AllowanceCharge/cbc:Amount"),
        "gross": r.number(node, "cac:AllowanceCharge/cbc:BaseAmount"), "base_quantity": r.number(node, "cbc:BaseQuantity"),
        "base_unit": r.attribute(node, "cbc:BaseQuantity", "unitCode")})


def line(r, node):
    quantity = "cbc:CreditedQuantity" if r.all(node, "cbc:CreditedQuantity") else "cbc:InvoicedQuantity"
    if any(r.all(node, "cac:" + tag) for tag in ("SubInvoiceLine", "SubCreditNoteLine")):
        r.oddities.add("lines below a line")
    if r.all(node, "cac:TaxTotal"):
        r.oddities.add("VAT total below a line")
    product = r.one(node, "cac:Item")
    vat = vat_category(r, product, "cac:ClassifiedTaxCategory")
    less, more = allowances(r, node, with_vat=False)
    return drop_absent({
        "id": r.text(node, "cbc:ID"), "note": r.text(node, "cbc:Note"),
        "object_id": identifier(r, node, "cac:DocumentReference/cbc:ID"),
        "quantity": r.number(node, quantity), "unit": r.attribute(node, quantity, "unitCode"),
        "net": r.number(node, "cbc:LineExtensionAmount"),
        "order_line_ref": r.text(node, "cac:OrderLineReference/cbc:LineID"),
        "accounting_ref": r.text(node, "cbc:AccountingCost"),
        "period": period(r, r.one(node, "cac:InvoicePeriod")), "allowances": less, "charges": more,
        "price": price(r, r.one(node, "cac:Price")),
        "vat": group(vat, {"category": r.text(vat, "cbc:ID"), "rate": r.number(vat, "cbc:Percent")}),
        "item": item(r, product)})


def references(r, root):
    return {"preceding": [drop_absent({"number": r.text(n, "cbc:ID"), "issue_date": r.date(n, "cbc:IssueDate")})
                          for n in r.all(root, "cac:BillingReference/cac:InvoiceDocumentReference")] or None,
            "attachments": [drop_absent({"ref": r.text(n, "cbc:ID"), "description": r.text(n, "cbc:DocumentDescription"),
                                         "uri": r.text(n, "cac:Attachment/cac:ExternalReference/cbc:URI")})
                            for n in r.all(root, "cac:AdditionalDocumentReference")
                            if (r.text(n, "cbc:DocumentTypeCode") or "") != "130"] or None,
            "project_ref": r.text(root, "cac:ProjectReference/cbc:ID"),
            "contract_ref": r.text(root, "cac:ContractDocumentReference/cbc:ID"),
            "purchase_order_ref": r.text(root, "cac:OrderReference/cbc:ID"),
            "sales_order_ref": r.text(root, "cac:OrderReference/cbc:SalesOrderID"),
            "receiving_advice_ref": r.text(root, "cac:ReceiptDocumentReference/cbc:ID"),
            "despatch_advice_ref": r.text(root, "cac:DespatchDocumentReference/cbc:ID"),
            "tender_ref": r.text(root, "cac:OriginatorDocumentReference/cbc:ID")}


def header(r, root):
    invoice_period = r.one(root, "cac:InvoicePeriod")
    code = "cbc:CreditNoteTypeCode" if r.all(root, "cbc:CreditNoteTypeCode") else "cbc:InvoiceTypeCode"
    return {"number": r.text(root, "cbc:ID"), "issue_date": r.date(root, "cbc:IssueDate"), "type_code": r.text(root, code),
            "currency": r.text(root, "cbc:DocumentCurrencyCode"), "vat_currency": r.text(root, "cbc:TaxCurrencyCode"),
            "tax_point_date": r.date(root, "cbc:TaxPointDate"),
            "tax_point_code": r.text(invoice_period, "cbc:DescriptionCode"), "due_date": r.date(root, "cbc:DueDate"),
            "buyer_reference": r.text(root, "cbc:BuyerReference"), "buyer_accounting_ref": r.text(root, "cbc:AccountingCost"),
            "payment_terms": r.text(root, "cac:PaymentTerms/cbc:Note"),
            "notes": [{"text": "".join(n.itertext())} for n in r.all(root, "cbc:Note")] or None,
            "process": some({"specification": r.text(root, "cbc:CustomizationID"),
                             "business_process": r.text(root, "cbc:ProfileID")}),
            "period": period(r, invoice_period)}


def convert(root):
    """The record of a UBL root element, and the set of oddities that keep it from saying the same."""
    r = Reader()
    less, more = allowances(r, root, with_vat=True)
    kind = "credit_note" if root.tag.endswith("}CreditNote") else "invoice"
    lines = [line(r, n) for n in r.all(root, "cac:InvoiceLine") + r.all(root, "cac:CreditNoteLine")]
    invoice = drop_absent({
        **header(r, root), **references(r, root),
        "seller": trader(r, r.one(root, "cac:AccountingSupplierParty")),
        "buyer": trader(r, r.one(root, "cac:AccountingCustomerParty")),
        "payee": payee(r, root), "tax_representative": tax_representative(r, root), "delivery": delivery(r, root),
        "payment": payment(r, root), "allowances": less, "charges": more, "totals": monetary_totals(r, root),
        "lines": lines or None})
    put_vat_totals(invoice, vat_totals(r, root))
    return {"kind": kind, "company": "conformance", "invoice": invoice}, r.oddities
