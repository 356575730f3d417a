"""Many dead letters sent again while the replay and the role that judges them are killed: none lost, none judged twice.

TAXFLOW_LETTERS says how many (100,000 unless told otherwise).
"""
import collections
import json
import os
import random
import signal
import subprocess
import unittest

import suite
from services import Process, until
from stack import BINARY, PARTITIONS, Stack

LETTERS = int(os.environ.get("TAXFLOW_LETTERS", "100000"))
SEED = int(os.environ.get("TAXFLOW_SEED", "1"))
KILLS = 5
FILTER = ("--role=tax", "--reason=crashed")
LIMIT_S = 60 + LETTERS // 500


def letter(number):
    """An event that says itself who it is, so that all letters have the same headers and one producer's call plants them."""
    return json.dumps({"specversion": "1.0", "id": f"many-{number}", "source": "urn:acme:erp", "type": "taxflow.account.v1",
                       "data": {"kind": "account", "company": "ACME-DE", "account": {"number": str(number)}}})


class ManyLettersTest(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False).start()
        for partition in range(PARTITIONS):
            cls.plant(partition, range(partition, LETTERS, PARTITIONS))

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    @classmethod
    def plant(cls, partition, numbers):
        kafka = cls.stack.kafka
        headers = {"tf_role": "tax", "tf_reason": "crashed", "tf_position": f"taxflow.audit:{partition}:999999999", "tf_attempts": "3"}
        flat = [word for name, text in headers.items() for word in ("-H", f"{name}={text}")]
        subprocess.run([kafka.kcat, "-b", kafka.bootstrap, "-P", "-t", "taxflow.dlq", "-p", str(partition), "-k", "many", *flat],
                       input="\n".join(map(letter, numbers)).encode(), check=True, capture_output=True)

    def audited(self):
        """Records in taxflow.audit: nothing else was ever sent."""
        kafka = self.stack.kafka
        asked = [word for partition in range(PARTITIONS) for word in ("-t", f"taxflow.audit:{partition}:-1")]
        done = subprocess.run([kafka.kcat, "-b", kafka.bootstrap, "-Q", *asked], capture_output=True, text=True, check=True)
        return sum(int(line.rsplit(" ", 1)[1]) for line in done.stdout.splitlines())

    def replay(self, *arguments):
        done = self.stack.run("dlq", "replay", "--json", f"--config={self.stack.config}", *FILTER, *arguments)
        return json.loads(done.stdout)

    def replay_and_kill(self, fraction):
        """A replay that is killed once it has sent this much more."""
        goal = self.audited() + int(LETTERS * fraction)
        slow = Process("replay", [BINARY, "dlq", "replay", f"--config={self.stack.config}", f"--rate={max(1, LETTERS // 10)}", *FILTER],
                       self.stack.folder, self.stack.environment())
        until(lambda: self.audited() >= goal or not slow.running(), LIMIT_S, f"{goal} records are sent")
        self.assertTrue(slow.running(), slow.text())
        slow.kill()

    def kill_role(self, role):
        self.stack.roles[role].kill()
        self.stack.start_role(role)
        self.stack.wait_ready(role)

    def await_quiet(self):
        """Both groups have committed everything there is."""
        def quiet():
            lag = json.loads(self.stack.get("monitor", "/api/v1/flow")[2] or "{}").get("lag", [])
            done = [sum(partition["committed"] for partition in group["partitions"]) for group in lag]
            return len(done) == 2 and min(done) >= self.audited()
        until(quiet, LIMIT_S, "everything sent is judged")

    def check_books(self):
        """Every letter has one verdict of tax; what was sent more often is a duplicate of tax; fraud has passed all of it over."""
        self.await_quiet()
        verdicts = collections.Counter(json.loads(row["payload"])["event_id"] for row in self.stack.kafka.read("taxflow.tax"))
        lost = [number for number in range(LETTERS) if f"many-{number}" not in verdicts]
        doubled = {name: times for name, times in verdicts.items() if times != 1}
        self.assertEqual((len(lost), len(doubled), sum(verdicts.values())), (0, 0, LETTERS), (lost[:9], dict(list(doubled.items())[:9])))
        copies = collections.Counter(row["headers"]["tf_role"] for row in self.stack.kafka.read("taxflow.duplicates"))
        self.assertEqual(copies, collections.Counter({"tax": self.audited() - LETTERS}) if self.audited() > LETTERS else collections.Counter())
        self.assertEqual(self.stack.kafka.read("taxflow.fraud"), [])
        self.assertEqual(len(self.stack.kafka.read("taxflow.dlq")), LETTERS)

    def test_none_lost_and_none_doubled(self):
        dice = random.Random(SEED)
        for kill in range(KILLS):
            self.replay_and_kill(dice.uniform(0.02, 0.12))
            if kill % 2:
                self.kill_role("tax")
        told = self.replay()
        self.assertEqual((told["resumed"], told["complete"], told["refused"]), (True, True, {}))
        self.assertLess(told["sent"], LETTERS, "it went on where the killed ones were")
        self.assertEqual(self.replay()["sent"], 0)
        self.check_books()
        self.assertEqual(self.replay("--again")["sent"], LETTERS)
        self.check_books()


if __name__ == "__main__":
    suite.main()
