"""Runs one file of end-to-end tests for ctest: exit 0 passed, 1 failed, 77 skipped because a service cannot be had here.

In CI nothing is skipped: there a missing service is a failure.
"""
import os
import sys
import unittest

import fetch_path  # noqa: F401  puts tests/services on the path
from fetch import Unavailable

SKIPPED = 77


class Outcome(unittest.TextTestResult):
    """Tells a service that cannot be had from an error."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.unavailable = []

    def addError(self, test, err):
        if isinstance(err[1], Unavailable):
            self.unavailable.append(str(err[1]))
        else:
            super().addError(test, err)


def main():
    module = sys.modules["__main__"]
    tests = unittest.defaultTestLoader.loadTestsFromModule(module)
    outcome = unittest.TextTestRunner(verbosity=2, resultclass=Outcome).run(tests)
    for reason in outcome.unavailable:
        print(f"skipped: {reason}", file=sys.stderr)
    if not outcome.wasSuccessful() or (outcome.unavailable and os.environ.get("CI")):
        sys.exit(1)
    sys.exit(SKIPPED if outcome.unavailable else 0)
