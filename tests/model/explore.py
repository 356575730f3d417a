"""Every reachable state, breadth first, so that the first trace found is a shortest one."""
from typing import NamedTuple, Optional

import faults
import properties
import protocol as batch
import restore
from world import set_process

STEPS = {**batch.STEPS, **restore.STEPS}


class Found(NamedTuple):
    states: int
    rests: int  # states where everything had come to rest
    broken: Optional[str]
    trace: tuple
    complete: bool


def steps_of(world, protocol, batch_max):
    """What happens without a fault."""
    steps = []
    for slot, process in enumerate(world.processes):
        if process is not None:
            who = faults.name_of(slot)
            steps += [(f"{who}: {label}", retire(after, slot)) for label, after in STEPS[process.at](world, slot, protocol, batch_max)]
    steps += faults.expiry(world)
    return steps


def retire(world, slot):
    """A zombie that has no batch left polls, and hears that it owns nothing."""
    process = world.processes[slot]
    gone = process is not None and process.zombie and process.at == "poll"
    return set_process(world, slot, None) if gone else world


def moves(world, protocol, batch_max):
    return steps_of(world, protocol, batch_max) + list(faults.faults_of(world, protocol))


def trace_to(world, parents, protocol, batch_max):
    """Parents are kept without the names of the steps between them: those are found again."""
    trace = []
    while parents[world] is not None:
        before = parents[world]
        trace.append(next(label for label, after in moves(before, protocol, batch_max) if after == world))
        world = before
    return tuple(reversed(trace))


def judge(world, steps, verdicts):
    """verdicts remembers what was said about logs already seen."""
    key = (world.inputs, world.logs)
    if key not in verdicts:
        verdicts[key] = properties.broken_always(world)
    if verdicts[key]:
        return verdicts[key]
    if properties.at_rest(world):
        return properties.broken_at_rest(world)
    return None if steps else "STUCK: nobody can go on, and records are left"


def explore(start, protocol, batch_max, states_max):
    parents, verdicts, rests = {start: None}, {}, 0
    level = [start]
    while level:
        following = []
        for world in level:
            steps = steps_of(world, protocol, batch_max)
            broken = judge(world, steps, verdicts)
            if broken:
                return Found(len(parents), rests, broken, trace_to(world, parents, protocol, batch_max), True)
            rests += properties.at_rest(world)
            for _, after in steps + list(faults.faults_of(world, protocol)):
                if after not in parents:
                    parents[after] = world
                    following.append(after)
            if len(parents) > states_max:
                return Found(len(parents), rests, None, (), False)
        level = following
    return Found(len(parents), rests, None, (), True)
