"""What `taxflow audit` adds up: vat.csv, the report's "vat" and run.json of conf/samples are those of tests/samples/vat_totals.py, to the cent."""
import csv
import hashlib
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

import suite

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "samples"))
import generate  # noqa: E402
import vat_totals  # noqa: E402

BINARY = os.environ.get("TAXFLOW_BINARY", str(ROOT / "build" / "release" / "taxflow"))
SAMPLES = sorted((ROOT / "conf" / "samples").glob("*.ndjson"))
FATES = ("accepted", "duplicates", "dead_lettered")
LIMIT_S = 120


def written(line):
    """A record with its numbers as they are written."""
    return json.loads(generate.dump(line.body), parse_float=str, parse_int=str)


BUILT = generate.build()
ROWS = vat_totals.rows((line.identity(), written(line)) for line in BUILT.accepted)


def audit(*arguments, status=0):
    done = subprocess.run([BINARY, "audit", *map(str, arguments)], capture_output=True, text=True, timeout=LIMIT_S, cwd=ROOT, check=False)
    assert done.returncode == status, (arguments, done.returncode, done.stderr[-2000:])
    return done


def bodies_of(path):
    """The records of a file that are some, as they are written."""
    for line in path.read_bytes().split(b"\n"):
        try:
            body = json.loads(line, parse_float=str, parse_int=str)
        except ValueError:
            continue
        if isinstance(body, dict):
            yield body.get("data", body)


def joined(parts):
    """Sums of several books, added up."""
    all_of = {}
    for part in parts:
        for currency, sums in part["sums"].items():
            of = all_of.setdefault(currency, {})
            for name, text in sums.items():
                of[name] = of.get(name, 0) + vat_totals.money(text)
    return {currency: {name: vat_totals.text_of(value) for name, value in of.items()} for currency, of in all_of.items()}


class TotalsTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="taxflow-totals-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)

    def out(self, name, *files):
        audit(f"--out={self.path / name}", *files)
        return self.path / name

    def rows(self, folder):
        with open(folder / "vat.csv", encoding="utf-8", newline="") as text:
            return [dict(row, documents=int(row["documents"])) for row in csv.DictReader(text)]

    def run_json(self, folder):
        return json.loads((folder / "run.json").read_text(encoding="utf-8"))

    def test_vat_totals_are_those_of_the_samples_own_bookkeeping(self):
        self.assertGreater(len(ROWS), 300)
        self.assertEqual(self.rows(self.out("out", *SAMPLES)), ROWS)
        self.assertEqual(json.loads(audit("--json", *SAMPLES).stdout)["vat"], ROWS)

    def test_neither_order_nor_copies_show_in_vat_totals(self):
        lines = [line for path in SAMPLES for line in path.read_bytes().split(b"\n") if line.strip()]
        random.Random(11).shuffle(lines)
        (self.path / "all.ndjson").write_bytes(b"\n".join(lines))
        self.assertEqual(self.rows(self.out("out", self.path / "all.ndjson", *SAMPLES)), ROWS)

    def test_the_report_has_a_short_table(self):
        said = audit(*SAMPLES).stdout
        self.assertRegex(said, r"VAT of company +direction")
        self.assertRegex(said, r"ACME-AT +purchase +EUR +\d+\.\d\d +\d+\.\d\d\n")

    def test_run_json_says_what_was_read_and_what_became_of_it(self):
        told = self.run_json(self.out("out", *SAMPLES))
        for path, file in zip(SAMPLES, told["files"], strict=True):
            data = path.read_bytes()
            self.assertEqual((file["file"], file["sha256"], file["bytes"]), (str(path), hashlib.sha256(data).hexdigest(), len(data)))
            self.assertEqual(file["read"]["rows"], sum(bool(line.strip()) for line in data.split(b"\n")))
            self.assertEqual(file["read"]["rows"], sum(file[fate]["rows"] for fate in FATES))
            self.assertEqual(joined([file["read"]]), joined(file[fate] for fate in FATES))
            if path.stem != "mixed":  # which has records that cannot be read
                self.assertEqual(file["read"]["sums"], vat_totals.control_sums(bodies_of(path)))
        everything = told["all"]
        self.assertEqual(everything["read"]["rows"], len(BUILT.accepted) + BUILT.duplicates + BUILT.dead)
        self.assertEqual([everything[fate]["rows"] for fate in FATES], [len(BUILT.accepted), BUILT.duplicates, BUILT.dead])
        self.assertEqual(everything["accepted"]["sums"], vat_totals.control_sums(written(line) for line in BUILT.accepted))
        self.assertTrue(everything["reconciled"])
        self.assertEqual(told["program"]["sha256"], hashlib.sha256(pathlib.Path(BINARY).read_bytes()).hexdigest())
        self.assertEqual(told["rules"]["rule_files"][0]["sha256"], hashlib.sha256((ROOT / "conf/rules/fraud.conf").read_bytes()).hexdigest())

    def test_a_packed_file_is_hashed_as_it_lies_there(self):
        packed = self.path / "payments.csv.gz"
        subprocess.run(["gzip", "-c"], input=b"supplier;amount;currency;date;invoice\nS1;10,50;EUR;2026-01-31;R1\nS1;10,50;EUR;2026-01-31;R1\n",
                       stdout=packed.open("wb"), check=True)
        file = self.run_json(self.out("out", packed))["files"][0]
        self.assertEqual((file["sha256"], file["format"]), (hashlib.sha256(packed.read_bytes()).hexdigest(), "csv"))
        self.assertEqual(file["accepted"]["sums"], {"EUR": {"paid": "21.00"}})

    def test_two_runs_differ_in_their_times_alone(self):
        first = self.out("out", *SAMPLES)
        kept = {path.name: path.read_bytes() for path in first.iterdir()}
        again = {path.name: path.read_bytes() for path in self.out("out", *SAMPLES).iterdir()}
        told = [json.loads(each.pop("run.json")) for each in (kept, again)]
        self.assertEqual(kept, again)
        for each in told:
            self.assertEqual(set(each.pop("run")), {"started", "seconds"})
        self.assertEqual(*told)


if __name__ == "__main__":
    suite.main()
