"""What the benchmark of figures looks at: a source, definitions over it, and a past of it in a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from services.records.datasets import Dataset, parse_dataset
from tests.fixtures.servers import Database
from tests.integration.figures_office import Office
from tests.integration.figures_world import Engine, shipped_datasets

NOW = datetime(2025, 11, 20, 2, tzinfo=UTC)
MONTH = datetime(2025, 9, 30, 17, tzinfo=UTC)  # October in Asia/Ho_Chi_Minh
CASES, ELIGIBLE = "bench.cases", "bench.eligible"
SCORES = 50  # a measure's `where` asks for a score of at least one of 0 … 49
_DATASET = """
key = "{key}"
title_vi = "Đo"
title_en = "Measured"
system_vi = "Đo"
kind = "events"
identity = ["case"]
event_time = "occurred_at"
area = "place"
[promise]
every = "P1D"
duty_vi = "Đo"
[[fields]]
name = "case"
title_vi = "Mã"
title_en = "Code"
type = "text"
required = true
[[fields]]
name = "occurred_at"
title_vi = "Lúc"
title_en = "At"
type = "instant"
required = true
[[fields]]
name = "place"
title_vi = "Nơi"
title_en = "Place"
type = "area"
required = true
[[fields]]
name = "score"
title_vi = "Điểm"
title_en = "Score"
type = "integer"
unit = "1"
required = true
[[fields]]
name = "amount"
title_vi = "Số tiền"
title_en = "Amount"
type = "integer"
unit = "VND"
required = true
"""
_MEASURE = """
[[measures]]
name = "{name}"
dataset = "{dataset}"
take = "rows"
fold = "{fold}"
{more}
"""
_STOCK = """
[[measures]]
name = "in_stock"
dataset = "{dataset}"
take = "rows"
fold = "level"
unit = "dossier"
begins = "at"
"""
_INDICATOR = """
[[indicators]]
id = "MS-01.n{number}"
name_vi = "Đo {number}"
name_en = "Measured {number}"
unit = "{unit}"
formula = "{formula}"
direction = "up"
over_time = "{over_time}"
over_space = "{over_space}"
levels = ["area", "province"]
periods = ["month"]
cadence = "P1D"
fresh = "P1D"
owner_vi = "Đo"
decimals = 2
basis = "design"
basis_vi = "Đo"
"""
# Rows of the past: every place each day, scores and amounts all over.
_PAST = """
INSERT INTO records.records
    (dataset_id, identity, batch, line, at, recorded_at, late, area, payload)
