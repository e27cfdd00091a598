"""What provinces printed comes out as printed, made from its parts, wherever these are printed too.

Rows of records add up to the parts, each province alone: Tây Ninh, July 2022 (procedures of level 4, of all);
Đồng Nai, 2019–2020 (budget of a programme by source of funds); Bạc Liêu, March 2021 (services by level); Đồng
Tháp, December 2020 (levels 3 and 4); Khánh Hòa, September 2020 (levels, payment, post, report forms), and two
results of 2019 that others published.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, count, repeat

import pytest

from services.indicators.language.evaluate import displayed
from services.records import changing, store
from services.records.domain import Chunk, Header
from services.records.rows import Checker, Row
from tests.fixtures.servers import Database
from tests.integration.figures_office import Everywhere
from tests.integration.figures_world import Engine, shipped_datasets
from tests.unit.records.declared import PSEUDONYMS

Cells = Mapping[str, str]
NOW = datetime(2023, 2, 1, tzinfo=UTC)
_batches = count(1)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    made = Engine(database, NOW)
    yield made
    made.close()


def hand_in(engine: Engine, dataset: str, lines: Iterable[Cells]) -> None:
    """Typed in by one, approved by another where that is asked for."""
    declared = shipped_datasets()[dataset]
    checker = Checker(declared, Everywhere(), PSEUDONYMS)
    rows = [checker.check_row(one, line, engine.now) for line, one in enumerate(lines, 2)]
    taken = [row for row in rows if isinstance(row, Row)]
    assert len(taken) == len(rows), [row for row in rows if not isinstance(row, Row)][:3]
    header = Header(dataset, f"batch {next(_batches)}")
    with engine.as_role("records") as connection:
        batch = store.open_batch(connection, header, "office", declared.approval, engine.now).batch
        changing.append(connection, batch, Chunk(taken, ()), engine.now, "t" * 32)
        if declared.approval:
            changing.complete(connection, batch, engine.now)
            changing.decide(connection, batch, True, "second", "", engine.now, "t" * 32)


def procedures(since: str, *levels: tuple[int, str], postal: int = 0, paid: int = 0) -> Iterator[Cells]:
    """A register of procedures: how many of each level; the first of them by post, and paid online."""
    named = chain.from_iterable(repeat(level, times) for times, level in levels)
    for number, level in enumerate(named):
        yield {
            "procedure": f"1.{number:06d}",
            "title": f"Thủ tục {number}",
            "sector": "Hộ tịch",
            "owner": "H32.5",
            "unit_level": "province",
            "holds_from": since,
            "in_force": "Có",
            "level": level,
            "eligible": "Có",
            "has_fee": "Có" if number < paid else "Không",
            "online_payment": "Có" if number < paid else "Không",
            "postal": "Có" if number < postal else "Không",
            "central_login": "Không",
        }


def value(engine: Engine, indicator: str, start: date, period: str = "month", breakdown: str = "") -> Decimal:
    engine.catch_up()
    (found,) = engine.figures("value")[indicator, "province", "", breakdown, period, start]
    assert isinstance(found, Decimal)
    return found


def test_tay_ninh_procedures_of_level_4(engine: Engine) -> None:
    hand_in(
        engine, "procedures.catalogue", procedures("01/07/2022", (961, "level_4"), (1818 - 961, "level_2"))
    )
    july = date(2022, 7, 1)
    assert (value(engine, "PS-03.full", july), value(engine, "PS-03", july)) == (961, 1818)
    assert displayed(value(engine, "PS-01", july), 2) == Decimal("52.86")  # 961 / 1818


def test_dong_nai_the_programme_is_what_its_funds_add_up_to(engine: Engine) -> None:
    line = {
        "programme": "Ứng dụng công nghệ thông tin 2019–2020",
        "spender": "H32.2",
        "purpose": "infrastructure",
        "period_from": "01/01/2020",
        "period_to": "31/12/2020",
        "disbursed": "0",
        "as_of": "31/12/2020",
        "document": "dự thảo",
    }
    parts = (("1", "local_investment", "102.434"), ("2", "local_recurrent", "47.692"))
    lines = [{**line, "line": name, "funds": funds, "planned": planned} for name, funds, planned in parts]
    hand_in(engine, "finance.it_budgets", lines)
    december, million = date(2020, 12, 1), 10**6
    assert value(engine, "DI-12.planned", december) == 150_126 * million
    invested = value(engine, "DI-12.planned", december, breakdown="funds=local_investment")
    assert invested == 102_434 * million


def test_bac_lieu_services_by_level(engine: Engine) -> None:
    levels = ((1402, "level_2"), (371, "level_3"), (91, "level_4"))
    hand_in(engine, "procedures.catalogue", procedures("01/03/2021", *levels))
    march = date(2021, 3, 1)
    found = [value(engine, f"PS-03.{name}", march) for name in ("information", "partial", "full")]
    assert found == [1402, 371, 91]
    assert value(engine, "PS-03", march) == 1402 + 371 + 91


def test_dong_thap_levels_3_and_4_together(engine: Engine) -> None:
    # 42,2 % of all is printed, all is not: any whole number of 1863 … 1867 comes out so, 1865 in the middle.
    levels = ((116, "level_3"), (671, "level_4"), (1865 - 787, "level_2"))
    hand_in(engine, "procedures.catalogue", procedures("01/12/2020", *levels))
    december = date(2020, 12, 1)
    assert value(engine, "PS-03.partial", december) + value(engine, "PS-03.full", december) == 787
    assert displayed(value(engine, "PS-02", december), 1) == Decimal("42.2")


def test_khanh_hoa_levels_post_payment_and_forms(engine: Engine) -> None:
    levels = ((331, "level_3"), (300, "level_4"), (986 - 631, "level_2"))
    hand_in(engine, "procedures.catalogue", procedures("01/09/2020", *levels, postal=986, paid=351))
    form = {"title": "Biểu", "owner": "H32.2", "holds_from": "01/09/2020", "cadence": "monthly"}
    forms = (
        {**form, "form": f"B{number}", "electronic": "Có" if number < 8 else "Không", "to_government": "Có"}
        for number in range(20)
    )
    hand_in(engine, "reports.forms", forms)
    september = date(2020, 9, 1)
    names = ("PS-03.partial", "PS-03.full", "PS-15", "PS-10.count")
    assert [value(engine, name, september) for name in names] == [331, 300, 986, 351]
    assert value(engine, "EO-09", september) == 40  # 8 forms of 20, 12 to come


def reported(measure: str, unit: str, value: str) -> Cells:
    """A line of a report of September 2020."""
    return {
        "form": "NV-01",
        "measure": measure,
        "measure_title": "Nhắc việc",
        "reporter": "H32.1",
        "commune": "22366",
        "period_from": "01/09/2020",
        "period_to": "30/09/2020",
        "unit": unit,
        "value": value,
        "value_kind": "Thực hiện",
        "document": "Báo Khánh Hòa",
    }


def limits(engine: Engine, indicator: str) -> tuple[object, ...]:
    engine.catch_up()
    found = engine.figures("value, low, high")
    return found[indicator, "province", "", "", "month", date(2020, 9, 1)]


def test_khanh_hoa_tasks_are_known_within_limits_only(engine: Engine) -> None:
    """“Hơn 40.000 trên hơn 44.000 nhiệm vụ” says nothing of the share by itself, and with “91 %” a little of
    all."""
    hand_in(
        engine,
        "reports.values",
        [
            reported("NVDH", "nhiệm vụ", "hơn 40.000"),
            reported("NVDG", "nhiệm vụ", "hơn 44.000"),
        ],
    )
    assert limits(engine, "EO-01.reported") == (None, 0, None)
    assert limits(engine, "EO-01.reported_assigned") == (None, 44_000, None)
    hand_in(engine, "reports.values", [reported("TLNVDH", "%", "khoảng 91")])
    assert limits(engine, "EO-01.reported") == (None, Decimal("90.5"), Decimal("91.5"))
    assert limits(engine, "EO-01.reported_assigned") == (None, 44_000, None)
    # Were they counted, the share says how many were assigned.
    hand_in(engine, "reports.values", [reported("NVDH", "nhiệm vụ", "41.000")])
    exact, low, high = limits(engine, "EO-01.reported_assigned")
    assert exact is None
    assert isinstance(low, Decimal)
    assert isinstance(high, Decimal)
    assert (displayed(low, 3), displayed(high, 3)) == (Decimal("44808.743"), Decimal("45303.867"))


def test_dong_thap_787_of_how_many_is_42_2_percent(engine: Engine) -> None:
    hand_in(
        engine,
        "reports.values",
        [reported("NVDH", "thủ tục", "787"), reported("TLNVDH", "%", "≈ 42,2")],
    )
    _, low, high = limits(engine, "EO-01.reported_assigned")
    assert isinstance(low, Decimal)
    assert isinstance(high, Decimal)
    # 787 / 42.25 % … 787 / 42.15 %: any whole number of 1863 … 1867.
    assert (displayed(low, 2), displayed(high, 2)) == (Decimal("1862.72"), Decimal("1867.14"))


def test_khanh_hoa_what_others_published(engine: Engine) -> None:
    told = {
        "province": "56",
        "period_from": "01/01/2019",
        "period_to": "31/12/2019",
        "published_on": "19/05/2020",
        "document": "Bộ Nội vụ",
    }
    scored = {**told, "index": "par_modernisation", "score": "88,89", "score_max": "100"}
    ranked = {**told, "index": "ict", "rank": "6", "field_size": "63"}
    hand_in(engine, "rankings.scores", [scored, ranked])
    year = date(2019, 1, 1)
    assert value(engine, "AR-02", year, "year") == Decimal("88.89")
    assert value(engine, "AR-06", year, "year") == 6
