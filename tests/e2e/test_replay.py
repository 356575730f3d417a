"""Past events judged again: the same rules say the same, other rules show their difference, and what is published is there once."""
import collections
import json
import pathlib
import random
import signal
import subprocess
import time
import unittest

import suite
from services import until
from stack import BINARY, ROOT, Stack, event, invoice

RECORDS, SUPPLIERS = 6000, 40
LIMIT_S = 120
# These look across partitions, where which of two records came first is told by the fetching; what they find together is theirs to test.
ACROSS = ("DUP3", "BNK2", "MTIC2", "SUP1", "SPL2", "RND2", "JE2", "JE3", "BEN1", "BEN2", "BEN3")
OFF = "rules = ( " + ", ".join(f'{{ id = "{name}"; mode = "off"; }}' for name in ACROSS) + " );\n"
OTHER_RULES = 'rules = ( { id = "SOD1"; mode = "shadow"; }, { id = "RND1"; mode = "off"; }, { id = "DUP4"; weight = 60; } );\n'


def purchase(rng, n):
    """An invoice of one of the suppliers, entered by a user who knows no other one: so all windows are a partition's own."""
    supplier, day = rng.randrange(SUPPLIERS), rng.randrange(300)
    net = rng.choice(["100.00", "250.00", "1000.00", "1999.99", "8000.00", f"{rng.randrange(5, 900)}.{rng.randrange(10, 99)}"])
    number = f"R-{n}" if rng.random() > 0.05 else f"R-{rng.randrange(n + 1)}"
    record = invoice(number, net=net, gross=net, tax="0.00", date=time.strftime("%Y-%m-%d", time.gmtime(1735700000 + day * 86400)),
                     user=f"u{supplier}", approver=f"u{supplier}" if rng.random() < 0.03 else "boss")
    record["invoice"]["seller"]["vat_id"] = f"DE{100000000 + supplier}"
    if rng.random() < 0.02:
        del record["user"]
    return event(f"rep-{n}", record)


