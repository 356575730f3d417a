"""Does the verifier see what it must see? Rows from memory, right ones first, then with one planted fault each."""
import json
import struct
import tempfile
import unittest

import book as ledger
import records
from verify import Verifier

ROLES = ("tax", "fraud")
PARTITIONS = 3


class World:
    """A taxflow of a few lines: takes lines, judges them rightly, and keeps its rows where a test can spoil them."""

    def __init__(self, count=4000, seed=11):
        self.book = ledger.Book(seed)
        self.mix = records.Mix(self.book)
        self.audit = {partition: [] for partition in range(PARTITIONS)}
        self.rows = {name: {partition: [] for partition in range(PARTITIONS)} for name in (*ROLES, "dlq", "duplicates")}
        self.owner = {}
        for number in range(count):
            item, line = self.mix.next()
            self.book.note_sent([item])
            self.book.note_acked([item])
            self.take(item, line)
            if number % 500 == 499:
                self.take_poison(number)

    def take(self, item, line):
        value = line[line.index(b'"data":') + 7:-2] if line.startswith(b'{"specversion"') else line[:-1]
        base = self.book.base[item]
        case = self.book.case[item] & ledger.CASE_MASK
        partition = (item if case == ledger.CONFLICT_FAR else base) % PARTITIONS
        self.audit[partition].append(value)
        offset = len(self.audit[partition]) - 1
        event_id = f"i{base:010d}" if case != ledger.BARE else f"{self.book.mark[item]:08x}" + "0" * 24
        owner = self.owner.setdefault(self.book.identity(item), (partition, offset, item))
        for role in ROLES:
            if owner == (partition, offset, item):
                self.judge(role, partition, offset, event_id)
            elif owner[2] == item:
                self.rows["duplicates"][partition].append(json.dumps({"event_id": event_id, "position": f"taxflow.audit:{partition}:{offset}",
                                                                      "owner": f"taxflow.audit:{owner[0]}:{owner[1]}", "role": role}).encode())
            else:
                self.bury(role, partition, offset, b"id-conflict")

    def take_poison(self, number):
        value, _, reasons = records.poison(number)
        self.book.poison[ledger.poison_key(value)] = reasons
        self.audit[0].append(value)
        for role in ROLES:
            self.bury(role, 0, len(self.audit[0]) - 1, reasons[0].encode())

    def judge(self, role, partition, offset, event_id):
        value = f'{{"event_id":"{event_id}","position":"taxflow.audit:{partition}:{offset}","ruleset":"r"}}'.encode()
        self.rows[role][partition].append((value, b"\x01" + struct.pack(">IqQ", partition, offset, 0) + bytes(8)))

    def bury(self, role, partition, offset, reason):
        self.rows["dlq"][partition].append({"tf_role": role.encode(), "tf_reason": reason, "tf_position": b"taxflow.audit:%d:%d" % (partition, offset)})

    def report(self):
        verifier = Verifier(self.book, {partition: len(rows) for partition, rows in self.audit.items()})
        for partition, rows in self.audit.items():
            for offset, value in enumerate(rows):
                if value is not None:
                    verifier.audit(partition, offset, value)
        for name, call in (("tax", verifier.verdict), ("fraud", verifier.verdict), ("dlq", verifier.dead), ("duplicates", verifier.duplicate)):
            for partition, rows in self.rows[name].items():
                for offset, row in enumerate(rows):
                    arguments = (name, partition, offset, *row) if name in ROLES else (partition, offset, row)
                    call(*arguments)
        return verifier.finish()


