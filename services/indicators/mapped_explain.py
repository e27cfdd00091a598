"""A figure on the map of another day, with every input of the units that it is made from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import IO

from ioc.indicators.v1 import figures_pb2 as pb

from services.indicators import figures_explain, mapped, store_explain, store_mapped
from services.indicators.explain import scopes_of
from services.indicators.explain_wire import to_pb_input, to_pb_measure
from services.indicators.figures import Part, cells_of, has_reported
from services.indicators.figures_explain import Subject
from services.indicators.figures_known import Known
from services.indicators.figures_requests import read_day, read_known, read_slot
from services.indicators.figures_wire import text, to_pb_definition
from services.indicators.follow_records import LOG
from services.indicators.grounds import Grounds
from services.indicators.mapped_hiding import MappedHiding
from services.indicators.mapped_wire import to_pb_mapped
from services.indicators.mapping import OnMap, Wanted, on_map
from services.indicators.measure_words import told_of
from services.indicators.published import Slot
from services.indicators.store_mapped import Weighed
from services.runtime.db import Connection
from services.runtime.rpc_errors import InvalidRequest, NotFound


def explain(
    connection: Connection, request: pb.ExplainFigureRequest, grounds: Grounds, now: datetime
) -> IO[bytes]:
    """The responses, as figures_explain writes them."""
    slot, to = read_slot(request), read_day("map_date", request.map_date)
    if request.version:
        raise InvalidRequest([("version", "not_allowed", "what is restated is no published version")])
    if slot.thing.kind != "area":
        raise InvalidRequest([("subject_kind", "not_allowed", "areas are restated, nothing else")])
    known = read_known(request, now)
    found = on_map(connection, grounds, Wanted([slot.thing.indicator], slot.period, [slot.start], to, known))
    responses = _responses(connection, grounds, found, slot, with_inputs=not request.without_inputs)
    return figures_explain.written(responses)


def _responses(
    connection: Connection, grounds: Grounds, found: OnMap, slot: Slot, *, with_inputs: bool
) -> Iterator[pb.ExplainFigureResponse]:
    standing = found.standing.get(slot.thing.indicator)
    every = found.figures(with_breakdowns=bool(slot.thing.breakdown))
    figure, one = next(((figure, one) for figure, one in every if one.slot == slot), (None, None))
    if standing is None or figure is None or one is None:
        raise NotFound(
            "period_start", "no_such_figure", "there is no figure of this period; GetFigures tells"
        )
    subject = Subject(slot, None, standing, found.programme, found.measures, found.wanted.known)
    minimums = {slot.thing.indicator: standing.indicator.minimum_persons}
    known = Known(connection, grounds, minimums, found.wanted.known)
    is_hidden = MappedHiding(connection, minimums, found, known.figures).hides(figure)
    state, _ = mapped.found_of(subject.indicator, slot, found.by_span, found.shares.open_codes)
    parts = {place: part for place, part, _ in scopes_of(subject.indicator, slot)}
    yield pb.ExplainFigureResponse(
        figure=to_pb_mapped(figure, found.wanted.to, one.lacks, is_hidden=is_hidden),
        definition=to_pb_definition(standing, told_of(subject.written, grounds.datasets)),
        measures=()
        if is_hidden
        else [
            to_pb_measure(
                *(place, part, subject.declared(part)),
                cells_of(subject.indicator, state, place.month, place.slot // 2),
                has_reported(subject.indicator, state, place.month, place.slot // 2),
            )
            for place, part in parts.items()
        ],
    )
    if is_hidden or not with_inputs:
        return
    _collect(connection, grounds, found, subject)
    for page in store_mapped.inputs(connection):
        under = figures_explain.records_under(connection, subject, [told.input for told in page])
        yield pb.ExplainFigureResponse(
            inputs=[
                _input(told, parts[told.input.place], subject, under.get(told.input.key, [])) for told in page
            ]
        )


def _collect(connection: Connection, grounds: Grounds, found: OnMap, subject: Subject) -> None:
    """Leaves the inputs of the units that it is made from, or may be, in the work table."""
    store_mapped.prepare(connection)
    unread = store_explain.unread_batches(connection, LOG)
    weights = found.made_from(subject.slot.thing.subject)
    for key, source in subject.programme.sources.items():
        store_explain.stand(connection, source, grounds.working, subject.known, unread)
        for place, part, scope in scopes_of(subject.indicator, subject.slot):
            if part.measure.dataset == key:
                for slot, measure in part.counted(place.slot):
                    at = place._replace(slot=slot)
                    store_mapped.collect(
                        *(connection, source, measure, at, scope, subject.known, found.days, weights)
                    )


def _input(told: Weighed, part: Part, subject: Subject, records: list[tuple[int, int]]) -> pb.Input:
    one = to_pb_input(told.input, part, subject.declared(part), records)
    one.weight = "?" if told.weight is None else "" if told.weight == 1 else text(told.weight) or ""
    return one
