"""What gRPC requests ask of the figures: their limits, then the store, then the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from ioc.indicators.v1 import figures_pb2 as pb

from services.indicators import store_definitions, store_past, store_published
from services.indicators.figures import period_start
from services.indicators.figures_known import Known
from services.indicators.figures_requests import (
    check_text,
    day_behind,
    figures_asked_for,
    read_day,
    read_kind,
    read_known_at,
    read_period,
    read_slot,
    read_thing,
    too_many,
)
from services.indicators.figures_wire import to_pb_break, to_pb_change, to_pb_definition, to_pb_figure
from services.indicators.grounds import Grounds
from services.indicators.hiding import Hiding
from services.indicators.measure_words import told_of
from services.indicators.published import Change, Figure, Thing, Watched, best_first
from services.indicators.scoring import counts_of_figures
from services.indicators.store_definitions import Standing
from services.indicators.store_published import Asked, AskedChanges
from services.records.datasets import Dataset
from services.runtime.db import Connection
from services.runtime.mailbox import Entry
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_errors import InvalidRequest, NotFound
from services.runtime.rpc_times import to_datetime

DEFAULT_PAGE, LARGEST_PAGE = 1_000, 10_000
MOST_INDICATORS, MOST_COMPARED = 200, 5_000


def list_definitions(
    connection: Connection, request: pb.ListDefinitionsRequest, datasets: Mapping[str, Dataset]
) -> pb.ListDefinitionsResponse:
    """The definitions that stand, by id."""
    check_text("prefix", request.prefix)
    found = store_definitions.standing(connection)
    wanted = [one for one in found.values() if one.indicator.id.startswith(request.prefix)]
    measures = (one.measure for one in store_definitions.measures(connection).values())
    told = told_of((one for one in measures if one is not None), datasets)
    return pb.ListDefinitionsResponse(definitions=[to_pb_definition(one, told) for one in wanted])


def get_figures(
    connection: Connection,
    request: pb.GetFiguresRequest,
    kinds: tuple[str, ...],
    grounds: Grounds,
    now: datetime,
) -> pb.GetFiguresResponse:
    """One page of the figures of a period, or of the newest of each thing. `kinds`: that the caller may
    see.
    """
    if request.HasField("known_at"):
        store_past.freeze(connection)
    definitions = definitions_of(connection, request.indicators)
    asked = figures_asked_for(request, definitions, kinds)
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    key = unseal(request.page_token, asked, (str, str, str, str))
    after = Thing(*map(str, key)) if key else None
    known = Known(connection, grounds, definitions, asked.known_at)
    found = known.figures(asked, after, size + 1)
    shown = _Shown(connection, definitions, grounds, known, asked.known_at, now)
    return pb.GetFiguresResponse(
        figures=shown.figures(found[:size]),
        next_page_token=seal(asked, list(found[size - 1].thing)) if len(found) > size else "",
    )


def get_figure_series(
    connection: Connection, request: pb.GetFigureSeriesRequest, grounds: Grounds, now: datetime
) -> pb.GetFigureSeriesResponse:
    """One page of a thing through time."""
    if request.HasField("known_at"):
        store_past.freeze(connection)
    definition = _definition(connection, request.indicator)
    thing, period = read_thing(request), read_period(request)
    start, end = read_day("start", request.start), read_day("end", request.end)
    if start >= end:
        raise InvalidRequest(
            [("end", "not_after_start", "`end` is exclusive and must be later than `start`")]
        )
    known_at = read_known_at(request)
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    query = (thing, period, start, end, known_at)
    key = unseal(request.page_token, query, (int,))
    begin = start if key is None else day_behind(int(key[0]))
    known = Known(connection, grounds, [thing.indicator], known_at)
    found = known.series(thing, period, begin, end, size + 1)
    shown = _Shown(connection, {request.indicator: definition}, grounds, known, known_at, now)
    return pb.GetFigureSeriesResponse(
        figures=shown.figures(found[:size]),
        breaks=[to_pb_break(one) for one in definition.indicator.breaks if start < one.since < end],
        next_page_token=seal(query, [found[size - 1].period_start.toordinal()]) if len(found) > size else "",
    )


def list_versions(connection: Connection, request: pb.ListVersionsRequest) -> pb.ListVersionsResponse:
    """Every version of a figure, the first one first."""
    definition = _definition(connection, request.indicator)
    slot = read_slot(request)
    found = store_published.versions(connection, slot)
    if not found:
        raise NotFound(
            "period_start", "no_such_figure", "there is no figure of this period; GetFigures tells"
        )
    # What is hidden now was not to be seen in earlier versions either.
    is_hidden = Hiding(connection, minimums_of([definition])).hides(found[-1])
    return pb.ListVersionsResponse(figures=[to_pb_figure(one, is_hidden=is_hidden) for one in found])


def compare_subjects(
    connection: Connection, request: pb.CompareSubjectsRequest, grounds: Grounds, now: datetime
) -> pb.CompareSubjectsResponse:
    """Areas or organisations of one period, the best first, and the whole that they are parts of."""
    if request.HasField("known_at"):
        store_past.freeze(connection)
    definition = _definition(connection, request.indicator)
    kind = read_kind(request)
    if kind not in ("area", "organisation"):
        raise InvalidRequest([("subject_kind", "not_allowed", "compare areas or organisations")])
    check_text("breakdown", request.breakdown)
    period = read_period(request)
    start, known_at = period_start(period, read_day("on", request.on)), read_known_at(request)
    known = Known(connection, grounds, [request.indicator], known_at)
    shown = _Shown(connection, {request.indicator: definition}, grounds, known, known_at, now)

    def standing(kinds: tuple[str, ...]) -> list[Figure]:
        asked = Asked((request.indicator,), kinds, (), period, start, bool(request.breakdown), known_at)
        found = known.figures(asked, None, MOST_COMPARED)
        return [one for one in found if one.breakdown == request.breakdown]

    # The places of what is hidden would tell of it.
    ordered = best_first(standing((kind,)), definition.indicator.direction, shown.hiding.hides)
    return pb.CompareSubjectsResponse(
        figures=shown.figures(ordered),
        whole=next(iter(shown.figures(standing(("province",)))), None),
    )


def list_changes(
    connection: Connection, request: pb.ListChangesRequest, kinds: tuple[str, ...]
) -> pb.ListChangesResponse:
    """One page of the published figures that were restated, the newest first."""
    if request.batch < 0:
        raise InvalidRequest([("batch", "out_of_range", "send the number of a batch, or 0 for any")])
    definitions = definitions_of(connection, request.indicators)
    asked = AskedChanges(
        request.batch or None,
        to_datetime(request.start, "start") if request.HasField("start") else None,
        to_datetime(request.end, "end") if request.HasField("end") else None,
        tuple(sorted(definitions)),
        kinds,
    )
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    key = unseal(request.page_token, asked, (int, str, str, str, str, str, int, int))
    found = store_published.changes(connection, asked, key, size + 1)
    hiding = Hiding(connection, minimums_of(definitions.values()))
    return pb.ListChangesResponse(
        changes=[to_pb_change(one, is_hidden=hiding.hides(one.after)) for one in found[:size]],
        next_page_token=seal(asked, _key_of(found[size - 1])) if len(found) > size else "",
    )


def watched(connection: Connection, request: pb.WatchFiguresRequest, kinds: tuple[str, ...]) -> Watched:
    """What is to be watched. Raises NotFound where an indicator is unknown."""
    definitions = definitions_of(connection, request.indicators)
    return Watched(
        frozenset(request.indicators), frozenset(kinds), frozenset(minimums_of(definitions.values()))
    )


def watch_response(entry: Entry[Sequence[Figure]], watched: Watched) -> pb.WatchFiguresResponse:
    """One publication as watched. Figures that count persons come without numbers, apart from the whole:
    which of
    them are too small is decided over a whole period, by GetFigures."""
    return pb.WatchFiguresResponse(
        resume_token=entry.resume_token,
        position=entry.position.position,
        figures=[
            to_pb_figure(one, is_hidden=watched.hides(one.thing))
            for one in entry.body or ()
            if watched.has(one.thing)
        ],
        trace_id=entry.trace_id,
    )


class _Shown:
    """Figures as an answer tells them: what is hidden without numbers, all else with its scores."""

    def __init__(
        self,
        connection: Connection,
        definitions: Mapping[str, Standing],
        grounds: Grounds,
        known: Known,
        known_at: datetime | None,
        now: datetime,
    ) -> None:
        self._connection, self._grounds, self._known_at = connection, grounds, known_at or now
        self._datasets = {name: one.datasets for name, one in definitions.items()}
        self.hiding = Hiding(connection, minimums_of(definitions.values()), known_at, known.figures)

    def figures(self, found: Sequence[Figure]) -> list[pb.Figure]:
        """In their order."""
        counts = counts_of_figures(self._connection, self._grounds, self._datasets, found, self._known_at)
        return [
            to_pb_figure(one, is_hidden=self.hiding.hides(one), counts=told)
            for one, told in zip(found, counts, strict=True)
        ]


def _definition(connection: Connection, indicator: str) -> Standing:
    return definitions_of(connection, [indicator], "indicator")[indicator]


def definitions_of(
    connection: Connection, indicators: Sequence[str], field: str = "indicators"
) -> dict[str, Standing]:
    """Those that are named, or all."""
    if len(indicators) > MOST_INDICATORS:
        raise too_many(field, MOST_INDICATORS, len(indicators))
    known = store_definitions.standing(connection)
    for indicator in indicators:
        if indicator not in known:
            raise NotFound(field, "unknown_indicator", f"no indicator {indicator!r}; ListDefinitions tells")
    return {one: known[one] for one in indicators} if indicators else known


def minimums_of(definitions: Iterable[Standing]) -> dict[str, int]:
    every = (one.indicator for one in definitions)
    return {one.id: one.minimum_persons for one in every if one.minimum_persons}


def _key_of(change: Change) -> list[int | str]:
    after = change.after
    return [after.run, *after.thing, after.period, after.period_start.toordinal(), after.version]
