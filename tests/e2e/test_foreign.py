"""conf/samples/foreign judged by `taxflow audit`: of each file the report is the one that the generator's own bookkeeping expects."""
import collections
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import reruns
import suite

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TAXFLOW_BINARY", str(ROOT / "build" / "release" / "taxflow"))
FOLDER = ROOT / "conf" / "samples" / "foreign"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
LIMIT_S = 120
SMALL = ("parties", "returns", "accounts")  # tables as others are, of kinds of which a company has few


def run(sample, out):
    told = EXPECTED[sample]
    settings = [text.format(FOLDER) for text in told["settings"]]
    given = [str(FOLDER / name) for name in told["given"]]
    command = [BINARY, "audit", "--json", f"--out={out}/out", *settings, *given]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, cwd=ROOT, check=False)
    assert done.returncode == 0, (sample, done.returncode, done.stderr[-2000:])
    return done


def audit(sample):
    with tempfile.TemporaryDirectory(prefix="taxflow-foreign-") as out:
        done = run(sample, out)
        groups = [json.loads(row)["rule"] for row in pathlib.Path(out, "out", "groups.ndjson").read_text(encoding="utf-8").splitlines()]
    report = json.loads(done.stdout)
    return {**report, "groups": sorted(set(groups)), "declared": dict(collections.Counter(row["result"] for row in report.get("declared", [])))}


def part_of(report, expected):
    """Of the report what the sample's bookkeeping knows; where it knows all of a rule, no other hits of it are left out."""
    found = {name: part_of(report.get(name, {}), value) if isinstance(value, dict) else report.get(name) for name, value in expected.items()}
    for part, counts in (("tax", "findings"), ("fraud", "hits")):
        if "rules" in expected and counts in expected.get(part, {}):
            found[part][counts] = {rule: count for rule, count in report[part][counts].items() if rule in expected["rules"]}
    return found


class ForeignTest(unittest.TestCase):
    maxDiff = None

    def test_each_file_gives_its_expected_report(self):
        for sample, told in EXPECTED.items():
            with self.subTest(sample):
                report = audit(sample)
                self.assertGreaterEqual(report["received"], 200 if sample not in SMALL else 40)
                self.assertEqual(part_of(report, told["report"]), told["report"])

    def test_reruns_differ_in_their_times_alone(self):
        for sample in EXPECTED:
            with self.subTest(sample), tempfile.TemporaryDirectory(prefix="taxflow-foreign-") as out:
                first, again = (run(sample, out) and reruns.left_in(f"{out}/out") for _ in range(2))
                self.assertEqual(sorted(first), sorted(again))
                for name, content in first.items():
                    self.assertTrue(content == again[name], name)

    def test_every_file_is_judged(self):
        given = {name for told in EXPECTED.values() for name in (*told["given"], *(setting.rpartition("{}/")[2] for setting in told["settings"]))}
        for path in FOLDER.rglob("*"):
            name = path.relative_to(FOLDER)
            if path.is_file() and path.suffix not in (".map", ".conf", ".pem", ".json"):
                self.assertTrue(given & {str(name), *map(str, name.parents)}, name)


if __name__ == "__main__":
    suite.main()
