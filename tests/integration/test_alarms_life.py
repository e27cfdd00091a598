"""Many at once act on the same alarms: one open alarm a key, and nothing that the table forbids."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.alarms import store_alarms
from services.alarms.board import Say, Setting, say
from services.alarms.domain import LIFE, Act, Event, Severity, State, Subject
from services.alarms.rules import parse_rules
from services.alarms.storm import Limits, Storm
from services.runtime.db import Pool, errors, open_pool, transaction
from tests.fixtures.servers import Database
from tests.integration.alarms_world import LIMIT

KEYS = 3
BY_HAND = (Event.ACKNOWLEDGE, Event.SHELVE, Event.UNSHELVE, Event.ESCALATE, Event.CLOSE, Event.NOTE)
TURNS = 60
ONE_OPEN = "alarms_one_open"
(RULE,) = parse_rules("test.toml", LIMIT)[0]


@pytest.fixture
def pool(database: Database) -> Iterator[Pool]:
    pool = open_pool(database.dsn("alarms"), "test-alarms", size=8)
    yield pool
    pool.close()


def evaluate(pool: Pool, seed: int, faults: list[BaseException]) -> None:
    """An engine that says levels of the keys, as if no lock kept another one out."""
    chance = random.Random(seed)
    for _ in range(TURNS):
        name = f"a{chance.randrange(KEYS)}"
        now = datetime.now(UTC)
        setting = Setting(Storm(Limits(ceiling=10_000)), {}, {}, now, "t")
        one = Say(0, RULE, Subject("channel", name), chance.randrange(3), chance.random())
        try:
            with transaction(pool) as connection:
                say(connection, [one], setting)
        except errors.UniqueViolation as error:
            if error.diag.constraint_name != ONE_OPEN:  # else the other one raised it at the same time
                faults.append(error)
        except Exception as error:
            faults.append(error)


def handle(pool: Pool, seed: int, faults: list[BaseException]) -> None:
    """Somebody who does anything to any alarm."""
    chance = random.Random(seed)
    for _ in range(TURNS):
        now = datetime.now(UTC)
        act = Act(
            now, by="lan", note="vì", until=now + timedelta(hours=1), severity=Severity(3), evidence_at=now
        )
        try:
            with transaction(pool) as connection:
                known = store_alarms.alarms(connection, store_alarms.Selection(), KEYS)
                if known:
                    number = chance.choice(known).alarm
                    store_alarms.transition(connection, number, chance.choice(BY_HAND), act, "t")
        except store_alarms.LifeRefused:
            continue
        except Exception as error:
            faults.append(error)


def test_concurrent_events_leave_one_open_alarm_a_key_and_only_states_of_the_table(pool: Pool) -> None:
    faults: list[BaseException] = []
    threads = [
        threading.Thread(target=target, args=(pool, seed, faults))
        for seed, target in enumerate((evaluate, evaluate, handle, handle, handle))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with transaction(pool) as connection:
        open_keys = connection.execute("SELECT key FROM alarms.alarms WHERE state <> 'closed'").fetchall()
        steps = connection.execute(
            "SELECT alarm, revision, event, was, state FROM alarms.changes ORDER BY alarm, revision"
        ).fetchall()
        standing = dict(connection.execute("SELECT alarm, state FROM alarms.alarms").fetchall())
    assert len(open_keys) == len(set(open_keys)) <= KEYS
    assert len(steps) > TURNS
    last: dict[int, tuple[int, str]] = {}
    for alarm, revision, event, was, state in steps:
        before = last.get(alarm)
        if before is None:
            assert (revision, event, was, state) == (1, "raise", "", "raised")
        else:
            assert (revision, was) == (before[0] + 1, before[1])
            allowed = {LIFE[State(was), Event(event)]}
            assert State(state) in allowed | ({State.ACKNOWLEDGED} if event == "unshelve" else set())
        last[alarm] = revision, state
    assert {alarm: state for alarm, (_, state) in last.items()} == standing


def test_a_second_open_alarm_of_a_key_cannot_be_written(pool: Pool) -> None:
    now = datetime.now(UTC)
    one = Say(0, RULE, Subject("channel", "a"), 1, 150.0)
    with transaction(pool) as connection:
        say(connection, [one], Setting(Storm(), {}, {}, now, "t"))
    with transaction(pool) as connection:
        (alarm,) = store_alarms.alarms(connection, store_alarms.Selection(), 10)
        (number,) = store_alarms.numbers(connection, 1)
        again = store_alarms.fresh(replace(alarm, alarm=number), Act(now))
        with pytest.raises(errors.UniqueViolation), connection.transaction():
            store_alarms.write(connection, [again], "t")


def test_changes_are_never_changed(pool: Pool) -> None:
    now = datetime.now(UTC)
    with transaction(pool) as connection:
        say(connection, [Say(0, RULE, Subject("channel", "a"), 1, 150.0)], Setting(Storm(), {}, {}, now, "t"))
    for statement in ("UPDATE alarms.changes SET by = 'x'", "DELETE FROM alarms.changes"):
        with transaction(pool) as connection, pytest.raises(errors.RaiseException), connection.transaction():
            connection.execute(statement)  # type: ignore[arg-type]
