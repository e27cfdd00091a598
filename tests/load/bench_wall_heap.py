"""Half a million updates of a wall in Chromium: does its memory stay where it was?

`python -m tests.load.bench_wall_heap` prints one line of JSON. The built page shows lists and states; a hub
of the test sends it one delta after another, each with one value, each hundredth also with lists and a change
of an alarm. Measured after garbage collection; medians of the runs:
heap_ratio   JavaScript heap after all updates against that after the first tenth (50,000)
heap_mb      the heap after all updates
nodes_ratio  elements of the document, likewise
updates_per_s   as fast as the page took them
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.e2e import played_boards as played
from tests.e2e import played_parts as parts
from tests.e2e.played_hub import PlayedHub

DIST = Path(__file__).parents[2] / "dashboards/wall/dist"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
AHEAD = 2_000  # frames that may wait on the way
PATIENCE_S = 60.0
LISTS_EVERY = 100
KEYS = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--updates", type=int, default=500_000)
    asked = parser.parse_args()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        runs = [run(chromium, asked.updates) for _ in range(asked.runs)]
        chromium.close()
    medians = {name: round(statistics.median(one[name] for one in runs), 3) for name in runs[0]}
    print(json.dumps({"bench": "wall_heap", "updates": asked.updates, "runs": asked.runs, **medians}))


def run(chromium: Browser, updates: int) -> dict[str, float]:
    board = played.lists()
    hub = PlayedHub(DIST, {"danh-sach": board}, {"type": "FeatureCollection", "features": []}, parts.NOW_MS)
    page = chromium.new_page(viewport={"width": 1920, "height": 1080})
    page.add_init_script("localStorage.setItem('haidang-wall-token', 'danh-sach')")
    page.goto(f"http://127.0.0.1:{hub.port}/")
    page.locator('.board[data-settled="true"]').wait_for()
    session = page.context.new_cdp_session(page)
    began = time.monotonic()
    send(hub, page, board, 0, updates // 10)
    first = measured(session)
    send(hub, page, board, updates // 10, updates)
    last = measured(session)
    elapsed = time.monotonic() - began
    page.close()
    hub.close()
    return {
        "heap_ratio": last["heap"] / first["heap"],
        "heap_mb": last["heap"] / 1e6,
        "nodes_ratio": last["nodes"] / first["nodes"],
        "updates_per_s": updates / elapsed,
    }


def send(hub: PlayedHub, page: Page, board: parts.Json, first: int, last: int) -> None:
    """Sends the updates from `first` on and waits until the page shows the last one."""
    for update in range(first, last):
        hub.push(delta(board, update))
        while hub.waiting() > AHEAD:
            time.sleep(0.01)
    row = page.locator(f'[data-panel="states"] [data-key="s/{(last - 1) % KEYS}"]')
    deadline = time.monotonic() + PATIENCE_S
    while row.get_attribute("data-value") != str(last - 1):
        if time.monotonic() > deadline:
            raise TimeoutError(f"the page does not show update {last - 1}")
        time.sleep(0.1)


def delta(board: parts.Json, update: int) -> parts.Json:
    value = parts.live(float(update), age_ms=0)
    frame: dict[str, Any] = {"type": "delta", "position": update + 2, "values": {f"s/{update % KEYS}": value}}
    if update % LISTS_EVERY == 0:
        frame["lists"] = board["lists"]
        round_, open_ = divmod(update // LISTS_EVERY, 2)
        words = parts.words(f"Mực nước {round_}", f"Water {round_}")
        alarm = parts.alarm(100 + round_, "warning", words, words, state="cleared" if open_ else "raised")
        frame["alarm_changes"] = [{"change": update, "at_ms": 0, "event": "raise", "alarm": alarm}]
    return frame


def measured(session: CDPSession) -> dict[str, float]:
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")["usedSize"]
    nodes = session.send("Runtime.evaluate", {"expression": "document.getElementsByTagName('*').length"})
    return {"heap": float(heap), "nodes": float(nodes["result"]["value"])}


if __name__ == "__main__":
    main()
