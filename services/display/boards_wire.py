"""Boards in protobuf."""

from __future__ import annotations

from collections.abc import Iterable

from ioc.display.v1 import boards_pb2 as pb

from services.display.board_panels import AnyPanel, Definition
from services.display.board_plan import Missing, PanelChange, Revision
from services.display.store import Seen
from services.runtime.rpc_times import to_timestamp


def to_pb_board(
    definition: Definition, newest: Revision | None, seen: Iterable[Seen], *, is_shipped: bool
) -> pb.Board:
    return pb.Board(
        board=definition.board,
        title_vi=definition.title.vi,
        title_en=definition.title.en,
        revision=newest.revision if newest else 0,
        shipped=is_shipped,
        changed_at=to_timestamp(newest.at) if newest else None,
        changed_by=newest.by if newest else "",
        panels=map(_to_pb_panel, definition.panels),
        walls=to_pb_walls(definition.board, seen),
    )


def to_pb_walls(board: str, seen: Iterable[Seen]) -> list[pb.BoardWall]:
    """Walls that are set to show a board, or show it for an incident."""
    found = []
    for one in seen:
        shows = one.connected_since is not None and one.report is not None and one.report.board == board
        if shows or board in one.wall.boards:
            found.append(pb.BoardWall(wall=one.wall.wall, name=one.wall.name, showing=shows))
    return found


def to_pb_revision(change: Revision) -> pb.BoardRevision:
    return pb.BoardRevision(
        revision=change.revision, at=to_timestamp(change.at), by=change.by, reset=change.text is None
    )


def to_pb_panel_change(change: PanelChange) -> pb.PanelChange:
    return pb.PanelChange(
        panel=change.panel,
        change=change.kind,
        title_vi=change.title.vi,
        title_en=change.title.en,
        fields=change.fields,
    )


def to_pb_missing(one: Missing) -> pb.MissingKey:
    return pb.MissingKey(panel=one.panel, field=one.field, reason=one.reason, what=one.what)


def _to_pb_panel(panel: AnyPanel) -> pb.BoardPanel:
    at = panel.at
    return pb.BoardPanel(
        panel=panel.id,
        kind=str(panel.__struct_config__.tag),
        title_vi=panel.title.vi,
        title_en=panel.title.en,
        x=at.x,
        y=at.y,
        width=at.w,
        height=at.h,
    )
