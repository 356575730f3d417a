#!/usr/bin/env python3
"""The image and the compose files on a real engine: built, brought up, fed, broken and brought down; Kafka with ZooKeeper too.

Usage: test_compose.py. `./dev test compose` runs it. Where no engine answers one is started; where no registry does, images of the same names are
made from Debian's and Maven's packages. Prints a table of steps and seconds; exit 77 where no engine can be had.
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import roots
import standins
from engine import Compose, Engine
from machine import until
from test_deb import SKIPPED, SOURCE, Steps

sys.path.insert(0, str(SOURCE / "tests" / "e2e"))
import fetch  # noqa: E402  roots has put it on the path
from services import Process, attributes, http  # noqa: E402
from stack import BINARY, PRIVATE, event, invoice  # noqa: E402

ROLES = ("collector", "tax", "fraud", "monitor")
SERVICES = ("kafka", "redis", "jaeger", *ROLES)
PORTS = {"kafka": 9093, "redis": 6379, "otlp": 4318, "jaeger": 16686, "collector": 9101, "fraud": 9102, "tax": 9103, "monitor": 9104}
EVENTS = f"http://127.0.0.1:{PORTS['collector']}/v1/events"
FIRST_JUDGED_S, HEALTHY_S, JUDGED_S = 60, 120, 60
BUSY = 4  # where others want the machine four times over, how long it takes says nothing
IMAGE_MB = 60
CONFIGURATION, PERMISSION = 78, 77
RESTARTS, LEAST_S = 6, 5  # the engine waits 0.1 s, then twice as long each time: six restarts take 6.3 s
SAMPLE = "payments.ndjson"


def host_taxflow(*words, check=True, **environment):
    """The program on this machine, without options of its own."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("TAXFLOW_", "OTEL_"))}
    done = subprocess.run([BINARY, *words], capture_output=True, text=True, env={**plain, **environment}, timeout=60, check=False)
    assert not check or done.returncode == 0, (words, done.returncode, done.stderr[-2000:])
    return done


def rows(topic):
    """Ids of events in the committed rows of a topic, as a foreign reader sees them."""
    done = subprocess.run([fetch.kcat(), "-b", f"localhost:{PORTS['kafka']}", "-C", "-t", topic, "-o", "beginning", "-e", "-q", "-X", "isolation.level=read_committed"],
                          capture_output=True, check=False, timeout=60)
    return [json.loads(line)["event_id"] for line in done.stdout.decode(errors="replace").splitlines() if line]


def judged(event_id):
    """By both roles; none more than once."""
    counts = [rows(f"taxflow.{role}").count(event_id) for role in ("tax", "fraud")]
    assert max(counts) <= 1, (event_id, counts)
    return counts == [1, 1]


class Images:
    """What the Dockerfile makes."""

    def __init__(self, engine):
        self.engine = engine

    def build(self, tag="taxflow", release="trixie", *options):
        standins.debian(self.engine, release)
        self.engine.docker("build", "--network", "host", "--build-arg", f"DEBIAN={release}", *options, "-t", tag, SOURCE)

    def beyond_base(self, tag, release):
        """Megabytes of the layers on top of Debian's."""
        return (self.engine.inspect(tag)["Size"] - self.engine.inspect(f"debian:{release}-slim")["Size"]) / 1e6

    def digest(self, tag):
        return self.engine.docker("run", "--rm", "--entrypoint", "/usr/bin/sha256sum", tag, "/usr/bin/taxflow").split()[0]

    def small(self):
        size = self.beyond_base("taxflow", "trixie")
        assert size <= IMAGE_MB, f"{size:.1f} MB beyond its base"
        return f"{size:.1f} MB beyond its base"

    def confined(self):
        """No user but its own, nothing written, no capability, no network, no shell."""
        image = self.engine.inspect("taxflow")["Config"]
        assert image["User"] == "10001:10001" and image["Healthcheck"]["Test"] == ["CMD", "/usr/bin/taxflow", "health"], image
        told = self.engine.docker("run", "--rm", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--network", "none",
                                  "-v", "/dev/null:/usr/bin/dash:ro", "-v", "/dev/null:/usr/bin/bash:ro", "taxflow", "demo", "--json")
        report = json.loads(told[told.index("{"):])
        assert report["received"] == report["accepted"] + report["duplicates"] + report["dead_lettered"] and report["received"] > 100, report
        return "the demo without root, capabilities, network, shell or a file system to write to"

    def again(self):
        self.build("taxflow:again", "trixie", "--no-cache")
        digests = [self.digest(tag) for tag in ("taxflow", "taxflow:again")]
        assert digests[0] == digests[1], digests
        self.engine.docker("rmi", "taxflow:again")
        return "built again from nothing: the same program"

    def older(self):
        self.build("taxflow:bookworm", "bookworm")
        told = self.engine.docker("run", "--rm", "taxflow:bookworm", "--version")
        assert told.startswith("taxflow "), told
        size = self.beyond_base("taxflow:bookworm", "bookworm")
        counts = [audited(self.engine, tag)["fraud"] for tag in ("taxflow", "taxflow:bookworm")]
        assert counts[0] == counts[1], counts
        self.engine.docker("rmi", "taxflow:bookworm")
        return f"DEBIAN=bookworm: {size:.1f} MB beyond its base, and judges as the other does"


