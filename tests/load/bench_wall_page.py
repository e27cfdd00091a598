"""What someone before the glass waits for: a published value that is painted, and the first picture.

Painting: Mosquitto, gateway, PostgreSQL, relay, RabbitMQ, hub, Chromium. A thousand devices report once a
second and are marks on the map of the board; a hundred other walls are connected. One more device is a tile's
only one: each of its values is more than the last, and counts as painted when the frame after the tile's
change is on the screen with it or a later one.
"""

from __future__ import annotations

import json
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import psycopg
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from services.areas.store import put_units
from services.local.account import server_account
from services.registry.domain import Channel
from services.simulator.domain import Province
from services.simulator.province import build_province
from services.simulator.settings import SEED
from tests.fixtures.simulated import device_of, unit_of
from tests.fixtures.waiting import eventually
from tests.load.bench_ingest_world import (
    CHECKOUT,
    GATEWAY_SHARD,
    PASSWORD,
    PUBLISHER,
    World,
    new_folder,
    published,
)
from tests.load.bench_wall_fanout import Crowd, pair_many

SHIPPED = CHECKOUT / "services/display/boards"
SAMPLES = CHECKOUT / "tests/samples/boards"  # the shipped overview shows no reading as it comes
TOKEN = "haidang-wall-token"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
OTHERS, READINGS_PER_S, PROBES_PER_S = 100, 1000, 10
PROBE, CHANNEL, TILE = "probe-001", "laeq", "noise-max"
LOWEST, STEP = 40.0, 0.01  # dBA
WARM_S, SPARE_S = 5.0, 20.0
PATIENCE_S = 30.0
DEVICES = 1000
SETTLED = '.board[data-settled="true"]'

_PAINTED = """
  (tile) => {
    window.painted = [];
    new MutationObserver(() => {
      const value = Number(tile.dataset.value);
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => window.painted.push([value, Date.now()]);
        port2.postMessage(null);
      });
    }).observe(tile, { attributes: true, attributeFilter: ["data-value"] });
  }
"""
_FIRST_PAINT = f"""
  localStorage.setItem('{TOKEN}', 'SECRET');
  new MutationObserver((_, observer) => {{
    if (!document.querySelector('{SETTLED}')) return;
    observer.disconnect();
    requestAnimationFrame(() => {{
      const {{ port1, port2 }} = new MessageChannel();
      port1.onmessage = () => {{ window.firstPaintMs = performance.now(); }};
      port2.postMessage(null);
    }});
  }}).observe(document, {{ subtree: true, childList: true, attributes: true }});
"""
_LOADED = """
  () => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .map((one) => [one.name, one.encodedBodySize])
"""


class Sent(NamedTuple):
    value: float
    at_ms: float


@dataclass
class PageWorld(World):
    """The simulated province with its map, a thousand devices more, and the one that is watched."""

    province: Province = field(default_factory=lambda: build_province(SEED, _long_ago(), 1.0))

    def __post_init__(self) -> None:
        super().__post_init__()
        registered = [device_of(one) for one in self.province.devices if one.kind != "noise"]
        channel = Channel(CHANNEL, "a_weighted_equivalent_sound_level", "dBA", 20, 140)
        like = replace(registered[0], device=PROBE, kind="noise", shard=GATEWAY_SHARD, channels=(channel,))
        self.also = [*registered, like]

    def start(self) -> None:
        super().start()
        with psycopg.connect(self.dsns("haidang")["areas"]) as connection:
            put_units(connection, [unit_of(area) for area in self.province.areas])
        self.launch("gateway")
        self.wait_http("gateway", "/ready")

    def show(self, boards: Path) -> None:
        """The hub anew, with these boards."""
        self.more["hub"] = {"HAIDANG_HUB_BOARDS": str(boards)}
        self.stop_process("hub")
        self.launch("hub")
        self.wait_http("hub", "/ready")


