"""What is asked of walls and done to them: what is wrong with it, then the change, then its note."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from ioc.display.v1 import walls_pb2 as pb

from services.display import boards_questions, store, walls_wire
from services.display.boards_questions import Shipped
from services.display.store import Change
from services.display.walls import (
    CODE_LETTERS,
    GIVEN_CODE,
    LANGUAGES,
    LONGEST_NAME,
    LONGEST_TEXT,
    USUAL_S,
    Fault,
    Incident,
    Wall,
    may_be_code,
    plain_code,
    setting_faults,
    text_faults,
)
from services.runtime.db import Connection
from services.runtime.page_token import page_size, seal, unseal
from services.runtime.rpc_errors import InvalidRequest, NotFound
from services.runtime.rpc_times import to_timestamp

DEFAULT_PAGE, LARGEST_PAGE = 100, 1_000


def list_walls(connection: Connection, request: pb.ListWallsRequest, now: datetime) -> pb.ListWallsResponse:
    """All walls, and the incidents under way."""
    begun = store.incidents(connection)
    incidents = [one.incident for one in begun]
    return pb.ListWallsResponse(
        walls=[walls_wire.to_pb_wall(one, incidents) for one in store.seen(connection)],
        incidents=map(walls_wire.to_pb_incident, begun),
        now=to_timestamp(now),
    )


def pair_wall(
    connection: Connection, request: pb.PairWallRequest, shipped: Shipped, by: str, now: datetime
) -> pb.PairWallResponse:
    """A new wall, or another screen for one; with the code of a screen, or with one for it."""
    code = plain_code(request.code)
    if code and not (may_be_code(code) and store.is_waiting(connection, code, now)):
        raise NotFound("code", "unknown_code", "no screen shows this code (any longer); read it again")
    known = _known(connection, shipped)
    wall = _repaired(connection, request, known) if request.wall else _added(connection, request, known)
    given = "" if code else _new_code(connection, wall.wall, now)
    if code:
        store.pair_code(connection, code, wall.wall)
    detail = f"{wall.name}: {', '.join(wall.boards)}"
    store.note(connection, Change(0, now, by, wall.wall, "paired", detail))
    return pb.PairWallResponse(wall=_told(connection, wall.wall), code=given)


def change_wall(
    connection: Connection, request: pb.ChangeWallRequest, shipped: Shipped, by: str, now: datetime
) -> pb.ChangeWallResponse:
    """Another setting."""
    wall = _standing(connection, request.wall)
    if request.revision and request.revision != wall.revision:
        detail = f"it is revision {wall.revision} by now; look at it and decide anew"
        raise InvalidRequest([("revision", "changed_since", detail)])
    present = {name: getattr(request, name) for name in _OPTIONAL if request.HasField(name)}
    changed = wall._replace(**present, boards=tuple(request.boards) or wall.boards)
    _check(connection, changed, _known(connection, shipped))
    store.put_wall(connection, changed)
    store.note(connection, Change(0, now, by, wall.wall, "changed", _difference(wall, changed)))
    return pb.ChangeWallResponse(wall=_told(connection, wall.wall))


def revoke_wall(
    connection: Connection, request: pb.RevokeWallRequest, by: str, now: datetime
) -> pb.RevokeWallResponse:
    """The end of a wall."""
    wall = _standing(connection, request.wall)
    store.revoke(connection, wall.wall, now)
    store.note(connection, Change(0, now, by, wall.wall, "revoked", wall.name))
    return pb.RevokeWallResponse()


def reload_walls(
    connection: Connection, request: pb.ReloadWallsRequest, by: str, now: datetime
) -> pb.ReloadWallsResponse:
    """Walls load their page anew."""
    _check_numbers(connection, request.walls)
    told = store.reload(connection, request.walls)
    for wall in told:
        store.note(connection, Change(0, now, by, wall, "reload", ""))
    return pb.ReloadWallsResponse(walls=len(told))


def take_over(
    connection: Connection, request: pb.TakeOverRequest, shipped: Shipped, by: str, now: datetime
) -> pb.TakeOverResponse:
    """An incident begins."""
    faults = text_faults("text_vi", request.text_vi, LONGEST_TEXT)
    faults += text_faults("text_en", request.text_en, LONGEST_TEXT, is_required=False)
    if request.board not in (known := _known(connection, shipped)):
        faults.append(Fault("board", "unknown_board", f"there are: {', '.join(sorted(known))}"))
    _refuse(faults)
    _check_numbers(connection, request.walls)
    told = Incident(0, frozenset(request.walls), request.board, request.text_vi, request.text_en)
    begun = store.begin_incident(connection, told, by, now)
    detail = f"{request.board}: {request.text_vi}"
    store.note(connection, Change(0, now, by, 0, "incident", detail))
    return pb.TakeOverResponse(incident=walls_wire.to_pb_incident(begun))


def release(connection: Connection, request: pb.ReleaseRequest, by: str, now: datetime) -> pb.ReleaseResponse:
    """Incidents end."""
    ended = store.end_incidents(connection, request.incident, by, now)
    if request.incident and not ended:
        raise NotFound("incident", "unknown_incident", f"incident {request.incident} is not under way")
    if ended:
        store.note(connection, Change(0, now, by, 0, "released", str(request.incident or "")))
    return pb.ReleaseResponse(incidents=ended)


def list_wall_changes(
    connection: Connection, request: pb.ListWallChangesRequest
) -> pb.ListWallChangesResponse:
    """One page of what was done."""
    size = page_size(request.page_size, DEFAULT_PAGE, LARGEST_PAGE)
    query = ("ListWallChanges", request.wall)
    key = unseal(request.page_token, query, (int,))
    found = store.changes(connection, request.wall, size + 1, int(key[0]) if key else None)
    return pb.ListWallChangesResponse(
        changes=map(walls_wire.to_pb_change, found[:size]),
        next_page_token=seal(query, [found[size - 1].change]) if len(found) > size else "",
    )


_OPTIONAL = ("name", "seconds", "pushed", "language")


def _added(connection: Connection, request: pb.PairWallRequest, known: Sequence[str]) -> Wall:
    seconds, language = request.seconds or USUAL_S, request.language or LANGUAGES[0]
    faults = [] if request.boards else [Fault("boards", "missing", "name at least one board")]
    _refuse(faults)
    wanted = Wall(0, request.name, tuple(request.boards), seconds, "", language, None, 0, 1)
    _check(connection, wanted, known)
    return store.add_wall(connection, wanted.name, wanted.boards, seconds, language)


def _repaired(connection: Connection, request: pb.PairWallRequest, known: Sequence[str]) -> Wall:
    wall = _standing(connection, request.wall)
    wanted = wall._replace(
        name=request.name or wall.name,
        boards=tuple(request.boards) or wall.boards,
        seconds=request.seconds or wall.seconds,
        language=request.language or wall.language,
    )
    _check(connection, wanted, known)
    return store.put_wall(connection, wanted)


def _standing(connection: Connection, number: int) -> Wall:
    wall = store.wall_for_change(connection, number)
    if wall is None:
        raise NotFound("wall", "unknown_wall", f"there is no wall {number}, or it was revoked")
    return wall


def _check(connection: Connection, wall: Wall, known: Sequence[str]) -> None:
    faults = text_faults("name", wall.name, LONGEST_NAME)
    faults += setting_faults(wall.boards, wall.seconds, wall.language, known)
    if wall.pushed and wall.pushed not in wall.boards:
        faults.append(Fault("pushed", "unknown_board", f"one of its own: {', '.join(wall.boards)}"))
    if store.is_named(connection, wall.name, wall.wall):
        faults.append(Fault("name", "taken", "another wall has this name"))
    _refuse(faults)


def _known(connection: Connection, shipped: Shipped) -> Sequence[str]:
    """Names of the boards that there are."""
    return list(boards_questions.look(connection, shipped()).boards)


def _check_numbers(connection: Connection, numbers: Sequence[int]) -> None:
    there = {wall.wall for wall in store.walls(connection)}
    for index, number in enumerate(numbers):
        if number not in there:
            raise NotFound(f"walls[{index}]", "unknown_wall", f"there is no wall {number}, or it was revoked")


def _new_code(connection: Connection, wall: int, now: datetime) -> str:
    while not store.put_code(connection, code := letters(GIVEN_CODE), now, wall):
        pass
    return code


def letters(count: int) -> str:
    """A code that nobody guesses."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(count))


def _told(connection: Connection, number: int) -> pb.Wall:
    incidents = [one.incident for one in store.incidents(connection)]
    (found,) = (one for one in store.seen(connection) if one.wall.wall == number)
    return walls_wire.to_pb_wall(found, incidents)


def _difference(before: Wall, after: Wall) -> str:
    told = (
        f"{name}: {getattr(before, name)} → {getattr(after, name)}"
        for name in ("name", "boards", "seconds", "pushed", "language")
        if getattr(before, name) != getattr(after, name)
    )
    return "; ".join(told).replace("'", "")


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise InvalidRequest(faults)
