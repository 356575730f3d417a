"""Edits of a record: what an invoice says, changed a member at a time, before it is written as JSON, UBL or CII.

A path is README's: lines[1].vat.rate, below "invoice". Edits: drop, empty (a group to {}), double (an element of a list), set.
"""
import copy
import re

STEP = re.compile(r"([a-z0-9_]+)|\[(\d+)\]")


def steps(path):
    return [name or int(index) for name, index in STEP.findall(path)]


def at(invoice, path):
    """(what holds the member, its key)."""
    *way, last = steps(path)
    owner = invoice
    for step in way:
        owner = owner[step]
    return owner, last


def edited(record, op, path, value=None):
    """A copy of the record after one edit."""
    record = copy.deepcopy(record)
    owner, key = at(record["invoice"], path)
    if op == "drop":
        del owner[key]
    elif op == "empty":
        owner[key] = {}
    elif op == "double":
        owner.insert(key, copy.deepcopy(owner[key]))
    else:
        owner[key] = value
    return record


def paths(value, path=""):
    """(path, member) of everything below an invoice, groups and elements of lists included."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in pairs:
        place = f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}" if path else key
        yield place, member
        yield from paths(member, place)


NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")
CODES = {"vat_category": ("S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B", "X"), "category": ("S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B", "X"),
         "country": ("DE", "FR", "IT", "XX", "EL"), "origin_country": ("DE", "XX"), "currency": ("EUR", "SEK", "XXY"), "vat_currency": ("EUR", "SEK", "XXY"),
         "type_code": ("380", "381", "389", "326", "999"), "means_code": ("30", "58", "59", "48", "1", "999"), "unit": ("C62", "XPP", "ZZZ"), "base_unit": ("ZZZ",),
         "scheme": ("0088", "9930", "EM", "SEPA", "ABT", "9999"), "list": ("STI", "XYZ"), "mime": ("application/pdf", "text/plain"), "subject_code": ("AAI", "QQQ", "XYQ"),
         "reason_code": ("95", "FC", "999"), "exemption_code": ("VATEX-EU-O", "vatex-eu-ae", "VATEX-NONE"), "tax_point_code": ("3", "35", "432", "9"),
         "pan": ("12345678901", "1234567890", "1234567890123456"), "gross": ("-0.01",), "vat_id": ("DE136695976", "136695976", "XX136695976", "EL123456783")}


# What a record may not say yet.
MORE = (("tax_point_date", "2026-03-02"), ("tax_point_code", "3"), ("vat_currency", "SEK"), ("period", {}), ("period", {"end": "2026-02-28"}), ("delivery", {}),
        ("payee", {}), ("payee", {"name": "Nordlicht"}), ("tax_representative", {}), ("seller.vat_id", "DE136695976"), ("seller.tax_id", "22/815"), ("buyer.vat_id", "FR40303265045"),
        ("totals.rounding", "0.01"), ("totals.rounding", "0.005"), ("totals.prepaid", "1.00"), ("totals.allowances", "1.00"), ("totals.charges", "0.00"), ("totals.vat_accounting", "1.00"),
        ("allowances", [{}]), ("charges", [{"amount": "0.00"}]), ("lines[0].allowances", [{"amount": "1.00"}]), ("lines[0].charges", [{"reason_code": "FC"}]), ("lines[0].charges", [{"amount": "0.00"}]), ("lines[0].period", {}),
        ("lines[0].item.attributes", [{"name": "Size"}]), ("lines[0].item.standard_id", {"id": "4006381333931"}), ("lines[0].item.class_ids", [{"id": "1"}]), ("preceding", [{}]),
        ("attachments", [{}]), ("vat_breakdown[0].rate", "0"), ("vat_breakdown[0].exemption_reason", "because"), ("lines[0].vat.rate", "0"), ("payment", {}),
        ("payment", {"means_code": "58", "transfers": [{}]}), ("payment", [{"means_code": "30", "transfers": [{"account": "1"}]}, {"means_code": "58"}]))


def additions(invoice):
    """(path, value) of what an invoice does not say and could."""
    for path, value in MORE:
        try:
            owner, key = at(invoice, path)
        except (KeyError, IndexError):
            continue
        if key not in owner:
            yield path, value


def near(value):
    """Numbers that just pass or just fail beside this one."""
    whole, _, fraction = value.partition(".")
    yield from ("0", f"-{value}", f"{value}{'' if fraction else '.'}0", f"{whole}.{fraction or '00'}5", f"{int(whole) + 1}.{fraction}" if fraction else str(int(whole) + 1))
    yield from (f"{int(whole) + 2}.{fraction or '00'}", f"{whole}.{int(fraction or 0) ^ 1:02}")


def variants(path, member):
    """Edits worth trying at a place: (op, value)."""
    name = steps(path)[-1]
    if isinstance(name, int):
        yield "double", None
    yield "drop", None
    if isinstance(member, dict):
        yield "empty", None
    if not isinstance(member, str):
        return
    yield from (("set", value) for value in ("", " ") if member != value)
    yield from (("set", value) for value in CODES.get(name, ()) if value != member)
    if name in CODES and name != "gross":
        return
    if DATE.match(member):
        yield from (("set", value) for value in ("2025-12-31", "2026-12-31"))
    elif NUMBER.match(member) and name not in ("id", "pan", "phone"):
        yield from (("set", value) for value in near(member) if value != member)
