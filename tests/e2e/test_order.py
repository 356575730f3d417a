"""The order of files and lines shows nowhere: every record of conf/samples gets the same hits, with the same words and related events."""
import itertools
import json
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

import suite

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TAXFLOW_BINARY", str(ROOT / "build" / "release" / "taxflow"))
SHUFFLES, LIMIT_S = 5, 120
PURCHASES, PAYMENTS, MASTER_DATA = "purchases", "payments", "master"


def sort_of(line):
    """Which of three files a line of the samples belongs to; lines that are no record go with the master data."""
    try:
        record = json.loads(line)
        kind = record.get("data", record).get("kind")
    except (ValueError, AttributeError, RecursionError):
        return MASTER_DATA
    return PURCHASES if kind in ("invoice", "credit_note") else PAYMENTS if kind == "payment" else MASTER_DATA


def lines_by_sort():
    found = {PURCHASES: [], PAYMENTS: [], MASTER_DATA: []}
    for path in sorted((ROOT / "conf" / "samples").glob("*.ndjson")):
        for line in path.read_bytes().split(b"\n"):
            if line.strip():
                found[sort_of(line)].append(line)
    return found


class OrderTest(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="taxflow-order-")
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        self.lines = lines_by_sort()
        self.runs = 0

    def verdicts(self, files):
        """{event id: its row of fraud.ndjson, but for where the record lay} of an audit of files in this order."""
        self.runs += 1
        out = self.path / f"out{self.runs}"
        paths = []
        for name, lines in files:
            paths.append(self.path / f"{name}.ndjson")
            paths[-1].write_bytes(b"\n".join(lines) + b"\n")
        done = subprocess.run([BINARY, "audit", f"--out={out}", *paths], capture_output=True, text=True, timeout=LIMIT_S, cwd=ROOT, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr[-2000:])
        rows = [json.loads(line) for line in (out / "fraud.ndjson").read_text(encoding="utf-8").splitlines()]
        for row in rows:
            row.pop("position")
        return sorted(rows, key=lambda row: (row["event_id"], json.dumps(row, sort_keys=True)))

    def test_files_in_every_order(self):
        expected = self.verdicts(list(self.lines.items()))
        self.assertGreater(sum(bool(row["hits"]) for row in expected), 50)
        self.assertGreater(len({hit["rule"] for row in expected for hit in row["hits"]}), 12)
        for order in itertools.permutations(self.lines.items()):
            self.assertEqual(self.verdicts(order), expected, [name for name, _ in order])

    def test_lines_in_any_order(self):
        expected = self.verdicts(list(self.lines.items()))
        every = [line for lines in self.lines.values() for line in lines]
        for seed in range(SHUFFLES):
            random.Random(seed).shuffle(every)
            files = [(f"part{n}", every[n::3]) for n in range(3)]
            self.assertEqual(self.verdicts(files), expected, f"shuffle {seed}")


if __name__ == "__main__":
    suite.main()
