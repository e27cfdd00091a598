"""What a list would change beside what is there: counts, and one line for each thing. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple, TypeVar

MOST_DIFFERENCES = 1_000  # in one answer; the counts are always of all

K = TypeVar(
    "K", bound=tuple[date, str] | tuple[date, str, str] | tuple[date, str, str, str] | tuple[date, str, int]
)
T = TypeVar("T")


class Tally(NamedTuple):
    """How many of a kind are added, changed, removed, or stay as they are."""

    kind: str
    added: int
    changed: int
    removed: int
    same: int


class Difference(NamedTuple):
    """One thing that is "added", "changed" or "removed": its kind, day and code, and what it becomes."""

    kind: str
    action: str
    day: date
    code: str
    detail: str


class Compared(NamedTuple):
    """Both, and the actions by key."""

    tally: Tally
    differences: list[Difference]


def compare(
    kind: str,
    wanted: Mapping[K, T],
    known: Mapping[K, T],
    detail: Callable[[T], str],
    *,
    whole: bool = False,
) -> Compared:
    """Wanted beside known, by keys that begin with day and code. `whole`: what is not wanted goes."""
    found = []
    counts: Counter[str] = Counter()
    for key, one in wanted.items():
        action = "added" if key not in known else "same" if known[key] == one else "changed"
        counts[action] += 1
        if action != "same":
            found.append(Difference(kind, action, key[0], key[1], detail(one)))
    for key in known.keys() - wanted.keys() if whole else ():
        counts["removed"] += 1
        found.append(Difference(kind, "removed", key[0], key[1], detail(known[key])))
    tally = Tally(kind, counts["added"], counts["changed"], counts["removed"], counts["same"])
    return Compared(tally, sorted(found))
