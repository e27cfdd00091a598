"""Alarms as walls are told of them: each change by itself and in order, and what is shown. Pure."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Told = Mapping[str, Any]  # an alarm as the page gets it

CHANGES_KEPT = 1_000
GONE = frozenset({"cleared", "closed", "suppressed"})


class Change(NamedTuple):
    """One step in the life of an alarm, with the alarm as it left it, as the page gets it."""

    number: int
    alarm: Told
    said: Told


@dataclass(slots=True)
class Alarms:
    """What is shown now, and the last changes with the position of the board at which each came."""

    active: dict[str, Told] = field(default_factory=dict)
    is_known: bool = False  # before the first look nothing is said, which is not the same as nothing wrong
    known_from: int = 0  # walls at this position or later are told every change since
    _changes: deque[tuple[int, Change]] = field(default_factory=deque)

    def take(self, change: Change, position: int) -> None:
        """A change that leads the board to `position`."""
        alarm = change.alarm
        if alarm["state"] in GONE:
            self.active.pop(alarm["alarm"], None)
        else:
            self.active[alarm["alarm"]] = alarm
        self._changes.append((position, change))
        if len(self._changes) > CHANGES_KEPT:
            self.known_from = max(self.known_from, self._changes.popleft()[0])

    def put(self, active: Iterable[Told], position: int) -> None:
        """All that is shown, where changes before `position` are not known one by one."""
        self.active = {alarm["alarm"]: alarm for alarm in active if alarm["state"] not in GONE}
        self._changes.clear()
        self.is_known = True
        self.known_from = position

    def carried(self) -> Alarms:
        """The same for another history of the board, which every wall begins with a snapshot."""
        return Alarms(dict(self.active), self.is_known)

    def since(self, position: int) -> list[Told]:
        """Every change after a position, in order."""
        return [change.said for at, change in self._changes if at > position]

    def told(self) -> dict[str, Any]:
        """All that is shown, for a snapshot."""
        counts = Counter(str(alarm["severity"]) for alarm in self.active.values())
        return {"active": list(self.active.values()), "counts": dict(counts)}
