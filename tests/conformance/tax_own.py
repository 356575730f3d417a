#!/usr/bin/env python3
"""Do records of ours, edited a member at a time and written as JSON, UBL and CII, fire what they must, and the same in all three?

    tax_own.py TAXFLOW [--show N] [--forms json,ubl,cii] [--rows FILE]

own/*.json are whole records without a fault. Each row of own/edits.tsv names one, an edit of it, and the rules of EN 16931 that fire then in UBL (JSON is
judged alike) and in CII; "-" where a syntax cannot say that. Runs anywhere. What our own rules find (TF-*) must be the same in all three.
own_labels.py writes the rows; deviations.tsv declares (case "own|RECORD: EDIT").
"""
import argparse
import collections
import json
import pathlib
import sys

import write_cii
import write_ubl
from agreement import Declared, Difference
from cases import BOOKS
from judge import fired, judge
from record_edit import edited

HERE = pathlib.Path(__file__).resolve().parent / "own"
ROWS = HERE / "edits.tsv"
NOT_SAID = "-"
FORMS = ("json", "ubl", "cii")
# In XML every amount names a currency; in a record BT-5 is that of all, which BR-05 and BR-CL-04 judge.
NOT_IN_JSON = {"BR-CL-03"}
WRITERS = {"json": lambda record: json.dumps(record, ensure_ascii=False), "ubl": write_ubl.document, "cii": write_cii.document}

Row = collections.namedtuple("Row", "record op path value ubl cii")


def records():
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.json"))}


def read_rows(path):
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        record, op, path, value, ubl, cii = line.split("\t")
        yield Row(record, op, path, json.loads(value) if value else None, *(None if told == NOT_SAID else set(told.split()) for told in (ubl, cii)))


def written(rows, bases, forms):
    """{form: [(row, record in that form)]}; a form that cannot say the edit is left out."""
    found = {form: [] for form in forms}
    for row in rows:
        record = edited(bases[row.record], row.op, row.path, row.value) if row.op else bases[row.record]
        for form in forms:
            if form == "json" or getattr(row, form) is not None:
                found[form].append((row, WRITERS[form](record).encode("utf-8")))
    return found


def told(row):
    return f"{row.record}: {row.op} {row.path}" + (f" = {row.value!r}" if row.op == "set" else "")


def compare(form, row, verdict):
    """(rule, what is wrong) of one document."""
    if verdict.crash:
        yield "crash", verdict.crash
    wanted = row.cii if form == "cii" else row.ubl
    got = {rule for rule in fired(verdict) if BOOKS["core"].match(rule)}
    if wanted is not None and form == "json":
        wanted, got = wanted - NOT_IN_JSON, got - NOT_IN_JSON
    if wanted is not None:
        yield from ((rule, f"missed in {form}") for rule in sorted(wanted - got))
        yield from ((rule, f"false in {form}") for rule in sorted(got - wanted))


def own_findings(verdict):
    return {rule for rule in fired(verdict) if rule.startswith("TF-")}


def different(own):
    """Edits for which our own rules say different things in different forms."""
    for forms in own.values():
        found = [rules for rules, _ in forms.values()]
        if any(rules != found[0] for rules in found):
            yield "TF", f"{ {form: sorted(rules) for form, (rules, _) in forms.items()} }: {told(next(iter(forms.values()))[1])}"


def check(options):
    rows, bases, forms = list(read_rows(options.rows)), records(), options.forms.split(",")
    declared = Declared()
    rows = [Row(name, "", "", None, set(), set()) for name in bases] + rows
    faults, own, checked = [], collections.defaultdict(dict), collections.Counter()
    for form, documents in written(rows, bases, forms).items():
        verdicts = judge(options.binary, [text for _, text in documents], suffix=".json" if form == "json" else ".xml")
        for (row, _), verdict in zip(documents, verdicts):
            checked[form] += 1
            faults += [(rule, f"{wrong}: {told(row)}") for rule, wrong in compare(form, row, verdict) if not declared.has(Difference(wrong, rule, "own", told(row)))]
            if verdict.answer.get("checked"):  # else it could not be read: a record refuses a text where a number must be, XML has a finding there
                own[row[:3] + (json.dumps(row.value),)][form] = own_findings(verdict), row
    faults += different(own)
    rules = collections.Counter(rule for row in rows for rule in (row.ubl or set()) | (row.cii or set()))
    print(f"{len(rows)} records, as {', '.join(f'{form} {count}' for form, count in checked.items())}; {len(rules)} rules fire, "
          f"{sum(count >= 2 for count in rules.values())} of them at least twice")
    for (rule, wrong) in faults[:options.show]:
        print(f"{rule}: {wrong}")
    stale = declared.stale(("own",)) if options.rows == ROWS and set(forms) == set(FORMS) else []
    for rule, case in stale:
        print(f"declared, but nothing differs: {rule} in {case}")
    print(f"{len(faults)} undeclared faults, {len(declared.used)} declared ones met")
    return 1 if faults or stale else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", metavar="TAXFLOW")
    parser.add_argument("--show", type=int, default=40)
    parser.add_argument("--forms", default=",".join(FORMS))
    parser.add_argument("--rows", type=pathlib.Path, default=ROWS)
    options = parser.parse_args()
    return check(options)


if __name__ == "__main__":
    sys.exit(main())
