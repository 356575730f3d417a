"""conf/samples judged by `taxflow audit` and `taxflow demo`: the report is the one that the generator's own bookkeeping expects."""
import json
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

import suite

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TAXFLOW_BINARY", str(ROOT / "build" / "release" / "taxflow"))
SAMPLES = sorted((ROOT / "conf" / "samples").glob("*.ndjson"))
EXPECTED = json.loads((ROOT / "conf" / "samples" / "expected.json").read_text(encoding="utf-8"))
LIMIT_S = 120


def report(*arguments):
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=LIMIT_S, cwd=ROOT, check=False)
    assert done.returncode == 0, (arguments, done.returncode, done.stderr[-2000:])
    answer = json.loads(done.stdout)
    assert answer.pop("seconds") >= 0
    for name in ("vat", "declared"):  # test_totals.py
        answer.pop(name, None)
    for rule, gap in answer.pop("not_evaluated", {}).items():  # an audit says why; what it says adds up
        unknown = answer["rules"][rule]["unknown"]
        assert gap["words"] and max([*gap["missing"].values(), 0]) <= unknown <= sum(gap["missing"].values()) + gap["other"], (rule, gap, unknown)
    answer["rules"] = known(answer["rules"])
    answer["tax"]["findings"] = known(answer["tax"]["findings"])
    return answer


def known(rows):
    """Of rows by rule, those that the samples' own bookkeeping has; the conformance suite sees to the others."""
    return {rule: row for rule, row in rows.items() if rule in EXPECTED["rules"]}


class SamplesTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="taxflow-samples-")
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def shuffled(self):
        """All lines in other files and another order."""
        lines = [line for path in SAMPLES for line in path.read_bytes().split(b"\n") if line.strip()]
        random.Random(7).shuffle(lines)
        for n in range(3):
            (self.path / f"x{n}.ndjson").write_bytes(b"\n".join(lines[n::3]))
        return sorted(self.path.glob("x*.ndjson"), reverse=True)

    def test_audit_gives_the_expected_report(self):
        self.assertEqual(report("audit", "--json", *SAMPLES), EXPECTED)

    def test_demo_gives_the_same(self):
        self.assertEqual(report("demo", "--json", *SAMPLES), EXPECTED)

    def test_order_does_not_show(self):
        self.assertEqual(report("audit", "--json", *self.shuffled()), EXPECTED)

    def test_two_runs_write_the_same_bytes(self):
        for name in ("one", "two"):
            report("audit", "--json", f"--out={self.path / name}", *SAMPLES)
        for name in ("tax.ndjson", "fraud.ndjson", "dlq.ndjson", "findings.csv"):
            self.assertEqual((self.path / "one" / name).read_bytes(), (self.path / "two" / name).read_bytes(), name)

    def test_given_twice_all_the_rest_are_duplicates(self):
        got = report("audit", "--json", *SAMPLES, *self.shuffled())
        dead = 2 * EXPECTED["dead_lettered"]
        duplicates = 2 * EXPECTED["received"] - EXPECTED["accepted"] - dead
        self.assertEqual(got, dict(EXPECTED, received=2 * EXPECTED["received"], dead_lettered=dead, duplicates=duplicates))


if __name__ == "__main__":
    suite.main()
