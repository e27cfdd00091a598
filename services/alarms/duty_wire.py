"""Duties, deliveries and the journal in protobuf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ioc.alarms.v1 import duty_pb2 as pb

from services.alarms.delivering import Delivery
from services.alarms.domain import Alarm
from services.alarms.journal import Entry, Finding, Head
from services.alarms.roster import DutyText, Roster
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.rpc_times import to_timestamp, to_timestamp_or_none

MOST_ANCHORS = 1_000


def to_pb_on_duty(duty: DutyText, roster: Roster, now: datetime, with_phones: bool) -> pb.OnDuty:
    """A duty and whom it calls at a moment."""
    people = [
        pb.Called(
            step=step,
            account=one.account,
            name_vi=one.vi,
            phone=one.phone if with_phones else "",
            ways=[way for way, _ in one.ways],
        )
        for step in range(1, len(duty.steps) + 1)
        for one in roster.at_step(duty, step, now)
    ]
    return pb.OnDuty(
        id=duty.id,
        name_vi=duty.vi,
        name_en=duty.en,
        areas=duty.areas,
        rules=duty.rules,
        devices=duty.devices,
        datasets=duty.datasets,
        severity_from=duty.severity_from,
        escalate=duty.escalate,
        people=people,
    )


def to_pb_delivery(one: Delivery) -> pb.Delivery:
    return pb.Delivery(
        delivery=one.delivery,
        alarm=one.alarm,
        account=one.account,
        way=one.way,
        title_vi=one.notice.title_vi,
        planned_at=to_timestamp(one.planned_at),
        state=one.state,
        ended_at=to_timestamp_or_none(one.ended_at),
        attempts=one.attempts,
        last_error=one.last_error,
    )


def to_pb_entry(one: Entry) -> pb.Entry:
    draft = one.draft
    return pb.Entry(
        entry=one.entry,
        at=to_timestamp(draft.at),
        kind=str(draft.kind),
        by=draft.by,
        alarm=draft.alarm or 0,
        text=draft.text,
        hash=one.hash.hex(),
    )


def to_pb_handover_alarm(one: Alarm, rule_vi: str, events: Sequence[str]) -> pb.HandoverAlarm:
    return pb.HandoverAlarm(
        alarm=one.alarm,
        rule_vi=rule_vi,
        subject=one.subject,
        severity=int(one.severity),
        state=str(one.state),
        raised_at=to_timestamp(one.raised_at),
        acknowledged_by=one.acknowledged_by,
        shelved_until=to_timestamp_or_none(one.shelved_until),
        events=events,
    )


def to_pb_verified(head: Head, finding: Finding | None) -> pb.VerifyJournalResponse:
    answer = pb.VerifyJournalResponse(entries=head.entry, hash=head.hash.hex())
    if finding is not None:
        answer.wrong_entry, answer.wrong = finding.entry, str(finding.wrong)
        answer.why_vi, answer.why_en = finding.vi, finding.en
    return answer


def to_anchors(given: Sequence[pb.Anchor]) -> Mapping[int, bytes]:
    """Hashes by number.

    Raises:
        InvalidRequest: too many, or one is no hash of an entry.
    """
    if len(given) > MOST_ANCHORS:
        raise InvalidRequest([("anchors", "too_many", f"at most {MOST_ANCHORS}")])
    anchors = {}
    for index, one in enumerate(given):
        try:
            sealed = bytes.fromhex(one.hash)
        except ValueError:
            sealed = b""
        if len(sealed) != 32 or one.entry < 1:
            detail = "the number of an entry, and its hash of 64 hexadecimal digits"
            raise InvalidRequest([(f"anchors[{index}]", "bad_text", detail)])
        anchors[one.entry] = sealed
    return anchors
