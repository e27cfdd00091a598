"""What goes wrong where people work: late, twice, mistyped and corrected, refused and mended. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from services.simulator.office.domain import Line, Source

LATE, LATER_THAN_PROMISED, MISTYPED, REFUSED, TWICE = 0.02, 0.001, 0.012, 0.004, 0.003
SLOWEST = timedelta(days=45)  # no line comes later after its time
_AREAS = ("commune", "filed_at_area")
_NO_COMMUNE = "99777"


def with_slips(source: Source, chance: Random, line: Line) -> Iterator[Line]:
    """The line as it is handed in, perhaps after one that is wrong."""
    drawn = chance.random()
    if drawn < (below := LATER_THAN_PROMISED):
        yield _later(line, timedelta(days=chance.randint(37, 44)))
    elif drawn < (below := below + LATE):
        yield _later(line, timedelta(hours=chance.randint(3, 60)))
    elif drawn < (below := below + MISTYPED) and (wrong := _mistyped(source, chance, line)):
        yield wrong
        yield _later(line, timedelta(hours=chance.randint(2, 120)))
    elif drawn < (below := below + REFUSED) and (wrong := _unreadable(source, line)):
        yield wrong
        yield _later(line, timedelta(hours=chance.randint(2, 48)))
    elif drawn < below + TWICE:
        yield line
        yield _later(line, timedelta(hours=chance.randint(1, 30)))
    else:
        yield line


def _later(line: Line, delay: timedelta) -> Line:
    return line._replace(at=line.at + delay)


def _mistyped(source: Source, chance: Random, line: Line) -> Line | None:
    """A number that is somewhat less than it should be."""
    numbers = [name for name in source.amounts if line.cells.get(name, "").isdecimal()]
    if not numbers:
        return None
    name = chance.choice(numbers)
    wrong = str(int(line.cells[name]) * chance.randint(80, 97) // 100)
    return line._replace(cells={**line.cells, name: wrong})


def _unreadable(source: Source, line: Line) -> Line | None:
    """A commune that there is not, or words where a number should be."""
    wrong = {name: _NO_COMMUNE for name in _AREAS if name in line.cells}
    wrong = wrong or {name: "chưa có số liệu" for name in source.amounts[:1] if name in line.cells}
    return line._replace(cells={**line.cells, **wrong}) if wrong else None
