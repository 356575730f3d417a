"""Topics as a foreign reader sees them: read_committed, from the first record to the last."""
import sys
import time

DEBIAN_PACKAGES = "/usr/lib/python3/dist-packages"

try:
    import confluent_kafka
except ImportError:  # another Python of the same version comes first on the path: Debian's package still fits it
    sys.path.append(DEBIAN_PACKAGES)
    import confluent_kafka

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition  # noqa: E402

CHUNK, WAIT_S = 20000, 0.5
QUIET_S = 120  # without a row or an end of partition: the topic hangs


class Hanging(Exception):
    """A topic whose end cannot be reached: a transaction was left open, or no broker answers."""


def consumer(bootstrap, group="ledger", **more):
    return Consumer({"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": False, "auto.offset.reset": "earliest",
                     "isolation.level": "read_committed", "enable.partition.eof": True, "queued.max.messages.kbytes": 65536,
                     "fetch.message.max.bytes": 4 << 20, "log_level": 2, **more})


def partitions(client, topic):
    return sorted(client.list_topics(topic, timeout=30).topics[topic].partitions)


def ends(client, topic):
    """{partition: high watermark}."""
    return {number: client.get_watermark_offsets(TopicPartition(topic, number), timeout=30)[1] for number in partitions(client, topic)}


def read(bootstrap, topic, take):
    """Call take(message) for every committed row; returns how many."""
    client = consumer(bootstrap)
    open_ends = set(partitions(client, topic))
    client.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in open_ends])
    count, last = 0, time.monotonic()
    while open_ends:
        for message in client.consume(CHUNK, WAIT_S):
            error = message.error()
            last = time.monotonic()
            if error is None:
                take(message)
                count += 1
            elif error.code() == KafkaError._PARTITION_EOF:
                open_ends.discard(message.partition())
        if time.monotonic() - last > QUIET_S:
            raise Hanging(f"{topic}: partitions {sorted(open_ends)} do not come to an end")
    client.close()
    return count


def verify(bootstrap, book, verifier_of, prefix="taxflow", roles=("tax", "fraud")):
    """Feed every topic to verifier_of(book, ends); returns the report."""
    client = consumer(bootstrap)
    verifier = verifier_of(book, ends(client, f"{prefix}.audit"), prefix, roles)
    client.close()
    read(bootstrap, f"{prefix}.audit", lambda m: verifier.audit(m.partition(), m.offset(), m.value() or b""))
    for role in roles:
        read(bootstrap, f"{prefix}.{role}", lambda m, role=role: verifier.verdict(role, m.partition(), m.offset(), m.value() or b"", owner_of(m)))
    read(bootstrap, f"{prefix}.dlq", lambda m: verifier.dead(m.partition(), m.offset(), dict(m.headers() or [])))
    read(bootstrap, f"{prefix}.duplicates", lambda m: verifier.duplicate(m.partition(), m.offset(), m.value() or b""))
    return verifier.finish()


def owner_of(message):
    """The header tf_owner, which stands last; b"" when there is none."""
    headers = message.headers()
    if not headers:
        return b""
    name, value = headers[-1]
    return value if name == "tf_owner" else dict(headers).get("tf_owner", b"")