def audited(engine, tag, *words):
    """The report of `docker run … audit` on a file of this machine."""
    with tempfile.TemporaryDirectory(prefix="taxflow-data-") as folder:
        os.chmod(folder, 0o755)
        shutil.copy(SOURCE / "conf" / "samples" / SAMPLE, folder)
        told = engine.docker("run", "--rm", "-v", f"{folder}:/data", tag, "audit", "--json", *words, f"/data/{SAMPLE}")
        return json.loads(told[told.index("{"):])


class Flow:
    """Everything of the compose files, up."""

    def __init__(self, engine, *files, command=None):
        self.engine, self.compose, self.posted, self.token = engine, Compose(engine, SOURCE, *files, command=command), [], None

    def post(self, name, **headers):
        """The event's id, once the collector has taken it."""
        body = json.dumps(event(name, invoice(f"N-{name}"))).encode()
        told = {"Content-Type": "application/cloudevents+json", "Authorization": f"Bearer {self.token}", **headers}
        until(lambda: http("POST", EVENTS, body, told, timeout=10)[0] in (200, 202), HEALTHY_S, f"the collector takes {name}")
        self.posted.append(name)
        return name

    def up(self, seconds=FIRST_JUDGED_S):
        begun = time.monotonic()
        self.compose.run("up", "-d")
        self.token = self.secret("token")
        name = self.post("first")
        until(lambda: judged(name), JUDGED_S, "the first event is judged")
        took = time.monotonic() - begun
        load = os.getloadavg()[0] / os.cpu_count()
        assert took <= seconds or load > BUSY, f"{took:.1f} s to the first judged event"
        return f"up -d to the first judged event: {took:.1f} s, with a load of {load:.1f} a core"

    def secret(self, name):
        return self.compose.text("run", "--rm", "-T", "secrets", "cat", f"/run/secrets/{name}").strip()

    def healthy(self):
        for service in SERVICES:
            until(lambda: self.compose.healthy(service), HEALTHY_S, f"{service} is healthy")
        return f"healthy: {', '.join(SERVICES)}"

    def confined(self):
        """As the file says it, and on loopback only."""
        for role in ROLES:
            host = self.compose.container(role)["HostConfig"]
            assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and host["Memory"] > 0 and host["RestartPolicy"]["Name"] == "unless-stopped", (role, host)
        for service in SERVICES:
            published = [at["HostIp"] for ats in self.compose.container(service)["HostConfig"]["PortBindings"].values() for at in ats]
            assert published and set(published) == {"127.0.0.1"}, (service, published)
        assert http("POST", EVENTS, b"{}", {"Content-Type": "application/json"})[0] == 401
        return "roles read-only and without capabilities; all ports on loopback; no token, no entry"

    def trace(self):
        trace_id = hashlib.sha256(os.urandom(16)).hexdigest()[:32]
        name = self.post("traced", traceparent=f"00-{trace_id}-00f067aa0ba902b7-01")
        until(lambda: judged(name), JUDGED_S, "the traced event is judged")
        found = until(lambda: len(services := self.services_of(trace_id)) >= 3 and services, JUDGED_S, "Jaeger has the whole trace")
        return f"its trace in Jaeger: {', '.join(sorted(found))}"

    @staticmethod
    def services_of(trace_id):
        status, _, text = http("GET", f"http://127.0.0.1:{PORTS['jaeger']}/api/v3/traces/{trace_id}")
        resources = json.loads(text)["result"]["resourceSpans"] if status == 200 else []
        return {attributes(resource["resource"])["service.name"] for resource in resources}

    def sends(self):
        for told in (self.compose.text("run", "--rm", "-T", "collector", "send"), host_taxflow("send").stdout):
            assert re.fullmatch(r"\S+ partition \d+ offset \d+\n", told), told
            until(lambda name=told.split()[0]: judged(name), JUDGED_S, "what was sent is judged")
        return "docker-compose run --rm collector send, and taxflow send on this machine without options"

    def monitor_logs(self):
        def told():
            lines = [line[line.index("{"):] for line in self.compose.text("logs", "--no-color", "monitor").splitlines() if "{" in line]
            return {"service_changed", "lag_status"} <= {json.loads(line).get("event") for line in lines}
        until(told, JUDGED_S, "the monitor logs health and lag")
        everything = self.compose.text("logs", "--no-color", *ROLES)
        assert not any(word in everything for word in PRIVATE)
        return "logs monitor: health of services and status of processing; nothing personal in any role's"

    def kills(self):
        for service in SERVICES:
            before = self.compose.container(service)["State"]["StartedAt"]
            self.compose.kill(service)
            name = self.post(f"after-{service}")
            until(lambda: self.compose.container(service)["State"]["StartedAt"] != before and self.compose.healthy(service), HEALTHY_S, f"{service} is back")
            until(lambda: judged(name), JUDGED_S, f"judged after {service} was killed")
        for role in ("tax", "fraud"):
            counted = rows(f"taxflow.{role}")
            assert all(counted.count(name) == 1 for name in self.posted), counted
        return f"each killed, and back: {len(self.posted)} events, each judged once by both roles"

    def by_hand(self, folder):
        """The services in containers, the roles as processes of this machine."""
        self.compose.run("stop", *ROLES)
        key = folder / "key"
        key.write_text(self.secret("key") + "\n", encoding="ascii")
        key.chmod(0o600)
        settings = {"TAXFLOW_COLLECTOR__KEY_FILE": str(key), "TAXFLOW_KAFKA__REPLICATION": "1", "RUNTIME_DIRECTORY": str(folder),
                    "TAXFLOW_FRAUD__RULES": f"{SOURCE}/conf/rules/*.conf"}
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("TAXFLOW_", "OTEL_"))}
        roles = [Process(role, [BINARY, f"--role={role}"], folder, {**plain, **settings}) for role in ROLES]
        until(lambda: host_taxflow("health", "all", check=False).returncode == 0, HEALTHY_S, "all roles are ready")
        name = self.post("by-hand")
        until(lambda: judged(name), JUDGED_S, "judged by roles on this machine")
        for role in roles:
            role.signal(signal.SIGTERM)
        assert [role.wait(30) for role in roles] == [0] * len(roles)
        self.compose.run("start", *ROLES)
        self.healthy()
        return "the roles by hand on this machine beside the services, and in containers again"

    def port_taken(self):
        self.compose.run("rm", "-s", "-f", "monitor")
        with socket.create_server(("127.0.0.1", PORTS["monitor"])):
            told = self.compose.fails("up", "-d", "monitor")
        assert str(PORTS["monitor"]) in told, told
        self.compose.run("up", "-d", "monitor")
        until(lambda: self.compose.healthy("monitor"), HEALTHY_S, "monitor is healthy")
        return "a port that is taken is named, and is no trouble once it is free"

    def wrong_owner(self):
        """Told each time, by a container that comes back ever more slowly; the next up puts it right."""
        self.compose.run("run", "--rm", "-T", "secrets", "chown", "0:0", "/run/secrets/key")
        self.compose.run("restart", "collector")
        begun, base = time.monotonic(), self.compose.container("collector")["RestartCount"]
        until(lambda: self.compose.container("collector")["RestartCount"] >= base + RESTARTS, HEALTHY_S, "the collector was restarted a few times")
        took = time.monotonic() - begun
        assert took >= LEAST_S, f"{RESTARTS} restarts in {took:.1f} s"
        until(lambda: self.compose.container("collector")["State"]["ExitCode"] == CONFIGURATION, HEALTHY_S, "exit 78")
        told = self.compose.text("logs", "--no-color", "--tail=20", "collector")
        assert "collector.key_file cannot be read" in told and "/run/secrets/key" in told, told
        self.compose.run("up", "-d")
        until(lambda: self.compose.healthy("collector"), HEALTHY_S, "the collector is healthy again")
        return f"wrong owner of a secret: exit 78 and told why, {RESTARTS} restarts in {took:.1f} s; put right by the next up"

    def down(self):
        """Volumes stay: what was judged is still there after the next up."""
        self.compose.run("down")
        assert not self.compose.text("ps", "-q").strip()
        self.compose.run("up", "-d")
        name = self.post("after-down")
        until(lambda: judged(name), JUDGED_S, "judged after down and up")
        counted = rows("taxflow.tax")
        assert all(counted.count(name) == 1 for name in self.posted), counted
        self.compose.run("down", "-v")
        return "down, and up again with all that was judged; down -v"


