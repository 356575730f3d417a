#!/usr/bin/env python3
"""The Debian package on Debian 12 and 13: built twice to the same bytes, clean by lintian, installed, upgraded, removed and purged.

Usage: test_deb.py [RELEASE…]. `./dev test deb` runs it. Prints a table of steps and seconds; exit 77 where no release can be had.
"""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import time

import roots
from roots import Root, Unavailable, run

SOURCE = pathlib.Path(__file__).resolve().parents[2]
RELEASES = ("bookworm", "trixie")
PACKAGE_BYTES_MAX = 3_000_000
SKIPPED = 77


class Steps:
    """What was done and how long it took."""

    def __init__(self, title):
        self.title, self.rows, self.begun = title, [], time.monotonic()

    def done(self, what):
        now = time.monotonic()
        self.rows.append((what, now - self.begun))
        print(f"{self.title:10} {now - self.begun:7.1f} s  {what}", flush=True)
        self.begun = now


def copy_source(root, name):
    """The tree as a commit would have it, at a path of its own."""
    target = root.file(name)
    target.mkdir(parents=True)
    files = run("git", "-C", SOURCE, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
    listed = "\n".join(file for file in files if file and (SOURCE / file).exists())
    run("tar", "-C", SOURCE, "-cf", target / "source.tar", "-T", "-", input=listed)
    run("tar", "-C", target, "-xf", target / "source.tar")
    (target / "source.tar").unlink()


def package_of(root, folder):
    found = sorted(root.file(f"{folder}/build/package").glob("*.deb"))
    assert len(found) == 1, found
    return found[0]


def build(root, steps, keep):
    """The package, built at two places; and a later one of the same files, to upgrade to."""
    copy_source(root, "/src/first")
    copy_source(root, "/build/another/second")
    steps.done("the tree copied to two places")
    root.run("/src/first/dev", "package")
    steps.done("built, with what it needs installed by ./dev package")
    root.run("/build/another/second/dev", "package")
    steps.done("built again elsewhere")
    first, second = package_of(root, "/src/first"), package_of(root, "/build/another/second")
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in (first, second)]
    assert digests[0] == digests[1], f"{first.name}: two builds differ: {digests}"
    assert first.stat().st_size <= PACKAGE_BYTES_MAX, first.stat().st_size
    steps.done(f"both are the same {first.stat().st_size} bytes")
    root.install("lintian")
    inside = "/" + str(first.relative_to(root.path))
    told = root.run("lintian", "--fail-on=error,warning", "--allow-root", "--info", inside)
    assert not any(line[:2] in ("E:", "W:") for line in told.splitlines()), told
    steps.done("lintian: no error, no warning")
    kept = [shutil.copy(first, keep)]
    first.unlink()
    root.run("sh", "-c", "cd /src/first/build/package && cpack -D CPACK_DEBIAN_PACKAGE_RELEASE=9")
    kept.append(shutil.copy(package_of(root, "/src/first"), keep))
    steps.done("a later package to upgrade to")
    return kept


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def check_installed(root):
    assert root.run("taxflow", "--version").startswith("taxflow ")
    assert root.run("taxflow", "check").startswith("configuration ok (/etc/taxflow/taxflow.conf)")
    report = json.loads(root.run("taxflow", "audit", "--json", "/usr/share/taxflow/samples/payments.ndjson"))
    assert report["received"] > 100 and report["received"] == report["accepted"] + report["duplicates"] + report["dead_lettered"], report
    assert "taxflow:x:" in root.file("/etc/passwd").read_text(encoding="utf-8")
    owners = root.run("stat", "-c", "%n %U:%G %a", "/etc/taxflow", "/var/lib/taxflow", "/var/spool/taxflow").splitlines()
    assert owners == ["/etc/taxflow root:taxflow 750", "/var/lib/taxflow taxflow:taxflow 700", "/var/spool/taxflow taxflow:taxflow 770"], owners
    for page in ("man1/taxflow.1", "man5/taxflow.conf.5", "man7/taxflow-events.7", "man7/taxflow-metrics.7"):
        name = f"/usr/share/man/{page}.gz"
        # A minimal system leaves manual pages out as it installs; the package has them.
        assert name in root.run("dpkg", "-L", "taxflow"), page
    for name in ("bash-completion/completions/taxflow", "zsh/vendor-completions/_taxflow", "fish/vendor_completions.d/taxflow.fish"):
        assert root.file(f"/usr/share/{name}").exists(), name


def running_role(root):
    """A role that runs while the package is upgraded, on its embedded broker."""
    child = subprocess.Popen(root.chroot("taxflow", "--role=all", "--set", "kafka.embedded=true", "--set", "otel.enabled=false", "--set", "monitor.listen=127.0.0.1:0",
                                         "--set", "collector.listen=127.0.0.1:0", "--set", "tax.listen=127.0.0.1:0", "--set", "fraud.listen=127.0.0.1:0",
                                         "--set", "collector.key_file=/root/key"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=os.setsid)
    return child


def live(steps, release, packages):
    first, second = packages
    with Root(release) as root:
        for package in packages:
            shutil.copy(package, root.file("/root"))
        key = root.file("/root/key")
        key.write_text("a secret of this test, 32 bytes.\n", encoding="ascii")
        key.chmod(0o600)
        root.install(f"/root/{pathlib.Path(first).name}")
        check_installed(root)
        steps.done("installed in a clean system; it judges the samples")
        conf = root.file("/etc/taxflow/taxflow.conf")
        ours = conf.read_text(encoding="utf-8").replace("#period_s = 10;", "period_s = 11; # ours")
        conf.write_text(ours, encoding="utf-8")
        root.file("/var/lib/taxflow/kept").write_text("x", encoding="ascii")
        role = running_role(root)
        root.run("apt-get", "-q", "-y", "install", f"/root/{pathlib.Path(second).name}")
        assert role.poll() is None, f"the upgrade ended a role that ran: {role.stdout.read()[-2000:]}"
        os.killpg(role.pid, signal.SIGTERM)
        assert role.wait(30) == 0, role.stdout.read()[-2000:]
        assert conf.read_text(encoding="utf-8") == ours and root.file("/var/lib/taxflow/kept").exists()
        assert "-9" in root.run("dpkg-query", "-W", "taxflow")
        check_installed(root)
        steps.done("upgraded: the configuration kept, a role that ran was left alone")
        root.run("apt-get", "-q", "-y", "remove", "taxflow")
        assert not root.file("/usr/bin/taxflow").exists() and conf.exists() and root.file("/var/lib/taxflow/kept").exists()
        steps.done("removed: configuration and data kept")
        root.run("apt-get", "-q", "-y", "purge", "taxflow")
        for gone in ("/etc/taxflow", "/var/lib/taxflow", "/var/spool/taxflow"):
            assert not root.file(gone).exists(), gone
        root.fails("dpkg", "-s", "taxflow")
        steps.done("purged: nothing left")


def main(releases):
    roots.leave_in_order()
    tested = 0
    for release in releases or RELEASES:
        steps = Steps(release)
        keep = pathlib.Path(SOURCE) / "build" / "packages" / release
        shutil.rmtree(keep, ignore_errors=True)
        keep.mkdir(parents=True)
        try:
            with Root(release) as root:
                steps.done("a clean system")
                packages = build(root, steps, keep)
            live(steps, release, packages)
        except Unavailable as reason:
            print(f"skipped: {reason}")
            continue
        tested += 1
        print(f"{release:10} {sum(seconds for _, seconds in steps.rows):7.1f} s  in all")
    return 0 if tested else SKIPPED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
