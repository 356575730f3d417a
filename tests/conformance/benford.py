#!/usr/bin/env python3
"""Are the digits of real payments those that they should be?

    benford.py BENFORD

BENFORD prints the statistics of amounts, one a line. The payments lie in the folder that TAXFLOW_CONFORMANCE names (payments/). MAD must agree to 1e-7,
chi-square to 0.1 and Z to 0.05. Exits 1 on a difference, 77 (skipped) without the data.

Three comparisons. The statistics against published ones, with the digits that those were computed with: of binary fractions printed with 15 decimals
("%.15e"), which for some amounts is one cent's digit too low (0.58 becomes 5.799…). The digits of the amounts as they are written, against a second
computation by Python's own integers on the characters. And these exact values against what they were when both agreed: the first digits are those
published; the first two differ by the amounts that a binary fraction misplaces, which the script counts.
"""
import collections
import csv
import decimal
import gzip
import math
import os
import pathlib
import subprocess
import sys

SKIPPED = 77
# Nigrini's corporate payments of 2010, amounts above 0.
PUBLISHED = {"F1": {"n": 185083, "mad": 0.0132114, "chi2": 4317.3},
             "F2": {"n": 185083, "mad": 0.0023420, "chi2": 32167.0, "z": 149.5, "at": 50}}
EXACT = {"F1": {"n": 185083, "mad": 0.0132114, "chi2": 4317.3},
         "F2": {"n": 185083, "mad": 0.0023366142, "chi2": 32100.9, "z": 149.5, "at": 50},
         "L2": {"n": 177763, "mad": 0.0069366010, "chi2": 921846.3}}
WITHIN = {"n": 0, "mad": 1e-7, "chi2": 0.1, "z": 0.05, "at": 0}


def amounts(path):
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        return [row["amount"] for row in csv.DictReader(rows)]


def ask(binary, texts):
    done = subprocess.run([binary], input="\n".join(texts) + "\n", capture_output=True, text=True, check=True)
    answers = {}
    for line in done.stdout.splitlines():
        name, *rest = line.split()
        answers[name] = {key: float(value) for key, value in (part.split("=") for part in rest)}
    return answers


def by_text(texts):
    """The same from the characters of the amounts."""
    first, two = collections.Counter(), collections.Counter()
    for text in texts:
        digits = text.replace(".", "").lstrip("0")
        if text.startswith("-") or not digits:
            continue
        first[int(digits[0])] += 1
        two[int((digits + "0")[:2])] += 1
    answers = {}
    for name, counts, cells in (("F1", first, range(1, 10)), ("F2", two, range(10, 100))):
        n = sum(counts.values())
        expected = {d: math.log10(1 + 1 / d) for d in cells}
        answers[name] = {"n": n, "mad": sum(abs(counts[d] / n - expected[d]) for d in cells) / len(cells),
                         "chi2": sum((counts[d] - n * expected[d]) ** 2 / (n * expected[d]) for d in cells)}
    return answers


def as_binary(text):
    """The decimals that a binary fraction shows with 15 behind the point of its first digit."""
    return format(decimal.Decimal(f"{float(text):.15e}"), "f")


def first_two(text):
    return (text.replace(".", "").replace("-", "").lstrip("0") + "0")[:2]


def differences(answers, expected, within):
    for name, values in expected.items():
        for key, value in values.items():
            if abs(answers[name][key] - value) > within[key]:
                yield f"{name} {key}: {answers[name][key]} is not {value}"


def main():
    folder = os.environ.get("TAXFLOW_CONFORMANCE")
    path = pathlib.Path(folder or "/nonexistent") / "payments" / "corporate_2010.csv.gz"
    if not path.is_file():
        print("skipped: TAXFLOW_CONFORMANCE names no folder with payments/corporate_2010.csv.gz")
        return SKIPPED
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    texts = amounts(path)
    binary = [as_binary(text) for text in texts]
    wrong = list(differences(ask(sys.argv[1], binary), PUBLISHED, WITHIN))
    answers = ask(sys.argv[1], texts)
    wrong += list(differences(answers, EXACT, WITHIN))
    wrong += list(differences(answers, by_text(texts), {"n": 0, "mad": 1e-9, "chi2": 1e-3}))
    for line in wrong:
        print(line)
    misplaced = sum(first_two(one) != first_two(other) for one, other in zip(texts, binary) if not one.startswith("-"))
    print(f"{misplaced} amounts would be misplaced by binary fractions")
    for name, values in answers.items():
        print(name, values)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
