"""What a wall costs and how soon it shows what is: the hub beside servers that only write, and Chromium.

`python -m tests.load.bench_wall` prints one line of JSON:
ratio             CPU of the hub per delivered message of about 1 KB, ten a second to each of 1,000 sockets,
                  against a server that writes one pre-encoded frame (`cpu_us`, `reference_us`)
p99_ratio         p99 of delivery against Node's `ws` with the same client (`p99_ms`, `node_p99_ms`)
frozen_dropped_s  until a wall is gone whose machine stopped, the slowest; frozen_memory_ratio: the hub's
                  memory meanwhile; frozen_p99_ratio: p99 of the others meanwhile, against before
paint_p99_ms      MQTT publish → painted in Chromium, 1,000 readings a second, 100 other walls connected
first_paint_ms    the shipped overview in a browser that was never used; page_kb: what it loads, compressed,
                  without fonts and map
Medians of the rounds; ratios are of rounds that followed each other. Memory over half a million updates is
measured by bench_wall_heap.
"""

from __future__ import annotations

import argparse
import json
import os

from tests.load import bench_wall_fanout as fanout
from tests.load import bench_wall_page as page
from tests.load.bench_ingest_world import STORES, new_world

PARTS = ("fanout", "frozen", "page")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5, help="of one server in one round")
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--store", choices=STORES, default=os.environ.get("STORE") or STORES[0])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    asked = parser.parse_args()
    account: dict[str, object] = {}
    if {"fanout", "frozen"} & set(asked.parts):
        account |= fanout_of(asked)
    if "page" in asked.parts:
        world = page.new_page_world(asked.store)
        try:
            world.start()
            account |= page.measured(world, asked.runs, seconds=8 * asked.seconds)
        finally:
            world.stop()
    print(json.dumps({"bench": "wall", **account, "sockets": asked.sockets, "runs": asked.runs}))


def fanout_of(asked: argparse.Namespace) -> dict[str, object]:
    world = new_world(asked.store)
    world.devices = fanout.DEVICES
    world.more["hub"] = {"HAIDANG_HUB_WALLS_MAX": str(2 * asked.sockets)}
    try:
        world.start()
        walls = fanout.Fanout(world, asked.sockets, asked.seconds)
        account = fanout.summary(walls.rounds(asked.runs)) if "fanout" in asked.parts else {}
        return account | (walls.frozen(asked.runs) if "frozen" in asked.parts else {})
    finally:
        world.stop()


if __name__ == "__main__":
    main()
