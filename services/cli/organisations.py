"""`haidang organisations`: who was there, what became of whom, who answers, lists that change it."""

from pathlib import Path
from typing import Annotated, Any

import typer
from haidang_client import pages
from ioc.areas.v1 import organisations_pb2 as pb

from services.cli import words
from services.cli.areas import PAGE, Day, Details, FromDay, ToDay, extent_name, show_changed, show_restated
from services.cli.map_files import read_organisations, read_values
from services.cli.options import AsJson, session_of
from services.cli.output import Row, note, show
from services.cli.stubs import organisations_stub

app = typer.Typer(help="Departments, agencies, communes as authorities, and who answers for a source.")

Organisations = Annotated[Path | None, typer.Option("--organisations", help="CSV of organisations.")]
Changes = Annotated[Path | None, typer.Option("--changes", help="CSV of what became of whom.")]
AnsweringFile = Annotated[Path | None, typer.Option("--answering", help="CSV of who answers for a source.")]


@app.callback(invoke_without_command=True)
def organisations(context: typer.Context, on: Day = "", as_json: AsJson = False) -> None:
    """Organisations as they are, or as they were on a day."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.channel() as channel:
        stub = organisations_stub(channel)

        def ask(token: str) -> Any:
            request = pb.ListOrganisationsRequest(on_date=on, page_size=PAGE, page_token=token)
            return session.call(stub.ListOrganisations, request)

        rows = [_row(one) for page in pages(ask) for one in page.organisations]
    show(rows, as_json=as_json, language=session.language)


@app.command()
def plan(
    context: typer.Context,
    organisations: Organisations = None,
    changes: Changes = None,
    answering: AnsweringFile = None,
    details: Details = False,
    as_json: AsJson = False,
) -> None:
    """Says what the lists would change, and changes nothing."""
    _change(context, read_organisations(organisations, changes, answering), details, as_json, dry_run=True)


@app.command()
def apply(
    context: typer.Context,
    organisations: Organisations = None,
    changes: Changes = None,
    answering: AnsweringFile = None,
    details: Details = False,
    as_json: AsJson = False,
) -> None:
    """Brings the lists in, all or nothing. The same again changes nothing."""
    _change(context, read_organisations(organisations, changes, answering), details, as_json, dry_run=False)


@app.command("changes")
def list_changes(
    context: typer.Context,
    old: Annotated[str, typer.Option("--old", help="What this one became.")] = "",
    new: Annotated[str, typer.Option("--new", help="What this one was made from.")] = "",
    as_json: AsJson = False,
) -> None:
    """What became of which organisation."""
    session = session_of(context)
    with session.channel() as channel:
        stub = organisations_stub(channel)

        def ask(token: str) -> Any:
            request = pb.ListOrganisationChangesRequest(
                old_code=old, new_code=new, page_size=PAGE, page_token=token
            )
            return session.call(stub.ListOrganisationChanges, request)

        rows = [
            {
                "day": one.day,
                "old_code": one.old_code,
                "new_code": one.new_code,
                "extent": extent_name(one.extent),
                "weight": one.weight or None,
            }
            for page in pages(ask)
            for one in page.changes
        ]
    show(rows, as_json=as_json, language=session.language)


@app.command("answering")
def list_answering(
    context: typer.Context,
    source: Annotated[str, typer.Option("--source", help="Only of this source.")] = "",
    on: Day = "",
    as_json: AsJson = False,
) -> None:
    """Who answers for a source."""
    session = session_of(context)
    with session.channel() as channel:
        stub = organisations_stub(channel)

        def ask(token: str) -> Any:
            request = pb.ListAnsweringRequest(source=source, on_date=on, page_size=PAGE, page_token=token)
            return session.call(stub.ListAnswering, request)

        rows = [
            {
                "source": one.source,
                "organisation": one.organisation,
                "account": one.account,
                "position_vi": one.position_vi,
                "contact": one.contact,
                "valid_from": one.valid_from,
                "valid_to": one.valid_to or None,
            }
            for page in pages(ask)
            for one in page.answering
        ]
    show(rows, as_json=as_json, language=session.language)


@app.command()
def restate(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Columns code and value; additive.")],
    on: FromDay,
    to: ToDay = "",
    as_json: AsJson = False,
) -> None:
    """Values by the organisations of one day, by those of another."""
    session = session_of(context)
    with session.channel() as channel:
        request = pb.RestateOrganisationValuesRequest(from_date=on, to_date=to, values=read_values(file))
        answer = session.call(organisations_stub(channel).RestateOrganisationValues, request)
        show_restated(session, answer, as_json=as_json)


def _change(context: typer.Context, request: Any, details: bool, as_json: bool, *, dry_run: bool) -> None:
    session = session_of(context)
    request.dry_run = dry_run
    with session.channel() as channel:
        answer = session.call(organisations_stub(channel).ChangeOrganisations, request)
    show_changed(session, answer, details=details, as_json=as_json)
    if dry_run:
        note(words.message("only_planned", session.language))


def _row(one: Any) -> Row:
    return {
        "code": one.code,
        "name_vi": one.name_vi,
        "name_en": one.name_en,
        "kind": pb.OrganisationKind.Name(one.kind).removeprefix("ORGANISATION_KIND_").lower(),
        "parent_code": one.parent_code,
        "serves": one.serves,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to or None,
    }
