"""What may go wrong between any two steps, each as often as a scenario's budget says; and what an operator does."""
from world import DEAD, NOBODY, Process, Record, abort_rows, empty_redis, put, record_at, rename_writer, role_of, set_process, set_redis

FAULTS = ("crash", "zombie", "flush", "save", "restart", "rewind", "replay", "stall", "reassign")
RESTORING = ("restore_marks", "restore_watermarks", "restore_store_0", "restore_store_1", "restore_checkpoints", "restore_seal")


def spend(world, fault):
    at = FAULTS.index(fault)
    return world._replace(budget=put(world.budget, at, world.budget[at] - 1))


def left(world, fault):
    return world.budget[FAULTS.index(fault)]


def fresh(world, role, protocol):
    """A process that was assigned its partitions just now."""
    return Process(role, "find" if protocol.restores else "poll", False, world.committed[role])


def hand_lock_on(world, slot, to):
    return set_redis(world, lock=to) if world.redis.lock == slot else world


def end_process(world, slot):
    """Its open transaction ends with it: aborted by its successor of the same name, or by the broker in time."""
    saved = world.saved._replace(lock=NOBODY) if world.saved.lock == slot else world.saved
    return hand_lock_on(abort_rows(world._replace(saved=saved), slot), slot, NOBODY)


def crashes(world, protocol):
    for slot, process in enumerate(world.processes):
        if process is None or process == fresh(world, role_of(slot), protocol):
            continue
        after = spend(end_process(world, slot), "crash")
        successor = None if process.zombie else fresh(world, process.role, protocol)
        yield f"CRASH of {name_of(slot)}", set_process(after, slot, successor)


def zombies(world, protocol):
    """The group gives the partitions to another instance; the old owner goes on until it hears of it."""
    for slot, process in enumerate(world.processes):
        if process is None or process.zombie or world.processes[slot + 1] is not None or process.at == "poll":
            continue
        after = hand_lock_on(rename_writer(spend(world, "zombie"), slot, slot + 1), slot, slot + 1)
        if after.saved.lock == slot:
            after = after._replace(saved=after.saved._replace(lock=slot + 1))
        after = set_process(after, slot + 1, process._replace(zombie=True))
        yield f"REBALANCE: {name_of(slot)} is a zombie", set_process(after, slot, fresh(world, process.role, protocol))


def flushes(world, protocol):
    yield "FLUSHALL", spend(world._replace(redis=empty_redis(world.redis.run, len(world.redis.checkpoints))), "flush")


def saves(world, protocol):
    if left(world, "restart") and world.saved != world.redis:
        yield "Redis writes a snapshot", spend(world._replace(saved=world.redis), "save")


def restarts(world, protocol):
    runs = [world.redis.run] + [one.epoch[0] for one in world.processes if one and one.epoch]
    yield "RESTART of Redis from its snapshot", spend(world._replace(redis=world.saved._replace(run=max(runs) + 1)), "restart")


def rewinds(world, protocol):
    """Only a group without members can be put back: the owner is stopped for it."""
    for role, offsets in enumerate(world.committed):
        if world.processes[role * 2] is None:
            continue
        for partition, offset in enumerate(offsets):
            for to in range(offset):
                slot = role * 2
                after = spend(end_process(world, slot), "rewind")
                after = after._replace(committed=put(after.committed, role, put(offsets, partition, to)))
                yield f"REWIND of role {role} to {partition}:{to}", set_process(after, slot, fresh(after, role, protocol))


def replays(world, protocol):
    """dlq replay; the operator may send the same dead letter twice."""
    for role, logs in enumerate(world.logs):
        for partition, log in enumerate(logs):
            for row in log:
                if row.outcome != DEAD or row.writer is not None:
                    continue
                dead = record_at(world, (partition, row.offset))
                again = Record(dead.id, dead.body, max(dead.deaths - 1, 0), dead.early, role, (partition, row.offset), dead.root or (partition, row.offset))
                inputs = put(world.inputs, partition, world.inputs[partition] + (again,))
                yield f"dlq replay of {partition}:{row.offset} for role {role}", spend(world._replace(inputs=inputs), "replay")


def stalls(world, protocol):
    slot = world.redis.lock
    if slot is not None and slot != NOBODY and is_restoring(world, slot):
        yield f"STALL: the lock of {name_of(slot)} expires", spend(set_redis(world, lock=None), "stall")


def reassignments(world, protocol):
    """The group takes the partitions away and gives them back: the batch is dropped, what is known of the epoch stays."""
    for slot, process in enumerate(world.processes):
        if process is None or process.zombie or not process.epoch or process.at in RESTORING or not process.batch:
            continue
        again = fresh(world, process.role, protocol)._replace(at="look", epoch=process.epoch)
        yield f"REASSIGNED to {name_of(slot)}", set_process(spend(abort_rows(world, slot), "reassign"), slot, again)


def is_restoring(world, slot):
    process = world.processes[slot]
    return process is not None and process.at in RESTORING


def expiry(world):
    """No fault: the lock of one who is gone, or does not restore, ends by itself."""
    slot = world.redis.lock
    if slot is not None and (slot == NOBODY or not is_restoring(world, slot)):
        yield "the lock expires", set_redis(world, lock=None)


def name_of(slot):
    return f"role {role_of(slot)}" + (" zombie" if slot % 2 else "")


ACTIONS = dict(zip(FAULTS, (crashes, zombies, flushes, saves, restarts, rewinds, replays, stalls, reassignments)))


def faults_of(world, protocol):
    for fault, count in zip(FAULTS, world.budget):
        if count > 0:
            yield from ACTIONS[fault](world, protocol)
