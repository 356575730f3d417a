"""Dead letters as an operator meets them: counted, shown, sent again once the cause is gone, and never judged twice for it."""
import collections
import json
import signal
import subprocess
import unittest

import suite
from letters import dlq, ends, letters, refusing, replay
from services import Process, http, until
from stack import BINARY, NDJSON, Stack, event, invoice

LIMIT_S = 60
TOO_BIG = ("--role=tax", "--reason=result-too-big")
POISON = "{\"kind\":\"invoice\", no JSON at all \x1b[31m"


class DlqTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False)
        cls.stack.config.write_text(cls.stack.config.read_text(encoding="utf-8").replace("period_s = 1;", "period_s = 1; admin = true;"), encoding="utf-8")
        cls.stack.start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def send(self, events):
        status, _, answer = self.stack.post("\n".join(json.dumps(each) for each in events), NDJSON)
        self.assertEqual(status, 202, answer)

    def bury(self, prefix, count):
        """Events whose tax verdicts the topic refuses: real letters, which nothing but the topic's setting is to blame for."""
        events = [event(f"{prefix}{n}", invoice(f"{prefix}-{n}", tax="18.00")) for n in range(count)]
        with refusing(self.stack.kafka, "taxflow.tax"):
            self.send(events)
            until(lambda: self.buried(prefix) == count, LIMIT_S, f"{count} verdicts are refused")
        self.await_judged("fraud", prefix, count)
        return [each["id"] for each in events]

    def buried(self, prefix):
        return sum(row["headers"].get("tf_event_id", "").startswith(prefix) for row in self.stack.kafka.read("taxflow.dlq"))

    def judged(self, role, prefix):
        rows = (json.loads(row["payload"])["event_id"] for row in self.stack.kafka.read(f"taxflow.{role}"))
        return collections.Counter(row for row in rows if row.startswith(prefix))

    def await_judged(self, role, prefix, count):
        until(lambda: sum(self.judged(role, prefix).values()) >= count, LIMIT_S, f"{role} has judged {count} of {prefix}")

    def await_quiet(self):
        """Everything sent so far is judged, buried or a duplicate."""
        sent = len(self.stack.kafka.read("taxflow.audit"))

        def done():
            groups = json.loads(self.stack.get("monitor", "/api/v1/flow")[2])["lag"]
            return all(sum(max(partition["committed"], 0) for partition in group["partitions"]) >= sent for group in groups)
        until(done, LIMIT_S, "nothing is left to judge")

    def duplicates(self, role):
        return sum(row["headers"]["tf_role"] == role for row in self.stack.kafka.read("taxflow.duplicates"))

    def test_without_letters_of_a_kind_it_says_so(self):
        done = self.stack.run("dlq", "list", f"--config={self.stack.config}", "--reason=nothing-of-it")
        self.assertIn("no letters of this kind", done.stderr)
        done = self.stack.run("dlq", "replay", f"--config={self.stack.config}", "--reason=nothing-of-it")
        self.assertIn("no letters to replay", done.stdout)

    def test_a_letter_whose_cause_is_gone_is_judged_once(self):
        ids = self.bury("fix", 5)
        mine = [row for row in letters(self.stack, *TOO_BIG) if row["event_id"] in ids]
        self.assertEqual(sorted(row["event_id"] for row in mine), ids)
        told = replay(self.stack, *TOO_BIG, "--dry-run")
        self.assertEqual((told["sent"] >= 5, told["dry_run"]), (True, True))
        self.assertEqual(self.judged("tax", "fix"), {}, "a dry run sends nothing")
        sent = [replay(self.stack, "--role=tax", f"--id={each}")["sent"] for each in ids]
        self.assertEqual(sent, [1] * 5)
        self.await_judged("tax", "fix", 5)
        before = self.duplicates("tax")
        for each in ids:
            again = replay(self.stack, "--role=tax", f"--id={each}")
            self.assertEqual((again["sent"], again["resumed"], again["complete"]), (0, True, True))
            self.assertEqual(replay(self.stack, "--role=tax", f"--id={each}", "--again")["sent"], 1)
        until(lambda: self.duplicates("tax") == before + 5, LIMIT_S, "each letter sent again is a duplicate")
        self.await_quiet()
        for role in ("tax", "fraud"):
            self.assertEqual(self.judged(role, "fix"), {each: 1 for each in ids}, role)

    def test_a_letter_whose_replay_died_is_judged_once_at_the_second(self):
        """The replay of a replay goes back to the record that owns the id: it is no copy of it."""
        refused = "twice0"
        with refusing(self.stack.kafka, "taxflow.tax"):
            self.send([event(refused, invoice("T-0"))])
            until(lambda: self.buried(refused) == 1, LIMIT_S, "the verdict is refused")
            self.assertEqual(replay(self.stack, "--role=tax", f"--id={refused}")["sent"], 1)
            until(lambda: self.buried(refused) == 2, LIMIT_S, "the replay's verdict is refused too")
        first, second = letters(self.stack, "--role=tax", f"--id={refused}")
        self.assertEqual((second["origin"], second["root"]), (first["source"], first["source"]))
        self.assertEqual(replay(self.stack, "--role=tax", f"--id={refused}")["sent"], 1)
        self.await_judged("tax", refused, 1)
        before = self.duplicates("tax")
        self.assertEqual(replay(self.stack, "--role=tax", f"--id={refused}", "--again")["sent"], 2)
        until(lambda: self.duplicates("tax") == before + 2, LIMIT_S, "both letters sent again are duplicates")
        self.await_quiet()
        for role in ("tax", "fraud"):
            self.assertEqual(self.judged(role, refused), {refused: 1}, role)

    def test_an_interrupted_replay_goes_on_where_it_was(self):
        count = 12
        ids = self.bury("stop", count)
        since = min(row["time"] for row in letters(self.stack, *TOO_BIG) if row["event_id"] in ids)
        filters = (*TOO_BIG, f"--since={since}")
        total = replay(self.stack, *filters, "--dry-run")["sent"]
        before = ends(self.stack, "taxflow.audit")
        slow = Process("replay", [BINARY, "dlq", "replay", f"--config={self.stack.config}", "--rate=1", *filters], self.stack.folder, self.stack.environment())
        until(lambda: ends(self.stack, "taxflow.audit") > before, LIMIT_S, "some are sent")
        slow.signal(signal.SIGTERM)
        self.assertEqual(slow.wait(20), 0, slow.text())
        self.assertIn("run it again to go on", slow.text())
        first = int(slow.text().split("sent ")[1].split(",")[0])
        rest = replay(self.stack, *filters)
        self.assertTrue(rest["resumed"] and rest["complete"], rest)
        self.assertEqual(first + rest["sent"], total)
        self.assertGreater(rest["sent"], 0)
        self.await_judged("tax", "stop", count)
        self.assertEqual(replay(self.stack, *filters)["sent"], 0)
        self.await_quiet()
        self.assertEqual(self.judged("tax", "stop"), {each: 1 for each in ids})

    def test_poison_is_listed_shown_and_dies_again(self):
        self.stack.kafka.send("taxflow.audit", POISON, key="poison")
        mine = until(lambda: [row for row in letters(self.stack, "--reason=malformed-json") if "origin" not in row] or None, LIMIT_S, "poison is buried")
        until(lambda: len(letters(self.stack, "--reason=malformed-json")) >= 2, LIMIT_S, "both roles have buried it")
        mine = [row for row in letters(self.stack, "--reason=malformed-json", "--role=tax") if "origin" not in row]
        self.assertEqual(len(mine), 1)
        self.assertNotIn("data", mine[0])
        shown = dlq(self.stack, "show", mine[0]["position"])
        self.assertEqual(shown["data"].strip(), POISON)
        text = self.stack.run("dlq", "show", mine[0]["position"].split(":", 1)[1], f"--config={self.stack.config}").stdout
        self.assertIn("malformed-json", text)
        self.assertNotIn("\x1b", text, "a letter cannot steer the terminal")
        groups = dlq(self.stack, "list")[0]["groups"]
        self.assertIn(("tax", "malformed-json"), {(group["role"], group["reason"]) for group in groups})
        self.assertEqual(replay(self.stack, "--role=tax", "--reason=malformed-json")["sent"], 1)
        died = until(lambda: [row for row in letters(self.stack, "--reason=malformed-json") if "origin" in row], LIMIT_S, "it dies again")
        self.await_quiet()
        self.assertEqual([(row["role"], row["origin"]) for row in died], [("tax", mine[0]["source"])], "fraud has passed it over")
        # The new letter lies behind the old one, so the next run finds it, and its replay dies as the first did.
        self.assertEqual(replay(self.stack, "--role=tax", "--reason=malformed-json")["sent"], 1)
        until(lambda: any(row.get("origin") == died[0]["source"] for row in letters(self.stack, "--reason=malformed-json")), LIMIT_S, "and again")

    def test_a_conflict_is_refused(self):
        self.send([event("conflict", invoice("C-1"))])
        self.await_judged("tax", "conflict", 1)
        self.stack.kafka.send("taxflow.audit", json.dumps(event("conflict", invoice("C-2"))), key="conflict")
        until(lambda: len(letters(self.stack, "--reason=id-conflict")) == 2, LIMIT_S, "both roles refuse it")
        told = replay(self.stack, "--reason=id-conflict", status=65)
        self.assertEqual((told["sent"], told["refused"]), (0, {"id-conflict": 2}))
        self.await_quiet()
        self.assertEqual(self.judged("tax", "conflict"), {"conflict": 1})

    def plant(self, value, **headers):
        """A letter from a producer that is not ours."""
        kafka = self.stack.kafka
        flat = [word for name, text in headers.items() for word in ("-H", f"{name}={text}")]
        subprocess.run([kafka.kcat, "-b", kafka.bootstrap, "-P", "-t", "taxflow.dlq", "-p", "1", *flat], input=value.encode(), check=True, capture_output=True)

    def test_letters_of_the_collector_become_new_events(self):
        self.plant(json.dumps(event("late", invoice("L-1"))), tf_role="collector", tf_reason="bad-number", tf_position="x.ndjson:0:1", tf_event_id="late")
        self.plant("{", tf_role="collector", tf_reason="malformed-json", tf_position="x.ndjson:0:2")
        self.plant("{}", tf_role="collector", tf_reason="too-big", tf_bytes="5000000", tf_position="x.ndjson:0:3")
        self.plant("{}", tf_role="tax", tf_reason="crashed", tf_position="x.ndjson:0:3", tf_event_id="stray")
        told = replay(self.stack, "--role=collector", status=65)
        self.assertEqual((told["sent"], told["refused"]), (1, {"too-big": 1, "still-unreadable": 1}))
        for role in ("tax", "fraud"):
            self.await_judged(role, "late", 1)
        self.assertEqual(replay(self.stack, "--id=stray", status=65)["refused"], {"no-position": 1})
        without = replay(self.stack, "--role=collector", "--again", "--set", "collector.key_file=", status=65)
        self.assertEqual((without["sent"], without["refused"]["no-key-file"]), (0, 2))
        other = self.stack.folder / "other-key"
        other.write_text("a secret that is not this prefix's\n", encoding="ascii")
        other.chmod(0o600)
        self.assertEqual(replay(self.stack, "--role=collector", "--again", "--set", f"collector.key_file={other}", status=65)["sent"], 0)
        replay(self.stack, "--role=collector", "--again", status=65)
        self.await_quiet()
        self.assertEqual(self.judged("tax", "late"), {"late": 1})

    def ask(self, method, path):
        status, _, text = http(method, f"http://127.0.0.1:{self.stack.ports['monitor']}/api/v1/dlq{path}", b"" if method == "POST" else None)
        return status, json.loads(text)

    def test_the_monitor_does_the_same(self):
        ids = self.bury("http", 3)
        status, groups = self.ask("GET", "?role=tax&reason=result-too-big")
        self.assertEqual((status, [group["reason"] for group in groups["groups"]], groups["complete"]), (200, ["result-too-big"], True))
        status, told = self.ask("GET", f"/letters?id={ids[0]}&limit=5")
        self.assertEqual((status, len(told["letters"]), told["letters"][0]["event_id"]), (200, 1, ids[0]))
        self.assertNotIn("data", told["letters"][0])
        self.assertTrue(told["complete"])
        self.assertFalse(self.ask("GET", "/letters?role=tax&limit=1")[1]["complete"])
        status, shown = self.ask("GET", f"/letter?position={told['letters'][0]['position']}")
        self.assertEqual((status, json.loads(shown["data"])["kind"]), (200, "invoice"))
        self.assertEqual(self.ask("GET", "/letter?position=0:123456789")[0], 404)
        self.assertEqual(self.ask("GET", "/letter?position=x")[0], 400)
        self.assertEqual(self.ask("GET", "?since=yesterday")[0], 400)
        self.assertEqual(self.ask("GET", "/letters?limit=0")[0], 400)
        self.assertEqual(self.ask("POST", "/replay?colour=red")[0], 400, "a filter that is not known would widen the replay")
        status, told = self.ask("POST", f"/replay?role=tax&id={ids[0]}&dry_run=true")
        self.assertEqual((status, told["sent"], told["dry_run"]), (200, 1, True))
        self.assertEqual(self.judged("tax", "http"), {})
        sent = [self.ask("POST", f"/replay?role=tax&id={each}")[1]["sent"] for each in ids]
        self.assertEqual(sent, [1, 1, 1])
        self.assertEqual(self.ask("POST", f"/replay?role=tax&id={ids[0]}")[1]["sent"], 0)
        self.await_judged("tax", "http", 3)
        self.await_quiet()
        self.assertEqual(self.judged("tax", "http"), {each: 1 for each in ids})

    def test_without_admin_the_monitor_sends_nothing_and_shows_no_bytes(self):
        self.stack.kafka.send("taxflow.audit", "closed", key="closed")
        mine = until(lambda: letters(self.stack, "--reason=malformed-json"), LIMIT_S, "there is a letter")
        self.restart_monitor("--set", "monitor.admin=false")
        try:
            status, refused = self.ask("POST", "/replay")
            self.assertEqual(status, 403)
            self.assertIn("monitor.admin", refused["detail"])
            status, shown = self.ask("GET", f"/letter?position={mine[0]['position']}")
            self.assertEqual(status, 200)
            self.assertFalse({"data", "data_base64"} & set(shown))
        finally:
            self.restart_monitor()

    def restart_monitor(self, *arguments):
        self.stack.roles["monitor"].signal(signal.SIGTERM)
        self.stack.roles["monitor"].wait(15)
        self.stack.start_role("monitor", *arguments)
        self.stack.wait_ready("monitor")


if __name__ == "__main__":
    suite.main()
