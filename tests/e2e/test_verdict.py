"""What people say of hits: given at the command line, over HTTP and in a CSV file; heeded by the fraud role, also after a restart."""
import json
import re
import signal
import unittest

import suite
from services import http, until
from stack import JSON, Stack, event, invoice

WHO, WHY = "anna.geheim", "agreed with the supplier"
GIVEN = (f"--by={WHO}", f"--reason={WHY}")


class VerdictTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False).start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def judge(self, event_id, number, rows=1, **record):
        """Post an event and return its newest fraud row, once there are so many."""
        self.assertEqual(self.stack.post(event(event_id, invoice(number, **record)))[0], 202)
        found = until(lambda: self.stack.results("taxflow.fraud", event_id)[rows - 1:], 30, f"{rows} rows of {event_id}")
        return found[-1]

    def alone(self, event_id, number, rows=1, **record):
        """Entered and approved by one person: SOD1 hits, whatever else there is."""
        return self.judge(event_id, number, rows, user="u7", approver="u7", **record)

    def verdict(self, *arguments, status=0):
        done = self.stack.run("verdict", *arguments, f"--config={self.stack.config}", check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def post(self, body, **headers):
        status, _, text = http("POST", f"http://127.0.0.1:{self.stack.ports['fraud']}/v1/verdicts", json.dumps(body).encode(),
                               {"Content-Type": JSON, **headers})
        return status, json.loads(text)

    @staticmethod
    def hits(row):
        return {hit["rule"]: hit for hit in json.loads(row["payload"])["hits"]}

    def test_a_dismissed_pair_does_not_alert_again(self):
        self.judge("pair-1", "V-100")
        row = self.judge("pair-2", "V-100")
        self.assertEqual((self.hits(row)["DUP1"]["mode"], self.hits(row)["DUP1"]["related"]), ("live", ["pair-1"]))
        self.assertIn("verdicts written: 1", self.verdict("pair-2", "dismissed", *GIVEN, "--rule=DUP1").stdout)
        said, = [given for given in self.stack.kafka.read("taxflow.verdicts") if json.loads(given["payload"])["event_id"] == "pair-2"]
        self.assertEqual((said["partition"], said["key"]), (row["partition"], row["key"]))
        body = json.loads(said["payload"])
        self.assertEqual((body["rule"], body["related"], body["verdict"], body["by"], body["reason"]), ("DUP1", ["pair-1"], "dismissed", WHO, WHY))
        self.assertEqual((said["headers"]["ce_specversion"], said["headers"]["ce_type"]), ("1.0", "taxflow.fraud.ruled.v1"))

        known = re.compile(r'^taxflow_verdicts_known\{role="fraud"\} [1-9]', re.M)
        until(lambda: known.search(self.stack.get("fraud", "/metrics")[2]), 30, "the role has read the verdict")

        for event_id in ("pair-1", "pair-2"):  # whichever of the two carries the hit
            row = self.judge(event_id, "V-100", 2, revision=1)
            self.assertEqual(self.hits(row)["DUP1"]["mode"], "dismissed", row["payload"])
        again = json.loads(row["payload"])
        self.assertEqual((again["decision"], again["score"], again["amount_at_risk"]), ("approve", 0, "0.00"))
        self.replayed_it_is_the_same()

    def replayed_it_is_the_same(self):
        """Before the verdict it alerted, after it it did not: judged again it is the same, row by row."""
        folder = self.stack.folder / "replayed"
        self.stack.run("replay", "--from=earliest", f"--out={folder}", f"--config={self.stack.config}")
        lines = (folder / "fraud.ndjson").read_text(encoding="utf-8").splitlines()
        rows = [row["payload"] for row in self.stack.kafka.read("taxflow.fraud")]
        self.assertTrue(any('"dismissed"' in line for line in lines) and any('"DUP1"' in line and '"live"' in line for line in lines))
        self.assertEqual(sorted(lines), sorted(rows))

    def test_it_is_heeded_after_a_restart(self):
        self.assertEqual(json.loads(self.alone("again-1", "V-200")["payload"])["decision"], "review")
        self.verdict("again-1", "dismissed", *GIVEN)
        self.stack.roles["fraud"].signal(signal.SIGTERM)
        self.stack.roles["fraud"].wait(15)
        self.stack.start_role("fraud")
        self.stack.wait_ready("fraud")
        hit = self.hits(self.alone("again-1", "V-200", 2, revision=1))["SOD1"]
        self.assertEqual(hit["mode"], "dismissed")
        self.assertRegex(hit["note"], "^dismissed by a person at 20")
        self.assertEqual(self.hits(self.alone("again-2", "V-201"))["SOD1"]["mode"], "live")

    def test_what_is_not_there_is_a_clear_error(self):
        self.alone("clear-1", "V-300")
        before = len(self.stack.kafka.read("taxflow.verdicts"))
        self.assertIn("taxflow.fraud has no result of this id", self.verdict("nobody", "dismissed", *GIVEN, status=65).stderr)
        self.assertIn("it has no hit of this rule", self.verdict("clear-1", "dismissed", *GIVEN, "--rule=DUP1", status=65).stderr)
        self.assertIn("needs --by and --reason", self.verdict("clear-1", "dismissed", "--by=x", status=64).stderr)
        self.assertIn("confirmed or dismissed", self.verdict("clear-1", "perhaps", *GIVEN, status=64).stderr)
        status, problem = self.post([{"event_id": "clear-1", "verdict": "confirmed", "by": WHO, "reason": WHY},
                                     {"event_id": "nobody", "verdict": "confirmed", "by": WHO, "reason": WHY}])
        self.assertEqual((status, problem["type"]), (404, "urn:taxflow:problem:bad-value"))
        for wrong in ({}, [], {"event_id": "clear-1", "verdict": "maybe", "by": WHO, "reason": WHY},
                      {"event_id": "clear-1", "verdict": "confirmed", "by": WHO},
                      {"event_id": "clear-1", "verdict": "confirmed", "by": WHO, "reason": WHY, "rul": "SOD1"}):
            self.assertEqual(self.post(wrong)[0], 400, wrong)
        self.assertEqual(self.post({}, Origin="http://elsewhere.example")[0], 403)
        self.assertEqual(len(self.stack.kafka.read("taxflow.verdicts")), before)

    def test_precision_at_the_monitor(self):
        for number in range(5):
            self.alone(f"precise-{number}", f"V-40{number}")
        self.assertEqual(self.post({"event_id": "precise-0", "verdict": "confirmed", "by": WHO, "reason": WHY}), (202, {"verdicts": 1}))
        self.assertEqual(self.post([{"event_id": f"precise-{n}", "rule": "SOD1", "verdict": "Confirmed", "by": WHO, "reason": WHY} for n in (1, 2)]),
                         (202, {"verdicts": 2}))
        table = self.stack.folder / "findings.csv"
        table.write_text("\ufeffrule;event id;verdict\r\nSOD1;precise-3; dismissed\r\nSOD1;precise-4;\r\n", encoding="utf-8")
        self.assertIn("verdicts written: 1", self.verdict(f"--csv={table}", *GIVEN).stdout)
        table.write_text("rule,event id,verdict\nSOD1,precise-3,confirmed\nDUP1,precise-4,confirmed\n", encoding="utf-8")
        self.assertIn(f"{table}:3: ", self.verdict(f"--csv={table}", *GIVEN, status=65).stderr)

        def counted():
            status, _, text = self.stack.get("monitor", "/api/v1/precision")
            rules = {rule["rule"]: rule for rule in json.loads(text)["rules"]} if status == 200 else {}
            rule = rules.get("SOD1", {})
            return rule if rule.get("confirmed") == 3 and rule.get("dismissed") else None
        rule = until(counted, 30, "the monitor has read the verdicts")
        self.assertLess(rule["low"], rule["precision"])
        self.assertLess(rule["precision"], rule["high"])
        self.assertAlmostEqual(rule["precision"], rule["confirmed"] / (rule["confirmed"] + rule["dismissed"]))

        def told():
            rows = json.loads(self.stack.run("rules", "--stats", "--json", f"--config={self.stack.config}").stdout)
            row, = [row for row in rows if row["id"] == "SOD1"]
            return {name: row.get(name) for name in ("confirmed", "dismissed", "precision", "low", "high")}
        until(lambda: told().items() <= counted().items(), 30, lambda: f"rules --stats has it from the monitor's metrics: {told()}, {counted()}")

    def test_nobody_is_named_in_logs(self):
        for role in self.stack.roles.values():
            self.assertNotIn(WHO, role.text())


class BreakerTest(unittest.TestCase):
    """A rule that fires too often says so wherever somebody looks; that it survives is e2e.state's."""

    def setUp(self):
        self.stack = Stack(traces=False)
        self.addCleanup(self.stack.stop)
        rules = self.stack.folder / "breaker.conf"
        rules.write_text("breaker = { share_permille = 500; over = 40; minimum = 10; };\n", encoding="ascii")
        text = self.stack.config.read_text(encoding="utf-8")
        self.stack.config.write_text(text.replace('conf/rules/*.conf"', f'conf/rules/*.conf", "{rules}"'), encoding="utf-8")
        self.stack.start()

    def judge(self, count, alone):
        """So many records of one supplier, which share a partition; the fraud rows of all so far, in order."""
        who = {"user": "u7", "approver": "u7"} if alone else {}
        for _ in range(count):
            self.posted = getattr(self, "posted", 0) + 1
            self.assertEqual(self.stack.post(event(f"b-{self.posted}", invoice(f"B-{self.posted}X", **who)))[0], 202)
        return [json.loads(row["payload"]) for row in until(lambda: self.stack.kafka.read("taxflow.fraud")[self.posted - 1:] and
                                                           self.stack.kafka.read("taxflow.fraud"), 30, "all are judged")]

    @staticmethod
    def modes(rows):
        return [hit["mode"] for row in rows for hit in row["hits"] if hit["rule"] == "SOD1"]

    def seen(self):
        stats = json.loads(self.stack.run("rules", "--stats", "--json", f"--config={self.stack.config}").stdout)
        rule, = [row for row in stats if row["id"] == "SOD1"]
        return (rule["muted_partitions"], 'taxflow_rule_muted{role="fraud",rule="SOD1"} 1' in self.stack.get("fraud", "/metrics")[2],
                "SOD1 fires too often" in self.stack.get("fraud", "/readyz?verbose")[2])

    def test_a_rule_that_fires_too_often_is_muted_and_comes_back(self):
        rows = self.judge(15, alone=True)
        self.assertEqual(self.modes(rows), ["live"] * 9 + ["muted"] * 6)
        muted = rows[-1]
        self.assertNotIn("live", [hit["mode"] for hit in muted["hits"] if hit["rule"] == "SOD1"])
        self.assertRegex(next(hit["note"] for hit in muted["hits"] if hit["rule"] == "SOD1"), "^muted: the rule hit 15 of the last 15 records")
        until(lambda: self.seen() == (1, True, True), 30, lambda: f"it is said everywhere: {self.seen()}")
        self.assertEqual(self.stack.get("fraud", "/readyz")[0], 200)
        self.judge(40, alone=False)
        rows = self.judge(1, alone=True)
        self.assertEqual(self.modes(rows)[-1], "live")
        until(lambda: self.seen() == (0, False, False), 30, lambda: f"and that it counts again: {self.seen()}")
        log = [line for line in self.stack.roles["fraud"].text().splitlines() if '"SOD1"' in line]
        self.assertEqual([sum(word in line for line in log) for word in ('"rule_muted"', '"rule_heard_again"')], [1, 1], log)


if __name__ == "__main__":
    suite.main()