def flow(seed, first, count):
    """Records, some sent twice, some amended."""
    rng = random.Random(seed)
    events = [purchase(rng, first + n) for n in range(count)]
    copies = [rng.choice(events) for _ in range(count // 50)]
    amended = [json.loads(json.dumps(rng.choice(events))) for _ in range(count // 50)]
    for n, one in enumerate(amended):
        one["data"]["revision"] = 2
        one["data"]["invoice"]["totals"].update(gross=f"{n + 7}.00")
    return events + copies + list({one["id"]: one for one in amended}.values())


class LocalStack(Stack):
    """With rules alone whose windows are a partition's."""

    def write_config(self):
        super().write_config()
        local = self.folder / "off.conf"
        local.write_text(OFF, encoding="ascii")
        self.config.write_text(self.config.read_text(encoding="utf-8").replace('/conf/rules/*.conf" ]', f'/conf/rules/*.conf", "{local}" ]'),
                               encoding="utf-8")


class ReplayTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stack = LocalStack(traces=False).start()
        rules = cls.stack.folder / "other.conf"
        rules.write_text(OTHER_RULES, encoding="ascii")
        cls.other = [f"--rules={path}" for path in (ROOT / "conf" / "rules" / "fraud.conf", cls.stack.folder / "off.conf", rules)]
        first, second = flow(1, 0, RECORDS * 2 // 3), flow(2, RECORDS, RECORDS // 3)
        cls.feed("first.ndjson", first)
        until(lambda: len(cls.rows()) + cls.copies() >= len(first), LIMIT_S, "the first part is judged")
        cls.between = time.time() + 0.002
        until(lambda: time.time() > cls.between, 5, "a moment between the two")
        cls.feed("second.ndjson", second)
        until(lambda: len(cls.rows()) + cls.copies() >= len(first) + len(second), LIMIT_S, "all is judged")

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    @classmethod
    def feed(cls, name, events):
        cls.stack.drop_file(name, events)

    @classmethod
    def rows(cls):
        return cls.stack.kafka.read("taxflow.fraud")

    @classmethod
    def copies(cls):
        return sum(row["headers"]["tf_role"] == "fraud" for row in cls.stack.kafka.read("taxflow.duplicates"))

    def replay(self, *arguments):
        done = self.stack.run("replay", f"--config={self.stack.config}", "--json", *arguments)
        return json.loads(done.stdout.splitlines()[-1])

    def live(self):
        """Rows as they were judged first: position to text."""
        return {json.loads(row["payload"])["position"]: row["payload"] for row in self.rows() if "tf_supersedes" not in row["headers"]}

    def test_1_the_same_rules_say_the_same(self):
        live = self.live()
        folder = self.stack.folder / "again"
        totals = self.replay("--from=earliest", f"--out={folder}")
        self.assertEqual((totals["judged"], totals["identical"], totals["warmed"]), (len(live), len(live), 0))
        self.assertEqual(totals["skipped"], self.copies())
        again = {json.loads(line)["position"]: line for line in (folder / "fraud.ndjson").read_text(encoding="utf-8").splitlines()}
        self.assertEqual(again, live)
        self.assertTrue(sum(rule["now"] for rule in totals["rules"]) > 250, totals["rules"])
        self.assertEqual(sum(rule["newly_hit"] + rule["no_longer_hit"] for rule in totals["rules"]), 0)
        first = (folder / "fraud.ndjson").read_bytes()
        self.replay("--from=earliest", f"--out={folder}")
        self.assertEqual((folder / "fraud.ndjson").read_bytes(), first, "two runs give the same bytes in the same order")

    def test_2_windows_are_warm_where_it_begins_in_the_middle(self):
        live, late = self.live(), {row["position"] for row in map(json.loads, self.live().values())}
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(self.between)) + f".{int(self.between * 1000) % 1000:03d}Z"
        folder = self.stack.folder / "middle"
        totals = self.replay(f"--from={at}", f"--out={folder}")
        again = {json.loads(line)["position"]: line for line in (folder / "fraud.ndjson").read_text(encoding="utf-8").splitlines()}
        self.assertEqual(totals["judged"], totals["identical"])
        self.assertEqual(totals["judged"] + totals["warmed"], len(live))
        self.assertTrue(RECORDS // 4 < totals["judged"] < RECORDS // 2, totals)
        self.assertEqual(again, {position: live[position] for position in again})
        self.assertTrue(set(again) < late)

    def test_3_one_partition_from_an_offset(self):
        live = {position: text for position, text in self.live().items() if position.startswith("taxflow.audit:2:")}
        offsets = sorted(int(position.rsplit(":", 1)[1]) for position in live)
        begin, end = offsets[len(offsets) // 2], offsets[-1]
        totals = self.replay(f"--from={begin}", f"--to={end}", "--partition=2")
        wanted = [offset for offset in offsets if begin <= offset < end]
        self.assertEqual((totals["judged"], totals["identical"]), (len(wanted), len(wanted)))

    def test_4_other_rules_show_their_difference(self):
        hits = collections.Counter(hit["rule"] for text in self.live().values() for hit in json.loads(text)["hits"])
        totals = self.replay("--from=earliest", *self.other, "--all")
        rules = {rule["rule"]: rule for rule in totals["rules"]}
        shadow = {rule["rule"]: rule for rule in totals["shadow"]}
        self.assertEqual((rules["SOD1"]["no_longer_hit"], rules["SOD1"]["now"]), (hits["SOD1"], 0))
        self.assertEqual((shadow["SOD1"]["newly_hit"], shadow["SOD1"]["before"]), (hits["SOD1"], 0))
        self.assertEqual(rules["RND1"]["no_longer_hit"], hits["RND1"])
        self.assertEqual((rules["DUP4"]["before"], rules["DUP4"]["now"], rules["DUP4"]["newly_hit"]), (hits["DUP4"], hits["DUP4"], 0))
        amount = sum(float(hit["amount_at_risk"]) for text in self.live().values() for hit in json.loads(text)["hits"] if hit["rule"] == "SOD1")
        self.assertAlmostEqual(float(rules["SOD1"]["amounts"][0]["no_longer_hit"]), amount, places=2)
        self.assertGreater(totals["decisions"]["approve"]["review"], 0)
        self.assertEqual(len(self.rows()), len(self.live()), "nothing was published")

    def test_5_publishing_under_kills_is_exactly_once(self):
        live = self.live()
        ids = {row["payload"]: row["headers"]["ce_id"] for row in self.rows()}
        words = [BINARY, "replay", f"--config={self.stack.config}", "--json", "--from=earliest", *self.other, "--publish",
                 "--reason=limits of 2026", "--set", "kafka.batch_events=3"]
        rng, cut_short = random.Random(5), 0
        for _ in range(4):
            before = len(self.superseding())
            run = subprocess.Popen(words, env=self.stack.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            until(lambda: run.poll() is not None or len(self.superseding()) > before, 60, "it publishes")
            until(lambda: rng.random() < 0.2, 60, "some moment")
            run.send_signal(signal.SIGKILL)
            cut_short += run.wait() != 0
        self.assertGreater(cut_short, 1, "kills came too late to show anything")
        done = self.stack.run(*words[1:])
        totals = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual(totals["published"] + totals["standing"], len(live))
        self.assertIn("results_superseded", done.stderr)
        new = self.superseding()
        bodies = [json.loads(row["payload"]) for row in new]
        self.assertEqual(collections.Counter(body["position"] for body in bodies), collections.Counter(live.keys()), "each record once")
        self.assertEqual({(body["ruleset"], body["reason"]) for body in bodies}, {(totals["ruleset"], "limits of 2026")})
        for row, body in zip(new, bodies):
            self.assertEqual(body["supersedes"], ids[live[body["position"]]])
            self.assertEqual(row["headers"]["tf_supersedes"], body["supersedes"])
            self.assertNotIn("tf_owner", row["headers"])
        again = self.replay("--from=earliest", *self.other)
        self.assertEqual((again["judged"], again["identical"], again["against"][-1]), (len(live), len(live), totals["ruleset"]))

    def explain(self, event_id, *arguments):
        return self.stack.run("explain", f"--config={self.stack.config}", *arguments, event_id).stdout

    def test_6_explain_tells_all_of_it_from_kafka(self):
        copied = {json.loads(row["payload"])["event_id"] for row in self.stack.kafka.read("taxflow.duplicates")}
        rows = {body["event_id"]: body for body in map(json.loads, self.live().values())}
        titles = {rule["id"]: rule["text"] for rule in json.loads(self.stack.run("rules", "--json", f"--config={self.stack.config}").stdout)}
        event_id, hit = next((name, hit) for name in sorted(copied) for hit in rows[name]["hits"] if hit["related"])
        told = self.explain(event_id)
        for words in ("holds no longer: it was judged again", "judged again: limits of 2026", titles[hit["rule"]],
                      f"observed: {hit['observed']}", f"limit: {hit['threshold']}", f"looked {hit['window_days']} days before and after",
                      f"amount at risk {hit['amount_at_risk']}", f"rests on {len(hit['related'])} event", hit["related"][0], "duplicate (fraud)",
                      "duplicate (tax)"):
            self.assertIn(words, told)
        self.assertEqual(told.count("fraud (fraud-"), 2)
        self.assertEqual(self.explain(event_id, f"--partition={rows[event_id]['position'].split(':')[1]}"), told)
        unknown = next(body for body in rows.values() if "SOD1" in body["unknown"])
        self.assertIn("SOD1: unknown, which is neither hit nor clear", self.explain(unknown["event_id"]))
        lines = [json.loads(line) for line in self.explain(event_id, "--json").splitlines()]
        self.assertEqual({line["event_id"] for line in lines}, {event_id})

    def test_6_explain_knows_dead_letters_and_amendments(self):
        audit = next(row for row in self.stack.kafka.read("taxflow.audit") if row["headers"]["ce_id"] == "rep-1")
        headers = [word for item in audit["headers"].items() for word in ("-H", "=".join(item))]
        subprocess.run([self.stack.kafka.kcat, "-b", self.stack.kafka.bootstrap, "-P", "-t", "taxflow.audit", "-p", str(audit["partition"]), "-k",
                        audit["key"], *headers], input=audit["payload"].replace('"u', '"v').encode(), check=True)
        until(lambda: "dead letter (fraud): id-conflict" in self.explain("rep-1"), 30, "the conflict is told of")
        revisions = collections.Counter(json.loads(text)["event_id"] for text in self.live().values())
        amended = next(event_id for event_id, count in revisions.items() if count == 2)
        self.assertEqual(self.explain(amended, "--all").count("fraud (fraud-"), 4, "two revisions, each judged again")
        nothing = self.stack.run("explain", f"--config={self.stack.config}", "rep-none", check=False)
        self.assertEqual((nothing.returncode, nothing.stdout), (65, ""))

    def superseding(self):
        return [row for row in self.rows() if "tf_supersedes" in row["headers"]]

    def test_7_claims_are_restored_past_rows_that_were_judged_again(self):
        self.stack.redis.ask("FLUSHALL")
        copies, rows = self.copies(), len(self.rows())
        self.feed("copy.ndjson", flow(1, 0, RECORDS * 2 // 3)[:500])
        until(lambda: self.copies() >= copies + 500, LIMIT_S, "the copies are known")
        self.assertEqual(len(self.rows()), rows)
        log = self.stack.roles["fraud"].text()
        self.assertIn("claims_restored", log + self.stack.roles["tax"].text())
        self.assertNotIn("results_unreadable", log)

    def test_8_asking_wrongly(self):
        for words in (["replay"], ["replay", "--from=soon"], ["replay", "--from=earliest", "--publish"], ["replay", "--from=earliest", "x.ndjson"]):
            self.assertEqual(self.stack.run(*words, check=False).returncode, 64, words)
        gone = self.stack.run("replay", "--from=earliest", "--partition=99", f"--config={self.stack.config}", check=False)
        self.assertEqual(gone.returncode, 64, gone.stderr)
        bad = self.stack.folder / "half.conf"
        bad.write_text('rules = ( { id = "DUP1"; wei', encoding="ascii")
        wrong = self.stack.run("replay", "--from=earliest", f"--rules={bad}", f"--config={self.stack.config}", check=False)
        self.assertEqual(wrong.returncode, 78)
        self.assertIn("half.conf:1", wrong.stderr)


if __name__ == "__main__":
    suite.main()
