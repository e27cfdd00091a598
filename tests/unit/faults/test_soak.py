"""In which order things break, and what is said where they cannot."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

from tests.faults.soak import schedule
from tests.faults.soak_faults import FAULTS, refused


def order(seed: int) -> list[str]:
    return [fault.name for fault in islice(schedule(FAULTS, random.Random(seed)), 2 * len(FAULTS))]


def test_every_fault_comes_once_a_round_and_the_seed_decides_when() -> None:
    names = order(1)
    assert set(names[: len(FAULTS)]) == set(names[len(FAULTS) :]) == {fault.name for fault in FAULTS}
    assert names == order(1)
    assert names != order(2)


def test_what_a_machine_refuses_is_named_with_its_reason() -> None:
    assert refused("", Path("lib"), "") == {}
    assert refused("no mount", None, "").keys() == {"disk_full", "clock_stepped"}
    assert refused("", Path("lib"), "by sudo") == {"backend_killed": "by sudo"}
