"""Planted fraud: small stories, and which records of them must hit which rules.

A story is a list of (record, rules it hits). "later" marks rules that one record of the story hits and that fall to whichever is
judged last: only their number is certain when records share a day. Every story has partners and people of its own, so that no
clean record is drawn into it.
"""
from decimal import Decimal

import document_cases
from world import COMPANIES, Partner, cents, day, one_line, payment_of, record

FIRST_NUMBER = 800  # partners of stories; those of clean records stay below


class Stage:
    """Hands out partners and people nobody else uses."""

    def __init__(self):
        self.partners = self.people = 0

    def partner(self, company=0):
        self.partners += 1
        return Partner(COMPANIES[company], FIRST_NUMBER + self.partners)

    def person(self):
        self.people += 1
        return f"f{self.people}"


def net_for(partner, gross):
    """The net amount that makes this gross amount at the first rate; every amount used here has one."""
    rate = Decimal(partner.company.rates[0])
    net = cents(Decimal(gross) * 100 / (100 + rate))
    assert net + cents(net * rate / 100) == Decimal(gross), gross
    return net


def bill(partner, user, date, gross, number=None, approver="chief", **more):
    doc = one_line(partner, date, net_for(partner, gross), number)
    return record("invoice", partner.company, doc, "purchase", user, approver, date, **more)


def pay(partner, user, date, amount, invoices=("1",), approver="chief", body=None, **more):
    doc = payment_of(partner, date, Decimal(amount), [f"P{n}" for n in invoices], **(body or {}))
    return record("payment", partner.company, doc, "purchase", user, approver, date, **more)


def dup1(stage):
    a, user = stage.partner(), stage.person()
    yield [(bill(a, user, day(20), "357.00", "RE 000771"), ""), (bill(a, user, day(75), "357.00", "re-771"), "DUP1")]
    b, user = stage.partner(1), stage.person()
    yield [(bill(b, user, day(30), "604.80", "2025/17"), ""), (bill(b, user, day(30), "604.80", "202517"), "later DUP1")]
    c, user = stage.partner(2), stage.person()
    yield [(pay(c, user, day(100), "455.10", ["91"]), ""), (pay(c, user, day(130), "455.10", ["91"]), "DUP1"),
           (pay(c, user, day(131), "455.11", ["91"]), "DUP2"), (pay(c, user, day(160), "455.10", ["92"]), "")]
    d, user = stage.partner(), stage.person()
    yield [(pay(d, user, day(40), "77.70", ["5"], body={"returned": True}), ""), (pay(d, user, day(44), "77.70", ["5"]), "")]
    e, user = stage.partner(3), stage.person()
    yield [(pay(e, user, day(60), "900.00", ["7", "8"]), ""), (pay(e, user, day(90), "900.00", ["9", "7"]), "DUP1")]
    f, user = stage.partner(), stage.person()
    credit = bill(f, user, day(50), "119.00", "4-1")
    credit["kind"], credit["invoice"]["type_code"] = "credit_note", "381"
    yield [(bill(f, user, day(48), "119.00", "4-1"), ""), (credit, ""), (bill(f, user, day(53), "119.00", "4-1"), ""),
           (bill(f, user, day(54), "119.00", "4-1"), "DUP1")]
    g, user = stage.partner(2), stage.person()
    yield [(pay(g, user, day(61 + n), amount, ["21"]), "") for n, amount in enumerate(("88.20", "-88.20", "88.20"))]


def dup2(stage):
    for company, amount, first, second in ((0, "714.00", "RE 204518", "RE 204581"), (1, "604.80", "77120", "77120-B"),
                                           (3, "1250.00", "S-500617", "S-50O617")):
        a, user = stage.partner(company), stage.person()
        yield [(bill(a, user, day(110), amount, first), ""), (bill(a, user, day(131), amount, second), "DUP2"),
               (bill(a, user, day(152), amount, "900001"), ""), (bill(a, user, day(173), amount, "900002"), "")]
    b, user = stage.partner(2), stage.person()
    yield [(pay(b, user, day(15), "740.15", ["60417"]), ""), (pay(b, user, day(44), "742.30", ["60417"]), "DUP2"),
           (pay(b, user, day(70), "745.90", ["60417"]), "DUP2"), (pay(b, user, day(99), "760.00", ["60417"]), "")]


