"""What gRPC requests ask of figures on the map of another day: their limits, then the sums, then the
answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from ioc.indicators.v1 import figures_pb2 as pb

from services.indicators import store_mapped
from services.indicators.figures import next_start, period_start
from services.indicators.figures_known import Known
from services.indicators.figures_questions import (
    DEFAULT_PAGE,
    LARGEST_PAGE,
    definitions_of,
    minimums_of,
)
from services.indicators.figures_requests import (
    check_text,
    day_behind,
    figures_asked_for,
    read_day,
    read_kind,
    read_known,
    read_period,
    read_thing,
    too_many,
)
from services.indicators.figures_wire import to_pb_break, to_pb_figure
from services.indicators.grounds import Grounds
from services.indicators.hiding import Hiding
from services.indicators.mapped_hiding import MappedHiding
from services.indicators.mapped_sums import Remainder
from services.indicators.mapped_wire import to_pb_left, to_pb_mapped
from services.indicators.mapping import OnMap, Wanted, on_map
from services.indicators.published import Figure, Thing, best_first
from services.indicators.store_definitions import Standing
from services.indicators.store_published import Asked
from services.runtime.db import Connection
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_errors import InvalidRequest

MOST_INDICATORS = 50  # each is summed anew from its records
MOST_PERIODS = 400  # a page of a series
_MOST_PUBLISHED = 100_000


class Told(NamedTuple):
    """A figure of an answer. `lacks`: None where it is as published."""

    figure: Figure
    is_hidden: bool
    lacks: tuple[str, ...] | None


class Remains(NamedTuple):
    """What stays on the way."""

    figure: Figure
    is_hidden: bool
    remainder: Remainder


class Answer(NamedTuple):
    """Figures on a map, and what stays."""

    told: Sequence[Told]
    left: Sequence[Remains]


def get_figures(
    connection: Connection,
    request: pb.GetFiguresRequest,
    kinds: tuple[str, ...],
    grounds: Grounds,
    now: datetime,
) -> pb.GetFiguresResponse:
    """One page of the figures of a period."""
    to, size = (
        read_day("map_date", request.map_date),
        page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE),
    )
    query = (request.map_date, *_query(request))
    key = unseal(request.page_token, query, (str, str, str, str, str))
    after = Thing(*map(str, key[:-1])) if key else None
    known = _moment_of(str(key[-1])) if key else read_known(request, now)
    answer = figures_on_map(connection, request, kinds, grounds, known)
    found = [one for one in answer.told if after is None or one.figure.thing > after]
    last = found[size - 1].figure.thing if len(found) > size else None
    return pb.GetFiguresResponse(
        figures=[_to_pb(one, to) for one in found[:size]],
        not_restatable=_to_pb_left(answer.left) if after is None else (),
        next_page_token=seal(query, [*last, known.isoformat()]) if last else "",
    )


def get_figure_series(
    connection: Connection, request: pb.GetFigureSeriesRequest, grounds: Grounds, now: datetime
) -> pb.GetFigureSeriesResponse:
    """One page of an area through time, all of it on one map."""
    definition = definitions_of(connection, [request.indicator], "indicator")[request.indicator]
    thing, period, to = read_thing(request), read_period(request), read_day("map_date", request.map_date)
    _refuse_others(thing.kind)
    start, end = read_day("start", request.start), read_day("end", request.end)
    if start >= end:
        raise InvalidRequest(
            [("end", "not_after_start", "`end` is exclusive and must be later than `start`")]
        )
    size = min(MOST_PERIODS, page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE))
    query = (thing, period, start, end, to, *_query(request))
    key = unseal(request.page_token, query, (int, str))
    begin = start if key is None else day_behind(int(key[0]))
    known = _moment_of(str(key[1])) if key else read_known(request, now)
    starts = _starts(connection, request.indicator, period, begin, end, size + 1)
    wanted = Wanted([request.indicator], period, starts[:size], to, known)
    found = on_map(connection, grounds, wanted)
    answer = _answer(connection, grounds, found, [definition], with_breakdowns=bool(thing.breakdown))
    told = [one for one in answer.told if one.figure.thing == thing]
    left = [one for one in answer.left if _is_asked(one, (thing.subject,), thing.breakdown)]
    return pb.GetFigureSeriesResponse(
        figures=[_to_pb(one, to) for one in told],
        breaks=[to_pb_break(one) for one in definition.indicator.breaks if start < one.since < end],
        not_restatable=_to_pb_left(left),
        next_page_token=seal(query, [starts[size - 1].toordinal(), known.isoformat()])
        if len(starts) > size
        else "",
    )


def compare_subjects(
    connection: Connection, request: pb.CompareSubjectsRequest, grounds: Grounds, now: datetime
) -> pb.CompareSubjectsResponse:
    """Areas of one period on one map, the best first, and the whole that they are parts of."""
    definition = definitions_of(connection, [request.indicator], "indicator")[request.indicator]
    _refuse_others(read_kind(request))
    check_text("breakdown", request.breakdown)
    period, to = read_period(request), read_day("map_date", request.map_date)
    start, known = period_start(period, read_day("on", request.on)), read_known(request, now)
    found = on_map(connection, grounds, Wanted([request.indicator], period, [start], to, known))
    answer = _answer(connection, grounds, found, [definition], with_breakdowns=bool(request.breakdown))
    told = {one.figure: one for one in answer.told if one.figure.breakdown == request.breakdown}
    ordered = best_first(told, definition.indicator.direction, lambda figure: told[figure].is_hidden)
    asked = Asked((request.indicator,), ("province",), (), period, start, bool(request.breakdown), known)
    whole = _published(connection, grounds, asked, [definition])
    return pb.CompareSubjectsResponse(
        figures=[_to_pb(told[figure], to) for figure in ordered],
        not_restatable=_to_pb_left(one for one in answer.left if one.figure.breakdown == request.breakdown),
        whole=next((_to_pb(one, to) for one in whole if one.figure.breakdown == request.breakdown), None),
    )


def figures_on_map(
    connection: Connection,
    request: pb.GetFiguresRequest | pb.ExportFiguresRequest,
    kinds: tuple[str, ...],
    grounds: Grounds,
    known: datetime,
) -> Answer:
    """The figures of a period that a request asks for, by indicator, kind, subject and breakdown, as known at
    a moment.
    """
    if not request.indicators or not request.on:
        field = "on" if request.indicators else "indicators"
        raise InvalidRequest([(field, "required", "of restated figures, name the indicators and the period")])
    if len(set(request.indicators)) > MOST_INDICATORS:
        raise too_many("indicators", MOST_INDICATORS, len(set(request.indicators)))
    definitions = definitions_of(connection, request.indicators)
    asked = figures_asked_for(request, definitions, kinds)
    assert asked.start is not None
    to = read_day("map_date", request.map_date)
    others = asked._replace(kinds=tuple(kind for kind in asked.kinds if kind != "area"))
    told = _published(connection, grounds, others, definitions.values())
    left: Sequence[Remains] = ()
    if "area" in asked.kinds:
        wanted = Wanted(asked.indicators, asked.period, [asked.start], to, known)
        found = on_map(connection, grounds, wanted)
        areas = _answer(
            connection, grounds, found, definitions.values(), with_breakdowns=asked.with_breakdowns
        )
        told += [one for one in areas.told if not asked.subjects or one.figure.subject in asked.subjects]
        left = [one for one in areas.left if not asked.subjects or _is_asked(one, asked.subjects)]
    return Answer(sorted(told, key=lambda one: one.figure.thing), left)


def _answer(
    connection: Connection,
    grounds: Grounds,
    found: OnMap,
    definitions: Iterable[Standing],
    *,
    with_breakdowns: bool,
) -> Answer:
    minimums = minimums_of(definitions)
    known = Known(connection, grounds, minimums, found.wanted.known)
    hiding = MappedHiding(connection, minimums, found, known.figures)
    return Answer(
        [
            Told(figure, hiding.hides(figure), one.lacks)
            for figure, one in found.figures(with_breakdowns=with_breakdowns)
        ],
        [
            Remains(figure, hiding.hides_left(figure), remainder)
            for figure, remainder in found.left(with_breakdowns=with_breakdowns)
        ],
    )


def _published(
    connection: Connection, grounds: Grounds, asked: Asked, definitions: Iterable[Standing]
) -> list[Told]:
    """What is the same on every map."""
    if not asked.kinds:
        return []
    known = Known(connection, grounds, asked.indicators, asked.known_at)
    hiding = Hiding(connection, minimums_of(definitions), asked.known_at, known.figures)
    return [Told(one, hiding.hides(one), None) for one in known.figures(asked, None, _MOST_PUBLISHED)]


def _starts(
    connection: Connection, indicator: str, period: str, begin: date, end: date, limit: int
) -> list[date]:
    """First days of periods in [begin, end) of which areas have figures, or lie between; at most `limit`."""
    first, last = store_mapped.extent(connection, indicator, period) or (end, begin)
    start = max(first, period_start(period, begin))
    start = start if start >= begin else next_start(period, start)
    found: list[date] = []
    while start <= last and start < end and len(found) < limit:
        found.append(start)
        start = next_start(period, start)
    return found


def _is_asked(one: Remains, subjects: Sequence[str], breakdown: str | None = None) -> bool:
    if breakdown is not None and one.figure.breakdown != breakdown:
        return False
    return one.figure.subject in subjects or not one.remainder.reaches.isdisjoint(subjects)


def _refuse_others(kind: str) -> None:
    if kind != "area":
        raise InvalidRequest([("subject_kind", "not_allowed", "areas are restated, nothing else")])


def _moment_of(text: str) -> datetime:
    """Of the first page: all pages are of one moment of knowledge."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidRequest([("page_token", "bad_page_token", "this is not what was handed out")]) from None


def _query(request: Any) -> tuple[str, ...]:
    """What a page token is good for, beside what its callers name."""
    bare = type(request)()
    bare.CopyFrom(request)
    for field in ("page_token", "page_size"):
        bare.ClearField(field)
    return (bare.SerializeToString(deterministic=True).hex(),)


def _to_pb(one: Told, to: date) -> pb.Figure:
    if one.lacks is None:
        return to_pb_figure(one.figure, is_hidden=one.is_hidden)
    return to_pb_mapped(one.figure, to, one.lacks, is_hidden=one.is_hidden)


def _to_pb_left(left: Iterable[Remains]) -> Iterator[pb.NotRestated]:
    for one in left:
        yield to_pb_left(one.figure, one.remainder, is_hidden=one.is_hidden)
