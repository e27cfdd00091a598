"""The engine where facts come again, workers die, days pass and definitions change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.indicators import store, store_definitions
from services.indicators.catalogue import load_catalogue
from services.indicators.figures_fact import PUBLISHED, published_versions
from services.indicators.language.numbers import PRECISE
from services.indicators.periods import local_day
from services.indicators.published import Figure
from services.records.dates import VIETNAM
from services.runtime import outbox
from tests.fixtures.servers import Database
from tests.integration.figures_office import NORTH, NOW, Office, datasets, dossier, stock, write_definitions
from tests.integration.figures_world import Engine

OCTOBER = date(2025, 10, 1)
FEE = ("TE-02", "province", "", "", "month", OCTOBER)
HIGHEST = ("TE-05", "province", "", "", "month", OCTOBER)
KEY = "onestop.dossiers"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_definitions(tmp_path)
    return tmp_path


@pytest.fixture
def office(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr("services.indicators.records_follower.SHIPPED", folder)
    engine = Engine(database, NOW, datasets(), daily_stock_days=5)
    engine.catch_up()
    yield Office(database, engine)
    engine.close()


def received(number: int, fee: int) -> dict[str, str]:
    return dossier(number, "received", 30, fee, 0, "online")


def told(engine: Engine) -> list[Figure]:
    """All figures that facts told of, in order."""
    with engine.as_role("indicators") as connection:
        rows = connection.execute(
            "SELECT body FROM indicators.outbox WHERE fact = %s ORDER BY outbox_id", (PUBLISHED,)
        ).fetchall()
    return [version for (body,) in rows for version in published_versions(bytes(body))]


def test_a_figure_is_published_with_its_receipt(office: Office) -> None:
    engine = office.engine
    batch = office.open(KEY)
    office.append(batch, [received(1, 50_000), received(2, 20_000)])
    engine.catch_up()
    (version,) = [one for one in told(engine) if one[:6] == FEE]
    assert (version.version, version.state, version.value) == (1, "provisional", Decimal(35_000))
    assert (version.numerator, version.denominator, version.used, version.late) == (70_000, 2, 2, 2)
    assert version.known_at == NOW
    with engine.as_role("indicators") as connection:
        run = connection.execute(
            "SELECT why, batches, position, log, known_at FROM indicators.runs WHERE run = %s", (version.run,)
        ).fetchone()
    assert run == ("records", [batch], version.position, "records", NOW)


def test_facts_that_come_again_change_nothing(office: Office) -> None:
    engine = office.engine
    first, second = office.open(KEY), office.open("tested.stocks")
    office.append(first, [received(1, 50_000), received(2, 20_000)])
    office.append(second, [stock(0, "x", 20, 3, "5")])
    engine.catch_up()
    office.append(first, [received(1, 70_000)])
    engine.catch_up()
    kept, versions, facts = engine.kept(), engine.versions(), len(told(engine))
    with engine.as_role("indicators") as connection:
        position = store.lock_checkpoint(connection, "records", outbox.head(connection, "records").epoch)
        store.set_checkpoint(connection, "records", outbox.Position(position.epoch, 0))
    engine.new_follower().catch_up()
    assert (engine.kept(), engine.versions(), len(told(engine))) == (kept, versions, facts)


def test_a_transaction_that_dies_leaves_nothing_and_is_done_by_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = office.engine
    batch = office.open(KEY)
    office.append(batch, [received(1, 50_000)])
    engine.catch_up()
    kept, facts = engine.kept(), len(told(engine))
    office.append(batch, [received(2, 20_000)])
    engine.number()

    def die(*_: Any) -> None:
        raise psycopg.OperationalError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(store, "set_checkpoint", die)
        with pytest.raises(Exception, match="closed the connection"):
            engine.follower.catch_up()
    assert (engine.kept(), len(told(engine))) == (kept, facts)
    engine.new_follower().catch_up()
    assert engine.figures("value")[FEE] == (Decimal(35_000),)


def test_facts_that_were_lost_are_made_up_for(office: Office, database: Database) -> None:
    engine = office.engine
    batch = office.open(KEY)
    office.append(batch, [received(1, 50_000)])
    engine.catch_up()
    office.append(batch, [received(2, 20_000)])
    office.append(batch, [received(3, 20_000)])
    engine.number()
    with psycopg.connect(database.admin_dsn) as connection:
        connection.execute(
            "DELETE FROM records.outbox WHERE position < (SELECT assigned FROM records.outbox_head)"
        )
    engine.catch_up()
    assert engine.figures("value")[FEE] == (Decimal(30_000),)


def test_a_figure_is_final_when_it_is_promised_and_then_restated(office: Office) -> None:
    engine = office.engine
    batch = office.open(KEY)
    office.append(batch, [received(1, 50_000)])
    engine.catch_up()
    engine.follower.tick()  # October is over, but its figures are as young as what they are made of
    assert engine.figures("value, state, version")[FEE] == (50_000, "provisional", 1)
    engine.now += engine.settings.settle + timedelta(seconds=1)
    engine.follower.tick()
    assert engine.figures("value, state, version")[FEE] == (50_000, "final", 1)
    november = ("TE-03", "province", "", "", "month", date(2025, 11, 1))
    assert engine.figures("value, state")[november] == (1, "provisional")
    assert [one.state for one in told(engine) if one[:6] == FEE] == ["provisional", "final"]

    late = office.open(KEY)
    office.append(late, [received(2, 20_000)])
    engine.catch_up()
    found = engine.figures("value, used, state, version")
    assert found[FEE] == (35_000, 2, "restated", 2)
    assert found[HIGHEST] == (50_000, 1, "final", 1)  # of two now, and the same: no other value
    office.withdraw(late)
    engine.catch_up()
    assert engine.figures("value, used, state, version")[FEE] == (50_000, 1, "restated", 3)


def test_days_that_begin_carry_stocks_and_what_lies_ahead_comes(office: Office) -> None:
    engine = office.engine
    office.append(office.open(KEY), [received(1, 50_000)])
    office.append(office.open("tested.stocks"), [stock(0, "x", 22, 1, "5"), stock(0, "x", 23, 1, "9")])
    engine.catch_up()
    held = ("TE-08", "area", NORTH, "", "day", date(2025, 11, 20))
    assert engine.figures("value")[held] == (5,)
    assert len(engine.kept()["turns"]) > 0
    engine.now += timedelta(days=12)  # 2 December
    engine.follower.tick()
    found = engine.figures("value")
    assert found["TE-03", "province", "", "", "month", date(2025, 12, 1)] == (1,)
    assert found["TE-03", "province", "", "", "day", date(2025, 11, 28)] == (1,)
    assert found["TE-08", "area", NORTH, "", "day", date(2025, 11, 30)] == (5,)
    assert found["TE-08", "area", NORTH, "", "day", date(2025, 12, 2)] == (9,)


def event(name: str, day: int, hour: int, **term: str) -> dict[str, str]:
    """Of one dossier, in November, half past an hour."""
    return dossier(1, name, (27 + day) * 24 + hour, None, 0, "online", term)


def test_time_alone_brings_a_dossier_into_the_last_eight_hours_and_out_of_them(office: Office) -> None:
    """Three working days from Tuesday the 18th end on Friday the 21st at 17:30."""
    engine, batch = office.engine, office.open(KEY)
    office.append(batch, [event("received", 18, 9, days="3")])
    engine.catch_up()

    def soon(at: datetime) -> object:
        engine.now = at
        engine.follower.tick()
        return engine.figures("value")["TE-16", "area", NORTH, "", "day", local_day(at)][0]

    thursday = datetime(2025, 11, 20, 17, 30, tzinfo=VIETNAM)
    day, second = timedelta(days=1), timedelta(seconds=1)
    assert soon(thursday - second) == 0
    assert soon(thursday) == 1
    assert soon(thursday + day - second) == 1
    assert ("TE-15", "province", "", "", "day", date(2025, 11, 21)) not in engine.figures("value")
    assert soon(thursday + day) == 0
    assert engine.figures("value")["TE-15", "province", "", "", "day", date(2025, 11, 21)] == (0,)


def test_a_pause_that_is_told_late_moves_the_deadline(office: Office) -> None:
    """A day whose end lies in a pause does not count: it is due on Monday then."""
    engine, batch = office.engine, office.open(KEY)
    office.append(batch, [event("received", 18, 9, days="3")])
    engine.now = datetime(2025, 11, 21, 12, tzinfo=VIETNAM)
    friday, monday = (
        ("TE-16", "province", "", "", "day", date(2025, 11, 21)),
        ("TE-15", "province", "", "", "day", date(2025, 11, 24)),
    )
    engine.catch_up()
    assert engine.figures("value")[friday] == (1,)
    office.append(batch, [event("paused", 20, 15)])
    engine.catch_up()
    assert engine.figures("value")[friday] == (0,)  # nobody knows when it is due
    office.append(batch, [event("resumed", 21, 8)])
    engine.catch_up()
    assert engine.figures("value")[friday] == (0,)
    engine.now = datetime(2025, 11, 21, 17, 30, tzinfo=VIETNAM)
    engine.follower.tick()
    assert engine.figures("value")[friday] == (1,)
    engine.now = datetime(2025, 11, 24, 17, 30, tzinfo=VIETNAM)
    office.append(batch, [event("resolved", 24, 16)])
    engine.catch_up()
    engine.follower.tick()
    assert engine.figures("value")[monday] == (100,)


def test_another_definition_is_another_version_and_restates_what_it_changes(
    office: Office, folder: Path
) -> None:
    engine = office.engine
    office.append(office.open(KEY), [received(1, 50_000), received(2, 20_000)])
    engine.catch_up()
    engine.now += engine.settings.settle + timedelta(seconds=1)
    engine.follower.tick()
    before = engine.figures("value, version, formula_version")
    file = folder / "public_services.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace('formula = "m1 / m0"', 'formula = "2 * m1 / m0"'), encoding="utf-8")
    catalogue = load_catalogue(datasets(), folder)
    with engine.as_role("indicators") as connection:
        said = store_definitions.apply(connection, catalogue, datasets(), "test", engine.now)
        assert (dict(said.indicators), dict(said.measures)) == ({"TE-02": 2}, {})
        assert store_definitions.apply(connection, catalogue, datasets(), "test", engine.now).is_none
    engine.catch_up()
    after = engine.figures("value, version, formula_version")
    assert before[FEE] == (35_000, 1, 1)
    assert after[FEE] == (70_000, 2, 2)
    assert {key for key in after if after[key] != before[key]} == {key for key in before if key[0] == "TE-02"}


def test_another_measure_has_cells_of_its_own(office: Office, folder: Path) -> None:
    engine = office.engine
    office.append(office.open(KEY), [received(1, 50_000), received(2, 20_000)])
    engine.catch_up()
    file = folder / "public_services.toml"
    text = file.read_text("utf-8").replace('of = "fee"\nby', 'of = "fee"\nwhere = "fee > 30000"\nby', 1)
    file.write_text(text, encoding="utf-8")
    with engine.as_role("indicators") as connection:
        said = store_definitions.apply(
            connection, load_catalogue(datasets(), folder), datasets(), "test", engine.now
        )
    assert dict(said.measures) == {"m1": 2}
    engine.catch_up()
    assert engine.figures("value")[FEE] == (25_000,)
    with engine.as_role("indicators") as connection:
        gone = connection.execute(
            "SELECT count(*) FROM indicators.cells JOIN indicators.measure_definitions USING (measure)"
            " WHERE retired_at IS NOT NULL"
        ).fetchone()
    assert gone == (0,)


def test_of_what_fell_due_on_a_day_of_silence_none_was_done(office: Office) -> None:
    office.append(office.open("tested.stocks"), [stock(0, "y", 19, 3, "5")])  # from 1 August to 28 October
    office.engine.catch_up()
    of = office.engine.figures("value, numerator, denominator")
    for key in (("area", NORTH, ""), ("area", NORTH, "kind_of=y"), ("province", "", "")):
        assert of["TE-14", *key, "day", date(2025, 10, 28)] == (0, 0, 1)
    assert of["TE-14", "province", "", "", "day", date(2025, 8, 1)] == (None, 0, 0)  # nothing was due
    assert ("TE-14", "province", "", "", "day", date(2025, 10, 27)) not in of


def test_what_is_annualised_is_made_again_when_a_day_begins_while_its_period_is_open(office: Office) -> None:
    engine, month = office.engine, ("TE-13", "province", "", "", "month")
    november = dossier(2, "received", 28 * 24 + 30, 20_000, 0, "online")
    office.append(office.open(KEY), [received(1, 50_000), november])
    engine.catch_up()
    for day in (20, 21, 29, 31):  # the last is 1 December
        engine.now = NOW + timedelta(days=day - 20)
        engine.follower.tick()
        made = {key: value for key, (value,) in engine.figures("value").items()}
        assert made[*month, OCTOBER] == PRECISE.divide(Decimal(365), Decimal(31))
        assert made[*month, date(2025, 11, 1)] == PRECISE.divide(Decimal(365), Decimal(min(day, 30)))
        passed = (local_day(engine.now) - date(2025, 1, 1)).days + 1
        assert made[*month[:4], "year", date(2025, 1, 1)] == PRECISE.divide(Decimal(730), Decimal(passed))
