"""The steps of a batch, one function each, as src/pipeline and src/ledger make them.

A step is atomic; between two steps anything may happen. decode, evaluate and encode touch nothing outside the process, and what
attempt writes steers only the size of batches: a crash after one of them is a crash before it, so they are made with the step
they follow. So is flush: of rows in an open transaction some or all are there. Rival protocols switch single rules off, so that
it can be seen what each rule is for.
"""
from typing import NamedTuple, Optional

from world import (CONFLICT, DEAD, DUPLICATE, SHARED, SKIP, VERDICT, Checkpoint, abort_rows, append_rows, commit_rows, dies_early,
                   get_claim, held, put, record_at, role_of, set_claim, set_claim_if_absent, set_process, set_redis)

BATCH_STEPS = ("poll", "attempt", "decode", "claim", "evaluate", "encode", "publish", "flush", "confirm", "commit", "checkpoint")


class Protocol(NamedTuple):
    """Ours, where every rule holds; each rule says what goes wrong without it."""
    name: str = "ours"
    mark: Optional[str] = None  # "before" or "after": a boolean mark in place of a claim
    restores: bool = True  # claims that Redis lost are read back from the results
    confirms: bool = True  # the epoch is asked for again between publish and commit
    waits: bool = True  # a restore waits until what was open at its high watermark is decided
    nonces: bool = True  # a checkpoint counts only under the epoch that it was written in
    overwrites: bool = True  # a restored row takes the place of a claim that was made meanwhile
    skips_done: bool = True  # positions judged before a rewind are not judged again
    lock_is_kept: bool = True  # a lock that is gone is not taken again in the middle of a restore
    run_is_kept: bool = True  # checkpoints and the seal go to the run of Redis they are about, or nowhere
    all_rows_count: bool = True  # the highest judged offset is that of every kind of row, not of results alone
    dead_letters_tell: bool = True  # a dead letter names the owner of its id, and a restore reads it
    swaps: str = "by comparing"  # how a dead replay's claim is taken over, under the epoch; else "once a batch", or "blindly"
    replays_ask: bool = True  # a replay asks for the shared claim first
    dead_replays_tell: bool = True  # so does the dead letter of a replay, for the claim of its role's replays
    origin_was_claimed: bool = True  # what died before its claim leaves the replay of its dead letter the origin it had


def partitions(world):
    return range(len(world.inputs))


def poll(world, slot, protocol, batch_max):
    """Every way to fill a batch from the partitions: as many of one as there are, and the rest of the other."""
    process = world.processes[slot]
    left = [len(world.inputs[p]) - process.next[p] for p in partitions(world)]
    batches = set()
    for first in range(min(batch_max, left[0]) + 1):
        second = min(batch_max - first, left[1]) if len(left) > 1 else 0
        counts = (first, second)[:len(left)]
        batches.add(tuple((p, process.next[p] + i) for p in partitions(world) for i in range(counts[p])))
    batches.discard(())
    at = "claim" if not protocol.restores or process.results else "find"
    return [("poll" + text_of(batch), set_process(world, slot, process._replace(batch=batch, at=at))) for batch in sorted(batches)]


def text_of(batch):
    return "".join(f" {partition}:{offset}" for partition, offset in batch)


def wants_claim(process, position, record):
    theirs = record.role is not None and record.role != process.role
    return not theirs and position not in process.done and not dies_early(record)


def key_of(process, record):
    return (process.role if record.role is not None else SHARED, record.id)


def claim(world, slot, protocol, batch_max):
    process = world.processes[slot]
    if protocol.mark:
        return [claim_marks(world, slot, protocol)]
    ask = [p for p in process.batch if wants_claim(process, p, record_at(world, p))]
    if protocol.restores and world.redis.run != process.epoch[0]:
        return [("claim refused: Redis is another run", lose_epoch(world, slot))]
    redis, found = claim_all(world, process, ask, protocol)
    if protocol.restores and not held(world.redis, process.epoch):
        return [("claim refused: no epoch", lose_epoch(world._replace(redis=redis), slot))]
    world = world._replace(redis=redis)
    if any(wants_replay(world, p, found, protocol) for p in ask):
        found = tuple((p, owner) for p, owner in found.items() if owner)
        return [("claim", set_process(world, slot, process._replace(outcomes=found, at="claim_replays")))]
    return [decide(world, slot, "claim", found)]


def decide(world, slot, label, found):
    process = world.processes[slot]
    outcomes = tuple(evaluate(world, process, p, found) for p in process.batch)
    world = set_process(world, slot, process._replace(outcomes=outcomes, at="publish"))
    return (f"{label}, evaluate:" + "".join(f" {p[0]}:{p[1]} {o[0]}" for p, o in zip(process.batch, outcomes)), world)


def lose_epoch(world, slot):
    return set_process(world, slot, world.processes[slot]._replace(epoch=None, outcomes=(), at="find"))


def claim_all(world, process, ask, protocol):
    """The pipeline: SET NX GET for each; for a replay the claim of the record that it stems from."""
    redis, found = world.redis, {}
    for position in ask:
        record = record_at(world, position)
        found[position] = None
        if record.role is None or protocol.swaps != "by comparing":
            found[position], redis = set_claim_if_absent(redis, key_of(process, record), position)
        if record.role is not None and protocol.replays_ask:
            shared, redis = set_claim_if_absent(redis, (SHARED, record.id), record.root)
            if shared not in (None, record.root):
                found[position] = shared
    return redis, found


