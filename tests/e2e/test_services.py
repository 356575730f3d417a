"""The services themselves: before taxflow is blamed, Kafka, Redis and Jaeger must do what the other tests take for granted."""
import json
import time
import unittest

import suite
from services import Jaeger, Kafka, Redis, attributes, http, until

TRACE, SPAN = "5b8efff798038103d269b633813fc60c", "eee19b7ec3c1b174"


class KafkaTest(unittest.TestCase):
    def test_keeps_records_over_a_restart(self):
        kafka = Kafka(auto_create=True).start()
        kafka.send("probe", "hello", "k")
        kafka.kill()
        kafka.start()
        rows = kafka.read("probe")
        self.assertEqual([(row["key"], row["payload"]) for row in rows], [("k", "hello")])
        kafka.stop()
        self.assertFalse(kafka.process.running())


class RedisTest(unittest.TestCase):
    def test_claims_once(self):
        redis = Redis().start()
        self.assertEqual(redis.ask("SET", "k", "a", "NX", "GET"), "$-1")
        self.assertEqual(redis.ask("SET", "k", "b", "NX", "GET"), "$1")
        redis.stop()


class JaegerTest(unittest.TestCase):
    def test_gives_back_what_it_was_sent(self):
        jaeger = Jaeger().start()
        now = time.time_ns()
        span = {"traceId": TRACE, "spanId": SPAN, "name": "probe", "kind": 2, "startTimeUnixNano": str(now), "endTimeUnixNano": str(now + 1000),
                "attributes": [{"key": "answer", "value": {"intValue": "42"}}]}
        body = {"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "probe"}}]},
                                   "scopeSpans": [{"spans": [span]}]}]}
        status, _, _ = http("POST", f"{jaeger.endpoint}/v1/traces", json.dumps(body).encode(), {"Content-Type": "application/json"})
        self.assertEqual(status, 200)
        found = until(lambda: jaeger.spans(TRACE), 60, "the trace can be read")
        self.assertEqual([(row["name"], row["service"], attributes(row)["answer"]) for row in found], [("probe", "probe", "42")])
        self.assertIn("probe", jaeger.services())
        jaeger.stop()


if __name__ == "__main__":
    suite.main()