class LedgerTest(unittest.TestCase):
    def setUp(self):
        self.world = World()

    def found(self):
        """{class: count} of the findings there are."""
        report = self.world.report()
        return {name: count for name, count in report.counts.items() if count}

    def test_a_right_run_is_clean(self):
        report = self.world.report()
        self.assertTrue(report.clean(), report.text())
        for what in ("audit", "tax", "fraud", "dlq", "duplicates", "conflicts", "cents"):
            self.assertGreater(report.totals[what], 0, what)
        cases = {case & ledger.CASE_MASK for case in self.world.book.case}
        self.assertEqual(cases, set(range(len(ledger.CASES))), "the mix has every case")

    def test_a_missing_verdict_is_lost(self):
        self.world.rows["tax"][1].pop(100)
        self.assertGreaterEqual(self.found()["lost"], 1)

    def test_a_missing_duplicate_is_lost(self):
        self.world.rows["duplicates"][0].pop(5)
        self.assertEqual(self.found(), {"lost": 1})

    def test_a_missing_dead_letter_is_lost(self):
        self.world.rows["dlq"][0].pop(3)
        self.assertEqual(self.found(), {"lost": 1})

    def test_an_acknowledged_record_that_never_arrived_is_lost(self):
        item, _ = self.world.mix.new(ledger.PLAIN)
        self.world.book.note_acked([item])
        self.assertEqual(self.found(), {"lost": 1})

    def test_a_verdict_twice_is_a_duplicate(self):
        rows = self.world.rows["fraud"][2]
        rows.append(rows[-1])
        self.assertEqual(self.found(), {"duplicated": 1, "disorder": 1})

    def test_a_copy_judged_is_a_duplicate(self):
        row = json.loads(self.world.rows["duplicates"][1][7])
        partition, offset = map(int, row["position"].split(":")[1:])
        self.world.rows["duplicates"][1] = [each for each in self.world.rows["duplicates"][1] if json.loads(each) != row]
        self.world.judge(row["role"], partition, offset, row["event_id"])
        self.assertGreaterEqual(self.found()["duplicated"], 1)

    def test_a_record_sent_once_and_stored_twice_is_a_duplicate(self):
        item, line = self.world.mix.new(ledger.PLAIN)
        self.world.book.note_sent([item])
        self.world.take(item, line)
        self.world.take(item, line)
        self.assertEqual(self.found(), {"duplicated": 1})

    def test_swapped_verdicts_are_disorder(self):
        rows = self.world.rows["tax"][0]
        rows[10], rows[11] = rows[11], rows[10]
        self.assertEqual(self.found(), {"disorder": 1})

    def test_another_amount_is_found(self):
        at = next(n for n, value in enumerate(self.world.audit[1]) if b'"amount":"' in value)
        value = self.world.audit[1][at]
        end = value.index(b'"', value.index(b'"amount":"') + 10)
        digit = b"1" if value[end - 1:end] != b"1" else b"2"
        self.world.audit[1][at] = value[:end - 1] + digit + value[end:]
        self.assertGreaterEqual(self.found()["altered"], 1)

    def test_one_wrong_byte_is_found(self):
        self.world.audit[1][50] = self.world.audit[1][50].replace(b"ACME-DE", b"ACME-DF", 1)
        self.assertEqual(self.found(), {"altered": 1})

    def test_a_foreign_record_is_unexplained(self):
        self.world.audit[2].append(b'{"kind":"payment"}')
        self.assertGreaterEqual(self.found()["unexplained"], 1)

    def test_a_verdict_about_nothing_is_unexplained(self):
        for offset in (10 ** 6, -1):
            world = self.world = World(1000)
            world.judge("tax", 1, offset, "i0000000001")
            self.assertEqual(self.found().get("unexplained"), 1)

    def test_a_verdict_under_another_id_is_unexplained(self):
        value, owner = self.world.rows["tax"][1][20]
        self.world.rows["tax"][1][20] = (value[:20] + (b"1" if value[20:21] != b"1" else b"2") + value[21:], owner)
        self.assertEqual(self.found(), {"unexplained": 1})

    def test_an_owner_that_names_another_record_is_unexplained(self):
        value, owner = self.world.rows["tax"][1][20]
        self.world.rows["tax"][1][20] = (value, owner[:12] + bytes([owner[12] ^ 1]) + owner[13:])
        self.assertEqual(self.found(), {"unexplained": 1})

    def test_a_duplicate_of_something_else_is_unexplained(self):
        row = json.loads(self.world.rows["duplicates"][1][7])
        row["owner"] = "taxflow.audit:1:0" if row["owner"] != "taxflow.audit:1:0" else "taxflow.audit:1:1"
        self.world.rows["duplicates"][1][7] = json.dumps(row).encode()
        self.assertEqual(self.found(), {"unexplained": 1})

    def test_a_good_record_buried_is_unexplained(self):
        for reason in (b"crashed", b"id-conflict"):
            world = self.world = World(1000)
            value, _ = world.rows["tax"][1].pop(20)
            world.bury("tax", 1, int(json.loads(value)["position"].split(":")[2]), reason)
            self.assertGreaterEqual(self.found()["unexplained"], 1, reason)

    def test_poison_for_another_reason_is_unexplained(self):
        row = next(row for row in self.world.rows["dlq"][0] if row["tf_reason"] != b"id-conflict")
        row["tf_reason"] = b"too-big"
        self.assertEqual(self.found(), {"unexplained": 1})

    def test_roles_that_let_different_bodies_win_disagree(self):
        base = next(self.world.book.base[item] for item, case in enumerate(self.world.book.case)
                    if case & ledger.CASE_MASK == ledger.CONFLICT_NEAR)
        conflict = next(item for item, other in enumerate(self.world.book.base) if other == base and item != base)
        partition, won, _ = self.world.owner[base]
        at = next(n for n, value in enumerate(self.world.audit[partition]) if value[7:17] == b"%010d" % conflict)
        rows = self.world.rows["tax"][partition]
        rows[:] = [row for row in rows if json.loads(row[0])["position"] != f"taxflow.audit:{partition}:{won}"]
        self.world.judge("tax", partition, at, f"i{base:010d}")
        rows.sort(key=lambda row: int(json.loads(row[0])["position"].split(":")[2]))
        self.assertGreaterEqual(self.found()["disagreement"], 1)

    def test_a_ledger_outlives_its_process(self):
        with tempfile.NamedTemporaryFile() as file:
            self.world.book.save(file.name)
            again = ledger.Book.load(file.name)
        for name, _ in ledger.COLUMNS:
            self.assertEqual(getattr(again, name), getattr(self.world.book, name), name)
        self.assertEqual(again.poison, self.world.book.poison)
        self.world.book = again
        self.assertTrue(self.world.report().clean())


if __name__ == "__main__":
    unittest.main()
