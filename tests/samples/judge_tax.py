"""EN 16931 rules by their definitions, written a second time: what the samples' bookkeeping rests on.

Source: EN 16931-1:2017, clause 6.4, as CEN's artefact 1.3.16 decides it. Exact decimals throughout. A term that is absent is
None; a comparison with None does not hold, as in XPath.
"""
from decimal import Decimal

from world import cents

PRESENCE = [f"BR-{n:02d}" for n in list(range(1, 17)) + list(range(21, 27))]
CONDITIONS = [f"BR-CO-{n}" for n in range(10, 19)]
CATEGORIES = [f"BR-{c}-{n:02d}" for c in "ESZ" for n in range(1, 11)]
RULES = PRESENCE + CONDITIONS + CATEGORIES + ["TF-15"]
ONE = Decimal(1)


def filled(text):
    return text is not None and text.strip() != ""


def number(group, name):
    text = group.get(name)
    return None if text is None else Decimal(text)


def added(rows, name):
    return sum((Decimal(row[name]) for row in rows if row.get(name) is not None), Decimal(0))


def near(a, b):
    return a is not None and b is not None and abs(a - b) < ONE


class Verdict:
    def __init__(self):
        self.evaluated, self.findings = set(), set()

    def hold(self, rule, holds):
        self.evaluated.add(rule)
        if not holds:
            self.findings.add(rule)


def presence(v, doc):
    seller, buyer, totals = doc.get("seller", {}), doc.get("buyer", {}), doc.get("totals")
    for rule, value in (("BR-01", doc.get("process", {}).get("specification")), ("BR-02", doc.get("number")),
                        ("BR-03", doc.get("issue_date")), ("BR-04", doc.get("type_code")), ("BR-05", doc.get("currency")),
                        ("BR-06", seller.get("name")), ("BR-07", buyer.get("name"))):
        v.hold(rule, filled(value))
    for group_rule, country_rule, party in (("BR-08", "BR-09", seller), ("BR-10", "BR-11", buyer)):
        v.hold(group_rule, "address" in party)
        if "address" in party:
            v.hold(country_rule, filled(party["address"].get("country")))
    if totals is not None:
        for rule, name in (("BR-12", "line_net"), ("BR-13", "net"), ("BR-14", "gross"), ("BR-15", "due")):
            v.hold(rule, name in totals)
    lines = doc.get("lines", [])
    v.hold("BR-16", len(lines) > 0)
    for row in lines:
        v.hold("BR-21", filled(row.get("id")))
        v.hold("BR-22", "quantity" in row)
        v.hold("BR-23", "unit" in row)
        v.hold("BR-24", "net" in row)
        v.hold("BR-25", filled(row.get("item", {}).get("name")))
        v.hold("BR-26", "net" in row.get("price", {}))


def totals_rules(v, doc):
    totals, lines = doc["totals"], doc.get("lines", [])
    v.hold("BR-CO-10", number(totals, "line_net") == cents(added(lines, "net")))
    for rule, name in (("BR-CO-11", "allowances"), ("BR-CO-12", "charges")):
        rows = doc.get(name, [])
        v.hold(rule, (name not in totals and not rows) or number(totals, name) == cents(added(rows, "amount")))
    net = number(totals, "line_net")
    if net is not None and ("allowances" in totals or "charges" in totals):
        net = cents(net - (number(totals, "allowances") or 0) + (number(totals, "charges") or 0))
    v.hold("BR-CO-13", net is not None and number(totals, "net") == net)
    owed, asked = number(totals, "gross"), number(totals, "due")
    if "prepaid" in totals and owed is not None:
        owed = cents(owed - number(totals, "prepaid"))
    if "rounding" in totals and asked is not None:
        asked = cents(asked - number(totals, "rounding"))
    v.hold("BR-CO-16", asked is not None and asked == owed)


def tax_fits(row):
    taxable, tax, rate = number(row, "taxable"), number(row, "tax"), number(row, "rate")
    return None not in (taxable, tax, rate) and near(abs(tax), cents(abs(taxable) * rate / 100))


