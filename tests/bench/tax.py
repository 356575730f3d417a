#!/usr/bin/env python3
"""The tax engine from bytes to verdict on one core, beside the validators that others offer: documents a second, and how often each is exact.

    tests/bench/tax.py [--seconds 3] [--rounds 3] [--engines taxflow,rust,go,saxon] [--parts speed,exact,rules,lines,taxids] [--record]

Documents are those of $TAXFLOW_CONFORMANCE: whole invoices for speed, these and edited ones for exactness (the BR-* rules of EN 16931, whose ids are
the same for all); without it our own of tests/conformance/own, for speed alone. Engines take turns, each pinned to one core: bench_tax (tax_bench.c), the crates en16931 and en16931-formats, the Go module
speedata/einvoice, and the official artefact under SaxonC. Those that cannot be had are left out, with the reason.
"""
import argparse
import collections
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import feed  # noqa: F401  the way to the other folders
import fetch_path  # noqa: F401  puts tests/services on the path
import fetch
import pipeline
import stack

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "conformance"))
import cases  # noqa: E402  the folder is no package
import tax_own  # noqa: E402

BENCH = pathlib.Path(stack.BINARY).with_name("bench_tax")
CORE = max(os.sched_getaffinity(0))
LIMIT_S = 900
LINES = (1, 100, 1000, 4000, 100000)
UBL_LEAST, RECORDS_LEAST, RULES_US_MOST, LINES_4000_MS_MOST, MEMORY_MOST, TAXID_NS_MOST = 15000, 70000, 4, 25, 3, 300
NAMES = {"taxflow": "taxflow", "rust": "en16931 0.8.0 (Rust)", "go": "einvoice v0.0.21 (Go)", "saxon": "official XSLT, SaxonC-HE 13.1"}


def command_of(engine):
    if engine == "taxflow":
        return [str(BENCH)]
    if engine == "saxon":
        fetch.artefacts()
        fetch.saxon()
        return [sys.executable, str(HERE / "peers" / "saxon.py")]
    return [str(fetch.peer_rust() if engine == "rust" else fetch.peer_go())]


