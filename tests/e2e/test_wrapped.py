"""Invoices in PDF/A-3 and in archives are judged as the XML inside is; what cannot be is a finding, a dead letter, or exit 65, each by name."""
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import suite

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "samples"))
import wrapped  # noqa: E402

BINARY = os.environ.get("TAXFLOW_BINARY", str(ROOT / "build" / "release" / "taxflow"))
CII = (ROOT / "tests" / "fuzz" / "corpus" / "cii" / "standard").read_bytes()
UBL = (ROOT / "tests" / "fuzz" / "corpus" / "ubl" / "standard").read_bytes()
LIMIT_S = 120
MANY = 300


def run(folder, *arguments, status=0, stdin=None):
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=LIMIT_S, cwd=folder, input=stdin, check=False)
    assert done.returncode == status, (arguments, done.returncode, done.stderr[-2000:])
    return done


def opinions(folder, *arguments):
    done = subprocess.run([BINARY, "validate", "--json", *map(str, arguments)], capture_output=True, text=True, timeout=LIMIT_S, cwd=folder, check=False)
    return {row.pop("source"): row for row in map(json.loads, done.stdout.splitlines())}


class Wrapped(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory(prefix="taxflow-wrapped-")
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)

    def put(self, **files):
        for name, data in files.items():
            (self.folder / name.replace("__", ".")).write_bytes(data)

    def letters(self, *arguments):
        """Received, accepted, and (position, reason) of each dead letter of an audit."""
        counted = json.loads(run(self.folder, "audit", "--json", "--out=out", *arguments).stdout)
        rows = [json.loads(line) for line in (self.folder / "out" / "dlq.ndjson").read_text().splitlines()]
        return counted, sorted((row["position"].rsplit(":", 2)[0], row["reason"]) for row in rows)

    def test_a_pdf_is_judged_as_its_xml(self):
        self.put(bare__xml=CII, table__pdf=wrapped.pdf(CII, ballast_bytes=100_000), streams__pdf=wrapped.pdf(CII, streams=True),
                 tree__pdf=wrapped.pdf(CII, name="ZUGFeRD-invoice.xml", deep=True, af=False), ubl__xml=UBL,
                 ubl__pdf=wrapped.pdf(UBL, name="xrechnung.xml", tree=False, packed=False, keys=("UF",)),
                 both__zip=wrapped.archive([("in/a.pdf", wrapped.pdf(CII)), ("../b.xml", UBL)]))
        seen = opinions(self.folder, ".")
        bare = seen["./bare.xml"]
        self.assertGreater(bare["checked"], 0)
        for name in ("table.pdf", "streams.pdf", "tree.pdf", "both.zip/in/a.pdf"):
            self.assertEqual(seen["./" + name], bare, name)
        self.assertEqual(seen["./ubl.pdf"], seen["./ubl.xml"])
        self.assertEqual(seen["./both.zip/__/b.xml"], seen["./ubl.xml"])
        counted, letters = self.letters(".")
        self.assertEqual((counted["received"], counted["accepted"], counted["duplicates"], letters), (8, 2, 6, []))

    def test_what_is_wrong_is_named_alike(self):
        whole = wrapped.archive([("a.xml", CII), ("b.xml", UBL)])
        self.put(none__pdf=wrapped.pdf(None), two__pdf=wrapped.pdf(CII, others=[("xrechnung.xml", UBL)]), locked__pdf=wrapped.encrypted(CII),
                 cut__pdf=wrapped.pdf(CII)[:-100], cut__zip=whole[:-10], bomb__pdf=wrapped.pdf(b"<a>" + b" " * (70 << 20)),
                 bomb__zip=wrapped.archive([("a.csv", bytes(100 << 20)), ("b.xml", UBL)]),
                 mixed__zip=wrapped.archive([("x.xlsx", wrapped.archive([("xl/workbook.xml", b"x")])), ("z.zip", whole), ("b.xml", UBL)]))
        reasons = {"none.pdf": "no-invoice-inside", "two.pdf": "two-invoices-inside", "locked.pdf": "encrypted", "cut.pdf": "damaged", "cut.zip": "damaged",
                   "bomb.pdf": "unpacks-too-far", "bomb.zip/a.csv": "unpacks-too-far", "mixed.zip/x.xlsx": "format-not-read",
                   "mixed.zip/z.zip": "format-not-read"}
        counted, letters = self.letters(".")
        self.assertEqual(letters, sorted(("./" + name, reason) for name, reason in reasons.items()))
        self.assertEqual(counted["accepted"], 1)
        seen = opinions(self.folder, "none.pdf", "two.pdf", "locked.pdf", "cut.pdf", "cut.zip", "bomb.pdf", "bomb.zip", "mixed.zip")
        for name, reason in reasons.items():
            self.assertIs(seen[name]["valid"], False)
            self.assertEqual([(f["rule"], f["class"]) for f in seen[name]["findings"]], [(reason, "format")], name)

    def test_other_programs_files_are_refused_with_the_way_out(self):
        self.put(renamed__csv=wrapped.archive([("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"x")]), old__csv=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
                 fattura__xml=b"<p:FatturaElettronica xmlns:p='x'/>", e__edi=b"UNB+UNOC:3+A+B'")
        for name, words in (("renamed.csv", "a workbook of Excel, which is not read; save the sheet as CSV"), ("old.csv", "an old Excel"),
                            ("fattura.xml", "FatturaPA, which is not read; convert it"), ("e.edi", "UN/EDIFACT, which is not read; convert it")):
            self.assertIn(words, run(self.folder, "audit", name, status=65).stderr)

    def test_lists_folders_packed_files_and_standard_input(self):
        self.put(a__pdf=wrapped.pdf(CII), b__zip=wrapped.archive([("b.xml", UBL)]))
        (self.folder / "c.pdf.gz").write_bytes(gzip.compress(wrapped.pdf(CII)))
        done = run(self.folder, "audit", "--json", "--files-from=-", stdin="a.pdf\nb.zip\nc.pdf.gz\n")
        self.assertEqual([json.loads(done.stdout)[k] for k in ("received", "accepted", "duplicates")], [3, 2, 1])
        with open(self.folder / "b.zip", "rb") as archive:
            done = subprocess.run([BINARY, "audit", "--json", "-"], stdin=archive, capture_output=True, timeout=LIMIT_S, check=True)
        self.assertEqual(json.loads(done.stdout)["accepted"], 1)

    def test_many_at_once(self):
        """Each its own invoice, so nothing is a duplicate; and a run is the same in whatever wrapping."""
        documents = [UBL.replace(b"N-2026-0117", b"N-2026-%04d" % n) for n in range(MANY)]
        self.put(xml__zip=wrapped.archive([("%03d.xml" % n, d) for n, d in enumerate(documents)]),
                 pdf__zip=wrapped.archive([("%03d.pdf" % n, wrapped.pdf(d, streams=n % 2 == 1)) for n, d in enumerate(documents)]))
        counts = [self.letters(name)[0] for name in ("xml.zip", "pdf.zip")]
        for counted in counts:
            counted.pop("seconds")
        self.assertEqual(counts[0]["accepted"], MANY)
        self.assertEqual(counts[0], counts[1])


if __name__ == "__main__":
    suite.main()
