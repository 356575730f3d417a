#!/usr/bin/env python3
"""Does the reader of SAF-T count what the tax authority's own examples hold?

    saft.py TAXFLOW

saft/expected.json of the folder that TAXFLOW_CONFORMANCE names says of each example of Skatteetaten what a correct reader counts: transactions, lines, accounts,
parties, tax codes, what does not add up and what refers to nothing. Every count must be equal; the example of the Cash Register must be refused by name.
Exits 1 where one differs, 77 (skipped) without the data.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SKIPPED = 77
COUNTED = {"transactions": "transactions", "lines": "lines", "unbalanced": "unbalanced", "duplicate_ids": "repeated_numbers", "accounts": "accounts", "customers": "customers",
           "suppliers": "suppliers", "taxcodes": "tax_codes"}
FOUND = {"unknown_accounts": "SAFT-07", "unknown_taxcodes": "SAFT-10", "unknown_customers": "SAFT-08", "unknown_suppliers": "SAFT-09", "tax_mismatch": "SAFT-11",
         "accounts_where_opening_plus_movement_ne_closing": "SAFT-05"}


def audit(binary, path, out):
    return subprocess.run([binary, "audit", "--json", f"--out={out}", path], capture_output=True, text=True, check=False)


def differences(name, expected, row, report):
    summary = row["summary"]
    for key, counted in COUNTED.items():
        if summary["counts"][counted] != expected[key]:
            yield f"{name}: {key}: {summary['counts'][counted]}, expected {expected[key]}"
    for key, rule in FOUND.items():
        wanted = len(expected[key]) if isinstance(expected[key], list) else expected[key]
        if summary["findings"].get(rule, 0) != wanted:
            yield f"{name}: {key}: {rule} {summary['findings'].get(rule, 0)} times, expected {wanted}"
    if not set(expected) <= {*COUNTED, *FOUND}:
        yield f"{name}: {set(expected) - {*COUNTED, *FOUND}} is not compared"
    records = sum(expected[key] for key in ("transactions", "accounts", "customers", "suppliers"))
    if (report["accepted"], report["dead_lettered"]) != (records, 0):
        yield f"{name}: {report['accepted']} records and {report['dead_lettered']} dead letters, expected {records} and 0"


def main(binary):
    folder = os.environ.get("TAXFLOW_CONFORMANCE")
    data = pathlib.Path(folder or "") / "saft"
    if not folder or not (data / "expected.json").is_file():
        print("skipped: TAXFLOW_CONFORMANCE names no folder with saft/expected.json")
        return SKIPPED
    failures = []
    with tempfile.TemporaryDirectory() as out:
        for name, expected in json.loads((data / "expected.json").read_text(encoding="utf8")).items():
            done = audit(binary, data / name, out)
            if done.returncode != 0:
                failures.append(f"{name}: status {done.returncode}: {done.stderr[-500:]}")
                continue
            row = json.loads((pathlib.Path(out) / "files.ndjson").read_text(encoding="utf8"))
            failures += differences(name, expected, row, json.loads(done.stdout))
            print(f"{name}: {row['summary']['counts']['transactions']} transactions, {row['summary']['counts']['lines']} lines, {row['summary']['findings']}")
        for path in data.glob("*Cash_Register*.xml"):
            done = audit(binary, path, out)
            if done.returncode != 65 or "Cash Register" not in done.stderr:
                failures.append(f"{path.name}: status {done.returncode}: {done.stderr[-500:]}")
    print("\n".join(failures) or "all as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
