#!/usr/bin/env python3
"""Explores the delivery protocol, and rivals of it, and prints what was found. Exit 1 when anything is not as it must be.

    run.py [--deep] [--only WORDS]      --deep: more faults at once; --only: rows whose scenario or protocol contains WORDS
"""
import argparse
import pathlib
import re
import sys
import time

from explore import explore
from protocol import BATCH_STEPS, Protocol
from rivals import RIVALS
from scenarios import SCENARIOS, start_of

STATES_MAX = 1_000_000
STATES_MAX_DEEP = 6_000_000
PIPELINE = pathlib.Path(__file__).parents[2] / "src/pipeline/pipeline.c"


def steps_in_code():
    table = re.search(r"step_names\[TF_STEP_COUNT\] = \{(.*?)\};", PIPELINE.read_text(), re.DOTALL)
    return tuple(re.findall(r'= "(\w+)"', table.group(1))) if table else ()


def row(scenario, name, found, outcome, seconds):
    print(f"{scenario:22} {name:28} {found.states:>9} {seconds:>6.1f}  {outcome}", flush=True)


def run(scenario, protocol, deep):
    started = time.process_time()
    found = explore(start_of(scenario, protocol, deep), protocol, scenario.batch, STATES_MAX_DEEP if deep else STATES_MAX)
    return found, time.process_time() - started


def tell_trace(found):
    for label in found.trace:
        print(f"    {label}")


def check_ours(scenario, deep):
    found, seconds = run(scenario, Protocol(), deep)
    good = found.broken is None and found.complete and found.rests > 0
    row(scenario.name, "ours", found, "holds" if good else found.broken or "NOT EXPLORED to its end", seconds)
    tell_trace(found)
    return good


def check_rival(rival):
    scenario = next(one for one in SCENARIOS if one.name == rival.scenario)
    found, seconds = run(scenario, rival.protocol, False)
    good = found.broken is not None and found.broken.startswith(rival.expected)
    row(scenario.name, rival.protocol.name, found, (found.broken or "nothing found") + ("" if good else f"  (expected: {rival.expected})"), seconds)
    tell_trace(found)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deep", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    if steps_in_code() != BATCH_STEPS:
        print(f"the steps of a batch differ: the code has {steps_in_code()}, the model {BATCH_STEPS}")
        return 1
    print(f"{'scenario':22} {'protocol':28} {'states':>9} {'cpu s':>6}  outcome")
    good = [check_ours(one, options.deep) for one in SCENARIOS if options.only in f"{one.name} ours"]
    good += [check_rival(one) for one in RIVALS if options.only in f"{one.scenario} {one.protocol.name}"]
    print(f"{sum(good)} of {len(good)} as they must be")
    return 0 if good and all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
