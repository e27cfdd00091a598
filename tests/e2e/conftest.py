"""A province with short intervals, devices that speak MQTT, and a wall in Chromium."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from services.areas.store import put_units
from services.local.mosquitto import GATEWAY_USER, MosquittoServer
from services.registry.store import put_devices
from services.simulator.domain import Province
from services.simulator.province import build_province
from services.simulator.settings import SEED
from tests.fixtures.servers import PASSWORD, without
from tests.fixtures.simulated import device_of, unit_of
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.fixtures.walls import pair

BOARDS = Path(__file__).parents[1] / "samples" / "boards"
INTERVAL_SCALE = 0.2  # air every 3 s, noise every second, the rest every 2 s
TOKEN = "haidang-wall-token"  # where the page keeps it
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Five seconds, as it comes, are little for a page on a machine that does four other things.
expect.set_options(timeout=30_000)


class Devices:
    """Field devices: each message is sent by a client of its own, and waits for its PUBACK."""

    def __init__(self, port: int, shards: dict[str, str]) -> None:
        self._port = port
        self._shards = shards
        self._clients: dict[str, Client] = {}

    def publish(self, device: str, **values: float) -> None:
        payload = json.dumps({"ts": int(datetime.now(UTC).timestamp() * 1000), "values": values})
        topic = f"ioc/v1/{self._shards[device]}/devices/{device}/telemetry"
        self._client(device).publish(topic, payload, qos=1).wait_for_publish(10)

    def close(self) -> None:
        for client in self._clients.values():
            client.disconnect()
            client.loop_stop()

    def _client(self, device: str) -> Client:
        if device not in self._clients:
            client = Client(CallbackAPIVersion.VERSION2, client_id=f"test-{device}")
            client.username_pw_set(device, PASSWORD)
            client.connect("127.0.0.1", self._port)
            client.loop_start()
            eventually(client.is_connected)
            self._clients[device] = client
        return self._clients[device]


class WallPage:
    """The page as someone in the room sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tile(self, panel: str) -> Locator:
        return self.page.locator(f'.tile[data-panel="{panel}"]')

    def shows(self, panel: str, text: str, timeout_s: float = 10.0) -> None:
        """Waits until the large value of a tile reads `text`."""
        value = self.tile(panel).locator(".tile-value")
        eventually(lambda: value.text_content() == text, timeout_s, f"for {text} in {panel}")

    def strip(self) -> str:
        return self.page.locator(".strip").text_content() or ""

    def line(self) -> str | None:
        """connecting, live or cut."""
        return self.page.locator("html").get_attribute("data-line")


@pytest.fixture(scope="session")
def province() -> Province:
    return build_province(SEED, datetime.now(UTC) - timedelta(days=2), INTERVAL_SCALE)


@pytest.fixture
def broker(new_mosquitto: Callable[[], MosquittoServer], province: Province) -> Iterator[MosquittoServer]:
    """A broker that knows the gateway and every device of the province."""
    made = new_mosquitto()
    made.set_credentials({GATEWAY_USER: PASSWORD, **{device.device: PASSWORD for device in province.devices}})
    made.stop()  # started anew, it has certainly read them
    made.start()
    yield made
    made.stop()


@pytest.fixture
def centre(stack: Stack, broker: MosquittoServer, province: Province, tmp_path: Path) -> Stack:
    """The stack of a centre that knows the province; no process is started yet."""
    if not (stack.wiring.page / "index.html").is_file():
        without("the wall page is not built")
    with psycopg.connect(stack.wiring.dsns["areas"]) as connection:
        put_units(connection, [unit_of(area) for area in province.areas])
    with psycopg.connect(stack.wiring.dsns["registry"]) as connection:
        put_devices(connection, [device_of(device) for device in province.devices])
    credentials = tmp_path / "devices.json"
    credentials.write_text(json.dumps(dict(broker.credentials)), encoding="utf-8")
    peers = json.loads(stack.settings("hub")["HAIDANG_HUB_PEERS"])
    for name in (
        "doorkeeper",
        "collector",
    ):  # no part of these tests; the strip has room for two or three names
        del peers[name]
    return stack.through(
        ports=replace(stack.ports, mqtt=broker.port),
        mqtt_credentials=broker.credentials,
        credentials_file=credentials,
        more={"HAIDANG_HUB_PEERS": json.dumps(peers), "HAIDANG_HUB_BOARDS": str(BOARDS)},
    )


@pytest.fixture
def devices(broker: MosquittoServer, province: Province) -> Iterator[Devices]:
    made = Devices(broker.port, {device.device: device.shard for device in province.devices})
    yield made
    made.close()


# A module's own: while Playwright is at work no other loop can be run in its thread, and files of other
# folders may follow in the same process.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).is_file():
        without("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_wall(chromium: Browser, centre: Stack) -> Iterator[Callable[..., WallPage]]:
    """Opens the wall in a screen of the given size; any error of the page fails the test."""
    pages: list[Page] = []
    errors: list[str] = []

    def open_page(
        width: int = 1920, height: int = 1080, query: str = "", boards: Sequence[str] = ()
    ) -> WallPage:
        page = chromium.new_page(viewport={"width": width, "height": height})
        page.on("pageerror", lambda error: errors.append(str(error)))
        secret = pair(centre.wiring.dsns["display"], *boards, language="en" if "lang=en" in query else "vi")
        page.add_init_script(
            f"localStorage.getItem('{TOKEN}') ?? localStorage.setItem('{TOKEN}', '{secret}')"
        )
        page.goto(f"http://127.0.0.1:{centre.ports.wall}/{query}")
        page.locator(".tile").first.wait_for()
        pages.append(page)
        return WallPage(page)

    yield open_page
    for page in pages:
        page.close()
    assert errors == []
