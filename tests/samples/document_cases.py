"""Planted fraud in series of numbers, orders, credit notes and texts. Part of fraud_cases.py."""
from world import COMPANIES, day, record


def sell(partner, build, user, date, amount, number, kind="invoice"):
    body = build(partner, user, date, amount, number)
    body["direction"], body["kind"] = "sale", kind
    invoice = body["invoice"]
    invoice["seller"], invoice["buyer"] = invoice["buyer"], invoice["seller"]
    if kind == "credit_note":
        invoice["type_code"] = "381"
    return body


def stories(stage, build, pay):
    """Stories of (record, rules it hits); build and pay make an invoice of a supplier and a payment to one."""
    def series(company, form, rows):
        partner = stage.partner(company)
        return [(sell(partner, build, stage.person(), day(date), "238.00" if company == 0 else "240.00", form.format(n), *more), hits)
                for n, date, hits, *more in rows]

    yield "seq1", series(0, "AR-25-{:04d}", ((7, 10, ""), (8, 12, ""), (10, 14, ""), (11, 16, ""), (12, 17, "SEQ1"), (13, 30, "")))
    yield "seq1", series(1, "{:03d}/25", ((1, 10, ""), (3, 20, ""), (2, 20, ""), (4, 40, ""), (5, 41, "")))
    yield "seq1", series(3, "K{:d}-2025", ((30, 50, ""), (31, 51, "", "credit_note"), (34, 55, ""), (35, 60, "SEQ1"), (90, 70, "")))
    yield "seq2", series(0, "B-{:05d}", ((1, 100, ""), (2, 101, ""), (3, 110, ""), (4, 104, ""), (5, 111, "")))[:2] + series(
        0, "BB-{:05d}", ((2, 104, ""), (1, 110, "SEQ2"), (3, 111, "")))
    yield "seq2", series(2, "CC-{:d}", ((1, 120, ""), (2, 121, ""), (2, 150, "SEQ2"), (3, 151, "")))
    yield "seq2", series(1, "DD-{:d}", ((1, 120, ""), (2, 121, ""), (3, 121, "", "credit_note"), (4, 122, "")))

    for company, numbers, hits in ((0, (11, 12, 14), "SEQ3"), (2, (3, 4, 5), "SEQ3"), (3, (3, 4, 7), "")):
        a, user = stage.partner(company), stage.person()
        yield "seq3", [(build(a, user, day(40 + 20 * n), str(595 + 119 * n) + ".00" if company == 0 else str(600 + 120 * n) + ".00", f"L-{number:04d}"),
                        hits if n == 2 else "") for n, number in enumerate(numbers)]

    for company, ordered, hits in ((0, 5, "PO1"), (1, 4, "")):
        a, story = stage.partner(company), []
        for n in range(7):
            bill = build(a, stage.person(), day(10 + 20 * n), "357.00" if company == 0 else "360.00")
            if n % 2 and n < 2 * (ordered - 3):
                bill["invoice"]["lines"][0]["order_line_ref"] = "10"
            elif n <= ordered:
                bill["invoice"]["purchase_order_ref"] = f"45000{n}"
            story.append((bill, ""))
        bare = build(a, stage.person(), day(170), "357.00" if company == 0 else "360.00")
        yield "po1", story[:5] + [(bare, hits)] if company == 0 else story[:4] + [(bare, hits)]

    for company, amount, again, hits in ((0, "1190.00", 25, "CRN1"), (1, "1440.00", 31, "")):
        a, user = stage.partner(company), stage.person()
        credit = build(a, user, day(120), amount, "G-1")
        credit["kind"], credit["invoice"]["type_code"] = "credit_note", "381"
        yield "crn1", [(build(a, user, day(90), amount, "77-1"), ""), (pay(a, user, day(110), amount, ["77-1"]), ""), (credit, ""),
                       (build(a, user, day(110 + again), amount, "79-4"), hits)]

    a = stage.partner()
    noted = build(a, stage.person(), day(60), "476.00")
    noted["invoice"]["notes"] = [{"text": "Billed as  per Mr. Smith"}]
    yield "key1", [(noted, "KEY1")]
    for n, (text, hits) in enumerate((("Plug to close", "KEY1"), ("Korrektur 03/25", "KEY1"), ("Plugging in", ""), ("Korrekturen", ""))):
        lines = [{"account": "6800", "debit": "75.00", "currency": "EUR"}, {"account": "1200", "credit": "75.00", "currency": "EUR"}]
        journal = {"id": f"WORD-{n}", "posting_date": day(107 + n), "text": text, "source": "GL", "lines": lines}
        yield "key1", [(record("journal", COMPANIES[0], journal, None, stage.person(), "chief", day(107 + n)), hits)]
