"""Quarantine, once more: the gateway's own rule with today's registry and routes, and the receipt of then.

A message is replayed as a whole, with everything that was set aside of it. What is accepted now is classified
like any reading, and the ledger of its minute of receipt says so from then on; what is still refused stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from iot_gateway.assembly import Message, Rules, judge, judge_found
from iot_gateway.plausible import Seen, mark
from iot_gateway.rate import ONBOARDING_SHARD
from iot_gateway.routes import Found
from services.runtime.db import Connection, errors
from services.runtime.outcome import Unavailable
from services.telemetry import store_replay
from services.telemetry.domain import Batch, Counts, Refusal, SeriesName, Verdict, tally, total
from services.telemetry.store_replay import Closing, HeldMessage, HeldRow


class Span(NamedTuple):
    """Where the readings of a message lie in the batch, and what of it is still refused."""

    message: HeldMessage
    first: int
    end: int
    refusals: Sequence[Refusal]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is so of one row afterwards.

    replayed (now or earlier: detail is the trace id), discarded (detail says why), still_refused (detail says
    what is wrong today), incomplete (its bytes were not kept whole), or not_found.
    """

    quarantine_id: int
    outcome: str
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Replayed:
    """The outcome of each id asked for, and what became of the readings."""

    outcomes: tuple[Outcome, ...]
    counts: Counts


def judge_again(messages: Sequence[HeldMessage], rules: Rules, batch: Batch, now_ms: int) -> list[Span]:
    """Fill a batch with what these messages say today. Pure."""
    spans = []
    for message in messages:
        held = replace(rules.limits, held_ms=now_ms - message.received_at_ms)
        today = replace(rules, limits=held)
        first, refused = len(batch.series), len(batch.refusals)
        received = Message(
            message.topic.encode(), message.payload, 0, message.received_at_ms, message.payload_bytes
        )
        vouched = _vouched(message, rules)
        if vouched is None:
            judge(received, today, batch)
        else:
            judge_found(received, vouched, today, batch)
        spans.append(Span(message, first, len(batch.series), tuple(batch.refusals[refused:])))
    mark(batch, rules.watched, _nothing_seen())
    return spans


def _nothing_seen() -> Mapping[SeriesName, Seen]:
    return {}


def _vouched(message: HeldMessage, rules: Rules) -> Found | None:
    """The route of an onboarding message on the shard of its device, where the registry now vouches for it.

    `bad_topic` there means that the device was registered already: somebody else may have used its name, and
    nobody vouches for that.
    """
    found = rules.routing.routes.find(message.topic.encode())
    if not isinstance(found, Found) or found.shard != ONBOARDING_SHARD:
        return None
    name = found.device_called("")
    rule = rules.devices.get(name) if isinstance(name, str) else None
    if rule is None or any(row.reason == "bad_topic" for row in message.rows):
        return None
    return found._replace(shard=rule.shard)


def settle(spans: Sequence[Span], verdicts: Sequence[Verdict], series: Sequence[SeriesName]) -> Closing:
    """What becomes of the rows of each message, and of the account. Pure."""
    closing = Closing()
    for span in spans:
        now = [(series[i].device, verdicts[i]) for i in range(span.first, span.end)]
        _settle_one(span, now, closing)
    return closing


def _settle_one(span: Span, now: list[tuple[str, Verdict]], closing: Closing) -> None:
    message = span.message
    left: list[HeldRow] = []
    moved = closing.moved.setdefault((message.booked_at_ms, message.shard), [])
    for refusal in span.refusals:
        row = next((row for row in message.rows if row not in left and _same(row, refusal)), None)
        if row is None:
            added = replace(refusal, accepted=len(now), message=message.message_no)
            closing.added.append((message, added))
            moved.append((refusal.device, refusal.verdict, refusal.readings))
        else:
            left.append(row)
            closing.left.append((row.quarantine_id, refusal.detail, len(now)))
    gone = [row for row in message.rows if row not in left]
    closing.replayed += [row.quarantine_id for row in gone]
    moved += [(row.device, Verdict(row.verdict), -row.readings) for row in gone]
    moved += [(device, verdict, 1) for device, verdict in _not_counted_yet(now, message.accepted)]


def _same(row: HeldRow, refusal: Refusal) -> bool:
    return (row.device, row.verdict, row.reason, row.readings) == (
        refusal.device,
        refusal.verdict,
        refusal.reason,
        refusal.readings,
    )


def _not_counted_yet(now: list[tuple[str, Verdict]], accepted: int) -> list[tuple[str, Verdict]]:
    """Readings that were stored when the message came are duplicates now, and were counted then."""
    known = [index for index, (_, verdict) in enumerate(now) if verdict is Verdict.DUPLICATE][:accepted]
    return [each for index, each in enumerate(now) if index not in known]


def prepare(conn: Connection, ids: Sequence[int], rules: Rules, at: datetime) -> None:
    """Make what the replay of these will need and must not make itself: series, and room for their weeks."""
    batch = Batch("", "", 0)
    judge_again(_readable(conn, ids, rules, lock=False), rules, batch, _ms(at))
    store_replay.prepare(conn, batch.series, batch.observed_at_ms)


def replay(
    conn: Connection, ids: Sequence[int], rules: Rules, trace_id: str, by: str, at: datetime
) -> Replayed:
    """Replay the messages of these ids: one transaction, after `prepare` in another.

    Raises:
        Unavailable: a rival wrote the same readings meanwhile; the same call may succeed.
    """
    messages = _readable(conn, ids, rules, lock=True)
    batch = Batch(trace_id, "", max((message.received_at_ms for message in messages), default=0))
    spans = judge_again(messages, rules, batch, _ms(at))
    try:
        verdicts = store_replay.write_readings(conn, batch).verdicts
    except (errors.UniqueViolation, errors.CheckViolation) as error:
        raise Unavailable("rival writers of the same readings") from error
    closing = settle(spans, verdicts, batch.series)
    store_replay.close(conn, closing, trace_id, by, at)
    moved = tally(each for changes in closing.moved.values() for each in changes if each[2] > 0)
    return Replayed(tuple(_outcomes(conn, ids)), total(list(moved.values())))


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _readable(conn: Connection, ids: Sequence[int], rules: Rules, *, lock: bool) -> list[HeldMessage]:
    most = rules.limits.max_payload_bytes
    messages = store_replay.held(conn, ids, most, lock=lock)
    return [message for message in messages if message.is_whole and message.payload_bytes <= most]


def _outcomes(conn: Connection, ids: Sequence[int]) -> Iterator[Outcome]:
    """What is so now, of each id asked for."""
    rows = {row[0]: row for row in store_replay.standing_of(conn, ids)}
    for asked in ids:
        if asked not in rows:
            yield Outcome(asked, "not_found")
            continue
        _, state, closed_why, whole, reason, detail = rows[asked]
        yield Outcome(asked, _word(state, whole), reason, closed_why if state != "open" else detail)


def _word(state: str, whole: bool) -> str:
    if state == "open":
        return "still_refused" if whole else "incomplete"
    return state
