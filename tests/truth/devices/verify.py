"""Plays what devices send over a month and holds every value against the plain method; then wrong rules."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from tests.truth.devices import letters, rules
from tests.truth.devices.comparing import Difference, Truth
from tests.truth.devices.field import Field, Published
from tests.truth.devices.rules import WrongRule
from tests.truth.devices.stations import FIRST, LAST
from tests.truth.world import private_database


def verify(store: str, folder: Path, seed: int) -> bool:
    """Whether all values are right, and all wrong rules are found out."""
    began = time.monotonic()
    truth = sent(folder, seed, FIRST, LAST)
    differences = truth.differences(played(store, seed, FIRST, LAST))
    print(f"looked at {truth.compared} values of devices in {time.monotonic() - began:.1f} s")
    print(f"without a value anywhere: {', '.join(truth.without) or 'none'}")
    show(differences)
    missed = sum(not is_found_out(store, group, seed) for group in rules.GROUPS)
    print(f"tried wrong rules of devices in {time.monotonic() - began:.1f} s")
    return not differences and not missed


def sent(folder: Path, seed: int, since: datetime, until: datetime) -> Truth:
    """Writes down what is sent, and what is true of it."""
    folder.mkdir(parents=True, exist_ok=True)
    letters.write(folder, letters.letters_of(seed, since, until))
    return Truth(folder, since, until)


def played(store: str, seed: int, since: datetime, until: datetime, **settings: object) -> Published:
    """What is published of what is sent."""
    with private_database(store) as database:
        field = Field(database, since, **settings)
        try:
            field.play(letters.letters_of(seed, since, until), until)
            return field.values()
        finally:
            field.close()


def is_found_out(store: str, group: Sequence[WrongRule], seed: int) -> bool:
    """Whether each rule of a group makes a value of its own wrong, and no other value is."""
    since, until = rules.SINCE, rules.UNTIL
    with tempfile.TemporaryDirectory() as name:
        truth = sent(Path(name), seed, since, until)
        with rules.applied(group, Path(name)) as settings:
            differences = truth.differences(played(store, seed, since, until, **settings))
    wrong = {one.indicator for one in differences}
    for one in group:
        seen = sorted(one.reaches & wrong)
        print(f"    {'found' if seen else 'NOT FOUND'}: {one}" + (f", in {', '.join(seen)}" if seen else ""))
    return all(one.reaches & wrong for one in group)


def show(differences: Iterable[Difference]) -> None:
    """Each indicator's first few."""
    by_indicator: dict[str, list[Difference]] = {}
    for one in differences:
        by_indicator.setdefault(one.indicator, []).append(one)
    for indicator, some in sorted(by_indicator.items()):
        print(f"{indicator}: {len(some)} differ")
        for one in some[:3]:
            print(f"    {one}")
