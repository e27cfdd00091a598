"""The figures that were published, held against what the plain method makes of what was sent out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from tests.truth import month
from tests.truth.plain import answers
from tests.truth.plain.answers import Slot
from tests.truth.plain.cells import Limits
from tests.truth.plain.entities import read, read_communes
from tests.truth.plain.figures import FIGURES, Number
from tests.truth.plain.province import Province

# Stocks have figures by day this far back (HAIDANG_INDICATORS_DAILY_STOCK_DAYS): to before the merge.
DAYS_OF_STOCKS = 28
SINCE = month.NOW.date() - timedelta(days=DAYS_OF_STOCKS)
# Sums and quotients are exact to 34 digits; spans of time in hours and minutes are cut before.
EXACT, SPANS = Fraction(1, 10**28), Fraction(1, 10**9)
OF_SPANS = ("IS-10", "PB-02", "CF-04", "OC-01.p", "OC-02", "AR-01", "AR-02", "AR-03", "AR-06")

Published = Mapping[tuple[object, ...], tuple[object, ...]]  # value, low and high of each


@dataclass(frozen=True)
class Difference:
    """A figure that is not what it should be. None: missing; "absent": not published at all."""

    slot: Slot
    right: Number | None
    found: object

    def __str__(self) -> str:
        right = (
            self.right
            if self.right is None or isinstance(self.right, Limits)
            else f"{float(self.right):.10g}"
        )
        told = " ".join(str(part) for part in self.slot[1:] if part)
        return f"{self.slot.figure} {told}: {right}, published {self.found}"


class Truth:
    """What the plain method knows of a folder of what was sent out."""

    def __init__(self, folder: Path) -> None:
        self.province = Province(read(folder), read_communes(folder), month.NOW)
        self._answers: dict[Slot, Number | None] = {}
        self._required: dict[str, list[Slot]] = {}
        self.compared = 0

    def differences(self, published: Published, figures: Iterable[str] = ()) -> list[Difference]:
        """Of these figures, or all."""
        names = list(figures) or sorted(FIGURES)
        found = {Slot(*key): as_told(*told) for key, told in published.items()}  # type: ignore[arg-type]
        by_figure: dict[str, list[Slot]] = {}
        for slot in found:
            by_figure.setdefault(slot.figure, []).append(slot)
        return [
            one
            for name in names
            for one in self._of_figure(name, {slot: found[slot] for slot in by_figure.get(name, ())})
        ]

    def _of_figure(self, name: str, found: Mapping[Slot, object]) -> Iterator[Difference]:
        for slot in self.required(name):
            if slot not in found:
                yield Difference(slot, self.answer(slot), "absent")
        for slot, value in found.items():
            if slot.period == "day" and slot.start < SINCE:
                continue
            self.compared += 1
            if not is_same(name, self.answer(slot), value):
                yield Difference(slot, self.answer(slot), value)

    def required(self, name: str) -> list[Slot]:
        if name not in self._required:
            areas = [one.code for one in month.COMMUNES] + [month.PROVINCE]
            organisations = [code for code, _ in month.ORGANISATIONS]
            told = list(answers.required(self.province, name, areas, organisations, SINCE))
            self._answers |= {slot: one.value for slot, one in told}
            self._required[name] = [slot for slot, _ in told]
        return self._required[name]

    def answer(self, slot: Slot) -> Number | None:
        if slot not in self._answers:
            self._answers[slot] = answers.answer(self.province, slot)
        return self._answers[slot]


def as_told(value: object, low: object, high: object) -> object:
    """The value, or the two that it lies between."""
    return (low, high) if value is None and (low is not None or high is not None) else value


def is_same(figure: str, right: Number | None, found: object) -> bool:
    if right is None or found is None:
        return right is None and found is None
    if isinstance(right, Limits) or isinstance(found, tuple):
        both = isinstance(right, Limits) and isinstance(found, tuple)
        return both and all(is_same(figure, one, other) for one, other in zip(right, found, strict=True))
    assert isinstance(found, Decimal)
    allowed = SPANS if figure.startswith(OF_SPANS) else EXACT
    return abs(Fraction(found) - right) <= allowed * max(1, abs(right))
