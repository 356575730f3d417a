#!/usr/bin/env python3
"""The package's units under systemd as PID 1, with a real Kafka and Redis: start, readiness, watchdog, reload, drain, journal, faults, exposure.

Usage: test_systemd.py PACKAGE.deb. `./dev test systemd` builds the package and runs it. Prints a table of steps and seconds; exit 77 where
no system can be had here.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sys
import threading
import time

import roots
from machine import Machine, until
from test_deb import SKIPPED, SOURCE, Steps

sys.path.insert(0, str(SOURCE / "tests" / "e2e"))
import fetch  # noqa: E402  roots has put it on the path
from services import Kafka, Redis, free_ports, hold_port, http  # noqa: E402
from stack import PRIVATE, event, invoice  # noqa: E402

ROLES = ("collector", "tax", "fraud", "monitor")
SYSTEM_PACKAGES = ("systemd", "systemd-sysv", "dbus")
CONF, KEY = "/etc/taxflow/taxflow.conf", "/etc/taxflow/key"
PORT_STEP = 10
READY_MS_MAX, MEASURED_STARTS, MEASURED_STARTS_MAX = 300, 5, 25
STOP_S_MAX = 15
EXPOSURE_MAX = 1.2
PRIORITIES = {"error": "3", "warn": "4", "notice": "5", "info": "6", "debug": "7"}
CONFIGURATION, PERMISSION, NO_INPUT = "78", "77", "66"
CRASHES = 5


def ports():
    """One for each role, whose second instance finds its own ten above free too."""
    chosen = {}
    while len(chosen) < len(ROLES):
        port, = free_ports(1)
        if hold_port(port + PORT_STEP):
            chosen[ROLES[len(chosen)]] = port
    return chosen


def unit(role):
    return f"taxflow@{role}.service"


class Load:
    """Events into the collector, one after the other, until the end of the with statement. What is not answered 202 is sent again."""

    def __init__(self, port):
        self.url, self.sent, self.ended = f"http://127.0.0.1:{port}/v1/events", 0, threading.Event()
        self.thread = threading.Thread(target=self.work)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.ended.set()
        self.thread.join()

    def work(self):
        while not self.ended.is_set():
            body = json.dumps(event(f"load-{self.sent}", invoice(f"L-{self.sent}"))).encode()
            if http("POST", self.url, body, {"Content-Type": "application/cloudevents+json"}, timeout=10)[0] == 202:
                self.sent += 1

    def more(self, count):
        """Waits until so many more are in."""
        goal = self.sent + count
        until(lambda: self.sent >= goal, 60, f"{goal} events are sent")


class Test:
    def __init__(self, machine, kafka, redis):
        self.machine, self.kafka, self.redis, self.ports = machine, kafka, redis, ports()
        self.write()

    def file(self, name):
        return self.machine.path / name.lstrip("/")

    def write(self, more=""):
        listen = " ".join(f'{role}: {{ listen = "127.0.0.1:{port}"; {more if role == "tax" else ""} '
                          f'{f"""key_file = "{KEY}";""" if role == "collector" else ""} }};' for role, port in self.ports.items())
        self.file(CONF).write_text(f"""kafka: {{ bootstrap_servers = "{self.kafka.bootstrap}"; partitions = 4; replication = 1; }};
