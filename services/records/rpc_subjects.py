"""Where a subject has got to, and what its clock says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

import msgspec
from ioc.records.v1 import records_pb2 as pb

from services.records import store_read
from services.records.clocks import Reading, Told, read
from services.records.cycles import LifeCycle
from services.records.lifecycle import Event, in_order, live
from services.records.rpc_fields import check_text, moment
from services.records.rpc_known import Known
from services.records.store_read import Version
from services.records.working_time import Calendar
from services.runtime.db import Connection
from services.runtime.rpc_errors import NotFound
from services.runtime.rpc_times import to_timestamp, to_timestamp_or_none

MOST_EVENTS = 10_000  # of one subject


def get_subject(connection: Connection, request: pb.GetSubjectRequest, known: Known) -> pb.GetSubjectResponse:
    """By the events that stand."""
    life_cycle = known.dataset(request.dataset).life_cycle
    if life_cycle is None:
        raise NotFound("dataset", "no_life_cycle", f"{request.dataset} has no life cycle")
    check_text("life_subject", request.life_subject)
    known_at = moment(request, "known_at", request.known_at)
    as_of = moment(request, "as_of", request.as_of)
    found = store_read.versions_of_subject(
        connection, request.dataset, request.life_subject, known_at, MOST_EVENTS
    )
    told = [_told(life_cycle, version) for version in found]
    life = live(life_cycle, [one.event for one in told])
    if life is None:
        raise NotFound("life_subject", "unknown_subject", "nothing is known of it")
    revisions = {one.event: version.revision for one, version in zip(told, found, strict=True)}
    return pb.GetSubjectResponse(
        state=life.state,
        since=to_timestamp(life.since),
        ended=life.ended,
        incomplete=life.incomplete,
        events=_events(life_cycle, revisions, {gap.event for gap in life.gaps}),
        clock=_clock(life_cycle, known.calendar, told, as_of),
    )


def _told(life_cycle: LifeCycle, version: Version) -> Told:
    values = msgspec.json.decode(version.payload)
    clock = life_cycle.clock
    allowed = values.get(clock.allowance) if clock and clock.allowance else None
    due = values.get(clock.due) if clock and clock.due else None
    event = Event(version.at, values[life_cycle.event])
    return Told(event, allowed, None if due is None else datetime.fromisoformat(due))


def _events(
    life_cycle: LifeCycle, revisions: Mapping[Event, int], gaps: Collection[Event]
) -> list[pb.SubjectEvent]:
    return [
        pb.SubjectEvent(
            at=to_timestamp(event.at), event=event.name, has_gap=event in gaps, revision=revisions[event]
        )
        for event in in_order(life_cycle, revisions)
    ]


def _clock(
    life_cycle: LifeCycle, calendar: Calendar, told: Sequence[Told], as_of: datetime | None
) -> pb.SubjectClock | None:
    if life_cycle.clock is None:
        return None
    # An office's clock may be ahead of ours: what has been told has happened.
    as_of = as_of or max(datetime.now(UTC), *(one.event.at for one in told))
    return _to_pb(read(life_cycle, life_cycle.clock, calendar, told, as_of), as_of)


def _to_pb(reading: Reading, as_of: datetime) -> pb.SubjectClock:
    run, allowance, outcome = reading.run, reading.allowance, reading.outcome
    return pb.SubjectClock(
        state=cast(pb.ClockState, pb.ClockState.Value(f"CLOCK_STATE_{reading.state.name}")),
        as_of=to_timestamp(as_of),
        started_at=to_timestamp_or_none(run and run.started),
        stopped_at=to_timestamp_or_none(run and run.stopped),
        pauses=[_pause(*pause) for pause in run.pauses] if run else [],
        worked_s=None if reading.worked is None else int(reading.worked.total_seconds()),
        allowance=allowance.amount if allowance else 0,
        allowance_unit=allowance.unit if allowance else "",
        due_at=to_timestamp_or_none(reading.due),
        stated_due_at=to_timestamp_or_none(reading.stated_due),
        deadline=cast(pb.Deadline, pb.Deadline.Value(f"DEADLINE_{outcome.name}")) if outcome else None,
        outside_calendar=reading.outside_calendar,
    )


def _pause(start: datetime, end: datetime | None) -> pb.Pause:
    return pb.Pause(start=to_timestamp(start), end=to_timestamp_or_none(end))
