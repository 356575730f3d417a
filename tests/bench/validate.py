#!/usr/bin/env python3
"""How long POST /v1/validate takes at a steady rate, without Kafka: connections that stay open, requests begun on time whatever the answers.

    tests/bench/validate.py [--rate N] [--seconds S] [--connections C] [--record]

Documents are the own records of tests/conformance as JSON, UBL and CII, in turn. A request's time counts from the moment it was due.
"""
import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time

import feed  # noqa: F401  the way to the other folders
import pipeline
from services import Process, free_ports, http, until
from stack import BINARY, ROOT

sys.path.insert(0, str(ROOT / "tests" / "conformance"))
import write_cii  # noqa: E402
import write_ubl  # noqa: E402

P99_MOST_MS, LIVES_S = 5, 20


def documents():
    """(media type, body) of every own record, three ways."""
    for path in sorted((ROOT / "tests" / "conformance" / "own").glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        yield "application/json", json.dumps(record).encode()
        yield "application/xml", write_ubl.document(record).encode()
        yield "application/xml", write_cii.document(record).encode()


def requests():
    return [f"POST /v1/validate HTTP/1.1\r\nHost: a\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
            for media, body in documents()]


class Load:
    def __init__(self, port, options):
        self.port, self.options = port, options
        self.requests, self.times_ms, self.wrong, self.busy = requests(), [], 0, asyncio.Queue()

    async def answer(self, reader):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        body = await reader.readexactly(length)
        self.wrong += not head.startswith(b"HTTP/1.1 200") or b'"findings"' not in body

    async def ask(self, number, due, connection):
        reader, writer = connection
        writer.write(self.requests[number % len(self.requests)])
        await self.answer(reader)
        self.times_ms.append((time.monotonic() - due) * 1000)
        self.busy.put_nowait(connection)

    async def run(self):
        for _ in range(self.options.connections):
            self.busy.put_nowait(await asyncio.open_connection("127.0.0.1", self.port))
        began, tasks = time.monotonic(), []
        for number in range(self.options.rate * self.options.seconds):
            due = began + number / self.options.rate
            await asyncio.sleep(max(0, due - time.monotonic()))
            tasks.append(asyncio.create_task(self.ask(number, due, await self.busy.get())))
        await asyncio.gather(*tasks)


def measure(options):
    port, closed = free_ports(2)
    with tempfile.TemporaryDirectory(prefix="taxflow-bench-") as folder:
        own = [f"--set=tax.listen=127.0.0.1:{port}", f"--set=kafka.bootstrap_servers=127.0.0.1:{closed}", "--set=otel.enabled=false"]
        role = Process("tax", [BINARY, "--role=tax", "--config=/dev/null", *own], folder, {"RUNTIME_DIRECTORY": folder})
        until(lambda: http("GET", f"http://127.0.0.1:{port}/livez", timeout=2)[0] == 200, LIVES_S, "the role lives")
        load, cpu_s = Load(port, options), role.cpu_s()
        asyncio.run(load.run())
        cpu_us = (role.cpu_s() - cpu_s) / len(load.times_ms) * 1e6
        role.signal(15)
        assert load.wrong == 0, f"{load.wrong} answers are no verdicts"
    parts = statistics.quantiles(load.times_ms, n=1000)
    return (f"  {options.rate} documents/s  p50 {parts[499]:6.2f}  p99 {parts[989]:6.2f}  p99.9 {parts[998]:6.2f}  max {max(load.times_ms):6.2f} ms  "
            f"{cpu_us:5.0f} us CPU a request"), parts[989]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    line, p99_ms = measure(options)
    lines = [line, pipeline.goal(f"validate over HTTP: p99 at {options.rate}/s", p99_ms, most=P99_MOST_MS, unit=" ms")]
    print("\n".join(lines))
    if options.record:
        pipeline.record("validate.py", lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
