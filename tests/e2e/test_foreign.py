"""conf/samples/foreign judged by `taxflow audit`: of each file the report is the one that the generator's own bookkeeping expects."""
import json
import os
import pathlib
import subprocess
import unittest

import suite

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TAXFLOW_BINARY", str(ROOT / "build" / "release" / "taxflow"))
FOLDER = ROOT / "conf" / "samples" / "foreign"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
LIMIT_S = 120


def audit(sample):
    told = EXPECTED[sample]
    settings = [text.format(FOLDER) for text in told["settings"]]
    done = subprocess.run([BINARY, "audit", "--json", *settings, str(FOLDER / told["given"])], capture_output=True, text=True, timeout=LIMIT_S, cwd=ROOT, check=False)
    assert done.returncode == 0, (sample, done.returncode, done.stderr[-2000:])
    return json.loads(done.stdout)


def part_of(report, expected):
    """Of the report what the sample's bookkeeping knows; of counts by rule the rules that it knows."""
    found = {name: report[name] for name in ("received", "accepted", "duplicates", "dead_lettered")}
    if "files" in expected:
        return {**found, "files": report["files"]["findings"], "tax": {name: report["tax"][name] for name in expected["tax"]}}
    rules = {rule: report["rules"][rule] for rule in expected["rules"]}
    hits = {rule: count for rule, count in report["fraud"]["hits"].items() if rule in rules}
    findings = {rule: count for rule, count in report["tax"]["findings"].items() if rule in rules}
    return {**found, "tax": {**report["tax"], "findings": findings}, "fraud": {**report["fraud"], "hits": hits}, "rules": rules}


class ForeignTest(unittest.TestCase):
    maxDiff = None

    def test_each_file_gives_its_expected_report(self):
        for sample, told in EXPECTED.items():
            with self.subTest(sample):
                report = audit(sample)
                self.assertGreaterEqual(report["received"], 200 if sample not in ("parties", "returns", "accounts") else 40)
                self.assertEqual(part_of(report, told["report"]), told["report"])

    def test_every_file_is_judged(self):
        given = {told["given"] for told in EXPECTED.values()}
        beside = {path.name for path in FOLDER.iterdir() if path.suffix in (".map", ".conf", ".pem", ".json")}
        self.assertEqual(given, {path.name for path in FOLDER.iterdir()} - beside)


if __name__ == "__main__":
    suite.main()
