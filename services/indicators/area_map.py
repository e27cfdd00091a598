"""Which commune and province an area code belongs to, on the map of a day."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.indicators.domain import SubjectKind

_KINDS = {"commune": SubjectKind.COMMUNE, "province": SubjectKind.PROVINCE}
_MOST_LEVELS = 5  # a chain longer than this goes in circles

Subject = tuple[SubjectKind, str]


@dataclass(frozen=True, slots=True)
class UnitSpan:
    """An administrative unit while it kept its parent: valid on [valid_from, valid_to)."""

    code: str
    level: str  # "province", "district" or "commune"
    parent_code: str | None
    valid_from: date
    valid_to: date | None
    population: int | None = None


class AreaMap:
    """Chains of units by day. Two days of one era have the same chains."""

    def __init__(self, spans: Iterable[UnitSpan]) -> None:
        self._spans: dict[str, list[UnitSpan]] = {}
        changes: set[date] = set()
        for span in sorted(spans, key=lambda span: (span.code, span.valid_from)):
            self._spans.setdefault(span.code, []).append(span)
            changes |= {day for day in (span.valid_from, span.valid_to) if day is not None}
        self._changes = sorted(changes)
        self._chains: dict[tuple[str, int], tuple[Subject, ...]] = {}

    def era(self, day: date) -> int:
        """Number of the span of days around `day` in which no unit began or ended."""
        return bisect_right(self._changes, day)

    def subjects(self, code: str | None, day: date) -> tuple[Subject, ...]:
        """The commune and the province of a code, itself included, as far as they are known."""
        if not code:
            return ()
        key = (code, self.era(day))
        if key not in self._chains:
            self._chains[key] = self._climb(code, day)
        return self._chains[key]

    def communes(self) -> list[str]:
        """Codes of all communes that are known, of whatever day."""
        return [code for code, spans in self._spans.items() if spans[-1].level == "commune"]

    def population(self, code: str, day: date) -> int | None:
        """Persons of a unit on a day, as far as they are known."""
        span = self._span(code, day)
        return span.population if span else None

    def life(self, code: str) -> tuple[date, date | None] | None:
        """The first day of a unit and the first on which it is no more; None of an unknown one."""
        spans = self._spans.get(code)
        return (spans[0].valid_from, spans[-1].valid_to) if spans else None

    def exists(self, code: str, day: date) -> bool:
        """Whether there is such a unit on a day."""
        life = self.life(code)
        return life is not None and life[0] <= day and (life[1] is None or day < life[1])

    def _climb(self, code: str, day: date) -> tuple[Subject, ...]:
        found: list[Subject] = []
        above: str | None = code
        for _ in range(_MOST_LEVELS):
            span = self._span(above, day) if above else None
            if span is None:
                break
            if span.level in _KINDS:
                found.append((_KINDS[span.level], span.code))
            above = span.parent_code
        return tuple(found)

    def _span(self, code: str, day: date) -> UnitSpan | None:
        """The unit as it was on `day`; for a day outside its life the nearest one that it had.

        A device keeps the code it was registered under, so readings from before a merger fall to the
        unit that exists since.
        """
        spans = self._spans.get(code)
        if not spans:
            return None
        begun = [span for span in spans if span.valid_from <= day]
        return begun[-1] if begun else spans[0]
