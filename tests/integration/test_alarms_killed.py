"""A worker that is killed at any moment loses no alarm and raises none twice."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fixtures.servers import Database
from tests.integration.alarms_world import LIMIT, START, World, device

pytestmark = pytest.mark.one_store("what is killed is the worker, and what it leaves is in tables of its own")

DEVICES = [f"a{number}" for number in range(8)]


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    one = World(database)
    one.provision(*(device(name) for name in DEVICES))
    yield one
    one.close()


def test_a_killed_worker_loses_nothing_and_does_nothing_twice(
    world: World, database: Database, tmp_path: Path
) -> None:
    """All is timely: received within seconds, followed whenever a worker is alive."""
    rules = tmp_path / "rules.toml"
    rules.write_text(LIMIT, encoding="utf-8")
    chance = random.Random(7)
    end = START + timedelta(minutes=9)
    world.now = end
    # Every device is high for ten seconds out of twenty, so each batch raises some alarms and clears others.
    batches = [
        [(name, START + timedelta(seconds=5 * step), 150.0 if (step + index) % 4 < 2 else 20.0)]
        for step in range(1, 41)
        for index, name in enumerate(DEVICES)
    ]
    arguments = [sys.executable, "-m", "tests.integration.alarms_victim"]
    arguments += [database.dsn("alarms"), str(rules), end.isoformat()]
    killed = 0
    while batches:
        victim = subprocess.Popen(arguments, stdout=subprocess.PIPE)
        assert victim.stdout is not None
        victim.stdout.readline()  # it follows
        for _ in range(chance.randint(20, 90)):
            world.store([row for batch in batches[:1] for row in batch])
            del batches[:1]
        time.sleep(chance.random() * 0.05)
        victim.kill()
        victim.wait()
        victim.stdout.close()
        killed += 1
    world.follower = world.new_follower()
    world.follow()
    assert killed > 3

    history = world.episodes()
    events = world.events()
    raised = [event for event, _, _ in events if event == "raise"]
    assert len(raised) == len(history) > 40
    cleared = sum(row[4] is not None for row in history)
    assert [event for event, _, _ in events].count("clear") == cleared
    told = world.told()
    assert len(told) == len(set(told)) == len(events)