def files_of_users(engine):
    """Results go where the user may write; where the container's user may not, it says so."""
    report = audited(engine, "taxflow")
    assert report["received"] > 100, report
    with tempfile.TemporaryDirectory(prefix="taxflow-data-") as folder:
        os.chmod(folder, 0o755)
        shutil.copy(SOURCE / "conf" / "samples" / SAMPLE, folder)
        command = ("taxflow", "audit", "--out=/data/out", f"/data/{SAMPLE}")
        for volume in (f"{folder}:/data", f"{folder}:/data:ro"):
            status, told = engine.ask("run", "--rm", "-v", volume, *command)
            assert status == PERMISSION and "/data/out" in told, (status, told)
        engine.docker("run", "--rm", "--user", f"{os.getuid()}:{os.getgid()}", "-v", f"{folder}:/data", *command)
        assert (pathlib.Path(folder) / "out" / "findings.csv").stat().st_uid == os.getuid()
    return "audit of a mounted file; a folder that is not to be written to is exit 77, and --user writes as its owner"


def unconfigured(engine):
    for words, said in ((("--role=collector",), "collector.key_file must be set"), (("--role=tax", "--set", "tax.listen=0.0.0.0:9103"), "http.token_file")):
        status, told = engine.ask("run", "--rm", "--read-only", "taxflow", *words)
        assert status == CONFIGURATION and said in told, (status, told)
    return "without a key, and beyond loopback without a token: exit 78"


