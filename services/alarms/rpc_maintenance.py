"""What gRPC requests ask of announced work: their limits, then the store and the duty journal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from ioc.alarms.v1 import maintenance_pb2 as pb

from services.alarms import store_journal, store_maintenance
from services.alarms.journal import Draft, Kind
from services.alarms.maintenance import CAUSE, EVERYTHING, SCOPE_WORDS, Maintenance, sentence
from services.alarms.rpc_decisions import check_text
from services.runtime.db import Connection
from services.runtime.rpc_errors import InvalidRequest, NotFound
from services.runtime.rpc_times import to_datetime, to_timestamp, to_timestamp_or_none

LONGEST: Final = timedelta(days=30)  # a device that is worked on for longer is suspended in the registry
MOST_LISTED: Final = 1_000


def announce(
    connection: Connection, request: pb.AnnounceMaintenanceRequest, by: str, now: datetime
) -> pb.AnnounceMaintenanceResponse:
    """Work begins, or will."""
    _check_scope(connection, request.scope_kind, request.scope)
    check_text(request.why, "why", is_required=True)
    starts, ends = _span(request, now)
    asked = Maintenance(0, request.scope_kind, request.scope, starts, ends, request.why, by, now)
    work = store_maintenance.announce(connection, asked)
    _enter(connection, work, by, now)
    return pb.AnnounceMaintenanceResponse(maintenance=_to_pb(work))


def list_(
    connection: Connection, request: pb.ListMaintenanceRequest, now: datetime
) -> pb.ListMaintenanceResponse:
    """What goes on, is ahead, or was over lately."""
    since = to_datetime(request.since, "since") if request.HasField("since") else now
    found = store_maintenance.since(connection, since, MOST_LISTED)
    return pb.ListMaintenanceResponse(maintenance=map(_to_pb, found))


def cancel(
    connection: Connection, request: pb.CancelMaintenanceRequest, by: str, now: datetime
) -> pb.CancelMaintenanceResponse:
    """Work is over before its time."""
    work = store_maintenance.cancel(connection, request.maintenance, now)
    if work is None:
        detail = f"no maintenance {request.maintenance} goes on or is ahead"
        raise NotFound("maintenance", "unknown_maintenance", detail)
    _enter(connection, work, by, now)
    return pb.CancelMaintenanceResponse(maintenance=_to_pb(work))


def _check_scope(connection: Connection, kind: str, scope: str) -> None:
    if kind not in SCOPE_WORDS:
        raise InvalidRequest([("scope_kind", "unknown", f"one of {', '.join(SCOPE_WORDS)}")])
    if kind == EVERYTHING:
        if scope:
            raise InvalidRequest([("scope", "not_allowed", "everything has no name")])
        return
    check_text(scope, "scope", is_required=True)
    if kind == CAUSE and " " not in scope.strip():
        raise InvalidRequest([("scope", "bad_text", "kind and name of the cause, for example 'gateway s0'")])
    if not store_maintenance.is_there(connection, kind, scope):
        raise InvalidRequest([("scope", "unknown", f"there is no {kind} {scope!r}")])


def _span(request: pb.AnnounceMaintenanceRequest, now: datetime) -> tuple[datetime, datetime]:
    if not request.HasField("ends_at"):
        raise InvalidRequest([("ends_at", "required", "say until when")])
    starts = to_datetime(request.starts_at, "starts_at") if request.HasField("starts_at") else now
    ends = to_datetime(request.ends_at, "ends_at")
    if ends <= now:
        raise InvalidRequest([("ends_at", "in_the_past", "name a time ahead")])
    if ends <= starts:
        raise InvalidRequest([("ends_at", "not_after_start", "work ends after its start")])
    if ends > starts + LONGEST:
        raise InvalidRequest([("ends_at", "too_long", f"at most {LONGEST.days} days after its start")])
    return starts, ends


def _enter(connection: Connection, work: Maintenance, by: str, now: datetime) -> None:
    store_journal.append(connection, [Draft(now, Kind.MAINTENANCE, by, sentence(work))])


def _to_pb(one: Maintenance) -> pb.Maintenance:
    return pb.Maintenance(
        maintenance=one.maintenance,
        scope_kind=one.scope_kind,
        scope=one.scope,
        starts_at=to_timestamp(one.starts_at),
        ends_at=to_timestamp(one.ends_at),
        why=one.why,
        by=one.by,
        announced_at=to_timestamp(one.announced_at),
        cancelled_at=to_timestamp_or_none(one.cancelled_at),
    )
