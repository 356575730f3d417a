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


if __name__ == "__main__":
    suite.main()
