"""`haidang boards …`: what walls show, as files: planned, applied, taken back."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from ioc.display.v1 import boards_pb2 as pb

from services.cli import words
from services.cli.client import EXIT_USAGE, CommandError, Session
from services.cli.options import AsJson, session_of
from services.cli.output import Row, note, show
from services.cli.stubs import boards_stub
from services.cli.times import moment_of
from services.cli.words import Language

app = typer.Typer(no_args_is_help=True, help="Boards: list, plan and apply files, back to what is shipped.")
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE|FOLDER …", help="JSON files, or folders of them.", exists=True)
]
Name = Annotated[str, typer.Argument(metavar="BOARD", help="Name of the board.")]
Revisions = Annotated[
    list[str] | None,
    typer.Option(
        "--revision",
        metavar="BOARD=N",
        help="As it was seen: refused where another changed it since. Several.",
    ),
]


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """All boards that a wall can show, who changed them, and which walls are set to them."""
    session = session_of(context)
    with session.channel() as channel:
        found = session.call(boards_stub(channel).ListBoards, pb.ListBoardsRequest())
    rows = (board_row(one, session.language) for one in found.boards)
    show(rows, as_json=as_json, language=session.language)


@app.command("show")
def show_(
    context: typer.Context,
    board: Name,
    revision: Annotated[int, typer.Option("--revision", min=0, help="An earlier one.")] = 0,
) -> None:
    """The file of a board, to be kept or edited."""
    session = session_of(context)
    found = _get(session, board, revision)
    sys.stdout.write(found.text if found.text.endswith("\n") else found.text + "\n")
    if found.HasField("board"):
        now = found.board.revision
        note(words.message("board_of_revision", session.language, board=board, revision=now))


@app.command()
def history(context: typer.Context, board: Name, as_json: AsJson = False) -> None:
    """Who changed a board, the newest first."""
    session = session_of(context)
    rows = (
        {
            "revision": one.revision,
            "at": moment_of(one, "at"),
            "board_event": "reset" if one.reset else "applied",
            "actor": one.by,
        }
        for one in _get(session, board).revisions
    )
    show(rows, as_json=as_json, language=session.language)


@app.command()
def plan(context: typer.Context, files: Files, as_json: AsJson = False) -> None:
    """Says what files would change, what they name that is not there, and which walls show them."""
    session = session_of(context)
    with session.channel() as channel:
        request = pb.PlanBoardsRequest(files=read_boards(files, {}))
        planned = session.call(boards_stub(channel).PlanBoards, request).boards
    _tell(planned, as_json, session.language)
    changed = [one for one in planned if one.change != "same"]
    if changed:
        options = " ".join(f"--revision {one.board}={one.revision}" for one in changed)
        note(words.message("boards_only_planned", session.language, options=options))


@app.command()
def apply(context: typer.Context, files: Files, revisions: Revisions = None, as_json: AsJson = False) -> None:
    """Puts boards in force, all or none; walls that show them follow within seconds."""
    session = session_of(context)
    with session.channel() as channel:
        request = pb.ApplyBoardsRequest(files=read_boards(files, _expected(revisions or [])))
        applied = session.call(boards_stub(channel).ApplyBoards, request).boards
    _tell(applied, as_json, session.language)
    if any(one.change != "same" for one in applied):
        note(words.message("boards_applied", session.language))


@app.command()
def reset(
    context: typer.Context,
    board: Name,
    revision: Annotated[int | None, typer.Option("--revision", min=0, help="As it was seen.")] = None,
    as_json: AsJson = False,
) -> None:
    """Back to the board that is shipped; one that is not shipped is no more."""
    session = session_of(context)
    request = pb.ResetBoardRequest(board=board, revision=revision)
    with session.channel() as channel:
        answer = session.call(boards_stub(channel).ResetBoard, request)
    if answer.HasField("board"):
        show([board_row(answer.board, session.language)], as_json=as_json, language=session.language)


def read_boards(files: list[Path], expected: dict[str, int]) -> list[pb.BoardFile]:
    """All files, those of folders by name; with the revision that is expected of the board of that name.

    Raises:
        CommandError: one cannot be read, or no file is of a board of which something is expected.
    """
    every = [one for file in files for one in (sorted(file.glob("*.json")) if file.is_dir() else [file])]
    try:
        texts = {one: one.read_text(encoding="utf-8") for one in every}
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(str(error), EXIT_USAGE) from None
    boards = {one: _name_in(text) for one, text in texts.items()}
    if strange := expected.keys() - boards.values():
        raise typer.BadParameter(f"no file is of {', '.join(sorted(strange))}", param_hint="--revision")
    return [
        pb.BoardFile(name=one.name, text=text, revision=expected.get(boards[one]))
        for one, text in texts.items()
    ]


def board_row(one: Any, language: Language) -> Row:
    return {
        "board": one.board,
        "title": one.title_vi if language == "vi" else one.title_en,
        "board_event": "shipped" if one.shipped else "applied",
        "revision": one.revision or None,
        "changed_at": moment_of(one, "changed_at"),
        "actor": one.changed_by or None,
        "panels": len(one.panels),
        "walls": _walls(one, language),
    }


def plan_rows(one: Any, language: Language) -> Iterator[Row]:
    """The board, then each of its panels, what is not there, and the walls."""

    def row(event: str, panel: str = "", text: str = "") -> Row:
        return {"board": one.board, "board_event": event, "panel": panel or None, "text": text or None}

    standing = words.message("board_revision", language, revision=one.revision) if one.revision else ""
    yield row("changed_board" if one.change == "changed" else one.change, text=standing)
    for change in one.panels:
        title = change.title_vi if language == "vi" else change.title_en
        fields = ", ".join(change.fields) if change.change == "changed" else ""
        kind = change.change if change.panel else "changed_board"
        yield row(kind, change.panel, f"{title} ({fields})" if fields else title)
    for lack in one.missing:
        what = words.not_there(lack.reason, lack.what, language)
        yield row("missing", lack.panel, f"{lack.field}: {what}")
    if one.walls:
        yield row("walls", text=", ".join(_walls(one, language)))


def _tell(plans: Any, as_json: bool, language: Language) -> None:
    show((row for one in plans for row in plan_rows(one, language)), as_json=as_json, language=language)


def _walls(one: Any, language: Language) -> list[str]:
    return [
        words.message("board_showing", language, wall=wall.name) if wall.showing else wall.name
        for wall in one.walls
    ]


def _get(session: Session, board: str, revision: int = 0) -> Any:
    with session.channel() as channel:
        request = pb.GetBoardRequest(board=board, revision=revision)
        return session.call(boards_stub(channel).GetBoard, request)


def _name_in(text: str) -> str:
    """The board that a file is of; what is wrong with a file, the server tells."""
    try:
        told = json.loads(text)
    except ValueError:
        return ""
    return str(told.get("board", "")) if isinstance(told, dict) else ""


def _expected(told: list[str]) -> dict[str, int]:
    found = {}
    for one in told:
        board, equals, number = one.partition("=")
        if not (board and equals and number.isdecimal()):
            raise typer.BadParameter(f"{one!r}: write BOARD=N", param_hint="--revision")
        found[board] = int(number)
    return found
