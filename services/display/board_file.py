"""A board as its file says it: what it is read into, and what is refused. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import msgspec

from services.display.board_panels import (
    COLUMNS,
    ROWS,
    AnyPanel,
    At,
    Definition,
    LinesPanel,
    ValuePanel,
    selections,
)

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_OF_OPERATORS = "acknowledged_by="  # accounts: their workload is no ranking for a wall


class Complaint(NamedTuple):
    """What is wrong, and where; `panel`: '' of the board itself."""

    board: str
    panel: str
    field: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in self if part)


class InvalidBoard(ValueError):
    """A board file that cannot be shown."""

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        super().__init__("; ".join(map(str, complaints)))
        self.complaints = tuple(complaints)


_PATH = re.compile(r"^(.*) - at `\$(.*)`$", re.DOTALL)
_PANEL = re.compile(r"^\.panels\[(\d+)\]\.?(.*)$")


def parse(text: str | bytes) -> Definition:
    """The board that a file says.

    Raises:
        InvalidBoard: no JSON, a field that is missing, unknown or impossible, panels that do not go together.
    """
    try:
        definition = msgspec.json.decode(text, type=Definition)
    except msgspec.ValidationError as error:
        raise InvalidBoard([_complaint(str(error), _raw(text))]) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidBoard([Complaint("", "", "", f"no JSON: {error}")]) from error
    if complaints := list(_faults(definition)):
        raise InvalidBoard(complaints)
    return definition


def schema() -> bytes:
    """JSON Schema of board files."""
    told = {"$schema": SCHEMA_DIALECT, "title": "Hải Đăng board", **msgspec.json.schema(Definition)}
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def _faults(definition: Definition) -> Iterator[Complaint]:
    board, seen = definition.board, set[str]()
    for panel in definition.panels:
        if panel.id in seen:
            yield Complaint(board, panel.id, "id", "used twice")
        seen.add(panel.id)
        at = panel.at
        if at.x + at.w > COLUMNS or at.y + at.h > ROWS:
            yield Complaint(board, panel.id, "at", f"reaches over the grid of {COLUMNS} by {ROWS}")
        for field, of in selections(panel):
            if bool(of.channel) == bool(of.indicator):
                yield Complaint(board, panel.id, field, "name either an indicator or a channel")
            elif of.channel and of.period:
                yield Complaint(board, panel.id, f"{field}.period", "only of figures of the catalogue")
            elif of.breakdown and not of.period:
                yield Complaint(board, panel.id, f"{field}.breakdown", "only of figures: say their period")
            elif of.breakdown.startswith(_OF_OPERATORS):
                yield Complaint(
                    board, panel.id, f"{field}.breakdown", "figures of one operator stay off walls"
                )
        yield from _own_faults(board, panel)
    for one, other in combinations(definition.panels, 2):
        if _overlap(one.at, other.at):
            yield Complaint(board, one.id, "at", f"lies over {other.id}")


def _own_faults(board: str, panel: AnyPanel) -> Iterator[Complaint]:
    spans = {"of": panel.of} if isinstance(panel, LinesPanel) else {}
    if isinstance(panel, ValuePanel) and panel.trend is not None:
        spans["trend"] = panel.trend
    for field, span in spans.items():
        if (span.hours is None) == (span.periods is None):
            yield Complaint(board, panel.id, field, "say either hours or periods")


def _overlap(one: At, other: At) -> bool:
    beside = one.x + one.w <= other.x or other.x + other.w <= one.x
    return not (beside or one.y + one.h <= other.y or other.y + other.h <= one.y)


def _complaint(message: str, raw: Mapping[str, Any]) -> Complaint:
    """msgspec says where by a path; people look for the panel."""
    reason, path = found.groups() if (found := _PATH.match(message)) else (message, "")
    board = str(raw.get("board", ""))
    if (of_panel := _PANEL.match(path)) is None:
        return Complaint(board, "", path.lstrip("."), reason)
    number, field = int(of_panel.group(1)), of_panel.group(2)
    panel = raw["panels"][number]
    name = panel.get("id") if isinstance(panel, dict) else None
    return Complaint(board, str(name or f"panels[{number}]"), field, reason)


def _raw(text: str | bytes) -> Mapping[str, Any]:
    raw = msgspec.json.decode(text)
    return raw if isinstance(raw, dict) else {}
