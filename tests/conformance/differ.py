#!/usr/bin/env python3
"""Where taxflow and the official artefact say different things about documents that nobody has looked at: for developers.

    differ.py [TAXFLOW] [--count 3000] [--seed 1] [--edits 1] [--syntax ubl,cii] [--book en16931] [--rules 'BR-*'] [--only remove,double] [--show 60] [--keep DIR] [--documents]

Edits the whole documents of $TAXFLOW_CONFORMANCE by chance (mutate.py), has both judge the outcome and prints the rules they differ in, with an
example each; --keep writes every document that differs. --documents: the documents as they are. The artefact runs under SaxonC, some 150 to
200 documents a second. What it fetches, and where to: oracle.py. Exit 1 when something differs.
"""
import argparse
import collections
import fnmatch
import json
import os
import pathlib
import random
import sys

import judge
from cases import BOOKS, whole_documents
from mutate import Mutator, targets_of
from oracle import STYLESHEETS, Oracle, Refused, stylesheet
from xml_text import Document

BATCH = 500
HERE = pathlib.Path(__file__).resolve().parent
BINARY = HERE.parents[1] / "build" / "release" / "taxflow"

Sample = collections.namedtuple("Sample", "base told text wanted")


class Findings:
    def __init__(self, options):
        self.options, self.counts, self.examples, self.exact, self.judged = options, collections.Counter(), {}, 0, 0

    def add(self, sample, verdict):
        self.judged += 1
        if verdict.crash:
            return self._note(sample, verdict, [("crashed", verdict.crash)])
        fired = {rule: severity for rule, severity in judge.fired(verdict).items() if BOOKS[self.options.book].match(rule)}
        if sample.wanted is None:  # the artefact gave up: what must not happen here is silence
            return self._note(sample, verdict, [("accepted", "what the artefact refuses")] if verdict.valid is True else [])
        found = [("missed", rule) for rule in sample.wanted if rule not in fired] + [("false", rule) for rule in fired if rule not in sample.wanted]
        found += [("severity", rule) for rule in fired if sample.wanted.get(rule, fired[rule]) != fired[rule]]
        return self._note(sample, verdict, [each for each in found if fnmatch.fnmatchcase(each[1], self.options.rules) or each[0] == "crashed"])

    def _note(self, sample, verdict, found):
        self.exact += not found
        for each in found:
            self.counts[each] += 1
            self.examples.setdefault(each, f"{sample.base}: {sample.told}")
        if found and self.options.keep:
            self._keep(sample, verdict, found)

    def _keep(self, sample, verdict, found):
        self.options.keep.mkdir(parents=True, exist_ok=True)
        stem = self.options.keep / f"{self.judged:06}"
        stem.with_suffix(".xml").write_bytes(sample.text)
        told = {"base": sample.base, "done": sample.told, "differs": [" ".join(each) for each in found], "wanted": sample.wanted, "answer": verdict.answer}
        stem.with_suffix(".json").write_text(json.dumps(told, indent=1), encoding="utf-8")

    def tell(self, shown):
        for (kind, rule), count in self.counts.most_common(shown):
            print(f"{kind:8} {rule:24} {count:5}  {self.examples[kind, rule]}")
        print(f"{self.exact} of {self.judged} documents agree in every rule of {self.options.book} ({100 * self.exact / max(1, self.judged):.2f} %)")


def asked(oracle, text, options, syntax):
    try:
        fired = oracle.fired(text.decode("utf-8"), options.book, syntax)
        return {rule: severity for rule, severity in fired.items() if BOOKS[options.book].match(rule)}  # no rules of countries
    except Refused:
        return None


def samples(oracle, options, syntax, generator):
    documents = whole_documents(pathlib.Path(os.environ["TAXFLOW_CONFORMANCE"]))
    based = [(name, Document(row["xml"])) for name, row in documents.items() if row["syntax"] == syntax]
    if options.documents:
        for name, document in based:
            yield Sample(name, "as it is", document.text, asked(oracle, document.text, options, syntax))
        return
    mutator = Mutator(generator, based, targets_of(stylesheet(options.book, syntax)), options.only and options.only.split(","))
    seen = {document.text for _, document in based}
    for _ in range(options.count):
        name, told, text = mutator.draw(options.edits)
        if text not in seen:
            seen.add(text)
            yield Sample(name, told, text, asked(oracle, text, options, syntax))


def batches(iterable, size=BATCH):
    batch = []
    for each in iterable:
        batch.append(each)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?", default=str(BINARY))
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--edits", type=int, default=1)
    parser.add_argument("--syntax", default="ubl,cii")
    parser.add_argument("--book", choices=("en16931", "peppol", "xrechnung"), default="en16931")
    parser.add_argument("--rules", default="*")
    parser.add_argument("--only", metavar="EDITS")
    parser.add_argument("--show", type=int, default=60)
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--documents", action="store_true")
    options = parser.parse_args()
    if "TAXFLOW_CONFORMANCE" not in os.environ:
        sys.exit("differ.py: TAXFLOW_CONFORMANCE names no folder")
    told = [] if options.book == "en16931" else [f"--set=tax.profiles={options.book}"]
    oracle, findings, generator = Oracle(), Findings(options), random.Random(options.seed)
    for syntax in options.syntax.split(","):
        if (options.book, syntax) not in STYLESHEETS:
            continue
        for batch in batches(samples(oracle, options, syntax, generator)):
            for sample, verdict in zip(batch, judge.judge(options.binary, [sample.text for sample in batch], told, jobs=1)):
                findings.add(sample, verdict)
    findings.tell(options.show)
    return 1 if findings.counts else 0


if __name__ == "__main__":
    sys.exit(main())
