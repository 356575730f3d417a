"""Payments of the samples' world as banks take and tell them: pain.001.001.09 and camt.053.001.08 (ISO 20022).

order() leaves of a payment what such a file can say: no user, no approver; the other side by its name.
"""
from decimal import Decimal
from itertools import groupby
from xml.sax.saxutils import escape

from world import COMPANIES, FIRST, SECOND, iban

OWN = {company.name: iban(company.country, 700 + n) for n, company in enumerate(COMPANIES)}


def name_of(supplier):
    """A name of its own for each VAT id."""
    mix = sum(map(ord, supplier))
    return f"{FIRST[mix % len(FIRST)]} {SECOND[mix % len(SECOND)]} {supplier}"


def order(body, booked):
    """The payment as the reader of such a file must have it."""
    payment = body["payment"]
    rows = payment.get("invoices", [{"number": payment["invoice_number"]}] if "invoice_number" in payment else [])
    found = {"supplier": name_of(payment["supplier"]), "account": payment["account"], "amount": str(payment["amount"]), "currency": payment["currency"],
             "date": payment["date"][:10], "direction": "purchase", "status": "booked" if booked else "ordered",
             "end_to_end_id": payment.get("end_to_end_id"), "invoices": [dict(row) for row in rows] or None}
    if booked:
        found.update(value_date=payment.get("value_date", found["date"]), returned=payment.get("returned") or None)
    return {"kind": "payment", "company": body["company"], "payment": {name: value for name, value in found.items() if value is not None}}


def tag(name, *content, **attributes):
    told = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{told}>{''.join(content)}</{name}>"


def amount(payment, value=None, name="Amt"):
    return tag(name, value or payment["amount"], Ccy=payment["currency"])


def remittance(payment):
    """One number as people write it; several, or one with an amount of its own, in the fields made for them."""
    rows = payment.get("invoices", [])
    if not rows:
        return ""
    if len(rows) == 1 and "amount" not in rows[0] and " " not in rows[0]["number"]:
        return tag("RmtInf", tag("Ustrd", escape(rows[0]["number"])))
    return tag("RmtInf", *(tag("Strd", tag("RfrdDocInf", tag("Nb", escape(row["number"]))),
                               tag("RfrdDocAmt", amount(payment, row["amount"], "RmtdAmt")) if "amount" in row else "") for row in rows))


def references(payment, extra=""):
    return tag("EndToEndId", payment.get("end_to_end_id", "NOTPROVIDED")) + extra


def whole(name, schema, content):
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{schema}">\n<{name}>\n{content}</{name}>\n</Document>\n'.encode()


def groups(records):
    def key(body):
        return body["company"], body["payment"]["date"]
    return [(company, date, [body["payment"] for body in rows]) for (company, date), rows in groupby(sorted(records, key=key), key)]


def pain001(records, broken=0):
    """A batch for each company and day; broken: orders without an amount."""
    parts, extra = [], "".join(tag("CdtTrfTxInf", tag("PmtId", tag("EndToEndId", f"B-{n}")), tag("Cdtr", tag("Nm", "Nobody"))) for n in range(broken))
    for number, (company, date, payments) in enumerate(groups(records), 1):
        rows = "".join(tag("CdtTrfTxInf", tag("PmtId", references(p)), tag("Amt", amount(p, name="InstdAmt")), tag("Cdtr", tag("Nm", escape(p["supplier"]))),
                           tag("CdtrAcct", tag("Id", tag("IBAN", p["account"]))), remittance(p)) + "\n" for p in payments)
        parts.append(tag("PmtInf", tag("PmtInfId", f"B{number}"), tag("PmtMtd", "TRF"), tag("ReqdExctnDt", tag("Dt", date)), tag("Dbtr", tag("Nm", company)),
                         tag("DbtrAcct", tag("Id", tag("IBAN", OWN[company]))), "\n", rows, extra if number == 1 else "") + "\n")
    head = tag("GrpHdr", tag("MsgId", "M1"), tag("CreDtTm", "2026-01-05T08:00:00"), tag("NbOfTxs", str(len(records) + broken))) + "\n"
    return whole("CstmrCdtTrfInitn", "pain.001.001.09", head + "".join(parts))


def details(p):
    returned = tag("RtrInf", tag("Rsn", tag("Cd", "AC04"))) if p.get("returned") else ""
    return tag("TxDtls", tag("Refs", references(p)), amount(p), tag("RltdPties", tag("Cdtr", tag("Pty", tag("Nm", escape(p["supplier"])))),
                                                                   tag("CdtrAcct", tag("Id", tag("IBAN", p["account"])))), remittance(p), returned)


def entry(payments):
    first = payments[0]
    total = sum(int(p["amount"].replace(".", "")) for p in payments)
    return tag("Ntry", amount(first, f"{total // 100}.{total % 100:02d}"), tag("CdtDbtInd", "CRDT" if first.get("returned") else "DBIT"), tag("Sts", tag("Cd", "BOOK")),
               tag("BookgDt", tag("Dt", first["date"])), tag("ValDt", tag("Dt", first["value_date"])), tag("NtryDtls", *map(details, payments))) + "\n"


def camt053(records):
    """A statement for each company and day; payments of one value date that were not returned stand in one entry, as they were booked."""
    parts = []
    for number, (company, date, payments) in enumerate(groups(records), 1):
        together = [p for p in payments if not p.get("returned") and p["value_date"] == date]
        rows = ([together] if together else []) + [[p] for p in payments if p not in together]
        parts.append(tag("Stmt", tag("Id", f"S{number}"), tag("Acct", tag("Id", tag("IBAN", OWN[company]))), "\n", *map(entry, rows)) + "\n")
    return whole("BkToCstmrStmt", "camt.053.001.08", tag("GrpHdr", tag("MsgId", "M2"), tag("CreDtTm", "2026-01-05T08:00:00")) + "\n" + "".join(parts))


def can_be_ordered(body):
    payment = body["payment"]
    return Decimal(payment["amount"]) > 0 and payment.get("direction", body.get("direction")) in (None, "purchase") and not payment.get("returned")


def can_be_booked(body):
    return Decimal(body["payment"]["amount"]) > 0
