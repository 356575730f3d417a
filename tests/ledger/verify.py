"""Does what taxflow wrote agree with the ledger? Feed every row of every topic, then ask for the report.

Order of feeding: audit, then the verdicts and the dead letters of both roles, then the duplicates (a duplicate must name an owner that
was judged or buried). Nothing here knows taxflow's code: only the formats that its README and DESIGN promise.

What must hold, for each role:
  every position of taxflow.audit has exactly one outcome: a verdict, a duplicate or a dead letter;
  every identity has exactly one position that was judged, the same for both roles;
  verdicts stand in the order of their positions, partition by partition;
  a duplicate names the judged position of its identity, and that one has the same body;
  a dead letter is poison of the ledger, or a conflict whose identity was judged with another body;
and: what was acknowledged lies on taxflow.audit, with the body that was sent, no more often than it was sent; the amounts of the judged
positions sum to the ledger's.
"""
import array
import collections
import json

import book as ledger
import records

NONE, POISON = 0xFFFFFFFF, 0x80000000  # item_at: no record there; a record that is poison number (x - POISON)
VERDICT, DUPLICATE, DEAD = 1, 2, 4
CLASSES = ("lost", "duplicated", "disagreement", "unexplained", "disorder", "altered")
EXAMPLES = 10
OWNER_BYTES = 29
POSITION = b'"position":"'
ID_AT = 13  # of the event id in a verdict: {"event_id":"
BODY_AT_LEAST = 60


class Report:
    """Counts and the first examples of each class of finding."""

    def __init__(self):
        self.counts = collections.Counter({name: 0 for name in CLASSES})
        self.examples = {name: [] for name in CLASSES}
        self.totals = {}

    def add(self, name, text):
        self.counts[name] += 1
        if len(self.examples[name]) < EXAMPLES:
            self.examples[name].append(text)

    def clean(self):
        return not any(self.counts.values())

    def text(self):
        lines = ["ledger: " + "  ".join(f"{name} {value}" for name, value in self.totals.items()),
                 "result: " + "  ".join(f"{name} {self.counts[name]}" for name in CLASSES)]
        for name in CLASSES:
            lines += [f"  {name}: {text}" for text in self.examples[name]]
        return "\n".join(lines)


