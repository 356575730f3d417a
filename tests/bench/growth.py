#!/usr/bin/env python3
"""What grows with what: throughput with processes and partitions, with a hot key; Redis with ids; memory with the backlog.

    tests/bench/growth.py [--parts redis,processes,partitions,hot,backlog] [--events N] [--rounds R] [--backlog SMALL,LARGE] [--record]

redis       bytes an id in Redis, after a run on an empty one
processes   1, 2, 4 and 8 of role tax in one group over 8 partitions: three times the events, from 40 to 90 % of them, for eight processes
            have fetched or claimed some 450,000 before they may begin
partitions  1, 4, 16 and 64 with one process
hot         roles tax and fraud, 8 partitions: 40 % of the events of one supplier against an even load; payments of a year
backlog     resident memory of tax with a small and a large backlog, the highest in each tenth of the way; takes long, so only where named
"""
import argparse
import signal
import statistics
import sys
import time

import feed
import pipeline
import stack
import topics  # noqa: F401  puts Debian's packages on the path
import redis
from services import Process, free_ports, http, until

LIMIT_S, READY_S = 1800, 120
PROCESSES, PARTITIONS, SHARED = (1, 2, 4, 8), (1, 4, 16, 64), 8
HOT_PERCENT, HOT_PAIRS, TENTHS, TOGETHER_TIMES = 40, 3, 10, 3  # HOT_PAIRS: a goal hangs on it, and one pair meets two different moments
ALL, MOST = (0.1, 1.0), (0.4, 0.9)  # shares of the events between which is measured
ID_BYTES_MOST, HOT_LOSS_MOST, MEMORY_PERCENT_MOST = 170, 30, 5  # as the goals say
PARTS = ("redis", "processes", "partitions", "hot")


class Member:
    """One process of a role, with a port of its own; its instance number is the first that is free."""

    def __init__(self, setting, role, number, own):
        self.port, = free_ports(1)
        command = [stack.BINARY, f"--role={role}", f"--config={setting.config}", f"--set={role}.listen=127.0.0.1:{self.port}", *own]
        self.process, self.count = Process(f"{role}-{number}", command, setting.folder, setting.environment()), 0

    def ready(self):
        return http("GET", f"http://127.0.0.1:{self.port}/readyz", timeout=5)[0] == 200

    def processed(self):
        assert self.process.running(), self.process.text()[-2000:]
        status, _, text = http("GET", f"http://127.0.0.1:{self.port}/metrics", timeout=5)
        self.count = pipeline.figure(pipeline.PROCESSED, text) if status == 200 else self.count
        return self.count

    def stop(self):
        self.process.signal(15)
        assert self.process.wait(30) == 0, self.process.text()[-2000:]


class Course:
    """What a group has judged, and what that took, between two shares of the events."""

    def __init__(self, members, events, between):
        self.members, self.events, self.began, self.ended = members, events, None, None
        self.start, self.end = (share * events for share in between)

    def now(self, count):
        return time.monotonic(), sum(member.process.cpu_s() for member in self.members), count

    def over(self):
        count = sum(member.processed() for member in self.members)
        if self.began is None and count >= self.start:
            self.began = self.now(count)
        elif self.ended is None and count >= self.end:
            self.ended = self.now(count)
        return count >= self.events

    def result(self):
        seconds, cpu_s, count = (now - then for now, then in zip(self.ended, self.began))
        return {"events_s": count / seconds, "cpu_us": cpu_s / count * 1e6, "peak_mib": sum(member.process.peak_mib() for member in self.members),
                "shares": [round(100 * member.count / self.events) for member in self.members]}


