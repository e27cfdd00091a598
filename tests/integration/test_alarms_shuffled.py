"""History is the same whatever came when, how often, by which worker; nothing late is on the board."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.alarms import follow
from services.alarms.backtest import Devices
from services.alarms.domain import Subject
from services.alarms.evaluate import Fold
from services.alarms.rules import Rule
from services.alarms.schedule import OFFSET_MS
from services.alarms.silence import episodes_of, thresholds
from services.alarms.store_episodes import instant
from services.alarms.targets import gap_of
from services.alarms.track import Track
from tests.fixtures.servers import Database
from tests.integration.alarms_world import LIMIT, SILENCE, START, World, device, ms, tried

pytestmark = pytest.mark.both_stores

EXAMPLES = int(os.environ.get("ALARMS_EXAMPLES", "10"))
OTHERS = """
[[rule]]
id = "pm25_lasting"
kind = "limit"
vi = "PM2.5 cao kéo dài"
en = "Lasting PM2.5"
over = {quantity = "pm25", unit = "µg/m³"}
levels = [{severity = "notice", above = 100.0}]
hysteresis = 10.0
for = "3m"
clear_for = "4m"
[[rule]]
id = "pm25_often"
kind = "limit"
vi = "PM2.5 cao lặp lại"
en = "PM2.5 again and again"
over = {quantity = "pm25", unit = "µg/m³"}
levels = [{severity = "notice", above = 100.0}]
repeat = {times = 2, within = "12m"}
[[rule]]
id = "pm25_low"
kind = "limit"
vi = "PM2.5 thấp bất thường"
en = "PM2.5 too low"
over = {quantity = "pm25", unit = "µg/m³"}
levels = [{severity = "notice", below = 5.0}]
schedule = {hours = ["08:10-08:40"]}
[[rule]]
id = "pm25_rises"
kind = "rate"
vi = "PM2.5 tăng nhanh"
en = "PM2.5 rises"
over = {quantity = "pm25", unit = "µg/m³"}
levels = [{severity = "notice", above = 20.0}]
window = "4m"
per = "1m"
"""
RULES = LIMIT + OTHERS + SILENCE
VALUES = [3.0, 50.0, 85.0, 99.0, 100.0, 130.0, 210.0]
# Minutes since the start, at which the rules came into force: nothing observed before is evaluated.
points = st.dictionaries(st.integers(-20, 70), st.sampled_from(VALUES), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def world(module_database: Database) -> Iterator[World]:
    one = World(module_database, RULES)
    one.provision(device("a"))
    yield one
    one.close()


def expected(world: World, told: dict[int, float]) -> list[tuple[Any, ...]]:
    """Episodes by one pass over what stands in order, of every rule; as the table has them."""
    told = {minute: value for minute, value in told.items() if minute >= 0}
    rows: list[tuple[Any, ...]] = []
    known = world.follower._memory.known["a"]  # type: ignore[union-attr]
    for rule in world.follower._memory.targets.rules.values():  # type: ignore[union-attr]
        if rule.kind == "silence":
            times = [ms(START + timedelta(minutes=minute)) for minute in sorted(told)]
            reached = thresholds(rule.grading, known.interval_ms)
            found = episodes_of([rule.since_ms, *times], rule.since_ms, known.interval_ms, reached)
            rows += [row(rule, "device", "a", episode) for episode in found]
            continue
        subject = Subject("channel", "a/pm25", "a", "22333")
        track = Track(rule, subject, gap_of(rule, known), world.follower._memory.targets.schedule(rule))  # type: ignore[union-attr]
        for minute in sorted(told):
            track.take(ms(START + timedelta(minutes=minute)), told[minute])
        fold: Fold = track.fold
        rows += [
            row(rule, "channel", "a/pm25", e) for e in (*fold.closed, *([fold.open] if fold.open else []))
        ]
    return sorted(rows, key=lambda one: one[:4])


def row(rule: Rule, kind: str, subject: str, episode: Any) -> tuple[Any, ...]:
    grading = rule.grading
    return (
        *(rule.id, kind, subject, instant(episode.began)),
        None if episode.ended is None else instant(episode.ended),
        [instant(at) for at, _ in episode.levels],
        [int(grading.severities[level - 1]) for _, level in episode.levels],
        *(grading.direction * episode.peak, instant(episode.peak_at), episode.end_why),
    )


STAYING = ("changes", "journal", "delivery_log")  # what is added to, and never changed


def clear(world: World) -> None:
    """As before the first reading."""
    with world.as_role("telemetry") as connection:
        connection.execute("TRUNCATE telemetry.readings, telemetry.reading_history")
    with world.as_role("alarms") as connection:
        for table in STAYING:
            connection.execute(f"ALTER TABLE alarms.{table} DISABLE TRIGGER USER")
        connection.execute("TRUNCATE alarms.alarms, alarms.changes, alarms.episodes CASCADE")
        for table in STAYING:
            connection.execute(f"ALTER TABLE alarms.{table} ENABLE TRIGGER USER")
    world.now = START
    world.follower = world.new_follower()


class Killed(BaseException):
    """The worker is gone, as at a SIGKILL: nothing that it had not committed is there."""


def follow_and_die(world: World, patch: pytest.MonkeyPatch) -> None:
    """Follows up to the commit, and is killed before it; then another worker begins."""
    whole = follow.follow

    def dies(*args: Any) -> Any:
        whole(*args)
        raise Killed

    with patch.context() as inner:
        inner.setattr(follow, "follow", dies)
        with pytest.raises(Killed):
            world.follower.catch_up("telemetry")
    world.follower = world.new_follower()


@given(points, st.randoms(use_true_random=False), st.data())
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_in_any_order_with_any_worker_history_is_the_same(
    world: World, told: dict[int, float], chance: random.Random, data: st.DataObject
) -> None:
    clear(world)
    # Some are sent twice, some first with another value that a higher revision corrects.
    sent = [(minute, value, 0) for minute, value in told.items()]
    corrected = data.draw(st.lists(st.sampled_from(sorted(told)), max_size=5))
    for minute in corrected:
        told[minute] = chance.choice(VALUES)
        sent.append((minute, told[minute], 1 + corrected.index(minute)))
    revisions = {(minute, revision): value for minute, value, revision in sent}
    sent = [(minute, value, revision) for (minute, revision), value in revisions.items()]
    sent += chance.sample(sent, k=len(sent) // 4)
    chance.shuffle(sent)
    standing = {minute: revisions[minute, max(r for m, r in revisions if m == minute)] for minute in told}
    world.now = START + timedelta(minutes=75)
    with pytest.MonkeyPatch.context() as patch:
        while sent:
            size = chance.randint(1, 12)
            batch, sent = sent[:size], sent[size:]
            for revision in sorted({revision for _, _, revision in batch}):
                rows = {minute: value for minute, value, r in batch if r == revision}
                world.store(
                    [("a", START + timedelta(minutes=m), value) for m, value in rows.items()],
                    revision=revision,
                )
            match chance.randint(0, 5):
                case 0:
                    continue
                case 1:
                    world.follower = world.new_follower()
                case 2:
                    follow_and_die(world, patch)
            world.follow()
    world.follow()
    assert world.episodes() == expected(world, standing)


@given(points, st.randoms(use_true_random=False))
@settings(max_examples=EXAMPLES // 2, suppress_health_check=list(HealthCheck))
def test_nothing_late_reaches_the_board(world: World, told: dict[int, float], chance: random.Random) -> None:
    """All of it comes two hours late, in any order, among readings of now that are calm."""
    clear(world)
    world.say("a", 195, 50.0)
    world.follower.account()
    sent = list(told.items())
    chance.shuffle(sent)
    for number, (minute, value) in enumerate(sent):
        world.now = START + timedelta(minutes=196 + number / 10)
        world.store([("a", START + timedelta(minutes=minute), value)])
        if chance.random() < 0.3:
            world.follower = world.new_follower()
        world.follow()
        world.say("a", 196 + number / 10, 50.0)
    assert world.alarms() == []


@given(points)
@settings(max_examples=EXAMPLES // 2, suppress_health_check=list(HealthCheck))
def test_in_order_the_board_says_what_history_says(world: World, told: dict[int, float]) -> None:
    """Each episode of the limits was raised when it began and cleared when it ended, and once."""
    clear(world)
    for minute in sorted(told):
        world.say("a", minute, told[minute])
    history = world.episodes()
    assert history == expected(world, told)
    with world.as_role("alarms") as connection:
        rows = connection.execute(
            "SELECT a.rule, c.at FROM alarms.changes c JOIN alarms.alarms a USING (alarm)"
            " WHERE event = 'raise' ORDER BY a.rule, c.at"
        ).fetchall()
    raised = [(rule, at) for rule, at in rows if rule != "silent"]
    assert raised == [(one[0], one[3]) for one in history if one[0] != "silent"]


@given(points, st.randoms(use_true_random=False))
@settings(max_examples=EXAMPLES // 2, suppress_health_check=list(HealthCheck))
def test_a_back_test_reports_what_the_live_engine_has_in_its_history(
    world: World, told: dict[int, float], chance: random.Random
) -> None:
    """Of points that come in time, late, or twice."""
    clear(world)
    late = set(chance.sample(sorted(told), k=len(told) // 3))
    for minute in sorted(told):
        if minute not in late:
            world.say("a", minute, told[minute])
    world.now = START + timedelta(minutes=71)
    again = [minute for minute in told if minute in late or chance.random() < 0.2]
    world.store([("a", START + timedelta(minutes=minute), told[minute]) for minute in again])
    world.follow()
    world.pass_to(71)
    chunk = chance.choice([7, 60, 10_000])  # minutes that are looked at together
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Devices, "length_ms", chunk * 60_000)
        would = [(rule, key, one.episode) for rule, key, one in tried(world, ms(world.now))]
    rows = sorted((row(rule, *key[1:], episode) for rule, key, episode in would), key=lambda one: one[:4])
    # Of a silence that goes on, how long it is depends on the second in which it was looked at.
    assert [one[:7] for one in rows] == [one[:7] for one in world.episodes()]
    assert [one for one in rows if one[4]] == [one for one in world.episodes() if one[4]]


def test_the_start_is_a_monday_morning() -> None:
    """The schedule of the rules above counts on it."""
    assert (ms(START) + OFFSET_MS) // 3_600_000 % 24 == 8
