"""Entries of an invented ledger as SAP, DATEV, French and German programs export them, and the records that taxflow must make of each.

Every format carries other things of an entry: `..._records` says what is left of it there. A record of a file and the bare record have the same id,
so both judged together are so many duplicates, and nothing else.

    entries = ledger(Dice(7), 250)
    for name, data in sap(entries).items(): ...
"""
import dataclasses
import json
from decimal import Decimal

from world import Dice, day, money

# Decimals that SAP gives currencies in its table TCURX; all others have two.
TCURX = {"JPY": 0, "HUF": 0, "KWD": 3}
CURRENCIES = ["EUR", "EUR", "EUR", "JPY", "HUF", "KWD", "USD"]
PER_EURO = {"EUR": Decimal(1), "JPY": Decimal(160), "HUF": Decimal(390), "KWD": Decimal("0.33"), "USD": Decimal("1.08")}
TEXTS = ["Miete Büro", "Beratung; zweite Rate", "Hotel \"Zur Post\"", "Café à la gare", "Büromaterial", "Wartung 2 | Halle", "Reisekosten"]
SUPPLIERS, CUSTOMERS = [f"7{n:04d}" for n in range(1, 31)], [f"1{n:04d}" for n in range(1, 21)]


@dataclasses.dataclass
class Line:
    account: str
    debit: bool
    amount: Decimal      # of the entry's currency
    local: Decimal       # euros
    partner: str = ""
    kind: str = ""
    tax_code: str = ""
    text: str = ""
    cost_centre: str = ""
    cleared_by: str = ""


@dataclasses.dataclass
class Entry:
    number: int
    company: str
    date: str
    document_date: str
    entered: str         # "HH:MM:SS" on the day of posting
    user: str
    kind: str
    currency: str
    reference: str
    text: str
    lines: list

    @property
    def year(self):
        return self.date[:4]


def places(currency):
    return TCURX.get(currency, 2)


def amount_in(currency, euros):
    return (euros * PER_EURO[currency]).quantize(Decimal(1).scaleb(-places(currency)))


def an_entry(dice, number):
    """A purchase with tax, a sale with tax, or a payment; debit is credit in both currencies."""
    currency, purchase = dice.pick(CURRENCIES), dice.one_in(2)
    net = Decimal(dice.between(100, 900000)) / 100
    vat = (net * Decimal("0.19")).quantize(Decimal("0.01"))
    here = [amount_in(currency, net), amount_in(currency, vat)]
    partner, kind = (dice.pick(SUPPLIERS), "supplier") if purchase else (dice.pick(CUSTOMERS), "customer")
    code, text = ("V1" if purchase else "A1"), dice.pick(TEXTS)
    lines = [Line("440100" if purchase else "411000", not purchase, sum(here), net + vat, partner, kind, code, cleared_by=f"20000{number}" if dice.one_in(3) else ""),
             Line(dice.pick(["476000", "431000", "462000"]) if purchase else "840000", purchase, here[0], net, tax_code=code, text=text,
                  cost_centre=dice.pick(["", "K10", "K20"])),
             Line("157600" if purchase else "177600", purchase, here[1], vat, tax_code=code)]
    date = dice.below(360)
    return Entry(number, "1000", day(date), day(max(0, date - dice.below(5))), f"{dice.between(7, 18):02d}:{dice.below(60):02d}:{dice.below(60):02d}",
                 f"USER{dice.between(1, 6)}", "KR" if purchase else "DR", currency, f"R-{number:05d}", dice.pick(["", "", "Korrektur"]), lines)


def ledger(dice, count):
    return [an_entry(dice, 1 + n) for n in range(count)]


def plain(value):
    """A decimal as SAP's columns become records: scaled back, without what was zeros only."""
    return f"{value:f}"


def german(value, decimals=2, grouped=False):
    text = f"{value:,.{decimals}f}" if grouped else f"{value:.{decimals}f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def german_date(date):
    return f"{date[8:]}.{date[5:7]}.{date[:4]}"


