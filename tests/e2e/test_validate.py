"""Validation where users meet it: POST /v1/validate without Kafka, the same as `taxflow validate`, and XML through the whole flow."""
import hashlib
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import suite
from services import Process, free_ports, http, until
from stack import BINARY, JSON, NDJSON, ROOT, Stack

sys.path.insert(0, str(ROOT / "tests" / "conformance"))
sys.path.append("/usr/lib/python3/dist-packages")  # where another Python comes first on the path, Debian's packages fit it too
import jsonschema  # noqa: E402
import write_cii  # noqa: E402
import write_ubl  # noqa: E402

XML = "application/xml"
OWN = ROOT / "tests" / "conformance" / "own"
SCHEMA = json.loads((ROOT / "conf" / "schemas" / "validation.schema.json").read_text(encoding="utf-8"))


def record(name, change=None):
    found = json.loads((OWN / f"{name}.json").read_text(encoding="utf-8"))
    if change:
        change(found["invoice"])
    return found


def wrong_gross(invoice):
    invoice["totals"]["gross"] = "1.00"


def rules(answer):
    return sorted(finding["rule"] for finding in answer["findings"])


class WithoutKafkaTest(unittest.TestCase):
    """A role tax that never sees a broker."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="taxflow-validate-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.port, closed = free_ports(2)
        self.config = self.folder / "taxflow.conf"
        self.configure()
        self.closed = closed
        self.role = Process("tax", [BINARY, "--role=tax", f"--config={self.config}", f"--set=kafka.bootstrap_servers=127.0.0.1:{closed}"],
                            self.folder, {"RUNTIME_DIRECTORY": str(self.folder), "PATH": "/usr/bin"})
        self.addCleanup(self.role.kill)
        until(lambda: http("GET", f"http://127.0.0.1:{self.port}/livez", timeout=2)[0] == 200, 60, "the role lives")

    def configure(self, severities=""):
        self.config.write_text(f'tax: {{ listen = "127.0.0.1:{self.port}"; severities = [ {severities} ]; }};\notel: {{ enabled = false; }};\n',
                               encoding="utf-8")

    def post(self, body, media, query=""):
        data = body if isinstance(body, bytes) else body.encode()
        status, headers, text = http("POST", f"http://127.0.0.1:{self.port}/v1/validate{query}", data, {"Content-Type": media})
        return status, headers, text

    def judge(self, body, media):
        status, _, text = self.post(body, media)
        self.assertEqual(status, 200, text)
        answer = json.loads(text)
        jsonschema.validate(answer, SCHEMA)
        return answer

    def command(self, name, body):
        path = self.folder / name
        path.write_text(body, encoding="utf-8")
        done = subprocess.run([BINARY, "validate", "--json", str(path)], capture_output=True, text=True, timeout=60, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return json.loads(done.stdout)

    def test_says_what_the_command_says(self):
        for change in (None, wrong_gross):
            invoice = record("standard", change)
            for name, media, body in (("a.json", JSON, json.dumps(invoice)), ("a_ubl.xml", XML, write_ubl.document(invoice)),
                                      ("a_cii.xml", XML, write_cii.document(invoice))):
                by_http, by_command = self.judge(body, media), self.command(name, body)
                jsonschema.validate(by_command, SCHEMA)
                self.assertEqual(by_command.pop("source"), f"{self.folder / name}{'#1' if media == JSON else ''}")
                self.assertEqual(by_http.pop("source"), "body")
                self.assertEqual(by_http, by_command)
                self.assertEqual(by_http["valid"], change is None, by_http)
                self.assertEqual({"BR-CO-15", "BR-CO-16"} <= set(rules(by_http)), change is not None, by_http)

    def test_kosit_style_answers_by_the_status(self):
        good, bad = record("standard"), record("standard", wrong_gross)
        self.assertEqual(self.post(json.dumps(good), JSON, "?style=kosit")[0], 200)
        status, _, text = self.post(json.dumps(bad), JSON, "?style=kosit")
        self.assertEqual((status, json.loads(text)["valid"]), (406, False))

    def test_lines_are_answered_one_by_one(self):
        lines = [json.dumps(record("standard")), "", "{broken", json.dumps(record("standard", wrong_gross))]
        status, headers, text = self.post("\n".join(lines), NDJSON)
        answers = [json.loads(line) for line in text.splitlines()]
        self.assertEqual((status, headers["Content-Type"]), (200, NDJSON))
        self.assertEqual([(answer["source"], answer["valid"]) for answer in answers], [("body#1", True), ("body#3", False), ("body#4", False)])
        for answer in answers:
            jsonschema.validate(answer, SCHEMA)
        self.assertEqual(rules(answers[1]), ["malformed-json"])

    def test_what_cannot_be_read_is_a_finding_with_its_line(self):
        answer = self.judge('<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">\n<a>\n</b>\n</Invoice>', XML)
        self.assertEqual((answer["valid"], answer["findings"][0]["class"], answer["findings"][0]["line"]), (False, "format", 3), answer)
        answer = self.judge('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<a>&x;</a>', XML)
        self.assertEqual((answer["valid"], answer["findings"][0]["line"]), (False, 1), answer)

    def test_an_empty_file_is_not_valid(self):
        answer = self.command("empty.ndjson", "\n \n")
        jsonschema.validate(answer, SCHEMA)
        self.assertEqual((answer["valid"], answer["findings"][0]["class"]), (False, "format"))

    def test_refuses_what_it_does_not_understand(self):
        for media, query, status in ((XML, "?stile=kosit", 400), (XML, "?style=other", 400), (NDJSON, "?style=kosit", 400), ("text/html", "", 415)):
            got, headers, text = self.post("{}", media, query)
            self.assertEqual((got, headers["Content-Type"]), (status, "application/problem+json"), text)

    def test_a_reload_changes_what_rules_weigh(self):
        body = json.dumps(record("standard", wrong_gross))
        self.assertFalse(self.judge(body, JSON)["valid"])
        self.configure('"BR-CO-15=warning", "BR-CO-16=off", "OTHER/BR-CO-15=fatal"')
        self.role.signal(signal.SIGHUP)
        answer = until(lambda: (lambda found: found if found["valid"] else None)(self.judge(body, JSON)), 60, "the new severities count")
        weights = {finding["rule"]: (finding["severity"], finding.get("rule_severity")) for finding in answer["findings"]}
        self.assertEqual(weights["BR-CO-15"], ("warning", "fatal"))
        self.assertEqual(weights["BR-CO-16"], ("off", "fatal"))


class XmlFlowTest(unittest.TestCase):
    """UBL and CII from the collector to the result: the same findings as the command has for the file."""

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False).start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def by_command(self, name, body):
        path = self.stack.folder / name
        path.write_text(body, encoding="utf-8")
        return json.loads(self.stack.run("validate", "--json", f"--config={self.stack.config}", str(path), check=False).stdout)

    def judged(self, event_id):
        return json.loads(self.stack.wait_result("taxflow.tax", event_id)[0]["payload"])

    def test_by_http(self):
        for name, write in (("ubl", write_ubl), ("cii", write_cii)):
            for change in (None, wrong_gross):
                body = write.document(record("standard", change))
                status, _, answer = self.stack.post(body.encode(), XML, ce_id=f"{name}-{change is None}", ce_source="urn:x", ce_specversion="1.0")
                self.assertEqual(status, 202, answer)
                result, expected = self.judged(answer["id"]), self.by_command(f"{name}.xml", body)
                self.assertEqual((rules(result), result["valid"]), (rules(expected), expected["valid"]))

    def test_by_the_drop_folder(self):
        body = write_ubl.document(record("reverse_charge")).encode()
        self.stack.drop_file("one.xml", [body])
        until((self.stack.drop / "done" / "one.xml").exists, 30, "the file is in done/")
        digest = hashlib.sha256(body).hexdigest()
        row, = [row for row in self.stack.kafka.read("taxflow.audit") if digest in row["payload"]]
        original = json.loads(row["payload"])["original"]
        self.assertEqual((original["media_type"], original["bytes"], original["syntax"]), (XML, len(body), "ubl"))
        result, expected = self.judged(row["headers"]["ce_id"]), self.by_command("one.xml", body.decode())
        self.assertEqual([dict(finding, line=None) for finding in result["findings"]],  # a record has no lines
                         [dict(finding, line=None) for finding in expected["findings"]])

    def test_without_id_twice_is_once(self):
        body = write_ubl.document(record("export")).encode()
        first, second = self.stack.post(body, XML), self.stack.post(body, XML)
        self.assertEqual((first[0], second[0]), (202, 200), (first, second))
        self.assertEqual(first[2]["id"], second[2]["id"])


if __name__ == "__main__":
    suite.main()
