#!/usr/bin/env python3
"""How much memory `tax` takes with a long backlog, and while nothing of what it writes can be written.

    tests/bench/backlog.py [--events N] [--still SECONDS] [--partitions P]

Three brokers with one copy of everything: the third leads taxflow.tax alone and is stopped (SIGSTOP) for a while, the others go on serving the
input. Prints the resident memory before, while it stands and afterwards, and what was committed meanwhile.
"""
import argparse
import json
import signal
import sys
import time

import feed
import stack
from pipeline import processed
from services import KafkaCluster, until

LIMIT_S, SAMPLE_S = 600, 0.5
RESULT_BROKER = 3


def move(kafka, topic, partitions, broker):
    """Let one broker lead all of a topic, the others all else."""
    plan = kafka.brokers[0].folder / "plan.json"
    plan.write_text(json.dumps({"version": 1, "partitions": [{"topic": topic, "partition": partition, "replicas": [broker]}
                                                             for partition in range(partitions)]}), encoding="ascii")
    kafka.brokers[0].tool("org.apache.kafka.tools.reassign.ReassignPartitionsCommand", "--reassignment-json-file", str(plan), "--execute")


def watch(role, seconds):
    """The highest resident memory, in MiB."""
    deadline, highest = time.monotonic() + seconds, 0
    while time.monotonic() < deadline:
        assert role.running(), role.text()[-2000:]
        highest = max(highest, role.status("VmRSS") >> 10)
        time.sleep(SAMPLE_S)
    return highest


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1000000)
    parser.add_argument("--still", type=int, default=60)
    parser.add_argument("--partitions", type=int, default=12)
    options = parser.parse_args()
    stack.PARTITIONS = options.partitions
    setting = stack.Stack(traces=False, kafka=KafkaCluster)
    try:
        setting.run("topics", "--create", f"--config={setting.config}")
        for stream in ("audit", "duplicates", "dlq", "control"):
            move(setting.kafka, f"taxflow.{stream}", 1 if stream == "control" else options.partitions, 1)
        move(setting.kafka, "taxflow.tax", options.partitions, RESULT_BROKER)
        feed.write_events(setting.kafka.bootstrap, "taxflow.audit", options.events, options.partitions)
        setting.start_role("tax")
        role, broker = setting.roles["tax"], setting.kafka.by_node(RESULT_BROKER).process
        until(lambda: processed(setting) > options.events // 100, LIMIT_S, "tax is at work")
        before = watch(role, 1)
        broker.signal(signal.SIGSTOP)
        stood_at = processed(setting)
        assert stood_at < 0.9 * options.events, f"{stood_at} of {options.events} are judged already: take more events"
        still = watch(role, options.still)
        meanwhile = processed(setting) - stood_at
        broker.signal(signal.SIGCONT)
        until(lambda: processed(setting) >= options.events, LIMIT_S, "tax goes on to the end of the backlog")
        after = role.status("VmRSS") >> 10
        print(f"backlog: {options.events} events, {options.partitions} partitions: resident {before} MiB at work, {still} MiB while the leader of the results "
              f"stood still for {options.still} s ({meanwhile} judged meanwhile), {after} MiB afterwards, peak {role.peak_mib()} MiB")
    finally:
        setting.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
