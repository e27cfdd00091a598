"""What a plan says of changed definitions is what comes of it once they are applied; nobody waits for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.indicators import store_definitions
from services.indicators.catalogue import Catalogue, load_catalogue
from services.indicators.definitions_trial import attempt, plan_of
from tests.fixtures.servers import Database
from tests.integration.figures_office import NOW, Office, datasets, dossier, stock, write_definitions
from tests.integration.figures_world import Engine

DOSSIERS, STOCKS = "onestop.dossiers", "tested.stocks"
Counts = dict[str, dict[str, int]]


@pytest.fixture
def office(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    write_definitions(tmp_path)
    monkeypatch.setattr("services.indicators.records_follower.SHIPPED", tmp_path)
    engine = Engine(database, NOW, datasets(), daily_stock_days=5)
    made = Office(database, engine)
    batch = made.open(DOSSIERS)
    for number in range(1, 9):
        fee, channel = 10_000 * number, ("online", "desk")[number // 2 % 2]
        made.append(batch, [dossier(number, "received", 30 * number, fee, number % 2, channel)])
    made.append(
        batch, [dossier(number, "resolved", 500 + number, None, number % 2, "online") for number in (1, 2, 3)]
    )
    made.append(made.open(STOCKS), [stock(place, "xy"[place], 20, 3, "5") for place in (0, 1)])
    engine.catch_up()
    engine.now += timedelta(hours=1)
    engine.follower.tick()
    yield made
    engine.close()


def planned(engine: Engine, catalogue: Catalogue) -> Counts:
    """What a plan counts of each indicator that is not new or changed without any figure."""
    with engine.as_role("indicators") as connection:
        plan = plan_of(connection, catalogue, [], engine.grounds)
    found: Counts = {}
    for some in plan.slices:
        with engine.as_role("indicators") as connection:
            for one, effects in attempt(connection, plan, some, engine.grounds, engine.now).items():
                found[one] = effects.counts
    return {one: counts for one, counts in found.items() if counts}


def came_about(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Counts:
    """What became of figures, counted in the same way."""
    found: dict[str, Counter[str]] = {}
    for key, told in after.items():
        was = before.get(key, (None, None, None))
        if told == was:
            continue
        kind = "begun" if was[:2] == (None, None) else "missing" if told[:2] == (None, None) else "changed"
        found.setdefault(key[0], Counter())[kind] += 1
    return {one: dict(counts) for one, counts in found.items()}


CHANGES = {
    "a formula": (("100 * m0 / (m0 + m2)", "100 * m0 / (m0 + 2 * m2)"),),
    "a condition": (('of = "fee"\nby', 'of = "fee"\nwhere = "channel == \'online\'"\nby'),),
    "what begins": (('periods = ["day", "month"]', 'periods = ["day", "month", "quarter"]'),),
    "what becomes missing": (('formula = "m1 / m0"', 'formula = "m1 / (m0 - m0)"'),),
    "a measure by working time": (('of = "worked_hours()"', 'of = "2 * worked_hours()"'),),
    "stocks": (('begins = "period_from"\nof = "amount"', 'begins = "period_from"\nof = "2 * amount"'),),
    "a new indicator": (('id = "TE-01"', 'id = "TE-99"'),),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_plan_comes_true(office: Office, tmp_path: Path, name: str) -> None:
    engine = office.engine
    (file,) = tmp_path.glob("*.toml")
    text = file.read_text(encoding="utf-8")
    for old, new in CHANGES[name]:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    catalogue = load_catalogue(datasets(), tmp_path)
    before, kept, versions = engine.figures("value, low, high"), engine.kept(), engine.versions()
    counts = planned(engine, catalogue)
    if name == "stocks":
        with engine.as_role("indicators") as connection:
            plan = plan_of(connection, catalogue, [], engine.grounds)
        for some in plan.slices:
            with engine.as_role("indicators") as connection:
                e = attempt(connection, plan, some, engine.grounds, engine.now)["TE-12"]
                for x in e._largest: print("DBG plan", x[2].slot, x[2].before.computed.answer, x[2].after.computed.answer, x[2].kind)
    assert counts
    assert (engine.kept(), engine.versions()) == (kept, versions)
    with engine.as_role("indicators") as connection:
        store_definitions.apply(connection, catalogue, datasets(), "test", engine.now)
    engine.catch_up()
    for k, v in sorted(engine.figures("value,low,high,numerator,denominator").items()):
        if k[0] == "TE-12": print("DBG now", k, v, before.get(k))
    assert counts == came_about(before, engine.figures("value, low, high"))


def test_nobody_waits_for_a_plan(office: Office, tmp_path: Path) -> None:
    engine = office.engine
    (file,) = tmp_path.glob("*.toml")
    text = file.read_text(encoding="utf-8").replace('of = "fee"', 'of = "2 * fee"')
    file.write_text(text, encoding="utf-8")
    with engine.as_role("indicators") as connection:
        plan = plan_of(connection, load_catalogue(datasets(), tmp_path), [], engine.grounds)
    with engine.as_role("indicators") as connection:
        attempt(connection, plan, plan.slices[0], engine.grounds, engine.now)
        # The trial's transaction is still open.
        office.append(office.open(DOSSIERS), [dossier(9, "received", 31, 20_000, 0, "online")])
        versions = engine.versions()
        engine.new_follower().catch_up()
        engine.catch_up()
        assert engine.versions() > versions
