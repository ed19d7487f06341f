"""Bidders at the wire: keep-alive clients that send one bid after the other, on 127.0.0.1 only."""

from __future__ import annotations

import itertools
import json
import socket
import statistics
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field

from tests.integration.trade.world import START, STEP

WARM_SECONDS = 0.7


@dataclass
class Load:
    """What a run of bidders saw. ``told`` maps (client, key) to the answer that came back.

    ``answered`` maps the number of a log entry to when its bidder had his answer.
    """

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    served: Counter[int] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    told: dict[tuple[int, str], dict[str, object]] = field(default_factory=dict)
    answered: dict[int, float] = field(default_factory=dict)
    cut: int = 0

    @property
    def rate(self) -> float:
        """Answered bids per second."""
        return len(self.latencies) / self.seconds

    @property
    def p99_ms(self) -> float:
        return statistics.quantiles(self.latencies, n=100)[98] * 1_000

    @property
    def worst_ms(self) -> float:
        return max(self.latencies) * 1_000

    def least_share(self, clients: int) -> float:
        """The least served bidder's part of the mean (A8)."""
        mean = self.served.total() / clients
        return min(self.served[number] for number in range(clients)) / mean


class Wire:
    """One connection that is kept; just enough HTTP, so that the client costs little."""

    def __init__(self, port: int, lot: int, token: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = (
            f"POST /api/v1/auctions/{lot}/bids HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        )
        self._rest = b""

    def bid(self, key: str, amount: int) -> tuple[int, bytes]:
        """Send a bid; status and body of the answer."""
        body = json.dumps({"maximum_minor": amount, "confirmed": True})
        head = f"{self._head}Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._socket.sendall((head + body).encode())
        return self._answer()

    def _answer(self) -> tuple[int, bytes]:
        data = self._rest
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, data = data.partition(b"\r\n\r\n")
        fields = head.lower().split(b"\r\n")
        length = next(int(one[15:]) for one in fields if one.startswith(b"content-length:"))
        while len(data) < length:
            data += self._more()
        self._rest = data[length:]
        return int(fields[0].split()[1]), data[:length]

    def _more(self) -> bytes:
        found = self._socket.recv(65536)
        if not found:
            raise ConnectionResetError
        return found

    def close(self) -> None:
        self._socket.close()


def load(
    ports: Sequence[int],
    lot: int,
    tokens: Sequence[str],
    *,
    seconds: float,
    first: int = 0,
    pause: float = 0.0,
) -> Load:
    """Every token's owner bids, ``pause`` after each answer; who is cut off stops."""
    run, amounts, guard = Load(), itertools.count(first), threading.Lock()
    begin = time.monotonic() + WARM_SECONDS
    end = begin + seconds

    def bidder(wire: Wire, number: int) -> None:
        for count in itertools.count():
            sent = time.monotonic()
            if sent >= end:
                return
            key = f"{first}-{number}-{count}"
            status, body = wire.bid(key, START + STEP * next(amounts))
            had = time.monotonic()
            took = had - sent
            answer = json.loads(body) if status == 200 else {}
            with guard:
                run.statuses[status] += 1
                if status == 200:
                    run.told[number, key] = answer
                    run.answered[answer["seq"]] = had
                if sent >= begin:
                    run.latencies.append(took)
                    run.served[number] += 1
            time.sleep(pause)

    def guarded(number: int) -> None:
        try:
            with closing(Wire(ports[number % len(ports)], lot, tokens[number])) as wire:
                bidder(wire, number)
        except OSError:
            with guard:
                run.cut += 1

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(len(tokens))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.seconds = time.monotonic() - begin
    return run
