"""What is defined, and its values: of a period, through time, side by side, as they come."""

from datetime import date
from itertools import islice
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
    compared_row,
    decimals_of,
    definition_row,
    figure_row,
    kind_of,
    show_left,
)
from services.cli.options import AsJson, Limit, moment, session_of
from services.cli.output import note, show, write_json, write_line
from services.cli.stubs import figures_stub
from services.cli.times import to_timestamp
from services.cli.watching import follow


def definitions(
    context: typer.Context,
    prefix: Annotated[str, typer.Argument(help="Ids that begin so, for example PS-.")] = "",
    as_json: AsJson = False,
) -> None:
    """What is defined, and by which formula."""
    session = session_of(context)
    with session.channel() as channel:
        request = pb.ListDefinitionsRequest(prefix=prefix)
        found = session.call(figures_stub(channel).ListDefinitions, request).definitions
    language = session.language
    show((definition_row(one, language) for one in found), as_json=as_json, language=language)


def show_figures(
    context: typer.Context,
    indicators: Indicators = None,
    period: Period = "month",
    on: On = "",
    kind: Kind = "",
    subject: Subjects = None,
    breakdowns: Breakdowns = False,
    known: Known = "",
    on_map: Map = "",
    limit: Limit = 1_000,
    as_json: AsJson = False,
) -> None:
    """Figures of a period, or of the newest one that each has."""
    session = session_of(context)
    with session.channel() as channel:
        stub = figures_stub(channel)

        def ask(token: str) -> Any:
            request = pb.GetFiguresRequest(
                indicators=indicators or [],
                subject_kind=kind_of(kind),
                subjects=subject or [],
                period=period,
                on=on,
                with_breakdowns=breakdowns,
                known_at=to_timestamp(moment(known)) if known else None,
                map_date=on_map,
                page_size=PAGE,
                page_token=token,
            )
            answer = session.call(stub.GetFigures, request)
            left.extend(answer.not_restatable)
            return answer

        left: list[Any] = []
        found = list(islice((one for page in pages(ask) for one in page.figures), limit + 1))
        decimals = decimals_of(session, stub)
    rows = (figure_row(one, decimals, exact=as_json, on_map=bool(on_map)) for one in found[:limit])
    show(rows, as_json=as_json, language=session.language)
    if len(found) > limit:
        note(words.message("more", session.language))
    show_left(left, decimals, session.language, as_json=as_json)


def series(
    context: typer.Context,
    indicator: Indicator,
    period: Period = "month",
    start: Annotated[str, typer.Option("--start", "-s", help="First day, inclusive.")] = "2000-01-01",
    end: Annotated[str, typer.Option("--end", "-e", help="Exclusive; else until today.")] = "",
    kind: Kind = "province",
    subject: Subject = "",
    breakdown: Breakdown = "",
    on_map: Map = "",
    as_json: AsJson = False,
) -> None:
    """One subject through time. Where a series breaks, what lies before and after is not to be compared."""
    session = session_of(context)
    with session.channel() as channel:
        stub = figures_stub(channel)

        def ask(token: str) -> Any:
            request = pb.GetFigureSeriesRequest(
                indicator=indicator,
                subject_kind=kind_of(kind),
                subject=subject,
                breakdown=breakdown,
                period=period,
                start=start,
                end=end or f"{date.max.year}-12-31",
                map_date=on_map,
                page_size=PAGE,
                page_token=token,
            )
            return session.call(stub.GetFigureSeries, request)

        found = list(pages(ask))
        decimals = decimals_of(session, stub)
    figures = (one for page in found for one in page.figures)
    rows = (figure_row(one, decimals, exact=as_json, on_map=bool(on_map)) for one in figures)
    show(rows, as_json=as_json, language=session.language)
    left = [one for page in found for one in page.not_restatable]
    show_left(left, decimals, session.language, as_json=as_json)
    for one in found[0].breaks:
        said = one.note_vi if session.language == "vi" else one.note_en
        note(f"{getattr(one, 'from')}: {said}")


def compare(
    context: typer.Context,
    indicator: Indicator,
    on: On,
    period: Period = "month",
    kind: Kind = "area",
    breakdown: Breakdown = "",
    on_map: Map = "",
    as_json: AsJson = False,
) -> None:
    """Areas or organisations beside each other, the best first, below the whole that they are parts of."""
    session = session_of(context)
    request = pb.CompareSubjectsRequest(
        indicator=indicator,
        subject_kind=kind_of(kind),
        breakdown=breakdown,
        period=period,
        on=on,
        map_date=on_map,
    )
    with session.channel() as channel:
        stub = figures_stub(channel)
        found = session.call(stub.CompareSubjects, request)
        decimals = decimals_of(session, stub)
    whole = [found.whole] if found.HasField("whole") else []
    rows = [compared_row(0, one, decimals, exact=as_json, on_map=bool(on_map)) for one in whole]
    rows += [
        compared_row(place, one, decimals, exact=as_json, on_map=bool(on_map))
        for place, one in enumerate(found.figures, 1)
    ]
    show(rows, as_json=as_json, language=session.language)
    show_left(found.not_restatable, decimals, session.language, as_json=as_json)


def watch(
    context: typer.Context,
    indicators: Indicators = None,
    resume: Annotated[str, typer.Option("--resume", help="Go on after this token of an earlier watch.")] = "",
    as_json: AsJson = False,
) -> None:
    """Figures as they are published, until Ctrl-C. A lost connection is taken up again."""
    session = session_of(context)
    with session.channel() as channel:
        stub = figures_stub(channel)
        decimals = decimals_of(session, stub)

        def ask(token: str) -> Any:
            return stub.WatchFigures(pb.WatchFiguresRequest(indicators=indicators or [], resume_token=token))

        for response in follow(session, ask, resume):
            for one in response.figures:
                row = figure_row(one, decimals, exact=as_json)
                if as_json:
                    write_json({**row, "resume_token": response.resume_token, "trace_id": response.trace_id})
                else:
                    write_line(row, session.language)
