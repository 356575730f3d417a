#!/usr/bin/env python3
"""Is a document judged as the record that the collector makes of it?

    tax_records.py TAXFLOW [--edited N] [--show N] [--seed N]

Documents are our own (own/*.json as UBL and CII), edited by chance, and those of the folder that TAXFLOW_CONFORMANCE names where it does. `record`, a
program beside TAXFLOW, makes the records; `taxflow validate` judges both forms, and every finding must be the same in all but its line: rule,
severity, class, term, path, observed, expected. What cannot be read has no record and must be refused as a document too.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import write_cii
import write_ubl
from cases import whole_documents
from judge import judge
from mutate import Mutator
from tax_own import records
from xml_text import Document

MEMBERS = ("rule", "class", "severity", "bt", "path", "observed", "expected", "message")


def documents():
    """[(name, Document)] of UBL and of CII."""
    found = {"ubl": [], "cii": []}
    for name, record in records().items():
        for syntax, write in (("ubl", write_ubl.document), ("cii", write_cii.document)):
            found[syntax].append((f"own {name}", Document(write(record))))
    folder = os.environ.get("TAXFLOW_CONFORMANCE")
    if folder and (pathlib.Path(folder) / "en16931").is_dir():
        for name, row in whole_documents(pathlib.Path(folder)).items():
            found[row["syntax"]].append((name, Document(row["xml"])))
    return found


def samples(count, seed):
    """(name, bytes) of the documents and of edited ones."""
    generator = random.Random(seed)
    for of_syntax in documents().values():
        yield from ((name, document.text) for name, document in of_syntax)
        mutator = Mutator(generator, of_syntax)
        for _ in range(count // 2):
            name, told, text = mutator.draw()
            yield f"{name}: {told}", text


def made(program, texts):
    """The records of documents; what is none is the reason."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, text in enumerate(texts):
            paths.append(pathlib.Path(folder) / f"{number}.xml")
            paths[-1].write_bytes(text)
        done = subprocess.run([program], input="".join(f"{path}\n" for path in paths).encode(), capture_output=True, check=True)
    return done.stdout.splitlines()


def told(verdict):
    """What must be the same."""
    findings = collections.Counter(tuple(str(finding.get(member)) for member in MEMBERS) for finding in verdict.findings)
    return verdict.valid, verdict.answer.get("profile"), tuple(verdict.answer.get("not_checked", ())), findings


def difference(of_document, of_record):
    """One sentence about what differs; None where nothing does."""
    one, other = told(of_document), told(of_record)
    if one == other:
        return None
    if one[:3] != other[:3]:
        return f"verdict {one[:3]} of the document, {other[:3]} of the record"
    return f"of the document alone {list((one[3] - other[3]).elements())[:2]}, of the record alone {list((other[3] - one[3]).elements())[:2]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", metavar="TAXFLOW")
    parser.add_argument("--edited", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()
    names, texts = zip(*samples(options.edited, options.seed))
    lines = made(pathlib.Path(options.binary).with_name("record"), texts)
    verdicts = judge(options.binary, texts)
    read = [number for number, line in enumerate(lines) if line.startswith(b"{")]
    of_records = dict(zip(read, judge(options.binary, [lines[number] + b"\n" for number in read], suffix=".json")))
    faults = []
    for number, (name, line, verdict) in enumerate(zip(names, lines, verdicts)):
        if verdict.crash:
            faults.append(f"{name}: {verdict.crash}")
        elif number in of_records:
            found = difference(verdict, of_records[number])
            faults += [f"{name}: {found}"] if found else []
        elif verdict.valid is not False:
            faults.append(f"{name}: no record ({line.decode()}), but {json.dumps(verdict.answer)[:200]}")
    print("\n".join(faults[:options.show]))
    print(f"{len(texts)} documents, {len(read)} with a record; {len(faults)} judged otherwise than their record")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
