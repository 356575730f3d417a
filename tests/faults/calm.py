"""The same records once more, undisturbed: what the roles judged is copied to topics of a prefix of its own, in its order, partition and time,
and one fraud role with a Redis of its own judges it; then assessments, groups, counters and the state topic of both runs are compared.
"""
import subprocess

import paths  # noqa: F401
import assess
import topics
from services import Process, Redis, free_ports, http, until
from supervisor import clean_environment
from verify import NONE

PREFIX, DISTURBED = "calm", "taxflow"
READY_S, JUDGE_S, ENDS_S = 180, 300, 30
EXAMPLES = 5


class Calm:
    """The stage's cluster, with topics, a Redis and a process of its own."""

    def __init__(self, stage):
        self.stage, self.folder = stage, stage.folder / PREFIX
        self.bootstrap = stage.kafka.bootstrap
        (self.folder / "run").mkdir(parents=True)
        self.redis = Redis().start()
        self.port, = free_ports(1)
        self.config = self.folder / "taxflow.conf"
        text = stage.config.read_text(encoding="utf-8").replace(f"127.0.0.1:{stage.redis.port}", f"127.0.0.1:{self.redis.port}")
        self.config.write_text(text.replace("kafka: {", f'kafka: {{ topic_prefix = "{PREFIX}"; group_prefix = "{PREFIX}";'), encoding="utf-8")
        self.environment = clean_environment(RUNTIME_DIRECTORY=self.folder / "run")
        self.role = None

    def start(self):
        subprocess.run([self.stage.binary, "topics", "--create", f"--config={self.config}"], check=True, capture_output=True, timeout=60,
                       env=self.environment)
        self.role = Process("fraud-calm", [self.stage.binary, "--role=fraud", f"--config={self.config}", f"--set=fraud.listen=127.0.0.1:{self.port}"],
                            self.stage.folder, self.environment)
        until(lambda: http("GET", f"http://127.0.0.1:{self.port}/readyz", timeout=3)[0] == 200, READY_S, "the undisturbed role is ready")
        return self

    def copy(self, verifier, role="fraud"):
        """Every record that the role judged, once."""
        judged = bytearray(len(verifier.item_at))
        for index in verifier.winner[role]:
            if index != NONE:
                judged[index] = 1
        producer = topics.confluent_kafka.Producer({"bootstrap.servers": self.bootstrap, "enable.idempotence": True, "linger.ms": 20, "log_level": 2,
                                                    "message.max.bytes": 4200000})

        def take(message):
            if not judged[verifier.start[message.partition()] + message.offset()]:
                return
            while True:
                try:
                    producer.produce(f"{PREFIX}.audit", message.value(), message.key(), message.partition(), timestamp=message.timestamp()[1],
                                     headers=message.headers())
                    return
                except BufferError:
                    producer.poll(0.1)
        topics.read(self.bootstrap, f"{DISTURBED}.audit", take)
        assert producer.flush(JUDGE_S) == 0, "the copy is on the topic"

    def wait_judged(self):
        client = topics.consumer(self.bootstrap, f"{PREFIX}.fraud", **{"isolation.level": "read_uncommitted"})
        ends = topics.ends(client, f"{PREFIX}.audit")
        asked = [topics.TopicPartition(f"{PREFIX}.audit", number) for number, end in ends.items() if end > 0]

        def behind():
            return [(each.partition, each.offset) for each in client.committed(asked, timeout=ENDS_S) if each.offset < ends[each.partition]]
        until(lambda: not behind(), JUDGE_S, lambda: f"the undisturbed role is at the end: {behind()}; {self.role.text()[-1000:]}")
        client.close()

    def stop(self):
        if self.role:
            self.role.kill()
        self.redis.kill()


def read_run(bootstrap, prefix):
    """(assessments, state) of one run."""
    assessments, state = assess.Assessments(), assess.State()
    topics.read(bootstrap, f"{prefix}.fraud", lambda m: assessments.take(m.partition(), m.value()))
    topics.read(bootstrap, f"{prefix}.fraud.state", lambda m: state.take(m.partition(), m.key() or b"", m.value()))
    return assessments, state


def read_counters(bootstrap):
    tallies, findings = assess.Tallies(), assess.Findings()
    topics.read(bootstrap, f"{DISTURBED}.fraud.tallies", lambda m: tallies.take(m.partition(), m.key() or b"", m.value()))
    topics.read(bootstrap, f"{DISTURBED}.fraud.groups", lambda m: findings.take(m.value()))
    return tallies, findings


def show_different(bootstrap, ids):
    """The rows of both runs about a few records."""
    lines = []
    for prefix in (DISTURBED, PREFIX):
        topics.read(bootstrap, f"{prefix}.fraud", lambda m: lines.append(m.value().decode()) if m.value()[13:48].split(b'"')[0].decode() in ids else None)
    return sorted(lines)


def compare(stage, verifier):
    """The comparison of the disturbed run with an undisturbed one, and the disturbed run's hits by rule."""
    calm = Calm(stage)
    try:
        calm.start().copy(verifier)
        calm.wait_judged()
        comparison = assess.Comparison(verifier.book)
        disturbed, state = read_run(stage.kafka.bootstrap, DISTURBED)
        undisturbed, calm_state = read_run(stage.kafka.bootstrap, PREFIX)
        judged = {verifier.item_at[index] for index in verifier.winner["fraud"] if index != NONE}
        comparison.assessments(disturbed, undisturbed)
        comparison.planted(disturbed, judged)
        comparison.states(state, calm_state)
        tallies, findings = read_counters(stage.kafka.bootstrap)
        comparison.tallies(tallies, findings, comparison.truth(judged))
        comparison.texts += show_different(stage.kafka.bootstrap, set(sorted(comparison.different)[:EXAMPLES])) if comparison.different else []
        comparison.counts["told again"] = findings.again
        return comparison, disturbed.hits
    finally:
        calm.stop()
