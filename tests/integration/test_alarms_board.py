"""The board moves by what is timely; late data move history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from services.alarms import store_alarms
from services.alarms.domain import Act, Event
from services.alarms.storm import Limits
from tests.fixtures.servers import Database
from tests.integration.alarms_world import LIMIT, SILENCE, START, World, device

pytestmark = pytest.mark.one_store("how readings are read is told on both by test_alarms_shuffled")


@pytest.fixture
def world(database: Database) -> Iterator[Callable[..., World]]:
    worlds: list[World] = []

    def make(*args: Any, **settings: Any) -> World:
        worlds.append(World(database, *args, **settings))
        return worlds[-1]

    yield make
    for one in worlds:
        one.close()


def minute(number: float) -> Any:
    return START + timedelta(minutes=number)


def test_a_limit_raises_worsens_eases_and_clears(world: Callable[..., World]) -> None:
    one = world()
    one.provision(device("a"))
    for at, value in enumerate((50, 120, 250, 250, 150, 90, 70), start=1):
        one.say("a", at, float(value))
    assert [event for event, _, _ in one.events()] == ["raise", "worsen", "ease", "clear"]
    assert one.spans() == [(2.0, 7.0, [2, 3, 2])]
    (alarm,) = one.alarms()
    assert (alarm.state, int(alarm.peak_severity), alarm.times) == ("cleared", 3, 1)
    assert str(alarm.explanation["vi"]).startswith("Cảnh báo: PM2.5 cao: 150 µg/m³ ≥ 100 µg/m³")
    assert [event for event, _, _ in one.told()] == ["raise", "worsen", "ease", "clear"]


def test_a_spike_within_one_batch_reaches_the_board(world: Callable[..., World]) -> None:
    one = world()
    one.provision(device("a"))
    one.now = minute(3)
    one.store([("a", minute(1), 50.0), ("a", minute(2), 150.0), ("a", minute(3), 50.0)])
    one.follow()
    assert [event for event, _, _ in one.events()] == ["raise", "clear"]


def test_what_is_late_is_history_and_never_on_the_board(world: Callable[..., World]) -> None:
    one = world()
    one.provision(device("a"))
    one.say("a", 1, 50.0)
    one.say("a", 60, 50.0)
    one.store([("a", minute(20), 300.0), ("a", minute(22), 50.0)])
    one.follow()
    assert one.spans() == [(20.0, 22.0, [3])]
    assert one.alarms() == []
    one.say("a", 61, 50.0)
    assert one.alarms() == []


def test_what_late_data_began_is_not_raised_by_readings_on_the_way_out(world: Callable[..., World]) -> None:
    one = world(LIMIT + 'clear_for = "10m"\n')
    one.provision(device("a"))
    one.say("a", 60, 50.0)
    one.store([("a", minute(20), 300.0)])
    one.follow()
    for at in (61, 64, 67, 71):
        one.say("a", at, 50.0)
    assert one.spans() == [(20.0, 71.0, [3])]
    assert one.alarms() == []


def test_a_value_and_its_correction_that_come_at_once_are_one_value(world: Callable[..., World]) -> None:
    one = world()
    one.provision(device("a"))
    one.say("a", 1, 50.0)
    one.now = minute(2)
    one.store([("a", minute(2), 150.0)])
    one.store([("a", minute(2), 50.0)], revision=1)
    one.follow()
    assert (one.spans(), one.alarms()) == ([], [])


def test_what_was_observed_before_a_rule_held_is_not_evaluated(world: Callable[..., World]) -> None:
    one = world(LIMIT + 'for = "10m"\n')
    one.provision(device("a"))
    for at in (-40, -30, -20, -15, -10, -5):  # a station that hands in what it kept
        one.store([("a", minute(at), 150.0)])
        one.follow()
    one.say("a", 0, 150.0)
    assert (one.spans(), one.alarms()) == ([], [])
    one.follower = one.new_follower()
    for at in (4, 8, 12):
        one.say("a", at, 150.0)
    assert one.spans() == [(12.0, None, [2])]
    assert [str(alarm.state) for alarm in one.alarms()] == ["raised"]


def test_late_data_refute_an_alarm_and_the_next_reading_clears_it(world: Callable[..., World]) -> None:
    one = world()
    one.provision(device("a"))
    one.say("a", 1, 150.0)
    one.now = minute(30)
    one.store([("a", minute(1), 50.0)], revision=1)
    one.follow()
    (alarm,) = one.alarms()
    assert (alarm.state, alarm.refuted) == ("raised", True)
    assert one.spans() == []
    one.say("a", 31, 40.0)
    assert [event for event, _, _ in one.events()] == ["raise", "refute", "clear"]


def test_a_gap_is_unknown_and_no_all_clear(world: Callable[..., World]) -> None:
    one = world()
    one.provision(device("a"))
    one.say("a", 1, 150.0)
    one.now = minute(5)
    one.follower.keep_house()
    assert one.alarms()[0].unknown_since is None
    one.now = minute(30)
    one.follower.keep_house()
    (alarm,) = one.alarms()
    assert (alarm.state, alarm.unknown_since) == ("raised", minute(6))
    one.say("a", 31, 150.0)
    one.follower.keep_house()
    assert one.alarms()[0].unknown_since is None


def test_one_alarm_again_and_again_is_one_until_it_is_closed(world: Callable[..., World]) -> None:
    one = world(close_after_hours=1)
    one.provision(device("a"))
    for at, value in enumerate((150, 50, 150, 50), start=1):
        one.say("a", at, float(value))
    (alarm,) = one.alarms()
    assert (alarm.times, alarm.state) == (2, "cleared")
    one.now = minute(70)
    one.follower.keep_house()
    assert one.alarms()[0].state == "closed"
    one.say("a", 71, 150.0)
    assert [str(alarm.state) for alarm in one.alarms()] == ["closed", "raised"]


def test_a_shelf_ends_by_the_clock_and_by_what_is_worse(world: Callable[..., World]) -> None:
    one = world()
    one.provision(device("a"))
    one.say("a", 1, 150.0)
    shelve = Act(one.now, by="lan", note="đang bảo trì", until=minute(20))
    with one.as_role("alarms") as connection:
        number = one.alarms()[0].alarm
        store_alarms.transition(connection, number, Event.SHELVE, shelve, "t")
    one.say("a", 2, 160.0)
    assert one.alarms()[0].state == "shelved"
    one.now = minute(21)
    one.follower.keep_house()
    assert one.alarms()[0].state == "raised"
    with one.as_role("alarms") as connection:
        again = Act(one.now, by="lan", note="đang bảo trì", until=minute(90))
        store_alarms.transition(connection, number, Event.SHELVE, again, "t")
    one.say("a", 22, 250.0)
    assert (one.alarms()[0].state, one.alarms()[0].shelved_until) == ("raised", None)


def test_silence_is_noticed_by_the_clock_and_refuted_by_a_backlog(world: Callable[..., World]) -> None:
    one = world(SILENCE)
    one.provision(device("a"))
    one.say("a", 1, 5.0)
    one.pass_to(4)
    assert one.alarms() == []
    one.pass_to(4.1)
    assert one.shown() == [("silent", "a", "raised")]
    assert one.spans() == [(4.0, None, [1])]
    one.now = minute(8)
    one.store([("a", minute(at), 5.0) for at in (2, 3, 4, 5, 6, 7, 8)])
    one.follow()
    (alarm,) = one.alarms()
    assert (alarm.state, alarm.refuted) == ("cleared", True)
    assert one.spans() == []


def test_a_silence_that_was_one_stays_in_history(world: Callable[..., World]) -> None:
    one = world(SILENCE)
    one.provision(device("a"))
    one.say("a", 1, 5.0)
    one.pass_to(12)
    one.say("a", 15, 5.0)
    one.now = minute(16)
    assert one.spans() == [(4.0, 15.0, [1, 2])]
    one.store([("a", minute(6), 5.0)])  # late: it was silent twice
    one.follow()
    assert one.spans() == [(4.0, 6.0, [1]), (9.0, 15.0, [1])]


def test_devices_of_one_gateway_that_fall_silent_are_one_alarm(world: Callable[..., World]) -> None:
    one = world(SILENCE, Limits(group_from=5))
    names = [f"a{number:02}" for number in range(12)]
    one.provision(*(device(name, shard="s7", area_code=f"223{index:02}") for index, name in enumerate(names)))
    one.now = minute(1)
    one.store([(name, minute(1 - index / 20), 5.0) for index, name in enumerate(names)])
    one.follow()
    for at in (3.5, 3.7, 3.9, 4.1, 4.5):
        one.pass_to(at)
    assert one.shown() == [("storm", "gateway s7", "raised")]
    group = next(alarm for alarm in one.alarms() if alarm.subject_kind == "group")
    assert (group.members, "cổng thu nhận s7" in str(group.explanation["vi"])) == (12, True)
    assert sum(alarm.suppressed == "group" for alarm in one.alarms()) == 12
    one.now = minute(6)
    one.store([(name, minute(6), 5.0) for name in names])
    one.follow()
    assert {str(alarm.state) for alarm in one.alarms()} == {"cleared"}


@pytest.mark.parametrize(("value", "becomes"), [(50.0, ("cleared", "")), (250.0, ("raised", "group"))])
def test_what_changes_in_the_moment_in_which_a_group_forms(
    world: Callable[..., World], value: float, becomes: tuple[str, str]
) -> None:
    one = world(LIMIT, Limits(group_from=3))
    names = ["a", "b", "c", "d"]
    one.provision(*(device(name, shard="s7", area_code=f"2230{name}") for name in names))
    one.say("a", 1, 150.0)
    one.now = minute(1.5)
    one.store([("a", minute(1.2), value), *((name, minute(1.3), 150.0) for name in names[1:])])
    one.follow()
    assert one.shown()[-1] == ("storm", "gateway s7", "raised")
    first = one.alarms()[0]
    assert (first.subject, (str(first.state), str(first.suppressed))) == ("a/pm25", becomes)


def test_a_ceiling_turns_many_into_one(world: Callable[..., World]) -> None:
    one = world(LIMIT, Limits(group_from=1000, time_from=1000, ceiling=3))
    names = [f"a{number}" for number in range(6)]
    one.provision(*(device(name) for name in names))
    for index, name in enumerate(names):
        one.say(name, 1 + index / 10, 150.0)
    shown = one.shown()
    assert len(shown) == 4
    assert ("storm", "ceiling pm25_high", "raised") in shown
    assert len(one.alarms()) == 7


def test_two_workers_that_take_turns_do_nothing_twice(world: Callable[..., World]) -> None:
    one = world()
    one.provision(device("a"))
    first, second = one.follower, one.new_follower()
    for at, value in enumerate((50, 150, 150, 50, 150, 50), start=1):
        one.follower = first if at % 2 else second
        one.say("a", at, float(value))
    assert [event for event, _, _ in one.events()] == ["raise", "clear", "raise", "clear"]
    assert one.spans() == [(2.0, 4.0, [2]), (5.0, 6.0, [2])]
