"""The samples as a backlog: dropped as files, judged by four processes over several partitions, read back by a foreign reader."""
import collections
import json
import pathlib
import unittest

import suite
from services import until
from stack import Stack

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "conf" / "samples").glob("*.ndjson"))
EXPECTED = json.loads((ROOT / "conf" / "samples" / "expected.json").read_text(encoding="utf-8"))
LIMIT_S = 90


class BacklogTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False).start()
        for path in SAMPLES:
            cls.stack.drop_file(path.name, [path.read_bytes()])
        until(lambda: len(list((cls.stack.drop / "done").glob("*.ndjson"))) == len(SAMPLES), LIMIT_S, "every file is in done/")
        until(lambda: cls.rows("taxflow.tax") >= EXPECTED["accepted"] and cls.rows("taxflow.fraud") >= EXPECTED["accepted"], LIMIT_S,
              "both roles have judged every accepted record")

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    @classmethod
    def rows(cls, topic):
        return len(cls.stack.kafka.read(topic))

    def bodies(self, topic):
        rows = [json.loads(row["payload"]) for row in self.stack.kafka.read(topic)]
        self.assertEqual(len(rows), EXPECTED["accepted"], "one row a record, none lost and none twice")
        self.assertEqual(len({row["position"] for row in rows}), len(rows))
        return rows

    def test_tax_findings_are_the_expected_ones(self):
        findings = collections.Counter(rule for row in self.bodies("taxflow.tax") for rule in {found["rule"] for found in row["findings"]})
        known = {rule: count for rule, count in findings.items() if rule in EXPECTED["rules"]}  # what the samples' own bookkeeping has
        self.assertEqual(known, EXPECTED["tax"]["findings"])

    def test_fraud_hits_are_the_expected_ones(self):
        rows = self.bodies("taxflow.fraud")
        hits = collections.Counter(rule for row in rows for rule in {hit["rule"] for hit in row["hits"]})
        self.assertEqual(dict(hits), EXPECTED["fraud"]["hits"])
        decisions = collections.Counter(row["decision"] for row in rows)
        self.assertEqual(dict(decisions), {word: EXPECTED["fraud"][word] for word in ("approve", "review", "block")})

    def test_copies_and_dead_letters_are_rows_of_their_own(self):
        copies = {json.loads(row["payload"])["position"] for row in self.stack.kafka.read("taxflow.duplicates")}
        self.assertEqual(len(copies), EXPECTED["duplicates"])
        letters = collections.Counter(row["headers"]["tf_role"] for row in self.stack.kafka.read("taxflow.dlq"))
        self.assertEqual(letters["tax"], letters["fraud"], "a conflict is a dead letter of both roles")
        self.assertEqual(letters["collector"] + letters["tax"], EXPECTED["dead_lettered"])


if __name__ == "__main__":
    suite.main()
