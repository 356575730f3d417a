"""Real services for the end-to-end tests: Apache Kafka (KRaft), Redis and Jaeger, each on free ports in a folder of its own.

start() returns when the service answers; stop() ends it by its process id. A service that cannot be had raises Unavailable with
the reason. Whatever still runs when the test ends is killed with it.
"""
import atexit
import base64
import ctypes
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import fetch_path  # noqa: F401  puts tests/services on the path
import fetch

POLL_S = 0.05
PR_SET_PDEATHSIG = 1


def until(condition, seconds, what):
    """Call condition until it returns something true, and return that; AssertionError past the deadline. what: text, or makes the text then."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds} s still not: {what() if callable(what) else what}")
        time.sleep(POLL_S)


# Below the range from which the kernel takes the ports of outgoing connections, so that none of those stands where a service will listen.
PORTS = range(10_240, 32_000)
held_ports = []  # a name each that no other test can have while this process lives


def hold_port(port):
    """Whether the port is free and now ours: other tests run beside this one, and a service listens later than its port is chosen."""
    name, listener = socket.socket(socket.AF_UNIX), socket.socket()
    try:
        name.bind(f"\0taxflow-test-port-{port}")
        listener.bind(("127.0.0.1", port))
    except OSError:
        name.close()
        return False
    finally:
        listener.close()
    held_ports.append(name)
    return True


def free_ports(count):
    """Ports nobody listens on and no other test will take."""
    chosen = []
    while len(chosen) < count:
        port = random.choice(PORTS)
        if hold_port(port):
            chosen.append(port)
    return chosen


def http(method, url, body=None, headers=None, timeout=30):
    """(status, headers, text) of a request; an error status is an answer too. Status 0: nobody answered."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read().decode()
    except (urllib.error.URLError, ConnectionError, TimeoutError, socket.timeout):
        return 0, {}, ""


LIBC = ctypes.CDLL(None)  # opened here: between fork and exec little may be done where other threads run


def die_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def wrong_clock(binary, days):
    """Environment of a process whose wall clock is days fast, or slow; its monotonic clock is right."""
    library = pathlib.Path(binary).with_name("libwrong_clock.so")
    assert library.exists(), f"{library} is not built"
    return {"LD_PRELOAD": str(library), "WRONG_CLOCK_S": str(days * 86400)}


