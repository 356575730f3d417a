"""Other protocols, and ours without one of its rules: what the model must find in each, so that its silence about ours counts."""
from typing import NamedTuple

from protocol import Protocol


class Rival(NamedTuple):
    protocol: Protocol
    scenario: str
    expected: str  # first word of what must be found


def without(rule):
    return Protocol(name="without " + rule.replace("_", " "), **{rule: False})


RIVALS = (
    Rival(Protocol("mark before processing", mark="before", restores=False), "crash", "LOST"),
    Rival(Protocol("mark after commit", mark="after", restores=False), "crash", "TWICE"),
    Rival(Protocol("claim without restore", restores=False), "keys lost", "TWICE"),
    Rival(without("confirms"), "torn, keys lost", "T"),
    Rival(without("waits"), "torn, keys lost", "T"),
    Rival(without("nonces"), "keys lost", "TWICE"),
    Rival(without("overwrites"), "torn, keys lost", "T"),
    Rival(without("skips_done"), "rewind", "TWICE"),
    Rival(without("lock_is_kept"), "keys lost twice", "TWICE"),
    Rival(without("run_is_kept"), "snapshot", "TWICE"),
    Rival(without("all_rows_count"), "rewind", "TWICE"),
    Rival(without("dead_letters_tell"), "torn, keys lost", "LOST"),
    Rival(Protocol("takes over blindly", inherits="blindly"), "replays", "TWICE"),
    Rival(Protocol("takes over once a batch", inherits="once a batch"), "replays, zombie", "TWICE"),
    Rival(without("replays_ask"), "replay of a crasher", "TWICE"),
)
