"""Stocks from running totals: what they come to, over months and years, and how little a late row touches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.indicators import store_stocks
from services.indicators.figures import next_start
from services.indicators.periods import local_day
from tests.fixtures.servers import Database
from tests.integration.figures_office import NOW, Office, datasets, dossier, stock, write_definitions
from tests.integration.figures_world import Engine

DOSSIERS, STOCKS = "onestop.dossiers", "tested.stocks"
OF_STOCKS = {"TE-03": "m2", "TE-08": "m9", "TE-10": "m12"}  # figures that are one stock, and its measure
# Measure, day, place with breakdown and key, and amounts of a cell or a member.
Changed = tuple[int, date, tuple[str, ...], tuple[Any, ...]]
Totals = dict[tuple[Any, ...], list[Any]]


@pytest.fixture
def office(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    write_definitions(tmp_path)
    monkeypatch.setattr("services.indicators.records_follower.SHIPPED", tmp_path)
    engine = Engine(database, NOW, datasets(), daily_stock_days=40)
    engine.catch_up()
    yield Office(database, engine)
    engine.close()


def changes(engine: Engine) -> list[Changed]:
    """All cells and members."""
    kept: dict[str, list[Any]] = dict(engine.kept())
    cells = [(*row[:5], "", *row[5:]) for row in kept["cells"]]
    members = [(*row, 0) for row in kept["members"]]
    return [(row[0], row[1], row[2:6], row[6:]) for row in [*cells, *members]]


def plain_totals(engine: Engine) -> Totals:
    """What the totals have to be: each cell in those up to later years, and to later months of its year."""
    today = local_day(engine.now)
    with engine.as_role("indicators") as connection:
        rows = connection.execute("SELECT DISTINCT measure FROM indicators.uses WHERE is_stock").fetchall()
    of_stocks = {row[0] for row in rows}
    found: Totals = defaultdict(lambda: [0, 0, 0, 0])
    for measure, day, place, amounts in changes(engine):
        spans = [("-infinity", date(year, 1, 1)) for year in range(day.year + 1, today.year + 2)]
        spans += [(f"{day.year}-01-01", date(day.year, month, 1)) for month in range(day.month + 1, 13)]
        for since, before in spans:
            if measure in of_stocks and (since == "-infinity" or before <= today):
                total = found[measure, since, before, *place]
                found[measure, since, before, *place] = [
                    one + more for one, more in zip(total, amounts, strict=True)
                ]
    return {key: total for key, total in found.items() if any(total)}


def totals(engine: Engine) -> Totals:
    return {row[:7]: list(row[7:]) for row in engine.kept()["stocks"]}


def plain_stock(changed: list[Changed], measure: int, figure: tuple[Any, ...]) -> Decimal:
    """All that came and went before a figure's period ended, added up."""
    _, kind, subject, breakdown, period, start = figure
    finish = next_start(period, start)
    amount = Decimal(0)
    members: dict[str, int] = defaultdict(int)
    for number, day, (area, organisation, broken, key), (n, more, *_) in changed:
        is_there = {"area": area, "organisation": organisation, "province": ""}[kind] == subject
        if number == measure and day < finish and is_there and breakdown in ("", broken):
            amount += more
            members[key] += n
    return Decimal(sum(n > 0 for n in members.values())) if any(members) else amount


def check(engine: Engine) -> int:
    """Totals and stocks are what cells come to; how many figures were looked at."""
    assert totals(engine) == plain_totals(engine)
    with engine.as_role("indicators") as connection:
        numbers = dict(
            connection.execute(
                "SELECT name, measure FROM indicators.measure_definitions WHERE retired_at IS NULL"
            ).fetchall()
        )
    figures = {key: one[0] for key, one in engine.figures("value").items() if key[0] in OF_STOCKS}
    told = {key: value for key, value in figures.items() if value is not None}
    changed = changes(engine)
    assert told == {key: plain_stock(changed, numbers[OF_STOCKS[key[0]]], key) for key in told}
    return len(told)


def move(engine: Engine, now: datetime) -> None:
    """Time passes, and the engine's clock with it."""
    engine.now = now
    engine.number()
    engine.follower.tick()


def fill(office: Office) -> None:
    """Dossiers of this autumn, and stocks of two years."""
    office.append(
        office.open(DOSSIERS),
        [
            dossier(1, "received", 30, 50_000, 0, "online"),
            dossier(1, "resolved", 400, None, 0, "online"),
            dossier(2, "received", 31, 20_000, 1, "desk"),
            dossier(3, "received", 900, 20_000, 1, "online"),
        ],
    )
    office.append(
        office.open(STOCKS),
        [
            stock(0, "x", 3, 12, "5"),
            stock(1, "y", 8, 3, "7"),
            stock(0, "x", 11, 1, "7"),
            stock(1, "x", 20, 3, "2"),
        ],
    )
    office.engine.catch_up()


def test_stocks_are_what_came_and_went_over_months_and_years(office: Office) -> None:
    engine = office.engine
    fill(office)
    assert check(engine) > 100
    for now in (
        NOW + timedelta(days=1),
        datetime(2025, 12, 3, tzinfo=UTC),  # a month began
        datetime(2026, 2, 2, tzinfo=UTC),  # a year and its January passed while nothing ran
        datetime(2026, 3, 31, 17, tzinfo=UTC),  # the first moment of a local month
    ):
        move(engine, now)
        check(engine)
        office.append(office.open(STOCKS), [stock(1, "y", 5 + now.month, 2, "11"), stock(0, "y", 23, 4, "3")])
        engine.catch_up()
        check(engine)


def test_a_late_row_changes_the_totals_of_its_own_cells_only(office: Office) -> None:
    engine = office.engine
    fill(office)
    before = totals(engine)
    late = office.open(STOCKS)
    office.append(late, [stock(1, "y", 4, 1, "9")])  # May 2024, until the next of July in place 1 of kind y
    engine.catch_up()
    changed = {key for key, one in totals(engine).items() if before.get(key) != one}
    measures = {key[0] for key in changed}
    assert {key[3:6] for key in changed} <= {("22366", "", "kind_of=y"), ("22366", "", "")}
    # At most eleven months and two years each, of which there is a past.
    assert all(sum(key[0] == measure for key in changed) <= 13 for measure in measures)
    office.withdraw(late)
    engine.catch_up()
    assert totals(engine) == before


def test_totals_that_stay_behind_are_found_out(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(office)
    check(office.engine)
    monkeypatch.setattr(store_stocks, "apply", lambda _: None)
    office.append(office.open(STOCKS), [stock(1, "x", 4, 1, "9")])
    office.engine.catch_up()
    with pytest.raises(AssertionError):
        check(office.engine)
