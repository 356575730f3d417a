"""A short campaign: every quick kind of fault once, kills of roles, brokers and Redis, and nothing lost, doubled or unexplained."""
import unittest

import paths  # noqa: F401
import suite
from fetch import Unavailable

KILLS, KINDS_LEAST, EVENTS, MINUTES = 25, 12, 200000, 6


class ShortTest(unittest.TestCase):
    def test_nothing_is_lost_and_nothing_is_twice(self):
        try:
            import campaign
        except ImportError as error:
            raise Unavailable(f"{error}: apt-get install python3-confluent-kafka") from None
        done = campaign.Campaign(campaign.options(["--short", "--seed=4711", f"--kills={KILLS}", f"--events={EVENTS}", f"--minutes={MINUTES}"]))
        clean = done.play()
        self.assertTrue(clean, "see the report above")
        self.assertGreaterEqual(done.kills, KILLS)
        self.assertGreaterEqual(done.kinds_played(), KINDS_LEAST)
        self.assertGreaterEqual(done.report.totals["audit"], EVENTS)


if __name__ == "__main__":
    suite.main()
