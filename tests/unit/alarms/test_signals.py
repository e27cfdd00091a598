"""What is compared with the limits: rates, departures from the usual; and when a rule is watched."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.alarms.domain import Subject
from services.alarms.durations import HOUR_MS, MINUTE_MS, WEEK_MS, parse_ms, words
from services.alarms.explain import explained, number_vi
from services.alarms.rules import Rule, parse_rules
from services.alarms.schedule import Hours, WorkingTime, parse_span
from services.alarms.silence import episode_of, episodes_of
from services.alarms.track import Track
from services.alarms.usual import Usual, past_slots, usual_of
from services.records.catalogue import CALENDAR, load_calendar

SUBJECT = Subject("channel", "a/pm25", "a")


def rule(
    kind: str, more: str, level: str = "above = 5.0", over: str = 'quantity = "level", unit = "m"'
) -> Rule:
    (one,), faults = parse_rules(
        "a.toml",
        f'[[rule]]\nid = "r"\nkind = "{kind}"\nvi = "Mực nước"\nen = "Level"\n'
        f'over = {{{over}}}\nlevels = [{{severity = "notice", {level}}}]\n{more}',
    )
    assert faults == []
    return one


def test_a_rate_is_told_from_half_a_window_on_and_not_across_a_gap() -> None:
    one = rule("rate", 'window = "10m"\nper = "1h"')
    track = Track(one, SUBJECT, 5 * MINUTE_MS, None)
    levels = []
    for minute, value in ((0, 1.0), (4, 1.6), (5, 1.6), (20, 9.0), (24, 9.0), (26, 9.1)):
        track.take(minute * MINUTE_MS, value)
        levels.append(track.fold.level)
    assert levels == [0, 0, 1, 1, 1, 0]  # 0.6 m in 5 min is 7.2 m/h; 9.0 lies behind a gap


def test_what_is_usual_is_the_median_of_past_weeks() -> None:
    usual = usual_of([10.0, 12.0, 11.0, 90.0])
    assert usual is not None
    assert (usual.median, usual.mad, usual.weeks) == (11.5, 1.0, 4)
    assert usual.departure(11.5 + 1.4826 * 6) == pytest.approx(6.0)
    assert usual_of([10.0, 12.0]) is None
    alike = usual_of([10.0, 10.0, 10.0])
    assert alike is not None
    assert alike.departure(10.2) == pytest.approx(1.0)
    assert past_slots(3 * WEEK_MS, 2) == [2 * WEEK_MS, WEEK_MS]


def test_a_departure_is_explained_by_what_is_usual() -> None:
    one = rule("usual", "weeks = 4", "above = 6.0")
    usual = usual_of([10.0, 12.0, 11.0, 90.0])
    found = explained(one, 1, 8.0, usual)
    assert found["vi"] == (
        "Lưu ý: Mực nước: 8 độ lệch ≥ 6 độ lệch (đo 23,36; giờ này 4 tuần trước thường là 11,5 m)"
    )
    assert (found["median"], found["weeks"], found["limit"]) == (11.5, 4, 6.0)


@pytest.mark.parametrize(
    ("indicator", "vi", "en"),
    [
        (
            "vn_aqi_hour",
            "(giá trị 180; giờ này 4 tuần trước thường là 60)",
            "(value 180; at this hour of the 4 weeks before usually 60)",
        ),
        (
            "pm25_mean_day",
            "(giá trị 180; cùng thứ 4 tuần trước thường là 60 µg/m³)",
            "(value 180; on this day of the 4 weeks before usually 60 µg/m³)",
        ),
    ],
)
def test_of_an_indicator_the_hour_or_the_day_of_past_weeks_is_told(indicator: str, vi: str, en: str) -> None:
    one = rule("usual", 'weeks = 4\ngap = "3h"\nlive_within = "3h"', over=f'indicator = "{indicator}"')
    usual = Usual(60.0, 10.0 / 1.4826, 4)
    found = explained(one, 1, 12.0, usual)
    assert vi in str(found["vi"])
    assert en in str(found["en"])


def at(hour: int, minute: int = 0, day: int = 2) -> int:
    """In March 2026, in Việt Nam; the 2nd is a Monday."""
    return round(datetime(2026, 3, day, hour, minute, tzinfo=UTC).timestamp() * 1_000) - 7 * HOUR_MS


def test_a_span_over_midnight_belongs_to_the_day_it_begins_on() -> None:
    night = Hours([parse_span("21:00-06:00")], [1])
    assert [night.covers(at(*when)) for when in ((20, 59), (21, 0), (23, 59))] == [False, True, True]
    assert night.covers(at(5, 59, day=3))
    assert not night.covers(at(6, 0, day=3))
    assert not night.covers(at(5, 0))  # Sunday's


def test_working_time_goes_by_the_calendar() -> None:
    working = WorkingTime(load_calendar(CALENDAR))
    assert working.covers(at(9))
    assert not working.covers(at(12, 30))
    assert not working.covers(at(9, day=1))
    assert working.covers(at(3) + 100 * 365 * 24 * HOUR_MS)  # where nobody has said anything yet


@pytest.mark.parametrize("text", ["", "10", "10 m", "1w", "-5m", "1.5h"])
def test_a_length_of_time_is_written_in_one_way(text: str) -> None:
    with pytest.raises(ValueError, match="length of time"):
        parse_ms(text)


def test_lengths_are_told_in_the_largest_whole_unit() -> None:
    assert [words(parse_ms(text)) for text in ("90s", "10m", "2h", "48h")] == [
        *(("90 giây", "90 s"), ("10 phút", "10 min"), ("2 giờ", "2 h"), ("2 ngày", "2 d")),
    ]


@pytest.mark.parametrize(
    ("hours", "vi", "en"),
    [
        (0.001, "chưa đến 1 phút", "less than 1 min"),
        (5.37, "5 giờ 22 phút", "5 h 22 min"),
        (24.0, "1 ngày", "1 d"),
        (45 * 24 + 3.2, "45 ngày 3 giờ", "45 d 3 h"),
        (223 * 24.0, "7 tháng 13 ngày", "7 months 13 d"),
    ],
)
def test_hours_past_a_promise_are_told_as_people_say_them(hours: float, vi: str, en: str) -> None:
    late, soon, graver = (rule_of_hours(kind) for kind in ("late", "deadline", "late"))
    assert explained(late, 1, hours)["vi"] == f"Lưu ý: Nguồn: quá hạn {vi}"
    assert explained(late, 1, hours)["en"] == f"Notice: Source: {en} past due"
    assert explained(soon, 1, -hours)["vi"] == f"Lưu ý: Nguồn: còn {vi}"
    assert explained(graver, 2, hours)["vi"] == f"Cảnh báo: Nguồn: quá hạn {vi} (mức này từ 1 ngày)"


def rule_of_hours(kind: str) -> Rule:
    side, first, second = ("below", 200.0, 24.0) if kind == "deadline" else ("above", 0.0, 24.0)
    (rule,), faults = parse_rules(
        "a.toml",
        f'[[rule]]\nid = "a"\nkind = "{kind}"\nvi = "Nguồn"\nen = "Source"\nover = {{}}\n'
        f'levels = [{{severity = "notice", {side} = {first}}},'
        f' {{severity = "warning", {side} = {second}}}]\n',
    )
    assert faults == []
    return rule


@pytest.mark.parametrize(
    ("value", "vi"), [(5.25, "5,25"), (1234.5, "1.234"), (-0.5, "-0,5"), (30_000.0, "30.000"), (7.0, "7")]
)
def test_numbers_are_written_as_in_viet_nam(value: float, vi: str) -> None:
    assert number_vi(value) == vi


def test_an_explanation_has_its_unit_in_both_languages() -> None:
    told = explained(rule_of_hours("late"), 1, 5.0)
    assert (told["unit_vi"], told["unit"], told["value"]) == ("giờ", "h", 5.0)


def test_a_silence_that_is_broken_within_the_promise_is_none() -> None:
    assert episode_of(0, 180, True, 60, (180, 600)) is None
    long = episode_of(0, 700, True, 60, (180, 600))
    assert long is not None
    assert (long.began, long.ended, long.levels) == (180, 700, [(180, 1), (600, 2)])
    assert [one.began for one in episodes_of([0, 100, 400], 50, 60, (180, 600))] == [280]
