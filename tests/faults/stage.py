"""What a campaign plays on: three brokers, a Redis that keeps a log, each role twice, a bad link for every second one, an OTLP sink."""
import http.server
import os
import pathlib
import subprocess
import sys
import threading
import time

import paths
from services import POLL_S, KafkaCluster, Process, Redis, free_ports, http as ask, until
from supervisor import Instance, Supervisor, clean_environment

ROOT = paths.TESTS.parent
ROLES = ("collector", "tax", "fraud", "monitor")
CONSUMERS = ("tax", "fraud")
PARTITIONS, INSTANCES = 8, 2
READY_S = 90
STATE_BYTES = 8 << 30  # what a record that comes late meets depends on memory past half of it, and a campaign's load depends on the machine


class Link:
    """The bad link: proxy.py as a process, so that it does not wait for the load's threads."""

    def __init__(self, target, folder):
        self.port, = free_ports(1)
        self.process = subprocess.Popen([sys.executable, str(pathlib.Path(__file__).with_name("proxy.py")), str(self.port), str(target)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(folder / "proxy.log", "wb"), text=True)

    def turn(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def stop(self):
        self.process.stdin.close()
        self.process.wait(5)


class Sink:
    """Takes traces over OTLP/HTTP: "ok" answers, "full" says 429, "hang" never answers."""

    def __init__(self):
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                while sink.mode == "hang":
                    time.sleep(POLL_S)
                self.send_response(200 if sink.mode == "ok" else 429)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.mode = "ok"
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.mode = "ok"
        self.server.shutdown()
        self.server.server_close()


class Stage:
    def __init__(self, binary):
        self.binary = binary
        self.kafka, self.redis = KafkaCluster(3), Redis(append_only=True)
        self.kafka.launch()
        self.redis.launch()
        self.kafka.wait_up()
        self.redis.wait_up()
        self.folder = self.redis.folder / "taxflow"
        (self.folder / "run").mkdir(parents=True)
        self.link, self.sink, self.supervisor = Link(self.redis.port, self.folder), Sink(), Supervisor()
        self.config, self.drops, self.numbers = self.folder / "taxflow.conf", [], 0
        self.write_config()

    def write_config(self):
        key = self.folder / "key"
        key.write_text("a secret of the fault campaign\n", encoding="ascii")
        key.chmod(0o600)
        self.config.write_text(f"""
kafka: {{ bootstrap_servers = "{self.kafka.bootstrap}"; partitions = {PARTITIONS}; replication = 3; }};
redis: {{ servers = [ "127.0.0.1:{self.redis.port}" ]; }};
collector: {{ key_file = "{key}"; }};
fraud: {{ rules = [ "{ROOT}/conf/rules/*.conf" ]; }};
state: {{ max_bytes = {STATE_BYTES}; }};
monitor: {{ period_s = 5; }};
otel: {{ endpoint = "http://127.0.0.1:{self.sink.port}"; sampler_ratio = 0.01; }};
""", encoding="utf-8")

    def instance(self, role, number, run="run"):
        """A new instance, not started. The second of a role reaches Redis over the bad link."""
        port, = free_ports(1)
        command = [self.binary, f"--role={role}", f"--config={self.config}", f"--set={role}.listen=127.0.0.1:{port}", f"--set=instance.number={number}"]
        if number == 2:
            command.append(f"--set=redis.servers=127.0.0.1:{self.link.port}")
        if role == "collector":
            drop = self.folder / f"drop-{number}"
            drop.mkdir(exist_ok=True)
            self.drops.append(drop)
            command.append(f"--set=collector.watch_dir={drop}")
        runtime = self.folder / run
        runtime.mkdir(exist_ok=True)
        return Instance(role, number, port, command, self.folder, clean_environment(RUNTIME_DIRECTORY=runtime))

    def make_topics(self):
        """A broker may not have heard yet of what another has just made."""
        return subprocess.run([self.binary, "topics", "--create", f"--config={self.config}"], capture_output=True, timeout=60, check=False,
                              env=clean_environment(RUNTIME_DIRECTORY=self.folder / "run")).returncode == 0

    def start(self):
        until(self.make_topics, READY_S, "the topics are made")
        for role in ROLES:
            for number in range(1, INSTANCES + 1):
                self.supervisor.start(self.supervisor.add(self.instance(role, number)))
        self.wait_ready()
        return self

    def ready(self, instance):
        return instance.running() and ask("GET", f"http://127.0.0.1:{instance.port}/readyz", timeout=3)[0] == 200

    def wait_ready(self):
        for instance in self.supervisor.instances:
            until(lambda instance=instance: self.ready(instance), READY_S, f"{instance.name} is ready: "
                  f"{ask('GET', f'http://127.0.0.1:{instance.port}/readyz', timeout=3)[2][:500]}")

    def targets(self):
        return [("127.0.0.1", instance.port) for instance in self.supervisor.of("collector")]

    def version(self):
        return subprocess.run([self.binary, "--version"], capture_output=True, text=True, check=False).stdout.replace("\n", "; ")

    def stop(self):
        """{instance: exit status after SIGTERM}; the services are gone afterwards."""
        statuses = self.supervisor.finish()
        self.sink.stop()
        self.link.stop()
        self.kafka.stop()
        self.redis.kill()
        return statuses


def binary():
    """The build that has failpoints, else the release."""
    named = [os.environ.get(name) for name in ("TAXFLOW_FAULTS_BINARY", "TAXFLOW_BINARY")]
    built = [str(ROOT / "build" / preset / "taxflow") for preset in ("faults", "release")]
    return next(path for path in (*named, *built) if path and os.path.exists(path))


def has_failpoints(path):
    return b"after-checkpoint" in pathlib.Path(path).read_bytes()
