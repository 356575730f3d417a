"""Numbers that we issued: the documents of a series go to many customers, so they lie in many partitions, and a gap in them is seen all the same."""
import json
import signal
import unittest

import suite
from services import until
from stack import NDJSON, Stack, event, invoice

LIMIT_S = 60
BACKLOG, MISSING, OPENER = 300, 71, 320  # documents, ten a day; the first behind the backlog that looks back to the block of the gap
ISSUED = [n for n in range(1, 31) if n != 12]


def sold(number, day):
    record = invoice(f"AR-2025-{number:04d}", date=f"2025-03-{day:02d}", direction="sale")
    document = record["invoice"]
    document["seller"], document["buyer"] = document["buyer"], document["seller"]
    document["buyer"] = dict(document["buyer"], name=f"Kunde {number}", vat_id=f"DE9{number:08d}")
    return json.dumps(event(f"ar{number}", record))


class SeriesStack(Stack):
    """SEQ1 waits for nothing but what it can see: no test waits for minutes."""

    def write_config(self):
        super().write_config()
        rules = self.folder / "series.conf"
        rules.write_text('rules = ( { id = "SEQ1"; quiet_minutes = 0; } );\n', encoding="ascii")
        text = self.config.read_text(encoding="utf-8")
        self.config.write_text(text.replace('conf/rules/*.conf"', f'conf/rules/*.conf", "{rules}"'), encoding="utf-8")


class Series(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = SeriesStack(traces=False).start()

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

    def told_by_and_by(self, number, day):
        """Documents that come one after the other, until one tells a gap."""
        end = number + 8
        while not self.hits("SEQ1") and number < end:
            self.send([sold(number, day)], len(self.verdicts()) + 1)
            number += 1
        return self.hits("SEQ1")


class SeriesTest(Series):
    def test_a_gap_over_partitions_is_told(self):
        for day in range(1, 8):  # as they are issued
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


class SeriesBacklogTest(Series):
    def test_a_backlog_of_a_month_shows_the_gap_it_has_and_no_other(self):
        """The role starts when all of it lies there, and reads one partition ahead of the other."""
        fraud = self.stack.roles["fraud"]
        fraud.signal(signal.SIGTERM)
        self.assertEqual(fraud.wait(30), 0)
        issued = [n for n in range(1, BACKLOG) if n != MISSING]
        status, _, answer = self.stack.post("\n".join(sold(n, 1 + n * 27 // BACKLOG) for n in issued), NDJSON)
        self.assertEqual(status, 202, answer)
        self.stack.start_role("fraud")
        until(lambda: len(self.verdicts()) == len(issued), LIMIT_S, "the backlog is judged")
        self.assertEqual([hit["observed"] for hit in self.hits("SEQ1").values() if f"behind {MISSING - 1}," not in hit["observed"]], [])
        self.send([sold(n, 30) for n in range(BACKLOG, OPENER - 1)], len(self.verdicts()) + OPENER - 1 - BACKLOG)
        told = self.told_by_and_by(OPENER - 1, 31)
        self.assertEqual([sorted(hit["related"]) for hit in told.values()], [[f"ar{MISSING - 1}", f"ar{MISSING + 1}"]])


if __name__ == "__main__":
    suite.main()
