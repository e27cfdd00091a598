"""What is in force of boards that were applied, and what a file says that it would change."""

import json
from datetime import UTC, datetime
from typing import Any

from services.display.board_file import parse
from services.display.board_panels import Definition
from services.display.board_plan import (
    Revision,
    World,
    in_force,
    kind_of,
    missing,
    panel_changes,
    readable,
)
from services.display.domain import Catalogue
from tests.unit.display.test_board_file import AT, board, panel
from tests.unit.display.test_domain import CATALOGUE

NOW = datetime(2026, 11, 26, tzinfo=UTC)
WORLD = World(
    Catalogue(CATALOGUE.stations, CATALOGUE.areas, periods={"vn_aqi_hour": "hour"}),
    {"PS-21": ("month", "year")},
)


def at(x: int) -> dict[str, int]:
    return {**AT, "x": x}


def three(*panels: dict[str, Any]) -> Definition:
    return parse(board(*panels))


BEFORE = three(panel(id="a"), panel(id="b", at=at(3)), panel(id="c", at=at(6)))


def changes(*panels: dict[str, Any]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.panel, one.kind, one.fields) for one in panel_changes(BEFORE, three(*panels))]


def test_each_panel_is_told_by_what_becomes_of_it() -> None:
    items = [{"channel": "pm25", "decimals": 1}]
    told = changes(
        panel(id="a", at=at(3)),
        panel(id="b", at=at(0), items=items),
        panel(id="d", at=at(6)),
    )
    assert told == [
        ("a", "moved", ("at",)),
        ("b", "changed", ("at", "items")),
        ("d", "added", ()),
        ("c", "removed", ()),
    ]


def test_another_kind_of_panel_another_order_and_another_title_are_changes() -> None:
    clock = {"id": "a", "panel": "clock", "title": {"vi": "Giờ", "en": "Clock"}, "at": AT}
    assert changes(clock, panel(id="b", at=at(3)), panel(id="c", at=at(6))) == [("a", "changed", ("panel",))]
    same = (panel(id="b", at=at(3)), panel(id="a"), panel(id="c", at=at(6)))
    assert changes(*same) == [("", "changed", ("panels",))]
    raw = json.loads(board(panel(id="a"), panel(id="b", at=at(3)), panel(id="c", at=at(6))))
    other = parse(json.dumps(raw | {"title": {"vi": "Ộ Ễ Ự", "en": "Other"}}))
    (change,) = panel_changes(BEFORE, other)
    assert (change.panel, change.fields, change.title.vi) == ("", ("title",), "Ộ Ễ Ự")


def test_the_same_board_written_otherwise_is_the_same() -> None:
    again = parse(json.dumps(json.loads(board(panel(id="a"))), indent=4))
    assert kind_of(three(panel(id="a")), again) == "same"
    assert panel_changes(three(panel(id="a")), again) == []
    assert kind_of(None, again) == "new"
    assert [one.kind for one in panel_changes(None, again)] == ["added"]


def test_what_a_panel_names_and_is_not_there_is_told_with_its_field() -> None:
    def told(**item: Any) -> list[tuple[str, str]]:
        definition = three(panel(items=[{"decimals": 0, **item}]))
        found = list(missing(definition, WORLD))
        assert {one.field for one in found} <= {"items[0]"}
        return [(one.reason, one.what) for one in found]

    assert told(indicator="PS-21", period="month") == []
    assert told(indicator="vn_aqi_hour", subject="a") == []
    assert told(channel="pm25", kind="air") == []
    assert told(indicator="PS-99", period="month") == [("unknown_indicator", "PS-99")]
    assert told(indicator="PS-21", period="day") == [("unknown_period", "PS-21 day")]
    assert told(indicator="PS-21") == [("unknown_indicator", "PS-21")]  # of figures only by their period
    assert told(channel="laeq", kind="air") == [("no_device", "air laeq")]
    assert told(indicator="vn_aqi_hour", kind="noise") == [("no_device", "noise")]
    assert told(indicator="PS-21", period="month", subject="H99") == [("unknown_subject", "H99")]
    assert told(indicator="PS-21", period="month", subject="$organisations") == [
        ("unknown_subject", "$organisations")
    ]


def test_a_row_that_finds_nobody_is_told_once_and_the_others_are_not() -> None:
    table = {
        "id": "t",
        "panel": "table",
        "title": {"vi": "B", "en": "T"},
        "at": AT,
        "columns": [{"title": {"vi": "C", "en": "C"}, "indicator": "PS-21", "period": "month"}],
        "rows": [{"subject": "561"}, {"subject": "H99"}, {"subject": "H99"}],
    }
    (found,) = missing(three(table), WORLD)
    assert (found.panel, found.field, found.what) == ("t", "columns[0]", "H99")


def test_an_applied_board_stands_in_the_place_of_the_shipped_one_and_new_ones_behind() -> None:
    assert in_force({"b": 1, "a": 2}, {"a": 3, "z": 4, "c": 5}) == {"b": 1, "a": 3, "c": 5, "z": 4}
    assert list(in_force({"b": 1, "a": 2}, {"a": 3, "z": 4, "c": 5})) == ["b", "a", "c", "z"]


def test_what_can_no_longer_be_read_and_what_was_reset_is_not_in_force() -> None:
    text = board(panel())
    revisions = [
        Revision("b", 1, NOW, "lan", text),
        Revision("old", 4, NOW, "lan", '{"board": "old", "colour": "red"}'),
        Revision("gone", 2, NOW, "lan", None),
    ]
    found, refused = readable(revisions)
    assert (list(found), found["b"].text, list(refused)) == (["b"], text, ["old"])