def dup4(stage):
    for company, amount, date in ((0, "1547.00", 33), (1, "2040.00", 66), (3, "12625.00", 99)):
        a, user = stage.partner(company), stage.person()
        yield [(bill(a, user, day(date), amount), ""), (bill(a, user, day(date), amount), "later DUP4"),
               (bill(a, user, day(date + 1), amount), "")]
    b, user = stage.partner(2), stage.person()
    yield [(pay(b, user, day(120), "1250.50", ["1"]), ""), (pay(b, user, day(120), "1250.50", ["2"]), "later DUP4"),
           (pay(b, user, day(120), "999.99", ["3"]), ""), (pay(b, user, day(120), "999.99", ["4"]), "")]


def rnd1(stage):
    for company, amount in ((0, "5000.00"), (2, "3000.00"), (3, "40000.00")):
        a, user = stage.partner(company), stage.person()
        yield [(pay(a, user, day(150 + company), amount), "RND1"), (pay(a, user, day(190), str(Decimal(amount) + 1), ["2"]), "")]
    b = stage.partner(1)
    yield [(bill(b, stage.person(), day(140), "12000.00"), "RND1"), (bill(b, stage.person(), day(180), "900.00"), "")]


def spl1(stage):
    for company, amount, apart in ((0, "5950.00", 1), (1, "7200.60", 3), (3, "62500.00", 2), (2, "5400.30", 0)):
        a, user, other = stage.partner(company), stage.person(), stage.person()
        yield [(bill(a, user, day(200), amount), ""), (bill(a, other, day(200 + apart), amount, approver="deputy"),
                                                       "SPL1" if apart else "later SPL1 DUP4")]
    b, user = stage.partner(), stage.person()
    yield [(pay(b, user, day(210), "6100.10"), ""), (pay(b, user, day(214), "6100.10", ["2"]), "")]  # four days: no split
    user = stage.person()
    parts = [stage.partner() for _ in range(3)]
    yield [(pay(parts[0], user, day(220), "4001.25"), ""), (pay(parts[1], user, day(221), "4001.25", ["2"]), ""),
           (pay(parts[2], user, day(222), "4001.25", ["3"]), "SPL1")]  # one person, three suppliers


def vel1(stage):
    for company, count, date in ((0, 14, 230), (2, 11, 240), (1, 10, 250)):
        a, user = stage.partner(company), stage.person()
        yield [(pay(a, user, day(date), str(Decimal("40.05") + n), [str(n)]), "later VEL1" if n >= 10 else "") for n in range(count)]
    b, user = stage.partner(), stage.person()
    times = [f"{day(260)}T23:{n:02d}:30Z" for n in range(50, 57)] + [f"{day(261)}T00:{n:02d}:30Z" for n in range(5, 10)]
    yield [(pay(b, user, time, str(Decimal("61.40") + n), [str(n)]), "VEL1" if n >= 10 else "") for n, time in enumerate(times)]


def sod1(stage):
    a = stage.partner()
    user = stage.person()
    yield [(bill(a, user, day(70), "238.00", approver=user.upper()), "SOD1")]
    yield [(pay(a, stage.person(), day(71), "88.15", wait_s=20), "SOD1"), (pay(a, stage.person(), day(72), "89.15", ["2"], wait_s=60), "")]
    lines = [{"account": "6800", "debit": "75.00", "currency": "EUR"}, {"account": "1200", "credit": "75.00", "currency": "EUR"}]
    for n in range(4):
        user = stage.person()
        journal = {"id": f"MAN-{n}", "posting_date": day(83 + n), "text": "Umbuchung", "source": "manual", "lines": lines}
        yield [(record("journal", COMPANIES[0], journal, None, user, user, day(83 + n), manual=True), "SOD1")]
    sale = bill(stage.partner(1), stage.person(), day(77), "144.00", wait_s=-300)
    sale["direction"] = "sale"
    yield [(sale, "SOD1")]


