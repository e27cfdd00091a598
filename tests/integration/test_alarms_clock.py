"""What the clock, the account, sources and indicators raise; maintenance; lost facts; other rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.alarms import store, store_alarms, store_maintenance, store_promises
from services.alarms.domain import Act, Event
from services.alarms.maintenance import Maintenance
from services.alarms.rules import parse_rules
from services.alarms.store_episodes import ms_of
from services.alarms.store_promises import Promised
from services.alarms.storm import Limits
from services.indicators import store as indicators
from services.indicators import wire
from services.indicators.domain import State, SubjectKind, Value
from services.runtime import outbox
from services.runtime.trace import new_trace_id
from services.telemetry import store as telemetry
from services.telemetry import store_folding
from services.telemetry.domain import Batch, Reading, Refusal, SeriesName, Verdict
from services.telemetry.store_layout import layout_of
from tests.fixtures.servers import Database
from tests.integration.alarms_world import LIMIT, SILENCE, START, World, device, minutes, ms

pytestmark = pytest.mark.one_store("how readings are read is told on both by test_alarms_shuffled")

ACCOUNT = """
[[rule]]
id = "refused"
kind = "quarantine"
vi = "Cách ly nhiều"
en = "Much in quarantine"
over = {}
levels = [{severity = "notice", above = 20.0}, {severity = "warning", above = 60.0}]
window = "5m"
at_least = 10
[[rule]]
id = "out"
kind = "ledger"
vi = "Sổ cái lệch"
en = "Account out"
over = {}
of = "imbalance"
levels = [{severity = "serious", above = 1.0}]
window = "5m"
"""
SOURCES = """
[[rule]]
id = "late"
kind = "late"
vi = "Nguồn muộn"
en = "Late"
over = {datasets = ["onestop.*"]}
levels = [{severity = "notice", above = 0.0}, {severity = "warning", above = 24.0}]
[[rule]]
id = "soon"
kind = "deadline"
vi = "Sắp đến hạn"
en = "Due soon"
over = {}
levels = [{severity = "notice", below = 4.0}, {severity = "warning", below = 1.0}]
"""
INDEX = """
[[rule]]
id = "aqi"
kind = "limit"
vi = "VN_AQI kém"
en = "Bad VN_AQI"
over = {indicator = "vn_aqi_hour", subject_kind = "station"}
levels = [{severity = "warning", above = 151.0}]
gap = "3h"
live_within = "3h"
"""
USUAL = """
[[rule]]
id = "unlike"
kind = "usual"
vi = "Khác thường"
en = "Unusual"
over = {quantity = "pm25", unit = "µg/m³"}
levels = [{severity = "notice", above = 6.0}]
weeks = 4
"""


@pytest.fixture
def world(database: Database) -> Iterator[Callable[..., World]]:
    worlds: list[World] = []

    def make(*args: Any, **settings: Any) -> World:
        worlds.append(World(database, *args, **settings))
        return worlds[-1]

    yield make
    for one in worlds:
        one.close()


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


def receive(world: World, at: float, good: int, bad: int) -> None:
    """A batch of the gateway with so many readings stored and so many in quarantine."""
    received = ms(minute(at))
    batch = Batch(trace_id=new_trace_id(), shard="s0", received_at_ms=received)
    for number in range(good):
        batch.add(SeriesName("a", "pm25"), Reading(received + number, 5.0, 0, 0, received))
    refusal = Refusal(Verdict.QUARANTINED, "bad_value", "t", b"{}", received, device="a", readings=bad)
    batch.refusals.append(refusal)
    with world.as_role("telemetry") as connection:
        telemetry.append(connection, batch)


def test_the_share_in_quarantine_is_looked_at_in_closed_windows(world: Callable[..., World]) -> None:
    one = world(ACCOUNT)
    one.provision(device("a"))
    receive(one, 1, 50, 50)
    receive(one, 6, 20, 80)
    receive(one, 12, 5, 4)  # too few to say anything
    receive(one, 17, 100, 1)
    for at in (5.2, 5.6, 11, 16, 21):
        one.now = minute(at)
        one.follower.account()
    assert [event for event, _, _ in one.events("refused")] == ["raise", "worsen", "clear"]
    assert one.spans() == [(5.0, 20.0, [1, 2])]


def test_an_account_that_is_out_is_serious(world: Callable[..., World]) -> None:
    one = world(ACCOUNT)
    one.provision(device("a"))
    receive(one, 1, 50, 50)
    with one.as_role("telemetry") as connection:
        connection.execute("DELETE FROM telemetry.quarantine")
    one.now = minute(6)
    one.follower.account()
    assert ("out", "", "raised") in one.shown()


def test_sources_are_late_and_due_soon(world: Callable[..., World], monkeypatch: pytest.MonkeyPatch) -> None:
    one = world(SOURCES)
    due, heard = START + timedelta(hours=5), START - timedelta(hours=19)

    def promised(*_: object) -> list[Promised]:
        return [Promised("onestop.dossiers", "onestop.dossiers H32", ms_of(due), ms_of(heard), one.now > due)]

    monkeypatch.setattr(store_promises, "promised", promised)
    for hours in (0.5, 1.5, 4.5, 5.5, 30):
        one.now = START + timedelta(hours=hours)
        one.follower.account()
    due, heard = START + timedelta(hours=54), START + timedelta(hours=31)
    one.now = START + timedelta(hours=32)
    one.follower.account()
    assert [event for event, _, _ in one.events("soon/")] == ["raise", "worsen", "clear"]
    assert [event for event, _, _ in one.events("late/")] == ["raise", "worsen", "clear"]
    hour = 60.0
    assert one.spans() == [(5 * hour, 31 * hour, [1, 2]), (1 * hour, 5 * hour, [1, 2])]
    # Since it was due or near, not since somebody looked.
    assert {alarm.rule: minutes(alarm.began_at) for alarm in one.alarms()} == {"late": 300.0, "soon": 60.0}


def test_after_an_outage_alarms_begin_when_they_became_true(world: Callable[..., World]) -> None:
    one = world(LIMIT + SILENCE)
    one.provision(device("a"), device("b"))
    one.now = minute(1)
    one.store([("a", one.now, 50.0), ("b", one.now, 50.0)])
    one.follow()
    one.now = minute(60)  # the worker was away
    one.store([("a", minute(at), 150.0) for at in range(2, 61)])
    one.follower.tick()
    began = {(alarm.rule, alarm.subject): minutes(alarm.began_at) for alarm in one.alarms()}
    assert began == {("pm25_high", "a/pm25"): 2.0, ("silent", "b"): 4.0}
    assert {minutes(alarm.raised_at) for alarm in one.alarms()} == {60.0}


def test_promises_can_be_read_by_the_role_of_alarms(world: Callable[..., World]) -> None:
    one = world(SOURCES)
    with one.as_role("alarms") as connection:
        found = store_promises.promised(
            connection, one.grounds.datasets.values(), one.grounds.calendar, one.now
        )
    assert found == []  # of what nothing ever came, nothing is due


def publish(
    world: World, hour: float, number: float | None, version: int = 1, indicator: str = "vn_aqi_hour"
) -> None:
    """A value of a period that begins so many hours after the start, made now, and followed."""
    value = Value(
        *(indicator, SubjectKind.STATION, "a", START + timedelta(hours=hour), version),
        *(State.RESTATED if version > 1 else State.FINAL, number, None, None, 12, 12, None, 1, 1, world.now),
    )
    with world.as_role("indicators") as connection:
        indicators.write_values(connection, [value])
        outbox.append(connection, "indicators", wire.PUBLISHED, wire.published([value]), "t")
    with world.as_role("indicators") as connection:
        outbox.assign_positions(connection, "indicators", 100)
    world.follower.catch_up("indicators")


def test_values_of_indicators_are_followed_and_missing_is_no_all_clear(world: Callable[..., World]) -> None:
    one = world(INDEX)
    one.provision(device("a"))
    for hour, number in ((1, 100.0), (2, 160.0), (3, None), (4, 170.0), (5, 90.0)):
        one.now = START + timedelta(hours=hour + 1)
        publish(one, hour, number)
    assert [event for event, _, _ in one.events()] == ["raise", "clear"]
    (alarm,) = one.alarms()
    assert (alarm.subject_kind, alarm.device, alarm.area_code) == ("station", "a", "22333")
    publish(one, 1, 200.0, version=2)  # restated: history, not the board
    assert one.spans() == [(60.0, 300.0, [2])]
    assert len(one.events()) == 2


def test_what_is_unlike_the_same_hour_of_past_weeks_is_raised_and_explained(
    world: Callable[..., World],
) -> None:
    one = world(USUAL)
    one.provision(device("a"))
    one.now = START
    means = enumerate((18.0, 20.0, 22.0, 24.0), start=1)
    one.store([("a", START - timedelta(weeks=week), mean) for week, mean in means])
    with one.as_role("telemetry") as connection:
        while store_folding.fold_step(connection, layout_of(connection), one.now, timedelta(0)).taken:
            pass
    one.follow()
    one.say("a", 1, 30.0)
    assert one.alarms() == []
    one.say("a", 2, 60.0)
    (alarm,) = one.alarms()
    assert (alarm.explanation["median"], alarm.explanation["mad"], alarm.explanation["weeks"]) == (
        21.0,
        2.0,
        4,
    )
    assert alarm.value == pytest.approx((60 - 21) / (1.4826 * 2))
    one.follower = one.new_follower()
    one.say("a", 3, 61.0)
    assert len(one.events()) == 1
    rules, _ = parse_rules("test.toml", USUAL.replace("weeks = 4", "weeks = 3"))
    one.now = minute(4)
    with one.as_role("alarms") as connection:
        store.apply_rules(connection, rules, "lan", one.now)
    one.follower = one.new_follower()
    one.say("a", 5, 61.0)
    assert one.alarms()[0].explanation["median"] == 20.0  # of the weeks that the rule now looks at


@pytest.mark.parametrize(
    ("kind", "scope"), [("device", "a"), ("area", "56"), ("cause", "gateway s0"), ("rule", "pm25_high")]
)
def test_maintenance_lists_and_does_not_show_until_it_is_over(
    world: Callable[..., World], kind: str, scope: str
) -> None:
    one = world()
    one.provision(device("a"), device("b", shard="s1", area_code="00001"))
    work = Maintenance(0, kind, scope, minute(0), minute(30), "thay đầu đo", "lan", minute(0))
    with one.as_role("alarms") as connection:
        number = store_maintenance.announce(connection, work).maintenance
    one.now = minute(2)
    one.store([("a", minute(2), 150.0), ("b", minute(2), 150.0)])
    one.follow()
    shown = [] if kind == "rule" else ["b/pm25"]
    assert [subject for _, subject, _ in one.shown()] == shown
    assert [str(alarm.suppressed) for alarm in one.alarms() if alarm.device == "a"] == ["maintenance"]
    with one.as_role("alarms") as connection:
        assert store_maintenance.cancel(connection, number, one.now)
    one.follower.keep_house()
    assert sorted(subject for _, subject, _ in one.shown()) == ["a/pm25", "b/pm25"]


def test_the_few_that_are_left_of_a_group_are_shown_again(world: Callable[..., World]) -> None:
    one = world(SILENCE, Limits(group_from=4, release_at=1))
    names = [f"a{number}" for number in range(6)]
    one.provision(*(device(name, shard="s7") for name in names))
    one.now = minute(1)
    one.store([(name, one.now, 5.0) for name in names])
    one.follow()
    one.pass_to(5)
    assert [rule for rule, _, _ in one.shown()] == ["storm"]
    one.now = minute(10)
    one.store([(name, one.now, 5.0) for name in names[1:]])
    one.follow()
    one.follower.keep_house()
    assert [(rule, state) for rule, _, state in one.shown() if state == "raised"] == [("silent", "raised")]
    one.follower.keep_house()  # who was shown to nobody is closed at once
    assert {alarm.device for alarm in one.alarms() if alarm.state != "closed"} == {"a0", ""}


def test_who_answers_nothing_is_escalated(world: Callable[..., World]) -> None:
    one = world(LIMIT + 'escalate = "10m"\nescalate_times = 2\n')
    one.provision(device("a"))
    one.say("a", 1, 150.0)
    for at in (5, 12, 13, 23, 34):
        one.now = minute(at)
        one.follower.keep_house()
    assert [event for event, _, _ in one.events() if event == "escalate"] == ["escalate", "escalate"]
    with one.as_role("alarms") as connection:
        store_alarms.transition(
            connection, one.alarms()[0].alarm, Event.ACKNOWLEDGE, Act(one.now, by="lan"), "t"
        )
    one.now = minute(60)
    one.follower.keep_house()
    assert one.alarms()[0].escalations == 2


def test_devices_of_a_shard_that_nobody_reads_are_not_called_silent(world: Callable[..., World]) -> None:
    one = world(SILENCE)
    one.provision(device("a"), device("b", shard="s1"))
    one.now = minute(1)
    one.store([("a", one.now, 5.0), ("b", one.now, 5.0)])
    one.follow()
    with one.as_role("telemetry") as connection:
        telemetry.write_read(connection, {"s0": ms(minute(10)), "s1": ms(minute(2))})
    one.pass_to(10)
    assert [subject for _, subject, _ in one.shown()] == ["a"]


def test_what_is_stored_and_not_yet_told_of_keeps_silence_back(world: Callable[..., World]) -> None:
    one = world(SILENCE)
    one.provision(device("a"))
    one.say("a", 1, 5.0)
    with one.as_role("telemetry") as connection:
        outbox.append(connection, "telemetry", "telemetry.stored", b"{}", "t")
        connection.execute("UPDATE telemetry.outbox SET recorded_at = %s WHERE position IS NULL", (START,))
    one.pass_to(10)
    assert one.alarms() == []


def test_lost_facts_are_made_up_for_out_of_the_tables(world: Callable[..., World]) -> None:
    one = world(LIMIT + SILENCE)
    one.provision(device("a"))
    one.say("a", 1, 50.0)
    one.now = minute(11)
    one.store([("a", minute(at), value) for at, value in ((2, 150.0), (3, 50.0), (10, 50.0), (11, 150.0))])
    with one.as_role("telemetry") as connection:
        connection.execute("UPDATE telemetry.outbox_head SET epoch = gen_random_uuid()")
    one.follow()
    assert [row[0] for row in one.episodes()] == ["pm25_high", "pm25_high", "silent"]
    assert one.shown() == [("pm25_high", "a/pm25", "raised")]
    one.say("a", 12, 50.0)
    assert one.alarms()[-1].state == "cleared"


def test_a_rule_that_changes_begins_anew(world: Callable[..., World]) -> None:
    one = world()
    one.provision(device("a"))
    one.say("a", 1, 150.0)
    rules, _ = parse_rules("test.toml", LIMIT.replace("above = 100.0", "above = 120.0"))
    one.now = minute(2)
    with one.as_role("alarms") as connection:
        assert store.apply_rules(connection, rules, "lan", one.now) == ([], ["pm25_high"], [])
    one.follower = one.new_follower()
    one.say("a", 3, 150.0)
    assert [event for event, _, _ in one.events()] == ["raise", "clear", "raise"]
    assert one.alarms()[0].times == 2
    assert [row[9] for row in one.episodes()] == ["rule", ""]


def test_a_release_that_understands_rules_otherwise_changes_none(world: Callable[..., World]) -> None:
    one = world()
    one.provision(device("a"))
    one.say("a", 1, 150.0)
    with one.as_role("alarms") as connection:
        connection.execute("UPDATE alarms.rules SET digest = 'of another release'")
        applied = store.apply_rules(connection, one.grounds.rules, "lan", minute(2))
    assert applied == ([], [], [])
    one.follower = one.new_follower()
    one.say("a", 3, 150.0)
    assert [event for event, _, _ in one.events()] == ["raise"]


def test_a_device_that_is_retired_has_no_alarm_left(world: Callable[..., World]) -> None:
    one = world()
    one.provision(device("a"))
    one.say("a", 1, 150.0)
    one.provision(replace(device("a"), state="retired"))
    one.pass_to(2)
    assert one.alarms()[0].state == "cleared"
    assert [row[9] for row in one.episodes()] == ["rule"]
