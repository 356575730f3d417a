#!/usr/bin/env python3
"""Writes own/edits.tsv: edits of our records with what the official artefact says about each. For developers; fetches the artefact (oracle.py).

    own_labels.py [--all FILE]       --all: every edit there is, some thousands, for a run of tax_own.py --rows FILE

Kept are, for each rule and syntax, edits that break it (KEPT of them, of different members where there are such), one that comes near without breaking
it, and a few of those in which UBL and CII fare differently.
"""
import argparse
import collections
import json
import pathlib

from oracle import Oracle, Refused
from record_edit import additions, at, edited, paths, variants
from tax_own import NOT_SAID, ROWS, WRITERS, records

KEPT = 3
# Members that stand in XML as attributes of another one, and are lost with it.
CARRIED = {"quantity": "unit", "base_quantity": "base_unit", "means_code": "means_text", "id": "scheme"}
Labelled = collections.namedtuple("Labelled", "record op path value ubl cii")


def edits(records_by_name):
    """(name, op, path, value) of every edit."""
    for name, record in records_by_name.items():
        for path, member in paths(record["invoice"]):
            yield from ((name, op, path, value) for op, value in variants(path, member))
        yield from ((name, "set", path, value) for path, value in additions(record["invoice"]))


def says_it(write, base, op, path, value):
    """Whether a syntax has words for the edit: the text changes, and an empty group differs from none."""
    owner, key = at(base["invoice"], path)
    if op == "drop" and key in CARRIED and CARRIED[key] in owner:
        return False
    text = write(edited(base, op, path, value))
    if op == "empty" or value == {}:
        owner = base if op == "set" else edited(base, "drop", path)
        return text != write(owner)
    return text != write(base)


def label(oracle, base, edit):
    """The rules of EN 16931 that fire in each syntax; None where it cannot say the edit, or the artefact gives up."""
    found = {}
    for syntax in ("ubl", "cii"):
        found[syntax] = None
        if says_it(WRITERS[syntax], base, *edit[1:]):
            try:
                rules = oracle.fired(WRITERS[syntax](edited(base, *edit[1:])), "en16931", syntax)
            except Refused:
                continue
            found[syntax] = frozenset(rule for rule in rules if rule.startswith("BR-"))
    return Labelled(*edit, found["ubl"], found["cii"])


def breaking(labelled):
    """For each rule and syntax edits that break it: KEPT of them, of different members first."""
    kept, fires, members = [], collections.Counter(), collections.defaultdict(set)
    for elsewhere in (True, False):
        for row in sorted(labelled, key=lambda row: len(row.ubl or ()) + len(row.cii or ())):
            told = [(syntax, rule) for syntax, rules in (("ubl", row.ubl), ("cii", row.cii)) for rule in rules or ()]
            if row not in kept and any(fires[each] < KEPT and not (elsewhere and row.path in members[each]) for each in told):
                kept.append(row)
                fires.update(told)
                for each in told:
                    members[each].add(row.path)
    return kept


def chosen(labelled):
    """The fewest that tell each rule, its near misses and the difference of the syntaxes."""
    kept = breaking(labelled)
    known = {row.path.rsplit(".", 1)[-1] for row in kept}
    near, apart = {}, {}
    for row in labelled:
        if row in kept:
            continue
        if row.ubl == row.cii == frozenset() and row.path.rsplit(".", 1)[-1] in known:
            near.setdefault((row.record, row.path), row)
        elif row.ubl is not None and row.cii is not None and row.ubl != row.cii:
            apart.setdefault(frozenset(row.ubl ^ row.cii), row)
    return kept + list(near.values()) + list(apart.values())


def write(path, rows):
    lines = ["record\tedit\tpath\tvalue\tubl\tcii"]
    for row in rows:
        told = (NOT_SAID if rules is None else " ".join(sorted(rules)) for rules in (row.ubl, row.cii))
        lines.append("\t".join((row.record, row.op, row.path, json.dumps(row.value) if row.value is not None else "", *told)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", type=pathlib.Path)
    options = parser.parse_args()
    oracle, bases = Oracle(), records()
    labelled = [label(oracle, bases[edit[0]], edit) for edit in edits(bases)]
    labelled = [row for row in labelled if row.ubl is not None or row.cii is not None]
    write(options.all or ROWS, labelled if options.all else chosen(labelled))


if __name__ == "__main__":
    main()
