"""`haidang walls …`: the screens of the centre, what they show and how they do."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Annotated, Any

import typer
from haidang_client import pages
from ioc.display.v1 import walls_pb2 as pb

from services.cli import words
from services.cli.options import AsJson, Limit, session_of
from services.cli.output import Row, note, show
from services.cli.stubs import walls_stub
from services.cli.times import from_timestamp, moment_of
from services.cli.words import Language

app = typer.Typer(no_args_is_help=True, help="Walls: pair, set, watch over, take over for an incident.")
LARGEST_PAGE = 1_000
ALIVE_S = 15.0  # a report is due every 5 s
Number = Annotated[int, typer.Argument(min=1, metavar="WALL", help="Number of the wall.")]
Numbers = Annotated[list[int] | None, typer.Argument(metavar="[WALL…]", help="Numbers; none means all.")]
Boards = Annotated[
    str, typer.Option("--boards", "-b", metavar="NAME,…", help="In the order of its rotation.")
]
Seconds = Annotated[
    int, typer.Option("--seconds", min=0, help="That each board stays; else 30, or as it is.")
]
Tongue = Annotated[
    str, typer.Option("--language", metavar="vi|en", help="Of the wall; else vi, or as it is.")
]


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """All walls: what each shows, whether it is connected, how far its picture is behind."""
    session = session_of(context)
    with session.channel() as channel:
        found = session.call(walls_stub(channel).ListWalls, pb.ListWallsRequest())
    now = from_timestamp(found.now)
    assert now is not None
    rows = (wall_row(one, now, session.language) for one in found.walls)
    show(rows, as_json=as_json, language=session.language)
    if found.incidents and not as_json:
        show(map(incident_row, found.incidents), as_json=False, language=session.language)


@app.command()
def pair(
    context: typer.Context,
    code: Annotated[
        str,
        typer.Argument(metavar="[CODE]", help="As the screen shows it; none: a code for the screen is made."),
    ] = "",
    name: Annotated[str, typer.Option("--name", help="What staff call it, for example Tường 3.")] = "",
    boards: Boards = "",
    wall: Annotated[int, typer.Option("--wall", min=0, help="A wall that gets another screen.")] = 0,
    seconds: Seconds = 0,
    language: Tongue = "",
    as_json: AsJson = False,
) -> None:
    """Makes a wall of the screen that shows a code; without one, of the screen that opens an address once."""
    session = session_of(context)
    request = pb.PairWallRequest(
        code=code, name=name, boards=_names(boards), wall=wall, seconds=seconds, language=language
    )
    with session.channel() as channel:
        paired = session.call(walls_stub(channel).PairWall, request)
    row: dict[str, Any] = {"code": paired.code} if paired.code else {}
    show([row | _set_row(paired.wall)], as_json=as_json, language=session.language)
    if paired.code:
        note(words.message("open_once", session.language, code=paired.code))


@app.command("set")
def set_(
    context: typer.Context,
    wall: Number,
    name: Annotated[str | None, typer.Option("--name", help="Another name.")] = None,
    boards: Boards = "",
    seconds: Annotated[int | None, typer.Option("--seconds", help="That each board stays.")] = None,
    language: Annotated[str | None, typer.Option("--language", metavar="vi|en", help="Of the wall.")] = None,
    as_json: AsJson = False,
) -> None:
    """Another name, other boards, another rotation or language."""
    _change(context, as_json, wall=wall, name=name, boards=_names(boards), seconds=seconds, language=language)


@app.command()
def push(context: typer.Context, wall: Number, board: str, as_json: AsJson = False) -> None:
    """Shows one of its boards until `rotate`."""
    _change(context, as_json, wall=wall, pushed=board)


@app.command()
def rotate(context: typer.Context, wall: Number, as_json: AsJson = False) -> None:
    """Goes on with its rotation after `push`."""
    _change(context, as_json, wall=wall, pushed="")


@app.command()
def revoke(context: typer.Context, wall: Number) -> None:
    """Ends a wall: its screen shows a pairing code again."""
    session = session_of(context)
    with session.channel() as channel:
        session.call(walls_stub(channel).RevokeWall, pb.RevokeWallRequest(wall=wall))


@app.command()
def reload(context: typer.Context, walls: Numbers = None) -> None:
    """Has walls load their page anew."""
    session = session_of(context)
    with session.channel() as channel:
        session.call(walls_stub(channel).ReloadWalls, pb.ReloadWallsRequest(walls=walls or []))


@app.command()
def takeover(
    context: typer.Context,
    board: str,
    text: Annotated[str, typer.Argument(help="What stands above it; Vietnamese.")],
    walls: Annotated[
        list[int] | None, typer.Option("--wall", help="Only this wall; again for another.")
    ] = None,
    text_en: Annotated[str, typer.Option("--english", help="The same in English.")] = "",
    as_json: AsJson = False,
) -> None:
    """Takes over walls, or all of them, for an incident."""
    session = session_of(context)
    request = pb.TakeOverRequest(walls=walls or [], board=board, text_vi=text, text_en=text_en)
    with session.channel() as channel:
        begun = session.call(walls_stub(channel).TakeOver, request).incident
    show([incident_row(begun)], as_json=as_json, language=session.language)


@app.command()
def release(
    context: typer.Context,
    incident: Annotated[int, typer.Argument(min=0, help="Its number; none: all that are under way.")] = 0,
) -> None:
    """Ends an incident: walls go back to what they showed."""
    session = session_of(context)
    with session.channel() as channel:
        session.call(walls_stub(channel).Release, pb.ReleaseRequest(incident=incident))


@app.command()
def history(
    context: typer.Context,
    wall: Annotated[int, typer.Argument(min=0, metavar="[WALL]", help="Number; none: all.")] = 0,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """What was done to walls, and by whom, the newest first."""
    session = session_of(context)
    with session.channel() as channel:
        stub = walls_stub(channel)

        def ask(token: str) -> Any:
            size = min(limit + 1, LARGEST_PAGE)
            request = pb.ListWallChangesRequest(wall=wall, page_size=size, page_token=token)
            return session.call(stub.ListWallChanges, request)

        found = list(islice((one for page in pages(ask) for one in page.changes), limit + 1))
    show(map(change_row, found[:limit]), as_json=as_json, language=session.language)
    if len(found) > limit:
        note(words.message("more", session.language))


def wall_row(one: Any, now: datetime, language: Language) -> Row:
    report = one.report if one.HasField("report") else None
    seen_at = moment_of(one, "seen_at")
    return {
        "wall": one.wall,
        "wall_name": one.name,
        "how": _how(one, now, language),
        "showing": (report.board if report else None) or None,
        "boards": list(one.boards),
        "pushed": one.pushed or None,
        "incident": one.incident or None,
        "seen_at": seen_at,
        "clock_offset_s": round(report.clock_offset_ms / 1000, 1) if report else None,
        "heap_mb": round(report.heap_bytes / 1e6, 1) if report and report.HasField("heap_bytes") else None,
        "fps": report.fps if report else None,
        "build": (report.build if report else None) or None,
        "screen": f"{report.width}x{report.height}" if report else None,
    }


def _how(one: Any, now: datetime, language: Language) -> str:
    """In words: up to date, so and so far behind, away since when, or never seen."""
    if not one.HasField("paired_at"):
        return words.message("wall_waits", language)
    if not one.HasField("seen_at"):
        return words.message("wall_unseen", language)
    if not one.HasField("connected_since"):
        return words.message("wall_away", language)
    if not one.HasField("report"):
        return words.message("wall_silent", language)
    at = from_timestamp(one.report.at)
    assert at is not None
    silent_s = (now - at).total_seconds()
    behind_s = one.report.behind_ms / 1000 + (silent_s if silent_s > ALIVE_S else 0)
    if behind_s < 1:
        return words.message("wall_current", language)
    return words.message("wall_behind", language, seconds=f"{behind_s:.0f}")


def incident_row(one: Any) -> Row:
    return {
        "incident": one.incident,
        "board": one.board,
        "text": one.text_vi,
        "walls": [str(number) for number in one.walls],
        "began_at": moment_of(one, "began_at"),
        "actor": one.began_by,
    }


def change_row(one: Any) -> Row:
    return {
        "at": moment_of(one, "at"),
        "wall": one.wall or None,
        "wall_event": one.what,
        "actor": one.by or None,
        "text": one.detail or None,
    }


def _set_row(one: Any) -> dict[str, Any]:
    return {
        "wall": one.wall,
        "wall_name": one.name,
        "boards": list(one.boards),
        "seconds": one.seconds,
        "pushed": one.pushed or None,
        "language": one.language,
    }


def _change(context: typer.Context, as_json: bool, **fields: object) -> None:
    session = session_of(context)
    given: dict[str, Any] = {name: value for name, value in fields.items() if value is not None}
    with session.channel() as channel:
        changed = session.call(walls_stub(channel).ChangeWall, pb.ChangeWallRequest(**given)).wall
    show([_set_row(changed)], as_json=as_json, language=session.language)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
