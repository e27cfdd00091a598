"""Dossiers of October in two communes, followed and final; the API that answers of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.indicators.grounds import Grounds
from services.indicators.working_clock import WorkingClock
from tests.fixtures.servers import Database
from tests.integration.figures_office import NOW, Office, datasets, dossier, write_definitions
from tests.integration.figures_world import Engine, shipped_calendar

DOSSIERS = "onestop.dossiers"
FEE = "TE-02"  # fees a dossier


@pytest.fixture
def definitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_definitions(tmp_path)
    monkeypatch.setattr("services.indicators.records_follower.SHIPPED", tmp_path)
    monkeypatch.setattr(
        "services.indicators.figures_api.grounds_of",
        lambda settings, records: Grounds(settings, datasets(), WorkingClock(shipped_calendar())),
    )
    return tmp_path


@pytest.fixture
def office(definitions: Path, database: Database) -> Iterator[Office]:
    """Two dossiers of October in the north, one in the south; followed, and the month is final."""
    engine = Engine(database, NOW, datasets())
    made = Office(database, engine)
    made.append(made.open(DOSSIERS), [dossier(1, "received", 30, 50_000, 0, "online")])
    made.append(made.open(DOSSIERS), [dossier(2, "received", 31, 20_000, 0, "desk")])
    made.append(made.open(DOSSIERS), [dossier(3, "received", 80, 90_000, 1, "online")])
    engine.catch_up()
    engine.now = NOW + timedelta(hours=1)
    engine.follower.tick()
    yield made
    engine.close()


def correct(office: Office) -> int:
    """The second dossier cost 40,000; the number of the batch that says so."""
    office.engine.now += timedelta(hours=1)
    batch = office.open(DOSSIERS)
    office.append(batch, [dossier(2, "received", 31, 40_000, 0, "desk")])
    office.engine.catch_up()
    return batch
