"""What exists outside the processes: Kafka's partitions with their transactions, and Redis.

Everything is an immutable tuple, so that a world is its own hash. Positions are (partition, offset). Rows of a role's results,
duplicates and dead letters to one partition stand in one log: they are written by the same transactions, and who waits for a
high watermark waits for all of them. Rows of an aborted transaction are taken out of the log, since nobody ever sees them.
"""
from typing import NamedTuple, Optional

VERDICT, DUPLICATE, CONFLICT, DEAD, SKIP = "verdict", "duplicate", "conflict", "dead", "skip"
NOBODY = -1  # token of a lock whose holder is gone
SHARED = ""  # scope of the claim that all roles share; a replay's claim has its role's name as scope


class Record(NamedTuple):
    """deaths: how often it (and then its replays) cannot be judged; early: it dies before it is claimed (it crashed us three times)."""
    id: str
    body: str
    deaths: int = 0
    early: bool = False
    role: Optional[int] = None  # a replay is of one role
    origin: Optional[tuple] = None  # where the dead letter that is replayed came from
    root: Optional[tuple] = None  # where the first of its dead letters came from


class Row(NamedTuple):
    offset: int  # of the record, in the same partition of the input
    outcome: str
    owner: tuple  # the position that owns the id
    writer: Optional[int]  # the process whose transaction is open; None: committed


class Checkpoint(NamedTuple):
    next: int  # rows before it are known to Redis
    highest: int  # input offset
    nonce: int


class Redis(NamedTuple):
    run: int
    epoch: Optional[tuple]  # (run, nonce)
    lock: Optional[int]  # token of the one who restores
    claims: frozenset  # of ((scope, id), position)
    checkpoints: tuple  # by role * partitions + partition


class Process(NamedTuple):
    role: int
    at: str  # the step that comes next
    zombie: bool
    next: tuple  # input offsets, by partition
    epoch: Optional[tuple] = None
    batch: tuple = ()  # positions
    outcomes: tuple = ()  # (outcome, owner), as the batch
    results: tuple = ()  # how far the log is known to Redis, by partition; () until looked at
    highest: tuple = ()  # judged input offset, by partition
    done: frozenset = frozenset()  # positions judged before a rewind
    work: tuple = ()  # what a restore or a look has read so far
    sealing: Optional[tuple] = None  # the epoch that a restore is going to set


class World(NamedTuple):
    inputs: tuple  # by partition: Records
    logs: tuple  # by role, by partition: Rows
    committed: tuple  # by role, by partition: input offsets
    redis: Redis
    saved: Redis  # what Redis falls back to when it restarts
    processes: tuple  # by role: owner, zombie or None
    budget: tuple  # of faults, as FAULTS


def put(sequence, index, value):
    return sequence[:index] + (value,) + sequence[index + 1:]


def record_at(world, position):
    return world.inputs[position[0]][position[1]]


def role_of(slot):
    return slot // 2


def set_process(world, slot, process):
    return world._replace(processes=put(world.processes, slot, process))


def set_redis(world, **changes):
    return world._replace(redis=world.redis._replace(**changes))


def empty_redis(run, checkpoints_count):
    return Redis(run, None, None, frozenset(), (None,) * checkpoints_count)


# Kafka

def append_rows(world, slot, rows):
    """publish: rows that lie in the log, open until the writer's transaction ends. rows: (partition, offset, outcome, owner)."""
    role = role_of(slot)
    logs = list(world.logs[role])
    for partition, offset, outcome, owner in rows:
        logs[partition] = logs[partition] + (Row(offset, outcome, owner, slot),)
    return world._replace(logs=put(world.logs, role, tuple(logs)))


def commit_rows(world, slot):
    role = role_of(slot)
    logs = tuple(tuple(row._replace(writer=None) if row.writer == slot else row for row in log) for log in world.logs[role])
    return world._replace(logs=put(world.logs, role, logs))


def has_open_rows(world, slot):
    return any(row.writer == slot for log in world.logs[role_of(slot)] for row in log)


def abort_rows(world, slot):
    """Takes the writer's rows out, and moves everything that counts rows accordingly."""
    role = role_of(slot)
    if not has_open_rows(world, slot):
        return world
    for partition, log in enumerate(world.logs[role]):
        gone = tuple(i for i, row in enumerate(log) if row.writer == slot)
        if not gone:
            continue
        left = tuple(row for row in log if row.writer != slot)
        world = world._replace(logs=put(world.logs, role, put(world.logs[role], partition, left)))
        world = renumber(world, role, partition, gone)
    return world


def renumber(world, role, partition, gone):
    def moved(count):
        return count - sum(1 for i in gone if i < count)
    at = role * len(world.inputs) + partition

    def checkpoints(redis):
        mark = redis.checkpoints[at]
        if mark is None:
            return redis
        return redis._replace(checkpoints=put(redis.checkpoints, at, mark._replace(next=moved(mark.next))))

    def process(one):
        if one is None:
            return one
        work = one.work
        if one.at in ("look_end",) and one.role == role and work:
            first, end, highest = work[partition]
            work = put(work, partition, (moved(first), moved(end), highest))
        elif one.at.startswith("restore_") and work and work[at] is not None:
            first, end, highest = work[at]
            work = put(work, at, (moved(first), None if end is None else moved(end), highest))
        results = put(one.results, partition, moved(one.results[partition])) if one.role == role and one.results else one.results
        return one._replace(work=work, results=results)
    return world._replace(redis=checkpoints(world.redis), saved=checkpoints(world.saved),
                          processes=tuple(process(one) for one in world.processes))


def rename_writer(world, slot, other):
    role = role_of(slot)
    logs = tuple(tuple(row._replace(writer=other) if row.writer == slot else row for row in log) for log in world.logs[role])
    return world._replace(logs=put(world.logs, role, logs))


def decided(log, end):
    """The last stable offset has reached end: no transaction before it is open."""
    return all(row.writer is None for row in log[:end])


# Redis

def held(redis, epoch):
    return epoch is not None and redis.epoch == epoch and redis.run == epoch[0]


def get_claim(redis, key):
    for one, owner in redis.claims:
        if one == key:
            return owner
    return None


def set_claim(redis, key, owner):
    kept = frozenset(claim for claim in redis.claims if claim[0] != key)
    return redis._replace(claims=kept | {(key, owner)})


def set_claim_if_absent(redis, key, owner):
    """SET NX GET: the claim that was there, and Redis after it."""
    found = get_claim(redis, key)
    return found, redis if found is not None else redis._replace(claims=redis.claims | {(key, owner)})


def fresh_nonce(world):
    used = set()
    for redis in (world.redis, world.saved):
        used.update(mark.nonce for mark in redis.checkpoints if mark)
        if redis.epoch:
            used.add(redis.epoch[1])
    for one in world.processes:
        if one:
            used.update(epoch[1] for epoch in (one.epoch, one.sealing) if epoch)
    return next(n for n in range(len(used) + 1) if n not in used)
