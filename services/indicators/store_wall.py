"""What a wall asks: the newest figure of many things, each with what must be beside it to be understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple

from services.indicators import scoring, store_definitions, store_published
from services.indicators.declared import Indicator, Target
from services.indicators.definitions import (
    DEFINITIONS,
    ON_TIME_KINDS,
    PM25_MEAN_HOUR,
    PM25_NOWCAST_HOUR,
    VN_AQI_HOUR,
    VN_AQI_HOUR_HIGHEST,
)
from services.indicators.figures import Window, next_start, period_start
from services.indicators.grounds import Grounds, grounds_of
from services.indicators.hiding import Hiding
from services.indicators.periods import Months, Period, local_day, midnight
from services.indicators.published import Figure, Thing
from services.indicators.scores import Scores, scores
from services.indicators.settings import IndicatorsSettings
from services.indicators.store_published import FIGURE, AskedChanges, to_figure
from services.records.settings import RecordsSettings
from services.runtime.db import Connection

MOST_VALUES = 500  # of a field
Before = Literal["", "yesterday", "last_week", "last_period", "last_year"]

# Of each thing the version that stands of the newest period that has a number; two steps into the key each.
_NEWEST = f"""
SELECT k.n, s.* FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY
    AS k (indicator, subject_kind, subject, breakdown, period, n)
CROSS JOIN LATERAL ({FIGURE}
    WHERE f.indicator = k.indicator AND f.subject_kind = k.subject_kind AND f.subject = k.subject
      AND f.breakdown = k.breakdown AND f.period = k.period
      AND coalesce(f.value, f.low, f.high) IS NOT NULL
      AND NOT EXISTS (SELECT FROM indicators.figures g WHERE g.indicator = f.indicator
          AND g.subject_kind = f.subject_kind AND g.subject = f.subject AND g.breakdown = f.breakdown
          AND g.period = f.period AND g.period_start = f.period_start AND g.version > f.version)
    ORDER BY f.period_start DESC, f.version DESC LIMIT 1) s
"""

_INCIDENTS = """
SELECT convert_from(e.key, 'UTF8'), e.fields->>'severity', e.fields->>'category',
       coalesce(e.organisation, e.fields->>'agency', ''), f.began_at, count(*) OVER ()
FROM indicators.entities e CROSS JOIN LATERAL (
    SELECT min((told->>0)::timestamptz) AS began_at,
           max((told->>1)::timestamptz) FILTER (WHERE event IN ('resolved', 'closed')) AS ended_at,
           max((told->>1)::timestamptz) FILTER (WHERE event = 'reopened') AS reopened_at
    FROM jsonb_each(e.moments) AS m (event, told)) f
