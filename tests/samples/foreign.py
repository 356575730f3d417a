"""conf/samples/foreign/: the samples' world as other programs export it, and what taxflow must say of each file.

A sample is one run of the program: its files, the settings it needs, and the records that a correct reader makes of them. Those are the samples' own
records cut down to what the format can say; judge_tax.py and judge_fraud.py judge them, so that expected.json rests on the generator's bookkeeping here as
well. What a format cannot say makes rules unknown: conf/samples/COVERAGE.md is the table of it.
"""
import gzip
import io
import json
import zipfile

import foreign_banks as banks
import foreign_books as books
import foreign_documents as documents
import foreign_ledgers as ledgers
import foreign_tables as tables
import judge_fraud
import judge_tax
import saft
import wrapped
from world import COMPANIES, Dice

SEED = 20251127
CONFIG = "companies.conf"
DOCUMENTS = 210


class Sample:
    """files: name -> bytes; the first is given to the program. settings: of the command line, {} is the folder. records None: only counts are known."""

    def __init__(self, name, files, records, settings=(), *, dead=0, duplicates=0, in_cii=False, counts=None, given=(), holds=()):
        self.name, self.files, self.records, self.settings = name, files, records, list(settings)
        self.dead, self.duplicates, self.in_cii, self.counts = dead, duplicates, in_cii, counts
        self.holds = sorted(holds or {held(body) for body in records})
        self.given = list(given) or list(files)[:1]

    def expected(self):
        report = self.counts or {**judged(self.records, self.in_cii), "dead_lettered": self.dead, "duplicates": self.duplicates}
        report["received"] = report["accepted"] + report["dead_lettered"] + report["duplicates"]
        return {"settings": self.settings, "given": self.given, "holds": self.holds, "report": report}


def held(body):
    """The kind of a record; of what we issue with its side."""
    return f"{body['kind']} sale" if body.get("direction") == "sale" else body["kind"]


# ---- What the program must say ----

ALWAYS_IN_CII = ("BR-S-01", "BR-E-01", "BR-Z-01")


def tax_of(records, in_cii):
    """As generate.py has it, and TF-15, which is asked where companies are configured. CEN's artefact for CII asks some rules of every document."""
    part = {"valid": 0, "invalid": 0, "not_applicable": 0, "dead": 0, "findings": {}}
    rules = {rule: {"evaluated": 0, "hit": 0, "unknown": 0} for rule in judge_tax.RULES}
    for body in records:
        if "invoice" not in body:
            part["not_applicable"] += 1
            continue
        verdict = judge_tax.judge(body["invoice"])
        part["invalid" if verdict.findings else "valid"] += 1
        verdict.hold("TF-15", documents.whose(body["invoice"])[1] is not None)
        for rule in [*verdict.evaluated, *(rule for rule in ALWAYS_IN_CII if in_cii and rule not in verdict.evaluated)]:
            rules[rule]["evaluated"] += 1
            rules[rule]["hit"] += rule in verdict.findings
    part["findings"] = {rule: row["hit"] for rule, row in rules.items() if row["hit"]}
    return part, rules


def fraud_of(order):
    judge, part = judge_fraud.Judge(), {"approve": 0, "review": 0, "block": 0, "dead": 0, "hits": {}}
    rules = {rule: {"evaluated": 0, "hit": 0, "unknown": 0} for rule in judge_fraud.RULES}
    for number, body in order:
        answers = judge.judge(body, number)
        part[judge_fraud.decision({rule: judge.points(rule) for rule, answer in answers.items() if answer})] += 1
        for rule, answer in answers.items():
            rules[rule]["unknown" if answer is None else "evaluated"] += 1
            rules[rule]["hit"] += bool(answer)
    part["hits"] = {rule: row["hit"] for rule, row in rules.items() if row["hit"]}
    return part, rules


