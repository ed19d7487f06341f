"""Watchers at the wire: a process of its own that holds thousands of event streams by epoll.

Orders come on standard input, one a line, and each is answered by a line of JSON:
``open PORT PATH COUNT`` (streams that are answered, and how many were refused), ``wait SEQ`` (when
every stream has this event, or after a minute), ``times`` (seq → when each stream got it; then
forgotten), ``seen`` (sequences of events → how many streams saw them), ``cut``, ``again`` (open
every stream again after its last event), ``move PORT`` (where ``again`` opens them), ``open_now``
(how many are), ``forget``, ``end``.
"""

from __future__ import annotations

import json
import re
import select
import socket
import sys
import time
from collections import Counter, defaultdict

IDS = re.compile(rb"^id: (\d+)", re.MULTILINE)
PATIENCE_SECONDS = 60.0


class Stream:
    """One watcher: his line, what of it is not whole yet, and every event he was sent."""

    __slots__ = ("is_in", "rest", "seen", "sock", "status")

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.status = 0
        self.is_in = False
        self.rest = b""
        self.sock: socket.socket | None = None

    def open(self, port: int, path: str) -> None:
        """Ask for the stream, after the last event seen."""
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=30)
        last = f"Last-Event-ID: {self.seen[-1]}\r\n" if self.seen else ""
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{last}\r\n"
        self.sock.sendall(head.encode())
        self.sock.setblocking(False)
        self.status, self.is_in, self.rest = 0, False, b""

    def take(self) -> list[int]:
        """The events that came; an empty read ends the stream."""
        try:
            data = self.sock.recv(262_144)
        except BlockingIOError:
            return []
        if not data:
            raise ConnectionResetError
        data = self.rest + data
        whole, _, self.rest = data.rpartition(b"\n")
        if not self.status and whole:
            self.status = int(whole[9:12])
        self.is_in = self.is_in or b"event: " in whole or b"retry: " in whole
        return [int(one) for one in IDS.findall(whole)]


class Watchers:
    """All streams of this process."""

    def __init__(self) -> None:
        self.poll = select.epoll()
        self.streams: dict[int, Stream] = {}
        self.all: list[Stream] = []
        self.at: dict[int, list[float]] = defaultdict(list)
        self.reached: Counter[int] = Counter()
        self.statuses: Counter[int] = Counter()
        self.port, self.path = 0, ""

    def open(self, port: str, path: str, count: str) -> object:
        self.port, self.path = int(port), path
        return self._connect([Stream() for _ in range(int(count))])

    def _connect(self, streams: list[Stream]) -> object:
        began = time.monotonic()
        for number, stream in enumerate(streams):
            stream.open(self.port, self.path)
            self.streams[stream.sock.fileno()] = stream
            self.poll.register(stream.sock, select.EPOLLIN)
            self.all.append(stream)
            if number % 20 == 0:
                self.turn(0)
        waiting = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < waiting and not all(
            one.is_in or one.status > 200 for one in streams
        ):
            self.turn(0.1)
        answered = Counter(one.status for one in streams)
        return {"statuses": answered, "seconds": time.monotonic() - began}

    def turn(self, seconds: float) -> None:
        """Take what came; one instant for each line that is read."""
        for number, _event in self.poll.poll(seconds):
            stream = self.streams[number]
            try:
                found = stream.take()
            except ConnectionError:
                self._cut(stream)
                continue
            now = time.monotonic()
            for seq in found:
                stream.seen.append(seq)
                self.at[seq].append(now)
                self.reached[seq] += 1

    def _cut(self, stream: Stream) -> None:
        self.poll.unregister(stream.sock)
        del self.streams[stream.sock.fileno()]
        stream.sock.close()

    def wait(self, seq: str) -> object:
        began, wanted = time.monotonic(), int(seq)
        while self.reached[wanted] < len(self.all) and time.monotonic() - began < PATIENCE_SECONDS:
            self.turn(0.1)
        return {"seconds": time.monotonic() - began, "reached": self.reached[wanted]}

    def times(self) -> object:
        found, self.at = dict(self.at), defaultdict(list)
        return found

    def again(self) -> object:
        self.cut()
        old, self.all = self.all, []
        return self._connect(old)

    def cut(self) -> object:
        for stream in list(self.streams.values()):
            self._cut(stream)
        return {}

    def open_now(self) -> object:
        return len(self.streams)

    def move(self, port: str) -> object:
        self.port = int(port)
        return {}

    def forget(self) -> object:
        """Cut every stream, and know nothing of any."""
        self.cut()
        self.streams, self.all, self.at, self.reached = {}, [], defaultdict(list), Counter()
        return {}

    def seen(self) -> object:
        """How many streams saw each sequence of events: one, if all saw the same."""
        return Counter(" ".join(map(str, one.seen)) for one in self.all)


def main() -> None:
    """Serve orders; between them, take what comes."""
    watchers = Watchers()
    while True:
        while not select.select([0], [], [], 0)[0]:
            watchers.turn(0.005)
        order, *rest = sys.stdin.readline().split() or ["end"]
        if order == "end":
            return
        print(json.dumps(getattr(watchers, order)(*rest)), flush=True)


if __name__ == "__main__":
    main()
