"""Findings about groups in live mode: a row of taxflow.fraud.groups, counted over a restart, told once a period."""
import json
import signal
import unittest

import suite
from services import Process, free_ports, until
from stack import BINARY, NDJSON, PARTITIONS, Stack

HALF = 600  # neither half is enough for BEN1, which asks for 1,000


def payment(number, currency="EUR"):
    """Amounts whose first digits are all alike, over five powers of ten: what somebody invented."""
    amount = (1 + number * 7919 % 9000 / 1000) * 10 ** (1 + number % 4)
    return {"kind": "payment", "company": "ACME-DE", "direction": "purchase", "payment": {
        "supplier": f"DE{number % 97:09}", "amount": f"{amount:.2f}", "currency": currency, "date": f"2025-03-{1 + number % 28:02}",
        "invoice_number": f"G-{number}"}}


class Groups(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False).start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def pay(self, first, count=HALF, currency="EUR"):
        lines = [{"specversion": "1.0", "id": f"g-{n}", "source": "urn:acme:erp", "type": "taxflow.payment.v1", "data": payment(n, currency)}
                 for n in range(first, first + count)]
        status, _, answer = self.stack.post("\n".join(json.dumps(line) for line in lines), NDJSON)
        self.assertEqual(status, 202, answer)
        until(lambda: len(self.stack.kafka.read("taxflow.fraud")) >= first + count, 60, f"{first + count} records are judged")

    def rows(self, currency="EUR"):
        rows = [(row, json.loads(row["payload"])) for row in self.stack.kafka.read("taxflow.fraud.groups")]
        return [row for row, body in rows if body["rule"] == "BEN1" and body["population"].endswith(currency)]


class GroupsTest(Groups):

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
        self.explained(body)
        self.ruled_on(body)

    def explained(self, body):
        for wanted in (body["id"], body["group"]):
            told = self.stack.run("explain", f"--config={self.stack.config}", wanted).stdout
            for words in (f"finding {body['id']}", "payments, purchase, EUR, 2025-03 of ACME-DE", "BEN1 1.0.0 (live)", f"of {body['n']} records"):
                self.assertIn(words, told)
        line, = self.stack.run("explain", "--json", f"--config={self.stack.config}", body["id"]).stdout.splitlines()
        self.assertEqual(json.loads(line), body)

    def ruled_on(self, body):
        given = ("--by=anna", "--reason=prices are fixed", f"--config={self.stack.config}")
        wrong = self.stack.run("verdict", body["id"], "dismissed", "--rule=BEN2", *given, check=False)
        self.assertEqual(wrong.returncode, 65, wrong.stderr)
        self.assertIn("verdicts written: 1", self.stack.run("verdict", body["id"], "dismissed", *given).stdout)
        row, = self.stack.kafka.read("taxflow.verdicts")
        ruling = json.loads(row["payload"])
        self.assertEqual((ruling["event_id"], ruling["rule"], ruling["related"], ruling["verdict"]), (body["id"], "BEN1", [], "dismissed"))
        self.assertEqual(row["key"], body["group"])

        def counted():
            status, _, text = self.stack.get("monitor", "/api/v1/precision")
            return status == 200 and [rule for rule in json.loads(text)["rules"] if rule["rule"] == "BEN1" and rule["dismissed"] == 1]
        until(counted, 30, "the monitor counts it")


class InstancesTest(Groups):
    """Two instances, none of which judges a thousand records."""

    def start_second(self):
        port = free_ports(1)[0]
        self.stack.ports["second"] = port
        self.stack.roles["second"] = Process("second", [BINARY, "--role=fraud", f"--config={self.stack.config}", f"--set=fraud.listen=127.0.0.1:{port}"],
                                             self.stack.folder, self.stack.environment())
        self.stack.wait_ready("second")

    def judged(self):
        """Records that each instance has judged: a restart counts anew."""
        def of(role):
            return sum(float(line.split()[-1]) for line in self.stack.get(role, "/metrics")[2].splitlines() if line.startswith("taxflow_decisions_total{"))
        return {role: of(role) for role in ("fraud", "second")}

    def shares(self, first=0):
        """How many records from a number on lie in each partition."""
        rows = [json.loads(row["payload"]) for row in self.stack.kafka.read("taxflow.fraud")]
        positions = [row["position"].split(":")[1] for row in rows if int(row["event_id"][2:]) >= first]
        return [positions.count(str(partition)) for partition in range(PARTITIONS)]

    def poke(self, sent, done, what, currency="EUR"):
        """A record or a few more, until it is so: what another instance wrote is looked at with the next batch."""
        end = sent + 240
        while not done() and sent < end:
            self.pay(sent, 8, currency)
            sent += 8
        self.assertTrue(done(), what)
        return sent

    def test_1_a_population_that_is_split_is_found_once_and_whole(self):
        self.pay(0, 200)
        self.assertEqual(self.stack.kafka.read("taxflow.fraud.tallies"), [])
        self.start_second()
        sent = self.poke(200, lambda: self.judged()["second"] > 0, "the second instance has partitions")
        self.pay(sent, 1050 - sent)
        sent = self.poke(1050, self.rows, "BEN1 has a row")
        row, = self.rows()
        body = json.loads(row["payload"])
        self.assertTrue(1000 <= body["n"] <= sent, (body["n"], sent))
        shares = self.shares()
        self.assertLess(max(sum(shares[:2]), sum(shares[2:])), 1000, "no instance has a population of its own")
        self.assertEqual((body["company"], body["population"], body["period"], body["class"]), ("ACME-DE", "payments, purchase, EUR", "2025-03", "nonconformity"))
        rows = self.stack.kafka.read("taxflow.fraud.tallies")
        self.assertNotIn("DE0", "".join(str(row["payload"]) for row in rows).replace("ACME-DE", ""))
        self.pay(sent, 300)
        self.assertEqual(len(self.rows()), 1)

    def test_2_partitions_that_go_over_and_come_back_lose_no_count(self):
        first = sent = len(self.stack.kafka.read("taxflow.fraud"))
        self.pay(sent, 500, "CHF")
        self.stack.roles["second"].kill()
        self.pay(sent + 500, 100, "CHF")
        self.start_second()
        sent = self.poke(sent + 600, lambda: self.judged()["second"] > 0, "the second instance has partitions again", "CHF")
        self.assertEqual(self.rows("CHF"), [])
        self.pay(sent, first + 1050 - sent, "CHF")
        sent = self.poke(first + 1050, lambda: self.rows("CHF"), "BEN1 has a row", "CHF")
        row, = self.rows("CHF")
        n, shares = json.loads(row["payload"])["n"], self.shares(first)
        self.assertTrue(1000 <= n <= sent - first, (n, sent - first))
        self.assertLess(max(sum(shares[:2]), sum(shares[2:])), 1000)


if __name__ == "__main__":
    suite.main()
