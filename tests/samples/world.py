"""The invented world of the samples: companies, partners, people, and clean records about them."""
import datetime
from decimal import ROUND_FLOOR, Decimal, getcontext

getcontext().prec = 60
YEAR_START = datetime.date(2025, 1, 1)
DAYS = 365
SPECIFICATION = "urn:cen.eu:en16931:2017"


class Dice:
    """SplitMix64: the same numbers under every version of Python, unlike random.shuffle and friends."""

    def __init__(self, seed):
        self.state = seed & (2**64 - 1)

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & (2**64 - 1)
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
        return z ^ (z >> 31)

    def below(self, n):
        return self.next() % n

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def pick(self, items):
        return items[self.below(len(items))]

    def one_in(self, n):
        return self.below(n) == 0

    def shuffle(self, items):
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]


class Raw(str):
    """A JSON number with characters of its own: 12.50 stays 12.50."""


def cents(value):
    """Round to two decimals, halves toward plus infinity, as the standard's artefacts do."""
    return (value * 100 + Decimal("0.5")).to_integral_value(ROUND_FLOOR) / 100


def money(value):
    return f"{Decimal(value):.2f}"


def day(number):
    return (YEAR_START + datetime.timedelta(days=number)).isoformat()


def digits_sum(number):
    return sum(int(digit) for digit in str(number))


def vat_id(country, number):
    """A VAT id with the check digits of its country, made from a number of at most seven digits."""
    if country == "DE":  # ISO 7064 MOD 11,10
        digits, product = f"9{number:07d}", 10
        for digit in digits:
            total = (int(digit) + product) % 10 or 10
            product = total * 2 % 11
        return f"DE{digits}{(11 - product) % 10}"
    if country == "AT":
        digits = f"{number:07d}"
        total = sum(digits_sum(int(digit) * (1 + place % 2)) for place, digit in enumerate(digits))
        return f"ATU{digits}{(96 - total) % 10}"
    if country == "GB":  # weights 8 to 2, modulo 97
        digits = f"{number:07d}"
        total = sum(int(digit) * (8 - place) for place, digit in enumerate(digits))
        return f"GB{digits}{97 - total % 97:02d}"
    digits = f"55{number:07d}"  # Sweden: Luhn, and the one establishment
    total = sum(digits_sum(int(digit) * (2 - place % 2)) for place, digit in enumerate(digits))
    return f"SE{digits}{-total % 10}01"


def iban(country, number):
    """An IBAN of a country's length with its check digits (ISO 13616-1)."""
    account = {"DE": f"{number:018d}", "AT": f"{number:016d}", "GB": f"TEST{number:014d}", "SE": f"{number:020d}"}[country]
    plain = "".join(str(int(letter, 36)) for letter in account + country)
    return f"{country}{98 - int(plain + '00') % 97:02d}{account}"


class Company:
    def __init__(self, name, country, currency, rates, city):
        self.name, self.country, self.currency, self.rates, self.city = name, country, currency, rates, city
        self.scale = {"SEK": 10}.get(currency, 1)
        self.vat_id = vat_id(country, 1000 * len(name) + ord(name[-1]))


COMPANIES = [
    Company("ACME-DE", "DE", "EUR", ["19", "7"], "Musterstadt"),
    Company("ACME-AT", "AT", "EUR", ["20", "10"], "Beispielort"),
    Company("ACME-UK", "GB", "GBP", ["20", "5"], "Sampleton"),
    Company("ACME-SE", "SE", "SEK", ["25", "12.0"], "Exempelstad"),
]
IN_DOLLARS = {"EUR": Decimal("1.0837"), "GBP": Decimal("1.2641"), "SEK": Decimal("0.0942")}
FIRST = ["Nordlicht", "Grünfeld", "Blaubach", "Hochtal", "Seewind", "Kupferberg", "Lindenhof", "Rotdorn", "Silberquelle", "Winterau",
         "Åsvik", "Fjordal", "Bramble", "Oakmere", "Thistle", "Élan", "Montclair", "Żubrówno", "Kőhegy", "Tormenta"]
SECOND = ["Papier", "Werkzeuge & Söhne", "Logistik", "Software", "Energie", "Möbel", "Druck", "Catering", "Reinigung", "Elektro"]
ITEMS = ["Druckerpapier A4", "Wartung", "Schrauben M8", "Software licence", "Kaffee \"Crema\"", "Beratung", "Frakt", "Strom", "Reinigung",
         "Ersatzteil 7/16\""]


class Partner:
    """A supplier of a company, or a customer."""

    def __init__(self, company, number, kind="supplier"):
        mix = number * 7 + len(company.name) * 3 + ord(company.name[-1])
        self.company, self.number, self.kind = company, number, kind
        self.name = f"{FIRST[mix % len(FIRST)]} {SECOND[(mix // 3) % len(SECOND)]} {number}"
        self.vat_id = vat_id(company.country, 2000000 + number * 11 + ord(company.name[-2]))
        self.iban = iban(company.country, 10000 * number + ord(company.name[-1]))
        self.documents = 0

    def next_number(self):
        """What we send a customer has no gaps; a supplier has other customers."""
        self.documents += 1 if self.kind == "customer" else 4
        forms = ["INV-{n:02d}-{s:04d}", "RE {n}/{s:03d}", "{n}{s:05d}", "F{n}-{s}", "2025.{n}.{s}"]
        return forms[self.number % len(forms)].format(n=self.number, s=self.documents)


