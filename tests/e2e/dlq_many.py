"""Many dead letters, real ones, sent again: none lost, none twice. Not a test of ctest: python3 dlq_many.py [N] [verdicts|poison]

verdicts  taxflow.tax takes no row while N small records are judged, so that each becomes a letter; then it takes them, and they are
          replayed and judged. A role buries such rows one by one, some ten a second.
poison    N records that are no JSON; their replay, interrupted once, must make N new letters, each from one of the first.
"""
import collections
import json
import signal
import subprocess
import sys
import time

import fetch_path  # noqa: F401  puts tests/services on the path
from letters import dlq, ends, refusing, replay
from services import Process, until
from stack import BINARY, NDJSON, Stack, event

CHUNK, LIMIT_S, BATCH = 10000, 3600, 20


def payment(number):
    return {"kind": "payment", "company": "ACME-DE", "user": "u1", "payment": {"supplier": f"S{number % 97}", "amount": "1.00", "currency": "EUR",
                                                                             "date": "2025-03-03"}}


def counts(stack, topic):
    """Rows of a topic by event id; read whole, so not asked often."""
    return collections.Counter(json.loads(row["payload"])["event_id"] for row in stack.kafka.read(topic))


def send(stack, count):
    for first in range(0, count, CHUNK):
        body = "\n".join(json.dumps(event(f"m{n}", payment(n))) for n in range(first, min(first + CHUNK, count)))
        status, _, answer = stack.post(body, NDJSON)
        assert status == 202, answer


def verdicts(stack, count):
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
        report(topic, counts(stack, topic), count)


def report(what, found, count):
    lost, doubled = count - len(found), sum(found.values()) - len(found)
    print(f"{what}: {len(found)} found, {lost} lost, {doubled} doubled", flush=True)
    assert lost == doubled == 0


def buried(stack, role):
    return dlq(stack, "list", f"--role={role}")[0]["letters"]


def poison(stack, count):
    lines = stack.folder / "poison"
    lines.write_text("".join(f"{{no JSON {n}\n" for n in range(count)), encoding="ascii")
    began = time.monotonic()
    subprocess.run([stack.kafka.kcat, "-b", stack.kafka.bootstrap, "-P", "-t", "taxflow.audit", "-l", str(lines)], check=True, capture_output=True)
    for role in ("tax", "fraud"):
        until(lambda: buried(stack, role) == count, LIMIT_S, f"{role} has buried {count}")
    print(f"buried {count} by both roles in {time.monotonic() - began:.1f} s", flush=True)
    began = time.monotonic()
    first = Process("replay", [BINARY, "dlq", "replay", "--json", f"--config={stack.config}", "--role=tax", f"--rate={max(count // 20, 1)}"], stack.folder,
                    stack.environment())
    until(lambda: ends(stack, "taxflow.audit") > count + count // 10, LIMIT_S, "some have been sent again")
    first.signal(signal.SIGTERM)
    assert first.wait(30) == 0, first.text()
    told = json.loads(first.text())
    print(f"interrupted: {told}", flush=True)
    # The rest, without what has died again meanwhile.
    rest = replay(stack, "--role=tax")
    print(f"resumed: {rest}; {time.monotonic() - began:.1f} s in all", flush=True)
    assert rest["resumed"] and rest["complete"]
    return told["sent"] + rest["sent"]


def check_poison(stack, count, sent):
    until(lambda: buried(stack, "tax") >= count + sent, LIMIT_S, "each has died again")
    rows = [row["headers"] for row in stack.kafka.read("taxflow.dlq")]
    first = {row["tf_position"] for row in rows if row["tf_role"] == "tax" and "tf_origin" not in row}
    report("letters by origin", collections.Counter(row["tf_origin"] for row in rows if row.get("tf_origin") in first), count)
    assert sum(row["tf_role"] == "fraud" for row in rows) == count, "fraud passes replays of tax over"
    assert sum(row["tf_role"] == "tax" for row in rows) == count + sent


def main(count, kind):
    stack = Stack(traces=False)
    if kind == "verdicts":
        # Each refused row costs its batch one more run, so that small batches bury sooner.
        stack.config.write_text(stack.config.read_text(encoding="utf-8").replace("kafka: {", f"kafka: {{ batch_events = {BATCH};"), encoding="utf-8")
    stack.start()
    if kind == "verdicts":
        verdicts(stack, count)
    else:
        check_poison(stack, count, poison(stack, count))
    stack.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100000, sys.argv[2] if len(sys.argv) > 2 else "poison")
