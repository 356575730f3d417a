#!/usr/bin/env python3
"""Are the duplicates among a company's real payments found, and how much of the rest is bothered?

    payments.py TAXFLOW [--keep FOLDER]

The payments are payments/corporate_2010.csv.gz of the folder that TAXFLOW_CONFORMANCE names: vendor, date, invoice, amount, without labels. Each row is a
record with an id of its own (corporate_2010:ROW) and is judged by `taxflow audit`, with the rules as they come.

What the rules must answer is worked out here a second time, from the rows:
  DUP1      finds every repetition of vendor, number and amount, and beside them only those that a normalised number explains
  altered   ALTERED rows are paid a second time under a number or an amount that was changed; DUP1 or DUP2 find RECALL of them and name the
            row they copy, while DUP2 hits at most EXTRA of the rows that are as they were
  shares    review and block stay below their limits on the rows as they are; the share of each rule is printed
Exits 1 where one of it does not hold, 77 (skipped) without the data.
"""
import argparse
import collections
import csv
import datetime
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SKIPPED = 77
GROUPS, REPEATED = 2543, 2739  # of the file: groups of equal vendor, number and amount; rows in them after the first
ALTERED, RECALL, EXTRA = 1000, 0.95, 0.005
REVIEW, BLOCK = 0.03, 0.001
SOURCE, COMPANY, CURRENCY = "urn:example:corporate_2010", "CORPORATE", "USD"

Row = collections.namedtuple("Row", "id vendor date number amount")


