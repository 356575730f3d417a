#!/usr/bin/env python3
"""How fast claims come back: results of N ids by both roles on a real Kafka, an empty Redis, one `tax` that starts.

    tests/bench/restore.py [--ids N] [--partitions P]

Prints ids and rows a second, and the resident peak of the role. Every id must be in Redis afterwards.
"""
import argparse
import json
import sys

import feed
import stack
from services import until

LIMIT_S = 900


def restored(role):
    """The log line that tells the end of a restore, once it is there."""
    assert role.running(), role.text()[-2000:]
    return next((json.loads(line) for line in role.text().split("\n") if '"claims_restored"' in line), None)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ids", type=int, default=500000)
    parser.add_argument("--partitions", type=int, default=12)
    options = parser.parse_args()
    stack.PARTITIONS = options.partitions
    setting = stack.Stack(traces=False)
    try:
        setting.run("topics", "--create", f"--config={setting.config}")
        for role in ("tax", "fraud"):
            feed.write_results(setting.kafka.bootstrap, role, options.ids, options.partitions)
        setting.start_role("tax")
        line = until(lambda: restored(setting.roles["tax"]), LIMIT_S, "claims are restored")
        keys, seconds = int(setting.redis.ask("DBSIZE")[1:]), line["milliseconds"] / 1000
        assert keys >= options.ids, f"{keys} keys of {options.ids} ids"
        print(f"restore: {options.ids} ids, {2 * options.ids} rows, {options.partitions} partitions: {seconds:.1f} s, {options.ids / seconds:.0f} ids/s, "
              f"{2 * options.ids / seconds:.0f} rows/s, peak {setting.roles['tax'].peak_mib()} MiB")
    finally:
        setting.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
