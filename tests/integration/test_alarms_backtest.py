"""A back-test reports what the live engine has on the same input, of every kind of rule."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.alarms import store_backtest
from services.alarms.store_episodes import instant
from services.records.promises import past, promises
from services.runtime import outbox
from services.runtime.db import connect, errors
from services.simulator import signals
from services.simulator.devices import KINDS
from services.telemetry import store_account, store_folding
from services.telemetry.store_layout import layout_of
from tests.fixtures.servers import Database
from tests.integration.alarms_world import LIMIT, SILENCE, START, Row, World, device, ms, tried
from tests.integration.test_alarms_clock import (
    ACCOUNT,
    INDEX,
    SOURCES,
    USUAL,
    minute,
    publish,
    receive,
    world,
)

__all__ = ["world"]

pytestmark = pytest.mark.one_store("how readings are read is told on both by test_alarms_shuffled")

Make = Callable[..., World]
FIGURES = """
[[rule]]
id = "few"
kind = "limit"
vi = "Ít hồ sơ đúng hạn"
en = "Few in time"
over = {indicator = "on_time_rate", subject_kind = "area", period = "day"}
levels = [{severity = "warning", below = 80.0}]
gap = "3d"
live_within = "3d"
"""
RECEIVED = """
[[rule]]
id = "few_received"
kind = "ledger"
vi = "Nhận ít"
en = "Few received"
over = {}
of = "received"
levels = [{severity = "notice", below = -5.0}]
window = "1h"
weeks = 3
"""
BY_DEVICE = """
[[rule]]
id = "refused_of_one"
kind = "quarantine"
vi = "Thiết bị bị cách ly nhiều"
en = "Much of a device in quarantine"
over = {devices = ["*"]}
levels = [{severity = "notice", above = 50.0}]
window = "5m"
"""


def history(one: World) -> list[tuple[Any, ...]]:
    """Rule, subject, begin, end, when which level."""
    return [(row[0], *row[2:5], row[5]) for row in one.episodes()]


def reported(one: World) -> list[tuple[Any, ...]]:
    """The same as a back-test has it, up to now."""
    found = [
        (
            *(rule.id, key[2], instant(would.episode.began)),
            None if would.episode.ended is None else instant(would.episode.ended),
            [instant(at) for at, _ in would.episode.levels],
        )
        for rule, key, would in tried(one, ms(one.now) + 1)
    ]
    return sorted(found, key=lambda row: row[:3])


def raised(one: World) -> Counter[str]:
    """How often each rule raised an alarm."""
    with one.as_role("alarms") as connection:
        rows = connection.execute(
            "SELECT rule FROM alarms.changes JOIN alarms.alarms USING (alarm) WHERE event = 'raise'"
        )
        return Counter(rule for (rule,) in rows)


def would_raise(one: World) -> Counter[str]:
    return Counter(rule.id for rule, _, would in tried(one, ms(one.now) + 1) if would.is_raised)


def test_what_late_data_say_is_history_and_no_alarm(world: Make) -> None:
    one = world(LIMIT)
    one.provision(device("a"))
    for at, value in ((1, 150.0), (2, 150.0), (2, 150.0), (5, 50.0)):
        one.say("a", at, value)
    one.now = minute(30)
    one.store([("a", minute(8), 150.0), ("a", minute(9), 250.0), ("a", minute(10), 50.0)])
    one.follow()
    one.say("a", 31, 150.0)
    assert len(history(one)) == 3
    assert reported(one) == history(one)
    assert would_raise(one) == raised(one) == {"pm25_high": 2}


MONTH = """
[[rule]]
id = "dust"
kind = "limit"
vi = "Bụi cao"
en = "Dust"
over = {quantity = "pm25", unit = "µg/m³"}
levels = [{severity = "notice", above = 40.0}, {severity = "warning", above = 50.0}]
hysteresis = 5.0
for = "30m"
clear_for = "1h"
live_within = "13h"
[[rule]]
id = "dust_rises"
kind = "rate"
vi = "Bụi tăng nhanh"
en = "Dust rises"
over = {quantity = "pm25", unit = "µg/m³"}
levels = [{severity = "notice", above = 12.0}]
window = "30m"
per = "1h"
live_within = "13h"
"""


def test_a_simulated_month(world: Make) -> None:
    """Of two stations that say something each quarter of an hour; one hands in some days late."""
    one = world(MONTH + SILENCE)
    one.provision(device("a", interval_s=900), device("b", interval_s=900))
    (dust,) = {channel for kind in KINDS for channel in kind.channels if channel.channel == "pm25"}
    late: list[Row] = []
    for half_day in range(60):
        times = [hour(12 * half_day + quarter / 4) for quarter in range(48)]
        rows = [
            (name, at, signals.value(7, name, dust, at.timestamp()))
            for name in ("a", "b")
            for at in (times[:40] if half_day % 5 == 2 else times)  # then nothing for two hours
        ]
        one.now = hour(12 * half_day + 12)
        if half_day % 9 == 4:
            late += [row for row in rows if row[0] == "b"]
            rows = [row for row in rows if row[0] == "a"]
        elif half_day % 9 == 8:
            rows, late = rows + late, []
        one.store(rows)
        one.follow()
    one.follower.tick()
    kinds = Counter(row[0] for row in history(one))
    assert min(kinds["dust"], kinds["dust_rises"], kinds["silent"]) > 10, kinds
    assert reported(one) == history(one)
    of_a = Counter(
        rule.id
        for rule, key, would in tried(one, ms(one.now) + 1)
        if would.is_raised and key[2].startswith("a/")
    )
    with one.as_role("alarms") as connection:
        assert of_a == dict(
            connection.execute(
                "SELECT rule, count(*) FROM alarms.changes JOIN alarms.alarms USING (alarm)"
                " WHERE event = 'raise' AND device = 'a' GROUP BY rule"
            ).fetchall()
        )


def test_silence(world: Make) -> None:
    one = world(SILENCE)
    one.provision(device("a"), device("b"), device("never"))
    one.now = minute(1)
    one.store([("a", one.now, 5.0), ("b", one.now, 5.0)])
    one.follow()
    one.pass_to(8)
    one.say("a", 9, 5.0)
    one.say("a", 9, 5.0)
    one.now = minute(12)
    one.store([("b", minute(3), 5.0)])
    one.follow()
    one.pass_to(15)
    assert {row[1] for row in history(one)} == {"a", "b", "never"}
    assert reported(one) == history(one)
    assert would_raise(one) == raised(one)


def test_late_data_of_a_device_that_was_heard_since_raise_no_silence(world: Make) -> None:
    one = world(SILENCE)
    one.provision(device("a"))
    one.now = minute(60)
    one.store([("a", minute(at), 5.0) for at in range(1, 61) if at != 20])
    one.follow()
    one.follower = one.new_follower()  # it remembers nothing of the device
    one.store([("a", minute(20), 5.0)])
    one.follow()
    one.pass_to(60.1)
    assert one.alarms() == []


def test_what_is_unlike_the_past(world: Make) -> None:
    one = world(USUAL)
    one.provision(device("a"))
    means = enumerate((18.0, 20.0, 22.0, 24.0), start=1)
    one.store([("a", START - timedelta(weeks=week), mean) for week, mean in means])
    with one.as_role("telemetry") as connection:
        while store_folding.fold_step(connection, layout_of(connection), one.now, timedelta(0)).taken:
            pass
    one.follow()
    for at, value in ((1, 30.0), (2, 60.0), (2, 60.0), (4, 61.0), (6, 20.0)):
        one.say("a", at, value)
    one.now = minute(40)
    one.store([("a", minute(3), 20.0), ("a", minute(7), 70.0), ("a", minute(8), 20.0)])
    one.follow()
    assert len(history(one)) == 3
    assert reported(one) == history(one)
    with one.as_role("alarms") as connection:
        connection.execute("DELETE FROM alarms.usuals")
    assert reported(one) == history(one)  # made anew of the same past, and not kept
    with one.as_role("alarms") as connection:
        assert connection.execute("SELECT count(*) FROM alarms.usuals").fetchone() == (0,)


def test_a_back_test_can_write_nothing(world: Make) -> None:
    one = world(LIMIT)
    with one.as_role("alarms") as connection:
        store_backtest.begin(connection)
        with pytest.raises(errors.ReadOnlySqlTransaction):
            connection.execute("DELETE FROM alarms.usuals")
        connection.rollback()


def test_values_of_indicators_that_are_restated(world: Make) -> None:
    one = world(INDEX)
    one.provision(device("a"))
    for hour, number in ((1, 100.0), (2, 160.0), (2, 160.0), (3, None), (4, 170.0), (5, 90.0)):
        one.now = START + timedelta(hours=hour + 1)
        publish(one, hour, number, version=1 if hour != 2 or not history(one) else 2)
    one.now = START + timedelta(hours=20)
    publish(one, 1, 200.0, version=2)
    publish(one, 8, 180.0)  # learnt of long after
    publish(one, 9, 90.0)
    assert len(history(one)) == 2
    assert reported(one) == history(one)


def tell_figure(one: World, day: int, number: float, version: int = 1) -> None:
    """A figure of commune 22333, so many days after the start, published now."""
    start = (START + timedelta(days=day)).date()
    row = ("on_time_rate", "area", "22333", "", "day", start, version)
    state = "restated" if version > 1 else "final"
    figure = dict(
        zip(("indicator", "subject_kind", "subject", "breakdown", "period"), row[:5], strict=True),
        period_start=start.isoformat(),
        value=str(number),
        known_at=one.now.isoformat(),
    )
    with one.as_role("indicators") as connection:
        connection.execute(
            "INSERT INTO indicators.figures (indicator, subject_kind, subject, breakdown, period,"
            " period_start, version, state, value, used, late, rejected, formula_version, run, known_at,"
            " begun_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 1, 0, 0, 1, 1, %s, %s)",
            (*row, state, number, one.now, one.now),
        )
        body = json.dumps({"figures": [figure]}).encode()
        outbox.append(connection, "indicators", "indicators.figures_published", body, "t")
    with one.as_role("indicators") as connection:
        outbox.assign_positions(connection, "indicators", 100)
    one.follower.catch_up("indicators")


def test_figures_that_are_restated(world: Make) -> None:
    one = world(FIGURES)
    one.provision(device("a"))
    for day, number in ((1, 90.0), (2, 70.0), (3, 60.0), (4, 95.0), (5, 95.0)):
        one.now = START + timedelta(days=day + 1)
        tell_figure(one, day, number)
    tell_figure(one, 4, 50.0, version=2)
    assert len(history(one)) == 1
    assert reported(one) == history(one)
    assert would_raise(one) == raised(one) == {"few": 1}


def test_the_account_of_what_was_received(world: Make) -> None:
    one = world(ACCOUNT + BY_DEVICE)
    one.provision(device("a"))
    receive(one, 1, 50, 50)
    receive(one, 1, 50, 50)  # once more: half of it is a duplicate
    receive(one, 6, 20, 80)
    receive(one, 12, 5, 4)
    receive(one, 17, 100, 1)
    receive(one, 22, 10, 40)
    with one.as_role("telemetry") as connection:
        connection.execute("DELETE FROM telemetry.quarantine WHERE received_at > %s", (minute(20),))
    for at in (5.6, 11, 16, 21, 26):
        one.now = minute(at)
        one.follower.account()
    assert {row[0] for row in history(one)} == {"refused", "out", "refused_of_one"}
    assert reported(one) == history(one)
    assert would_raise(one) == raised(one)
    with one.as_role("telemetry") as connection:
        assert store_account.fold(connection, minute(120), 1_000)
    one.now = minute(70)  # details are folded to hours: nothing is known of shorter windows
    assert reported(one) == []


def test_how_much_was_received(world: Make) -> None:
    one = world(RECEIVED)
    one.provision(device("a"))
    for week in (1, 2, 3):
        for hour in range(3):
            receive(one, 60 * hour + 5 - week * 7 * 24 * 60, 50 + week, 1)
    for hour, good in ((0, 50), (1, 3), (2, 51)):
        receive(one, 60 * hour + 5, good, 1)
        one.now = START + timedelta(hours=hour + 1, minutes=1)
        one.follower.account()
    assert [row[0] for row in history(one)] == ["few_received"]
    assert reported(one) == history(one)
    with one.as_role("telemetry") as connection:
        assert store_account.fold(connection, one.now, 1_000)
    assert reported(one) == history(one)  # hours are enough


DATASET = "continuity.backup_jobs"  # promised every day


@pytest.fixture
def hand_in(database: Database) -> Iterator[Callable[..., int]]:
    """Hands in a batch of the dataset, opened and completed so many hours after the start."""
    with connect(database.admin_dsn, "test", autocommit=True) as connection:
        connection.execute("INSERT INTO records.datasets (key) VALUES (%s)", (DATASET,))

        def make(hours: float, takes: float = 0.25) -> int:
            at, end = hour(hours), hour(hours + takes)
            row = connection.execute(
                "INSERT INTO records.batches (dataset, submitted_by, idempotency_key, opened_at,"
                " completed_at, stored, approval, counts_from)"
                " VALUES (%s, 'test', %s, %s, %s, 1, 'not_needed', %s) RETURNING batch",
                (DATASET, f"at {hours}", at, end, at),
            ).fetchone()
            assert row is not None
            connection.execute(
                "INSERT INTO records.records"
                " (dataset_id, identity, batch, line, at, recorded_at, late, payload)"
                " SELECT dataset_id, int8send(%s), %s, 2, %s, %s, false, '{}' FROM records.datasets",
                (row[0], row[0], at, at),
            )
            return int(row[0])

        yield make


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


def test_sources_that_are_late_and_due_soon(
    world: Make, hand_in: Callable[..., int], database: Database
) -> None:
    one = world(SOURCES.replace('["onestop.*"]', f'["{DATASET}"]'))
    steps: dict[float, Callable[[], object]] = {
        0.0: lambda: hand_in(0.0),
        30.0: lambda: hand_in(30.0),
        51.5: lambda: hand_in(51.5),
        52.0: lambda: withdraw(database, 52.0),
        57.0: lambda: hand_in(57.0),
        58.0: lambda: hand_in(58.0),
    }
    looks = [1, 20.5, 23.5, 24.5, 31, 50.5, 53.5, 54.5, 59, 79, 81.5, 90]
    for at in sorted({*steps, *looks}):
        steps.get(at, lambda: None)()
        one.now = hour(at + 0.3)
        one.follower.account()
    assert {row[0] for row in history(one)} == {"late", "soon"}
    assert reported(one) == history(one)
    assert would_raise(one).keys() == raised(one).keys()
    with one.as_role("alarms") as connection:  # and at the end promises stand as they do now
        dataset = one.grounds.datasets[DATASET]
        (*_, (_, standing)) = past(connection, dataset, one.grounds.calendar, START, one.now)
        (now,) = promises(connection, [dataset], one.grounds.calendar, one.now)
    assert [(was.due_at, was.heard_at) for was in standing] == [(now.due_at, now.heard_at)]


def withdraw(database: Database, at: float) -> None:
    """The newest batch counts no longer."""
    with connect(database.admin_dsn, "test") as connection:
        connection.execute(
            "UPDATE records.batches SET counts_until = %s"
            " WHERE batch = (SELECT max(batch) FROM records.batches)",
            (hour(at),),
        )
