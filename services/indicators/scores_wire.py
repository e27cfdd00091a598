"""Scores and lateness in protobuf. Shares go out as text, never rounded up; what is unknown stays absent."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

from ioc.indicators.v1 import figures_pb2 as pb

from services.indicators.lateness import Lateness
from services.indicators.scores import Counts, scores
from services.indicators.scoring import Subject
from services.runtime.rpc_times import to_timestamp

_DIGITS = Decimal("0.000001")


def to_pb_scores(counts: Counts) -> pb.Scores:
    """The four scores that counts come to, with them."""
    found = scores(counts)
    worst = found.worst()
    return pb.Scores(
        right=_text(found.right),
        complete=_text(found.complete),
        clean=_text(found.clean),
        live=_text(found.live),
        worst=worst[0].value if worst else "",
        counts=pb.ScoreCounts(**counts._asdict()),
    )


def to_pb_subject(one: Subject) -> pb.SubjectScores:
    """A source, area or organisation."""
    return pb.SubjectScores(
        subject=one.code,
        name_vi=one.name_vi,
        scores=to_pb_scores(one.counts),
        newest_at=to_timestamp(one.newest_at) if one.newest_at else None,
    )


def to_pb_reporter(one: Lateness) -> pb.LateReporter:
    """A row of the league table."""
    return pb.LateReporter(
        subject=one.subject,
        name_vi=one.name_vi,
        due=one.due,
        on_time=one.on_time,
        late=one.late,
        never=one.never,
        median_late_s=_seconds(one.median),
        worst_late_s=_seconds(one.worst),
    )


def _text(share: Decimal | None) -> str | None:
    if share is None:
        return None
    plain = f"{share.quantize(_DIGITS, ROUND_DOWN):f}"
    return plain.rstrip("0").rstrip(".")


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())
