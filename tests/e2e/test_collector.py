"""The collector's answers over HTTP, its drop folder, and what it does while Kafka or Redis is away."""
import json
import pathlib
import unittest

import suite
from services import until
from stack import BATCH, JSON, NDJSON, Stack, event, invoice


class CollectorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False).start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def refused(self, status, reason, body, media=JSON, **headers):
        got, answered, problem = self.stack.post(body, media, **headers)
        self.assertEqual((got, answered["Content-Type"].split(";")[0]), (status, "application/problem+json"), problem)
        self.assertEqual(problem["status"], status)
        self.assertIn(reason, json.dumps(problem))
        return problem

    def test_bad_records_get_a_problem_with_path_and_reason(self):
        self.refused(400, "malformed-json", "{not json")
        self.refused(400, "unknown-kind", {"kind": "refund", "company": "ACME-DE"})
        self.refused(400, "duplicate-key", '{"kind":"payment","kind":"payment","company":"A","payment":{}}')
        self.refused(400, "invalid-utf8", b'{"kind":"payment","company":"\xc3\x28","payment":{}}')
        self.refused(400, "too-deep", '{"kind":"payment","company":"A","payment":' + "[" * 200 + "]" * 200 + "}")
        wrong = invoice("C-1")
        wrong["invoice"]["totals"]["gross"] = "12,50"
        problem = self.refused(400, "bad-number", wrong)
        self.assertIn("$.invoice.totals.gross", json.dumps(problem))
        self.refused(415, "content type", invoice("C-2"), "image/png")
        self.refused(415, "no format that is read", invoice("C-2"), "text/plain")
        self.refused(413, "too-big", invoice("C-3", note="x" * 4_100_000))

    def test_what_is_no_post_to_events_is_refused(self):
        self.assertEqual(self.stack.get("collector", "/v1/events")[0], 405)
        self.assertEqual(self.stack.get("collector", "/nothing")[0], 404)

    def test_lines_are_answered_one_by_one(self):
        good, bad = json.dumps(invoice("C-4")), '{"kind":"nonsense"}'
        status, _, answer = self.stack.post("\n".join([good, "", bad, good]), NDJSON)
        self.assertEqual(status, 207)
        rows = answer["results"]
        self.assertEqual([(row["line"], row["status"]) for row in rows if row["line"] != 4], [(1, 202), (3, 400)])
        self.assertIn(rows[2]["status"], (200, 202), "a copy on a later line")
        self.assertEqual(rows[0]["id"], rows[2]["id"])
        self.assertIn("problem", rows[1])
        status, _, answer = self.stack.post("\n".join(json.dumps(invoice(f"C-5-{n}")) for n in range(3)), NDJSON)
        self.assertEqual((status, [row["status"] for row in answer["results"]]), (202, [202] * 3))

    def test_a_batch_is_an_array_of_events(self):
        status, _, answer = self.stack.post([event(f"batch-{n}", invoice(f"C-6-{n}")) for n in range(2)], BATCH)
        self.assertEqual((status, [row["id"] for row in answer["results"]]), (202, ["batch-0", "batch-1"]))
        self.stack.wait_result("taxflow.tax", "batch-1")

    def test_binary_mode_and_the_idempotency_key(self):
        headers = {"ce_specversion": "1.0", "ce_id": "binary-1", "ce_source": "urn:acme:erp", "ce_type": "taxflow.invoice.v1"}
        status, _, answer = self.stack.post(invoice("C-7"), JSON, **headers)
        self.assertEqual((status, answer["id"]), (202, "binary-1"))
        status, _, answer = self.stack.post(invoice("C-8"), JSON, Idempotency_Key="key-1")
        self.assertEqual((status, answer["id"]), (202, "key-1"))
        self.assertEqual(self.stack.post(invoice("C-8"), JSON, Idempotency_Key="key-1")[0], 200)
        self.assertEqual(self.stack.post(invoice("C-9"), JSON, Idempotency_Key="key-1")[0], 422)
        self.refused(400, "Idempotency-Key", json.dumps(invoice("C-10")), NDJSON, Idempotency_Key="key-2")

    def test_a_dropped_file_is_taken_once(self):
        lines = [event(f"file-{n}", invoice(f"C-11-{n}")) for n in range(5)] + [b"this is no record\n"]
        self.stack.drop_file("march.ndjson", lines)
        done = self.stack.drop / "done" / "march.ndjson"
        until(done.exists, 30, "the file is in done/")
        for n in range(5):
            self.assertEqual(len(self.stack.wait_result("taxflow.fraud", f"file-{n}")), 1)
        letter = until(lambda: [row for row in self.stack.kafka.read("taxflow.dlq") if row["headers"].get("tf_role") == "collector"], 30, "the bad line")[0]
        self.assertEqual((letter["headers"]["tf_reason"], letter["payload"]), ("malformed-json", "this is no record"))
        self.assertTrue(letter["headers"]["tf_position"].endswith("march.ndjson:0:6"))
        self.stack.drop_file("march.ndjson", lines[:5])
        until((pathlib.Path(str(done) + ".2")).exists, 30, "the copy is in done/ too")
        until(lambda: len(self.stack.kafka.read("taxflow.duplicates")) >= 10, 30, "five duplicates for each role")
        self.assertEqual(len(self.stack.results("taxflow.tax", "file-0")), 1)


    def test_a_file_that_cannot_be_moved_is_tried_again(self):
        work, done = self.stack.drop / "work", self.stack.drop / "done"
        work.rmdir()
        self.stack.drop_file("waits-for-work.ndjson", [event("moved-1", invoice("C-12"))])
        until(lambda: "file_not_taken" in self.stack.roles["collector"].text(), 30, "the collector says that it cannot take the file")
        work.mkdir()
        until((done / "waits-for-work.ndjson").exists, 30, "the file was taken")
        kept = done.rename(self.stack.drop / "kept")
        self.stack.drop_file("waits-for-done.ndjson", [event("moved-2", invoice("C-13"))])
        until(lambda: "file_not_archived" in self.stack.roles["collector"].text(), 30, "the collector says that it cannot archive the file")
        kept.rename(done)
        until((done / "waits-for-done.ndjson").exists, 30, "the file was archived")
        for event_id in ("moved-1", "moved-2"):
            self.assertEqual(len(self.stack.wait_result("taxflow.tax", event_id)), 1)
        self.assertEqual([row for row in self.stack.kafka.read("taxflow.duplicates") if "moved-" in row["payload"]], [])


