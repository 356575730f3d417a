"""VAT totals and control sums of records, from bookkeeping of their own: what vat.csv, the report's "vat" and run.json must say.

By the README's definitions: a document counts in the month of its tax point (BT-7; BT-8 by its codes; else BT-72, else BT-2), in the country
whose VAT number stands on it, once for each tax, category and rate of its breakdown; what its totals have beyond that is a row of its own, as is
the VAT in the accounting currency. Credit notes are taken off, the highest revision of a record counts.
"""
import collections
import decimal

DOCUMENTS = ("invoice", "credit_note")
DIRECTIONS = ("unknown", "purchase", "sale", "intercompany")
PARTS = ("breakdown", "rest", "accounting")
COLUMNS = ("company", "period", "direction", "country", "tax", "category", "rate", "currency", "part", "documents", "net", "vat")
decimal.getcontext().prec = 80


def money(value):
    return None if value is None else decimal.Decimal(str(value))


def text_of(value):
    """At least two decimals, no other trailing zeros."""
    value = value.quantize(decimal.Decimal("0.01")) if value == value.quantize(decimal.Decimal("0.01")) else value.normalize()
    return f"{value + 0:f}" if value else "0.00"


def plain(value):
    return f"{money(value).normalize():f}" if value is not None else ""


def code_of(text):
    code = (text or "").strip().upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else ""


def number_country(number):
    code = (number or "").strip().upper()[:2]
    code = {"EL": "GR", "UK": "GB"}.get(code, code)
    return code if len(code) == 2 and code.isalpha() and code not in ("EU", "IM") else ""


def address_country(party):
    code = (party.get("address", {}).get("country") or "").strip().upper()
    code = {"EL": "GR", "UK": "GB"}.get(code, code)
    return code if len(code) == 2 and code.isalpha() else ""


def country_of(document, purchase, category):
    seller, buyer = document.get("seller", {}), document.get("buyer", {})
    if purchase and (category or "").strip() in ("AE", "K"):
        return number_country(buyer.get("vat_id")) or address_country(buyer)
    return number_country(document.get("tax_representative", {}).get("vat_id")) or number_country(seller.get("vat_id")) or address_country(seller)


def period_of(document):
    point, code = document.get("tax_point_date"), (document.get("tax_point_code") or "").strip()
    if not point and code in ("432", "72"):
        return "on payment"
    issued, delivered = document.get("issue_date"), document.get("delivery", {}).get("date")
    day = point or (code in ("3", "5") and issued) or delivered or issued or ""
    return day[:7]


def parts_of(body):
    """(key, net, vat) of one document."""
    document, sign = body["invoice"], -1 if body["kind"] == "credit_note" else 1
    direction = body.get("direction", "unknown")
    head = (body["company"].strip(), period_of(document), direction)
    own, totals = code_of(document.get("currency")), document.get("totals", {})
    sums = [decimal.Decimal(0), decimal.Decimal(0)]
    for row in document.get("vat_breakdown", []):
        net, vat = sign * (money(row.get("taxable")) or 0), sign * (money(row.get("tax")) or 0)
        sums = [sums[0] + net, sums[1] + vat]
        yield (*head, country_of(document, direction == "purchase", row.get("category")), (row.get("scheme") or "").strip() or "VAT",
               (row.get("category") or "").strip(), plain(row.get("rate")), own, "breakdown"), net, vat
    country = country_of(document, direction == "purchase", None)
    rest = [sign * money(totals[name]) - had if totals.get(name) is not None else decimal.Decimal(0) for name, had in zip(("net", "vat"), sums)]
    if any(rest):
        yield (*head, country, "", "", "", own, "rest"), *rest
    accounting = code_of(document.get("vat_currency"))
    if totals.get("vat_accounting") is not None and accounting != own:
        yield (*head, country, "", "", "", accounting, "accounting"), decimal.Decimal(0), sign * money(totals["vat_accounting"])


def order(key):
    company, period, direction, country, tax, category, rate, currency, part = key
    month = ("", period) if period == "" else ("~", "") if period == "on payment" else ("0", period)
    return (company.encode(), month, DIRECTIONS.index(direction), country, currency, PARTS.index(part), tax, category, rate != "",
            decimal.Decimal(rate or 0))


def rows(records):
    """records: (identity, body) of all that were accepted. The rows of vat.csv, as dictionaries."""
    newest = {}
    for identity, body in records:
        if identity not in newest or int(str(body.get("revision", 0))) > int(str(newest[identity].get("revision", 0))):
            newest[identity] = body
    found = collections.defaultdict(lambda: [0, decimal.Decimal(0), decimal.Decimal(0)])
    for body in newest.values():
        if body["kind"] not in DOCUMENTS:
            continue
        once = collections.defaultdict(lambda: [decimal.Decimal(0), decimal.Decimal(0)])
        for key, net, vat in parts_of(body):
            once[key] = [once[key][0] + net, once[key][1] + vat]
        for key, (net, vat) in once.items():
            row = found[key]
            found[key] = [row[0] + 1, row[1] + net, row[2] + vat]
    return [dict(zip(COLUMNS, (*key, count, "" if key[-1] == "accounting" else text_of(net), text_of(vat))))
            for key, (count, net, vat) in sorted(found.items(), key=lambda item: order(item[0]))]


def control_sums(bodies):
    """{currency: {amount: text}} of records, as run.json has them."""
    sums = collections.defaultdict(dict)

    def add(currency, name, value, sign=1):
        if value is not None:
            of = sums[code_of(currency)]
            of[name] = of.get(name, decimal.Decimal(0)) + sign * money(value)
    for body in bodies:
        kind = body["kind"]
        if kind in DOCUMENTS:
            for name in ("gross", "net", "vat"):
                add(body["invoice"].get("currency"), name, body["invoice"].get("totals", {}).get(name), -1 if kind == "credit_note" else 1)
        elif kind == "payment":
            add(body["payment"].get("currency"), "paid", body["payment"].get("amount"))
        elif kind == "journal":
            for line in body["journal"]["lines"]:
                add(line.get("currency"), "debit", line.get("debit"))
                add(line.get("currency"), "credit", line.get("credit"))
    return {currency: {name: text_of(value) for name, value in of.items()} for currency, of in sums.items()}