def out1(stage):
    for company, usual in ((0, "476.00"), (1, "360.00"), (3, "2500.00")):
        a = stage.partner(company)
        story = []
        for n in range(24):
            gross = Decimal(usual) + partner_step(a) * (n * 7 % 11 - 5)
            story.append((bill(a, stage.person(), day(5 + 8 * n), str(gross)), ""))
        story.append((bill(a, stage.person(), day(5 + 8 * 24), str(Decimal(usual) * 15)), "OUT1 OUT2"))
        yield story
    b = stage.partner(2)
    calm = [(pay(b, stage.person(), day(3 + 9 * n), str(Decimal("210.00") + 6 * (n * 5 % 13)), [str(n)]), "") for n in range(25)]
    yield calm + [(pay(b, stage.person(), day(300), "3.15", ["90"]), "OUT1")]
    c = stage.partner()  # nineteen are too few
    yield [(pay(c, stage.person(), day(4 + 9 * n), "310.20", [str(n)]), "") for n in range(19)] + [
        (pay(c, stage.person(), day(301), "3310.20", ["90"]), "OUT2")]


def partner_step(partner):
    """A step of gross amounts that keeps them reachable from a net amount in cents."""
    return Decimal(100 + int(partner.company.rates[0])) / 25


def combined(stage):
    a, user = stage.partner(), stage.person()
    yield [(bill(a, user, day(270), "297.50", "77-1", approver=user), "SOD1"), (bill(a, user, day(290), "297.50", "77-1", approver=user), "SOD1 DUP1")]
    for company, amount in ((0, "5117.00"), (2, "6600.00")):
        b, user = stage.partner(company), stage.person()
        yield [(bill(b, user, day(280), amount, approver=user), "SOD1"), (bill(b, user, day(282), amount, approver=user), "SOD1 SPL1")]


def out2(stage):
    for company, usual, large, hits in ((0, "47.60", "595.00", "OUT2"), (2, "36.00", "360.00", "OUT2"), (3, "250.00", "2490.00", "")):
        a = stage.partner(company)
        yield [(bill(a, stage.person(), day(10 + 9 * n), usual), "") for n in range(5)] + [(bill(a, stage.person(), day(60), large), hits)]


def sup2(stage):
    for company, amount, silence, hits in ((0, "5950.00", 181, "SUP2"), (2, "5400.30", 200, "SUP2"), (3, "62500.00", 179, ""), (1, "4800.00", 220, "")):
        a = stage.partner(company)
        yield [(bill(a, stage.person(), day(20), "48.00" if company else "47.60"), ""), (bill(a, stage.person(), day(20 + silence), amount), hits)]
    b = stage.partner()  # the invoice wakes the supplier, its payment comes from one awake
    yield [(bill(b, stage.person(), day(5), "47.60"), ""), (bill(b, stage.person(), day(200), "6545.00"), "SUP2"),
           (pay(b, stage.person(), day(230), "6545.00"), "")]


def master_data(partner, date, old, new):
    doc = {"party": partner.vat_id, "kind": "supplier", "registered_on": "2019-05-17",
           "changes": [{"field": "account", "old": old, "new": new, "at": f"{date}T09:00:00Z", "by": "u1"}]}
    return record("party", partner.company, doc)


def bnk1(stage):
    for company, amount, after, hits in ((0, "1250.30", 2, "BNK1"), (1, "1250.30", 25, "BNK1"), (2, "1250.30", 31, ""), (3, "9990.00", 2, "")):
        a = stage.partner(company)
        yield [(master_data(a, day(100), a.iban, a.iban[:-1] + "7"), ""), (pay(a, stage.person(), day(100 + after), amount), hits)]
    b = stage.partner()  # another account than the one that was paid before
    other = b.iban[:-1] + "3"
    yield [(pay(b, stage.person(), day(50), "1400.25", ["1"]), ""), (pay(b, stage.person(), day(90), "1300.25", ["2"], body={"account": other}), "BNK1"),
           (pay(b, stage.person(), day(110), "1200.25", ["3"], body={"account": other}), "BNK1"),
           (pay(b, stage.person(), day(150), "1100.25", ["4"], body={"account": other}), "")]
    c = stage.partner()  # an account is named for the first time
    yield [(master_data(c, day(100), "", c.iban), ""), (pay(c, stage.person(), day(101), "1234.56"), "")]


