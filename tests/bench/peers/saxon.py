#!/usr/bin/env python3
"""The official artefacts under SaxonC as tests/bench/tax.py asks every engine:

    saxon.py speed FOLDER SECONDS      one line: documents, seconds of the processor, documents refused
    saxon.py findings FOLDER           a line a document: its name, a tab, the rules that fire, or "refused"
"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "conformance"))
from oracle import Oracle, Refused  # noqa: E402  the folder is no package


def judge(oracle, text):
    """The ids, or None where it gives up."""
    try:
        return oracle.fired(text, "en16931", "cii" if "CrossIndustryInvoice" in text else "ubl")
    except Refused:
        return None


def speed(oracle, documents, seconds):
    judged = refused = 0
    judge(oracle, documents[0][1])  # compiles the stylesheet
    begun = time.process_time()
    while time.process_time() - begun < seconds:
        for _, text in documents:
            refused += judge(oracle, text) is None
            judged += 1
            if time.process_time() - begun >= seconds:
                break
    print(judged, f"{time.process_time() - begun:.6f}", refused)


def main():
    documents = [(path.name, path.read_text(encoding="utf-8")) for path in sorted(pathlib.Path(sys.argv[2]).iterdir())]
    oracle = Oracle()
    if sys.argv[1] == "speed":
        speed(oracle, documents, float(sys.argv[3]))
        return
    for name, text in documents:
        found = judge(oracle, text)
        print(f"{name}\t{'refused' if found is None else ' '.join(found)}")


if __name__ == "__main__":
    main()
