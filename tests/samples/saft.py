#!/usr/bin/env python3
"""SAF-T of two invented companies of the samples' world, Norway's Financial 1.30 and Portugal's 1.04_01, and what a correct reader says of them.

    tests/samples/saft.py FOLDER    writes saft_no.xml, saft_pt.xml (Windows-1252), saft_pt_key.pem and saft_expected.json

norway() and portugal() give (bytes, expected); expected comes from the generator's own books, never from taxflow:
    {"records": N, "counts": {…}, "debit": "…", "credit": "…", "findings": {"SAFT-05": N, …}}
Every finding is planted: a transaction that does not balance, an account that is off, a gap, … The Portuguese documents are signed with a key that is made
here, so that their chain can be verified with the public one; one signature is that of another total.
"""
import base64
import hashlib
import json
import pathlib
import sys
from decimal import Decimal
from xml.sax.saxutils import escape

from world import FIRST, ITEMS, SECOND, Dice, cents, day, money

SEED = 20250131
RATE_NO, RATES_PT = Decimal(25), {"NOR": Decimal(23), "INT": Decimal(13), "RED": Decimal(6)}
NO_NUMBER, PT_NUMBER = "974760673", "599999993"
TRANSACTIONS, PARTIES_NO, INVOICES, PARTIES_PT = 180, 24, 170, 16


class Xml:
    """Elements one after the other, with indents as programs export them."""

    def __init__(self, prefix):
        self.prefix, self.lines, self.depth, self.open_names = prefix, [], 0, []

    def raw(self, text):
        self.lines.append("\t" * self.depth + text)

    def begin(self, name, attributes=""):
        self.raw(f"<{self.prefix}{name}{attributes}>")
        self.depth += 1
        self.open_names.append(name)

    def end(self):
        self.depth -= 1
        self.raw(f"</{self.prefix}{self.open_names.pop()}>")

    def text(self, name, value):
        self.raw(f"<{self.prefix}{name}>{escape(str(value))}</{self.prefix}{name}>")

    def texts(self, **values):
        for name, value in values.items():
            self.text(name, value)

    def bytes(self, encoding):
        return (f'<?xml version="1.0" encoding="{encoding}"?>\n' + "\n".join(self.lines) + "\n").encode(encoding)


class Books:
    """What is booked: sums of a section, movements of accounts and of parties on accounts."""

    def __init__(self):
        self.debit = self.credit = Decimal(0)
        self.moved = {}

    def book(self, account, amount, party=None):
        self.debit += max(amount, 0)
        self.credit += max(-amount, 0)
        for key in (account, (party, account)):
            self.moved[key] = self.moved.get(key, Decimal(0)) + amount


def name_of(number):
    return f"{FIRST[number % 18]} {SECOND[number % len(SECOND)]} {number}"  # without the two names that Windows-1252 cannot write


# ---- Norway ----

ACCOUNTS_NO = {"1500": "Kundefordringer", "1920": "Bankinnskudd", "2400": "Leverandørgjeld", "2700": "Utgående merverdiavgift", "2710": "Inngående merverdiavgift",
               "3000": "Salgsinntekt", "4000": "Varekjøp", "6900": "Telefon"}


def transactions_no(dice, planted):
    """[(number, day, text, lines)]; a line is (account, signed amount, party, tax base or None)."""
    found, number = [], 10001
    for i in range(TRANSACTIONS):
        number += 2 if planted and i == 50 else 1  # a gap
        net = Decimal(dice.between(1000, 900000)) / 100
        tax = cents(net * RATE_NO / 100)
        lot = dice.below(3)
        customer, supplier = f"K{dice.below(PARTIES_NO) + 1}", f"L{dice.below(PARTIES_NO) + 1}"
        if lot == 0:
            lines = [("1500", net + tax, customer, None), ("3000", -net, None, net), ("2700", -tax, None, None)]
        elif lot == 1:
            lines = [(dice.pick(["4000", "6900"]), net, None, net), ("2710", tax, None, None), ("2400", -net - tax, supplier, None)]
        else:
            lines = [("1920", net, None, None), ("1500", -net, customer, None)]
        found.append((number, day(dice.below(365)), dice.pick(ITEMS), lines))
    return found


