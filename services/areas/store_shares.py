"""Shares of units that records name, on the map of another day: for whoever sums by area."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from services.areas import store_map
from services.areas.restate import Share, State, open_codes, shares
from services.runtime.db import Connection


class Shares(NamedTuple):
    """What units become. `of`: by code and the day on whose map it is meant; absent: no unit ever had the
    code.

    `open_codes`: units of the map asked for of which words leave open what else went into them.
    """

    of: Mapping[tuple[str, date], Share]
    open_codes: frozenset[str]


def days_of_change(connection: Connection) -> list[date]:
    """The days on which a unit began or ended: between two of them a code means one unit."""
    rows = connection.execute(
        "SELECT valid_from FROM areas.units UNION SELECT valid_to FROM areas.units"
        " WHERE valid_to IS NOT NULL ORDER BY 1"
    )
    return [day for (day,) in rows]


def shares_on(connection: Connection, meant: Iterable[tuple[str, date]], to: date) -> Shares:
    """What becomes, on the map of `to`, of the units that these codes mean on these days."""
    history = store_map.history(connection)
    states: dict[str, list[State]] = defaultdict(list)
    for one in history.states:
        states[one.code].append(one)
    found = {key: _state(states[key[0]], key[1]) for key in set(meant) if key[0] in states}
    became = shares(found.values(), history, to)
    passed = {one.valid_from for one in found.values()}
    return Shares(
        {key: became[one.code, one.valid_from] for key, one in found.items()},
        open_codes(passed, history, to),
    )


def _state(states: Sequence[State], on: date) -> State:
    """The one of a code that is meant on a day: that of the map of the day, else the last one before, else
    the first one after. Records keep the code under which they were taken, also of what ends later.
    """
    before = [one for one in states if one.valid_from <= on]
    return max(before, key=_first_day) if before else min(states, key=_first_day)


def _first_day(state: State) -> date:
    return state.valid_from
