"""What of the load hangs on other records of it, so that rules with memory have something to find: known from the number alone.

In each thousand items some places are taken. Groups whose members have suppliers of their own lie on several partitions, the others on
one. A planted item is never amended or contested, so that what belongs together is known before anybody judges it.
"""
import collections
import dataclasses

import book as ledger

ROUND, STEP = 1000, 40      # a place is n % STEP, so each comes 25 times a round
NEAR, FAR = ROUND, 20000    # items between two members of a group: judged about together, and seconds apart
SERIES, ACCOUNT, DOCUMENT, DOUBLE, CAROUSEL, SPLIT, LATE = "series", "account", "document", "double", "carousel", "split", "late"
PLACES = {3: SERIES, 7: ACCOUNT, 13: DOCUMENT, 17: CAROUSEL, 23: DOUBLE, 29: SPLIT, 33: LATE}
ACROSS = {ACCOUNT: ("BNK2", 3), DOCUMENT: ("DUP3", 2), CAROUSEL: ("MTIC2", 4)}  # over partitions: the rule that finds the group, and its members
SPLIT_MEMBERS = 3           # below the approval limit each, above it together
DOUBLE_BACK = 11            # to a place that nothing is planted on
LATE_DAYS = 40


@dataclasses.dataclass
class Traits:
    """What a record says, but for its form."""

    kind: int
    net: int
    party: str
    account: str
    number: str
    day: int
    buyer: str = "DE900000006"


def place(n):
    """What is planted as item n, or None."""
    return PLACES.get(n % STEP)


def group(n):
    """(group, member) of a group that lies across partitions, a split or a series: the group by a name of its own."""
    what, inside = place(n), n % ROUND // STEP
    if what == SPLIT:
        return f"{n // ROUND}P{inside // SPLIT_MEMBERS}", inside % SPLIT_MEMBERS
    if what == SERIES:
        return f"Q{inside}", n // ROUND
    stride = FAR if what == ACCOUNT and inside % 2 else NEAR
    members = ACROSS[what][1]
    return f"{n // (members * stride)}{what[0].upper()}{n % stride}", n // stride % members


def alter(n, own, traits_of):
    """The traits of item n as planted. own: what it would have been; traits_of(m): what another was."""
    what = place(n)
    if what == DOUBLE:
        other = traits_of(n - DOUBLE_BACK)
        return dataclasses.replace(other, day=own.day)
    if what == LATE:
        return dataclasses.replace(own, day=max(0, own.day - LATE_DAYS))
    name, member = group(n)
    party, amount = f"{name}-{member}", 200000 + sum(name.encode()) * 131 % 200000
    if what == ACCOUNT:
        return dataclasses.replace(own, kind=ledger.PAYMENT, party=party, account=f"DX{name}")
    if what == DOCUMENT:
        return dataclasses.replace(own, kind=ledger.PAYMENT, party=party, account=f"DY{party}", number=f"X-{name}", net=amount)
    if what == CAROUSEL:
        return dataclasses.replace(own, kind=ledger.INVOICE, party=party, net=amount, buyer=f"{name}-{(member + 1) % ACROSS[what][1]}")
    if what == SPLIT:
        return dataclasses.replace(own, kind=ledger.PAYMENT, party=name, account=f"DP{name}", net=400000 + own.net % 90000)
    return dataclasses.replace(own, kind=ledger.INVOICE, party=name, number=f"{name}-{member:05d}")


def grows(case):
    """Whether items of the case are planted."""
    return case in (ledger.PLAIN, ledger.BARE)


def groups_across(book):
    """{rule: [items that belong together, …]} of what was made so far; groups of one member are left out."""
    found = {rule: collections.defaultdict(list) for rule, _ in ACROSS.values()}
    for at, what in PLACES.items():
        if what in ACROSS:
            members = found[ACROSS[what][0]]
            for n in range(at, len(book), STEP):
                if grows(book.case[n] & ledger.CASE_MASK):
                    members[group(n)[0]].append(n)
    return {rule: [items for items in groups.values() if len(items) > 1] for rule, groups in found.items()}
