"""Where the command line looks for its settings, and how it reads and writes times."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.cli.settings import client_settings, environment, parse
from services.cli.times import LOCAL, from_ms, parse_ahead, parse_time, shown

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def test_lines_of_the_local_file() -> None:
    text = "# made by make run\nHAIDANG_TOKEN=hd_a=b\nexport HAIDANG_API_ADDRESS='h:1'\n\nnonsense\n"
    assert parse(text) == {"HAIDANG_TOKEN": "hd_a=b", "HAIDANG_API_ADDRESS": "h:1"}


def test_the_environment_comes_before_the_local_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local/client.env").write_text("HAIDANG_TOKEN=file\nHAIDANG_API_ADDRESS=file:1\n")
    monkeypatch.setenv("HAIDANG_TOKEN", "own")
    monkeypatch.delenv("HAIDANG_API_ADDRESS", raising=False)

    settings = client_settings(environment(tmp_path))

    assert (settings.token, settings.address) == ("own", "file:1")
    assert client_settings(environment(tmp_path), address="option:2").address == "option:2"
    assert client_settings({}).address == "127.0.0.1:50551"


def test_a_time_ahead_is_counted_from_now_on() -> None:
    assert parse_ahead("2h", NOW) == NOW + timedelta(hours=2)
    assert parse_ahead("22:00", NOW) == parse_time("22:00", NOW) + timedelta(days=1)
    assert parse_ahead("22:00", NOW) > NOW
    assert parse_ahead("2026-11-25", NOW) == datetime(2026, 11, 24, 17, tzinfo=UTC)
    with pytest.raises(ValueError, match="Invalid isoformat"):
        parse_ahead("later", NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", NOW),
        ("24h", NOW - timedelta(hours=24)),
        ("-90m", NOW - timedelta(minutes=90)),
        ("22:00", datetime(2026, 11, 22, 15, tzinfo=UTC)),
        ("07:30", datetime(2026, 11, 23, 0, 30, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 19, 17, tzinfo=UTC)),
        ("2026-11-20T08:30", datetime(2026, 11, 20, 1, 30, tzinfo=UTC)),
        ("2026-11-20T08:30Z", datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
    ],
)
def test_times_as_people_write_them(text: str, expected: datetime) -> None:
    assert parse_time(text, NOW) == expected


@pytest.mark.parametrize("text", ["", "tomorrow", "24", "25:00", "2026-13-01", "20/11/2026"])
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(ValueError):
        parse_time(text, NOW)


def test_times_are_shown_where_the_centre_is() -> None:
    assert shown(NOW.astimezone(LOCAL)) == "2026-11-23 13:00:00"
    assert shown(from_ms(1_763_000_000_001)) == "2025-11-13 09:13:20.001"
