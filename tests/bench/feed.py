"""What measurements read: events on taxflow.audit, results of both roles; written as the collector and the roles write them."""
import os
import pathlib
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path += [str(TESTS / "e2e"), str(TESTS / "ledger")]

import topics  # noqa: E402,F401  puts confluent_kafka on the path

FILL_S = 1800
FILL = pathlib.Path(os.environ.get("TAXFLOW_BINARY", TESTS.parent / "build" / "release" / "taxflow")).with_name("fill")


def fill(bootstrap, topic, count, partitions, kind, first=0, options=()):
    subprocess.run([FILL, *options, bootstrap, topic, str(partitions), str(count), kind, str(first)], check=True, timeout=FILL_S)


def write_events(bootstrap, topic, count, partitions, kind="payment", first=0, options=()):
    """Events first … first + count - 1 of fill.c; kind: payment (small) or invoice (large); options of fill."""
    fill(bootstrap, topic, count, partitions, kind, first, options)


def write_results(bootstrap, role, ids, partitions):
    """A result of role for each of ids, with the header claims are restored from; of the same ids for every role."""
    fill(bootstrap, f"taxflow.{role}", ids, partitions, "result")
