"""SAF-T through `taxflow audit`: what is read and found of the samples' two files is what their generator kept in its books."""
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import zipfile

import suite

sys.path.append("/usr/lib/python3/dist-packages")  # where another Python comes first on the path, Debian's packages fit it too
import jsonschema  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "samples"))
import saft  # noqa: E402

BINARY = os.environ.get("TAXFLOW_BINARY", str(ROOT / "build" / "release" / "taxflow"))
LIMIT_S = 120
SCHEMA = json.loads((ROOT / "conf" / "schemas" / "validation.schema.json").read_text(encoding="utf-8"))


def audit(*arguments, status=0):
    done = subprocess.run([BINARY, "audit", "--json", *map(str, arguments)], capture_output=True, text=True, timeout=LIMIT_S, cwd=ROOT, check=False)
    assert done.returncode == status, (arguments, done.returncode, done.stderr[-2000:])
    return json.loads(done.stdout) if status == 0 else done.stderr


def validate(*arguments):
    """The exit status, and the lines of standard output."""
    done = subprocess.run([BINARY, "validate", *map(str, arguments)], capture_output=True, text=True, timeout=LIMIT_S, cwd=ROOT, check=False)
    assert done.returncode in (0, 1), (arguments, done.returncode, done.stderr[-2000:])
    return done.returncode, done.stdout.splitlines()


class Saft(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.expected = saft.write(cls.folder / "in")
        cls.key = f"--set=import.saft_pt_key={cls.folder / 'in' / 'saft_pt_key.pem'}"

    def rows(self, out):
        return {pathlib.Path(row["source"]).name: row for row in map(json.loads, (out / "files.ndjson").read_text(encoding="utf8").splitlines())}

    def test_what_is_read_is_what_was_written(self):
        files = [self.folder / "in" / name for name in self.expected]
        report = audit(self.key, f"--out={self.folder / 'out'}", *files)
        self.assertEqual((report["received"], report["accepted"]), (sum(each["records"] for each in self.expected.values()),) * 2)
        rows, told = self.rows(self.folder / "out"), {}
        for name, expected in self.expected.items():
            summary, findings = rows[name]["summary"], rows[name]["findings"]
            self.assertEqual({key: summary["counts"][key] for key in expected["counts"]}, expected["counts"])
            self.assertEqual((summary["debit"], summary["credit"]), (expected["debit"], expected["credit"]))
            self.assertEqual(summary["findings"], expected["findings"])
            self.assertEqual(sum(expected["findings"].values()), len(findings))
            lines = (self.folder / "in" / name).read_bytes().count(b"\n")
            for finding in findings:
                self.assertEqual(finding["class"], "content")
                self.assertTrue(0 < finding["line"] <= lines and finding["path"] and finding["observed"], finding)
            for rule, count in expected["findings"].items():
                told[rule] = told.get(rule, 0) + count
        self.assertEqual(report["files"]["findings"], told)
        kinds = [line.split(",")[3] for line in (self.folder / "out" / "findings.csv").read_text(encoding="utf8").splitlines()]
        self.assertEqual(kinds.count("file"), sum(told.values()))

    def test_the_same_export_under_another_name_is_all_duplicates(self):
        first = self.folder / "in" / "saft_no.xml"
        again = self.folder / "export.xml"
        again.write_bytes(first.read_bytes().replace(b"\n", b"\r\n").replace(b"\t", b"  "))
        packed = self.folder / "export.xml.gz"
        packed.write_bytes(gzip.compress(first.read_bytes()))
        report = audit(first, packed)
        self.assertEqual(report["duplicates"], self.expected["saft_no.xml"]["records"])
        report = audit(first, again)
        self.assertEqual((report["received"], report["duplicates"]), (2 * self.expected["saft_no.xml"]["records"], self.expected["saft_no.xml"]["records"]))

    def test_validate_has_a_line_for_the_file(self):
        for name, profile, checked in (("saft_no.xml", "saf-t-no", 17), ("saft_pt.xml", "saf-t-pt", 19)):
            not_checked = ["SAFT-24"] if "SAFT-24" in self.expected[name]["findings"] else []
            path, expected = self.folder / "in" / name, self.expected[name]
            status, lines = validate(self.key, "--json", path)
            rows = [json.loads(line) for line in lines]
            for row in rows:
                jsonschema.validate(row, SCHEMA)
            last = rows.pop()
            self.assertEqual(len(rows), expected["records"])
            self.assertEqual([row for row in rows if row["ruleset"] == "files"], [])
            self.assertEqual((status, last["source"], last["valid"], last["ruleset"], last["profile"]), (1, str(path), False, "files", profile))
            self.assertEqual((last["checked"], last["not_checked"], last["findings_total"]), (checked, not_checked, sum(expected["findings"].values())))
            found = [finding["rule"] for finding in last["findings"]]
            self.assertEqual({rule: found.count(rule) for rule in found}, expected["findings"])
            status, lines = validate(self.key, path)
            self.assertEqual((status, lines[-1].split("; ")[0]), (1, f"{path}: the file as a whole: invalid, {last['findings_total']} findings"))
            self.assertEqual(len(lines), len(rows) + 1)
            for rule in expected["findings"]:
                self.assertIn(f"; {rule} at ", lines[-1])

    def test_validate_of_books_in_which_nothing_is_wrong_ends_with_0(self):
        good, expected = saft.norway(planted=False, sources=False)  # its invoices are of no rule set that is here, and so never fully checked
        path, other = self.folder / "good.xml", self.folder / "unread.xml"
        path.write_bytes(good)
        status, lines = validate(path)
        self.assertEqual((status, lines[-1], len(lines)), (0, f"{path}: the file as a whole: valid", expected["records"] + 1))
        last = json.loads(validate("--json", path)[1][-1])
        self.assertEqual((last["valid"], last["findings_total"], last["findings"]), (True, 0, []))
        packed = self.folder / "both.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("bad.xml", (self.folder / "in" / "saft_no.xml").read_bytes())
            archive.writestr("good.xml", good)
        status, lines = validate("--json", packed)
        whole = [(row["source"], row["valid"]) for row in map(json.loads, lines) if row["ruleset"] == "files"]
        self.assertEqual((status, whole), (1, [(f"{packed}/bad.xml", False), (f"{packed}/good.xml", True)]))
        other.write_bytes(good.replace(b"</n1:AuditFile>", b"<n1:SourceDocuments><n1:MovementOfGoods></n1:MovementOfGoods></n1:SourceDocuments></n1:AuditFile>"))
        status, lines = validate("--json", other)
        last = json.loads(lines[-1])
        jsonschema.validate(last, SCHEMA)
        self.assertEqual((status, last["valid"], last["not_checked"]), (1, None, ["SAFT-17"]))

    def test_utf_8_and_windows_1252_are_the_same_records(self):
        other = self.folder / "utf8.xml"
        other.write_bytes(saft.portugal("UTF-8")[0])
        report = audit(self.folder / "in" / "saft_pt.xml", other)
        self.assertEqual(report["duplicates"], self.expected["saft_pt.xml"]["records"])

    def test_a_key_that_is_none_and_a_file_cut_off_say_so(self):
        self.assertIn("no public RSA key", audit(f"--set=import.saft_pt_key={self.folder / 'in' / 'saft_no.xml'}", self.folder / "in" / "saft_pt.xml", status=78))
        cut = self.folder / "cut.xml"
        cut.write_bytes((self.folder / "in" / "saft_no.xml").read_bytes()[:100000])
        self.assertIn("no well-formed XML", audit(cut, status=65))


if __name__ == "__main__":
    suite.main()
