"""Boards that were applied over those that are shipped: what is in force, what a file would change. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal, NamedTuple, TypeVar

from services.display.board_file import InvalidBoard, parse
from services.display.board_panels import AnyPanel, Definition, Of, Words, selections
from services.display.domain import Catalogue
from services.display.resolving import selecting

PanelKind = Literal["added", "removed", "moved", "changed"]
BoardKind = Literal["new", "changed", "same"]
AnyBoard = TypeVar("AnyBoard")


class Written(NamedTuple):
    """A board with its file."""

    definition: Definition
    text: str


class Revision(NamedTuple):
    """A change of a board. `text`: its file; None: back to what is shipped, or to none."""

    board: str
    revision: int
    at: datetime
    by: str
    text: str | None


class PanelChange(NamedTuple):
    """What becomes of a panel; `panel` '': of the board itself. `fields`: names in the file."""

    panel: str
    kind: PanelKind
    title: Words
    fields: tuple[str, ...] = ()


class Missing(NamedTuple):
    """What a panel names and is not there today. `reason`: as boards.proto lists them."""

    panel: str
    field: str
    reason: str
    what: str


class World(NamedTuple):
    """What boards can name today. `figures`: periods of each figure of the catalogue of indicators."""

    catalogue: Catalogue
    figures: Mapping[str, Collection[str]]
    province: str = ""  # code, where one is set


def readable(revisions: Iterable[Revision]) -> tuple[dict[str, Written], dict[str, InvalidBoard]]:
    """What was applied, by name; and what an older version of this software took and this one does not."""
    found, refused = {}, {}
    for one in revisions:
        if one.text is not None:
            try:
                found[one.board] = Written(parse(one.text), one.text)
            except InvalidBoard as error:
                refused[one.board] = error
    return found, refused


def in_force(shipped: Mapping[str, AnyBoard], applied: Mapping[str, AnyBoard]) -> dict[str, AnyBoard]:
    """Shipped boards in their order, each replaced by the applied one of its name; others behind, by name."""
    others = sorted(applied.keys() - shipped.keys())
    return {name: applied.get(name, one) for name, one in shipped.items()} | {
        name: applied[name] for name in others
    }


def kind_of(before: Definition | None, after: Definition) -> BoardKind:
    if before is None:
        return "new"
    return "same" if before == after else "changed"


def panel_changes(before: Definition | None, after: Definition) -> list[PanelChange]:
    """What becomes of each panel, in the order of the file; then those that are removed."""
    if before is None:
        return [PanelChange(one.id, "added", one.title) for one in after.panels]
    known = {one.id: one for one in before.panels}
    found = [change for one in after.panels if (change := _change(known.pop(one.id, None), one)) is not None]
    removed = [PanelChange(one.id, "removed", one.title) for one in known.values()]
    return [*_of_board(before, after), *found, *removed]


def missing(definition: Definition, world: World) -> Iterator[Missing]:
    """What its panels name and is not there, each once a field. A board may be there before its devices."""
    whom = selecting(world.catalogue, world.province)
    told = set[Missing]()
    for panel in definition.panels:
        for field, of in selections(panel):
            lacks = _lacks(of, world) or (None if next(whom(of), None) else _nobody(of))
            if lacks and (one := Missing(panel.id, field, *lacks)) not in told:
                told.add(one)
                yield one


def _change(before: AnyPanel | None, after: AnyPanel) -> PanelChange | None:
    if before is None:
        return PanelChange(after.id, "added", after.title)
    if before == after:
        return None
    if type(before) is not type(after):
        return PanelChange(after.id, "changed", after.title, ("panel",))
    names = after.__struct_fields__
    fields = tuple(name for name in names if getattr(before, name) != getattr(after, name))
    return PanelChange(after.id, "moved" if fields == ("at",) else "changed", after.title, fields)


def _of_board(before: Definition, after: Definition) -> Iterator[PanelChange]:
    common = {one.id for one in before.panels} & {one.id for one in after.panels}
    was, will = ([one.id for one in board.panels if one.id in common] for board in (before, after))
    fields = (("title",) if before.title != after.title else ()) + (("panels",) if was != will else ())
    if fields:
        yield PanelChange("", "changed", after.title, fields)


def _lacks(of: Of, world: World) -> tuple[str, str] | None:
    """An indicator or a period of it that is not computed, or a kind of which there is no device."""
    if of.period and of.indicator not in world.figures:
        return "unknown_indicator", of.indicator
    if of.period and of.period not in world.figures[of.indicator]:
        return "unknown_period", f"{of.indicator} {of.period}"
    if of.indicator and not of.period and of.indicator not in world.catalogue.periods:
        return "unknown_indicator", of.indicator
    of_devices = of.kind and of.subject in ("", "$stations")
    if of_devices and all(one.kind != of.kind for one in world.catalogue.stations):
        return "no_device", of.kind
    return None


def _nobody(of: Of) -> tuple[str, str]:
    if of.channel:
        return "no_device", " ".join(part for part in (of.kind, of.channel) if part)
    return "unknown_subject", of.subject or "$province"
