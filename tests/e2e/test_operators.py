"""What operators do to a running system: let retention run, add partitions, make topics anew; with Kafka's own tools."""
import json
import signal
import unittest

import suite
from services import until
from stack import JSON, PARTITIONS, Stack, event, invoice

AUDIT = "taxflow.audit"


def payment(company, number):
    """A record whose partition its company decides."""
    return {"kind": "payment", "company": company, "payment": {"supplier": f"S-{company}", "amount": "10.00", "currency": "EUR", "date": "2025-03-03",
                                                              "end_to_end_id": number}}


class CheckTest(unittest.TestCase):
    """check --online names what breaks the guarantee, and what is only wise."""

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False)

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def check(self, status):
        done = self.stack.run("check", "--online", f"--config={self.stack.config}", check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout

    def alter(self, topic, *settings):
        self.stack.kafka.tool("kafka.admin.ConfigCommand", "--alter", "--entity-type", "topics", "--entity-name", topic, "--add-config", ",".join(settings))

    def test_findings(self):
        self.assertRegex(self.check(78), "error +kafka .*taxflow topics --create")
        self.stack.run("topics", "--create", f"--config={self.stack.config}")
        text = self.check(0)
        for line in ("ok +kafka .*brokers 1, .* of 4 partitions", "advice +kafka +1 broker: with 3", "ok +redis .*primary, noeviction",
                     "advice +redis +neither appendonly nor save", "advice +redis +maxmemory is not set", "ok +redis +memory enough: 0.0 records/s"):
            self.assertRegex(text, line)
        self.alter("taxflow.audit", "max.message.bytes=1000000")
        self.alter("taxflow.tax", "retention.ms=3600000", "unclean.leader.election.enable=true")
        self.alter("taxflow.fraud", "cleanup.policy=compact")
        self.stack.redis.ask("CONFIG", "SET", "maxmemory", "2000000")
        self.stack.redis.ask("CONFIG", "SET", "appendonly", "yes")
        self.stack.kafka.send_many(AUDIT, 200)
        text = self.check(78)
        for line in ("error +kafka +taxflow.audit: max.message.bytes is 1000000", "error +kafka +taxflow.tax: retention.ms is 3600000, shorter",
                     "error +kafka +taxflow.tax: unclean", "error +kafka +taxflow.fraud: cleanup.policy is compact",
                     "advice +redis +memory not enough: "):
            self.assertRegex(text, line)
        self.assertNotIn("neither appendonly", text)
        self.stack.redis.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        self.assertRegex(self.check(78), "error +redis .*noeviction")
        self.stack.redis.kill()
        self.assertRegex(self.check(78), "error +redis")


class GapTest(unittest.TestCase):
    """Retention takes records that tax has not judged: its partition stands still, the others flow, until the gap is accepted."""

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False).start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def post(self, name, company):
        self.assertEqual(self.stack.post(event(name, payment(company, name)))[0], 202)

    def judged(self):
        return {json.loads(row["payload"])["event_id"] for row in self.stack.kafka.read("taxflow.tax")}

    def partition_of(self, company):
        return next(row["partition"] for row in self.stack.kafka.read(AUDIT) if json.loads(row["payload"])["company"] == company)

    def restart_tax(self, *arguments):
        self.stack.start_role("tax", *arguments)

    def test_only_that_partition_stops(self):
        companies = [f"C{n}" for n in range(12)]
        for company in companies:
            self.post(f"first-{company}", company)
        until(lambda: len(self.judged()) == len(companies), 60, "all are judged")
        gap = self.partition_of(companies[0])
        other = next(company for company in companies if self.partition_of(company) != gap)
        self.stack.roles["tax"].signal(signal.SIGTERM)
        self.assertEqual(self.stack.roles["tax"].wait(15), 0)
        self.post("lost", companies[0])
        end = 1 + max(row["offset"] for row in self.stack.kafka.read(AUDIT) if row["partition"] == gap)
        self.stack.kafka.delete_records(AUDIT, {gap: end})
        self.post("after the gap", companies[0])

        self.restart_tax()
        words = f"records lost to retention: {AUDIT} partition {gap} no longer has offset {end - 1}"
        until(lambda: words in self.stack.get("tax", "/readyz?verbose")[2], 60, "readyz names the gap")
        self.assertEqual(self.stack.get("tax", "/readyz")[0], 503)
        self.post("flows", other)
        until(lambda: "flows" in self.judged(), 30, "the other partitions flow")
        self.assertNotIn("after the gap", self.judged())
        told = [line for line in self.stack.roles["tax"].text().splitlines() if "records_lost" in line]
        self.assertEqual(len(told), 1)
        self.assertIn("kafka.accept_gap = true", told[0])

        self.stack.roles["tax"].signal(signal.SIGTERM)
        self.assertEqual(self.stack.roles["tax"].wait(15), 0)
        self.restart_tax("--set", "kafka.accept_gap=true")
        self.stack.wait_ready("tax")
        until(lambda: "after the gap" in self.judged(), 30, "it goes on with the oldest record there is")
        self.post("and on", companies[0])
        until(lambda: "and on" in self.judged(), 30, "and with the next ones")
        self.assertIn("gap_accepted", self.stack.roles["tax"].text())
        rows = [json.loads(row["payload"])["event_id"] for row in self.stack.kafka.read("taxflow.tax")]
        self.assertEqual(len(rows), len(set(rows)))
        self.assertNotIn("lost", rows)


