"""Where figures come from, what changed them, and reports that say so."""

from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from haidang_client import pages
from ioc.indicators.v1 import figures_pb2 as pb

from services.cli import words
from services.cli.figures_options import (
    PAGE,
    Breakdown,
    Breakdowns,
    Indicator,
    Indicators,
    Kind,
    Known,
    Map,
    On,
    Period,
    Subject,
    Subjects,
)
from services.cli.figures_rows import (
    change_row,
    decimals_of,
    figure_row,
    formula_lines,
    input_row,
    kind_of,
    measure_row,
)
from services.cli.options import AsJson, Limit, moment, session_of
from services.cli.output import note, show
from services.cli.stubs import figures_stub
from services.cli.times import to_timestamp


def versions(
    context: typer.Context,
    indicator: Indicator,
    start: Annotated[str, typer.Option("--start", "-s", help="First day of the period.")],
    period: Period = "month",
    kind: Kind = "province",
    subject: Subject = "",
    breakdown: Breakdown = "",
    as_json: AsJson = False,
) -> None:
    """All that was published of one figure, the first version first."""
    session = session_of(context)
    request = pb.ListVersionsRequest(
        indicator=indicator,
        subject_kind=kind_of(kind),
        subject=subject,
        breakdown=breakdown,
        period=period,
        period_start=start,
    )
    with session.channel() as channel:
        stub = figures_stub(channel)
        found = session.call(stub.ListVersions, request).figures
        decimals = decimals_of(session, stub)
    rows = (figure_row(one, decimals, exact=as_json) for one in found)
    show(rows, as_json=as_json, language=session.language)


def explain(
    context: typer.Context,
    indicator: Indicator,
    start: Annotated[str, typer.Option("--start", "-s", help="First day of the period.")],
    period: Period = "month",
    kind: Kind = "province",
    subject: Subject = "",
    breakdown: Breakdown = "",
    version: Annotated[int, typer.Option("--version", help="Else the one that stands.")] = 0,
    known: Known = "",
    on_map: Map = "",
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """Where a figure comes from: its formula, its measures, and the records under them."""
    session = session_of(context)
    request = pb.ExplainFigureRequest(
        indicator=indicator,
        subject_kind=kind_of(kind),
        subject=subject,
        breakdown=breakdown,
        period=period,
        period_start=start,
        version=version,
        known_at=to_timestamp(moment(known)) if known else None,
        map_date=on_map,
    )
    with session.channel() as channel, session.explained():
        stub = figures_stub(channel)
        responses = stub.ExplainFigure(request)
        head = next(responses)
        decimals = {indicator: head.definition.decimals}
        inputs = list(islice((one for more in responses for one in more.inputs), limit + 1))
    language = session.language
    row = figure_row(head.figure, decimals, exact=as_json, on_map=bool(on_map))
    show([row], as_json=as_json, language=language)
    for line in formula_lines(head.definition, language):
        note(line)
    show((measure_row(one, language) for one in head.measures), as_json=as_json, language=language)
    rows = (input_row(one, exact=as_json, on_map=bool(on_map)) for one in inputs[:limit])
    show(rows, as_json=as_json, language=language)
    if len(inputs) > limit:
        note(words.message("more", language))


def changes(
    context: typer.Context,
    indicators: Indicators = None,
    batch: Annotated[int, typer.Option("--batch", help="Only what this batch of records changed.")] = 0,
    start: Annotated[str, typer.Option("--start", "-s", metavar="TIME", help="Changed from then on.")] = "",
    end: Annotated[str, typer.Option("--end", "-e", metavar="TIME", help="Changed before.")] = "",
    limit: Limit = 1_000,
    as_json: AsJson = False,
) -> None:
    """Published figures that changed: from what to what, by how much, and why."""
    session = session_of(context)
    with session.channel() as channel:
        stub = figures_stub(channel)

        def ask(token: str) -> Any:
            request = pb.ListChangesRequest(
                batch=batch,
                start=to_timestamp(moment(start)) if start else None,
                end=to_timestamp(moment(end)) if end else None,
                indicators=indicators or [],
                page_size=PAGE,
                page_token=token,
            )
            return session.call(stub.ListChanges, request)

        found = list(islice((one for page in pages(ask) for one in page.changes), limit + 1))
        decimals = decimals_of(session, stub)
    rows = (change_row(one, decimals, exact=as_json) for one in found[:limit])
    show(rows, as_json=as_json, language=session.language)
    if len(found) > limit:
        note(words.message("more", session.language))


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx|FILE.csv", help="Where it is written.")],
    indicators: Indicators = None,
    period: Period = "month",
    on: On = "",
    kind: Kind = "",
    subject: Subjects = None,
    breakdowns: Breakdowns = False,
    known: Known = "",
    on_map: Map = "",
) -> None:
    """Writes a report of a period: values with states, sources and the moment whose knowledge they are."""
    session = session_of(context)
    request = pb.ExportFiguresRequest(
        indicators=indicators or [],
        subject_kind=kind_of(kind),
        subjects=subject or [],
        period=period,
        on=on,
        with_breakdowns=breakdowns,
        known_at=to_timestamp(moment(known)) if known else None,
        map_date=on_map,
        format=file.suffix.lstrip(".").lower(),
    )
    part = file.with_name(file.name + ".part")  # never half a report
    try:
        with session.channel() as channel, session.explained(), part.open("wb") as stream:
            for response in figures_stub(channel).ExportFigures(request):
                stream.write(response.data)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    note(words.message("written", session.language, file=file))
