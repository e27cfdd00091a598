"""Fields that several requests for figures have, each read or refused by its name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from ioc.indicators.v1 import figures_pb2 as pb

from services.indicators.figures import period_start
from services.indicators.figures_wire import KINDS
from services.indicators.published import PERIODS, Slot, Thing
from services.indicators.store_published import Asked
from services.runtime.rpc_errors import InvalidRequest
from services.runtime.rpc_times import to_datetime

MOST_SUBJECTS = 1_000
_KIND_OF = {number: kind for kind, number in KINDS.items()}


def figures_asked_for(
    request: pb.GetFiguresRequest | pb.ExportFiguresRequest, indicators: Iterable[str], seen: tuple[str, ...]
) -> Asked:
    """Figures of these indicators. `seen`: the kinds of subjects that the caller may see."""
    if len(request.subjects) > MOST_SUBJECTS:
        raise too_many("subjects", MOST_SUBJECTS, len(request.subjects))
    for text in request.subjects:
        check_text("subjects", text)
    kinds = (read_kind(request),) if request.subject_kind else seen
    period = read_period(request)
    return Asked(
        tuple(sorted(indicators)),
        tuple(kind for kind in kinds if kind in seen),
        tuple(sorted(set(request.subjects))),
        period,
        period_start(period, read_day("on", request.on)) if request.on else None,
        request.with_breakdowns,
        read_known_at(request),
    )


def read_slot(request: Any) -> Slot:
    """The figure that a request names, apart from its version."""
    period, day = read_period(request), read_day("period_start", request.period_start)
    if (start := period_start(period, day)) != day:
        detail = f"{day} is within a {period} that begins on {start}"
        raise InvalidRequest([("period_start", "not_first_day", detail)])
    return Slot(read_thing(request), period, start)


def read_thing(request: Any) -> Thing:
    """What a figure is about."""
    kind = read_kind(request)
    for field in ("subject", "breakdown"):
        check_text(field, getattr(request, field))
    if (kind == "province") != (not request.subject):
        detail = "name an area or organisation; of the province, nothing"
        raise InvalidRequest([("subject", "required", detail)])
    return Thing(request.indicator, kind, request.subject, request.breakdown)


def read_kind(request: Any) -> str:
    """The kind of subject that a request names."""
    kind = _KIND_OF.get(request.subject_kind)
    if kind is None:
        raise InvalidRequest([("subject_kind", "unknown", "say province, area or organisation")])
    return kind


def read_period(request: Any) -> str:
    """day, month, quarter or year."""
    if request.period not in PERIODS:
        raise InvalidRequest([("period", "unknown", f"one of {', '.join(PERIODS)}")])
    return str(request.period)


def read_day(field: str, text: str) -> date:
    """YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidRequest([(field, "bad_date", f"write YYYY-MM-DD, got {text[:40]!r}")]) from None


def read_known_at(request: Any) -> datetime | None:
    """The moment of knowledge; None: now."""
    return to_datetime(request.known_at, "known_at") if request.HasField("known_at") else None


def read_known(request: Any, now: datetime) -> datetime:
    """The moment of knowledge, for what is computed for it."""
    known = read_known_at(request)
    if known and known > now:
        raise InvalidRequest([("known_at", "in_the_future", "nobody knows yet")])
    return known or now


def day_behind(ordinal: int) -> date:
    """The day behind the one that a page ended with."""
    try:
        return date.fromordinal(ordinal + 1)
    except (ValueError, OverflowError):
        raise InvalidRequest([("page_token", "bad_page_token", "this is not what was handed out")]) from None


def too_many(field: str, most: int, got: int) -> InvalidRequest:
    """The refusal of a list that is too long."""
    return InvalidRequest([(field, "too_many", f"name at most {most} a call, got {got}")])


def check_text(field: str, text: str) -> None:
    """Raises InvalidRequest for what PostgreSQL's text cannot hold."""
    if "\0" in text:
        raise InvalidRequest([(field, "control_character", "remove the character U+0000")])