def ask(command, *words):
    """What a program prints, run on one core."""
    done = subprocess.run(["taskset", "-c", str(CORE), *command, *map(str, words)], capture_output=True, text=True, check=False, timeout=LIMIT_S)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} {words}: exit {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def own_documents():
    """As cases.whole_documents has others', without what must fire."""
    return {f"{name} {syntax}": {"syntax": syntax, "xml": tax_own.WRITERS[syntax](record)}
            for name, record in tax_own.records().items() for syntax in ("ubl", "cii")}


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder, self.commands, self.left_out = options, pathlib.Path(folder), {}, []
        for engine in options.engines.split(","):
            try:
                self.commands[engine] = command_of(engine)
            except fetch.Unavailable as reason:
                self.left_out.append(f"  {NAMES[engine]} is left out: {reason}")
        data = os.environ.get("TAXFLOW_CONFORMANCE")
        self.data = pathlib.Path(data) if data else None
        self.documents = cases.whole_documents(self.data) if data else own_documents()

    def write(self, name, texts):
        """A folder of documents, one a text."""
        folder = self.folder / name
        folder.mkdir()
        for number, text in enumerate(texts):
            (folder / f"{number:06}.xml").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return folder

    def of_syntax(self, syntax):
        return [row["xml"] for row in self.documents.values() if row["syntax"] == syntax]

    def rates(self, folder, mode="speed", engines=None):
        """{engine: documents a second}, the median of rounds in turns."""
        figures = collections.defaultdict(list)
        for number in range(self.options.rounds):
            order = list(engines or self.commands)
            for engine in order if number % 2 == 0 else reversed(order):
                count, seconds, _ = ask(self.commands[engine], mode, folder, self.options.seconds).split()
                figures[engine].append(int(count) / float(seconds))
        return {engine: statistics.median(rates) for engine, rates in figures.items()}


def measure_speed(bench):
    for syntax in ("ubl", "cii"):
        texts = bench.of_syntax(syntax)
        folder = bench.write(syntax, texts)
        rates = bench.rates(folder)
        size = sum(len(text.encode("utf-8")) for text in texts)
        yield f"{syntax.upper()}, {len(texts)} whole invoices of {size / len(texts):.0f} bytes, documents a second on one core:"
        for engine, rate in rates.items():
            yield f"  {NAMES[engine]:32} {rate:10.0f} /s  {size / len(texts) * rate / 1e6:8.1f} MB/s  {rate / rates.get('taxflow', rate):8.3f} of taxflow"
        if syntax == "ubl" and "taxflow" in rates:
            yield pipeline.goal("UBL documents a second", rates["taxflow"], least=UBL_LEAST)
    if "taxflow" in bench.commands:
        rate = bench.rates(bench.folder / "ubl", "records", ("taxflow",))["taxflow"]
        yield f"  {'taxflow, their JSON records':32} {rate:10.0f} /s"
        yield pipeline.goal("JSON records a second", rate, least=RECORDS_LEAST)


def exact(bench, engine, folder, wanted):
    """How many documents of a folder fire exactly the BR-* rules that are wanted; refused ones count as wrong."""
    good = 0
    lines = ask(bench.commands[engine], "findings", folder).splitlines()
    for line, want in zip(lines, wanted, strict=True):
        rules = line.partition("\t")[2].split()
        good += rules != ["refused"] and {rule for rule in rules if cases.BOOKS["core"].match(rule)} == want
    return good


def measure_exact(bench):
    if not bench.data:
        yield "exactness is left out: TAXFLOW_CONFORMANCE names no folder with documents"
        return
    edited = list(cases.mutation_cases(bench.data, cases.Bases(bench.documents)))
    labelled = [case for case in cases.document_cases(bench.documents) if "en16931" in case.wanted]
    for title, chosen in (("whole invoices", labelled), ("edited invoices", edited)):
        folder = bench.write(title.split()[0], [case.text for case in chosen])
        wanted = [{rule for book in ("en16931", "core") for rule in case.wanted.get(book, ()) if cases.BOOKS["core"].match(rule)} for case in chosen]
        yield f"{len(chosen)} {title}, exactly the rules BR-* that must fire:"
        for engine in bench.commands:
            if engine != "saxon":  # the labels are its own
                good = exact(bench, engine, folder, wanted)
                yield f"  {NAMES[engine]:32} {good:6} {100 * good / len(chosen):7.2f} %"


def measure_rules(bench):
    median, high, most = map(float, ask(bench.commands["taxflow"], "rules", bench.folder / "ubl").split())
    yield f"rules alone, the UBL invoices once read: median {median:.2f} us, 99 of 100 within {high:.2f} us, most {most:.2f} us"
    yield pipeline.goal("rules alone, median", median, most=RULES_US_MOST, unit=" us")


def measure_lines(bench):
    yield "one UBL invoice of many lines:"
    told = {}
    for count in LINES:
        size, spent_ms, memory = map(float, ask(bench.commands["taxflow"], "lines", count).split())
        told[count] = spent_ms, memory / size
        yield (f"  {count:7} lines  {size / 1e6:8.2f} MB  {spent_ms:9.3f} ms  {spent_ms * 1e3 / count:7.2f} us a line  memory beyond the document's "
               f"{memory / 1e6:7.1f} MB, {memory / size:5.2f} times its size")
    yield pipeline.goal("4,000 lines", told[4000][0], most=LINES_4000_MS_MOST, unit=" ms")
    yield pipeline.goal("100,000 lines: memory in times the document", told[100000][1], most=MEMORY_MOST)
    yield pipeline.goal("100,000 lines: a line in times one of 4,000", told[100000][0] / told[4000][0] * 4000 / 100000, most=1.5)


def measure_taxids(bench):
    if not bench.data:
        yield "tax ids are left out: TAXFLOW_CONFORMANCE names no folder with numbers"
        return
    file = bench.folder / "taxids"
    numbers = [row for row in cases.rows(bench.data / "taxid" / "vectors.jsonl")]
    file.write_text("".join(f'{row["country"]}\t{row["kind"]}\t{row["number"]}\n' for row in numbers), encoding="utf-8")
    each_ns, most_ns, most = ask(bench.commands["taxflow"], "taxids", file).split(maxsplit=2)
    yield f"tax ids: {float(each_ns):.0f} ns each over {len(numbers)} numbers; the slowest kind {most.strip()}, {float(most_ns):.0f} ns"
    yield pipeline.goal("a tax id", float(each_ns), most=TAXID_NS_MOST, unit=" ns")


PARTS = {"speed": measure_speed, "exact": measure_exact, "rules": measure_rules, "lines": measure_lines, "taxids": measure_taxids}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engines", default="taxflow,rust,go,saxon")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="taxflow-tax-") as folder:
        bench = Bench(options, folder)
        lines = [f"load before it began {os.getloadavg()[0]:.2f}; {options.rounds} rounds of {options.seconds:g} s, seconds of the processor; engines in turns on one core, medians", *bench.left_out]
        print("\n".join(lines), flush=True)
        for part in options.parts.split(","):
            for line in PARTS[part](bench):
                print(line, flush=True)
                lines.append(line)
    if options.record:
        pipeline.record("tax.py", lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
