"""What people and programs see of rows."""

import json
from datetime import UTC, datetime

import pytest

from services.cli import words
from services.cli.headings import HEADINGS
from services.cli.messages import MESSAGES
from services.cli.output import Row, show, text, write_line
from services.cli.times import LOCAL

ROW: Row = {
    "device": "air-001",
    "value": 12.345678901234,
    "state": "provisional",
    "observed_at": datetime(2026, 11, 20, 0, 0, tzinfo=UTC).astimezone(LOCAL),
    "population": None,
    "channels": ["pm25", "pm10"],
}


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert show([ROW, ROW], as_json=True, language="vi") == 2

    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert json.loads(first) == {
        "device": "air-001",
        "value": 12.345678901234,
        "state": "provisional",
        "observed_at": "2026-11-20T07:00:00+07:00",
        "population": None,
        "channels": ["pm25", "pm10"],
    }


def test_a_table_speaks_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    show([ROW], as_json=False, language="vi")
    vietnamese = capsys.readouterr().out
    show([ROW], as_json=False, language="en")
    english = capsys.readouterr().out

    assert "Thiết bị" in vietnamese
    assert "tạm tính" in vietnamese
    assert "Device" in english
    assert "provisional" in english
    for table in (vietnamese, english):
        assert "2026-11-20 07:00:00" in table
        assert "12.3456789" in table
        assert "–" in table
        assert "pm25, pm10" in table


def test_nothing_is_said_so_beside_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert show([], as_json=False, language="en") == 0

    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "Nothing to show.\n")


def test_strangers_do_not_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show([{"payload": "\x1b[2J[red]x"}], as_json=False, language="en")

    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "[red]x" in out


def test_a_line_of_a_stream(capsys: pytest.CaptureFixture[str]) -> None:
    write_line({"device": "air\x1b", "value": 0.0}, "vi")

    assert capsys.readouterr().out == "air�  0\n"


def test_missing_is_a_dash_and_zero_is_zero() -> None:
    assert [text("value", cell, "en") for cell in (None, 0.0, 0, "")] == ["–", "0", "0", ""]


def test_words_of_ours_are_said_in_the_language_of_the_reader() -> None:
    told = [("subject_kind", "area"), ("subject_kind", "organisation"), ("period", "month")]

    assert [text(key, cell, "vi") for key, cell in told] == ["địa bàn", "cơ quan", "tháng"]


def test_every_heading_and_message_has_both_languages_in_nfc() -> None:
    import unicodedata

    for table in (HEADINGS, MESSAGES, words.STATES, words.ALARM_STATES, words.OF_ALARMS):
        for vietnamese, english in table.values():
            assert vietnamese
            assert english
            assert unicodedata.is_normalized("NFC", vietnamese)


@pytest.mark.parametrize(
    ("asked", "variables", "expected"),
    [
        ("vi", {"LANG": "en_US.UTF-8"}, "vi"),
        ("en", {"LANG": "vi_VN"}, "en"),
        ("", {"LANG": "vi_VN.UTF-8"}, "vi"),
        ("", {"LANG": "vi_VN", "LC_ALL": "C"}, "en"),
        (None, {}, "en"),
    ],
)
def test_the_language(asked: str | None, variables: dict[str, str], expected: str) -> None:
    assert words.language(asked, variables) == expected