class GrownTest(unittest.TestCase):
    """Partitions added to running topics: whoever places or judges records stops and says the way, which loses nothing."""

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False).start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def test_roles_stop_and_the_old_prefix_drains(self):
        stack, names = self.stack, [f"before-{n}" for n in range(40)]
        stack.roles["fraud"].signal(signal.SIGTERM)  # so that something is left to drain
        self.assertEqual(stack.roles["fraud"].wait(15), 0)
        for n, name in enumerate(names):
            self.assertEqual(stack.post(event(name, payment(f"C{n}", name)))[0], 202)
        for topic in (AUDIT, "taxflow.tax", "taxflow.fraud"):
            stack.kafka.topics("--alter", "--topic", topic, "--partitions", "8")
        for role in ("tax", "collector"):
            self.assertEqual(stack.roles[role].wait(15), 78, role)
            self.assertIn(f"{AUDIT} has 8 partitions, and its prefix was made for {PARTITIONS}", stack.roles[role].text(), role)
            self.assertIn("kafka.drain", stack.roles[role].text(), role)
        for role in ("tax", "fraud", "collector"):
            stack.start_role(role)
            self.assertEqual(stack.roles[role].wait(15), 78, f"{role} at start")

        stack.start_role("collector", "--set", "kafka.drain=true")
        self.assertEqual(stack.roles["collector"].wait(15), 78)
        for role in ("tax", "fraud"):
            stack.start_role(role, "--set", "kafka.drain=true")
            stack.wait_ready(role)
        until(self.lag_is_zero, 60, "the old prefix is drained")
        for role in ("tax", "fraud"):
            stack.roles[role].signal(signal.SIGTERM)
            self.assertEqual(stack.roles[role].wait(15), 0)
        self.check_judged("taxflow", names)

        moved = ("--set", "kafka.topic_prefix=second", "--set", "kafka.partitions=8", "--set", "kafka.previous_prefix=taxflow")
        stack.run("topics", "--create", f"--config={stack.config}", *moved)
        for role in ("collector", "tax", "fraud"):
            stack.start_role(role, *moved)
        for role in ("collector", "tax", "fraud"):
            stack.wait_ready(role)
        later = [f"after-{n}" for n in range(40)]
        for n, name in enumerate(later):
            self.assertEqual(stack.post(event(name, payment(f"C{n}", name)))[0], 202)
        until(lambda: self.judged("second.fraud") == self.judged("second.tax") == sorted(later), 60, "the new prefix judges")
        for n, name in enumerate(names):
            self.assertIn(stack.post(event(name, payment(f"C{n}", name)))[0], (200, 202))
        until(lambda: len(stack.kafka.read("second.duplicates")) == 2 * len(names), 60, "what is sent again counts as judged, for both roles")
        self.assertEqual((self.judged("second.fraud"), self.judged("second.tax")), (sorted(later), sorted(later)))
        self.assertGreater(len({row["partition"] for row in stack.kafka.read("second.audit")}), PARTITIONS)

    def lag_is_zero(self):
        status, _, text = self.stack.get("monitor", "/api/v1/flow")
        rows = json.loads(text)["lag"] if status == 200 else []
        return {row["role"] for row in rows if row["status"] == "ok" and row["messages"] == 0} == {"tax", "fraud"}

    def judged(self, topic):
        return sorted(json.loads(row["payload"])["event_id"] for row in self.stack.kafka.read(topic))

    def check_judged(self, prefix, names):
        for role in ("tax", "fraud"):
            self.assertEqual(self.judged(f"{prefix}.{role}"), sorted(names), role)


class AnewTest(unittest.TestCase):
    """Topics deleted and made anew while Redis keeps its claims: what is sent again is judged again."""

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False).start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def test_every_event_sent_again_is_judged(self):
        stack, names = self.stack, [f"event-{n}" for n in range(20)]
        self.send(names)
        until(lambda: self.judged("taxflow.tax") == self.judged("taxflow.fraud") == sorted(names), 30, "judged")
        stack.kafka.topics("--delete", "--topic", "taxflow.*")
        made = stack.run("topics", "--create", f"--config={stack.config}").stdout
        self.assertRegex(made, r"generation [0-9a-f]{16} since \d{4}-")
        for role in ("tax", "fraud", "collector"):
            self.assertEqual(stack.roles[role].wait(20), 78, role)
            lines = [line for line in stack.roles[role].text().splitlines() if "topics_changed" in line]
            self.assertEqual(len(lines), 1, role)
            self.assertIn("taxflow topics --create", lines[0])
            stack.start_role(role)
        for role in ("tax", "fraud", "collector"):
            stack.wait_ready(role)
        self.send(names)
        until(lambda: self.judged("taxflow.tax") == self.judged("taxflow.fraud") == sorted(names), 30, "judged anew")
        self.assertEqual(stack.kafka.read("taxflow.duplicates"), [])

    def send(self, names):
        for n, name in enumerate(names):
            self.assertEqual(self.stack.post(event(name, payment(f"C{n}", name)))[0], 202)

    def judged(self, topic):
        return sorted(json.loads(row["payload"])["event_id"] for row in self.stack.kafka.read(topic))


if __name__ == "__main__":
    suite.main()
