"""`taxflow audit --state`: runs one after another find what one run finds, a killed run leaves nothing, and what cannot be is said by name."""
import csv
import decimal
import fcntl
import json
import os
import pathlib
import random
import shutil
import signal
import stat
import subprocess
import tempfile
import time
import unittest

import suite

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TAXFLOW_BINARY", str(ROOT / "build" / "release" / "taxflow"))
SAMPLES = sorted((ROOT / "conf" / "samples").glob("*.ndjson"))
LIMIT_S = 120
PAYMENTS, INVOICES = 20000, 1000
POLL_S = 0.001


def state_of(run):
    """(state, clock ticks of CPU time) of a child that was not waited for."""
    fields = pathlib.Path(f"/proc/{run.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return fields[0], int(fields[11]) + int(fields[12])


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def opinions(*folders):
    """What was said of each record, wherever it stood."""
    said = []
    for folder in folders:
        for name in ("tax.ndjson", "fraud.ndjson"):
            for row in rows(folder / name):
                row.pop("position")
                said.append((name, row["event_id"], json.dumps(row, sort_keys=True)))
    return sorted(said)


def payment(number, day, random_):
    supplier = random_.randrange(400)
    amount = f"{(1 + random_.randrange(9000) / 1000) * 10 ** (number % 4):.2f}"
    return {"kind": "payment", "company": "ACME", "direction": "purchase", "user": f"u{supplier % 7}", "payment": {
        "supplier": f"DE{900000000 + supplier}", "account": f"DE82000000000000{supplier:06d}", "amount": amount, "currency": "EUR",
        "date": day, "invoices": [{"number": f"RE-{number // 2 if number % 50 == 0 else number}", "amount": amount}]}}


def invoice(number, day):
    return {"kind": "invoice", "company": "ACME", "direction": "sale", "invoice": {
        "number": f"I{number}", "issue_date": day, "currency": "EUR", "totals": {"net": "10.01", "vat": "1.90"},
        "vat_breakdown": [{"category": "S", "rate": "19", "taxable": "10.01", "tax": "1.90"}]}}


def write_month(path, month, count, invoices=0):
    random_ = random.Random(month)
    with open(path, "w", encoding="utf-8") as out:
        for i in range(count):  # uniform amounts over four decades: no digits as they come by themselves
            out.write(json.dumps(payment(month * 1000000 + i, f"2025-{month:02d}-{random_.randrange(1, 29):02d}", random_)) + "\n")
        for i in range(invoices):
            out.write(json.dumps(invoice(month * 1000000 + i, f"2025-{month:02d}-{i % 28 + 1:02d}")) + "\n")


class KeepingTest(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="taxflow-keeping-")
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        self.state = self.path / "state"

    def command(self, *arguments):
        return [BINARY, "audit", "--json", *map(str, arguments)]

    def run_audit(self, *arguments, status=0):
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=LIMIT_S, cwd=self.path, check=False)
        self.assertEqual(done.returncode, status, done.stderr[-2000:])
        return json.loads(done.stdout) if status in (0, 1) else done.stderr

    def write(self, name, lines):
        path = self.path / name
        path.write_bytes(b"".join(line + b"\n" for line in lines))
        return path

    def counts(self, report):
        return report["accepted"], report["duplicates"], report["dead_lettered"]

    # ---- One run or several ----

    def in_parts(self, folder, parts):
        """The samples' lines in the order in which one run judges them, cut into parts; copies and dead letters in the last one."""
        lines = {str(path): path.read_bytes().split(b"\n") for path in SAMPLES}
        places = [row["position"].rsplit(":", 2) for row in rows(folder / "fraud.ndjson")]
        judged = [(name, int(line) - 1) for name, _, line in places]
        others = sorted({(name, i) for name in lines for i, line in enumerate(lines[name]) if line.strip()} - set(judged))
        for part in range(parts):
            cut = judged[len(judged) * part // parts:len(judged) * (part + 1) // parts] + (others if part == parts - 1 else [])
            random.Random(part).shuffle(cut)
            yield self.write(f"part{part}.ndjson", [lines[name][i] for name, i in cut])

    def test_parts_find_what_the_whole_finds(self):
        memory = "--set", "tax.history=TF-06,TF-07,TF-08"
        whole = self.run_audit(*memory, "--out", self.path / "whole", *SAMPLES)
        self.assertTrue({"TF-06", "TF-07", "TF-08"} & set(whole["tax"]["findings"]), whole["tax"]["findings"])
        for parts in (3, 8):
            state = self.path / f"state{parts}"
            folders = []
            totals = [0, 0, 0]
            for i, path in enumerate(self.in_parts(self.path / "whole", parts)):
                folders.append(self.path / f"out{parts}-{i}")
                report = self.run_audit(*memory, "--state", state, "--out", folders[-1], path)
                totals = [a + b for a, b in zip(totals, self.counts(report))]
            self.assertEqual(opinions(*folders), opinions(self.path / "whole"))
            self.assertEqual(tuple(totals), self.counts(whole))

    # ---- Sums of one run or several ----

    def table(self, path, *left_out):
        with open(path, encoding="utf-8-sig", newline="") as text:
            return [{name: cell for name, cell in row.items() if name not in left_out} for row in csv.DictReader(text)]

    def declared(self, vat):
        """What was declared of each period, every second a little wrong, so that documents are looked for."""
        lines = ["company,period,direction,country,category,rate,currency,net,vat"]
        for i, row in enumerate(row for row in vat if row["part"] == "breakdown" and row["rate"] and len(row["period"]) == 7 and row["country"]
                                and row["currency"] and row["direction"] in ("sale", "purchase") and row["tax"] == "VAT"):
            net = decimal.Decimal(row["net"]) - (i % 2) * 100
            lines.append(",".join([row[name] for name in ("company", "period", "direction", "country", "category", "rate", "currency")] + [f"{net}", row["vat"]]))
        return self.write("returns.csv", [line.encode() for line in lines])

    OF_RUN = ("documents of this run", "net of this run", "vat of this run")
    PLACES = ("source", "file", "line")  # parts are other files

    def test_parts_add_up_to_what_the_whole_adds_up_to(self):
        self.run_audit("--out", self.path / "whole", *SAMPLES)
        whole = self.table(self.path / "whole" / "vat.csv")
        declared = self.declared(whole)
        self.run_audit("--declared", declared, "--out", self.path / "whole", *SAMPLES)
        differences = self.table(self.path / "whole" / "declared.csv", *self.PLACES)
        self.assertGreater(sum(row["row"] == "document" for row in differences), 20)
        for parts in (3, 8):
            state, last = self.path / f"state{parts}", self.path / f"out{parts}"
            files = list(self.in_parts(self.path / "whole", parts))
            summed = {}
            for i, path in enumerate(files):
                more = ("--declared", declared) if i == parts - 1 else ()
                report = self.run_audit("--state", state, *more, "--out", last, path)
                for row in report["vat"]:
                    key = tuple(row[name] for name in ("company", "period", "direction", "country", "tax", "category", "rate", "currency", "part"))
                    summed[key] = summed.get(key, 0) + decimal.Decimal(row["run_vat"])
            self.assertEqual(self.table(last / "vat.csv", *self.OF_RUN), whole)
            self.assertEqual(self.table(last / "declared.csv", *self.PLACES), differences)
            for row in whole:  # each run told what it made of a row
                key = tuple(row[name] for name in ("company", "period", "direction", "country", "tax", "category", "rate", "currency", "part"))
                self.assertEqual(summed[key], decimal.Decimal(row["vat"]), key)

    def invoice(self, number, net, revision=0, day="2026-01-15"):
        vat = decimal.Decimal(net) * 19 / 100
        record = {"kind": "invoice", "company": "A", "direction": "sale", "invoice": {
            "number": number, "issue_date": day, "currency": "EUR", "totals": {"net": net, "vat": f"{vat:.2f}"},
            "vat_breakdown": [{"category": "S", "rate": "19", "taxable": net, "tax": f"{vat:.2f}"}]}}
        if revision:
            record["revision"] = revision
        return json.dumps({"specversion": "1.0", "id": number, "source": "s", "type": "taxflow.invoice.v1", "data": record}).encode()

    def rows_after(self, name, *lines, more=()):
        """(period, documents, net, documents of this run, net of this run) of each row after a run."""
        report = self.run_audit("--state", self.state, *more, self.write(name, lines))
        return [(row["period"], row["documents"], row["net"], row["run_documents"], row["run_net"]) for row in report["vat"]]

    def test_amendments_take_out_what_an_earlier_run_counted(self):
        self.assertEqual(self.rows_after("a", self.invoice("R1", "100.00"), self.invoice("R2", "10.00")), [("2026-01", 2, "110.00", 2, "110.00")])
        self.assertEqual(self.rows_after("b", self.invoice("R1", "70.00", 2, "2026-02-15")), [("2026-01", 1, "10.00", -1, "-100.00"), ("2026-02", 1, "70.00", 1, "70.00")])
        last = [("2026-01", 1, "10.00", 0, "0.00"), ("2026-02", 1, "70.00", 0, "0.00")]
        self.assertEqual(self.rows_after("c", self.invoice("R1", "5.00", 1)), last)  # a lower one comes late
        self.assertEqual(self.rows_after("d", self.invoice("R1", "70.00", 2, "2026-02-15"), self.invoice("R2", "10.00")), last)  # known
        self.assertEqual(self.rows_after("e", self.invoice("R1", "1.00", 3), more=["--dry-run"]), [("2026-01", 2, "11.00", 1, "1.00"), ])
        self.assertEqual(self.rows_after("f", self.invoice("R3", "1.00", 4)), [("2026-01", 2, "11.00", 1, "1.00"), ("2026-02", 1, "70.00", 0, "0.00")])
        self.assertEqual(self.rows_after("g", self.invoice("R3", "8.00")), [("2026-01", 2, "11.00", 0, "0.00"), ("2026-02", 1, "70.00", 0, "0.00")])  # first, but late

    def test_a_return_is_held_against_all_runs(self):
        for month in ("01", "02"):
            self.rows_after(month, self.invoice(f"R{month}", "100.00", day=f"2026-{month}-15"))
        declared = self.write("q1.csv", [b"company,period,direction,vat", b"A,2026-Q1,sale,38.00"])
        self.run_audit("--state", self.state, "--declared", declared, "--out", self.path / "out", self.write("03", [self.invoice("R03", "100.00", day="2026-03-15")]))
        rows_ = self.table(self.path / "out" / "declared.csv")
        self.assertEqual([(row["row"], row["found vat"] or row["difference vat"], row["result"], row["number"]) for row in rows_],
                         [("sum", "57.00", "differs", ""), ("document", "19.00", "candidate", "R01")])
        self.assertTrue(rows_[1]["file"].endswith("/01") and rows_[1]["line"] == "1" and rows_[1]["event id"] == "R01", rows_[1])

    def test_statistics_of_groups_go_on(self):
        for month in (1, 2, 3):
            write_month(self.path / f"m{month}.ndjson", month, 2000)
        months = [self.path / f"m{month}.ndjson" for month in (1, 2, 3)]
        self.run_audit("--out", self.path / "whole", *months)
        found = []
        for month in months:
            out = self.path / f"out-{month.stem}"
            self.run_audit("--state", self.state, "--out", out, month)
            found += rows(out / "groups.ndjson")
        expected = rows(self.path / "whole" / "groups.ndjson")
        self.assertTrue(expected)
        self.assertEqual(sorted(map(str, found)), sorted(map(str, expected)))
        self.assertEqual(opinions(*(self.path / f"out-{month.stem}" for month in months)), opinions(self.path / "whole"))

    def test_an_earlier_run_is_named_as_the_owner(self):
        record = json.dumps(payment(1, "2025-01-02", random.Random(1))).encode()
        self.run_audit("--state", self.state, self.write("january.ndjson", [b"", record]))
        self.run_audit("--state", self.state, "--out", self.path / "out", self.write("february.ndjson", [record]))
        for row in rows(self.path / "out" / "duplicates.ndjson"):  # one a role
            self.assertRegex(row["owner"], r"january\.ndjson:\d+:2$")

    # ---- The same export again ----

    def test_the_same_export_in_another_shape_is_known(self):
        random_ = random.Random(5)
        table = [["date", "supplier", "iban", "amount", "currency", "invoice"]]
        for i in range(300):
            made = payment(i, f"2025-01-{i % 28 + 1:02d}", random_)["payment"]
            table.append([made["date"], made["supplier"], made["account"], made["amount"], "EUR", made["invoices"][0]["number"]])
        table += table[5:10]  # rows that are there twice are two
        def text(lines, columns, end, delimiter=";"):
            return end.join(delimiter.join(line[c] for c in columns) for line in lines) + end
        shapes = {
            "export.csv": text(table, range(6), "\n"),
            "renamed.csv": text(table, range(6), "\n"),
            "lines.csv": text(table[:1] + sorted(table[1:], reverse=True), range(6), "\n"),
            "ends.csv": text(table, range(6), "\r\n"),
            "columns.csv": text(table, (4, 3, 5, 0, 1, 2), "\n"),
            "tabs.txt": text(table, range(6), "\n", "\t"),
        }
        for name, content in shapes.items():
            (self.path / name).write_text(content, encoding="utf-8", newline="")
            report = self.run_audit("--state", self.state, self.path / name)
            expected = (305, 0, 0) if name == "export.csv" else (0, 305, 0)
            self.assertEqual(self.counts(report), expected, name)

    # ---- Runs that end early ----

    def reference(self, first, second):
        """What the second run says after the first."""
        self.run_audit("--state", self.state, first)
        kept = self.path / "kept"
        shutil.copytree(self.state, kept)
        vat = self.run_audit("--state", self.state, "--out", self.path / "reference", second)["vat"]
        shutil.rmtree(self.state)
        return kept, opinions(self.path / "reference"), vat

    def step_until(self, run, condition):
        """Let a run have a little CPU time at a time until the condition holds, or it ended: it stands while we look, so no machine is too fast, and
        none too busy with us. True when it stands there."""
        end = time.monotonic() + LIMIT_S
        while run.poll() is None:
            run.send_signal(signal.SIGSTOP)
            while state_of(run)[0] not in "TZ":
                self.assertLess(time.monotonic(), end)
            if condition() and run.poll() is None:
                return True
            had = state_of(run)[1]
            run.send_signal(signal.SIGCONT)
            while run.poll() is None and state_of(run)[1] == had:
                self.assertLess(time.monotonic(), end)
                time.sleep(POLL_S)
        return False

    def kill_when(self, condition, *arguments):
        """Start a run and kill it once the condition holds; True when it was still running then."""
        with subprocess.Popen(self.command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.path) as run:
            running = self.step_until(run, condition)
            run.kill()
            run.wait()
            return running

    def test_a_killed_run_leaves_nothing(self):
        first, second = self.path / "m1.ndjson", self.path / "m2.ndjson"
        write_month(first, 1, PAYMENTS, INVOICES)
        write_month(second, 2, PAYMENTS, INVOICES)
        kept, expected, vat = self.reference(first, second)
        self.assertEqual([(row["documents"], row["run_documents"]) for row in vat], [(INVOICES, 0), (INVOICES, INVOICES)])
        results = self.path / "out" / "fraud.ndjson"
        whole_bytes = (self.path / "reference" / "fraud.ndjson").stat().st_size
        journal, database = self.state / "state.db-journal", self.state / "state.db"
        before_bytes = (kept / "state.db").stat().st_size
        def size(path):
            try:
                return path.stat().st_size
            except FileNotFoundError:
                return 0
        moments = {"began": journal.exists}
        for percent in (10, 90):
            moments[f"{percent} % judged"] = lambda part=percent: size(results) >= whole_bytes * part // 100
        for grown in (0, 4):
            moments[f"writing, {grown} MB"] = lambda more=grown: size(database) > before_bytes + (more << 20)
        killed = 0
        for name, moment in moments.items():
            with self.subTest(name):
                shutil.rmtree(self.state, ignore_errors=True)
                shutil.rmtree(self.path / "out", ignore_errors=True)
                shutil.copytree(kept, self.state)
                killed += self.kill_when(moment, "--state", self.state, "--out", self.path / "out", second)
                self.assertEqual(self.counts(self.run_audit("--dry-run", "--state", self.state, first)), (0, PAYMENTS + INVOICES, 0))
                out = self.path / "again"
                report = self.run_audit("--state", self.state, "--out", out, second)
                counts = self.counts(report)
                if counts[0] == 0:  # it was over before the kill, and whole
                    self.assertEqual(counts, (0, PAYMENTS + INVOICES, 0))
                else:
                    self.assertEqual(opinions(out), expected)
                    self.assertEqual(report["vat"], vat)
                self.assertEqual([row["net"] for row in report["vat"]], [row["net"] for row in vat])
        self.assertGreaterEqual(killed, 4)

    def test_a_dry_run_keeps_nothing(self):
        path = self.path / "m1.ndjson"
        write_month(path, 1, 500)
        self.assertIn("give the folder of an earlier --state", self.run_audit("--dry-run", "--state", self.state, path, status=66))
        self.assertFalse(self.state.exists())
        self.run_audit("--state", self.state, path)
        kept = (self.state / "state.db").read_bytes()
        other = self.path / "m2.ndjson"
        write_month(other, 2, 500)
        for _ in range(2):
            self.assertEqual(self.counts(self.run_audit("--dry-run", "--state", self.state, other)), (500, 0, 0))
        self.assertEqual((self.state / "state.db").read_bytes(), kept)
        self.run_audit("--dry-run", other, status=64)

    # ---- What is refused ----

    def test_two_at_once(self):
        path = self.path / "m1.ndjson"
        write_month(path, 1, PAYMENTS)
        with subprocess.Popen(self.command("--state", self.state, path), stdout=subprocess.PIPE, text=True, cwd=self.path) as first:
            self.assertTrue(self.step_until(first, (self.state / "state.db-journal").exists), "it stands in the middle")
            try:
                for arguments in ((), ("--dry-run",)):
                    self.assertIn("another run has this state open", self.run_audit("--state", self.state, *arguments, path, status=69))
            finally:
                first.send_signal(signal.SIGCONT)
            report = json.loads(first.communicate(timeout=LIMIT_S)[0])
            self.assertEqual(first.returncode, 0)
        self.assertEqual(self.counts(report), (PAYMENTS, 0, 0))
        folder = os.open(self.state, os.O_RDONLY)
        self.addCleanup(os.close, folder)
        fcntl.flock(folder, fcntl.LOCK_SH)  # as another that only looks
        self.assertEqual(self.counts(self.run_audit("--dry-run", "--state", self.state, path)), (0, PAYMENTS, 0))

    def test_other_rules_and_companies(self):
        path = self.path / "m1.ndjson"
        write_month(path, 1, 10)
        self.run_audit("--state", self.state, path)
        config = self.path / "taxflow.conf"
        config.write_text('companies = ( { id = "ACME"; vat_ids = [ "DE123456789" ]; } );\n', encoding="utf-8")
        self.assertIn("other companies; give", self.run_audit("--config", config, "--state", self.state, path, status=78))
        own = self.path / "own.conf"
        own.write_text('rules = ( { id = "DUP1"; weight = 10; } );\n', encoding="utf-8")
        self.assertIn("other fraud rules; give", self.run_audit("--set", f"fraud.rules={own}", "--state", self.state, path, status=78))
        self.assertIn("other tax.history rules; give", self.run_audit("--set", "tax.history=TF-06", "--state", self.state, path, status=78))
        self.assertEqual(self.counts(self.run_audit("--state", self.state, path)), (0, 10, 0))

    def test_it_is_its_owners_alone(self):
        path = self.path / "m1.ndjson"
        write_month(path, 1, 10)
        self.run_audit("--state", self.state, path)
        self.assertEqual(stat.S_IMODE(self.state.stat().st_mode), 0o700)
        self.assertEqual({stat.S_IMODE(each.stat().st_mode) for each in self.state.iterdir()}, {0o600})

    def test_a_full_disk(self):
        """On a file system of 4 MB, which a namespace of ours may mount where the kernel lets it."""
        path, mount = self.path / "m1.ndjson", self.path / "small"
        write_month(path, 1, PAYMENTS)
        mount.mkdir()
        command = " ".join(self.command("--state", mount / "state", path))
        script = f"mount -t tmpfs -o size=4m small {mount} || exit 99; {command} >/dev/null; status=$?; ls {mount}/state >&2; exit $status"
        done = subprocess.run(["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True, timeout=LIMIT_S, cwd=self.path, check=False)
        if done.returncode in (1, 99):
            self.skipTest("no file system can be mounted here")
        self.assertEqual(done.returncode, 77)
        self.assertIn("no room is left for the state of this run", done.stderr)

    def test_what_no_window_reaches_leaves(self):
        def rows_of_state():
            return int(subprocess.run(["sqlite3", self.state / "state.db", "SELECT count(*) FROM state"], check=True, capture_output=True).stdout)
        write_month(self.path / "old.ndjson", 1, 500)
        self.run_audit("--state", self.state, self.path / "old.ndjson")
        self.assertGreaterEqual(rows_of_state(), 500)
        for n in (1, 2):  # the first one finds them old, the next one clears them away
            record = payment(n, "2029-06-01", random.Random(n))
            self.run_audit("--state", self.state, self.write(f"late{n}.ndjson", [json.dumps(record).encode()]))
        self.assertLess(rows_of_state(), 10)
        self.assertEqual(self.counts(self.run_audit("--dry-run", "--state", self.state, self.path / "old.ndjson")), (0, 500, 0))

    def test_old_claims_leave(self):
        path = self.path / "m1.ndjson"
        write_month(path, 1, 10)
        self.run_audit("--state", self.state, path)
        subprocess.run(["sqlite3", self.state / "state.db", "UPDATE run SET started_ms = started_ms - 11 * 86400000"], check=True)
        self.run_audit("--state", self.state, "--set", "state.claims_days=10", path)  # they go with this run's end
        self.assertEqual(self.counts(self.run_audit("--dry-run", "--state", self.state, path)), (10, 0, 0))


if __name__ == "__main__":
    suite.main()
