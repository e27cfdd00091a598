"""What gRPC requests ask of scores and lateness: their limits, what was counted, then the answer."""

from __future__ import annotations

from datetime import datetime

from ioc.indicators.v1 import figures_pb2 as pb

from services.indicators.figures import Window, next_start, period_start
from services.indicators.figures_requests import read_day, read_known, read_period
from services.indicators.grounds import Grounds
from services.indicators.scores_wire import to_pb_reporter, to_pb_subject
from services.indicators.scoring import late_reporters, subjects
from services.runtime.db import Connection
from services.runtime.rpc_errors import InvalidRequest

_KINDS = {
    pb.SCORED_KIND_SOURCE: "source",
    pb.SCORED_KIND_AREA: "area",
    pb.SCORED_KIND_ORGANISATION: "organisation",
}


def get_scores(
    connection: Connection, request: pb.GetScoresRequest, grounds: Grounds, now: datetime
) -> pb.GetScoresResponse:
    """The scores of all sources, areas or organisations in a period."""
    kind, window, known = _asked(request, now)
    return pb.GetScoresResponse(scores=map(to_pb_subject, subjects(connection, grounds, kind, window, known)))


def list_late_reporters(
    connection: Connection, request: pb.ListLateReportersRequest, grounds: Grounds, now: datetime
) -> pb.ListLateReportersResponse:
    """Who was late in a period, the worst first."""
    kind, window, known = _asked(request, now)
    return pb.ListLateReportersResponse(
        reporters=map(to_pb_reporter, late_reporters(connection, grounds, kind, window, known))
    )


def _asked(
    request: pb.GetScoresRequest | pb.ListLateReportersRequest, now: datetime
) -> tuple[str, Window, datetime]:
    kind = _KINDS.get(request.kind)
    if kind is None:
        raise InvalidRequest([("kind", "unknown", "say source, area or organisation")])
    period, day = read_period(request), read_day("on", request.on)
    start = period_start(period, day)
    return kind, Window(period, start, next_start(period, start)), read_known(request, now)
