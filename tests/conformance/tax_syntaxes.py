#!/usr/bin/env python3
"""Does an invoice get the same findings in UBL and in CII?

    tax_syntaxes.py TAXFLOW

XRechnung's business cases exist in both syntaxes, as …_ubl.xml and …_uncefact.xml. What the rules find (the syntax's own findings, class
format, aside) must be the same, by rule and business term, but for what syntax_pairs.tsv declares with the reason. Exits 1 on a
difference that is not declared, or on a declared one that is none; 77 (skipped) without the folder that TAXFLOW_CONFORMANCE names.
"""
import collections
import fnmatch
import os
import pathlib
import sys

from cases import rows
from judge import judge

SKIPPED = 77
SUFFIXES = {"ubl": "_ubl.xml", "cii": "_uncefact.xml"}
DECLARED = pathlib.Path(__file__).resolve().with_name("syntax_pairs.tsv")


def pairs(data):
    """{business case: {syntax: text}} of those that exist in both syntaxes."""
    found = collections.defaultdict(dict)
    for row in rows(data / "en16931" / "full_docs.jsonl"):
        suffix = SUFFIXES[row["syntax"]]
        if row["source"] == "xrechnung-testsuite" and row["file"].endswith(suffix):
            found[row["file"].removesuffix(suffix)][row["syntax"]] = row["xml"].encode("utf-8")
    return {name: texts for name, texts in sorted(found.items()) if len(texts) == len(SUFFIXES)}


def told(verdict):
    """How often each rule found something wrong with each term."""
    if verdict.crash:
        raise AssertionError(verdict.crash)
    return collections.Counter((each["rule"], each.get("bt")) for each in verdict.findings if each["class"] != "format")


def declared():
    lines = DECLARED.read_text(encoding="utf8").splitlines()[1:]
    found = [tuple(line.split("\t")) for line in lines]
    if not all(len(row) == 3 and row[2].strip() for row in found):
        raise ValueError(f"{DECLARED.name}: a row is a rule, a pattern of cases and the reason")
    return found


def main():
    folder = os.environ.get("TAXFLOW_CONFORMANCE")
    if not folder or not (pathlib.Path(folder) / "en16931").is_dir():
        print("skipped: TAXFLOW_CONFORMANCE names no folder with en16931/")
        return SKIPPED
    documents = pairs(pathlib.Path(folder))
    verdicts = {syntax: judge(sys.argv[1], [texts[syntax] for texts in documents.values()]) for syntax in SUFFIXES}
    known, used, wrong = declared(), set(), 0
    for name, ubl, cii in zip(documents, verdicts["ubl"], verdicts["cii"]):
        left, right = told(ubl), told(cii)
        for rule, term in sorted((left - right) + (right - left), key=str):
            row = next((row for row in known if row[0] == rule and fnmatch.fnmatchcase(name, row[1])), None)
            used.add(row)
            if row is None:
                wrong += 1
                print(f"{name}: {rule} of {term}: {left[rule, term]} in UBL, {right[rule, term]} in CII")
    stale = [row for row in known if row not in used]
    for row in stale:
        print(f"declared, but no case differs: {row[0]} in {row[1]}")
    print(f"{len(documents)} business cases in both syntaxes, {wrong} undeclared differences")
    return 1 if wrong or stale or not documents else 0


if __name__ == "__main__":
    sys.exit(main())
