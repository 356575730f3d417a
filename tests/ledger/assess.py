"""Two runs over the same records, one of them disturbed: do they say the same? Feed the rows of both, then ask for what differs.

Rules whose windows lie inside a partition must say the same byte for byte, record by record. Rules with keys that cross partitions must
find the same groups of related records, whichever member carries the hit, and each group that the load planted. Rules that ask counters
of all partitions hear of the others' with a lag, so of them the counters themselves are compared, with the ledger: each record in them once.
"""
import collections
import datetime
import hashlib
import json
import struct

import book as ledger
import plants
import records

ACROSS = ("BNK2", "DUP3", "MTIC2", "SEQ1", "SEQ2")
COUNTED = ("BEN1", "BEN2", "BEN3", "JE2", "JE3", "REC1", "RND2", "SPL2", "SUP1")
SUMS = ("amount_at_risk", "decision", "score")  # over all hits, those across partitions too
RECORD_KEY, WATERMARK_KEY = 16, b"w"           # of rows of the state topic; what the breakers counted holds hits across partitions as well
COUNT_BITS, CELL_BITS, DIGITS = 42, 10, 90     # of a counter of taxflow.fraud.tallies; a decade's first two digits 10 … 99
WINDOW_MONTHS = 10                              # of counters, all of which are surely still kept
POPULATIONS = {"payments, purchase, EUR": ledger.PAYMENT, "invoices, purchase, EUR": ledger.INVOICE}
EXAMPLES = 10


def digest(value):
    return hashlib.blake2b(value, digest_size=8).digest()


class Assessments:
    """What one run said of every record, in the order of each partition."""

    def __init__(self):
        self.rows = collections.defaultdict(list)       # partition: [(event id, what rules inside a partition said, all of it or None)]
        self.hits = collections.Counter()                # rule: hits
        self.related = {rule: {} for rule in ACROSS}     # rule: {event id: the group it is in}

    def take(self, partition, value):
        body = json.loads(value)
        del body["position"]
        across = False
        for hit in body["hits"]:
            self.hits[hit["rule"]] += 1
            if hit["rule"] in ACROSS:
                self.join(hit["rule"], body["event_id"], hit["related"])
            across |= hit["rule"] in ACROSS + COUNTED
        body["hits"] = [hit for hit in body["hits"] if hit["rule"] not in ACROSS + COUNTED]
        body["unknown"] = [rule for rule in body["unknown"] if rule not in COUNTED]
        whole = None if across else digest(json.dumps(body).encode())
        inside = digest(json.dumps({name: value for name, value in body.items() if name not in SUMS}).encode())
        self.rows[partition].append((body["event_id"], inside, whole))

    def join(self, rule, event_id, others):
        """One group of the record and those it is related to."""
        groups = self.related[rule]
        whole = {event_id, *others}
        for each in list(whole):
            whole |= groups.get(each, set())
        for each in whole:
            groups[each] = whole

    def groups(self, rule):
        return {frozenset(group) for group in self.related[rule].values()}


class State:
    """The state topic as whoever restores it reads it: the last row of each key."""

    def __init__(self):
        self.rows = {}

    def take(self, partition, key, value):
        if len(key) != RECORD_KEY and key != WATERMARK_KEY:
            return
        if value:
            self.rows[partition, key] = digest(value)
        else:
            self.rows.pop((partition, key), None)