def journals(stage):
    lines = [{"account": "6800", "debit": "75.00", "currency": "EUR"}, {"account": "1200", "credit": "75.00", "currency": "EUR"}]
    rows = (("2025-03-31", "2025-03-31", "Umb.", "JE1"), ("2025-04-04", "2025-04-04", "Korr.", "JE1"), ("2025-05-29", "2025-05-29", "Umb.", "JE1"),
            ("2025-04-07", "2025-04-07", "Umb.", ""), ("2025-03-31", "2025-03-31", "Abgrenzung Miete", ""), ("2025-03-12", "2025-04-14", "Umbuchung", "JE4"),
            ("2025-06-11", "2025-08-05", "Umbuchung", "JE4"), ("2025-06-11", "2025-07-11", "Umbuchung", ""), ("2025-05-10", "2025-05-10", "Umbuchung", "TIM1"),
            ("2025-05-11", "2025-05-11", "Umbuchung", "TIM1"), ("2025-05-01", "2025-05-01", "Tag der Arbeit", "TIM1"),
            ("2025-08-31", "2025-08-31", "Umb.", "JE1 TIM1"))
    for n, (posted, entered, text, hits) in enumerate(rows):
        journal = {"id": f"HAND-{n}", "posting_date": posted, "text": text, "source": "manual", "lines": lines}
        yield [(record("journal", COMPANIES[0], journal, None, stage.person(), "chief", entered, manual=True), hits)]
    journal = {"id": "HAND-NIGHT", "posting_date": "2025-07-16", "text": "Umbuchung", "source": "manual", "lines": lines}
    late = record("journal", COMPANIES[0], journal, None, stage.person(), "chief", "2025-07-16", manual=True)
    late["recorded_at"] = "2025-07-16T18:00:00Z"  # eight in the evening, by summer time
    late["approved_at"] = "2025-07-17T08:00:00Z"
    yield [(late, "TIM1")]


def dup3(stage):
    for company, amount, apart in ((0, "2261.00", 0), (1, "1524.00", 3), (3, "13750.00", 2)):
        a, b = stage.partner(company), stage.partner(company)
        yield [(bill(a, stage.person(), day(110), amount, "RE-55/1"), ""), (bill(b, stage.person(), day(110 + apart), amount, "551"), "later DUP3"),
               (bill(b, stage.person(), day(117), amount, "RE-55/2"), "")]
    c, d = stage.partner(2), stage.partner(2)
    yield [(pay(c, stage.person(), day(125), "1810.40", ["31"]), ""), (pay(d, stage.person(), day(124), "1810.40", ["31"]), "later DUP3"),
           (pay(stage.partner(2), stage.person(), day(130), "1810.40", ["31"]), "")]


def with_account(body, account):
    """The same with another bank account: the body's own member of it."""
    if body["kind"] == "payment":
        body["payment"]["account"] = account
    else:
        body["invoice"]["payment"] = {"means_code": "58", "transfers": [{"account": account}]}
    return body


def change(partner, kind, who, field, new, date):
    changes = [{"field": field, "old": "", "new": new, "at": f"{date}T10:00:00Z", "by": "hr"}]
    return record("party", partner.company, {"party": who, "kind": kind, "registered_on": "2019-05-17", "changes": changes})


