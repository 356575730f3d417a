"""Files that are nothing alone, in a folder and in an archive; archives packed once more; XML in other encodings; and a folder of all of it, each file's fate told."""
import gzip
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

import suite

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TAXFLOW_BINARY", str(ROOT / "build" / "release" / "taxflow"))
sys.path.insert(0, str(ROOT / "tests" / "samples"))
import foreign_ledgers as ledgers  # noqa: E402
import saft  # noqa: E402
import wrapped  # noqa: E402
from world import Dice  # noqa: E402

COUNT, LIMIT_S = 40, 120
TABLE = b"supplier,amount,currency,date\nS1,10.00,EUR,2026-01-31\nS2,11.00,EUR,2026-01-31\n"
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
UBL, CII = (CORPUS / syntax / "standard" for syntax in ("ubl", "cii"))


def in_encoding(data, encoding):
    """XML in UTF-8 as another encoding has it, which it declares; what that has no letter for is named by its number."""
    text = data.decode("utf-8").split("?>", 1)[-1]
    return f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding, "xmlcharrefreplace")


class PackagesTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        held = tempfile.TemporaryDirectory(prefix="taxflow-packages-")
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        self.entries = ledgers.ledger(Dice(47), COUNT)
        self.package, self.tables = ledgers.gdpdu(self.entries), ledgers.sap(self.entries)
        self.in_package = len(list(ledgers.gdpdu_records(self.entries)))

    def put(self, name, data):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def put_all(self, folder, files):
        for name, data in files.items():
            self.put(f"{folder}/{name}", data)
        return self.folder / folder

    def audit(self, *paths, status=0):
        done = subprocess.run([BINARY, "audit", "--json", f"--out={self.folder / 'out'}", *map(str, paths)], capture_output=True, text=True, timeout=LIMIT_S, check=False)
        self.assertEqual(done.returncode, status, done.stderr[-2000:])
        return json.loads(done.stdout) if status == 0 else done.stderr

    def counts(self, *paths):
        report = self.audit(*paths)
        return tuple(report[name] for name in ("received", "accepted", "duplicates", "dead_lettered"))

    def letters(self):
        rows = map(json.loads, (self.folder / "out" / "dlq.ndjson").read_text(encoding="utf-8").splitlines())
        return sorted((row["position"].removeprefix(f"{self.folder}/").rsplit(":", 2)[0], int(row["position"].rsplit(":", 1)[1]), row["reason"]) for row in rows)

    def files(self):
        run = json.loads((self.folder / "out" / "run.json").read_text(encoding="utf-8"))
        return {row["file"].removeprefix(f"{self.folder}/"): row for row in run["files"]}

    def test_an_archive_gives_the_records_of_its_folder(self):
        for files, count in ((self.package, self.in_package), (self.tables, COUNT)):
            with self.subTest(files=list(files)):
                folder = self.put_all(f"f{count}", files)
                archive = self.put(f"a{count}.zip", wrapped.archive([(f"export/{name}", data) for name, data in reversed(files.items())]))
                packed = self.put(f"a{count}.zip.gz", gzip.compress(archive.read_bytes()))
                self.assertEqual(self.counts(archive), (count, count, 0, 0))
                told = self.files()
                for name, data in files.items():
                    row = told[f"a{count}.zip/export/{name}"]
                    self.assertEqual((row["sha256"], row["bytes"]), (hashlib.sha256(data).hexdigest(), len(data)), name)
                self.assertEqual(sum(row["read"]["rows"] for row in told.values()), count)
                self.assertEqual(self.counts(folder, archive, packed), (3 * count, count, 2 * count, 0))

    def test_what_cannot_be_read_of_an_archive(self):
        index = self.package["index.xml"]
        table = self.package["daten/buchungen.txt"].replace(b";", b";x", 2)
        self.put("a.zip", wrapped.archive([("p/index.xml", index), ("p/daten/buchungen.txt", table), ("lost/index.xml", index), ("BKPF.csv", self.tables["BKPF.csv"]),
                                           ("inner.zip", wrapped.archive([("x", b"x")])), ("inner.zip.gz", gzip.compress(wrapped.archive([("x", b"x")])))]))
        self.audit(self.folder / "a.zip")
        letters = self.letters()
        places = {letter[0] for letter in letters}
        self.assertEqual({letter for letter in letters if letter[1] == 1 and "buchungen" not in letter[0]},
                         {("a.zip/BKPF.csv", 1, "bad-value"), ("a.zip/inner.zip", 1, "format-not-read"), ("a.zip/inner.zip.gz", 1, "format-not-read"),
                          ("a.zip/lost/index.xml", 1, "bad-value")})
        self.assertIn("a.zip/p/daten/buchungen.txt", places)

    def test_saft_in_every_encoding_and_wrapping(self):
        with unittest.mock.patch.object(saft, "name_of", "João Conceição & Filhos € {}".format):
            data, told, _ = saft.portugal()
        text = data.decode("cp1252").split("?>", 1)[1]
        self.assertIn("João Conceição", text)
        count, files = told["records"], []
        for encoding in ("UTF-8", "Windows-1252", "UTF-16", "UTF-16LE", "UTF-16BE"):
            declared = "UTF-16" if encoding.startswith("UTF-16") else encoding
            mark = "\ufeff" if encoding != declared else ""
            files.append(self.put(f"{encoding}.xml", f'{mark}<?xml version="1.0" encoding="{declared}"?>{text}'.encode(encoding)))
        plain = files[1].read_bytes()
        files += [self.put("w.xml.gz", gzip.compress(plain)), self.put("w.zip", wrapped.archive([("w.xml", plain), ("wide.xml", files[2].read_bytes())])),
                  self.put("w.zip.gz", gzip.compress(wrapped.archive([("w.xml", plain)])))]
        copies = len(files)  # a file more, which the archive of two has
        self.assertEqual(self.counts(*files), ((copies + 1) * count, count, copies * count, 0))

    def test_other_xml_in_other_encodings(self):
        ordered, booked = (gzip.decompress((ROOT / "conf" / "samples" / "foreign" / name).read_bytes()) for name in ("pain001.xml.gz", "camt053.xml.gz"))
        for name, data in (("pain", ordered), ("camt", booked), ("ubl", UBL.read_bytes()), ("cii", CII.read_bytes())):
            wanted = None
            for encoding in ("UTF-8", "UTF-16", "Windows-1252", "ISO-8859-1"):
                with self.subTest(name=name, encoding=encoding):
                    report = self.audit(self.put(f"{name}-{encoding}.xml", in_encoding(data, encoding)))
                    report.pop("seconds")
                    wanted = wanted or report
                    self.assertGreater(report["accepted"], 0)
                    self.assertEqual(report, wanted)
        package = {**self.package, "index.xml": in_encoding(self.package["index.xml"], "UTF-16")}
        self.assertEqual(self.counts(self.put("wide.zip", wrapped.archive(list(package.items())))), (self.in_package, self.in_package, 0, 0))

    def test_records_of_ours_packed(self):
        lines = (ROOT / "conf" / "samples" / "payments.ndjson").read_bytes()
        for name, data in (("p.ndjson", lines), ("ubl.xml", UBL.read_bytes()), ("cii.xml", CII.read_bytes())):
            with self.subTest(name=name):
                plain, half = self.put(name, data), len(data) // 2
                packed = self.put(f"{name}.gz", gzip.compress(data[:half]) + gzip.compress(data[half:]))
                count = self.counts(plain)[1]
                self.assertGreater(count, 0)
                self.assertEqual(self.counts(plain, packed), (2 * count, count, count, 0))
        self.assertIn("twice; unpack it once", self.audit(self.put("t.gz", gzip.compress(gzip.compress(lines))), status=65))

    def test_bytes_that_are_not_what_they_declare(self):
        data = b'<?xml version="1.0" encoding="UTF-8"?><AuditFile xmlns="urn:OECD:StandardAuditFile-Tax:PT_1.04_01"><Header><CompanyName>Jo\xe3o</CompanyName></Header></AuditFile>'
        self.assertIn("not in the encoding that the first line declares", self.audit(self.put("w.xml", data), status=65))
        self.assertEqual(self.counts(self.put("w.zip", wrapped.archive([("w.xml", data)]))), (1, 0, 0, 1))

    def test_a_folder_of_everything(self):
        """Each file below it is in run.json with its digest; what it gave, or why not, is told."""
        self.put_all("all/2024/gdpdu", self.package)
        self.put_all("all/2024/sap", self.tables)
        self.put("all/2025/payments.csv", TABLE)
        self.put("all/2025/invoice.pdf", wrapped.pdf(CII.read_bytes()))
        self.put("all/2025/scan.pdf", wrapped.pdf(None))
        self.put("all/2025/scan.zip", wrapped.archive([("scan.pdf", wrapped.pdf(None)), ("payments.csv", TABLE)]))
        self.put("all/.hidden", b"x")
        folder = self.folder / "all"
        report = self.audit(folder)
        self.assertEqual(tuple(report[name] for name in ("received", "accepted", "duplicates", "dead_lettered")),
                         (self.in_package + COUNT + 2 + 1 + 4, self.in_package + COUNT + 2 + 1, 2, 2))
        self.assertEqual(self.letters(), [("all/2025/scan.pdf", 1, "no-invoice-inside"), ("all/2025/scan.zip/scan.pdf", 1, "no-invoice-inside")])
        told = self.files()
        below = {str(path.relative_to(self.folder)) for path in folder.rglob("*") if path.is_file() and path.name != ".hidden"}
        self.assertEqual(set(told), below | {"all/2025/scan.zip/scan.pdf", "all/2025/scan.zip/payments.csv"})
        for name in below:
            self.assertEqual(told[name]["sha256"], hashlib.sha256((self.folder / name).read_bytes()).hexdigest(), name)
        self.assertEqual(sum(row["read"]["rows"] for row in told.values()), report["received"])
        # A file of a format that is not read is named, with the way out, and ends the audit; in an archive it is a dead letter.
        sheet = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        self.put("all/archive.zip", wrapped.archive([("sheet.xls", sheet)]))
        self.assertEqual(self.audit(folder)["dead_lettered"], 3)
        self.put("all/sheet.xls", sheet)
        self.assertIn("all/sheet.xls: this is a workbook of an old Excel", self.audit(folder, status=65))


if __name__ == "__main__":
    suite.main()
