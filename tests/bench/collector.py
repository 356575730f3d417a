#!/usr/bin/env python3
"""How fast the collector takes records in over HTTP, each acknowledged when the broker has it: posts.c beside the role, on real Kafka and Redis.

    tests/bench/collector.py [--records N] [--lines L] [--connections C] [--singles N] [--clients C] [--rounds R] [--partitions P] [--record]

Two modes: NDJSON of L lines a request on C connections, and single records on as many connections as --clients says. A first, short round of
each is not counted. Prints records a second, the time of a request, and the processor time a record of the collector, the broker and Redis.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

import feed  # noqa: F401  the way to the other folders
import pipeline
import stack

LIMIT_S, WARM_SHARE = 120, 5
POSTS = pathlib.Path(stack.BINARY).with_name("posts")
FIGURES = ("records_s", "p50_ms", "p99_ms", "collector_us", "kafka_us", "redis_us")


class Bench:
    def __init__(self, options):
        self.options, self.setting, self.first = options, stack.Stack(traces=False), 0
        self.setting.run("topics", "--create", f"--config={self.setting.config}")
        self.setting.start_role("collector")
        self.setting.wait_ready("collector")
        self.processes = {"collector": self.setting.roles["collector"], "kafka": self.setting.kafka.process, "redis": self.setting.redis.process}

    def post(self, records, lines, connections):
        """One run with records nobody sent before, all of them answered with 202."""
        before = {name: process.cpu_s() for name, process in self.processes.items()}
        done = subprocess.run([POSTS, str(self.setting.ports["collector"]), str(connections), str(records // lines), str(lines), str(self.first)],
                              capture_output=True, text=True, timeout=LIMIT_S, check=False)
        assert done.returncode == 0, (done.stdout, done.stderr[-2000:], self.setting.roles["collector"].text()[-2000:])
        result = json.loads(done.stdout)
        self.first += result["records"]
        return {**result, **{f"{name}_us": (process.cpu_s() - before[name]) / result["records"] * 1e6 for name, process in self.processes.items()}}

    def run(self):
        options = self.options
        modes = {f"{options.lines} lines, {options.connections} connections": (options.records, options.lines, options.connections),
                 f"one record, {options.clients} connections": (options.singles, 1, options.clients)}
        for name, (records, lines, connections) in modes.items():
            if records == 0:
                continue
            self.post(max(records // WARM_SHARE, lines * connections), lines, connections)
            rounds = []
            for _ in range(options.rounds):
                rounds.append(self.post(records, lines, connections))
                yield f"  {name}: {line(rounds[-1])}"
            yield f"  {name}, median of {options.rounds}: {line({figure: statistics.median(each[figure] for each in rounds) for figure in FIGURES})}"


def line(result):
    return (f"{result['records_s']:7.0f} records/s  p50 {result['p50_ms']:6.2f}  p99 {result['p99_ms']:6.2f} ms  CPU us a record: collector "
            f"{result['collector_us']:5.2f}  broker {result['kafka_us']:5.2f}  Redis {result['redis_us']:5.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=500000)
    parser.add_argument("--lines", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--singles", type=int, default=100000)
    parser.add_argument("--clients", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    if not os.access(POSTS, os.X_OK):
        parser.error(f"{POSTS} is not built: ./dev bench")
    stack.PARTITIONS = options.partitions
    bench, lines = Bench(options), []
    try:
        for text in bench.run():
            print(text, flush=True)
            lines.append(text)
        if options.record:
            pipeline.record("collector.py", lines)
    finally:
        bench.setting.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
