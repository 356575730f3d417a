"""A Debian with a systemd of its own as PID 1, booted from a folder by systemd-nspawn; it shares this machine's network.

Commands run in its namespaces, so neither a bus nor machined is needed. Needs root, and systemd 252 or newer on both sides.
It powers off in order with the process that started it, however that ends.
"""
import json
import os
import signal
import subprocess
import time
import uuid

POLL_S = 0.05
BOOT_S, POWER_OFF_S = 90, 60


def until(condition, seconds, what):
    """The first true value of condition; AssertionError past the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"after {seconds} s still not: {what}"
        time.sleep(POLL_S)


class Machine:
    """Runs for as long as the with statement lasts."""

    def __init__(self, path):
        self.path, self.leader = path, None

    def __enter__(self):
        # A machine that has no name yet asks on its console what it should be called.
        (self.path / "etc" / "machine-id").write_text(uuid.uuid4().hex + "\n", encoding="ascii")
        # Without a scope of its own for the machine there is nothing to ask the host's service manager for, where it has one.
        self.log = open(self.path.parent / f"{self.path.name}.console", "wb")
        self.nspawn = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--boot",
                                        "--console=pipe", "--resolv-conf=off", "--timezone=off", f"--machine={self.path.name}",
                                        f"--directory={self.path}"],
                                       stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=dict(os.environ, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY="1"))
        try:
            self.leader = until(self.find_leader, BOOT_S, "the machine has a first process")
            until(lambda: self.ask("systemctl", "is-system-running")[1].strip() in ("running", "degraded"), BOOT_S, "the machine is up")
        except AssertionError as failed:
            told = self.console() + (self.ask("systemctl", "list-jobs")[1] if self.leader else "")
            self.__exit__()
            raise AssertionError(f"{failed}\n{told}") from None
        return self

    def console(self):
        with open(self.log.name, encoding="utf-8", errors="replace") as lines:
            return lines.read()[-3000:]

    def find_leader(self):
        assert self.nspawn.poll() is None, f"systemd-nspawn ended: {self.console()}"
        with open(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children", encoding="ascii") as listed:
            children = listed.read().split()
        for child in children:
            with open(f"/proc/{child}/comm", encoding="ascii") as name:
                if name.read().strip() == "systemd":
                    return int(child)
        return None

    def __exit__(self, *unused):
        # SIGTERM is an orderly power-off.
        self.nspawn.send_signal(signal.SIGTERM)
        try:
            self.nspawn.wait(POWER_OFF_S)
        except subprocess.TimeoutExpired:
            self.nspawn.kill()
            self.nspawn.wait()
        self.log.close()
        os.unlink(self.log.name)

    def inside(self, *command):
        return ["nsenter", "--target", str(self.leader), "--all", "--", "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
                *map(str, command)]

    def ask(self, *command, seconds=120):
        """(exit status, output) of a command."""
        done = subprocess.run(self.inside(*command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              check=False, timeout=seconds)
        return done.returncode, done.stdout

    def run(self, *command):
        status, output = self.ask(*command)
        assert status == 0, f"{' '.join(map(str, command))}: exit {status}\n{output}\n{self.ask('journalctl', '-n', '40', '--no-pager')[1]}"
        return output

    def show(self, unit):
        """A unit's properties."""
        return dict(line.split("=", 1) for line in self.run("systemctl", "show", unit).splitlines() if "=" in line)

    def journal(self, unit, *options):
        return [json.loads(line) for line in self.run("journalctl", "--unit", unit, "--output=json", "--no-pager", *options).splitlines()]

    def drop_in(self, unit, text):
        """Settings over those of the package, of one unit, gone with the next start of the machine; an empty text takes them away."""
        file = f"/run/systemd/system/{unit}.d/test.conf"
        self.run("mkdir", "-p", os.path.dirname(file))
        self.run("sh", "-c", f"printf '%s\\n' \"$1\" >{file}", "sh", text)
        self.run("systemctl", "daemon-reload")