def bnk2(stage):
    a, b = stage.partner(), stage.partner()
    yield [(pay(a, stage.person(), day(90), "320.10"), ""), (with_account(pay(b, stage.person(), day(95), "330.10"), a.iban.lower()), "later BNK2")]
    c, d = stage.partner(1), stage.partner(1)
    yield [(with_account(bill(c, stage.person(), day(91), "132.00"), c.iban), ""),
           (with_account(bill(d, stage.person(), day(91), "144.00"), c.iban), "later BNK2")]
    e = stage.partner(3)
    yield [(pay(e, stage.person(), day(92), "320.30"), ""), (change(e, "employee", "P-1007", "account", e.iban, day(40)), "later BNK2")]
    f = stage.partner(2)
    yield [(change(f, "employee", "P-1008", "address", "1 Mill Lane, Sampleton", day(41)), ""),
           (change(f, "supplier", f.vat_id, "address", "1, Mill Lane Sampleton", day(44)), "later BNK2"),
           (change(f, "employee", "P-1009", "address", "2 Mill Lane, Sampleton", day(45)), "")]


def mtic2(stage):
    """Goods that come back: the seller is the buyer of another's, and of the first in the end."""
    for company, amounts in ((0, ("3570.00", "3689.00")), (1, ("4080.00", "4200.00", "3960.00")), (3, ("27500.00", "28750.00", "26250.00", "27500.00", "28750.00"))):
        members = [stage.partner(company) for _ in amounts]
        story = []
        for n, amount in enumerate(amounts):
            trade = bill(members[n], stage.person(), day(300 + 2 * n), amount)
            buyer = members[(n + 1) % len(members)]
            trade["direction"] = "sale" if n % 2 else "purchase"
            trade["invoice"]["buyer"].update(name=buyer.name, vat_id=buyer.vat_id)
            story.append((trade, "later MTIC2" if n + 1 == len(amounts) else ""))
        yield story


def vat2(stage):
    """Tax charged under a number that the last check before the invoice found not registered."""
    for company, after, status, hits in ((0, 20, "invalid", "VAT2"), (1, 1, "Deregistered", "VAT2"), (2, 99, "revoked", "VAT2"), (3, 20, "valid", ""),
                                         (0, -20, "invalid", "")):
        a = stage.partner(company)
        checked = {"party": a.vat_id, "kind": "supplier", "vat_check": {"status": status, "at": f"{day(150)}T00:00:00Z"}}
        yield [(record("party", a.company, checked), ""), (bill(a, stage.person(), day(150 + after), "126.00" if company == 2 else "125.00"), hits)]


def sells(partner, user, date, gross, item):
    trade = bill(partner, user, date, gross)
    trade["invoice"]["lines"][0]["item"]["name"] = item
    return trade


def mtic1(stage):
    """Young suppliers with a sudden turnover in phones and processors; one that is old, one that sells paper."""
    for company, registered, item, hits in ((0, "2025-03-03", "Smartphones, boxed", "MTIC1 OUT2"), (1, None, "Laptop 14 Zoll", "MTIC1 OUT2"),
                                            (3, "2025-05-05", "Mobile phone", "MTIC1 OUT2"), (0, "2019-05-17", "Smartphones", "OUT2"),
                                            (1, "2025-03-03", "Kopierpapier", "OUT2")):
        a = stage.partner(company)
        scale = a.company.scale
        doc = {"party": a.vat_id, "kind": "supplier", "registered_on": registered}
        changes = [{"field": "name", "old": "A", "new": a.name, "at": f"{day(150)}T09:00:00Z", "by": "u1"}]
        small = str(Decimal("1190.00" if company == 0 else "1200.00" if company == 1 else "1250.00") * scale)
        large = str(Decimal("119000.07" if company == 0 else "120000.06" if company == 1 else "125000.05") * scale)
        yield ([(record("party", a.company, {**doc, "changes": changes}), "")] if registered else []) + [
            (sells(a, stage.person(), day(160 + 7 * n), small, item), "") for n in range(5)] + [
            (sells(a, stage.person(), day(200), large, item), hits)]


STORIES = [dup1, dup4, rnd1, spl1, vel1, sod1, out1, combined, out2, sup2, bnk1, journals]
STORIES += [dup2]
STORIES += [dup3, bnk2, mtic2]
STORIES += [vat2, mtic1]


def stories():
    stage = Stage()
    yield from document_cases.stories(stage, bill, pay)
    for family in STORIES:
        yield from ((family.__name__, story) for story in family(stage))
