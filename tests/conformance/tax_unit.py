#!/usr/bin/env python3
"""Do the tax rules agree with the official artefact, case by case?

usage: tax_unit.py TAXFLOW        (the binary; TAXFLOW_CONFORMANCE names the folder with en16931/)

Turns the official unit tests, whole invoices, edited invoices and rounding edges (all UBL) into records, runs
`taxflow validate --json` on them and compares, for every rule of EN 16931 that `taxflow rules` lists, whether it fires exactly
where the artefact does. Prints the agreement a rule and a set; exits 1 on a disagreement that deviations.tsv does not
declare, 77 (skipped) without the data.
"""
import collections
import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

from ubl_to_json import CAC, CBC, convert

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
SHOWN_MAX = 500

Case = collections.namedtuple("Case", "set name root fired")


def implemented_rules(binary):
    """Ids of the standard's rules that have a row; BR-CO-25 is no rule of this artefact."""
    done = subprocess.run([binary, "rules", "--json"], capture_output=True, text=True, check=True)
    return [rule["id"] for rule in json.loads(done.stdout)
            if rule.get("profile") == "en16931" and rule["id"].startswith("BR-") and rule["id"] != "BR-CO-25"]


def rows(path):
    with open(path, encoding="utf8") as file:
        for text in file:
            yield json.loads(text)


def without_severity(labels):
    return {label.split(":")[0] for label in labels}


def unit_cases(data):
    for row in rows(data / "unit_ubl.jsonl"):
        yield Case("official unit tests", f'{row["file"]}#{row["test"]}', ElementTree.fromstring(row["xml"]), set(row["fired"]))


def whole_documents(data):
    return [row for row in rows(data / "full_docs.jsonl") if row["syntax"] == "ubl"]


def document_cases(documents):
    for row in documents:
        if "en16931" in row:
            yield Case("whole invoices", row["source"] + "|" + row["file"], ElementTree.fromstring(row["xml"]),
                       without_severity(row["en16931"]))


def find(root, path):
    """The element at /step/step[n]/…, and its parent; (None, None) when there is none."""
    node, parent = root, None
    for step in path.strip("/").split("/")[1:]:
        tag, position = re.fullmatch(r"([^\[]+)(?:\[(\d+)\])?", step).groups()
        tag = tag.replace("cac:", CAC).replace("cbc:", CBC)
        same = [child for child in node if child.tag == tag]
        if len(same) < int(position or 1):
            return None, None
        node, parent = same[int(position or 1) - 1], node
    return node, parent


def edit(root, change):
    """One edit of a row of mutations.jsonl or rounding_edges.jsonl."""
    path, _, attribute = change["xpath"].partition("/@")
    node, parent = find(root, path)
    op = change.get("op", "text")
    if node is None:
        return
    if op == "attr":
        node.set(attribute, change["value"])
    elif op == "rmattr":
        node.attrib.pop(attribute, None)
    elif op in ("rm", "rmpct"):
        parent.remove(node)
    elif op == "dup":
        parent.insert(list(parent).index(node) + 1, copy.deepcopy(node))
    else:
        node.text = change["value"]


def edited_cases(title, path, documents):
    bases = {row["source"] + "|" + row["file"]: row["xml"] for row in documents}
    for number, row in enumerate(rows(path)):
        if row["base"] not in bases or "oracle_error" in row:
            continue
        root = ElementTree.fromstring(bases[row["base"]])
        for change in row.get("edits") or [row]:
            edit(root, change)
        yield Case(title, f'{number}|{row["base"]}', root, without_severity(row["br"]))


def all_cases(data):
    documents = whole_documents(data)
    yield from unit_cases(data)
    yield from document_cases(documents)
    yield from edited_cases("edited invoices", data / "mutations.jsonl", documents)
    yield from edited_cases("rounding edges", data / "rounding_edges.jsonl", documents)


