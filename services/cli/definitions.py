"""`haidang indicators plan` and `apply`: definitions from files, tried before they hold."""

from pathlib import Path
from typing import Annotated

import typer
from ioc.indicators.v1 import figures_pb2 as pb

from services.cli import words
from services.cli.client import EXIT_USAGE, CommandError
from services.cli.figures_rows import applied_row, decimals_of, definition_change_row, planned_row
from services.cli.options import AsJson, session_of
from services.cli.output import note, show
from services.cli.stubs import figures_stub
from services.cli.times import from_timestamp

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE|FOLDER …", help="TOML files, or folders of them: all there is.")
]


def plan(context: typer.Context, files: Files, as_json: AsJson = False) -> None:
    """Says which published figures changed definitions would change, and changes nothing."""
    session, language = session_of(context), session_of(context).language
    changes = []
    with session.channel() as channel, session.explained():
        stub, tried = figures_stub(channel), 0
        responses = stub.PlanDefinitions(pb.PlanDefinitionsRequest(files=read_definitions(files)))
        head = next(responses)
        changes += head.changes
        for response in responses:
            changes += response.changes
            tried += response.tried
            note(words.message("tried", language, tried=tried, of=head.to_try))
        decimals = decimals_of(session, stub)
    changes.sort(key=lambda one: str(one.indicator))
    show(map(definition_change_row, changes), as_json=as_json, language=language)
    if not as_json:
        examples = [planned_row(one, decimals) for change in changes for one in change.examples]
        if examples:
            show(examples, as_json=False, language=language)
    note(words.message("only_planned", language))


def apply(context: typer.Context, files: Files, as_json: AsJson = False) -> None:
    """Makes definitions hold as the next versions. What is published keeps the version that made it."""
    session = session_of(context)
    told = read_definitions(files)
    with session.channel() as channel, session.explained():
        stub = figures_stub(channel)
        (planned,) = stub.PlanDefinitions(pb.PlanDefinitionsRequest(files=told, without_figures=True))
        request = pb.ApplyDefinitionsRequest(files=told, plan_sha256=planned.plan_sha256)
        applied = stub.ApplyDefinitions(request)
    show(map(applied_row, applied.changes), as_json=as_json, language=session.language)
    if applied.changes:
        since = from_timestamp(applied.applied_at).isoformat(timespec="milliseconds")
        note(words.message("applied", session.language, since=since))


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
