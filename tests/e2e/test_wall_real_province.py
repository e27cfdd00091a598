"""Khánh Hòa as it is: its communes, real air data played again, record files handed in as an office does.

With HAIDANG_SCREENSHOTS=folder the screens are also kept as pictures, to be looked at.
"""

import csv
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from services.local.mosquitto import GATEWAY_USER, MosquittoServer
from services.registry.tokens import issue
from tests.e2e.conftest import TOKEN
from tests.e2e.looking import faults
from tests.fixtures.processes import CHECKOUT
from tests.fixtures.real_maps import FOLDER
from tests.fixtures.servers import PASSWORD, without
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.fixtures.walls import pair
from tests.integration.api.process_world import haidang

PROVINCE, ISLANDS = "56", "22736"
HANOI = FOLDER.parent / "air/hanoi_pm25_2020.csv"
DEVICE = "nha-trang-001"
HERE = ZoneInfo("Asia/Ho_Chi_Minh")
SCOPES = ("areas.write", "areas.read", "areas.staff", "registry.read", "registry.write", "telemetry.read")
RECORDS = ("records.read", "records.write", "indicators.read")
MAPPING = CHECKOUT / "tests/samples/records/onestop_dossiers/mapping.toml"

SIZES = [(1920, 1080), (3840, 2160), (1080, 1920)]
SHADES = """() => Object.fromEntries([...document.querySelectorAll('.commune')]
  .map(e => [e.dataset.code, e.dataset.value === '' ? null : Number(e.dataset.value)]))"""
FRAMED = "() => [...document.querySelectorAll('.commune.far')].map(e => e.dataset.code)"
# Height of the mainland on the map, of the map's.
MAINLAND = """() => {
  const boxes = [...document.querySelectorAll('.commune:not(.far)')].map(e => e.getBoundingClientRect());
  const height = Math.max(...boxes.map(b => b.bottom)) - Math.min(...boxes.map(b => b.top));
  return height / document.querySelector('.map-canvas').getBoundingClientRect().height;
}"""

pytestmark = [
    pytest.mark.one_store("a page shows what the hub sends, whatever kept it"),
    pytest.mark.skipif(not FOLDER.exists(), reason=f"{FOLDER} is not there"),
]


def communes() -> list[dict[str, str]]:
    with (FOLDER / "units_from_2025-07-01.csv").open(encoding="utf-8") as file:
        return [unit for unit in csv.DictReader(file) if unit["parent_code"] == PROVINCE]