def judged(records, in_cii=False):
    """The report on records, each an event of its own; records of one moment may come in any order."""
    tax, rules = tax_of(records, in_cii)
    dice, answers = Dice(SEED), []
    for _ in range(2):
        lots = [(judge_fraud.Facts(body).time, dice.next(), number, body) for number, body in enumerate(records)]
        answers.append(fraud_of([lot[2:] for lot in sorted(lots, key=lambda lot: (-1 if lot[0] is None else lot[0], lot[1]))]))
    assert answers[0] == answers[1], "the order of records shows"
    return {"accepted": len(records), "tax": tax, "fraud": answers[0][0], "rules": {**rules, **answers[0][1]}}


# ---- The samples ----

def packed(data):
    """gzip without a name and a time, so that the same content is the same bytes."""
    return gzip.compress(data, 9, mtime=0)


def config():
    rows = ",\n".join(f'  {{ id = "{c.name}"; vat_ids = [ "{c.vat_id}" ]; ibans = [ "{banks.OWN[c.name]}" ]; registers = []; }}' for c in COMPANIES)
    return f"# Who \"we\" are in these samples: what tells a purchase from a sale, and whose account pays.\ncompanies = (\n{rows}\n);\n".encode()


def without_sugar(body):
    """A payment as a row can say it: one day, its invoices as a list."""
    payment = {**body["payment"], "date": body["payment"]["date"][:10]}
    if "invoice_number" in payment:
        payment["invoices"] = [{"number": payment.pop("invoice_number")}]
    return {**body, "payment": payment}


def with_direction(body):
    """What companies.conf makes of an invoice that does not say it."""
    direction = documents.whose(body["invoice"])[1]
    return {**body, "direction": direction} if direction else body


def with_one_rate(body):
    """An invoice as a row of a register has it: the VAT of one rate, or no rate."""
    rows = body["invoice"].get("vat_breakdown", [])
    invoice = {name: value for name, value in body["invoice"].items() if name != "vat_breakdown"}
    if len(rows) == 1 and "rate" in rows[0]:
        invoice["vat_breakdown"] = [{name: rows[0][name] for name in ("rate", "category")}]
    return {**body, "invoice": invoice}


def with_breakdown(body):
    """What a reader makes of it: the rate's net and tax are the row's."""
    for row in body["invoice"].get("vat_breakdown", []):
        row.update(taxable=body["invoice"]["totals"]["net"], tax=body["invoice"]["totals"]["vat"])
    return body


def mapped(name, kind, columns, records, broken):
    """A table under a map of its own, with a row in it that cannot be read."""
    text = tables.table(records, columns, extra=[tables.unreadable(columns, *broken)] if broken else ())
    files = {f"{name}.csv.gz": packed(encoded(text)), f"{name}.map": tables.map_of(kind, columns).encode()}
    return Sample(name, files, [tables.pick(body, columns) for body in records], [f"--config={{}}/{CONFIG}", f"--map={{}}/{name}.map"], dead=int(bool(broken)))


def encoded(text):
    """Windows-1252 where it has all the letters: the reader has to see which it is."""
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError:
        return text.encode()


def table_samples(of):
    payments = [without_sugar(body) for body in of["payment"]]
    yield mapped("payments", "payment", tables.PAYMENTS, payments, ("payment.amount", "zwölf"))
    invoices = [with_one_rate(body) for body in of["invoice"]]
    text = tables.table(invoices, tables.INVOICES, ",", ".")
    yield Sample("invoices", {"invoices.csv.gz": packed(text.encode("utf-8-sig"))},
                 [with_breakdown(with_direction(tables.pick(body, tables.INVOICES))) for body in invoices], [f"--config={{}}/{CONFIG}"])
    yield mapped("journals", "journal", tables.JOURNALS, of["journal"], ("journal.posting_date", "31.02.2025"))
    yield mapped("parties", "party", tables.PARTIES, of["party"], None)
    yield mapped("returns", "return", tables.RETURNS, of["return"], None)
    yield mapped("accounts", "account", tables.ACCOUNTS, of["account"], None)


def bank_samples(of):
    settings = [f"--config={{}}/{CONFIG}"]
    ordered = [banks.order(body, False) for body in of["payment"] if banks.can_be_ordered(body)]
    yield Sample("pain001", {"pain001.xml.gz": packed(banks.pain001(ordered, broken=1))}, ordered, settings, dead=1)
    booked = [banks.order(body, True) for body in of["payment"] if banks.can_be_booked(body)]
    yield Sample("camt053", {"camt053.xml.gz": packed(banks.camt053(booked))}, booked, settings)


