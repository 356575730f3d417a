"""What `taxflow audit` adds up: vat.csv, the report's "vat" and run.json of conf/samples are those of tests/samples/vat_totals.py, to the cent."""
import csv
import gzip
import hashlib
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

import reruns
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
        with open(folder / "vat.csv", encoding="utf-8-sig", newline="") as text:
            return [dict(row, documents=int(row["documents"])) for row in csv.DictReader(text)]

    def run_json(self, folder):
        return json.loads((folder / "run.json").read_text(encoding="utf-8"))

    def test_vat_totals_are_those_of_the_samples_own_bookkeeping(self):
        self.assertGreater(len(ROWS), 300)
        self.assertEqual(self.rows(self.out("out", *SAMPLES)), ROWS)
        self.assertEqual(json.loads(audit("--json", *SAMPLES).stdout)["vat"], ROWS)

    def test_a_register_in_csv_is_told_by_rate(self):
        """One column of rates, and columns of each rate: the same rows of vat.csv."""
        one = self.path / "rates.csv"
        one.write_text("Company;Invoice No;Invoice Date;Currency;Supplier VAT;Net;VAT rate;VAT;Gross\n"
                       "A;1;2026-03-05;EUR;DE123456788;100,00;19 %;19,00;119,00\nA;2;2026-03-06;EUR;DE123456788;50,00;7 %;3,50;53,50\n", encoding="utf-8")
        two = self.path / "columns.csv"
        two.write_text("Company;Invoice No;Invoice Date;Currency;Supplier VAT;Net 19%;VAT 19%;Net 7%;VAT 7%;Gross\n"
                       "A;1;2026-03-05;EUR;DE123456788;100,00;19,00;50,00;3,50;172,50\n", encoding="utf-8")
        wanted = [("2026-03", "unknown", "DE", "S", "19", "100.00", "19.00"), ("2026-03", "unknown", "DE", "S", "7", "50.00", "3.50")]
        for path in (one, two):
            audit(f"--out={self.path / path.stem}", path)
            with open(self.path / path.stem / "vat.csv", encoding="utf-8", newline="") as text:
                rows = [tuple(row[name] for name in ("period", "direction", "country", "category", "rate", "net", "vat")) for row in csv.DictReader(text)]
            self.assertEqual(sorted(rows), sorted(wanted))

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
        packed.write_bytes(gzip.compress(b"supplier;amount;currency;date;invoice\nS1;10,50;EUR;2026-01-31;R1\nS1;10,50;EUR;2026-01-31;R1\n"))
        file = self.run_json(self.out("out", packed))["files"][0]
        self.assertEqual((file["sha256"], file["format"]), (hashlib.sha256(packed.read_bytes()).hexdigest(), "csv"))
        self.assertEqual(file["accepted"]["sums"], {"EUR": {"paid": "21.00"}})

    def declare(self, *lines):
        path = self.path / "declared.csv"
        path.write_text("company,period,direction,country,category,rate,currency,net,vat,box\n" + "".join(line + "\n" for line in lines), encoding="utf-8")
        return path

    def compared(self, declared, *files):
        """Rows of declared.csv that stem from the file, sums and documents."""
        folder = self.path / "compared"
        audit(f"--out={folder}", f"--declared={declared}", *files)
        with open(folder / "declared.csv", encoding="utf-8-sig", newline="") as text:
            rows = [row for row in csv.DictReader(text) if row["source"].startswith(str(declared))]
        return [row for row in rows if row["row"] == "sum"], [row for row in rows if row["row"] == "document"]

    def test_what_was_found_is_what_such_a_return_declares(self):
        wanted = [row for row in ROWS if row["part"] == "breakdown" and row["direction"] in ("sale", "purchase") and row["currency"] and row["rate"]
                  and row["tax"] == "VAT" and row["country"] and len(row["period"]) == 7]
        path = self.declare(*(f"{row['company']},{row['period']},{row['direction']},{row['country']},{row['category']},{row['rate']},{row['currency']},"
                              f"{row['net']},{row['vat']}," for row in wanted))
        sums, documents = self.compared(path, *SAMPLES)
        self.assertGreater(len(sums), 200)
        self.assertEqual([(row["result"], row["documents"]) for row in sums], [("equal", str(row["documents"])) for row in wanted])
        self.assertEqual(documents, [])

    def test_the_invoice_that_was_forgotten_is_named(self):
        """A sum that lacks one document, and one that has a duplicate too many."""
        def row(number, direction, period, net, more=""):
            vat = f"{net * 19 // 100}.{net * 19 % 100:02}"
            return (f'{{"kind":"invoice","company":"A","direction":"{direction}",{more}"invoice":{{"number":"{number}","issue_date":"{period}-12",'
                    f'"currency":"EUR","vat_breakdown":[{{"category":"S","rate":"19","taxable":"{net}","tax":"{vat}"}}],'
                    f'"totals":{{"net":"{net}","vat":"{vat}"}}}}}}\n')
        (self.path / "a.ndjson").write_text(row("R1", "sale", "2026-03", 100) + row("R2", "sale", "2026-03", 300, '"recorded_at":"2026-05-02T08:00:00Z",')
                                            + row("E1", "purchase", "2026-03", 50) * 2)
        sums, documents = self.compared(self.declare("A,2026-03,sale,,,,EUR,,19,81", "A,2026-03,purchase,,,,EUR,,19.00,66"), self.path / "a.ndjson")
        self.assertEqual([(row["code"], row["result"], row["difference vat"]) for row in sums], [("81", "differs", "57.00"), ("66", "differs", "-9.50")])
        self.assertEqual([(row["code"], row["number"], row["result"], row["difference vat"], row["file"]) for row in documents],
                         [("81", "R2", "candidate", "57.00", str(self.path / "a.ndjson")), ("66", "E1", "candidate", "-9.50", str(self.path / "a.ndjson"))])
        self.assertIn("recorded after", documents[0]["why"])
        self.assertIn("duplicate", documents[1]["why"])

    def test_returns_among_the_records_are_compared(self):
        told = json.loads(audit("--json", *SAMPLES).stdout)["declared"]
        returns = [line.body["return"] for line in BUILT.accepted if line.body["kind"] == "return"]
        self.assertEqual(len(told), len(returns))
        self.assertEqual({row["result"] for row in told if row["code"] == "81"}, {"not compared"})

    def test_a_wrong_file_of_declared_sums_is_refused_with_its_place(self):
        said = audit(f"--declared={self.declare('A,2026-03,sale,,,,EUR,,1 234.56,')}", *SAMPLES, status=65).stderr
        self.assertIn("declared.csv:2: column vat", said)

    def test_every_table_is_for_spreadsheets(self):
        """One mark, one line end, and nothing that a spreadsheet would run."""
        evil = "=1+1"
        totals = {"net": "10", "vat": "1.9"}
        records = [{"kind": "invoice", "company": evil, "direction": "sale", "invoice": {
            "number": "@SUM", "issue_date": "2026-03-12", "currency": "EUR", "buyer": {"name": "Größe, \"quoted\""}, "totals": totals,
            "vat_breakdown": [{"category": "S", "rate": "19", "taxable": "10", "tax": "1.9"}]}}]
        records += [{"kind": "payment", "company": evil, "payment": {"supplier": evil, "account": "DE02120300000000202051", "amount": "900.00", "currency": "EUR",
                     "date": "2026-03-12", "status": "ordered", "end_to_end_id": f"-E{i}", "invoices": [{"number": "R1", "amount": "900.00"}]}} for i in range(2)]
        (self.path / "r.ndjson").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        (self.path / "q.csv").write_text(f"company,period,direction,vat,box\n{evil},2026-03,sale,0.00,=2+2\n", encoding="utf-8")
        folder = self.path / "out"
        audit(f"--out={folder}", f"--declared={self.path / 'q.csv'}", "--fail-on=review", self.path / "r.ndjson", status=1)
        for name in ("findings", "vat", "declared", "hold"):
            data = (folder / f"{name}.csv").read_bytes()
            self.assertTrue(data.startswith(b"\xef\xbb\xbf"), name)
            self.assertEqual(data.count(b"\n"), data.count(b"\r\n"), name)
            table = list(csv.reader(data.decode("utf-8-sig").split("\r\n")[:-1]))
            self.assertGreater(len(table), 1, name)
            self.assertEqual({len(row) for row in table}, {len(table[0])}, name)
            cells = {cell for row in table[1:] for cell in row}
            self.assertIn("'" + evil, cells, name)
            self.assertFalse({cell for cell in cells if cell[:1] in ("=", "@", "+") or (cell[:1] == "-" and not cell[1:2].isdigit())}, name)

    def twice(self, *arguments, status=0):
        """What two runs of a command leave, but for times; in a folder of the same name, which run.json tells."""
        for _ in range(2):
            audit(f"--out={self.path / 'out'}", *arguments, status=status)
            yield reruns.left_in(self.path / "out")

    def test_two_runs_differ_in_their_times_alone(self):
        self.assertEqual(*self.twice(f"--declared={self.declare('A,2026-03,sale,,,,EUR,,19,81')}", "--fail-on=block", *SAMPLES, status=1))


if __name__ == "__main__":
    suite.main()
