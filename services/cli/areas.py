"""`haidang areas`: the map of a day, what became of what, and how it is changed."""

from pathlib import Path
from typing import Annotated, Any

import typer
from haidang_client import pages
from ioc.areas.v1 import areas_pb2, map_pb2

from services.cli import words
from services.cli.map_files import read_map, read_values
from services.cli.options import AsJson, session_of
from services.cli.output import Row, note, show
from services.cli.stubs import areas_stub, map_stub

app = typer.Typer(help="The map: as it is or was, what became of what, lists that change it.")

PAGE = 1_000

Code = Annotated[str, typer.Argument(help="Code of a unit, digits as printed.")]
MapFile = Annotated[
    Path, typer.Argument(metavar="MAP.toml", help="Names the lists, see the README of areas.")
]
Day = Annotated[str, typer.Option("--on", help="The map of this day, for example 2025-06-30; else today's.")]
FromDay = Annotated[str, typer.Option("--from", help="The day of whose map they are.")]
ToDay = Annotated[str, typer.Option("--to", help="The day to whose map; else today's.")]
Details = Annotated[bool, typer.Option("--details", help="Each thing that changes, up to 1,000.")]


@app.callback(invoke_without_command=True)
def areas(context: typer.Context, on: Day = "", as_json: AsJson = False) -> None:
    """Administrative units as they are, or as they were on a day."""
    if context.invoked_subcommand is not None:
        return
    session = session_of(context)
    with session.channel() as channel:
        request = areas_pb2.ListUnitsRequest(on_date=on)
        units = session.call(areas_stub(channel).ListUnits, request).units
    show(map(_unit_row, units), as_json=as_json, language=session.language)


@app.command()
def plan(context: typer.Context, file: MapFile, details: Details = False, as_json: AsJson = False) -> None:
    """Says what the lists would change, and changes nothing."""
    _change(context, file, details=details, as_json=as_json, dry_run=True)


@app.command()
def apply(context: typer.Context, file: MapFile, details: Details = False, as_json: AsJson = False) -> None:
    """Brings the lists in, all or nothing. The same again changes nothing."""
    _change(context, file, details=details, as_json=as_json, dry_run=False)


@app.command("show")
def show_one(context: typer.Context, code: Code, on: Day = "", as_json: AsJson = False) -> None:
    """One unit with those above it."""
    session = session_of(context)
    with session.channel() as channel:
        request = map_pb2.GetUnitRequest(code=code, on_date=on)
        found = session.call(map_stub(channel).GetUnit, request)
    show(map(_unit_row, (found.unit, *found.above)), as_json=as_json, language=session.language)


@app.command()
def changes(
    context: typer.Context,
    old: Annotated[str, typer.Option("--old", help="What this unit became.")] = "",
    new: Annotated[str, typer.Option("--new", help="What this unit was made from.")] = "",
    as_json: AsJson = False,
) -> None:
    """What became of what, as whole or as part."""
    session = session_of(context)
    with session.channel() as channel:
        stub = map_stub(channel)

        def ask(token: str) -> Any:
            request = map_pb2.ListChangesRequest(old_code=old, new_code=new, page_size=PAGE, page_token=token)
            return session.call(stub.ListChanges, request)

        rows = [_change_row(change) for page in pages(ask) for change in page.changes]
    show(rows, as_json=as_json, language=session.language)


@app.command()
def unresolved(
    context: typer.Context,
    code: Annotated[str, typer.Option("--code", help="Only of this new unit.")] = "",
    as_json: AsJson = False,
) -> None:
    """The words of decrees that say no unit for certain."""
    session = session_of(context)
    with session.channel() as channel:
        stub = map_stub(channel)

        def ask(token: str) -> Any:
            request = map_pb2.ListUnresolvedRequest(code=code, page_size=PAGE, page_token=token)
            return session.call(stub.ListUnresolved, request)

        rows = [_unresolved_row(one) for page in pages(ask) for one in page.unresolved]
    show(rows, as_json=as_json, language=session.language)


