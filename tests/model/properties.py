"""What must hold: in every state, and where everything has come to rest."""
from world import DEAD, VERDICT, record_at


def broken_always(world):
    """Nothing twice, and one body wins in all roles. Returns words, or None."""
    bodies = {}
    for role, logs in enumerate(world.logs):
        verdicts, outcomes = set(), set()
        for partition, log in enumerate(logs):
            for row in log:
                if row.writer is not None:
                    continue
                record = record_at(world, (partition, row.offset))
                if (partition, row.offset) in outcomes:
                    return f"TWICE: role {role} has two outcomes of {partition}:{row.offset}"
                outcomes.add((partition, row.offset))
                if row.outcome != VERDICT:
                    continue
                if record.id in verdicts:
                    return f"TWICE: role {role} has two verdicts on {record.id}"
                verdicts.add(record.id)
                if bodies.setdefault(record.id, record.body) != record.body:
                    return f"TORN: the roles judged different bodies of {record.id}"
    return None


def at_rest(world):
    ends = tuple(len(records) for records in world.inputs)
    return all(world.committed[owner.role] == ends for owner in world.processes[::2] if owner) and not any(one for one in world.processes if one and (one.zombie or one.batch))


def broken_at_rest(world):
    """Nothing lost: each id has in each role a verdict, or a dead letter that was not replayed yet; and every copy its own row."""
    ids = {record.id for records in world.inputs for record in records}
    replayed = {(record.role, record.origin) for records in world.inputs for record in records}
    for role, logs in enumerate(world.logs):
        if world.processes[role * 2] is None:
            continue
        judged = {record_at(world, (p, row.offset)).id for p, log in enumerate(logs) for row in log
                  if row.outcome == VERDICT or (row.outcome == DEAD and ((role, (p, row.offset)) not in replayed))}
        for lost in sorted(ids - judged):
            return f"LOST: role {role} has neither verdict nor dead letter of {lost}"
        for partition, records in enumerate(world.inputs):
            told = {row.offset for row in logs[partition]}
            for offset, record in enumerate(records):
                if record.role in (None, role) and offset not in told:
                    return f"LOST: role {role} has no row of {partition}:{offset}"
    return None
