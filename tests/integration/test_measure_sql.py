"""The SQL of measures, run: that of the whole catalogue is sound, and conditions mean what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from services.indicators.area_units import with_map
from services.indicators.catalogue import SHIPPED, load_catalogue
from services.indicators.language.parsing import parse
from services.indicators.language.sql import Values, columns, compiled, key_sql
from services.indicators.language.types import FieldType, Kind, Schema, Words
from services.indicators.measure_sql import source_sql
from services.records.catalogue import DECLARED, load_datasets
from tests.fixtures.servers import Database

NO_WORDS = Words("", "")
TICKETS = Schema(
    "feedback.tickets",
    NO_WORDS,
    {
        "channel": FieldType(Kind.TEXT, NO_WORDS),
        "due_at": FieldType(Kind.MOMENT, NO_WORDS),
        "opened_on": FieldType(Kind.DATE, NO_WORDS),
        "fee": FieldType(Kind.NUMBER, NO_WORDS, "VND"),
        "blank": FieldType(Kind.NUMBER, NO_WORDS, "1"),
        "flow": FieldType(Kind.NUMBER, NO_WORDS, "1", inequality=True),
        "online": FieldType(Kind.TRUTH, NO_WORDS),
    },
    subjects=True,
    events=dict.fromkeys(("received", "paused", "resolved", "rated"), NO_WORDS),
    clock=True,
)
FIELDS = {
    "channel": "app", "due_at": "2025-11-03T17:00:00+07:00", "opened_on": "2025-11-01", "fee": 1200,
    "flow": {"op": ">", "value": 44000}, "online": True,
}  # fmt: skip
MOMENTS = {
    "received": ["2025-11-01T08:00:00+07:00", "2025-11-01T08:00:00+07:00", 1],
    "resolved": ["2025-11-02T08:00:00+07:00", "2025-11-03T16:59:59+07:00", 2],
}
ENTITY = (
    "SELECT {told} FROM (SELECT %(f)s::jsonb AS f, %(m)s::jsonb AS m, true AS late,"
    " 5400::numeric AS worked_s, '2025-11-04T17:30:00+07'::timestamptz AS due,"
    " '2025-11-03T17:30:00+07'::timestamptz AS due_soon, '2025-11-03T16:59:59+07'::timestamptz AS at) e"
)


@pytest.fixture(scope="module")
def connection(module_database: Database) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(module_database.dsn("indicators"), autocommit=True) as opened:
        yield opened


def value_of(connection: psycopg.Connection[Any], text: str, as_key: bool = False) -> Any:
    node, values = parse(text), Values()
    sql = (key_sql if as_key else compiled)(node, TICKETS, values)
    read = ", ".join(f'{one.sql} AS "{one.name}"' for one in columns([node], TICKETS))
    told = ENTITY.format(told=", ".join(filter(None, ["at, late, worked_s, due, due_soon", read])))
    given = {"f": json.dumps(FIELDS), "m": json.dumps(MOMENTS), **values.told}
    row = connection.execute(f"SELECT {sql} FROM ({told}) e", given).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("channel == 'app' and online", True),
        ("channel not in ('web', 'app')", False),
        ("not (channel == 'web' or fee > 1200.5)", True),
        ("last('resolved') <= due_at", True),
        ("first('resolved', 'received') < opened_on", False),
        ("first('received') >= '2025-11-01'", True),  # the day begins in Việt Nam
        ("count('resolved') + count('paused')", Decimal(2)),
        ("last('rated') is None", True),
        ("last('rated', 'resolved') is not None", True),
        ("last('rated') > due_at", None),
        ("last('rated') > due_at or online", True),
        ("minutes(first('received'), first('resolved'))", Decimal(1440)),
        ("hours(opened_on, first('received'))", Decimal(8)),
        ("days('2025-11-01', opened_on)", Decimal(0)),
        ("worked_hours()", Decimal("1.5")),
        ("last('resolved') < due() and last('resolved') < due_soon()", True),
        ("hours(due_soon(), due())", Decimal(24)),
        ("fee / blank", None),
        ("fee / (fee - 1200)", None),
        ("coalesce(blank, fee) - 200", Decimal(1000)),
        ("max(fee, blank)", None),
        ("min(fee, 7)", Decimal(7)),
        ("flow", None),  # "more than 44000" is no 44000
        ("late", True),
    ],
)
def test_an_expression_means_what_it_says(
    connection: psycopg.Connection[Any], text: str, value: object
) -> None:
    assert value_of(connection, text) == value


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("(channel, fee)", "app\x1f1200"),
        ("fee / 1000", "1.2"),
        ("opened_on", "2025-11-01"),
        ("due_at", "2025-11-03T10:00:00.000000Z"),
        ("(channel, blank)", None),
    ],
)
def test_a_key_is_one_text(connection: psycopg.Connection[Any], text: str, key: object) -> None:
    assert value_of(connection, text, as_key=True) == key


def test_the_whole_catalogue_is_sql(connection: psycopg.Connection[Any]) -> None:
    datasets = with_map({key: declared.dataset for key, declared in load_datasets(DECLARED).items()})
    catalogue = load_catalogue(datasets, SHIPPED)
    for key in sorted({one.dataset for one in catalogue.measures.values()}):
        of = [one for one in catalogue.measures.values() if one.dataset == key]
        sql = source_sql(of, datasets[key])
        told = [f'{read} AS "{name}"' for name, read in sql.columns.items()]
        asked = [
            f"({one.when})::timestamptz, ({one.where})::boolean, ({one.of or 0})::text, {one.ends or 'at'}"
            for one in sql.measures.values()
        ]
        entity = ENTITY.format(told=", ".join(["at, late, worked_s, due, due_soon", *told]))
        rows = connection.execute(
            f"SELECT {', '.join(asked)} FROM ({entity}) e", {"f": "{}", "m": "{}", **sql.values}
        ).fetchall()
        assert len(rows) == 1
