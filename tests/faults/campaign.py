#!/usr/bin/env python3
"""Faults while load runs, then the verifier: was anything lost, judged twice, or left unexplained?

    ./dev faults [--kills N] [--kinds a,b,…] [--seed S] [--events N] [--minutes M] [--rate R] [--short] [--record] [--list]

A campaign ends when it has N kills and N events, at the latest after M minutes. Every draw comes from the seed. Exit status 1 on any
finding; then logs, ledger and report stay in build/faults-SEED/.
"""
import argparse
import collections
import datetime
import pathlib
import random
import shutil
import sys
import time

import paths  # noqa: F401
import book as ledger
import calm
import load as loads
import topics
import verify
from kinds import CRASH, GRACEFUL, AWAY, KINDS, LEADER
from services import until
from stage import CONSUMERS, ROOT, Stage, binary, has_failpoints
from watch import Watch

RECOVERY_S, DRAIN_S, FINISH_S = 90, 300, 120
TRICKLES, TRICKLE_LINES = 8, 200
RESTORE_ITEMS_S = 20000  # where every claim is read back, that takes its time: items a second at least, with all this on one machine
SLOW_S = 15  # past it the report names what came back last
RESULTS = pathlib.Path(__file__).with_name("RESULTS.md")
GROUPS = (CRASH, GRACEFUL, AWAY, LEADER)


