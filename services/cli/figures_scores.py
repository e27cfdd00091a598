"""`haidang figures scores`, `late`: how good sources, areas and organisations are, and who reports late."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import typer
from ioc.indicators.v1 import figures_pb2 as pb

from services.cli.options import AsJson, moment, session_of
from services.cli.output import Row, show
from services.cli.stubs import figures_stub
from services.cli.times import moment_of, to_timestamp

_KINDS = {
    "source": pb.SCORED_KIND_SOURCE,
    "area": pb.SCORED_KIND_AREA,
    "organisation": pb.SCORED_KIND_ORGANISATION,
}

Kind = Annotated[str, typer.Argument(metavar="|".join(_KINDS), help="Of what.")]
Period = Annotated[str, typer.Option("--period", "-p", help="day, month, quarter or year.")]
On = Annotated[str, typer.Option("--on", help="A day of the period, for example 2026-10-01.")]
Known = Annotated[str, typer.Option("--known", metavar="TIME", help="As known at this moment; else now.")]


def scores(
    context: typer.Context,
    kind: Kind,
    on: On,
    period: Period = "month",
    known: Known = "",
    as_json: AsJson = False,
) -> None:
    """Đúng, đủ, sạch, sống: right, complete, clean, live, with the counts they are made of."""
    session = session_of(context)
    with session.channel() as channel:
        request = pb.GetScoresRequest(**_asked(kind, on, period, known))
        found = session.call(figures_stub(channel).GetScores, request).scores
    show((_scored(one, exact=as_json) for one in found), as_json=as_json, language=session.language)


def late(
    context: typer.Context,
    kind: Kind,
    on: On,
    period: Period = "month",
    known: Known = "",
    as_json: AsJson = False,
) -> None:
    """Who reports late, the worst first; lateness is working time."""
    session = session_of(context)
    with session.channel() as channel:
        request = pb.ListLateReportersRequest(**_asked(kind, on, period, known))
        found = session.call(figures_stub(channel).ListLateReporters, request).reporters
    rows = (_late(place, one) for place, one in enumerate(found, 1))
    show(rows, as_json=as_json, language=session.language)


def share_cells(one: Any, *, exact: bool) -> dict[str, str | None]:
    """The four scores and the worst of them; shares in --json, else percentages, never rounded up."""
    scores = {
        name: _share(getattr(one, name), exact=exact) if one.HasField(name) else None
        for name in ("right", "complete", "clean", "live")
    }
    told = {f"score_{name}": score for name, score in scores.items()}
    return {**told, "worst": one.worst or None, "worst_score": scores.get(one.worst)}


def _asked(kind: str, on: str, period: str, known: str) -> dict[str, Any]:
    if kind not in _KINDS:
        raise typer.BadParameter(f"{kind!r}: one of {', '.join(_KINDS)}")
    known_at = to_timestamp(moment(known)) if known else None
    return {"kind": _KINDS[kind], "period": period, "on": on, "known_at": known_at}


def _scored(one: Any, *, exact: bool) -> Row:
    counts = one.scores.counts
    shares = share_cells(one.scores, exact=exact)
    if not exact:
        del shares["worst_score"]  # a table shows it beside the others
    return {
        "subject": one.subject,
        "name_vi": one.name_vi,
        **shares,
        "received": counts.received,
        "rejected": counts.refused,
        "duplicate": counts.duplicate,
        "conflicting": counts.conflicting,
        "late": counts.late,
        "reports": f"{counts.on_time}/{counts.came}/{counts.due}",
        "last_at": moment_of(one, "newest_at"),
    }


def _late(place: int, one: Any) -> Row:
    return {
        "place": place,
        "subject": one.subject,
        "name_vi": one.name_vi or None,
        "reports_due": one.due,
        "reports_on_time": one.on_time,
        "reports_late": one.late,
        "reports_never": one.never,
        "median_late_s": one.median_late_s if one.HasField("median_late_s") else None,
        "worst_late_s": one.worst_late_s if one.HasField("worst_late_s") else None,
    }


def _share(text: str, *, exact: bool) -> str:
    return text if exact else f"{Decimal(text) * 100:.4f}".rstrip("0").rstrip(".") + " %"