def plant_no(transactions):
    """One breach each; what SAFT rules must find."""
    number, date, text, lines = transactions[20]
    transactions[20] = (number, date, text, [*lines[:-1], (lines[-1][0], lines[-1][1] - Decimal("0.10"), *lines[-1][2:])])  # does not balance
    number, date, text, lines = transactions[30]
    transactions[30] = (transactions[29][0], date, text, lines)  # number 30 is missing now, 29 comes twice
    number, date, text, lines = transactions[40]
    transactions[40] = (number, "2026-01-02", text, lines)  # beyond the period
    return {"SAFT-04": 1, "SAFT-13": 1, "SAFT-14": 2, "SAFT-15": 1}


def line_no(xml, number, line):
    account, amount, party, base = line
    xml.begin("Line")
    xml.texts(RecordID=number, AccountID=account)
    if party:
        xml.text("CustomerID" if party[0] == "K" else "SupplierID", party)
    xml.text("Description", "Linje")
    xml.begin("DebitAmount" if amount > 0 else "CreditAmount")
    xml.text("Amount", money(abs(amount)))
    xml.end()
    if base is not None:
        side = "Debit" if amount > 0 else "Credit"
        xml.begin("TaxInformation")
        xml.texts(TaxType="MVA", TaxCode="1" if amount > 0 else "3", TaxPercentage=RATE_NO, TaxBase=money(base))
        xml.begin(f"{side}TaxAmount")
        xml.text("Amount", money(cents(base * RATE_NO / 100)))
        xml.end()
        xml.end()
    xml.end()


def balance(xml, opening, closing):
    for name, value in (("Opening", opening), ("Closing", closing)):
        xml.text(f"{name}{'Debit' if value >= 0 else 'Credit'}Balance", money(abs(value)))


def masters_no(xml, books, dice, planted):
    xml.begin("MasterFiles")
    xml.begin("GeneralLedgerAccounts")
    for account, name in ACCOUNTS_NO.items():
        opening = Decimal(dice.between(-500000, 500000)) / 100
        off = Decimal("12.50") if planted and account == "6900" else 0  # an account that is off
        xml.begin("Account")
        xml.texts(AccountID=account, AccountDescription=name, GroupingCategory="RF-1167", GroupingCode=account, AccountType="GL")
        balance(xml, opening, opening + books.moved.get(account, Decimal(0)) + off)
        xml.end()
    xml.end()
    for letter, kind, account in (("K", "Customer", "1500"), ("L", "Supplier", "2400")):
        xml.begin(f"{kind}s")
        for number in range(1, PARTIES_NO + 1):
            opening = Decimal(dice.between(0, 100000)) / 100
            off = Decimal(1) if planted and letter == "L" and number == 3 else 0
            xml.begin(kind)
            xml.text("RegistrationNumber", orgnr(number + (500 if letter == "L" else 0)))
            xml.text("Name", name_of(number))
            if letter == "L":
                xml.begin("BankAccount")
                xml.text("BankAccountNumber", f"1503{5 if planted and number == 6 else number:07d}")  # two suppliers share one
                xml.end()
            xml.text(f"{kind}ID", f"{letter}{number}")
            xml.begin("BalanceAccount")
            xml.text("AccountID", account)
            balance(xml, opening, opening + books.moved.get((f"{letter}{number}", account), Decimal(0)) + off)
            xml.end()
            xml.end()
        xml.end()
    xml.begin("TaxTable")
    xml.begin("TaxTableEntry")
    xml.texts(TaxType="MVA", Description="Merverdiavgift")
    for code in ("1", "3"):
        xml.begin("TaxCodeDetails")
        xml.texts(TaxCode=code, TaxPercentage="25.00", Country="NO", StandardTaxCode=code, BaseRate=100)
        xml.end()
    xml.end()
    xml.end()
    xml.end()


def orgnr(number):
    """A number of the Norwegian register: nine digits, the last a check digit by 11."""
    while True:
        digits = f"9{number:07d}"
        check = -sum(int(digit) * weight for digit, weight in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2))) % 11
        if check < 10:
            return f"{digits}{check}"
        number += 100000


def documents_no(transactions):
    """What is behind the transactions: {"sales": […], "purchases": […], "payments": […]}, each (number, transaction, day, text, party, net, tax); sales numbered by day."""
    found = {"sales": [], "purchases": [], "payments": []}
    for number, date, text, lines in transactions:
        kind = {"1500": "sales", "1920": "payments"}.get(lines[0][0], "purchases")
        net = abs(lines[1][1] if kind == "sales" else lines[0][1])
        tax = cents(net * RATE_NO / 100) if kind != "payments" else Decimal(0)
        found[kind].append((f"F-{number}", number, date, text, next(line[2] for line in lines if line[2]), net, tax))
    found["sales"] = [(20001 + i, *sale[1:]) for i, sale in enumerate(sorted(found["sales"], key=lambda sale: sale[2]))]
    return found


