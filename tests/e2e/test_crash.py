"""A record that ends the process each time it is looked into: the batch is halved until it stands alone, and after its third crash it is a dead letter.

Runs a build with failpoints: TAXFLOW_FAULTS_BINARY.
"""
import json
import os
import unittest

import stack
import suite
from fetch import Unavailable
from services import until
from stack import NDJSON, Stack, event, invoice

BINARY = os.environ.get("TAXFLOW_FAULTS_BINARY", str(stack.ROOT / "build" / "faults" / "taxflow"))
MARK, COUNT, LIMIT_S = "ends-the-process", 400, 120


class CrashingStack(Stack):
    """The judging roles crash on a record that holds the mark; they are started again as systemd would."""

    def environment(self):
        return dict(super().environment(), TAXFLOW_FAILPOINT_POISON=MARK)

    def supervise(self):
        for role in ("tax", "fraud"):
            if not self.roles[role].running():
                self.starts[role] += 1
                self.start_role(role)


class CrashTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not os.access(BINARY, os.X_OK):
            raise Unavailable(f"{BINARY} is not built: ./dev build faults")
        stack.BINARY = BINARY
        cls.stack = CrashingStack(traces=False).start()
        cls.stack.starts = {"tax": 0, "fraud": 0}

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def judged(self, role):
        return [json.loads(row["payload"])["event_id"] for row in self.stack.kafka.read(f"taxflow.{role}")]

    def letters(self):
        return [row for row in self.stack.kafka.read("taxflow.dlq") if row["headers"]["tf_reason"] == "crashed"]

    def test_the_record_is_isolated_and_the_others_are_judged_once(self):
        lines = []
        for n in range(COUNT):
            record = invoice(f"K-{n}")
            if n == COUNT * 2 // 3:
                record["invoice"]["lines"][0]["item"]["name"] = MARK
            lines.append(json.dumps(event(f"k{n}", record)))
        self.assertEqual(self.stack.post("\n".join(lines), NDJSON)[0], 202)

        def done():
            self.stack.supervise()
            return all(len(self.judged(role)) >= COUNT - 1 for role in ("tax", "fraud")) and len(self.letters()) >= 2
        until(done, LIMIT_S, "every other record is judged and the poison buried by both roles")
        for role in ("tax", "fraud"):
            self.assertEqual(sorted(self.judged(role)), sorted(f"k{n}" for n in range(COUNT) if n != COUNT * 2 // 3))
            self.assertLessEqual(self.stack.starts[role], 16, "halved each time")
            self.assertGreaterEqual(self.stack.starts[role], 3)
        letters = self.letters()
        self.assertEqual(sorted(row["headers"]["tf_role"] for row in letters), ["fraud", "tax"])
        for letter in letters:
            self.assertEqual(letter["headers"]["tf_attempts"], "3")
            self.assertIn(MARK, letter["payload"])
            self.assertEqual(letter["headers"]["tf_event_id"], f"k{COUNT * 2 // 3}")


if __name__ == "__main__":
    suite.main()
