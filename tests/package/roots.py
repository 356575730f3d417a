"""Debian in a folder: a release as debootstrap makes it, kept in the cache, unpacked for a test, and entered by chroot.

Needs root, and Debian's packages within reach.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "services"))
import fetch  # noqa: E402

MIRROR = os.environ.get("TAXFLOW_DEBIAN_MIRROR", "http://deb.debian.org/debian")


class Unavailable(Exception):
    """A release that cannot be had here, with the reason."""


def leave_in_order():
    """Who ends this process by a signal lets it take its mounts, folders and children away first."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: sys.exit(128 + got))


def run(*command, input=None, **options):
    """Output of a command; AssertionError with its end when it fails. What it started ends with it. options: as Popen has them."""
    with subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True, **options) as child:
        try:
            output, _ = child.communicate(input)
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
    assert child.returncode == 0, f"{' '.join(map(str, command))}: exit {child.returncode}\n{output[-4000:]}"
    return output


def packed(release, extra=()):
    """A tar of the release's smallest system, with packages on top of it."""
    name = "-".join((release, *(["with", *extra] if extra else [])))
    kept = fetch.cache() / "roots" / f"{name[:120]}.tar"
    if kept.exists():
        return kept
    if not shutil.which("debootstrap") or os.geteuid() != 0:
        raise Unavailable("debootstrap and root are needed")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="taxflow-root-") as folder:
        try:
            run("debootstrap", "--variant=minbase", *([f"--include={','.join(extra)}"] if extra else []), release, folder, MIRROR)
        except AssertionError as failed:
            raise Unavailable(f"debootstrap could not make {release}: {str(failed)[-600:]}") from None
        part = kept.with_suffix(".part")
        run("tar", "-C", folder, "--one-file-system", "-cf", part, ".")
        part.rename(kept)
    return kept


class Root:
    """One system of its own for as long as the with statement lasts."""

    def __init__(self, release, extra=()):
        self.release, self.extra = release, extra
        self.mounted = []

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix=f"taxflow-{self.release}-"))
        try:
            self.fill()
        except BaseException:
            self.__exit__()
            raise
        return self

    def fill(self):
        run("tar", "-C", self.path, "-xpf", packed(self.release, self.extra))
        self.path.chmod(0o755)  # it was a folder for root alone as it was packed
        shutil.copy("/etc/resolv.conf", self.path / "etc" / "resolv.conf")
        # Nothing may start a service while packages are installed: there is no init in here.
        policy = self.path / "usr" / "sbin" / "policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
        policy.chmod(0o755)
        for source, at, kind in (("/proc", "proc", "proc"), ("/dev", "dev", None), (self.compiled(), "root/.cache/ccache", None)):
            target = self.path / at
            target.mkdir(parents=True, exist_ok=True)
            self.mounted.append(target)
            run("mount", *(["-t", kind] if kind else ["--bind"]), source, target)

    def compiled(self):
        """What was compiled before, for the next time: the same file at the same place by the same release's compiler."""
        kept = fetch.cache() / "ccache" / self.release
        kept.mkdir(parents=True, exist_ok=True)
        return kept

    def __exit__(self, *unused):
        self.release_mounts()
        # Never through a mount that did not go away.
        if not self.still_mounted():
            shutil.rmtree(self.path, ignore_errors=True)

    def still_mounted(self):
        """By the kernel's list: os.path.ismount() does not see a folder that is bound within one file system."""
        with open("/proc/self/mounts", encoding="utf-8") as lines:
            listed = {line.split()[1] for line in lines}
        return [target for target in self.mounted if str(target) in listed]

    def release_mounts(self):
        for target in reversed(self.still_mounted()):
            subprocess.run(["umount", "-l", str(target)], check=False)

    def chroot(self, *command):
        return ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive",
                f"TAXFLOW_JOBS={os.environ.get('TAXFLOW_JOBS', 2)}", "chroot", str(self.path), *map(str, command)]

    def run(self, *command):
        return run(*self.chroot(*command))

    def fails(self, *command):
        done = subprocess.run(self.chroot(*command), capture_output=True, text=True, check=False)
        assert done.returncode != 0, command
        return done.stdout + done.stderr

    def file(self, name):
        return self.path / name.lstrip("/")

    def install(self, *packages):
        self.run("apt-get", "-q", "update")
        self.run("apt-get", "-q", "-y", "--no-install-recommends", "install", *packages)