def wants_replay(world, position, found, protocol):
    """What is still to be asked: the claim of the role's replays, which a replay that died left to the replay of its dead letter."""
    record = record_at(world, position)
    if record.role is None or position not in found:
        return False
    if protocol.swaps == "by comparing":
        return found[position] is None
    return found[position] is not None and found[position] == record.origin


def claim_replays(world, slot, protocol, batch_max):
    """Still the claim step, but another question to Redis: in between the claim may have become somebody else's."""
    process, redis = world.processes[slot], world.redis
    if protocol.swaps == "by comparing" and not held(redis, process.epoch):
        return [("claim of replays refused", lose_epoch(world, slot))]
    found = {p: None for p in process.batch if wants_claim(process, p, record_at(world, p))} | dict(process.outcomes)
    for position in process.batch:
        record = record_at(world, position)
        if not wants_replay(world, position, found, protocol):
            continue
        now = get_claim(redis, key_of(process, record))
        if may_take(protocol, now, position, record, process.batch):
            redis, found[position] = set_claim(redis, key_of(process, record), position), None
        else:
            found[position] = now
    return [decide(world._replace(redis=redis), slot, "claim of replays", found)]


def may_take(protocol, now, position, record, batch):
    if protocol.swaps == "by comparing":
        return now in (None, position, record.origin)
    return protocol.swaps == "blindly" or now == record.origin or now not in batch


def evaluate(world, process, position, found):
    """(outcome, owner) of one record of the batch."""
    record = record_at(world, position)
    if position in process.done or (record.role is not None and record.role != process.role):
        return (SKIP, None)
    if found.get(position) not in (None, position):
        owner = found[position]
        return (DUPLICATE if record_at(world, owner).body == record.body else CONFLICT, owner)
    return (DEAD if record.deaths else VERDICT, position)


def claim_marks(world, slot, protocol):
    """Rivals: a mark says that an id was seen, and by it cannot tell a record that comes again from a copy of it."""
    process, redis, outcomes, mine = world.processes[slot], world.redis, [], set()
    for position in process.batch:
        key = (process.role, record_at(world, position).id)
        seen = key in mine or get_claim(redis, key) is not None
        outcomes.append((DUPLICATE, position) if seen else (VERDICT, position))
        mine.add(key)
        if protocol.mark == "before":
            redis = set_claim_if_absent(redis, key, "seen")[1]
    world = set_process(world._replace(redis=redis), slot, process._replace(outcomes=tuple(outcomes), at="publish"))
    return ("claim, evaluate:" + "".join(f" {p[0]}:{p[1]} {o[0]}" for p, o in zip(process.batch, outcomes)), world)


def publish(world, slot, protocol, batch_max):
    process = world.processes[slot]
    rows = [(p[0], p[1], outcome, owner) for p, (outcome, owner) in zip(process.batch, process.outcomes) if outcome != SKIP]
    world = append_rows(world, slot, rows)
    at = "confirm" if protocol.restores and protocol.confirms else "commit"
    return [("encode, publish, flush", set_process(world, slot, process._replace(at=at)))]


def confirm(world, slot, protocol, batch_max):
    if not held(world.redis, world.processes[slot].epoch):
        return [("confirm refused: abort", lose_epoch(abort_rows(world, slot), slot))]
    return [("confirm", set_process(world, slot, world.processes[slot]._replace(at="commit")))]


def commit(world, slot, protocol, batch_max):
    """Rows and offsets together. A zombie's generation is refused; its own consumer tells it to drop the batch."""
    process = world.processes[slot]
    if process.zombie:
        return [("commit refused: fenced", world_without(abort_rows(world, slot), slot))]
    after = list(process.next)
    for partition, offset in process.batch:
        after[partition] = offset + 1
    results = tuple(last_row(world.logs[process.role][p], slot, process.results[p]) for p in partitions(world)) if process.results else ()
    world = commit_rows(world, slot)
    world = world._replace(committed=put(world.committed, process.role, tuple(after)))
    at = "checkpoint" if protocol.restores or protocol.mark == "after" else "poll"
    process = process._replace(next=tuple(after), outcomes=(), results=results, at=at, batch=process.batch if at == "checkpoint" else ())
    return [("commit", set_process(world, slot, process))]


def last_row(log, slot, before):
    return max([before] + [i + 1 for i, row in enumerate(log) if row.writer == slot])


def world_without(world, slot):
    return set_process(world, slot, None)


def checkpoint(world, slot, protocol, batch_max):
    process = world.processes[slot]
    if protocol.mark == "after":
        return [checkpoint_marks(world, slot)]
    marks, highest = world.redis.checkpoints, process.highest
    for partition, offset in process.batch:
        highest = put(highest, partition, max(highest[partition], offset))
        mark = Checkpoint(process.results[partition], highest[partition], process.epoch[1])
        marks = put(marks, process.role * len(world.inputs) + partition, mark)
    if not protocol.run_is_kept or world.redis.run == process.epoch[0]:
        world = set_redis(world, checkpoints=marks)
    return [("checkpoint", end_batch(world, slot, process._replace(highest=highest)))]


def checkpoint_marks(world, slot):
    process, redis = world.processes[slot], world.redis
    for position in process.batch:
        redis = set_claim(redis, (process.role, record_at(world, position).id), "seen")
    return ("mark", end_batch(world._replace(redis=redis), slot, process))


def end_batch(world, slot, process):
    done = frozenset(p for p in process.done if p[1] >= process.next[p[0]])
    return set_process(world, slot, None if process.zombie else process._replace(batch=(), done=done, at="poll"))


STEPS = {"poll": poll, "claim": claim, "claim_replays": claim_replays, "publish": publish, "confirm": confirm, "commit": commit,
         "checkpoint": checkpoint}
