#!/usr/bin/env python3
"""What a person has to see to: a port, a volume, a disk, a configuration, an owner. Each ends the program with 77 or 78 and words that name the fix."""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from services import Process, free_ports, http, until
from stack import BINARY, JSON, ROOT
import suite

PERMISSION, CONFIG = 77, 78
SAMPLES = ROOT / "conf" / "samples" / "payments.ndjson"
NOBODY = 65534
FILE_OF_SETTINGS = '''# Half of it may be there: somebody's editor writes while the role reads.
role = "collector";
companies = ( { id = "ACME-DE"; vat_ids = [ "DE136695976" ]; } );
kafka: { bootstrap_servers = "localhost:9093"; partitions = 4; properties = [ "linger.ms=0", "fetch.wait.max.ms=5" ]; };
collector: { listen = "127.0.0.1:0"; };
'''


class RefusalsTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="taxflow-refusals-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.folder.chmod(0o755)
        self.key = self.folder / "key"
        self.key.write_text("a secret of this test, 32 bytes.\n", encoding="ascii")
        self.key.chmod(0o600)

    def command(self, *arguments, **settings):
        """A role on an embedded broker, by --set."""
        values = {"kafka.embedded": "true", "otel.enabled": "false", "collector.key_file": self.key, "collector.listen": "127.0.0.1:0",
                  **{name.replace("__", "."): value for name, value in settings.items()}}
        return [BINARY, *arguments, *(f"--set={name}={value}" for name, value in values.items())]

    def refused(self, status, words, command, environment=None, before=()):
        done = subprocess.run([*before, *map(str, command)], capture_output=True, text=True, check=False, timeout=60,
                              env={"PATH": os.environ["PATH"], "TMPDIR": str(self.folder), **(environment or {})})
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        told = [line for line in done.stderr.splitlines() if line.startswith("taxflow: ")]
        self.assertTrue(any(all(word in line for word in words) for line in told), f"{words} in none of {told}")

    def mounted(self, name, options):
        folder = self.folder / name
        folder.mkdir()
        if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False).returncode != 0:
            self.skipTest("no folder can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", folder], check=True)
        return folder

    def full(self):
        folder = self.mounted("full", "size=64k")
        with self.assertRaises(OSError):
            (folder / "filling").write_bytes(bytes(1 << 20))
        return folder

    def as_nobody(self):
        if os.geteuid() != 0:
            self.skipTest("only root can be somebody else")
        own = self.folder / "taxflow"  # the folders above the built one may be root's alone
        shutil.copy(BINARY, own)
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", own]

    # ---- Volumes ----

    def test_a_volume_that_is_read_only(self):
        folder = self.mounted("ro", "ro,size=64k")
        self.refused(CONFIG, ["collector.watch_dir", "Read-only", "make it writable"], self.command("--role=collector", collector__watch_dir=folder))
        self.refused(CONFIG, ["collector.archive_dir", "Read-only", "make it a folder that this user may write to"],
                     self.command("--role=collector", collector__archive_dir=folder))
        self.refused(PERMISSION, ["collector-1.lock", "Read-only", "set RUNTIME_DIRECTORY"], self.command("--role=collector"), {"RUNTIME_DIRECTORY": str(folder)})
        self.refused(PERMISSION, ["Read-only", "--out"], [BINARY, "audit", f"--out={folder}/out", SAMPLES])
        self.refused(PERMISSION, ["Read-only", "folder that is yours"], [BINARY, "audit", f"--state={folder}/state", SAMPLES])
        self.refused(PERMISSION, ["Read-only", "set TMPDIR"], [BINARY, "audit", f"--out={self.folder}/out", SAMPLES], {"TMPDIR": str(folder)})

    def test_a_disk_that_is_full(self):
        folder = self.full()
        self.refused(PERMISSION, ["No space left", "free some room"], [BINARY, "audit", f"--out={folder}/out", SAMPLES])
        self.refused(PERMISSION, ["no room is left", "free some room"], [BINARY, "audit", f"--state={folder}/state", SAMPLES])
        self.refused(PERMISSION, ["No space left", "set TMPDIR"], [BINARY, "audit", f"--out={self.folder}/out", SAMPLES], {"TMPDIR": str(folder)})

    def test_a_role_outlives_a_full_disk(self):
        """Nothing is taken in that could not be kept, the reason is named, and once there is room the role goes on by itself."""
        folder = self.full()
        port, = free_ports(1)
        role = Process("collector", self.command("--role=collector", collector__archive_dir=folder, collector__listen=f"127.0.0.1:{port}"), self.folder,
                       {"PATH": os.environ["PATH"], "TMPDIR": str(self.folder)})
        self.addCleanup(role.kill)
        where = f"http://127.0.0.1:{port}"
        until(lambda: "No space left" in http("GET", f"{where}/readyz?verbose")[2], 30, "readyz names the disk")
        self.assertEqual(http("GET", f"{where}/readyz")[0], 503)
        record = json.dumps({"kind": "payment", "company": "A", "payment": {"supplier": "S", "amount": "1.00", "currency": "EUR", "date": "2026-01-05"}}).encode()
        status, headers, told = http("POST", f"{where}/v1/events", record, {"Content-Type": JSON})
        self.assertEqual(status, 503, told)
        self.assertIn("No space left", told)
        self.assertTrue(headers["Retry-After"])
        (folder / "filling").unlink()
        until(lambda: http("GET", f"{where}/readyz")[0] == 200, 30, "it is ready once there is room")
        self.assertEqual(http("POST", f"{where}/v1/events", record, {"Content-Type": JSON})[0], 202)
        role.signal(signal.SIGTERM)
        self.assertEqual(role.wait(20), 0)

    # ---- Ports ----

    def test_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.refused(CONFIG, ["is in use by another program", "choose another port"],
                         self.command("--role=collector", collector__listen=f"127.0.0.1:{taken.getsockname()[1]}"))

    def test_a_port_for_root_alone(self):
        nobody = self.as_nobody()
        os.chown(self.key, NOBODY, NOBODY)
        with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding="ascii") as first:
            if int(first.read()) <= 103:
                self.skipTest("here everybody may listen on every port")
        runtime = self.folder / "runtime"
        runtime.mkdir()
        os.chown(runtime, NOBODY, NOBODY)
        self.refused(PERMISSION, ["port 103", "above 1023"], [*nobody, *self.command("--role=collector", collector__listen="127.0.0.1:103")[1:]],
                     {"RUNTIME_DIRECTORY": str(runtime)})

    # ---- Configuration ----

    def test_half_a_configuration(self):
        """Cut anywhere it is either whole as far as it goes, or refused with its line; nothing in between."""
        path = self.folder / "taxflow.conf"
        refused = 0
        for length in range(0, len(FILE_OF_SETTINGS), 7):
            path.write_text(FILE_OF_SETTINGS[:length], encoding="ascii")
            done = subprocess.run([BINARY, "check", f"--config={path}"], capture_output=True, text=True, check=False, timeout=60, env={"PATH": os.environ["PATH"]})
            self.assertIn(done.returncode, (0, CONFIG), FILE_OF_SETTINGS[:length] + done.stderr)
            if done.returncode == CONFIG:
                refused += 1
                self.assertRegex(done.stderr, rf"(?m)^taxflow: ({path}:\d+: .+|.*collector\.key_file must be set)", FILE_OF_SETTINGS[:length])
        self.assertGreater(refused, 30)
        path.write_text(FILE_OF_SETTINGS[:FILE_OF_SETTINGS.index("linger")], encoding="ascii")
        self.refused(CONFIG, [f"{path}:4: ", "never closed with \""], [BINARY, "--role=tax", f"--config={path}"])

    def test_a_configuration_that_may_not_be_read(self):
        nobody = self.as_nobody()
        path = self.folder / "taxflow.conf"
        path.write_text(FILE_OF_SETTINGS, encoding="ascii")
        path.chmod(0o600)
        self.refused(PERMISSION, [str(path), "Permission denied", "chgrp taxflow", "chmod 640"], [*nobody, "--role=tax", f"--config={path}"])
        self.refused(PERMISSION, [str(path), "chgrp taxflow"], [*nobody, "doctor", f"--config={path}"])
        path.chmod(0o644)
        inner = self.folder / "inner"
        inner.mkdir(0o700)
        self.refused(PERMISSION, ["enter its folders"], [*nobody, "check", f"--config={path.rename(inner / 'taxflow.conf')}"])

    # ---- Secrets ----

    def test_a_secret_of_another_owner_or_open_to_all(self):
        nobody = self.as_nobody()
        self.refused(CONFIG, ["collector.key_file cannot be read", "belongs to user 0", f"chown {NOBODY} {self.key}"],
                     [*nobody, *self.command("--role=collector")[1:]])
        self.key.chmod(0o644)
        self.refused(CONFIG, ["collector.key_file is open to every user", f"chmod 600 {self.key}"], self.command("--role=collector"))


if __name__ == "__main__":
    suite.main()
