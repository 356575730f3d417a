#!/usr/bin/env python3
"""Which fraud rule says what of which format: conf/samples/COVERAGE.md, measured by running the program over conf/samples/foreign/.

    tests/samples/coverage.py TAXFLOW            write the table anew
    tests/samples/coverage.py TAXFLOW --check    exit 1 when the table differs, a cell is empty without a reason, or a rule fires nowhere

Kinds of records come from the rules' rows (fraud_rules.def), those of a file from expected.json, all else from the program's own report.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "conf" / "samples" / "foreign"
TABLE = ROOT / "conf" / "samples" / "COVERAGE.md"
ROWS = ROOT / "src" / "rules" / "fraud" / "fraud_rules.def"
LIMIT_S = 120
OF_SALES = ("SEQ1", "SEQ2")                  # of what the company issues; most others ask of money that goes out
OF_POPULATIONS = ("BEN1", "BEN2", "BEN3")    # told of groups, not of records: groups.ndjson
JUDGED = {"BNK1": {"payment"}, "MTIC1": {"invoice"}, "VAT2": {"invoice"}, "REC1": {"return"}}  # the other kinds of their rows they only remember
NO_KIND, NO_JUDGED, NO_SALE, NO_SPEND, NO_SUPPLIER, NO_GROUP = "·", "·r", "·s", "·p", "·c", "·g"
HEAD = f"""# Which rule says what of which format

Made by `tests/samples/coverage.py` from what the program says of `conf/samples/foreign/`; `ctest -R lint.coverage` fails where it is out of date.

- **3**/622 — the rule fires: 3 hits among 622 records it could judge
- 622 — it could judge all 622 records it applies to, and nothing is there to be found
- 545/623 number — it judged 545 of 623; for the others that field is missing, or what is named is, and the answer is unknown, which is never "clear"
- {NO_KIND} — the file holds no record of the kinds the rule asks of
- {NO_JUDGED} — what the file holds the rule remembers, to judge others by it: give both files to one run, or to runs with the same `--state`
- {NO_SALE} — it asks of what the company issues, and the file has no sales
- {NO_SPEND} — it asks of money that goes out, and the file has sales alone
- {NO_SUPPLIER} — it asks of suppliers and employees, and the parties of the file are customers
- {NO_GROUP} — it asks of whole populations (of 1,000 amounts, BEN2 of 5,000 from ten on), and the file has none so large that deviates
"""


def rule_kinds():
    """rule -> kinds of records it asks of, in the order of the rows."""
    text = re.sub(r"(?m)^(#.*|/?[ *].*\*/.*)$", "", ROWS.read_text(encoding="utf-8"))
    found = {}
    for match in re.finditer(r"(?m)^TF_FRAUD_(?:TALLY_|GROUP_)?RULE\((\w+),(.*?)(?=^TF_FRAUD_|\Z)", text, re.DOTALL | re.MULTILINE):
        kinds = re.findall(r"KIND\((\w+)\)", match.group(2))
        if kinds:
            found[match.group(1)] = {kind.lower() for kind in kinds}
    return found


def reports(program):
    """sample -> (its entry of expected.json, the program's report, rules that told of groups)."""
    found = {}
    for name, told in json.loads((FOLDER / "expected.json").read_text(encoding="utf-8")).items():
        with tempfile.TemporaryDirectory(prefix="taxflow-coverage-") as out:
            command = [program, "audit", "--json", f"--out={out}/out", *(text.format(FOLDER) for text in told["settings"]), *(str(FOLDER / each) for each in told["given"])]
            done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, cwd=ROOT, check=False)
            if done.returncode != 0:
                sys.exit(f"{name}: status {done.returncode}: {done.stderr[-1000:]}")
            groups = pathlib.Path(out, "out", "groups.ndjson").read_text(encoding="utf-8").splitlines()
            found[name] = told, json.loads(done.stdout), {json.loads(row)["rule"] for row in groups}
    return found


