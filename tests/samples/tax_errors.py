"""Planted tax errors: an edit of a clean invoice, and every rule that it breaks.

One edit often breaks several rules; the sets are written out by hand and the generator checks them against judge_tax.py.
"""
from decimal import Decimal

from world import invoice_of, money, one_line


def plain(partner, date):
    return one_line(partner, date, Decimal("312.40"))


def two_lines(partner, date):
    first, second = partner.company.rates
    return invoice_of(partner, date, [("Wartung", "2", "75.25", "S", first), ("Kaffee", "3", "12.90", "S", second)])


def same_rate(partner, date):
    rate = partner.company.rates[0]
    return invoice_of(partner, date, [("Wartung", "2", "75.25", "S", rate), ("Kaffee", "3", "12.90", "S", rate)])


def zero(partner, date):
    return invoice_of(partner, date, [("Ausfuhr", "4", "61.15", "Z", "0")])


def exempt(partner, date):
    return invoice_of(partner, date, [("Heilbehandlung", "3", "82.10", "E", "0"), ("Gutachten", "1", "40.00", "E", "0.00")])


def adjusted(category):
    """An invoice with an allowance and a charge, all of one category."""
    def build(partner, date):
        rate = partner.company.rates[0] if category == "S" else "0"
        return invoice_of(partner, date, [("Beratung", "5", "60.00", category, rate)], allowances=[(Decimal("20.00"), category, rate, "Rabatt")],
                          charges=[(Decimal("9.50"), category, rate, "Fracht")])
    return build


def drop(*path):
    def edit(doc):
        for name in path[:-1]:
            doc = doc[name]
        del doc[path[-1]]
    return edit


def put(value, *path):
    def edit(doc):
        for name in path[:-1]:
            doc = doc[name]
        doc[path[-1]] = value
    return edit


def shift(amount, *paths):
    """Move amounts by the same sum."""
    def edit(doc):
        for path in paths:
            group = doc
            for name in path[:-1]:
                group = group[name]
            group[path[-1]] = money(Decimal(group[path[-1]]) + Decimal(amount))
    return edit


def total(name):
    return ("totals", name)


def row(name, index=0):
    return ("vat_breakdown", index, name)


def split_breakdown(doc):
    """Two rows of one category, half the taxable amount each."""
    first = doc["vat_breakdown"][0]
    half = money(Decimal(first["taxable"]) / 2)
    rest = money(Decimal(first["taxable"]) - Decimal(half))
    doc["vat_breakdown"] = [dict(first, taxable=half), dict(first, taxable=rest)]


def no_numbers(doc):
    del doc["seller"]["vat_id"]


def all_of(*edits):
    def edit(doc):
        for each in edits:
            each(doc)
    return edit


VAT_UP = (total("vat"), total("gross"), total("due"))

