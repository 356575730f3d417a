#!/usr/bin/env python3
"""Writes conf/samples/: records of every kind, and expected.json, the report that taxflow must give on them.

    tests/samples/generate.py              write conf/samples/ anew
    tests/samples/generate.py --check      compare conf/samples/ with what would be written; exit 1 when they differ

All of it is invented: names, tax ids, accounts, amounts. The generator is seeded and uses its own dice, so every run under any
Python 3 writes the same bytes.

What is in it, and why the report can be known without asking taxflow:
  clean.py         records of all seven kinds; no rule has anything to say about them
  tax_errors.py    edits of clean invoices, each with the list of rules it breaks
  fraud_cases.py   stories, each with the rules that each of its records hits
  dead_lines.py    lines that no role can read: dead letters
  foreign.py       the same records as other programs export them, in foreign/
  here             copies (duplicates), ids sent again with another body (dead letters), amendments (a higher revision)
The plants say what they must cause. judge_tax.py and judge_fraud.py are a second implementation of the rules, by their definitions;
every plant is checked against them, they count what each rule looked at, and the clean records must pass them without a finding.

The report depends on neither the order of files and lines nor on which of two records of one day comes first: it is computed in
several orders, those of a consumer group among them, and all must agree.
"""
import argparse
import json
import pathlib
import sys

import foreign
import judge_fraud
import judge_tax
from clean import Maker
from dead_lines import DEAD
from fraud_cases import stories
from tax_errors import ERRORS, FRAUD
from world import COMPANIES, Dice, Partner, Raw, day, one_line, record

SEED = 20250101
COUNTS = (("invoice", 880), ("credit_note", 90), ("payment", 480), ("journal", 270), ("party", 90))
COPIES, CONFLICTS, AMENDMENTS, ERROR_COPIES = 64, 12, 6, 2
ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = {"invoice": "invoices", "credit_note": "invoices", "payment": "payments", "journal": "journals", "party": "parties",
         "return": "returns", "account": "accounts"}


