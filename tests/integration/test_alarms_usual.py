"""What is unlike the same hour, or day, of the week of an indicator: live, and tried on the past."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.integration.alarms_world import START, World, device, minutes
from tests.integration.test_alarms_backtest import history, raised, reported, would_raise
from tests.integration.test_alarms_clock import publish, world

__all__ = ["world"]

pytestmark = pytest.mark.one_store("values of indicators do not depend on how readings are stored")

RULE = """
[[rule]]
id = "unlike"
kind = "usual"
vi = "Khác thường"
en = "Unusual"
over = {indicator = "vn_aqi_hour", subject_kind = "station"}
levels = [{severity = "notice", above = 6.0}]
weeks = 4
gap = "3h"
live_within = "3h"
"""
BY_DAY = RULE.replace("_hour", "_day").replace('"3h"', '"3d"')
BY_QUARTER = RULE.replace("vn_aqi_hour", "power_mean_15min")
WEEK = 7 * 24
MIDNIGHT = 16  # hours after the start it is Tuesday, 00:00 in Việt Nam


def publish_at(one: World, hour: float, number: float | None, version: int = 1, known: float = 1) -> None:
    """A value of an hour, made so many hours after it began."""
    one.now = START + timedelta(hours=hour + known)
    publish(one, hour, number, version)


def test_an_hour_is_compared_with_that_hour_of_past_weeks(world: Callable[..., World]) -> None:
    one = world(RULE)
    one.provision(device("a"))
    for week, number in enumerate((58.0, 60.0, 62.0, 64.0), start=1):
        for hour in (1, 2, 3, 6):
            publish(one, hour - week * WEEK, 500.0 if (week, hour) == (1, 2) else number)
    publish(one, 2 - WEEK, 58.0, version=2)  # restated: what stands is the past
    for week in (1, 2):
        publish(one, 4 - week * WEEK, 60.0)
    publish(one, 5 - WEEK, 60.0)
    for hour, value in ((1, 61.0), (2, 150.0), (3, 62.0), (4, 300.0)):  # of hour 4, too few weeks are known
        publish_at(one, hour, value)
    (alarm,) = one.alarms()
    assert (str(alarm.state), minutes(alarm.began_at)) == ("cleared", 120.0)
    assert alarm.value == pytest.approx((150 - 61) / (1.4826 * 2))
    told = alarm.explanation
    assert (told["median"], told["mad"], told["weeks"]) == (61.0, 2.0, 4)
    assert "(giá trị 150; giờ này 4 tuần trước thường là 61)" in str(told["vi"])
    assert one.spans() == [(120.0, 180.0, [1])]


def test_what_comes_late_is_history_and_a_back_test_says_the_same(world: Callable[..., World]) -> None:
    one = world(RULE)
    one.provision(device("a"))
    for week, number in enumerate((58.0, 60.0, 62.0), start=1):
        for hour in (1, 2, 3, 5, 6):
            publish(one, hour - week * WEEK, number)
    for hour, value in ((1, 61.0), (2, 150.0), (3, 62.0), (6, 61.0)):
        publish_at(one, hour, value)
    publish_at(one, 1, 160.0, version=2, known=20)
    publish_at(one, 5, 200.0, known=20)
    assert one.spans() == [(60.0, 180.0, [1]), (300.0, 360.0, [1])]
    assert reported(one) == history(one)
    assert would_raise(one) == raised(one) == {"unlike": 1}
    with one.as_role("alarms") as connection:
        connection.execute("DELETE FROM alarms.usuals")
    assert reported(one) == history(one)  # made anew of the past, and not kept
    with one.as_role("alarms") as connection:
        assert connection.execute("SELECT count(*) FROM alarms.usuals").fetchone() == (0,)


def test_a_correction_of_the_past_does_not_change_what_was_usual(world: Callable[..., World]) -> None:
    one = world(RULE)
    one.provision(device("a"))
    for week in (1, 2, 3):
        for hour in (1, 2, 3):
            publish(one, hour - week * WEEK, 60.0)
    for hour, value in ((1, 61.0), (2, 150.0), (3, 62.0)):
        publish_at(one, hour, value)
    for week in (1, 2, 3):
        publish(one, 2 - week * WEEK, 150.0, version=2)
    one.follower = one.new_follower()
    publish_at(one, 1, 160.0, version=2, known=20)  # all is folded anew
    assert one.spans() == [(60.0, 180.0, [1])]
    assert reported(one) == history(one)


def test_a_day_is_compared_with_that_day_of_past_weeks(world: Callable[..., World]) -> None:
    one = world(BY_DAY)
    one.provision(device("a"))
    for week in (1, 2, 3):
        publish(one, MIDNIGHT - week * WEEK, 60.0, indicator="vn_aqi_day")
        publish(one, MIDNIGHT + 24 - week * WEEK, 160.0, indicator="vn_aqi_day")
    for day, value in ((0, 120.0), (1, 160.0)):
        one.now = START + timedelta(hours=MIDNIGHT + 24 * (day + 1))
        publish(one, MIDNIGHT + 24 * day, value, indicator="vn_aqi_day")
    (alarm,) = one.alarms()
    assert "(giá trị 120; cùng thứ 3 tuần trước thường là 60)" in str(alarm.explanation["vi"])
    assert len(one.spans()) == 1
    assert reported(one) == history(one)
    for days, kept in ((14, 2), (17, 0)):  # what late data may reach, with 6 days of lead
        one.now = START + timedelta(hours=MIDNIGHT, days=days)
        one.follower.keep_house()
        with one.as_role("alarms") as connection:
            assert connection.execute("SELECT count(*) FROM alarms.usuals").fetchone() == (kept,)


def test_of_what_is_told_more_often_the_mean_of_the_hour_is_usual(world: Callable[..., World]) -> None:
    one = world(BY_QUARTER)
    one.provision(device("a"))
    for week in (1, 2, 3):
        for quarter, value in ((0.0, 10.0), (0.25, 30.0), (0.5, None), (0.75, 20.0), (1.0, 900.0)):
            publish(one, quarter - week * WEEK, value, indicator="power_mean_15min")
    for quarter, value in ((0.25, 21.0), (0.5, 60.0)):
        one.now = START + timedelta(hours=quarter + 0.25)
        publish(one, quarter, value, indicator="power_mean_15min")
    (alarm,) = one.alarms()
    assert (alarm.explanation["median"], minutes(alarm.began_at)) == (20.0, 30.0)
    assert "thường là 20 MW)" in str(alarm.explanation["vi"])
    assert reported(one) == history(one)
