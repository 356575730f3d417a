#!/usr/bin/env python3
"""Fetches what the end-to-end tests run against, once, into a cache outside the tree.

    tests/services/fetch.py            fetch all; says what cannot be had and why; exit 0 either way
    tests/services/fetch.py kafka      fetch one; exit 1 when it cannot be had
    tests/services/fetch.py streams    Kafka Streams, which only a measurement runs
    tests/services/fetch.py artefacts saxon    the official rules and what runs them: tests/conformance/differ.py
    tests/services/fetch.py peer-rust peer-go  other validators of invoices: tests/bench/tax.py

Kafka and Kafka Streams: jars, by Maven, as a pom.xml names them. Jaeger: its all-in-one, built from the Go module inside a scratch module,
because its go.mod has a replace line that `go install` refuses. Redis and kcat come from the distribution.
Cache: $TAXFLOW_CACHE, else $XDG_CACHE_HOME/taxflow, else ~/.cache/taxflow.
"""
import contextlib
import fcntl
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
JAEGER_MODULE, JAEGER_VERSION = "github.com/jaegertracing/jaeger", "v1.76.0"
SAXON_VERSION = "13.1.1"
GO_LEAST = (1, 21)  # older ones cannot fetch the toolchain that the module asks for


class Unavailable(Exception):
    """A service that cannot be had on this machine, and why."""


def cache():
    base = os.environ.get("TAXFLOW_CACHE")
    if not base:
        home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
        base = os.path.join(home, "taxflow")
    path = pathlib.Path(base)
    path.mkdir(parents=True, exist_ok=True)
    return path


def tool(name, why):
    path = shutil.which(name)
    if not path:
        raise Unavailable(f"{name} is not installed ({why})")
    return path


def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    if done.returncode != 0:
        raise Unavailable(f"`{' '.join(command[:4])} …` failed: {done.stdout.strip()[-600:]}")
    return done.stdout


@contextlib.contextmanager
def made_once(name):
    """Yields None when cache/name is there, else a fresh folder that takes its place at the end."""
    target = cache() / name
    with open(cache() / f".{name}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if target.exists():
            yield None
            return
        fresh = pathlib.Path(tempfile.mkdtemp(prefix=f".{name}-", dir=cache()))
        try:
            yield fresh
            fresh.rename(target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def jars(name, pom):
    """The folder with what a pom.xml names."""
    name += "-" + hashlib.sha256(pom.read_bytes()).hexdigest()[:12]
    if (cache() / name).exists():
        return cache() / name
    maven = tool("mvn", "it fetches Kafka: apt-get install maven")
    with made_once(name) as fresh:
        if fresh:
            run([maven, "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={fresh}", "-DincludeScope=runtime"])
    return cache() / name


def kafka():
    """The folder with the broker's jars."""
    tool("java", "Kafka runs on it: apt-get install default-jre-headless")
    return jars("kafka", HERE / "pom.xml")


def streams():
    """The folder with the jars of tests/bench/streams, whose source Java itself compiles."""
    tool("javac", "it compiles what is compared: apt-get install default-jdk-headless")
    return jars("streams", HERE.parent / "bench" / "streams" / "pom.xml")


def artefacts():
    """The folder with the jars that carry the official rules as XSLT."""
    return jars("artefacts", HERE.parent / "conformance" / "pom.xml")


def saxon():
    """The folder to import saxonche from: SaxonC-HE for the Python that runs this."""
    name = f"saxonche-{SAXON_VERSION}-{sys.implementation.cache_tag}"
    with made_once(name) as fresh:
        if fresh:
            run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(fresh), f"saxonche=={SAXON_VERSION}"])
    return cache() / name


def built_peer(name, build):
    """The program of tests/bench/peers/NAME; build(copy of its folder) makes it and returns where it lies."""
    source = HERE.parent / "bench" / "peers" / name
    files = sorted(path for path in source.rglob("*") if path.is_file())
    name = f"peer-{name}-" + hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
    with made_once(name) as fresh:
        if fresh:
            with tempfile.TemporaryDirectory(dir=cache()) as folder:
                copy = shutil.copytree(source, pathlib.Path(folder) / "peer")
                shutil.copy2(build(copy), fresh / "peer")
    return cache() / name / "peer"


