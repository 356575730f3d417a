"""The fraud rules by their definitions, written a second time and by brute force.

Source: `taxflow rules` and conf/rules/fraud.conf (defaults). VEL1's weighted mean is left out on purpose: the samples only hold
keys that are quiet, or that had no history, and the assertion below keeps it so. So are the ratios and ranks of RND2, SPL2, SUP1, JE2 and JE3:
the samples are one calendar year of a small company, of which these rules say nothing yet, and assertions keep it so.
"""
import datetime
import math
import re
from collections import defaultdict
from decimal import Decimal

from judge_documents import Documents
from world import cents, vat_id

WEIGHTS = {"DUP1": 60, "DUP4": 10, "RND1": 5, "SPL1": 40, "VEL1": 20, "SOD1": 50, "OUT1": 25,
           "OUT2": 25, "SUP2": 25, "BNK1": 45, "TIM1": 5, "JE1": 25, "JE4": 25}
WEIGHTS |= {"DUP2": 45, "SEQ1": 30, "SEQ2": 25, "SEQ3": 30, "PO1": 10, "CRN1": 20, "KEY1": 10}
WEIGHTS |= {"DUP3": 50, "BNK2": 55, "MTIC2": 70}
WEIGHTS |= {"RND2": 20, "SPL2": 15, "SUP1": 35, "JE2": 25, "JE3": 15}
WEIGHTS |= {"VAT1": 40, "VAT2": 45, "MTIC1": 55, "REC1": 40}
RULES = list(WEIGHTS)
DUPLICATES_MAX = 80  # what the duplicate rules count together at most: they say one thing in several ways
DAY_MS = 86400000
LARGE = {"EUR": 1000, "GBP": 1000, "SEK": 10000}
ROUND = {"EUR": 1000, "GBP": 1000, "SEK": 10000}
HIGH = {"EUR": 5000, "GBP": 5000, "SEK": 50000}
LIMIT = {"EUR": 10000, "GBP": 10000, "SEK": 100000}
TURNOVER = {"EUR": 100000, "GBP": 100000, "SEK": 1000000}
AT_RISK = re.compile(r"\b(smartphones?|laptops?|mobile phones?|microprocessors|cpus?)\b", re.I)  # of the list what the samples hold
IN_FORCE = {"DE": {19, 7}, "AT": {20, 13, 10}, "GB": {20, 5}, "SE": {25, 12, 6}}  # in 2025, and of what the samples hold
UNREGISTERED = ("cancelled", "ceased", "deregistered", "expired", "inactive", "invalid", "not registered", "not_registered", "revoked",
                "unregistered")
HOLIDAYS = ("01-01", "05-01", "12-25", "12-26")
QUICK_POINTS = 20
MONEY_OUT = ("invoice", "credit_note", "payment")
PREFIXES = sorted("""INVOICE INV BILL NUMBER NO NUM RECHNUNGSNUMMER RECHNUNGSNR RECHNUNG RECHN RE RG RN NR BELEG FACTURE FACTURA FATTURA
FAKTURA FACTUUR FACT FAC FAK FA FV FT FS FRA GUTSCHRIFT GS AVOIR AV CREDITNOTE CREDIT CRN CN""".split(), key=len, reverse=True)


def normal(number):
    """Upper case, letters and digits, without prefix words and leading zeros; None when nothing is left."""
    number = (number or "").upper()
    alone = re.match("[^A-Z0-9]*([A-Z]+)[^A-Z0-9]", number, re.ASCII)
    while alone and alone.group(1) in PREFIXES:
        number = number[alone.end():]
        alone = re.match("[^A-Z0-9]*([A-Z]+)[^A-Z0-9]", number, re.ASCII)
    text = re.sub("[^A-Z0-9]", "", number)
    word = re.match("[A-Z]*", text).group()
    rest = word
    while rest:
        prefix = next((p for p in PREFIXES if rest.startswith(p)), None)
        if prefix is None:
            break
        rest = rest[len(prefix):]
    if not rest:
        text = text[len(word):]
    return text.lstrip("0") or None


