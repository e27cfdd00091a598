"""A small month that is handed in once, then one record at a time is corrected; and what each may change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from pathlib import Path
from random import Random

from services.records.datasets import Dataset
from tests.truth import month, parcels
from tests.truth.comparing import Difference, Published, as_told, is_same
from tests.truth.generator import rows_of
from tests.truth.parcels import Fate, Line, Parcel
from tests.truth.plain import answers
from tests.truth.plain import cells as said
from tests.truth.plain.answers import Slot, Told
from tests.truth.plain.datasets import OF_TIME
from tests.truth.plain.entities import read, read_communes, read_dataset
from tests.truth.plain.figures import FIGURES, Number
from tests.truth.plain.province import Province

THINGS = 7  # of each dataset: lives, things with all of their rows, or single events
TRIES = 4  # corrections of each record that are looked at until one changes a figure
DAYS_BACK = 14  # figures by day are compared as far back, and stocks by day made
_SINCE = month.NOW.date() - timedelta(days=DAYS_BACK)
_AREAS = [one.code for one in month.COMMUNES] + [month.PROVINCE]
_ORGANISATIONS = [code for code, _ in month.ORGANISATIONS]


def few(dataset: Dataset, seed: int) -> Parcel:
    """A few things with all that was said of them; of what is published as a whole, everything."""
    random = Random(f"{seed} few {dataset.key}")
    of_things: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in rows_of(dataset, random):
        if said.moment(row[dataset.event_time]) <= month.DELIVERIES[-1]:
            of_things.setdefault(_thing(dataset, row), []).append(row)
    things = sorted(of_things)
    taken = things if dataset.area == "province" else random.sample(things, min(THINGS, len(things)))
    lines = [Line(row) for thing in taken for row in of_things[thing]]
    return Parcel(dataset.key, len(month.DELIVERIES) - 1, Fate.COUNTS, lines)


def _thing(dataset: Dataset, row: Mapping[str, str]) -> tuple[str, ...]:
    if dataset.life_cycle is not None:
        return (row[dataset.life_cycle.subject],)
    return tuple(row.get(name, "") for name in dataset.identity if name not in OF_TIME)


def _another(dataset: Dataset, row: Mapping[str, str]) -> dict[str, str]:
    """The same of another thing."""
    name = next(one for one in dataset.identity if dataset.by_name[one].type in ("code", "text"))
    return {**row, name: f"{row[name]}-x"}


@dataclass
class Foreseen:
    """What is known with a correction, and what all figures that look at its dataset come to then."""

    parcel: Parcel
    province: Province
    told: dict[Slot, Told]

    def of(self, slot: Slot) -> Told:
        """Of any figure."""
        return self.told.get(slot) or answers.told(self.province, slot)


@dataclass
class Ledger:
    """What was sent out so far, and what the plain method makes of it."""

    folder: Path
    sent: dict[str, list[tuple[int, Parcel]]] = field(default_factory=dict)
    told: dict[Slot, Told] = field(default_factory=dict)
    looked_at: dict[str, set[Slot]] = field(default_factory=dict)  # by dataset, for which figures it is

    def note(self, number: int, parcel: Parcel) -> None:
        """Writes down that a parcel was handed in, and under which number."""
        self.sent.setdefault(parcel.dataset, []).append((number, parcel))
        parcels.write(self.folder, parcel.dataset, self.sent[parcel.dataset])

    def look(self, published: Published) -> list[Difference]:
        """Reads all that was sent out, and compares every figure."""
        self.province = Province(read(self.folder), read_communes(self.folder), month.NOW)
        for figure in FIGURES:
            self._learn(dict(self._required(self.province, figure)))
        slots = (Slot(*key) for key in published)  # type: ignore[arg-type]
        self._learn({slot: answers.told(self.province, slot) for slot in slots if slot not in self.told})
        return list(self._differences(self.told, published))

    def correction(self, dataset: Dataset, seed: int) -> Foreseen:
        """A correction of one record by which a figure changes, where any looks at the dataset.

        Where records are only counted, one more of them.

        Raises:
            LookupError: none was found.
        """
        random = Random(f"{seed} correct {dataset.key}")
        rows = [line.cells for _, parcel in self.sent[dataset.key] for line in parcel.lines]
        random.shuffle(rows)
        corrections = (parcels.altered(dataset, random, row) for row in rows * TRIES)
        for changed in chain(corrections, (_another(dataset, row) for row in rows)):
            parcel = Parcel(dataset.key, len(month.DELIVERIES) - 1, Fate.COUNTS, [Line(changed)])
            foreseen = self._foreseen(parcel)
            changes = any(told.value != self.told[slot].value for slot, told in foreseen.told.items())
            if changes or dataset.key not in self.looked_at:
                return self._completed(foreseen)
        raise LookupError(f"no correction of {dataset.key} changes a figure")

    def _foreseen(self, parcel: Parcel) -> Foreseen:
        sent = [*self.sent[parcel.dataset], (1 << 60, parcel)]
        parcels.write(self.folder, parcel.dataset, sent)
        changed = self.province.with_dataset(parcel.dataset, read_dataset(self.folder, parcel.dataset))
        known = self.looked_at.get(parcel.dataset, ())
        return Foreseen(parcel, changed, {slot: answers.told(changed, slot) for slot in known})

    def _completed(self, foreseen: Foreseen) -> Foreseen:
        """With the figures that there are only now."""
        for figure in {slot.figure for slot in foreseen.told}:
            foreseen.told.update(self._required(foreseen.province, figure))
        return foreseen

    def _before(self, slot: Slot) -> Number | None:
        if slot not in self.told:
            self.told[slot] = answers.told(self.province, slot)
        return self.told[slot].value

    def compare(
        self, foreseen: Foreseen, before: Published, after: Published
    ) -> tuple[set[Slot], list[Difference]]:
        """The figures that changed; and those that should not have, or are not what they should be."""
        changed, wrong = set(), list(self._differences(foreseen.told, after))
        for key, numbers in after.items():
            if key in before and before[key] == numbers:
                continue
            slot, value = Slot(*key), as_told(*numbers)  # type: ignore[arg-type]
            was = self._before(slot)
            if key not in before and is_same(slot.figure, was, value):
                continue  # a zero that need not have been told
            changed.add(slot)
            right = foreseen.of(slot).value
            if right == was or not is_same(slot.figure, right, value):
                wrong.append(Difference(slot, right, value))
        return changed, wrong

    def _differences(self, told: Mapping[Slot, Told], published: Published) -> Iterator[Difference]:
        for slot, right in told.items():
            if slot.period == "day" and slot.start < _SINCE:
                continue
            numbers = published.get(tuple(slot))
            if numbers is None:
                if answers.must_be_told(slot, right):
                    yield Difference(slot, right.value, "absent")
            elif not is_same(slot.figure, right.value, found := as_told(*numbers)):
                yield Difference(slot, right.value, found)

    def take(self, number: int, foreseen: Foreseen) -> None:
        """A correction was handed in: from now on it is what was sent out."""
        self.note(number, foreseen.parcel)
        self.province = foreseen.province
        self._learn(foreseen.told)

    def _learn(self, told: Mapping[Slot, Told]) -> None:
        self.told.update(told)
        for slot, one in told.items():
            for dataset in one.datasets:
                self.looked_at.setdefault(dataset, set()).add(slot)

    def _required(self, province: Province, figure: str) -> Iterator[tuple[Slot, Told]]:
        return answers.required(province, figure, _AREAS, _ORGANISATIONS, _SINCE)
