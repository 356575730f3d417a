#!/usr/bin/env python3
"""Does `taxflow taxid` know right tax numbers from wrong ones, kind by kind?

    tax_ids.py TAXFLOW

The cases are taxid/vectors.jsonl and gobl/taxid_vectors.jsonl of the folder that TAXFLOW_CONFORMANCE names. Prints the agreement a kind that is
not whole and in all, and how often the reason is the same kind of reason. Exits 1 on a difference that deviations.tsv does not declare
(rule "taxid", case "ids|COUNTRY KIND NUMBER"), 77 (skipped) without the data.
"""
import collections
import os
import pathlib
import subprocess
import sys

from agreement import Declared, Difference
from cases import rows

SKIPPED, SHOWN = 77, 40
# What GOBL calls the tax id of a country that has no kind named vat here, or means another by it.
GOBL_KINDS = {"AR": "cuit", "BR": "cnpj", "CO": "nit", "IN": "gstin", "MX": "rfc", "SG": "uen"}


def vectors(data):
    """(country, kind, number, valid, why not)."""
    for row in rows(data / "taxid" / "vectors.jsonl"):
        yield row["country"], row["kind"], row["number"], row["valid"], row.get("error", "")
    for row in rows(data / "gobl" / "taxid_vectors.jsonl"):
        yield row["country"], GOBL_KINDS.get(row["country"], "vat"), row["code"], row["valid"], "not said"


def ask(binary, cases):
    """The answers, a line a case."""
    lines = "".join(f"{country}\t{kind}\t{number}\n" for country, kind, number, _, _ in cases)
    done = subprocess.run([binary, "taxid"], input=lines.encode("utf-8"), capture_output=True, check=False)
    answers = done.stdout.decode("utf-8").splitlines()
    if len(answers) != len(cases):
        sys.exit(f"{len(answers)} answers to {len(cases)} numbers; exit {done.returncode}: {done.stderr.decode()[-500:]}")
    return answers


def main():
    folder = os.environ.get("TAXFLOW_CONFORMANCE")
    if not folder or not (pathlib.Path(folder) / "taxid").is_dir():
        print("skipped: TAXFLOW_CONFORMANCE names no folder with taxid/")
        return SKIPPED
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    cases = list(vectors(pathlib.Path(folder)))
    declared, undeclared = Declared(), []
    kinds, reasons = collections.defaultdict(collections.Counter), collections.Counter()
    for (country, kind, number, valid, why), answer in zip(cases, ask(sys.argv[1], cases)):
        verdict, _, reason = answer.partition("\t")
        same = (verdict == "valid") == valid and verdict in ("valid", "invalid")
        kinds[country, kind].update(all=1, agree=same)
        if same and not valid:
            reasons[why, reason] += 1
        difference = Difference("missed" if valid else "false", "taxid", "ids", f"{country} {kind} {number}")
        if not same and not declared.has(difference):
            undeclared.append(f"{difference.case}: {answer}; it is {'valid' if valid else why}")
    whole = sum(tally["agree"] == tally["all"] for tally in kinds.values())
    for (country, kind), tally in sorted(kinds.items()):
        if tally["agree"] < tally["all"]:
            print(f'{country} {kind:16} {tally["agree"]}/{tally["all"]}')
    print(f'kinds {whole}/{len(kinds)}, numbers {sum(tally["agree"] for tally in kinds.values())}/{len(cases)}')
    for (why, reason), count in reasons.most_common():
        print(f"  {count:5} invalid: {why} here, {reason!r} of taxflow")
    print("\n".join(undeclared[:SHOWN]))
    print(f"{len(undeclared)} undeclared differences")
    stale = declared.stale(("ids",))
    for rule, case in stale:
        print(f"declared, but no case differs: {rule} in {case}")
    return 1 if undeclared or stale else 0


if __name__ == "__main__":
    sys.exit(main())
