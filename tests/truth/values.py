"""What an office writes into a cell, drawn at random, and how it writes it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from random import Random

from services.records.datasets import Dataset
from services.records.fields import NUMBERS, Field
from services.simulator.office.cells import decimal, whole
from tests.truth.month import ORGANISATIONS, PROVINCE, commune_on, communes_on

_ABSENT = 0.1  # of what may be left out
_INEXACT = 0.2  # of what may be "more than"
# Terms end in the month that is played, and the plain method knows no later holiday.
_MOST = {"working_days": 12}
_POOLS = {
    "procedure": [f"1.{number:06d}" for number in range(1, 15)],
    "measure": ["NVDH", "NVDG", "TLNVDH", "HNGH"],
    "reference": ["EPSG:4756", "EPSG:9210"],
}


class Writer:
    """Draws the cells of a dataset's rows."""

    def __init__(self, dataset: Dataset, random: Random) -> None:
        self.dataset = dataset
        self.random = random

    def cells(self, day: date, given: dict[str, str]) -> dict[str, str]:
        """A row as of a day, with what is given; what is empty is left out."""
        row = dict(given)
        most: Decimal | None = None
        for field in self.dataset.fields:
            if field.personal == "drop" or field.name in row:
                continue
            is_left_out = not field.required and self.random.random() < _ABSENT
            number = self.number(field, most) if field.type in NUMBERS else None
            if number is not None and most is None and field.unit != "%":
                most = number
            text = written(field, number) if number is not None else self.word(field, day)
            if field.inequality and self.random.random() < _INEXACT:
                text = f">{text}"
            if not is_left_out:
                row[field.name] = text
        return {name: text for name, text in row.items() if text}

    def number(self, field: Field, most: Decimal | None) -> Decimal:
        """Parts are not above the first number of their row, which is the whole."""
        low = int(field.min or 0)
        high = int(most) if most is not None and field.unit != "%" else self.random.choice([9, 90, 4000])
        if field.unit == "%":
            high = 100
        high = min(high, _MOST.get(field.name, high))
        if field.max is not None:
            high = min(high, int(field.max))
        drawn = self.random.randint(low, max(low, high))
        if field.type == "decimal" and drawn < high:
            return drawn + Decimal(self.random.randint(0, 99)) / 100
        return Decimal(drawn)

    def word(self, field: Field, day: date) -> str:
        random = self.random
        match field.type:
            case "boolean":
                return random.choice(["có", "có", "không"])
            case "choice":
                return random.choice([one.code for one in field.choices])
            case "area":
                return PROVINCE if field.name == "province" else random.choice(communes_on(day))
            case "organisation":
                return random.choice(ORGANISATIONS)[0]
            case "date":
                return f"{date.fromordinal(day.toordinal() + random.randint(1, 40)):%d/%m/%Y}"
            case "instant":
                later = date.fromordinal(day.toordinal() + random.randint(1, 20))
                return f"{later:%d/%m/%Y} {random.randint(7, 17):02d}:{random.choice([0, 15, 30]):02d}"
            case _:
                return random.choice(self.names(field.name)[:4])

    def names(self, field: str, count: int = 3) -> list[str]:
        """A few names for what a field of text tells apart."""
        if field in _POOLS:
            return _POOLS[field]
        return [f"{field.replace('_', '-')}-{number}" for number in range(1, count + 1)]

    def looked_up_on(self, row: dict[str, str]) -> date:
        """The day of whose map a row's units are."""
        text = row[self.dataset.looked_up_on or self.dataset.event_time]
        return datetime.strptime(text[:10], "%d/%m/%Y").date()  # noqa: DTZ007

    def placed(self, row: dict[str, str]) -> dict[str, str]:
        """The row with communes that there are on its day."""
        day = self.looked_up_on(row)
        areas = {one.name for one in self.dataset.fields if one.type == "area" and one.name != "province"}
        return {name: commune_on(day, text) if name in areas else text for name, text in row.items()}


def written(field: Field, number: Decimal) -> str:
    """In Vietnamese numerals; of whole numbers every other has its thousands apart."""
    return decimal(number) if field.type == "decimal" else whole(number, grouped=bool(number % 2))
