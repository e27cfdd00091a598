"""What befalls a wall in thirty days, and whether it shows the truth afterwards without a person.

Each fault stores another value while it lasts; afterwards the page must be live, never have been loaded anew,
and show what the hub tells a second wall.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from playwright.sync_api import CDPSession, Page
from websockets.sync.client import connect

from services.runtime.trace import new_trace_id
from services.simulator.domain import Device
from services.telemetry.domain import Batch, Reading, SeriesName
from services.telemetry.store import append
from tests.fixtures.proxy import Proxy
from tests.fixtures.waiting import eventually
from tests.fixtures.walls import hello

INTERVAL_SCALE = 60.0  # the meter promises five minutes: of all faults only a wrong clock makes it old
RECOVERY_S = 25.0  # six of silence, then pauses of at most 6.25 s between tries
CLOCK = """
  window.shiftMs = 0;
  const now = Date.now;
  Date.now = () => now() + window.shiftMs;
  window.neverReloaded = true;
"""
_SHOWN = """
  () => [...document.querySelectorAll(".tile[data-key][data-value]")]
    .filter((tile) => tile.dataset.key)
    .map((tile) => [tile.dataset.key, tile.dataset.value])
"""
DAYS_MS = 3 * 86_400_000


@dataclass
class Endurance:
    """One wall that comes to the hub by a proxy. `start` and `end` are the hub's; `end(True)` kills it."""

    page: Page
    proxy: Proxy
    hub_port: int
    start: Callable[[], None]
    end: Callable[[bool], None]
    telemetry: str
    meter: Device
    witness: str  # the secret of a second wall
    asleep_s: float = 3.0
    _session: CDPSession = field(init=False)
    _value: float = 60.0

    def __post_init__(self) -> None:
        self._session = self.page.context.new_cdp_session(self.page)

    def suffer(self, fault: str) -> float:
        """Lets it happen; how long it took afterwards until the wall showed the truth, s."""
        getattr(self, fault)()
        ended = time.monotonic()
        eventually(self.shows_the_truth, RECOVERY_S, f"after {fault}")
        return time.monotonic() - ended

    def hub_stopped(self) -> None:
        self._hub_away(kill=False)

    def hub_killed(self) -> None:
        self._hub_away(kill=True)

    def line_cut(self) -> None:
        self.proxy.cut()
        self.store()

    def network_away(self) -> None:
        self.proxy.refuse()
        eventually(lambda: self.line == "cut", RECOVERY_S)
        self.store()
        self.proxy.accept()

    def network_stalled(self) -> None:
        """As behind a dead router: no end of the connection is told of it."""
        self.proxy.stall()
        eventually(lambda: self.line == "cut", RECOVERY_S)
        self.store()
        self.proxy.resume()

    def asleep(self) -> None:
        self._session.send("Page.setWebLifecycleState", {"state": "frozen"})
        until_s = time.monotonic() + self.asleep_s
        self.store()
        eventually(lambda: time.monotonic() > until_s, self.asleep_s + 1)
        self._session.send("Page.setWebLifecycleState", {"state": "active"})

    def wrong_clock(self) -> None:
        """Three days off, the other way each time."""
        self.page.evaluate(f"window.shiftMs = window.shiftMs > 0 ? -{DAYS_MS} : {DAYS_MS}")
        self.store()

    def store(self) -> None:
        """The meter's next value, as the gateway stores it."""
        self._value = 60 + (self._value - 60 + 0.1) % 20
        now_ms = time.time_ns() // 1_000_000
        batch = Batch(new_trace_id(), self.meter.shard, now_ms)
        name = SeriesName(self.meter.device, self.meter.channels[0].channel)
        batch.add(name, Reading(now_ms, round(self._value, 1), 0, 0, now_ms))
        with psycopg.connect(self.telemetry) as connection:
            append(connection, batch)

    @property
    def line(self) -> str | None:
        return self.page.locator("html").get_attribute("data-line")

    def shows_the_truth(self) -> bool:
        """Live, and every tile with a value has that of the hub; among them the one stored last."""
        shown = {key: float(value) for key, value in self.page.evaluate(_SHOWN) if value}
        told = self._snapshot()["values"]
        assert self.line == "live"
        assert shown == {key: told[key]["v"] for key in shown}
        assert round(self._value, 1) in shown.values()
        assert self.page.evaluate("window.neverReloaded") is True
        stale = self.page.locator(f'.tile[data-key^="r/{self.meter.device}/"]').get_attribute("data-stale")
        assert stale == "false", "a clock that is wrong makes nothing old"
        return True

    def heap_bytes(self) -> float:
        """After collecting garbage."""
        for _ in range(3):
            self._session.send("HeapProfiler.collectGarbage")
        return float(self._session.send("Runtime.getHeapUsage")["usedSize"])

    def _hub_away(self, *, kill: bool) -> None:
        self.end(kill)
        eventually(lambda: self.line == "cut", RECOVERY_S)
        self.store()
        self.start()

    def _snapshot(self) -> dict[str, Any]:
        with connect(f"ws://127.0.0.1:{self.hub_port}/ws", max_size=None) as line:
            line.send(hello(self.hub_port, self.witness))
            while (frame := json.loads(line.recv(timeout=5)))["type"] != "snapshot":
                pass
            return dict(frame)


FAULTS = (
    "hub_stopped", "hub_killed", "line_cut", "network_away", "network_stalled", "asleep", "wrong_clock",
)  # fmt: skip
