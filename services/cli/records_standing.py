"""`haidang records datasets`, `list`, `watch`: what is declared, what stands, what changes."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any

import typer
from haidang_client import pages
from ioc.records.v1 import records_pb2 as pb

from services.cli.client import Session
from services.cli.options import AsJson, Known, Limit, session_of, set_moments
from services.cli.output import show, write_json, write_line
from services.cli.records_rows import change_row, record_row
from services.cli.stubs import records_stub
from services.cli.watching import follow

LARGEST_PAGE = 1_000

Breakdowns = Annotated[
    list[str] | None,
    typer.Option(
        "--breakdown", "-b", metavar="FIELD=VALUE", help="Only with this code of a breakdown; again for more."
    ),
]


def datasets(context: typer.Context, as_json: AsJson = False) -> None:
    """The datasets that are declared."""
    session = session_of(context)
    with session.channel() as channel:
        found = session.call(records_stub(channel).ListDatasets, pb.ListDatasetsRequest()).datasets
    rows = (
        {
            "dataset": d.key,
            "name_vi": d.title_vi,
            "kind": d.kind,
            "promise": d.promise_every,
            "duty": d.duty_vi,
        }
        for d in found
    )
    show(rows, as_json=as_json, language=session.language)


def list_(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="Key of the dataset.")],
    start: Annotated[str, typer.Option("--start", "-s", help="Event time, inclusive.")] = "",
    end: Annotated[str, typer.Option("--end", "-e", help="Event time, exclusive.")] = "",
    area: Annotated[str, typer.Option("--area", help="Code of a unit.")] = "",
    organisation: Annotated[str, typer.Option("--organisation", help="Code of an organisation.")] = "",
    breakdown: Breakdowns = None,
    known: Known = "",
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """The records that stand, or stood."""
    session = session_of(context)
    request = pb.ListRecordsRequest(
        dataset=dataset,
        area_code=area,
        organisation=organisation,
        breakdowns=map(_breakdown, breakdown or ()),
    )
    set_moments(request, start=start, end=end, known_at=known)
    with session.channel() as channel:
        found = _listed(session, records_stub(channel), request, limit)
    show(map(record_row, found), as_json=as_json, language=session.language)


def _breakdown(text: str) -> pb.Breakdown:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text!r}: write FIELD=VALUE, or FIELD= where it says nothing")
    return pb.Breakdown(name=name, value=value)


def _listed(session: Session, stub: Any, request: pb.ListRecordsRequest, limit: int) -> list[Any]:
    def ask(token: str) -> Any:
        request.page_token, request.page_size = token, min(limit, LARGEST_PAGE)
        return session.call(stub.ListRecords, request)

    return list(islice((record for page in pages(ask) for record in page.records), limit))


def watch(
    context: typer.Context,
    dataset: Annotated[list[str] | None, typer.Argument(help="Keys; none means all.")] = None,
    resume: Annotated[str, typer.Option("--resume", help="Resume token of an earlier watch.")] = "",
    as_json: AsJson = False,
) -> None:
    """What is appended, approved or withdrawn, as it happens."""
    session = session_of(context)
    with session.channel() as channel:
        stub = records_stub(channel)

        def ask(token: str) -> Any:
            return stub.WatchRecords(pb.WatchRecordsRequest(datasets=dataset or [], resume_token=token))

        for response in follow(session, ask, resume):
            if response.HasField("change"):
                row = change_row(response)
                write_json(row) if as_json else write_line(row, session.language)
