"""A container engine for a test: the one that answers here, else Debian's, started by hand in a folder of its own and ended with the test."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from machine import until
from roots import Unavailable, run

START_S, STOP_S = 60, 60
PROJECT = "taxflow-test"


def client():
    """Debian's docker, which fits Debian's engine, before any other on the path."""
    found = "/usr/bin/docker" if os.access("/usr/bin/docker", os.X_OK) else shutil.which("docker")
    if not found:
        raise Unavailable("docker is needed (package docker.io)")
    return found


class Engine:
    """docker() and compose() for as long as the with statement lasts. own: it was started here, and everything in it goes with it."""

    def __init__(self):
        self.client, self.own, self.folder = client(), None, None
        self.environment = dict(os.environ, COMPOSE_PROJECT_NAME=PROJECT)

    def __enter__(self):
        if not self.answers():
            self.start()
        plain = shutil.which("docker-compose")
        self.compose_command = [plain] if plain else [self.client, "compose"]
        if subprocess.run([*self.compose_command, "version"], capture_output=True, check=False).returncode != 0:
            self.__exit__()
            raise Unavailable("docker-compose is needed")
        return self

    def answers(self):
        return subprocess.run([self.client, "info"], env=self.environment, capture_output=True, check=False).returncode == 0

    def start(self):
        """By hand, so neither systemd nor a service is needed. Where it cannot lay layers over each other, it copies them (vfs), only more slowly."""
        daemon = shutil.which("dockerd")
        if not daemon or os.geteuid() != 0:
            raise Unavailable("no engine answers, and dockerd (package docker.io) and root are needed to start one")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="taxflow-engine-"))
        self.environment["DOCKER_HOST"] = f"unix://{self.folder}/docker.sock"
        with open(self.folder / "log", "wb") as log:
            self.own = subprocess.Popen([daemon, f"--data-root={self.folder}/data", f"--exec-root={self.folder}/exec",
                                         f"--host={self.environment['DOCKER_HOST']}", f"--pidfile={self.folder}/pid"],
                                        stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            until(lambda: self.own.poll() is not None or self.answers(), START_S, "the engine answers")
        finally:
            said = (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-1500:]
        if self.own.poll() is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise Unavailable(f"dockerd cannot run here: {said}")

    def __exit__(self, *unused):
        if not self.own:
            return
        self.own.send_signal(signal.SIGTERM)
        try:
            self.own.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.own.kill()
            self.own.wait()
        self.release()

    def release(self):
        """Nothing is removed through a mount that the engine left behind."""
        with open("/proc/self/mounts", encoding="utf-8") as lines:
            left = [line.split()[1] for line in lines if line.split()[1].startswith(f"{self.folder}/")]
        for mounted in reversed(left):
            subprocess.run(["umount", "-l", mounted], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def docker(self, *words, **options):
        """Output of a docker command that succeeds."""
        return run(self.client, *words, env=self.environment, **options)

    def ask(self, *words, seconds=120):
        """(exit status, output) of any."""
        done = subprocess.run([self.client, *map(str, words)], env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", check=False, timeout=seconds)
        return done.returncode, done.stdout

    def socket(self):
        """Where it is asked, or None where that is no socket of this machine."""
        kind, _, path = self.docker("context", "inspect", "--format", "{{.Endpoints.docker.Host}}").strip().partition("://")
        return path if kind == "unix" else None

    def inspect(self, name):
        """What the engine knows of a container or an image; None where there is none."""
        status, text = self.ask("inspect", name)
        return json.loads(text)[0] if status == 0 else None


class Compose:
    """docker-compose on files, in a project that no user has. command: another one than the engine's."""

    def __init__(self, engine, folder, *files, command=None):
        self.engine, self.folder = engine, folder
        self.command = [*(command or engine.compose_command), *(word for file in files for word in ("-f", file))]

    def run(self, *words):
        return run(*self.command, *words, cwd=self.folder, env=self.engine.environment)

    def text(self, *words):
        """Its standard output alone."""
        done = subprocess.run([*self.command, *words], cwd=self.folder, env=self.engine.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False)
        assert done.returncode == 0, (words, done.returncode, done.stdout[-1000:], done.stderr[-3000:])
        return done.stdout

    def fails(self, *words):
        done = subprocess.run([*self.command, *words], cwd=self.folder, env=self.engine.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        assert done.returncode != 0, (words, done.stdout)
        return done.stdout

    def container(self, service):
        """What the engine knows of a service's container, running or not; None before there is one."""
        labels = (f"project={PROJECT}", f"service={service}", "oneoff=False")
        found = self.engine.docker("ps", "-aq", *(word for label in labels for word in ("--filter", f"label=com.docker.compose.{label}"))).split()
        return self.engine.inspect(found[0]) if found else None

    def healthy(self, service):
        seen = self.container(service)
        return bool(seen) and seen["State"]["Running"] and seen["State"].get("Health", {}).get("Status") == "healthy"

    def kill(self, service):
        """Its process, as a crash would: what the engine itself kills counts as stopped by a person and stays down."""
        pid = self.container(service)["State"]["Pid"]
        os.kill(pid, signal.SIGKILL)
