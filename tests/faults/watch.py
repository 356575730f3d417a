"""How far the roles are: committed offsets and ends of the input, sampled all the time; from that backlog, standstills and recovery."""
import threading
import time

import paths  # noqa: F401
import topics
from services import until
from topics import TopicPartition

SAMPLE_S = 0.1
ASK_S = 2
ROLES = ("tax", "fraud")


class Watch:
    """Sampled in a thread of its own. recovered() tells when every partition of every role moves again."""

    def __init__(self, bootstrap, topic="taxflow.audit", group_prefix="taxflow", held=None, limit=30000):
        self.bootstrap, self.group_prefix, self.clients = bootstrap, group_prefix, {}
        self.connect()
        self.topic, self.partitions = topic, topics.partitions(self.clients["tax"], topic)
        self.reader = self.follow()
        self.committed = {role: dict.fromkeys(self.partitions, 0) for role in ROLES}
        self.ends = dict.fromkeys(self.partitions, 0)
        self.moved = {(role, number): time.monotonic() for role in ROLES for number in self.partitions}
        self.gap, self.samples, self.backlog, self.failure = 0.0, 0, 0, None
        self.held, self.limit = held, limit
        self.last_still = []  # what recovered() waited for last
        self.lock, self.stopping = threading.Lock(), threading.Event()
        self.thread = threading.Thread(target=self.run, name="watch", daemon=True)
        self.thread.start()

    def run(self):
        while not self.stopping.is_set():
            begun = time.monotonic()
            try:
                self.sample()
                self.failure = None
            except topics.confluent_kafka.KafkaException as error:
                self.failure = error
                self.connect()
            self.steer()
            self.stopping.wait(max(0.0, SAMPLE_S - (time.monotonic() - begun)))

    def sample(self):
        self.reader.consume(topics.CHUNK, 0.001)
        ends = {number: max(self.ends[number], self.reader.get_watermark_offsets(TopicPartition(self.topic, number), cached=True)[1])
                for number in self.partitions}
        asked = [TopicPartition(self.topic, number) for number in self.partitions]
        for role in ROLES:
            answers = self.clients[role].committed(asked, timeout=ASK_S)
            if any(answer.error for answer in answers):
                raise topics.confluent_kafka.KafkaException(next(answer.error for answer in answers if answer.error))
            self.take(role, {answer.partition: max(answer.offset, 0) for answer in answers}, ends)
        self.backlog = max(sum(self.ends[number] - self.committed[role][number] for number in self.partitions) for role in ROLES)
        self.samples += 1

    def connect(self):
        """New clients: one that never fetches does not learn by itself that leader and coordinator have moved."""
        for client in self.clients.values():
            client.close()
        # Pending offsets of open transactions must not make the question wait: read_uncommitted answers with the last committed ones.
        self.clients = {role: topics.consumer(self.bootstrap, f"{self.group_prefix}.{role}", **{
            "isolation.level": "read_uncommitted", "socket.timeout.ms": 3000, "reconnect.backoff.max.ms": 500}) for role in ROLES}

    def follow(self):
        """Ends by reading along: asking for them (query_watermark_offsets of librdkafka 2.0.2) hangs for good when a leader has died."""
        reader = topics.consumer(self.bootstrap, "watch", **{"isolation.level": "read_uncommitted", "reconnect.backoff.max.ms": 500})
        reader.assign([TopicPartition(self.topic, number, topics.OFFSET_BEGINNING) for number in self.partitions])
        return reader

    def take(self, role, committed, ends):
        now = time.monotonic()
        with self.lock:
            for number, offset in committed.items():
                if offset != self.committed[role][number] or offset >= self.ends[number]:
                    self.gap = max(self.gap, now - self.moved[role, number] if offset != self.committed[role][number] else 0.0)
                    self.moved[role, number] = now
            self.committed[role], self.ends = committed, ends

    def steer(self):
        """Keep the backlog bounded: the load pauses above the limit and goes on below half of it."""
        if self.held is None:
            return
        if self.backlog > self.limit:
            self.held.set()
        elif self.backlog < self.limit / 2:
            self.held.clear()

    # ---- questions ----

    def forget_gap(self):
        with self.lock:
            self.gap = 0.0

    def mark(self):
        """Where everything stands now."""
        with self.lock:
            return {role: dict(self.committed[role]) for role in ROLES}, time.monotonic()

    def still(self, mark):
        """(role, partition) that has work and has not committed since the mark."""
        with self.lock:
            return [(role, number) for role in ROLES for number in self.partitions
                    if self.committed[role][number] <= mark[0][role][number] < self.ends[number]]

    def recovered(self, mark, seconds):
        """Seconds from the mark until every partition of every role has committed again; AssertionError past the deadline."""
        samples = self.samples

        def moving():
            self.last_still = self.still(mark) or self.last_still
            return self.samples >= samples + 2 and not self.still(mark)
        until(moving, seconds,
              lambda: f"every partition commits again; still: {self.still(mark)}, samples {self.samples - samples}, {self.failure}")
        return time.monotonic() - mark[1]

    def wait_drained(self, seconds):
        """Both groups have committed everything."""
        samples = self.samples
        until(lambda: self.samples >= samples + 2 and self.backlog == 0, seconds, "both groups are at the end of the input")

    def stop(self):
        self.stopping.set()
        self.thread.join(10)
        for client in (self.reader, *self.clients.values()):
            client.close()
