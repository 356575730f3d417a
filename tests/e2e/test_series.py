"""Numbers that we issued: the documents of a series go to many customers, so they lie in many partitions, and a gap in them is seen all the same."""
import json
import unittest

import suite
from services import until
from stack import NDJSON, Stack, event, invoice

LIMIT_S = 60
ISSUED = [n for n in range(1, 31) if n != 12]


def sold(number, day):
    record = invoice(f"AR-2025-{number:04d}", date=f"2025-03-{day:02d}", direction="sale")
    document = record["invoice"]
    document["seller"], document["buyer"] = document["buyer"], document["seller"]
    document["buyer"] = dict(document["buyer"], name=f"Kunde {number}", vat_id=f"DE9{number:08d}")
    return json.dumps(event(f"ar{number}", record))


class SeriesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False).start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def verdicts(self):
        return {row["event_id"]: row for row in (json.loads(row["payload"]) for row in self.stack.kafka.read("taxflow.fraud"))}

    def send(self, lines, count):
        status, _, answer = self.stack.post("\n".join(lines), NDJSON)
        self.assertEqual(status, 202, answer)
        until(lambda: len(self.verdicts()) == count, LIMIT_S, f"fraud has judged {count} records")

    def hits(self, rule):
        return {name: hit for name, row in self.verdicts().items() for hit in row["hits"] if hit["rule"] == rule}

    def test_a_gap_over_partitions_is_told(self):
        for day in range(1, 8):  # as they are issued: who reads a backlog partition by partition sees gaps that others fill
            self.send([sold(number, day) for number in ISSUED if 1 + number // 5 == day], sum(1 + number // 5 <= day for number in ISSUED))
        self.assertGreater(len({row["position"].rsplit(":", 1)[0] for row in self.verdicts().values()}), 2)
        self.send([sold(31, 20)], len(ISSUED) + 1)  # whoever was judged before may have told it already
        told = self.hits("SEQ1")
        self.assertTrue(told)
        for hit in told.values():
            self.assertRegex(hit["observed"], "^1 numbers of the series are missing, the first behind 11,")
            self.assertEqual(sorted(hit["related"]), ["ar11", "ar13"])
        self.send([sold(5, 20).replace('"ar5"', '"again"')], len(ISSUED) + 2)
        again = self.hits("SEQ2")["again"]  # dated behind 6 as well
        self.assertTrue(again["observed"].startswith("the number was issued before, 18 days earlier"), again)
        self.assertEqual(again["related"], ["ar5", "ar6"])


if __name__ == "__main__":
    suite.main()