def document_samples(of):
    """The stories and errors, filled up with clean ones; UBL has one document twice, PDF one without XML."""
    settings = [f"--config={{}}/{CONFIG}"]
    some = [documents.document(body) for body in of["document"]]
    parts = {"ubl": some[:DOCUMENTS], "cii": some[DOCUMENTS:2 * DOCUMENTS], "sbdh": some[2 * DOCUMENTS:3 * DOCUMENTS], "pdf": some[3 * DOCUMENTS:4 * DOCUMENTS]}
    writers = {"ubl": (documents.ubl, "xml"), "cii": (documents.cii, "xml"), "sbdh": (documents.enveloped, "xml"), "pdf": (documents.pdf, "pdf")}
    for name, records in parts.items():
        write, end = writers[name]
        more = {"ubl": [("again.xml", write(records[0]))], "pdf": [("scan.pdf", wrapped.pdf(None))]}.get(name, [])
        yield Sample(name, {f"{name}.zip": documents.archive(records, write, end, more)}, records, settings, dead=int(name == "pdf"), duplicates=int(name == "ubl"),
                     in_cii=name in ("cii", "pdf"))


def counted(records, *, not_applicable=None, findings=None, hits=None):
    """A report of which only this is known: records, and hits of some rules, or findings of the file."""
    report = {"accepted": records, "dead_lettered": 0, "duplicates": 0, "tax": {"not_applicable": records if not_applicable is None else not_applicable, "dead": 0}}
    report.update({"files": {"findings": findings}} if findings else {})
    report.update({"fraud": {"hits": hits}} if hits else {})
    return report


def told_by_rules(evaluated, unknown):
    """Rules that find nothing: (rules, of how many records), judged or without an answer."""
    rules = {rule: {"evaluated": count, "hit": 0, "unknown": 0} for names, count in evaluated for rule in names.split()}
    rules.update({rule: {"evaluated": 0, "hit": 0, "unknown": count} for names, count in unknown for rule in names.split()})
    return {"rules": rules}


def saft_samples():
    """
    Their generator keeps books of records. Norway's transactions and documents name who entered them, not who approved them, and not whether by hand; of
    Portugal's documents, all sales, nobody is said to have approved them either. Its invoices are of a rule set of their own: no verdict of EN 16931.
    """
    no, told = saft.norway()
    entries = told["counts"]["transactions"]
    sales, purchases, payments = (told["counts"][name] for name in ("invoices", "purchase_invoices", "payments"))
    assert sales + purchases + payments == entries  # each stands in the ledger too: nothing is twice for that
    rules = told_by_rules([("JE2 JE3 JE4", entries), ("KEY1", entries + sales + purchases), ("DUP1 DUP2 DUP3 DUP4 SEQ3", purchases), ("SEQ1 SEQ2", sales),
                           ("VAT1 VAT2", sales + purchases)],
                          [("SOD1 TIM1", 2 * entries), ("JE1", entries)])
    rules["rules"]["BNK2"] = {"evaluated": told["counts"]["suppliers"] + purchases, "hit": 1, "unknown": 0}  # an account that two suppliers have
    yield Sample("saft_no", {"saft_no.xml.gz": packed(no)}, None, counts={**counted(told["records"], findings=told["findings"]), **rules},
                 holds=("account", "party", "journal", "invoice", "invoice sale", "payment sale"))
    pt, told, key = saft.portugal()
    issued, payments = told["counts"]["invoices"], told["counts"]["payments"]
    valued = issued - told["counts"]["annulled"]  # of the others the number alone counts
    rules = told_by_rules([("SEQ2", issued), ("VAT1 KEY1", valued), ("TIM1", valued + payments)],
                          [("SOD1", valued + payments)])
    rules["rules"]["SEQ1"] = {"evaluated": issued, "hit": told["findings"]["SAFT-14"], "unknown": 0}  # a gap is told once, and the annulled number is none
    yield Sample("saft_pt", {"saft_pt.xml.gz": packed(pt), "saft_pt.pem": key}, None, ["--set=import.saft_pt_key={}/saft_pt.pem"],
                 counts={**counted(told["records"], findings=told["findings"]), **rules}, holds=("party", "invoice sale", "credit_note sale", "payment sale"))


