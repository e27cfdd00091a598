"""What entities in `moved` give to measures, by the unit that their records name and the map that it is of.

A code is used again for another unit, so that a cell, which has a code and the day on which something counts,
does not say which unit is meant: an annual figure of 2025 may name a unit of December and counts from January
on. A record does: its code was looked up on a day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from services.areas import store_shares
from services.areas.store_shares import Shares
from services.indicators.entities import ZONE, Measure, Source
from services.indicators.explain import Place, Scope
from services.indicators.family_sql import each_of, given_by
from services.indicators.mapped_sums import Placed, Span
from services.indicators.store_explain import CLOCK, INPUTS_A_PAGE, PAGE, Input, listed
from services.runtime.db import Connection

_BEFORE_ALL = date(1, 1, 1)
_WORK = (
    "weighed (slot smallint, month smallint, dataset text, key bytea, day date, area text, organisation text,"
    " member text, n bigint, amount numeric, late boolean, blank bigint, fields jsonb, moments jsonb,"
    " clock jsonb, weight numeric)"
)
_IN_BREAKDOWN = "(%(breakdown)s = '' OR split_part(e.breakdown, ';', greatest(%(part)s, 1)) = %(breakdown)s)"


class Weighed(NamedTuple):
    """An input of a figure on another map, and how much of it counts there; None: not known."""

    input: Input
    weight: Decimal | None


def prepare(connection: Connection) -> None:
    """Makes the work table of this connection; what is in it lives as long as a transaction."""
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {_WORK} ON COMMIT DELETE ROWS")


def days_of_change(connection: Connection) -> list[date]:
    """The days between which a code means one unit."""
    return store_shares.days_of_change(connection)


def shares_on(connection: Connection, placed: Sequence[Placed], to: date) -> Shares:
    """What becomes of the units of what was summed, on the map of a day."""
    return store_shares.shares_on(connection, ((one.code, one.on) for one in placed), to)


def extent(connection: Connection, indicator: str, period: str) -> tuple[date, date] | None:
    """The first and the last period of which areas have figures; None: there are none."""
    row = connection.execute(
        "SELECT min(period_start), max(period_start) FROM indicators.figures"
        " WHERE indicator = %s AND subject_kind = 'area' AND period = %s",
        (indicator, period),
    ).fetchone()
    return (row[0], row[1]) if row and row[0] else None


def sums(
    connection: Connection,
    source: Source,
    measure: Measure,
    spans: Sequence[Span],
    until: datetime,
    days: Sequence[date],
) -> Iterator[Placed]:
    """What the entities of a dataset give to a measure over spans, by unit. `days`: of change."""
    if not measure.area:
        return
    since = [one.since or _BEFORE_ALL for one in spans]
    before = [one.before for one in spans]
    rows = connection.execute(
        "WITH given AS MATERIALIZED ("
        f"SELECT e.day, e.area, {_on(source)} AS meant, e.breakdown, e.member, e.weight, e.amount, e.told,"
        " e.late"
        f" FROM ({given_by(measure, source)}) e JOIN pg_temp.moved m ON m.key = e.key AND m.sign = 1"
        " WHERE e.area <> '')"
        " SELECT s.n, g.area, g.meant, g.breakdown, g.member,"
        " coalesce(sum(weight) FILTER (WHERE told), 0)::bigint,"
        " coalesce(sum(weight * amount) FILTER (WHERE told), 0),"
        " coalesce(sum(weight) FILTER (WHERE told AND late), 0)::bigint,"
        " coalesce(sum(weight) FILTER (WHERE NOT told), 0)::bigint"
        " FROM given g JOIN unnest(%(sinces)s::date[], %(befores)s::date[]) WITH ORDINALITY"
        " AS s (since, before, n) ON g.day >= s.since AND g.day < s.before"
        " GROUP BY 1, 2, 3, 4, 5",
        {
            **source.values,
            "dataset": source.key,
            "until": until,
            "since": min(since),
            "before": max(before),
            "days": list(days),
            "sinces": since,
            "befores": before,
        },
    )
    for number, *told in rows:
        yield Placed(spans[number - 1], *told)


def collect(
    connection: Connection,
    source: Source,
    measure: Measure,
    place: Place,
    scope: Scope,
    until: datetime,
    days: Sequence[date],
    weights: Mapping[tuple[str, date], Decimal | None],
) -> None:
    """Adds to the inputs what entities of some units give to a measure, with the weights of these units."""
    connection.execute(
        "INSERT INTO pg_temp.weighed SELECT %(slot)s, %(month)s, %(dataset)s, e.key, e.day, e.area,"
        " e.organisation, e.member, e.n, e.amount, e.late, e.blank, e.fields, e.moments, e.clock, w.weight"
        f" FROM (SELECT e.*, m.fields, m.moments, {CLOCK} AS clock, {_on(source)} AS meant"
        f" FROM ({each_of(measure, source)}) e JOIN pg_temp.moved m ON m.key = e.key AND m.sign = 1) e"
        " JOIN unnest(%(codes)s::text[], %(meant)s::date[], %(weights)s::numeric[])"
        f" AS w (code, meant, weight) ON w.code = e.area AND w.meant = e.meant WHERE {_IN_BREAKDOWN}",
        {
            **source.values,
            **scope._asdict(),
            **place._asdict(),
            "since": scope.since or "-infinity",
            "dataset": source.key,
            "until": until,
            "days": list(days),
            "codes": [code for code, _ in weights],
            "meant": [day for _, day in weights],
            "weights": list(weights.values()),
        },
    )


def inputs(connection: Connection) -> Iterator[list[Weighed]]:
    """All inputs by their places, in pages of one dataset."""
    with connection.cursor(name="weighed") as cursor:
        cursor.execute(listed("weighed", f"{PAGE}, weight"))
        while rows := cursor.fetchmany(INPUTS_A_PAGE):
            page = [_weighed(*row) for row in rows]
            for dataset in dict.fromkeys(one.input.dataset for one in page):
                yield [one for one in page if one.input.dataset == dataset]


def _weighed(slot: int, month: int, dataset: str, key: bytes, *told: Any) -> Weighed:
    *rest, weight, most = told
    return Weighed(Input._make((Place(slot, month), dataset, bytes(key), *rest, most)), weight)


def _on(source: Source) -> str:
    """The first day since which the map is the one on which an entity's code was looked up."""
    dataset = source.dataset
    looked_up = dataset.looked_up_on
    if looked_up is None:
        day = f"(m.at AT TIME ZONE '{ZONE}')::date"
    elif dataset.by_name[looked_up].type == "date":
        day = f"(m.fields->>'{looked_up}')::date"
    else:
        day = f"((m.fields->>'{looked_up}')::timestamptz AT TIME ZONE '{ZONE}')::date"
    return (
        f"coalesce((SELECT max(d) FROM unnest(%(days)s::date[]) AS t (d) WHERE d <= {day}),"
        f" date '{_BEFORE_ALL}')"
    )
