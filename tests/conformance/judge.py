"""What taxflow says about documents: few processes, many files each.

judge(binary, texts, options) returns one Verdict a text, in order. A process that ends early has crashed on the first document it gave no
answer for; that one's verdict says so, and the rest goes to another process.
"""
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile

FILES_MAX = 500  # a process; short names, so that the command line stays far below its limit
JOBS = int(os.environ.get("TAXFLOW_JOBS", "2"))
LIMIT_S = 300
JUDGED = (0, 1)  # exit codes: all valid; not all valid

# valid: True, False or None; findings: as `validate --json` lists them; crash: why there is no answer, or None.
Verdict = collections.namedtuple("Verdict", "valid findings crash answer")


def fired(verdict):
    """{id: severity} of a verdict; of several findings of a rule the gravest."""
    found = {}
    for finding in verdict.findings:
        if found.get(finding["rule"]) != "fatal":
            found[finding["rule"]] = finding["severity"]
    return found


def parsed(line):
    answer = json.loads(line)
    return Verdict(answer["valid"], answer["findings"], None, answer)


def failure(done):
    how = signal.Signals(-done.returncode).name if done.returncode < 0 else f"exit {done.returncode}"
    return f"{how}: {done.stderr.decode('utf-8', 'replace').strip()[-300:]}"


def run(binary, files, options):
    """Verdicts of files, each a document of its own."""
    verdicts, left = [], list(files)
    while left:
        done = subprocess.run([binary, "validate", "--json", *options, *left], capture_output=True, check=False, timeout=LIMIT_S)
        lines = done.stdout.splitlines()
        answers = [json.loads(line)["source"] for line in lines[:len(left)]]
        for file, source in zip(left, answers):
            if re.sub(r"#\d+$", "", source) != file:
                raise AssertionError(f"an answer about {source} where {file} was next")
        verdicts += [parsed(line) for line in lines[:len(left)]]
        if len(lines) >= len(left) and done.returncode in JUDGED:
            break
        left = left[len(lines):]
        verdicts += [Verdict(None, [], failure(done), {})] if left else []
        left = left[1:]
    return verdicts


def judge(binary, texts, options=(), suffix=".xml", jobs=JOBS):
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder:
        files = []
        for number, text in enumerate(texts):
            path = pathlib.Path(folder) / f"{number:06}{suffix}"
            path.write_bytes(text)
            files.append(str(path))
        slices = [files[start:start + FILES_MAX] for start in range(0, len(files), FILES_MAX)]
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            return [verdict for part in pool.map(lambda part: run(binary, part, options), slices) for verdict in part]