def ledger_samples():
    """Entries as four programs export them; the first is large enough for rules about seldom things."""
    entries, hits = books.large_ledger()
    files = {f"sap/{name}.gz": packed(data) for name, data in ledgers.sap(entries).items()}
    yield Sample("sap", files, None, given=files, counts=counted(len(entries), hits=hits), holds=("journal",))
    entries = books.small_ledger()
    for name in ("fec", "datev"):
        write, records = ledgers.FORMATS[name]
        yield Sample(name, {f"{name}/{file}.gz": packed(data) for file, data in write(entries).items()}, list(records(entries)))
    files = {f"gdpdu/{file}": data for file, data in ledgers.gdpdu(entries).items()}
    yield Sample("gdpdu", files, list(ledgers.gdpdu_records(entries)), given=["gdpdu"])


def large_samples():
    """Thirteen months of payments of a larger company."""
    records, hits = books.months()
    files = {"months.csv.gz": packed(encoded(tables.table(records, books.COLUMNS))), "months.map": tables.map_of("payment", books.COLUMNS).encode()}
    yield Sample("months", files, None, ["--map={}/months.map"], counts={**counted(len(records), hits=hits), "groups": ["BEN1", "BEN2", "BEN3"]}, holds=("payment",))


def together_samples(made):
    """Files that say something together: returns and invoices, payments and invoices."""
    config = f"--config={{}}/{CONFIG}"
    ubl, payments, pdf, sbdh = (made[name] for name in ("ubl", "payments", "pdf", "sbdh"))
    (returns, told), (sums, more) = books.vat_returns(pdf.records + sbdh.records), books.declared_sums(pdf.records + sbdh.records)
    files = {"vat_returns.csv.gz": packed(encoded(tables.table(returns, tables.RETURNS)))}
    count = len(returns) + len(pdf.records) + len(sbdh.records)
    yield Sample("returns_and_invoices", {**files, "declared.csv": sums.encode()}, None, [config, "--map={}/returns.map", "--declared={}/declared.csv"],
                 given=[*files, "pdf.zip", "sbdh.zip"],
                 counts={**counted(count, not_applicable=len(returns), hits={"REC1": 1}), "dead_lettered": pdf.dead,
                         "declared": {result: told[result] + more[result] for result in told}}, holds={"return", *pdf.holds, *sbdh.holds})
    yield Sample("payments_and_invoices", {}, payments.records + ubl.records, payments.settings, given=[*payments.given, *ubl.given],
                 dead=payments.dead, duplicates=ubl.duplicates)


def by_kind(lines):
    """The bodies by kind, without planted errors; of documents all, planted things first. No format has a revision, so amendments stay out."""
    lines = [line for line in lines if "revision" not in line.body]
    of = {kind: [line.body for line in lines if line.body["kind"] == kind and not line.findings] for kind in tables.KINDS}
    of["document"] = [line.body for line in sorted(lines, key=lambda line: line.hits is None) if "invoice" in line.body]
    return of


def samples(lines):
    of = by_kind(lines)
    made = [*table_samples(of), *bank_samples(of), *document_samples(of), *saft_samples(), *ledger_samples(), *large_samples()]
    return made + list(together_samples({sample.name: sample for sample in made}))


def make(lines):
    """name -> bytes of the folder."""
    made, files = samples(lines), {CONFIG: config()}
    for sample in made:
        files.update(sample.files)
    expected = {sample.name: sample.expected() for sample in made}
    files["expected.json"] = (json.dumps(expected, indent=1) + "\n").encode()
    return files


def content(data):
    """What is in a file, however a library of compression wrote it."""
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [(info.filename, archive.read(info)) for info in archive.infolist()]
    return data
