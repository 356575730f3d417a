"""report.html in a real browser: its numbers are those of the JSON report and of findings.csv, it fetches nothing, and large ones open at once.

A screenshot is kept in build/report/. Needs Chromium (Debian package chromium); without it this is skipped.
"""
import collections
import csv
import decimal
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile
import unittest

import browser
import suite

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TAXFLOW_BINARY", str(ROOT / "build" / "release" / "taxflow"))
SAMPLES = sorted((ROOT / "conf" / "samples").glob("*.ndjson"))
KEPT = ROOT / "build" / "report"
LIMIT_S = 120
PAGE_BYTES_MAX = 2 << 20
LOAD_S_MAX = 2.0
MANY = 100_000
DAYS = 28

TABLE = """(id => { const table = document.getElementById(id); return table && [...table.tBodies[0].rows].map(row =>
  [...row.cells].map(cell => cell.dataset.v ?? cell.innerText.trim())); })(%s)"""


def audit(out, *files, status=0):
    done = subprocess.run([BINARY, "audit", "--json", f"--out={out}", *map(str, files)], capture_output=True, text=True, timeout=LIMIT_S, cwd=ROOT, check=False)
    assert done.returncode == status, (done.returncode, done.stderr[-2000:])
    return json.loads(done.stdout)


