"""The table: what lies in the input, which faults may come how often."""
from typing import NamedTuple

from faults import FAULTS
from world import Process, Record, Redis, World, empty_redis

COPY = ((Record("X", "a"), Record("X", "a"), Record("Y", "b")),)  # a copy in the same partition, and another record
PAIR = ((Record("X", "a"), Record("X", "a")),)
CONFLICT = ((Record("X", "a"), Record("X", "a")), (Record("X", "b"),))  # another body, which lies in another partition
TORN = ((Record("X", "a"),), (Record("X", "b"),))
POISON = ((Record("X", "a", deaths=2), Record("Y", "b")),)
DEADLY = ((Record("X", "a", deaths=3),),)
POISON_COPY = ((Record("X", "a", deaths=1), Record("X", "a")),)
CRASHER_COPY = ((Record("X", "a", deaths=1, early=True), Record("X", "a")),)


class Scenario(NamedTuple):
    name: str
    inputs: tuple
    roles: int = 1
    batch: int = 2  # records at most
    faults: dict = {}  # how often each
    deeper: dict = {}  # and with --deep


SCENARIOS = (
    Scenario("crash", COPY, 1, 2, {"crash": 2, "zombie": 1}, {"crash": 2, "zombie": 2}),
    Scenario("keys lost", COPY, 1, 2, {"crash": 1, "flush": 1, "zombie": 1}, {"crash": 1, "flush": 2, "zombie": 1}),
    Scenario("keys lost twice", PAIR, 2, 2, {"flush": 2}, {"flush": 2, "crash": 1}),
    Scenario("snapshot", PAIR, 2, 2, {"save": 1, "restart": 1}, {"save": 1, "restart": 1, "crash": 1}),
    Scenario("rewind", COPY, 1, 2, {"rewind": 1, "crash": 1, "flush": 1}, {"rewind": 2, "crash": 1, "flush": 1}),
    Scenario("torn, crash", TORN, 2, 2, {"crash": 1, "zombie": 1}, {"crash": 2, "zombie": 1}),
    Scenario("torn, keys lost", TORN, 2, 2, {"flush": 1, "crash": 1}, {"flush": 2, "crash": 1}),
    Scenario("torn, snapshot", TORN, 2, 2, {"save": 1, "restart": 1}, {"save": 1, "restart": 1, "crash": 1}),
    Scenario("torn, rewind", TORN, 2, 2, {"rewind": 1}, {"rewind": 1, "flush": 1}),
    Scenario("stalled restore", PAIR, 2, 2, {"flush": 1, "stall": 1}, {"flush": 2, "stall": 1}),
    Scenario("replays", POISON, 1, 2, {"replay": 3, "crash": 1}, {"replay": 4, "crash": 1, "flush": 1}),
    Scenario("replays, zombie", DEADLY, 1, 2, {"replay": 4, "zombie": 1}, {"replay": 4, "zombie": 1, "crash": 1, "flush": 1}),
    Scenario("replays, keys lost", POISON_COPY, 1, 2, {"replay": 2, "flush": 1, "crash": 1}, {"replay": 3, "flush": 1, "crash": 1}),
    Scenario("replay of a crasher", CRASHER_COPY, 1, 2, {"replay": 2, "flush": 1}, {"replay": 2, "flush": 1, "crash": 1, "rewind": 1}),
)


def start_of(scenario, protocol, deep=False):
    """Redis knows nothing yet and the epoch is set; each role stands before its first record."""
    count, nothing = len(scenario.inputs), 2 * len(scenario.inputs)
    ends = (0,) * count
    redis = empty_redis(0, nothing)
    if protocol.restores:
        redis = Redis(0, (0, 0), None, frozenset(), (None,) * nothing)
    done = tuple(len(records) for records in scenario.inputs)
    owner = [ready(role, ends, protocol) if role < scenario.roles else None for role in range(2)]
    committed = tuple(ends if role < scenario.roles else done for role in range(2))
    faults = scenario.deeper if deep else scenario.faults
    budget = tuple(faults.get(fault, 0) for fault in FAULTS)
    return World(scenario.inputs, (((),) * count,) * 2, committed, redis, empty_redis(0, nothing),
                 sum(((one, None) for one in owner), ()), budget)


def ready(role, ends, protocol):
    process = Process(role, "poll", False, ends)
    return process._replace(epoch=(0, 0), results=ends, highest=(-1,) * len(ends)) if protocol.restores else process
