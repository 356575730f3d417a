"""The roles as systemd would keep them: one process an instance, started again when it ends, but for the states that forbid it."""
import os
import signal
import threading
import time

import paths  # noqa: F401
from services import POLL_S, Process, until

RESTART_S = 0.2
FINAL = (0, 64, 66, 77, 78)  # Restart=on-failure, RestartPreventExitStatus of the units
ENDED_BY_FAILPOINT = 137


class Instance:
    """One instance of a role. wanted: shall it run; at_next: environment for the next start only."""

    def __init__(self, role, number, port, command, folder, environment):
        self.role, self.number, self.port, self.name = role, number, port, f"{role}-{number}"
        self.command, self.folder, self.environment = command, folder, environment
        self.process, self.wanted, self.at_next, self.due = None, False, {}, 0.0
        self.exits = []  # (time, status), newest last

    def running(self):
        return self.process is not None and self.process.running()

    def pid(self):
        return self.process.child.pid

    def signal(self, number):
        if self.running():
            self.process.signal(number)


class Supervisor:
    """Its thread starts every process: a child dies with the thread that made it."""

    def __init__(self):
        self.instances, self.final, self.stopping = [], [], threading.Event()
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.watch, name="supervisor", daemon=True)
        self.thread.start()

    def add(self, instance):
        with self.lock:
            self.instances.append(instance)
        return instance

    def remove(self, instance):
        with self.lock:
            self.instances.remove(instance)

    def of(self, role):
        return [instance for instance in self.instances if instance.role == role]

    def watch(self):
        while not self.stopping.is_set():
            with self.lock:
                for instance in self.instances:
                    self.tend(instance)
            time.sleep(POLL_S)

    def tend(self, instance):
        if instance.running():
            return
        if instance.process is not None:
            status = instance.process.child.returncode
            instance.exits.append((time.time(), status))
            instance.process, instance.due = None, time.monotonic() + RESTART_S
            if status in FINAL and instance.wanted:
                self.final.append((instance.name, status))
                instance.wanted = False
        if instance.wanted and time.monotonic() >= instance.due:
            environment = {**instance.environment, **instance.at_next}
            instance.at_next = {}
            instance.process = Process(instance.name, instance.command, instance.folder, environment)

    # ---- what a fault does with an instance ----

    def start(self, instance):
        instance.wanted = True
        until(instance.running, 10, f"{instance.name} is started")

    def kill(self, instance, wait=True):
        """kill -9; the watch starts it again."""
        before = len(instance.exits)
        instance.signal(signal.SIGKILL)
        if wait:
            until(lambda: len(instance.exits) > before or not instance.wanted, 10, f"{instance.name} is gone")

    def stop(self, instance, how=signal.SIGTERM, seconds=15):
        """As `systemctl stop`: the exit status."""
        before = len(instance.exits)
        if not instance.running():
            instance.wanted = False
            return None
        instance.wanted = False
        instance.signal(how)
        try:
            until(lambda: len(instance.exits) > before, seconds, f"{instance.name} ends within {seconds} s")
        except AssertionError:
            instance.signal(signal.SIGKILL)  # as systemd does past TimeoutStopSec
            until(lambda: len(instance.exits) > before, 10, f"{instance.name} is gone")
        return instance.exits[-1][1]

    def all_up(self):
        return all(instance.running() for instance in self.instances if instance.wanted)

    def finish(self):
        """Stop every instance; {name: status}."""
        running = [instance for instance in self.instances if instance.running()]
        before = {instance.name: len(instance.exits) for instance in running}
        for instance in running:
            instance.wanted = False
            instance.signal(signal.SIGCONT)
            instance.signal(signal.SIGTERM)
        for instance in running:
            self.stop(instance)
            until(lambda known=instance: len(known.exits) > before[known.name], 10, f"{instance.name} has a status")
        self.stopping.set()
        self.thread.join(5)
        return {instance.name: instance.exits[-1][1] for instance in running}


def clean_environment(**more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TAXFLOW_", "OTEL_"))}
    return {**kept, **{name: str(value) for name, value in more.items()}}