class Dice:
    """A linear congruential generator (Knuth's MMIX constants): the same numbers wherever it runs."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n

    def pick(self, items):
        return items[self.below(len(items))]


def read_rows(path):
    with gzip.open(path, "rt", encoding="utf8", newline="") as file:
        return [Row(f"corporate_2010:{n}", *row) for n, row in enumerate(list(csv.reader(file))[1:], 1)]


def record(row):
    payment = {"supplier": row.vendor, "amount": row.amount, "currency": CURRENCY, "date": row.date, "invoice_number": row.number}
    data = {"kind": "payment", "company": COMPANY, "direction": "purchase", "payment": payment}
    return json.dumps({"specversion": "1.0", "id": row.id, "source": SOURCE, "type": "taxflow.payment.v1", "data": data})


def judge(binary, rows, folder):
    """{id: verdict} of the rows."""
    folder.mkdir(parents=True, exist_ok=True)
    given = folder / "payments.ndjson"
    given.write_text("\n".join(map(record, rows)) + "\n", encoding="utf8")
    done = subprocess.run([binary, "audit", "--json", f"--out={folder / 'out'}", given], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"audit ended with {done.returncode}: {done.stderr[-500:]}")
    with open(folder / "out" / "fraud.ndjson", encoding="utf8") as file:
        verdicts = {verdict["event_id"]: verdict for verdict in map(json.loads, file)}
    if len(verdicts) != len(rows):
        sys.exit(f"{len(verdicts)} verdicts on {len(rows)} payments")
    return verdicts


def hits(verdict, *rules):
    return [hit for hit in verdict["hits"] if hit["rule"] in rules]


# ---- DUP1, from the rows alone ----

# Words before a number, as they stand in the README; the longest first.
WORDS = sorted("""INVOICE INV BILL NUMBER NUM NO RECHNUNGSNUMMER RECHNUNGSNR RECHNUNG RECHN RE RG RN NR BELEG FACTURE FACTURA FATTURA FAKTURA FACTUUR
FACT FAC FAK FA FV FT FS FRA GUTSCHRIFT GS AVOIR AV CREDITNOTE CREDIT CRN CN""".split(), key=len, reverse=True)
ALONE = re.compile(rf"^\W*(?:(?:{'|'.join(WORDS)})\W+)*")
JOINED = re.compile(f"^(?:{'|'.join(WORDS)})+(?=[0-9]|$)")


def same(number):
    """What two spellings of one number share: letters and digits, without words and zeros in front."""
    return JOINED.sub("", re.sub(r"[\W_]", "", ALONE.sub("", number.upper()))).lstrip("0")


def grouped(rows, key):
    groups = collections.defaultdict(list)
    for row in rows:
        groups[key(row)].append(row.id)
    return [ids for ids in groups.values() if len(ids) > 1]


def check_exact(rows, verdicts, failures):
    found = {row.id for row in rows if hits(verdicts[row.id], "DUP1")}
    exact = grouped(rows, lambda row: (row.vendor, row.number, row.amount))
    repeated = sum(len(ids) - 1 for ids in exact)
    whole = sum(len(found.intersection(ids)) >= len(ids) - 1 for ids in exact)
    in_exact = sum(min(len(found.intersection(ids)), len(ids) - 1) for ids in exact)
    normal = grouped([row for row in rows if same(row.number)], lambda row: (row.vendor, same(row.number), row.amount))
    explained = {id for ids in normal for id in ids}
    print(f"exact: {whole} of {len(exact)} groups found, {in_exact} of {repeated} repeated rows; {len(found)} rows hit DUP1, "
          f"{len(found) - in_exact} of them by normalisation")
    if (len(exact), repeated) != (GROUPS, REPEATED):
        failures.append(f"the file has {len(exact)} groups with {repeated} repeated rows, not {GROUPS} and {REPEATED}")
    if whole != len(exact) or in_exact != repeated:
        failures.append("DUP1 misses exact repetitions")
    if found - explained:
        failures.append(f"{len(found - explained)} hits of DUP1 without a reason: {sorted(found - explained)[:5]}")
    if len(found) != sum(len(ids) - 1 for ids in normal):
        failures.append(f"DUP1 hits {len(found)} rows where normalised numbers repeat {sum(len(ids) - 1 for ids in normal)}")


# ---- Altered copies ----

def transposed(row, dice):
    places = [i for i in range(len(row.number) - 1) if row.number[i] != row.number[i + 1]]
    i = dice.pick(places)
    return row.number[:i] + row.number[i + 1] + row.number[i] + row.number[i + 2:], row.amount


def suffixed(row, dice):
    return row.number + dice.pick("ABCX"), row.amount


def padded(row, dice):
    return "0" * (1 + dice.below(3)) + row.number, row.amount


def prefixed(row, dice):
    return dice.pick(("INV-", "RE ", "Inv. No. ", "FA/")) + row.number, row.amount


def repriced(row, dice):
    """Up to 0.3 % more or less, a cent at least."""
    cents = int(row.amount.replace(".", ""))
    change = 1 + dice.below(max(1, abs(cents) * 3 // 1000))
    cents += change if dice.below(2) else -change
    return row.number, f"{cents // 100}.{cents % 100:02d}"


ALTERATIONS = (transposed, suffixed, padded, prefixed, repriced)


def alterable(row, alteration):
    """Whether the alteration can be made: two characters differ, and 0.3 % of the amount are a cent."""
    cents = int(row.amount.replace(".", ""))
    return cents >= 334 and (alteration is not transposed or len(set(row.number)) > 1)


def altered(rows):
    """Second payments of rows drawn at random, one to thirty days later: [(alteration, row, copy)]."""
    dice, copies = Dice(20100101), []
    while len(copies) < ALTERED:
        alteration, row = ALTERATIONS[len(copies) % len(ALTERATIONS)], dice.pick(rows)
        if not alterable(row, alteration):
            continue
        number, amount = alteration(row, dice)
        date = datetime.date.fromisoformat(row.date) + datetime.timedelta(days=1 + dice.below(30))
        copies.append((alteration.__name__, row, Row(f"altered:{len(copies)}", row.vendor, date.isoformat(), number, amount)))
    return copies


def check_altered(binary, rows, folder, failures):
    copies = altered(rows)
    verdicts = judge(binary, rows + [copy for _, _, copy in copies], folder)
    kinds = collections.defaultdict(collections.Counter)
    for kind, row, copy in copies:
        kinds[kind].update(all=1, found=bool(hits(verdicts[copy.id], "DUP1", "DUP2")),
                           named=any(row.id in hit["related"] for hit in hits(verdicts[copy.id], "DUP1", "DUP2")))
    found = sum(kind["named"] for kind in kinds.values())
    extra = sum(bool(hits(verdicts[row.id], "DUP2")) for row in rows)
    for name, kind in kinds.items():
        print(f"altered: {name:10} {kind['found']} of {kind['all']} found, {kind['named']} of them with the row they copy")
    print(f"altered: {found} of {len(copies)} found with the row they copy; DUP2 hits {extra} of {len(rows)} other rows ({100 * extra / len(rows):.2f} %)")
    if found < RECALL * len(copies):
        failures.append(f"only {found} of {len(copies)} altered copies are found")
    if extra > EXTRA * len(rows):
        failures.append(f"DUP2 hits {extra} rows that nobody altered")


# ---- Shares ----

def check_shares(verdicts, failures):
    count, rules = collections.Counter(), collections.Counter()
    for verdict in verdicts.values():
        count[verdict["decision"]] += 1
        rules.update({hit["rule"] for hit in verdict["hits"]})
    for rule, number in sorted(rules.items()):
        print(f"share: {rule:6} {number:6} {100 * number / len(verdicts):6.3f} %")
    review, block = count["review"] / len(verdicts), count["block"] / len(verdicts)
    print(f"share: review {100 * review:.3f} %, block {100 * block:.3f} %")
    if review > REVIEW:
        failures.append(f"{100 * review:.2f} % of the payments are for review")
    if block > BLOCK:
        failures.append(f"{100 * block:.3f} % of the payments are blocked")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", metavar="TAXFLOW")
    parser.add_argument("--keep", metavar="FOLDER", type=pathlib.Path, help="where records and verdicts stay")
    arguments = parser.parse_args()
    folder = pathlib.Path(os.environ.get("TAXFLOW_CONFORMANCE") or "/nonexistent") / "payments"
    if not folder.is_dir():
        print("skipped: TAXFLOW_CONFORMANCE names no folder with payments/")
        return SKIPPED
    rows, failures = read_rows(folder / "corporate_2010.csv.gz"), []
    with tempfile.TemporaryDirectory() as scratch:
        room = arguments.keep or pathlib.Path(scratch)
        verdicts = judge(arguments.binary, rows, room / "real")
        check_exact(rows, verdicts, failures)
        check_shares(verdicts, failures)
        check_altered(arguments.binary, rows, room / "altered", failures)
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
