"""Units, changes and restated values as they are shown."""

from typing import Any

from ioc.areas.v1 import areas_pb2, map_pb2

from services.cli import words
from services.cli.client import Session
from services.cli.output import Row, note, show


def show_changed(session: Session, answer: Any, *, details: bool, as_json: bool) -> None:
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


def show_restated(session: Session, answer: Any, *, as_json: bool) -> None:
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


def unit_row(unit: Any) -> Row:
    """A unit as a row."""
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


def change_row(change: Any) -> Row:
    """A change as a row."""
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


def unresolved_row(one: Any) -> Row:
    """What words leave open, as a row."""
    return {
        "day": one.day,
        "code": one.code,
        "words": one.words_vi,
        "reason": one.reason,
        "candidates": list(one.candidates),
    }
