"""redis.on_outage = local: without Redis a role goes on, marks its results, and writes its claims down when Redis is back."""
import collections
import json
import unittest

import suite
from services import until
from stack import NDJSON, Stack, event, invoice

COUNT, LIMIT_S = 200, 60


class LocalStack(Stack):
    def write_config(self):
        super().write_config()
        text = self.config.read_text(encoding="utf-8")
        self.config.write_text(text.replace("redis: {", 'redis: { on_outage = "local"; timeout_ms = 500;'), encoding="utf-8")


class OutageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = LocalStack(traces=False).start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def send(self, first):
        lines = [json.dumps(event(f"o{n}", invoice(f"O-{n}"))) for n in range(first, first + COUNT)]
        self.assertEqual(self.stack.post("\n".join(lines), NDJSON)[0], 202)

    def rows(self, topic):
        return self.stack.kafka.read(topic)

    def await_rows(self, topic, count):
        until(lambda: len(self.rows(topic)) >= count, LIMIT_S, f"{topic} has {count} rows")

    def marked(self, role):
        return sum(row["headers"].get("tf_dedup") == "local" for row in self.rows(f"taxflow.{role}"))

    def test_an_outage_is_bridged_and_made_up_for(self):
        self.send(0)
        for role in ("tax", "fraud"):
            self.await_rows(f"taxflow.{role}", COUNT)
            self.assertEqual(self.marked(role), 0)
        self.stack.redis.kill()
        self.send(COUNT)
        for role in ("tax", "fraud"):
            self.await_rows(f"taxflow.{role}", 2 * COUNT)
            self.assertEqual(self.marked(role), COUNT)
        self.send(COUNT)  # copies, while Redis is still away
        self.await_rows("taxflow.duplicates", 2 * COUNT)
        self.stack.redis.start()
        self.send(2 * COUNT)
        for role in ("tax", "fraud"):
            self.await_rows(f"taxflow.{role}", 3 * COUNT)
        copies = len(self.rows("taxflow.duplicates"))
        self.send(COUNT)  # copies of what was judged without Redis
        self.send(0)      # and of what was judged before
        self.await_rows("taxflow.duplicates", copies + 4 * COUNT)
        for role in ("tax", "fraud"):
            judged = collections.Counter(json.loads(row["payload"])["event_id"] for row in self.rows(f"taxflow.{role}"))
            self.assertEqual(dict(judged), {f"o{n}": 1 for n in range(3 * COUNT)})
            self.stack.wait_ready(role)


if __name__ == "__main__":
    suite.main()