@app.command()
def follow(context: typer.Context, code: Code, on: FromDay, to: ToDay = "", as_json: AsJson = False) -> None:
    """Looks a code of one day's map up on another's."""
    session = session_of(context)
    with session.channel() as channel:
        request = map_pb2.FollowUnitRequest(code=code, from_date=on, to_date=to)
        found = session.call(map_stub(channel).FollowUnit, request)
    rows = [
        {
            "code": one.code,
            "name_vi": one.name_vi,
            "extent": extent_name(one.extent),
            "weight": one.weight or None,
        }
        for one in found.units
    ]
    show(rows, as_json=as_json, language=session.language)
    if found.lost:
        note(words.message("lost", session.language, codes=", ".join(found.lost)))


@app.command()
def restate(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Columns code and value; additive.")],
    on: FromDay,
    to: ToDay = "",
    as_json: AsJson = False,
) -> None:
    """Values of one day's map on another's; what cannot be said is listed, never guessed."""
    session = session_of(context)
    with session.channel() as channel:
        request = map_pb2.RestateValuesRequest(from_date=on, to_date=to, values=read_values(file))
        show_restated(session, session.call(map_stub(channel).RestateValues, request), as_json=as_json)


def show_changed(session: Any, answer: Any, *, details: bool, as_json: bool) -> None:
    """What a plan or its execution changes: counts by kind, each thing where it is asked for."""
    rows = [
        {
            "kind": t.kind,
            "added": t.added,
            "changed": t.changed,
            "removed": t.removed,
            "same": t.same,
        }
        for t in answer.tallies
    ]
    show(rows, as_json=as_json, language=session.language)
    if details and answer.differences:
        each = [
            {"kind": d.kind, "action": d.action, "day": d.day, "code": d.code, "detail": d.detail}
            for d in answer.differences
        ]
        show(each, as_json=as_json, language=session.language)


def show_restated(session: Any, answer: Any, *, as_json: bool) -> None:
    """Values on the other map, then what could not be restated."""
    values = [
        {
            "code": v.code,
            "name_vi": v.name_vi,
            "value": v.value,
            "complete": "complete" if v.complete else "incomplete",
            "lacks": list(v.lacks),
        }
        for v in answer.values
    ]
    show(values, as_json=as_json, language=session.language)
    stuck = [
        {
            "code": s.code,
            "valid_from": s.valid_from,
            "value": s.value,
            "reason": s.reason,
            "belongs_to": list(s.belongs_to),
        }
        for s in answer.not_restatable
    ]
    if stuck:
        note(words.message("not_restatable", session.language, count=len(stuck)))
        show(stuck, as_json=as_json, language=session.language)


def extent_name(number: int) -> str:
    """whole, part or uncertain."""
    return map_pb2.Extent.Name(number).removeprefix("EXTENT_").lower()


def _change(context: typer.Context, file: Path, *, details: bool, as_json: bool, dry_run: bool) -> None:
    session = session_of(context)
    request = read_map(file)
    request.dry_run = dry_run
    with session.channel() as channel:
        answer = session.call(map_stub(channel).ChangeMap, request)
    show_changed(session, answer, details=details, as_json=as_json)
    if answer.unresolved:
        note(words.message("unresolved", session.language, count=len(answer.unresolved)))
        show(map(_unresolved_row, answer.unresolved), as_json=as_json, language=session.language)
    if dry_run:
        note(words.message("only_planned", session.language))


def _unit_row(unit: Any) -> Row:
    return {
        "code": unit.code,
        "name_vi": unit.name_vi,
        "name_en": unit.name_en,
        "level": areas_pb2.AreaLevel.Name(unit.level).removeprefix("AREA_LEVEL_").lower(),
        "parent_code": unit.parent_code,
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to or None,
        "population": unit.population if unit.HasField("population") else None,
    }


def _change_row(change: Any) -> Row:
    basis = map_pb2.WeightBasis.Name(change.basis).removeprefix("WEIGHT_BASIS_").lower()
    return {
        "day": change.day,
        "old_code": change.old_code,
        "old_name_vi": change.old_name_vi,
        "new_code": change.new_code,
        "new_name_vi": change.new_name_vi,
        "extent": extent_name(change.extent),
        "weight": change.weight or None,
        "basis": basis if change.basis else None,
    }


def _unresolved_row(one: Any) -> Row:
    return {
        "day": one.day,
        "code": one.code,
        "words": one.words_vi,
        "reason": one.reason,
        "candidates": list(one.candidates),
    }