# (what is wrong, the clean invoice, the edit, the rules that must be found)
ERRORS = [
    ("no specification", plain, drop("process", "specification"), "BR-01"),
    ("number is blank", plain, put("  ", "number"), "BR-02"),
    ("no issue date", plain, drop("issue_date"), "BR-03"),
    ("type code is empty", plain, put("", "type_code"), "BR-04"),
    ("no currency", plain, drop("currency"), "BR-05"),
    ("seller without name", plain, drop("seller", "name"), "BR-06"),
    ("buyer's name is blank", plain, put(" ", "buyer", "name"), "BR-07"),
    ("seller without address", plain, drop("seller", "address"), "BR-08"),
    ("seller's address is empty", plain, put({}, "seller", "address"), "BR-09"),
    ("buyer without address", plain, drop("buyer", "address"), "BR-10"),
    ("buyer's address without country", plain, drop("buyer", "address", "country"), "BR-11"),
    ("no sum of lines", plain, drop("totals", "line_net"), "BR-12 BR-CO-10 BR-CO-13"),
    ("no net amount", plain, drop("totals", "net"), "BR-13 BR-CO-13 BR-CO-15"),
    ("no gross amount", plain, drop("totals", "gross"), "BR-14 BR-CO-15 BR-CO-16"),
    ("no amount due", plain, drop("totals", "due"), "BR-15 BR-CO-16"),
    ("no lines", plain, put([], "lines"), "BR-16 BR-CO-10 BR-S-01 BR-S-08"),
    ("line without id", two_lines, put("", "lines", 1, "id"), "BR-21"),
    ("line without quantity", two_lines, drop("lines", 0, "quantity"), "BR-22"),
    ("line without unit", two_lines, drop("lines", 0, "unit"), "BR-23"),
    ("line without net amount", two_lines, drop("lines", 1, "net"), "BR-24 BR-CO-10 BR-S-08"),
    ("item without name", two_lines, drop("lines", 1, "item", "name"), "BR-25"),
    ("line without price", two_lines, drop("lines", 0, "price", "net"), "BR-26"),
    ("sum of lines off", plain, shift("10.00", total("line_net")), "BR-CO-10 BR-CO-13"),
    ("sum of allowances off", adjusted("S"), shift("1.00", total("allowances")), "BR-CO-11 BR-CO-13"),
    ("sum of allowances missing", adjusted("Z"), drop("totals", "allowances"), "BR-CO-11 BR-CO-13"),
    ("sum of charges off", adjusted("S"), shift("-0.01", total("charges")), "BR-CO-12 BR-CO-13"),
    ("sum of charges of nothing", plain, put("5.00", "totals", "charges"), "BR-CO-12 BR-CO-13"),
    ("net off, the rest follows", plain, shift("5.00", total("net"), total("gross"), total("due")), "BR-CO-13"),
    ("net off alone", plain, shift("5.00", total("net")), "BR-CO-13 BR-CO-15"),
    ("VAT total off", plain, shift("3.00", *VAT_UP), "BR-CO-14"),
    ("VAT total missing", plain, drop("totals", "vat"), "BR-CO-14 BR-CO-15"),
    ("gross off by a cent", plain, shift("0.01", total("gross"), total("due")), "BR-CO-15"),
    ("amount due off", plain, shift("-40.00", total("due")), "BR-CO-16"),
    ("prepaid amount forgotten", plain, put("100.00", "totals", "prepaid"), "BR-CO-16"),
    ("no breakdown", plain, drop("vat_breakdown"), "BR-CO-18 BR-S-01"),
    ("no totals", plain, drop("totals"), "BR-CO-14 BR-CO-15"),
    ("tax off by one", plain, shift("1.00", row("tax"), *VAT_UP), "BR-CO-17 BR-S-09"),
    ("S: lines of S, breakdown of Z", plain, put("Z", "vat_breakdown", 0, "category"), "BR-S-01 BR-Z-08 BR-Z-09"),
    ("S: seller without tax number", plain, no_numbers, "BR-S-02"),
    ("S: the same with allowance and charge", adjusted("S"), no_numbers, "BR-S-02 BR-S-03 BR-S-04"),
    ("S: line at rate 0", same_rate, put("0", "lines", 1, "vat", "rate"), "BR-S-05 BR-S-08"),
    ("S: line without rate", same_rate, drop("lines", 1, "vat", "rate"), "BR-S-05 BR-S-08"),
    ("S: allowance at rate 0", adjusted("S"), put("0", "allowances", 0, "vat_rate"), "BR-S-06 BR-S-08"),
    ("S: charge at rate 0", adjusted("S"), put("0", "charges", 0, "vat_rate"), "BR-S-07 BR-S-08"),
    ("S: taxable off by less than one", plain, shift("0.99", row("taxable")), ""),
    ("S: taxable off", plain, shift("2.00", row("taxable")), "BR-S-08"),
    ("S: a reason for an exemption", plain, put("none", "vat_breakdown", 0, "exemption_reason"), "BR-S-10"),
    ("E: two breakdowns", exempt, split_breakdown, "BR-E-01 BR-E-08"),
    ("E: seller without tax number", exempt, no_numbers, "BR-E-02"),
    ("E: the same with allowance and charge", adjusted("E"), no_numbers, "BR-E-02 BR-E-03 BR-E-04"),
    ("E: line with a rate", exempt, put("7", "lines", 0, "vat", "rate"), "BR-E-05"),
    ("E: allowance with a rate", adjusted("E"), put("7", "allowances", 0, "vat_rate"), "BR-E-06"),
    ("E: charge without rate", adjusted("E"), drop("charges", 0, "vat_rate"), "BR-E-07"),
    ("E: taxable off by a cent", exempt, shift("0.01", row("taxable")), "BR-E-08"),
    ("E: tax where there is none", exempt, shift("2.00", row("tax"), *VAT_UP), "BR-CO-17 BR-E-09"),
    ("E: no reason", exempt, drop("vat_breakdown", 0, "exemption_reason"), "BR-E-10"),
    ("Z: two breakdowns", zero, split_breakdown, "BR-Z-01 BR-Z-08"),
    ("Z: seller without tax number", zero, no_numbers, "BR-Z-02"),
    ("Z: the same with allowance and charge", adjusted("Z"), no_numbers, "BR-Z-02 BR-Z-03 BR-Z-04"),
    ("Z: line with a rate", zero, put("0.5", "lines", 0, "vat", "rate"), "BR-Z-05"),
    ("Z: allowance without rate", adjusted("Z"), drop("allowances", 0, "vat_rate"), "BR-Z-06"),
    ("Z: charge with a rate", adjusted("Z"), put("20", "charges", 0, "vat_rate"), "BR-Z-07"),
    ("Z: taxable off", zero, shift("-1.00", row("taxable")), "BR-Z-08"),
    ("Z: tax below half", zero, shift("0.40", row("tax"), *VAT_UP), "BR-Z-09"),
    ("Z: a reason for an exemption", zero, put("VATEX-EU-G", "vat_breakdown", 0, "exemption_code"), "BR-Z-10"),
    ("several at once", two_lines, all_of(drop("process", "specification"), drop("lines", 0, "unit"), shift("7.00", total("due"))),
     "BR-01 BR-23 BR-CO-16"),
]

# What is wrong, and the fraud rules it hits as well.
FRAUD = {"tax off by one": "VAT1", "S: taxable off by less than one": "VAT1", "S: taxable off": "VAT1", "E: tax where there is none": "VAT1",
         "Z: tax below half": "VAT1", "S: seller without tax number": "VAT2", "S: the same with allowance and charge": "VAT2"}
