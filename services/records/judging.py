"""What becomes of the rows of a batch beside what is known: verdicts, versions, and who holds them. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.records.domain import Verdict
from services.records.rows import Row


def identity_hashes(dataset: str, rows: Sequence[Row]) -> list[bytes]:
    """16 bytes of BLAKE2b of each row's dataset and identity: two of 10^9 meet with a chance of 1.5e-21."""
    begun = hashlib.blake2b(f"{dataset}\0".encode(), digest_size=16)
    result = []
    for row in rows:
        state = begun.copy()
        state.update(row.identity.encode())
        result.append(state.digest())
    return result


class Place(NamedTuple):
    """A line of a batch. The order of places is that of submission."""

    batch: int
    line: int


class Held(NamedTuple):
    """A version, which is a content of an identity at a revision, and who holds it: every line that says it.

    `of`: where it is kept. `first`: the first line that holds it and counts, or is of the batch at hand.
    `own_line`: the first line of the batch at hand that holds it. None: there is none.
    """

    revision: int
    payload: str
    of: Place
    first: Place | None
    own_line: int | None


class Judged(NamedTuple):
    """What becomes of rows: a verdict of each; by their indices, those that are a new version, those that
    repeat one with where it is kept, those that are now the first to hold theirs, and those that correct one
    of their own revision, so that the source says two things of which neither is the newer."""

    verdicts: list[Verdict]
    versions: list[int]
    repeats: list[tuple[int, Place]]
    leading: list[int]
    conflicting: list[int]


def judged(
    batch: int, rows: Sequence[Row], hashes: Sequence[bytes], known: Mapping[bytes, Sequence[Held]]
) -> Judged:
    """What becomes of the rows of a batch, a later one as if it came later. `known`: by identity.

    A content that counts already, be it not the one that stands, is a duplicate unless it carries a higher
    revision: so to hand a file in once more changes nothing. It is held all the same, so that it stands where
    it did once the batch that it doubled is withdrawn.
    """
    every = list(range(len(rows)))
    if not known and len(set(hashes)) == len(hashes):
        return Judged([Verdict.STORED] * len(rows), every, [], every, [])
    seen = {
        identity: {(one.revision, one.payload): one for one in versions}
        for identity, versions in known.items()
    }
    found = Judged([], [], [], [], [])
    for index, (row, identity) in enumerate(zip(rows, hashes, strict=True)):
        _judge(found, index, Place(batch, row.line), row, seen.setdefault(identity, {}))
    return found


def _judge(found: Judged, index: int, place: Place, row: Row, versions: dict[tuple[int, str], Held]) -> None:
    verdict = _verdict(row, versions)
    found.verdicts.append(verdict)
    if verdict is Verdict.CORRECTED and any(
        one.revision == row.revision and one.first is not None for one in versions.values()
    ):
        found.conflicting.append(index)
    version = (row.revision, row.payload)
    held = versions.get(version)
    if held is None:
        found.versions.append(index)
        found.leading.append(index)
        versions[version] = Held(*version, place, place, place.line)
        return
    if held.own_line is not None and held.own_line < place.line:
        return
    found.repeats.append((index, held.of))
    if held.first is None or place < held.first:
        found.leading.append(index)
        held = held._replace(first=place)
    versions[version] = held._replace(own_line=place.line)


def _verdict(row: Row, versions: Mapping[tuple[int, str], Held]) -> Verdict:
    counting = [one for one in versions.values() if one.first is not None]
    if not counting:
        return Verdict.STORED
    if any(one.payload == row.payload and one.revision >= row.revision for one in counting):
        return Verdict.DUPLICATE
    return Verdict.CORRECTED
