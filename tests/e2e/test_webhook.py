"""Alerts to a receiver that refuses, falls silent, and takes them: nothing is lost, nothing comes twice by its id, over restarts too."""
import base64
import hashlib
import hmac
import http.server
import json
import signal
import threading
import time
import unittest

import suite
from services import Process, until
from stack import BINARY, PRIVATE, Stack, event, invoice

SECRET = b"a secret between two programs"
SILENCE_S = 7  # more than a try waits


class Receiver:
    """Answers as `mood` says, and keeps what it took."""

    def __init__(self):
        self.stopped = threading.Event()
        self.mood, self.taken, self.tries, self.forged = "take", [], [], 0
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.receive(self, body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/alerts"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def receive(self, handler, body):
        mood, alert = self.mood, handler.headers["webhook-id"]
        self.tries.append((alert, mood))
        if mood == "silence":
            self.stopped.wait(SILENCE_S)  # longer than the role waits: that is the fault
            return  # the connection is closed without an answer
        if mood == "take" and self.is_signed(handler.headers, body):
            self.taken.append((alert, json.loads(body)))
        handler.send_response({"take": 204, "refuse": 500, "take and fail": 500}[mood])
        if mood == "take and fail":  # it has it, but its answer is lost: the same id comes again
            self.taken.append((alert, json.loads(body)))
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def is_signed(self, headers, body):
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        right = "v1," + base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
        good = hmac.compare_digest(headers["webhook-signature"], right) and abs(time.time() - int(headers["webhook-timestamp"])) < 60
        self.forged += not good
        return good

    def events(self):
        """The events by the alerts' ids: a receiver counts each id once."""
        return {alert: body["data"]["event_id"] for alert, body in self.taken}

    def stop(self):
        self.stopped.set()
        self.server.shutdown()
        self.server.server_close()


class WebhookTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.receiver = Receiver()
        cls.stack = Stack(traces=False)
        secret = cls.stack.folder / "webhook-secret"
        secret.write_bytes(SECRET + b"\n")
        secret.chmod(0o600)
        cls.settings = (f"--set=monitor.webhook_url={cls.receiver.url}", f"--set=monitor.webhook_secret_file={secret}")
        text = cls.stack.config.read_text(encoding="utf-8")
        cls.stack.config.write_text(text.replace("period_s = 1;", f'period_s = 1; webhook_url = "{cls.receiver.url}"; '
                                                                  f'webhook_secret_file = "{secret}";'), encoding="utf-8")
        cls.stack.start()

    @classmethod
    def tearDownClass(cls):
        cls.stack.stop()
        cls.receiver.stop()

    def post(self, event_id, alerts=True):
        who = {"user": "u7", "approver": "u7"} if alerts else {}
        self.assertEqual(self.stack.post(event(event_id, invoice(f"W {event_id}", **who)))[0], 202)
        return event_id

    def wait_taken(self, wanted, seconds=60):
        until(lambda: wanted <= set(self.receiver.events().values()), seconds, lambda: f"taken: {sorted(self.receiver.events().values())}, tries: {self.receiver.tries}")

    def tries_of(self, mood, since):
        return [alert for alert, how in self.receiver.tries[since:] if how == mood]

    def test_nothing_is_lost_and_nothing_comes_twice(self):
        since = len(self.receiver.tries)
        wanted = {self.post("first")}
        self.post("clean", alerts=False)
        self.wait_taken(wanted)
        alert, body = self.receiver.taken[0]
        row, = self.stack.results("taxflow.fraud", "first")
        self.assertEqual((alert, body["type"], body["data"]), (row["headers"]["ce_id"], "taxflow.fraud.alert", json.loads(row["payload"])))

        self.receiver.mood = "refuse"
        wanted |= {self.post(f"refused-{n}") for n in range(3)}
        until(lambda: len(self.tries_of("refuse", since)) >= 2, 30, "it is tried again")
        until(lambda: "does not take an alert: HTTP status 500" in self.stack.get("monitor", "/readyz?verbose")[2], 30, "readyz notes it")
        self.assertEqual(self.stack.get("monitor", "/readyz")[0], 200)
        self.receiver.mood = "silence"
        until(lambda: self.tries_of("silence", since), 60, "a try that times out")
        self.receiver.mood = "take"
        self.wait_taken(wanted)

        self.receiver.mood = "take and fail"
        wanted.add(self.post("answer-lost"))
        until(lambda: len(self.tries_of("take and fail", since)) >= 2, 30, "it comes again")
        self.receiver.mood = "take"
        wanted.add(self.post("after"))
        self.wait_taken(wanted)
        ids = {alert for alert, body in self.receiver.taken if body["data"]["event_id"] == "answer-lost"}
        self.assertEqual(len(ids), 1)
        events = self.receiver.events()
        self.assertEqual((set(events.values()), len(events)), (wanted, len(wanted)))
        self.assertEqual(self.receiver.forged, 0)
        self.restart_in_the_middle(wanted)

    def restart_in_the_middle(self, wanted):
        """Alerts that are judged while the monitor is down, or is killed before the receiver took them, come when it is back."""
        since, self.receiver.mood = len(self.receiver.tries), "refuse"
        wanted |= {self.post(f"killed-{n}") for n in range(3)}
        until(lambda: self.tries_of("refuse", since), 30, "one of them is tried")
        self.stack.roles["monitor"].signal(signal.SIGKILL)
        self.stack.roles["monitor"].wait(15)
        wanted |= {self.post(f"away-{n}") for n in range(3)}
        for n in range(3):
            self.stack.wait_result("taxflow.fraud", f"away-{n}")
        self.receiver.mood = "take"
        self.stack.start_role("monitor")
        self.stack.wait_ready("monitor")
        self.wait_taken(wanted)
        self.stack.roles["monitor"].signal(signal.SIGTERM)
        self.stack.roles["monitor"].wait(15)
        before = len(self.receiver.taken)
        self.stack.start_role("monitor")
        self.stack.wait_ready("monitor")
        wanted.add(self.post("last"))
        self.wait_taken(wanted)
        self.assertEqual(len(self.receiver.taken), before + 1, "after a stop nothing is sent again")
        events = self.receiver.events()
        self.assertEqual((set(events.values()), len(events)), (wanted, len(wanted)))

    def test_secrets_and_people_stay_out_of_sight(self):
        self.stack.wait_result("taxflow.fraud", self.post("private"))
        shown = self.stack.run("config", f"--config={self.stack.config}").stdout
        texts = [shown] + [role.text() for role in self.stack.roles.values()] + [self.stack.get("monitor", "/metrics")[2]]
        for text in texts:
            for word in (SECRET.decode(), *PRIVATE):
                self.assertNotIn(word, text)

    def test_a_secret_that_is_none_is_refused_at_the_start(self):
        short = self.stack.folder / "short"
        short.write_bytes(b"whsec_c2hvcnQ=\nxxxx")
        short.chmod(0o600)
        role = Process("refused", [BINARY, "--role=monitor", f"--config={self.stack.config}", f"--set=monitor.webhook_secret_file={short}",
                                   "--set=monitor.listen=127.0.0.1:0"], self.stack.folder, self.stack.environment())
        self.assertEqual(role.wait(30), 78)
        self.assertIn("needs 16 to 4096 bytes", role.text())


if __name__ == "__main__":
    suite.main()
