"""Beside the batch: the restore of all claims, and the look at partitions just assigned; src/ledger/restore*.c.

The steps: find the epoch, take the lock, read the checkpoints, ask for the high watermarks, and then for each role wait until
all before them is decided and write its claims; then the checkpoints, and the seal.
"""
from protocol import partitions
from world import (CONFLICT, DEAD, SHARED, VERDICT, Checkpoint, decided, dies_early, fresh_nonce, get_claim, held, put, record_at,
                   set_claim, set_process, set_redis)

ROLES = 2


def adopt(world, slot, process):
    """The epoch is known: look at the partitions where that is still to be done, else go on with the batch."""
    at = "look" if not process.results else "claim" if process.batch else "poll"
    return set_process(world, slot, process._replace(epoch=world.redis.epoch, sealing=None, work=(), at=at))


def find(world, slot, protocol, batch_max):
    process = world.processes[slot]
    if world.redis.epoch and world.redis.epoch[0] == world.redis.run:
        return [("restore: epoch found", adopt(world, slot, process))]
    return [("restore: no epoch", set_process(world, slot, process._replace(at="lock")))]


def lock(world, slot, protocol, batch_max):
    process = world.processes[slot]
    if world.redis.lock is None:
        sealing = (world.redis.run, fresh_nonce(world))
        world = set_redis(world, lock=slot)
        return [("restore: lock", set_process(world, slot, process._replace(at="restore_marks", sealing=sealing)))]
    if world.redis.epoch and world.redis.epoch[0] == world.redis.run:
        return [("restore: epoch found", adopt(world, slot, process))]
    return []  # waits for the one who restores


def leave(world, slot):
    return set_process(world, slot, world.processes[slot]._replace(at="find", work=(), sealing=None))


def restore_marks(world, slot, protocol, batch_max):
    """The epoch once more, for it may have been set meanwhile; then every checkpoint."""
    process, redis = world.processes[slot], world.redis
    if redis.epoch and redis.epoch[0] == redis.run:
        return [("restore: epoch found", adopt(world, slot, process))]

    def first(mark):
        trusted = mark and (not protocol.nonces or (redis.epoch and mark.nonce == redis.epoch[1]))
        return mark.next if trusted else 0
    work = tuple((first(mark), None, mark.highest if mark else -1) for mark in redis.checkpoints)
    return [("restore: checkpoints read", set_process(world, slot, process._replace(work=work, at="restore_watermarks")))]