class Verifier:
    """ends: {partition of taxflow.audit: offset past its last record}."""

    def __init__(self, book, ends, prefix="taxflow", roles=("tax", "fraud")):
        self.book, self.roles, self.report = book, roles, Report()
        self.topic = f"{prefix}.audit".encode()
        self.mark = POSITION + self.topic + b":"
        self.ends, self.start, total = dict(ends), {}, 0
        for partition in sorted(ends):
            self.start[partition] = total
            total += ends[partition]
        self.item_at = array.array("I", [NONE]) * total
        self.cents_at = array.array("I", [0]) * total
        self.copies = array.array("H", [0]) * len(book)
        self.outcome = {role: bytearray(total) for role in roles}
        self.winner = {role: array.array("I", [NONE]) * len(book) for role in roles}
        self.last = {role: {partition: -1 for partition in ends} for role in roles}
        self.poison = {}      # index: (reasons)
        self.counts = collections.Counter()

    # ---- places ----

    def where(self, index):
        for partition in sorted(self.start, reverse=True):
            if index >= self.start[partition]:
                return f"{partition}:{index - self.start[partition]}"
        return "?"

    def place(self, text):
        """Index of "topic:partition:offset", or None where nothing can be."""
        try:
            topic, partition, offset = text.rsplit(b":", 2)
            partition, offset = int(partition), int(offset)
        except ValueError:
            return None
        if topic != self.topic or not 0 <= offset < self.ends.get(partition, 0):
            return None
        return self.start[partition] + offset

    def describe(self, item):
        if item == NONE:
            return "no record"
        if item >= POISON:
            return "poison"
        return f"item {item} ({ledger.CASES[self.book.case[item] & ledger.CASE_MASK]}, base {self.book.base[item]})"

    # ---- taxflow.audit ----

    def audit(self, partition, offset, value):
        """One record of the input."""
        index = self.start[partition] + offset
        self.counts["audit"] += 1
        if not value.startswith(records.HEAD):
            self.audit_poison(index, value)
            return
        try:
            item = int(value[records.NUMBER_AT:records.NUMBER_END])
            row = self.book.case[item]
        except (ValueError, IndexError):
            self.report.add("unexplained", f"audit {partition}:{offset} holds a record that was never sent")
            return
        self.item_at[index] = item
        self.copies[item] += 1
        case = row & ledger.CASE_MASK
        self.cents_at[index] = self.amount(value, row >> ledger.KIND_SHIFT)
        if records.mark_of(value, case) != self.book.mark[item]:
            self.report.add("altered", f"audit {partition}:{offset}, {self.describe(item)}: the body is not the one sent")

    def audit_poison(self, index, value):
        reasons = self.book.poison.get(ledger.poison_key(value))
        if reasons is None:
            self.report.add("unexplained", f"audit {self.where(index)} holds bytes that were never sent")
            reasons = []
        self.item_at[index] = POISON + len(self.poison)
        self.poison[index] = reasons

    @staticmethod
    def amount(value, kind):
        """Cents, by the place of the amount in its kind of record."""
        mark = records.AMOUNT_MARKS[kind]
        at = value.find(mark) + len(mark)
        end = value.find(b'"', at)
        try:
            return int(value[at:end - 3]) * 100 + int(value[end - 2:end])
        except ValueError:
            return 0

    # ---- the roles' rows ----

    def settle(self, role, index, outcome, what):
        """Write an outcome down. False when the position had one already."""
        had = self.outcome[role][index]
        self.outcome[role][index] = had | outcome
        if had:
            self.report.add("duplicated", f"{role}: {self.where(index)} has {what} beside an outcome of its own (kinds {had}), "
                                          f"{self.describe(self.item_at[index])}")
        return not had

    def verdict(self, role, partition, offset, value, owner=None):
        """One row of taxflow.tax or taxflow.fraud; owner is its header tf_owner."""
        self.counts[role] += 1
        at = value.find(self.mark, ID_AT) + len(self.mark)
        end = value.find(b'"', at)
        try:
            judged_in, judged = value[at:end].split(b":")
            judged_in, judged = int(judged_in), int(judged)
            inside = 0 <= judged < self.ends[judged_in]
        except (ValueError, KeyError):
            inside = False
        if not inside or not value.startswith(b'{"event_id":"'):
            self.report.add("unexplained", f"{role} {partition}:{offset} names no position of the input: {value[:BODY_AT_LEAST]!r}")
            return
        index = self.start[judged_in] + judged
        item = self.item_at[index]
        if item >= POISON:
            self.report.add("unexplained", f"{role} {partition}:{offset} judges {judged_in}:{judged}: {self.describe(item)}")
            return
        if judged_in != partition:
            self.report.add("unexplained", f"{role} {partition}:{offset} judges a record of partition {judged_in}")
        if owner is not None and (len(owner) < OWNER_BYTES or int.from_bytes(owner[1:5], "big") != judged_in
                                  or int.from_bytes(owner[5:13], "big") != judged):
            self.report.add("unexplained", f"{role} {partition}:{offset}: tf_owner does not name {judged_in}:{judged}")
        if not self.id_fits(item, value):
            self.report.add("unexplained", f"{role} {partition}:{offset}: event id {value[ID_AT:ID_AT + 32]!r} is not that of {self.describe(item)}")
        if judged <= self.last[role][partition]:
            self.report.add("disorder", f"{role} {partition}:{offset} judges {judged} after {self.last[role][partition]}")
        self.last[role][partition] = max(judged, self.last[role][partition])
        self.settle(role, index, VERDICT, f"a verdict at {partition}:{offset}")
        self.win(role, item, index, f"verdict {partition}:{offset}")

    def id_fits(self, item, value):
        base = self.book.base[item]
        if self.book.case[item] & ledger.CASE_MASK == ledger.BARE:
            return value[ID_AT:ID_AT + 8] == b"%08x" % self.book.mark[item] and value[ID_AT + 32:ID_AT + 33] == b'"'
        return value[ID_AT:ID_AT + 12] == b'i%010d"' % base

    def win(self, role, item, index, what):
        identity = self.book.identity(item)
        before = self.winner[role][identity]
        if before == NONE:
            self.winner[role][identity] = index
        elif before != index:  # the same position twice was counted by settle()
            self.report.add("duplicated", f"{role}: identity {identity} judged at {self.where(before)} and again at {self.where(index)} ({what})")

    def dead(self, partition, offset, headers):
        """One row of taxflow.dlq; headers is a dict of bytes."""
        self.counts["dlq"] += 1
        role, reason = headers.get("tf_role", b"").decode(errors="replace"), headers.get("tf_reason", b"").decode(errors="replace")
        where = f"dlq {partition}:{offset} ({role}, {reason})"
        index = self.place(headers.get("tf_position", b""))
        if role not in self.roles or index is None or self.item_at[index] == NONE:
            self.report.add("unexplained", f"{where} names no position of the input: {headers.get('tf_position')!r}")
            return
        item = self.item_at[index]
        if not self.settle(role, index, DEAD, f"a dead letter at {partition}:{offset}"):
            return
        if item >= POISON:
            if reason not in self.poison[index]:
                self.report.add("unexplained", f"{where}: poison that was to be one of {self.poison[index]}")
        elif reason == "id-conflict":
            self.counts["conflicts"] += 1
        else:
            self.report.add("unexplained", f"{where}: {self.describe(item)} at {self.where(index)} can be judged")
            self.win(role, item, index, where)

    def duplicate(self, partition, offset, value):
        """One row of taxflow.duplicates."""
        self.counts["duplicates"] += 1
        where = f"duplicates {partition}:{offset}"
        try:
            row = json.loads(value)
            role, index, owner = row["role"], self.place(row["position"].encode()), self.place(row["owner"].encode())
        except (ValueError, KeyError, AttributeError):
            self.report.add("unexplained", f"{where} cannot be read: {value[:BODY_AT_LEAST]!r}")
            return
        if role not in self.roles or index is None or self.item_at[index] >= POISON:
            self.report.add("unexplained", f"{where} names no position of the input: {value!r}")
            return
        if not self.settle(role, index, DUPLICATE, f"a duplicate at {partition}:{offset}"):
            return
        item = self.item_at[index]
        won = self.winner[role][self.book.identity(item)]
        if owner is None or won != owner:
            self.report.add("unexplained", f"{where}: {role} names {row['owner']} as owner of {self.describe(item)}, judged is "
                                           f"{self.where(won) if won != NONE else 'nothing'}")
        elif self.item_at[owner] != item:
            self.report.add("unexplained", f"{where}: {role} calls {row['position']} a copy, but its body differs from that of {row['owner']}")

    # ---- the sums ----

    def finish(self):
        self.check_outcomes()
        self.check_winners()
        self.check_conflicts()
        self.check_items()
        self.report.totals = {"items": len(self.book), "acknowledged": sum(self.book.acked), "poison": len(self.poison), **self.counts}
        return self.report

    def check_outcomes(self):
        for role in self.roles:
            outcome, at = self.outcome[role], -1
            while (at := outcome.find(b"\0", at + 1)) >= 0:
                if self.item_at[at] != NONE:
                    self.report.add("lost", f"{role}: no outcome for {self.where(at)}, {self.describe(self.item_at[at])}")

    def check_winners(self):
        first, *others = self.roles
        sums = dict.fromkeys(self.roles, 0)
        expected = dict.fromkeys(self.roles, 0)
        for role in self.roles:
            for index in self.winner[role]:
                if index != NONE:
                    sums[role] += self.cents_at[index]
                    expected[role] += self.book.cents[self.item_at[index]]
            if sums[role] != expected[role]:
                self.report.add("altered", f"{role}: the judged amounts sum to {records.money(sums[role])}, the ledger to {records.money(expected[role])}")
        self.counts["cents"] = sums[first]
        for role in others:
            for identity, (one, other) in enumerate(zip(self.winner[first], self.winner[role])):
                if one != other and NONE not in (one, other):
                    self.report.add("disagreement", f"identity {identity}: {first} judged {self.where(one)}, {role} {self.where(other)}")

    def check_conflicts(self):
        """A conflict is one only against a body that was judged."""
        for role in self.roles:
            outcome, winner, at = self.outcome[role], self.winner[role], -1
            while (at := outcome.find(DEAD, at + 1)) >= 0:
                item = self.item_at[at]
                if item >= POISON or winner[self.book.identity(item)] == at:
                    continue
                won = winner[self.book.identity(item)]
                if won == NONE or self.item_at[won] == item:
                    self.report.add("unexplained", f"{role}: {self.where(at)} buried as a conflict, but {self.describe(item)} was judged "
                                                   f"{'nowhere' if won == NONE else 'with the same body at ' + self.where(won)}")

    def check_items(self):
        """Of each item: acknowledged means it is there; there means its identity was judged (or it lost against another body)."""
        book, judged = self.book, self.winner
        for item, copies in enumerate(self.copies):
            if copies == 0:
                if book.acked[item]:
                    self.report.add("lost", f"{self.describe(item)} was acknowledged and is not on the input topic")
                continue
            if copies > book.sent[item] != ledger.UNCOUNTED:
                self.report.add("duplicated", f"{self.describe(item)} lies {copies} times on the input topic, sent {book.sent[item]} times")
            identity = book.identity(item)
            for role in self.roles:
                if judged[role][identity] == NONE:
                    self.report.add("lost", f"{role}: {self.describe(item)} lies on the input topic and its identity was judged nowhere")
