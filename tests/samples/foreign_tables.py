"""Records of the samples' world as rows of delimited text, with maps where no well-known header says what the columns mean.

A table is a list of (header, member, type); pick() leaves of a record what its columns can say, which is what a reader must make of the row again.
"""
import datetime

from world import day

KINDS = ("payment", "invoice", "journal", "party", "return", "account")
DATE, TIME, AMOUNT, TEXT, FLAG = "date", "time", "amount", "text", "flag"
HEAD = [("Mandant", "company", TEXT), ("Erfasser", "user", TEXT), ("Freigeber", "approver", TEXT), ("Erfasst am", "recorded_at", TIME),
        ("Freigegeben am", "approved_at", TIME)]
PAYMENTS = HEAD + [("Richtung", "direction", TEXT), ("Kreditor-Nr", "payment.supplier", TEXT), ("Bankverbindung", "payment.account", TEXT),
                   ("Zahlbetrag", "payment.amount", AMOUNT), ("Währung", "payment.currency", TEXT), ("Zahltag", "payment.date", DATE),
                   ("Valuta", "payment.value_date", DATE), ("Ende-zu-Ende", "payment.end_to_end_id", TEXT), ("Rückläufer", "payment.returned", FLAG),
                   ("Beleg 1", "payment.invoices.0.number", TEXT), ("Teilbetrag 1", "payment.invoices.0.amount", AMOUNT),
                   ("Beleg 2", "payment.invoices.1.number", TEXT), ("Beleg 3", "payment.invoices.2.number", TEXT)]
INVOICES = [("Company", "company", TEXT), ("Entered by", "user", TEXT), ("Approved by", "approver", TEXT), ("Entry date", "recorded_at", TIME),
            ("Approval date", "approved_at", TIME), ("Invoice No", "invoice.number", TEXT), ("Invoice Date", "invoice.issue_date", DATE),
            ("Currency", "invoice.currency", TEXT), ("Vendor", "invoice.seller.name", TEXT), ("VAT ID", "invoice.seller.vat_id", TEXT),
            ("Customer", "invoice.buyer.name", TEXT), ("Customer VAT", "invoice.buyer.vat_id", TEXT), ("Net Amount", "invoice.totals.net", AMOUNT),
            ("VAT Rate", "invoice.vat_breakdown.0.rate", AMOUNT), ("VAT Category", "invoice.vat_breakdown.0.category", TEXT), ("VAT Amount", "invoice.totals.vat", AMOUNT), ("Total Amount", "invoice.totals.gross", AMOUNT), ("PO Number", "invoice.purchase_order_ref", TEXT)]
JOURNALS = HEAD + [("Manuell", "manual", FLAG), ("Buchung", "journal.id", TEXT), ("Belegdatum", "journal.document_date", DATE),
                   ("Buchungsdatum", "journal.posting_date", DATE), ("Periode", "journal.period", TEXT), ("Herkunft", "journal.source", TEXT),
                   ("Text", "journal.text", TEXT)]
JOURNALS += [(f"{header} {n + 1}", f"journal.lines.{n}.{member}", kind) for n in range(3) for header, member, kind in (
    ("Konto", "account", TEXT), ("Soll", "debit", AMOUNT), ("Haben", "credit", AMOUNT), ("Währung", "currency", TEXT), ("Partner", "partner", TEXT),
    ("Partnerart", "partner_kind", TEXT), ("Positionstext", "text", TEXT))]
PARTIES = [("Mandant", "company", TEXT), ("Nummer", "party.party", TEXT), ("Rolle", "party.kind", TEXT), ("Gegründet", "party.registered_on", DATE),
           ("USt-Prüfung", "party.vat_check.status", TEXT), ("geprüft am", "party.vat_check.at", TIME), ("Prüfnummer", "party.vat_check.reference", TEXT),
           ("Feld", "party.changes.0.field", TEXT), ("alt", "party.changes.0.old", TEXT), ("neu", "party.changes.0.new", TEXT),
           ("geändert am", "party.changes.0.at", TIME), ("von", "party.changes.0.by", TEXT)]
RETURNS = [("Mandant", "company", TEXT), ("Zeitraum", "return.period", TEXT), ("Kennzahl", "return.code", TEXT), ("Betrag", "return.declared", AMOUNT)]
ACCOUNTS = [("Mandant", "company", TEXT), ("Konto", "account.number", TEXT), ("Bezeichnung", "account.name", TEXT), ("Art", "account.kind", TEXT),
            ("Zuordnung", "account.standard_code", TEXT), ("Anfangsbestand", "account.opening", AMOUNT), ("Endbestand", "account.closing", AMOUNT)]


def look(body, path):
    """The value at a path, None where there is none."""
    for name in path.split("."):
        if isinstance(body, list):
            body = body[int(name)] if int(name) < len(body) else None
        else:
            body = body.get(name) if body is not None else None
    return body


def put(body, path, value):
    """Set the value at a path; a number in it makes a list."""
    names = path.split(".")
    for name, behind in zip(names, names[1:] + [None]):
        if isinstance(body, list):
            body += [{} for _ in range(int(name) + 1 - len(body))]
            name = int(name)
        if behind is None:
            body[name] = value
        else:
            body = body[name] if isinstance(body, list) else body.setdefault(name, [] if behind.isdigit() else {})


def is_there(value):
    return value is not None and value != ""


def pick(body, columns, kind=None):
    """What these columns can say of a record."""
    found = {"kind": kind or body["kind"]}
    for _, path, _ in columns:
        value = look(body, path)
        if is_there(value):
            put(found, path, value)
    return found


def german(amount):
    whole, _, part = amount.lstrip("-").partition(".")
    groups = f"{int(whole):,}".replace(",", ".")
    return ("-" if amount.startswith("-") else "") + groups + ("," + part if part else "")


def cell(value, kind, decimal):
    if not is_there(value):
        return ""
    if kind == AMOUNT:
        return german(value) if decimal == "," else value
    if kind == FLAG:
        return "ja" if value else "nein"
    if kind in (DATE, TIME):
        date = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        assert kind == DATE or date.utcoffset() == datetime.timedelta(0)
        form = {",": "%d.%m.%Y", ".": "%Y-%m-%d"}[decimal] + (" %H:%M:%S" if kind == TIME else "")
        return date.strftime(form)
    return value


def quoted(text, separator):
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in (separator, '"', "\n")) else text


def table(records, columns, separator=";", decimal=",", extra=()):
    """Delimited text of the records; extra: rows that are no records."""
    rows = [[header for header, _, _ in columns]]
    rows += [[cell(look(body, path), kind, decimal) for _, path, kind in columns] for body in records]
    rows += extra
    return "".join(separator.join(quoted(each, separator) for each in row) + "\r\n" for row in rows)


def map_of(kind, columns):
    rows = ",\n".join(f'            {{ member = "{path}"; column = "{header}"; }}' for header, path, _ in columns)
    return f'kind = "{kind}";\ndates = "DD.MM.YYYY";\ndecimal = ",";\ncolumns = (\n{rows}\n);\n'


def unreadable(columns, path, text):
    """A row with one cell that is no such value: a dead letter with line and column."""
    row = ["x" if kind == TEXT else "" for _, _, kind in columns]
    row[[each for _, each, _ in columns].index(path)] = text
    for place, (_, _, kind) in enumerate(columns):
        if kind == DATE and not row[place]:
            row[place] = datetime.date.fromisoformat(day(3)).strftime("%d.%m.%Y")
    return row