class Process:
    """A child with its output in a file."""

    def __init__(self, name, command, folder, environment=None):
        self.name, self.log = name, pathlib.Path(folder) / f"{name}.log"
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, env=environment,
                                          preexec_fn=die_with_parent)
        atexit.register(self.kill)

    def running(self):
        return self.child.poll() is None

    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def status(self, field):
        """A figure of /proc/PID/status in KiB: VmRSS, VmHWM."""
        with open(f"/proc/{self.child.pid}/status", encoding="ascii") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith(field + ":"))

    def peak_mib(self):
        return self.status("VmHWM") >> 10

    def cpu_s(self):
        with open(f"/proc/{self.child.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def signal(self, number):
        if self.running():
            self.child.send_signal(number)

    def wait(self, seconds):
        """Exit status; AssertionError when it still runs."""
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {seconds} s:\n{self.text()[-3000:]}") from None

    def kill(self):
        if self.running():
            self.child.kill()
            self.child.wait()


class Service:
    """What the three have in common: a folder, a process, a question that tells when it is up."""

    name, start_s, stop_s = "", 60, 30

    def __init__(self):
        self.process = None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"taxflow-{self.name}-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)

    def command(self):
        raise NotImplementedError

    def answers(self):
        raise NotImplementedError

    def environment(self):
        return None

    def launch(self):
        """Start without waiting. In the main thread: the child dies with the thread that made it."""
        self.process = Process(self.name, self.command(), self.folder, self.environment())
        return self

    def start(self):
        return self.launch().wait_up()

    def wait_up(self):
        until(self.up_or_dead, self.start_s, f"{self.name} answers")
        return self

    def up_or_dead(self):
        if not self.process.running():
            raise AssertionError(f"{self.name} ended at the start:\n{self.process.text()[-3000:]}")
        return self.answers()

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.running():
            self.process.signal(how)
            self.process.wait(self.stop_s)

    def kill(self):
        self.stop(signal.SIGKILL)


class Kafka(Service):
    """A broker that is a controller too: alone, or one of a KafkaCluster. Storage is formatted once: stop() and start() again keep topics
    and offsets. Clients have a port of their own, so that they can be cut off while the brokers still see each other.
    """

    name = "kafka"
    heap = "512m"

    def __init__(self, auto_create=False):
        self.jars, self.kcat, self.auto_create = fetch.kafka(), fetch.kcat(), auto_create
        super().__init__()
        self.port, self.inner_port, self.controller_port = free_ports(3)
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.node, self.expected = 1, 1
        self.format([self])

    def format(self, nodes, cluster_id=None):
        """Write the files of one of nodes, and the storage."""
        self.expected = len(nodes)
        self.write_files(nodes)
        subprocess.run([*self.java(), "kafka.tools.StorageTool", "format", "-t", cluster_id or self.cluster_id(),
                        "-c", str(self.folder / "server.properties")], check=True, capture_output=True)

    @staticmethod
    def cluster_id():
        return "A" + base64.urlsafe_b64encode(os.urandom(16)).decode()[1:22]

    def write_files(self, nodes):
        copies = min(3, len(nodes))
        inner = f"127.0.0.1:{self.inner_port}"
        (self.folder / "server.properties").write_text(f"""
process.roles=broker,controller
node.id={self.node}
controller.quorum.voters={",".join(f"{node.node}@127.0.0.1:{node.controller_port}" for node in nodes)}
listeners=PLAINTEXT://{self.bootstrap},INNER://{inner},CONTROLLER://127.0.0.1:{self.controller_port}
advertised.listeners=PLAINTEXT://{self.bootstrap},INNER://{inner}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,INNER:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=INNER
log.dirs={self.folder}/data
auto.create.topics.enable={str(self.auto_create).lower()}
group.initial.rebalance.delay.ms=0
offsets.topic.num.partitions=3
offsets.topic.replication.factor={copies}
transaction.state.log.num.partitions=3
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr={max(1, copies - 1)}
min.insync.replicas={max(1, copies - 1)}
broker.session.timeout.ms=3000
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
broker.heartbeat.interval.ms=500
""", encoding="ascii")
        (self.folder / "log4j2.yaml").write_text("""
Configuration:
  Appenders: {Console: {name: out, PatternLayout: {pattern: "%d %p %c{1} %m%n"}}}
  Loggers: {Root: {level: warn, AppenderRef: {ref: out}}}
""", encoding="ascii")

    def java(self):
        return [shutil.which("java"), "-Xms128m", f"-Xmx{self.heap}", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                f"-Dlog4j2.configurationFile={self.folder}/log4j2.yaml", "-cp", f"{self.jars}/*"]

    def command(self):
        return [*self.java(), "kafka.Kafka", str(self.folder / "server.properties")]

    def answers(self):
        asked = subprocess.run([self.kcat, "-b", self.bootstrap, "-L", "-m", "2"], capture_output=True, check=False)
        return asked.returncode == 0 and f"{self.expected} brokers".encode() in asked.stdout

    def tool(self, main, *arguments):
        """One of Kafka's own command-line tools, by the class it runs: what operators have."""
        done = subprocess.run([*self.java(), main, "--bootstrap-server", self.bootstrap, *arguments], capture_output=True, text=True, check=False,
                              timeout=60)
        assert done.returncode == 0, (main, arguments, done.stdout[-1000:], done.stderr[-1000:])
        return done.stdout

    def topics(self, *arguments):
        return self.tool("org.apache.kafka.tools.TopicCommand", *arguments)

    def delete_records(self, topic, offsets):
        """Take away what lies before an offset, for each partition of a dict, as retention does."""
        wanted = self.folder / "delete.json"
        wanted.write_text(json.dumps({"version": 1, "partitions": [{"topic": topic, "partition": partition, "offset": offset}
                                                                   for partition, offset in offsets.items()]}), encoding="ascii")
        return self.tool("org.apache.kafka.tools.DeleteRecordsCommand", "--offset-json-file", str(wanted))

    def send(self, topic, text, key="", *settings):
        """Produce one record with a tool that is not ours."""
        more = [word for setting in settings for word in ("-X", setting)]
        subprocess.run([self.kcat, "-b", self.bootstrap, "-P", "-t", topic, "-k", key, *more], input=text.encode(), check=True, capture_output=True)

    def rewind(self, group, topic):
        """kafka-consumer-groups --reset-offsets --to-earliest, once the group's members are gone."""
        def done():
            told = self.tool("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", "--group", group, "--reset-offsets", "--to-earliest",
                             "--topic", topic, "--execute")
            return "inactive" not in told and topic in told
        until(done, 60, f"{group} is put back")

    def send_many(self, topic, count):
        """Produce records that mean nothing, at once."""
        subprocess.run([self.kcat, "-b", self.bootstrap, "-P", "-t", topic], input=b"x\n" * count, check=True, capture_output=True)

    def read(self, topic):
        """All committed records of a topic, as a foreign reader sees them: partition, offset, key, headers (a dict), payload."""
        done = subprocess.run([self.kcat, "-b", self.bootstrap, "-C", "-t", topic, "-o", "beginning", "-e", "-q", "-J",
                               "-X", "isolation.level=read_committed"], capture_output=True, check=True, timeout=60)
        # A header may hold bytes that are no text: tf_owner does.
        rows = [json.loads(line) for line in done.stdout.decode(errors="replace").split("\n") if line]
        for row in rows:
            flat = row.get("headers") or []
            row["headers"] = dict(zip(flat[::2], flat[1::2]))
        return rows


class Broker(Kafka):
    """One of several: formatted by its cluster, once all ports are known."""

    heap = "384m"

    def __init__(self, node):
        self.jars, self.kcat, self.auto_create = fetch.kafka(), fetch.kcat(), False
        self.name = f"kafka-{node}"
        Service.__init__(self)
        self.port, self.inner_port, self.controller_port = free_ports(3)
        self.bootstrap, self.node, self.expected = f"127.0.0.1:{self.port}", node, 0


class KafkaCluster:
    """Brokers that elect their controller; every partition has three copies, of which two must have a record."""

    def __init__(self, count=3):
        self.brokers = [Broker(node + 1) for node in range(count)]
        self.bootstrap = ",".join(broker.bootstrap for broker in self.brokers)
        cluster_id = Kafka.cluster_id()
        for broker in self.brokers:
            broker.format(self.brokers, cluster_id)

    def launch(self):
        for broker in self.brokers:
            broker.launch()
        return self

    def wait_up(self):
        for broker in self.brokers:
            broker.wait_up()
        return self

    def start(self):
        return self.launch().wait_up()

    def stop(self):
        """All at once: a controlled shutdown one by one would wait for a quorum that is going away."""
        for broker in self.brokers:
            broker.kill()

    def by_node(self, node):
        return next(broker for broker in self.brokers if broker.node == node)


class Redis(Service):
    """As the claims need it: nothing evicted; in memory, or with an append-only file that is synced every second."""

    name, start_s = "redis", 120  # it loads its log first

    def __init__(self, append_only=False):
        self.binary, self.append_only = fetch.redis(), append_only
        super().__init__()
        self.port, = free_ports(1)

    def command(self):
        return [self.binary, "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "yes" if self.append_only else "no",
                "--appendfsync", "everysec", "--dir", str(self.folder), "--maxmemory-policy", "noeviction"]

    def ask(self, *words):
        """The first line of the answer to one command."""
        text = "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as link:
            link.sendall(f"*{len(words)}\r\n{text}".encode())
            return link.makefile("rb").readline().decode().strip()

    def value(self, *words):
        """The whole answer to one command: text, a number, None, or a list of them."""
        text = "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as link:
            link.sendall(f"*{len(words)}\r\n{text}".encode())
            with link.makefile("rb") as stream:
                return self.read_value(stream)

    def read_value(self, stream):
        line = stream.readline().decode().strip()
        if line[0] == "*":
            return [self.read_value(stream) for _ in range(int(line[1:]))]
        if line[0] != "$":
            return int(line[1:]) if line[0] == ":" else line[1:]
        return None if line == "$-1" else stream.read(int(line[1:]) + 2)[:-2].decode(errors="replace")

    def answers(self):
        try:
            return self.ask("PING") == "+PONG"
        except OSError:
            return False


class Jaeger(Service):
    """OTLP in, /api/v3 out, traces in memory."""

    name = "jaeger"

    def __init__(self):
        self.binary = fetch.jaeger()
        super().__init__()
        self.otlp, self.query, self.admin, *self.others = free_ports(8)
        self.endpoint, self.api = f"http://127.0.0.1:{self.otlp}", f"http://127.0.0.1:{self.query}/api/v3"

    def environment(self):
        # It traces itself too, to a port where another test's service may listen or nobody does: then it would not end for half a minute.
        return dict(os.environ, SPAN_STORAGE_TYPE="memory", OTEL_TRACES_SAMPLER="always_off")

    def command(self):
        at = "127.0.0.1:{}".format
        return [str(self.binary), "--log-level=warn", "--collector.otlp.enabled=true", f"--collector.otlp.http.host-port={at(self.otlp)}",
                f"--query.http-server.host-port={at(self.query)}", f"--admin.http.host-port={at(self.admin)}",
                f"--collector.otlp.grpc.host-port={at(self.others[0])}", f"--collector.grpc-server.host-port={at(self.others[1])}",
                f"--collector.http-server.host-port={at(self.others[2])}", f"--query.grpc-server.host-port={at(self.others[3])}"]

    def answers(self):
        return http("GET", f"{self.api}/services", timeout=2)[0] == 200 and http("POST", f"{self.endpoint}/v1/traces", b"{}", {
            "Content-Type": "application/json"}, timeout=2)[0] == 200

    def services(self):
        return json.loads(http("GET", f"{self.api}/services")[2]).get("services") or []

    def spans(self, trace_id):
        """All spans of a trace; each gets "service", the name of who sent it."""
        status, _, text = http("GET", f"{self.api}/traces/{trace_id}")
        found, at, decoder = [], 0, json.JSONDecoder()
        text = text.strip()
        while status == 200 and at < len(text):
            chunk, at = decoder.raw_decode(text, at)
            at += len(text[at:]) - len(text[at:].lstrip())
            for resource in chunk.get("result", {}).get("resourceSpans", []):
                service = attributes(resource.get("resource", {})).get("service.name")
                for scope in resource.get("scopeSpans", []):
                    found += [dict(span, service=service) for span in scope.get("spans", [])]
        return found


def attributes(holder):
    """OTLP attributes as a dict of plain values."""
    return {row["key"]: next(iter(row["value"].values()), None) for row in holder.get("attributes", [])}
