#!/usr/bin/env python3
"""What exactly-once costs: the same backlog, judged by `tax` with either delivery in turn, on real Kafka and Redis.

    tests/bench/delivery.py [--events N] [--rounds R] [--partitions P]

Prints events/s and CPU an event of each run, and the ratio of the medians. Each run has topics and a generation of its own, so none meets
the claims of another.
"""
import argparse
import re
import statistics
import sys
import time

import feed
import stack
from services import until

LIMIT_S, SAMPLE_S = 300, 0.02
FROM = 0.1  # of the events: the start is not measured
MODES = ("exactly-once", "at-least-once")
PROCESSED = re.compile(rb'^taxflow_events_processed_total\{[^}]*outcome="processed"[^}]*\} ([0-9.e+]+)', re.M)


def processed(setting):
    status, _, text = setting.get("tax", "/metrics")
    found = PROCESSED.search(text if isinstance(text, bytes) else text.encode()) if status == 200 else None
    return int(float(found[1])) if found else 0


class Course:
    """When a share of the events was passed, and what CPU it had cost by then."""

    def __init__(self, setting, events):
        self.setting, self.events, self.began = setting, events, None

    def over(self):
        role = self.setting.roles["tax"]
        assert role.running(), role.text()[-2000:]
        count = processed(self.setting)
        if self.began is None and count >= FROM * self.events:
            self.began = (time.monotonic(), role.cpu_s(), count)
        time.sleep(SAMPLE_S)
        return count >= self.events

    def result(self):
        seconds, cpu_s, count = (now - then for now, then in zip((time.monotonic(), self.setting.roles["tax"].cpu_s(), self.events), self.began))
        return count / seconds, cpu_s / count * 1e6


def run(setting, mode, number, options):
    prefix = f"bench{number}"
    own = (f"--set=kafka.topic_prefix={prefix}", f"--set=kafka.group_prefix={prefix}", f"--set=kafka.delivery={mode}")
    setting.run("topics", "--create", f"--config={setting.config}", *own)
    feed.write_events(setting.kafka.bootstrap, f"{prefix}.audit", options.events, options.partitions)
    setting.start_role("tax", *own)
    course = Course(setting, options.events)
    until(course.over, LIMIT_S, "every event is judged")
    rate, cpu_us = course.result()
    print(f"  {mode:14} {rate:9.0f} events/s  {cpu_us:6.2f} us CPU an event  peak {setting.roles['tax'].peak_mib()} MiB", flush=True)
    setting.roles["tax"].signal(15)
    setting.roles["tax"].wait(15)
    return rate


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=400000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--partitions", type=int, default=4)
    options = parser.parse_args()
    stack.PARTITIONS = options.partitions
    setting, rates = stack.Stack(traces=False), {mode: [] for mode in MODES}
    print(f"delivery: {options.events} events, {options.partitions} partitions, {options.rounds} rounds")
    try:
        for number in range(options.rounds * len(MODES)):
            mode = MODES[(number + number // len(MODES)) % len(MODES)]
            rates[mode].append(run(setting, mode, number, options))
    finally:
        setting.stop()
    medians = {mode: statistics.median(values) for mode, values in rates.items()}
    print(f"delivery: exactly-once {medians[MODES[0]]:.0f} events/s, at-least-once {medians[MODES[1]]:.0f}: "
          f"costs {100 * (1 - medians[MODES[0]] / medians[MODES[1]]):.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
