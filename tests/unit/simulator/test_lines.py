"""Lines of a CSV as messages: times, sentinels, flags, and what cannot be read."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.simulator.lines import Line, convert, read_lines
from services.simulator.mapping import Mapping, MappingError

HEADER = ["when", "conc", "flag"]


def mapping(**changes: Any) -> Mapping:
    content: dict[str, Any] = {
        "time": {
            "column": "when",
            "format": "%Y-%m-%d %I:%M %p",
            "time_zone": "Asia/Ho_Chi_Minh",
            "stamp": "end",
            "interval_s": 3600,
        },
        "values": [
            {"column": "conc", "channel": "pm25", "quantity": "q", "unit": "µg/m³", "sentinels": [-999]}
        ],
        "qc": {"column": "flag", "valid": ["Valid", "Good"]},
    }
    return Mapping.model_validate(content | changes)


def line(text: str, **changes: Any) -> Line:
    return convert(2, text.encode(), HEADER, mapping(**changes))


def body(found: Line) -> Any:
    assert not found.problem
    return json.loads(found.payload)


def starts(found: Line) -> str:
    assert found.observed_at_ms is not None
    return datetime.fromtimestamp(found.observed_at_ms / 1_000, UTC).isoformat()


def test_an_hour_ending_stamp_is_shifted_to_the_start_of_its_hour() -> None:
    assert starts(line("2020-01-01 12:00 AM,5,Valid")) == "2019-12-31T16:00:00+00:00"  # 23:00 in Hà Nội
    assert starts(line("2020-01-01 01:00 PM,5,Valid")) == "2020-01-01T05:00:00+00:00"


def test_a_starting_stamp_stays() -> None:
    time = {"column": "when", "format": "iso8601", "time_zone": "+07:00"}
    assert starts(line("2020-01-01T13:00,5,Valid", time=time)) == "2020-01-01T06:00:00+00:00"
    assert starts(line("2020-01-01T13:00Z,5,Valid", time=time)) == "2020-01-01T13:00:00+00:00"


def test_a_line_is_moved_as_a_whole() -> None:
    moved = convert(2, b"2020-01-01 12:00 AM,5,Valid", HEADER, mapping(), 86_400_000)

    assert starts(moved) == "2020-01-01T16:00:00+00:00"
    assert body(moved)["ts"] == moved.observed_at_ms


def test_a_year_in_viet_nam_has_every_hour_once() -> None:
    days = [f"2020-{month:02d}-{day:02d}" for month in range(1, 13) for day in (1, 15, 28)]
    hours = [f"{hour:02d}:00 {half}" for half in ("AM", "PM") for hour in range(1, 13)]
    text = [f"{day} {hour},1,Valid" for day in days for hour in hours]
    moments = [line(each).observed_at_ms for each in text]

    assert None not in moments
    assert len(set(moments)) == len(text)


def test_an_hour_that_daylight_saving_skips_is_unreadable_and_one_that_comes_twice_is_the_first() -> None:
    time = {"column": "when", "format": "%Y-%m-%d %H:%M", "time_zone": "Europe/Berlin"}

    assert "does not exist in Europe/Berlin" in line("2020-03-29 02:30,5,Valid", time=time).problem
    assert starts(line("2020-10-25 02:30,5,Valid", time=time)) == "2020-10-25T00:30:00+00:00"


def test_a_valid_value_is_sent_without_a_flag() -> None:
    found = line("2020-01-01 01:00 AM, 12.5 ,Good")

    assert body(found) == {"ts": found.observed_at_ms, "values": {"pm25": 12.5}}
    assert (found.readings, found.flagged) == (1, False)


@pytest.mark.parametrize(
    ("conc", "flag", "value", "sent"),
    [
        ("-999.0", "Missing", -999.0, "Missing"),
        ("31", "Invalid", 31.0, "Invalid"),
        ("-999", "Valid", -999.0, "Sentinel"),
        ("", "Valid", None, "Missing"),
        ("31", "", 31.0, "Missing"),
    ],
)
def test_what_quality_control_sets_aside_is_sent_with_its_flag(
    conc: str, flag: str, value: float | None, sent: str
) -> None:
    found = line(f"2020-01-01 01:00 AM,{conc},{flag}")

    assert body(found)["values"] == {"pm25": value}
    assert body(found)["qc"] == {"pm25": sent}
    assert found.flagged


def test_a_flag_spelled_valid_that_the_mapping_does_not_take_is_not_let_through() -> None:
    found = line("2020-01-01 01:00 AM,5,Valid", qc={"column": "flag", "valid": ["V"]})

    assert body(found)["qc"] == {"pm25": "Rejected"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2020-13-01 01:00 AM,5,Valid", "when: time data"),
        ("2020-01-01 01:00 AM,5", "2 columns, the header has 3"),
        ("2020-01-01 01:00 AM,5,Valid,x", "4 columns"),
        ("2020-01-01 01:00 AM,five,Valid", "conc: 'five' is no number"),
        ("2020-01-01 01:00 AM,nan,Valid", "conc: 'nan' is not finite"),
        ('2020-01-01 01:00 AM,"5,Valid', "unexpected end of data"),
    ],
)
def test_an_unreadable_line_is_sent_as_its_text(text: str, why: str) -> None:
    found = line(text)

    assert found.payload == text.encode()
    assert why in found.problem
    assert (found.readings, found.observed_at_ms) == (1, None)


def test_bytes_that_are_no_text_are_sent_as_they_are() -> None:
    found = convert(2, b"\xff\xfe,5,Valid", HEADER, mapping())

    assert found.payload == b"\xff\xfe,5,Valid"
    assert "can't decode" in found.problem


def test_a_file_is_read_line_by_line_with_its_own_numbers(tmp_path: Path) -> None:
    file = tmp_path / "lines.csv"
    good = "2020-01-01 01:00 AM,5,Valid"
    file.write_bytes(f'\ufeffwhen,conc,flag\r\n{good}\r\n\r\n"\n{good}'.encode())

    found = list(read_lines(file, mapping()))

    assert [(each.number, bool(each.problem)) for each in found] == [(2, False), (4, True), (5, False)]


def test_a_column_that_is_not_there_is_named_before_anything_is_sent(tmp_path: Path) -> None:
    file = tmp_path / "lines.csv"
    file.write_text("when,concentration,flag\n")

    with pytest.raises(MappingError, match=r"values\.0\.column: 'conc' is not exactly once in the header"):
        list(read_lines(file, mapping()))