def section_no(xml, name, documents, debit, credit):
    xml.begin(name)
    xml.texts(NumberOfEntries=len(documents), TotalDebit=money(debit), TotalCredit=money(credit))


def invoice_no(xml, document, sale, off):
    number, transaction, date, text, party, net, tax = document
    side, code = ("Credit", "3") if sale else ("Debit", "1")
    xml.begin("Invoice")
    xml.text("InvoiceNo", number)
    xml.begin("CustomerInfo" if sale else "SupplierInfo")
    xml.text("CustomerID" if sale else "SupplierID", party)
    xml.begin("BillingAddress")
    xml.texts(City="Bergen", Country="NO")
    xml.end()
    xml.end()
    xml.texts(InvoiceDate=date, SourceID=f"u{transaction % 7}", TransactionID=transaction)
    xml.begin("Line")
    xml.texts(LineNumber=1, Quantity=1, UnitPrice=money(net), TaxPointDate=date, Description=text)
    xml.begin("InvoiceLineAmount")
    xml.text("Amount", money(net))
    xml.end()
    xml.text("DebitCreditIndicator", side[0])
    xml.begin("TaxInformation")
    xml.texts(TaxType="MVA", TaxCode=code, TaxPercentage=RATE_NO, TaxBase=money(net))
    xml.begin(f"{side}TaxAmount")
    xml.text("Amount", money(tax))
    xml.end()
    xml.end()
    xml.end()
    xml.begin("DocumentTotals")
    xml.texts(NetTotal=money(net), GrossTotal=money(net + tax + off))
    xml.end()
    xml.end()


def payment_no(xml, document):
    _, transaction, date, text, party, amount, _ = document
    xml.begin("Payment")
    xml.texts(PaymentRefNo=f"B{transaction}", TransactionID=transaction, TransactionDate=date, Description=text, SourceID=f"u{transaction % 7}")
    for side, customer in (("D", None), ("C", party)):
        xml.begin("Line")
        if customer:
            xml.text("CustomerID", customer)
        xml.text("DebitCreditIndicator", side)
        xml.begin("PaymentLineAmount")
        xml.text("Amount", money(amount))
        xml.end()
        xml.end()
    xml.end()


def sources_no(xml, documents, planted):
    """One sale's gross is off."""
    sums = {kind: sum((document[5] for document in of), Decimal(0)) for kind, of in documents.items()}
    xml.begin("SourceDocuments")
    section_no(xml, "SalesInvoices", documents["sales"], 0, sums["sales"])
    for i, document in enumerate(documents["sales"]):
        invoice_no(xml, document, True, Decimal("0.05") if planted and i == 7 else 0)
    xml.end()
    section_no(xml, "PurchaseInvoices", documents["purchases"], sums["purchases"], 0)
    for document in documents["purchases"]:
        invoice_no(xml, document, False, 0)
    xml.end()
    section_no(xml, "Payments", documents["payments"], sums["payments"], sums["payments"])
    for document in documents["payments"]:
        payment_no(xml, document)
    xml.end()
    xml.end()


