"""What a replay decides before and after it sends."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.simulator import mapping as mapping_module
from services.simulator.accounts import Account
from services.simulator.lines import Line, read_lines
from services.simulator.mapping import load_mapping
from services.simulator.replay import (
    ReplayError,
    ReplayResult,
    Survey,
    moved_lines,
    played_again,
    registration,
    survey_lines,
    whole_days,
)

AIRNOW = load_mapping(Path(mapping_module.__file__).parent / "mappings/airnow_pm25.json")
HOUR_MS = 3_600_000


def result(**account: int) -> ReplayResult:
    return ReplayResult("d", Survey(lines=10, readings=10), 10, Account(**account), 1.0)


def test_a_file_is_counted_and_its_first_time_found() -> None:
    lines = [
        Line(2, b"", 1, 2 * HOUR_MS),
        Line(3, b"", 2, HOUR_MS, flagged=True),
        Line(4, b"?", 1, None, problem="no date"),
    ]

    assert survey_lines(lines) == Survey(3, 4, 1, 1, HOUR_MS, 2 * HOUR_MS, ((4, "no date"),))
    assert survey_lines([]) == Survey()


def test_lines_are_moved_by_whole_days_until_they_reach_the_end() -> None:
    day_ms, last_ms = 24 * HOUR_MS, 5 * HOUR_MS

    assert whole_days(last_ms, 3 * day_ms + 5 * HOUR_MS) == 3 * day_ms
    assert whole_days(last_ms, 3 * day_ms + 6 * HOUR_MS) == 4 * day_ms
    assert whole_days(last_ms, 0) == 0
    assert whole_days(last_ms, -day_ms) == -day_ms
    assert whole_days(None, day_ms) == 0


def test_what_would_be_of_a_time_to_come_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "lines.csv"
    named = "Date (LT),Raw Conc.,QC Name\n"
    file.write_text(named + "2020-01-01 01:00 AM,5,Valid\n?,5,Valid\n2020-01-01 02:00 AM,6,Valid\n")
    first, unreadable, last = read_lines(file, AIRNOW)
    assert last.observed_at_ms is not None
    ending_ms = last.observed_at_ms + 23 * HOUR_MS

    moved = list(moved_lines(file, AIRNOW, whole_days(last.observed_at_ms, ending_ms), ending_ms))

    assert [line.number for line in moved] == [first.number, unreadable.number]
    assert moved[0].observed_at_ms == ending_ms


def test_a_device_of_moved_lines_says_so_in_its_name() -> None:
    device = registration("hanoi-001", played_again(AIRNOW), HOUR_MS, None)

    assert device.name_vi == "Trạm tham chiếu Hà Nội (phát lại)"
    assert device.name_en == "Hà Nội reference station (replayed)"


def test_a_new_device_exists_since_the_first_line() -> None:
    device = registration("hanoi-001", AIRNOW, HOUR_MS, None)

    assert device.commissioned_at == datetime(1970, 1, 1, 1, tzinfo=UTC)
    assert (device.kind, device.shard, device.reporting_interval_s) == ("air", "s0", 3_600)
    assert [channel.channel for channel in device.channels] == ["pm25"]


def test_a_known_device_keeps_what_it_has_and_gains_what_is_missing() -> None:
    known = registration("hanoi-001", AIRNOW, 2 * HOUR_MS, None)
    other = replace(known.channels[0], channel="temperature")
    known = replace(known, name_vi="Tên khác", channels=(other,))

    device = registration("hanoi-001", AIRNOW, HOUR_MS, known)

    assert device.name_vi == "Tên khác"
    assert [channel.channel for channel in device.channels] == ["temperature", "pm25"]
    assert device.commissioned_at == datetime(1970, 1, 1, 1, tzinfo=UTC)
    assert registration("hanoi-001", AIRNOW, 3 * HOUR_MS, device) == device


def test_registering_needs_a_description_and_a_time() -> None:
    with pytest.raises(ReplayError, match="device: the mapping must describe"):
        registration("d", AIRNOW.model_copy(update={"device": None}), HOUR_MS, None)
    with pytest.raises(ReplayError, match="no line of the file has a time"):
        registration("d", AIRNOW, None, None)


def test_it_adds_up_only_if_each_reading_ended_in_one_of_the_six() -> None:
    assert result(received=10, stored=5, duplicate=1, conflicting=1, quarantined=1, skipped=2).adds_up
    assert not result(received=10, stored=9).adds_up
    assert not result(received=9, stored=9).adds_up
    assert not result(received=11, stored=11).adds_up


def test_an_account_is_what_was_gained() -> None:
    before = Account(received=7, stored=5, skipped=2)
    after = Account(received=17, stored=5, duplicate=8, skipped=4)

    assert after.since(before) == Account(received=10, duplicate=8, skipped=2)
