#!/usr/bin/env python3
"""Instructions of a batch against the recorded figures: a figure that does not depend on how busy the machine is.

    tests/bench/test_instructions.py BENCH_BATCH [--record]

bench_batch runs under callgrind; SHA-256 is left out, because valgrind does not know the instructions that do it here. More than 5 % over the
record fails; so does a record that is more than 15 % too high, for it would hide the next rise. Other compilers and libraries than those of
the record have other figures: then nothing is judged, and the test is skipped.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

RECORD = pathlib.Path(__file__).with_name("instructions.json")
CASES = {"payment": 16000, "invoice": 2000}
BATCHES, LIMIT_S, SKIPPED = 2, 300, 77
MOST, STALE = 1.05, 0.85
APART = "libcrypto"


def tools():
    """What the figures depend on beside our own code."""
    compiler = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=True).stdout.strip()
    valgrind = subprocess.run(["valgrind", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    libc = subprocess.run(["ldd", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0].rsplit(" ", 1)[1]
    return {"gcc": compiler, "libc": libc, "valgrind": valgrind}


def count(bench, kind):
    """Instructions an event; functions of libcrypto left out."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "callgrind"
        subprocess.run(["valgrind", "--tool=callgrind", "--toggle-collect=measured", f"--callgrind-out-file={out}", bench, str(BATCHES), kind],
                       capture_output=True, check=True, timeout=LIMIT_S)
        text = subprocess.run(["callgrind_annotate", "--threshold=100", "--auto=no", str(out)], capture_output=True, text=True, check=True).stdout
    rows = re.findall(r"^ *([\d,]+) \([ \d.]+%\) +(.*)$", text, re.M)
    total = sum(int(number.replace(",", "")) for number, place in rows if "PROGRAM TOTALS" in place)
    apart = sum(int(number.replace(",", "")) for number, place in rows if APART in place)
    return round((total - apart) / (CASES[kind] * BATCHES))


def main():
    bench = sys.argv[1]
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not installed")
        return SKIPPED
    found = {kind: count(bench, kind) for kind in CASES}
    if "--record" in sys.argv:
        RECORD.write_text(json.dumps({"tools": tools(), "instructions": found}, indent=2) + "\n", encoding="utf-8")
        return 0
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    if record["tools"] != tools():
        print(f"skipped: the record is of {record['tools']}, this machine has {tools()}")
        return SKIPPED
    failed = False
    for kind, instructions in found.items():
        share = instructions / record["instructions"][kind]
        failed |= not STALE <= share <= MOST
        print(f"{kind}: {instructions} instructions an event, {100 * share:.1f} % of the record")
    if failed:
        print(f"if that is meant, write it down: {sys.argv[0]} {bench} --record")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
