"""Answers about readings: from the store's views and from facts to protobuf."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from ioc.telemetry.v1 import telemetry_pb2 as pb

from services.runtime.mailbox import Entry
from services.runtime.rpc_times import EPOCH, to_timestamp
from services.telemetry.domain import Counts
from services.telemetry.replay import Outcome
from services.telemetry.store_quarantine import PAYLOAD_HEAD_BYTES
from services.telemetry.views import (
    LatestReading,
    LedgerEntry,
    Presence,
    QuarantinedItem,
    RevisedReading,
    StandingReading,
)
from services.telemetry.watching import Wanted
from services.telemetry.wire import Stored

MILLISECOND = timedelta(milliseconds=1)


def latest_response(
    readings: Iterable[LatestReading], units: Mapping[tuple[str, str], str]
) -> pb.GetLatestResponse:
    """The newest readings, each with its unit ('' where the registry no longer knows the channel)."""
    return pb.GetLatestResponse(
        readings=[
            pb.LatestReading(
                series=pb.SeriesName(device=reading.device, channel=reading.channel),
                unit=units.get((reading.device, reading.channel), ""),
                observed_at=to_timestamp(reading.observed_at),
                received_at=to_timestamp(reading.received_at),
                value=reading.value,
                quality=reading.quality,
            )
            for reading in readings
        ]
    )


def packed(readings: Iterable[StandingReading]) -> pb.Readings:
    """Readings in arrays."""
    result = pb.Readings()
    for reading in readings:
        result.observed_at_ms.append(_milliseconds(reading.observed_at))
        result.value.append(reading.value)
        result.quality.append(reading.quality)
        result.received_at_ms.append(_milliseconds(reading.received_at))
        result.revision.append(reading.revision)
    return result


def watch_response(entry: Entry[Stored], wanted: Wanted) -> pb.WatchReadingsResponse:
    """One batch as watched, with the readings that are wanted only."""
    return pb.WatchReadingsResponse(
        resume_token=entry.resume_token,
        position=entry.position.position,
        series=_series(entry.body, wanted) if entry.body else (),
        trace_id=entry.trace_id,
    )


def ledger_response(
    entries: Iterable[LedgerEntry], presences: Iterable[Presence] = ()
) -> pb.GetLedgerResponse:
    """The account, ordered by device; devices of which only silence is known are in it too."""
    found = {entry.device: _ledger_entry(entry) for entry in entries}
    for presence in presences:
        entry = found.setdefault(presence.device, pb.LedgerEntry(device=presence.device))
        entry.presence.CopyFrom(
            pb.Presence(
                expected=presence.expected,
                present=presence.present,
                missing=max(0, presence.expected - presence.present),
                never_reached=presence.never_reached,
            )
        )
    return pb.GetLedgerResponse(entries=[found[device] for device in sorted(found)])


def _ledger_entry(entry: LedgerEntry) -> pb.LedgerEntry:
    return pb.LedgerEntry(
        device=entry.device,
        received=entry.received,
        stored=entry.stored,
        duplicate=entry.duplicate,
        corrected=entry.corrected,
        conflicting=entry.conflicting,
        quarantined=entry.quarantined,
        skipped=entry.skipped,
    )


def quarantined(item: QuarantinedItem) -> pb.QuarantinedItem:
    """One item that was set aside."""
    return pb.QuarantinedItem(
        id=item.quarantine_id,
        received_at=to_timestamp(item.received_at),
        topic=item.topic,
        device=item.device,
        reason=item.reason,
        field=item.field,
        detail=item.detail,
        verdict=item.verdict,
        payload_head=item.payload[:PAYLOAD_HEAD_BYTES],
        payload_bytes=item.payload_bytes,
        readings=item.readings,
        state=item.state,
        closed_at=to_timestamp(item.closed_at) if item.closed_at else None,
        closed_by=item.closed_by,
        closed_why=item.closed_why,
        tried_at=to_timestamp(item.tried_at) if item.tried_at else None,
        trace_id=item.trace_id,
    )


def replayed(
    outcomes: Iterable[Outcome], counts: Counts, next_page_token: str
) -> pb.ReplayQuarantinedResponse:
    """What a replay did."""
    return pb.ReplayQuarantinedResponse(
        outcomes=[
            pb.ReplayOutcome(id=one.quarantine_id, outcome=one.outcome, reason=one.reason, detail=one.detail)
            for one in outcomes
        ],
        stored=counts.stored,
        duplicate=counts.duplicate,
        corrected=counts.corrected,
        conflicting=counts.conflicting,
        next_page_token=next_page_token,
    )


def revised(reading: RevisedReading) -> pb.RevisedReading:
    """One value that does not stand."""
    return pb.RevisedReading(
        series=pb.SeriesName(device=reading.device, channel=reading.channel),
        observed_at=to_timestamp(reading.observed_at),
        value=reading.value,
        revision=reading.revision,
        received_at=to_timestamp(reading.received_at),
        verdict=reading.verdict,
        standing_value=reading.standing_value,
    )


def _milliseconds(time: datetime) -> int:
    return (time - EPOCH) // MILLISECOND


def _series(fact: Stored, wanted: Wanted) -> list[pb.SeriesReadings]:
    columns = fact.readings
    devices, channels = fact.series.device, fact.series.channel
    chosen = {n for n, names in enumerate(zip(devices, channels, strict=True)) if wanted.has(*names)}
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, series in enumerate(columns.series):
        if series in chosen:
            rows_of[series].append(row)
    return [
        pb.SeriesReadings(
            series=pb.SeriesName(device=devices[series], channel=channels[series]),
            readings=pb.Readings(
                observed_at_ms=[columns.observed_at_ms[row] for row in rows],
                value=[columns.value[row] for row in rows],
                quality=[columns.quality[row] for row in rows],
                received_at_ms=[columns.received_at_ms[row] for row in rows],
                revision=[columns.revision[row] for row in rows],
            ),
        )
        for series, rows in rows_of.items()
    ]