class Growth:
    def __init__(self, options):
        self.options, self.setting, self.number = options, stack.Stack(traces=False), 0

    def own_topics(self, partitions):
        """A prefix of its own, and the settings that name it."""
        self.number += 1
        prefix = f"growth{self.number}"
        own = (f"--set=kafka.topic_prefix={prefix}", f"--set=kafka.group_prefix={prefix}", f"--set=kafka.partitions={partitions}")
        self.setting.run("topics", "--create", f"--config={self.setting.config}", *own)
        return prefix, own

    def judge(self, partitions, role="tax", options=()):
        """One process that finds the events when it starts."""
        prefix, own = self.own_topics(partitions)
        feed.write_events(self.setting.kafka.bootstrap, f"{prefix}.audit", self.options.events, partitions, options=options)
        return self.watch([Member(self.setting, role, 0, own)], self.options.events, ALL)

    def judge_together(self, processes):
        """Events that come while Redis stands still: when it goes on, the group has long shared the partitions."""
        prefix, own = self.own_topics(SHARED)
        members = [Member(self.setting, "tax", number, own) for number in range(processes)]
        until(lambda: all(member.ready() for member in members), READY_S, "all processes are ready")
        self.setting.redis.process.signal(signal.SIGSTOP)
        events = TOGETHER_TIMES * self.options.events
        feed.write_events(self.setting.kafka.bootstrap, f"{prefix}.audit", events, SHARED)
        self.setting.redis.process.signal(signal.SIGCONT)
        return self.watch(members, events, MOST)

    def watch(self, members, events, between):
        course = Course(members, events, between)
        until(course.over, LIMIT_S, "every event is judged")
        assert course.ended, "all was judged between two samples: take more events"
        result = course.result()
        for member in members:
            member.stop()
        return result

    def rounds(self, judge, cases, times=1):
        """The results of judge(**arguments) by case, the rounds of all cases taken in turn."""
        runs = {name: [] for name in cases}
        for _ in range(times * self.options.rounds):
            for name, arguments in cases.items():
                runs[name].append(judge(**arguments))
        return runs

    def part_redis(self):
        link = redis.Redis(port=self.setting.redis.port)
        before, keys = link.info("memory")["used_memory"], link.dbsize()
        self.judge(4)
        used, ids = link.info("memory")["used_memory"] - before, link.dbsize() - keys
        yield f"Redis: {used >> 20} MiB for {ids} keys after {self.options.events} events"
        yield pipeline.goal("bytes of Redis an id", used / ids, most=ID_BYTES_MOST)

    def part_processes(self):
        yield f"processes of role tax in a group over {SHARED} partitions; CPU and peak of all together:"
        runs = self.rounds(self.judge_together, {count: {"processes": count} for count in PROCESSES})
        for count, results in runs.items():
            yield f"{line(count, results)}  each judged {', '.join(map(str, results[-1]['shares']))} %"

    def part_partitions(self):
        yield "partitions, one process of role tax:"
        runs = self.rounds(self.judge, {count: {"partitions": count} for count in PARTITIONS})
        for count, results in runs.items():
            yield line(count, results)

    def part_hot(self):
        yield f"hot key: {HOT_PERCENT} % of the events of one supplier, {SHARED} partitions, one process:"
        for role in ("tax", "fraud"):
            load = {"partitions": SHARED, "role": role}
            runs = self.rounds(self.judge, {"even": {**load, "options": ("--year",)}, "hot": {**load, "options": ("--year", f"--hot={HOT_PERCENT}")}}, HOT_PAIRS)
            for name, results in runs.items():
                yield line(f"{role} {name}", results)
            lost = statistics.median(1 - hot["events_s"] / even["events_s"] for hot, even in zip(runs["hot"], runs["even"]))
            yield pipeline.goal(f"{role}: throughput lost to a hot key", 100 * lost, most=HOT_LOSS_MOST, unit=" %")

    def part_backlog(self):
        small, large = (self.resident(events) for events in self.options.backlog)
        yield f"resident memory of role tax, MiB, the highest in each tenth of a backlog of {' and '.join(map(str, self.options.backlog))} events:"
        yield from ("  " + " ".join(f"{mib:5.0f}" for mib in row) for row in (small, large))
        more = statistics.median(100 * (b / a - 1) for a, b in zip(small, large))
        yield pipeline.goal("more memory with the larger backlog, median over the tenths", more, most=MEMORY_PERCENT_MOST, unit=" %")

    def resident(self, events):
        """MiB at the most in each tenth of the way."""
        prefix, own = self.own_topics(4)
        feed.write_events(self.setting.kafka.bootstrap, f"{prefix}.audit", events, 4)
        member, highest = Member(self.setting, "tax", 0, own), [0] * TENTHS

        def over():
            count = member.processed()
            tenth = min(TENTHS - 1, TENTHS * count // events)
            highest[tenth] = max(highest[tenth], member.process.status("VmRSS") / 1024)
            return count >= events
        until(over, LIMIT_S, "every event is judged")
        member.stop()
        assert all(highest), f"no sample in some tenth: {highest}; take more events"
        return highest


def line(name, results):
    median = {field: statistics.median(each[field] for each in results) for field in ("events_s", "cpu_us", "peak_mib")}
    return f"  {name:>10} {median['events_s']:9.0f} events/s  {median['cpu_us']:6.2f} us CPU an event  peak {median['peak_mib']:5.0f} MiB"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=lambda text: text.split(","), default=list(PARTS))
    parser.add_argument("--events", type=int, default=500000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--backlog", type=lambda text: [int(each) for each in text.split(",")], default=[2000000, 20000000])
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    if set(options.parts) - {*PARTS, "backlog"} or len(options.backlog) != 2:
        parser.error(f"parts are {', '.join(PARTS)}, backlog; --backlog takes two numbers")
    growth, lines = Growth(options), [f"{options.rounds} rounds of {options.events} payments"]
    try:
        for part in options.parts:
            for text in getattr(growth, f"part_{part}")():
                print(text, flush=True)
                lines.append(text)
        if options.record:
            pipeline.record("growth.py", lines)
    finally:
        growth.setting.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
