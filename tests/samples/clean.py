"""Clean records of every kind: no tax rule fires, no fraud rule hits."""
import datetime
from collections import defaultdict
from decimal import Decimal

from judge_fraud import HOLIDAYS, LIMIT
from world import COMPANIES, DAYS, IN_DOLLARS, ITEMS, Partner, Raw, cents, day, iban, invoice_of, money, payment_of, record

SUPPLIERS, CUSTOMERS, PEOPLE, APPROVERS = 30, 15, 12, 5
REASONS = ["Skonto", "Mengenrabatt", "Treuebonus"]


def is_workday(date):
    """Monday to Friday, no holiday."""
    return datetime.date.fromisoformat(date).weekday() < 5 and date[5:] not in HOLIDAYS


class Calm:
    """Keeps people and suppliers from passing an approval limit together in three days, or from being too busy."""

    def __init__(self):
        self.spent = defaultdict(list)

    def allows(self, keys, date, amount, limit):
        for key in keys:
            near = [a for d, a in self.spent[key] if abs(d - date) <= 6]
            today = [a for d, a in self.spent[key] if d == date]
            if amount <= limit and sum(near) + amount > limit * Decimal("0.9") or len(today) >= 8:
                return False
        for key in keys:
            self.spent[key].append((date, amount if amount <= limit else Decimal(0)))
        return True