def validate(binary, records):
    """Ids that fired, a record; None where the reader refused it."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "records.ndjson"
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf8")
        done = subprocess.run([binary, "validate", "--json", "--set", "tax.profiles=en16931", str(path)], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{binary} validate ended with {done.returncode}: {done.stderr[-2000:]}")
    fired = [None] * len(records)
    answers = [json.loads(text) for text in done.stdout.splitlines()]
    for place, answer in enumerate(answers, 1):
        number = re.search(r"#(\d+)$", answer["source"])
        if not any(finding["class"] == "format" for finding in answer["findings"]):
            fired[int(number.group(1) if number else place) - 1] = {finding["rule"] for finding in answer["findings"]}
    return fired


def declared_deviations():
    """{(rule, case): reason} of deviations.tsv."""
    declared = {}
    for text in (HERE / "deviations.tsv").read_text(encoding="utf8").splitlines()[1:]:
        rule, case, reason = text.split("\t")
        declared[rule, case.partition("|")[2]] = reason
    return declared


def compare(cases, fired, rules, declared):
    """Tallies and the undeclared differences of cases that were judged."""
    sets = collections.defaultdict(collections.Counter)
    per_rule = collections.defaultdict(collections.Counter)
    differences = []
    for case, got in zip(cases, fired):
        exact = True
        for rule in rules:
            want, have = rule in case.fired, rule in got
            if want == have:
                per_rule[rule]["fires" if want else "holds"] += 1
                continue
            exact = False
            known = (rule, case.name) in declared
            per_rule[rule]["declared" if known else "missed" if want else "false"] += 1
            if not known:
                differences.append(f'{rule} {"missed" if want else "false"} in {case.set}: {case.name}')
        sets[case.set]["exact" if exact else "differs"] += 1
    return sets, per_rule, differences


def print_tables(sets, per_rule, rules):
    print(f'{"rule":10} {"fires":>7} {"holds":>7} {"missed":>7} {"false":>7} {"declared":>9}')
    total = collections.Counter()
    for rule in rules:
        total.update(per_rule[rule])
        print(f"{rule:10}", *(f"{per_rule[rule][name]:7}" for name in ("fires", "holds", "missed", "false")),
              f'{per_rule[rule]["declared"]:9}')
    print(f'{"all":10}', *(f"{total[name]:7}" for name in ("fires", "holds", "missed", "false")), f'{total["declared"]:9}')
    for name, tally in sets.items():
        print(f'{name}: {tally["exact"]} of {tally["exact"] + tally["differs"]} agree in every rule')


def print_left_out(cases, oddities, fired, rules):
    """What the record format cannot say, why, and how many of those agree all the same."""
    reasons, agree = collections.Counter(), collections.Counter()
    for case, odd, got in zip(cases, oddities, fired):
        for reason in odd:
            reasons[case.set, reason] += 1
            agree[case.set, reason] += got is not None and case.fired.intersection(rules) == got.intersection(rules)
    for (name, reason), count in sorted(reasons.items()):
        print(f"not expressible, {name}: {count} {reason}, of which {agree[name, reason]} agree all the same")
    print(f"not expressible: {sum(map(bool, oddities))} of {len(cases)} cases")


def main():
    folder = os.environ.get("TAXFLOW_CONFORMANCE")
    if not folder or not (pathlib.Path(folder) / "en16931").is_dir():
        print("skipped: TAXFLOW_CONFORMANCE names no folder with en16931/")
        return SKIPPED
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    cases = list(all_cases(pathlib.Path(folder) / "en16931"))
    converted = [convert(case.root) for case in cases]
    oddities = [odd for _, odd in converted]
    fired = validate(sys.argv[1], [record for record, _ in converted])
    rules = implemented_rules(sys.argv[1])
    print_left_out(cases, oddities, fired, rules)
    judged = [(case, got) for case, odd, got in zip(cases, oddities, fired) if not odd and got is not None]
    refused = [case.name for case, odd, got in zip(cases, oddities, fired) if not odd and got is None]
    sets, per_rule, differences = compare(*zip(*judged), rules, declared_deviations())
    print_tables(sets, per_rule, rules)
    for text in (["refused: " + name for name in refused] + differences)[:SHOWN_MAX]:
        print(text)
    print(f"{len(judged)} cases, {len(rules)} rules, {len(differences)} undeclared differences, {len(refused)} refused")
    return 1 if differences or refused else 0


if __name__ == "__main__":
    sys.exit(main())
