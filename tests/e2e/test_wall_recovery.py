"""A managed wall comes back by itself from each kind of cut, and shows what is, not what was."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from services.simulator.domain import Province
from services.simulator.province import build_province
from services.simulator.settings import SEED
from tests.e2e.conftest import TOKEN
from tests.e2e.wall_endurance import CLOCK, FAULTS, INTERVAL_SCALE, Endurance
from tests.fixtures.proxy import Proxy
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.fixtures.walls import pair

pytestmark = pytest.mark.one_store("a page shows what the hub sends, whatever kept it")


@pytest.fixture
def province() -> Province:
    return build_province(SEED, datetime.now(UTC) - timedelta(days=2), INTERVAL_SCALE)


@pytest.mark.slow
def test_a_wall_shows_the_truth_again_after_each_kind_of_cut(
    centre: Stack, province: Province, chromium: Browser, proxy: Callable[[int], Proxy]
) -> None:
    centre.start("relay")
    hubs = [centre.start("hub")]
    way = proxy(centre.ports.wall)
    display = centre.wiring.dsns["display"]
    secret = pair(display)
    page = chromium.new_page(viewport={"width": 1920, "height": 1080})
    page.add_init_script(f"localStorage.setItem('{TOKEN}', '{secret}')")
    page.add_init_script(CLOCK)
    page.goto(f"http://127.0.0.1:{way.port}/")
    page.locator(".tile").first.wait_for()
    wall = Endurance(
        page=page,
        proxy=way,
        hub_port=centre.ports.wall,
        start=lambda: hubs.append(centre.start("hub")),
        end=lambda kill: hubs[-1].kill() if kill else hubs[-1].stop(),
        telemetry=centre.wiring.dsns["telemetry"],
        meter=next(one for one in province.devices if one.kind == "noise"),
        witness=pair(display),
    )
    wall.store()
    eventually(wall.shows_the_truth)
    for fault in FAULTS:
        if fault != "hub_killed":  # test_wall_live kills one
            wall.suffer(fault)
    assert page.evaluate(f"localStorage.getItem('{TOKEN}')") == secret, "it is the same wall still"
    page.close()
