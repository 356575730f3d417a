#!/usr/bin/env python3
"""The load: sends the mix of records.py and writes down in the ledger what was sent and what was acknowledged.

Batches of NDJSON go to the collectors in turn, a share as files into their drop folders, poison straight onto taxflow.audit. What was
not answered with 200, 202 or 422 is sent again, to the next collector, until it is: then a copy may exist, and the ledger knows.

    tests/ledger/load.py --targets=127.0.0.1:9101 --events=1000000 --ledger=FILE [--drop=DIR] [--bootstrap=HOST:PORT] [--seed=N] [--rate=N]
    tests/ledger/load.py --verify=FILE --bootstrap=HOST:PORT
"""
import argparse
import collections
import http.client
import json
import pathlib
import sys
import threading
import time

import book as ledger
import records

BATCH = 800
ANSWER_S = 25        # a collector answers within its 9 s of waiting for the broker, or it is gone
POLL_S = 0.05
AGAIN = (0, 429, 500, 503)
DROP_SHARE, DROP_LINES, DROP_OPEN_MAX = 0.12, 2000, 4
POISON_SHARE = 0.15  # of batches that bring one record of poison along
REFUSALS = 10


class Link:
    """Keep-alive connections to the collectors; the next one after a failure."""

    def __init__(self, targets, first):
        self.targets, self.at, self.connections = targets, first % len(targets), {}

    def next(self):
        self.at = (self.at + 1) % len(self.targets)

    def post(self, body):
        """(status, text); status 0: no answer, and nobody knows what became of it."""
        host, port = self.targets[self.at]
        connection = self.connections.get(self.at)
        if connection is None:
            connection = self.connections[self.at] = http.client.HTTPConnection(host, port, timeout=ANSWER_S)
        try:
            connection.request("POST", "/v1/events", body, {"Content-Type": "application/x-ndjson"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            del self.connections[self.at]
            return 0, b""


class Load:
    """start(), then stop() when enough was sent; hold makes it pause."""

    def __init__(self, book, targets, drops=(), bootstrap=None, prefix="taxflow", events=0, rate=0, threads=2):
        self.book, self.mix, self.targets, self.drops = book, records.Mix(book), targets, [pathlib.Path(drop) for drop in drops]
        self.events, self.rate = events, rate
        self.lock = threading.Lock()
        self.hold, self.stopping = threading.Event(), threading.Event()
        self.due = 0.0
        self.lines = self.retried = self.refused_conflicts = self.poisoned = 0
        self.refusals = []       # answers that no line should get
        self.files = {}          # name of a dropped file: (folder, items)
        self.spent = 0.0
        self.poisoner = Poisoner(bootstrap, f"{prefix}.audit") if bootstrap else None
        self.threads = [threading.Thread(target=self.work, args=(n,), name=f"load-{n}", daemon=True) for n in range(threads)]

    def start(self):
        for thread in self.threads:
            thread.start()
        return self

    def running(self):
        return any(thread.is_alive() for thread in self.threads)

    def finish(self, seconds):
        """No new lines; waits until every line has its answer and every file is done. What has none is not acknowledged."""
        self.stopping.set()
        deadline = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        while self.files and time.monotonic() < deadline:
            self.take_done()
            time.sleep(POLL_S)
        if self.poisoner:
            self.poisoner.flush()
        return not self.running() and not self.files

    def trickle(self, count):
        """A few lines more, with their answers, once the load has come to its end."""
        items, lines = self.mix.batch(count)
        self.stopping.clear()
        self.deliver(Link(self.targets, 0), items, lines)

    # ---- one worker ----

    def work(self, number):
        link = Link(self.targets, number)
        while self.wait_turn(BATCH):
            with self.lock:
                items, lines = self.mix.batch(BATCH)
                x = self.mix.random.random()
            if self.drops and x < DROP_SHARE and len(self.files) < DROP_OPEN_MAX:
                self.drop(items, lines)
            else:
                self.deliver(link, items, lines)
            if self.poisoner and x > 1 - POISON_SHARE:
                self.poison()
            if number == 0:
                self.take_done()

    def wait_turn(self, count):
        """Keep to the rate. False when the load ends."""
        with self.lock:
            now = time.monotonic()
            if self.events and len(self.book) >= self.events:
                return False
            self.due = max(self.due, now - 1.0) + (count / self.rate if self.rate else 0)
            due = self.due
        while not self.stopping.is_set() and (self.hold.is_set() or time.monotonic() < due):
            time.sleep(POLL_S if self.hold.is_set() else min(POLL_S, max(0.0, due - time.monotonic())))
        return not self.stopping.is_set()

    def deliver(self, link, items, lines):
        """Send until every line has its final answer; a worker leaves only then, or when finish() gives up on it."""
        self.lines += len(items)
        while items:
            with self.lock:
                self.book.note_sent(items)
            status, text = link.post(b"".join(lines))
            items, lines = self.settle(status, text, items, lines)
            link.next()
            if items:
                self.retried += len(items)
                time.sleep(POLL_S)

    def settle(self, status, text, items, lines):
        """Write answers down; returns the items and lines to send again."""
        if status == 202:
            with self.lock:
                self.book.note_acked(items)
            return [], []
        if status != 207:
            if status not in AGAIN:
                self.refuse(f"{status} for {len(items)} lines: {text[:300]!r}")
                return [], []
            return items, lines
        acked, again = [], []
        for row in json.loads(text)["results"]:
            at = row["line"] - 1
            if row["status"] in (200, 202):
                acked.append(items[at])
            elif row["status"] in AGAIN:
                again.append(at)
            elif row["status"] == 422 and self.is_contested(items[at]):
                self.refused_conflicts += 1
            else:
                self.refuse(f"{row} for {lines[at][:200]!r}")
        with self.lock:
            self.book.note_acked(acked)
        return [items[at] for at in again], [lines[at] for at in again]

    def is_contested(self, item):
        return self.book.base[item] in self.mix.contested

    def refuse(self, text):
        with self.lock:
            self.refusals.append(text)
            del self.refusals[REFUSALS:]

    # ---- files and poison ----

    def drop(self, items, lines):
        """A file into one of the drop folders: written under a name that is ignored, then renamed."""
        with self.lock:
            more_items, more_lines = self.mix.batch(DROP_LINES - len(items))
            items, lines = items + more_items, lines + more_lines
            self.book.note_uncounted(items)
            folder = self.drops[len(self.book) // DROP_LINES % len(self.drops)]
            name = f"load-{len(self.book):010d}-{self.mix.random.randrange(1 << 30)}.ndjson"
        self.lines += len(items)
        hidden = folder / f".{name}.part"
        hidden.write_bytes(b"".join(lines))
        with self.lock:
            self.files[name] = (folder, items)
        hidden.rename(folder / name)

    def take_done(self):
        """Files that reached done/: every record in them is with the broker."""
        with self.lock:
            waiting = list(self.files.items())
        for name, (folder, items) in waiting:
            done = folder / "done" / name
            if done.exists():
                done.unlink()
                with self.lock:
                    self.book.note_acked(items)
                    del self.files[name]

    def poison(self, make=records.poison):
        with self.lock:
            number, self.poisoned = self.poisoned, self.poisoned + 1
            value, headers, reasons = make(number)
            self.book.poison[ledger.poison_key(value)] = reasons
        self.poisoner.send(number, value, headers)


class Poisoner:
    """A foreign producer: straight onto the input, spread over the partitions."""

    def __init__(self, bootstrap, topic):
        import topics  # noqa: F401  puts confluent_kafka on the path
        import confluent_kafka
        self.topic, self.failed = topic, collections.Counter()
        self.lock = threading.Lock()
        self.producer = confluent_kafka.Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "message.max.bytes": 4200000,
                                                  "log_level": 2, "message.timeout.ms": 120000})
        self.partitions = len(self.producer.list_topics(topic, timeout=30).topics[topic].partitions)

    def send(self, number, value, headers):
        with self.lock:
            self.producer.produce(self.topic, value, key=b"%032x" % number, partition=number % self.partitions, headers=headers)
            self.producer.poll(0)

    def flush(self):
        with self.lock:
            self.producer.flush(120)


def report_load(load, began):
    seconds = max(time.monotonic() - began, 0.001)
    return (f"load: {len(load.book)} items in {load.lines} lines, {load.retried} sent again, {load.refused_conflicts} conflicts refused, "
            f"{load.poisoned} poison, {load.lines / seconds:.0f} lines/s")


def host_port(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--targets", type=lambda text: [host_port(each) for each in text.split(",")])
    parser.add_argument("--drop", action="append", default=[])
    parser.add_argument("--bootstrap")
    parser.add_argument("--prefix", default="taxflow")
    parser.add_argument("--events", type=int, default=100000)
    parser.add_argument("--rate", type=int, default=0)
    parser.add_argument("--threads", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ledger")
    parser.add_argument("--verify")
    options = parser.parse_args()
    if options.verify:
        return verify_file(options)
    book, began = ledger.Book(options.seed), time.monotonic()
    load = Load(book, options.targets, options.drop, options.bootstrap, options.prefix, options.events, options.rate, options.threads).start()
    while load.running():
        time.sleep(POLL_S)
    done = load.finish(60)
    print(report_load(load, began))
    for text in load.refusals:
        print(f"refused: {text}")
    if options.ledger:
        book.save(options.ledger)
    return 0 if done and not load.refusals else 1


def verify_file(options):
    import topics
    import verify
    began = time.monotonic()
    report = topics.verify(options.bootstrap, ledger.Book.load(options.verify), verify.Verifier, options.prefix)
    print(report.text())
    print(f"verified in {time.monotonic() - began:.1f} s")
    return 0 if report.clean() else 1


if __name__ == "__main__":
    sys.exit(main())