class Campaign:
    """The state that the kinds work on."""

    def __init__(self, options):
        self.options, self.seed, self.stage, self.report = options, options.seed, None, None
        self.book = ledger.Book(self.seed)
        self.random = random.Random(options.seed)
        self.findings, self.counts = [], collections.Counter()
        self.recoveries, self.gaps = collections.defaultdict(list), collections.defaultdict(list)
        self.kills, self.began, self.noted, self.healed_at = 0, time.monotonic(), "", None
        self.comparison, self.hits = None, collections.Counter()

    def say(self, text):
        print(f"{time.monotonic() - self.began:7.1f} s  {text}", flush=True)

    def note(self, text):
        self.noted = text

    def finding(self, text):
        self.findings.append(text)
        self.say(f"FINDING {text}")

    def count(self, what):
        self.counts[what] += 1

    def healed(self):
        """The fault is over from here on; without this call, when the kind's function returns."""
        self.healed_at = self.watch.mark()

    @property
    def supervisor(self):
        return self.stage.supervisor

    def pick(self, *roles):
        """An instance that runs."""
        return self.random.choice([instance for role in roles for instance in self.supervisor.of(role) if instance.running()])

    # ---- the course ----

    def start(self):
        self.stage.start()
        self.load = loads.Load(self.book, self.stage.targets(), self.stage.drops, self.stage.kafka.bootstrap, rate=self.options.rate)
        self.watch = Watch(self.stage.kafka.bootstrap, held=self.load.hold, limit=self.options.backlog)
        self.load.start()
        until(lambda: all(sum(self.watch.committed[role].values()) > 1000 for role in CONSUMERS), 60, "both roles commit results")
        self.began = time.monotonic()
        self.say("load runs, both roles commit results")

    def inject(self, kind):
        """One fault: inject, heal, measure, clean up."""
        self.noted, self.healed_at = "", None
        self.watch.forget_gap()
        mark, ended_before, after = self.watch.mark(), len(self.supervisor.final), None
        try:
            after = kind.run(self)
            healed = self.healed_at or (mark if after else self.watch.mark())
            seconds = self.watch.recovered(healed, RECOVERY_S + len(self.book) / RESTORE_ITEMS_S)
            self.recoveries[kind.name].append(seconds)
            if kind.group:
                self.gaps[kind.group].append(self.watch.gap)
            if seconds > SLOW_S:
                self.noted += f"  last {self.watch.last_still}"
            self.say(f"{kind.name:24} recovered in {seconds:5.2f} s, gap {self.watch.gap:5.2f} s, {len(self.book)} items, backlog {self.watch.backlog}"
                     f"{'  ' + self.noted if self.noted else ''}")
        except AssertionError as error:
            self.finding(f"{kind.name} {self.noted}: {error}")
        if after:
            after()
        self.kills += kind.kills
        self.counts[kind.name] += 1
        for name, status in self.supervisor.final[ended_before:]:
            self.finding(f"{kind.name} {self.noted}: {name} ended with {status} and would stay down")
        self.revive()

    def revive(self):
        """Who is down without being told to is started again, so that the campaign goes on."""
        for instance in self.supervisor.instances:
            if not instance.wanted:
                self.supervisor.start(instance)

    def rest(self):
        """Until the next fault: a random moment, so that it does not fall on the beat of the last."""
        deadline = time.monotonic() + self.random.uniform(0.2, self.options.rest)
        until(lambda: time.monotonic() > deadline, self.options.rest + 5, "time passes")

    def plan(self):
        """Every kind once in random order, then by weight."""
        kinds = [KINDS[name] for name in self.options.kinds] if self.options.kinds else [
            each for each in KINDS.values() if each.short or not self.options.short]
        if not has_failpoints(self.stage.binary):
            kinds = [each for each in kinds if not each.name.startswith("failpoint")]
        yield from self.random.sample(kinds, len(kinds))
        killers = [each for each in kinds if each.kills] if self.options.short else kinds
        while True:
            yield self.random.choices(killers, [each.weight for each in killers])[0]

    def over(self):
        minutes = (time.monotonic() - self.began) / 60
        if minutes > self.options.minutes:
            return True
        return self.kills >= self.options.kills and sum(self.counts[name] for name in KINDS) >= self.options.faults

    def play(self):
        """All of it, with the report on standard output; True when nothing was found."""
        clean = False
        print(f"fault campaign, seed {self.seed}", flush=True)
        try:
            self.stage = Stage(binary())
            clean = self.run()
            print(self.head(), self.table(), self.report.text(), sep="\n\n", flush=True)
            if self.options.record:
                self.record()
        finally:
            if self.stage and not clean:
                self.keep()
            if self.stage:
                self.stage.stop()
        return clean

    def run(self):
        self.start()
        for kind in self.plan():
            if self.over():
                break
            self.inject(kind)
            self.rest()
        until(lambda: len(self.book) >= self.options.events, max(1, self.options.minutes * 60), f"{self.options.events} events are sent")
        return self.settle()

    def settle(self):
        """Stop the load, let both groups reach the end, count."""
        self.say(f"{self.kills} kills; stopping the load")
        if not self.load.finish(FINISH_S):
            self.finding(f"the load did not come to an end: files {list(self.load.files)[:5]}, running {self.load.running()}")
        self.drain()
        for text in self.load.refusals:
            self.finding(f"refused: {text}")
        self.say(loads.report_load(self.load, self.began))
        self.trickle()
        began = time.monotonic()
        verifier = self.verify()
        self.say(f"verified in {time.monotonic() - began:.1f} s")
        self.watch.stop()
        for name, status in self.stage.supervisor.finish().items():
            if status != 0:
                self.finding(f"{name} ended with {status} at the end")
        self.compare(verifier)
        return self.report.clean() and not self.findings

    def trickle(self):
        """A few records more, for every partition, each judged before the next: counters that are told of with a lag are told of with them."""
        for _ in range(TRICKLES):
            self.load.trickle(TRICKLE_LINES)
            self.drain()

    def drain(self):
        try:
            self.watch.wait_drained(DRAIN_S)
        except AssertionError as error:
            self.finding(str(error))

    def verify(self):
        """The verifier, which knows where each record was judged."""
        kept = []
        self.report = topics.verify(self.stage.kafka.bootstrap, self.book, lambda *known: kept.append(verify.Verifier(*known)) or kept[0])
        return kept[0]

    def compare(self, verifier):
        """With a run of the same records that nobody disturbs."""
        began = time.monotonic()
        self.comparison, self.hits = calm.compare(self.stage, verifier)
        for text in self.comparison.texts:
            self.finding(text)
        self.say(f"compared with an undisturbed run in {time.monotonic() - began:.1f} s: {dict(self.comparison.counts)}")

    def keep(self):
        """What a finding can be followed up with."""
        target = ROOT / "build" / f"faults-{self.seed}"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for log in [*self.stage.folder.glob("*.log"), *[broker.process.log for broker in self.stage.kafka.brokers], self.stage.redis.process.log]:
            shutil.copy(log, target)
        self.book.save(target / "ledger")
        (target / "report").write_text(self.table() + "\n" + self.report.text() + "\n" if self.report else "no report\n")
        self.say(f"logs and ledger: {target}")

    # ---- the table ----

    def table(self):
        counts = self.report.counts
        lines = [f"{'kind':26}{'count':>6}{'lost':>7}{'twice':>7}{'p50 s':>8}{'p99 s':>8}{'max s':>8}"]
        for name in KINDS:
            seconds = sorted(self.recoveries[name])
            if self.counts[name]:
                times = "".join(f"{value:8.2f}" for value in (quantile(seconds, 0.5), quantile(seconds, 0.99), seconds[-1])) if seconds else "       –" * 3
                lines.append(f"{name:26}{self.counts[name]:6}{shared(counts['lost']):>7}{shared(counts['duplicated']):>7}{times}")
        everything = sorted(value for values in self.recoveries.values() for value in values)
        if everything:
            lines.append(f"{'all':26}{len(everything):6}{counts['lost']:7}{counts['duplicated']:7}" + "".join(
                f"{value:8.2f}" for value in (quantile(everything, 0.5), quantile(everything, 0.99), everything[-1])))
        lines += ["", "longest standstill of a partition, by class:"]
        for group in GROUPS:
            gaps = sorted(self.gaps[group])
            if gaps:
                lines.append(f"  {group:26} {len(gaps):4} times  p50 {quantile(gaps, 0.5):6.2f} s  p99 {quantile(gaps, 0.99):6.2f} s  max {gaps[-1]:6.2f} s")
        kinds = self.kinds_played()
        lines += ["", f"events {self.report.totals['audit']}  items {len(self.book)}  kinds {kinds}  kills {self.kills}  lost {counts['lost']}  "
                      f"duplicated {counts['duplicated']}  unexplained {counts['unexplained'] + counts['disorder'] + counts['altered']}  "
                      f"disagreement {counts['disagreement']}  findings {len(self.findings)}"]
        if self.comparison:
            lines += ["hits " + "  ".join(f"{rule} {count}" for rule, count in sorted(self.hits.items())),
                      "against an undisturbed run: " + "  ".join(f"{what} {count}" for what, count in sorted(self.comparison.counts.items()))]
        lines += [f"  {what}: {self.counts[what]}" for what in sorted(set(self.counts) - set(KINDS))]
        lines += [f"  finding: {text}" for text in self.findings]
        return "\n".join(lines)

    def kinds_played(self):
        return sum(1 for name in KINDS if self.counts[name])

    def head(self):
        return f"seed {self.seed}; {self.stage.version()}kinds {','.join(self.options.kinds) if self.options.kinds else 'all'}"

    def record(self):
        date = datetime.date.today().isoformat()
        new = not RESULTS.exists()
        with open(RESULTS, "a", encoding="utf-8") as file:
            if new:
                file.write("# Results of fault campaigns\n\nWritten by `./dev faults --record`, newest last. Lost and twice are figures of the whole run.\n")
            file.write(f"\n## {date}, seed {self.seed}\n\n`./dev faults {' '.join(sys.argv[1:])}`: {self.stage.version()}\n\n```\n{self.table()}\n```\n")


