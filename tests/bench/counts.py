#!/usr/bin/env python3
"""System calls and allocations an event of a running role: what two backlogs of N and 2 N events differ by, so that the start is not counted.

    tests/bench/counts.py [--events N] [--partitions P] [--role tax|fraud] [--kind payment|invoice] [--sites [OBJECT]] [--record]

System calls by strace -c -f, which slows the role, so batches are smaller and the figure is high rather than low. Allocations by alloc_count.c,
preloaded: those of taxflow's own code, and of each library; without traces and with every event traced. --sites: who asks in our own code,
also by way of libc, as function and line from the inside out; with OBJECT, such as libcrypto, by way of that library, too.
"""
import argparse
import collections
import http.server
import pathlib
import re
import shutil
import subprocess
import sys
import threading

import feed
import pipeline
import stack
import topics
from services import Process, free_ports, until

OURS, LIMIT_S, TOP = "program", 600, 8
OURS_MOST, OURS_TRACED_MOST, NONE = 0, 2, 0.005  # as the goals say; NONE: what rounds to nothing
LIBRARY = pathlib.Path(stack.BINARY).with_name("liballoc_count.so")
ROW = re.compile(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?([a-z]\w*)$", re.M)  # of strace -c: calls, errors where there are any, name
SPANS = re.compile(r'^taxflow_spans_total\{[^}]*result="(\w+)"[^}]*\} ([0-9.e+]+)', re.M)


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes traces and forgets them."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *words):
        pass


def receive_traces():
    """A receiver for as long as this program runs; its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", *free_ports(1)), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


class Counts:
    def __init__(self, options):
        self.options, self.setting, self.number = options, stack.Stack(traces=False), 0
        self.endpoint, self.spans = receive_traces(), {}  # spans of the last run by what became of them

    def own_topics(self, events, traced):
        self.number += 1
        prefix = f"counts{self.number}"
        own = [f"--set=kafka.topic_prefix={prefix}", f"--set=kafka.group_prefix={prefix}"]
        self.setting.run("topics", "--create", f"--config={self.setting.config}", *own)
        feed.write_events(self.setting.kafka.bootstrap, f"{prefix}.audit", events, self.options.partitions, self.options.kind,
                                   options=("--sampled",) if traced else ())
        if traced:
            own += ["--set=otel.enabled=true", f"--set=otel.endpoint={self.endpoint}", "--set=otel.sampler_ratio=1.0"]
        return own

    def committed(self):
        """How many records the role's group has committed. Asked of Kafka: the role's own answers would ask for memory."""
        prefix = f"counts{self.number}"
        client = topics.consumer(self.setting.kafka.bootstrap, f"{prefix}.{self.options.role}")
        offsets = client.committed([topics.TopicPartition(f"{prefix}.audit", partition) for partition in range(self.options.partitions)], timeout=10)
        client.close()
        return sum(max(0, each.offset) for each in offsets)

    def judge(self, events, traced=False, before=(), environment=None):
        """A role takes a backlog and ends; before: what runs it."""
        role, setting = self.options.role, self.setting
        command = [*before, stack.BINARY, f"--role={role}", f"--config={setting.config}", *self.own_topics(events, traced)]
        process = setting.roles[role] = Process(role, command, setting.folder, {**setting.environment(), **(environment or {})})

        def over():
            assert process.running(), process.text()[-2000:]
            return self.committed() >= events
        until(over, LIMIT_S, "every event is judged")
        self.spans = {result: float(number) / events for result, number in SPANS.findall(setting.get(role, "/metrics")[2])}
        process.signal(15)
        assert process.wait(60) == 0, process.text()[-2000:]

    def syscalls(self, events):
        """Counter of calls by name. strace stands aside (-D), so that the role is the child and takes the signal."""
        told = self.setting.folder / f"strace{self.number}"
        self.judge(events, before=("strace", "-D", "-c", "-f", "-o", str(told)))
        text = until(lambda: told.exists() and "total" in told.read_text(encoding="ascii") and told.read_text(encoding="ascii"), 60, "strace has counted")
        return collections.Counter({name: int(calls) for calls, name in ROW.findall(text) if name != "total"})

    def allocations(self, events, traced, sites):
        """Counters by object, and by the places in the program where --sites wants them."""
        told = self.setting.folder / f"allocations{self.number}"
        self.judge(events, traced, environment={"LD_PRELOAD": str(LIBRARY), "ALLOC_COUNT_FILE": str(told), **({"ALLOC_COUNT_SITES": sites} if sites else {})})
        counters = {"object": collections.Counter(), "site": collections.Counter()}
        for line in told.read_text(encoding="ascii").splitlines():
            what, count, key = line.split(" ", 2)
            counters[what][key] += int(count)
        return counters["object"], counters["site"]


def an_event(once, twice, events):
    """The counts of the second run less those of the first, an event; the biggest first."""
    differences = {key: (twice[key] - once[key]) / events for key in {*once, *twice}}
    return dict(sorted(differences.items(), key=lambda item: -item[1]))


def short(each):
    return ", ".join(f"{name} {count:.4f}" for name, count in list(each.items())[:TOP] if count >= 0.00005)


def places(stack_text):
    """function:line of each frame of ours, from the inside out."""
    addresses = [hex(int(frame.partition("+")[2], 16) - 1) for frame in stack_text.split() if frame.startswith(OURS + "+")]
    told = subprocess.run(["addr2line", "-f", "-s", "-e", stack.BINARY, *addresses], capture_output=True, text=True, check=True).stdout.split("\n")
    return " < ".join(f"{function} {line.split(' ')[0]}" for function, line in zip(told[::2], told[1::2]))


def measure_syscalls(counts):
    if not shutil.which("strace"):
        yield "  system calls are left out: strace is not installed"
        return
    n = counts.options.events
    each = an_event(counts.syscalls(n), counts.syscalls(2 * n), n)
    yield f"  system calls {sum(each.values()):8.4f} an event, under strace: {short(each)}"


def measure_allocations(counts, traced, most):
    n, sites = counts.options.events, counts.options.sites
    once, twice = counts.allocations(n, traced, sites), counts.allocations(2 * n, traced, sites)
    each, by_site = (an_event(*pair, n) for pair in zip(once, twice))
    ours = each.pop(OURS, 0)
    how = "every event traced" if traced else "without traces"
    yield f"  allocations  {ours:8.4f} of ours an event, {ours + sum(each.values()):.4f} of all, {how}: {short(each)}"
    if traced:
        yield f"  spans of an event when all were judged: {', '.join(f'{share:.2f} {result}' for result, share in sorted(counts.spans.items()))}"
    for site, count in list(by_site.items())[:TOP]:
        if count >= NONE / 10:
            yield f"    {count:8.4f} {places(site)}"
    yield pipeline.goal(f"allocations of our own an event, {how}", 0 if ours < NONE else ours, most=most)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=50000)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--role", choices=("tax", "fraud"), default="tax")
    parser.add_argument("--kind", choices=("payment", "invoice"), default="payment")
    parser.add_argument("--sites", metavar="OBJECT", nargs="?", const=OURS)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    stack.PARTITIONS = options.partitions
    counts, lines = Counts(options), [f"role {options.role}, {options.kind}s, {options.partitions} partitions: {2 * options.events} events less {options.events}"]
    print(lines[0], flush=True)
    try:
        for measure in (measure_syscalls(counts), measure_allocations(counts, False, OURS_MOST), measure_allocations(counts, True, OURS_TRACED_MOST)):
            for line in measure:
                print(line, flush=True)
                lines.append(line)
        if options.record:
            pipeline.record("counts.py", lines)
    finally:
        counts.setting.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
