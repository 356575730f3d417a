"""What the tests of dead letters share: a topic that takes no verdict for a while, and `taxflow dlq` as a program is asked."""
import contextlib
import json
import subprocess

from stack import PARTITIONS

CONFIG_COMMANDS = ("kafka.admin.ConfigCommand", "org.apache.kafka.tools.ConfigCommand")
REFUSING_BYTES, NORMAL_BYTES = 100, 4194304  # no record batch is as small as the first


def limit_rows(kafka, topic, size):
    """max.message.bytes of a topic, with Kafka's own tool, whose class moved between versions."""
    arguments = ("--alter", "--entity-type", "topics", "--entity-name", topic, "--add-config", f"max.message.bytes={size}")
    try:
        return kafka.tool(CONFIG_COMMANDS[0], *arguments)
    except AssertionError:
        return kafka.tool(CONFIG_COMMANDS[1], *arguments)


@contextlib.contextmanager
def refusing(kafka, topic):
    limit_rows(kafka, topic, REFUSING_BYTES)
    try:
        yield
    finally:
        limit_rows(kafka, topic, NORMAL_BYTES)


def dlq(stack, verb, *arguments, status=0):
    """(decoded --json output, a list when it is several lines; the finished process)."""
    done = stack.run("dlq", verb, "--json", f"--config={stack.config}", *arguments, check=False)
    assert done.returncode == status, (verb, arguments, done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return rows[0] if len(rows) == 1 and verb != "list" else rows


def replay(stack, *arguments, status=0):
    return dlq(stack, "replay", *arguments, status=status)


def letters(stack, *arguments):
    return dlq(stack, "list", "--all", *arguments)


def ends(stack, topic):
    """Records and markers of a topic so far, without reading it."""
    wanted = [word for partition in range(PARTITIONS) for word in ("-t", f"{topic}:{partition}:-1")]
    told = subprocess.run([stack.kafka.kcat, "-b", stack.kafka.bootstrap, "-Q", *wanted], check=True, capture_output=True, text=True).stdout
    return sum(int(line.rsplit(" ", 1)[1]) for line in told.splitlines())
