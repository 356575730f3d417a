"""A record that comes again after Redis forgot its claim is accepted, and fraud says that it knows it: under its own id, under another, and after a restart."""
import json
import unittest

import suite
from services import until
from stack import NDJSON, Stack, event, invoice

LIMIT_S = 60
# What time does to a claim, at once: all that has a time to live is gone. Checkpoints have none.
EXPIRE = "for _, key in ipairs(redis.call('KEYS', '*')) do if redis.call('PTTL', key) > 0 then redis.call('DEL', key) end end"


class ResubmissionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False).start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def rows(self):
        return [json.loads(row["payload"]) for row in self.stack.kafka.read("taxflow.fraud")]

    def judged(self, number, name, count):
        """The latest verdict, once there are so many."""
        status, _, answer = self.stack.post(json.dumps(event(name, invoice(number))), NDJSON)
        self.assertEqual(status, 202, answer)
        until(lambda: len(self.rows()) == count, LIMIT_S, f"fraud has judged {count} records")
        return self.rows()[-1]

    def assert_known(self, row, name):
        hits = {hit["rule"]: hit for hit in row["hits"]}
        self.assertIs(row.get("resubmission"), True, row)
        self.assertIn(name, hits["DUP1"]["related"], row)

    def test_what_came_before_is_known(self):
        first = self.judged("R-1", "r1", 1)
        self.assertNotIn("resubmission", first)
        self.assertNotIn("DUP1", [hit["rule"] for hit in first["hits"]])
        self.stack.redis.ask("EVAL", EXPIRE, "0")
        self.assert_known(self.judged("R-1", "r1", 2), "r1")
        self.assert_known(self.judged("R-1", "r2", 3), "r1")
        self.assertNotIn("resubmission", self.judged("R-2", "r3", 4))
        self.stack.roles["fraud"].signal(15)
        self.stack.roles["fraud"].wait(15)
        self.stack.start_role("fraud")
        self.stack.wait_ready("fraud")
        self.stack.redis.ask("EVAL", EXPIRE, "0")
        self.assert_known(self.judged("R-2", "r3", 5), "r3")


if __name__ == "__main__":
    suite.main()
