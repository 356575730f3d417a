"""Records of every size, by HTTP and by file: each is answered, none spoils the transaction that others share."""
import json
import unittest

import suite
from services import until
from stack import Stack, event, invoice

MIB = 1048576
FITS = {"tiny": 2000, "900K": int(0.9 * MIB), "one": MIB, "above": int(1.04 * MIB), "most": 4_000_000}
PASSES = {"byte": 4_000_001, "five": 5 * MIB, "seventeen": 17 * MIB}


def sized(number, total):
    """A clean invoice whose canonical body has total bytes."""
    record = invoice(number, note="")
    bare = len(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode())
    return dict(record, note="x" * (total - bare))


class SizesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False).start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def judged(self, topic):
        return sorted(json.loads(row["payload"])["event_id"] for row in self.stack.kafka.read(topic))

    def wait_judged(self, names):
        def done():
            assert all(self.stack.roles[role].running() for role in ("tax", "fraud"))
            return all(set(names) <= set(self.judged(topic)) for topic in ("taxflow.tax", "taxflow.fraud"))
        until(done, 60, f"both roles have judged {names}")
        for topic in ("taxflow.tax", "taxflow.fraud"):
            self.assertEqual(len(self.judged(topic)), len(set(self.judged(topic))), topic)

    def test_by_http(self):
        for name, size in {**FITS, **PASSES}.items():
            status, _, answer = self.stack.post(event(f"http-{name}", sized(f"H-{name}", size)))
            self.assertEqual(status, 202 if name in FITS else 413, (name, answer))
        status, _, answer = self.stack.post(event("http-after", invoice("H-after")))
        self.assertEqual(status, 202, answer)
        self.wait_judged([f"http-{name}" for name in FITS] + ["http-after"])

    def test_by_file(self):
        sizes = {**FITS, **PASSES}
        lines = [event(f"file-{name}", sized(f"F-{name}", size)) for name, size in sizes.items()] + [event("file-after", invoice("F-after"))]
        self.stack.drop_file("sizes.ndjson", lines)
        until((self.stack.drop / "done" / "sizes.ndjson").exists, 60, "the file is in done/")
        self.wait_judged([f"file-{name}" for name in FITS] + ["file-after"])
        letters = [row for row in self.stack.kafka.read("taxflow.dlq") if "sizes.ndjson" in row["headers"].get("tf_position", "")]
        self.assertEqual([row["headers"]["tf_reason"] for row in letters], ["too-big"] * len(PASSES))
        for row in letters:
            self.assertLess(len(row["payload"]), 4_194_304)

    def test_a_large_conflict_is_a_dead_letter(self):
        """The dead letter of the largest record carries reasons and headers beside the original bytes, and still fits."""
        self.assertEqual(self.stack.post(event("large", sized("L-1", 3_999_990)))[0], 202)
        self.wait_judged(["large"])
        self.stack.redis.ask("FLUSHALL")  # the collector's courtesy, which would answer 422
        record = sized("L-2", 4_000_000)
        status, _, answer = self.stack.post(event("large", record))
        self.assertEqual(status, 202, answer)
        until(lambda: len([row for row in self.stack.kafka.read("taxflow.dlq") if row["headers"].get("tf_reason") == "id-conflict"]) == 2, 60,
              "a dead letter of each role")
        self.assertEqual(self.stack.post(event("large-after", invoice("L-3")))[0], 202)
        self.wait_judged(["large-after"])

    def test_what_passes_the_limit_on_kafka_itself_is_a_dead_letter(self):
        """Another program may write what the collector would refuse: as large as the topic takes."""
        self.stack.kafka.send("taxflow.audit", json.dumps(sized("K-1", 4_150_000)), "foreign", "message.max.bytes=4194304")
        until(lambda: len([row for row in self.stack.kafka.read("taxflow.dlq") if row["key"] == "foreign"]) == 2, 60, "a dead letter of each role")
        for row in self.stack.kafka.read("taxflow.dlq"):
            if row["key"] == "foreign":
                self.assertIn(row["headers"]["tf_reason"], ("too-big", "bad-cloudevent"))
                self.assertLess(len(row["payload"]), 4_194_304)
        self.assertEqual(self.stack.post(event("foreign-after", invoice("K-2")))[0], 202)
        self.wait_judged(["foreign-after"])


if __name__ == "__main__":
    suite.main()