WHERE e.dataset = 'security.incidents' AND (f.ended_at IS NULL OR f.reopened_at > f.ended_at)
ORDER BY array_position(ARRAY['critical', 'high', 'medium', 'low'], e.fields->>'severity'), f.began_at
LIMIT %s
"""


# Made from what there is while their period is under way.
_RUNNING = (VN_AQI_HOUR, VN_AQI_HOUR_HIGHEST, PM25_NOWCAST_HOUR, PM25_MEAN_HOUR, *ON_TIME_KINDS)


class Asked(NamedTuple):
    """A thing by one of its periods, and the past that it is held against."""

    thing: Thing
    period: str
    before: Before = ""


class Shown(NamedTuple):
    """A figure with what is beside it. `start`, `end`: of its period, UTC; `stale_at`: when its successor was
    promised."""

    figure: Figure
    start: datetime
    end: datetime
    stale_at: datetime
    is_hidden: bool
    scores: Scores
    target: Target | None
    before: Figure | None
    before_kind: Before


class Incident(NamedTuple):
    """A security incident. `severity`, `category`: codes of the dataset; `agency`: of an organisation."""

    incident: str
    severity: str
    category: str
    agency: str
    began_at: datetime


class Source(NamedTuple):
    """A source of records in the month under way, with its four scores."""

    name_vi: str
    name_en: str
    scores: Scores
    newest_at: datetime | None


class Restated(NamedTuple):
    """A figure that was final and became another."""

    name_vi: str
    name_en: str
    unit: str
    decimals: int
    after: Figure
    before: Figure


def grounds() -> Grounds:
    """What scores are judged by in this process."""
    return grounds_of(IndicatorsSettings(dsn=""), RecordsSettings())


def thing(indicator: str, kind: str, subject: str, breakdown: str) -> Thing:
    """What a figure is about."""
    return Thing(indicator, kind, subject, breakdown)


def newest(
    connection: Connection, grounds: Grounds, asked: Sequence[Asked], now: datetime
) -> dict[Asked, Shown]:
    """Of each that is asked the newest figure that has a number; what has none is absent."""
    definitions = store_definitions.standing(connection)
    columns = [[*one.thing, one.period] for one in asked if one.thing.indicator in definitions]
    wanted = [one for one in asked if one.thing.indicator in definitions]
    if not wanted:
        return {}
    rows = connection.execute(_NEWEST, [list(column) for column in zip(*columns, strict=True)]).fetchall()
    found = {wanted[row[0] - 1]: to_figure(row[1:]) for row in rows}
    past = _past(connection, found)
    minimums = {
        name: one.indicator.minimum_persons
        for name, one in definitions.items()
        if one.indicator.minimum_persons
    }
    hiding = Hiding(connection, minimums)
    datasets = {name: one.datasets for name, one in definitions.items()}
    counts = scoring.counts_of_figures(connection, grounds, datasets, list(found.values()), now)
    return {
        one: _shown(
            figure,
            definitions[figure.indicator].indicator,
            hiding.hides(figure),
            scores(told),
            _unhidden(past.get(one), hiding),
            one.before,
        )
        for (one, figure), told in zip(found.items(), counts, strict=True)
    }


def series(connection: Connection, thing: Thing, period: str, periods: int, now: datetime) -> list[Figure]:
    """The last so many periods of a thing that have a number and are not hidden, oldest first."""
    start = period_start(period, local_day(now))
    end = next_start(period, start)
    for _ in range(periods - 1):
        start = period_start(period, start - timedelta(days=1))
    definition = store_definitions.definitions(connection).get(thing.indicator)
    minimum = definition.indicator.minimum_persons if definition else 0
    hiding = Hiding(connection, {thing.indicator: minimum} if minimum else {})
    found = store_published.series(connection, thing, period, start, end, None, periods)
    return [one for one in found if one.value is not None and not hiding.hides(one)]


def restated(connection: Connection, since: datetime, now: datetime, limit: int) -> list[Restated]:
    """Figures that were restated after a moment, the newest first; none of persons."""
    definitions = store_definitions.definitions(connection)
    changes = store_published.changes(connection, AskedChanges(None, since, now, (), None), None, limit)
    named = ((definitions.get(change.after.indicator), change) for change in changes)
    return [
        Restated(
            *(one.indicator.name_vi, one.indicator.name_en, one.indicator.unit, one.indicator.decimals),
            *(change.after, change.before),
        )
        for one, change in named
        if one is not None and not one.indicator.minimum_persons
    ]


def values_of(
    connection: Connection, grounds: Grounds, indicator: str, period: str, field: str
) -> list[tuple[str, str, str]]:
    """What a field breaks the province's figures into: value, Vietnamese and English name, in their order."""
    standing = store_definitions.standing(connection).get(indicator)
    if standing is None:
        return []
    asked = store_published.Asked((indicator,), ("province",), ("",), period, None, True, None)
    found = store_published.figures(connection, asked, None, MOST_VALUES)
    start = f"{field}="
    values = [one.breakdown.removeprefix(start) for one in found if one.breakdown.startswith(start)]
    fields = [
        one
        for key in standing.datasets
        if key in grounds.datasets
        for one in grounds.datasets[key].fields
        if one.name == field
    ]
    names = {choice.code: (choice.vi, choice.en) for one in fields for choice in one.choices}
    order = {code: place for place, code in enumerate(names)}
    return [
        (value, *names.get(value, (value, value)))
        for value in sorted(values, key=lambda value: (order.get(value, len(order)), value))
    ]


