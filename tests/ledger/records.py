"""The records of the load: a seeded mix, each written anew from its number alone, in canonical form already.

Canonical (members sorted, no white space) means: the bytes on taxflow.audit must be these bytes. A record's number stands at a fixed
place, in a member "_n" that the format does not know and must keep.
"""
import datetime
import hashlib
import random
import zlib

import book as ledger
import plants

MASK = (1 << 64) - 1
SUPPLIERS = 4096
ITEMS_A_DAY = 4000  # event time moves on, so that windows close
DAYS = [(datetime.date(2022, 1, 1) + datetime.timedelta(days=n)).isoformat() for n in range(1500)]
NUMBER_AT, NUMBER_END = 7, 17  # of "_n" in a body
HEAD = b'{"_n":"'
AMOUNT_MARKS = (b'"amount":"', b'"gross":"', b'"debit":"')  # by kind

PAYMENT = ('{{"_n":"{n:010d}","approver":"a{a}","company":"ACME-DE","direction":"purchase","kind":"payment","note":"{fill}","payment":'
           '{{"account":"{account}","amount":"{amount}","currency":"EUR","date":"{date}","end_to_end_id":"E2E-{n:010d}",'
           '"invoices":[{{"number":"{number}"}}],"supplier":"{party}"}},"recorded_at":"{date}T08:00:00Z"{revision},"user":"u{party}"}}')
INVOICE = ('{{"_n":"{n:010d}","approver":"a{a}","company":"ACME-DE","direction":"purchase","invoice":{{"buyer":{{"address":{{"country":"DE"}},'
           '"name":"ACME","vat_id":"{buyer}"}},"currency":"EUR","issue_date":"{date}","lines":[{{"id":"1","item":{{"name":"Part"}},'
           '"net":"{net}","price":{{"net":"{net}"}},"quantity":"1","unit":"C62","vat":{{"category":"S","rate":"19"}}}}],"number":"{number}",'
           '"process":{{"specification":"urn:cen.eu:en16931:2017"}},"seller":{{"address":{{"city":"Ort","country":"DE"}},"name":"Supplier",'
           '"vat_id":"{party}"}},"totals":{{"due":"{amount}","gross":"{amount}","line_net":"{net}","net":"{net}","vat":"{tax}"}},'
           '"type_code":"380","vat_breakdown":[{{"category":"S","rate":"19","tax":"{tax}","taxable":"{net}"}}]}},"kind":"invoice"{revision},'
           '"user":"u{party}"}}')
JOURNAL = ('{{"_n":"{n:010d}","approver":"a{a}","company":"ACME-DE","journal":{{"document_date":"{date}","id":"J-{n:010d}","lines":'
           '[{{"account":"4930","currency":"EUR","debit":"{amount}","text":"Ware"}},{{"account":"70001","credit":"{amount}","currency":"EUR",'
           '"partner":"{party}","partner_kind":"supplier"}}],"period":"{month}","posting_date":"{date}","source":"GL","text":"Buchung",'
           '"type":"GL"}},"kind":"journal","manual":false,"recorded_at":"{date}T08:00:00Z"{revision},"user":"u{u}"}}')
BODIES = (PAYMENT, INVOICE, JOURNAL)
EVENT = (b'{"specversion":"1.0","id":"i%010d","source":"urn:ledger","type":"taxflow.%s.v1","datacontenttype":"application/json",'
         b'"data":%s}\n')
KIND_WORDS = tuple(word.encode() for word in ledger.KINDS)
KIND_OF = (ledger.PAYMENT,) * 12 + (ledger.INVOICE,) * 5 + (ledger.JOURNAL,) * 3
FILL = "x" * 60


def scatter(seed, n):
    """64 bits that look random, the same for the same number (the finaliser of splitmix64)."""
    x = (n * 0x9E3779B97F4A7C15 + seed * 0xD1B54A32D192ED03 + 0x632BE59BD9B4E019) & MASK
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ x >> 27) * 0x94D049BB133111EB & MASK
    return x ^ x >> 31


def money(cents):
    return f"{cents // 100}.{cents % 100:02d}"


def supplier(seed, n):
    return (scatter(seed, n) >> 40) % SUPPLIERS


