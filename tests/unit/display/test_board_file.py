"""What a board file may say, and what is said of one that may not be shown."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.display.board_file import SCHEMA_DIALECT, InvalidBoard, parse, schema

SCHEMA = Path(__file__).parents[3] / "docs/board.schema.json"
WORDS = {"vi": "Ộ Ễ Ự Ẵ Ỹ đ", "en": "Board"}
AT = {"x": 0, "y": 0, "w": 3, "h": 2}
ITEM = {"indicator": "PS-21", "period": "month", "decimals": 0}


def panel(**more: Any) -> dict[str, Any]:
    return {"id": "p", "panel": "value", "title": WORDS, "at": AT, "items": [ITEM], **more}


def board(*panels: dict[str, Any]) -> str:
    return json.dumps({"board": "b", "title": WORDS, "panels": list(panels)})


def test_a_board_is_read_as_it_is_written() -> None:
    read = parse(board(panel()))
    assert read.title.vi == "Ộ Ễ Ự Ẵ Ỹ đ"
    assert read.panels[0].at.w == 3


@pytest.mark.parametrize(
    ("panels", "told"),
    [
        ([], "b: panels: Expected `array` of length >= 1"),
        ([panel(id=str(n), at={"x": 0, "y": 0, "w": 1, "h": 1}) for n in range(13)], "length <= 12"),
        ([panel(panel="pie")], "b: p: panel: Invalid value 'pie'"),
        ([panel(items=[{**ITEM, "decimals": "1"}])], "b: p: items[0].decimals: Expected `int`, got `str`"),
        ([panel(items=[{**ITEM, "colour": "red"}])], "unknown field `colour`"),
        (
            [panel(items=[{**ITEM, "channel": "pm25"}])],
            "b: p: items[0]: name either an indicator or a channel",
        ),
        (
            [panel(items=[{"indicator": "x", "decimals": 0, "breakdown": "a=b"}])],
            "items[0].breakdown: only of",
        ),
        (
            [
                panel(
                    items=[
                        {
                            "indicator": "OC-04",
                            "decimals": 0,
                            "period": "month",
                            "breakdown": "acknowledged_by=*",
                        }
                    ]
                )
            ],
            "b: p: items[0].breakdown: figures of one operator stay off walls",
        ),
        (
            [panel(items=[{"channel": "x", "decimals": 0, "period": "month"}])],
            "items[0].period: only of figures",
        ),
        ([panel(at={**AT, "x": 10})], "b: p: at: reaches over the grid of 12 by 8"),
        ([panel(), panel(id="q", at={"x": 2, "y": 1, "w": 1, "h": 1})], "b: p: at: lies over q"),
        ([panel(), panel(at={"x": 6, "y": 0, "w": 1, "h": 1})], "b: p: id: used twice"),
        ([panel(trend={"hours": 1, "periods": 2})], "b: p: trend: say either hours or periods"),
    ],
)
def test_what_is_wrong_is_told_with_panel_field_and_reason(panels: list[dict[str, Any]], told: str) -> None:
    with pytest.raises(InvalidBoard) as refused:
        parse(board(*panels))
    assert told in str(refused.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"board":1}', b"\xff"])
def test_what_is_no_board_is_refused(text: str | bytes) -> None:
    with pytest.raises(InvalidBoard):
        parse(text)


def test_the_schema_that_editors_use_is_the_one_that_files_are_read_by() -> None:
    assert SCHEMA.read_bytes() == schema(), "write schema() there anew"


def test_the_schema_is_one_of_2020_12_and_knows_every_panel() -> None:
    told = json.loads(schema())
    assert told["$schema"] == SCHEMA_DIALECT
    assert {"ValuePanel", "MapPanel", "MatrixPanel", "AlarmsPanel"} <= told["$defs"].keys()
