"""Files of other programs on their way in: a collector killed in the middle of a long table, the same table again, over HTTP, and what is kept of them."""
import gzip
import hashlib
import json
import signal
import sys
import time
import unittest
import unittest.mock

import suite
from letters import ends
from services import until
from stack import ROOT, Stack

sys.path.insert(0, str(ROOT / "tests" / "samples"))
import foreign_ledgers as ledgers  # noqa: E402
import saft  # noqa: E402
import wrapped  # noqa: E402
from world import Dice  # noqa: E402

ROWS, BAD_EVERY, TWIN_EVERY = 20000, 500, 300
STEP_S = 0.01  # the least of CPU time that the kernel tells; the table takes many of them
CSV, LIMIT_S = "text/csv", 60
HEAD = "vendor;payment date;amount;ccy;invoice no\n"


class KeepingStack(Stack):
    """Keeps what comes in."""

    def write_config(self):
        super().write_config()
        text = self.config.read_text(encoding="utf-8")
        self.config.write_text(text.replace("watch_dir = ", f'archive_dir = "{self.folder}/originals"; watch_dir = ', 1), encoding="utf-8")


def table(prefix, rows):
    """(the file's text, how many rows are records, the lines that are none). Each TWIN_EVERY-th row is the one before it once more."""
    lines, bad = [HEAD], []
    for n in range(rows):
        day = "30" if n % BAD_EVERY == 7 else f"{n % 28 + 1:02d}"
        twin = n - 1 if n % TWIN_EVERY == 2 else n
        row = f"{prefix}{n % 97};2026-02-{day};{n % 900 + 1}.25;EUR;{n}\n"
        lines.append(lines[-1] if twin != n else row)
        if day == "30":
            bad.append(n + 2)
    return "".join(lines), rows - len(bad), bad


class IntakeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = KeepingStack(traces=False).start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def rows(self, topic, prefix):
        """Rows of records whose supplier begins so; of results by the ids of those."""
        return [row for row in self.stack.kafka.read(topic) if f'"supplier":"{prefix}' in row["payload"]]

    def ids(self):
        return {row["headers"]["ce_id"] for row in self.stack.kafka.read("taxflow.audit")}

    def judged(self, role, ids):
        found = [json.loads(row["payload"])["event_id"] for row in self.stack.kafka.read(f"taxflow.{role}")]
        return [event_id for event_id in found if event_id in ids]

    def decided(self, role):
        """How many records the role has decided on, copies among them: cheaper to ask than to read what it wrote."""
        lines = self.stack.get(role, "/metrics")[2].splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith("taxflow_events_processed_total{"))

    def wait_judged(self, ids):
        """Every record of taxflow.audit is decided on, and each of these was judged once."""
        sent = len(self.stack.kafka.read("taxflow.audit"))
        for role in ("tax", "fraud"):
            until(lambda role=role: self.decided(role) >= sent, LIMIT_S, f"{role} has decided on {sent}")
            self.assertEqual(sorted(self.judged(role, ids)), sorted(ids), f"each once, by {role}")

    def step_until_sent(self, goal):
        """Let the collector run a little CPU time at a time until the topic has so many rows: it stands while we look, so no machine is too fast."""
        collector = self.stack.roles["collector"]

        def step():
            end, deadline = collector.cpu_s() + STEP_S, time.monotonic() + LIMIT_S
            collector.signal(signal.SIGCONT)
            while collector.cpu_s() < end and time.monotonic() < deadline:
                pass
            collector.signal(signal.SIGSTOP)
            return ends(self.stack, "taxflow.audit") >= goal
        until(step, LIMIT_S, f"{goal} rows are sent")

    def test_a_long_table_and_a_kill_in_its_middle(self):
        text, good, bad = table("K", ROWS)
        kafka, done = self.stack.kafka, self.stack.drop / "done"
        self.stack.drop_file("long.csv", [text.encode()])
        self.step_until_sent(ends(self.stack, "taxflow.audit") + 1)
        self.stack.roles["collector"].kill()
        self.assertTrue((self.stack.drop / "work" / "long.csv").exists(), "it was killed in the middle")
        before = len(self.rows("taxflow.audit", "K"))
        self.assertTrue(0 < before < good, before)
        self.stack.start_role("collector")
        self.stack.wait_ready("collector")
        until((done / "long.csv").exists, LIMIT_S, "the file was sent")
        audit = self.rows("taxflow.audit", "K")
        ids = {row["headers"]["ce_id"] for row in audit}
        self.assertEqual((len(audit), len(ids)), (before + good, good))
        self.wait_judged(ids)
        letters = [row["headers"] for row in kafka.read("taxflow.dlq") if "long.csv:0:" in row["headers"].get("tf_position", "")]
        self.assertEqual({int(letter["tf_position"].rsplit(":", 1)[1]) for letter in letters}, set(bad))
        self.assertEqual({(letter["tf_reason"], letter["tf_path"]) for letter in letters}, {("bad-date", "payment date")})

        digest = hashlib.sha256(text.encode()).hexdigest()
        original = f"sha256={digest};bytes={len(text)};media_type={CSV}"
        self.assertEqual({row["headers"]["ce_tforiginal"] for row in audit} | {letter["tf_original"] for letter in letters}, {original})
        shown = self.stack.run("archive", "show", digest, f"--config={self.stack.config}")
        self.assertEqual(shown.stdout, text)

        self.stack.drop_file("again.csv", [text.encode()])
        until((done / "again.csv").exists, LIMIT_S, "the same table under another name was sent")
        self.wait_judged(ids)
        copies = [json.loads(row["payload"])["event_id"] for row in kafka.read("taxflow.duplicates")]
        self.assertEqual(sum(event_id in ids for event_id in copies), 2 * (before + good), "what came before the kill, and all of the second file, by both roles")

    def test_a_table_over_http(self):
        text, good, bad = table("H", 2000)
        status, _, answer = self.stack.post(text, CSV)
        self.assertEqual((status, answer["received"], answer["accepted"], answer["unreadable"]), (207, 2000, good, len(bad)))
        self.assertEqual(sorted(row["line"] for row in answer["results"]), bad)
        ids = {row["headers"]["ce_id"] for row in self.rows("taxflow.audit", "H")}
        self.wait_judged(ids)
        explained = self.stack.run("explain", ids.pop(), f"--config={self.stack.config}").stdout
        self.assertIn(f"came in: sha256={hashlib.sha256(text.encode()).hexdigest()}", explained)
        status, _, answer = self.stack.post(text, CSV)
        self.assertEqual((status, answer["accepted"], answer["duplicates"]), (207, 0, good))

    def test_damage_is_named(self):
        text, _, _ = table("D", 3)
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.assertEqual(self.stack.post(text, CSV)[0], 202)
        config = f"--config={self.stack.config}"
        self.assertEqual(json.loads(self.stack.run("archive", "verify", "--json", config).stdout)["damaged"], 0)
        kept = self.stack.folder / "originals" / digest[:2] / digest[2:4] / digest
        kept.chmod(0o600)
        kept.write_text(text.replace("D0", "D1"), encoding="ascii")
        verified = self.stack.run("archive", "verify", config, check=False)
        self.assertEqual(verified.returncode, 65)
        self.assertIn(digest, verified.stderr)
        shown = self.stack.run("archive", "show", digest, config, check=False)
        self.assertEqual((shown.returncode, shown.stdout), (65, ""))
        kept.write_text(text, encoding="ascii")

    def test_packages_come_in_one_archive(self):
        """The same archive over HTTP and in the drop folder is the same events; what cannot be read is told by archive, file and line."""
        entries = ledgers.ledger(Dice(53), 20)
        package, tables = ledgers.gdpdu(entries), ledgers.sap(entries)
        tables["BSEG.csv"] += b"1000;0;2024\r\n"
        archive = wrapped.archive([*((f"p/{name}", data) for name, data in package.items()), *tables.items()])
        count, bad = len(list(ledgers.gdpdu_records(entries))) + len(entries), tables["BSEG.csv"].count(b"\n")
        before = self.ids()
        status, _, answer = self.stack.post(archive, "application/zip")
        self.assertEqual((status, answer["received"], answer["accepted"], answer["unreadable"]), (207, count + 1, count, 1), answer)
        self.assertEqual([(row["file"], row["line"]) for row in answer["results"]], [("BSEG.csv", bad)])
        first = self.ids()
        self.assertEqual(len(first - before), count)
        self.stack.drop_file("package.zip", [archive])
        until((self.stack.drop / "done" / "package.zip").exists, LIMIT_S, "the archive was sent")
        self.assertEqual(self.ids(), first)
        places = [row["headers"].get("tf_position", "") for row in self.stack.kafka.read("taxflow.dlq")]
        self.assertEqual(sum(place.endswith(f"package.zip/BSEG.csv:0:{bad}") for place in places), 1)

    def test_what_is_nothing_alone_is_refused_with_the_way_out(self):
        tables = ledgers.sap(ledgers.ledger(Dice(53), 3))
        status, _, answer = self.stack.post(tables["BKPF.csv"], CSV)
        self.assertEqual(status, 422)
        self.assertIn("in one ZIP archive", answer["detail"])
        self.stack.drop_file("BKPF.csv", [tables["BKPF.csv"]])
        reason = self.stack.drop / "refused" / "BKPF.csv.reason"
        until(reason.exists, LIMIT_S, "the table was refused")
        self.assertIn("in one ZIP archive", reason.read_text(encoding="utf-8"))
        (self.stack.drop / "folder").mkdir()
        until(lambda: "folder_not_taken" in self.stack.roles["collector"].text(), LIMIT_S, "the log says that a folder is not read")
        (self.stack.drop / "folder").rmdir()

    def test_names_of_a_saft_in_another_encoding(self):
        name = "João Conceição € {}"
        with unittest.mock.patch.object(saft, "name_of", name.format):
            data, told, _ = saft.portugal()
        wide = data.decode("cp1252").replace("Windows-1252", "UTF-16", 1).encode("utf-16")
        before = self.ids()
        status, _, answer = self.stack.post(data, "application/xml")
        self.assertEqual((status, answer["accepted"]), (202, told["records"]), answer)
        first = self.ids()
        self.assertEqual(len(first - before), told["records"])
        self.assertTrue(any(f'"name":"{name.format(7)}"' in row["payload"] for row in self.stack.kafka.read("taxflow.audit")))
        for body, media in ((wide, "application/xml"), (wrapped.archive([("saft.xml", data)]), "application/zip"), (gzip.compress(wide), "application/gzip")):
            status, _, answer = self.stack.post(body, media)
            self.assertEqual((status, answer["accepted"], answer["duplicates"]), (202, 0, told["records"]), media)
        self.stack.drop_file("saft.xml", [data])
        until((self.stack.drop / "done" / "saft.xml").exists, LIMIT_S, "the file was sent")
        self.assertEqual(self.ids(), first)


if __name__ == "__main__":
    suite.main()
