"""What measurements read: events on taxflow.audit, results of both roles; written as the collector and the roles write them."""
import hashlib
import os
import pathlib
import subprocess
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path += [str(TESTS / "e2e"), str(TESTS / "ledger")]

import topics  # noqa: E402,F401  puts confluent_kafka on the path
import confluent_kafka  # noqa: E402

OWNER_VERSION, SHARED = 1, 0
TRACE = b"00-00000000000000000000000000000001-0000000000000001-00"
RESULT = (b'{"event_id":"i0000000000","position":"taxflow.audit:0:0","ruleset":"fraud-1","score":0,"decision":"approve",'
          b'"amount_at_risk":"0.00","hits":[],"unknown":[]}')
SERVE_EVERY, FLUSH_S, FILL_S = 1000, 300, 1800
FILL = pathlib.Path(os.environ.get("TAXFLOW_BINARY", TESTS.parent / "build" / "release" / "taxflow")).with_name("fill")


class Feed:
    """A foreign producer; finish() returns when the brokers have everything."""

    def __init__(self, bootstrap):
        self.sent = 0
        self.producer = confluent_kafka.Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 50,
                                                  "queue.buffering.max.messages": 200000, "log_level": 2})

    def send(self, topic, partition, key, value, headers):
        while True:
            try:
                self.producer.produce(topic, value, key=key, partition=partition, headers=headers)
                break
            except BufferError:
                self.producer.poll(0.1)
        self.sent += 1
        if self.sent % SERVE_EVERY == 0:
            self.producer.poll(0)

    def finish(self):
        assert self.producer.flush(FLUSH_S) == 0, "rows were not written"


def write_events(bootstrap, topic, count, partitions, kind="payment", first=0):
    """Events first … first + count - 1 of fill.c; kind: payment (small) or invoice (large)."""
    subprocess.run([FILL, bootstrap, topic, str(partitions), str(count), kind, str(first)], check=True, timeout=FILL_S)


def owner(partition, offset, now_ms):
    return bytes([OWNER_VERSION]) + partition.to_bytes(4, "big") + offset.to_bytes(8, "big") + now_ms.to_bytes(8, "big") + b"bodyhash"


def write_results(bootstrap, role, ids, partitions):
    """A result of role for each of ids, with the header claims are restored from."""
    feed, now_ms = Feed(bootstrap), int(time.time() * 1000)
    headers = [("ce_id", b"0" * 32), ("ce_source", b"urn:taxflow:role"), ("ce_type", f"taxflow.{role}.assessed.v1".encode()), ("ce_specversion", b"1.0"),
               ("ce_time", b"2026-01-01T00:00:00.000Z"), ("content-type", b"application/json"), ("traceparent", TRACE)]
    for number in range(ids):
        partition, offset = number % partitions, number // partitions
        claimed = hashlib.blake2b(number.to_bytes(8, "big"), digest_size=16).digest()
        feed.send(f"taxflow.{role}", partition, b"%032x" % number, RESULT,
                  [*headers, ("tf_owner", owner(partition, offset, now_ms) + claimed + bytes([SHARED]))])
    feed.finish()
