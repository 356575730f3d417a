#!/usr/bin/env python3
"""The pipeline against the wire, and what exactly-once costs: the same backlog, taken by each in turn, on real Kafka and Redis.

    tests/bench/pipeline.py [--events N] [--rounds R] [--partitions P] [--kinds tax,wire,…] [--large] [--year] [--record]

The wire (wire.c) is a transactional consume-produce that reads the same headers and writes rows of the same size: those of tax, or as
wire-fraud those of fraud, which has to run before it. Prints events/s and processor time an event of each run between a tenth and all of the
events, and medians with their ratio to the wire. Each run has topics and a generation of its own, so none meets the claims of another.
tax-alo is role tax at-least-once, tax-warm role tax after role fraud has claimed every id; their ratios and the goals are judged by medians
over pairs of runs. naive (naive.py) and streams (streams/Main.java, Kafka Streams) do the same work in other ways; naive takes a twentieth of
the events. --large: invoices of some 4 KB instead of payments of some 400 bytes. --year: payments of a year and of many users; else all are of one day and of twenty, so that the windows of
fraud's rules about users are as large as they get. --record: the table goes to RESULTS.md, too.
"""
import argparse
import datetime
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

import feed
import stack
import topics
from services import fetch, until

LIMIT_S, SAMPLE_S, SAMPLE_ROWS = 300, 0.02, 2000
FROM = 0.1  # of the events: the start is not measured
ROLES = {"tax": ("tax", "exactly-once"), "tax-alo": ("tax", "at-least-once"), "fraud": ("fraud", "exactly-once"), "tax-warm": ("tax", "exactly-once")}
PEERS = ("wire", "wire-fraud", "streams", "naive")
WIRES = {"fraud": "wire-fraud"}  # whose rows are as large as this role's; "wire" has those of tax
KINDS = (*ROLES, *PEERS)
SHARES = {"naive": 20}  # it takes a twentieth of the events
NAIVE, STREAMS, RESULTS = (pathlib.Path(__file__).parent / name for name in ("naive.py", "streams/Main.java", "RESULTS.md"))
JAVA = ("-Xmx1g", "-XX:+UseParallelGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
WIRE_SHARE_LEAST, EVENTS_S_LEAST, CPU_US_MOST, PEAK_MIB_MOST = 80, 150000, 5.5, 256  # as the goals say, for payments
CLAIMED_OWN = re.compile(r'^taxflow_claims_total\{[^}]*result="own"[^}]*\} ([0-9.e+]+)', re.M)
STATE_BYTES = re.compile(r"^taxflow_state_bytes\{[^}]*\} ([0-9.e+]+)", re.M)
PROCESSED = re.compile(r'^taxflow_events_processed_total\{[^}]*outcome="processed"[^}]*\} ([0-9.e+]+)', re.M)
WIRE = pathlib.Path(stack.BINARY).with_name("wire")


def processed(setting, role="tax"):
    status, _, text = setting.get(role, "/metrics")
    return figure(PROCESSED, text) if status == 200 else 0


def figure(pattern, text):
    """Of the first metric that fits; 0 where there is none."""
    found = pattern.search(text)
    return int(float(found[1])) if found else 0


class Course:
    """When a share of the events was passed, and what processor time it had cost by then."""

    def __init__(self, setting, role, events):
        self.setting, self.role, self.events, self.began = setting, role, events, None

    def over(self):
        process = self.setting.roles[self.role]
        assert process.running(), process.text()[-2000:]
        count = processed(self.setting, self.role)
        if self.began is None and count >= FROM * self.events:
            self.began = (time.monotonic(), process.cpu_s(), count)
        time.sleep(SAMPLE_S)
        return count >= self.events

    def result(self):
        process = self.setting.roles[self.role]
        seconds, cpu_s, count = (now - then for now, then in zip((time.monotonic(), process.cpu_s(), self.events), self.began))
        return {"events_s": count / seconds, "cpu_us": cpu_s / count * 1e6, "peak_mib": process.peak_mib()}


class Bench:
    def __init__(self, options):
        self.options, self.setting, self.number, self.row_bytes = options, stack.Stack(traces=False), 0, {}

    def own_topics(self, events):
        """Settings of a prefix of its own, filled with events."""
        self.number += 1
        prefix = f"bench{self.number}"
        own = (f"--set=kafka.topic_prefix={prefix}", f"--set=kafka.group_prefix={prefix}")
        self.setting.run("topics", "--create", f"--config={self.setting.config}", *own)
        feed.write_events(self.setting.kafka.bootstrap, f"{prefix}.audit", events, self.options.partitions, self.options.size,
                          options=("--year",) if self.options.year else ())
        return prefix, own

    def run(self, kind):
        events = self.options.events // SHARES.get(kind, 1)
        prefix, own = self.own_topics(events)
        if kind == "tax-warm":
            self.run_role(prefix, own, *ROLES["fraud"])
        result = self.run_role(prefix, own, *ROLES[kind]) if kind in ROLES else self.run_peer(kind, prefix, events)
        assert kind != "tax-warm" or result["claimed_own"] == events, f"{result['claimed_own']} of {events} ids had been claimed"
        print(f"  {kind:10} {result['events_s']:9.0f} events/s  {result['cpu_us']:6.2f} us CPU an event  peak {result['peak_mib']} MiB", flush=True)
        return result

    def run_role(self, prefix, own, role, delivery):
        self.setting.start_role(role, *own, f"--set=kafka.delivery={delivery}")
        course = Course(self.setting, role, self.options.events)
        until(course.over, LIMIT_S, "every event is judged")
        told = self.setting.get(role, "/metrics")[2]
        result = {**course.result(), "claimed_own": figure(CLAIMED_OWN, told), "state_mib": figure(STATE_BYTES, told) >> 20}
        self.setting.roles[role].signal(15)
        self.setting.roles[role].wait(15)
        self.row_bytes[role] = self.row_bytes.get(role) or self.mean_bytes(f"{prefix}.{role}")
        return result

    def mean_bytes(self, topic):
        client = topics.consumer(self.setting.kafka.bootstrap)
        client.assign([topics.TopicPartition(topic, 0, topics.OFFSET_BEGINNING)])
        sizes = [len(row.value()) for row in client.consume(SAMPLE_ROWS, 10) if not row.error()]
        client.close()
        return round(statistics.mean(sizes))

    def command(self, kind, words):
        """Of a program that takes the same backlog; words are the arguments that all of them have."""
        if kind in ("wire", *WIRES.values()):
            return [WIRE, *words, str(self.row_bytes["tax" if kind == "wire" else "fraud"])]
        if kind == "naive":
            return [sys.executable, NAIVE, *words, str(self.setting.redis.port)]
        folder = self.setting.folder / f"streams{self.number}"
        folder.mkdir()
        return [shutil.which("java"), *JAVA, f"-Djava.io.tmpdir={folder}", "-cp", f"{fetch.streams()}/*", STREAMS, *words, str(self.row_bytes["tax"]), str(folder)]

    def run_peer(self, kind, prefix, events):
        words = (self.setting.kafka.bootstrap, f"{prefix}.audit", f"{prefix}.tax", f"{prefix}.{kind}", str(events))
        done = subprocess.run(self.command(kind, words), capture_output=True, text=True, timeout=LIMIT_S, check=False)
        if kind == "streams" and done.returncode != 0:
            raise fetch.Unavailable(done.stderr[-2000:])
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    def report(self, results):
        lines = list(self.table(results))
        print("\n".join(lines))
        if self.options.record:
            record("pipeline.py", lines)

    def table(self, results):
        yield f"{self.options.rounds} rounds of {self.options.events} {self.options.size}s{' of a year' if self.options.year else ''}, {self.options.partitions} partitions, rows of {bytes_of(self.row_bytes)} bytes; medians:"
        for kind, runs in results.items():
            wire = f"{100 * ratio(results, kind, wire_of(kind, results)):6.1f} % of the wire" if wire_of(kind, results) in results else ""
            yield (f"  {kind:10} {median(runs, 'events_s'):9.0f} events/s  {median(runs, 'cpu_us'):6.2f} us CPU an event  peak {median(runs, 'peak_mib'):4.0f} MiB  "
                   f"{wire}")
        yield from self.ratios(results)
        if self.options.size == "payment":
            yield from self.goals(results)

    @staticmethod
    def ratios(results):
        """The comparisons that goals name: throughput, which broker and machine limit, and processor time, which is the program's own."""
        for one, other, words in (("tax", "streams", "Kafka Streams"), ("fraud", "streams", "Kafka Streams"), ("tax", "naive", "naive"),
                                  ("fraud", "naive", "naive"), ("tax", "tax-alo", "tax-alo: what exactly-once leaves"),
                                  ("tax-warm", "tax", "tax: what claims that are there already leave")):
            if one in results and other in results:
                yield f"  {one:8} {ratio(results, one, other):6.2f} times the events/s and {ratio(results, one, other, 'cpu_us'):.2f} of the CPU an event of {words}"

    @staticmethod
    def goals(results):
        for role in ("tax", "fraud"):
            if role in results and wire_of(role, results) in results:
                yield goal(f"{role}: share of the wire", 100 * ratio(results, role, wire_of(role, results)), least=WIRE_SHARE_LEAST, unit=" %")
            if role in results:
                yield goal(f"{role}: events a second", median(results[role], "events_s"), least=EVENTS_S_LEAST)
                yield goal(f"{role}: CPU an event", median(results[role], "cpu_us"), most=CPU_US_MOST, unit=" us")
                beside = median([{"mib": each["peak_mib"] - each["state_mib"]} for each in results[role]], "mib")
                yield goal(f"{role}: resident peak beside keyed state", beside, most=PEAK_MIB_MOST, unit=" MiB")


def wire_of(kind, results):
    """The wire with rows of the same size, where it was measured."""
    return WIRES[kind] if WIRES.get(kind) in results else "wire"


def bytes_of(row_bytes):
    return " and ".join(f"{count} ({role})" for role, count in row_bytes.items())


def median(runs, field):
    return statistics.median(each[field] for each in runs)


def ratio(results, one, other, field="events_s"):
    """The median over the rounds, in each of which both had the same machine."""
    return statistics.median(a[field] / b[field] for a, b in zip(results[one], results[other]))


def goal(what, figure, least=None, most=None, unit=""):
    """A line that says whether a goal was met."""
    met, bound = (figure >= least, f"at least {least:g}") if most is None else (figure <= most, f"at most {most:g}")
    return f"  {'met   ' if met else 'MISSED'} {what}: {figure:.{0 if abs(figure) >= 1000 else 2}f}{unit}, {bound}{unit}"


def record(program, lines):
    """With what it was measured: versions, machine, commit."""
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False, cwd=stack.ROOT).stdout.strip()
    version = subprocess.run([stack.BINARY, "--version"], capture_output=True, text=True, check=True).stdout.strip().replace("\n", "; ")
    new = not RESULTS.exists()
    with open(RESULTS, "a", encoding="utf-8") as file:
        if new:
            file.write("# Results of measurements\n\nWritten by the programs of this folder with `--record`, newest last.\n")
        file.write(f"\n## {datetime.date.today().isoformat()}, {commit}\n\n`{' '.join([program, *sys.argv[1:]])}` on {os.cpu_count()} cores "
                   f"({machine()}): {version}\n\n```\n" + "\n".join(lines) + "\n```\n")


