"""`haidang records late`, `sources`: what was promised and has not come, and the sources that are pulled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from haidang_client import pages
from ioc.records.v1 import sources_pb2 as pb

from services.cli.options import AsJson, session_of
from services.cli.output import Row, show
from services.cli.stubs import sources_stub
from services.cli.times import moment_of

DatasetKey = Annotated[str, typer.Option("--dataset", "-d", help="Only this dataset.")]
_PAGE = 1_000
_BREAKER = {pb.BREAKER_CLOSED: "asked", pb.BREAKER_OPEN: "rests", pb.BREAKER_HALF_OPEN: "on_trial"}


def late(
    context: typer.Context,
    dataset: DatasetKey = "",
    organisation: Annotated[str, typer.Option("--organisation", help="Code of an organisation.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Also what is on time, or has never begun.")] = False,
    as_json: AsJson = False,
) -> None:
    """What was promised and has not come: since when, and whom to call."""
    session = session_of(context)
    state = pb.PROMISE_STATE_UNSPECIFIED if every else pb.PROMISE_STATE_LATE
    with session.channel() as channel:
        stub = sources_stub(channel)

        def ask(token: str) -> Any:
            request = pb.ListPromisesRequest(
                dataset=dataset, organisation=organisation, state=state, page_size=_PAGE, page_token=token
            )
            return session.call(stub.ListPromises, request)

        show(
            (_promise_row(one) for page in pages(ask) for one in page.promises),
            as_json=as_json,
            language=session.language,
        )


def sources(context: typer.Context, dataset: DatasetKey = "", as_json: AsJson = False) -> None:
    """The sources that the collector pulls: where each is, and what went wrong."""
    session = session_of(context)
    with session.channel() as channel:
        stub = sources_stub(channel)

        def ask(token: str) -> Any:
            request = pb.ListSourcesRequest(dataset=dataset, page_size=_PAGE, page_token=token)
            return session.call(stub.ListSources, request)

        show(
            (_source_row(one) for page in pages(ask) for one in page.sources),
            as_json=as_json,
            language=session.language,
        )


def _promise_row(one: Any) -> Row:
    return {
        "dataset": one.dataset,
        "organisation": one.organisation or None,
        "name_vi": one.organisation_vi or one.title_vi,
        "state": pb.PromiseState.Name(one.state).removeprefix("PROMISE_STATE_").lower(),
        "promise": one.every,
        "last_at": moment_of(one, "heard_at"),
        "due_at": moment_of(one, "due_at"),
        "overdue_s": one.overdue_s,
        "duty": one.duty_vi,
        "contact": list(_called(one.contacts)),
    }


def _called(contacts: Any) -> Iterator[str]:
    for one in contacts:
        yield " ".join(filter(None, (one.position_vi, one.account, one.contact)))


def _source_row(one: Any) -> Row:
    return {
        "source": one.name,
        "dataset": one.dataset,
        "host": one.host,
        "state": _BREAKER[one.breaker],
        "cursor": one.cursor,
        "pages": one.pages,
        "lines": one.lines,
        "last_at": moment_of(one, "succeeded_at"),
        "due_at": moment_of(one, "due_at"),
        "failures": one.failures,
        "rests_until": moment_of(one, "rests_until"),
        "detail": one.last_error or None,
    }
