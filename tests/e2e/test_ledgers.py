"""Ledgers as SAP, DATEV, French and German programs export them, judged by `taxflow audit`: each entry is the record that the generator says it is.

A file of another program and the bare records that it must become have the same ids by their content; judged together they are all duplicates of one
another, which they are only where every member is equal. The same holds for an export under another name, with rows or columns in another order.
"""
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import suite

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TAXFLOW_BINARY", str(ROOT / "build" / "release" / "taxflow"))
sys.path.insert(0, str(ROOT / "tests" / "samples"))
import foreign_ledgers as foreign  # noqa: E402
from world import Dice  # noqa: E402

COUNT, LIMIT_S = 250, 120


class LedgersTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="taxflow-ledgers-")
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        self.entries = foreign.ledger(Dice(41), COUNT)

    def write(self, name, files):
        for file, data in files.items():
            path = self.path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return self.path / name

    def records(self, records):
        records = list(records)
        path = self.path / "records.ndjson"
        path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
        return path, len(records)

    def audit(self, *paths, status=0):
        done = subprocess.run([BINARY, "audit", "--json", *map(str, paths)], capture_output=True, text=True, timeout=LIMIT_S, check=False)
        self.assertEqual(done.returncode, status, done.stderr[-2000:])
        return json.loads(done.stdout) if status == 0 else done.stderr

    def counts(self, *paths):
        report = self.audit(*paths)
        return tuple(report[name] for name in ("received", "accepted", "duplicates", "dead_lettered"))

    def test_every_entry_is_its_record(self):
        for name, (files, records) in foreign.FORMATS.items():
            with self.subTest(format=name):
                wanted, count = self.records(records(self.entries))
                place = self.write(name, files(self.entries))
                self.assertEqual(self.counts(place), (count, count, 0, 0))
                self.assertEqual(self.counts(place, wanted), (2 * count, count, count, 0))

    def test_the_order_of_rows_does_not_show(self):
        for name, (files, records) in foreign.FORMATS.items():
            with self.subTest(format=name):
                wanted, count = self.records(records(self.entries))
                self.assertEqual(self.counts(wanted, self.write(name + "-shuffled", files(self.entries, Dice(5)))), (2 * count, count, count, 0))

    def test_other_layouts_are_the_same_entries(self):
        """Columns the other way round, other line ends, another delimiter, one column for both sides, another encoding, packed."""
        fec, count = self.records(foreign.fec_records(self.entries))
        for n, layout in enumerate(({"turn": True}, {"end": "\n"}, {"separator": "|"}, {"sides": False}, {"encoding": "utf-8-sig"}, {"encoding": "utf-16"})):
            with self.subTest(layout=layout):
                self.assertEqual(self.counts(fec, self.write(f"fec-{n}", foreign.fec(self.entries, Dice(n), **layout))), (2 * count, count, count, 0))
        sap, count = self.records(foreign.sap_records(self.entries))
        for n, layout in enumerate(({"turn": True}, {"end": "\n", "separator": "\t"})):
            packed = {name + ".gz": gzip.compress(data, mtime=0) for name, data in foreign.sap(self.entries, Dice(n), **layout).items()}
            self.assertEqual(self.counts(self.write(f"sap-{n}", packed), sap), (2 * count, count, count, 0))
        datev, count = self.records(foreign.datev_records(self.entries))
        self.assertEqual(self.counts(datev, self.write("datev-turned", foreign.datev(self.entries, Dice(3), turn=True))), (2 * count, count, count, 0))

    def test_tables_of_sap_in_any_order_and_twice(self):
        first, again = self.write("first", foreign.sap(self.entries)), self.write("again", foreign.sap(self.entries, Dice(9)))
        self.assertEqual(self.counts(first / "BSEG.csv", first / "BKPF.csv"), (COUNT, COUNT, 0, 0))
        self.assertEqual(self.counts(first, again), (2 * COUNT, COUNT, COUNT, 0))

    def test_one_table_of_sap_alone_is_refused(self):
        place = self.write("alone", foreign.sap(self.entries))
        self.assertIn("give both tables together", self.audit(place / "BSEG.csv", status=65))

    def test_a_package_is_given_by_its_index(self):
        place = self.write("package", foreign.gdpdu(self.entries))
        _, count = self.records(foreign.gdpdu_records(self.entries))
        self.assertEqual(self.counts(place / "index.xml"), (count, count, 0, 0))


if __name__ == "__main__":
    suite.main()