def dump(value, turn=False):
    """JSON with Raw numbers; turn writes members the other way round, with blanks: another text of the same record."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        items = [f"{json.dumps(k, ensure_ascii=turn)}:{' ' if turn else ''}{dump(v, turn)}" for k, v in value.items()]
        return "{" + (" , " if turn else ",").join(reversed(items) if turn else items) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dump(v, turn) for v in value) + "]"
    return json.dumps(value, ensure_ascii=turn)


class Line:
    """One record on its way into a file; event: the id of a structured CloudEvent around it."""

    def __init__(self, body, event=None, findings=(), hits=None):
        self.body, self.event, self.findings, self.hits = body, event, set(findings), hits
        self.facts = judge_fraud.Facts(body)

    def text(self, turn=False, time="2025-12-31T23:00:00Z"):
        if self.event is None:
            return dump(self.body, turn)
        envelope = {"specversion": "1.0", "id": self.event, "source": "urn:acme:erp", "type": f"taxflow.{self.body['kind']}.v1",
                    "time": time, "datacontenttype": "application/json", "data": self.body}
        return dump(envelope, turn)

    def identity(self):
        """Who this record is: an amendment is the same record with another revision."""
        return self.event or dump(self.body)


class Samples:
    def __init__(self):
        self.dice = Dice(SEED)
        self.maker = Maker(self.dice)
        self.accepted, self.extra, self.duplicates, self.dead, self.events = [], [], 0, 0, 0

    def event_id(self):
        self.events += 1
        return f"erp-{self.events:06d}"

    def add(self, body, event=None, **expected):
        if event is None and self.dice.one_in(8):
            event = self.event_id()
        line = Line(body, event, **expected)
        self.accepted.append(line)
        return line

    def add_clean(self):
        for kind, count in COUNTS:
            for _ in range(count):
                self.add(getattr(self.maker, kind)())
        self.maker.number_sales()
        for line in self.accepted:
            line.facts = judge_fraud.Facts(line.body)
        for body in [*self.maker.returns(), *self.maker.accounts()]:
            self.add(body)

    def add_errors(self):
        for n, (wrong, build, edit, rules) in enumerate(ERRORS):
            for copy in range(ERROR_COPIES):
                partner = Partner(COMPANIES[(n + copy) % len(COMPANIES)], 600 + n)
                date = day((n * 5 + copy * 30) % 360)
                doc = build(partner, date)
                edit(doc)
                kind = "credit_note" if n % 11 == 5 and copy else "invoice"
                direction = "sale" if n % 7 == 3 and copy else "purchase"
                self.add(record(kind, partner.company, doc, direction, f"e{n}-{copy}", "chief", date), findings=rules.split(),
                         hits=("error", [], [rule for rule in FRAUD.get(wrong, "").split() if rule != "VAT2" or (kind, direction) == ("invoice", "purchase")]))

    def add_stories(self):
        for name, story in stories():
            tokens = []
            for body, hits in story:
                self.add(body, hits=(name, tokens, hits.split()))

    def add_amendments(self):
        """The same id with a higher revision and a later date: judged anew, the old effect taken out, no duplicate of itself."""
        for n in range(AMENDMENTS):
            company = COMPANIES[n % len(COMPANIES)]
            partner, event = Partner(company, 750 + n), self.event_id()
            for revision in (1, 2):
                doc = one_line(partner, day(40 + 10 * n + revision), 420 + n, number=f"A-{n}")
                body = record("invoice", company, doc, "purchase", f"m{n}", "chief", day(40 + 10 * n + revision), revision=Raw(str(revision)))
                self.add(body, event, hits=("amendment", [], []))

    def add_conflicts(self):
        """The same id, another body, a later date: the earlier one owns the id, the other is a dead letter."""
        for n in range(CONFLICTS):
            company = COMPANIES[n % len(COMPANIES)]
            partner, event = Partner(company, 700 + n), self.event_id()
            first, second = (record("invoice", company, one_line(partner, day(15 * n + late), 150 + n + late, number=f"C-{n}-{late}"),
                                    "purchase", f"k{n}", "chief", day(15 * n)) for late in (0, 1))
            self.add(first, event)
            self.extra.append(Line(second, event).text().encode())
            self.dead += 1

    def add_copies(self):
        pool = list(self.accepted)
        for n in range(COPIES):
            line = pool[self.dice.below(len(pool))]
            if n % 8 == 5:
                text = line.text(turn=True)  # members in another order, other blanks and escapes: the same record
            elif n % 8 == 6:
                text = line.text(time="2026-01-02T03:04:05Z")  # the envelope may differ, the record decides
            else:
                text = line.text()
            self.extra.append(text.encode())
            self.duplicates += 1

    def add_dead(self):
        for _, text in DEAD:
            assert b"\n" not in text
            self.extra.append(text)
            self.dead += 1

    def files(self):
        """Every kind has its file; one line in nine goes to mixed.ndjson, with all that is no plain record."""
        files = {name: [] for name in [*dict.fromkeys(FILES.values()), "mixed"]}
        for line in self.accepted:
            name = "mixed" if self.dice.one_in(9) else FILES[line.body["kind"]]
            files[name].append(line.text().encode())
        files["mixed"] += self.extra
        for lines in files.values():
            self.dice.shuffle(lines)
        files["mixed"].insert(len(files["mixed"]) // 2, b"")      # a blank line is no record
        files["mixed"][7] += b"\r"                                 # nor is the other line end part of one
        return {name + ".ndjson": b"\n".join(lines) + b"\n" for name, lines in files.items()}


def in_order(lines, dice):
    """Event-time order, as files are judged; records of one moment in any order, those without a time first."""
    lots = {id(line): dice.next() for line in lines}
    return sorted(lines, key=lambda line: (line.facts.time if line.facts.time is not None else -1, revision(line), lots[id(line)]))


def by_partitions(lines, dice):
    """An order that a consumer group may see: that of the counterparty's partition is kept, partitions mix at random."""
    queues = {}
    for line in in_order(lines, dice):
        queues.setdefault((line.body["company"], line.facts.supplier), []).append(line)
    queues = [queue[::-1] for queue in queues.values()]
    order = []
    while queues:
        at = dice.below(len(queues))
        order += [queues[at].pop() for _ in range(min(len(queues[at]), dice.between(1, 5)))]
        if not queues[at]:
            queues[at] = queues[-1]
            queues.pop()
    return order


def revision(line):
    return int(line.body.get("revision", "0"))


