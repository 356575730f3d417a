#!/usr/bin/env python3
"""Do the tax rules agree with the official artefacts, case by case?

    tax_agreement.py TAXFLOW [--sets official,documents] [--show N] [--keep DIR]

The cases, UBL and CII, are the official unit tests, whole documents, edited ones, rounding edges, Peppol's unit tests and XRechnung's
mutation tests in the folder that TAXFLOW_CONFORMANCE names. `taxflow validate --json` judges the files; what fires is compared with
what must. Prints a table: for a family of rules and a set, of the firings that are wanted or happen, how many are both.
Exits 1 on a difference that deviations.tsv does not declare, or on a declared one that is none; 77 (skipped) without the data.
--keep writes the documents that differ to DIR.
"""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

from agreement import Declared, Table, family
from cases import BOOKS, SETS, all_cases
from judge import fired, judge

SKIPPED = 77
# What BT-24 names a profile's rules by. A document labelled by them all the same, as fragments of unit tests are, is judged with the profile told.
NAMED_BY = {"peppol": b"urn:fdc:peppol.eu:2017:poacc:billing:3.0<", "xrechnung": b"xrechnung_3.0"}

def claimed_rules(binary):
    told = subprocess.run([binary, "rules", "--json"], capture_output=True, check=True).stdout
    return {rule["id"] for rule in json.loads(told)}


def must_judge(claimed):
    """The standard's rules, Peppol's core and XRechnung's all; of the countries' and PEPPOL-COMMON's those that the build has."""
    always = ("BR", "UBL", "CII", "PEPPOL-EN")
    return lambda rule: rule in claimed or family(rule).startswith(always)


def told_profile(case):
    """The profile to judge by where BT-24 does not say it; "" where it does."""
    for profile, name in NAMED_BY.items():
        if profile in case.wanted or case.set == profile:
            return "" if name in case.text else profile
    return ""


def grouped(cases, sets):
    """{(set, profile): cases}."""
    found = collections.defaultdict(list)
    for case in cases:
        if case.set in sets:
            found[case.set, told_profile(case)].append(case)
    return found


def print_table(table, sets):
    width = 19
    print(f'{"family":16} {"severity":8}', *(f"{name:>{width}}" for name in sets))
    for (name, severity), cells in sorted(table.families().items()):
        print(f"{name:16} {severity:8}", *(f"{told_cell(cells[group]) if group in cells else '–':>{width}}" for group in sets))
    print(f'{"cases, exact":25}', *(f"{told_cases(table.cases[group]):>{width}}" for group in sets))
    print(f'{"cases in all":25}', *(f'{table.cases[group]["all"]:>{width}}' for group in sets))


def told_cell(cell):
    share = 100 * cell["agree"] / cell["fire"]
    return f'{cell["agree"]}/{cell["fire"]}' + (f" {share:6.2f} %" if cell["agree"] < cell["fire"] else "")


def told_cases(tally):
    share = 100 * tally["exact"] / max(1, tally["labelled"])
    return f'{tally["exact"]}/{tally["labelled"]}' + (f" {share:6.2f} %" if tally["exact"] < tally["labelled"] else "")


def print_differences(table, shown):
    rules = collections.Counter((each.kind, each.rule) for each in table.undeclared)
    examples = {}
    for each in table.undeclared:
        examples.setdefault((each.kind, each.rule), f"{each.set}|{each.case}")
    for (kind, rule), count in rules.most_common(shown):
        print(f"{kind:8} {rule:24} {count:5} cases, such as {examples[kind, rule]}")
    if len(rules) > shown:
        print(f"… and {len(rules) - shown} rules more (--show)")


def keep(folder, case, verdict, found):
    folder.mkdir(parents=True, exist_ok=True)
    name = "".join(c if c.isalnum() or c in ".-" else "_" for c in f"{case.set}_{case.name}")[-120:].removesuffix(".xml")
    (folder / f"{name}.xml").write_bytes(case.text)
    told = {"case": case.name, "differs": [f"{each.kind} {each.rule}" for each in found], "answer": verdict.answer, "crash": verdict.crash}
    (folder / f"{name}.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


def compare(binary, cases, table, options, folder):
    for case, verdict in zip(cases, judge(binary, [case.text for case in cases], options)):
        found = table.add(case, fired(verdict), verdict)
        if found and folder:
            keep(folder, case, verdict, found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", metavar="TAXFLOW")
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--show", type=int, default=30)
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR")
    options = parser.parse_args()
    folder = os.environ.get("TAXFLOW_CONFORMANCE")
    if not folder or not (pathlib.Path(folder) / "en16931").is_dir():
        print("skipped: TAXFLOW_CONFORMANCE names no folder with en16931/")
        return SKIPPED
    sets = options.sets.split(",")
    declared = Declared()
    table = Table(must_judge(claimed_rules(options.binary)), declared)
    for (_, profile), cases in grouped(all_cases(folder), sets).items():
        compare(options.binary, cases, table, [f"--set=tax.profiles={profile}"] if profile else [], options.keep)
    print_table(table, sets)
    print_differences(table, options.show)
    for rule, case in declared.stale(sets):
        print(f"declared, but no case differs: {rule} in {case}")
    told = sum(table.not_built.values())
    print(f"not built, and not counted: {told} firings of {len(table.not_built)} rules of countries and PEPPOL-COMMON")
    print(f"{len(table.undeclared)} undeclared differences, {len(declared.used)} of {len(declared.rows)} declared ones met")
    return 1 if table.undeclared or declared.stale(sets) else 0


if __name__ == "__main__":
    sys.exit(main())
