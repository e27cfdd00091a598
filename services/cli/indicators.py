"""`haidang indicators …`: definitions and values."""

from itertools import islice
from typing import Annotated, Any

import typer
from haidang_client import pages
from ioc.indicators.v1 import indicators_pb2 as pb

from services.cli import words
from services.cli.options import AsJson, End, Limit, Start, moment, session_of
from services.cli.output import Row, note, show, write_json, write_line
from services.cli.stubs import indicators_stub
from services.cli.times import from_timestamp, to_timestamp
from services.cli.watching import follow

LARGEST_PAGE = 10_000

app = typer.Typer(
    help="Indicators: definitions, values, and values as they are published.", no_args_is_help=True
)

Indicator = Annotated[str, typer.Argument(help="Id, for example vn_aqi_hour.")]


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """The indicators that are computed."""
    session = session_of(context)
    with session.channel() as channel:
        stub = indicators_stub(channel)
        found = session.call(stub.ListIndicators, pb.ListIndicatorsRequest()).indicators
    rows = (_definition_row(indicator) for indicator in found)
    show(rows, as_json=as_json, language=session.language)


@app.command()
def latest(
    context: typer.Context,
    indicator: Annotated[str, typer.Argument(help="Id; none means all.")] = "",
    subjects: Annotated[
        list[str] | None, typer.Argument(help="Devices or area codes; none means all.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The newest period of each subject."""
    session = session_of(context)
    request = pb.GetLatestValuesRequest(indicator=indicator, subjects=subjects or [])
    with session.channel() as channel:
        values = session.call(indicators_stub(channel).GetLatestValues, request).values
    show(map(_value_row, values), as_json=as_json, language=session.language)


@app.command()
def values(
    context: typer.Context,
    indicator: Indicator,
    subject: Annotated[str, typer.Argument(help="Device or area code.")],
    start: Start = "24h",
    end: End = "now",
    limit: Limit = 1_000,
    as_json: AsJson = False,
) -> None:
    """The standing values of one subject, oldest first. Start and end are those of periods' starts."""
    session = session_of(context)
    first, last = to_timestamp(moment(start)), to_timestamp(moment(end))
    with session.channel() as channel:
        stub = indicators_stub(channel)

        def ask(token: str) -> Any:
            request = pb.GetValuesRequest(
                indicator=indicator,
                subject=subject,
                start=first,
                end=last,
                page_size=LARGEST_PAGE,
                page_token=token,
            )
            return session.call(stub.GetValues, request)

        found = list(islice((value for page in pages(ask) for value in page.values), limit + 1))
    show(map(_value_row, found[:limit]), as_json=as_json, language=session.language)
    if len(found) > limit:
        note(words.message("more", session.language))


@app.command()
def watch(
    context: typer.Context,
    indicators: Annotated[list[str] | None, typer.Argument(help="Ids; none means all.")] = None,
    resume: Annotated[str, typer.Option("--resume", help="Go on after this token of an earlier watch.")] = "",
    as_json: AsJson = False,
) -> None:
    """Values as they are published, until Ctrl-C. A lost connection is taken up again, nothing is skipped."""
    session = session_of(context)
    with session.channel() as channel:
        stub = indicators_stub(channel)

        def ask(token: str) -> Any:
            request = pb.WatchValuesRequest(indicators=indicators or [], resume_token=token)
            return stub.WatchValues(request)

        for response in follow(session, ask, resume):
            for row in map(_value_row, response.values):
                if as_json:
                    write_json({**row, "resume_token": response.resume_token, "trace_id": response.trace_id})
                else:
                    write_line(row, session.language)


def _definition_row(indicator: Any) -> Row:
    return {
        "indicator": indicator.indicator,
        "catalogue_id": indicator.catalogue_id,
        "name_vi": indicator.name_vi,
        "name_en": indicator.name_en,
        "unit": indicator.unit,
        "period_s": indicator.period_s,
        "formula_version": indicator.formula_version,
    }


def _value_row(value: Any) -> Row:
    return {
        "indicator": value.indicator,
        "subject_kind": value.subject_kind,
        "subject": value.subject,
        "period_start": from_timestamp(value.period_start),
        "value": value.value if value.HasField("value") else None,
        "state": pb.ValueState.Name(value.state).removeprefix("VALUE_STATE_").lower(),
        "version": value.version,
        "inputs": f"{value.inputs_used}/{value.inputs_expected}",
    }