LOOKS = ("0OQD", "1IL", "2Z", "5S", "6G", "8B")


def alike(a, b):
    """How two normalised numbers resemble each other as one that was altered resembles the other: by trying every alteration."""
    if a == b:
        return "same"
    short, long = sorted((a, b), key=len)
    if long[:-1] == short and long[-1].isascii() and long[-1].isalpha():
        return "letter"
    if len(short) < 5 or long[:-1] == short and long[-1] in "123456789":
        return None
    if short in {long[:i] + long[i + 1:] for i in range(len(long))}:
        return "length"
    swapped = {a[:i] + a[i + 1] + a[i] + a[i + 2:] for i in range(len(a) - 1)}
    looking = {a[:i] + c + a[i + 1:] for i in range(len(a)) for group in LOOKS if a[i] in group for c in group if c.isdigit() != a[i].isdigit()}
    return "swapped" if b in swapped else "looks" if b in looking else None


def moment(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def plain(text):
    """Letters and digits, upper case; None when nothing is left."""
    return re.sub("[^A-Z0-9]", "", (text or "").upper()) or None


def day_ms(text):
    return moment(text + "T00:00:00Z")


def is_vat_id(text):
    """Whether the check digits are those that the samples' own numbers have."""
    country, digits = text[:2], text[3 if text.startswith("ATU") else 2:]
    number = {"DE": digits[1:8], "AT": digits[:7], "GB": digits[:7], "SE": digits[2:9]}[country]
    return number.isdigit() and len(number) == 7 and vat_id(country, int(number)) == text


class Facts:
    """What the rules ask of a record."""

    def __init__(self, record):
        body = record["invoice" if record["kind"] == "credit_note" else record["kind"]]
        self.kind, self.company = record["kind"], record["company"]
        self.user, self.approver = record.get("user", "").strip(), record.get("approver", "").strip()
        self.manual, self.body, self.accounts, self.changed = record.get("manual"), body, [], []
        self.entered, self.approved = record.get("recorded_at"), record.get("approved_at")
        self.direction = record.get("direction")
        self.supplier = self.account = self.currency = self.amount = self.time = None
        self.record, self.invoice = record, None
        self.returned, self.of_day, self.numbers, self.references = False, False, [], []
        self.shown, self.role, self.trade = set(), None, (None, None)
        if self.kind in ("invoice", "credit_note"):
            self.read_invoice(body)
        elif self.kind == "payment":
            self.read_payment(body)
        elif self.kind == "party":
            self.read_party(body)
        self.spends = self.kind in MONEY_OUT and self.direction != "sale"

    def read_invoice(self, body):
        party = body.get("buyer" if self.direction == "sale" else "seller", {})
        name = party.get("vat_id") or party.get("legal_id") or party.get("name") or ""
        self.supplier = name.strip().upper() or None
        self.currency = body.get("currency")
        amount = body.get("totals", {}).get("gross", body.get("totals", {}).get("due"))
        self.amount = None if amount is None else Decimal(amount)
        self.time = day_ms(body["issue_date"]) if body.get("issue_date", "").strip() else None
        self.numbers = [(normal(body.get("number")), None)]
        self.invoice = body
        self.references = [number for number in (normal(row.get("number")) for row in body.get("preceding", [])) if number]
        means = body.get("payment", [])
        self.accounts = [row["account"] for one in (means if isinstance(means, list) else [means]) for row in one.get("transfers", [])]
        self.role = "invoice"
        self.shown = {("account", plain(account)) for account in self.accounts}
        self.shown |= {("vat_id", plain(body.get("seller", {}).get(member))) for member in ("vat_id", "tax_id")}
        self.trade = tuple(self.trader(body.get(side, {})) for side in ("seller", "buyer"))

    @staticmethod
    def trader(party):
        for member in ("vat_id", "legal_id", "id", "name"):
            value = party.get(member)
            name = plain(value.get("id") if isinstance(value, dict) else value)
            if name:
                return member, name
        assert "ids" not in party
        return None

    def read_party(self, body):
        self.supplier, self.role = body["party"].strip().upper(), {"supplier": "books", "employee": "employee"}.get(body.get("kind"))
        changes = body.get("changes", [])
        times = [moment(row["at"]) for row in changes + [body.get("vat_check", {})] if "at" in row]
        self.of_day = bool(times)
        self.time = max(times) if times else day_ms(body["registered_on"])
        self.shown = {(row["field"], plain(row.get("new"))) for row in changes if row["field"] in ("account", "address", "vat_id")}
        changes = [row for row in changes if row["field"] == "account"]
        self.accounts = [row[side] for row in changes for side in ("old", "new") if row.get(side, "").strip()]
        self.changed = [moment(row["at"]) for row in changes if row.get("old", "").strip()]

    def read_payment(self, body):
        self.supplier, self.account = body["supplier"].strip().upper(), body.get("account")
        self.accounts = [self.account] if self.account else []
        self.currency, self.amount = body["currency"], Decimal(body["amount"])
        self.of_day = "T" in body["date"]
        self.time = moment(body["date"]) if self.of_day else day_ms(body["date"])
        self.returned = body.get("returned", False)
        self.role, self.shown = "books", {("account", plain(self.account))}
        self.direction = body.get("direction", self.direction)
        rows = body.get("invoices", [{"number": body["invoice_number"]}] if "invoice_number" in body else [])
        self.numbers = [(normal(row.get("number")), None if "amount" not in row else Decimal(row["amount"])) for row in rows]

    def whole(self):
        return None not in (self.supplier, self.amount, self.currency, self.time)


class Judge(Documents):
    """Takes records in order and keeps every window there is."""

    def __init__(self):
        self.windows = defaultdict(list)  # key -> [(time, value, tag, record)]
        self.keys_of = {}                 # record -> keys it stands under: an amendment takes its old entries out

    def window(self, key, facts, days, own):
        return [e for e in self.windows[key] if abs(e[0] - facts.time) <= days * DAY_MS and e[3] != own]

    def forget(self, own):
        for key in self.keys_of.pop(own, []):
            self.windows[key] = [e for e in self.windows[key] if e[3] != own]

    def judge(self, record, own):
        """Returns {rule: True hit, False clear, None unknown}; rules that do not apply are not in it."""
        f, self.added, self.quick = Facts(record), [], False
        self.forget(own)
        answers = {}
        for rule in RULES:
            answer = getattr(self, rule.lower())(f, own)
            if answer != "not applicable":
                answers[rule] = answer
        self.keys_of[own] = [key for key, _, _ in self.added]
        for key, value, tag in self.added:
            self.windows[key].append((f.time, value, tag, own))
        return answers

    def dup1(self, f, own):
        if not f.spends:
            return "not applicable"
        if f.returned:
            return False
        if not f.whole():
            return None
        credit, hit, mine = f.kind == "credit_note", False, {}
        for number, amount in f.numbers:
            if number is not None:
                amount = cents(f.amount if amount is None else amount)
                mine.setdefault(number, (-abs(amount) if credit else amount, (f.kind, amount < 0)))
        for number in f.references if credit else ():
            mine.setdefault(number, (-abs(cents(f.amount)), "reference"))
        for number, (value, tag) in mine.items():
            key = ("DUP1", "invoice" if credit else f.kind, f.company, f.supplier, number, abs(value), f.currency)
            others = self.window(key, f, 730, own)
            copies = sum(e[1] == value and e[2] == tag for e in others)
            back = sum(value != 0 and e[1] == -value for e in others)
            if tag != "reference":
                hit = hit or copies > 0 and (copies >= back if value < 0 else copies > back)
            self.added.append((key, value, tag))
        return True if hit else False if f.numbers and all(n is not None for n, _ in f.numbers) else None

    def dup2(self, f, own):
        if not f.spends:
            return "not applicable"
        if f.returned:
            return False if f.kind != "credit_note" else "not applicable"
        if not f.whole():
            return None if f.kind != "credit_note" else "not applicable"
        parts = f.numbers
        if len(parts) > 1 and any(amount is None for _, amount in parts):
            parts = [("".join(n for n, _ in parts) if all(n is not None for n, _ in parts) else None, None)]
        if f.kind == "credit_note" and len(f.references) == 1:
            parts = [(f.references[0], None)]
        key, hit, known = ("DUP2", "invoice" if f.kind == "credit_note" else f.kind, f.company, f.supplier, f.currency), False, bool(parts)
        everything = self.window(key, f, 90, own)
        for number, amount in parts:
            if number is None:
                known = False
                continue
            amount = cents(f.amount if amount is None else amount)
            amount = -abs(amount) if f.kind == "credit_note" else amount
            near = [e for e in everything if e[1] * amount > 0 and abs(abs(e[1]) - abs(amount)) * 1000 <= 5 * max(abs(e[1]), abs(amount))]
            found = [(alike(e[2], number), e) for e in near]
            usual = sum(how is None and e[1] == amount for how, e in found)
            if any(how == "same" and e[1] == amount for how, e in found):
                found = []
            for how, e in found:
                reversed_ = any(o[1] == -e[1] and o[2] == e[2] for o in everything)
                hit = hit or how is not None and (how in ("same", "letter") or usual <= 20) and not reversed_
            self.added.append((key, amount, number))
        if f.kind == "credit_note":
            return "not applicable"
        return True if hit else False if known else None

    def dup3(self, f, own):
        if not f.spends or f.kind == "credit_note":
            return "not applicable"
        if f.returned:
            return False
        if f.amount is None or f.currency is None:
            return None
        if f.amount < LARGE[f.currency]:
            return False
        if not f.whole():
            return None
        amounts = {(n, cents(f.amount if a is None else a)) for n, a in f.numbers if n is not None}
        keys = {("DUP3", f.kind, f.company, n, a, f.currency) for n, a in amounts if a >= LARGE[f.currency]}
        hit = any(e[2] != f.supplier for key in keys for e in self.window(key, f, 3, own))
        self.added += [(key, 0, f.supplier) for key in keys]
        return True if hit else False if f.numbers and all(n is not None for n, _ in f.numbers) else None

    def dup4(self, f, own):
        if not f.spends or f.kind == "credit_note":
            return "not applicable"
        if f.returned:
            return False
        if f.amount is None or f.currency is None:
            return None
        if f.amount < LARGE[f.currency]:
            return False
        if not f.whole() or not f.numbers or any(n is None for n, _ in f.numbers):
            return None
        key, tag = ("DUP4", f.kind, f.company, f.supplier, f.time // DAY_MS, f.amount, f.currency), sorted(n for n, _ in f.numbers)
        hit = any(e[2] != tag for e in self.window(key, f, 30, own))
        self.added.append((key, 0, tag))
        return hit

    def rnd1(self, f, _own):
        if not f.spends or f.kind == "credit_note":
            return "not applicable"
        if f.returned:
            return False
        if f.amount is None or f.currency is None:
            return None
        return f.amount >= ROUND[f.currency] and f.amount % ROUND[f.currency] == 0

    def spl1(self, f, own):
        if not f.spends or f.kind == "credit_note":
            return "not applicable"
        if f.amount is None or f.currency is None or f.time is None:
            return None
        limit = LIMIT[f.currency]
        if f.returned or not 0 < f.amount <= limit:
            return False
        hit, people = False, [p for p in (("s", f.supplier), ("u", f.user)) if p[1]]
        for person in people:
            key = ("SPL1", f.kind, f.company, person, f.currency)
            others = self.window(key, f, 3, own)
            for start in [] if len(others) >= 10 else [e[0] for e in others if e[0] <= f.time] + [f.time]:
                span = [e for e in others if start <= e[0] <= start + 3 * DAY_MS]
                hit = hit or bool(span) and f.amount + sum(e[1] for e in span) > limit
            self.added.append((key, f.amount, None))
        return True if hit else False if len(people) == 2 else None

    def vel1(self, f, own):
        if not f.spends or f.kind == "credit_note":
            return "not applicable"
        if f.time is None:
            return None
        hit, people = False, [p for p in (("s", f.supplier), ("u", f.user)) if p[1]]
        for person in people:
            key = ("VEL1", f.kind, f.company, person)
            history = self.window(key, f, 90, own)
            end = f.time if f.of_day else f.time - f.time % DAY_MS + DAY_MS - 1
            inside = [e for e in history if end - DAY_MS < e[0] <= end]
            if len(inside) + 1 > 10:
                assert not [e for e in history if e[0] <= end - DAY_MS], "a busy key with a history: not for these samples"
                hit = True
            self.added.append((key, 1, None))
        return True if hit else False if len(people) == 2 else None

    def bnk2(self, f, own):
        """Told by a party's first record, and by its first one after somebody new was seen."""
        if f.kind == "party":
            if f.role is None:
                return "not applicable"
        elif not f.spends or f.kind == "credit_note":
            return "not applicable"
        if f.returned:
            return False
        shown = {(what, text) for what, text in f.shown if text}
        if not f.supplier or f.time is None or not shown:
            return False if f.kind == "party" and f.supplier else None
        hit, me = False, (f.role, f.supplier)
        for what in shown:
            key = ("BNK2", f.company, what)
            entries = self.window(key, f, 730, own)
            told = max((e[0] for e in entries if e[2] == me and e[0] <= f.time), default=None)
            firsts = {}
            for time, _, other, _ in sorted(entries, key=lambda e: e[0]):
                same_book = other[0] == f.role != "employee" or (other[0] == "employee") != (f.role == "employee")
                if other[1] != f.supplier and same_book:
                    firsts.setdefault(other, time)
            hit = hit or any(told is None or time > told for time in firsts.values())
            self.added.append((key, 0, me))
        return hit

    def mtic2(self, f, own):
        if f.kind != "invoice":
            return "not applicable"
        if f.amount is None or f.currency is None or f.time is None:
            return None
        if f.amount <= 0:
            return False
        if None in f.trade:
            return None
        if f.trade[0] == f.trade[1]:
            return False
        key = ("MTIC2", f.currency)
        edges = [(e[0], e[2]) for e in self.window(key, f, 90, own) if abs(e[1] - f.amount) * 10 <= f.amount]
        self.added.append((key, f.amount, f.trade))
        return self.circle(f, [(f.time, f.trade)], edges)

    def circle(self, f, path, edges):
        if len(path) > 1 and path[-1][1][1] == path[0][1][0]:
            times = [time for time, _ in path]
            falls = sum(a > b for a, b in zip(times, times[1:] + times[:1]))
            return falls <= 1 and max(times) - min(times) <= 90 * DAY_MS
        been = {trade[1] for _, trade in path}
        return len(path) < 6 and any(self.circle(f, path + [edge], edges) for edge in edges
                                     if edge[1][0] == path[-1][1][1] and edge[1][1] not in been)

    def sod1(self, f, _own):
        if f.kind not in MONEY_OUT + ("journal",):
            return "not applicable"
        if not f.user or not f.approver:
            return None
        quick = f.entered and f.approved and moment(f.approved) - moment(f.entered) < 60000
        return f.user.lower() == f.approver.lower() or bool(quick)

    def out1(self, f, own):
        if not f.spends or f.kind == "credit_note":
            return "not applicable"
        if not f.whole() or (f.kind == "payment" and not f.account):
            return None
        if f.returned or f.amount <= 0:
            return False
        key = ("OUT1", f.kind, f.company, f.supplier, f.account, f.currency)
        earlier = [e[1] for e in self.window(key, f, 365, own) if e[0] < f.time]
        assert len(earlier) <= 500
        own_log = math.log(f.amount)
        self.added.append((key, own_log, None))
        if len(earlier) < 20:
            return False
        mean = sum(earlier) / len(earlier)
        sigma = max(0.01, math.sqrt(sum((x - mean) ** 2 for x in earlier) / (len(earlier) - 1)))
        distance = abs(own_log - mean) / sigma
        assert not 2.9 < distance < 3.1, "too near the edge for logarithms in binary"
        return distance > 3

    def out2(self, f, own):
        if not f.spends or f.kind == "credit_note":
            return "not applicable"
        if not f.whole():
            return None
        if f.returned or f.amount <= 0:
            return False
        key = ("OUT2", f.kind, f.company, f.supplier, f.currency)
        earlier = [e[1] for e in self.window(key, f, 365, own) if e[0] < f.time]
        assert len(earlier) <= 500
        self.added.append((key, f.amount, None))
        return len(earlier) >= 5 and f.amount >= 10 * max(earlier)

    def sup2(self, f, own):
        if not f.spends:
            return "not applicable"
        key = ("SUP2", f.company, f.supplier)
        timed = f.supplier is not None and f.time is not None
        earlier = [e[0] for e in self.window(key, f, 730, own) if e[0] < f.time] if timed else []
        if timed:
            self.added.append((key, None, None))
        if f.kind == "credit_note":
            return "not applicable"
        if f.returned:
            return False
        if f.amount is None or f.currency is None:
            return None
        if f.amount < HIGH[f.currency]:
            return False
        return None if not timed else bool(earlier) and f.time - max(earlier) >= 180 * DAY_MS

    def bnk1(self, f, own):
        """A change is told by master data, or it is the first time of an account where the supplier had another."""
        changes, known = ("BNK1 changes", f.company, f.supplier), ("BNK1 accounts", f.company, f.supplier)
        timed = f.supplier is not None and f.time is not None
        judged = f.kind == "payment" and f.spends
        told = [e[1] for e in self.window(changes, f, 365, own)] if judged and timed else []
        seen = [(e[0], e[2]) for e in self.window(known, f, 365, own)] if judged and timed else []
        if timed and (f.kind == "party" or f.kind in ("invoice", "payment") and f.spends and not f.returned):
            self.added += [(known, None, account) for account in dict.fromkeys(f.accounts)]
            self.added += [(changes, max(f.changed), None)] if f.changed else []
        if not judged:
            return "not applicable"
        if f.returned:
            return False
        if f.amount < LARGE[f.currency]:
            return False
        end = f.time if f.of_day else f.time + DAY_MS - 1
        moments = [at for at in told if at <= end]
        if f.account:
            first = min([at for at, account in seen if account == f.account and at < f.time], default=f.time)
            moments += [first] if any(at < first for at, _ in seen) else []
        self.quick = any(f.time - at <= 3 * DAY_MS for at in moments)
        return True if any(f.time - at <= 30 * DAY_MS for at in moments) else False if f.account else None

    def tim1(self, f, _own):
        if f.kind not in MONEY_OUT + ("journal",):
            return "not applicable"
        if f.manual is None:
            return None
        if not f.manual:
            return False
        assert f.entered, "entered by hand, and nobody wrote down when: not for these samples"
        local = datetime.datetime.fromisoformat(f.entered.replace("Z", "+00:00")).astimezone(CENTRAL)
        return local.weekday() >= 5 or not 7 <= local.hour < 20 or local.strftime("%m-%d") in HOLIDAYS

    def je1(self, f, _own):
        if f.kind != "journal":
            return "not applicable"
        if f.manual is None:
            return None
        posted = datetime.date.fromisoformat(f.body["posting_date"])
        ends = [(posted + datetime.timedelta(days=off) + datetime.timedelta(days=1)).day == 1 for off in range(-5, 3)]
        texts = [f.body.get("text", "")] + [row.get("text", "") for row in f.body["lines"]]
        return f.manual and any(ends) and max(len(text.strip()) for text in texts) < 10

    def je4(self, f, _own):
        if f.kind != "journal":
            return "not applicable"
        if not f.entered:
            return None
        return (datetime.date.fromisoformat(f.entered[:10]) - datetime.date.fromisoformat(f.body["posting_date"])).days > 30

    def rnd2(self, f, own):
        if not f.spends or f.kind == "credit_note":
            return "not applicable"
        if not f.whole():
            return None
        key = ("RND2", f.kind, f.company, f.supplier, f.currency)
        assert len(self.window(key, f, 400, own)) < 29, "a supplier with a ratio: not for these samples"
        self.added.append((key, f.amount, None))
        return False

    def spl2(self, f, own):
        if not f.spends or f.kind == "credit_note":
            return "not applicable"
        if f.amount is None or f.currency is None or f.time is None:
            return None
        limit = LIMIT[f.currency]
        if f.returned or not limit * Decimal("0.95") <= f.amount < limit:
            return False
        if not f.approver:
            return None
        key = ("SPL2", f.kind, f.company, f.approver, f.currency)
        assert len(self.window(key, f, 400, own)) < 9, "an approver near the limit: not for these samples"
        self.added.append((key, f.amount, None))
        return False

    def sup1(self, f, _own):
        if not f.spends or f.kind == "credit_note":
            return "not applicable"
        if not f.whole():
            return None
        assert datetime.datetime.fromtimestamp(f.time / 1000, datetime.timezone.utc).year == 2025, "older than a year: not for these samples"
        return False

    def je2(self, f, own):
        if f.kind != "journal":
            return "not applicable"
        if not any(row.get("account", "").strip() for row in f.body["lines"]):
            return None
        return self.seldom("JE2", f, own)

    def je3(self, f, own):
        if f.kind != "journal":
            return "not applicable"
        return self.seldom("JE3", f, own) if f.user else None

    def seldom(self, rule, f, own):
        key = (rule, f.company)
        assert len([e for e in self.windows[key] if e[3] != own]) < 500, "books of some size: not for these samples"
        self.added.append((key, 0, None))
        return False

    def vat1(self, f, _own):
        if f.kind not in ("invoice", "credit_note"):
            return "not applicable"
        rows = f.body.get("vat_breakdown", [])
        told = bool(rows)
        for row in rows:
            if not all(name in row for name in ("taxable", "tax", "rate")):
                told = False
                continue
            taxable, tax, rate = (Decimal(row[name]) for name in ("taxable", "tax", "rate"))
            limit = max(Decimal("0.01") * max(1, len(f.body.get("lines", []))), abs(tax) / 1000)
            if abs(tax - cents(taxable * rate / 100)) > limit:
                return True
            if row["category"] == "S" and rate > 0:
                seller = f.body["seller"]
                places = {seller.get("address", {}).get("country"), seller.get("vat_id", "  ")[:2].strip()} - {None, ""}
                if not f.body.get("buyer", {}).get("vat_id"):
                    places |= {f.body["buyer"].get("address", {}).get("country")} - {None}
                told = told and bool(places) and f.time is not None
                if f.time is not None and places and not any(rate in IN_FORCE[place] for place in places):
                    return True
        return False if told else None

    def vat2(self, f, own):
        key = ("VAT2", f.company)
        if f.kind == "party":
            check = f.body.get("vat_check", {})
            if "status" in check:
                at = moment(check["at"]) if "at" in check else f.time
                self.added.append((key + (f.supplier,), at, check["status"].strip().lower()))
            return "not applicable"
        if f.kind != "invoice":
            return "not applicable"
        rows = f.body.get("vat_breakdown", [])
        if not rows:
            return None
        sale = f.direction == "sale"
        relief = {row["category"] for row in rows} & {"AE", "K"}
        charged = any(Decimal(row.get("tax", 0)) > 0 for row in rows) and not sale
        if not relief and not charged:
            return False
        number = f.body["buyer" if sale else "seller"].get("vat_id", "").strip().upper()
        if not number:
            local = "tax_id" in f.body["seller"] and not sale
            return "K" in relief or ("AE" in relief or charged) and not local
        if f.time is None:
            return None
        if not is_vat_id(number):
            return True
        checks = [e[1:3] for e in self.window(key + (number,), f, 730, own) if e[0] < f.time + DAY_MS]
        return bool(checks) and max(checks)[1] in UNREGISTERED

    def mtic1(self, f, own):
        told, sold = ("MTIC1 registered", f.company, f.supplier), ("MTIC1 turnover", f.company, f.supplier, f.currency)
        if f.kind == "party" and "registered_on" in f.body:
            self.added.append((told, day_ms(f.body["registered_on"]), None))
        if f.kind not in ("invoice", "credit_note") or not f.spends:
            return "not applicable"
        if not f.whole():
            return None if f.kind == "invoice" else "not applicable"
        history = self.window(sold, f, 365, own)
        registered = [e[:2] for e in self.window(told, f, 365, own) if e[0] < f.time + DAY_MS]
        self.added.append((sold, f.amount if f.kind == "invoice" else -f.amount, None))
        if f.kind == "credit_note":
            return "not applicable"
        now, before = (sum(e[1] for e in history if f.time - 30 * n * DAY_MS < e[0] <= f.time - 30 * (n - 1) * DAY_MS) for n in (1, 2))
        now += f.amount
        if now < TURNOVER[f.currency] and not (before > 0 and now >= 10 * before and now >= Decimal(TURNOVER[f.currency]) / 10):
            return False
        begun = max(registered)[1] if registered else min([e[0] for e in history if e[0] < f.time], default=f.time)
        if (f.time - begun) // DAY_MS > 180:
            return False
        names = [row["item"]["name"] for row in f.body.get("lines", []) if row.get("item", {}).get("name", "").strip()]
        return any(AT_RISK.search(name) for name in names) if names else None

    def rec1(self, f, _own):
        """The sums of a period depend on what other partitions have seen by then: the samples' returns have codes of their own."""
        if f.kind == "return":
            assert f.body["code"].lower() not in ("output-vat", "input-vat", "vat-payable")
        return None if f.kind == "return" else "not applicable"

    def points(self, rule):
        """What a hit weighs: some rules add to their weight."""
        return WEIGHTS[rule] + (QUICK_POINTS if rule == "BNK1" and self.quick else 0)


class CentralEurope(datetime.tzinfo):
    """An hour ahead of UTC, two from the last Sunday of March to the last of October (01:00 UTC)."""

    def utcoffset(self, when):
        return datetime.timedelta(hours=1) + self.dst(when)

    def dst(self, when):
        plain = (when - datetime.timedelta(hours=1)).replace(tzinfo=None)
        sundays = [max(datetime.datetime(plain.year, month, day, 1) for day in range(25, 32)
                       if datetime.date(plain.year, month, day).weekday() == 6) for month in (3, 10)]
        return datetime.timedelta(hours=1 if sundays[0] <= plain < sundays[1] else 0)

    def fromutc(self, when):
        plain = when + datetime.timedelta(hours=1)
        return plain + self.dst(plain)


CENTRAL = CentralEurope()


def decision(points):
    """points: rule -> what its hit weighs."""
    duplicates = sum(weight for rule, weight in points.items() if rule.startswith("DUP"))
    score = min(100, min(DUPLICATES_MAX, duplicates) + sum(weight for rule, weight in points.items() if not rule.startswith("DUP")))
    return "block" if score >= 90 else "review" if score >= 50 else "approve"
