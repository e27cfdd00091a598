"""Rows of `haidang figures`: numbers as a display shows them, or exact in --json."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import typer
from ioc.indicators.v1 import figures_pb2 as pb
from ioc.indicators.v1 import indicators_pb2

from services.cli import words
from services.cli.client import Session
from services.cli.figures_scores import share_cells
from services.cli.output import Row, note, show
from services.cli.times import LOCAL, from_timestamp, shown
from services.cli.words import Language

KINDS = {
    "": pb.SUBJECT_KIND_UNSPECIFIED,
    "province": pb.SUBJECT_KIND_PROVINCE,
    "area": pb.SUBJECT_KIND_AREA,
    "organisation": pb.SUBJECT_KIND_ORGANISATION,
}
_NAMES = {number: name for name, number in KINDS.items()}


def kind_of(name: str) -> pb.SubjectKind:
    """The kind of subject that an option names."""
    if name not in KINDS:
        raise typer.BadParameter(f"{name!r}: province, area or organisation")
    return KINDS[name]


def decimals_of(session: Session, stub: Any) -> dict[str, int]:
    """How many digits after the point each indicator is shown with."""
    found = session.call(stub.ListDefinitions, pb.ListDefinitionsRequest()).definitions
    return {one.indicator: one.decimals for one in found}


def definition_row(one: Any, language: Language) -> Row:
    return {
        "indicator": one.indicator,
        "name_vi": one.name_vi,
        "name_en": one.name_en,
        "unit": one.unit_vi if language == "vi" else one.unit,
        "formula": one.formula,
        "in_words": one.formula_vi if language == "vi" else one.formula_en,
        "periods": list(one.periods),
        "version": one.version,
        "rests_on": one.basis,
        "owner_vi": one.owner_vi,
    }


def formula_lines(one: Any, language: Language) -> tuple[str, str]:
    """The formula as it is written, and in words."""
    if language == "vi":
        return f"{one.name_vi}: {one.formula} [{one.unit_vi}]", f"= {one.formula_vi}"
    return f"{one.name_en}: {one.formula} [{one.unit}]", f"= {one.formula_en}"


def figure_row(one: Any, decimals: Mapping[str, int], *, exact: bool, on_map: bool = False) -> Row:
    """A figure. A hidden one and a missing one have no value; what lies between two numbers has both.
    `on_map`: with the map that it is restated to, and what it lacks.
    """
    return {
        "indicator": one.indicator,
        "subject_kind": _NAMES[one.subject_kind],
        "subject": one.subject,
        "breakdown": one.breakdown,
        "period": one.period,
        "period_start": one.period_start,
        "value": _value(one, decimals, exact=exact),
        "state": indicators_pb2.ValueState.Name(one.state).removeprefix("VALUE_STATE_").lower(),
        "version": one.version,
        "used": f"{one.inputs_used}/{one.inputs_expected}" if one.HasField("inputs_expected") else None,
        "late": one.inputs_late,
        "rejected": one.inputs_rejected,
        **_scores(one, exact=exact),
        "known_at": from_timestamp(one.known_at),
        "suppressed": "yes" if one.suppressed else "",
        **(_on_map(one) if on_map else {}),
    }


def compared_row(
    place: int, one: Any, decimals: Mapping[str, int], *, exact: bool, on_map: bool = False
) -> Row:
    """A figure with its place; 0 is the whole."""
    return {
        "place": place or None,
        "subject": one.subject,
        "value": _value(one, decimals, exact=exact),
        "state": indicators_pb2.ValueState.Name(one.state).removeprefix("VALUE_STATE_").lower(),
        "suppressed": "yes" if one.suppressed else "",
        **(_on_map(one) if on_map else {}),
    }


def show_left(left: Sequence[Any], decimals: Mapping[str, int], language: Language, *, as_json: bool) -> None:
    """What of restated figures stays on the way, where anything does."""
    if not left:
        return
    rows = [
        {
            "indicator": one.figure.indicator,
            "code": one.figure.subject,
            "breakdown": one.figure.breakdown,
            "period_start": one.figure.period_start,
            "valid_from": one.valid_from or None,
            "value": _value(one.figure, decimals, exact=as_json),
            "reason": one.reason,
            "belongs_to": list(one.belongs_to),
            "suppressed": "yes" if one.figure.suppressed else "",
        }
        for one in left
    ]
    note(words.message("not_restatable", language, count=len(left)))
    show(rows, as_json=as_json, language=language)


def change_row(one: Any, decimals: Mapping[str, int], *, exact: bool) -> Row:
    after = one.after
    return {
        "indicator": after.indicator,
        "subject_kind": _NAMES[after.subject_kind],
        "subject": after.subject,
        "breakdown": after.breakdown,
        "period": after.period,
        "period_start": after.period_start,
        "from_value": _value(one.before, decimals, exact=exact),
        "to_value": _value(after, decimals, exact=exact),
        "difference": _shown(one.difference, None if exact else decimals.get(after.indicator)),
        "version": after.version,
        "why": one.why,
        "batches": [str(batch) for batch in one.batches],
        "known_at": from_timestamp(after.known_at),
    }


def definition_change_row(one: Any) -> Row:
    """What becomes of a definition, and of how many published figures; the largest difference among them."""
    largest = next((example.difference for example in one.examples if example.HasField("difference")), None)
    return {
        **applied_row(one),
        "changed_figures": one.figures,
        "begun_figures": one.begun,
        "missing_figures": one.missing,
        "largest_difference": largest,
    }


def applied_row(one: Any) -> Row:
    """What became of a definition."""
    return {"indicator": one.indicator, "definition": one.kind}


def planned_row(one: Any, decimals: Mapping[str, int]) -> Row:
    """A figure as it is and as it would be."""
    after = one.after
    return {
        "indicator": after.indicator,
        "subject_kind": _NAMES[after.subject_kind],
        "subject": after.subject,
        "breakdown": after.breakdown,
        "period": after.period,
        "period_start": after.period_start,
        "from_value": _value(one.before, decimals, exact=False) if one.HasField("before") else None,
        "to_value": _value(after, decimals, exact=False),
        "difference": _shown(one.difference, decimals.get(after.indicator)),
    }


def measure_row(one: Any, language: Language) -> Row:
    return {
        "measure": one.measure,
        "value": one.value if one.HasField("value") else _limits(one, None),
        "unit": one.unit_vi if language == "vi" else one.unit,
        "fold": one.fold,
        "dataset": one.dataset,
        "predicate": one.predicate_vi if language == "vi" else one.predicate_en,
        "counted": one.inputs,
        "years_back": one.years_back,
    }


def input_row(one: Any, *, exact: bool, on_map: bool = False) -> Row:
    """What a record gives; `on_map`: with the part of it that counts there. For people the moments of events
    are local, and an event that happened once is told once.
    """
    fields = {field.name: field.text for field in one.fields}
    return {
        "measure": one.measure,
        "amount": one.amount if one.HasField("amount") else _limits(one, None),
        "member": one.member,
        "day": one.day,
        "area_code": one.area,
        "organisation": one.organisation,
        "whose": one.life,
        "records": list(one.records),
        "fields": [f"{name}={text}" for name, text in (fields if exact else _readable(fields)).items()],
        "late": "yes" if one.late else "",
        **({"weight": one.weight or "1"} if on_map else {}),
    }


def _readable(fields: Mapping[str, str]) -> dict[str, str]:
    told: dict[str, str] = {}
    for name, text in fields.items():
        event, _, end = name.rpartition(".")
        if end == "last" and fields.get(f"{event}.first") == text:
            continue
        is_alone = end == "first" and fields.get(f"{event}.last") == text
        told[event if is_alone else name] = (
            shown(datetime.fromisoformat(text).astimezone(LOCAL)) if event else text
        )
    return told


def _scores(one: Any, *, exact: bool) -> dict[str, str | None]:
    """All four in --json; else the worst."""
    cells = share_cells(one.scores, exact=exact)
    return cells if exact else {name: cells[name] for name in ("worst", "worst_score")}


def _value(one: Any, decimals: Mapping[str, int], *, exact: bool) -> str | None:
    if one.HasField("value"):
        return _rounded(one.value, None if exact else decimals.get(one.indicator))
    return _limits(one, None if exact else decimals.get(one.indicator))


def _limits(one: Any, digits: int | None) -> str | None:
    """What is known only within limits, of which one may be absent."""
    low = _rounded(one.low, digits) if one.HasField("low") else None
    high = _rounded(one.high, digits) if one.HasField("high") else None
    if low is None or high is None:
        return f"≥ {low}" if low else f"≤ {high}" if high else None
    return f"{low} … {high}"


def _on_map(one: Any) -> Row:
    """On which map a restated figure is, and what it lacks."""
    return {"map_date": one.map_date or None, "lacks": list(one.lacks)}


def _shown(text: str, decimals: int | None) -> str | None:
    return _rounded(text, decimals) if text else None


def _rounded(text: str, decimals: int | None) -> str:
    """Half up (away from zero), once."""
    if decimals is None:
        return text
    return str(Decimal(text).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
