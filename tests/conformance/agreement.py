"""Case by case, rule by rule: what must fire against what fires. Tallies for a table, and differences with the case's name."""
import collections
import fnmatch
import pathlib
import re

from cases import BOOKS

DEVIATIONS = pathlib.Path(__file__).resolve().with_name("deviations.tsv")
FAMILY = re.compile(r"BR-(?:CO|CL|DEC|DEX|DE|TMP|[A-Z]{1,2}(?=-\d))|BR|UBL-[A-Z]+|CII-[A-Z]+|PEPPOL-[A-Z]+")

# kind: missed, false, severity or crashed (then rule says how).
Difference = collections.namedtuple("Difference", "kind rule set case")


def family(rule):
    found = FAMILY.match(rule)
    return found.group() if found else rule.split("-")[0]


class Declared:
    """The deviations that are known, with their reasons: rule, case (a pattern as of file names) and reason, a row each."""

    def __init__(self, path=DEVIATIONS):
        self.rows, self.used = [], set()
        for line in path.read_text(encoding="utf8").splitlines()[1:]:
            rule, case, reason = line.split("\t")
            if not reason.strip():
                raise ValueError(f"{path.name}: {rule} in {case} is declared without a reason")
            self.rows.append((rule, case))

    def has(self, difference):
        for row in self.rows:
            if row[0] == difference.rule and fnmatch.fnmatchcase(f"{difference.set}|{difference.case}", row[1]):
                self.used.add(row)
                return True
        return False

    def stale(self, sets):
        """Rows about these sets that no case needed."""
        return [row for row in self.rows if row not in self.used and row[1].split("|")[0] in sets]


def differences(case, fired, verdict):
    """What is not as it must be; fired is {id: severity}."""
    if verdict.crash:
        return [Difference("crashed", verdict.crash, case.set, case.name)]
    found = []
    for book, wanted in case.wanted.items():
        got = {rule for rule in fired if BOOKS[book].match(rule)}
        found += [Difference("missed", rule, case.set, case.name) for rule in sorted(wanted - got)]
        found += [Difference("false", rule, case.set, case.name) for rule in sorted(got - wanted)]
    found += [Difference("severity", rule, case.set, case.name) for rule, severity in sorted(case.severities.items())
              if rule in fired and fired[rule] != severity]
    for rule, must in case.named.items():
        if not any(BOOKS[book].match(rule) for book in case.wanted) and (rule in fired) != must:
            found.append(Difference("missed" if must else "false", rule, case.set, case.name))
    return found


class Table:
    """For each rule and set, of the firings that are wanted or happen, how many are both; and how many cases agree in all."""

    def __init__(self, must_judge, declared):
        self.must_judge, self.declared = must_judge, declared  # must_judge: function of a rule's id
        self.cells = collections.defaultdict(collections.Counter)
        self.cases = collections.defaultdict(collections.Counter)
        self.not_built, self.undeclared, self.severity = collections.Counter(), [], {}

    def add(self, case, fired, verdict):
        """The differences of a case that are not declared."""
        found = differences(case, fired, verdict)
        self.not_built.update(each.rule for each in found if not self._counts(each))
        found = [each for each in found if self._counts(each)]
        undeclared = [each for each in found if not self.declared.has(each)]
        self.undeclared += undeclared
        self.severity.update({**case.severities, **fired})
        self._add_case(case, found)
        wrong = {each.rule for each in found if each.kind in ("missed", "false")}
        for rule in self._looked_at(case, fired):
            self.cells[case.set, rule].update(fire=1, agree=int(rule not in wrong))
        return undeclared

    def _counts(self, difference):
        """A rule that this build does not claim to judge, as those of a country, cannot be missed; it is told."""
        return difference.kind != "missed" or self.must_judge(difference.rule)

    def _add_case(self, case, found):
        labelled = bool(case.wanted or case.named)
        self.cases[case.set].update(all=1, labelled=int(labelled), exact=int(labelled and not found))

    def _looked_at(self, case, fired):
        rules = {rule for wanted in case.wanted.values() for rule in wanted} | {rule for rule, must in case.named.items() if must}
        rules |= {rule for rule in fired if any(BOOKS[book].match(rule) for book in case.wanted)}
        return {rule for rule in rules if self.must_judge(rule)}

    def families(self):
        """{(family, severity): {set: Counter(fire, agree)}}."""
        found = collections.defaultdict(lambda: collections.defaultdict(collections.Counter))
        for (group, rule), cell in self.cells.items():
            found[family(rule), self.severity.get(rule, "fatal")][group].update(cell)
        return found
