"""What is asked of boards and done to them: what is wrong with it, what it changes, then the change."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from ioc.display.v1 import boards_pb2 as pb

from services.display import board_plan, boards_wire, sources, store, store_boards
from services.display.board_file import Complaint, InvalidBoard, parse
from services.display.board_panels import Definition
from services.display.board_plan import Revision, World, Written
from services.display.store import Seen
from services.display.walls import Fault
from services.runtime.db import Connection
from services.runtime.rpc_errors import InvalidRequest, NotFound

MOST_FILES, LARGEST_FILE = 50, 256 * 1024  # bytes
LAST_REVISIONS = 100

Shipped = Callable[[], Mapping[str, Written]]


class Look(NamedTuple):
    """All boards at one moment: `boards` in force, of which `applied` are not those that are shipped."""

    boards: Mapping[str, Written]
    applied: Mapping[str, Written]
    newest: Mapping[str, Revision]  # of each that was ever applied

    def revision(self, board: str) -> int:
        return self.newest[board].revision if board in self.newest else 0

    def definition(self, board: str) -> Definition | None:
        return self.boards[board].definition if board in self.boards else None


class File(NamedTuple):
    """A board that was handed in. `revision`: of the board in force, as known; None: whatever it is."""

    name: str
    text: str
    definition: Definition
    revision: int | None


def look(connection: Connection, shipped: Mapping[str, Written]) -> Look:
    newest = store_boards.newest(connection)
    applied, _ = board_plan.readable(newest)
    return Look(board_plan.in_force(shipped, applied), applied, {one.board: one for one in newest})


def list_boards(
    connection: Connection, request: pb.ListBoardsRequest, shipped: Shipped
) -> pb.ListBoardsResponse:
    """All of them."""
    found, seen = look(connection, shipped()), store.seen(connection)
    return pb.ListBoardsResponse(boards=[_told(found, board, seen) for board in found.boards])


def get_board(connection: Connection, request: pb.GetBoardRequest, shipped: Shipped) -> pb.GetBoardResponse:
    """One, as it is in force; its text also of an earlier revision."""
    there, board = shipped(), request.board
    found = look(connection, there)
    if board not in found.boards and board not in found.newest:
        raise _unknown(found, board)
    is_there = board in found.boards
    if request.revision:
        text = _text(connection, board, request.revision, there)
    else:
        text = found.boards[board].text if is_there else ""
    last = store_boards.revisions(connection, board, LAST_REVISIONS)
    return pb.GetBoardResponse(
        board=_told(found, board, store.seen(connection)) if is_there else None,
        text=text,
        revisions=map(boards_wire.to_pb_revision, last),
    )


def plan_boards(
    connection: Connection, request: pb.PlanBoardsRequest, shipped: Shipped, province: str, now: datetime
) -> pb.PlanBoardsResponse:
    """What files would change."""
    files, found = _read(request.files), look(connection, shipped())
    _check_revisions(files, found)
    return pb.PlanBoardsResponse(boards=_plans(connection, files, found, province, now))


def apply_boards(
    connection: Connection,
    request: pb.ApplyBoardsRequest,
    shipped: Shipped,
    province: str,
    by: str,
    now: datetime,
) -> pb.ApplyBoardsResponse:
    """Puts files in force; the hub takes them up within a second."""
    files = _read(request.files)
    store_boards.lock(connection)
    found = look(connection, shipped())
    _check_revisions(files, found)
    plans = _plans(connection, files, found, province, now)
    changes = [
        Revision(plan.board, plan.revision + 1, now, by, file.text)
        for plan, file in zip(plans, files, strict=True)
        if plan.change != "same"
    ]
    if changes:
        store_boards.add(connection, changes)
    for plan in plans:
        plan.revision += plan.change != "same"
    return pb.ApplyBoardsResponse(boards=plans)


def reset_board(
    connection: Connection, request: pb.ResetBoardRequest, shipped: Shipped, by: str, now: datetime
) -> pb.ResetBoardResponse:
    """Back to the board that is shipped, or to none."""
    store_boards.lock(connection)
    there, board = shipped(), request.board
    found = look(connection, there)
    if board not in found.boards:
        raise _unknown(found, board)
    if board in found.applied:
        if request.HasField("revision") and request.revision != found.revision(board):
            raise InvalidRequest([_changed_since("revision", found.revision(board))])
        if board not in there:
            _check_unused(connection, board)
        store_boards.add(connection, [Revision(board, found.revision(board) + 1, now, by, None)])
        found = look(connection, there)
    is_there = board in found.boards
    return pb.ResetBoardResponse(board=_told(found, board, store.seen(connection)) if is_there else None)


def _read(told: Sequence[pb.BoardFile]) -> list[File]:
    """The boards that files say; all that is wrong with any of them is told at once."""
    if not told:
        raise InvalidRequest([("files", "empty", "name at least one file")])
    if len(told) > MOST_FILES:
        raise InvalidRequest([("files", "too_many", f"at most {MOST_FILES}")])
    files: list[File] = []
    faults: list[tuple[str, str, str]] = []
    for index, one in enumerate(told):
        try:
            files.append(_file(index, one, {file.definition.board for file in files}))
        except InvalidRequest as refused:
            faults += refused.violations
    if faults:
        raise InvalidRequest(faults)
    return files


def _file(index: int, told: pb.BoardFile, others: set[str]) -> File:
    place = f"files[{told.name or index}]"
    if not told.name:
        raise InvalidRequest([(f"{place}.name", "required", "by which faults are told")])
    if len(told.text.encode()) > LARGEST_FILE:
        raise InvalidRequest([(f"{place}.text", "too_large", f"at most {LARGEST_FILE} bytes a file")])
    if not unicodedata.is_normalized("NFC", told.text):
        raise InvalidRequest([(f"{place}.text", "not_nfc", "send Unicode NFC")])
    try:
        definition = parse(told.text)
    except InvalidBoard as refused:
        raise InvalidRequest([_fault(place, one) for one in refused.complaints]) from None
    if definition.board in others:
        detail = f"another file is {definition.board}, too"
        raise InvalidRequest([(f"{place}.board", "repeated", detail)])
    revision = told.revision if told.HasField("revision") else None
    return File(told.name, told.text, definition, revision)


def _fault(place: str, complaint: Complaint) -> Fault:
    field = ".".join(part for part in (place, complaint.panel, complaint.field) if part)
    return Fault(field, "bad_board", complaint.reason)


def _check_revisions(files: Iterable[File], found: Look) -> None:
    """Nobody overwrites what he has not seen. What is in force already is no change: calls may repeat."""
    faults = [
        _changed_since(f"files[{file.name}].revision", standing)
        for file in files
        if (standing := found.revision(file.definition.board)) != file.revision
        and file.revision is not None
        and found.definition(file.definition.board) != file.definition
    ]
    if faults:
        raise InvalidRequest(faults)


def _changed_since(field: str, revision: int) -> Fault:
    return Fault(field, "changed_since", f"it is revision {revision} by now; look at it and decide anew")


def _check_unused(connection: Connection, board: str) -> None:
    names = [one.name for one in store.walls(connection) if board in one.boards]
    names += [
        f"#{one.incident.incident}" for one in store.incidents(connection) if one.incident.board == board
    ]
    if names:
        detail = f"it is not shipped and would be gone; still set to show it: {', '.join(names)}"
        raise InvalidRequest([("board", "in_use", detail)])


def _plans(
    connection: Connection, files: Sequence[File], found: Look, province: str, now: datetime
) -> list[pb.BoardPlan]:
    world, seen = sources.world(connection, province, now), store.seen(connection)
    return [_plan(file.definition, found, world, seen) for file in files]


def _plan(after: Definition, found: Look, world: World, seen: Sequence[Seen]) -> pb.BoardPlan:
    before = found.definition(after.board)
    return pb.BoardPlan(
        board=after.board,
        title_vi=after.title.vi,
        title_en=after.title.en,
        change=board_plan.kind_of(before, after),
        revision=found.revision(after.board),
        panels=map(boards_wire.to_pb_panel_change, board_plan.panel_changes(before, after)),
        missing=map(boards_wire.to_pb_missing, board_plan.missing(after, world)),
        walls=boards_wire.to_pb_walls(after.board, seen),
    )


def _text(connection: Connection, board: str, number: int, shipped: Mapping[str, Written]) -> str:
    found = store_boards.revision(connection, board, number)
    if found is None:
        raise NotFound("revision", "unknown_revision", f"board {board} has no revision {number}")
    if found.text is None:
        return shipped[board].text if board in shipped else ""
    return found.text


def _told(found: Look, board: str, seen: Sequence[Seen]) -> pb.Board:
    definition, newest = found.boards[board].definition, found.newest.get(board)
    return boards_wire.to_pb_board(definition, newest, seen, is_shipped=board not in found.applied)


def _unknown(found: Look, board: str) -> NotFound:
    detail = f"there is no board {board!r}; there are: {', '.join(found.boards)}"
    return NotFound("board", "unknown_board", detail)
