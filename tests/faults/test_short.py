"""A short campaign: every quick kind of fault once, kills of roles, brokers and Redis, and nothing lost, doubled or unexplained; what was said of
each record is what an undisturbed run says.
"""
import unittest

import paths  # noqa: F401
import suite
from fetch import Unavailable

KILLS, KINDS_LEAST, EVENTS, MINUTES, RATE = 25, 12, 200000, 9, 2000
FOUND = ("BNK2", "DUP1", "DUP3", "MTIC2", "SPL1")  # rules that the load has something for; else the comparison would say little
FOUND_LEAST = 200


class ShortTest(unittest.TestCase):
    def test_nothing_is_lost_and_nothing_is_twice(self):
        try:
            import campaign
        except ImportError as error:
            raise Unavailable(f"{error}: apt-get install python3-confluent-kafka") from None
        done = campaign.Campaign(campaign.options(["--short", "--seed=4711", f"--kills={KILLS}", f"--events={EVENTS}", f"--minutes={MINUTES}",
                                                  f"--rate={RATE}"]))
        clean = done.play()
        self.assertTrue(clean, "see the report above")
        self.assertGreaterEqual(done.kills, KILLS)
        self.assertGreaterEqual(done.kinds_played(), KINDS_LEAST)
        self.assertGreaterEqual(done.report.totals["audit"], EVENTS)
        self.assertEqual(done.comparison.counts["compared"], done.report.totals["fraud"])
        for rule in FOUND:
            self.assertGreater(done.hits[rule], FOUND_LEAST, rule)


if __name__ == "__main__":
    suite.main()