class Tallies:
    """Counters of groups that span partitions: {(group, partition): {(month, first digit): records}}."""

    def __init__(self):
        self.counts = {}

    def take(self, partition, key, value):
        if not value:
            self.counts.pop((key, partition), None)
            return
        _, _, count = struct.unpack_from("<BHI", value)
        digits = collections.Counter()
        for bits in struct.unpack_from(f"<{count}Q", value, 7):
            month, cell = bits >> COUNT_BITS + CELL_BITS, bits >> COUNT_BITS & (1 << CELL_BITS) - 1
            digits[month, (cell % DIGITS + 10) // 10] += bits & (1 << COUNT_BITS) - 1
        self.counts[key, partition] = digits

    def of(self, group):
        return sum((digits for (key, _), digits in self.counts.items() if key == group), collections.Counter())


class Findings:
    """Findings about groups, as taxflow.fraud.groups has them."""

    def __init__(self):
        self.bodies, self.again, self.populations = {}, 0, {}

    def take(self, value):
        body = json.loads(value)
        self.again += body["id"] in self.bodies
        self.bodies[body["id"]] = body
        if body["rule"] == "BEN1":
            self.populations[body["population"]] = bytes.fromhex(body["group"])


def event_id(book, item):
    """How the id of an item begins."""
    return f"{book.mark[item]:08x}" if book.case[item] & ledger.CASE_MASK == ledger.BARE else f"i{book.base[item]:010d}"


class Comparison:
    """Texts of what differs, and counts for the report."""

    def __init__(self, book):
        self.book, self.texts, self.counts, self.different = book, [], collections.Counter(), set()

    def add(self, what, text):
        self.counts[what] += 1
        if self.counts[what] <= EXAMPLES:
            self.texts.append(f"{what}: {text}")

    def assessments(self, disturbed, calm):
        for partition in sorted({*disturbed.rows, *calm.rows}):
            ours, theirs = disturbed.rows[partition], calm.rows[partition]
            if [row[0] for row in ours] != [row[0] for row in theirs]:
                self.add("order", f"partition {partition}: {len(ours)} records judged, {len(theirs)} undisturbed, not the same in one order")
                continue
            for (one, inside, whole), (_, inside_calm, whole_calm) in zip(ours, theirs):
                self.counts["compared"] += 1
                if inside != inside_calm or (whole != whole_calm and None not in (whole, whole_calm)):
                    self.different.add(one)
                    self.add("unequal", f"{one} in partition {partition}")
        for rule in ACROSS:
            for group in disturbed.groups(rule) ^ calm.groups(rule):
                self.add("groups", f"{rule} relates {sorted(group)} in {'the disturbed' if group in disturbed.groups(rule) else 'the calm'} run only")

    def planted(self, assessments, judged):
        """judged: the items whose records were."""
        for rule, groups in plants.groups_across(self.book).items():
            ids = {name[:11] if name.startswith("i") else name[:8]: group for group in assessments.groups(rule) for name in group}
            for items in groups:
                names = [event_id(self.book, item) for item in items if item in judged]
                if len(names) < 2 or (rule == "MTIC2" and len(names) < plants.ACROSS[plants.CAROUSEL][1]):
                    continue
                self.counts[f"planted {rule}"] += 1
                if any(ids.get(name) is None or ids[name] is not ids.get(names[0]) or len(ids[name]) != len(names) for name in names):
                    self.add("not found", f"{rule}: {names} belong together, related are {[sorted(ids.get(name) or ()) for name in names]}")

    def states(self, disturbed, calm):
        self.counts["state rows"] = len(disturbed.rows)
        for place in disturbed.rows.keys() | calm.rows.keys():
            if disturbed.rows.get(place) != calm.rows.get(place):
                ours, theirs = ("no row" if place not in each.rows else "a row" for each in (disturbed, calm))
                self.add("state", f"partition {place[0]}, key {place[1].hex()}: {ours}, undisturbed {theirs}{', another' if ours == theirs else ''}")

    def truth(self, judged):
        """{(kind, month, first digit): records}, of each record its last revision."""
        last = {}
        for item in judged:
            if self.book.case[item] & ledger.CASE_MASK == ledger.AMENDMENT or self.book.base[item] not in last:
                last[self.book.base[item]] = item
        counts = collections.Counter()
        for item in last.values():
            date = datetime.date.fromisoformat(records.date_of(self.book, item))
            counts[self.book.case[item] >> ledger.KIND_SHIFT, (date.year - 1970) * 12 + date.month - 1, int(str(self.book.cents[item])[0])] += 1
        return counts

    def tallies(self, tallies, findings, truth, populations=None):
        """Every counter holds each record once: the sums over partitions are the ledger's."""
        newest = max(month for _, month, _ in truth)
        for population, kind in (populations or POPULATIONS).items():
            group = findings.populations.get(population)
            if group is None:
                self.add("tallies", f"nothing was told of {population}, whose digits nobody writes")
                continue
            told = tallies.of(group)
            for month in range(newest - WINDOW_MONTHS, newest + 1):
                for digit in range(1, 10):
                    self.counts["counted"] += told[month, digit]
                    if told[month, digit] != truth[kind, month, digit]:
                        self.add("tallies", f"{population}, month {month}, digit {digit}: {told[month, digit]} counted, there are {truth[kind, month, digit]}")
