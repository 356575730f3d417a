#!/usr/bin/env python3
"""A broker that lets nobody in without TLS and a password, and nobody do what the README does not ask for: the whole flow runs on it."""
import json
import re
import shlex
import subprocess
import unittest

from services import Kafka, free_ports, until
from stack import ROLES, ROOT, Stack, event, invoice
import suite

ACL_COMMANDS = ("kafka.admin.AclCommand", "org.apache.kafka.tools.AclCommand")
PASSWORDS = {role: f"the-password-of-{role}" for role in ROLES}
UNAVAILABLE, CONFIG = 69, 78


class SecureKafka(Kafka):
    """Clients come over SASL_SSL; the inner listener is the administrator's and open to this machine."""

    def write_files(self, nodes):
        super().write_files(nodes)
        self.secure_port, = free_ports(1)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", self.folder / "broker.key", "-out", self.folder / "ca.pem"], check=True, capture_output=True)
        (self.folder / "broker.pem").write_bytes((self.folder / "broker.key").read_bytes() + (self.folder / "ca.pem").read_bytes())
        users = " ".join(f'user_{role}="{password}"' for role, password in PASSWORDS.items())
        secure = f"SECURE://127.0.0.1:{self.secure_port}"
        path = self.folder / "server.properties"
        text = re.sub(r"(?m)^((?:advertised\.)?listeners=)", rf"\1{secure},", path.read_text(encoding="ascii"))
        text = text.replace("listener.security.protocol.map=", "listener.security.protocol.map=SECURE:SASL_SSL,")
        path.write_text(text + f"""
listener.name.secure.ssl.keystore.type=PEM
listener.name.secure.ssl.keystore.location={self.folder}/broker.pem
listener.name.secure.sasl.enabled.mechanisms=PLAIN
listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required {users};
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
""", encoding="ascii")

    def acl(self, *arguments):
        try:
            return self.tool(ACL_COMMANDS[0], *arguments)
        except AssertionError:
            return self.tool(ACL_COMMANDS[1], *arguments)


class SecureStack(Stack):
    """Each role as a user of its own, with its password in a file."""

    def credentials(self, role, password=None):
        path = self.folder / f"{role}.password"
        path.write_text((password or PASSWORDS[role]) + "\n", encoding="ascii")
        path.chmod(0o600)
        return ["--set", f"kafka.bootstrap_servers=127.0.0.1:{self.kafka.secure_port}",
                "--set", f"kafka.properties=security.protocol=sasl_ssl,ssl.ca.location={self.kafka.folder}/ca.pem,sasl.mechanism=PLAIN,"
                         f"sasl.username={role},sasl.password=file:{path}"]

    def start_role(self, role, *arguments, environment=None):
        super().start_role(role, *self.credentials(role), *arguments, environment=environment)


class SecureTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = SecureStack(traces=False, kafka=SecureKafka)
        cls.stack.run("topics", "--create", f"--config={cls.stack.config}")

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def doctor(self, role, *arguments):
        return self.stack.run("doctor", f"--config={self.stack.config}", "--set", f"{role}.listen=127.0.0.1:0", *arguments, check=False)

    def test_1_refusals_say_why(self):
        done = self.doctor("tax", *self.stack.credentials("tax", "wrong"))
        self.assertEqual(done.returncode, UNAVAILABLE, done.stdout)
        self.assertRegex(done.stdout, r"(?s)error +kafka.*uthentication.*try +compare sasl\.mechanism, sasl\.username")
        self.assertNotIn("wrong", done.stdout + done.stderr)
        foreign = self.stack.folder / "foreign.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=else", "-keyout", "/dev/null", "-out", foreign], check=True,
                       capture_output=True)
        arguments = [word.replace(f"{self.stack.kafka.folder}/ca.pem", str(foreign)) for word in self.stack.credentials("tax")]
        done = self.doctor("tax", *arguments)
        self.assertEqual(done.returncode, UNAVAILABLE, done.stdout)
        self.assertIn("ssl.ca.location", done.stdout)
        inline = self.stack.run("check", "--set", "kafka.properties=sasl.password=hunter2", check=False)
        self.assertEqual(inline.returncode, CONFIG)
        self.assertNotIn("hunter2", inline.stdout + inline.stderr)
        self.assertIn("file:", inline.stderr)

    def test_2_without_rights_nothing_runs(self):
        self.stack.start_role("tax")
        role = self.stack.roles["tax"]
        role.wait(40)
        self.assertIn("its ACL hides it", role.text())

    def test_3_with_the_rights_of_the_readme_everything_runs(self):
        commands = re.findall(r"(?m)^    kafka-acls (.*)$", (ROOT / "README.md").read_text(encoding="utf-8"))
        self.assertGreater(len(commands), 10)
        for command in commands:
            self.stack.kafka.acl(*shlex.split(command))
        for role in ROLES:
            self.stack.start_role(role)
        for role in ROLES:
            self.stack.wait_ready(role)
        status, _, answer = self.stack.post(event("secure-1", invoice("S-1")))
        self.assertEqual(status, 202, answer)
        self.stack.post(b"{ broken", "application/json")
        for topic in ("taxflow.tax", "taxflow.fraud"):
            until(lambda topic=topic: [row for row in self.stack.kafka.read(topic) if b"secure-1" in json.dumps(row).encode()], 60, f"{topic} has the result")
        self.stack.post(event("secure-1", invoice("S-1")))
        for role in ROLES:
            text = self.stack.roles[role].text()
            self.assertNotIn("uthoriz", text, text[-3000:])
            self.assertNotIn(PASSWORDS[role], text)
        done = self.doctor("tax", *self.stack.credentials("tax"))
        self.assertIn("answers in TLS", done.stdout)


if __name__ == "__main__":
    suite.main()
