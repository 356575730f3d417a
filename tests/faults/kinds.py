"""The faults, a function each: inject and heal. What it returns, if anything, is called once recovery was measured.

@kind(name, kills, group, weight, short): kills = processes ended by SIGKILL; group = the class its processing gap is counted under; weight =
how often a long campaign draws it; short = part of the campaign of `./dev test`.
"""
import contextlib
import dataclasses
import resource
import shutil
import signal
import subprocess
import time
import typing

import paths  # noqa: F401
import records
import topics
from services import Redis, until, wrong_clock
from stage import CONSUMERS, PARTITIONS
from topics import TopicPartition

SESSION_S, TRANSACTION_S = 6, 10
POINTS = ("after-poll", "after-attempt", "after-decode", "after-claim", "after-evaluate", "after-encode", "after-publish", "after-flush", "after-confirm",
          "after-commit", "after-checkpoint", "in-restore")
CRASH, GRACEFUL, AWAY, LEADER = "crash with restart", "graceful stop", "instance not coming back", "broker leader kill"
DELAY_MS, OUTAGE_S, STORM_S = 60, 4, 2
COPIED_ITEMS_S = 50000  # ids that a replica of Redis takes over a second, at least


@dataclasses.dataclass
class Kind:
    name: str
    run: typing.Callable
    kills: int
    group: str
    weight: int
    short: bool


KINDS = {}


def kind(name, kills=0, group="", weight=2, short=True):
    def add(run):
        KINDS[name] = Kind(name, run, kills, group, weight, short)
        return run
    return add


def pause(c, seconds):
    """A fault lasts this long; the roles may do what they like meanwhile."""
    deadline = time.monotonic() + seconds
    until(lambda: time.monotonic() > deadline, seconds + 5, "time passes")


# ---- processes of the roles ----

def kill_of(role):
    def run(c):
        c.supervisor.kill(c.pick(role))
    return run


for each in ("tax", "fraud"):
    kind(f"kill-{each}", 1, CRASH, 24)(kill_of(each))
kind("kill-collector", 1, weight=8)(kill_of("collector"))
kind("kill-monitor", 1, weight=1)(kill_of("monitor"))


@kind("kill-all-consumers", 4, CRASH, weight=16)
def kill_all_consumers(c):
    for role in CONSUMERS:
        for instance in c.supervisor.of(role):
            c.supervisor.kill(instance, wait=False)
    until(c.supervisor.all_up, 15, "all are back")


@kind("kill-twice", 2, CRASH, weight=20)
def kill_twice(c):
    """Again while it starts."""
    instance = c.pick(*CONSUMERS)
    c.supervisor.kill(instance)
    until(instance.running, 10, "it is back")
    pause(c, c.random.uniform(0, 1.5))
    c.supervisor.kill(instance)


@kind("kill-and-away", 1, AWAY, short=False)
def kill_and_away(c):
    """It does not come back: the other takes its partitions once the session has ended."""
    instance = c.pick(*CONSUMERS)
    c.supervisor.stop(instance, signal.SIGKILL)
    return lambda: c.supervisor.start(instance)


@kind("clock-jump", 2)
def clock_jump(c):
    """It comes back with a clock that is a day off, and is put right later."""
    instance, days = c.pick(*CONSUMERS, "collector"), c.random.choice((-1, 1))
    c.note(f"{instance.name} {days:+d} days")
    instance.at_next = wrong_clock(c.stage.binary, days)
    c.supervisor.kill(instance)
    until(instance.running, 10, "it is back")
    return lambda: c.supervisor.kill(instance)


@kind("failpoint", 2, CRASH, weight=40)
def failpoint(c):
    """Killed, and killed again by itself between two steps of a batch."""
    instance, point = c.pick(*CONSUMERS), c.random.choice(POINTS)
    c.note(f"{instance.name} {point}")
    instance.at_next = {"TAXFLOW_FAILPOINT": f"{point}:exit@{c.random.randint(1, 4) if point != 'in-restore' else 1}"}
    before = len(instance.exits)
    c.supervisor.kill(instance)
    try:
        until(lambda: len(instance.exits) > before + 1, 12, "the failpoint is reached")
    except AssertionError:
        c.count("failpoint not reached")


