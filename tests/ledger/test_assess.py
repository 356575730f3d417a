"""Does the comparison see what it must see? Two runs that say the same first, then with one planted difference each."""
import copy
import json
import struct
import unittest

import assess
import book as ledger
import plants
import records

ITEMS, MONTH = 5000, (2022 - 1970) * 12
GROUP = bytes(range(16))


class World:
    """Records of the load, and what a run says of them: hits of the planted groups, one in a partition, and the counters."""

    def __init__(self):
        self.book = ledger.Book(3)
        mix = records.Mix(self.book)
        while len(self.book) < ITEMS:
            item, _ = mix.next()
            self.book.acked[item] = 1
        self.judged = {item for item in range(ITEMS) if self.book.case[item] & ledger.CASE_MASK not in (ledger.CONFLICT_NEAR, ledger.CONFLICT_FAR)}
        self.rows = {item: self.row(item) for item in sorted(self.judged)}
        for rule, groups in plants.groups_across(self.book).items():
            for items in groups:
                self.relate(rule, items[-1], items[:-1])
        self.relate("DUP1", 63, [52])
        self.state = {(item % 3, item.to_bytes(16, "big")): b"row %d" % item for item in self.judged}
        self.state[0, b"w"] = b"mark"
        self.truth = assess.Comparison(self.book).truth(self.judged)
        self.cells = {digit: self.truth[ledger.PAYMENT, MONTH, digit] for digit in range(1, 10)}

    def name(self, item):
        text = assess.event_id(self.book, item)
        return text if text.startswith("i") else text + "0" * 24

    def row(self, item):
        return {"event_id": self.name(item), "position": f"taxflow.audit:0:{item}", "ruleset": "r", "score": 0, "decision": "approve",
                "amount_at_risk": "0.00", "hits": [], "unknown": ["SUP1"]}

    def relate(self, rule, item, others):
        self.rows[item]["hits"].append({"rule": rule, "weight": 40, "related": [self.name(other) for other in others]})
        self.rows[item]["score"] += 40

    def run(self):
        said = assess.Assessments()
        for item, row in self.rows.items():
            said.take(item % 3, json.dumps(row).encode())
        return said

    def kept(self):
        state = assess.State()
        for (partition, key), value in self.state.items():
            state.take(partition, key, value)
        return state

    def counted(self):
        """Halves in two partitions, the first of each written before with less."""
        tallies, findings = assess.Tallies(), assess.Findings()
        for partition, half in ((0, 1), (0, 0), (1, 1)):
            bits = sorted((MONTH << assess.CELL_BITS | assess.DIGITS * 2 + 10 * digit - 10) << assess.COUNT_BITS | count // 2 + half * (count % 2)
                          for digit, count in self.cells.items())
            tallies.take(partition, GROUP, struct.pack(f"<BHI{len(bits)}Q", 1, 365, len(bits), *bits) + b"\x00")
        findings.take(json.dumps({"id": "f1", "rule": "BEN1", "population": "payments, purchase, EUR", "group": GROUP.hex()}).encode())
        return tallies, findings


class AssessTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.whole = World()

    def setUp(self):
        self.calm, self.world = self.whole, copy.deepcopy(self.whole)

    def found(self):
        comparison = assess.Comparison(self.calm.book)
        disturbed = self.world.run()
        comparison.assessments(disturbed, self.calm.run())
        comparison.planted(disturbed, self.calm.judged)
        comparison.states(self.world.kept(), self.calm.kept())
        return {text.split(":")[0] for text in comparison.texts}, comparison

    def test_equal_runs_differ_in_nothing(self):
        found, comparison = self.found()
        self.assertEqual(found, set())
        self.assertEqual(comparison.counts["compared"], len(self.calm.judged))
        for rule, _ in plants.ACROSS.values():
            self.assertGreater(comparison.counts[f"planted {rule}"], 20)

    def test_the_position_and_who_carries_a_hit_across_partitions_do_not_count(self):
        for row in self.world.rows.values():
            row["position"] = row["position"].replace("taxflow", "calm")
        for items in plants.groups_across(self.calm.book)["BNK2"]:
            del self.world.rows[items[-1]]["hits"][:]
            self.world.relate("BNK2", items[0], items[1:])
        self.assertEqual(self.found()[0], set())

    def test_a_record_that_is_judged_otherwise(self):
        for change in ({"score": 41}, {"decision": "review"}, {"unknown": ["SUP1", "SOD1"]}, {"hits": []}):
            with self.subTest(change):
                self.world = copy.deepcopy(self.whole)
                self.world.rows[63].update(change)
                found, comparison = self.found()
                self.assertEqual((found, comparison.different), ({"unequal"}, {self.world.name(63)}))

    def test_a_hit_inside_a_partition_beside_one_across(self):
        items = plants.groups_across(self.calm.book)["DUP3"][0]
        self.world.relate("DUP1", items[-1], [1])
        self.assertEqual(self.found()[0], {"unequal"})

    def test_a_record_that_is_missing_twice_or_at_another_place(self):
        del self.world.rows[52]
        self.assertIn("order", self.found()[0])
        self.world = copy.deepcopy(self.whole)
        self.world.rows = {52: self.world.rows.pop(52), **self.world.rows}
        self.assertEqual(self.found()[0], {"order"})

    def test_a_group_that_is_not_found_or_found_in_part(self):
        items = plants.groups_across(self.calm.book)["BNK2"][5]
        del self.world.rows[items[-1]]["hits"][:]
        self.assertEqual(self.found()[0], {"groups", "not found"})
        self.world.relate("BNK2", items[-1], items[:1])
        self.assertEqual(self.found()[0], {"groups", "not found"})

    def test_a_group_that_takes_in_a_stranger(self):
        items = plants.groups_across(self.calm.book)["DUP3"][5]
        self.world.relate("DUP3", items[0], [1])
        self.assertEqual(self.found()[0], {"groups", "not found"})

    def test_both_runs_may_miss_what_was_planted(self):
        self.calm = copy.deepcopy(self.whole)
        for world in (self.world, self.calm):
            del world.rows[plants.groups_across(world.book)["MTIC2"][0][-1]]["hits"][:]
        self.assertEqual(self.found()[0], {"not found"})

    def test_state_that_is_missing_too_much_or_another(self):
        place = next(iter(self.world.state))
        for change in ({place: b""}, {place: b"another"}, {(2, bytes(16)): b"more"}, {(0, b"w"): b"late"}):
            with self.subTest(change):
                self.world = copy.deepcopy(self.whole)
                self.world.state.update(change)
                self.assertEqual(self.found()[0], {"state"})

    def test_what_breakers_count_is_left_out(self):
        self.world.state[0, b"b"] = b"counts"
        self.assertEqual(self.found()[0], set())

    def miscounted(self):
        comparison = assess.Comparison(self.calm.book)
        comparison.tallies(*self.world.counted(), self.calm.truth, {"payments, purchase, EUR": ledger.PAYMENT})
        return comparison.texts

    def test_counters_hold_each_record_once(self):
        self.assertEqual(self.miscounted(), [])
        self.world.cells[3] += 1
        self.assertEqual(len(self.miscounted()), 1)

    def test_an_amendment_counts_in_place_of_what_it_amends(self):
        amended = [item for item in self.calm.judged if self.calm.book.case[item] & ledger.CASE_MASK == ledger.AMENDMENT]
        self.assertGreater(len(amended), 20)
        self.assertEqual(sum(self.calm.truth.values()), len(self.calm.judged) - len(amended))


if __name__ == "__main__":
    unittest.main()
