"""How far the roles are: committed offsets and ends of the input, sampled all the time; from that backlog, standstills and recovery."""
import threading
import time

import paths  # noqa: F401
import topics
from services import until
from topics import TopicPartition

SAMPLE_S = 0.1
ASK_S = 5
ROLES = ("tax", "fraud")


class Watch:
    """Sampled in a thread of its own. partition_of() of every role moves, or has nothing to do."""

    def __init__(self, bootstrap, topic="taxflow.audit", group_prefix="taxflow", held=None, limit=30000):
        # Pending offsets of open transactions must not make the question wait: read_uncommitted answers with the last committed ones.
        self.clients = {role: topics.consumer(bootstrap, f"{group_prefix}.{role}", **{"isolation.level": "read_uncommitted", "socket.timeout.ms": 6000})
                        for role in ROLES}
        self.topic, self.partitions = topic, topics.partitions(self.clients["tax"], topic)
        self.committed = {role: dict.fromkeys(self.partitions, 0) for role in ROLES}
        self.ends = dict.fromkeys(self.partitions, 0)
        self.moved = {(role, number): time.monotonic() for role in ROLES for number in self.partitions}
        self.gap, self.samples, self.backlog = 0.0, 0, 0
        self.held, self.limit = held, limit
        self.lock, self.stopping = threading.Lock(), threading.Event()
        self.thread = threading.Thread(target=self.run, name="watch", daemon=True)
        self.thread.start()

    def run(self):
        while not self.stopping.is_set():
            begun = time.monotonic()
            try:
                self.sample()
            except topics.confluent_kafka.KafkaException:
                pass  # brokers are away: the next sample tells
            self.steer()
            self.stopping.wait(max(0.0, SAMPLE_S - (time.monotonic() - begun)))

    def sample(self):
        ends = {number: self.clients["tax"].get_watermark_offsets(TopicPartition(self.topic, number), timeout=ASK_S, cached=False)[1]
                for number in self.partitions}
        asked = [TopicPartition(self.topic, number) for number in self.partitions]
        for role in ROLES:
            answers = self.clients[role].committed(asked, timeout=ASK_S)
            if any(answer.error for answer in answers):
                continue
            self.take(role, {answer.partition: max(answer.offset, 0) for answer in answers}, ends)
        self.backlog = max(sum(self.ends[number] - self.committed[role][number] for number in self.partitions) for role in ROLES)
        self.samples += 1

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

    def mark(self):
        """Where everything stands now; forgets the longest standstill so far."""
        with self.lock:
            self.gap = 0.0
            return {role: dict(self.committed[role]) for role in ROLES}, time.monotonic()

    def still(self, mark):
        """(role, partition) that has work and has not committed since the mark."""
        with self.lock:
            return [(role, number) for role in ROLES for number in self.partitions
                    if self.committed[role][number] <= mark[0][role][number] < self.ends[number]]

    def recovered(self, mark, seconds):
        """Seconds from the mark until every partition of every role has committed again; AssertionError past the deadline."""
        samples = self.samples
        until(lambda: self.samples >= samples + 2 and not self.still(mark), seconds, f"every partition commits again, still: {self.still(mark)}")
        return time.monotonic() - mark[1]

    def wait_drained(self, seconds):
        """Both groups have committed everything."""
        samples = self.samples
        until(lambda: self.samples >= samples + 2 and self.backlog == 0, seconds, "both groups are at the end of the input")

    def stop(self):
        self.stopping.set()
        self.thread.join(10)
        for client in self.clients.values():
            client.close()
