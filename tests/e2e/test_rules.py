"""Rules of operators on a running role: a reload swaps the whole set between batches, and a bad file leaves the old one in force."""
import json
import re
import signal
import unittest

import suite
from services import until
from stack import NDJSON, Stack, event

RULES = 200
RELOAD_MS_MAX, RELOADS = 100, 4


def payment(number, amount="120.00"):
    return {"kind": "payment", "company": "ACME-DE", "direction": "purchase", "user": "u1", "approver": "a1",
            "payment": {"supplier": f"S{number % 7}", "amount": amount, "currency": "EUR", "date": "2025-03-03", "end_to_end_id": f"E{number}"}}


def rule(name, when, mode="live"):
    return f'{{ id = "{name}"; version = "1.0.0"; title = "test"; mode = "{mode}"; weight = 1;\n  kinds = [ "payment" ]; when = "{when}"; }}'


class RulesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False)
        cls.own = cls.stack.folder / "own.conf"
        text = cls.stack.config.read_text(encoding="utf-8")
        cls.stack.config.write_text(text.replace('conf/rules/*.conf" ]', f'conf/rules/*.conf", "{cls.own}" ]'), encoding="utf-8")
        cls.write(rule("FIRST", "amount > 100"), rule("KEPT", "count(company, 30d) >= 600"))
        cls.stack.run("topics", "--create", f"--config={cls.stack.config}")
        for role in ("collector", "fraud"):
            cls.stack.start_role(role)
        for role in ("collector", "fraud"):
            cls.stack.wait_ready(role)

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    @classmethod
    def write(cls, *rules):
        cls.own.write_text("rules = (\n" + ",\n".join(rules) + "\n);\n", encoding="utf-8")

    def send(self, first, count):
        lines = "".join(json.dumps(event(f"e{n}", payment(n))) + "\n" for n in range(first, first + count))
        self.assertEqual(self.stack.post(lines, NDJSON)[0], 202)

    def rows(self):
        return [dict(json.loads(row["payload"]), partition=row["partition"], offset=row["offset"]) for row in self.stack.kafka.read("taxflow.fraud")]

    def wait_rows(self, count):
        until(lambda: len(self.rows()) >= count, 60, f"{count} events are judged")
        return self.rows()

    def hang_up(self, word):
        """SIGHUP; the new line of the log that has the word."""
        fraud = self.stack.roles["fraud"]
        before = fraud.text().count(word)
        fraud.signal(signal.SIGHUP)
        until(lambda: fraud.text().count(word) > before, 30, f"the log says {word}")
        return [json.loads(line) for line in fraud.text().splitlines() if word in line][-1]

    def readyz(self):
        return self.stack.get("fraud", "/readyz?verbose")

    def check(self):
        return self.stack.run("check", f"--config={self.stack.config}", check=False)

    def test_reload(self):
        self.send(0, 200)
        before = self.wait_rows(200)
        self.assertEqual(len({row["ruleset"] for row in before}), 1)
        self.assertTrue(all("FIRST" in hits(row) for row in before))

        self.write(*(rule(f"OWN{n}", f"amount > {n} and count((supplier, user), {n % 30 + 1}d) >= 0") for n in range(RULES - 1)),
                   rule("KEPT", "count(company, 30d) >= 600"))
        self.send(200, 300)
        told = self.hang_up("rules_reloaded")
        again = [self.hang_up("rules_reloaded") for _ in range(RELOADS)]  # the time is that of the clock: other processes may be in its way
        self.assertLessEqual(min(float(each["ms"]) for each in (told, *again)), RELOAD_MS_MAX)
        self.send(500, 200)
        rows = self.wait_rows(700)
        self.check_swapped(rows, before[0]["ruleset"], told["ruleset"])
        self.assertEqual(sum("KEPT" in hits(row) for row in rows), 100, "its window holds what came before the reload: the last 100 see 600 and more")
        self.assertIn('rule="OWN198",result="hit"', self.stack.get("fraud", "/metrics")[2])
        self.check_refused(told["ruleset"])

    def check_swapped(self, rows, old, new):
        """Every event once, by one whole set or the other, and none by the old one after one by the new."""
        self.assertEqual(sorted(row["event_id"] for row in rows), sorted(f"e{n}" for n in range(700)))
        self.assertEqual({row["ruleset"] for row in rows}, {old, new})
        for row in rows:
            self.assertEqual("FIRST" in hits(row), row["ruleset"] == old)
            self.assertEqual("OWN100" in hits(row), row["ruleset"] == new)
        for partition in {row["partition"] for row in rows}:
            sets = [row["ruleset"] for row in sorted(rows, key=lambda row: row["offset"]) if row["partition"] == partition]
            self.assertEqual(sets, sorted(sets, key=lambda name: name == new))

    def check_refused(self, ruleset):
        good = self.own.read_text(encoding="utf-8")
        for text, words in ((good.replace("amount > 7 ", "amout > 7 "), r"own\.conf:\d+:\d+: .*amout.* is no field; did you mean .*amount"),
                            (good[:len(good) // 2], r"own\.conf:\d+: syntax error|own\.conf:\d+:")):
            self.own.write_text(text, encoding="utf-8")
            told = self.hang_up("rules_refused")
            self.assertRegex(json.dumps(told), words)
            status, _, lines = self.readyz()
            self.assertEqual(status, 200, lines)
            self.assertRegex(lines, r"\[\+\]rules ok: refused, the old ones judge on: ")
            shown = self.check()
            self.assertEqual(shown.returncode, 78)
            self.assertRegex(shown.stderr, words)
        self.own.write_text(good.replace("amount > 7 ", "amout > 7 "), encoding="utf-8")
        self.assertRegex(self.check().stderr, r"\n +.*when = .*amout > 7 .*\n +\^")
        count = len(self.rows())
        self.send(700, 10)
        self.assertEqual({row["ruleset"] for row in self.wait_rows(count + 10)[count:]} - {ruleset}, set())
        self.own.write_text(good, encoding="utf-8")
        self.assertEqual(self.hang_up("rules_reloaded")["ruleset"], ruleset)
        until(lambda: not re.search("rules ok: refused", self.readyz()[2]), 60, "readyz no longer speaks of it")


def hits(row):
    return [hit["rule"] for hit in row["hits"]]


if __name__ == "__main__":
    suite.main()
