"""`haidang indicators plan` and `apply`: definitions from files, tried before they hold."""

from pathlib import Path
from typing import Annotated, Any

import typer
from ioc.indicators.v1 import figures_pb2 as pb

from services.cli import words
from services.cli.client import EXIT_USAGE, CommandError, Session
from services.cli.figures_rows import change_row, decimals_of, definition_change_row
from services.cli.options import AsJson, session_of
from services.cli.output import note, show
from services.cli.stubs import figures_stub

LONGEST_S = 120.0  # a plan computes all that the definitions would change

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE|FOLDER …", help="TOML files, or folders of them: all there is.")
]


def plan(context: typer.Context, files: Files, as_json: AsJson = False) -> None:
    """Says which published figures changed definitions would change, and changes nothing."""
    session = session_of(context)
    with session.channel() as channel:
        stub = figures_stub(channel)
        answer = _plan(session, stub, read_definitions(files))
        decimals = decimals_of(session, stub)
    _show(session, answer.changes, as_json=as_json)
    if not as_json:
        examples = [one for change in answer.changes for one in change.examples]
        show(
            (change_row(one, decimals, exact=False) for one in examples),
            as_json=False,
            language=session.language,
        )
    note(words.message("only_planned", session.language))


def apply(context: typer.Context, files: Files, as_json: AsJson = False) -> None:
    """Makes definitions hold as the next versions. What is published keeps the version that made it."""
    session = session_of(context)
    with session.channel() as channel:
        stub, told = figures_stub(channel), read_definitions(files)
        planned = _plan(session, stub, told)
        request = pb.ApplyDefinitionsRequest(files=told, plan_sha256=planned.plan_sha256)
        session.call(stub.ApplyDefinitions, request)
    _show(session, planned.changes, as_json=as_json)


def read_definitions(files: list[Path]) -> list[pb.DefinitionFile]:
    """All files, those of folders by name.

    Raises:
        CommandError: one cannot be read.
    """
    every = [one for file in files for one in (sorted(file.glob("*.toml")) if file.is_dir() else [file])]
    try:
        return [pb.DefinitionFile(name=one.name, text=one.read_text(encoding="utf-8")) for one in every]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(str(error), EXIT_USAGE) from None


def _plan(session: Session, stub: Any, files: list[pb.DefinitionFile]) -> Any:
    with session.explained():
        return stub.PlanDefinitions(pb.PlanDefinitionsRequest(files=files), timeout=LONGEST_S)


def _show(session: Session, changes: Any, *, as_json: bool) -> None:
    show(map(definition_change_row, changes), as_json=as_json, language=session.language)