def traits(seed, n, case, base):
    """What item n says."""
    x = scatter(seed, n)
    # What amends or contests a record in its partition is of the same supplier.
    s = supplier(seed, base if case in (ledger.AMENDMENT, ledger.CONFLICT_NEAR) else n)
    own = plants.Traits(kind=KIND_OF[x % 20], net=100 + (x >> 8) % 300000, party=f"S{s:05d}", account=f"DE{s:020d}", number=f"R-{n}", day=n // ITEMS_A_DAY)
    if plants.place(n) is None or not plants.grows(case):
        return own
    return plants.alter(n, own, lambda other: traits(seed, other, ledger.PLAIN, other))


def date_of(book, item):
    return DAYS[traits(book.seed, item, book.case[item] & ledger.CASE_MASK, book.base[item]).day % len(DAYS)]


def body(seed, n, case, base):
    """(bytes, kind, cents) of item n."""
    x, said = scatter(seed, n), traits(seed, n, case, base)
    tax = (said.net * 19 + 50) // 100 if said.kind == ledger.INVOICE else 0
    date = DAYS[said.day % len(DAYS)]
    text = BODIES[said.kind].format(n=n, a=x >> 3 & 7, u=x >> 5 & 31, party=said.party, account=said.account, number=said.number, buyer=said.buyer,
                                    amount=money(said.net + tax), net=money(said.net), tax=money(tax), date=date, month=date[:7], fill=FILL,
                                    revision=',"revision":2' if case == ledger.AMENDMENT else "")
    return text.encode(), said.kind, said.net + tax


def mark_of(value, case):
    return int.from_bytes(hashlib.sha256(value).digest()[:4], "big") if case == ledger.BARE else zlib.crc32(value)


class Mix:
    """Lines to send, in order: new items, and a known share of copies, conflicts and amendments of earlier ones."""

    BARE, AMENDED, NEAR, FAR = 0.05, 0.01, 0.004, 0.004
    AGAIN_SOON, AGAIN_LATE = 0.03, 0.02
    SOON = 2000

    def __init__(self, book):
        self.book, self.seed = book, book.seed
        self.random = random.Random(book.seed)
        self.contested = set()  # bases that have a conflict or an amendment, never both

    def line(self, item):
        """Item's line of NDJSON: the same bytes every time."""
        case = self.book.case[item] & ledger.CASE_MASK
        value, kind, _ = body(self.seed, item, case, self.book.base[item])
        return value + b"\n" if case == ledger.BARE else EVENT % (self.book.base[item], KIND_WORDS[kind], value)

    def new(self, case, base=None):
        n = len(self.book)
        base = n if base is None else base
        value, kind, cents = body(self.seed, n, case, base)
        self.book.add(case, kind, base, cents, mark_of(value, case))
        return n, value + b"\n" if case == ledger.BARE else EVENT % (base, KIND_WORDS[kind], value)

    def pick(self):
        """An earlier plain item that taxflow has taken and nothing else hangs on, planted or made, or None."""
        for _ in range(4):
            item = self.random.randrange(len(self.book))
            if self.book.acked[item] and self.book.case[item] & ledger.CASE_MASK == ledger.PLAIN and item not in self.contested \
                    and plants.place(item) is None:
                self.contested.add(item)
                return item
        return None

    def derived(self, case):
        base = self.pick()
        return self.new(ledger.PLAIN) if base is None else self.new(case, base)

    def again(self, item):
        return item, self.line(item)

    def next(self):
        x, count = self.random.random(), len(self.book)
        if count < 100 or x >= 0.2:
            return self.new(ledger.PLAIN)
        for share, make in ((self.BARE, lambda: self.new(ledger.BARE)),
                            (self.AGAIN_SOON, lambda: self.again(self.random.randrange(max(0, count - self.SOON), count))),
                            (self.AGAIN_LATE, lambda: self.again(self.random.randrange(count))),
                            (self.AMENDED, lambda: self.derived(ledger.AMENDMENT)),
                            (self.NEAR, lambda: self.derived(ledger.CONFLICT_NEAR)),
                            (self.FAR, lambda: self.derived(ledger.CONFLICT_FAR))):
            if x < share:
                return make()
            x -= share
        return self.new(ledger.PLAIN)

    def batch(self, size):
        """(items, lines)."""
        pairs = [self.next() for _ in range(size)]
        return [item for item, _ in pairs], [line for _, line in pairs]


DEEP = 2000
CE = [("ce_specversion", b"1.0"), ("ce_source", b"urn:ledger"), ("ce_type", b"taxflow.payment.v1")]


def poison(number):
    """(value, headers, reasons) of the number-th record that no role can read; each differs from every other."""
    tag = b"%010d" % number
    value, reasons = (
        (b'{"kind":"payment","poison":"' + tag + b'"', ["malformed-json"]),
        (b'{"kind":"payment","poison":"' + tag + b'\xff\xfe\xc3"}', ["invalid-utf8", "malformed-json"]),
        (b'{"kind":"payment","kind":"invoice","poison":"' + tag + b'"}', ["duplicate-key"]),
        (b'{"poison":"' + tag + b'","a":' + b"[" * DEEP + b"]" * DEEP + b"}", ["too-deep"]),
        (b'"' + tag + b'"', ["wrong-type", "malformed-json"]),
        (b'{"kind":"poison","company":"ACME-DE","poison":"' + tag + b'"}', ["unknown-kind"]),
        (b"\x00\x01\x02" + tag, ["malformed-json", "invalid-utf8"]),
    )[number % 7]
    headers = [("ce_id", b"p" + tag), *CE] if number // 7 % 2 else []
    return value, headers, reasons


def huge(number, size=4050000):
    """One that passes max_record_bytes and still fits the topic."""
    return b'{"kind":"payment","poison":"h%010d","fill":"' % number + b"y" * size + b'"}', [("ce_id", b"h%010d" % number), *CE], ["too-big"]
