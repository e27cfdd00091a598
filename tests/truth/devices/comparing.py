"""The values that were published, held against what the plain method makes of what the devices sent."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.truth.devices.field import Key, Published
from tests.truth.devices.letters import ms
from tests.truth.plain.cells import VIETNAM
from tests.truth.plain.devices import air, gauges, on_time
from tests.truth.plain.devices.measured import MEASURED, Measured, Month, Number

WRITTEN = (air, gauges, on_time)  # each names its values as it is read
_WITHIN = 1e-9  # of sums in floating point, relative


@dataclass(frozen=True)
class Difference:
    """A value that is not what it should be. None: it cannot be told; "absent": not published at all."""

    indicator: str
    subject: str
    start_ms: int
    right: Number | None
    found: object

    def __str__(self) -> str:
        start = datetime.fromtimestamp(self.start_ms / 1_000, VIETNAM)
        right = self.right if self.right is None else f"{float(self.right):.10g}"
        return f"{self.indicator} {self.subject} {start:%Y-%m-%d %H:%M}: {right}, published {self.found}"


class Truth:
    """What the plain method knows of a folder of what was sent out, at a moment."""

    def __init__(self, folder: Path, since: datetime, now: datetime) -> None:
        self.month = Month(folder, ms(since), ms(now))
        self.compared = 0
        self.without: list[str] = []  # values of which none could be told

    def differences(self, published: Published) -> list[Difference]:
        """Of all values that are published, or should be."""
        found: dict[tuple[str, str], dict[tuple[str, int], float | None]] = {}
        for (indicator, kind, subject, start), value in published.items():
            found.setdefault((indicator, kind), {})[subject, ms(start)] = value
        unknown = [f"{name} of a {kind}" for name, kind in found if (name, kind) not in MEASURED]
        assert not unknown, f"nobody restated {', '.join(unknown)}"
        self.without = []
        return [one for key, measured in MEASURED.items() for one in self._of(measured, found.get(key, {}))]

    def changed_since(self, before: Truth, published: Published) -> set[Key]:
        """Of what is published, all that is something else by now than by what was sent before."""
        return {
            (name, kind, subject, start)
            for name, kind, subject, start in published
            if not is_same(
                before.month.value(name, kind, subject, ms(start)),
                self.month.value(name, kind, subject, ms(start)),
            )
        }

    def _of(self, one: Measured, found: dict[tuple[str, int], float | None]) -> Iterator[Difference]:
        required = list(self.month.required(one))
        if not required:
            self.without.append(f"{one.name} of a {one.kind}")
        for subject, start in required:
            if (subject, start) not in found:
                yield Difference(one.name, subject, start, self._right(one, subject, start), "absent")
        for (subject, start), value in found.items():
            if one.period == "5min" and self._was_open(subject, start):
                continue
            self.compared += 1
            right = self._right(one, subject, start)
            if not is_same(right, value):
                yield Difference(one.name, subject, start, right, value)

    def _was_open(self, subject: str, start: int) -> bool:
        """Told as of a look in the midst of it: of now, and of a unit that was no more when it was over."""
        return start >= self.month.now_ms or not self.month.register.exists(subject, start)

    def _right(self, one: Measured, subject: str, start: int) -> Number | None:
        return self.month.value(one.name, one.kind, subject, start)


def is_same(right: Number | None, found: Number | None) -> bool:
    """Equal but for the order of additions."""
    if right is None or found is None:
        return right is None and found is None
    return math.isclose(right, found, rel_tol=_WITHIN, abs_tol=_WITHIN)