def present(**members):
    return {key: value for key, value in members.items() if value not in ("", None)}


def quoted(cell, separator):
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in (separator, '"', "\n")) else cell


def table(rows, names, separator=";", end="\r\n", turn=False):
    """Rows of dicts as delimited text; turn: columns the other way round."""
    names = list(reversed(names)) if turn else names
    lines = [separator.join(names)] + [separator.join(quoted(row[name], separator) for name in names) for row in rows]
    return end.join(lines) + end


# ---- SAP ----

BKPF = ["MANDT", "BUKRS", "BELNR", "GJAHR", "BLART", "BLDAT", "BUDAT", "MONAT", "CPUDT", "CPUTM", "USNAM", "TCODE", "XBLNR", "BKTXT", "WAERS", "HWAER"]
BSEG = ["MANDT", "BUKRS", "BELNR", "GJAHR", "BUZEI", "SHKZG", "MWSKZ", "DMBTR", "WRBTR", "HKONT", "KUNNR", "LIFNR", "SGTXT", "KOSTL", "AUGBL"]


def stored(amount, currency):
    """SAP stores two decimals, whatever the currency has: 1,000 yen are 10.00."""
    return amount.scaleb(places(currency) - 2)


def sap_number(entry):
    return f"{1900000000 + entry.number:010d}"


def sap_rows(entries):
    heads, lines = [], []
    for e in entries:
        key = {"MANDT": "100", "BUKRS": e.company, "BELNR": sap_number(e), "GJAHR": e.year}
        heads.append({**key, "BLART": e.kind, "BLDAT": german_date(e.document_date), "BUDAT": german_date(e.date), "MONAT": e.date[5:7], "CPUDT": german_date(e.date),
                      "CPUTM": e.entered.replace(":", ""), "USNAM": e.user, "TCODE": "FB60", "XBLNR": e.reference, "BKTXT": e.text, "WAERS": e.currency, "HWAER": "EUR"})
        for n, line in enumerate(e.lines, 1):
            lines.append({**key, "BUZEI": f"{n:03d}", "SHKZG": "S" if line.debit else "H", "MWSKZ": line.tax_code, "DMBTR": german(line.local, grouped=True),
                          "WRBTR": german(stored(line.amount, e.currency), grouped=True), "HKONT": line.account,
                          "KUNNR": line.partner.rjust(10, "0") if line.kind == "customer" else "", "LIFNR": line.partner.rjust(10, "0") if line.kind == "supplier" else "",
                          "SGTXT": line.text, "KOSTL": line.cost_centre, "AUGBL": line.cleared_by})
    return heads, lines


def sap(entries, dice=None, turn=False, end="\r\n", separator=";"):
    """BKPF and BSEG; dice shuffles the rows of both."""
    heads, lines = sap_rows(entries)
    for rows in (heads, lines) if dice else ():
        dice.shuffle(rows)
    return {"BKPF.csv": table(heads, BKPF, separator, end, turn).encode(), "BSEG.csv": table(lines, BSEG, separator, end, turn).encode("cp1252")}


def sap_joined(entries, dice=None):
    """One export with the columns of both tables, which carry their table's name."""
    heads, lines = sap_rows(entries)
    by_number = {head["BELNR"]: head for head in heads}
    names = [f"BKPF-{name}" for name in BKPF] + [f"BSEG-{name}" for name in BSEG if name not in BKPF]
    rows = [{**{f"BKPF-{k}": v for k, v in by_number[line["BELNR"]].items()}, **{f"BSEG-{k}": v for k, v in line.items()}} for line in lines]
    if dice:
        dice.shuffle(rows)
    return {"documents.txt": table(rows, names, "|", "\n").encode("utf-8-sig")}