def measured(world: PageWorld, runs: int, seconds: float) -> dict[str, object]:
    """Both, in Chromium."""
    secrets = pair_many(world, OTHERS + 1)
    with sync_playwright() as playwright:
        world.show(SHIPPED)
        seen = [first_paint(world, playwright, secrets[0]) for _ in range(runs)]
        world.show(SAMPLES)
        took = painting(world, playwright, secrets, seconds)
    return {
        "paint_p99_ms": round(statistics.quantiles(took, n=100)[98]),
        "paint_p50_ms": round(statistics.median(took)),
        "painted": len(took),
        "first_paint_ms": round(statistics.median(one for one, _ in seen)),
        "page_kb": round(statistics.median(size for _, size in seen) / 1024, 1),
    }


def first_paint(world: World, playwright: Playwright, secret: str) -> tuple[float, float]:
    """Of a browser that was never used: ms from navigation to all tiles; bytes without fonts and map."""
    with browser(playwright) as chromium:
        page = chromium.new_page(viewport={"width": 1920, "height": 1080})
        page.add_init_script(_FIRST_PAINT.replace("SECRET", secret))
        page.goto(f"http://127.0.0.1:{world.wall_port}/")
        eventually(lambda: page.evaluate("window.firstPaintMs"), PATIENCE_S, "for the first picture")
        loaded: list[tuple[str, int]] = page.evaluate(_LOADED)
        size = sum(
            size for name, size in loaded if not name.endswith(".woff2") and "/map.geojson" not in name
        )
        return float(page.evaluate("window.firstPaintMs")), size


def painting(world: World, playwright: Playwright, secrets: list[str], seconds: float) -> list[float]:
    """How long each value of the probe took, ms, while everybody else reports too."""
    others = world.folder / "others"
    others.write_text("\n".join(secrets[1:]))
    with browser(playwright) as chromium:
        page = chromium.new_page(viewport={"width": 1920, "height": 1080})
        page.add_init_script(f"localStorage.setItem('{TOKEN}', '{secrets[0]}')")
        page.goto(f"http://127.0.0.1:{world.wall_port}/")
        tile = page.locator(f'.tile[data-panel="{TILE}"]')
        tile.wait_for(timeout=PATIENCE_S * 1000)
        lasts_s = seconds + WARM_S + SPARE_S
        base_ms = time.time_ns() // 1_000_000 - round(lasts_s * 1000)
        load = world.publish(GATEWAY_SHARD, round(lasts_s * READINGS_PER_S), base_ms, per_s=READINGS_PER_S)
        crowd = Crowd(world, world.wall_port, OTHERS, lasts_s - SPARE_S, others)
        crowd.wait("ready")
        page.wait_for_timeout(WARM_S * 1000)
        tile.evaluate(_PAINTED)
        sent = probe(world, page, seconds)
        is_there = f"window.painted.at(-1)?.[0] >= {sent[-1].value}"
        eventually(lambda: page.evaluate(is_there), PATIENCE_S, "for the last value")
        painted: list[tuple[float, float]] = page.evaluate("window.painted")
        crowd.process.kill()
        crowd.process.wait()
        published(load)
    return [min(at for value, at in painted if value >= one.value) - one.at_ms for one in sent]


def probe(world: World, page: Page, seconds: float) -> list[Sent]:
    """One value after another, each by a message of its own, while the page lives."""
    client = Client(CallbackAPIVersion.VERSION2, client_id="haidang-bench-probe")
    client.username_pw_set(PUBLISHER, PASSWORD)
    client.connect("127.0.0.1", world.broker.port)
    client.loop_start()
    sent: list[Sent] = []
    began = time.monotonic()
    for number in range(round(seconds * PROBES_PER_S)):
        due_s = began + number / PROBES_PER_S - time.monotonic()
        page.wait_for_timeout(max(0, due_s * 1000))
        value, now_ms = round(LOWEST + number * STEP, 2), time.time() * 1000
        sent.append(Sent(value, now_ms))
        message = json.dumps({"ts": int(now_ms), "values": {CHANNEL: value}})
        client.publish(f"ioc/v1/{GATEWAY_SHARD}/devices/{PROBE}/telemetry", message, qos=1)
    client.disconnect()
    client.loop_stop()
    return sent


@contextmanager
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
    try:
        yield chromium
    finally:
        chromium.close()


def new_page_world(store: str) -> PageWorld:
    account = server_account()
    return PageWorld(new_folder(account), store, account, devices=DEVICES)


def _long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(days=2)
