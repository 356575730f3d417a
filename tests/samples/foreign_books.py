"""What one clean year of a small company cannot show: a large one, ledgers, and records of several files that belong together.

Rules about groups (a supplier's round amounts, an approver's amounts below the limit, first digits of a population, accounts hardly used) and about other
files (returns and invoices) have plants here, made so that their hits follow from the rules' definitions (`taxflow rules`, conf/rules/fraud.conf).
"""
import datetime
from collections import defaultdict
from decimal import Decimal

import foreign_documents as documents
import foreign_ledgers as ledgers
import foreign_tables as tables
import vat_totals
from world import Dice, money

SEED = 20251128
COMPANY = "ACME-DE"
BOOK, SUPPLIERS, ENTRIES, LARGE_LEDGER = 6200, 60, 210, 620
BELOW, ROUND = 16, 40
COLUMNS = [("Mandant", "company", tables.TEXT), ("Freigeber", "approver", tables.TEXT), ("Kreditor", "payment.supplier", tables.TEXT),
           ("Beleg", "payment.invoices.0.number", tables.TEXT), ("Zahltag", "payment.date", tables.DATE), ("Betrag", "payment.amount", tables.AMOUNT),
           ("Währung", "payment.currency", tables.TEXT)]
START = datetime.date(2024, 12, 1)


# ---- Thirteen months of payments ----

def paid(number, days, supplier, amount, approver):
    payment = {"supplier": supplier, "invoices": [{"number": f"N{number:06d}"}], "date": (START + datetime.timedelta(days=days)).isoformat(), "amount": money(amount),
               "currency": "EUR"}
    return {"kind": "payment", "company": COMPANY, "approver": approver, "payment": payment}


def even_digits(dice):
    """From 1 to 9,400 over four decades, few below ten: all first digits alike often, which no such book has, and cents of four kinds."""
    while True:
        amount = Decimal(dice.between(10, 99)) / 10 * 10 ** dice.pick([0] + [1, 2, 3] * 5)
        amount = amount.to_integral_value() + Decimal(dice.pick(["0.17", "0.50", "0.95", "0.99"]))
        if 1 < amount < 9400:
            return amount


def months():
    """(records, hits by rule): the planted ones of rules about groups."""
    dice = Dice(SEED)
    rows = [(dice.below(390), f"K{dice.below(SUPPLIERS):03d}", even_digits(dice), f"a{dice.below(5)}") for _ in range(BOOK)]
    rows += [(40 + 20 * n, f"K{n:03d}", Decimal(9510 + 25 * n) + Decimal("0.37"), "a9") for n in range(BELOW)]        # SPL2: from the tenth on
    rows += [(40 + 8 * n, "K900", Decimal(100 * (n % 9 + 1)), f"a{n % 5}") for n in range(ROUND)]                       # RND2: from the thirtieth on
    rows += [(385, "K901", Decimal("12345.67"), "a1")]                                                                # SUP1: seen for the first time
    records = [paid(number, *row) for number, row in enumerate(rows)]
    return records, {"SPL2": BELOW - 9, "RND2": ROUND - 29, "SUP1": 1}


# ---- Ledgers ----

def large_ledger():
    """(entries, hits by rule): one by somebody who never posts, one on an account that nobody uses, when the books are half a year and 500 entries old."""
    entries = ledgers.ledger(Dice(SEED + 1), LARGE_LEDGER)
    for entry, date in ((entries[-2], "2025-12-29"), (entries[-1], "2025-12-30")):
        entry.date = entry.document_date = date
    entries[-2].user = "USER99"
    entries[-1].lines[1].account = "999000"
    return entries, {"JE2": 1, "JE3": 1}


def small_ledger():
    return ledgers.ledger(Dice(SEED + 2), ENTRIES)


# ---- Returns and the invoices of their periods ----

def sold_by_month(invoices):
    """period -> VAT of each document, credit notes below zero."""
    found = defaultdict(list)
    for body in invoices:
        if documents.whose(body["invoice"]) == (COMPANY, "sale"):
            sign = -1 if body["kind"] == "credit_note" else 1
            found[body["invoice"]["issue_date"][:7]].append(sign * Decimal(body["invoice"]["totals"]["vat"]))
    return found


def vat_returns(invoices, off="500.00"):
    """
    (returns, how many of each result): output VAT of each month, as the sales add up; of the last month too little is declared, and of the one with the
    largest document among others that document was forgotten. Months without a sale are not declared.
    """
    months = sold_by_month(invoices)
    last = max(months)
    forgotten = max((period for period, taxes in months.items() if period != last and len(taxes) > 1), key=lambda period: max(months[period]))
    less = {last: Decimal(off), forgotten: max(months[forgotten])}
    assert less[forgotten] < 50  # less than REC1 asks about
    returns = [{"kind": "return", "company": COMPANY, "return": {"period": period, "code": "output-vat", "declared": money(sum(taxes) - less.get(period, 0))}}
               for period, taxes in sorted(months.items())]
    return returns, {"equal": len(returns) - len(less), "differs": len(less)}


DECLARED = ("company", "period", "direction", "country", "category", "rate", "currency", "net", "vat")


def declared_sums(invoices):
    """(rows for --declared, how many of each result): purchases by rate, as they add up, but for one whose VAT is ten more."""
    whose = [(body, *documents.whose(body["invoice"])) for body in invoices]
    bought = [{**body, "company": company, "direction": side} for body, company, side in whose if (company, side) == (COMPANY, "purchase")]
    rows = [row for row in vat_totals.rows(enumerate(bought)) if row["part"] == "breakdown" and row["rate"] and row["country"] and row["category"]]
    rows[0]["vat"] = money(Decimal(rows[0]["vat"]) + 10)
    lines = [",".join(DECLARED)] + [",".join(str(row[name]) for name in DECLARED) for row in rows]
    return "".join(f"{line}\n" for line in lines), {"equal": len(rows) - 1, "differs": 1}
