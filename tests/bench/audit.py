#!/usr/bin/env python3
"""How many records a second `taxflow audit` judges: a file of payments, every fiftieth an invoice, by the rules and settings that are the
default, but for the memory that windows may take.

    tests/bench/audit.py [--records N] [--rounds R] [--out] [--set GROUP.KEY=VALUE]… [--record]

Seconds are those of the whole command. --out: with result files and findings.csv. The file is written by records.c and lies in the folder for
temporary files, some 460 bytes a record.
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

RECORDS = pathlib.Path(stack.BINARY).with_name("records")
LEAST, FILL_S = 100000, 600  # records a second, as the goal says
WINDOWS = f"state.max_bytes={8 << 30}"  # the windows of five million records do not fit in the default of 1 GiB


def audit(options, file, out):
    """One run: seconds, processor time and memory, and what it reports."""
    command = [stack.BINARY, "audit", "--json", f"--config={stack.ROOT / 'conf' / 'taxflow.conf'}", *(f"--set={each}" for each in options.set),
               *([f"--out={out}"] if options.out else []), str(file)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TAXFLOW_")}
    began = time.monotonic()
    with subprocess.Popen(command, cwd=stack.ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        told, said = child.stdout.read(), child.stderr.read()  # little is said, so neither fills up meanwhile
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, said[-2000:]
    return {"seconds": time.monotonic() - began, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_mib": usage.ru_maxrss >> 10, "report": json.loads(told)}


def describe(options, run):
    return (f"  {options.records / run['seconds']:9.0f} records/s  {run['seconds']:6.1f} s  {run['cpu_s'] / options.records * 1e6:6.2f} us CPU a record  "
            f"peak {run['peak_mib']} MiB")


def summary(options, runs):
    report = runs[0]["report"]
    assert report["received"] == report["accepted"] == options.records, report
    yield f"{options.records} records, {options.rounds} rounds{', with result files' if options.out else ''}{''.join(' --set ' + each for each in options.set)}:"
    yield from (describe(options, run) for run in runs)
    yield f"  hits {report['fraud']['hits']}, decisions {({name: report['fraud'][name] for name in ('approve', 'review', 'block')})}"
    yield pipeline.goal("records a second, median", options.records / statistics.median(run["seconds"] for run in runs), least=LEAST)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=5000000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--out", action="store_true")
    parser.add_argument("--set", action="append", default=[WINDOWS])
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="taxflow-audit-") as folder:
        file = pathlib.Path(folder) / "records.ndjson"
        with open(file, "wb") as target:
            subprocess.run([RECORDS, str(options.records)], stdout=target, check=True, timeout=FILL_S)
        runs = [audit(options, file, pathlib.Path(folder) / f"out{number}") for number in range(options.rounds)]
    lines = list(summary(options, runs))
    print("\n".join(lines))
    if options.record:
        pipeline.record("audit.py", lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