def judge_fraud_in(order):
    """The fraud part of the report, and every rule's answers, for one order of records."""
    judge = judge_fraud.Judge()
    part = {"approve": 0, "review": 0, "block": 0, "dead": 0, "hits": {}}
    rules = {rule: {"evaluated": 0, "hit": 0, "unknown": 0} for rule in judge_fraud.RULES}
    told = {}
    for line in order:
        answers = judge.judge(line.body, line.identity())
        part[judge_fraud.decision({rule: judge.points(rule) for rule, answer in answers.items() if answer})] += 1
        for rule, answer in answers.items():
            rules[rule]["unknown" if answer is None else "evaluated"] += 1
            rules[rule]["hit"] += bool(answer)
        check_hits(line, sorted(rule for rule, answer in answers.items() if answer), told)
    for name, declared, found in told.values():
        assert sorted(declared) == sorted(found), (name, declared, found)
    part["hits"] = {rule: row["hit"] for rule, row in rules.items() if row["hit"]}
    return part, rules


def check_hits(line, hits, told):
    """A clean record hits nothing; a story's record what the story says, at once or, for `later`, in sum."""
    if line.hits is None:
        assert not hits, ("a clean record", line.body, hits)
        return
    name, token, declared = line.hits
    entry = told.setdefault(id(token), (name, [], []))
    later = [rule for rule in declared if rule != "later"]
    entry[1].extend(later)
    entry[2].extend(hits)
    if "later" not in declared and not hits == sorted(later):
        assert set(hits) <= {"DUP1", "DUP2", "DUP4", "SPL1", "VEL1", "DUP3", "BNK2", "MTIC2"}, (name, line.body, declared, hits)


def judge_tax_of(lines):
    part = {"valid": 0, "invalid": 0, "not_applicable": 0, "dead": 0, "findings": {}}
    rules = {rule: {"evaluated": 0, "hit": 0, "unknown": 0} for rule in judge_tax.RULES}
    for line in lines:
        if line.body["kind"] not in ("invoice", "credit_note"):
            part["not_applicable"] += 1
            continue
        verdict = judge_tax.judge(line.body["invoice"])
        assert verdict.findings == line.findings, (line.body, sorted(line.findings), sorted(verdict.findings))
        part["invalid" if verdict.findings else "valid"] += 1
        for rule in verdict.evaluated:
            rules[rule]["evaluated"] += 1
            rules[rule]["hit"] += rule in verdict.findings
    part["findings"] = {rule: row["hit"] for rule, row in rules.items() if row["hit"]}
    return part, rules


def report_of(samples):
    lines, dice = samples.accepted, Dice(SEED + 1)
    tax, rules = judge_tax_of(lines)
    fraud, fraud_rules = judge_fraud_in(in_order(lines, dice))
    for order in [in_order(lines, dice) for _ in range(3)] + [by_partitions(lines, dice) for _ in range(4)]:
        assert judge_fraud_in(order) == (fraud, fraud_rules), "the order of records shows"
    assert len({(line.identity(), revision(line)) for line in lines}) == len(lines)
    accepted = len(lines)
    received = accepted + samples.duplicates + samples.dead
    return {"received": received, "accepted": accepted, "duplicates": samples.duplicates, "dead_lettered": samples.dead, "tax": tax,
            "fraud": fraud, "rules": {**rules, **fraud_rules}}


def build():
    samples = Samples()
    samples.add_clean()
    samples.add_errors()
    samples.add_stories()
    samples.add_amendments()
    samples.add_conflicts()
    samples.add_copies()
    samples.add_dead()
    return samples


def make():
    samples = build()
    report = report_of(samples)
    files = samples.files()
    assert sum(bool(line.strip()) for data in files.values() for line in data.split(b"\n")) == report["received"]
    files["expected.json"] = (json.dumps(report, indent=1) + "\n").encode()
    files.update({f"foreign/{name}": data for name, data in foreign.make(samples.accepted).items()})
    return files


def main():
    parser = argparse.ArgumentParser(description="Write conf/samples/, or compare it with what would be written.")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=ROOT / "conf" / "samples")
    arguments = parser.parse_args()
    files, status = make(), 0
    for name, data in files.items():
        path = arguments.folder / name
        if not arguments.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        elif not path.exists() or foreign.content(path.read_bytes()) != foreign.content(data):
            print(f"{path} differs from what generate.py writes; run it again", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
