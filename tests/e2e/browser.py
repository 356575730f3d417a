"""A headless Chromium, driven by its DevTools protocol over a pipe; nothing but the standard library.

The protocol: https://chromedevtools.github.io/devtools-protocol/. With --remote-debugging-pipe the browser reads commands from file descriptor 3
and writes answers to 4, each a JSON text that ends in a NUL.
"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

import fetch_path  # noqa: F401  puts tests/services on the path
from fetch import Unavailable

NAMES = ("chromium", "chromium-browser", "google-chrome")
LIMIT_S = 60


class Browser:
    """One browser with one page. Requests and messages of the page are kept as they come."""

    def __init__(self):
        program = next((path for path in map(shutil.which, NAMES) if path), None)
        if not program:
            raise Unavailable("no Chromium: apt-get install chromium")
        self.folder = tempfile.TemporaryDirectory(prefix="taxflow-browser-")
        commands, self.to_browser = os.pipe()
        self.from_browser, answers = os.pipe()
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", 'exec "$@" 3<&%d 4>&%d' % (commands, answers), "sh", program, "--headless", "--no-sandbox", "--disable-gpu",
             "--no-first-run", "--disable-dev-shm-usage", "--hide-scrollbars", "--disable-background-networking", "--disable-component-update",
             f"--user-data-dir={self.folder.name}", "--remote-debugging-pipe"],
            pass_fds=(commands, answers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        self.received, self.number, self.session = b"", 0, None
        self.requests, self.complaints, self.events = [], [], []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.ask(f"{domain}.enable")

    def close(self):
        try:
            self.session = None
            self.ask("Browser.close")
            self.process.wait(LIMIT_S)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            os.close(self.to_browser)
            os.close(self.from_browser)
            self.folder.cleanup()

    def message(self, deadline):
        while b"\0" not in self.received:
            if not select.select([self.from_browser], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            some = os.read(self.from_browser, 1 << 20)
            if not some:
                raise Unavailable("Chromium ended before it answered")
            self.received += some
        text, self.received = self.received.split(b"\0", 1)
        return json.loads(text)

    def take(self, deadline):
        """The next message; what the page asks for and complains about is kept."""
        got = self.message(deadline)
        method, params = got.get("method"), got.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("warning", "error"):
            self.complaints.append(params["entry"]["text"])
        elif method in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
            self.complaints.append(json.dumps(params)[:500])
        if method:
            self.events.append(method)
        return got

    def ask(self, method, **params):
        self.number += 1
        command = {"id": self.number, "method": method, "params": params}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(command).encode() + b"\0")
        deadline = time.monotonic() + LIMIT_S
        while True:
            got = self.take(deadline)
            if got.get("id") == command["id"]:
                if "error" in got:
                    raise AssertionError(f"{method}: {got['error']}")
                return got["result"]

    def open(self, url):
        """Open a page and wait until it is loaded; seconds that took."""
        self.requests, self.complaints, self.events = [], [], []
        began = time.monotonic()
        failed = self.ask("Page.navigate", url=url).get("errorText")
        if failed:
            raise AssertionError(f"{url}: {failed}")
        while "Page.loadEventFired" not in self.events:
            self.take(began + LIMIT_S)
        self.look("document.documentElement.getBoundingClientRect().height")  # laid out, too
        return time.monotonic() - began

    def look(self, expression):
        """The value of an expression in the page, as JSON gives it."""
        got = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in got:
            raise AssertionError(f"{expression}: {got['exceptionDetails']}")
        return got["result"].get("value")

    def screenshot(self, path, clip=None):
        options = {"captureBeyondViewport": True, "clip": dict(clip, scale=1)} if clip else {}
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", format="png", **options)["data"]))

    def pdf(self):
        return base64.b64decode(self.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])

    def scripts(self, allowed):
        self.ask("Emulation.setScriptExecutionDisabled", value=not allowed)

    def size(self, width, height):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def scheme(self, dark, media=""):
        self.ask("Emulation.setEmulatedMedia", media=media, features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
