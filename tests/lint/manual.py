#!/usr/bin/env python3
"""The manual and the completions that the program makes of its rows: well-formed, complete, and doing what they are for.

Usage: manual.py TAXFLOW. 77 (skipped) without the tools that judge them; in CI that is a failure.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SKIPPED = 77
TOOLS = ("mandoc", "groff", "bash", "zsh", "fish")
PAGES = ("taxflow.1", "taxflow.conf.5", "taxflow-events.7", "taxflow-metrics.7")
ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = ""


def run(*command, text=None):
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=60)


def said(*arguments):
    done = run(BINARY, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def plain(page):
    """The page as it is read, without line breaks."""
    shown = run("mandoc", "-T", "utf8", text=said("manual", page)).stdout
    return re.sub(r"\s+", " ", re.sub(".\b", "", shown))


class ManualTest(unittest.TestCase):
    def test_pages_are_well_formed(self):
        self.assertEqual([line.split("\t")[0] for line in said("manual").splitlines()], list(PAGES))
        for page in PAGES:
            text = said("manual", page)
            for command in (["mandoc", "-T", "lint", "-W", "warning"], ["groff", "-ww", "-mdoc", "-Kutf8", "-Tutf8", "-z"]):
                done = run(*command, text=text)
                self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""), (page, command))
            self.assertEqual(text, said("manual", page.rsplit(".", 1)[0]))

    def test_command_page_has_every_command_and_option(self):
        text, shown = said("--help"), plain("taxflow.1")
        commands = re.findall(r"^  (\w+) ", text.split("Commands:")[1].split("Options:")[0], re.M)
        options = re.findall(r"--[a-z][a-z-]*", text.split("Options:")[1].split("Exit status:")[0])
        self.assertGreater(min(len(commands), len(options)), 12)
        for word in (*commands, *options):
            self.assertIn(f" {word}", shown)
        for number in (0, 1, 64, 65, 66, 69, 70, 77, 78):
            self.assertRegex(shown, rf" {number} [A-Z]")

    def test_conf_page_has_every_option(self):
        shown, group = plain("taxflow.conf.5"), ""
        options = []
        for line in (ROOT / "conf" / "taxflow.conf").read_text(encoding="utf-8").splitlines():
            opened, option = re.match(r"(\w+): \{", line), re.match(r"  #(\w+) = ", line)
            group = opened[1] if opened else group
            options += [f"{group}.{option[1]}"] if option else []
        self.assertGreater(len(options), 40)
        for option in options:
            self.assertIn(f" {option} ", shown)

    def test_metrics_page_has_every_metric(self):
        rows = re.findall(r"^TF_METRIC\((\w+),", (ROOT / "include/taxflow/metrics.def").read_text(encoding="utf-8"), re.M)
        shown = plain("taxflow-metrics.7")
        self.assertGreater(len(rows), 20)
        for name in rows:
            self.assertIn(f" taxflow_{name} ", shown)

    def test_events_page_has_topics_and_reasons(self):
        shown = plain("taxflow-events.7")
        for word in ("taxflow.audit", "taxflow.fraud.groups", "taxflow.dlq", "malformed-json", "id-conflict", "ce_id"):
            self.assertIn(f" {word} ", shown)

    def test_completions_are_well_formed(self):
        for shell, check in (("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")):
            with tempfile.NamedTemporaryFile("w", suffix=f".{shell}") as script:
                script.write(said("completion", shell))
                script.flush()
                done = run(shell, check, script.name)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""), shell)
        self.assertEqual(run(BINARY, "completion", "tcsh").returncode, 64)
        self.assertEqual(run(BINARY, "manual", "taxflow.9").returncode, 64)

    def bash(self, *words):
        """What bash offers for the last of the words."""
        script = said("completion", "bash") + 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _taxflow; printf "%s\\n" "${COMPREPLY[@]}"'
        return run("bash", "-c", script, "bash", *words).stdout.split()

    def test_bash_completes(self):
        self.assertEqual(self.bash("taxflow", "exp"), ["explain"])
        self.assertEqual(self.bash("taxflow", "audit", "--ou"), ["--out="])
        self.assertEqual(self.bash("taxflow", "send", "--ou"), [])
        self.assertEqual(self.bash("taxflow", "--role", "=", "fr"), ["fraud"])
        self.assertEqual(self.bash("taxflow", "dlq", "re"), ["replay"])

    def test_fish_completes(self):
        with tempfile.TemporaryDirectory() as home:
            script = pathlib.Path(home) / "taxflow.fish"
            script.write_text(said("completion", "fish"), encoding="utf-8")
            ask = lambda line: subprocess.run(["fish", "--no-config", "-c", f"source {script}; complete -C '{line}'"], capture_output=True, text=True,
                                              check=True, timeout=60, env={**os.environ, "HOME": home}).stdout
            self.assertIn("explain\t", ask("taxflow exp"))
            self.assertIn("--out", ask("taxflow audit --ou"))
            self.assertNotIn("--out", ask("taxflow send --ou"))
            self.assertEqual(ask("taxflow dlq re").split(), ["replay"])


if __name__ == "__main__":
    BINARY = sys.argv.pop(1)
    absent = [tool for tool in TOOLS if not shutil.which(tool)]
    if absent:
        print("skipped: not installed:", ", ".join(absent))
        sys.exit(1 if os.environ.get("CI") else SKIPPED)
    unittest.main()
