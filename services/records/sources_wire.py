"""Promises and pulled sources in protobuf."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from ioc.records.v1 import sources_pb2 as pb

from services.records.freshness import Standing, State
from services.records.store_sources import SourceState
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.rpc_times import to_timestamp_or_none


def to_state(number: int) -> State | None:
    """None: any.

    Raises:
        InvalidRequest: no such state.
    """
    if not number:
        return None
    if number not in pb.PromiseState.values():
        raise InvalidRequest([("state", "unknown", "not one of the words")])
    return State[pb.PromiseState.Name(cast(pb.PromiseState, number)).removeprefix("PROMISE_STATE_")]


def to_pb_standing(one: Standing, contacts: Sequence[tuple[str, str, str, str]]) -> pb.PromiseStanding:
    """How a promise stands, and who answers for it: (organisation, account, position, contact)."""
    promise = one.dataset.promise
    return pb.PromiseStanding(
        dataset=one.dataset.key,
        title_vi=one.dataset.title_vi,
        organisation=one.organisation,
        organisation_vi=one.organisation_vi,
        state=cast(pb.PromiseState, pb.PromiseState.Value(f"PROMISE_STATE_{one.state.name}")),
        every=promise.every,
        heard_at=to_timestamp_or_none(one.heard_at),
        due_at=to_timestamp_or_none(one.due_at),
        overdue_s=int(one.overdue.total_seconds()),
        duty_vi=promise.duty_vi,
        contacts=[
            pb.DutyContact(organisation=organisation, account=account, position_vi=position, contact=contact)
            for organisation, account, position, contact in contacts
            if one.organisation in ("", organisation)
        ],
    )


def to_pb_source(source: SourceState, now: datetime) -> pb.PulledSource:
    """A source with the state of its breaker at a moment."""
    state = source.breaker.state(now.timestamp())
    return pb.PulledSource(
        name=source.name,
        dataset=source.dataset,
        host=source.host,
        every_s=source.every_s,
        cursor=source.cursor,
        succeeded_at=to_timestamp_or_none(source.succeeded_at),
        failed_at=to_timestamp_or_none(source.failed_at),
        last_error=source.last_error,
        failures=source.failures,
        breaker=cast(pb.Breaker, pb.Breaker.Value(f"BREAKER_{state.name}")),
        rests_until=to_timestamp_or_none(source.rests_until),
        due_at=to_timestamp_or_none(source.due_at),
        pages=source.pages,
        lines=source.lines,
    )
