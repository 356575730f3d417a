#!/usr/bin/env python3
"""How long a verdict takes at a steady rate, against the wire in the same mode: latency.c beside a role, on real Kafka and Redis.

    tests/bench/latency.py [--rates 1000,20000] [--seconds S] [--partitions P] [--kinds wire,tax,tax-alo,fraud] [--record]

Roles and the wire are set as the README's profile for latency says.
"""
import argparse
import json
import pathlib
import subprocess
import sys

import feed  # noqa: F401  the way to the other folders
import pipeline
import stack
from services import Process

BATCH_MS, EVENTS_MAX, VALUE_BYTES, ENDS_S = 5, 1 << 30, 150, 60
PROFILE = (f"--set=kafka.batch_ms={BATCH_MS}", "--set=kafka.properties=linger.ms=0,fetch.wait.max.ms=5")
LATENCY = pathlib.Path(stack.BINARY).with_name("latency")
KINDS = ("wire", "tax", "tax-alo", "fraud")
P99_MOST, WIRE_TIMES_MOST = {1000: 60, 20000: 150}, 1.3  # ms by rate, as the goals say


class Latency:
    def __init__(self, options):
        self.options, self.setting, self.number = options, stack.Stack(traces=False), 0
        self.p99_ms = {}  # by kind and rate

    def own_topics(self):
        self.number += 1
        prefix = f"latency{self.number}"
        own = (f"--set=kafka.topic_prefix={prefix}", f"--set=kafka.group_prefix={prefix}")
        self.setting.run("topics", "--create", f"--config={self.setting.config}", *own)
        return prefix, own

    def start(self, kind, prefix, own):
        """The process that is measured, and the stream it writes."""
        if kind == "wire":
            command = [str(pipeline.WIRE), self.setting.kafka.bootstrap, f"{prefix}.audit", f"{prefix}.tax", f"{prefix}.wire", str(EVENTS_MAX),
                       str(VALUE_BYTES), str(BATCH_MS)]
            return Process("wire", command, self.setting.folder, self.setting.environment()), "tax"
        role, delivery = pipeline.ROLES[kind]
        self.setting.start_role(role, *own, *PROFILE, f"--set=kafka.delivery={delivery}")
        self.setting.wait_ready(role)
        return self.setting.roles[role], role

    def run(self, kind, rate):
        prefix, own = self.own_topics()
        process, role = self.start(kind, prefix, own)
        done = subprocess.run([LATENCY, self.setting.kafka.bootstrap, f"{prefix}.audit", f"{prefix}.{role}", str(self.options.partitions), str(rate),
                               str(self.options.seconds)], capture_output=True, text=True, timeout=self.options.seconds + ENDS_S, check=False)
        process.signal(15)
        process.wait(15)
        assert done.stdout, (done.stderr, process.text()[-2000:])
        result = json.loads(done.stdout)
        self.p99_ms[kind, rate] = result["p99_ms"]
        return (f"  {kind:8} {rate:6} events/s  p50 {result['p50_ms']:7.2f}  p99 {result['p99_ms']:7.2f}  p99.9 {result['p999_ms']:7.2f}  max "
               f"{result['max_ms']:7.2f} ms" + ("" if result["found"] == result["sent"] else f"  only {result['found']} of {result['sent']} came back"))

    def goals(self):
        for (kind, rate), p99_ms in self.p99_ms.items():
            if kind not in ("tax", "fraud"):
                continue
            if rate in P99_MOST:
                yield pipeline.goal(f"{kind}: p99 at {rate}/s", p99_ms, most=P99_MOST[rate], unit=" ms")
            if ("wire", rate) in self.p99_ms:
                yield pipeline.goal(f"{kind}: p99 at {rate}/s in times the wire's", p99_ms / self.p99_ms["wire", rate], most=WIRE_TIMES_MOST)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rates", type=lambda text: [int(each) for each in text.split(",")], default=[1000, 20000])
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--kinds", type=lambda text: text.split(","), default=list(KINDS))
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    stack.PARTITIONS = options.partitions
    bench, lines = Latency(options), []
    try:
        for rate in options.rates:
            for kind in options.kinds:
                lines.append(bench.run(kind, rate))
                print(lines[-1], flush=True)
        goals = list(bench.goals())
        print("\n".join(goals))
        if options.record:
            pipeline.record("latency.py", lines + goals)
    finally:
        bench.setting.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