@kind("failpoint-zombie", 1, weight=6, short=False)
def failpoint_zombie(c):
    """Asleep between two steps for longer than its session, then on with what it held."""
    instance, point = c.pick(*CONSUMERS), c.random.choice(POINTS[3:10])
    c.note(f"{instance.name} {point}")
    instance.at_next = {"TAXFLOW_FAILPOINT": f"{point}:stop@{c.random.randint(1, 3)}"}
    c.supervisor.kill(instance)
    until(instance.running, 10, "it is back")
    try:
        until(lambda: state_of(instance) == "T", 12, "it sleeps")
        pause(c, SESSION_S + c.random.choice((2, TRANSACTION_S - 4)))
    except AssertionError:
        c.count("failpoint not reached")
    instance.signal(signal.SIGCONT)


def state_of(instance):
    try:
        with open(f"/proc/{instance.pid()}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0]
    except (OSError, AttributeError, IndexError):
        return "?"


def zombie_of(role):
    def run(c):
        instance = c.pick(role)
        instance.signal(signal.SIGSTOP)
        pause(c, SESSION_S + c.random.choice((2, TRANSACTION_S - 4)))
        c.healed()
        instance.signal(signal.SIGCONT)
    return run


for each in ("tax", "fraud"):
    kind(f"zombie-{each}", short=each == "fraud")(zombie_of(each))


@kind("nap", short=False)
def nap(c):
    """Asleep, but shorter than its session."""
    instance = c.pick(*CONSUMERS, "collector")
    instance.signal(signal.SIGSTOP)
    pause(c, 2)
    instance.signal(signal.SIGCONT)


def term_of(role):
    def run(c):
        instance = c.pick(role)
        status = c.supervisor.stop(instance)
        if status != 0:
            c.finding(f"{instance.name} ended with {status} after SIGTERM")
        c.supervisor.start(instance)
    return run


for each in ("tax", "fraud"):
    kind(f"term-{each}", group=GRACEFUL, weight=4, short=each == "tax")(term_of(each))
kind("term-collector", weight=2)(term_of("collector"))


@kind("twin")
def twin(c):
    """A second process with the same identity: one is fenced and stays down, the other goes on."""
    instance = c.pick(*CONSUMERS)
    other = c.stage.instance(instance.role, instance.number, run="run-twin")
    c.supervisor.start(c.supervisor.add(other))
    pair = (instance, other)
    try:
        until(lambda: any(not each.wanted for each in pair), 40, "one of the twins gives way")
        gone = [each for each in pair if not each.wanted]
        if [each.exits[-1][1] for each in gone] != [78]:
            c.finding(f"twins of {instance.name} ended with {[each.exits[-1][1] for each in gone]}, not one with 78")
        c.supervisor.final[:] = [row for row in c.supervisor.final if row[0] != instance.name]
    finally:
        c.supervisor.stop(other)
        c.supervisor.remove(other)
        c.supervisor.start(instance)


@kind("rebalance-storm", short=False)
def rebalance_storm(c):
    """A third instance comes and goes every two seconds."""
    role = c.random.choice(CONSUMERS)
    third = c.supervisor.add(c.stage.instance(role, 3))
    for _ in range(3):
        c.supervisor.start(third)
        pause(c, STORM_S)
        c.supervisor.stop(third)
        pause(c, STORM_S)
    c.supervisor.remove(third)


@kind("local-disk-full", short=False)
def local_disk_full(c):
    """A collector finds no room to move its files or to make a folder."""
    with full_disk(c, c.pick("collector").process.child, "rename,renameat,renameat2,mkdir,mkdirat"):
        pause(c, OUTAGE_S)


@kind("fd-limit", short=False)
def fd_limit(c):
    """No further file or socket for a while."""
    instance = c.pick("tax", "fraud", "collector")
    before = resource.prlimit(instance.pid(), resource.RLIMIT_NOFILE)
    resource.prlimit(instance.pid(), resource.RLIMIT_NOFILE, (8, before[1]))
    pause(c, OUTAGE_S)
    if instance.running():
        resource.prlimit(instance.pid(), resource.RLIMIT_NOFILE, before)


@kind("reload")
def reload(c):
    """SIGHUP for everybody, in the middle of batches."""
    for instance in c.supervisor.instances:
        instance.signal(signal.SIGHUP)


@kind("rewind")
def rewind(c):
    """An operator sets a group back: what was judged must not be judged again."""
    role = c.random.choice(CONSUMERS)
    for instance in c.supervisor.of(role):
        c.supervisor.stop(instance)
    client = topics.consumer(c.stage.kafka.bootstrap, f"taxflow.{role}")
    asked = [TopicPartition("taxflow.audit", number) for number in range(PARTITIONS)]
    back = [TopicPartition(each.topic, each.partition, max(0, each.offset - c.random.randint(1, 3000)))
            for each in client.committed(asked, timeout=20) if each.offset > 0]
    c.note(f"{role} by {len(back)} partitions")

    def commit():
        try:
            client.commit(offsets=back, asynchronous=False)
            return True
        except topics.confluent_kafka.KafkaException:
            return False  # members that left without a word are in the group until their session ends
    until(commit, SESSION_S + 20, "the group's offsets are set back")
    client.close()
    for instance in c.supervisor.of(role):
        c.supervisor.start(instance)


# ---- brokers ----

def leader(c, topic):
    client = topics.consumer(c.stage.kafka.bootstrap)
    found = client.list_topics(topic, timeout=20).topics[topic].partitions
    client.close()
    return c.stage.kafka.by_node(c.random.choice([row.leader for row in found.values() if row.leader > 0]))


def java_hash(text):
    value = 0
    for letter in text:
        value = (31 * value + ord(letter)) & 0xFFFFFFFF
    return value & 0x7FFFFFFF


def coordinator(c, group):
    client = topics.consumer(c.stage.kafka.bootstrap)
    found = client.list_topics("__consumer_offsets", timeout=20).topics["__consumer_offsets"].partitions
    client.close()
    return c.stage.kafka.by_node(found[java_hash(group) % len(found)].leader)


def in_sync(c):
    """Every partition has all its copies."""
    client = topics.consumer(c.stage.kafka.bootstrap)
    try:
        found = client.list_topics(timeout=10).topics
        return all(len(row.isrs) == len(row.replicas) and row.leader > 0 for each in found.values() for row in each.partitions.values())
    except topics.confluent_kafka.KafkaException:
        return False
    finally:
        client.close()


def back_again(c, *brokers):
    for broker in brokers:
        broker.launch()
    for broker in brokers:
        broker.wait_up()
    until(lambda: in_sync(c), 90, "every partition has all its copies")


@kind("broker-leader-kill", 1, LEADER, weight=3, short=False)
def broker_leader_kill(c):
    """The broker that leads a partition of the results."""
    broker = leader(c, f"taxflow.{c.random.choice(CONSUMERS)}")
    broker.kill()
    return lambda: back_again(c, broker)


@kind("broker-coordinator-kill", 1, weight=3)
def broker_coordinator_kill(c):
    """The broker that keeps a group's offsets, in the middle of commits."""
    broker = coordinator(c, f"taxflow.{c.random.choice(CONSUMERS)}")
    broker.kill()
    return lambda: back_again(c, broker)


@kind("broker-stop", short=False)
def broker_stop(c):
    """A broker that sleeps, then wakes and believes to lead."""
    broker = leader(c, "taxflow.audit")
    broker.process.signal(signal.SIGSTOP)
    pause(c, 9)
    c.healed()
    broker.process.signal(signal.SIGCONT)
    return lambda: until(lambda: in_sync(c), 90, "every partition has all its copies")


@kind("broker-disk-full", 1, short=False)
def broker_disk_full(c):
    """It cannot write a partition any more, gives up its only disk and ends; later it comes back with room."""
    broker = leader(c, "taxflow.audit")
    segments = [log for log in (broker.folder / "data").glob("taxflow.*/*.log")]
    with full_disk(c, broker.process.child, "write,pwrite64,pwritev,writev", *segments):
        try:
            until(lambda: not broker.process.running(), 20, "the broker has ended")
        except AssertionError:
            c.count("broker's disk not full")
            broker.kill()
    return lambda: back_again(c, broker)


@kind("topic-removed", short=False)
def topic_removed(c):
    """A topic is deleted: whoever looks ends with 78 and says so. An operator makes it anew and starts them again."""
    before = len(c.supervisor.final)
    c.stage.kafka.brokers[0].topics("--delete", "--topic", "taxflow.status")
    ended = [instance for role in (*CONSUMERS, "collector") for instance in c.supervisor.of(role)]
    until(lambda: not any(instance.wanted for instance in ended), 30, "every role that works on topics has ended")
    if {status for _, status in c.supervisor.final[before:]} != {78}:
        c.finding(f"without a topic roles ended with {c.supervisor.final[before:]}, not with 78")
    del c.supervisor.final[before:]
    until(c.stage.make_topics, 30, "the topic is there again")
    c.revive()


@kind("broker-rolling", short=False, weight=1)
def broker_rolling(c):
    for broker in c.stage.kafka.brokers:
        broker.stop()
        back_again(c, broker)


@kind("broker-power-cut", 3, short=False, weight=1)
def broker_power_cut(c):
    """All brokers at once."""
    for broker in c.stage.kafka.brokers:
        broker.process.signal(signal.SIGKILL)
    for broker in c.stage.kafka.brokers:
        broker.process.wait(30)
    back_again(c, *c.stage.kafka.brokers)


def nft(*words):
    return subprocess.run(["nft", *words], capture_output=True, text=True, check=False)


def cut_of(side):
    def run(c):
        """Clients and one broker no longer hear each other; the brokers still do."""
        broker, table = leader(c, "taxflow.tax"), f"taxflow_{broker_free_name(c)}"
        made = nft(f"add table inet {table}; add chain inet {table} cut {{ type filter hook input priority 0; }}; "
                   f"add rule inet {table} cut iif lo tcp {side} {broker.port} drop")
        if made.returncode != 0:
            c.count("nft not possible here")
            return
        try:
            pause(c, c.random.choice((5, 12)))
        finally:
            nft(f"delete table inet {table}")
    return run


def broker_free_name(c):
    return f"{c.seed}_{c.random.randrange(1 << 20)}"


kind("broker-cut", short=False)(cut_of("dport"))
kind("broker-deaf", short=False)(cut_of("sport"))


# ---- Redis ----

def redis(c, *words):
    answer = c.stage.redis.ask(*words)
    assert not answer.startswith("-"), (words, answer)


@kind("redis-kill", 1, weight=4)
def redis_kill(c):
    """Synced every second: up to a second of claims is gone."""
    c.stage.redis.kill()
    c.stage.redis.start()


@kind("redis-lost", 1, weight=1, short=False)
def redis_lost(c):
    """It comes back with nothing."""
    c.stage.redis.kill()
    shutil.rmtree(c.stage.redis.folder / "appendonlydir", ignore_errors=True)
    c.stage.redis.start()


@kind("redis-flushall", weight=1)
def redis_flushall(c):
    redis(c, "FLUSHALL")


@kind("redis-stop", short=False)
def redis_stop(c):
    """Asleep, with the connections open."""
    c.stage.redis.process.signal(signal.SIGSTOP)
    pause(c, OUTAGE_S)
    c.stage.redis.process.signal(signal.SIGCONT)


@kind("redis-pause", short=False)
def redis_pause(c):
    redis(c, "CLIENT", "PAUSE", str(OUTAGE_S * 1000), "ALL")
    pause(c, OUTAGE_S)


@kind("redis-oom")
def redis_oom(c):
    redis(c, "CONFIG", "SET", "maxmemory", "1mb")
    pause(c, OUTAGE_S)
    redis(c, "CONFIG", "SET", "maxmemory", "0")


@contextlib.contextmanager
def full_disk(c, process, calls, *paths):
    """These system calls of a process find no room any more, on these files or on all."""
    if not shutil.which("strace"):
        c.count("strace not possible here")
        yield
        return
    words = [word for path in paths for word in ("-P", str(path))]
    tracer = subprocess.Popen(["strace", "-f", "-qq", "-o", "/dev/null", *words, "-e", f"trace={calls}", "-e", f"inject={calls}:error=ENOSPC",
                               "-p", str(process.pid)])
    try:
        yield
        if tracer.poll() is not None and process.poll() is None:
            c.count("strace not possible here")
    finally:
        tracer.terminate()
        tracer.wait(10)


@kind("redis-disk-full")
def redis_disk_full(c):
    """It cannot write its log any more, and refuses writes until it can."""
    log = next((c.stage.redis.folder / "appendonlydir").glob("*.incr.aof"))
    with full_disk(c, c.stage.redis.process.child, "write,pwrite64", log):
        pause(c, OUTAGE_S)


@kind("redis-failover", 1, weight=4, short=False)
def redis_failover(c):
    """A replica that is a second behind takes the address of the primary that died: as Sentinel and a moving address do."""
    old, replica = c.stage.redis, Redis(append_only=True).start()
    assert replica.ask("REPLICAOF", "127.0.0.1", str(old.port)) == "+OK"
    copying_s = 60 + len(c.book) / COPIED_ITEMS_S
    until(lambda: old.ask("WAIT", "1", "500") == ":1", copying_s, "the replica has what the primary has")
    until(lambda: replica.ask("REPLICAOF", "NO", "ONE") == "+OK", copying_s, "the replica goes on alone")  # not while it still loads
    pause(c, 1)
    old.kill()
    until(lambda: replica.ask("CONFIG", "SET", "port", str(old.port)) == "+OK", 10, "the replica has the address")
    replica.port, c.stage.redis = old.port, replica


@kind("redis-readonly", short=False)
def redis_readonly(c):
    """A failover in the middle: for a while it is a replica of nobody that can be reached."""
    redis(c, "REPLICAOF", "127.0.0.1", "1")
    pause(c, OUTAGE_S)
    redis(c, "REPLICAOF", "NO", "ONE")


def link_of(*words):
    def run(c):
        """The way between the second instances and Redis."""
        c.stage.link.turn(*words)
        pause(c, OUTAGE_S)
        c.stage.link.turn("pass")
    return run


for name, words in (("delay", ("delay", DELAY_MS)), ("slice", ("slice",)), ("hole", ("hole",)), ("deaf", ("deaf",)), ("reset", ("reset",))):
    kind(f"link-{name}", short=name == "reset")(link_of(*words))


# ---- input and surroundings ----

@kind("poison")
def poison(c):
    for _ in range(40):
        c.load.poison()
    c.load.poisoner.flush()


@kind("huge", short=False)
def huge(c):
    for _ in range(3):
        c.load.poison(records.huge)
    c.load.poisoner.flush()


def sink_of(mode):
    def run(c):
        c.stage.sink.mode = mode
        pause(c, OUTAGE_S)
        c.stage.sink.mode = "ok"
    return run


kind("otlp-hang", short=False)(sink_of("hang"))
kind("otlp-full", short=False)(sink_of("full"))
