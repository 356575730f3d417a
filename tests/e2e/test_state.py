"""State that survives: the fraud role is killed, stopped, and shares its partitions with another one, in the middle of records whose verdicts hang on
one another; every assessment is the one of a run that nobody disturbed.
"""
import datetime
import json
import random
import signal
import unittest

import suite
from services import Kafka, free_ports, until
from stack import NDJSON, Stack, event, invoice

SUPPLIERS, RECORDS, CHUNKS, LIMIT_S = 24, 1600, 8, 120
FIRST_DAY = 20000  # days since 1970; some are late by more than the allowed day


def day(number):
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=number)).isoformat()


def payment(supplier, number, amount, date):
    return {"kind": "payment", "company": "ACME-DE", "user": f"u{supplier}", "approver": f"a{supplier}", "payment": {
        "supplier": f"S-{supplier}", "account": f"ACCOUNT-OF-{supplier}", "amount": amount, "currency": "EUR", "date": date, "direction": "out",
        "invoice_number": number}}


def records():
    """(id, record): purchases and payments of suppliers that share nothing; doubles, splits below the limit, bursts, late ones, amendments.
    And the ids that came late at least once."""
    dice, made, revisions, late = random.Random(7), [], {}, set()
    for n in range(RECORDS):
        supplier, back, kind = dice.randrange(SUPPLIERS), dice.randrange(2, 40) if dice.random() < 0.1 else 0, dice.random()
        if n % 200 < 25:  # a burst
            supplier, back, kind = n // 200, 0, 1
        date = day(FIRST_DAY + (n - n % 25) // 8 - back)
        if kind < 0.15 and made:  # an amendment of one of the last records
            event_id, record = made[-1 - dice.randrange(min(len(made), 200))]
            record, back = json.loads(json.dumps(record)), 1
            record["revision"] = revisions[event_id] = revisions.get(event_id, 0) + 1
            if record["kind"] == "payment":
                record["payment"]["amount"] = f"{dice.randrange(1, 40)}00.00"
            else:
                record["invoice"]["number"] += "-A"
        elif kind < 0.45:
            event_id, record = f"e{n}", payment(supplier, f"R{supplier}-{n}", f"{dice.randrange(40, 50)}00.00", date)
        else:
            event_id, record = f"e{n}", invoice(f"R{supplier}-{dice.randrange(60)}", date=date, user=f"u{supplier}", approver=f"a{supplier}")
            record["invoice"]["seller"] = {"name": f"Seller {supplier}", "vat_id": f"DE9{supplier:08}", "address": {"country": "DE"}}
        made.append((event_id, record))
        if back:
            late.add(event_id)
    return made, late


def without_breaker(row):
    """A row but for what a breaker decides: it counts late records too, and what those met is not the same."""
    body = json.loads(row)
    hits = [{name: value for name, value in hit.items() if name != "note"} | {"mode": "live" if hit["mode"] == "muted" else hit["mode"]} for hit in body["hits"]]
    return {name: value for name, value in body.items() if name not in ("amount_at_risk", "decision", "score")} | {"hits": hits}


class FraudStack(Stack):
    """Collector and fraud role alone, with a breaker that so few records can trip."""

    def write_config(self):
        super().write_config()
        rules = self.folder / "breaker.conf"
        rules.write_text("breaker = { share_permille = 60; over = 60; minimum = 20; };\n", encoding="ascii")
        text = self.config.read_text(encoding="utf-8")
        self.config.write_text(text.replace('conf/rules/*.conf"', f'conf/rules/*.conf", "{rules}"'), encoding="utf-8")

    def start(self):
        self.run("topics", "--create", f"--config={self.config}")
        self.start_role("collector")
        self.wait_ready("collector")
        return self

    def start_fraud(self, name="fraud", wait=True):
        listen = f"127.0.0.1:{self.ports['fraud'] if name == 'fraud' else free_ports(1)[0]}"
        self.start_role("fraud", f"--set=fraud.listen={listen}", "--set=kafka.batch_events=100", "--set=kafka.batch_ms=20")
        if name != "fraud":
            self.roles[name] = self.roles.pop("fraud")
        elif wait:
            self.wait_ready("fraud")
        return self.roles[name]

    def feed(self, chunk):
        body = "\n".join(json.dumps(event(event_id, record)) for event_id, record in chunk)
        status, _, answer = self.post(body, NDJSON)
        assert status == 202, (status, str(answer)[:500])

    def assessments(self):
        """What was said of each record, without where it lay; its last revision counts last."""
        said = {}
        for row in self.kafka.read("taxflow.fraud"):
            body = json.loads(row["payload"])
            del body["position"]
            said.setdefault(body["event_id"], []).append(json.dumps(body, sort_keys=True))
        return said

    def wait_judged(self, count):
        until(lambda: len(self.kafka.read("taxflow.fraud")) >= count, LIMIT_S, f"{count} rows of results")


class StateTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.records, cls.late = records()
        cls.chunks = [cls.records[n * RECORDS // CHUNKS:(n + 1) * RECORDS // CHUNKS] for n in range(CHUNKS)]
        cls.calm = FraudStack(traces=False, kafka=Kafka).start()
        cls.calm.start_fraud()
        for chunk in cls.chunks:
            cls.calm.feed(chunk)
        cls.calm.wait_judged(RECORDS)
        cls.undisturbed = cls.calm.assessments()
        cls.calm.stop()

    def setUp(self):
        self.stack = FraudStack(traces=False, kafka=Kafka).start()
        self.addCleanup(self.stack.stop)

    def assert_undisturbed(self, besides=(), seen=lambda row: row):
        self.stack.wait_judged(RECORDS)
        said = self.stack.assessments()
        self.assertEqual(sorted(said), sorted(self.undisturbed))
        for event_id, rows in self.undisturbed.items():
            if event_id not in besides:
                self.assertEqual([seen(row) for row in said[event_id]], [seen(row) for row in rows], event_id)

    def test_0_the_records_hang_on_one_another(self):
        """Else the comparisons below would say nothing."""
        hits = [hit["rule"] for rows in self.undisturbed.values() for row in rows for hit in json.loads(row)["hits"]]
        for rule in ("DUP1", "SPL1", "VEL1"):
            self.assertGreater(hits.count(rule), 5, f"{rule} among {sorted(set(hits))}")
        self.assertTrue(any(len(rows) > 1 for rows in self.undisturbed.values()), "amendments")
        modes = [hit["mode"] for rows in self.undisturbed.values() for row in rows for hit in json.loads(row)["hits"]]
        for mode in ("live", "muted"):
            self.assertGreater(modes.count(mode), 20, f"{mode} of {len(modes)} hits")

    def test_killed_in_the_middle(self):
        fraud, judged = self.stack.start_fraud(), 0
        for n, chunk in enumerate(self.chunks):
            self.stack.feed(chunk)
            judged += len(chunk)
            self.stack.wait_judged(judged - len(chunk) + (n * 37) % len(chunk))  # in the middle of what there is, more or less
            fraud.signal(signal.SIGKILL)
            fraud.wait(10)
            fraud = self.stack.start_fraud(wait=False)
        self.assert_undisturbed()
        self.assertIn("state_restored", fraud.text())

    def test_stopped_and_started(self):
        for n, chunk in enumerate(self.chunks):
            fraud = self.stack.start_fraud()
            self.stack.feed(chunk)
            self.stack.wait_judged(sum(len(c) for c in self.chunks[:n + 1]) - 50)
            fraud.signal(signal.SIGTERM)
            self.assertEqual(fraud.wait(30), 0)
        self.stack.start_fraud()
        self.assert_undisturbed()

    def test_shared_with_another_and_taken_back(self):
        first, judged = self.stack.start_fraud(), 0
        for n, chunk in enumerate(self.chunks):
            self.stack.feed(chunk)
            judged += len(chunk)
            if n % 3 == 1:
                before = first.text().count("partitions_assigned")
                second = self.stack.start_fraud("second")
                until(lambda: "state_restored" in second.text() and first.text().count("partitions_assigned") > before, LIMIT_S,
                      lambda: f"both have partitions: {second.text()[-2000:]}")
            if n % 3 == 2:
                self.stack.wait_judged(judged)
                before = first.text().count("partitions_assigned")
                second.signal(signal.SIGTERM)
                self.assertEqual(second.wait(30), 0)
                until(lambda: first.text().count("partitions_assigned") > before, LIMIT_S, "the first has them all again")
        self.assert_undisturbed()

    def test_what_it_waits_for_is_said(self):
        """No room: the role pauses, says what helps, and goes on when a reload gives it. What is older than any window of a record that is not
        late was forgotten meanwhile, as memory is short; late ones may have met less."""
        fraud = self.stack.start_fraud()
        text = self.stack.config.read_text(encoding="utf-8")
        self.stack.config.write_text(text + "state: { max_bytes = 1048576; };\n", encoding="utf-8")
        fraud.signal(signal.SIGHUP)
        until(lambda: "config_reloaded" in fraud.text() or "reload" in fraud.text(), LIMIT_S, lambda: fraud.text()[-2000:])
        for chunk in self.chunks:
            self.stack.feed(chunk)
        until(lambda: "state.max_bytes" in self.stack.get("fraud", "/readyz")[2], LIMIT_S, lambda: self.stack.get("fraud", "/readyz")[2])
        self.assertLess(len(self.stack.kafka.read("taxflow.fraud")), RECORDS)
        self.assertIn("state.max_bytes is used up", fraud.text())
        self.stack.config.write_text(text + "state: { max_bytes = 268435456; };\n", encoding="utf-8")
        fraud.signal(signal.SIGHUP)
        self.assert_undisturbed(besides=self.late, seen=without_breaker)

    def test_the_topic_is_needed_and_compacted(self):
        topics = self.stack.run("topics", f"--config={self.stack.config}").stdout
        self.assertIn("taxflow.fraud.state", topics)
        self.assertIn("taxflow.tax.state", topics)


if __name__ == "__main__":
    suite.main()
