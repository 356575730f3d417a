"""What Redis lost is read back from the results; what Kafka was put back to is not judged twice; a record that crashes a role is isolated."""
import collections
import json
import signal
import unittest

import suite
from services import until, wrong_clock
from stack import BINARY, CLOUDEVENT, NDJSON, Stack, event, invoice

COUNT, LIMIT_S = 300, 60
JUDGES = ("tax", "fraud")


def batch(first, count, suffix=""):
    return "\n".join(json.dumps(event(f"e{n}", invoice(f"R-{n}{suffix}"))) for n in range(first, first + count))


class RestoreTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False).start()
        cls.sent = 0

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def send(self, body, wanted=(202,)):
        status, _, answer = self.stack.post(body, NDJSON)
        self.assertIn(status, wanted, answer)

    def send_new(self):
        first, type(self).sent = self.sent, self.sent + COUNT
        self.send(batch(first, COUNT))
        return first

    def rows(self, topic):
        return self.stack.kafka.read(topic)

    def await_rows(self, role, count):
        until(lambda: len(self.rows(f"taxflow.{role}")) >= count, LIMIT_S, f"{role} has judged {count} records")

    def assert_once(self):
        """Every id has exactly one verdict of each role, and every copy a row that says who owns it."""
        for role in JUDGES:
            self.await_rows(role, self.sent)
        until(lambda: self.lag() == 0, LIMIT_S, "nothing is left to judge")
        for role in JUDGES:
            judged = collections.Counter(json.loads(row["payload"])["event_id"] for row in self.rows(f"taxflow.{role}"))
            self.assertEqual(dict(judged), {f"e{n}": 1 for n in range(self.sent)}, role)

    def lag(self):
        flow = json.loads(self.stack.get("monitor", "/api/v1/flow")[2])
        return sum(group["messages"] for group in flow["lag"]) if all(group["partitions"] for group in flow["lag"]) else -1

    def metric(self, role, name):
        lines = [line for line in self.stack.get(role, "/metrics")[2].splitlines() if line.startswith(f"taxflow_{name}")]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    def stop(self, role, how=signal.SIGTERM):
        self.stack.roles[role].signal(how)
        self.stack.roles[role].wait(15)

    def restart(self, role, how=signal.SIGTERM, environment=None):
        self.stop(role, how)
        self.stack.start_role(role, environment=environment)
        self.stack.wait_ready(role)

    def copies(self):
        return {row["headers"]["tf_position"] + row["headers"]["tf_role"] for row in self.rows("taxflow.duplicates")}

    def test_claims_that_a_flush_took_are_read_back(self):
        first = self.send_new()
        self.assert_once()
        self.stack.redis.ask("FLUSHALL")
        before = len(self.copies())
        self.send(batch(first, COUNT))
        until(lambda: len(self.copies()) >= before + 2 * COUNT, LIMIT_S, "every copy is a duplicate")
        self.assert_once()
        self.assertGreater(self.metric("tax", "restored_claims_total") + self.metric("fraud", "restored_claims_total"), 0)

    def test_claims_that_a_killed_redis_forgot_are_read_back(self):
        first = self.send_new()
        self.assert_once()
        self.stack.redis.kill()
        self.stack.redis.start()
        before = len(self.copies())
        self.send(batch(first, COUNT))
        until(lambda: len(self.copies()) >= before + 2 * COUNT, LIMIT_S, "every copy is a duplicate")
        self.assert_once()

    def test_no_clock_but_that_of_kafka_and_redis_counts(self):
        """A machine whose clock is a day off writes results, and restores claims from them."""
        for days in (1, -1):
            self.restart("tax", environment=wrong_clock(BINARY, days))
            first = self.send_new()
            self.assert_once()
            self.stop("fraud")
            self.stack.redis.ask("FLUSHALL")
            self.restart("tax", environment=wrong_clock(BINARY, days))
            before = len(self.copies())
            self.send(batch(first, COUNT))
            self.stack.start_role("fraud")
            self.stack.wait_ready("fraud")
            until(lambda: len(self.copies()) >= before + 2 * COUNT, LIMIT_S, f"every copy is a duplicate, {days:+d} days")
            self.assert_once()
        self.restart("tax")

    def test_a_conflicting_body_after_a_flush_is_still_a_conflict(self):
        first = self.send_new()
        self.assert_once()
        self.stack.redis.ask("FLUSHALL")
        before = len(self.rows("taxflow.dlq"))
        other = invoice(f"R-{first}")
        other["invoice"]["seller"] = {"name": "Other", "vat_id": "DE999999999", "address": {"country": "DE"}}  # another key: another partition
        self.stack.post(event(f"e{first}", other), CLOUDEVENT)
        until(lambda: len(self.rows("taxflow.dlq")) >= before + 2, LIMIT_S, "both roles refuse the other body")
        self.assert_once()

    def test_a_group_put_back_to_the_beginning_judges_nothing_twice(self):
        first = self.send_new()
        self.send(batch(first, 10))
        self.assert_once()
        copies, letters = len(self.rows("taxflow.duplicates")), len(self.rows("taxflow.dlq"))
        for role in JUDGES:
            self.stop(role)
        for role in JUDGES:
            self.stack.kafka.rewind(f"taxflow.{role}", "taxflow.audit")
        for role in JUDGES:
            self.stack.start_role(role)
            self.stack.wait_ready(role)
        self.send_new()
        self.assert_once()
        self.assertEqual((len(self.rows("taxflow.duplicates")), len(self.rows("taxflow.dlq"))), (copies, letters))
        for role in JUDGES:
            self.assertGreaterEqual(self.metric(role, 'events_processed_total{role="%s",outcome="skipped_done"}' % role), COUNT)
            self.assertIn("skipped_done", self.stack.get(role, "/readyz?verbose")[2])
            self.assertIn('"event":"rewound"', self.stack.roles[role].text())

    def test_a_restarted_role_goes_on(self):
        self.send_new()
        self.restart("tax", signal.SIGKILL)
        self.restart("fraud")
        self.assert_once()

    def test_new_redis_serves_after_an_outage(self):
        self.stack.redis.kill()
        self.send_new()
        until(lambda: self.stack.get("tax", "/readyz")[0] == 503, LIMIT_S, "tax says that it waits")
        self.stack.redis.start()
        self.stack.wait_ready("tax")
        self.assert_once()


if __name__ == "__main__":
    suite.main()