def norway(planted=True, sources=True):
    """(bytes, expected). planted=False: books in which nothing is wrong; sources=False: without the documents behind them."""
    dice, books, xml = Dice(SEED), Books(), Xml("n1:")
    transactions = transactions_no(dice, planted)
    documents = documents_no(transactions if sources else [])
    findings = {**plant_no(transactions), "SAFT-02": 1, "SAFT-05": 1, "SAFT-06": 1, "SAFT-19": 1} if planted else {}
    for _, _, _, lines in transactions:
        for account, amount, party, _ in lines:
            books.book(account, amount, party)
    xml.begin("AuditFile", ' xmlns:n1="urn:StandardAuditFile-Taxation-Financial:NO"')
    xml.begin("Header")
    xml.texts(AuditFileVersion="1.30", AuditFileCountry="NO", AuditFileDateCreated="2026-01-10", SoftwareCompanyName="Ørneblikk", SoftwareID="OB", SoftwareVersion="2.1")
    xml.begin("Company")
    xml.texts(RegistrationNumber=NO_NUMBER, Name="ACME-NO AS")
    xml.begin("TaxRegistration")
    xml.text("TaxRegistrationNumber", f"{NO_NUMBER}MVA")
    xml.end()
    xml.end()
    xml.text("DefaultCurrencyCode", "NOK")
    xml.begin("SelectionCriteria")
    xml.texts(SelectionStartDate="2025-01-01", SelectionEndDate="2025-12-31")
    xml.end()
    xml.text("TaxAccountingBasis", "A")
    xml.end()
    masters_no(xml, books, dice, planted)
    xml.begin("GeneralLedgerEntries")
    xml.texts(NumberOfEntries=len(transactions), TotalDebit=money(books.debit + planted), TotalCredit=money(books.credit))  # the first is off by one
    xml.begin("Journal")
    xml.texts(JournalID="HB", Description="Hovedbok", Type="GL")
    for number, date, text, lines in transactions:
        xml.begin("Transaction")
        xml.texts(TransactionID=number, Period=int(date[5:7]), PeriodYear=date[:4], TransactionDate=date, SourceID=f"u{number % 7}", Description=text,
                  SystemEntryDate=date, GLPostingDate=date)
        for i, line in enumerate(lines, 1):
            line_no(xml, i, line)
        xml.end()
    xml.end()
    xml.end()
    if sources:
        sources_no(xml, documents, planted)
    xml.end()
    counts = {"accounts": len(ACCOUNTS_NO), "customers": PARTIES_NO, "suppliers": PARTIES_NO, "tax_codes": 2, "transactions": len(transactions),
              "lines": sum(len(lines) for _, _, _, lines in transactions), "unbalanced": 1, "invoices": len(documents["sales"]),
              "purchase_invoices": len(documents["purchases"]), "payments": len(documents["payments"])}
    expected = {"records": counts["accounts"] + 2 * PARTIES_NO + len(transactions) + sum(map(len, documents.values())), "counts": counts, "debit": money(books.debit), "credit": money(books.credit),
                "findings": findings}
    return xml.bytes("UTF-8"), expected


# ---- Portugal ----

SHA1_PREFIX = bytes.fromhex("3021300906052b0e03021a05000414")  # DER of a DigestInfo for SHA-1 (RFC 8017, section 9.2)
KEY_BYTES = 128


