"""Shares of all communes: the map is a source of its own, and what holds for a unit ends with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import psycopg
import pytest

from services.indicators import store_definitions
from services.indicators.area_units import with_map
from services.indicators.catalogue import load_catalogue
from services.indicators.definitions_trial import attempt, plan_of
from services.records.dates import VIETNAM
from tests.fixtures.servers import Database
from tests.integration.figures_office import NORTH, NOW, SOUTH, Office, datasets, stock
from tests.integration.figures_world import Engine

WEST, MERGED, PROVINCE = "22390", "22370", "56"
DEFINED = """
[[measures]]
name = "communes"
dataset = "areas.units"
take = "rows"
fold = "level"
begins = "valid_from"
ends = "valid_to"
where = "level == 'commune'"
unit = "place"

[[measures]]
name = "stocked"
dataset = "tested.stocks"
take = "holdings"
fold = "distinct_level"
of = "place"
begins = "period_from"
lasts = "unit"
unit = "place"

[[indicators]]
id = "TE-01"
name_vi = "Tỷ lệ xã có tồn"
name_en = "Communes with a stock"
unit = "%"
formula = "100 * stocked / communes"
direction = "up"
over_time = "ratio_of_lasts"
over_space = "ratio_of_sums"
levels = ["area", "province"]
periods = ["day", "month"]
cadence = "P1D"
fresh = "P1D"
owner_vi = "Thử"
decimals = 2
basis = "design"
basis_vi = "Thử"
"""


@pytest.fixture
def office(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    (tmp_path / "public_services.toml").write_text(DEFINED, encoding="utf-8")
    monkeypatch.setattr("services.indicators.records_follower.SHIPPED", tmp_path)
    draw(database, PROVINCE, "province")
    for code in (NORTH, SOUTH, WEST):
        draw(database, code)
    engine = Engine(database, NOW, with_map(datasets()), daily_stock_days=5)
    engine.catch_up()
    yield Office(database, engine)
    engine.close()


def draw(database: Database, code: str, level: str = "commune", since: str = "2025-07-01") -> None:
    with psycopg.connect(database.dsn("areas")) as connection:
        connection.execute(
            "INSERT INTO areas.units (code, name_vi, level, parent_code, valid_from)"
            " VALUES (%s, %s, %s, %s, %s)",
            (code, code, level, None if level == "province" else PROVINCE, since),
        )


def end(database: Database, code: str, on: str) -> None:
    with psycopg.connect(database.dsn("areas")) as connection:
        connection.execute("UPDATE areas.units SET valid_to = %s WHERE code = %s", (on, code))


def share(engine: Engine, day: date, kind: str = "province", subject: str = "") -> object:
    """Numerator and denominator of a day."""
    told = engine.figures("numerator, denominator")
    return told.get(("TE-01", kind, subject, "", "day", day))


def test_a_commune_that_never_reported_belongs_to_the_denominator(office: Office) -> None:
    office.append(office.open("tested.stocks"), [stock(0, "x", 20, 1, "5"), stock(0, "y", 20, 1, "5")])
    office.engine.catch_up()
    today = date(2025, 11, 20)
    assert share(office.engine, today) == (1, 3)
    assert share(office.engine, today, "area", NORTH) == (1, 1)
    assert share(office.engine, today, "area", WEST) is None  # nothing was heard of it, which is not zero


def test_a_map_that_is_drawn_anew_changes_what_is_a_share_of_it(office: Office, database: Database) -> None:
    engine, second = office.engine, date(2025, 11, 19)
    office.append(office.open("tested.stocks"), [stock(0, "x", 20, 1, "5"), stock(1, "x", 20, 1, "5")])
    engine.catch_up()
    assert share(engine, second) == (2, 3)
    kept = engine.kept()
    engine.follower.tick()
    assert engine.kept() == kept  # the same map makes nothing anew
    end(database, SOUTH, "2025-11-19")
    draw(database, MERGED, since="2025-11-19")
    engine.follower.tick()
    assert share(engine, second) == (1, 3)  # what was told of SOUTH went with it
    assert share(engine, date(2025, 11, 18)) == (2, 3)
    assert share(engine, second, "area", SOUTH) == (0, 0)


def test_a_unit_that_ends_later_is_there_until_then(office: Office, database: Database) -> None:
    engine = office.engine
    end(database, NORTH, "2025-11-22")
    office.append(office.open("tested.stocks"), [stock(0, "x", 20, 1, "5"), stock(1, "x", 20, 1, "5")])
    engine.catch_up()
    engine.follower.tick()
    assert share(engine, date(2025, 11, 20)) == (2, 3)
    engine.now = datetime(2025, 11, 22, 0, 0, tzinfo=VIETNAM)
    engine.follower.tick()
    assert share(engine, date(2025, 11, 21)) == (2, 3)
    assert share(engine, date(2025, 11, 22)) == (1, 2)


def test_a_plan_knows_the_map_also_where_nothing_was_made_of_it(
    database: Database, office: Office, tmp_path: Path
) -> None:
    engine = office.engine
    office.append(office.open("tested.stocks"), [stock(0, "x", 20, 1, "5")])
    (file,) = tmp_path.glob("*.toml")
    apply(engine, tmp_path, DEFINED.replace("100 * stocked / communes", "100 * stocked / stocked"))
    draw(database, MERGED)
    before = engine.figures("value")
    file.write_text(DEFINED, encoding="utf-8")
    catalogue = load_catalogue(engine.grounds.datasets, tmp_path)
    with engine.as_role("indicators") as connection:
        plan = plan_of(connection, catalogue, [], engine.grounds)
    with engine.as_role("indicators") as connection:
        effects = attempt(connection, plan, ["TE-01"], engine.grounds, engine.now)["TE-01"]
    apply(engine, tmp_path, DEFINED)
    after = engine.figures("value")
    assert set(effects.counts) == {"changed"}
    assert effects.counts["changed"] == sum(told != before[key] for key, told in after.items())
    for one in effects.largest:
        assert after[(*one.slot.thing, one.slot.period, one.slot.start)] == (one.after.computed.answer.value,)


def test_what_came_while_nothing_was_made_of_it_is_in_what_is_defined_again(
    office: Office, tmp_path: Path
) -> None:
    engine, today = office.engine, date(2025, 11, 20)
    office.append(office.open("tested.stocks"), [stock(0, "x", 20, 1, "5")])
    apply(engine, tmp_path, DEFINED.replace("100 * stocked / communes", "100 * communes / communes"))
    office.append(office.open("tested.stocks"), [stock(1, "x", 20, 1, "5")])
    engine.catch_up()
    assert share(engine, today) == (3, 3)
    apply(engine, tmp_path, DEFINED)
    assert share(engine, today) == (2, 3)


def apply(engine: Engine, folder: Path, definitions: str) -> None:
    """Makes these definitions hold, and all that follows."""
    (file,) = folder.glob("*.toml")
    file.write_text(definitions, encoding="utf-8")
    catalogue = load_catalogue(engine.grounds.datasets, folder)
    with engine.as_role("indicators") as connection:
        store_definitions.apply(connection, catalogue, engine.grounds.datasets, "test", engine.now)
    engine.catch_up()