SELECT %(dataset)s, decode(md5(%(key)s || n), 'hex'), %(batch)s, n, r.at, %(known)s, false, r.place,
       jsonb_build_object('case', 'C' || n, 'place', r.place, 'score', r.score, 'amount', r.amount,
           'occurred_at',
           to_char(r.at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD"T"HH24:MI:SS+07:00'))::text
FROM generate_series(1, %(rows)s) n
CROSS JOIN LATERAL (
    SELECT %(first)s::timestamptz + n / %(areas)s %% %(days)s * interval '1 day'
               + n %% 80000 * interval '1 s' AS at,
           (20000 + n %% %(areas)s)::text AS place, n::bigint * 7919 %% 60 AS score,
           n::bigint * 104729 %% 997 * 1000 AS amount) r
"""


def datasets() -> Mapping[str, Dataset]:
    """The product's, and the two that are measured."""
    ours = {key: parse_dataset(_DATASET.format(key=key)) for key in (CASES, ELIGIBLE)}
    return {**shipped_datasets(), **ours}


def threshold(number: int) -> tuple[int, int]:
    """Least score and amount that measure `number` counts: no two alike."""
    return number % SCORES, number // SCORES * 1000


def write_definitions(folder: Path, indicators: int, below: str = ELIGIBLE) -> None:
    """Indicators in percent and in VND a case by turns, each with a measure of cases of its own."""
    told = []
    for number in range(indicators):
        score, amount = threshold(number)
        is_share = number % 2 == 0
        where = f'where = "score >= {score} and amount >= {amount}"'
        more = f'unit = "dossier"\n{where}' if is_share else f'unit = "VND"\nof = "amount"\n{where}'
        fold = "count" if is_share else "sum"
        told.append(_MEASURE.format(name=f"cases_{number}", dataset=CASES, fold=fold, more=more))
        base = f"eligible_{number % SCORES}"
        formula = f"100 * cases_{number} / {base}" if is_share else f"cases_{number} / {base}"
        unit = "%" if is_share else "VND/dossier"
        told.append(_an_indicator(number, unit, formula, "ratio_of_sums", "ratio_of_sums"))
    for score in range(min(SCORES, indicators)):
        more = f'unit = "dossier"\nwhere = "score >= {score}"'
        told.append(_MEASURE.format(name=f"eligible_{score}", dataset=below, fold="count", more=more))
    _write(folder, told)


def write_stock(folder: Path) -> None:
    """One indicator: all cases so far."""
    told = [_STOCK.format(dataset=CASES), _an_indicator(0, "dossier", "in_stock", "last", "sum")]
    _write(folder, told)


def _an_indicator(number: int, unit: str, formula: str, over_time: str, over_space: str) -> str:
    return _INDICATOR.format(
        number=number, unit=unit, formula=formula, over_time=over_time, over_space=over_space
    )


def _write(folder: Path, told: Sequence[str]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "public_services.toml").write_text("".join(told), encoding="utf-8")


@contextmanager
def an_office(database: Database, folder: Path) -> Iterator[Office]:
    """The engine with the product's definitions and those of a folder, and who hands in."""
    engine = Engine(database, NOW, datasets(), catalogue=folder)
    try:
        yield Office(database, engine, datasets())
    finally:
        engine.close()


def lay_past(database: Database, dataset: str, rows: int, areas: int, first: datetime, days: int) -> None:
    """What was handed in before: `rows` over all areas and days, as one batch that counts."""
    with psycopg.connect(database.admin_dsn) as connection:
        connection.execute(
            "INSERT INTO records.datasets (key) VALUES (%s) ON CONFLICT DO NOTHING", (dataset,)
        )
        row = connection.execute(
            "SELECT dataset_id FROM records.datasets WHERE key = %s", (dataset,)
        ).fetchone()
        known = NOW - timedelta(days=1)
        batch = connection.execute(
            "INSERT INTO records.batches (dataset, submitted_by, idempotency_key, opened_at, completed_at,"
            " last_line, stored, approval, counts_from)"
            " VALUES (%s, 'past', %s, %s, %s, %s, %s, 'not_needed', %s) RETURNING batch",
            (dataset, dataset, known, known, rows, rows, known),
        ).fetchone()
        assert row is not None
        assert batch is not None
        told = {"rows": rows, "areas": areas, "first": first, "days": days, "known": known}
        connection.execute(_PAST, told | {"dataset": row[0], "key": dataset, "batch": batch[0]})
    with psycopg.connect(database.admin_dsn, autocommit=True) as connection:
        connection.execute("ANALYZE records.records")


def make_final(database: Database) -> None:
    """As if all that there is had stood long enough."""
    with psycopg.connect(database.admin_dsn, autocommit=True) as connection:
        connection.execute("UPDATE indicators.figures SET state = 'final' WHERE state = 'provisional'")
        connection.execute("VACUUM ANALYZE")


def a_case(code: str, area: int, day: int, hour: int, amount: int = 999_000) -> dict[str, str]:
    """Cells of a case that every measure counts; `day` of October."""
    return {
        "case": code,
        "occurred_at": f"{day:02d}/10/2025 {hour:02d}:30",
        "place": str(20_000 + area),
        "score": "59",
        "amount": str(amount),
    }
