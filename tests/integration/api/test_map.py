"""The map through time, by `haidang areas` and gRPC on a real database."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import grpc
import pytest
from ioc.areas.v1 import areas_pb2, areas_pb2_grpc, map_pb2, map_pb2_grpc
from typer.testing import CliRunner, Result

from services.cli.__main__ import app
from services.cli.client import EXIT_USAGE, CommandError
from tests.fixtures.real_maps import FIRST_DAY, FOLDER, LAST_DAY, UNITS, write_map
from tests.integration.api.conftest import Metadata

NHA_TRANG = {"22333", "22366", "22390", "22402"}  # the new wards; before, the city 568
DAY = "2025-07-01"
MAP = f"""
[[units]]
file = "old.csv"
valid_from = 2025-01-01
valid_to = {DAY}
[[units]]
file = "new.csv"
valid_from = {DAY}
[[predecessors]]
file = "words.csv"
day = {DAY}
"""
OLD = """code,name,level,parent_code
56,Tỉnh Khánh Hòa,province,
568,Thành phố Nha Trang,district,56
22366,Phường Lộc Thọ,commune,568
22369,Xã Phước Đồng,commune,568
22372,Xã Vĩnh Thái,commune,568
"""
NEW = """code,name,level,parent_code
56,Tỉnh Khánh Hòa,province,
22366,Phường Nha Trang,commune,56
22402,Phường Nam Nha Trang,commune,56
"""
WORDS = """code,predecessors_vi
56,giữ nguyên
22366,"Phường Lộc Thọ, một phần diện tích tự nhiên, quy mô dân số của xã Phước Đồng"
22402,"Phần còn lại của xã Phước Đồng, Vĩnh Thái"
"""
WEIGHTS = """old_code,new_code,extent,weight,basis
22369,22366,part,0.25,population
22369,22402,part,0.75,population
22372,22402,whole,,
"""


@pytest.fixture
def haidang(address: str, new_token: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command line inside this process."""
    monkeypatch.setenv("HAIDANG_API_ADDRESS", address)
    monkeypatch.setenv("HAIDANG_TOKEN", new_token())

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, ["--lang", "en", *map(str, arguments)])

    return run


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A map file with a few units."""
    for name, text in (("map.toml", MAP), ("old.csv", OLD), ("new.csv", NEW), ("words.csv", WORDS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "map.toml"


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    # The server in this process logs to the same stream.
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def tallies(result: Result) -> dict[str, tuple[int, ...]]:
    return {
        row["kind"]: (row["added"], row["changed"], row["removed"], row["same"])
        for row in rows(result)
        if "added" in row
    }


def test_a_plan_changes_nothing_and_the_same_lists_again_neither(haidang: Any, small: Path) -> None:
    planned = tallies(haidang("areas", "plan", small, "--json"))
    assert rows(haidang("areas", "--on", DAY, "--json")) == []

    applied = tallies(haidang("areas", "apply", small, "--json"))
    again = tallies(haidang("areas", "apply", small, "--json"))

    assert planned == applied
    assert applied["units"] == (8, 0, 0, 0)
    assert applied["changes"] == (4, 0, 0, 0)
    assert all(counts[:3] == (0, 0, 0) for counts in again.values())
    assert again["changes"] == (0, 0, 0, 4)


def test_what_words_leave_open_is_declared_and_then_restated(haidang: Any, small: Path) -> None:
    haidang("areas", "apply", small)
    (small.parent / "values.csv").write_text("code,value\n22366,10\n22369,1.402\n22372,5\n", "utf-8")
    restate = ("areas", "restate", small.parent / "values.csv", "--from", "2025-06-30", "--to", DAY, "--json")

    (left_open,) = rows(haidang("areas", "unresolved", "--json"))
    before = {row["code"]: row for row in rows(haidang(*restate))}
    (small.parent / "weights.csv").write_text(WEIGHTS, encoding="utf-8")
    small.write_text(f'[[changes]]\nfile = "weights.csv"\nday = {DAY}\n', encoding="utf-8")
    assert tallies(haidang("areas", "apply", small, "--json"))["unresolved"] == (0, 0, 1, 0)
    after = {row["code"]: row for row in rows(haidang(*restate))}

    assert (left_open["words"], left_open["reason"], left_open["candidates"]) == (
        "Vĩnh Thái",
        "no_kind",
        ["22372"],
    )
    assert before["22366"]["value"] == "10"
    assert before["22366"]["lacks"] == ["22369"]
    assert before["22369"]["reason"] == "weight_unknown"
    assert before["22372"]["reason"] == "change_unknown"
    assert {code: (row["value"], row["complete"]) for code, row in after.items()} == {
        "22366": ("10.3505", "complete"),
        "22402": ("6.0515", "complete"),
    }
    followed = rows(haidang("areas", "follow", "22369", "--from", "2025-06-30", "--json"))
    assert [(row["code"], row["extent"], row["weight"]) for row in followed] == [
        ("22366", "part", "0.25"),
        ("22402", "part", "0.75"),
    ]
    above = rows(haidang("areas", "show", "22366", "--on", "2025-06-30", "--json"))
    assert [row["name_vi"] for row in above] == ["Phường Lộc Thọ", "Thành phố Nha Trang", "Tỉnh Khánh Hòa"]


def test_parts_by_area_get_their_weight_once_the_boundaries_are_there(haidang: Any, small: Path) -> None:
    def feature(code: str, west: float, east: float) -> dict[str, Any]:
        ring = [[west, 12.0], [east, 12.0], [east, 12.1], [west, 12.1], [west, 12.0]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        return {"type": "Feature", "properties": {"code": code}, "geometry": shape}

    def bring(day: str, *features: dict[str, Any]) -> None:
        collection = {"type": "FeatureCollection", "features": features}
        (small.parent / "shapes.geojson").write_text(json.dumps(collection), encoding="utf-8")
        small.write_text(f'[[boundaries]]\nfile = "shapes.geojson"\nday = {day}\n', encoding="utf-8")
        assert haidang("areas", "apply", small).exit_code == 0

    def weights() -> list[str]:
        return [row["weight"] for row in rows(haidang("areas", "changes", "--old", "22369", "--json"))]

    haidang("areas", "apply", small)
    by_area = "old_code,new_code,extent,basis\n22369,22366,part,area\n22369,22402,part,area\n"
    (small.parent / "weights.csv").write_text(by_area, encoding="utf-8")
    small.write_text(f'[[changes]]\nfile = "weights.csv"\nday = {DAY}\n', encoding="utf-8")
    assert haidang("areas", "apply", small).exit_code == 0
    assert weights() == [None, None]

    bring(DAY, feature("22366", 109.0, 109.1), feature("22402", 109.1, 109.9))
    bring("2025-06-30", feature("22369", 109.05, 109.25))

    assert weights() == ["0.25", "0.75"]


def test_changes_come_in_pages_and_units_put_later_settle_words(
    haidang: Any, small: Path, channel: grpc.Channel, metadata: Metadata
) -> None:
    stub = map_pb2_grpc.MapServiceStub(channel)
    statement = map_pb2.Statement(code="22366", day=DAY, words_vi="Phường Lộc Thọ")
    early = stub.ChangeMap(map_pb2.ChangeMapRequest(statements=[statement]), metadata=metadata)
    assert [one.reason for one in early.unresolved] == ["not_on_map"]
    haidang("areas", "apply", small)

    asked = map_pb2.ListChangesRequest(page_size=3)
    first = stub.ListChanges(asked, metadata=metadata)
    asked.page_token = first.next_page_token
    second = stub.ListChanges(asked, metadata=metadata)
    found = [
        (c.old_code, c.new_code, c.old_name_vi, c.new_name_vi) for c in (*first.changes, *second.changes)
    ]

    assert len(first.changes) == 3
    assert second.next_page_token == ""
    assert found[0] == ("22366", "22366", "Phường Lộc Thọ", "Phường Nha Trang")
    assert len(set(found)) == 4
    # PutUnits works the changes out anew: the new ward is no more, so nothing is known to have become it.
    units = areas_pb2_grpc.AreasServiceStub(channel)
    old = next(
        u
        for u in units.ListUnits(areas_pb2.ListUnitsRequest(on_date="2025-06-30"), metadata=metadata).units
        if u.code == "22369"
    )
    old.name_vi = "Xã Tên Khác"
    units.PutUnits(areas_pb2.PutUnitsRequest(units=[old]), metadata=metadata)
    left = stub.ListUnresolved(map_pb2.ListUnresolvedRequest(page_size=2), metadata=metadata)
    assert len(left.unresolved) == 2
    assert left.next_page_token
    assert {one.reason for one in left.unresolved} == {"no_such_unit"}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("new.csv", "code,name,level\n56,Tỉnh,province\n", "parent_code is missing"),
        ("new.csv", NEW.replace("commune", "ward", 1), "line 3: level: 'ward' is none of province"),
        ("new.csv", NEW + "1,2,3,4,5\n", "line 5: more or fewer fields"),
        ("map.toml", MAP.replace("valid_to", "until"), "until is not known"),
        ("map.toml", MAP.replace(f"day = {DAY}", 'day = "1/7"'), "must be a date"),
        ("words.csv", "code,predecessors_vi\n56,\n", "words of the decree"),
    ],
)
def test_a_bad_file_is_told_with_its_line_and_changes_nothing(
    haidang: Any, small: Path, name: str, content: str, sentence: str
) -> None:
    (small.parent / name).write_text(content, encoding="utf-8")

    refused = haidang("areas", "apply", small)

    assert isinstance(refused.exception, CommandError)
    assert refused.exception.exit_code == EXIT_USAGE
    assert sentence in str(refused.exception)
    assert rows(haidang("areas", "--on", DAY, "--json")) == []


def test_both_real_maps(haidang: Any, tmp_path: Path, channel: grpc.Channel, metadata: Metadata) -> None:
    file = write_map(tmp_path)
    if file is None:
        pytest.skip(f"the published lists are not beside the checkout: {FOLDER}")

    first = haidang("areas", "apply", file, "--json")
    again = tallies(haidang("areas", "apply", file, "--json"))

    assert tallies(first)["units"] == (UNITS, 0, 0, 0)
    assert tallies(first)["boundaries"] == (65, 0, 0, 0)
    assert tallies(first)["changes"][0] > 550
    assert all(counts[:3] == (0, 0, 0) for counts in again.values())
    unresolved = {(row["code"], row["words"]): row for row in rows(first) if "candidates" in row}
    assert unresolved["25459", "Phường 1"]["reason"] == "ambiguous"
    assert unresolved["25459", "Phường 1"]["candidates"] == ["25456", "27694", "27787"]
    assert unresolved["28087", "Thủ Thừa"]["reason"] == "no_kind"
    assert len(unresolved) == 12
    assert not any(row["candidates"] for (code, _), row in unresolved.items() if code.startswith("22"))
    _nha_trang_agrees(channel, metadata)
    wards = rows(haidang("areas", "follow", "22366", "--from", LAST_DAY, "--json"))
    assert [(row["code"], row["extent"]) for row in wards] == [("22366", "whole")]


def _nha_trang_agrees(channel: grpc.Channel, metadata: Metadata) -> None:
    """Values over the communes of the old city are those over the new wards, to the last digit."""
    units = areas_pb2_grpc.AreasServiceStub(channel)
    old = units.ListUnits(areas_pb2.ListUnitsRequest(on_date=LAST_DAY), metadata=metadata).units
    city = [unit.code for unit in old if unit.parent_code == "568"]
    values = {code: Decimal(1_000 + place) / 8 for place, code in enumerate(city)}
    request = map_pb2.RestateValuesRequest(
        from_date=LAST_DAY,
        to_date=FIRST_DAY,
        values=[map_pb2.AreaValue(code=code, value=str(value)) for code, value in values.items()],
    )

    answer = map_pb2_grpc.MapServiceStub(channel).RestateValues(request, metadata=metadata)

    assert not answer.not_restatable
    assert {value.code for value in answer.values} == NHA_TRANG
    assert all(value.complete for value in answer.values)
    assert sum(Decimal(value.value) for value in answer.values) == sum(values.values())