redis: {{ servers = [ "127.0.0.1:{self.redis.port}" ]; }};
otel: {{ enabled = false; }};
{listen}
""", encoding="utf-8")

    def readyz(self, role, step=0):
        return http("GET", f"http://127.0.0.1:{self.ports[role] + step}/readyz", timeout=5)[0]

    def start(self, *roles):
        self.machine.run("systemctl", "start", *map(unit, roles))

    def stop(self, *roles):
        self.machine.run("systemctl", "stop", *map(unit, roles))

    def active(self, role):
        return self.machine.show(unit(role))["ActiveState"]

    # ---- The steps ----

    def each_role(self):
        """`systemctl start` comes back as the role is ready: one question, no waiting."""
        for role in ROLES:
            self.start(role)
            assert self.readyz(role) == 200, f"{role}: started, and not ready\n{self.machine.run('systemctl', 'status', unit(role))}"
            shown = self.machine.show(unit(role))
            assert shown["ActiveState"] == "active" and shown["Type"] == "notify" and shown["NRestarts"] == "0", shown
            until(lambda: f"{role}: ready" in self.machine.show(unit(role))["StatusText"], 10, f"{role} tells its status")
        self.stop(*ROLES)
        return "each role: active only when /readyz is 200"

    def waits(self):
        """A role whose broker does not answer is starting for as long as it takes, past the manager's limit, and is then ready."""
        limit_s = 2
        self.machine.drop_in(unit("tax"), f"[Service]\nTimeoutStartSec={limit_s}")
        self.kafka.process.signal(signal.SIGSTOP)
        try:
            begun = time.monotonic()
            self.machine.run("systemctl", "start", "--no-block", unit("tax"))
            until(lambda: self.readyz("tax") == 503, 10, "tax answers that it is not ready")
            until(lambda: time.monotonic() - begun > 2 * limit_s and "tax: not ready" in self.machine.show(unit("tax"))["StatusText"], 20, "the limit is past")
            shown = self.machine.show(unit("tax"))
            assert shown["ActiveState"] == "activating" and shown["NRestarts"] == "0", shown
        finally:
            self.kafka.process.signal(signal.SIGCONT)
        until(lambda: self.active("tax") == "active", 60, "tax is active")
        assert self.readyz("tax") == 200
        self.stop("tax")
        self.machine.drop_in(unit("tax"), "")
        return "a role whose broker is silent: activating past TimeoutStartSec, then active"

    def target(self):
        self.machine.run("systemctl", "enable", *map(unit, ROLES))
        self.machine.run("systemctl", "start", "taxflow.target")
        for role in ROLES:
            assert self.active(role) == "active" and self.readyz(role) == 200, role
        return "taxflow.target starts every enabled role"

    def confinement(self):
        for role in ROLES:
            status = pathlib.Path(f"/proc/{self.host_pid(role)}/status").read_text(encoding="ascii")
            for wanted in ("NoNewPrivs:\t1", "Seccomp:\t2", "CapBnd:\t0000000000000000", "CapEff:\t0000000000000000"):
                assert wanted in status, (role, wanted, status)
            assert self.machine.show(unit(role))["User"] == "taxflow"
            told = self.machine.run("systemd-analyze", "security", "--no-pager", unit(role))
            exposure = float(re.search(r"Overall exposure level.*: ([0-9.]+)", told).group(1))
            assert exposure <= EXPOSURE_MAX, told
        return f"exposure {exposure}; no capabilities, system calls filtered, a user of its own"

    def host_pid(self, role):
        """The main process as this machine counts, by the number it has inside."""
        inside = self.machine.show(unit(role))["MainPID"]
        for status in pathlib.Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text(encoding="ascii", errors="replace")
                same = os.stat(f"{status.parent}/ns/pid").st_ino == os.stat(f"/proc/{self.machine.leader}/ns/pid").st_ino
            except OSError:
                continue
            if same and re.search(rf"^NSpid:\t\d+.*\t{inside}$", text, re.M):
                return int(status.parent.name)
        raise AssertionError(f"{role}: no process {inside}")

    def watchdog(self):
        """A process that stands still is killed by the manager's watchdog and started again."""
        self.machine.drop_in(unit("fraud"), "[Service]\nWatchdogSec=3s\nTimeoutAbortSec=1s")
        self.machine.run("systemctl", "restart", unit("fraud"))
        before = self.machine.show(unit("fraud"))["MainPID"]
        os.kill(self.host_pid("fraud"), signal.SIGSTOP)

        def again():
            shown = self.machine.show(unit("fraud"))
            return shown["NRestarts"] == "1" and shown["ActiveState"] == "active" and shown["MainPID"] not in ("0", before)
        until(again, 60, "fraud runs again")
        assert self.readyz("fraud") == 200
        assert any("Watchdog timeout" in line["MESSAGE"] for line in self.machine.journal(unit("fraud")))
        self.machine.drop_in(unit("fraud"), "")
        self.machine.run("systemctl", "restart", unit("fraud"))
        return "watchdog: stopped by SIGSTOP, killed, started again, ready"

    def begun_us(self, role):
        """When each run of the role since the machine's start began its work."""
        return [int(line["__MONOTONIC_TIMESTAMP"]) for line in self.machine.journal(unit(role), "--boot") if (said := decoded(line)) and said["event"] == "started"]

    def crashes(self):
        """A role that is killed comes back at once; one that is killed again and again waits 1, 2, 4 … s, and whoever restarts it by hand does not."""
        self.machine.run("systemctl", "restart", unit("fraud"))
        known = len(self.begun_us("fraud")) - 1
        for number in range(CRASHES):
            until(lambda: len(self.begun_us("fraud")) > known + number, 30, f"fraud has begun after crash {number}")
            self.machine.run("systemctl", "kill", "--signal=SIGKILL", "--kill-who=main", unit("fraud"))
        until(lambda: "ended early again and again" in self.machine.show(unit("fraud")).get("StatusText", ""), 10, "the status tells that it waits")
        assert self.active("fraud") == "activating" and self.machine.show(unit("fraud"))["NRestarts"] == str(CRASHES)
        begun = self.begun_us("fraud")[known:]
        apart = [(later - sooner) / 1e6 for sooner, later in zip(begun, begun[1:])]
        # What is told in the journal comes a moment after the beginning that counts.
        assert len(apart) == CRASHES - 1 and all(gap >= 0.8 * 2 ** (n - 1) for n, gap in enumerate(apart) if n > 0), apart
        waited = self.events("fraud").count("restart_waits")
        self.machine.run("systemctl", "restart", unit("fraud"))
        assert self.readyz("fraud") == 200 and self.events("fraud").count("restart_waits") == waited > 0
        return f"killed {CRASHES} times: begins after {', '.join(f'{gap:.1f}' for gap in apart)} s, by hand at once"

    def instances(self):
        self.machine.run("systemctl", "start", "taxflow@tax-2.service", "taxflow@collector-2.service")
        for role in ("tax", "collector"):
            assert self.readyz(role, PORT_STEP) == 200, role
            assert self.machine.show(f"taxflow@{role}-2.service")["ActiveState"] == "active" and self.active(role) == "active"
        line = next(line for line in map(decoded, self.machine.journal("taxflow@tax-2.service")) if line and line["event"] == "started")
        assert line["role"] == "tax" and line["instance"] == 2, line
        until(lambda: self.readyz("tax") == 200, 30, "both have their share")
        self.machine.run("systemctl", "stop", "taxflow@tax-2.service", "taxflow@collector-2.service")
        until(lambda: self.readyz("tax") == 200, 30, "tax has all partitions again")
        return "taxflow@tax-2, taxflow@collector-2: a second instance ten ports above"

    def reload(self, load):
        pids = {role: self.machine.show(unit(role))["MainPID"] for role in ROLES}
        for mode in ("strict", "artefact", "strict", "artefact"):
            self.write(f'mode = "{mode}";')
            self.machine.run("systemctl", "reload", *map(unit, ROLES))
            load.more(20)
        for role in ROLES:
            shown = self.machine.show(unit(role))
            assert shown["MainPID"] == pids[role] and shown["ActiveState"] == "active", shown
            until(lambda: self.events(role).count("config_reloaded") == 4, 10, f"{role} has read it four times")
        self.write('mode = "none";')
        self.machine.run("systemctl", "reload", unit("tax"))
        until(lambda: "config_refused" in self.events("tax"), 10, "a wrong file is refused")
        assert self.active("tax") == "active" and self.machine.show(unit("tax"))["MainPID"] == pids["tax"]
        self.write()
        self.machine.run("systemctl", "reload", unit("tax"))
        return "reload under load, four times every role; a wrong file is refused, the old one stays"

    def events(self, role):
        return [line["event"] for line in map(decoded, self.machine.journal(unit(role), "--boot")) if line]

    def drain(self, load):
        longest = 0
        for role in ("tax", "fraud", "collector"):
            load.more(20)
            begun = time.monotonic()
            self.stop(role)
            longest = max(longest, time.monotonic() - begun)
            shown = self.machine.show(unit(role))
            assert shown["Result"] == "success" and shown["ExecMainStatus"] == "0" and shown["ExecMainCode"] == "1", shown
            assert longest < STOP_S_MAX, longest
            self.start(role)
        load.more(20)
        return f"stop under load: drained, status 0, {longest:.1f} s at the longest"

    def nothing_lost(self, load):
        ids = {f"load-{number}" for number in range(load.sent)}
        for topic in ("taxflow.tax", "taxflow.fraud"):
            def found(topic=topic):
                return [json.loads(row["payload"]).get("event_id") for row in self.kafka.read(topic)]
            until(lambda: ids <= set(found()), 60, f"{topic} has all {len(ids)}")
            counted = [name for name in found() if name in ids]
            assert len(counted) == len(ids), f"{topic}: {len(counted)} results of {len(ids)} events"
        return f"{load.sent} events: one result each of tax and fraud"

    def journal(self):
        for role in ROLES:
            lines = [line for line in self.machine.journal(unit(role)) if line.get("SYSLOG_IDENTIFIER") == "taxflow"]
            assert lines, role
            for line in lines:
                said = decoded(line)
                if not said:  # what is wrong with a configuration file is told to people, as on a terminal, and is an error all the same
                    assert line["MESSAGE"].startswith("taxflow: /etc/taxflow/taxflow.conf:") and line["PRIORITY"] == PRIORITIES["error"], line
                    continue
                assert said["role"] == role and said["instance"] == 1 and said["ts"] and said["event"] and said["msg"], line
                assert line["PRIORITY"] == PRIORITIES[said["level"]] and line["_SYSTEMD_UNIT"] == unit(role), line
                assert not any(word in line["MESSAGE"] for word in PRIVATE), line
        assert any(line["PRIORITY"] == "3" for line in self.machine.journal(unit("tax"), "--priority=err")), "an error is found by its priority"
        return "journal: JSON with role and instance, priorities as levels, unit; nothing personal"

    def start_ms(self, role):
        """From the process to READY=1, without the group's part: what is between the process that runs and its partitions."""
        self.stop(role)
        self.machine.run("systemctl", "reset-failed", unit(role))  # nobody starts it so often by hand
        self.start(role)
        shown = self.machine.show(unit(role))
        begun, ready = (int(shown[name]) for name in ("ExecMainStartTimestampMonotonic", "ActiveEnterTimestampMonotonic"))
        at = {said["event"]: int(line["__MONOTONIC_TIMESTAMP"]) for line in self.machine.journal(unit(role), f"_PID={shown['MainPID']}") if (said := decoded(line))}
        join = at["partitions_assigned"] - at["started"] if "partitions_assigned" in at else 0
        return (ready - begun - max(0, join)) / 1000

    def least_start_ms(self, role):
        """What others on this machine take is no part of it: on a busy one it is measured more often."""
        measured = [self.start_ms(role) for _ in range(MEASURED_STARTS)]
        while min(measured) > READY_MS_MAX and len(measured) < MEASURED_STARTS_MAX:
            measured.append(self.start_ms(role))
        return min(measured)

    def start_time(self):
        least = {role: self.least_start_ms(role) for role in ROLES}
        assert all(ms <= READY_MS_MAX for ms in least.values()), least
        return "start to ready without the group join: " + ", ".join(f"{role} {ms:.0f} ms" for role, ms in least.items())

    def refused(self, role, status, word):
        """The start fails with status, says why, and is not tried again."""
        done, _ = self.machine.ask("systemctl", "start", unit(role))
        assert done != 0, f"{role} started"
        shown = until(lambda: (state := self.machine.show(unit(role)))["ActiveState"] == "failed" and state, 10, f"{role} has failed")
        assert shown["ExecMainStatus"] == status and shown["NRestarts"] == "0", (shown["ExecMainStatus"], shown["NRestarts"])
        said = "\n".join(line["MESSAGE"] for line in self.machine.journal(unit(role), f"_PID={shown['ExecMainPID']}"))
        assert word in said, said
        self.machine.run("systemctl", "reset-failed", unit(role))

    def faults(self):
        self.stop(*ROLES)
        self.write('mode = "none";')
        self.refused("tax", CONFIGURATION, "tax.mode must be one of")
        self.write()
        key = self.file(KEY)
        shutil.chown(key, 0, 0)
        self.refused("collector", CONFIGURATION, "collector.key_file cannot be read")
        self.own_key()
        with socket.create_server(("127.0.0.1", self.ports["tax"])):
            self.refused("tax", CONFIGURATION, "is in use by another program")
        chosen = self.ports["tax"]
        self.ports["tax"] = 103  # below what a role without capabilities may listen on
        self.write()
        self.refused("tax", PERMISSION, "choose one above 1023")
        self.ports["tax"] = chosen
        self.file(CONF).chmod(0o600)  # as root's own editor may leave it
        self.refused("tax", PERMISSION, "chgrp taxflow")
        self.file(CONF).chmod(0o644)
        self.file(CONF).write_text(self.file(CONF).read_text(encoding="utf-8")[:-40], encoding="utf-8")
        self.refused("tax", CONFIGURATION, "syntax error here or just above")
        self.write()
        self.file(CONF).rename(self.file(CONF + ".away"))
        self.refused("tax", NO_INPUT, "the configuration cannot be read")
        self.file(CONF + ".away").rename(self.file(CONF))
        self.write()
        return "wrong or half a configuration, owner of a secret, port taken 78; low port, unreadable configuration 77; no file 66: told, never tried again"

    def own_key(self):
        self.machine.run("chown", "taxflow:taxflow", KEY)

    def whole_target_stops(self):
        self.machine.run("systemctl", "start", "taxflow.target")
        self.machine.run("systemctl", "stop", "taxflow.target")
        for role in ROLES:
            until(lambda: self.active(role) == "inactive", STOP_S_MAX, f"{role} is inactive")
            assert self.machine.show(unit(role))["Result"] == "success", role
        return "taxflow.target after the faults: started, and stopped with all of its roles"


