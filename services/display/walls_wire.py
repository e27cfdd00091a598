"""Walls in protobuf."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from ioc.display.v1 import walls_pb2 as pb

from services.display.store import Begun, Change, Seen
from services.display.walls import Incident, Report, incident_of
from services.runtime.rpc_times import to_timestamp, to_timestamp_or_none


def to_pb_wall(seen: Seen, incidents: Iterable[Incident] = ()) -> pb.Wall:
    wall = seen.wall
    incident = incident_of(wall.wall, incidents)
    return pb.Wall(
        wall=wall.wall,
        name=wall.name,
        boards=wall.boards,
        seconds=wall.seconds,
        pushed=wall.pushed,
        language=wall.language,
        paired_at=to_timestamp_or_none(seen.paired_at) if wall.token is not None else None,
        connected_since=to_timestamp_or_none(seen.connected_since),
        seen_at=to_timestamp_or_none(seen.seen_at),
        report=None if seen.report is None else _to_pb_report(seen.report),
        incident=incident.incident if incident else 0,
        revision=wall.revision,
    )


def to_pb_incident(begun: Begun) -> pb.Incident:
    one = begun.incident
    return pb.Incident(
        incident=one.incident,
        walls=sorted(one.walls),
        board=one.board,
        text_vi=one.text_vi,
        text_en=one.text_en,
        began_at=to_timestamp(begun.at),
        began_by=begun.by,
    )


def to_pb_change(change: Change) -> pb.WallChange:
    return pb.WallChange(
        at=to_timestamp(change.at), by=change.by, wall=change.wall, what=change.what, detail=change.detail
    )


def _to_pb_report(report: Report) -> pb.WallReport:
    told = report._asdict()
    at = datetime.fromtimestamp(told.pop("at_ms") / 1000, UTC)
    return pb.WallReport(at=to_timestamp(at), **told)
