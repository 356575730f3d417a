#!/usr/bin/env python3
"""What fraud rules cost: an event under all rules on warm windows (fraud_bench.c), and how many past events a second a core judges again.

    tests/bench/fraud.py [--records N] [--rounds R] [--record]

A replay of files reads every record twice: once for when it happened, to bring all files into one order, and once to judge it. Processor time is
that of all threads, so events a second of one core is records by processor seconds. --against judges by two sets of rules in one pass; --in
compares with the rows of an audit.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import feed  # noqa: F401  the way to the other folders
import pipeline
import stack

FOLDER = pathlib.Path(stack.BINARY).parent
LEAST, LIMIT_S = 300000, 900
WINDOWS = f"--set=state.max_bytes={8 << 30}"


def run(*words):
    """taxflow with one worker: processor seconds, and what it printed last."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TAXFLOW_")}
    began = time.monotonic()
    with subprocess.Popen([stack.BINARY, *words, WINDOWS, "--set=instance.workers=1"], cwd=stack.ROOT, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as child:
        told, said = child.stdout.read(), child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, said[-2000:]
    return {"cpu_s": usage.ru_utime + usage.ru_stime, "seconds": time.monotonic() - began, "report": json.loads(told.splitlines()[-1])}


def measure_replay(options, folder):
    file, out = folder / "records.ndjson", folder / "out"
    with open(file, "wb") as target:
        subprocess.run([FOLDER / "records", str(options.records)], stdout=target, check=True, timeout=LIMIT_S)
    audit = run("audit", "--json", f"--out={out}", str(file))
    assert audit["report"]["accepted"] == options.records, audit["report"]
    yield f"{options.records} payments of a year, every fiftieth an invoice; median of {options.rounds}:"
    for name, words in (("--in", [f"--in={out}"]), ("--against", [])):
        runs = [run("replay", "--json", *words, str(file)) for _ in range(options.rounds)]
        for one in runs:
            assert one["report"]["judged"] == one["report"]["identical"] == options.records, one["report"]
        cpu_s = statistics.median(one["cpu_s"] for one in runs)
        yield (f"  replay {name:9} {options.records / cpu_s:9.0f} events/s a core  {cpu_s / options.records * 1e6:5.2f} us CPU an event  "
               f"{options.records / statistics.median(one['seconds'] for one in runs):9.0f} events/s in all")
        yield pipeline.goal(f"replay {name}: events a second of one core", options.records / cpu_s, least=LEAST)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=500000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    lines = subprocess.run([FOLDER / "bench_fraud"], cwd=stack.ROOT, capture_output=True, text=True, check=True, timeout=LIMIT_S).stdout.splitlines()
    with tempfile.TemporaryDirectory(prefix="taxflow-fraud-") as folder:
        lines += list(measure_replay(options, pathlib.Path(folder)))
    print("\n".join(lines))
    if options.record:
        pipeline.record("fraud.py", lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