class Maker:
    def __init__(self, dice):
        self.dice, self.calm = dice, Calm()
        self.suppliers = {c.name: [Partner(c, n + 1) for n in range(SUPPLIERS)] for c in COMPANIES}
        self.customers = {c.name: [Partner(c, n + 501, "customer") for n in range(CUSTOMERS)] for c in COMPANIES}
        self.references, self.sold = 0, []

    def people(self):
        """Who entered and who approved; now and then nobody wrote it down."""
        user, approver = f"u{self.dice.between(1, PEOPLE)}", f"a{self.dice.between(1, APPROVERS)}"
        lot = self.dice.below(20)
        return (user, None) if lot < 2 else (None, approver) if lot == 2 else (user, approver)

    def amount(self, company, low, high):
        """An amount with cents that is no multiple of ten."""
        return Decimal(self.dice.between(low * 100, high * 100) // 100 * 100 + self.dice.between(1, 99)) / 100 * company.scale

    def around(self, company):
        user, approver = self.people()
        return {"user": user, "approver": approver, "wait_s": self.dice.between(60, 90000)}

    def place(self, company, partner, kind, gross):
        """A day on which this amount is in nobody's way; the people are part of the choice."""
        while True:
            who, date = self.around(company), self.dice.below(DAYS)
            keys = [(kind, company.name, "s", partner.vat_id)] + ([(kind, company.name, who["user"])] if who["user"] else [])
            if self.calm.allows(keys, date, gross, LIMIT[company.currency]):
                return day(date), who

    def lines(self, company, category):
        rates = company.rates if category == "S" else ["0", "0.00"] if category == "E" else ["0"]
        rows = []
        for _ in range(self.dice.between(1, 4)):
            quantity = self.dice.pick(["1", "2", "3", "10", "0.5", "2.25", Raw("4"), Raw("1.50")])
            price = self.dice.pick(["{:.2f}", "{:.3f}", "{:.4f}"]).format(self.amount(company, 2, 55))
            rows.append((self.dice.pick(ITEMS), quantity, price, category, self.dice.pick(rates)))
        return rows

    def decorate(self, doc, account):
        """Terms that no rule of the samples asks for, as real documents have them."""
        dice = self.dice
        if dice.one_in(2):
            doc["due_date"] = doc["issue_date"][:8] + "28"
        if dice.one_in(3):
            doc["buyer_reference"] = f"PO-{dice.below(100000):05d}"
            doc["notes"] = [{"text": "Vielen Dank für Ihren Auftrag — „gern wieder“ \U0001f642"}]
        if dice.one_in(4):
            doc["payment"] = {"means_code": "58", "remittance": doc["number"], "transfers": [{"account": account}]}
        if dice.one_in(20):
            doc["attachments"] = [{"ref": "A1", "file": {"mime": "text/csv", "name": "note.csv", "content": "TGllZmVyc2NoZWlu"}}]
        if dice.one_in(15):
            doc["x_batch"] = {"run": Raw(str(dice.below(1000))), "tags": ["erp", None, True]}

    def document(self, sale, category, credit):
        company = self.dice.pick(COMPANIES)
        partner = self.dice.pick((self.customers if sale else self.suppliers)[company.name])
        lines = self.lines(company, category)
        extra = {}
        rate = lines[0][4]
        if self.dice.one_in(6):
            extra["allowances"] = [(self.amount(company, 1, 4), category, rate, self.dice.pick(REASONS))]
        if self.dice.one_in(6):
            extra["charges"] = [(self.amount(company, 1, 9), category, rate, "Fracht")]
        if self.dice.one_in(12):
            extra["prepaid"] = self.amount(company, 1, 9)
        if self.dice.one_in(12):
            extra["rounding"] = Decimal(self.dice.between(-4, 4)) / 100
        doc = invoice_of(partner, day(0), lines, sale=sale, type_code="381" if credit else "380", **extra)
        gross = Decimal(doc["totals"]["gross"])
        kind = "sale" if sale else "credit_note" if credit else "invoice"
        date, who = self.place(company, partner, kind, gross)
        doc["issue_date"] = date
        if self.dice.one_in(25):
            doc["vat_currency"] = "USD"
            doc["totals"]["vat_accounting"] = money(cents(Decimal(doc["totals"]["vat"]) * IN_DOLLARS[company.currency]))
        self.decorate(doc, iban("DE", 1) if sale else partner.iban)
        if sale:
            self.sold.append((partner, doc))
        direction = "sale" if sale else self.dice.pick(["purchase", "purchase", "purchase", "intercompany", None])
        return record("credit_note" if credit else "invoice", company, doc, direction, recorded=date, **who)

    def number_sales(self):
        """What we sent is numbered as it is dated."""
        for partner, _ in self.sold:
            partner.documents = 0
        for partner, doc in sorted(self.sold, key=lambda sold: sold[1]["issue_date"]):
            old, doc["number"] = doc["number"], partner.next_number()
            if doc.get("payment", {}).get("remittance") == old:
                doc["payment"]["remittance"] = doc["number"]

    def invoice(self):
        lot = self.dice.below(12)
        return self.document(self.dice.one_in(3), "Z" if lot == 0 else "E" if lot == 1 else "S", False)

    def credit_note(self):
        return self.document(self.dice.one_in(3), "S", True)

    def payment(self):
        company = self.dice.pick(COMPANIES)
        partner = self.dice.pick(self.suppliers[company.name])
        amount = self.amount(company, 20, 900) if partner.number % 9 else self.amount(company, 10001, 20000)
        date, who = self.place(company, partner, "payment", amount)
        self.references += 1
        doc = payment_of(partner, date, amount, end_to_end_id=f"E2E-{self.references:06d}")
        lot = self.dice.below(10)
        if lot == 0:
            doc["invoice_number"] = f"S{self.references}"
        elif lot < 8:
            doc["invoices"] = [{"number": f"R{self.references}-{n}"} for n in range(self.dice.between(1, 3))]
        if lot == 3:
            doc["invoices"][0]["amount"] = money(amount)
        if lot == 4:
            doc["amount"] = Raw(doc["amount"])
        if lot == 5:
            doc["date"] += f"T{self.dice.between(8, 17):02d}:15:00+02:00"
        if lot == 6:
            doc["value_date"] = date
        return record("payment", company, doc, self.dice.pick(["purchase", "purchase", None]), recorded=date, **who)

    def journal(self):
        company = self.dice.pick(COMPANIES)
        self.references += 1
        amount, date, who = self.amount(company, 5, 4000), day(self.dice.below(DAYS)), self.around(company)
        vat = cents(amount * Decimal("0.19"))
        partner = self.dice.pick(self.suppliers[company.name])
        lines = [{"account": "4930", "debit": money(amount), "currency": company.currency, "tax_code": "V19", "tax_base": money(amount),
                  "tax_amount": money(vat), "text": self.dice.pick(ITEMS)},
                 {"account": "1576", "debit": money(vat), "currency": company.currency},
                 {"account": "70001", "credit": money(amount + vat), "currency": company.currency, "partner": partner.vat_id,
                  "partner_kind": "supplier"}]
        if self.dice.one_in(3):
            del lines[2]["partner"], lines[2]["partner_kind"]
        doc = {"id": f"J-{self.references:06d}", "type": "GL", "document_date": date, "posting_date": date, "period": date[:7],
               "source": self.dice.pick(["AP", "AR", "GL"]), "text": "Laufende Buchung", "lines": lines}
        manual = self.dice.one_in(8) and is_workday(date)
        return record("journal", company, doc, None, recorded=date, manual=manual, **who)

    def party(self):
        company = self.dice.pick(COMPANIES)
        partner = self.dice.pick(self.suppliers[company.name] + self.customers[company.name])
        self.references += 1
        date = day(self.dice.below(DAYS))
        doc = {"party": partner.vat_id, "kind": partner.kind, "registered_on": "2019-05-17",
               "vat_check": {"status": "valid", "at": f"{date}T07:30:00Z", "reference": f"Q{self.references}"}}
        if self.dice.one_in(2):
            field, old, new = ("account", partner.iban, partner.iban[:-1] + "7") if partner.kind == "customer" else ("address", "Musterweg 1", f"Musterweg {partner.iban[-6:]}")
            doc["changes"] = [{"field": field, "old": old, "new": new, "at": f"{date}T09:12:{self.references % 60:02d}Z",
                               "by": f"u{self.dice.between(1, PEOPLE)}"}]
        return record("party", company, doc)

    def returns(self):
        for company in COMPANIES:
            for month in range(1, 13):
                doc = {"company": company.name, "period": f"2025-{month:02d}", "code": "81", "declared": money(self.amount(company, 900, 90000))}
                yield record("return", company, doc)

    def accounts(self):
        for company in COMPANIES:
            for n in range(15):
                opening = self.amount(company, 0, 5000)
                doc = {"number": str(1000 + 100 * n), "name": f"Konto {n}", "kind": self.dice.pick(["asset", "liability", "expense"]),
                       "standard_code": f"S{n:02d}", "opening": money(opening), "closing": money(opening + self.amount(company, 0, 900))}
                yield record("account", company, doc)
