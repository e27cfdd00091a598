"""How offices hand in what happened: in three deliveries, some of it late, twice, wrong, or taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from random import Random

from services.records.datasets import Dataset
from services.records.fields import NUMBERS
from tests.truth.generator import rows_of
from tests.truth.month import COMMUNES, DELIVERIES, MERGED_INTO, NOW
from tests.truth.plain import cells as said
from tests.truth.values import Writer


class Fate(StrEnum):
    """What becomes of a batch: it counts; nobody approves it, or somebody refuses it; it is taken back."""

    COUNTS = "counts"
    PENDING = "pending"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass
class Line:
    """Cells as they are written. `broken`: what is wrong with them, "" nothing."""

    cells: dict[str, str]
    broken: str = ""


@dataclass
class Parcel:
    """A batch. `delivery`: with which one it comes; what is taken back is so with the last one."""

    dataset: str
    delivery: int
    fate: Fate
    lines: list[Line] = field(default_factory=list)


def parcels_of(dataset: Dataset, seed: int) -> list[Parcel]:
    """All batches of a dataset, in the order in which they are handed in."""
    random = Random(f"{seed} {dataset.key}")
    rows = rows_of(dataset, random)
    found = [Parcel(dataset.key, index, Fate.COUNTS) for index in range(len(DELIVERIES))]
    for row in rows:
        _hand_in(dataset, random, row, found)
    wrong = Parcel(dataset.key, 1, Fate.WITHDRAWN)
    sent = [line.cells for parcel in found for line in parcel.lines if not line.broken]
    for row in random.sample(sent, min(8, len(sent))):
        if _delivery(dataset, row) <= 1:
            wrong.lines.append(Line(row if random.random() < 0.5 else altered(dataset, random, row)))
    more = [wrong]
    if dataset.approval:
        for fate in (Fate.PENDING, Fate.REFUSED):
            some = [Line(altered(dataset, random, row)) for row in random.sample(sent, min(3, len(sent)))]
            more.append(Parcel(dataset.key, 2, fate, some))
    for parcel in found:
        random.shuffle(parcel.lines)
    every = [*found[:2], *more, found[2]]
    return [parcel for parcel in every if parcel.lines]


def write(folder: Path, dataset: str, numbered: Sequence[tuple[int, Parcel]]) -> None:
    """What was sent of a dataset: a line a line, with batch, order, cells and what became of it."""
    lines = (
        {
            "batch": number,
            "line": place,
            "delivered_at": DELIVERIES[parcel.delivery].isoformat(),
            "counts": parcel.fate is Fate.COUNTS,
            "broken": line.broken,
            "cells": line.cells,
        }
        for number, parcel in numbered
        for place, line in enumerate(parcel.lines, 2)
    )
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines)
    (folder / f"{dataset}.jsonl").write_text(text, encoding="utf-8")


def _hand_in(dataset: Dataset, random: Random, row: dict[str, str], parcels: list[Parcel]) -> None:
    """A row, in the next delivery or the last; perhaps wrong first, twice, or beside a broken one."""
    first, last = _delivery(dataset, row), len(parcels) - 1
    chance = random.random()
    if first > last:
        return
    if chance < 0.1:  # late
        parcels[last].lines.append(Line(row))
    elif chance < 0.2 and first < last:  # corrected
        parcels[first].lines.append(Line(altered(dataset, random, row)))
        parcels[last].lines.append(Line(row))
    elif chance < 0.24 and first < last:  # an older revision comes later
        parcels[first].lines.append(Line({**row, "revision": "2"}))
        parcels[last].lines.append(Line({**altered(dataset, random, row), "revision": "1"}))
    else:
        parcels[first].lines.append(Line(row))
    if random.random() < 0.1:  # once more
        parcels[random.randint(first, last)].lines.append(Line(row))
    if random.random() < 0.08:
        parcels[first].lines.append(_broken(dataset, random, row))


def _delivery(dataset: Dataset, row: dict[str, str]) -> int:
    at = said.moment(row[dataset.event_time])
    return next((index for index, one in enumerate(DELIVERIES) if at <= one), len(DELIVERIES))


def altered(dataset: Dataset, random: Random, row: dict[str, str]) -> dict[str, str]:
    """The same row with one or two cells that say something else; its identity, time and map stay."""
    writer = Writer(dataset, random)
    fixed = {*dataset.identity, dataset.event_time, dataset.looked_up_on, "period_to", "as_of"}
    if dataset.life_cycle is not None:
        fixed |= {dataset.life_cycle.subject, dataset.life_cycle.event}
    fresh = writer.cells(
        writer.looked_up_on(row), {name: row[name] for name in fixed if name and name in row}
    )
    free = [name for name in fresh if name not in fixed]
    changes = {name: fresh[name] for name in random.sample(free, min(2, len(free)))}
    return writer.placed({**row, **changes})


def _broken(dataset: Dataset, random: Random, row: dict[str, str]) -> Line:
    name, text, why = random.choice(list(_flaws(dataset, row)))
    return Line({**row, name: text}, why)


def _flaws(dataset: Dataset, row: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    yield dataset.event_time, "31/02/2025", "no such day"
    if not dataset.may_lie_ahead:
        ahead: datetime = NOW + timedelta(days=30)
        is_day = dataset.by_name[dataset.event_time].type == "date"
        yield (
            dataset.event_time,
            f"{ahead:%d/%m/%Y}" if is_day else f"{ahead:%d/%m/%Y %H:%M}",
            "in the future",
        )
    for field_ in dataset.fields:
        if field_.name not in row:
            continue
        if field_.required and field_.personal is None:
            yield field_.name, "", "missing"
        if field_.type in NUMBERS:
            yield field_.name, "nhiều", "no number"
        if field_.type in ("choice", "boolean"):
            yield field_.name, "không rõ ràng", "no such choice"
        if field_.type == "area":
            yield field_.name, "22999", "no such unit"
        if field_.type == "area" and row[field_.name] == MERGED_INTO:
            yield field_.name, COMMUNES[0].code, "a unit that is no more"
