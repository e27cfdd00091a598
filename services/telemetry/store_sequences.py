"""Statements about devices that number their messages, part of the ingest transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from services.runtime.db import Connection
from services.telemetry.domain import Numbered
from services.telemetry.sequences import MOST_OPEN, Gap, Track, follow


def write_numbers(conn: Connection, numbers: Sequence[Numbered]) -> None:
    """Bring the tracks of these devices up to date; costs nothing where nobody numbers."""
    if not numbers:
        return
    by_device: dict[str, list[Numbered]] = {}
    for message in numbers:
        by_device.setdefault(message.device, []).append(message)
    devices = sorted(by_device)
    conn.execute(  # a row to lock for each, also where two writers meet a new device
        "INSERT INTO telemetry.sequences (device, run, lowest, highest, highest_at_ms)"
        " SELECT d, -1, 0, 0, 0 FROM unnest(%s::text[]) d ORDER BY d ON CONFLICT DO NOTHING",
        (devices,),
    )
    before = _tracks(conn, devices)
    after = {device: follow(before[device], by_device[device]) for device in devices}
    changed = {
        device: track for device, track in after.items() if track is not None and track != before[device]
    }
    _write_tracks(conn, changed)
    _write_gaps(conn, before, changed)


def _tracks(conn: Connection, devices: Sequence[str]) -> dict[str, Track | None]:
    rows = conn.execute(
        "SELECT device, run, lowest, highest, highest_at_ms FROM telemetry.sequences"
        " WHERE device = ANY(%s) ORDER BY device FOR UPDATE",
        (devices,),
    ).fetchall()
    found = {row[0]: Track(*row[1:]) if row[1] >= 0 else None for row in rows}
    gaps: dict[str, list[Gap]] = {}
    runs = [(device, track.run) for device, track in found.items() if track is not None]
    for device, *gap in _gap_rows(conn, runs):
        gaps.setdefault(device, []).append(Gap(*gap))
    for device, open_gaps in gaps.items():
        track = found[device]
        assert track is not None
        found[device] = Track(
            track.run, track.lowest, track.highest, track.highest_at_ms, tuple(sorted(open_gaps))
        )
    return found


def _gap_rows(conn: Connection, runs: Sequence[tuple[str, int]]) -> list[tuple[str, int, int, int]]:
    return conn.execute(
        "SELECT r.device, g.* FROM unnest(%s::text[], %s::integer[]) AS r (device, run)"
        " CROSS JOIN LATERAL (SELECT first_number, last_number,"
        "  (extract(epoch FROM noticed_at) * 1000)::bigint FROM telemetry.sequence_gaps s"
        "  WHERE s.device = r.device AND s.run = r.run ORDER BY first_number DESC LIMIT %s) g",
        ([device for device, _ in runs], [run for _, run in runs], MOST_OPEN),
    ).fetchall()


def _write_tracks(conn: Connection, changed: Mapping[str, Track]) -> None:
    if not changed:
        return
    rows = [(d, t.run, t.lowest, t.highest, t.highest_at_ms) for d, t in changed.items()]
    conn.execute(
        "UPDATE telemetry.sequences s SET run = n.run, lowest = n.lowest, highest = n.highest,"
        " highest_at_ms = n.at FROM unnest(%s::text[], %s::integer[], %s::bigint[], %s::bigint[],"
        " %s::bigint[]) AS n (device, run, lowest, highest, at) WHERE s.device = n.device",
        [list(column) for column in zip(*rows, strict=True)],
    )


def _write_gaps(conn: Connection, before: Mapping[str, Track | None], changed: Mapping[str, Track]) -> None:
    gone: list[tuple[str, int, int]] = []
    come: list[tuple[str, int, int, int, int]] = []
    for device, track in changed.items():
        earlier = before[device]
        known = set(earlier.gaps) if earlier is not None and earlier.run == track.run else set()
        gone += [(device, track.run, gap.first) for gap in known - set(track.gaps)]
        come += [(device, track.run, *gap) for gap in set(track.gaps) - known]
    if gone:
        conn.execute(
            "DELETE FROM telemetry.sequence_gaps g USING unnest(%s::text[], %s::integer[], %s::bigint[])"
            " AS n (device, run, first) WHERE g.device = n.device AND g.run = n.run"
            " AND g.first_number = n.first",
            _columns(gone),
        )
    if come:
        conn.execute(
            "INSERT INTO telemetry.sequence_gaps (device, run, first_number, last_number, noticed_at)"
            " SELECT d, r, f, l, to_timestamp(at / 1000.0)"
            " FROM unnest(%s::text[], %s::integer[], %s::bigint[], %s::bigint[], %s::bigint[])"
            " AS n (d, r, f, l, at) ON CONFLICT DO NOTHING",
            _columns(come),
        )


def _columns(rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
