"""A question as of a past moment is answered with what the worker had published then, whatever came since."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.indicators import store_definitions, store_past
from services.indicators.catalogue import load_catalogue
from services.indicators.figures_known import Known
from services.indicators.published import KINDS, PERIODS, Figure, Slot, Thing
from services.indicators.store_published import Asked
from services.runtime.rpc_errors import InvalidRequest
from tests.fixtures.servers import Database
from tests.integration.figures_office import NOW, Office, datasets, dossier, stock, write_definitions
from tests.integration.figures_world import Engine

DOSSIERS, STOCKS = "onestop.dossiers", "tested.stocks"
EVENTS = ("received", "received", "paused", "resumed", "resolved", "withdrawn")
STEPS = 10
TOLD = "version, state, value, low, high, numerator, denominator, expected, used, late, formula_version"

Told = Mapping[tuple[Any, ...], tuple[Any, ...]]


@pytest.fixture
def office(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    write_definitions(tmp_path)
    monkeypatch.setattr("services.indicators.records_follower.SHIPPED", tmp_path)
    engine = Engine(database, NOW, datasets(), daily_stock_days=5)
    engine.catch_up()
    yield Office(database, engine)
    engine.close()


def published(engine: Engine) -> Told:
    """All that stands, by what it is."""
    return engine.figures(TOLD)


def known(engine: Engine, moment: datetime, period: str, start: date | None, limit: int = 7) -> list[Figure]:
    """What is answered of a period as of a moment, page by page."""
    with engine.as_role("indicators") as connection:
        store_past.freeze(connection)
        indicators = sorted(store_definitions.standing(connection))
        reader = Known(connection, engine.grounds, indicators, moment)
        asked = Asked(tuple(indicators), KINDS, (), period, start, True, moment)
        found: list[Figure] = []
        after: Thing | None = None
        while page := reader.figures(asked, after, limit):
            found += page
            after = page[-1].thing
        return found


def told_of(figures: Sequence[Figure]) -> Told:
    return {one[:6]: tuple(getattr(one, name) for name in TOLD.split(", ")) for one in figures}


def act(office: Office, chance: random.Random, batches: list[int]) -> None:
    """Something is handed in, corrected or taken back."""
    what = chance.random()
    if what < 0.15 and batches:
        office.withdraw(batches.pop(chance.randrange(len(batches))))
        return
    if what < 0.4:
        batch = office.open(STOCKS)
        amount = chance.choice(("5", "7", ">40"))
        kind, begins = chance.choice("xy"), chance.randrange(17, 23)
        office.append(batch, [stock(chance.randrange(2), kind, begins, chance.choice((1, 2)), amount)])
    else:
        batch = office.open(DOSSIERS)
        number, event = chance.randrange(1, 9), chance.choice(EVENTS)
        fee = chance.choice((None, 10_000, 30_000))
        hour, place = chance.randrange(0, 700), number % 2
        office.append(batch, [dossier(number, event, hour, fee, place, chance.choice(("online", "desk")))])
    batches.append(batch)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_past_is_answered_as_it_was_published(office: Office, seed: int) -> None:
    chance, engine, batches = random.Random(seed), office.engine, list[int]()
    was: dict[datetime, Told] = {}
    for _ in range(STEPS):
        engine.now += timedelta(hours=chance.choice((1, 5, 30)))
        for _ in range(chance.randrange(1, 4)):
            act(office, chance, batches)
        engine.catch_up()
        engine.follower.tick()
        was[engine.now] = published(engine)
    replaced = 0
    for moment in sorted(chance.sample(list(was), 3)):
        expected = was[moment]
        for period, start in sorted({(key[4], key[5]) for key in expected}):
            of_period = {key: told for key, told in expected.items() if key[4:] == (period, start)}
            found = known(engine, moment, period, start)
            assert told_of(found) == of_period, (moment, period, start)
            replaced += sum(not one.run for one in found)
    assert replaced > 50  # else nothing of it was computed again


def test_the_newest_period_is_that_of_then(office: Office) -> None:
    engine = office.engine
    office.append(office.open(DOSSIERS), [dossier(1, "received", 30, 50_000, 0, "online")])
    engine.catch_up()
    then, was = engine.now, published(engine)
    engine.now += timedelta(days=40)
    office.append(office.open(DOSSIERS), [dossier(2, "received", 700, 20_000, 0, "online")])
    engine.catch_up()
    engine.follower.tick()
    for period in PERIODS[:2]:
        newest: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        for key in sorted(key for key in was if key[4] == period):
            newest[key[:4]] = key
        assert told_of(known(engine, then, period, None)) == {key: was[key] for key in newest.values()}


def test_a_figure_that_was_not_final_yet_is_provisional(office: Office) -> None:
    engine = office.engine
    office.append(office.open(DOSSIERS), [dossier(1, "received", 30, 50_000, 0, "online")])
    engine.catch_up()
    then = engine.now
    engine.now += timedelta(days=40)
    engine.follower.tick()
    month = ("month", date(2025, 10, 1))
    slot = Slot(Thing("TE-02", "province", "", ""), *month)
    for moment, state in ((then, "provisional"), (engine.now, "final")):
        assert {one.slot: one.state for one in known(engine, moment, *month)}[slot] == state


def test_the_past_is_told_by_the_definition_of_then(office: Office, tmp_path: Path) -> None:
    engine = office.engine
    office.append(office.open(DOSSIERS), [dossier(1, "received", 30, 50_000, 0, "online")])
    engine.catch_up()
    then, was = engine.now, published(engine)
    engine.now += timedelta(hours=1)
    (file,) = tmp_path.glob("*.toml")
    text = file.read_text(encoding="utf-8").replace('of = "fee"', 'of = "2 * fee"')
    file.write_text(text, encoding="utf-8")
    with engine.as_role("indicators") as connection:
        catalogue = load_catalogue(datasets(), tmp_path)
        store_definitions.apply(connection, catalogue, datasets(), "test", engine.now)
    engine.catch_up()
    key = ("TE-02", "province", "", "", "month", date(2025, 10, 1))
    assert published(engine)[key][2] == 2 * was[key][2]
    assert told_of(known(engine, then, "month", key[5]))[key] == was[key]


def test_what_would_take_too_long_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = office.engine
    office.append(office.open(DOSSIERS), [dossier(1, "received", 30, 50_000, 0, "online")])
    engine.catch_up()
    then = engine.now
    engine.now += timedelta(hours=1)
    office.append(office.open(DOSSIERS), [dossier(2, "received", 31, 20_000, 0, "online")])
    engine.catch_up()
    monkeypatch.setattr("services.indicators.figures_known.MOST_ENTITIES", 1)
    with pytest.raises(InvalidRequest, match="name fewer indicators"):
        known(engine, then, "month", date(2025, 10, 1))
