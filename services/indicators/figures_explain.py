"""A figure with its formula, its measures and every input under it, as known at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple

from ioc.indicators.v1 import figures_pb2 as pb

from services.indicators import store_definitions, store_entities, store_explain, store_published
from services.indicators.declared import Measure
from services.indicators.explain import Place, number_of, scopes_of, window_of
from services.indicators.explain_wire import Declared, to_pb_input, to_pb_measure
from services.indicators.figures import (
    Cells,
    Found,
    Indicator,
    Part,
    State,
    Written,
    cells_of,
    compute,
    has_reported,
    measure_at,
)
from services.indicators.figures_known import Known, figure_of
from services.indicators.figures_requests import read_known, read_known_at, read_slot
from services.indicators.figures_wire import to_pb_definition, to_pb_figure
from services.indicators.follow_records import LOG
from services.indicators.grounds import Grounds
from services.indicators.hiding import Hiding
from services.indicators.measure_words import told_of
from services.indicators.periods import local_day
from services.indicators.programme import Definition, Numbered, Programme, compiled
from services.indicators.published import Figure, Slot
from services.indicators.scoring import counts_of_figures
from services.indicators.store_definitions import Standing
from services.indicators.store_explain import Input
from services.indicators.takes import SUMS
from services.runtime.db import Connection
from services.runtime.rpc_errors import InvalidRequest, NotFound

_IN_MEMORY = 4 * 1024 * 1024  # bytes; longer answers lie on disk while they are sent
LENGTH = 4  # bytes before each message


class Subject(NamedTuple):
    """What is explained: a figure that was published (None: one that is computed now), as known at a
    moment.
    """

    slot: Slot
    figure: Figure | None
    standing: Standing
    programme: Programme
    measures: Mapping[str, Numbered]
    known: datetime

    def declared(self, part: Part) -> Declared:
        """A measure as it is written, with the dataset that it looks at."""
        measure = self.measures[part.measure.name].measure
        assert measure is not None  # no part is a measure of presence
        return Declared(measure, self.programme.sources[measure.dataset].dataset)

    @property
    def written(self) -> list[Measure]:
        """The measures of its formula, as they are written."""
        return [self.declared(part).measure for part in self.indicator.parts]

    @property
    def indicator(self) -> Indicator:
        """As it was compiled."""
        return self.programme.indicators[self.slot.thing.indicator]


def explain(
    connection: Connection, request: pb.ExplainFigureRequest, grounds: Grounds, now: datetime
) -> IO[bytes]:
    """The responses, each behind its length (big-endian), to be read from the beginning and closed."""
    subject = _subject(connection, request, grounds, now)
    asked_at, with_inputs = read_known(request, now), not request.without_inputs
    return written(_responses(connection, subject, grounds, asked_at, with_inputs=with_inputs))


def written(responses: Iterable[pb.ExplainFigureResponse]) -> IO[bytes]:
    """Responses in a file, each behind its length."""
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # its reader closes it
    for response in responses:
        packed = response.SerializeToString()
        file.write(len(packed).to_bytes(LENGTH) + packed)
    file.seek(0)
    return file


def messages(file: IO[bytes]) -> Iterator[pb.ExplainFigureResponse]:
    """The responses again."""
    while head := file.read(LENGTH):
        yield pb.ExplainFigureResponse.FromString(file.read(int.from_bytes(head)))


def _responses(
    connection: Connection, subject: Subject, grounds: Grounds, asked_at: datetime, *, with_inputs: bool
) -> Iterator[pb.ExplainFigureResponse]:
    heard = _collect(connection, subject, grounds)
    states = _states(connection, subject.indicator)
    found = _found(states, heard)
    figure = subject.figure or _computed(subject, found)
    datasets = {figure.indicator: subject.standing.datasets}
    (counts,) = counts_of_figures(connection, grounds, datasets, [figure], asked_at)
    if subject.figure is None:
        figure = figure._replace(rejected=counts.refused)
    minimums = {figure.indicator: subject.standing.indicator.minimum_persons}
    is_hidden = minimums[figure.indicator] > 0 and _hiding(connection, subject, grounds, minimums).hides(
        figure
    )
    parts = {place: part for place, part, _ in scopes_of(subject.indicator, subject.slot)}
    yield pb.ExplainFigureResponse(
        figure=to_pb_figure(figure, is_hidden=is_hidden, counts=counts),
        definition=to_pb_definition(subject.standing, told_of(subject.written, grounds.datasets)),
        measures=()
        if is_hidden
        else [
            to_pb_measure(
                *(place, part, subject.declared(part)),
                cells_of(subject.indicator, found, place.month, place.slot // 2),
                has_reported(subject.indicator, found, place.month, place.slot // 2),
            )
            for place, part in parts.items()
        ],
    )
    if is_hidden or not with_inputs:
        return
    for page in store_explain.inputs(connection):
        under = records_under(connection, subject, page)
        yield pb.ExplainFigureResponse(
            inputs=[
                to_pb_input(one, parts[one.place], subject.declared(parts[one.place]), under.get(one.key, ()))
                for one in page
            ]
        )


def _hiding(
    connection: Connection, subject: Subject, grounds: Grounds, minimums: Mapping[str, int]
) -> Hiding:
    """By the figures of the same moment: those of another one may be large enough where these are not."""
    if subject.figure is not None:
        return Hiding(connection, minimums)
    known = Known(connection, grounds, minimums, subject.known)
    return Hiding(connection, minimums, subject.known, known.figures)


def _subject(
    connection: Connection, request: pb.ExplainFigureRequest, grounds: Grounds, now: datetime
) -> Subject:
    slot, known = read_slot(request), read_known_at(request)
    if request.version and known:
        raise InvalidRequest([("known_at", "not_allowed", "ask for a version, or as known at a moment")])
    if known and known > now:
        raise InvalidRequest([("known_at", "in_the_future", "nobody knows yet")])
    figure = None if known else _version(connection, slot, request.version)
    known = known or (figure.known_at if figure else now)
    version = figure.formula_version if figure else 0
    standing, measures = store_definitions.held(connection, slot.thing.indicator, version, known)
    if standing is None:
        raise NotFound("indicator", "unknown_indicator", "it was not defined then; ListDefinitions tells")
    field = slot.thing.breakdown.partition("=")[0]
    if field and field not in standing.indicator.by:
        raise NotFound(
            "breakdown", "no_such_figure", f"breakdowns are {', '.join(standing.indicator.by) or 'none'}"
        )
    definition = Definition(standing.indicator, standing.version)
    programme = compiled(0, {slot.thing.indicator: definition}, measures, grounds.datasets)
    return Subject(slot, figure, standing, programme, measures, known)


def _version(connection: Connection, slot: Slot, version: int) -> Figure:
    found = store_published.versions(connection, slot)
    for figure in reversed(found):
        if version in (0, figure.version):
            return figure
    raise NotFound("period_start", "no_such_figure", "there is no figure of this period; GetFigures tells")


def _collect(connection: Connection, subject: Subject, grounds: Grounds) -> frozenset[Place]:
    """Leaves the inputs in the work table; the places where the presence of their source says anything."""
    store_explain.prepare(connection)
    unread = store_explain.unread_batches(connection, LOG)
    heard = set()
    for key, source in subject.programme.sources.items():
        store_explain.stand(connection, source, grounds.working, subject.known, unread)
        for place, part, scope in scopes_of(subject.indicator, subject.slot):
            if part.measure.dataset == key:
                for slot, measure in part.counted(place.slot):
                    at = place._replace(slot=slot)
                    store_explain.collect(connection, source, measure, at, scope, subject.known)
                if store_explain.has_reported(connection, source, part.presence, scope, subject.known):
                    heard.add(place)
    return frozenset(heard)


def _states(connection: Connection, indicator: Indicator) -> dict[Place, Cells]:
    states = {}
    for place, told in store_explain.sums(connection).items():
        measure = measure_at(indicator, place.slot)
        if measure.fold not in SUMS:
            number = number_of(measure.fold, store_explain.members(connection, place))
        else:
            number = told.amount if measure.of is not None else Decimal(told.n)
        states[place] = Cells(told.n, number, told.late, told.blank)
    return states


def _found(states: Mapping[Place, Cells], heard: frozenset[Place]) -> Found:
    """What the figure is made of, as the engine has it."""
    found = {(place.month, place.slot): cells for place, cells in states.items()}
    return found | {(place.month, place.slot + 1): Cells(1, Decimal(1)) for place in heard}


def _computed(subject: Subject, found: Found) -> Figure:
    """The figure as it is to be at this moment of knowledge; version 0."""
    computed = compute(subject.indicator, window_of(subject.slot), found, local_day(subject.known))
    written = Written(0, State.PROVISIONAL, computed)
    return figure_of(subject.slot, written, subject.standing.version, subject.known)


def records_under(
    connection: Connection, subject: Subject, page: Sequence[Input]
) -> dict[bytes, list[tuple[int, int]]]:
    """Batch and line of the records under inputs of one dataset, by their keys."""
    source = subject.programme.sources[page[0].dataset]
    number = store_entities.dataset_number(connection, source.key)
    keys = list(dict.fromkeys(one.key for one in page))
    return store_explain.records(connection, source, number or 0, keys, subject.known)