def peer_rust():
    """The crates en16931 and en16931-formats."""
    cargo = tool("cargo", "it builds the Rust crates that the tax rules are compared with; Rust 1.88 or newer")
    return built_peer("rust", lambda copy: run([cargo, "build", "-q", "--release"], cwd=copy) or copy / "target" / "release" / "peer")


def peer_go():
    """The module github.com/speedata/einvoice."""
    go = tool("go", "it builds the Go module that the tax rules are compared with")
    return built_peer("go", lambda copy: run([go, "build", "-mod=mod", "-o", "peer", "."], cwd=copy) or copy / "peer")


def go_module(go, environment):
    """go.mod and go.sum of Jaeger, as the module proxy has them."""
    with tempfile.TemporaryDirectory() as folder:
        told = json.loads(run([go, "mod", "download", "-json", f"{JAEGER_MODULE}@{JAEGER_VERSION}"], cwd=folder, env=environment))
    return pathlib.Path(told["GoMod"]).read_text(encoding="utf-8"), (pathlib.Path(told["Dir"]) / "go.sum").read_bytes()


def build_jaeger(go, target):
    environment = dict(os.environ, GOFLAGS="-mod=mod")
    mod, sums = go_module(go, environment)
    requires = re.findall(r"^require \(\n.*?^\)", mod, re.M | re.S)
    replaces = re.findall(r"^replace [^(\n]+$|^replace \(\n.*?^\)", mod, re.M | re.S)
    version = re.search(r"^go [0-9.]+$", mod, re.M).group()
    scratch = ["module taxflow.test/jaeger", version, f"require {JAEGER_MODULE} {JAEGER_VERSION}", *requires, *replaces]
    with tempfile.TemporaryDirectory(dir=cache()) as folder:
        (pathlib.Path(folder) / "go.mod").write_text("\n".join(scratch) + "\n", encoding="utf-8")
        (pathlib.Path(folder) / "go.sum").write_bytes(sums)
        run([go, "build", "-o", str(target / "all-in-one"), f"{JAEGER_MODULE}/cmd/all-in-one"], cwd=folder, env=environment)


def jaeger():
    """Jaeger's all-in-one binary; the first time takes minutes."""
    name = f"jaeger-{JAEGER_VERSION}"
    if (cache() / name).exists():
        return cache() / name / "all-in-one"
    go = tool("go", f"it builds Jaeger {JAEGER_VERSION}; Go {GO_LEAST[0]}.{GO_LEAST[1]} or newer")
    found = re.search(r"go(\d+)\.(\d+)", run([go, "version"]))
    if not found or tuple(map(int, found.groups())) < GO_LEAST:
        raise Unavailable(f"go is too old to build Jaeger {JAEGER_VERSION}: Go {GO_LEAST[0]}.{GO_LEAST[1]} or newer is needed")
    with made_once(name) as fresh:
        if fresh:
            build_jaeger(go, fresh)
    return cache() / name / "all-in-one"


def redis():
    return tool("redis-server", "apt-get install redis-server")


def kcat():
    return tool("kcat", "the foreign reader: apt-get install kcat")


SERVICES = {"kafka": kafka, "jaeger": jaeger, "redis": redis, "kcat": kcat, "streams": streams, "artefacts": artefacts, "saxon": saxon,
            "peer-rust": peer_rust, "peer-go": peer_go}
TESTED = ["kafka", "jaeger", "redis", "kcat"]


def main(names):
    missing = 0
    for name in names or TESTED:
        try:
            print(f"{name}: {SERVICES[name]()}", flush=True)
        except Unavailable as reason:
            missing += 1
            print(f"{name}: what needs it is skipped: {reason}", flush=True)
    return 1 if names and missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