def decoded(line):
    """What a role said, or None where the manager speaks."""
    if line.get("SYSLOG_IDENTIFIER") != "taxflow" or not line["MESSAGE"].startswith("{"):
        return None
    return json.loads(line["MESSAGE"])


def all_steps(test, steps):
    key = test.file(KEY)
    key.write_text("a secret of this test, 32 bytes.\n", encoding="ascii")
    key.chmod(0o600)
    test.own_key()
    test.machine.run("taxflow", "topics", "--create", f"--config={CONF}")
    steps.done("topics created from inside")
    for step in (test.each_role, test.waits, test.target, test.confinement, test.watchdog, test.crashes, test.instances):
        steps.done(step())
    with Load(test.ports["collector"]) as load:
        for step in (test.reload, test.drain):
            steps.done(step(load))
    steps.done(test.nothing_lost(load))
    for step in (test.journal, test.start_time, test.faults, test.whole_target_stops):
        steps.done(step())


def codename():
    with open("/etc/os-release", encoding="utf-8") as lines:
        return next((line.strip().split("=", 1)[1].strip('"') for line in lines if line.startswith("VERSION_CODENAME=")), "")


def main(package):
    roots.leave_in_order()
    release = codename()
    steps = Steps(release)
    try:
        if not shutil.which("systemd-nspawn"):
            raise roots.Unavailable("systemd-nspawn is needed (package systemd-container)")
        kafka, redis = Kafka().launch(), Redis().launch()
        with roots.Root(release, SYSTEM_PACKAGES) as root:
            shutil.copy(package, root.file("/root"))
            root.install(f"/root/{pathlib.Path(package).name}")
            root.file("/usr/sbin/policy-rc.d").unlink()
            root.release_mounts()
            steps.done("a system with systemd, the package installed")
            with Machine(root.path) as machine:
                kafka.wait_up()
                redis.wait_up()
                steps.done("booted; Kafka and Redis are up")
                all_steps(Test(machine, kafka, redis), steps)
            steps.done("powered off")
        kafka.stop()
        redis.stop()
    except (roots.Unavailable, fetch.Unavailable) as reason:
        print(f"skipped: {reason}")
        return SKIPPED
    print(f"{release:10} {sum(seconds for _, seconds in steps.rows):7.1f} s  in all")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
