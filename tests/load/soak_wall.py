"""Endurance of one wall in Chromium, as long as one likes: `python -m tests.load.soak_wall --hours 8`.

Hub, relay, database and bus are real and the run's own; values come twice a second. Again and again, after a
while in peace, one of the faults of wall_endurance happens, all of them in each round. Ends at the first one
after which the wall does not show the truth. Prints one line of JSON:
recovery_s   the slowest return by fault, s, from the end of the fault to the truth on the glass
heap_ratio   JavaScript heap at the end against that after the first round; heap_mb: at the end
hub_ratio    resident memory of the hub, likewise; it was started anew in each round
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import psutil
import psycopg
from playwright.sync_api import sync_playwright

from services.areas.store import put_units
from services.local.account import server_account
from services.simulator.province import build_province
from services.simulator.settings import SEED
from tests.e2e.wall_endurance import CLOCK, FAULTS, INTERVAL_SCALE, Endurance
from tests.fixtures.proxy import Proxy
from tests.fixtures.simulated import device_of, unit_of
from tests.fixtures.waiting import eventually
from tests.fixtures.walls import pair
from tests.load.bench_ingest_world import World, new_folder
from tests.load.bench_wall_page import SAMPLES, TOKEN, browser

VALUE_S = 0.5
PEACE_S, ASLEEP_S = (5.0, 120.0), (3.0, 60.0)  # shortest and longest
QUICK_S = (0.5, 2.0), (2.0, 4.0)  # for a run of minutes
LONG_S = 3600.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--hours", type=float, default=1 / 60)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args()
    print(json.dumps(soak(asked.hours * 3600, random.Random(asked.seed)) | {"seed": asked.seed}))


def soak(seconds: float, chance: random.Random) -> dict[str, object]:
    """Rounds of all faults until the time is over; the first is always whole."""
    account = server_account()
    province = build_province(SEED, datetime.now(UTC) - timedelta(days=2), INTERVAL_SCALE)
    devices = [device_of(one) for one in province.devices]
    world = World(new_folder(account), "postgres", account, devices=0, also=devices)
    world.more["hub"] = {"HAIDANG_HUB_BOARDS": str(SAMPLES)}
    way = Proxy(world.wall_port)
    try:
        world.start()
        with psycopg.connect(world.dsns("haidang")["areas"]) as connection:
            put_units(connection, [unit_of(area) for area in province.areas])
        dsns = world.dsns("haidang")
        with sync_playwright() as playwright, browser(playwright) as chromium:
            page = chromium.new_page(viewport={"width": 1920, "height": 1080})
            page.add_init_script(f"localStorage.setItem('{TOKEN}', '{pair(dsns['display'])}')")
            page.add_init_script(CLOCK)
            eventually(lambda: page.goto(f"http://127.0.0.1:{way.port}/"))
            page.locator(".tile").first.wait_for()
            meter = next(one for one in province.devices if one.kind == "noise")
            wall = Endurance(
                page=page,
                proxy=way,
                hub_port=world.wall_port,
                start=lambda: start(world),
                end=lambda kill: end(world, kill),
                telemetry=dsns["telemetry"],
                meter=meter,
                witness=pair(dsns["display"]),
            )
            return _rounds(wall, world, seconds, chance)
    finally:
        way.close()
        world.stop()


def _rounds(wall: Endurance, world: World, seconds: float, chance: random.Random) -> dict[str, object]:
    began = time.monotonic()
    peace_s, asleep_s = (PEACE_S, ASLEEP_S) if seconds >= LONG_S else QUICK_S
    count: Counter[str] = Counter()
    slowest: defaultdict[str, float] = defaultdict(float)
    first: tuple[float, float] | None = None
    while first is None or time.monotonic() - began < seconds:
        for fault in chance.sample(FAULTS, len(FAULTS)):
            _peace(wall, chance.uniform(*peace_s))
            wall.asleep_s = chance.uniform(*asleep_s)
            slowest[fault] = max(slowest[fault], wall.suffer(fault))
            count[fault] += 1
            print(f"{time.monotonic() - began:.0f} s {fault}", file=sys.stderr)
        _peace(wall, peace_s[1])
        last = wall.heap_bytes(), float(_hub(world).memory_info().rss)
        first = first or last
    return {
        "soak": "wall",
        "seconds": round(time.monotonic() - began),
        "faults": dict(count),
        "recovery_s": {fault: round(took, 1) for fault, took in slowest.items()},
        "heap_ratio": round(last[0] / first[0], 3),
        "heap_mb": round(last[0] / 1e6, 1),
        "hub_ratio": round(last[1] / first[1], 3),
    }


def _peace(wall: Endurance, seconds: float) -> None:
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        wall.store()
        wall.page.wait_for_timeout(VALUE_S * 1000)
    eventually(wall.shows_the_truth, because="in peace")


def start(world: World) -> None:
    world.launch("hub")
    world.wait_http("hub", "/ready")


def end(world: World, kill: bool) -> None:
    if kill:
        process = world.processes.pop("hub")
        process.kill()
        process.wait()
    else:
        world.stop_process("hub")


def _hub(world: World) -> psutil.Process:
    return psutil.Process(world.processes["hub"].pid)


if __name__ == "__main__":
    main()