def quantile(values, share):
    return values[min(len(values) - 1, int(share * len(values)))]


def shared(count):
    """A figure of the whole run cannot be told apart by kind, unless it is none."""
    return "0" if count == 0 else f"≤{count}"


def options(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--faults", type=int, default=0, help="faults at least, kills or not")
    parser.add_argument("--kinds", type=lambda text: text.split(","), default=[])
    parser.add_argument("--seed", type=int, default=0, help="0: a new one")
    parser.add_argument("--events", type=int, default=500000)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=int, default=6000, help="lines a second at most")
    parser.add_argument("--backlog", type=int, default=30000, help="records waiting above which the load pauses")
    parser.add_argument("--rest", type=float, default=1.5, help="seconds between two faults at most")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--list", action="store_true")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.kinds) - set(KINDS)
    if unknown:
        parser.error(f"no such kinds: {', '.join(sorted(unknown))}; --list shows them")
    if not chosen.seed:
        chosen.seed = int(time.time()) % 1000000
    return chosen


def main(arguments=None):
    chosen = options(arguments)
    if chosen.list:
        for each in KINDS.values():
            print(f"{each.name:26}{'short ' if each.short else '      '}{(each.run.__doc__ or '').strip()}")
        return 0
    return 0 if Campaign(chosen).play() else 1


if __name__ == "__main__":
    sys.exit(main())
