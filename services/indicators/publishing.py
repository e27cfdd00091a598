"""How touched cells become values: computed level by level, written, and told by facts of the outbox."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from services.indicators import folds, store, store_inputs, wire
from services.indicators.basis import Basis
from services.indicators.domain import Cell, Knowledge, Value, advance
from services.indicators.evaluate import evaluate
from services.indicators.roster import Roster
from services.indicators.settings import IndicatorsSettings
from services.runtime import outbox
from services.runtime.db import Connection

_T = TypeVar("_T")

SCHEMA = "indicators"
CELLS_A_TURN = 5_000  # cells or series hours of one statement


@dataclass(frozen=True, slots=True)
class Moment:
    """What a transaction works with: the devices, the limits, the clock and the trace."""

    basis: Basis
    settings: IndicatorsSettings
    trace_id: str  # of what has no fact to take it from

    @property
    def roster(self) -> Roster:
        return self.basis.roster

    @property
    def now(self) -> datetime:
        return self.basis.now


def publish_cells(
    connection: Connection, moment: Moment, cells: Iterable[Cell], position: int, trace_id: str
) -> list[Value]:
    """Values of these cells that changed, then of all that are folded from them, level by level."""
    knowledge = Knowledge(moment.now, position)
    waiting: dict[int, set[Cell]] = {}
    _add(waiting, cells)
    written: list[Value] = []
    while waiting:
        fresh: list[Value] = []
        for turn in in_turns(sorted(waiting.pop(min(waiting)))):
            fresh += _advance(connection, turn, moment.basis, knowledge)
        stood = store_inputs.stood(connection, folds.spans_of_stations(fresh), moment.roster)
        _add(waiting, folds.folded_into(fresh, moment.roster, stood, moment.now))
        written += fresh
    return publish_facts(connection, moment, written, trace_id)


def _add(waiting: dict[int, set[Cell]], cells: Iterable[Cell]) -> None:
    for cell in cells:
        waiting.setdefault(folds.level(cell.indicator, cell.subject_kind), set()).add(cell)


def _advance(
    connection: Connection, cells: Sequence[Cell], basis: Basis, knowledge: Knowledge
) -> list[Value]:
    """Computes and writes; the values that are new."""
    computed = evaluate(connection, cells, basis)
    standing = store.standing_values(connection, cells)
    advanced = [advance(standing.get(result.cell), result, knowledge) for result in computed]
    fresh = [value for value in advanced if value]
    if fresh:
        store.write_values(connection, fresh)
    return fresh


def publish_facts(connection: Connection, moment: Moment, values: list[Value], trace_id: str) -> list[Value]:
    """Appends the values' facts to the outbox, in the transaction under way; the same values."""
    size = moment.settings.fact_values
    for first in range(0, len(values), size):
        body = wire.published(values[first : first + size])
        outbox.append(connection, SCHEMA, wire.PUBLISHED, body, trace_id)
    return values


def in_turns(items: Iterable[_T]) -> Iterator[list[_T]]:
    iterator = iter(items)
    while turn := list(islice(iterator, CELLS_A_TURN)):
        yield turn