def write_map(folder: Path) -> Path:
    with (FOLDER / "units_from_2025-07-01.csv").open(encoding="utf-8") as file:
        of_it = [unit for unit in csv.DictReader(file) if PROVINCE in (unit["code"], unit["parent_code"])]
    with (folder / "units.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(of_it[0]))
        writer.writeheader()
        writer.writerows(of_it)
    told = f"""
    [[units]]
    file = "units.csv"
    valid_from = 2025-07-01
    [[boundaries]]
    file = "{FOLDER}/khanh_hoa_communes.geojson"
    day = 2025-07-01
    """
    (folder / "map.toml").write_text(told, encoding="utf-8")
    return folder / "map.toml"


def write_organisations(folder: Path) -> Path:
    """The people's committee of each commune."""
    lines = [f"H32.{one['code']},UBND {one['name']},authority,{one['code']},2025-07-01" for one in communes()]
    head = "code,name_vi,kind,serves,valid_from"
    (folder / "organisations.csv").write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    return folder / "organisations.csv"


def write_dossiers(folder: Path, now: datetime) -> dict[str, int]:
    """A month's file; how many are overdue, by commune."""
    head = next(csv.reader(MAPPING.with_name("month.csv").open(encoding="utf-8"), delimiter=";"))
    overdue = {one["code"]: (number * 7) % 60 for number, one in enumerate(communes())}
    received, due = now - timedelta(days=20), now - timedelta(days=6)
    with (folder / "dossiers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, head, delimiter=";")
        writer.writeheader()
        for code, count in overdue.items():
            for number in range(count + 1):
                dossier = {
                    "Mã hồ sơ": f"H32.{code}-{received:%y%m%d}-{number:04d}",
                    "Nơi nộp": code,
                    "Cơ quan giải quyết": f"H32.{code}",
                    "Cấp giải quyết": "Cấp xã",
                    "Mã thủ tục": "1.004873.000.00.00.H32",
                    "Mức độ DVC": "Toàn trình",
                    "Hình thức nộp": "Trực tuyến",
                    "Hạn trả": f"{due:%d/%m/%Y} 17:00",
                    "Nơi ghi nhận": "Hệ thống một cửa điện tử",
                }
                writer.writerow(
                    {**dossier, "Sự kiện": "Tiếp nhận", "Thời điểm": f"{received:%d/%m/%Y} 08:12"}
                )
                if number == 0:
                    done = {"Sự kiện": "Đã giải quyết", "Thời điểm": f"{due:%d/%m/%Y} 09:00"}
                    writer.writerow({**dossier, **done})
    return overdue


def write_mapping(folder: Path) -> Path:
    """The shipped mapping of the air data, for a station in Nha Trang."""
    told = json.loads((CHECKOUT / "services/simulator/mappings/airnow_pm25.json").read_text(encoding="utf-8"))
    told["device"] |= {
        "name_vi": "Trạm Nha Trang",
        "name_en": "Nha Trang station",
        "area_code": "22366",
        "longitude": 109.1967,
        "latitude": 12.2388,
    }
    (folder / "air.json").write_text(json.dumps(told), encoding="utf-8")
    return folder / "air.json"


@pytest.fixture
def khanh_hoa(stack: Stack, new_mosquitto: Callable[[], MosquittoServer]) -> Iterator[Stack]:
    if not (stack.wiring.page / "index.html").is_file():
        without("the wall page is not built")
    broker = new_mosquitto()
    broker.set_credentials({GATEWAY_USER: PASSWORD, DEVICE: PASSWORD})
    broker.stop()
    broker.start()
    yield stack.through(
        ports=replace(stack.ports, mqtt=broker.port),
        mqtt_credentials=broker.credentials,
        pseudonym_key="0" * 64,
        more={"HAIDANG_HUB_PROVINCE": PROVINCE},
    )
    broker.stop()


def opened(chromium: Browser, stack: Stack, width: int, height: int) -> Page:
    page = chromium.new_page(viewport={"width": width, "height": height})
    secret = pair(stack.wiring.dsns["display"], "tong-quan")
    page.add_init_script(f"localStorage.setItem('{TOKEN}', '{secret}')")
    page.goto(f"http://127.0.0.1:{stack.ports.wall}/")
    page.locator(".commune").first.wait_for()
    return page


def test_real_communes_real_air_and_record_files_are_on_the_wall(
    khanh_hoa: Stack, chromium: Browser, tmp_path: Path
) -> None:
    now = datetime.now(UTC).astimezone(HERE)
    started = [khanh_hoa.launch(process) for process in ("api", "gateway", "relay", "worker")]
    for process in started:
        process.wait_ready()
    with psycopg.connect(khanh_hoa.wiring.dsns["registry"]) as connection:
        token = issue(connection, "office", SCOPES + RECORDS, None)
    client = {
        "HAIDANG_API_ADDRESS": f"127.0.0.1:{khanh_hoa.ports.grpc}",
        "HAIDANG_TOKEN": token,
        "HAIDANG_MQTT_PORT": str(khanh_hoa.ports.mqtt),
        "HAIDANG_MQTT_PASSWORD": PASSWORD,
    }
    overdue = write_dossiers(tmp_path, now)
    lists = write_organisations(tmp_path)
    air = ("--mapping", str(write_mapping(tmp_path)), "--device", DEVICE, "--register", "--ending", "now")
    for command in (
        ("areas", "apply", str(write_map(tmp_path))),
        ("organisations", "apply", "--organisations", str(lists)),
        ("records", "submit", str(tmp_path / "dossiers.csv"), "--mapping", str(MAPPING)),
        ("replay", str(HANOI), *air),
    ):
        done = haidang(client, *command)
        assert done.returncode == 0, done.stderr
    khanh_hoa.start("hub")
    for width, height in SIZES:
        page = opened(chromium, khanh_hoa, width, height)
        eventually(lambda page=page: page.evaluate(SHADES) == overdue, 40, "for the figure of every commune")
        station = page.locator(f'.station[data-device="{DEVICE}"]')
        eventually(lambda station=station: station.get_attribute("data-stale") == "false", 20)
        page.locator('.board[data-settled="true"]').wait_for()
        if folder := os.environ.get("HAIDANG_SCREENSHOTS"):
            page.screenshot(path=f"{folder}/khanh-hoa-{width}x{height}.png")
        assert faults(page) == []
        assert page.evaluate(FRAMED) == [ISLANDS]
        assert page.evaluate(MAINLAND) > 0.8, "islands far out must not shrink all others"
        page.close()