def findings(out):
    """The rows of findings.csv, which begins with a byte order mark and ends its lines as RFC 4180 has it."""
    raw = (out / "findings.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and raw.endswith(b"\r\n"), raw[:20]
    with open(out / "findings.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def table_of(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def words(text):
    return " ".join(text.split())


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def at_risk_by_currency(out):
    """(records to block, sum; records to review, sum) by currency, from the rows of the fraud role and the currencies of findings.csv."""
    currency = {row["event id"]: row["currency"].strip().upper() for row in findings(out)}
    sums = collections.defaultdict(lambda: {"block": [0, decimal.Decimal(0)], "review": [0, decimal.Decimal(0)]})
    for row in rows(out / "fraud.ndjson"):
        if row["decision"] != "approve":
            place = sums[currency.get(row["event_id"], "")][row["decision"]]
            place[0] += 1
            place[1] += decimal.Decimal(row["amount_at_risk"])
    return sums


def payment(number, supplier, amount, day, invoice, **more):
    return json.dumps({"specversion": "1.0", "id": f"p{number}", "source": "urn:test", "type": "taxflow.payment.v1", "data": {
        "kind": "payment", "company": "ACME", "user": "u1", **more, "payment": {
            "supplier": supplier, "amount": amount, "currency": "EUR", "date": f"2026-01-{day % DAYS + 1:02}", "invoice_number": invoice}}})


class ReportTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.page = browser.Browser()
        cls.addClassCleanup(cls.page.close)
        cls.samples = tempfile.TemporaryDirectory(prefix="taxflow-report-")
        cls.addClassCleanup(cls.samples.cleanup)
        cls.out = pathlib.Path(cls.samples.name) / "out"
        cls.report = audit(cls.out, *SAMPLES)

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="taxflow-report-")
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def open(self, out):
        """Seconds until the page is there; it asks for nothing but itself and complains of nothing."""
        url = (out / "report.html").as_uri()
        seconds = self.page.open(url)
        self.assertEqual(self.page.requests, [url])
        self.assertEqual(self.page.complaints, [])
        self.assertLessEqual((out / "report.html").stat().st_size, PAGE_BYTES_MAX)
        return seconds

    def table(self, name):
        return self.page.look(TABLE % json.dumps(name))

    def number(self, name):
        return int(self.page.look(f"document.getElementById({json.dumps(name)}).dataset.v"))

    def assert_counts(self, report, out):
        self.assertEqual({name: self.number(f"n-{name}") for name in ("received", "accepted", "duplicates")},
                         {name: report[name] for name in ("received", "accepted", "duplicates")})
        self.assertEqual(self.number("n-dead"), report["dead_lettered"])
        self.assertEqual([self.number(f"n-{name}") for name in ("block", "review", "approve")], [report["fraud"][name] for name in ("block", "review", "approve")])
        self.assertEqual([self.number(f"n-{name}") for name in ("valid", "invalid")], [report["tax"][name] for name in ("valid", "invalid")])
        self.assertEqual(self.number("n-findings"), len(findings(out)))

    def assert_rules(self, report, out):
        hits = {row[0]: int(row[2]) for row in self.table("t-fraud-rules") or []}
        self.assertEqual(hits, report["fraud"]["hits"])
        broken = {row[0]: int(row[3]) for row in self.table("t-tax-rules") or []}
        self.assertEqual(broken, report["tax"]["findings"])
        sums = collections.defaultdict(decimal.Decimal)
        for row in findings(out):
            if row["amount at risk"]:
                sums[row["rule"], row["currency"]] += decimal.Decimal(row["amount at risk"])
        shown = self.page.look("""[...document.querySelectorAll('#t-fraud-rules tbody tr')].flatMap(row => [...row.querySelectorAll('[data-currency]')].map(
            item => [row.cells[0].innerText.trim(), item.dataset.currency, item.innerText.split(/\\s/).pop().replaceAll(',', '')]))""")
        self.assertTrue(shown)
        for rule, currency, amount in shown:
            self.assertEqual(decimal.Decimal(amount), sums[rule, currency], (rule, currency))

    def assert_coverage(self, report):
        covered = {row[0]: row[2:] for row in self.table("t-coverage")}
        self.assertEqual({rule: list(map(int, row[:3])) for rule, row in covered.items()},
                         {rule: [counts["evaluated"], counts["hit"], counts["unknown"]] for rule, counts in report["rules"].items() if rule in covered})
        for rule, gap in report["not_evaluated"].items():
            self.assertEqual(covered[rule][3], gap["words"])

    def assert_amounts(self, out):
        shown = {row[0]: row[2:] for row in self.table("t-amounts")}
        expected = at_risk_by_currency(out)
        self.assertTrue(expected)
        for currency, sums in expected.items():
            row = shown[currency or "without currency"]
            self.assertEqual([int(row[0]), decimal.Decimal(row[1]), int(row[2]), decimal.Decimal(row[3])],
                             [*sums["block"], *sums["review"]], currency)
            self.assertEqual(decimal.Decimal(row[4]), sums["block"][1] + sums["review"][1])

    def assert_findings(self, out):
        """Each card's record is judged as the result says; the first of a currency has its largest amount at risk."""
        results = {row["event_id"]: row for row in rows(out / "fraud.ndjson")}
        cards = self.page.look("""[...document.querySelectorAll('.card')].map(card => [card.dataset.id, card.dataset.decision,
            card.querySelector('.risk')?.dataset.v ?? '0', card.innerText])""")
        self.assertEqual(len(cards), int(self.page.look("document.getElementById('n-shown').innerText")))
        for event_id, decision, amount, text in cards:
            result = results[event_id]
            self.assertEqual((decision, decimal.Decimal(amount)), (result["decision"], decimal.Decimal(result["amount_at_risk"])))
            for hit in result["hits"][:12]:
                self.assertIn(f"{hit['rule']} {hit['version']} ({hit['mode']}", text)
                self.assertIn(" ".join(hit["observed"].split())[:60], " ".join(text.split()))
        stopped = [row for row in results.values() if row["decision"] != "approve"]
        shown = {card[0] for card in cards}
        self.assertTrue(len(stopped) > len(cards) or all(row["event_id"] in shown for row in stopped))

    def assert_links(self):
        """Everything that points somewhere points into the page, to something that is there."""
        broken = self.page.look("""[...document.links].map(link => link.getAttribute('href')).filter(
            href => !href.startsWith('#') || !document.getElementById(href.slice(1)))""")
        self.assertEqual(broken, [])
        self.assertEqual(self.page.look("""[...document.querySelectorAll('[src],[href]:not(a),[style],[onclick],iframe,img,object,embed')].length"""), 0)
        ids = self.page.look("[...document.querySelectorAll('[id]')].map(element => element.id)")
        self.assertEqual(len(ids), len(set(ids)))

    def test_its_numbers_are_those_of_the_report_and_of_the_table(self):
        out, report = self.out, self.report
        self.open(out)
        self.assert_counts(report, out)
        self.assert_rules(report, out)
        self.assert_coverage(report)
        self.assert_amounts(out)
        self.assert_findings(out)
        self.assert_links()
        letters = collections.Counter(reason for _, reason in {(row["position"], row["reason"]) for row in rows(out / "dlq.ndjson")})  # both roles say it
        shown = collections.Counter()
        for row in self.table("t-reasons"):
            shown[row[0]] += int(row[3])
        self.assertEqual(shown, letters)
        self.assertEqual(sum(int(row[2]) for row in self.table("t-files")), report["received"])

    def held(self):
        """The rows of the hold list as hold.csv has them: id, supplier, amount, currency, decision, [(rule, reason)]."""
        return self.page.look("""[...document.querySelectorAll('#t-hold tbody tr')].map(row => [...[0, 1].map(n => row.cells[n].innerText.trim()),
            row.cells[2].dataset.v, row.cells[3].innerText.trim(), row.cells[4].dataset.v,
            [...row.cells[5].querySelectorAll('li')].map(item => [item.querySelector('b').innerText, item.innerText])])""")

    def assert_held(self, out, most=100):
        groups = collections.defaultdict(list)
        for row in table_of(out / "hold.csv"):
            groups[row["file"], int(row["line"])].append(row)
        shown = self.held()
        self.assertEqual(len(shown), min(len(groups), most))
        for row, group in zip(shown, groups.values()):
            first = group[0]
            self.assertEqual(row[0], first["end to end id"] or f"line {first['line']} of {first['file']}")
            self.assertEqual([row[1], decimal.Decimal(row[2]), *row[3:5]], [words(first["supplier"]), decimal.Decimal(first["amount"]), first["currency"], first["decision"]])
            self.assertEqual([rule for rule, _ in row[5]], [each["rule"] for each in group])
            for (_, text), each in zip(row[5], group):
                self.assertTrue(words(text).startswith(words(f"{each['rule']} {each['reason']}")[:300]), (text, each))
        return len(groups)

    def test_payments_to_hold_are_those_of_hold_csv(self):
        out = self.path / "out"
        report = audit(out, "--fail-on=review", *SAMPLES, status=1)
        self.open(out)
        self.assertEqual(self.assert_held(out), len(report["hold"]))
        self.assertIn(f"{len(report['hold'])} payments to hold. See Payments to hold.", self.page.look("document.getElementById('s-hold').innerText"))
        self.assertEqual(self.page.look("[...document.querySelectorAll('section')].findIndex(section => section.id === 'hold')"), 1)
        self.assert_links()
        self.open(self.out)  # without --fail-on there is none
        self.assertFalse(self.page.look("!!document.getElementById('hold')"))

    def test_of_many_payments_to_hold_the_first_are_shown(self):
        source, out = self.path / "many.ndjson", self.path / "out"
        source.write_text("".join(f"{payment(n, f'<i>S{n}</i>', f'{n + 1}.05', n, f'R-{n}', approver='u1')}\n" for n in range(130)), encoding="utf-8")
        audit(out, "--fail-on=review", source, status=1)
        self.open(out)
        self.assertEqual(self.assert_held(out), 130)
        self.assertIn("30 more stand in hold.csv.", self.page.look("document.getElementById('hold').innerText"))

    def declare(self):
        """Sums as vat.csv has them; every third is off, and of groups of one document it is that document."""
        lines = ["company,period,direction,country,category,rate,currency,net,vat,box"]
        wanted = [row for row in table_of(self.out / "vat.csv") if row["part"] == "breakdown" and row["direction"] in ("sale", "purchase") and row["currency"]
                  and row["rate"] and row["country"] and row["tax"] == "VAT" and len(row["period"]) == 7][:240]
        for n, row in enumerate(wanted):
            net, vat = (row["net"], row["vat"]) if n % 3 else ("0.00", "0.00") if row["documents"] == "1" else (row["net"], "7.77")
            lines.append(",".join([row[name] for name in ("company", "period", "direction", "country", "category", "rate", "currency")] + [net, vat, "<b>81"]))
        (self.path / "sums.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return self.path / "sums.csv"

    def compared(self):
        return self.page.look("""[...document.querySelectorAll('#t-declared tbody tr')].map(row => [...[0, 1, 2].map(n => row.cells[n].innerText.trim()),
            ...[5, 6, 7].flatMap(n => ['net', 'VAT'].map(sum => row.cells[n].querySelector(`[data-sum=${sum}]`)?.dataset.v ?? '')), row.cells[8].dataset.v,
            [...row.cells[8].querySelectorAll('li:not(.soft)')].map(item => item.innerText), row.cells[8].innerText])""")

    def test_declared_sums_are_those_of_declared_csv(self):
        out = self.path / "out"
        audit(out, f"--declared={self.declare()}", *SAMPLES)
        self.open(out)
        table = table_of(out / "declared.csv")
        sums = [row for row in table if row["row"] == "sum"]
        wrong = [row for row in sums if row["result"] in ("differs", "not compared")]
        expected = (wrong + [row for row in sums if row not in wrong])[:100]
        shown = self.compared()
        self.assertEqual(len(shown), 100)
        names = ("source", "company", "period", "declared net", "declared vat", "found net", "found vat", "difference net", "difference vat", "result")
        for row, known in zip(shown, expected):
            net = bool(known["declared net"])  # what was not declared is not shown beside it
            self.assertEqual(row[:10], [known[name] if net or name != "found net" else "" for name in names])
            self.assertIn(words(known["why"]), words(row[11]))
            candidates = [each for each in table if each["row"] == "document" and each["source"] == known["source"] and each["result"] == "candidate"]
            self.assertEqual(len(row[10]), min(len(candidates), 10))
            for text, each in zip(row[10], candidates):
                self.assertTrue(words(text).startswith(each["number"]), (text, each))
                self.assertIn(each["difference vat"].replace("-", "\u2212"), text.replace(",", ""))
        self.assertTrue(any(row[10] for row in shown))
        counts = collections.Counter(row["result"] for row in sums)
        self.assertIn(f"{counts['differs']} differ, {counts['not compared']} could not be compared.", self.page.look("document.getElementById('s-declared').innerText"))
        self.assertIn(f"{len(sums) - 100} more sums stand in declared.csv.", self.page.look("document.getElementById('declared').innerText"))
        self.assert_links()

    def test_two_runs_differ_in_their_times_alone(self):
        audit(self.path / "again", *SAMPLES)
        pages = [re.sub(r'<p class="made" id="made">.*?</p>', "", (out / "report.html").read_text(encoding="utf-8")) for out in (self.out, self.path / "again")]
        self.assertTrue(pages[0] == pages[1])

    def test_it_can_be_read_without_scripts_printed_and_seen_in_the_dark(self):
        KEPT.mkdir(parents=True, exist_ok=True)
        out = self.out
        self.page.size(1200, 1600)
        self.open(out)
        self.page.screenshot(KEPT / "report.png")
        light = self.page.look("getComputedStyle(document.body).backgroundColor")
        self.page.scheme(dark=True)
        self.assertNotEqual(self.page.look("getComputedStyle(document.body).backgroundColor"), light)
        self.page.screenshot(KEPT / "report-dark.png")
        self.page.scheme(dark=True, media="print")
        self.assertEqual(self.page.look("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
        self.assertFalse(self.page.look("document.querySelector('nav').checkVisibility()"))
        # A box in a table's head, as a button is one, keeps Chromium from repeating the head on every page.
        self.assertEqual(self.page.look("getComputedStyle(document.querySelector('th button')).display"), "contents")
        self.page.scheme(dark=False)
        printed = self.page.pdf()
        self.assertTrue(printed.startswith(b"%PDF-"))
        (KEPT / "report.pdf").write_bytes(printed)
        with_scripts = self.page.look("document.querySelector('main').innerText.length")
        self.page.scripts(False)
        self.open(out)
        self.assertGreater(self.page.look("document.querySelector('main').innerText.length"), 0.9 * with_scripts)
        self.assertFalse(self.page.look("document.querySelector('.filter').checkVisibility()"))
        self.page.scripts(True)

    def test_tables_are_sorted_and_findings_narrowed(self):
        report = self.report
        self.open(self.out)
        self.page.look("document.querySelector('#t-coverage th:nth-child(4) button').click()")
        hits = [int(row[3]) for row in self.table("t-coverage")]
        self.assertEqual(hits, sorted(hits, reverse=True))
        self.page.look("document.querySelector('#t-coverage th:nth-child(4) button').click()")
        self.assertEqual([int(row[3]) for row in self.table("t-coverage")], sorted(hits))
        self.page.look("(select => { select.value = 'block'; select.dispatchEvent(new Event('change')); })(document.querySelector('.filter select'))")
        self.assertEqual(self.page.look("[...document.querySelectorAll('.card')].filter(card => card.checkVisibility()).length"), report["fraud"]["block"])

    def test_what_records_say_cannot_become_markup(self):
        evil = ['<script>document.title="owned"</script>', '"><img src=x onerror="document.title=\'owned\'">', "\u202egnp.exe", "a\u0001b\u001b[31m", "</style><b>bold</b>",
                "=HYPERLINK(\"http://x\",\"y\")", "javascript:alert(1)", "\ufeff\u200b\u2066x", "]]>--><!--"]
        lines = []
        for n, word in enumerate(evil):
            for again in range(2):  # twice, so that rules have something to say
                named = dict(company=word) if word.isprintable() else {}
                lines.append(payment(10 * n + again, word, "12345.67", n, word, approver="u1", **named))
                if named:
                    lines[-1] = lines[-1].replace(f'"p{10 * n + again}"', json.dumps(f"{word}{again}"))
        source = self.path / "<img src=x>&.ndjson"
        source.write_text("\n".join(lines) + "\n{torn\n", encoding="utf-8")
        out = self.path / "out"
        report = audit(out, "--fail-on=review", source, status=1)
        self.open(out)
        self.assertEqual(report["accepted"], 2 * len(evil))
        self.assertTrue(self.held())
        self.assertEqual(self.page.look("document.title"), "Audit report")
        self.assertEqual(self.page.look("document.querySelectorAll('img,b b,body script').length"), 1)  # our own script
        text = self.page.look("document.querySelector('main').innerText")
        self.assertIn('<script>document.title="owned"</script>', text)
        self.assertIn("\u27e8U+202E\u27e9gnp.exe", text)
        self.assertFalse(set(text) & set("\u202e\u0001\u001b\ufeff\u200b\u2066"))
        self.assert_links()
        for row in findings(out):
            for cell in row.values():
                self.assertNotRegex(cell, r"^[\s\"']*[=@]\w.*" if not cell.startswith("'") else r"^$")

    def test_a_hundred_thousand_findings_open_at_once(self):
        randoms = random.Random(8)
        source, out = self.path / "many.ndjson", self.path / "out"
        with open(source, "w", encoding="utf-8") as file:
            for n in range(MANY // 2):  # one person enters and approves them, and each is paid twice
                amount = f"{randoms.randrange(100, 10_000_000) / 100:.2f}"
                for again in (0, 1):
                    print(payment(2 * n + again, f"S{n % 30_000}", amount, n, f"R-{n}", approver="u1"), file=file)
        report = audit(out, source)
        table = findings(out)
        self.assertGreaterEqual(len(table), MANY)
        amounts = [decimal.Decimal(row["amount at risk"] or 0) for row in table]
        self.assertEqual(amounts, sorted(amounts, reverse=True))
        seconds = min(self.open(out) for _ in range(2))
        print(f"{len(table)} findings, {(out / 'report.html').stat().st_size} bytes, opened in {seconds:.2f} s")
        self.assertLessEqual(seconds, LOAD_S_MAX)
        self.assert_counts(report, out)
        self.assert_amounts(out)
        self.assertEqual(self.page.look("document.querySelectorAll('.card').length"), 100)
        suppliers = self.table("t-suppliers-EUR")
        sums = collections.defaultdict(decimal.Decimal)
        for line, row in zip(source.read_text(encoding="utf-8").splitlines(), sorted(rows(out / "fraud.ndjson"), key=lambda row: int(row["event_id"][1:]))):
            if row["decision"] != "approve":
                sums[json.loads(line)["data"]["payment"]["supplier"]] += decimal.Decimal(row["amount_at_risk"])
        self.assertEqual([decimal.Decimal(row[4]) for row in suppliers], sorted(sums.values(), reverse=True)[:len(suppliers)])
        for row in suppliers:
            self.assertEqual(decimal.Decimal(row[4]), sums[row[0]])


if __name__ == "__main__":
    suite.main()