def ports_free():
    for name, port in PORTS.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise roots.Unavailable(f"port {port} of {name} is taken on this machine") from None


def all_steps(engine, steps, folder):
    images, flow = Images(engine), Flow(engine)
    images.build()
    steps.done("the image built")
    for step in (images.small, images.confined):
        steps.done(step())
    for step in (files_of_users, unconfigured):
        steps.done(step(engine))
    try:
        for step in (flow.up, flow.healthy, flow.confined, flow.trace, flow.sends, flow.monitor_logs, flow.kills):
            steps.done(step())
        steps.done(flow.by_hand(folder))
        for step in (flow.port_taken, flow.wrong_owner, flow.down):
            steps.done(step())
    except AssertionError:
        print(engine.ask("ps", "-a")[1], flow.compose.text("logs", "--no-color", "--tail=15"), sep="\n")
        raise
    finally:
        flow.compose.run("down", "-v")
    command = standins.other_compose(engine, SOURCE)
    steps.done("compose v2 in a container" if command else "compose v2 cannot reach this engine from a container: going on with what is here")
    older = Flow(engine, "docker-compose.yml", "docker-compose.zookeeper.yml", command=command)
    try:
        steps.done(f"Kafka 3.9 with ZooKeeper: {older.up(2 * FIRST_JUDGED_S)}")
        older.healthy()
        steps.done(older.sends())
    finally:
        older.compose.run("down", "-v")
    for step in (images.older, images.again):
        steps.done(step())


def main():
    steps = Steps("compose")
    try:
        ports_free()
        with Engine() as engine, tempfile.TemporaryDirectory(prefix="taxflow-compose-") as folder:
            steps.done("an engine of our own" if engine.own else "the engine of this machine")
            names = standins.named_in(SOURCE / "docker-compose.yml", SOURCE / "docker-compose.zookeeper.yml")
            made = [name for name in names if standins.provide(engine, name)]
            steps.done(f"images: {', '.join(names)}" + (f" (made here: {', '.join(made)})" if made else ""))
            all_steps(engine, steps, pathlib.Path(folder))
    except (roots.Unavailable, fetch.Unavailable) as reason:
        print(f"skipped: {reason}")
        return SKIPPED
    print(f"{steps.title:10} {sum(seconds for _, seconds in steps.rows):7.1f} s  in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
