#!/usr/bin/env python3
"""What most teams build first: confluent-kafka and redis-py, one SET NX an event, marked as seen before it is judged.

    tests/bench/naive.py BOOTSTRAP INPUT OUTPUT GROUP EVENTS REDIS_PORT

It loses what it marked and did not write, which is why taxflow is not built like this (tests/model/). Prints one line of JSON as wire.c does.
"""
import json
import resource
import sys
import time

import feed  # noqa: F401  the way to topics
import topics  # noqa: F401  puts Debian's packages on the path
import confluent_kafka
import redis

WINDOW_S, COMMIT_EVERY, POLL_S = 86400, 1000, 1.0


def judge(record):
    return {"valid": None, "applicable": record.get("kind") == "invoice", "findings_total": 0, "findings": []}


def main():
    bootstrap, source, target, group, events, port = sys.argv[1:]
    events, done, began = int(events), 0, None
    seen = redis.Redis(port=int(port))
    consumer = confluent_kafka.Consumer({"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": False, "auto.offset.reset": "earliest"})
    producer = confluent_kafka.Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "acks": "all", "linger.ms": 5, "compression.type": "lz4"})
    consumer.subscribe([source])
    while done < events:
        row = consumer.poll(POLL_S)
        if row is None or row.error():
            continue
        headers = dict(row.headers())
        if seen.set(b"%s:%s" % (group.encode(), headers["ce_id"]), 1, nx=True, ex=WINDOW_S):
            result = {"event_id": headers["ce_id"].decode(), "position": f"{row.topic()}:{row.partition()}:{row.offset()}", **judge(json.loads(row.value()))}
            producer.produce(target, json.dumps(result).encode(), key=row.key(), partition=row.partition(), headers=[
                ("ce_id", headers["ce_id"]), ("ce_source", b"urn:naive"), ("ce_type", b"taxflow.tax.assessed.v1"), ("ce_specversion", b"1.0"),
                ("traceparent", headers.get("traceparent", b""))])
            producer.poll(0)
        done += 1
        if done % COMMIT_EVERY == 0 or done == events:
            producer.flush()
            consumer.commit(asynchronous=False)
        if began is None and done >= events // 10:
            began = (time.monotonic(), time.process_time(), done)
    seconds, cpu_s, count = time.monotonic() - began[0], time.process_time() - began[1], done - began[2]
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(json.dumps({"events_s": count / seconds, "cpu_us": cpu_s / count * 1e6, "peak_mib": peak_mib}))
    consumer.close()


if __name__ == "__main__":
    main()