def whole(value):
    return (value + Decimal("0.5")) // 1


def conditions(v, doc):
    totals, rows = doc.get("totals"), doc.get("vat_breakdown", [])
    if totals is not None:
        totals_rules(v, doc)
    totals = totals or {}
    if rows:
        v.hold("BR-CO-14", number(totals, "vat") == cents(added(rows, "tax")))
    if "currency" in doc:
        vats = [number(totals, "vat")] if "vat" in totals else []
        if "vat_accounting" in totals and doc.get("vat_currency") == doc["currency"]:
            vats.append(number(totals, "vat_accounting"))
        net, gross = number(totals, "net"), number(totals, "gross")
        v.hold("BR-CO-15", len(vats) == 1 and None not in (net, gross) and gross == cents(net + vats[0]))
    for row in rows:
        rate, tax = number(row, "rate"), number(row, "tax")
        if rate is None or whole(rate) == 0:
            v.hold("BR-CO-17", tax is not None and whole(tax) == 0)
        else:
            v.hold("BR-CO-17", tax_fits(row))
    v.hold("BR-CO-18", len(rows) > 0)


class Uses:
    """Lines, allowances and charges of one category, each as (sign, amount, rate)."""

    def __init__(self, doc, category):
        def of(rows, sign, amount, code, rate):
            return [(sign, number(row, amount), rate(row)) for row in rows if (code(row) or "").strip() == category]
        self.lines = of(doc.get("lines", []), 1, "net", lambda r: r.get("vat", {}).get("category"),
                        lambda r: number(r.get("vat", {}), "rate"))
        self.allowances, self.charges = (
            of(doc.get(name, []), sign, "amount", lambda r: r.get("vat_category"), lambda r: number(r, "vat_rate"))
            for name, sign in (("allowances", -1), ("charges", 1)))
        self.all = self.lines + self.allowances + self.charges


def base(uses, rate=None):
    return sum((sign * amount for sign, amount, at in uses if amount is not None and (rate is None or at == rate)), Decimal(0))


def taxable_of_rate(v, rule, row, uses):
    rate, taxable = number(row, "rate"), number(row, "taxable")
    if rate is None:
        return
    at_rate = [use for use in uses.all if use[2] == rate]
    adjusted = [use for use in uses.allowances + uses.charges if use[2] == rate]
    v.hold(rule, bool(at_rate) and near(taxable, base(at_rate)) or bool(adjusted) and near(taxable, base(adjusted)))


def category_rules(v, doc, category):
    uses, taxed = Uses(doc, category), category == "S"
    rows = [row for row in doc.get("vat_breakdown", []) if (row.get("category") or "").strip() == category]
    rule = f"BR-{category}-{{:02d}}".format
    if uses.all or rows:
        v.hold(rule(1), bool(uses.all) and bool(rows) if taxed else len(rows) == 1)
    seller = doc.get("seller", {})
    known = "vat_id" in seller or "tax_id" in seller or "vat_id" in doc.get("tax_representative", {})
    for offset, part in enumerate((uses.lines, uses.allowances, uses.charges)):
        if part:
            v.hold(rule(2 + offset), known)
        for _, _, rate in part:
            v.hold(rule(5 + offset), rate is not None and (rate > 0 if taxed else rate == 0))
    for row in rows:
        if taxed:
            taxable_of_rate(v, rule(8), row, uses)
        else:
            v.hold(rule(8), bool(doc.get("lines")) and number(row, "taxable") == base(uses.all))
        v.hold(rule(9), tax_fits(row) if taxed else number(row, "tax") == 0)
        reason = "exemption_reason" in row or "exemption_code" in row
        v.hold(rule(10), reason == (category == "E"))


def judge(doc):
    """All rules on one invoice: which were evaluated, which do not hold."""
    v = Verdict()
    presence(v, doc)
    conditions(v, doc)
    for category in "ESZ":
        category_rules(v, doc, category)
    return v
