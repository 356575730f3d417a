"""The standards' own cases, from the folder that TAXFLOW_CONFORMANCE names, as documents with what must fire.

A case holds `wanted`: for each rule book that labels it (BOOKS) the ids that must fire and no others of that book. Rows without a label
are cases as well: they must be judged, whatever the verdict.
"""
import collections
import json
import pathlib
import re

from xml_text import Document, edited

# What belongs to a rule book. The official artefact has BR-*, the syntax rules of UBL and those of CII; XRechnung repeats some of Peppol's.
BOOKS = {
    "en16931": re.compile(r"BR-(?!DE-|DEX-|TMP-)|UBL-|CII-"),
    "core": re.compile(r"BR-(?!DE-|DEX-|TMP-)"),
    "syntax": re.compile(r"UBL-|CII-"),
    "peppol": re.compile(r"PEPPOL-"),
    "xrechnung": re.compile(r"BR-DE-|BR-DEX-|BR-TMP-|PEPPOL-"),
}
SETS = ("official", "documents", "mutations", "edges", "peppol", "xrechnung")

# wanted: {book: ids}; severities: {id: severity} where the label tells; named: {id: must fire} where only some are told.
Case = collections.namedtuple("Case", "set name syntax text wanted severities named")


def rows(path):
    with open(path, encoding="utf8") as file:
        for line in file:
            yield json.loads(line)


def case(group, name, syntax, text, labels=None, named=None):
    """labels: {book: [id or "id:severity"]}."""
    wanted, severities = {}, {}
    for book, told in (labels or {}).items():
        wanted[book] = {label.split(":")[0] for label in told}
        severities.update(label.replace("information", "info").split(":") for label in told if ":" in label)
    text = text if isinstance(text, bytes) else text.encode("utf-8")
    return Case(group, name, syntax, text, wanted, severities, named or {})


def expectations(row):
    """{id: must fire} of a row of unit tests, which name the rule that they are about."""
    return {told["rule"]: told["kind"] != "success" for told in row.get("expect", ())}


def syntax_of(row):
    return "cii" if row["doc"] == "CrossIndustryInvoice" else "ubl"


def unit_cases(data):
    for file in ("unit_ubl.jsonl", "unit_cii.jsonl"):
        for row in rows(data / "en16931" / file):
            yield case("official", f'{row["file"]}#{row["test"]}', syntax_of(row), row["xml"], {"en16931": row["fired"]}, expectations(row))


def name_of(row):
    return row["source"] + "|" + row["file"]


def whole_documents(data):
    """{name: row} of the complete invoices, which the edited ones start from."""
    return {name_of(row): row for row in rows(data / "en16931" / "full_docs.jsonl")}


def document_cases(documents):
    for name, row in documents.items():
        yield case("documents", name, row["syntax"], row["xml"], {book: row[book] for book in ("en16931", "peppol", "xrechnung") if book in row})


class Bases:
    """Whole documents, indexed once each, however many edits start from them."""

    def __init__(self, documents):
        self.documents, self.indexed = documents, {}

    def edited(self, row):
        name = row["base"]
        if name not in self.indexed:
            self.indexed[name] = Document(self.documents[name]["xml"])
        document = self.indexed[name]
        for change in row.get("edits", [])[:-1]:
            document = Document(edited(document, change))
        return edited(document, row["edits"][-1] if "edits" in row else row)


def mutation_cases(data, bases):
    for number, row in enumerate(rows(data / "en16931" / "mutations.jsonl")):
        yield case("mutations", f'{number}|{row["base"]}', row["syntax"], bases.edited(row), {"core": row["br"], "syntax": row["syn"]})


def edge_cases(data, bases):
    for number, row in enumerate(rows(data / "en16931" / "rounding_edges.jsonl")):
        labels = {} if "oracle_error" in row else {"core": row["br"], "syntax": row["syn"]}
        yield case("edges", f'{number}|{row["base"]}', "ubl", bases.edited(row), labels)


def peppol_cases(data):
    for row in rows(data / "peppol" / "unit.jsonl"):
        labels = {"peppol": row["fired"]} if "fired" in row else {}
        yield case("peppol", f'{row["file"]}#{row["test"]}', syntax_of(row), row["xml"], labels, expectations(row))


def xrechnung_cases(data, bases):
    for number, row in enumerate(rows(data / "xrechnung" / "xmute.jsonl")):
        labels = {"xrechnung": row["fired"]} if "fired" in row else {}
        yield case("xrechnung", f'{number}|{row["base"]}', row["syntax"], bases.edited(row), labels, expectations(row))


def all_cases(data):
    data = pathlib.Path(data)
    documents = whole_documents(data)
    bases = Bases(documents)
    yield from unit_cases(data)
    yield from document_cases(documents)
    yield from mutation_cases(data, bases)
    yield from edge_cases(data, bases)
    yield from peppol_cases(data)
    yield from xrechnung_cases(data, bases)
