#!/usr/bin/env python3
"""How fast claims come back: results of N ids by both roles on a real Kafka, an empty Redis, one `tax` that starts.

    tests/bench/restore.py [--ids N] [--partitions P]

The rows are written by hand, with headers and sizes as the roles write them; taxflow only reads them. Prints ids and rows a second, and the
resident peak of the role.
"""
import argparse
import hashlib
import json
import pathlib
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path += [str(TESTS / "e2e"), str(TESTS / "ledger")]

import stack  # noqa: E402
import topics  # noqa: E402,F401  puts confluent_kafka on the path
import confluent_kafka  # noqa: E402
from services import until  # noqa: E402

OWNER_VERSION, SHARED, LIMIT_S = 1, 0, 900
VALUE = b'{"event_id":"i0000000000","position":"taxflow.audit:0:0","ruleset":"fraud-1","score":0,"decision":"approve","amount_at_risk":"0.00","hits":[],"unknown":[]}'


def owner(partition, offset, now_ms):
    return bytes([OWNER_VERSION]) + partition.to_bytes(4, "big") + offset.to_bytes(8, "big") + now_ms.to_bytes(8, "big") + b"bodyhash"


def write(kafka, role, ids, partitions):
    producer = confluent_kafka.Producer({"bootstrap.servers": kafka.bootstrap, "enable.idempotence": True, "linger.ms": 50,
                                         "queue.buffering.max.messages": 200000, "log_level": 2})
    headers = [("ce_id", b"0" * 32), ("ce_source", b"urn:taxflow:role"), ("ce_type", f"taxflow.{role}.assessed.v1".encode()), ("ce_specversion", b"1.0"),
               ("ce_time", b"2026-01-01T00:00:00.000Z"), ("content-type", b"application/json"),
               ("traceparent", b"00-00000000000000000000000000000001-0000000000000001-00"), None]
    now_ms = int(time.time() * 1000)
    for number in range(ids):
        partition, offset = number % partitions, number // partitions
        claimed = hashlib.blake2b(number.to_bytes(8, "big"), digest_size=16).digest()
        headers[-1] = ("tf_owner", owner(partition, offset, now_ms) + claimed + bytes([SHARED]))
        while True:
            try:
                producer.produce(f"taxflow.{role}", VALUE, key=b"%032x" % number, partition=partition, headers=headers)
                break
            except BufferError:
                producer.poll(0.1)
        if number % 1000 == 0:
            producer.poll(0)
    assert producer.flush(300) == 0, "rows were not written"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ids", type=int, default=500000)
    parser.add_argument("--partitions", type=int, default=stack.PARTITIONS)
    options = parser.parse_args()
    stack.PARTITIONS = options.partitions
    setting = stack.Stack(traces=False)
    try:
        setting.run("topics", "--create", f"--config={setting.config}")
        for role in ("tax", "fraud"):
            write(setting.kafka, role, options.ids, options.partitions)
        setting.start_role("tax")
        restored = None

        def over():
            nonlocal restored
            assert setting.roles["tax"].running(), setting.roles["tax"].text()[-2000:]
            lines = [json.loads(line) for line in setting.roles["tax"].text().split("\n") if '"claims_restored"' in line]
            restored = lines[0] if lines else None
            return restored
        until(over, LIMIT_S, "claims are restored")
        seconds = restored["milliseconds"] / 1000
        keys = int(setting.redis.ask("DBSIZE")[1:])
        assert keys >= options.ids, f"{keys} keys of {options.ids} ids"
        peak = next(line.split()[1] for line in open(f"/proc/{setting.roles['tax'].child.pid}/status", encoding="ascii") if line.startswith("VmHWM"))
        print(f"restore: {options.ids} ids, {2 * options.ids} rows, {options.partitions} partitions: {seconds:.1f} s, {options.ids / seconds:.0f} ids/s, "
              f"{2 * options.ids / seconds:.0f} rows/s, peak {int(peak) // 1024} MiB")
    finally:
        setting.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
