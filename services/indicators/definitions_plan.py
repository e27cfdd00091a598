"""What changed definitions would do: they are applied, all that follows is made, and then taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from services.indicators import follow_records, store_definitions, store_entities, store_published
from services.indicators.catalogue import Catalogue
from services.indicators.declared import Indicator
from services.indicators.follow_records import Moment
from services.indicators.grounds import Grounds
from services.indicators.language.formula import operands
from services.indicators.programme import compiled
from services.indicators.published import Change
from services.indicators.store_definitions import Differences, Standing
from services.runtime.db import Connection
from services.runtime.trace import new_trace_id

EXAMPLES = 20  # changes of an indicator that a plan shows


class Planned(NamedTuple):
    """What would become of a definition. `kind`: new, changed, words, withdrawn; `figures`: with another
    value.
    """

    indicator: str
    kind: str
    figures: int
    examples: Sequence[Change]


def plan(connection: Connection, catalogue: Catalogue, grounds: Grounds, now: datetime) -> list[Planned]:
    """Tries the catalogue on the data that is there. Nothing of it stays; followers wait meanwhile."""
    with connection.transaction(force_rollback=True):
        known = store_definitions.standing(connection)
        last = store_published.last_run(connection)
        found = store_definitions.apply(connection, catalogue, grounds.datasets, "plan", now)
        kinds = kinds_of(found, known, catalogue)
        _make(connection, grounds, now)
        after = store_published.written_after(connection, last)
    # What is replaced in place is to be seen again only now.
    changes: dict[str, list[Change]] = {}
    for figure, before in zip(after, store_published.standing(connection, after), strict=True):
        if before is not None and before.value != figure.value:
            changes.setdefault(figure.indicator, []).append(Change(figure, before, (), "definitions"))
    return [
        Planned(one, kind, len(changes.get(one, ())), changes.get(one, ())[:EXAMPLES])
        for one, kind in sorted(kinds.items())
    ]


def digest(files: Sequence[tuple[str, str]], application: int) -> str:
    """Of files, and of the application that they were compared with."""
    told = repr((application, sorted(files)))
    return hashlib.sha256(told.encode()).hexdigest()


def kinds_of(found: Differences, known: Mapping[str, Standing], catalogue: Catalogue) -> dict[str, str]:
    """What becomes of each definition: new, changed (figures may be others), words (none is) or withdrawn."""
    kinds = {
        one.id: "changed"
        for one in catalogue.indicators.values()
        if one.id in known
        and any(operand.measure in found.measures for operand in operands(one.formula.node))
    }
    for one in found.indicators:
        if one not in known:
            kinds[one] = "new"
        elif one not in kinds:
            is_same = _makes(catalogue.indicators[one]) == _makes(known[one].indicator)
            kinds[one] = "words" if is_same else "changed"
    return kinds | dict.fromkeys(found.retired_indicators, "withdrawn")


def _makes(one: Indicator) -> tuple[object, ...]:
    """What decides on its figures."""
    return one.formula, one.levels, one.periods, one.by, one.over_time == "sum_of_months"


def _make(connection: Connection, grounds: Grounds, now: datetime) -> None:
    programme = compiled(
        store_definitions.application(connection),
        store_definitions.definitions(connection),
        store_definitions.measures(connection),
        grounds.datasets,
    )
    moment = Moment(programme, grounds.working, grounds.settings, now, new_trace_id())
    while follow_records.make(connection, moment):
        store_entities.empty_work(connection)  # what a step leaves behind is no part of the next
