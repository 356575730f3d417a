"""Findings about groups in live mode: a row of taxflow.fraud.groups, counted over a restart, told once a period."""
import json
import signal
import unittest

import suite
from services import until
from stack import NDJSON, Stack

HALF = 600  # neither half is enough for BEN1, which asks for 1,000


def payment(number):
    """Amounts whose first digits are all alike, over five powers of ten: what somebody invented."""
    amount = (1 + number * 7919 % 9000 / 1000) * 10 ** (1 + number % 4)
    return {"kind": "payment", "company": "ACME-DE", "direction": "purchase", "payment": {
        "supplier": f"DE{number % 97:09}", "amount": f"{amount:.2f}", "currency": "EUR", "date": f"2025-03-{1 + number % 28:02}",
        "invoice_number": f"G-{number}"}}


class GroupsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False).start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def pay(self, first):
        lines = [{"specversion": "1.0", "id": f"g-{n}", "source": "urn:acme:erp", "type": "taxflow.payment.v1", "data": payment(n)}
                 for n in range(first, first + HALF)]
        status, _, answer = self.stack.post("\n".join(json.dumps(line) for line in lines), NDJSON)
        self.assertEqual(status, 202, answer)
        until(lambda: len(self.stack.kafka.read("taxflow.fraud")) >= first + HALF, 60, f"{first + HALF} records are judged")

    def rows(self):
        return [row for row in self.stack.kafka.read("taxflow.fraud.groups") if json.loads(row["payload"])["rule"] == "BEN1"]

    def test_a_population_is_found_over_a_restart_and_told_once(self):
        self.pay(0)
        self.assertEqual(self.rows(), [])
        self.stack.roles["fraud"].signal(signal.SIGTERM)
        self.assertEqual(self.stack.roles["fraud"].wait(30), 0)
        self.stack.start_role("fraud")
        self.stack.wait_ready("fraud")
        self.pay(HALF)
        row, = until(self.rows, 30, "BEN1 has a row")
        body = json.loads(row["payload"])
        self.assertEqual((body["company"], body["population"], body["period"], body["months"], body["class"]),
                         ("ACME-DE", "payments, purchase, EUR", "2025-03", 12, "nonconformity"))
        self.assertTrue(1000 <= body["n"] <= 2 * HALF and body["value"] > body["limit"] >= 0.015, body)
        self.assertEqual(row["key"], body["group"])
        self.assertNotIn("DE0", row["payload"].replace("ACME-DE", ""))
        self.assertEqual({cell["digits"] for cell in body["cells"]} & set("19"), {"1", "9"})
        self.pay(2 * HALF)
        self.assertEqual(len(self.rows()), 1)


if __name__ == "__main__":
    suite.main()