def address(country, city):
    return {"line1": "Musterweg 1", "city": city, "postcode": "00000", "country": country}


def trader(name, vat_id, country, city):
    return {"name": name, "vat_id": vat_id, "address": address(country, city)}


def line(number, name, quantity, price, category, rate):
    net = cents(Decimal(quantity) * Decimal(price))
    vat = {"category": category, "rate": rate}
    return {"id": str(number), "quantity": quantity, "unit": "C62", "net": money(net), "price": {"net": price}, "vat": vat,
            "item": {"name": name}}


def allowance(amount, category, rate, reason):
    return {"amount": money(amount), "vat_category": category, "vat_rate": rate, "reason": reason}


def breakdown_of(invoice):
    """One row a category and rate, in the order they are met."""
    rows = {}
    parts = [(1, row["net"], row["vat"]["category"], row["vat"]["rate"]) for row in invoice["lines"]]
    parts += [(-1, row["amount"], row["vat_category"], row["vat_rate"]) for row in invoice.get("allowances", [])]
    parts += [(1, row["amount"], row["vat_category"], row["vat_rate"]) for row in invoice.get("charges", [])]
    for sign, amount, category, rate in parts:
        key = (category, Decimal(rate))
        rows.setdefault(key, [Decimal(0), rate])
        rows[key][0] += sign * Decimal(amount)
    result = []
    for (category, rate), (taxable, text) in rows.items():
        row = {"taxable": money(taxable), "tax": money(cents(taxable * rate / 100)), "category": category, "rate": text}
        if category == "E":
            row["exemption_reason"] = "Exempt under article 132 of directive 2006/112/EC"
        result.append(row)
    return result


def total(rows, member):
    return sum((Decimal(row[member]) for row in rows), Decimal(0))


def complete(invoice, prepaid=None, rounding=None):
    """Fill breakdown and totals so that every sum holds."""
    invoice["vat_breakdown"] = breakdown_of(invoice)
    net = total(invoice["lines"], "net")
    totals = {"line_net": money(net)}
    for member, sign in (("allowances", -1), ("charges", 1)):
        if invoice.get(member):
            amount = total(invoice[member], "amount")
            totals[member] = money(amount)
            net += sign * amount
    vat = total(invoice["vat_breakdown"], "tax")
    totals.update(net=money(net), vat=money(vat), gross=money(net + vat))
    due = net + vat
    if prepaid is not None:
        totals["prepaid"] = money(prepaid)
        due -= Decimal(prepaid)
    if rounding is not None:
        totals["rounding"] = money(rounding)
        due += Decimal(rounding)
    totals["due"] = money(due)
    invoice["totals"] = totals
    return invoice


def invoice_of(partner, date, lines, number=None, sale=False, allowances=(), charges=(), type_code="380", **amounts):
    """A clean invoice: partner sells to the company, or buys from it."""
    company = partner.company
    ours = trader(company.name + " GmbH", company.vat_id, company.country, company.city)
    theirs = trader(partner.name, partner.vat_id, company.country, company.city)
    invoice = {"number": number or partner.next_number(), "issue_date": date, "type_code": type_code, "currency": company.currency,
               "process": {"specification": SPECIFICATION}, "seller": ours if sale else theirs, "buyer": theirs if sale else ours,
               "lines": [line(i + 1, *row) for i, row in enumerate(lines)]}
    if allowances:
        invoice["allowances"] = [allowance(*row) for row in allowances]
    if charges:
        invoice["charges"] = [allowance(*row) for row in charges]
    return complete(invoice, **amounts)


def one_line(partner, date, net, number=None, rate=None, **more):
    """An invoice of one line with this net amount."""
    rate = rate or partner.company.rates[0]
    return invoice_of(partner, date, [("Leistung", "1", money(net), "S", rate)], number, **more)


def payment_of(partner, date, amount, invoices=None, **more):
    payment = {"supplier": partner.vat_id, "account": partner.iban, "amount": money(amount), "currency": partner.company.currency,
               "date": date, **more}
    if invoices is not None:
        payment["invoices"] = [{"number": number} for number in invoices]
    return payment


def record(kind, company, body, direction=None, user=None, approver=None, recorded=None, wait_s=3600, **more):
    """The record around a body. recorded: the day it was entered; approval follows wait_s later."""
    member = "invoice" if kind == "credit_note" else kind
    result = {"kind": kind, "company": company.name}
    if direction:
        result["direction"] = direction
    if user:
        result["user"] = user
    if approver:
        result["approver"] = approver
    if recorded:
        entered = datetime.datetime.fromisoformat(recorded[:10] + "T08:00:00")
        result["recorded_at"] = entered.isoformat() + "Z"
        if approver:
            result["approved_at"] = (entered + datetime.timedelta(seconds=wait_s)).isoformat() + "Z"
    result.update(more)
    result[member] = body
    return result
