#!/usr/bin/env python3
"""taxflow doctor: each of these faults, put there one after the other, is named with what to do about it; without one, nothing is said."""
import http.server
import os
import socket
import ssl
import subprocess
import threading
import unittest

from letters import CONFIG_COMMANDS
from services import Kafka, Redis, free_ports, until, wrong_clock
from stack import BINARY, ROOT
import suite

NO_INPUT, UNAVAILABLE, PERMISSION, CONFIG = 66, 69, 77, 78


class MisleadingKafka(Kafka):
    """A broker that names its clients an address where nobody is."""

    def write_files(self, nodes):
        super().write_files(nodes)
        path = self.folder / "server.properties"
        lines = path.read_text(encoding="ascii").splitlines()
        closed, = free_ports(1)
        path.write_text("\n".join(line.replace(f":{self.port}", f":{closed}") if line.startswith("advertised.listeners") else line for line in lines) + "\n",
                        encoding="ascii")


class TlsServer:
    """Something that wants TLS, with a certificate of its own."""

    def __init__(self, folder):
        certificate = folder / "tls.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", certificate, "-out", folder / "crt"],
                       check=True, capture_output=True)
        certificate.write_bytes(certificate.read_bytes() + (folder / "crt").read_bytes())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, args=(context,), daemon=True).start()

    def serve(self, context):
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            link.settimeout(3)
            try:
                context.wrap_socket(link, server_side=True)
            except OSError:
                pass
            link.close()


class DoctorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kafka, cls.redis = Kafka().launch(), Redis().launch()
        cls.kafka.wait_up()
        cls.redis.wait_up()
        cls.folder = cls.redis.folder
        cls.receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=cls.receiver.serve_forever, daemon=True).start()
        cls.key = cls.folder / "key"
        cls.key.write_text("a secret of this test, 32 bytes.\n", encoding="ascii")
        cls.key.chmod(0o600)
        cls.drop = cls.folder / "drop"
        cls.drop.mkdir()
        cls.ports = free_ports(4)
        assert cls.run_taxflow("topics", "--create").returncode == 0

    @classmethod
    def tearDownClass(cls):
        cls.kafka.stop()
        cls.redis.stop()

    @classmethod
    def settings(cls, **changes):
        listen = dict(zip(("collector", "tax", "fraud", "monitor"), cls.ports))
        values = {"kafka.bootstrap_servers": cls.kafka.bootstrap, "kafka.replication": 1, "kafka.partitions": 4, "redis.servers": f"127.0.0.1:{cls.redis.port}",
                  "collector.key_file": cls.key, "collector.watch_dir": cls.drop, "otel.endpoint": f"http://127.0.0.1:{cls.receiver.server_port}",
                  "fraud.rules": f"{ROOT}/conf/rules/*.conf", **{f"{role}.listen": f"127.0.0.1:{port}" for role, port in listen.items()},
                  **{name.replace("__", "."): value for name, value in changes.items()}}
        return [f"--set={name}={value}" for name, value in values.items()]

    @classmethod
    def run_taxflow(cls, command, *arguments, environment=None, before=(), **changes):
        return subprocess.run([*before, BINARY, command, *arguments, *cls.settings(**changes)], capture_output=True, text=True, check=False, timeout=120,
                              env={"PATH": os.environ["PATH"], **(environment or {})})

    def doctor(self, **options):
        return self.run_taxflow("doctor", **options)

    def names(self, status, *words, **options):
        """The fault is an error with these words, something to try stands below it, and the program ends with this status."""
        done = self.doctor(**options)
        lines = done.stdout.splitlines()
        found = [i for i, line in enumerate(lines) if line.startswith("error") and all(word in line + (lines[i + 1] if i + 1 < len(lines) else "") for word in words)]
        self.assertTrue(found, f"{words} not in:\n{done.stdout}{done.stderr}")
        self.assertEqual(done.returncode, status, done.stdout)
        return lines[found[0]]

    def alter(self, topic, setting):
        for main in CONFIG_COMMANDS:
            try:
                return self.kafka.tool(main, "--alter", "--entity-type", "topics", "--entity-name", topic, "--add-config", setting)
            except AssertionError as failed:
                last = failed
        raise last

    # ---- Without a fault ----

    def test_nothing_is_in_the_way(self):
        done = self.doctor()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("nothing is in the way", done.stdout)
        self.assertNotIn("error", done.stdout)

    # ---- Configuration and files ----

    def test_configuration(self):
        for changes, word in (({"kafka__partition": 3}, "partitions"), ({"fraud__rules": "/nowhere/rules.conf"}, "/nowhere/rules.conf"), ({"role": "tex"}, "did you mean tax")):
            done = self.doctor(**changes)
            self.assertIn(done.returncode, (CONFIG, NO_INPUT), done.stderr)
            self.assertIn(word, done.stderr)

    def test_secret_open_to_all(self):
        self.key.chmod(0o644)
        self.addCleanup(self.key.chmod, 0o600)
        done = self.doctor(**{"role": "collector"})
        self.assertEqual(done.returncode, CONFIG)
        self.assertIn("chmod 600", done.stderr)

    def test_folder_missing(self):
        self.names(CONFIG, "collector.watch_dir", "No such file", "install -d", collector__watch_dir=self.folder / "absent")

    def test_folder_is_a_file(self):
        self.names(CONFIG, "is no folder", collector__watch_dir=self.key)

    def mounted(self, name, options):
        folder = self.folder / name
        folder.mkdir()
        if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False).returncode != 0:
            self.skipTest("no folder can be mounted here")
        self.addCleanup(subprocess.run, ["umount", folder], check=True)
        return folder

    def test_folder_read_only(self):
        self.names(PERMISSION, "cannot be written to", "read-write", collector__watch_dir=self.mounted("ro", "ro,size=64k"))

    def test_disk_full(self):
        folder = self.mounted("full", "size=64k")
        with self.assertRaises(OSError):
            (folder / "filling").write_bytes(bytes(1 << 20))
        self.names(UNAVAILABLE, "is full", "free some", collector__watch_dir=folder)

    # ---- This machine ----

    def test_port_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.names(CONFIG, "tax.listen", "taken by another program", "ss -ltnp", tax__listen=f"127.0.0.1:{taken.getsockname()[1]}")

    def test_foreign_address(self):
        token = self.folder / "tokens"
        token.write_text("a-token-of-this-test-of-32-bytes-and-more\n", encoding="ascii")
        token.chmod(0o600)
        self.names(CONFIG, "tax.listen", "ip -brief address", tax__listen="192.0.2.7:9103", http__token_file=token)

    def test_few_open_files(self):
        done = self.doctor(before=["prlimit", "--nofile=256:256"])
        self.assertRegex(done.stdout, r"(?m)^advice +machine 256 open files.*\n +try +LimitNOFILE")

    def test_clock_off(self):
        self.names(CONFIG, "clock", "172", "chrony", environment=wrong_clock(BINARY, 2))

    # ---- Kafka ----

    def test_kafka_unknown_host(self):
        self.names(UNAVAILABLE, "no host of this name", "getent hosts", kafka__bootstrap_servers="kafka.invalid:9093")

    def test_kafka_wrong_port(self):
        self.names(UNAVAILABLE, "nothing listens there", "kafka.bootstrap_servers", kafka__bootstrap_servers=f"127.0.0.1:{free_ports(1)[0]}")

    def test_kafka_is_something_else(self):
        self.names(UNAVAILABLE, "Redis answers", "kafka.bootstrap_servers", kafka__bootstrap_servers=f"127.0.0.1:{self.redis.port}")
        self.names(UNAVAILABLE, "HTTP server answers", kafka__bootstrap_servers=f"127.0.0.1:{self.receiver.server_port}")

    def test_kafka_silent(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            self.names(UNAVAILABLE, "does not answer", kafka__bootstrap_servers=f"127.0.0.1:{silent.getsockname()[1]}")

    def test_plain_against_tls(self):
        server = TlsServer(self.folder)
        self.names(UNAVAILABLE, "wants TLS", "security.protocol=ssl", kafka__bootstrap_servers=f"127.0.0.1:{server.port}")
        server.listener.close()

    def test_tls_against_plain(self):
        self.names(UNAVAILABLE, "without TLS", "security.protocol", kafka__properties="security.protocol=ssl")

    def test_advertised_address(self):
        misleading = MisleadingKafka()
        misleading.answers = lambda: socket.socket().connect_ex(("127.0.0.1", misleading.port)) == 0
        misleading.start()
        self.addCleanup(misleading.kill)
        until(lambda: "advertised.listeners" in self.doctor(kafka__bootstrap_servers=misleading.bootstrap).stdout, 30, "the broker answers")
        self.names(UNAVAILABLE, "nothing listens there", "advertised.listeners", kafka__bootstrap_servers=misleading.bootstrap)

    def test_topics_missing(self):
        self.names(CONFIG, "is missing", "taxflow topics --create", kafka__topic_prefix="nobody")

    def test_topics_as_they_must_not_be(self):
        self.assertEqual(self.run_taxflow("topics", "--create", kafka__topic_prefix="spoilt").returncode, 0)
        for topic, setting, word in (("spoilt.audit", "min.insync.replicas=2", "nothing can be written"), ("spoilt.fraud.state", "cleanup.policy=delete", "needed compact"),
                                     ("spoilt.tax", "max.message.bytes=1000", "max.message.bytes"), ("spoilt.dlq", "retention.ms=1000", "shorter than redis.window_s")):
            self.alter(topic, setting)
            self.names(CONFIG, topic, word, kafka__topic_prefix="spoilt")

    # ---- Redis ----

    def test_redis_wrong_port(self):
        self.names(UNAVAILABLE, "nothing listens there", "redis.servers", redis__servers=f"127.0.0.1:{free_ports(1)[0]}")

    def test_redis_is_kafka(self):
        self.names(UNAVAILABLE, "Kafka answers", "redis.servers", redis__servers=self.kafka.bootstrap)

    def test_redis_evicts(self):
        self.redis.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        self.addCleanup(self.redis.ask, "CONFIG", "SET", "maxmemory-policy", "noeviction")
        self.names(CONFIG, "noeviction")

    def test_redis_asks_for_a_password(self):
        self.redis.ask("CONFIG", "SET", "requirepass", "sesame")
        self.addCleanup(subprocess.run, ["redis-cli", "-p", str(self.redis.port), "-a", "sesame", "CONFIG", "SET", "requirepass", ""], check=True, capture_output=True)
        self.names(CONFIG, "redis.password_file")

    def test_redis_is_a_replica(self):
        self.redis.ask("REPLICAOF", "127.0.0.1", str(free_ports(1)[0]))
        self.addCleanup(self.redis.ask, "REPLICAOF", "NO", "ONE")
        self.assertNotEqual(self.doctor().returncode, 0)
        self.assertIn("replica", self.doctor().stdout)

    # ---- Traces ----

    def test_receiver_away_or_another(self):
        self.names(UNAVAILABLE, "otlp", "nothing listens there", "otel.enabled = false", otel__endpoint=f"http://127.0.0.1:{free_ports(1)[0]}")
        self.names(UNAVAILABLE, "otlp", "Redis answers", "4318", otel__endpoint=f"http://127.0.0.1:{self.redis.port}")


class Receiver(http.server.BaseHTTPRequestHandler):
    """A receiver of traces that takes everything."""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *unused):
        pass


if __name__ == "__main__":
    suite.main()
