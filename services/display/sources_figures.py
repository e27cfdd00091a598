"""Figures, lines over periods and what is held against its past: looked up when facts have touched them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from services.display.board import FigureLineRule, FigureRule, KeyRule, ValueLineRule
from services.display.domain import Beside, Line, Value
from services.display.wire import Published, indicator_value
from services.indicators import store as indicators
from services.indicators import store_wall as figures
from services.runtime.db import Connection, Pool, transaction

OPS = {"ge": "at_least", "gt": "at_least", "le": "at_most", "lt": "at_most"}
DAYS_BACK: Mapping[str, int] = {"yesterday": 1, "last_week": 7, "last_period": 1, "last_year": 365}


@dataclass(slots=True)
class Wanted:
    """What to look up, by key. `compared`: values of readings' indicators with their past."""

    figures: dict[str, FigureRule] = field(default_factory=dict)
    compared: dict[str, KeyRule] = field(default_factory=dict)
    value_lines: dict[str, ValueLineRule] = field(default_factory=dict)
    figure_lines: dict[str, FigureLineRule] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.figures or self.compared or self.value_lines or self.figure_lines)


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What was found. Of figures that have no number any more the state is "none"."""

    values: Sequence[tuple[str, Value]]
    lines: Mapping[str, Line]


def look_up(pool: Pool, grounds: Any, wanted: Wanted, now: datetime) -> LookedUp:
    """One consistent look. Raises Unavailable."""
    with transaction(pool) as conn:
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        values = [*_figures(conn, grounds, wanted.figures, now), *_compared(conn, wanted.compared)]
        lines = {key: _value_line(conn, rule, now) for key, rule in wanted.value_lines.items()}
        lines |= {key: _figure_line(conn, rule, now) for key, rule in wanted.figure_lines.items()}
    return LookedUp(values, lines)


def _figures(
    conn: Connection, grounds: Any, rules: Mapping[str, FigureRule], now: datetime
) -> list[tuple[str, Value]]:
    asked = {key: _asked(rule) for key, rule in rules.items()}
    found = figures.newest(conn, grounds, list(dict.fromkeys(asked.values())), now)
    look_ms = _ms(now)
    return [(key, _value(found.get(one), look_ms)) for key, one in asked.items()]


def _asked(rule: FigureRule) -> figures.Asked:
    thing = figures.thing(rule.indicator, rule.kind, rule.subject, rule.breakdown)
    return figures.Asked(thing, rule.period, rule.before)  # type: ignore[arg-type]  # checked by the file


def _value(shown: figures.Shown | None, look_ms: int) -> Value:
    """A look is the whole truth at its moment, so the later one stands."""
    if shown is None:
        return Value(None, 0, 0, "none", 0, (look_ms,))
    figure, end_ms = shown.figure, _ms(shown.end)
    # Of a period that is over, age counts from its end; of one under way, from when it was computed.
    as_of_ms = end_ms if end_ms <= look_ms else _ms(figure.known_at)
    return Value(
        None if shown.is_hidden else _number(figure.value),
        _ms(shown.start),
        as_of_ms,
        str(figure.state),  # type: ignore[arg-type]  # provisional, final or restated
        _ms(shown.stale_at) - as_of_ms,
        (look_ms,),
        figure.used,
        figure.expected,
        _beside(shown, end_ms),
    )


def _beside(shown: figures.Shown, end_ms: int) -> Beside:
    figure = shown.figure
    if shown.is_hidden:
        return Beside(figure.period, end_ms, hidden=True)
    return Beside(
        figure.period,
        end_ms,
        _number(figure.low),
        _number(figure.high),
        scores={name: _number(share) for name, share in shown.scores._asdict().items()},
        target=None
        if shown.target is None
        else {"op": OPS[shown.target.op], "value": float(shown.target.value)},
        before=_before(shown),
        numerator=_number(figure.numerator),
        denominator=_number(figure.denominator),
    )


def _before(shown: figures.Shown) -> Mapping[str, Any] | None:
    if (past := shown.before) is None:
        return None
    return {
        "v": _number(past.value),
        "at_ms": _ms(figures.midnight_of(past.period_start)),
        "kind": shown.before_kind,
    }


def _compared(conn: Connection, rules: Mapping[str, KeyRule]) -> list[tuple[str, Value]]:
    found = []
    for key, rule in rules.items():
        _, indicator, subject = key.split("/", 2)
        for row in indicators.latest_values(conn, indicator, [subject]):
            value = indicator_value(published(row), rule)
            assert value.beside is not None
            start = row.period_start - timedelta(days=DAYS_BACK[rule.before])
            past = indicators.values_between(
                conn, indicator, subject, start, start + timedelta(microseconds=1)
            )
            before = [one for one in past if one.value is not None]
            told = {"v": before[0].value, "at_ms": _ms(start), "kind": rule.before} if before else None
            found.append((key, value._replace(beside=value.beside._replace(before=told))))
    return found


def _value_line(conn: Connection, rule: ValueLineRule, now: datetime) -> Line:
    start = now - timedelta(milliseconds=rule.span_ms)
    found = indicators.values_between(conn, rule.indicator, rule.subject, start, now)
    return Line(tuple((_ms(one.period_start), one.value) for one in found if one.value is not None))


def _figure_line(conn: Connection, rule: FigureLineRule, now: datetime) -> Line:
    asked = _asked(rule.figure)
    found = figures.series(conn, asked.thing, asked.period, rule.periods, now)
    points = ((_ms(figures.midnight_of(one.period_start)), _number(one.value)) for one in found)
    return Line(tuple((at, value) for at, value in points if value is not None))


def published(row: Any) -> Published:
    """A standing value as its fact tells it."""
    return Published(
        indicator=row.indicator,
        subject=row.subject,
        period_start_ms=_ms(row.period_start),
        value=row.value,
        state=row.state.value,
        version=row.version,
        known_at_ms=_ms(row.known_at),
        newest_input_at_ms=None if row.newest_input_at is None else _ms(row.newest_input_at),
        inputs_expected=row.inputs_expected,
        inputs_used=row.inputs_used,
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _ms(moment: datetime) -> int:
    return round(moment.astimezone(UTC).timestamp() * 1000)
