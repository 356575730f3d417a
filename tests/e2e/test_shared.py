"""Keys that cross partitions: one account or document of two suppliers, a carousel, whose records lie with different instances of the fraud role."""
import json
import signal
import unittest

import suite
from services import Process, free_ports, until
from stack import BINARY, NDJSON, PARTITIONS, Stack, event, invoice

SUPPLIERS, PAIRS, LIMIT_S = 48, 40, 90


def payment(supplier, account, amount, day, number="1"):
    return {"kind": "payment", "company": "ACME-DE", "direction": "purchase", "user": f"u-{supplier}", "payment": {
        "supplier": supplier, "account": account, "amount": amount, "currency": "EUR", "date": f"2025-03-{day:02d}", "invoice_number": number}}


def trade(seller, buyer, day):
    record = invoice("C-" + seller, "1000.00", "190.00", "1190.00", f"2025-04-{day:02d}", user=f"u-{seller}")
    record["invoice"]["seller"]["vat_id"], record["invoice"]["buyer"]["vat_id"] = seller, buyer
    return record


class Instances(unittest.TestCase):
    """Two instances of the fraud role, and suppliers of which the partitions are known."""
    maxDiff, arguments = None, ()

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False)
        cls.stack.run("topics", "--create", f"--config={cls.stack.config}")
        cls.stack.start_role("collector")
        cls.stack.start_role("fraud", *cls.arguments)
        for role in ("collector", "fraud"):
            cls.stack.wait_ready(role)
        cls.sent, cls.partition = 0, {}
        cls.learn_partitions()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    @classmethod
    def post(cls, records):
        """Ids of the records, in their order; sent in one request, so that instances judge them at once."""
        ids = [f"e{cls.sent + n}" for n in range(len(records))]
        cls.sent += len(records)
        status, _, answer = cls.stack.post("\n".join(json.dumps(event(*pair)) for pair in zip(ids, records)), NDJSON)
        assert status == 202, answer
        return ids

    @classmethod
    def rows(cls):
        return {row["event_id"]: row for row in (json.loads(row["payload"]) for row in cls.stack.kafka.read("taxflow.fraud"))}

    @classmethod
    def judged(cls, ids):
        def done():
            rows = cls.rows()
            return rows if all(event_id in rows for event_id in ids) else None
        return until(done, LIMIT_S, f"{len(ids)} records are judged")

    @classmethod
    def learn_partitions(cls):
        """Each supplier pays its own account once, while one instance has all partitions."""
        names = [f"V{n}" for n in range(SUPPLIERS)]
        ids = cls.post([payment(name, f"DE{n:04d}", "500.00", 1) for n, name in enumerate(names)])
        rows = cls.judged(ids)
        cls.partition = {name: int(rows[event_id]["position"].split(":")[1]) for name, event_id in zip(names, ids)}
        cls.first = dict(zip(names, ids))
        assert len(set(cls.partition.values())) == PARTITIONS

    def start_second(self):
        port = free_ports(1)[0]
        self.stack.ports["second"] = port
        self.stack.roles["second"] = Process("second", [BINARY, "--role=fraud", f"--config={self.stack.config}", f"--set=fraud.listen=127.0.0.1:{port}",
                                                        *self.arguments], self.stack.folder, self.stack.environment())

    def marks(self):
        return {partition: self.stack.redis.value("GET", f"{self.prefix()}shares:fraud:{partition}") for partition in range(PARTITIONS)}

    def prefix(self):
        if not hasattr(type(self), "known_prefix"):
            (key,) = self.stack.redis.value("KEYS", "taxflow:*:epoch")
            type(self).known_prefix = key[:-len("epoch")]
        return self.known_prefix

    def await_shared(self):
        def shared():
            epoch = self.stack.redis.value("GET", self.prefix() + "epoch")
            return epoch and all(mark == epoch for mark in self.marks().values())
        until(shared, LIMIT_S, "every partition's contributions are written down")
        self.stack.wait_ready("second")

    def across(self, count):
        """Pairs of suppliers with different instances: by range, the lower and the upper partitions."""
        low = [name for name, partition in self.partition.items() if partition < PARTITIONS // 2]
        high = [name for name, partition in self.partition.items() if partition >= PARTITIONS // 2]
        return [(low[n % len(low)], high[n * 7 % len(high)]) for n in range(count)]

    def assert_found(self, rows, rule, pairs):
        """Of each pair at least one hits and names the other."""
        for a, b in pairs:
            named = [(hit["rule"], set(hit["related"])) for pair in ((a, b), (b, a)) for hit in rows[pair[0]]["hits"] if pair[1] in hit["related"]]
            self.assertIn(rule, {name for name, _ in named}, (a, b, rows[a], rows[b]))
            self.assertNotIn("degraded", rows[a])
            self.assertNotIn("degraded", rows[b])

    def share_accounts(self, round_, day, rest=lambda: None):
        """Pairs of suppliers are paid to one account each; rest happens while they are judged."""
        pairs = self.across(PAIRS)
        records = [payment(name, f"AT{round_}{n:04d}", f"{600 + n}.00", day, f"{round_}-{n}-{side}")
                   for n, pair in enumerate(pairs) for side, name in enumerate(pair)]
        ids = self.post(records)
        rest()
        rows = self.judged(ids)
        self.assert_found(rows, "BNK2", list(zip(ids[::2], ids[1::2])))


class SharedTest(Instances):
    def test_1_one_instance_asks_nobody(self):
        a, b = self.across(1)[0]
        ids = self.post([payment(a, "CH1", "700.00", 2), payment(b, "CH1", "710.00", 2, "2")])
        self.assert_found(self.judged(ids), "BNK2", [tuple(ids)])
        self.assertEqual(self.stack.redis.value("KEYS", self.prefix() + "s:*"), [], "nothing is written for nobody")

    def test_2_two_instances_find_what_lies_with_both(self):
        self.start_second()
        self.await_shared()
        self.share_accounts(2, 3)

    def test_3_what_came_before_the_second_instance_is_known_to_both(self):
        for n, (a, b) in enumerate(self.across(6)):
            account = f"DE{int(a[1:]):04d}"
            ids = self.post([payment(b, account, f"{800 + n}.00", 4, f"3-{n}")])
            self.assert_found(self.judged(ids), "BNK2", [(ids[0], self.first[a])])

    def test_4_a_document_of_two_suppliers_and_a_carousel(self):
        pairs = self.across(PAIRS)
        ids = self.post([payment(name, f"XX{side}{n}", f"{2000 + n}.00", 5, f"K{n}") for n, pair in enumerate(pairs) for side, name in enumerate(pair)])
        self.assert_found(self.judged(ids), "DUP3", list(zip(ids[::2], ids[1::2])))
        for n in range(8):
            parties = [f"EU{n}{letter}" for letter in "ABCDE"]
            ids = self.post([trade(seller, parties[(i + 1) % 5], 1 + i) for i, seller in enumerate(parties)])
            rows = self.judged(ids)
            hits = [(event_id, hit) for event_id in ids for hit in rows[event_id]["hits"] if hit["rule"] == "MTIC2"]
            self.assertTrue(hits, [rows[event_id] for event_id in ids])
            for event_id, hit in hits:
                self.assertEqual(hit["related"], [other for other in ids if other != event_id], "in the order of trade")

    def test_5_after_redis_has_lost_everything(self):
        self.stack.redis.ask("FLUSHALL")
        a, b = self.across(20)[-1]
        ids = self.post([payment(b, f"DE{int(a[1:]):04d}", "820.00", 7, "5")])  # one instance alone hears of the loss by a record
        self.assert_found(self.judged(ids), "BNK2", [(ids[0], self.first[a])])
        self.share_accounts(5, 6)

    def test_6_instances_that_are_killed_miss_nothing(self):
        def kill():
            self.stack.roles["second"].kill()
            self.start_second()
        self.share_accounts(6, 8, kill)
        self.await_shared()
        self.share_accounts(7, 9, lambda: (self.stack.roles["fraud"].kill(), self.stack.start_role("fraud")))

    def test_7_an_amendment_takes_its_effect_out_everywhere(self):
        a, b = self.across(3)[-1]
        record = payment(a, "FR7", "900.00", 10, "7")
        (first,) = self.post([record])
        self.judged([first])
        amended = payment(a, "FR8", "900.00", 10, "7")
        amended["revision"] = 1
        status, _, answer = self.stack.post(json.dumps(event(first, amended)), NDJSON)
        self.assertEqual(status, 202, answer)
        until(lambda: len([row for row in self.stack.kafka.read("taxflow.fraud") if json.loads(row["payload"])["event_id"] == first]) == 2, LIMIT_S,
              "the amendment is judged")
        ids = self.post([payment(b, "FR7", "901.00", 11, "7b"), payment(b, "FR8", "902.00", 11, "7c")])
        rows = self.judged(ids)
        self.assertNotIn(first, [other for hit in rows[ids[0]]["hits"] if hit["rule"] == "BNK2" for other in hit["related"]])
        self.assert_found(rows, "BNK2", [(ids[1], first)])

    def test_8_the_last_one_answers_alone_again(self):
        self.stack.roles["second"].signal(signal.SIGTERM)
        self.stack.roles["second"].wait(20)
        until(lambda: set(self.marks().values()) == {""}, LIMIT_S, "the marks are taken away")
        self.share_accounts(8, 12)


class OutageTest(Instances):
    arguments = ("--set=redis.on_outage=local",)

    def test_what_is_judged_without_redis_is_marked_and_made_known_afterwards(self):
        self.start_second()
        self.await_shared()
        self.stack.redis.stop()
        pairs = self.across(12)
        ids = self.post([payment(a, f"OU{n}", f"{950 + n}.00", 14, f"9-{n}") for n, (a, _) in enumerate(pairs)])
        rows = self.judged(ids)
        for event_id in ids:
            self.assertIs(rows[event_id].get("degraded"), True, rows[event_id])
        self.stack.redis.start()
        self.await_shared()
        later = self.post([payment(b, f"OU{n}", f"{970 + n}.00", 15, f"10-{n}") for n, (_, b) in enumerate(pairs)])
        rows = self.judged(later)
        for first, second in zip(ids, later):
            self.assertIn(first, [other for hit in rows[second]["hits"] if hit["rule"] == "BNK2" for other in hit["related"]], rows[second])
            self.assertNotIn("degraded", rows[second])


if __name__ == "__main__":
    suite.main()