class OutageTest(unittest.TestCase):
    """Kafka away: 503 and files wait. Redis away: the roles pause. Both come back without a restart, and nothing is lost or doubled."""

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(traces=False).start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()

    def test_kafka_away_and_back(self):
        self.assertEqual(self.stack.post(event("before", invoice("O-1")))[0], 202)
        self.stack.kafka.kill()
        status, headers, _ = self.stack.post(event("during", invoice("O-2")))
        self.assertEqual(status, 503)
        self.assertGreater(int(headers["Retry-After"]), 0)
        until(lambda: self.stack.get("collector", "/readyz")[0] == 503, 30, "the collector says it is not ready")
        self.stack.drop_file("waits.ndjson", [event("waited", invoice("O-3"))])
        self.stack.kafka.start()
        until(lambda: self.stack.post(event("during", invoice("O-2")))[0] in (200, 202), 60, "records are taken again")
        until((self.stack.drop / "done" / "waits.ndjson").exists, 60, "the file was sent")
        for event_id in ("before", "during", "waited"):
            for topic in ("taxflow.tax", "taxflow.fraud"):
                self.assertEqual(len(self.stack.wait_result(topic, event_id, 60)), 1, event_id)

    def test_redis_away_and_back(self):
        self.stack.redis.kill()
        self.assertEqual(self.stack.post(event("unclaimed", invoice("O-4")))[0], 202)
        until(lambda: self.stack.get("tax", "/readyz")[0] == 503, 30, "tax says it waits for Redis")
        self.assertEqual(self.stack.results("taxflow.tax", "unclaimed"), [])
        self.stack.redis.start()
        for topic in ("taxflow.tax", "taxflow.fraud"):
            self.assertEqual(len(self.stack.wait_result(topic, "unclaimed", 60)), 1)


if __name__ == "__main__":
    suite.main()