def sources(connection: Connection, grounds: Grounds, now: datetime) -> list[Source]:
    """All sources of which anything is known this month, the worst score first."""
    start = period_start("month", local_day(now))
    window = Window("month", start, next_start("month", start))
    found = [
        Source(one.name_vi, grounds.datasets[one.code].title_en, scores(one.counts), one.newest_at)
        for one in scoring.subjects(connection, grounds, "source", window, now)
    ]
    return sorted(found, key=lambda one: (worst[1] if (worst := one.scores.worst()) else 2, one.name_vi))


def open_incidents(connection: Connection, limit: int) -> tuple[list[Incident], int]:
    """Those that nobody has called resolved, the severest and oldest first, and how many there are."""
    rows = connection.execute(_INCIDENTS, (limit,)).fetchall()
    return [Incident(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def known(connection: Connection) -> Mapping[str, Indicator]:
    """The indicators of figures that hold, by id."""
    return {name: one.indicator for name, one in store_definitions.definitions(connection).items()}


def period_names() -> Mapping[str, str]:
    """Of each indicator that is made from readings: hour, day, month or year, else moment."""
    return {name: _period_name(one.period) for name, one in DEFINITIONS.items()}


def stays_newest() -> Mapping[str, timedelta]:
    """How long a value stays the newest behind its period, of indicators that are made when that is over."""
    return {
        name: one.period if isinstance(one.period, timedelta) else timedelta(days=1)
        for name, one in DEFINITIONS.items()
        if name not in _RUNNING
    }


def midnight_of(day: date) -> datetime:
    """The instant at which a local day begins."""
    return midnight(day).astimezone(UTC)


def _shown(
    figure: Figure,
    indicator: Indicator,
    is_hidden: bool,
    judged: Scores,
    before: Figure | None,
    before_kind: Before,
) -> Shown:
    end = next_start(figure.period, figure.period_start)
    targets = (
        one
        for one in indicator.targets
        if one.since < end and (one.to is None or one.to >= figure.period_start)
    )
    return Shown(
        figure,
        midnight_of(figure.period_start),
        midnight_of(end),
        midnight_of(next_start(figure.period, end)) + indicator.fresh_for,
        is_hidden,
        judged,
        next(targets, None),
        before,
        before_kind,
    )


def _past(connection: Connection, found: Mapping[Asked, Figure]) -> dict[Asked, Figure]:
    compared = [(one, figure) for one, figure in found.items() if one.before]
    likes = [
        figure._replace(period_start=shifted(figure.period, figure.period_start, one.before))
        for one, figure in compared
    ]
    standing = store_published.standing(connection, likes)
    return {
        one: past
        for (one, _), past in zip(compared, standing, strict=True)
        if past is not None and past.value is not None
    }


def _unhidden(figure: Figure | None, hiding: Hiding) -> Figure | None:
    return None if figure is None or hiding.hides(figure) else figure


def shifted(period: str, start: date, before: Before) -> date:
    """The start of the period that one is held against."""
    match before:
        case "yesterday":
            return period_start(period, start - timedelta(days=1))
        case "last_week":
            return period_start(period, start - timedelta(days=7))
        case "last_year":
            return period_start(period, _a_year_before(start))
    return period_start(period, start - timedelta(days=1))


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def _period_name(period: Period) -> str:
    if isinstance(period, timedelta):
        return "hour" if period == timedelta(hours=1) else "moment"
    if isinstance(period, Months):
        return "month" if period.months == 1 else "year"
    return "day"
