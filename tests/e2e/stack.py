"""The whole flow for a test: Kafka, Redis, Jaeger and the four roles of taxflow as processes of their own."""
import json
import os
import pathlib
import shutil
import signal
import subprocess

from services import Jaeger, Kafka, Process, Redis, free_ports, http, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TAXFLOW_BINARY", str(ROOT / "build" / "release" / "taxflow"))
ROLES = ("collector", "tax", "fraud", "monitor")
PARTITIONS = 4
EVENTS = "/v1/events"
NDJSON, JSON = "application/x-ndjson", "application/json"
CLOUDEVENT, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"


class Stack:
    """start() answers when every role is ready; stop() ends all of it. Without traces it needs no Jaeger. kafka: what makes the broker."""

    def __init__(self, traces=True, kafka=Kafka):
        makes = (kafka, Redis, Jaeger) if traces else (kafka, Redis)
        self.services = [make().launch() for make in makes]
        self.kafka, self.redis, self.jaeger = (self.services + [None])[:3]
        for service in self.services:
            service.wait_up()
        self.folder = self.redis.folder / "taxflow"
        self.drop = self.folder / "drop"
        for folder in (self.folder, self.drop, self.folder / "run"):
            folder.mkdir()
        self.ports = dict(zip(ROLES, free_ports(len(ROLES))))
        self.config, self.roles = self.folder / "taxflow.conf", {}
        self.write_config()

    def write_config(self):
        key = self.folder / "key"
        key.write_text("a secret of the end-to-end tests\n", encoding="ascii")
        key.chmod(0o600)
        otel = f'endpoint = "{self.jaeger.endpoint}"; sampler_ratio = 0.0;' if self.jaeger else "enabled = false;"
        listen = {role: f'listen = "127.0.0.1:{port}";' for role, port in self.ports.items()}
        self.config.write_text(f"""
kafka: {{ bootstrap_servers = "{self.kafka.bootstrap}"; partitions = {PARTITIONS}; replication = 1; }};
redis: {{ servers = [ "127.0.0.1:{self.redis.port}" ]; }};
collector: {{ {listen["collector"]} watch_dir = "{self.drop}"; key_file = "{key}"; }};
tax: {{ {listen["tax"]} }};
fraud: {{ {listen["fraud"]} rules = [ "{ROOT}/conf/rules/*.conf" ]; }};
monitor: {{ {listen["monitor"]} period_s = 1; }};
otel: {{ {otel} }};
""", encoding="utf-8")

    def environment(self):
        return dict({name: value for name, value in os.environ.items() if not name.startswith(("TAXFLOW_", "OTEL_"))},
                    RUNTIME_DIRECTORY=str(self.folder / "run"))

    def run(self, *arguments, check=True, stdin=None):
        """taxflow as a command: the finished process with its output."""
        done = subprocess.run([BINARY, *arguments], capture_output=True, text=True, input=stdin, env=self.environment(), timeout=60, check=False)
        assert not check or done.returncode == 0, (arguments, done.returncode, done.stderr[-2000:])
        return done

    def start(self):
        self.run("topics", "--create", f"--config={self.config}")
        for role in ROLES:
            self.start_role(role)
        for role in ROLES:
            self.wait_ready(role)
        return self

    def start_role(self, role, *arguments, environment=None):
        self.roles[role] = Process(role, [BINARY, f"--role={role}", f"--config={self.config}", *arguments], self.folder,
                                   {**self.environment(), **(environment or {})})

    def wait_ready(self, role, seconds=60):
        def ready():
            assert self.roles[role].running(), f"{role} ended: {self.roles[role].text()[-3000:]}"
            return self.get(role, "/readyz")[0] == 200
        until(ready, seconds, f"{role} is ready: {self.get(role, '/readyz')[2]}")

    def get(self, role, path):
        return http("GET", f"http://127.0.0.1:{self.ports[role]}{path}", timeout=5)

    def post(self, body, media=CLOUDEVENT, **headers):
        """POST /v1/events: (status, headers, decoded answer)."""
        data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        status, answered, text = http("POST", f"http://127.0.0.1:{self.ports['collector']}{EVENTS}", data,
                                      {"Content-Type": media, **{name.replace("_", "-"): value for name, value in headers.items()}})
        return status, answered, json.loads(text) if text else None

    def results(self, topic, event_id):
        return [row for row in self.kafka.read(topic) if json.loads(row["payload"]).get("event_id") == event_id]

    def wait_result(self, topic, event_id, seconds=30):
        return until(lambda: self.results(topic, event_id), seconds, f"{topic} has the result of {event_id}")

    def drop_file(self, name, lines):
        """Write it under a name that is ignored, then rename it in, as the drop folder asks for."""
        hidden = self.drop / f".{name}.part"
        hidden.write_bytes(b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines))
        hidden.rename(self.drop / name)

    def stop(self):
        for role in self.roles.values():
            role.signal(signal.SIGTERM)
        for role in self.roles.values():
            role.wait(15)
        for service in self.services:
            service.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def invoice(number, net="100.00", tax="19.00", gross="119.00", date="2025-03-03", **record):
    """A clean purchase of one line."""
    return {"kind": "invoice", "company": "ACME-DE", "direction": "purchase", "user": "u1", "approver": "a1", **record, "invoice": {
        "number": number, "issue_date": date, "type_code": "380", "currency": "EUR", "process": {"specification": "urn:cen.eu:en16931:2017"},
        "seller": {"name": "Erlkönig Geheimnis AG", "vat_id": "DE912345676", "address": {"city": "Nirgendwo", "country": "DE"}},
        "buyer": {"name": "ACME", "vat_id": "DE900000006", "address": {"country": "DE"}},
        "lines": [{"id": "1", "quantity": "1", "unit": "C62", "net": net, "price": {"net": net}, "vat": {"category": "S", "rate": "19"},
                   "item": {"name": "Vertrauliche Beratung"}}],
        "vat_breakdown": [{"taxable": net, "tax": tax, "category": "S", "rate": "19"}],
        "totals": {"line_net": net, "net": net, "vat": tax, "gross": gross, "due": gross}}}


PRIVATE = ("Erlkönig", "Geheimnis", "DE912345676", "DE900000006", "Vertrauliche")


def event(event_id, record, source="urn:acme:erp"):
    """A structured CloudEvent around a record."""
    return {"specversion": "1.0", "id": event_id, "source": source, "type": f"taxflow.{record['kind']}.v1", "datacontenttype": JSON,
            "data": record}