class Key:
    """An RSA key of 1,024 bits out of the dice: for samples, and for nothing else."""

    def __init__(self, dice):
        self.exponent = 65537
        while True:
            p, q = self.prime(dice), self.prime(dice)
            if p != q and (p - 1) % self.exponent and (q - 1) % self.exponent and (p * q).bit_length() == 8 * KEY_BYTES:
                break
        self.modulus, self.secret = p * q, pow(self.exponent, -1, (p - 1) * (q - 1))

    @staticmethod
    def prime(dice):
        while True:
            number = int.from_bytes(b"".join(dice.next().to_bytes(8, "big") for _ in range(KEY_BYTES // 16)), "big") | 3 << 8 * KEY_BYTES // 2 - 2 | 1
            if all(pow(base, number - 1, number) == 1 for base in (2, 3, 5, 7, 11)):
                return number

    def sign(self, text):
        """RSASSA-PKCS1-v1_5 over SHA-1, in Base64."""
        digest = SHA1_PREFIX + hashlib.sha1(text.encode()).digest()
        padded = b"\0\1" + b"\xff" * (KEY_BYTES - 3 - len(digest)) + b"\0" + digest
        return base64.b64encode(pow(int.from_bytes(padded, "big"), self.secret, self.modulus).to_bytes(KEY_BYTES, "big")).decode()

    def pem(self):
        def der(tag, content):
            size = len(content)
            length = bytes([size]) if size < 128 else bytes([0x81, size]) if size < 256 else bytes([0x82]) + size.to_bytes(2, "big")
            return bytes([tag]) + length + content

        def whole(number):
            return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))

        algorithm = der(0x30, bytes.fromhex("06092a864886f70d0101010500"))  # rsaEncryption, NULL
        info = der(0x30, algorithm + der(3, b"\0" + der(0x30, whole(self.modulus) + whole(self.exponent))))
        text = base64.b64encode(info).decode()
        rows = "\n".join(text[i:i + 64] for i in range(0, len(text), 64))
        return f"-----BEGIN PUBLIC KEY-----\n{rows}\n-----END PUBLIC KEY-----\n".encode()


def invoices_pt(dice):
    """[(number, day, status, type, customer, [(rate code, amount)], (tax, net, gross))] in the order of each series."""
    found, date = [], 0
    for i in range(INVOICES):
        date = min(date + dice.below(4), 364)
        credit_note = i % 12 == 11
        lines = [(dice.pick(list(RATES_PT)), Decimal(dice.between(500, 80000)) / 100) for _ in range(dice.between(1, 3))]
        net = sum(amount for _, amount in lines)
        tax = cents(sum(amount * RATES_PT[code] / 100 for code, amount in lines))
        series, count = ("NC A", i // 12 + 1) if credit_note else ("FT A", i - i // 12 + 1)
        count += not credit_note and i >= 90  # a gap
        found.append((f"{series}/{count}", day(date), "A" if i == 33 else "N", "NC" if credit_note else "FT", f"C{dice.below(PARTIES_PT) + 1}", lines, (tax, net, net + tax)))
    return found


def customer_pt(xml, number):
    digits = f"50{number:06d}"
    check = 11 - sum(int(digit) * (9 - place) for place, digit in enumerate(digits)) % 11
    xml.begin("Customer")
    xml.texts(CustomerID=f"C{number}", AccountID="Desconhecido", CustomerTaxID=f"{digits}{check if check < 10 else 0}", CompanyName=name_of(number))
    xml.begin("BillingAddress")
    xml.texts(AddressDetail="Rua 1", City="Amostra", PostalCode="1000-001", Country="PT")
    xml.end()
    xml.text("SelfBillingIndicator", 0)
    xml.end()


def lines_pt(xml, kind, lines):
    for i, (code, amount) in enumerate(lines, 1):
        xml.begin("Line")
        xml.texts(LineNumber=i, ProductCode=f"P{i}", ProductDescription=ITEMS[i % len(ITEMS)], Quantity=1, UnitOfMeasure="UN", UnitPrice=money(amount),
                  TaxPointDate="2025-01-01", Description="Artigo")
        xml.text("DebitAmount" if kind == "NC" else "CreditAmount", money(amount))
        xml.begin("Tax")
        xml.texts(TaxType="IVA", TaxCountryRegion="PT", TaxCode=code, TaxPercentage=money(RATES_PT[code]))
        xml.end()
        xml.end()


def totals_pt(xml, tax, net, gross):
    xml.begin("DocumentTotals")
    xml.texts(TaxPayable=money(tax), NetTotal=money(net), GrossTotal=money(gross))
    xml.end()


def sales_pt(xml, invoices, key):
    """Writes them signed; returns (verified, failed, unverified)."""
    before, verified = {}, 0
    for number, date, status, kind, customer, lines, (tax, net, gross) in invoices:
        series, count = number.rsplit("/", 1)
        entered, wrong = f"{date}T12:00:00", number == "FT A/60"
        said = money(gross + (1 if wrong else 0))
        signature = key.sign(f"{date};{entered};{number};{said};{before.get(series, (0, ''))[1]}")
        verified += not wrong and int(count) == before.get(series, (0, ""))[0] + 1
        before[series] = int(count), signature
        xml.begin("Invoice")
        xml.texts(InvoiceNo=number, ATCUD=0)
        xml.begin("DocumentStatus")
        xml.texts(InvoiceStatus=status, InvoiceStatusDate=entered, SourceID="ana", SourceBilling="P")
        xml.end()
        xml.texts(Hash=signature, HashControl=1, Period=int(date[5:7]), InvoiceDate=date, InvoiceType=kind, SourceID="ana", SystemEntryDate=entered, CustomerID=customer)
        lines_pt(xml, kind, lines)
        totals_pt(xml, tax, net, gross + (Decimal("0.02") if number == "FT A/70" else 0))
        xml.end()
    return verified


def receipts_pt(xml, invoices):
    for i, (number, date, _, _, customer, _, (_, _, gross)) in enumerate(invoices, 1):
        xml.begin("Payment")
        xml.texts(PaymentRefNo=f"RG A/{i}", ATCUD=0, TransactionDate=date, PaymentType="RG")
        xml.begin("DocumentStatus")
        xml.texts(PaymentStatus="N", PaymentStatusDate=f"{date}T15:00:00", SourceID="ana", SourcePayment="P")
        xml.end()
        xml.begin("PaymentMethod")
        xml.texts(PaymentMechanism="TB", PaymentAmount=money(gross), PaymentDate=date)
        xml.end()
        xml.texts(SourceID="ana", SystemEntryDate=f"{date}T15:00:00", CustomerID="C99" if i == 5 else customer)
        xml.begin("Line")
        xml.text("LineNumber", 1)
        xml.begin("SourceDocumentID")
        xml.texts(OriginatingON=number, InvoiceDate=date)
        xml.end()
        xml.text("CreditAmount", money(gross))
        xml.end()
        totals_pt(xml, 0, gross, gross)
        xml.end()


def portugal(encoding="Windows-1252"):
    """(bytes, expected, PEM of the public key)."""
    dice, xml = Dice(SEED + 1), Xml("")
    key, invoices = Key(dice), invoices_pt(dice)
    counted = [(kind, lines) for _, _, status, kind, _, lines, _ in invoices if status == "N"]
    debit, credit = (sum((amount for kind, lines in counted if (kind == "NC") is debits for _, amount in lines), Decimal(0)) for debits in (True, False))
    paid = [invoice for invoice in invoices if invoice[2] == "N" and invoice[3] == "FT"][:40]
    # One document's gross is 0.02 more than its net and tax: its signature, which is of the right one, fails as well.
    xml.begin("AuditFile", ' xmlns="urn:OECD:StandardAuditFile-Tax:PT_1.04_01"')
    xml.begin("Header")
    xml.texts(AuditFileVersion="1.04_01", CompanyID=PT_NUMBER, TaxRegistrationNumber=PT_NUMBER, TaxAccountingBasis="F", CompanyName="ACME-PT, Lda. — Demonstração")
    xml.begin("CompanyAddress")
    xml.texts(AddressDetail="Praça da Amostra 1", City="Lisboa", PostalCode="1000-001", Country="PT")
    xml.end()
    xml.texts(FiscalYear=2025, StartDate="2025-01-01", EndDate="2025-12-31", CurrencyCode="EUR", DateCreated="2026-01-10", TaxEntity="Global",
              ProductCompanyTaxID=PT_NUMBER, SoftwareCertificateNumber=1, ProductID="Amostra/ACME", ProductVersion=1)
    xml.end()
    xml.begin("MasterFiles")
    for number in range(1, PARTIES_PT + 1):
        customer_pt(xml, number)
    xml.begin("TaxTable")
    for code, rate in RATES_PT.items():
        xml.begin("TaxTableEntry")
        xml.texts(TaxType="IVA", TaxCountryRegion="PT", TaxCode=code, Description=f"Taxa {code}", TaxPercentage=money(rate))
        xml.end()
    xml.end()
    xml.end()
    xml.begin("SourceDocuments")
    xml.begin("SalesInvoices")
    xml.texts(NumberOfEntries=len(invoices), TotalDebit=money(debit), TotalCredit=money(credit))
    verified = sales_pt(xml, invoices, key) - 1
    xml.end()
    xml.begin("Payments")
    xml.texts(NumberOfEntries=len(paid) + 1, TotalDebit="0.00", TotalCredit=money(sum(invoice[6][2] for invoice in paid)))  # one entry too many
    receipts_pt(xml, paid)
    xml.end()
    xml.end()
    xml.end()
    counts = {"customers": PARTIES_PT, "tax_codes": len(RATES_PT), "invoices": len(invoices), "annulled": 1, "payments": len(paid), "signatures_verified": verified,
              "signatures_failed": 2, "signatures_unverified": 1}
    expected = {"records": PARTIES_PT + len(invoices) + len(paid), "counts": counts, "debit": "0.00", "credit": "0.00",
                "findings": {"SAFT-01": 1, "SAFT-08": 1, "SAFT-14": 1, "SAFT-19": 1, "SAFT-23": 2, "SAFT-24": 1}}
    return xml.bytes(encoding), expected, key.pem()


def write(folder):
    """The three files and what is expected of them: {"saft_no.xml": expected, …}."""
    folder.mkdir(parents=True, exist_ok=True)
    no, expected_no = norway()
    pt, expected_pt, pem = portugal()
    expected = {"saft_no.xml": expected_no, "saft_pt.xml": expected_pt}
    for name, content in (("saft_no.xml", no), ("saft_pt.xml", pt), ("saft_pt_key.pem", pem), ("saft_expected.json", json.dumps(expected, indent=1).encode() + b"\n")):
        (folder / name).write_bytes(content)
    return expected


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write(pathlib.Path(sys.argv[1]))