def sap_amount(amount, currency):
    """As the reader leaves it: two decimals, moved where the currency has others."""
    return f"{amount:.{places(currency)}f}"


def sap_records(entries):
    for e in entries:
        lines = [present(account=line.account, **{"debit" if line.debit else "credit": sap_amount(line.amount, e.currency)}, currency=e.currency,
                         local_amount=("" if line.debit else "-") + money(line.local), partner=line.partner, partner_kind=line.kind, tax_code=line.tax_code,
                         text=line.text, cost_centre=line.cost_centre, cleared_by=line.cleared_by, ref=e.reference) for line in e.lines]
        journal = present(id=f"{sap_number(e)}/{e.year}", type=e.kind, document_date=e.document_date, posting_date=e.date, period=e.date[:7], source="FB60", text=e.text,
                          lines=lines)
        yield {"kind": "journal", "company": e.company, "user": e.user, "recorded_at": f"{e.date}T{e.entered}Z", "journal": journal}


# ---- The French FEC ----

FEC = ["JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib",
       "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"]
FEC_ACCOUNTS = {"440100": "401000", "411000": "411000", "157600": "445660", "177600": "445710", "840000": "707000"}


def fec_account(line):
    return FEC_ACCOUNTS.get(line.account, "6" + line.account[1:])


def fec_journal(entry):
    return "AC" if entry.kind == "KR" else "VT"


def fec_journal_name(entry):
    return "Achats" if entry.kind == "KR" else "Ventes"


def fec_account_name(line):
    return "Fournisseurs" if fec_account(line)[:2] == "40" else "Clients" if fec_account(line)[:2] == "41" else "Comptes généraux"


def fec_foreign(entry, line):
    """(amount, currency); of an entry in euros neither."""
    return ("", "") if entry.currency == "EUR" else (german(line.amount, places(entry.currency)), entry.currency)


def fec(entries, dice=None, separator="\t", sides=True, end="\r\n", turn=False, encoding="iso8859-15"):
    """sides: Debit and Credit, else Montant and Sens. No quotes are written: the form has none."""
    names = list(FEC) if sides else [*FEC[:11], "Montant", "Sens", *FEC[13:]]
    rows = []
    for e in entries:
        for line in e.lines:
            euros = german(line.local)
            rows.append({"JournalCode": fec_journal(e), "JournalLib": fec_journal_name(e), "EcritureNum": str(e.number),
                         "EcritureDate": e.date.replace("-", ""), "CompteNum": fec_account(line), "CompteLib": fec_account_name(line), "CompAuxNum": line.partner,
                         "CompAuxLib": f"Tiers {line.partner}" if line.partner else "",
                         "PieceRef": e.reference, "PieceDate": e.document_date.replace("-", ""), "EcritureLib": line.text.replace("|", "/"),
                         "Debit": euros if line.debit else "0,00", "Credit": "0,00" if line.debit else euros, "Montant": euros, "Sens": "D" if line.debit else "C",
                         "EcritureLet": line.cleared_by, "DateLet": e.date.replace("-", "") if line.cleared_by else "", "ValidDate": e.date.replace("-", ""),
                         "Montantdevise": fec_foreign(e, line)[0], "Idevise": fec_foreign(e, line)[1]})
    if dice:
        dice.shuffle(rows)
    names = names[::-1] if turn else names
    text = end.join([separator.join(names)] + [separator.join(row[name] for name in names) for row in rows]) + end
    return {"123456789FEC20251231.txt": text.encode(encoding)}