def restore_watermarks(world, slot, protocol, batch_max):
    process = world.processes[slot]
    count = len(world.inputs)
    work = tuple((first, len(world.logs[at // count][at % count]), highest) for at, (first, end, highest) in enumerate(process.work))
    return [("restore: high watermarks", set_process(world, slot, process._replace(work=work, at="restore_store_0")))]


def claims_of(world, role, partition, first, end, protocol):
    """What the rows of a stretch say about owners: (key, owner, moves). Dead letters first: a verdict is the last word on a replay."""
    rows = [row for row in world.logs[role][partition][first:end] if row.writer is None]
    claims = []
    if protocol.dead_letters_tell:
        claims += [claim for row in rows if row.outcome in (DEAD, CONFLICT) for claim in claims_in(world, role, partition, row, protocol)]
    return claims + [claim for row in rows if row.outcome == VERDICT for claim in claims_in(world, role, partition, row, protocol)]


def claims_in(world, role, partition, row, protocol):
    """What one row says. A record that died before it was claimed says nothing, nor does a replay that another's claim refused."""
    record = record_at(world, (partition, row.offset))
    if row.outcome == DEAD and dies_early(record):
        return []
    if record.role is None:
        return [((SHARED, record.id), row.owner, False)]
    if row.outcome == CONFLICT:
        return []
    own = [((role, record.id), row.owner, row.outcome == DEAD)] if row.outcome == VERDICT or protocol.dead_replays_tell else []
    return own + ([((SHARED, record.id), record.root, False)] if protocol.replays_ask else [])


def store(redis, claims, protocol):
    """The claim of a replay that died moves on to the replay of its dead letter: what was read may be late, and never takes it back."""
    for key, owner, moves in claims:
        now = get_claim(redis, key)
        if now is None or (protocol.overwrites and not (moves and now > owner)):
            redis = set_claim(redis, key, owner)
    return redis


def highest_of(log, first, end, before, protocol):
    counted = (row for row in log[first:end] if row.writer is None and (protocol.all_rows_count or row.outcome == VERDICT))
    return max([before] + [row.offset for row in counted])


def restore_store(world, slot, protocol, role):
    process, count = world.processes[slot], len(world.inputs)
    ends = [process.work[role * count + p][1] for p in range(count)]
    if protocol.waits and not all(decided(world.logs[role][p], ends[p]) for p in range(count)):
        return []
    redis, work = world.redis, process.work
    for p in range(count):
        first, end, highest = work[role * count + p]
        redis = store(redis, claims_of(world, role, p, first, end, protocol), protocol)
        work = put(work, role * count + p, (first, end, highest_of(world.logs[role][p], first, end, highest, protocol)))
    at = f"restore_store_{role + 1}" if role + 1 < ROLES else "restore_checkpoints"
    world = set_process(world._replace(redis=redis), slot, process._replace(work=work, at=at))
    return with_lock(world, slot, protocol, f"restore: claims of role {role}")


def with_lock(world, slot, protocol, label):
    """The lock may have been due for renewal here, or not: both are gone through."""
    if world.redis.lock == slot:
        return [(label, world)]
    if world.redis.lock is None and not protocol.lock_is_kept:
        return [(label, world), (label + ", lock taken again", set_redis(world, lock=slot))]
    return [(label, world), (label + ", lock lost", leave(world, slot))]


def restore_checkpoints(world, slot, protocol, batch_max):
    process = world.processes[slot]
    marks = tuple(Checkpoint(end, highest, process.sealing[1]) for first, end, highest in process.work)
    if not protocol.run_is_kept or world.redis.run == process.sealing[0]:
        world = set_redis(world, checkpoints=marks)
    return [("restore: checkpoints", set_process(world, slot, process._replace(at="restore_seal", work=())))]


def restore_seal(world, slot, protocol, batch_max):
    process = world.processes[slot]
    if world.redis.lock != slot or (protocol.run_is_kept and world.redis.run != process.sealing[0]):
        return [("restore: not sealed", leave(world, slot))]
    world = set_redis(world, epoch=process.sealing, lock=None)
    if not held(world.redis, process.sealing):
        return [("restore: sealed for another run", leave(world, slot))]
    return [("restore: seal", adopt(world, slot, process))]


def look(world, slot, protocol, batch_max):
    process, count = world.processes[slot], len(world.inputs)
    work = []
    for p in partitions(world):
        mark = world.redis.checkpoints[process.role * count + p]
        first = mark.next if mark and (not protocol.nonces or mark.nonce == process.epoch[1]) else 0
        work.append((first, len(world.logs[process.role][p]), mark.highest if mark else -1))
    return [("look: checkpoints and high watermarks", set_process(world, slot, process._replace(work=tuple(work), at="look_end")))]


def look_end(world, slot, protocol, batch_max):
    """Claims of the rows are written as well; a highest judged offset at or past the committed one is a rewind."""
    process, redis, highest, done = world.processes[slot], world.redis, [], set()
    logs = world.logs[process.role]
    if not all(decided(logs[p], process.work[p][1]) for p in partitions(world)):
        return []
    for p in partitions(world):
        first, end, before = process.work[p]
        redis = store(redis, claims_of(world, process.role, p, first, end, protocol), protocol)
        highest.append(highest_of(logs[p], first, end, before, protocol))
        if protocol.skips_done and highest[p] >= process.next[p]:
            done |= {(p, row.offset) for row in logs[p] if row.writer is None and process.next[p] <= row.offset <= highest[p]}
    results = tuple(end for first, end, before in process.work)
    process = process._replace(highest=tuple(highest), done=frozenset(done), results=results, work=(), at="claim" if process.batch else "poll")
    label = "look: claims of our rows" + (", rewound" if done else "")
    return [(label, set_process(world._replace(redis=redis), slot, process))]


STEPS = {
    "find": find, "lock": lock, "restore_marks": restore_marks, "restore_watermarks": restore_watermarks,
    "restore_store_0": lambda world, slot, protocol, batch_max: restore_store(world, slot, protocol, 0),
    "restore_store_1": lambda world, slot, protocol, batch_max: restore_store(world, slot, protocol, 1),
    "restore_checkpoints": restore_checkpoints, "restore_seal": restore_seal, "look": look, "look_end": look_end,
}
