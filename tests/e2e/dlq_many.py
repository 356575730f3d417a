"""Many dead letters, real ones, sent again: none lost, none judged twice. Not a test of ctest: python3 dlq_many.py [N]

taxflow.tax takes no row while N small records are judged, so that each becomes a letter; then it takes them, and they are replayed.
"""
import collections
import json
import sys
import time

import fetch_path  # noqa: F401  puts tests/services on the path
from letters import refusing, replay
from services import until
from stack import NDJSON, Stack, event

CHUNK, LIMIT_S = 10000, 3600


def payment(number):
    return {"kind": "payment", "company": "ACME-DE", "user": "u1", "payment": {"supplier": f"S{number % 97}", "amount": "1.00", "currency": "EUR",
                                                                             "date": "2025-03-03"}}


def counts(stack, topic):
    """Rows of a topic by event id; read whole, so not asked often."""
    return collections.Counter(json.loads(row["payload"])["event_id"] for row in stack.kafka.read(topic))


def ends(stack, topic):
    """Records and markers of a topic so far, without reading it."""
    told = stack.kafka.tool("org.apache.kafka.tools.GetOffsetShell", "--topic", topic)
    return sum(int(line.rsplit(":", 1)[1]) for line in told.splitlines() if line.startswith(f"{topic}:"))


def send(stack, count):
    for first in range(0, count, CHUNK):
        body = "\n".join(json.dumps(event(f"m{n}", payment(n))) for n in range(first, min(first + CHUNK, count)))
        status, _, answer = stack.post(body, NDJSON)
        assert status == 202, answer


def main(count):
    stack = Stack(traces=False).start()
    with refusing(stack.kafka, "taxflow.tax"):
        began = time.monotonic()
        send(stack, count)
        until(lambda: replay(stack, "--role=tax", "--dry-run")["sent"] >= count, LIMIT_S, f"{count} letters")
        print(f"buried {count} in {time.monotonic() - began:.1f} s", flush=True)
    began = time.monotonic()
    told = replay(stack, "--role=tax")
    print(f"replayed {told} in {time.monotonic() - began:.1f} s", flush=True)
    assert told["sent"] == count and told["complete"], told
    until(lambda: ends(stack, "taxflow.tax") >= count and sum(counts(stack, "taxflow.tax").values()) >= count, LIMIT_S, "all are judged")
    assert replay(stack, "--role=tax")["sent"] == 0
    replay(stack, "--role=tax", "--again")
    until(lambda: sum(row["headers"]["tf_role"] == "tax" for row in stack.kafka.read("taxflow.duplicates")) >= count, LIMIT_S, "the second are duplicates")
    for topic in ("taxflow.tax", "taxflow.fraud"):
        judged = counts(stack, topic)
        lost, doubled = count - len(judged), sum(judged.values()) - len(judged)
        print(f"{topic}: {len(judged)} judged, {lost} lost, {doubled} doubled")
        assert lost == doubled == 0
    stack.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100000)