def by_content(lines):
    """Lines without a number are in the order of what they say."""
    return sorted(lines, key=lambda line: json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def fec_records(entries):
    kinds = {"401": "supplier", "411": "customer"}
    for e in entries:
        lines = by_content(present(account=fec_account(line), partner=line.partner, partner_kind=kinds.get(fec_account(line)[:3], "") if line.partner else "", ref=e.reference,
                         text=line.text.replace("|", "/"), cleared_by=line.cleared_by, cleared_on=e.date if line.cleared_by else "", currency="EUR",
                         account_name=fec_account_name(line), partner_name=f"Tiers {line.partner}" if line.partner else "",
                         foreign_amount="" if e.currency == "EUR" else f"{line.amount:.{places(e.currency)}f}", foreign_currency="" if e.currency == "EUR" else e.currency,
                         **{"debit" if line.debit else "credit": money(line.local)})
                           for line in e.lines)
        journal = present(id=f"{fec_journal(e)}/{e.number}", document_date=e.document_date, posting_date=e.date, source=fec_journal(e), source_name=fec_journal_name(e),
                          validated_on=e.date, lines=lines)
        yield {"kind": "journal", "company": "unassigned", "journal": journal}


# ---- DATEV ----

DATEV = ["Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz", "WKZ Basis-Umsatz", "Konto",
         "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum", "Belegfeld 1", "Belegfeld 2", "Skonto", "Buchungstext", "KOST1 - Kostenstelle"]


def datev_booking(entry):
    """The gross amount on the personal account and its contra account, the tax in a key."""
    partner, other = entry.lines[0], entry.lines[1]
    return partner, other, other.account[:4], "9" if entry.kind == "KR" else "3"


def datev(entries, dice=None, turn=False):
    """A booking stack of a fiscal year from January; the accounts have four digits, the personal ones five."""
    head = ('"EXTF";700;21;"Buchungsstapel";13;20260105080000000;;"RE";"";"";1001;77;20250101;4;20250101;20251231;"Export";"TF";1;0;0;"EUR";;"";;;"";;;"";""')
    rows = []
    for e in entries:
        partner, other, account, key = datev_booking(e)
        foreign = e.currency != "EUR"
        rows.append({"Umsatz (ohne Soll/Haben-Kz)": german(partner.amount, places(e.currency)), "Soll/Haben-Kennzeichen": "S" if other.debit else "H",
                     "WKZ Umsatz": e.currency if foreign else "", "Kurs": "", "Basis-Umsatz": german(partner.local) if foreign else "",
                     "WKZ Basis-Umsatz": "EUR" if foreign else "", "Konto": account, "Gegenkonto (ohne BU-Schlüssel)": partner.partner, "BU-Schlüssel": key,
                     "Belegdatum": f"{e.date[8:].lstrip('0')}{e.date[5:7]}", "Belegfeld 1": e.reference, "Belegfeld 2": "", "Skonto": "",
                     "Buchungstext": other.text, "KOST1 - Kostenstelle": other.cost_centre})
    if dice:
        dice.shuffle(rows)
    return {"EXTF_Buchungsstapel.csv": (head + "\r\n" + table(rows, DATEV, turn=turn)).encode("cp1252")}


def datev_records(entries):
    for e in entries:
        partner, other, account, key = datev_booking(e)
        gross, local = f"{partner.amount:.{places(e.currency)}f}", money(partner.local)
        sides = ("debit", "credit") if other.debit else ("credit", "debit")
        signs = ("", "-") if other.debit else ("-", "")
        foreign = e.currency != "EUR"
        lines = [present(account=account, cost_centre=other.cost_centre, currency=e.currency, **{sides[0]: gross}, local_amount=signs[0] + local if foreign else ""),
                 present(account=partner.partner, currency=e.currency, **{sides[1]: gross}, local_amount=signs[1] + local if foreign else "", partner=partner.partner,
                         partner_kind=partner.kind, tax_code=key)]
        journal = present(id=e.reference, document_date=e.date, posting_date=e.date, text=other.text, lines=lines)
        yield {"kind": "journal", "company": "1001-77", "journal": journal}


# ---- GDPdU ----

GDPDU = [("Belegnummer", "<AlphaNumeric/>"), ("Buchungsdatum", "<Date><Format>DD.MM.YYYY</Format></Date>"), ("Belegdatum", "<Date><Format>DD.MM.YYYY</Format></Date>"),
         ("Konto", "<AlphaNumeric/>"), ("Soll", "<Numeric><Accuracy>2</Accuracy></Numeric>"), ("Haben", "<Numeric><Accuracy>2</Accuracy></Numeric>"),
         ("Währung", "<AlphaNumeric/>"), ("Steuerschlüssel", "<AlphaNumeric/>"), ("Buchungstext", "<AlphaNumeric/>"), ("Kostenstelle", "<AlphaNumeric/>")]
PAYMENTS = [("Lieferant", "<AlphaNumeric/>"), ("Zahldatum", "<Date><Format>YYYYMMDD</Format></Date>"), ("Betrag", "<Numeric><ImpliedAccuracy>2</ImpliedAccuracy></Numeric>"),
            ("Währung", "<AlphaNumeric/>"), ("Rechnungsnummer", "<AlphaNumeric/>")]


def index_table(url, name, columns, head=""):
    body = "".join(f"<VariableColumn><Name>{column}</Name>{kind}</VariableColumn>" for column, kind in columns)
    return f"<Table><URL>{url}</URL><Name>{name}</Name>{head}<VariableLength>{body}</VariableLength></Table>\n"


def gdpdu(entries, dice=None):
    """A package of two tables, a ledger and its payments, which are written in two ways."""
    rows, paid = [], []
    for e in entries:
        for line in e.lines:
            rows.append([str(e.number), german_date(e.date), german_date(e.document_date), line.account, german(line.local, grouped=True) if line.debit else "",
                         "" if line.debit else german(line.local, grouped=True), "EUR", line.tax_code, line.text, line.cost_centre])
        if e.kind == "KR":
            paid.append([e.lines[0].partner, e.date.replace("-", ""), str(int(e.lines[0].local * 100)), "EUR", e.reference])
    for some in (rows, paid) if dice else ():
        dice.shuffle(some)
    index = ('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE DataSet SYSTEM "gdpdu-01-08-2002.dtd">\n<DataSet><Version>1.0</Version><DataSupplier><Name>ACME</Name>'
             "<Location>Musterstadt</Location><Comment>Journal 2025</Comment></DataSupplier><Media><Name>2025</Name>\n"
             + index_table("daten/buchungen.txt", "Buchungen", GDPDU)
             + index_table("daten/zahlungen.csv", "Zahlungen", PAYMENTS, "<UTF8/><Range><From>2</From></Range>") + "</Media></DataSet>\n")
    ledger_text = "".join(";".join(quoted(cell, ";") for cell in row) + "\r\n" for row in rows)
    paid_text = "".join(";".join(row) + "\r\n" for row in [[name for name, _ in PAYMENTS], *paid])
    return {"index.xml": index.encode(), "daten/buchungen.txt": ledger_text.encode("cp1252"), "daten/zahlungen.csv": paid_text.encode()}


def gdpdu_records(entries):
    for e in entries:
        lines = by_content([present(account=line.account, **{"debit" if line.debit else "credit": money(line.local)}, currency="EUR", tax_code=line.tax_code,
                                    text=line.text, cost_centre=line.cost_centre) for line in e.lines])
        journal = present(id=str(e.number), posting_date=e.date, document_date=e.document_date, lines=lines)
        yield {"kind": "journal", "company": "unassigned", "journal": journal}
    for e in entries:
        if e.kind == "KR":
            yield {"kind": "payment", "company": "unassigned",
                   "payment": {"supplier": e.lines[0].partner, "date": e.date, "amount": money(e.lines[0].local), "currency": "EUR", "invoice_number": e.reference}}


FORMATS = {"sap": (sap, sap_records), "sap_joined": (sap_joined, sap_records), "fec": (fec, fec_records), "datev": (datev, datev_records), "gdpdu": (gdpdu, gdpdu_records)}
