"""Invoices of the samples' world as documents in XML: UBL and CII as they are, in Peppol's envelopes, in PDF/A-3; many of them in an archive.

document() leaves of a record what a document says: whose it is is for the configured companies to tell, who entered it nobody knows.
"""
import pathlib
import sys

import wrapped
from world import COMPANIES

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "conformance"))
import write_cii  # noqa: E402
import write_ubl  # noqa: E402

HEADER = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"


def whose(invoice):
    """(company, direction) by the VAT ids of both sides."""
    for side, direction in (("seller", "sale"), ("buyer", "purchase")):
        for company in COMPANIES:
            if invoice.get(side, {}).get("vat_id") == company.vat_id:
                return company.name, direction
    return "unassigned", None


def document(body):
    """The record that a reader of the document must make. A unit is an attribute of the quantity, and goes with it."""
    invoice = {name: value for name, value in body["invoice"].items() if name != "x_batch"}
    invoice["lines"] = [{name: value for name, value in row.items() if name != "unit" or "quantity" in row} for row in invoice.get("lines", [])]
    company, direction = whose(invoice)
    found = {"kind": body["kind"], "company": company, "invoice": invoice}
    return found if direction is None else {**found, "direction": direction}


def ubl(body):
    return write_ubl.document(body).encode()


def cii(body):
    return write_cii.document(body).encode()


def enveloped(body):
    """A Peppol Business Message Envelope."""
    inner = write_ubl.document(body).split("\n", 1)[1]
    kind = "CreditNote" if body["kind"] == "credit_note" else "Invoice"
    head = (f"<sh:StandardBusinessDocumentHeader><sh:HeaderVersion>1.0</sh:HeaderVersion><sh:DocumentIdentification><sh:Standard>{write_ubl.URI}{kind}-2</sh:Standard>"
            f"<sh:TypeVersion>2.1</sh:TypeVersion><sh:Type>{kind}</sh:Type></sh:DocumentIdentification></sh:StandardBusinessDocumentHeader>")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<sh:StandardBusinessDocument xmlns:sh="{HEADER}">{head}\n{inner}</sh:StandardBusinessDocument>\n'.encode()


def pdf(body):
    return wrapped.pdf(cii(body), packed=False)


def archive(records, write, end, more=()):
    """A ZIP archive of the records' documents; more: (name, bytes) of further files in it."""
    return wrapped.archive([(f"{n // 100}/document-{n:04d}.{end}", write(body)) for n, body in enumerate(records)] + list(more))
