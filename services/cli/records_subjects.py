"""`haidang records subject`: what happened to a dossier, a task or a ticket, and what its clock says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from ioc.records.v1 import records_pb2 as pb

from services.cli import words
from services.cli.client import Session
from services.cli.options import AsJson, Known, session_of, set_moments
from services.cli.output import Row, note, show
from services.cli.records_rows import declared
from services.cli.stubs import records_stub
from services.cli.times import from_timestamp, moment_of

AsOf = Annotated[str, typer.Option("--as-of", metavar="TIME", help="Reads the clock at this time; else now.")]


def subject(
    context: typer.Context,
    dataset: Annotated[str, typer.Argument(help="Key of a dataset with a life cycle.")],
    life_subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="For example a dossier's code.")],
    as_of: AsOf = "",
    known: Known = "",
    as_json: AsJson = False,
) -> None:
    """Where one has got to: its state, its working-time clock with pauses, its events."""
    session = session_of(context)
    request = pb.GetSubjectRequest(dataset=dataset, life_subject=life_subject)
    set_moments(request, as_of=as_of, known_at=known)
    with session.channel() as channel:
        stub = records_stub(channel)
        life = session.call(stub.GetSubject, request)
        titles = {} if as_json else _titles(session, stub, dataset)
    tables = [[_life_row(life_subject, life, titles)]]
    if life.HasField("clock"):
        tables += [[_clock_row(life.clock)], [_pause_row(one) for one in life.clock.pauses]]
    tables.append([_event_row(one, titles) for one in life.events])
    for rows in filter(None, tables):
        show(rows, as_json=as_json, language=session.language)
    if life.clock.outside_calendar:
        note(words.message("outside_calendar", session.language))


def _titles(session: Session, stub: Any, key: str) -> Mapping[str, str]:
    """What the dataset calls its events, by their codes."""
    dataset = declared(session, stub, key)
    if dataset.life_cycle is None:
        return {}
    choices = dataset.by_name[dataset.life_cycle.event].choices
    return {one.code: one.vi if session.language == "vi" else one.en for one in choices}


def _life_row(life_subject: str, life: Any, titles: Mapping[str, str]) -> Row:
    return {
        "subject": life_subject,
        "event": titles.get(life.state, life.state),
        "since": from_timestamp(life.since),
        "life": "ended" if life.ended else "goes_on",
        "complete": "incomplete" if life.incomplete else "complete",
    }


def _clock_row(clock: Any) -> Row:
    deadline = pb.Deadline.Name(clock.deadline).removeprefix("DEADLINE_").lower()
    return {
        "clock": pb.ClockState.Name(clock.state).removeprefix("CLOCK_STATE_").lower(),
        "as_of": from_timestamp(clock.as_of),
        "started_at": moment_of(clock, "started_at"),
        "stopped_at": moment_of(clock, "stopped_at"),
        "worked_s": clock.worked_s if clock.HasField("worked_s") else None,
        "allowance": clock.allowance or None,
        "allowance_unit": clock.allowance_unit or None,
        "due": moment_of(clock, "due_at"),
        "stated_due": moment_of(clock, "stated_due_at"),
        "deadline": deadline if clock.deadline else None,
    }


def _pause_row(pause: Any) -> Row:
    return {"paused_at": from_timestamp(pause.start), "continued_at": moment_of(pause, "end")}


def _event_row(event: Any, titles: Mapping[str, str]) -> Row:
    return {
        "at": from_timestamp(event.at),
        "event": titles.get(event.event, event.event),
        "revision": event.revision,
        "before": "missing" if event.has_gap else None,
    }
