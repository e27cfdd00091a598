"""What people do to alarms by gRPC. Each act is a change of its own; the duty journal has it from the log of
alarms (`telling.py`), so nothing here writes there.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from ioc.alarms.v1 import alarms_pb2 as pb

from services.alarms import rpc_questions, store_alarms
from services.alarms.domain import Act, Event
from services.runtime.db import Connection
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.rpc_times import to_datetime
from services.runtime.trace import new_trace_id
from services.runtime.within import Within

LONGEST_TEXT = 4_000  # characters
LONGEST_SHELF = timedelta(days=30)  # an alarm that is put aside for longer is a rule to be changed


def acknowledge(
    connection: Connection, request: pb.AcknowledgeRequest, within: Within | None, by: str, now: datetime
) -> pb.AcknowledgeResponse:
    """Somebody looks after it."""
    check_text(request.note, "note")
    act = Act(now, by=by, note=request.note)
    return pb.AcknowledgeResponse(
        alarm=_done(connection, request.alarm, within, Event.ACKNOWLEDGE, act, request.revision)
    )


def shelve(
    connection: Connection, request: pb.ShelveRequest, within: Within | None, by: str, now: datetime
) -> pb.ShelveResponse:
    """It is put aside for a time."""
    check_text(request.why, "why", is_required=True)
    act = Act(now, by=by, note=request.why, until=_until(request, now))
    return pb.ShelveResponse(
        alarm=_done(connection, request.alarm, within, Event.SHELVE, act, request.revision)
    )


def unshelve(
    connection: Connection, request: pb.UnshelveRequest, within: Within | None, by: str, now: datetime
) -> pb.UnshelveResponse:
    """It is taken off its shelf."""
    check_text(request.note, "note")
    act = Act(now, by=by, note=request.note)
    return pb.UnshelveResponse(
        alarm=_done(connection, request.alarm, within, Event.UNSHELVE, act, request.revision)
    )


def add_note(
    connection: Connection, request: pb.AddNoteRequest, within: Within | None, by: str, now: datetime
) -> pb.AddNoteResponse:
    """Something is said of it."""
    check_text(request.text, "text", is_required=True)
    act = Act(now, by=by, note=request.text)
    return pb.AddNoteResponse(alarm=_done(connection, request.alarm, within, Event.NOTE, act))


def check_text(text: str, field: str, *, is_required: bool = False) -> None:
    """Raises InvalidRequest where it cannot be kept."""
    if is_required and not text.strip():
        raise InvalidRequest([(field, "required", "say something")])
    if len(text) > LONGEST_TEXT:
        raise InvalidRequest([(field, "too_long", f"at most {LONGEST_TEXT} characters")])
    if "\0" in text:
        raise InvalidRequest([(field, "control_character", "remove the character U+0000")])
    if not unicodedata.is_normalized("NFC", text):
        raise InvalidRequest([(field, "not_nfc", "send Unicode NFC")])


def _until(request: pb.ShelveRequest, now: datetime) -> datetime:
    if not request.HasField("until"):
        raise InvalidRequest([("until", "required", "say until when")])
    until = to_datetime(request.until, "until")
    if until <= now:
        raise InvalidRequest([("until", "in_the_past", "name a time ahead")])
    if until > now + LONGEST_SHELF:
        raise InvalidRequest([("until", "too_long", f"at most {LONGEST_SHELF.days} days ahead")])
    return until


def _done(
    connection: Connection, number: int, within: Within | None, event: Event, act: Act, revision: int = 0
) -> pb.Alarm:
    rpc_questions.reached(connection, number, within)
    if revision:
        standing = store_alarms.alarm(connection, number, lock=True)
        if standing.revision != revision:
            detail = f"the alarm is {standing.state} at revision {standing.revision}: look at it again"
            raise InvalidRequest([("revision", "changed_since", detail)])
    try:
        alarm = store_alarms.transition(connection, number, event, act, new_trace_id())
    except store_alarms.LifeRefused as refused:
        if refused.reason == "acknowledged_already":
            raise InvalidRequest([("alarm", "acknowledged_already", str(refused))]) from None
        raise InvalidRequest([("alarm", "no_such_transition", str(refused))]) from None
    (told,) = rpc_questions.with_words(connection, [alarm])
    return told
