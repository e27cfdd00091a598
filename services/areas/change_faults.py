"""What may be declared of two units, and stated about one. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from services.areas.changes import Declared, Statement
from services.areas.domain import Fault

LONGEST_WORDS = 4_000  # characters of a statement


def declared_faults(declared: Sequence[Declared], standing: Sequence[Declared]) -> list[Fault]:
    """What is wrong with what somebody declares, by itself and beside what is declared already."""
    faults = [fault for index, one in enumerate(declared) for fault in _faults_of(one, f"declared[{index}]")]
    all_of_it = {one[:3]: one for one in (*standing, *declared)}
    sums: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    wholes: dict[tuple[date, str], int] = defaultdict(int)
    counts: dict[tuple[date, str], int] = defaultdict(int)
    for one in all_of_it.values():
        key = (one.day, one.old_code)
        counts[key] += 1
        wholes[key] += one.extent == "whole"
        sums[key] += one.weight or 0
    for index, one in enumerate(declared):
        key = (one.day, one.old_code)
        if sums[key] > 1:
            detail = f"the weights of {one.old_code} add up to {sums[key]}, more than 1"
            faults.append(Fault(f"declared[{index}].weight", "out_of_range", detail))
        if wholes[key] and counts[key] > 1:
            detail = f"{one.old_code} went whole into one unit and into others too; declare parts"
            faults.append(Fault(f"declared[{index}].extent", "not_allowed", detail))
    return faults


def statement_faults(statements: Sequence[Statement]) -> list[Fault]:
    """What is wrong with the words that somebody sends."""
    return [
        fault
        for index, one in enumerate(statements)
        for fault in _words_faults(one.words.strip(), f"statements[{index}].words_vi")
    ]


def _faults_of(one: Declared, path: str) -> Iterator[Fault]:
    if one.extent not in ("whole", "part"):
        yield Fault(f"{path}.extent", "required", "say whether it is the whole or a part")
    if one.extent == "whole" and one.weight is not None:
        yield Fault(f"{path}.weight", "not_allowed", "a whole has no weight")
    if one.weight is not None and not 0 < one.weight <= 1:
        yield Fault(f"{path}.weight", "out_of_range", f"above 0 and up to 1; got {one.weight}")
    if one.extent == "whole" and one.basis is not None:
        yield Fault(f"{path}.basis", "not_allowed", "a whole has no basis")
    elif one.weight is None and one.basis in ("population", "decree"):
        yield Fault(f"{path}.weight", "required", f"by {one.basis} the weight must be given")
    elif one.weight is not None and one.basis is None:
        yield Fault(f"{path}.basis", "required", "say what the weight was taken from")


def _words_faults(words: str, path: str) -> Iterator[Fault]:
    if not words:
        yield Fault(path, "empty", "send the words of the decree")
    if len(words) > LONGEST_WORDS:
        yield Fault(path, "too_long", f"at most {LONGEST_WORDS} characters; got {len(words)}")