def reason(rule, kinds, holds):
    """Why a rule was asked of no record; "" when nobody knows."""
    shared = kinds & {each.split()[0] for each in holds}
    if not shared:
        return NO_KIND
    judged = shared & JUDGED.get(rule, kinds)
    if not judged:
        return NO_JUDGED
    if rule in OF_SALES:
        return "" if any(each.endswith(" sale") for each in holds) else NO_SALE
    spends = {each.split()[0] for each in holds if not each.endswith(" sale")}
    if rule == "BNK2" and judged & spends == {"party"}:
        return NO_SUPPLIER
    return "" if judged & spends else NO_SPEND


def cell(rule, kinds, told, report, groups):
    """(text, whether it fires)."""
    if rule in OF_POPULATIONS:
        applies = kinds & {each.split()[0] for each in told["holds"]}
        return ("**told**", True) if rule in groups else (NO_GROUP if applies else NO_KIND, False)
    row = report["rules"][rule]
    asked, gap = row["evaluated"] + row["unknown"], report.get("not_evaluated", {}).get(rule)
    if asked == 0:
        return reason(rule, kinds, told["holds"]), False
    text = f"{row['evaluated']}/{asked}" if row["unknown"] else f"{asked}"
    if row["hit"]:
        text = f"**{row['hit']}**/{text}"
    if row["unknown"]:
        why = wanted(gap) if gap else ""
        return (f"{text} {why}" if why else "", row["hit"] > 0)
    return text, row["hit"] > 0


def wanted(gap):
    """What is missing, in the program's words."""
    rest = gap["words"].rpartition("for want of: ")[2] if gap["other"] else ""
    return "; ".join(filter(None, [", ".join(sorted(gap["missing"])), rest]))


def lacks(found):
    """Per file the fields that are missing, and of which rules."""
    rows = []
    for name, (_, report, _) in found.items():
        fields = {}
        for rule, gap in report.get("not_evaluated", {}).items():
            for field, count in gap["missing"].items():
                whole = count == report["rules"][rule]["evaluated"] + report["rules"][rule]["unknown"]
                fields.setdefault((field, "everywhere" if whole else "in some"), []).append(rule)
            if gap["other"]:
                fields.setdefault((wanted({**gap, "missing": {}}), "in some"), []).append(rule)
        text = "; ".join(f"{field} {where} ({', '.join(rules)})" for (field, where), rules in sorted(fields.items()))
        rows.append(f"| {name} | {text or 'nothing'} |")
    return rows


def render(found, kinds):
    """(the document, what is wrong with it)."""
    names, wrong, lines = list(found), [], []
    for rule in kinds:
        cells = {name: cell(rule, kinds[rule], *found[name]) for name in names}
        wrong += [f"{rule} of {name}: no records, or unknown, and no reason why" for name, (text, _) in cells.items() if not text]
        if not any(fires for _, fires in cells.values()):
            wrong.append(f"{rule} fires from no file")
        lines.append(f"| {rule} | " + " | ".join(text for text, _ in cells.values()) + " |")
    held = [f"| {name} | {', '.join(f'`{each}`' for each in told['given'])} | {', '.join(told['holds'])} | {report['received']} |" for name, (told, report, _) in found.items()]
    parts = [HEAD, "| rule | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|", *lines, "\n## What the files hold\n", "| name | files | records | lines |",
             "|---|---|---|---|", *held, "\n## What they lack\n", "Fields whose absence leaves rules without an answer. A map can name a column for each of them.\n",
             "| name | fields, and the rules that are unknown without them |", "|---|---|", *lacks(found)]
    return "\n".join(parts) + "\n", wrong


def main():
    parser = argparse.ArgumentParser(description="Write conf/samples/COVERAGE.md, or compare it with what would be written.")
    parser.add_argument("program")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    found, kinds = reports(arguments.program), rule_kinds()
    listed = json.loads(subprocess.run([arguments.program, "rules", "--json"], capture_output=True, text=True, timeout=LIMIT_S, check=True).stdout)
    missing = {row["id"] for row in listed if row["role"] == "fraud"} ^ set(kinds)
    text, wrong = render(found, kinds)
    wrong += [f"{rule}: no row of {ROWS.name}, or no rule of the program" for rule in sorted(missing)]
    if not arguments.check:
        TABLE.write_text(text, encoding="utf-8")
    elif not TABLE.exists() or TABLE.read_text(encoding="utf-8") != text:
        wrong.append(f"{TABLE} is not what the program says; run tests/samples/coverage.py TAXFLOW")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
