"""Restated figures in protobuf."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ioc.indicators.v1 import figures_pb2 as pb

from services.indicators.figures_wire import to_pb_figure
from services.indicators.mapped_sums import Remainder
from services.indicators.published import Figure


def to_pb_mapped(figure: Figure, to: date, lacks: Sequence[str], *, is_hidden: bool) -> pb.Figure:
    """A figure on the map of a day, and what it lacks."""
    shown = to_pb_figure(figure, is_hidden=is_hidden)
    shown.map_date = to.isoformat()
    shown.lacks.extend(lacks)
    return shown


def to_pb_left(figure: Figure, remainder: Remainder, *, is_hidden: bool) -> pb.NotRestated:
    """What stays on the way."""
    return pb.NotRestated(
        figure=to_pb_figure(figure, is_hidden=is_hidden),
        valid_from=remainder.valid_from.isoformat() if remainder.valid_from else "",
        reason=remainder.reason,
        belongs_to=remainder.belongs_to,
    )
