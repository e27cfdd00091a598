"""What is asked of duties and the journal: limits, then what stands, then a page of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from ioc.alarms.v1 import duty_pb2 as pb

from services.alarms import (
    duty_wire,
    rpc_decisions,
    rpc_questions,
    store_duty,
    store_handover,
    store_journal,
)
from services.alarms.journal import Draft, Kind
from services.alarms.roster import Roster
from services.alarms.schedule import WorkingTime
from services.runtime.db import Connection
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.rpc_times import to_datetime, to_timestamp

DEFAULT_PAGE, LARGEST_PAGE = 100, 1_000
SHIFT = timedelta(hours=12)  # what a handover tells of where none was before
STAFF = "areas.staff"  # the scope that shows telephones
_WRITTEN = (Kind.NOTE, Kind.HANDOVER)
_STATES = ("", "waiting", "delivered", "given_up")


def list_on_duty(
    request: pb.ListOnDutyRequest,
    roster: Roster,
    working: WorkingTime,
    scopes: Collection[str],
    now: datetime,
) -> pb.ListOnDutyResponse:
    """The duties of a moment."""
    at = to_datetime(request.at, "at") if request.HasField("at") else now
    duties = roster.on_duty(working, at)
    return pb.ListOnDutyResponse(
        duties=[duty_wire.to_pb_on_duty(one, roster, at, STAFF in scopes) for one in duties]
    )


def list_deliveries(connection: Connection, request: pb.ListDeliveriesRequest) -> pb.ListDeliveriesResponse:
    """One page of notifications."""
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    if request.state not in _STATES:
        raise InvalidRequest([("state", "unknown_state", "waiting, delivered or given_up")])
    query = ("ListDeliveries", request.alarm, request.state)
    key = unseal(request.page_token, query, (int,))
    before = int(key[0]) if key else None
    found = store_duty.deliveries(connection, request.alarm or None, request.state, size + 1, before)
    return pb.ListDeliveriesResponse(
        deliveries=[duty_wire.to_pb_delivery(one) for one in found[:size]],
        next_page_token=seal(query, [found[size - 1].delivery]) if len(found) > size else "",
    )


def add_entry(
    connection: Connection, request: pb.AddEntryRequest, by: str, now: datetime
) -> pb.AddEntryResponse:
    """Writes a note or a handover."""
    if request.kind not in _WRITTEN:
        raise InvalidRequest([("kind", "unknown", "note or handover")])
    rpc_decisions.check_text(request.text, "text", is_required=True)
    if request.alarm:
        rpc_questions.reached(connection, request.alarm, None)
    draft = Draft(now, Kind(request.kind), by, request.text, request.alarm or None)
    (entry,) = store_journal.append(connection, [draft])
    return pb.AddEntryResponse(entry=duty_wire.to_pb_entry(entry))


def list_entries(connection: Connection, request: pb.ListEntriesRequest) -> pb.ListEntriesResponse:
    """One page of the journal."""
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    start = to_datetime(request.start, "start") if request.HasField("start") else None
    end = to_datetime(request.end, "end") if request.HasField("end") else None
    query = ("ListEntries", start, end)
    key = unseal(request.page_token, query, (int,))
    found = store_journal.entries(connection, start, end, size + 1, int(key[0]) if key else None)
    return pb.ListEntriesResponse(
        entries=[duty_wire.to_pb_entry(one) for one in found[:size]],
        next_page_token=seal(query, [found[size - 1].entry]) if len(found) > size else "",
    )


def get_handover(
    connection: Connection, request: pb.GetHandoverRequest, now: datetime
) -> pb.GetHandoverResponse:
    """What a shift that begins has to know."""
    since = to_datetime(request.since, "since") if request.HasField("since") else _since(connection, now)
    events = store_handover.events_since(connection, since)
    total, alarms = store_handover.concerned(connection, since, LARGEST_PAGE)
    words = {
        key: store_duty.words(connection, *key) for key in {(one.rule, one.rule_version) for one in alarms}
    }
    return pb.GetHandoverResponse(
        since=to_timestamp(since),
        alarms=[
            duty_wire.to_pb_handover_alarm(
                one, words[one.rule, one.rule_version].vi, events.get(one.alarm, ())
            )
            for one in alarms
        ],
        entries=[
            duty_wire.to_pb_entry(one)
            for one in store_journal.entries(connection, since, None, LARGEST_PAGE)[::-1]
        ],
        total=total,
    )


def verify_journal(connection: Connection, request: pb.VerifyJournalRequest) -> pb.VerifyJournalResponse:
    """Whether the journal is as it was written."""
    return duty_wire.to_pb_verified(*store_journal.verify(connection, duty_wire.to_anchors(request.anchors)))


def _since(connection: Connection, now: datetime) -> datetime:
    last = store_journal.last_handover(connection)
    return last.draft.at if last is not None else now - SHIFT