def machine():
    """What the processor calls itself."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown processor")


def measure(bench, results):
    """Round by round, every other one backwards, so that what changes with time meets all alike."""
    for number in range(bench.options.rounds):
        for kind in list(results) if number % 2 == 0 else list(reversed(results)):
            try:
                results[kind].append(bench.run(kind))
            except fetch.Unavailable as reason:
                print(f"  {kind:10} is left out: {reason}", flush=True)
                del results[kind]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=500000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--kinds", type=lambda text: text.split(","), default=["tax", "wire", "tax-alo", "fraud", "wire-fraud", "tax-warm", "streams", "naive"])
    parser.add_argument("--large", dest="size", action="store_const", const="invoice", default="payment")
    parser.add_argument("--year", action="store_true")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    if set(options.kinds) - set(KINDS):
        parser.error(f"kinds are {', '.join(KINDS)}")
    if not os.access(WIRE, os.X_OK):
        parser.error(f"{WIRE} is not built: ./dev bench")
    stack.PARTITIONS = options.partitions
    bench, results = Bench(options), {kind: [] for kind in options.kinds}
    print(f"pipeline: {options.events} events, {options.partitions} partitions, {options.rounds} rounds", flush=True)
    try:
        measure(bench, results)
    finally:
        bench.setting.stop()
    bench.report(results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
