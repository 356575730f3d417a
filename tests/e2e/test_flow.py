"""One event through the whole flow: posted over HTTP, judged by both roles, traced, watched, and read by a foreign reader."""
import json
import os
import signal
import subprocess
import time
import unittest

import suite
from services import attributes, until
from stack import CLOUDEVENT, JSON, PRIVATE, ROLES, Stack, event, invoice

DRAIN_S = 10
HOPS = ["POST /v1/events", "process taxflow.audit", "process taxflow.audit", "send taxflow.audit", "send taxflow.fraud", "send taxflow.tax"]


class FlowTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack().start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def post_new(self, number, **headers):
        event_id = f"flow-{number}"
        status, _, answer = self.stack.post(event(event_id, invoice(number)), **headers)
        self.assertEqual((status, answer), (202, {"id": event_id}))
        return event_id

    def test_both_verdicts_reach_a_foreign_reader(self):
        event_id = self.post_new("F-1")
        for topic, kind in (("taxflow.tax", "taxflow.tax.assessed.v1"), ("taxflow.fraud", "taxflow.fraud.assessed.v1")):
            row, = self.stack.wait_result(topic, event_id)
            self.assertEqual(row["headers"]["ce_type"], kind)
            self.assertEqual(row["headers"]["ce_specversion"], "1.0")
            for name in ("ce_id", "ce_source", "tf_owner"):
                self.assertIn(name, row["headers"])
        audit, = [row for row in self.stack.kafka.read("taxflow.audit") if row["headers"]["ce_id"] == event_id]
        tax, = self.stack.results("taxflow.tax", event_id)
        fraud, = self.stack.results("taxflow.fraud", event_id)
        body = json.loads(tax["payload"])
        self.assertEqual((body["valid"], body["applicable"], body["findings_total"], body["findings"]), (True, True, 0, []))
        self.assertEqual(body["position"], f"taxflow.audit:{audit['partition']}:{audit['offset']}")
        self.assertEqual(json.loads(fraud["payload"])["decision"], "approve")
        self.assertEqual({tax["partition"], fraud["partition"]}, {audit["partition"]})
        self.assertEqual(json.loads(audit["payload"]), invoice("F-1"))
        self.assertRegex(audit["key"], "^[0-9a-f]{32}$")

    def test_findings_name_rule_and_path(self):
        wrong = invoice("F-2", gross="119.01", user="u7", approver="u7")
        self.assertEqual(self.stack.post(event("flow-F-2", wrong))[0], 202)
        tax = json.loads(self.stack.wait_result("taxflow.tax", "flow-F-2")[0]["payload"])
        self.assertEqual([(row["rule"], row["path"]) for row in tax["findings"]], [("BR-CO-15", "$.invoice.totals.gross")])
        self.assertFalse(tax["valid"])
        fraud = json.loads(self.stack.wait_result("taxflow.fraud", "flow-F-2")[0]["payload"])
        self.assertEqual(([hit["rule"] for hit in fraud["hits"]], fraud["decision"]), (["SOD1"], "review"))

    def test_the_trace_has_all_hops(self):
        trace_id, parent = os.urandom(16).hex(), os.urandom(8).hex()
        self.post_new("F-3", traceparent=f"00-{trace_id}-{parent}-01")

        def all_hops():
            spans = self.stack.jaeger.spans(trace_id)
            return spans if sorted(s["name"] for s in spans if s["name"] in HOPS) == HOPS else None
        spans = until(all_hops, 30, f"trace {trace_id} has {HOPS}")
        by_name = {span["name"]: span for span in spans}
        self.assertEqual(by_name["POST /v1/events"]["parentSpanId"], parent)
        self.assertEqual(by_name["send taxflow.audit"]["parentSpanId"], by_name["POST /v1/events"]["spanId"])
        processed = [span for span in spans if span["name"] == "process taxflow.audit"]
        self.assertEqual({span["parentSpanId"] for span in processed}, {by_name["send taxflow.audit"]["spanId"]})
        self.assertEqual(len({span["service"] for span in processed}), 2, "tax and fraud are services of their own")
        sent = {by_name[f"send taxflow.{role}"]["parentSpanId"] for role in ("tax", "fraud")}
        self.assertEqual(sent, {span["spanId"] for span in processed})
        for span in processed:
            self.assertEqual(attributes(span)["messaging.system"], "kafka")
            self.assertEqual(attributes(span)["messaging.destination.name"], "taxflow.audit")
        for word in PRIVATE:
            self.assertNotIn(word, json.dumps(spans, ensure_ascii=False))

    def test_an_unsampled_event_leaves_no_trace(self):
        unsampled, sampled = os.urandom(16).hex(), os.urandom(16).hex()
        self.post_new("F-4", traceparent=f"00-{unsampled}-{os.urandom(8).hex()}-00")
        self.post_new("F-5", traceparent=f"00-{sampled}-{os.urandom(8).hex()}-01")
        until(lambda: len(self.stack.jaeger.spans(sampled)) >= len(HOPS), 30, "the sampled one arrived")
        self.assertEqual(self.stack.jaeger.spans(unsampled), [])

    def test_the_same_event_twice_counts_once(self):
        event_id = self.post_new("F-6")
        status, headers, answer = self.stack.post(event(event_id, invoice("F-6")))
        self.assertEqual((status, headers["Idempotency-Replayed"], answer["id"]), (200, "true", event_id))
        status, headers, answer = self.stack.post(event(event_id, invoice("F-6", net="1.00")))
        self.assertEqual((status, headers["Content-Type"].split(";")[0]), (422, "application/problem+json"))
        self.post_new("F-7")
        self.stack.wait_result("taxflow.tax", "flow-F-7")
        self.assertEqual(len(self.stack.wait_result("taxflow.tax", event_id)), 1)
        self.assertEqual(len(self.stack.wait_result("taxflow.fraud", event_id)), 1)

    def test_what_slips_past_the_collector_is_caught_by_the_roles(self):
        event_id = self.post_new("F-8")
        self.stack.wait_result("taxflow.tax", event_id)
        audit, = [row for row in self.stack.kafka.read("taxflow.audit") if row["headers"]["ce_id"] == event_id]
        headers = [word for item in audit["headers"].items() for word in ("-H", "=".join(item))]
        again = ["-P", "-t", "taxflow.audit", "-p", str(audit["partition"]), "-k", audit["key"], *headers]
        for payload in (audit["payload"], audit["payload"].replace("100.00", "700.00")):
            subprocess.run([self.stack.kafka.kcat, "-b", self.stack.kafka.bootstrap, *again], input=payload.encode(), check=True)
        duplicates = until(lambda: [row for row in self.stack.kafka.read("taxflow.duplicates")
                                    if json.loads(row["payload"])["event_id"] == event_id][1:], 30, "one row of each role")
        self.assertTrue(duplicates)
        until(lambda: len([row for row in self.stack.kafka.read("taxflow.dlq") if row["headers"].get("tf_reason") == "id-conflict"]) >= 2, 30,
              "a dead letter of each role")
        self.assertEqual(len(self.stack.results("taxflow.tax", event_id)), 1)

    def test_the_monitor_sees_services_and_lag(self):
        self.stack.wait_result("taxflow.tax", self.post_new("F-9"))

        def settled():
            status, _, text = self.stack.get("monitor", "/api/v1/flow")
            flow = json.loads(text) if status == 200 else {"services": [], "lag": []}
            up = {row["role"] for row in flow["services"] if row["status"] == "up"}
            calm = {row["role"] for row in flow["lag"] if row["status"] == "ok" and row["messages"] == 0}
            return flow if up == set(ROLES) and calm == {"tax", "fraud"} else None
        flow = until(settled, 30, "all four up, no lag")
        for row in flow["lag"]:
            self.assertEqual(row["group"], f"taxflow.{row['role']}")
            self.assertEqual(sum(part["end"] - part["committed"] for part in row["partitions"] if part["committed"] >= 0), 0)
        processed = {row["role"]: row["processed"] for row in flow["services"]}
        self.assertGreater(processed["tax"], 0)
        self.assertEqual(processed["tax"], processed["fraud"])
        lines = [json.loads(line) for line in self.stack.roles["monitor"].text().splitlines() if line.startswith("{")]
        self.assertTrue({"service_changed", "lag_status"} & {line.get("event") for line in lines})

    def test_every_role_shows_health_and_metrics(self):
        for role in ROLES:
            self.assertEqual(self.stack.get(role, "/livez")[0], 200, role)
            status, headers, text = self.stack.get(role, "/metrics")
            self.assertEqual(status, 200)
            self.assertIn("taxflow_build_info", text)
            self.assertEqual(self.stack.run("health", role, f"--config={self.stack.config}").returncode, 0)

    def test_send_prints_where_the_event_went(self):
        for without in ((), ("--set", "collector.key_file=")):  # the test event needs no secret
            done = self.stack.run("send", f"--config={self.stack.config}", *without)
            self.assertRegex(done.stdout, r"^\S+ partition \d+ offset \d+\n$")
            self.stack.wait_result("taxflow.fraud", done.stdout.split()[0])

    def test_topics_agree_once_created(self):
        self.assertEqual(self.stack.run("topics", f"--config={self.stack.config}").returncode, 0)


class StopTest(unittest.TestCase):
    """After a flow with work in it, SIGTERM: drained within ten seconds, exit 0, and nothing private was ever logged."""

    def test_drains_and_keeps_secrets(self):
        stack = Stack().start()
        for n in range(50):
            self.assertEqual(stack.post(invoice(f"S-{n}"), JSON)[0], 202)
        self.assertEqual(stack.post(b'{"kind":"invoice","company":"ACME-DE","invoice":{"seller":{"name":"Erlk\xc3\xb6nig","vat_id":7}}}', JSON)[0], 400)
        self.assertEqual(stack.post(event("", invoice("S-x")), CLOUDEVENT)[0], 400)
        for role in ROLES:
            begun = time.monotonic()
            stack.roles[role].signal(signal.SIGTERM)
            self.assertEqual(stack.roles[role].wait(DRAIN_S + 2), 0, stack.roles[role].text()[-2000:])
            self.assertLess(time.monotonic() - begun, DRAIN_S)
        for role in ROLES:
            for word in PRIVATE:
                self.assertNotIn(word, stack.roles[role].text(), role)
        stack.stop()


if __name__ == "__main__":
    suite.main()
