"""The ledger: what was sent, kept apart from everything taxflow says about it.

One row an item. An item is one identity with one body: a conflict is an item of its own under the identity of another, an amendment
an item with an identity of its own (the revision is part of it). Columns are arrays, 15 bytes an item, so that ten million fit.
Poison, which no role can read, has no item: it is known by the hash of its bytes.
"""
import array
import hashlib
import json
import struct

PLAIN, BARE, AMENDMENT, CONFLICT_NEAR, CONFLICT_FAR = range(5)
CASES = ("plain", "bare", "amendment", "conflict in its partition", "conflict elsewhere")
PAYMENT, INVOICE, JOURNAL = range(3)
KINDS = ("payment", "invoice", "journal")
KIND_SHIFT, CASE_MASK = 4, 0x0F
UNCOUNTED = 255  # copies of an item: too many, or not ours to count (a drop folder may be read again)
MAGIC = b"taxflow ledger 1\n"
COLUMNS = (("case", "B"), ("base", "I"), ("cents", "I"), ("mark", "I"), ("sent", "B"), ("acked", "B"))


def poison_key(value):
    return hashlib.sha256(value).digest()[:8]


class Book:
    def __init__(self, seed=1):
        self.seed = seed
        self.case = array.array("B")   # case of the item, kind of record above KIND_SHIFT
        self.base = array.array("I")   # number in its CloudEvents id
        self.cents = array.array("I")  # its amount
        self.mark = array.array("I")   # of its body: the first four bytes of SHA-256 for a bare record, else CRC-32
        self.sent = array.array("B")   # copies that may exist
        self.acked = array.array("B")  # 1: taken by taxflow, so it must be judged
        self.poison = {}               # poison_key: reasons a role may give for it

    def __len__(self):
        return len(self.case)

    def add(self, case, kind, base, cents, mark):
        """Append an item that was not sent yet; returns its number."""
        self.case.append(case | kind << KIND_SHIFT)
        self.base.append(base)
        self.cents.append(cents)
        self.mark.append(mark)
        self.sent.append(0)
        self.acked.append(0)
        return len(self.case) - 1

    def note_sent(self, items):
        sent = self.sent
        for item in items:
            if sent[item] < UNCOUNTED:
                sent[item] += 1

    def note_uncounted(self, items):
        for item in items:
            self.sent[item] = UNCOUNTED

    def note_acked(self, items):
        acked = self.acked
        for item in items:
            acked[item] = 1

    def identity(self, item):
        """The item whose number stands for the identity."""
        return item if self.case[item] & CASE_MASK == AMENDMENT else self.base[item]

    def save(self, path):
        head = {"seed": self.seed, "items": len(self), "poison": {key.hex(): reasons for key, reasons in self.poison.items()}}
        text = json.dumps(head).encode()
        with open(path, "wb") as file:
            file.write(MAGIC + struct.pack(">I", len(text)) + text)
            for name, _ in COLUMNS:
                getattr(self, name).tofile(file)

    @classmethod
    def load(cls, path):
        with open(path, "rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise ValueError(f"{path} is no ledger")
            size, = struct.unpack(">I", file.read(4))
            head = json.loads(file.read(size))
            book = cls(head["seed"])
            book.poison = {bytes.fromhex(key): reasons for key, reasons in head["poison"].items()}
            for name, code in COLUMNS:
                column = array.array(code)
                column.fromfile(file, head["items"])
                setattr(book, name, column)
        return book
