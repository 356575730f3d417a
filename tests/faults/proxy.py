#!/usr/bin/env python3
"""A TCP link that can be made bad: proxy.py LISTEN_PORT TARGET_PORT, then a mode a line on standard input.

  pass         bytes as they come
  delay MS     each piece MS milliseconds late, both ways
  slice        one byte to seven at a time
  hole         nothing gets through, nothing is closed: half-open
  deaf         requests arrive, answers do not
  reset        open connections end with RST, and so does every new one
"""
import collections
import random
import selectors
import socket
import struct
import sys
import time

PIECE, BUFFER_MAX, HOLE_S = 65536, 4 << 20, 0.02
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
RANDOM = random.Random(1)


class Side:
    """One socket of a link and the bytes that wait to be written to it: (when, bytes)."""

    def __init__(self, link, sock, toward_client):
        self.link, self.socket, self.toward_client = link, sock, toward_client
        self.waiting, self.size, self.other = collections.deque(), 0, None


class Proxy:
    def __init__(self, port, target):
        self.target, self.mode, self.delay = target, "pass", 0.0
        self.selector = selectors.DefaultSelector()
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.listener.setblocking(False)
        self.sides = set()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.selector.register(sys.stdin, selectors.EVENT_READ)

    def serve(self):
        while True:
            for key, _ in self.selector.select(0.002 if any(side.waiting for side in self.sides) else 0.5):
                if key.fileobj is self.listener:
                    self.accept()
                elif key.fileobj is sys.stdin:
                    line = sys.stdin.readline()
                    if not line:
                        return
                    self.turn(line.split())
                elif key.data in self.sides:
                    self.read(key.data)
            for side in list(self.sides):
                self.write(side)
            if self.mode == "hole":
                time.sleep(HOLE_S)  # what is there stays readable

    def turn(self, words):
        self.mode, self.delay = words[0], int(words[1]) / 1000 if words[0] == "delay" else 0.0
        if self.mode == "reset":
            for side in list(self.sides):
                self.close(side, reset=True)
        print(self.mode, flush=True)

    def accept(self):
        client, _ = self.listener.accept()
        if self.mode == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            client.close()
            return
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=2)
        except OSError:
            client.close()
            return
        link = object()
        pair = Side(link, client, True), Side(link, server, False)
        pair[0].other, pair[1].other = pair[1], pair[0]
        for side in pair:
            side.socket.setblocking(False)
            side.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sides.add(side)
            self.selector.register(side.socket, selectors.EVENT_READ, side)

    def read(self, side):
        if side.other.size > BUFFER_MAX or self.mode == "hole":
            return
        try:
            piece = side.socket.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            self.close(side)
            return
        if self.mode == "deaf" and side.other.toward_client:
            return
        side.other.waiting.append((time.monotonic() + self.delay, piece))
        side.other.size += len(piece)

    def write(self, side):
        while side in self.sides and side.waiting and side.waiting[0][0] <= time.monotonic() and self.mode != "hole":
            when, piece = side.waiting.popleft()
            count = RANDOM.randint(1, 7) if self.mode == "slice" and len(piece) < 2000 else len(piece)
            try:
                sent = side.socket.send(piece[:count])
            except BlockingIOError:
                sent = 0
            except OSError:
                self.close(side)
                return
            side.size -= sent
            if sent < len(piece):
                side.waiting.appendleft((when, piece[sent:]))
            if sent == 0:
                return

    def close(self, side, reset=False):
        for each in (side, side.other):
            if each in self.sides:
                self.sides.discard(each)
                self.selector.unregister(each.socket)
                if reset:
                    each.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
                each.socket.close()


if __name__ == "__main__":
    Proxy(int(sys.argv[1]), int(sys.argv[2])).serve()
